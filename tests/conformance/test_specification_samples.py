"""The signed samples of the Open Badges 3.0 specification: 16 of data model 2.0 and 16 of 1.1, half of them tokens.

The proof check passes for every one. With the issuers' documents served from memory, all are valid but for those in the
table, which say why.
"""

from datetime import UTC, datetime

import pytest

from tests.issuers_of_samples import documents_for
from tests.shared_data import cases
from vcwallet import StaticFetcher, standard_toolkit, verify

AT = datetime(2025, 6, 1, tzinfo=UTC)

# The endorsements inside are for show: none is signed by anybody, and their terms are not all defined. The schema of the
# endorsement is at a host that serves none, and so are all revocation lists.
COMPLETE = ("invalid", ["unreachable", "nested_invalid"])
ENDORSEMENT = ("indeterminate", ["unreachable", "unreachable"])
NOT_VALID = {
    f"{name}.{form}": why
    for name, why in (("complete-openbadgecredential", COMPLETE), ("sample-endorsementcredential", ENDORSEMENT))
    for form in ("jwt", "data-integrity.json")
}


def _samples(path):
    for folder in ("ob3-spec-2024-04-03", "ob3-spec-vcdm1-2024-01-26"):
        for file in sorted((path / folder).iterdir()):
            if file.suffix == ".jwt" or file.name.endswith(".data-integrity.json"):
                yield pytest.param(file, id=f"{folder}/{file.name}")


@pytest.mark.parametrize("file", cases("examples", 32, _samples))
def test_the_proof_passes_and_the_verdict_is_as_tabled(file):
    data = file.read_bytes().strip()

    report = verify(data, toolkit=standard_toolkit(StaticFetcher(documents_for(data))), at=AT)

    found = [
        (check.name, check.code, check.message) for check in report.checks if check.outcome in ("failed", "unknown")
    ]
    assert report.check("proof").outcome == "passed", found
    assert (report.verdict, [code for _, code, _ in found]) == NOT_VALID.get(file.name, ("valid", [])), found
