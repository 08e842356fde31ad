"""From a report of verify() to a credential that counts: what a receiver of a shared pathway computes from files."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.vcwallet.pathways.harbour import pathway, step
from tools.make_examples import COLLEGE, COLLEGE_DID, WORKSHOP, badge
from tools.signing import add_proof
from vcwallet import Policy, Recipient, verify
from vcwallet.errors import Problem
from vcwallet.pathways.holdings import CountingPolicy, WithdrawalKind, held_credential
from vcwallet.pathways.progress import StepState, evaluate
from vcwallet.pathways.requirement import Achievement, Score
from vcwallet.report import Check, Outcome

AT = datetime(2026, 3, 1, tzinfo=UTC)
ANA = Policy(recipient=Recipient("emailAddress", "ana@campus.example"))
BEN = Policy(recipient=Recipient("emailAddress", "ben@other.example"))
KNOTS = "https://noordzee-college.example/achievements/40"
WAY = pathway(step("knots", Achievement((KNOTS,))), issuers=(WORKSHOP.did,))


def signed(key=WORKSHOP, issuer=None, **members):
    return add_proof(
        badge(40, issuer or key.did, "Knots", **members), key, suite="ecdsa-jcs-2019" if key is WORKSHOP else None
    )


def held(document, policy=ANA, **options):
    return held_credential(verify(document, policy=policy, at=AT), **options)


def progress(*credentials, way=WAY):
    return evaluate(way, credentials, at=AT).steps["knots"]


def test_a_verified_badge_counts():
    found = held(signed())

    assert found.fault is None
    assert found.key == badge(40, "", "")["id"]
    assert found.awarded_at == datetime(2026, 1, 15, 9, tzinfo=UTC)
    assert progress(found).is_complete


def test_g18_one_changed_byte_and_the_step_is_no_longer_complete():
    document = signed()
    document["credentialSubject"]["achievement"]["description"] += "!"

    assert held(document).fault.code == "signature_invalid"
    assert [problem.code for problem in progress(held(document)).reasons] == ["badge_not_verified"]


def test_an_expired_badge_counted_once():
    found = held(signed(validUntil="2026-02-01T00:00:00Z"))

    assert found.fault is None
    assert progress(found).state is StepState.LAPSED
    assert progress(found).lapsed_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_badge_of_tomorrow_counts_tomorrow():
    found = held(signed(validFrom="2026-03-02T00:00:00Z"))

    assert found.fault is None
    assert [problem.code for problem in progress(found).reasons] == ["badge_not_yet_valid"]


def test_somebody_elses_badge_does_not_count():
    assert held(signed(), BEN).is_about_learner is False
    assert not progress(held(signed(), BEN)).is_complete
    assert held(signed(), Policy()).is_about_learner is None
    assert progress(held(signed(), BEN, is_about_learner=True)).is_complete


def test_an_expired_badge_of_somebody_else_is_first_of_all_somebody_elses():
    found = held(signed(validUntil="2026-02-01T00:00:00Z"), BEN)

    assert [problem.code for problem in progress(found).reasons] == ["badge_of_another_address"]


def test_what_could_not_be_decided_does_not_count():
    found = held(add_proof(badge(40, COLLEGE_DID, "Knots"), COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1"))

    assert found.fault is not None
    assert progress(found, way=replace(WAY, issuers=(COLLEGE_DID,))).fraction == 0


@pytest.mark.parametrize(
    ("found_by_status", "kind", "code"),
    [
        ("revoked", WithdrawalKind.REVOKED, "badge_withdrawn"),
        ("badge_revoked", WithdrawalKind.REVOKED, "badge_withdrawn"),
        ("suspended", WithdrawalKind.SUSPENDED, "badge_suspended"),
    ],
)
def test_a_withdrawn_badge_counted_once(found_by_status, kind, code):
    report = verify(signed(), policy=ANA, at=AT)
    status = Check("status", Outcome.FAILED, found_by_status, "withdrawn", required=True)
    checks = tuple(status if check.name == "status" else check for check in report.checks)
    found = held_credential(replace(report, checks=checks))

    assert found.fault is None
    assert found.withdrawal.kind is kind
    assert progress(found).state is StepState.LAPSED
    assert [problem.code for problem in progress(found).reasons] == [code]


def test_a_withdrawn_and_forged_badge_never_counted():
    document = signed()
    document["name"] = "Admiral"
    report = verify(document, policy=ANA, at=AT)
    status = Check("status", Outcome.FAILED, "revoked", "withdrawn", required=True)
    found = held_credential(replace(report, checks=tuple(status if c.name == "status" else c for c in report.checks)))

    assert progress(found).state is StepState.AVAILABLE


def test_garbage_is_a_fault():
    assert held(b"hello").fault.code == "input_not_recognised"


def test_a_report_without_a_proof_is_a_fault():
    report = verify(signed(), policy=ANA, at=AT)
    without = tuple(
        replace(check, outcome=Outcome.SKIPPED, required=False) if check.name == "proof" else check
        for check in report.checks
    )

    assert held_credential(replace(report, checks=without)).fault == Problem(
        "not_verified", "its proof was not checked"
    )


def test_results_and_alignments_are_read():
    document = badge(40, WORKSHOP.did, "Knots")
    description = {"id": "urn:x:score", "type": ["ResultDescription"], "name": "Score", "resultType": "RawScore"}
    alignment = {"type": ["Alignment"], "targetName": "Knots", "targetUrl": "https://frameworks.example/knots"}
    document["credentialSubject"]["achievement"] |= {"resultDescription": [description], "alignment": [alignment]}
    document["credentialSubject"]["result"] = [{"type": ["Result"], "resultDescription": "urn:x:score", "value": "87"}]
    found = held(add_proof(document, WORKSHOP, suite="ecdsa-jcs-2019"))

    from decimal import Decimal

    assert found.fault is None
    assert found.alignments == {"https://frameworks.example/knots"}
    way = pathway(step("knots", Score(KNOTS, "urn:x:score", Decimal(80))), issuers=(WORKSHOP.did,))
    assert progress(found, way=way).is_complete


def test_a_learner_record_asserts_none_of_the_achievements_that_it_describes():
    from vcwallet.credentials.credential import Credential
    from vcwallet.pathways.holdings import credential_facts

    record = {"type": ["VerifiableCredential", "ClrCredential"], "credentialSubject": {"achievement": {"id": KNOTS}}}

    assert credential_facts(Credential(record))["achievement_ids"] == frozenset()


def test_the_skew_is_not_negative():
    from datetime import timedelta

    with pytest.raises(ValueError, match="negative"):
        CountingPolicy(clock_skew=timedelta(seconds=-1))


def test_a_badge_of_open_badges_2_is_an_achievement_too():
    from vcwallet.credentials.badge_v2 import Assertion
    from vcwallet.pathways.holdings import credential_facts

    document = {
        "type": "Assertion",
        "issuedOn": "2024-02-01T00:00:00Z",
        "expires": "2025-02-01T00:00:00Z",
        "badge": {
            "id": "https://city-makers.example/laser",
            "name": "Laser Cutting",
            "issuer": {"id": "https://city-makers.example/issuer"},
            "alignment": [{"targetName": "Lasers", "targetUrl": "https://frameworks.example/lasers"}],
        },
    }
    facts = credential_facts(Assertion(document))

    assert facts["achievement_ids"] == {"https://city-makers.example/laser"}
    assert facts["issuer_id"] == "https://city-makers.example/issuer"
    assert facts["alignments"] == {"https://frameworks.example/lasers"}
    assert facts["awarded_at"] == datetime(2024, 2, 1, tzinfo=UTC)
    assert facts["valid_until"] == datetime(2025, 2, 1, tzinfo=UTC)
    assert credential_facts(Assertion(document | {"type": "Endorsement"}))["achievement_ids"] == frozenset()
