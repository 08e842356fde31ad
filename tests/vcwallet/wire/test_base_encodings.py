"""Each text has one meaning, each sequence of bytes one text; multiformats and the standard library are the oracles."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.wire.base_encodings import (
    MAX_BASE58_CHARACTERS,
    base58btc_decode,
    base58btc_encode,
    base64url_decode,
    base64url_encode,
    multibase_decode,
    multibase_encode,
    multicodec_split,
    multicodec_wrap,
)


def refusal(function, *args, **options):
    with pytest.raises(Malformed) as refused:
        function(*args, **options)
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AAAAA",
        "AB==",
        "AA=",
        "AA==",
        "=",
        "AB",
        "AAB",
        "A A",
        "AA\n",
        " AA",
        "A+",
        "A/",
        "+/+/",
        "AA.A",
        "é",
        "ＡＡ",
        "AAA=AAAA",
    ],
)
def test_a_second_spelling_of_base64url_is_malformed(text):
    refused = refusal(base64url_decode, text, pointer="/x")
    assert (refused.code, refused.pointer) == ("base64url", "/x")


def test_a_long_bad_text_is_not_repeated():
    assert len(str(refusal(base64url_decode, "=" * 100_000))) < 200


@given(st.binary())
def test_base64url_agrees_with_the_standard_library(data):
    text = base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    assert base64url_encode(data) == text
    assert base64url_decode(text) == data


@given(st.text(st.sampled_from("AQgw-_+/=z09 \n"), max_size=12) | st.text(max_size=8))
def test_text_that_decodes_as_base64url_is_what_would_be_encoded(text):
    try:
        data = base64url_decode(text)
    except Malformed:
        return
    assert base64url_encode(data) == text


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "z6M ", "\n", "é", "1１"])
def test_a_character_outside_base58_is_malformed(text):
    assert refusal(base58btc_decode, text).code == "base58btc"


def test_leading_zeros_survive_base58():
    for data in (b"", b"\0", b"\0\0", b"\0\0\1", bytes(64)):
        assert base58btc_decode(base58btc_encode(data)) == data
    assert base58btc_encode(b"\0\0\1") == "112"


def test_base58_beyond_the_limit_is_refused_at_once():
    started = time.process_time()
    assert refusal(base58btc_decode, "z" * 10_000_000).code == "base58btc"
    assert time.process_time() - started < 0.1
    assert base58btc_decode("1" * MAX_BASE58_CHARACTERS) == bytes(MAX_BASE58_CHARACTERS)


@given(st.binary(max_size=120))
def test_base58btc_agrees_with_multiformats(data):
    from multiformats import multibase

    text = multibase.encode(data, "base58btc")

    assert multibase_encode(data) == text
    assert multibase_decode(text) == data


@given(st.text(st.sampled_from("123ABCzy0OIl"), max_size=15))
def test_text_that_decodes_as_base58btc_is_what_would_be_encoded(text):
    try:
        data = base58btc_decode(text)
    except Malformed:
        return
    assert base58btc_encode(data) == text


@given(st.binary(max_size=60))
def test_multibase_base64url_agrees_with_multiformats(data):
    from multiformats import multibase

    text = multibase.encode(data, "base64url")

    assert multibase_encode(data, "u") == text
    assert multibase_decode(text) == data


@pytest.mark.parametrize("text", ["", "mAAAA", "f00", "Z1", "6Mk", " z1", "u=", "uAA=", "u+", "z0", "z=", "zé"])
def test_what_is_not_the_multibase_asked_for_is_malformed(text):
    refused = refusal(multibase_decode, text, pointer="/proofValue")
    assert (refused.code, refused.pointer) == ("multibase", "/proofValue")


def test_only_the_allowed_bases_are_taken():
    assert multibase_decode("z2", allowed="z") == b"\1"
    assert refusal(multibase_decode, "uAQ", allowed="z").code == "multibase"
    assert refusal(multibase_decode, "z2", allowed="").code == "multibase"


def test_a_rarer_base_can_be_allowed():
    assert multibase_decode("f00ff", allowed="zuf") == b"\0\xff"
    assert multibase_decode("mAP8", allowed="m") == b"\0\xff"


@pytest.mark.parametrize(
    "text", ["f0", "f00FF", "F00ff", "f0g", "mAP8=", "mAP9", "m=", "MAA", "UAA", "baE", "b1", "k-", "9a"]
)
def test_a_second_spelling_in_a_rarer_base_is_malformed(text):
    assert refusal(multibase_decode, text, allowed="fFmMUbk9").code == "multibase"


def test_a_long_text_in_a_rarer_base_is_not_read():
    assert refusal(multibase_decode, "k" * 5000, allowed="k").code == "multibase"


def test_a_prefix_that_is_not_written_here_is_misuse():
    with pytest.raises(ValueError, match="prefix"):
        multibase_encode(b"", "m")


@pytest.mark.parametrize(
    ("code", "prefix"), [(0, "00"), (0x7F, "7f"), (0x80, "8001"), (0xED, "ed01"), (0x1200, "8024"), (0xEB51, "d1d603")]
)
def test_a_multicodec_prefix_is_a_varint(code, prefix):
    assert multicodec_wrap(code, b"key") == bytes.fromhex(prefix) + b"key"
    assert multicodec_split(bytes.fromhex(prefix) + b"key") == (code, b"key")


def test_a_multicodec_can_be_named():
    assert multicodec_wrap("ed25519-pub", b"key") == b"\xed\x01key"
    with pytest.raises(ValueError, match="no-such-codec"):
        multicodec_wrap("no-such-codec", b"")


@pytest.mark.parametrize("code", [-1, 2**63])
def test_a_code_that_no_varint_holds_is_misuse(code):
    with pytest.raises(ValueError, match="63 bits"):
        multicodec_wrap(code, b"")


@pytest.mark.parametrize("data", ["", "80", "ed", "8000", "ed8100", "80808000", "ff" * 9, "ff" * 9 + "01", "ff" * 20])
def test_a_varint_that_is_cut_off_or_too_long_is_malformed(data):
    refused = refusal(multicodec_split, bytes.fromhex(data), pointer="/key")
    assert (refused.code, refused.pointer) == ("multicodec", "/key")


@given(st.integers(0, 2**63 - 1), st.binary(max_size=4))
def test_varints_agree_with_multiformats(code, rest):
    from multiformats import varint

    wrapped = multicodec_wrap(code, rest)

    assert wrapped == varint.encode(code) + rest
    assert multicodec_split(wrapped) == (code, rest)


@given(st.binary(max_size=12))
def test_arbitrary_bytes_split_as_multiformats_reads_them(data):
    from multiformats import varint

    try:
        expected, _, rest = varint.decode_raw(data)
    except ValueError:
        assert refusal(multicodec_split, data).code == "multicodec"
    else:
        assert multicodec_split(data) == (expected, bytes(rest))
