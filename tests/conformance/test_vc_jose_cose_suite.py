"""The inputs of the W3C test suite of VC-JOSE-COSE that are there to be verified: JOSE, SD-JWT and COSE.

Its issuer is given the controller document that the suite's key files describe. COSE is recognised, and
undecided. Where our answer is another than the suite wants, the table has it with the reason.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.shared_data import cases
from vcwallet import StaticFetcher, standard_toolkit, verify, verify_presentation

# A day on which the token of the presentations has been made and has not expired; the suite ignores exp.
AT = datetime(2024, 12, 16, 12, tzinfo=UTC)
ISSUER = "https://example.issuer/vc-jose-cose"

# Number of the case → our verdict, a code of why ("" for none), and the reason.
EXCEPTIONS = {
    7: (
        "invalid",
        "invalid_iri",
        "the id of its third credential ends with a line break, which no URL has; without that credential see below",
    ),
    9: (
        "valid",
        "",
        "its issuer signed it with ES512: the suite refuses it only because it hands out another key of the same issuer",
    ),
}
_OTHER_SECURING = ("cose",)
# "Incorrect encoding", in hexadecimal digits: nothing that anybody would recognise.
_NOT_RECOGNISED = 30


def _cases(path):
    for case in json.loads((path / "test-mapping.json").read_text()).values():
        if case["fn"] == "verify":
            yield pytest.param((path / "input", case), id=f"{case['number']}-{case['input_file']}")


def _world(folder):
    methods = [json.loads(file.read_text()) for file in sorted(folder.glob("vm-*.json"))]
    listed = [
        {name: method[name] for name in ("id", "type", "controller", "publicKeyJwk")}
        for method in methods
        if method["controller"] == ISSUER
    ]
    ids = [method["id"] for method in listed]
    return {ISSUER: {"id": ISSUER, "verificationMethod": listed, "assertionMethod": ids, "authentication": ids}}


def _codes(report):
    return [
        problem.code
        for check in report.checks
        if check.required and check.outcome in ("failed", "unknown")
        for problem in check.problems
    ]


@pytest.mark.parametrize("case", cases("vectors/vc-jose-cose-test-suite", 25, _cases))
def test_the_verdict_is_the_suites_or_argued(case):
    folder, case = case
    ask = verify_presentation if case["feature"].startswith("presentation") else verify
    data = (folder / case["input_file"]).read_bytes()

    report = ask(data, toolkit=standard_toolkit(StaticFetcher(_world(folder))), at=AT)

    number = case["number"]
    if number in EXCEPTIONS:
        verdict, code, _ = EXCEPTIONS[number]
        assert report.verdict == verdict
        assert code in (_codes(report) or [""])
    elif number == _NOT_RECOGNISED:
        assert (report.verdict, _codes(report)) == ("malformed", ["input_not_recognised"])
    elif case["feature"].endswith(_OTHER_SECURING):
        assert (report.verdict, _codes(report)) == ("indeterminate", ["securing_unsupported"])
    elif case["expected_result"] == "success":
        assert report.verdict == "valid", report.problems
    else:
        assert report.verdict in ("invalid", "malformed"), report.problems


@pytest.mark.parametrize("case", cases("vectors/vc-jose-cose-test-suite", 25, _cases)[1:2])
def test_the_presentation_itself_is_good_and_so_is_its_credential_as_vc_jwt(case):
    folder, case = case
    data = (folder / case["input_file"]).read_bytes()

    report = verify_presentation(data, toolkit=standard_toolkit(StaticFetcher(_world(folder))), at=AT)

    outcomes = {name: report.check(name).outcome for name in ("structure", "proof", "holder", "period")}
    assert set(outcomes.values()) == {"passed"}
    assert [credential.verdict for credential in report.credentials] == ["valid", "valid", "indeterminate"]
    assert "jwt_iat_not_numeric" in [note.code for note in report.credentials[0].notes]
