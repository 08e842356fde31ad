"""Multikeys: one text for each key, and no word of a private one. did:key's vectors are in tests/conformance."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK

from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.keys.multikey import multikey_from_public_key, public_key_from_multikey
from vcwallet.keys.public_key import PublicKey
from vcwallet.wire.base_encodings import multibase_encode, multicodec_wrap

KINDS = {
    "Ed25519": {"kty": "OKP", "crv": "Ed25519"},
    "X25519": {"kty": "OKP", "crv": "X25519"},
    "P-256": {"kty": "EC", "crv": "P-256"},
    "P-384": {"kty": "EC", "crv": "P-384"},
    "P-521": {"kty": "EC", "crv": "P-521"},
    "secp256k1": {"kty": "EC", "crv": "secp256k1"},
    "RSA": {"kty": "RSA", "size": 2048},
}
# Controlled Identifiers 1.0 section 2.2.2 and did:key: how the texts of each kind begin.
BEGINNINGS = {
    "Ed25519": "z6Mk",
    "X25519": "z6LS",
    "P-256": "zDn",
    "P-384": "z82",
    "P-521": "z2J9",
    "secp256k1": "zQ3s",
    "RSA": "z4MX",
}
KEYS = {
    name: public_key_from_jwk(JWK.generate(**options).export_public(as_dict=True)) for name, options in KINDS.items()
}


def multikey(code, data):
    return multibase_encode(multicodec_wrap(code, data))


def refusal(kind, text):
    with pytest.raises(kind) as refused:
        public_key_from_multikey(text, pointer="/publicKeyMultibase")
    assert refused.value.pointer == "/publicKeyMultibase"
    return refused.value


@pytest.mark.parametrize("name", KINDS)
def test_a_key_is_the_same_after_writing_and_reading(name):
    text = multikey_from_public_key(KEYS[name])

    assert text.startswith(BEGINNINGS[name])
    assert public_key_from_multikey(text) == KEYS[name]


@pytest.mark.parametrize(("code", "name", "length"), [(0xEA, "BLS12-381-G1", 48), (0xEB, "BLS12-381-G2", 96)])
def test_bls_keys_are_read_and_written(code, name, length):
    text = multikey(code, b"\x80" + b"\x01" * (length - 1))

    key = public_key_from_multikey(text)

    assert key.key_type == name
    assert multikey_from_public_key(key) == text


@pytest.mark.parametrize("text", ["", "z", "6MkAAA", "z6Mk0", "z6Mk ", "z6Mk\n", "u7QEB", "Z6Mk", "z" + "6" * 10_000])
def test_what_is_not_base58_with_a_z_is_malformed(text):
    assert refusal(Malformed, text).code in {"multibase", "multicodec"}


def test_another_base_is_not_taken():
    key = KEYS["Ed25519"]
    assert refusal(Malformed, multibase_encode(multicodec_wrap(0xED, key.data), "u")).code == "multibase"


def test_a_code_in_a_longer_varint_is_malformed():
    assert refusal(Malformed, multibase_encode(b"\xed\x81\x00" + KEYS["Ed25519"].data)).code == "multicodec"


@pytest.mark.parametrize("name", ["P-256", "P-384", "P-521", "secp256k1"])
def test_an_uncompressed_point_is_malformed(name):
    from cryptography.hazmat.primitives.asymmetric import ec

    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}
    codes = {"P-256": 0x1200, "P-384": 0x1201, "P-521": 0x1202, "secp256k1": 0xE7}
    point = ec.EllipticCurvePublicKey.from_encoded_point(curves[name], KEYS[name].data)
    text = multikey(codes[name], point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    assert refusal(Malformed, text).code == "key_malformed"


@pytest.mark.parametrize(
    ("code", "length"),
    [(0xED, 31), (0xED, 33), (0xEC, 0), (0x1200, 32), (0x1200, 34), (0xE7, 33), (0x1205, 9), (0xEA, 47)],
)
def test_a_key_of_wrong_length_or_off_the_curve_is_malformed(code, length):
    assert refusal(Malformed, multikey(code, b"\x05" * length)).code == "key_malformed"


def test_a_subject_public_key_info_is_no_multikey():
    assert refusal(Malformed, multikey(0x1205, KEYS["RSA"].data)).code == "key_malformed"


def test_a_weak_key_is_refused():
    assert refusal(Refused, multikey(0xED, b"\x01" + bytes(31))).code == "weak_key"


@pytest.mark.parametrize(
    "code", [0x1300, 0x1301, 0x1302, 0x1305, 0x1306, 0x1307, 0x1308, 0x130A, 0x1316, 0x131A, 0x1341, 0x1A24]
)
def test_a_private_key_is_refused_without_a_word_of_it(code):
    text = multikey(code, bytes(range(32)))

    refused = refusal(Refused, text)

    assert refused.code == "multikey_is_private"
    assert text[4:12] not in str(refused) + refused.problem.hint


def test_a_malformed_text_is_not_repeated_for_it_could_be_a_private_key():
    text = multikey(0x1300, bytes(range(32)))
    for spoiled in (text[:-1] + "0", text[1:], "m" + text[1:]):
        refused = refusal(Malformed, spoiled)
        assert text[4:12] not in str(refused)
        assert refused.__context__ is None or refused.__suppress_context__


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0xEE, "bls12_381-g1g2-pub"),
        (0x1203, "ed448-pub"),
        (0x1211, "0x1211"),
        (0x12, "sha2-256"),
        (0x3FFFFF, "0x3fffff"),
    ],
)
def test_a_kind_of_key_that_is_not_known_is_undecided_and_named(code, words):
    refused = refusal(Undecided, multikey(code, bytes(32)))
    assert refused.code == "key_type_unsupported"
    assert words in str(refused)


@given(
    st.text(st.sampled_from("z6MkDnae123"), max_size=60)
    | st.binary(max_size=40).map(lambda data: "z" + multibase_encode(data)[1:])
)
def test_arbitrary_text_is_a_key_or_refused(text):
    try:
        key = public_key_from_multikey(text)
    except VcwalletError:
        return
    assert multikey_from_public_key(key) == text


@given(st.binary(min_size=32, max_size=32))
def test_each_key_has_one_text(data):
    key = PublicKey("X25519", data)
    assert public_key_from_multikey(multikey_from_public_key(key)) == key
