"""BBS keys as files: what is written is read again, and anything else says what it is not."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.bbs_pem import (
    bbs_public_key_from_pem,
    bbs_public_key_to_pem,
    bbs_signer_from_pem,
    bbs_signer_to_pem,
    is_bbs_pem,
)
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.public_pem import public_key_to_pem
from vcwallet.keys.signer import LocalSigner
from vcwallet.wire.base_encodings import multibase_decode

BBS = BbsSigner.from_private_bytes(bytes(31) + b"\7")
ED25519 = LocalSigner.generate()
OPEN = bbs_signer_to_pem(BBS, passphrase=None)
CLOSED = bbs_signer_to_pem(BBS, passphrase=b"correct horse")
PUBLIC = bbs_public_key_to_pem(BBS.public_key)


def pem(label, content):
    return f"-----BEGIN {label}-----\n{base64.b64encode(content).decode()}\n-----END {label}-----\n".encode()


def test_a_key_is_read_as_it_was_written():
    assert bbs_signer_from_pem(OPEN).private_bytes() == BBS.private_bytes()
    assert bbs_signer_from_pem(CLOSED, passphrase=b"correct horse").public_key == BBS.public_key
    assert bbs_public_key_from_pem(PUBLIC) == BBS.public_key
    assert all(map(is_bbs_pem, (OPEN, CLOSED, PUBLIC)))
    assert base64.b64decode(OPEN.splitlines()[1]) == b"\x8a\x26" + bytes(31) + b"\7"


def test_an_encrypted_key_shows_nothing_and_is_never_the_same_twice():
    assert bbs_signer_to_pem(BBS, passphrase=b"correct horse") != CLOSED
    assert BBS.private_bytes() not in base64.b64decode(b"".join(CLOSED.splitlines()[1:-1]))


def test_other_keys_are_of_another_kind():
    assert not is_bbs_pem(ED25519.private_pem(passphrase=None))
    assert not is_bbs_pem(public_key_to_pem(ED25519.public_key))
    with pytest.raises(ValueError, match="BBS"):
        bbs_public_key_to_pem(ED25519.public_key)
    with pytest.raises(Malformed, match="Ed25519"):
        bbs_public_key_from_pem(
            pem("BBS PUBLIC KEY", multibase_decode(multikey_from_public_key(ED25519.public_key), allowed="z"))
        )


@pytest.mark.parametrize(
    ("text", "passphrase", "error", "code"),
    [
        (CLOSED, None, Refused, "private_key_passphrase"),
        (CLOSED, b"battery", Refused, "private_key_passphrase"),
        (OPEN, b"correct horse", Refused, "private_key_passphrase"),
        (CLOSED.replace(b"ENCRYPTED ", b""), None, Malformed, "private_key_malformed"),
        (PUBLIC, None, Malformed, "private_key_malformed"),
        (OPEN + OPEN, None, Malformed, "private_key_malformed"),
        (OPEN * 100, None, Malformed, "private_key_malformed"),
        (OPEN[:-30], None, Malformed, "private_key_malformed"),
        (pem("BBS PRIVATE KEY", b"\x8a\x26" + bytes(31)), None, Malformed, "private_key_malformed"),
        (pem("BBS PRIVATE KEY", b"\x80\x26" + bytes(31) + b"\7"), None, Malformed, "private_key_malformed"),
        (pem("BBS PRIVATE KEY", b"\x8a\x26" + bytes(32)), None, Malformed, "private_key_malformed"),
        (pem("ENCRYPTED BBS PRIVATE KEY", bytes(20)), b"x", Malformed, "private_key_malformed"),
        (
            b"-----BEGIN BBS PRIVATE KEY-----\nA\n-----END BBS PRIVATE KEY-----",
            None,
            Malformed,
            "private_key_malformed",
        ),
    ],
)
def test_what_is_no_such_key_is_refused(text, passphrase, error, code):
    with pytest.raises(error) as caught:
        bbs_signer_from_pem(text, passphrase=passphrase)
    assert caught.value.code == code


def test_a_private_key_is_not_taken_where_a_public_one_is_enough():
    for text in (OPEN, CLOSED):
        with pytest.raises(Refused) as refused:
            bbs_public_key_from_pem(text)
        assert refused.value.code == "key_file_is_private"


@given(st.binary(max_size=200))
def test_anything_else_is_malformed(content):
    for text in (content, pem("BBS PRIVATE KEY", content), pem("ENCRYPTED BBS PRIVATE KEY", content)):
        with pytest.raises((Malformed, Refused)):
            bbs_signer_from_pem(text)
    with pytest.raises((Malformed, Undecided)):
        bbs_public_key_from_pem(pem("BBS PUBLIC KEY", content))
