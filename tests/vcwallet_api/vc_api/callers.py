"""Who calls the VC API in tests: keys, a credential for each profile, and the requests that suites make."""

import json
from datetime import UTC, datetime

from tests.shared_data import SHARED_DATA, is_available
from vcwallet import issue
from vcwallet_api.vc_api.profiles import PROFILES, ProfileKeys

AT = datetime(2025, 6, 1, 12, tzinfo=UTC)
SECRET = b"\x07" * 32
KEYS = ProfileKeys(SECRET)
V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
# Where the list of the Bitstring Status List specification is found in the tests' world.
LISTS_OF_OTHERS = "https://lists.example/of-the-specification"
# A holder shows what is issued so only after deriving: its base proof is refused.
BASE_PROOFS = ("ecdsa-sd-2023", "bbs-2023")


def world():
    """What the verifying processes find: a status list, and the issuer of the suite of VC-JOSE-COSE, where they are at hand."""
    found = {}
    if is_available("vectors/bitstring"):
        (example,) = json.loads((SHARED_DATA / "vectors/bitstring/spec-examples.json").read_text())
        found[LISTS_OF_OTHERS] = dict(_published_list(example["encodedList"]).document)
    if is_available("vectors/vc-jose-cose-test-suite"):
        folder = SHARED_DATA / "vectors/vc-jose-cose-test-suite/input"
        methods = [json.loads(file.read_text()) for file in sorted(folder.glob("vm-[ep]*.json"))]
        public = [{name: method[name] for name in ("id", "type", "controller", "publicKeyJwk")} for method in methods]
        ids, issuer = [method["id"] for method in public], public[0]["controller"]
        found[issuer] = {
            "id": issuer,
            "verificationMethod": public,
            "assertionMethod": ids,
            "authentication": ids,
        }
    return found


def _published_list(encoded):
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded}
    document = {
        "@context": [V2],
        "id": LISTS_OF_OTHERS,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": controller("eddsa-rdfc-2022"),
        "validFrom": "2024-01-01T00:00:00Z",
        "credentialSubject": subject,
    }
    return issue(document, KEYS.signer(PROFILES["eddsa-rdfc-2022"]), securing="eddsa-rdfc-2022", at=AT)


def controller(profile):
    return KEYS.signer(PROFILES[profile]).controller


def credential_for(profile, **more):
    return {
        "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential"],
        "issuer": controller(profile),
        "credentialSubject": {"id": "did:example:subject", "name": "Ana"},
    } | more


def old_credential_for(profile, **more):
    """The same in data model 1.1, without any context for a proof, as the suites send it."""
    old = {"@context": [V1], "issuanceDate": "2024-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:subject"}}
    return credential_for(profile) | old | more


def ask_to_issue(client, profile, credential=None, **body):
    body = {"credential": credential or credential_for(profile), "options": {}} | body
    return client.post(f"/vc/{profile}/credentials/issue", json=body)


def ask_to_derive(client, credential, selective=(), **body):
    options = {"selectivePointers": list(selective)}
    return client.post("/vc/credentials/derive", json={"verifiableCredential": credential, "options": options} | body)


def ask_to_verify(client, credential, **body):
    return client.post(
        "/vc/credentials/verify", json={"verifiableCredential": credential, "options": {"checks": ["proof"]}} | body
    )


def ask_to_verify_presentation(client, presentation, **options):
    body = {"verifiablePresentation": presentation, "options": options}
    return client.post("/vc/presentations/verify", json=body)


def codes(answer):
    """Why an answer is no."""
    return [error["code"] for error in answer.json()["errors"]]


def issued_for_verifiers(client, profile, credential=None):
    """A credential that a verifier may be shown."""
    issued = ask_to_issue(client, profile, credential)
    assert issued.status_code == 201, issued.text
    if profile not in BASE_PROOFS:
        return issued.json()["verifiableCredential"]
    derived = ask_to_derive(client, issued.json()["verifiableCredential"], ["/credentialSubject"])
    assert derived.status_code == 201, derived.text
    return derived.json()["verifiableCredential"]
