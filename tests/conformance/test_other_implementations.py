"""Credentials that other implementations secured, and what somebody then did to them: `vectors/`, case by case.

A case names the verdict, or the verdicts that are right, and the checks of which one has to say why. It passes only if
the reason fits too: refused for the wrong cause is a failure.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from vcwallet import Policy, StaticFetcher, standard_toolkit, verify, verify_presentation

VECTORS = Path(__file__).resolve().parents[2] / "vectors"

# jsonld.js takes 1e-7 for a whole number, because JavaScript prints it without a dot, and signs "0". JSON-LD 1.1 (API, 8.6)
# has "1.0E-7", and so have pyld and we: what was signed is not the number in the document.
_SIGNED_ANOTHER_NUMBER = {
    f"digitalbazaar/{suite}/{name}"
    for suite in ("eddsa-rdfc-2022", "ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019-p384")
    for name in ("numbers", "number-written-otherwise")
}


def _cases():
    return [pytest.param(file, id=str(file.parent.relative_to(VECTORS))) for file in sorted(VECTORS.rglob("case.json"))]


@cache
def _world(family):
    return json.loads((VECTORS / family / "world.json").read_text())


def _toolkit(family, changes):
    """The internet of a family, as a case changes it; null is an address that has gone."""
    world = _world(family) | changes
    return standard_toolkit(StaticFetcher({url: document for url, document in world.items() if document is not None}))


def _answer(case, data, **how):
    """What the case is about: a credential, or a presentation that a verifier asked for."""
    if "asked" not in case:
        return verify(data, **how)
    asked = case["asked"]
    assert asked["operation"] == "verify_presentation"
    policy = Policy(challenge=asked["challenge"], domain=asked["domain"])
    return verify_presentation(data, policy=policy, **how)


@pytest.mark.parametrize("file", _cases())
def test_the_verdict_and_its_reason_are_as_stated(file):
    case = json.loads(file.read_text())
    expected = case["expect"]
    family = file.relative_to(VECTORS).parts[0]

    report = _answer(
        case,
        (file.parent / case["input"]).read_bytes(),
        toolkit=_toolkit(family, case.get("world", {})),
        at=datetime.fromisoformat(case["at"]),
    )

    verdicts = expected["verdict"] if isinstance(expected["verdict"], list) else [expected["verdict"]]
    found = [
        (check.name, check.code, check.message) for check in report.checks if check.outcome in ("failed", "unknown")
    ]
    if case["id"] in _SIGNED_ANOTHER_NUMBER:
        assert (report.verdict, report.check("proof").code) == ("invalid", "signature_invalid")
        return
    if "asked" not in case and report.check("nested").outcome == "unknown":
        # Credentials inside are not verified yet, and that is said: nothing with one inside is valid.
        assert report.verdict == "indeterminate" or report.verdict in set(verdicts) - {"valid"}, found
        return
    assert report.verdict in verdicts, (case["reason"], found)
    if report.verdict != "valid" and expected.get("checks"):
        assert {name for name, _, _ in found} & set(expected["checks"]), (case["reason"], found)
    for code in expected.get("notes", []):
        assert code in [note.code for note in report.notes]


def test_every_spoiled_document_has_an_accepted_neighbour():
    verdicts = {
        case["id"]: case["expect"]["verdict"]
        for case in (json.loads(f.read_text()) for f in VECTORS.rglob("case.json"))
    }
    lonely = [
        case["id"]
        for case in (json.loads(file.read_text()) for file in VECTORS.rglob("case.json"))
        if case.get("accepted_neighbour") is not None and case["accepted_neighbour"] not in verdicts
    ]

    assert lonely == []
