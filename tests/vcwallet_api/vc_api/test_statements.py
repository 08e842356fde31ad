"""What the suites demand of the endpoints beside their input files: requests, options, contexts, envelopes and keys.

docs/reference/vc-api.md lists every demand with the test that holds us to it.
"""

import pytest

from tests.vcwallet_api.vc_api.callers import (
    BASE_PROOFS,
    V1,
    V2,
    ask_to_derive,
    ask_to_issue,
    ask_to_verify,
    ask_to_verify_presentation,
    codes,
    controller,
    credential_for,
    issued_for_verifiers,
    old_credential_for,
)
from vcwallet.testing.signing import SampleKey, add_proof, to_jwt
from vcwallet.wire.base_encodings import multibase_encode
from vcwallet_api.vc_api.profiles import PROFILES

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
HOLDER = SampleKey.from_seed("who shows")
MADE = {"created": "2025-01-01T00:00:00Z"}
# As the suite of data model 2.0 asks for an enveloped presentation.
CHALLENGE = "123456789"


# --- requests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_issuing_answers_201_and_verifying_200_without_any_options(client, profile):
    issued = client.post(f"/vc/{profile}/credentials/issue", json={"credential": credential_for(profile)})
    credential = issued.json()["verifiableCredential"]
    if profile in BASE_PROOFS:
        credential = ask_to_derive(client, credential).json()["verifiableCredential"]

    verified = client.post("/vc/credentials/verify", json={"verifiableCredential": credential})

    assert (issued.status_code, verified.status_code) == (201, 200), verified.text
    assert verified.json()["verified"] is True
    # The suite of data model 2.0 takes a 200 with errors for a no.
    assert verified.json()["errors"] == []


def test_options_that_nobody_knows_change_nothing(client):
    issued = ask_to_issue(client, "eddsa-rdfc-2022", options={"unheard": [1], "type": "Ed25519Signature2020"})

    assert issued.status_code == 201
    assert issued.json()["verifiableCredential"]["proof"]["cryptosuite"] == "eddsa-rdfc-2022"


@pytest.mark.parametrize("option", ["challenge", "domain"])
@pytest.mark.parametrize("profile", ["eddsa-rdfc-2022", "bbs-2023", "vc-jose"])
def test_a_challenge_or_domain_that_the_proof_of_a_credential_has_not_is_refused(client, profile, option):
    credential = issued_for_verifiers(client, profile)

    asked, absent = (
        ask_to_verify(client, credential, options={"checks": ["proof"], option: value}) for value in ("asked", None)
    )

    assert (asked.status_code, codes(asked)) == (422, [f"{option}_mismatch"])
    assert absent.status_code == 200


@pytest.mark.parametrize("value", [1, True, ["text"], {}, 1.5])
@pytest.mark.parametrize("option", ["challenge", "domain"])
@pytest.mark.parametrize("path", ["credentials", "presentations"])
def test_a_challenge_or_domain_that_is_no_text_is_400(client, path, option, value):
    name = "verifiableCredential" if path == "credentials" else "verifiablePresentation"

    answer = client.post(f"/vc/{path}/verify", json={name: {}, "options": {option: value}})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"/options/{option}")


@pytest.mark.parametrize("profile", [name for name, profile in PROFILES.items() if profile.presenting])
@pytest.mark.parametrize("option", ["challenge", "domain"])
def test_a_presentation_for_another_challenge_or_domain_is_refused(client, profile, option):
    credential = issued_for_verifiers(client, "eddsa-rdfc-2022")
    made_for = {"challenge": "uABC", "domain": "verifier.example"}
    body = {"presentation": {"verifiableCredential": [credential]}, "options": made_for}
    presentation = client.post(f"/vc/{profile}/presentations", json=body).json()["verifiablePresentation"]

    right = ask_to_verify_presentation(client, presentation, **made_for)
    wrong = ask_to_verify_presentation(client, presentation, **made_for | {option: "other"})
    absent = ask_to_verify_presentation(client, presentation, **made_for | {option: None})

    assert right.status_code == 200, right.text
    assert (wrong.status_code, codes(wrong)) == (422, [f"{option}_mismatch"])
    assert absent.status_code == 200


def test_a_proof_that_is_not_for_authentication_makes_no_presentation(client):
    presentation = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": HOLDER.did}
    asked = {"challenge": "uABC", "domain": "verifier.example"}

    answers = {
        purpose: ask_to_verify_presentation(
            client, add_proof(presentation, HOLDER, proofPurpose=purpose, **MADE, **asked), **asked
        )
        for purpose in ("authentication", "assertionMethod")
    }

    assert {purpose: answer.status_code for purpose, answer in answers.items()} == {
        "authentication": 200,
        "assertionMethod": 422,
    }


