"""The sample files of the public 1EdTech validator, Open Badges 3.0: each verdict that its tests assert, or why ours differs.

Its VALID and WARNING are our valid, its INVALID any verdict but valid. Endorsement and status samples are left to the
issue that brings these checks.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.issuers_of_samples import documents_for
from tests.shared_data import cases
from vcwallet import StaticFetcher, standard_toolkit, unbake, verify
from vcwallet.operations.baking import is_image

AT = datetime(2025, 6, 1, tzinfo=UTC)

LATER = ("endorsement", "credential-status", "bit-string-list", "sd/")

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
}


def _corpus(path):
    index = json.loads((path / "INDEX.json").read_text())["files"]
    for name, entry in sorted(index.items()):
        if name.startswith("ob30/") and entry.get("expectations") and not any(word in name for word in LATER):
            yield pytest.param((path / name, entry["expectations"][0]["verdict"]), id=name)


@pytest.mark.parametrize("case", cases("validator-corpus", 38, _corpus))
def test_the_verdict_is_the_validators_or_argued(case):
    path, expected = case
    data = path.read_bytes()
    documents = documents_for(unbake(data) if is_image(data) else data)

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
