"""Who calls the VC API in tests: keys, a credential for each profile, and the requests that suites make."""

from datetime import UTC, datetime

from vcwallet_api.vc_api.profiles import PROFILES, ProfileKeys

AT = datetime(2025, 6, 1, 12, tzinfo=UTC)
SECRET = b"\x07" * 32
KEYS = ProfileKeys(SECRET)
V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
# As suites write them who count from today.
DATES = {"PAST DATE": "2025-01-01T00:00:00Z", "FUTURE DATE": "2027-01-01T00:00:00Z"}
# A holder shows what is issued so only after deriving: its base proof is refused.
BASE_PROOFS = ("ecdsa-sd-2023", "bbs-2023")


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


def issued_for_verifiers(client, profile, credential=None):
    """A credential that a verifier may be shown."""
    issued = ask_to_issue(client, profile, credential)
    assert issued.status_code == 201, issued.text
    if profile not in BASE_PROOFS:
        return issued.json()["verifiableCredential"]
    derived = ask_to_derive(client, issued.json()["verifiableCredential"], ["/credentialSubject"])
    assert derived.status_code == 201, derived.text
    return derived.json()["verifiableCredential"]
