"""The test kit: credentials, good ones and bad ones, for whoever writes a verifier, or uses ours.

    from vcwallet.testing import cases, make_case

    case = make_case(kind="learner-record", securing="VC-JWT ES256", status="revocation", fault="revoked")
    report = verify(case.data, toolkit=case.toolkit(), policy=case.policy, at=case.at)
    assert case.complaint(report) == ""

- `make_case` makes the case of one credential with one fault, `cases` some hundred of them, in which every pair of values
  that goes together occurs. `FAULTS` has all faults by name. `write_case` writes one down for other languages.
- `SampleIssuer`, `sample_document` and `OutsideWorld` are the parts: an issuer, what it could issue, and the internet.
- `vcwallet.testing.plugin` has fixtures for pytest.

Everything is made offline, and is the same again for the same seed. Keys follow from texts that anybody can read: they
protect nothing, and must never be trusted outside of tests. Nothing in the library imports this package.
"""

from vcwallet.testing.cases import Case, cases, make_case, write_case
from vcwallet.testing.faults import FAULTS, Expected, Fault
from vcwallet.testing.issuers import SIGNED_AT, VERIFIED_AT, SampleIssuer
from vcwallet.testing.outside_world import OutsideWorld
from vcwallet.testing.samples import LEARNER_ADDRESS, sample_document

__all__ = [
    "FAULTS",
    "LEARNER_ADDRESS",
    "SIGNED_AT",
    "VERIFIED_AT",
    "Case",
    "Expected",
    "Fault",
    "OutsideWorld",
    "SampleIssuer",
    "cases",
    "make_case",
    "sample_document",
    "write_case",
]