# --- contexts and terms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "context",
    [
        EXAMPLES,
        "https://w3id.org/security/data-integrity/v2",
        "https://w3id.org/vdl/v1",
        "https://w3id.org/security/suites/ed25519-2020/v1",
        {"colour": "https://example.com/colour"},
    ],
    ids=lambda value: value if isinstance(value, str) else "inline",
)
@pytest.mark.parametrize("make", [credential_for, old_credential_for])
def test_a_context_of_the_suites_is_built_in(client, make, context):
    credential = make("eddsa-rdfc-2022")
    credential |= {"@context": [credential["@context"][0], context], "credentialSubject": {"id": "did:example:subject"}}

    assert ask_to_verify(client, issued_for_verifiers(client, "eddsa-rdfc-2022", credential)).status_code == 200


@pytest.mark.parametrize("profile", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019-p256", "bbs-2023"])
@pytest.mark.parametrize(
    ("more", "code"), [({"undefinedTerm": "x"}, "undefined_term"), ({"type": ["Undefined"]}, "undefined_type")]
)
def test_what_has_no_meaning_does_not_verify_though_the_statements_are_those_that_were_signed(
    client, profile, more, code
):
    credential = credential_for(profile, credentialSubject={"id": "did:example:subject"}) | {"@context": [V2]}
    issued = issued_for_verifiers(client, profile, credential)
    more = {name: [*issued["type"], *value] if name == "type" else value for name, value in more.items()}

    answer = ask_to_verify(client, issued | more)

    assert answer.status_code in (400, 422)
    assert code in codes(answer)
    assert ask_to_verify(client, issued).status_code == 200


@pytest.mark.parametrize("context", ["https://example.com", "https://www.w3.org/ns/credentials/undefined/v2"])
def test_a_context_that_is_not_built_in_does_not_verify(client, context):
    issued = issued_for_verifiers(client, "eddsa-jcs-2022")

    answer = ask_to_verify(client, issued | {"@context": [*issued["@context"], context]})

    assert answer.status_code == 422
    assert "context_unavailable" in codes(answer)


# --- keys and issuers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, profile in PROFILES.items() if not profile.is_token])
def test_the_issuer_is_the_did_key_that_signs_and_the_method_is_that_key(client, name):
    credential = ask_to_issue(client, name).json()["verifiableCredential"]

    beginning = {"Ed25519": "z6Mk", "P-256": "zDna", "P-384": "z82L", "BLS12-381-G2": "zUC7"}[PROFILES[name].key_type]
    key = controller(name).removeprefix("did:key:")
    assert key.startswith(beginning)
    assert credential["issuer"] == f"did:key:{key}"
    assert credential["proof"]["verificationMethod"] == f"did:key:{key}#{key}"
    assert credential["proof"]["cryptosuite"] == PROFILES[name].securing
    assert credential["proof"]["proofPurpose"] == "assertionMethod"


def test_an_issuer_that_is_not_the_controller_of_the_key_is_a_warning_and_fails_only_who_asks(client):
    credential = add_proof(credential_for("eddsa-rdfc-2022", issuer="https://vc.example/issuers/5678"), HOLDER, **MADE)

    plain, asked = (
        ask_to_verify(client, credential, options={"checks": checks}) for checks in (["proof"], ["proof", "issuer"])
    )

    assert plain.status_code == 200, plain.text
    assert any("[key_not_bound_to_issuer]" in str(warning) for warning in plain.json()["warnings"])
    assert (asked.status_code, codes(asked)) == (422, ["key_not_bound_to_issuer"])


def test_the_profiles_are_what_the_configuration_of_the_suites_needs(client):
    profiles = client.get("/vc/").json()["profiles"]

    assert [profile["name"] for profile in profiles] == list(PROFILES)
    for profile in profiles:
        body = {"credential": credential_for(profile["name"], issuer=profile["id"])}
        assert client.post(profile["issue"], json=body).status_code == 201
        if profile["present"]:
            assert (
                client.post(profile["present"], json={"presentation": {"verifiableCredential": []}}).status_code == 400
            )


# --- envelopes ---------------------------------------------------------------------------------------------------------


def _old_token(key, claims, typ="JWT"):
    return to_jwt(claims, key, typ=typ, kid=key.did_key_method)


def _old_presentation(**changes):
    """As the fixture of the data model's suite: typ JWT, a `vp` claim, and in it a token with a `vc` claim."""
    inside = {
        "iss": HOLDER.did,
        "nbf": 1704067200,
        "jti": "urn:uuid:5f0b7a3c-0c5e-4b0a-8f3e-6f1d0b6f3c11",
        "sub": "did:example:subject",
        "vc": {
            "@context": [V1],
            "id": "urn:uuid:5f0b7a3c-0c5e-4b0a-8f3e-6f1d0b6f3c11",
            "type": ["VerifiableCredential"],
            "issuer": HOLDER.did,
            "issuanceDate": "2024-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:subject"},
        },
    }
    presentation = {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.did,
        "verifiableCredential": [_old_token(HOLDER, inside)],
    }
    claims = {"iss": HOLDER.did, "aud": "example.com", "nonce": CHALLENGE, "vp": presentation} | changes
    return {
        "@context": V2,
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/jwt,{_old_token(HOLDER, claims)}",
    }


