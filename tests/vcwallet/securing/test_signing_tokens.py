"""Credentials and presentations as tokens: header, payload and claims are what the specifications want."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from tools.make_examples import badge
from vcwallet.errors import Refused
from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.keys.signer import LocalSigner
from vcwallet.securing import jws
from vcwallet.securing.signing_tokens import registered_claims, sign_vc_jose, sign_vc_jwt, sign_vp_jose
from vcwallet.securing.vc_jwt import check_claims, credential_document

SIGNERS = {key_type: LocalSigner.generate(key_type, rsa_bits=2048) for key_type in ("Ed25519", "P-256", "P-384", "RSA")}
SIGNER = SIGNERS["Ed25519"]
ALGORITHMS = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "RSA": "RS256"}


def _parts(token):
    parsed = jws.parse_compact(token)
    return parsed.header, json.loads(parsed.payload)


def _badge(**members):
    document = badge(1, SIGNER.controller, "Rowing", **members)
    document["credentialSubject"]["id"] = "did:example:ana"
    return document


@pytest.mark.parametrize("key_type", SIGNERS)
@pytest.mark.parametrize("sign", [sign_vc_jwt, sign_vc_jose, sign_vp_jose])
def test_another_library_verifies_every_token(sign, key_type):
    signer = SIGNERS[key_type]
    token = sign(badge(1, signer.controller, "Rowing"), signer)

    read = JWS()
    read.allowed_algs = [ALGORITHMS[key_type]]
    read.deserialize(token, JWK(**jwk_from_public_key(signer.public_key)))
    assert read.jose_header["alg"] == ALGORITHMS[key_type]
    assert read.jose_header["kid"] == signer.verification_method


def test_a_badge_is_the_payload_with_claims_that_repeat_it():
    document = _badge(validUntil="2027-01-15T09:00:00.75+01:00")
    header, payload = _parts(sign_vc_jwt(document, SIGNER))

    assert header == {"alg": "EdDSA", "typ": "JWT", "kid": SIGNER.verification_method}
    claims = {name: payload.pop(name) for name in ("iss", "jti", "sub", "nbf", "exp")}
    assert payload == document
    assert claims == {
        "iss": SIGNER.controller,
        "jti": document["id"],
        "sub": "did:example:ana",
        "nbf": 1768467600,
        "exp": 1800000000,
    }


def test_a_learner_without_an_id_makes_no_claim():
    assert "sub" not in registered_claims(badge(1, "did:example:i", "Rowing"))
    assert registered_claims({"issuer": "did:example:i"}) == {"iss": "did:example:i"}


def test_a_credential_of_data_model_1_1_is_a_claim():
    document = _badge() | {"@context": ["https://www.w3.org/2018/credentials/v1"]}
    document["issuanceDate"] = document.pop("validFrom")
    _, payload = _parts(sign_vc_jwt(document, SIGNER))

    assert payload == {
        "iss": SIGNER.controller,
        "jti": document["id"],
        "sub": "did:example:ana",
        "nbf": 1768467600,
        "vc": document,
    }
    assert check_claims(payload, credential_document(payload)).failures == ()


@given(st.datetimes(), st.sampled_from(["Z", "+14:00", "-00:30", ".999999Z", ".5+05:30"]))
def test_the_claims_agree_with_every_date(moment, ending):
    text = moment.replace(microsecond=0).isoformat() + ending
    document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": "did:example:i", "validFrom": text}

    if not 1 < moment.year < 9999:
        return  # the offset may lead out of the calendar
    claims = registered_claims(document)

    assert isinstance(claims["nbf"], int)
    assert check_claims({**document, **claims}, document).failures == ()


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "vc"])
def test_a_member_with_the_name_of_a_claim_cannot_be_told_from_one(claim):
    with pytest.raises(Refused, match="jwt_claim_taken") as caught:
        sign_vc_jwt(_badge(**{claim: "x"}), SIGNER)
    assert caught.value.pointer == f"/{claim}"


def test_vc_jose_is_the_credential_and_nothing_else():
    header, payload = _parts(sign_vc_jose(_badge(), SIGNER))

    assert header == {"alg": "EdDSA", "typ": "vc+jwt", "kid": SIGNER.verification_method, "cty": "vc"}
    assert payload == _badge()


@pytest.mark.parametrize(
    ("audience", "aud"),
    [((), None), (("one.example",), "one.example"), (("a.example", "b.example"), ["a.example", "b.example"])],
)
def test_a_presentation_names_its_challenge_and_audience(audience, aud):
    presentation = {"type": ["VerifiablePresentation"]}
    header, payload = _parts(sign_vp_jose(presentation, SIGNER, challenge="abc", audience=audience))

    assert header == {"alg": "EdDSA", "typ": "vp+jwt", "kid": SIGNER.verification_method, "cty": "vp"}
    assert payload == presentation | {"nonce": "abc"} | ({} if aud is None else {"aud": aud})
    assert _parts(sign_vp_jose(presentation, SIGNER))[1] == presentation


@given(st.binary(max_size=200), st.text(max_size=40))
def test_whatever_is_signed_is_read_again(payload, kid):
    parsed = jws.parse_compact(jws.sign(payload, SIGNER, header={"kid": kid}))

    jws.verify(parsed, SIGNER.public_key, algorithms=["EdDSA"])
    assert (parsed.payload, parsed.header["kid"]) == (payload, kid)
