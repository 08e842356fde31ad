"""The sample files of the public 1EdTech validator, Open Badges 3.0 and CLR 2.0: each verdict, or why ours differs.

Its VALID and WARNING are our valid, its INVALID any verdict but valid. Of the CLR samples also those that no test of the
validator asserts have a verdict here. Selectively disclosed samples are left to the issue that brings their suite.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.issuers_of_samples import documents_for
from tests.shared_data import cases
from vcwallet import StaticFetcher, standard_toolkit, unbake, verify
from vcwallet.operations.baking import is_image

AT = datetime(2025, 6, 1, tzinfo=UTC)

LATER = ("sd/",)

NOT_ASSERTED = "NOT ASSERTED"

# Where we answer otherwise: file → our verdict, the code that says why, and the argument.
DIFFERENT = {
    "ob30/simple-did-key-method.json": (
        "invalid",
        "key_not_bound_to_issuer",
        "the issuer is a urn:uuid and the key a did:key: nothing binds them, so anybody could have signed",
    ),
    "ob30/complete.json": (
        "invalid",
        "nested_invalid",
        "the validator refuses it because a third-party schema is no longer served; we, because its endorsements are not signed",
    ),
    "ob30/credential-status-revoked.json": (
        "indeterminate",
        "unreachable",
        "the issuer's did:web document is not among the samples; without its key nothing is asked of its revocation list",
    ),
    "ob30/simple.jwt": (
        "malformed",
        "jose_key_missing",
        "the validator asserts only that it can be taken apart; the token names no key at all",
    ),
    "ob30/simple-context-version.json": (
        "valid",
        "context_outdated",
        "no verdict is asserted, only that the older context is reported",
    ),
    "clr20/complex.json": (
        "invalid",
        "key_not_bound_to_issuer",
        "issuers are urn:uuids and keys did:keys: anybody could have signed; the test that asserts VALID is commented out",
    ),
    "clr20/simple_v1.json": (
        "invalid",
        "verification_method_scheme",
        "the key stands in the fragment of a urn:uuid, which nobody can look up: it proves only itself",
    ),
    "clr20/simple.jwt": (
        "malformed",
        "context_order",
        "it is of a draft of CLR 2.0 with contexts that are gone; its validator test is disabled, and asserted VALID",
    ),
    "clr20/simple-noproof.json": ("malformed", "context_order", "a draft of CLR 2.0, and without a proof"),
    "clr20/simple_old_safesigned.json": (
        "malformed",
        "context_order",
        "a draft of CLR 2.0, with a signature that is wrong",
    ),
}


def _corpus(path):
    index = json.loads((path / "INDEX.json").read_text())["files"]
    for name, entry in sorted(index.items()):
        asserted = [expectation["verdict"] for expectation in entry.get("expectations", ())]
        is_of_badges = name.startswith("ob30/") and asserted and not any(word in name for word in LATER)
        if is_of_badges or name.startswith("clr20/"):
            yield pytest.param((path / name, next(iter(asserted), NOT_ASSERTED)), id=name)


def _status_lists(path):
    """What the lists that the status samples name would answer, with the documents of the lists' issuers."""
    if "status" not in path.name:
        return {}
    entry = json.loads(path.read_bytes())["credentialStatus"]
    if entry["type"] == "1EdTechRevocationList":
        revoked = {"id": json.loads(path.read_bytes())["id"]}
        return {entry["id"]: {"id": entry["id"], "revokedCredential": [revoked]}}
    listed = (path.parent / "testlist").read_bytes()
    return {entry["statusListCredential"]: listed} | documents_for(listed)


@pytest.mark.parametrize("case", cases("validator-corpus", 50, _corpus))
def test_the_verdict_is_the_validators_or_argued(case):
    path, expected = case
    data = path.read_bytes()
    documents = documents_for(unbake(data) if is_image(data) else data) | _status_lists(path)

    report = verify(data, toolkit=standard_toolkit(StaticFetcher(documents)), at=AT)

    found = [
        (check.name, check.code, check.message) for check in report.checks if check.outcome in ("failed", "unknown")
    ]
    name = f"{path.parent.name}/{path.name}"
    if name in DIFFERENT:
        verdict, code, _ = DIFFERENT[name]
        codes = [code for _, code, _ in found] + [note.code for note in report.notes]
        assert (report.verdict, code in codes) == (verdict, True), found
    elif expected.startswith(("VALID", "WARNING")):
        assert report.verdict == "valid", found
    else:
        assert report.verdict in ("invalid", "malformed"), found
