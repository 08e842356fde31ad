"""JWKs: jwcrypto writes them, we read them; private members never get in nor out."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK

from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.keys.jwk import check_jwk_may_verify, jwk_from_public_key, public_key_from_jwk, thumbprint
from vcwallet.keys.public_key import PublicKey

KINDS = {
    "Ed25519": {"kty": "OKP", "crv": "Ed25519"},
    "X25519": {"kty": "OKP", "crv": "X25519"},
    "P-256": {"kty": "EC", "crv": "P-256"},
    "P-384": {"kty": "EC", "crv": "P-384"},
    "P-521": {"kty": "EC", "crv": "P-521"},
    "secp256k1": {"kty": "EC", "crv": "secp256k1"},
    "RSA": {"kty": "RSA", "size": 2048},
}
PAIRS = {name: JWK.generate(**options) for name, options in KINDS.items()}


def public(name):
    return {member: value for member, value in PAIRS[name].export_public(as_dict=True).items() if member != "kid"}


def refusal(kind, function, *args, **options):
    with pytest.raises(kind) as refused:
        function(*args, **options)
    return refused.value


@pytest.mark.parametrize("name", KINDS)
def test_a_key_is_read_and_written_as_jwcrypto_does(name):
    key = public_key_from_jwk({**public(name), "kid": "one", "use": "sig", "unknown": [1]})

    assert key.key_type == name
    assert jwk_from_public_key(key) == public(name)
    assert thumbprint(key) == PAIRS[name].thumbprint()


def test_the_thumbprint_of_the_rfc_is_right():
    # RFC 7638 section 3.1.
    jwk = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91Cb"
        "OpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
    }
    assert thumbprint(public_key_from_jwk(jwk)) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("name", KINDS)
def test_a_private_key_is_refused_without_a_word_of_it(name):
    jwk = PAIRS[name].export_private(as_dict=True)

    refused = refusal(Refused, public_key_from_jwk, jwk, pointer="/jwk")

    assert refused.code == "jwk_has_private_members"
    assert refused.pointer == "/jwk"
    assert not any(
        value in str(refused) + refused.problem.hint for member, value in jwk.items() if member not in ("kty", "crv")
    )


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"])
@pytest.mark.parametrize("value", ["AQAB", None, "", 0])
def test_each_private_member_is_refused_whatever_its_value(member, value):
    for name in ("RSA", "Ed25519"):
        refused = refusal(Refused, public_key_from_jwk, {**public(name), member: value})
        assert refused.code == "jwk_has_private_members"


@pytest.mark.parametrize("jwk", [{"kty": "oct"}, {"kty": "oct", "k": "c2VjcmV0"}])
def test_a_symmetric_key_is_no_public_key(jwk):
    refused = refusal(Refused, public_key_from_jwk, jwk)
    assert refused.code == "jwk_has_private_members"
    assert "c2VjcmV0" not in str(refused)


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("P-256", {"kty": None}, "jwk_malformed"),
        ("P-256", {"kty": 1}, "jwk_malformed"),
        ("P-256", {"crv": None}, "jwk_malformed"),
        ("P-256", {"crv": ["P-256"]}, "jwk_malformed"),
        ("P-256", {"x": None}, "jwk_malformed"),
        ("P-256", {"y": 5}, "jwk_malformed"),
        ("P-256", {"y": ""}, "jwk_malformed"),
        ("P-256", {"x": "AA"}, "jwk_malformed"),
        ("P-256", {"crv": "P-384"}, "jwk_malformed"),
        ("P-256", {"crv": "secp256k1"}, "key_malformed"),
        ("P-521", {"x": "A" * 88}, "key_malformed"),
        ("secp256k1", {"crv": "P-256"}, "key_malformed"),
        ("Ed25519", {"x": "AQAB"}, "jwk_malformed"),
        ("Ed25519", {"x": "Ag" + "A" * 41}, "key_malformed"),
        ("RSA", {"n": None}, "jwk_malformed"),
        ("RSA", {"e": ""}, "jwk_malformed"),
        ("RSA", {"e": "AAEAAQ"}, "jwk_malformed"),
        ("RSA", {"e": "AAAA"}, "jwk_malformed"),
        ("RSA", {"n": "n" * 5000}, "jwk_malformed"),
    ],
)
def test_a_jwk_that_describes_no_key_is_malformed(name, change, code):
    jwk = {member: value for member, value in {**public(name), **change}.items() if value is not None}
    assert refusal(Malformed, public_key_from_jwk, jwk).code == code


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "spoil", [lambda text: text + "=", lambda text: text + "\n", lambda text: text[:-1] + "*", lambda text: "AA" + text]
)
def test_a_number_in_a_second_spelling_is_malformed(name, spoil):
    for member in ("x", "y", "n", "e"):
        if member in public(name):
            jwk = {**public(name), member: spoil(public(name)[member])}
            refused = refusal(Malformed, public_key_from_jwk, jwk, pointer="/keys/0")
            assert refused.code == "jwk_malformed"
            assert refused.pointer == f"/keys/0/{member}"


def test_leading_zeros_of_a_coordinate_are_kept_and_required():
    from cryptography.hazmat.primitives.asymmetric import ec

    from vcwallet.wire.base_encodings import base64url_encode

    scalar = next(
        n for n in range(1, 5000) if ec.derive_private_key(n, ec.SECP256R1()).public_key().public_numbers().x < 1 << 248
    )
    numbers = ec.derive_private_key(scalar, ec.SECP256R1()).public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256"} | {m: base64url_encode(getattr(numbers, m).to_bytes(32, "big")) for m in "xy"}

    assert jwk_from_public_key(public_key_from_jwk(jwk)) == jwk
    short = {**jwk, "x": base64url_encode(numbers.x.to_bytes(31, "big"))}
    assert refusal(Malformed, public_key_from_jwk, short).code == "jwk_malformed"


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "EC", "crv": "P-192"},
        {"kty": "OKP", "crv": "Ed448"},
        {"kty": "AKP", "alg": "ML-DSA-44"},
        {"kty": "x" * 1000},
    ],
)
def test_a_kind_of_key_that_is_not_known_is_undecided(jwk):
    refused = refusal(Undecided, public_key_from_jwk, jwk)
    assert refused.code == "key_type_unsupported"
    assert len(str(refused)) < 200


@pytest.mark.parametrize("change", [{"e": "Aw"}, {"e": "AQ"}, {"e": "AQAC"}, {"n": "gQ" + "A" * 170}])
def test_a_weak_rsa_key_is_refused(change):
    assert refusal(Refused, public_key_from_jwk, {**public("RSA"), **change}).code == "weak_key"


def test_a_weak_ed25519_key_is_refused():
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "AQ" + "A" * 41}
    assert refusal(Refused, public_key_from_jwk, jwk).code == "weak_key"


@pytest.mark.parametrize(
    ("members", "algorithm"),
    [
        ({}, "ES256"),
        ({}, None),
        ({"use": "sig"}, "ES256"),
        ({"key_ops": ["verify"]}, "ES256"),
        ({"key_ops": ["sign", "verify"], "use": "sig", "alg": "ES256"}, "ES256"),
        ({"alg": "ES256"}, None),
        ({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA"}, "Ed25519"),
        ({"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519"}, "EdDSA"),
        ({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA"}, None),
    ],
)
def test_a_jwk_that_allows_verifying_may_verify(members, algorithm):
    check_jwk_may_verify({"kty": "EC", "crv": "P-256", **members}, algorithm)


@pytest.mark.parametrize(
    ("member", "value", "algorithm"),
    [
        ("use", "enc", "ES256"),
        ("use", "SIG", "ES256"),
        ("use", None, None),
        ("use", ["sig"], "ES256"),
        ("key_ops", [], "ES256"),
        ("key_ops", ["sign"], "ES256"),
        ("key_ops", "verify", "ES256"),
        ("key_ops", {"verify": 1}, "ES256"),
        ("key_ops", None, None),
        ("alg", "ES384", "ES256"),
        ("alg", "ES256", "ES384"),
        ("alg", "none", "none"),
        ("alg", "ES384", None),
        ("alg", "ECDH-ES", None),
        ("alg", "EdDSA", None),
        ("alg", None, None),
        ("alg", None, "ES256"),
        ("alg", ["ES256"], "ES256"),
    ],
)
def test_a_jwk_that_says_otherwise_may_not(member, value, algorithm):
    jwk = {"kty": "EC", "crv": "P-256", member: value}
    if (member, value, algorithm) == ("alg", "none", "none"):
        check_jwk_may_verify(jwk, algorithm)  # the words agree; that "none" is no algorithm is for jws.verify
        return
    refused = refusal(Refused, check_jwk_may_verify, jwk, algorithm, pointer="/jwk")
    assert (refused.code, refused.pointer) == ("jwk_not_for_verifying", f"/jwk/{member}")


def test_a_key_without_a_jwk_is_misuse():
    key = PublicKey("BLS12-381-G2", b"\x80" + b"\x01" * 95)
    for function in (jwk_from_public_key, thumbprint):
        with pytest.raises(ValueError, match="no JWK"):
            function(key)


@pytest.mark.parametrize("name", ["Ed25519", "P-256", "P-384"])
def test_the_usual_keys_are_read_without_loading_jwcrypto(name):
    code = (
        "import sys; from vcwallet.keys.jwk import public_key_from_jwk; "
        f"public_key_from_jwk({public(name)!r}); assert 'jwcrypto' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "alg", "use", "key_ops"]), JSON, max_size=4),
)
def test_an_arbitrary_jwk_is_a_key_or_refused(name, members):
    jwk = {**public(name), **members}
    for function in (public_key_from_jwk, lambda jwk: check_jwk_may_verify(jwk, None)):
        try:
            function(jwk)
        except VcwalletError:
            continue
