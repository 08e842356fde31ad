"""Compact JWS: what can be taken apart, which header may choose what, and jwcrypto's signatures against ours."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from vcwallet.errors import Malformed, Refused, VcwalletError
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.securing.jws import MAX_TOKEN_CHARACTERS, parse_compact, verify
from vcwallet.wire.base_encodings import base64url_encode

PAIRS = {
    "EdDSA": JWK.generate(kty="OKP", crv="Ed25519"),
    "ES256": JWK.generate(kty="EC", crv="P-256"),
    "ES384": JWK.generate(kty="EC", crv="P-384"),
    "ES512": JWK.generate(kty="EC", crv="P-521"),
    "RS256": JWK.generate(kty="RSA", size=2048),
}
PAIRS |= dict.fromkeys(("RS384", "RS512", "PS256"), PAIRS["RS256"])
EVERY_ALGORITHM = (*PAIRS, "Ed25519")
KEYS = {name: public_key_from_jwk(pair.export_public(as_dict=True)) for name, pair in PAIRS.items()}


def sign(algorithm, payload=b"payload", **header):
    token = JWS(payload)
    token.add_signature(PAIRS[algorithm], alg=algorithm, protected=json.dumps({"alg": algorithm, **header}))
    return token.serialize(compact=True)


def with_header(header, payload=b"payload", signature=b"signature"):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return ".".join(base64url_encode(part) for part in (text, payload, signature))


def refusal(kind, function, *args, **options):
    with pytest.raises(kind) as refused:
        function(*args, **options)
    return refused.value


# --- taking apart --------------------------------------------------------------------------------------------------


def test_a_token_is_taken_apart():
    token = sign("EdDSA", b'{"a":1}', kid="did:example:1#key", typ="JWT")

    jws = parse_compact(token)

    assert jws.header == {"alg": "EdDSA", "kid": "did:example:1#key", "typ": "JWT"}
    assert jws.payload == b'{"a":1}'
    assert len(jws.signature) == 64
    assert jws.signing_input.decode() == token.rpartition(".")[0]
    assert pickle.loads(pickle.dumps(jws)) == jws


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: ".",
        lambda token: "..",
        lambda token: token.partition(".")[2],
        lambda token: token.rpartition(".")[0],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: "." + token.partition(".")[2],
        lambda token: token + ".",
        lambda token: token + ".AAAA",
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token + "=",
        lambda token: token.replace(".", ".=", 1),
        lambda token: token.replace(".", "..", 1),
        lambda token: token.replace("e", "é", 1),
        lambda token: token.replace("_", "/").replace("-", "+") + "+",
        lambda token: json.dumps({"payload": token.split(".")[1]}),
        lambda token: token[:-1] + ("R" if token[-1] != "R" else "B"),
        lambda token: token.rpartition(".")[0] + "." + "A" * 5000,
        lambda token: token + "A" * MAX_TOKEN_CHARACTERS,
    ],
)
def test_what_is_not_three_parts_in_their_one_spelling_is_malformed(spoil):
    # "payload" and the header have 7 and 15 bytes: one more character is one that base64url cannot have.
    refused = refusal(Malformed, parse_compact, spoil(sign("EdDSA")))
    assert refused.code == "jws_malformed"
    assert len(str(refused)) < 300


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b'"alg"',
        b"null",
        b'{"alg":"EdDSA","alg":"EdDSA"}',
        b'{"alg":"EdDSA","jwk":{"x":1,"x":2}}',
        b'\xef\xbb\xbf{"alg":"EdDSA"}',
        b'{"alg":"Ed\xffDSA"}',
        '{"alg":"EdDSA"}'.encode("utf-16"),
        b'{"alg":"EdDSA","n":NaN}',
        b'{"alg":"EdDSA"}{}',
        b'{"alg":"EdDSA","x":' + b"[" * 9 + b"]" * 9 + b"}",
        b'{"alg":"EdDSA","x":"' + b"x" * 70_000 + b'"}',
        {},
        {"ALG": "EdDSA"},
        {"alg": None},
        {"alg": ["EdDSA"]},
        {"alg": 1},
        {"typ": "JWT"},
    ],
)
def test_a_header_that_is_no_strict_object_with_an_alg_is_malformed(header):
    token = with_header(header)
    expected = "jws_malformed" if header == b"" else "jws_header_malformed"
    assert refusal(Malformed, parse_compact, token).code == expected


@pytest.mark.parametrize(
    "extension",
    [{"crit": ["exp"]}, {"crit": []}, {"crit": None}, {"b64": False}, {"b64": True}, {"crit": ["b64"], "b64": True}],
)
def test_a_header_with_an_extension_is_refused(extension):
    refused = refusal(Refused, parse_compact, with_header({"alg": "EdDSA", **extension}))
    assert refused.code == "jws_critical_header"


def test_other_header_members_are_left_to_the_caller():
    header = {"alg": "EdDSA", "jku": "https://attacker.example/keys", "zip": "DEF", "x5u": "u", "x5c": ["c"], "new": 1}
    assert parse_compact(with_header(header)).header == header


# --- verifying -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", PAIRS)
def test_a_token_signed_by_jwcrypto_verifies(algorithm):
    verify(parse_compact(sign(algorithm)), KEYS[algorithm], algorithms=[algorithm])


def test_an_empty_payload_can_be_signed():
    verify(parse_compact(sign("ES256", b"")), KEYS["ES256"], algorithms=["ES256"])


@pytest.mark.parametrize("stated", ["EdDSA", "Ed25519"])
@pytest.mark.parametrize("allowed", ["EdDSA", "Ed25519"])
def test_both_names_of_ed25519_are_one_algorithm(stated, allowed):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    signing_input = with_header({"alg": stated}).rpartition(".")[0]
    token = f"{signing_input}.{base64url_encode(private.sign(signing_input.encode()))}"
    key = public_key_from_jwk(JWK.from_pyca(private.public_key()).export_public(as_dict=True))

    verify(parse_compact(token), key, algorithms={allowed})


@pytest.mark.parametrize("algorithm", PAIRS)
def test_an_algorithm_that_the_caller_does_not_allow_is_refused(algorithm):
    same = {"EdDSA", "Ed25519"} if algorithm == "EdDSA" else {algorithm}
    jws = parse_compact(sign(algorithm))
    for allowed in ([], (), set(), frozenset(EVERY_ALGORITHM) - same):
        assert refusal(Refused, verify, jws, KEYS[algorithm], algorithms=allowed).code == "jws_algorithm_not_allowed"


@pytest.mark.parametrize(
    "stated",
    ["none", "None", "NONE", "", "HS256", "HS384", "HS512", "ES521", "ES256K", "es256", "PS384", "RSA1_5", "x" * 9999],
)
@pytest.mark.parametrize("listed", [True, False])
def test_an_algorithm_that_is_not_known_is_refused_even_when_listed(stated, listed):
    jws = parse_compact(with_header({"alg": stated}))
    allowed = [*EVERY_ALGORITHM, stated] if listed else EVERY_ALGORITHM
    for key in KEYS.values():
        refused = refusal(Refused, verify, jws, key, algorithms=allowed)
        assert refused.code == "jws_algorithm_not_allowed"


def test_a_public_key_is_never_an_hmac_secret():
    # RFC 8725 section 2.1: the header turned from RS256 to HS256, and the published key used as the shared secret.
    for secret in (PAIRS["RS256"].export_to_pem(), KEYS["RS256"].data):
        token = JWS(b"payload")
        token.add_signature(JWK(kty="oct", k=base64url_encode(secret)), alg="HS256", protected='{"alg":"HS256"}')
        jws = parse_compact(token.serialize(compact=True))
        refused = refusal(Refused, verify, jws, KEYS["RS256"], algorithms=[*EVERY_ALGORITHM, "HS256"])
        assert refused.code == "jws_algorithm_not_allowed"


@pytest.mark.parametrize("algorithm", PAIRS)
def test_a_key_of_another_kind_is_refused(algorithm):
    jws = parse_compact(sign(algorithm))
    for key in KEYS.values():
        if key.key_type != KEYS[algorithm].key_type:
            assert refusal(Refused, verify, jws, key, algorithms=EVERY_ALGORITHM).code == "key_algorithm_mismatch"


def test_the_header_of_another_algorithm_makes_the_signature_invalid():
    header, payload, signature = sign("RS256").split(".")
    for other in ("RS384", "RS512", "PS256"):
        token = f"{base64url_encode(json.dumps({'alg': other}).encode())}.{payload}.{signature}"
        refused = refusal(Refused, verify, parse_compact(token), KEYS["RS256"], algorithms=EVERY_ALGORITHM)
        assert refused.code == "signature_invalid"
    assert header


def test_an_attackers_key_in_the_header_changes_nothing():
    attacker = JWK.generate(kty="EC", crv="P-256")
    token = JWS(b"payload")
    header = {"alg": "ES256", "jwk": attacker.export_public(as_dict=True)}
    token.add_signature(attacker, alg="ES256", protected=json.dumps(header))
    jws = parse_compact(token.serialize(compact=True))
    assert refusal(Refused, verify, jws, KEYS["ES256"], algorithms=["ES256"]).code == "signature_invalid"


def test_one_name_is_not_a_collection_of_names():
    # "ES256" in "ES256K ES256" is true in Python.
    with pytest.raises(TypeError, match="collection"):
        verify(parse_compact(sign("ES256")), KEYS["ES256"], algorithms="ES256")


@given(
    st.sampled_from(sorted(PAIRS)),
    st.binary(max_size=100),
    st.dictionaries(st.sampled_from(["kid", "typ", "iss"]), st.text()),
    st.data(),
)
def test_what_jwcrypto_signs_verifies_and_one_changed_byte_does_not(algorithm, payload, header, data):
    token = sign(algorithm, payload, **header)

    jws = parse_compact(token)
    verify(jws, KEYS[algorithm], algorithms=EVERY_ALGORITHM)

    assert jws.payload == payload
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda character: character != token[place]))
    with pytest.raises((Malformed, Refused)):
        verify(parse_compact(token[:place] + other + token[place + 1 :]), KEYS[algorithm], algorithms=EVERY_ALGORITHM)


PARTS = st.text(st.sampled_from("AQZegw-_=.e30"), max_size=10)


@given(st.lists(PARTS, max_size=5).map(".".join) | st.text(max_size=30) | st.binary(max_size=30).map(with_header))
def test_arbitrary_text_is_taken_apart_or_refused(token):
    try:
        jws = parse_compact(token)
    except VcwalletError:
        return
    assert ".".join((jws.signing_input.decode(), base64url_encode(jws.signature))) == token
