"""The inputs of the W3C test suite of VC Data Model 2.0, prepared as the suite does: with our party as issuer and holder.

They are unsigned. They are secured with JCS, which signs any JSON, so that what must be refused is refused for its form and
not because nobody could sign it.
"""

import pytest

from vcwallet.testing.signing import SampleKey, add_proof

INPUTS = "vectors/vc-data-model-2.0-test-suite/input"
PARTY = SampleKey.from_seed("W3C suite issuer")
ASKED = {"challenge": "123456789", "domain": "example.com"}
# As suites write them who count from today.
DATES = {"PAST DATE": "2025-01-01T00:00:00Z", "FUTURE DATE": "2027-01-01T00:00:00Z"}


def inputs(path):
    """Each file as a parameter with its name, which says what the suite wants."""
    for file in sorted(path.rglob("*.json")):
        yield pytest.param(file, id=file.stem)


def _with_our_party(document, member):
    """Issuer or holder is ours, where the input has an address or none; what is wrong on purpose stays."""
    value = document.get(member)
    if isinstance(value, str) and ":" in value:
        return document | {member: PARTY.did}
    if isinstance(value, dict) and (":" in (value.get("id") or "") or "id" not in value or value["id"] == ""):
        return document | {member: value | {"id": PARTY.did}}
    return document


def secured_credential(document, name):
    document = {
        member: DATES.get(value, value) if isinstance(value, str) else value for member, value in document.items()
    }
    if "issuer" not in document and name != "credential-no-issuer-fail":
        document |= {"issuer": PARTY.did}
    document = _with_our_party(document, "issuer")
    if name.endswith("-ok"):
        document.pop("proof", None)  # of some other document
    return add_proof(document, PARTY, suite="eddsa-jcs-2022")


def secured_presentation(document, name):
    presented = document.get("verifiableCredential")
    if presented is not None and "self-asserted" not in name:
        presented = [
            secured_credential(entry, name) if isinstance(entry, dict) and "issuer" in entry else entry
            for entry in presented
        ]
        document |= {"verifiableCredential": presented}
    if name != "presentation-holder-name-fail":
        document = _with_our_party(document, "holder")
    return add_proof(document, PARTY, suite="eddsa-jcs-2022", proofPurpose="authentication", **ASKED)