def test_an_enveloped_presentation_with_a_vp_claim_is_taken_for_its_typ(client):
    answer = ask_to_verify_presentation(client, _old_presentation(), challenge=CHALLENGE)
    other = ask_to_verify_presentation(client, _old_presentation(nonce="other"), challenge=CHALLENGE)

    assert answer.status_code == 200, answer.text
    assert (other.status_code, codes(other)) == (422, ["challenge_mismatch"])


@pytest.mark.parametrize("claim", ["vc", "vp"])
def test_a_token_of_the_newer_typ_with_the_claim_of_the_older_is_refused(client, claim):
    document = credential_for("vc-jose", issuer=HOLDER.did)

    good, bad = (
        ask_to_verify(client, _old_token(HOLDER, document | more, typ="vc+jwt")) for more in ({}, {claim: document})
    )

    assert good.status_code == 200, good.text
    assert bad.status_code in (400, 422)


@pytest.mark.parametrize("kind", ["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"])
@pytest.mark.parametrize("address", ["data:application/vc+jwt,e30", "data:,", "https://example.com/vc", None, 4])
def test_an_envelope_without_a_token_in_it_is_refused(client, kind, address):
    envelope = {"@context": V2, "type": kind, "id": address}

    answers = [ask_to_verify(client, envelope), ask_to_verify_presentation(client, envelope)]

    assert {answer.status_code for answer in answers} <= {400, 422}
    assert all(answer.json()["errors"] for answer in answers)


# --- the suite of the VC API's verifiers -------------------------------------------------------------------------------

WRONG = {
    "@context": ["string", {}, None, 10, True],
    "@context ": [[[]], [None], [10], [True]],
    "type": ["string", {}, None, 10, True],
    "type ": [[[]], [{}], [None], [10], [True]],
    "issuer": [[], None, 10, True],
    "credentialSubject": ["string", None, 10, True, []],
    "proof": ["string", None, 10, True, []],
}


@pytest.mark.parametrize(("member", "value"), [(member, value) for member, values in WRONG.items() for value in values])
@pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-rdfc-2022"])
def test_a_member_of_the_wrong_kind_does_not_verify(client, suite, member, value):
    assert ask_to_verify(client, _signed(suite) | {member.strip(): value}).status_code in (400, 422)


@pytest.mark.parametrize("member", ["@context", "type", "issuer", "credentialSubject", "proof"])
@pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-rdfc-2022"])
def test_a_credential_without_a_member_that_it_must_have_does_not_verify(client, suite, member):
    credential = _signed(suite)
    assert ask_to_verify(client, credential).status_code == 200

    del credential[member]

    assert ask_to_verify(client, credential).status_code in (400, 422)


@pytest.mark.parametrize(
    ("suite", "member"),
    [
        *(
            ("Ed25519Signature2020", name)
            for name in ("type", "created", "verificationMethod", "proofValue", "proofPurpose")
        ),
        *(
            ("eddsa-rdfc-2022", name)
            for name in ("type", "cryptosuite", "verificationMethod", "proofValue", "proofPurpose")
        ),
    ],
)
def test_a_proof_without_a_member_that_it_must_have_does_not_verify(client, suite, member):
    credential = _signed(suite)
    del credential["proof"][member]

    assert ask_to_verify(client, credential).status_code in (400, 422)


def _signed(suite):
    contexts = [V2, EXAMPLES, "https://w3id.org/security/suites/ed25519-2020/v1"]
    document = credential_for("eddsa-rdfc-2022", issuer=HOLDER.did) | {"@context": contexts}
    return add_proof(document, HOLDER, suite=suite, **MADE)


# --- DIDs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("did", "error"),
    [
        (f"did:key:{multibase_encode(bytes.fromhex('ed01') + bytes(range(31)))}", "invalidPublicKeyLength"),
        ("did:key:6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "invalidDid"),
        ("did:key:" + "z" * 5000, "invalidDid"),
    ],
    ids=["too short", "not multibase", "too long"],
)
def test_a_key_that_is_none_has_the_error_of_did_key(client, did, error):
    answer = client.get(f"/vc/identifiers/{did}")

    assert answer.status_code == 400
    assert answer.json()["didResolutionMetadata"]["error"] == error
    assert answer.json()["@context"] == "https://w3id.org/did-resolution/v1"
