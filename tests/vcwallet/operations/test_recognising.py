"""Which of several identifiers a credential means."""

from datetime import UTC, datetime

from tools.make_examples import WORKSHOP, badge
from vcwallet import Credential, Recipient, credential_key, recognise_recipient, verify
from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.report import Outcome, VerificationReport
from vcwallet.testing.signing import add_proof

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def _report():
    return verify(add_proof(badge(1, WORKSHOP.did, "Knots"), WORKSHOP, suite="ecdsa-jcs-2019"), at=NOW)


def _mail(address):
    return Recipient("emailAddress", address)


def test_the_first_candidate_that_matches_is_handed_back_and_the_report_says_so():
    report, found = recognise_recipient(_report(), [_mail("ben@other.example"), _mail("Ana@campus.example")])

    assert found == _mail("Ana@campus.example")
    check = report.check("recipient")
    assert (check.outcome, check.code, check.required) == (Outcome.PASSED, "recipient_matches", True)
    assert "in lower case" in check.message
    assert report


def test_a_credential_about_somebody_else_is_not_valid_for_these_candidates():
    report, found = recognise_recipient(_report(), [_mail("ben@other.example")])

    assert found is None
    assert report.verdict == "invalid"
    assert [problem.code for problem in report.problems] == ["recipient_mismatch"]


def test_without_candidates_nothing_is_asked():
    report, found = recognise_recipient(_report(), [])

    assert found is None
    assert report.check("recipient").code == "recipient_not_asked"


def test_a_report_without_a_credential_stays_as_it_is():
    nothing = verify("not a credential")

    assert recognise_recipient(nothing, [_mail("ana@campus.example")]) == (nothing, None)


def test_an_old_badge_is_recognised_by_its_own_rules():
    old = Assertion({"recipient": {"type": "email", "hashed": False, "identity": "ana@campus.example"}})
    report = VerificationReport(_report().checks, NOW, old)

    assert recognise_recipient(report, [_mail("ana@campus.example")])[1] == _mail("ana@campus.example")
    assert recognise_recipient(report, [_mail("ben@other.example")])[1] is None


def test_a_key_is_the_same_for_spellings_of_one_identifier_and_none_without():
    spelled = Credential({"id": " https://x.example/a%20b ", "issuer": {"id": "did:web:x"}})
    plain = Credential({"id": "https://x.example/a b", "issuer": "did:web:x"})

    assert credential_key(spelled) == credential_key(plain) == ("did:web:x", "https://x.example/a b")
    assert credential_key(Credential({"issuer": "did:web:x"})) is None


def test_the_award_has_its_own_date_where_the_credential_says_one():
    document = {"validFrom": "2026-02-01T00:00:00Z", "awardedDate": "2026-01-15T00:00:00Z"}

    assert Credential(document).awarded_at == datetime(2026, 1, 15, tzinfo=UTC)
    assert Credential({"validFrom": "2026-02-01T00:00:00Z"}).awarded_at == datetime(2026, 2, 1, tzinfo=UTC)
