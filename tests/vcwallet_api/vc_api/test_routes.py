"""The VC API through its endpoints: every statement of the W3C suites about status codes and refusals."""

import json
from datetime import UTC, datetime

import pytest

from tests.shared_data import cases
from tests.vcwallet_api.vc_api.callers import (
    KEYS,
    V1,
    V2,
    issued_for_verifiers,
    old_credential_for,
)
from tests.vcwallet_api.vc_api.callers import (
    ask_to_issue as _issue,
)
from tests.vcwallet_api.vc_api.callers import (
    ask_to_verify as _verify,
)
from tests.vcwallet_api.vc_api.callers import (
    credential_for as _credential,
)
from vcwallet_api.vc_api.profiles import PROFILES, ProfileKeys


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_issued_verifies_in_every_profile(client, profile):
    credential = issued_for_verifiers(client, profile)

    answer = _verify(client, credential)

    assert answer.status_code == 200, answer.text
    assert answer.json()["verified"] is True
    assert answer.json()["errors"] == []


@pytest.mark.parametrize("profile", [name for name in PROFILES if name.startswith(("eddsa", "ecdsa", "bbs"))])
def test_data_model_1_1_without_a_context_for_proofs_gets_one_and_verifies(client, profile):
    credential = issued_for_verifiers(client, profile, old_credential_for(profile))

    assert credential["@context"][:2] == [V1, "https://w3id.org/security/data-integrity/v2"]
    assert _verify(client, credential).status_code == 200


def test_a_proof_says_all_that_the_suites_ask_of_one(client):
    proof = _issue(client, "eddsa-rdfc-2022").json()["verifiableCredential"]["proof"]

    did = KEYS.signer(PROFILES["eddsa-rdfc-2022"]).controller
    assert did.startswith("did:key:z6Mk")
    assert proof["verificationMethod"] == f"{did}#{did.removeprefix('did:key:')}"
    assert (proof["type"], proof["cryptosuite"]) == ("DataIntegrityProof", "eddsa-rdfc-2022")
    assert proof["proofPurpose"] == "assertionMethod"
    assert proof["proofValue"].startswith("z")


@pytest.mark.parametrize(("profile", "prefix"), [("ecdsa-rdfc-2019-p256", "zDna"), ("ecdsa-rdfc-2019-p384", "z82L")])
def test_keys_of_each_type_are_did_keys(profile, prefix):
    assert KEYS.signer(PROFILES[profile]).controller.startswith(f"did:key:{prefix}")


def test_keys_are_the_same_after_a_new_start_and_others_under_another_secret():
    profile = PROFILES["ecdsa-jcs-2019-p384"]
    again, other = ProfileKeys(b"\x07" * 32), ProfileKeys(b"\x08" * 32)

    assert again.signer(profile).controller == KEYS.signer(profile).controller
    assert other.signer(profile).controller != KEYS.signer(profile).controller


def test_an_issued_token_comes_in_an_envelope(client):
    credential = _issue(client, "vc-jose").json()["verifiableCredential"]

    assert credential["type"] == "EnvelopedVerifiableCredential"
    assert credential["id"].startswith("data:application/vc+jwt,eyJ")


