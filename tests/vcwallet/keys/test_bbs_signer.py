"""The signer of many messages: it signs nothing else, shows no secret, and what fails in it is said to be its failure."""

import pytest

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys import bbs
from vcwallet.keys.bbs_signer import BbsSigner, sign_messages_with
from vcwallet.keys.signer import LocalSigner, sign_with

pytestmark = pytest.mark.skipif(not bbs.is_available(), reason='the extra "bbs" is not installed')

SECRET = bytes(range(1, 33))
SIGNER = BbsSigner.from_private_bytes(SECRET)
MESSAGES = [b"one", b"two"]


def test_a_key_speaks_for_itself_until_it_is_named():
    assert SIGNER.controller.startswith("did:key:zUC7")
    assert SIGNER.verification_method == f"{SIGNER.controller}#{SIGNER.controller.removeprefix('did:key:')}"
    named = SIGNER.named("did:web:college.example#bbs-1")
    assert (named.controller, named.verification_method) == ("did:web:college.example", "did:web:college.example#bbs-1")
    assert SIGNER.named("https://college.example/keys/7", controller="https://college.example/").controller.endswith(
        "/"
    )
    assert named.public_key == SIGNER.public_key
    for wrong in ("did:web:college.example", "#x", "did:web:college.example#"):
        with pytest.raises(ValueError, match="fragment"):
            SIGNER.named(wrong)


def test_what_it_signs_verifies():
    signature = sign_messages_with(SIGNER, MESSAGES, b"header")

    bbs.verify(SIGNER.public_key, signature, MESSAGES, header=b"header")
    with pytest.raises(Refused):
        bbs.verify(SIGNER.public_key, signature, MESSAGES[::-1], header=b"header")


def test_the_key_is_written_and_read_and_never_shown():
    assert BbsSigner.from_private_bytes(SIGNER.private_bytes()).public_key == SIGNER.public_key
    assert SIGNER.private_bytes() == SECRET
    assert SECRET.hex() not in repr(SIGNER)
    assert str(int.from_bytes(SECRET, "big")) not in repr(SIGNER)
    for wrong in (b"", bytes(32), bytes(31), b"\xff" * 32):
        with pytest.raises(Malformed):
            BbsSigner.from_private_bytes(wrong)


def test_keys_come_from_the_randomness_given():
    one, other = BbsSigner.generate(), BbsSigner.generate()

    assert one.public_key != other.public_key
    assert BbsSigner.generate(random_bytes=bytes).public_key == BbsSigner.generate(random_bytes=bytes).public_key


def test_it_signs_nothing_but_messages():
    with pytest.raises(Refused) as caught:
        SIGNER.sign(b"message")
    assert caught.value.code == "key_algorithm_mismatch"
    with pytest.raises(Refused):
        sign_with(SIGNER, b"message", "ES256")
    with pytest.raises(Refused):
        sign_messages_with(LocalSigner.generate("P-256"), MESSAGES, b"")


def test_what_fails_in_a_signer_is_its_failure():
    class Broken(BbsSigner):
        def sign_messages(self, messages, *, header):
            raise OSError("the service is gone, and its secret is 7")

    with pytest.raises(Undecided) as caught:
        sign_messages_with(Broken.generate(), MESSAGES, b"")

    assert caught.value.code == "signer_failed"
    assert "secret" not in str(caught.value)

    class Refusing(BbsSigner):
        def sign_messages(self, messages, *, header):
            raise Undecided("bbs_too_many_messages", "too many")

    with pytest.raises(Undecided) as caught:
        sign_messages_with(Refusing.generate(), MESSAGES, b"")
    assert caught.value.code == "bbs_too_many_messages"
