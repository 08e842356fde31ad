"""The inputs of the W3C test suite of VC Data Model 2.0: 120 documents, and what their names say of them.

They are unsigned. As the suite does, the test makes a key of its own issuer and holder, secures each document and asks for
the answer (tests/data_model_inputs.py).

Where our answer is another than the name of the file says, the table has it with the code and the reason.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.data_model_inputs import ASKED, INPUTS, inputs, secured_credential, secured_presentation
from tests.shared_data import cases
from vcwallet import Policy, standard_toolkit, verify, verify_presentation

AT = datetime(2026, 3, 1, tzinfo=UTC)
TOOLKIT = standard_toolkit()

_EMPTY = ("invalid", "presentation_empty", "it presents nothing: the form is right, and there is nothing to verify")
_PAST = ("invalid", "expired", "the form is right; the suite does not ask about the time, and it has passed")
_STATUS = ("indeterminate", "status_type_unsupported", "the form is right; CredentialStatusList2017 is long gone")
_SELF_ASSERTED = (
    "invalid",
    "presented_invalid",
    "a credential that only the presentation secures: a key for authentication asserts nothing, and ours are signed each",
)
EXCEPTIONS = {
    "credential-status-missing-id-ok": _STATUS,
    "credential-status-ok": _STATUS,
    "credential-validfrom-far-future-ok": ("invalid", "not_yet_valid", "the form is right; the time has not come"),
    "credential-validuntil-ms-ok": _PAST,
    "credential-validuntil-ok": _PAST,
    "credential-validuntil-tz-ok": _PAST,
    "presentation-enveloped-vc-ok": (
        "indeterminate",
        "presented_undecided",
        "application/vc-ld+jwt;base64url is a name of an early draft; the token in it is signed by nobody known",
    ),
    "presentation-id-ok": _EMPTY,
    "presentation-ok": _EMPTY,
    "presentation-optional-type-ok": _EMPTY,
    "presentation-self-asserted-vc-ok": _SELF_ASSERTED,
}


@pytest.mark.parametrize("file", cases(INPUTS, 120, inputs))
def test_the_verdict_is_the_one_of_the_name_or_argued(file):
    name, document = file.stem, json.loads(file.read_text())
    if name.startswith("presentation"):
        data = secured_presentation(document, name)
        report = verify_presentation(data, toolkit=TOOLKIT, policy=Policy(**ASKED), at=AT)
    else:
        report = verify(secured_credential(document, name), toolkit=TOOLKIT, at=AT)

    found = [check.code for check in report.checks if check.required and check.outcome in ("failed", "unknown")]
    if name in EXCEPTIONS:
        verdict, code, _ = EXCEPTIONS[name]
        assert (report.verdict, found) == (verdict, [code])
        assert report.check("structure").outcome == "passed"
    elif name.endswith("-ok"):
        assert report.verdict == "valid", report.problems
    else:
        assert report.verdict in ("malformed", "invalid")
        # Refused for what is wrong with the document, and not for the key or the signature.
        assert (
            "self-asserted" in name
            or {report.check("structure").outcome, report.check("context").outcome} & {"failed"}
            or any(credential.verdict == "malformed" for credential in report.credentials)
        )
        assert report.check("proof").code in ("proof_good", "proof_malformed", "not_reached")