@pytest.mark.parametrize(
    ("what", "credential", "code"),
    [
        ("another issuer", _credential("eddsa-rdfc-2022", issuer="did:key:z6MkOther"), "issuer_is_not_signer"),
        ("no issuer", {k: v for k, v in _credential("eddsa-rdfc-2022").items() if k != "issuer"}, "issuer_missing"),
        (
            "an unknown context",
            _credential("eddsa-rdfc-2022") | {"@context": [V2, "https://example.com"]},
            "context_unavailable",
        ),
        (
            "an undefined term",
            _credential("eddsa-rdfc-2022") | {"@context": [V2], "undefinedTerm": "x"},
            "undefined_term",
        ),
        (
            "an undefined type",
            _credential("eddsa-rdfc-2022") | {"@context": [V2], "type": ["VerifiableCredential", "Undefined"]},
            "undefined_type",
        ),
        ("no type", _credential("eddsa-rdfc-2022") | {"type": []}, None),
        ("a text", "credential", "value_missing"),
        ("nothing", None, "value_missing"),
        ("a list", [], "value_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_what_must_not_be_signed_is_refused_with_the_reason(client, what, credential, code):
    answer = client.post("/vc/credentials/issue", json={"credential": credential, "options": {}})

    assert answer.status_code in (400, 422), what
    assert answer.json()["errors"]
    assert code is None or code in [error["code"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b'{"credential": {}, "credential": {}}',
        b'{"credential": NaN}',
        b"[" * 5000,
    ],
)
@pytest.mark.parametrize(
    "path", ["/vc/credentials/issue", "/vc/credentials/verify", "/vc/presentations/verify", "/vc/presentations"]
)
def test_a_body_that_cannot_be_read_is_400(client, path, body):
    answer = client.post(path, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_options_that_are_null_are_as_good_as_none_and_text_is_not(client):
    credential = _issue(client, "eddsa-jcs-2022").json()["verifiableCredential"]

    assert _verify(client, credential, options=None).status_code == 200
    assert _verify(client, credential, options="checks").status_code == 400
    assert _issue(client, "eddsa-jcs-2022", options=None).status_code == 201


@pytest.mark.parametrize(
    ("name", "change", "statuses"),
    [
        ("no proof", lambda vc: {k: v for k, v in vc.items() if k != "proof"}, (400, 422)),
        ("a changed subject", lambda vc: vc | {"credentialSubject": {"id": "did:example:other"}}, (422,)),
        (
            "another proof value",
            lambda vc: vc | {"proof": vc["proof"] | {"proofValue": vc["proof"]["proofValue"][:-2] + "11"}},
            (400, 422),
        ),
        (
            "no proof purpose",
            lambda vc: vc | {"proof": {k: v for k, v in vc["proof"].items() if k != "proofPurpose"}},
            (400, 422),
        ),
        ("another proof purpose", lambda vc: vc | {"proof": vc["proof"] | {"proofPurpose": "authentication"}}, (422,)),
        ("an unknown suite", lambda vc: vc | {"proof": vc["proof"] | {"cryptosuite": "unknown"}}, (422,)),
        ("null instead of one", lambda _: None, (400,)),
        ("text instead of one", lambda _: "credential", (400,)),
        ("itself as text", json.dumps, (400,)),
        ("itself as text after a space", lambda vc: f" {json.dumps(vc)}", (400,)),
        ("itself in a list", lambda vc: [vc], (400,)),
        ("a number instead of one", lambda _: 4, (400,)),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_does_not_verify_is_refused_and_its_neighbour_is_not(client, name, change, statuses):
    credential = _issue(client, "eddsa-rdfc-2022").json()["verifiableCredential"]

    answer = _verify(client, change(credential))

    assert answer.status_code in statuses, answer.text
    assert answer.json()["verified"] is False
    assert answer.json()["errors"]
    assert _verify(client, credential).status_code == 200


def test_who_asks_for_the_proof_alone_gets_it_and_is_told_that_the_rest_is_bad(client, clock):
    credential = _issue(
        client, "eddsa-rdfc-2022", _credential("eddsa-rdfc-2022", validUntil="2025-12-16T00:00:00Z")
    ).json()["verifiableCredential"]
    assert _verify(client, credential, options={}).status_code == 200

    clock[0] = datetime(2026, 1, 1, tzinfo=UTC)
    answers = {
        name: _verify(client, credential, options=options)
        for name, options in {
            "all": {},
            "null": {"checks": None},
            "period": {"checks": ["proof", "period"]},
            "proof": {"checks": ["proof"]},
            "none": {"checks": []},
        }.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "all": 422,
        "null": 422,
        "period": 422,
        "proof": 200,
        "none": 200,
    }
    assert [error["code"] for error in answers["all"].json()["errors"]] == ["expired"]
    assert "[expired]" in answers["proof"].json()["warnings"][-1]


def test_a_changed_credential_fails_whatever_is_asked(client):
    credential = _issue(client, "eddsa-rdfc-2022").json()["verifiableCredential"]

    changed = credential | {"credentialSubject": {"id": "did:example:other"}}

    for checks in ([], ["credentialStatus"], ["proof"], None):
        assert _verify(client, changed, options={"checks": checks}).status_code == 422


@pytest.mark.parametrize("checks", ["proof", [4], ["proof", "unheard"], {}, 1, [None]])
def test_a_check_that_there_is_not_is_not_left_undone_in_silence(client, checks):
    credential = _issue(client, "eddsa-rdfc-2022").json()["verifiableCredential"]

    assert _verify(client, credential, options={"checks": checks}).status_code == 400


# --- presentations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [name for name, profile in PROFILES.items() if profile.presenting])
def test_a_presentation_is_made_and_verified_for_challenge_and_domain(client, profile):
    credential = issued_for_verifiers(client, profile if profile != "vc-jwt" else "vc-jose")
    asked = {"challenge": "uABC", "domain": "github.com/w3c/vc-data-model-2.0-test-suite"}
    made = client.post(
        f"/vc/{profile}/presentations",
        json={"presentation": {"verifiableCredential": [credential]}, "options": asked},
    )
    assert made.status_code == 201, made.text
    presentation = made.json()["verifiablePresentation"]

    right = client.post("/vc/presentations/verify", json={"verifiablePresentation": presentation, "options": asked})
    wrong = client.post(
        "/vc/presentations/verify",
        json={"verifiablePresentation": presentation, "options": asked | {"challenge": "other"}},
    )

    assert right.status_code == 200, right.text
    assert wrong.status_code == 422
    assert "challenge_mismatch" in [error["code"] for error in wrong.json()["errors"]]


def test_a_presentation_without_proof_and_a_credential_in_its_place_are_refused(client):
    credential = _issue(client, "eddsa-rdfc-2022").json()["verifiableCredential"]
    unsigned = {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": [credential]}

    for presentation in (unsigned, credential, None, "text", {}):
        answer = client.post("/vc/presentations/verify", json={"verifiablePresentation": presentation, "options": {}})
        assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("presentation", "code"),
    [
        ({"verifiableCredential": []}, None),
        ({"verifiableCredential": "text"}, None),
        ({"verifiableCredential": [{"type": "VerifiableCredential"}]}, "credential_not_signed"),
        ({"verifiableCredential": [], "holder": "did:key:z6MkOther"}, "holder_is_not_signer"),
        ({"verifiableCredential": [], "termsOfUse": {}}, "presentation_member_unsupported"),
    ],
)
def test_a_presentation_that_cannot_be_made_is_refused(client, presentation, code):
    answer = client.post("/vc/presentations", json={"presentation": presentation})

    assert answer.status_code in (400, 422)
    assert code is None or answer.json()["code"] == code


def test_there_is_no_list_and_no_profile_of_another_name(client):
    assert client.get("/vc/status-lists/message").status_code == 404
    assert client.post("/vc/unknown/credentials/issue", json={}).status_code == 404
    assert client.post("/vc/unknown/presentations", json={}).status_code == 404


# --- DIDs -------------------------------------------------------------------------------------------------------------


def test_a_did_key_resolves_to_its_document(client):
    did = KEYS.signer(PROFILES["eddsa-rdfc-2022"]).controller

    for address in (did, did.replace(":", "%3A")):
        answer = client.get(
            f"/vc/identifiers/{address}?publicKeyFormat=Multikey&enableExperimentalPublicKeyTypes=false"
        )
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["didDocument"]["id"] == did
        assert found["didDocument"]["verificationMethod"][0]["type"] == "Multikey"
        assert "error" not in found["didResolutionMetadata"]
        assert answer.headers["content-type"].startswith("application/ld+json")


def test_a_did_url_is_dereferenced_to_the_key_that_it_names(client):
    did = KEYS.signer(PROFILES["eddsa-rdfc-2022"]).controller
    key = did.removeprefix("did:key:")

    answer = client.get(f"/vc/identifiers/{did}%23{key}")

    assert answer.status_code == 200
    assert answer.json()["didDocument"]["id"] == f"{did}#{key}"
    assert "error" not in answer.json()["didDereferencingMetadata"]
    assert client.get(f"/vc/identifiers/{did}%23other").status_code == 404


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("did:key:z6Mk!", "invalidDid"),
        ("text", "invalidDid"),
        ("did:key:zMo5BqSjiL8xu1VL8imRTRC3h5C7UEgCaPrEm1GrpBu4bY", "unsupportedPublicKeyType"),
        ("did:example:123", "methodNotSupported"),
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK%2Fpath", "invalidDidUrl"),
        (
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK?publicKeyFormat=JsonWebKey2020",
            "unsupportedPublicKeyType",
        ),
        (
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK?publicKeyFormat=Unheard",
            "unsupportedPublicKeyType",
        ),
        (
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK?publicKeyFormat=Ed25519VerificationKey2018",
            "invalidPublicKeyType",
        ),
        (
            "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169?publicKeyFormat=Ed25519VerificationKey2020",
            "invalidPublicKeyType",
        ),
    ],
)
def test_what_does_not_resolve_says_why_in_the_words_of_did_key(client, address, error):
    answer = client.get(f"/vc/identifiers/{address}")

    assert answer.status_code == 400, answer.text
    assert answer.json()["didDocument"] == {}
    (metadata,) = [
        value for name, value in answer.json().items() if name in ("didResolutionMetadata", "didDereferencingMetadata")
    ]
    assert metadata["error"] == error


def _did_vectors(path):
    for file in sorted(path.glob("*.json")):
        for did in json.loads(file.read_text()):
            if did.startswith("did:key:"):
                yield pytest.param(did, id=did[8:24])


@pytest.mark.parametrize("did", cases("vectors/did-key/test-vectors", 26, _did_vectors))
def test_every_published_did_key_resolves_to_itself(client, did):
    answer = client.get(f"/vc/identifiers/{did}")

    assert answer.status_code == 200
    assert answer.json()["didDocument"]["id"] == did
