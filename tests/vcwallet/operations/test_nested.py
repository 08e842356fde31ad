"""Credentials inside credentials: every one stands for itself, whatever is signed around it."""

import json
import time
from datetime import UTC, datetime

import pytest

from tests.learner_records import (
    ANA,
    COLLEGE,
    EVA,
    FORGER,
    UNIVERSITY,
    WORKSHOP,
    changed,
    endorsed_places,
    endorsement,
    endorsement_token,
    member,
    record,
    record_token,
    signed_badge,
)
from vcwallet import Policy, verify
from vcwallet.operations.verifying import MAX_DEPTH, MAX_DOCUMENTS
from vcwallet.testing.signing import add_proof, badge_claims, to_jwt

AT = datetime(2026, 3, 1, tzinfo=UTC)
VOUCHED = Policy(accept_vouched_members=True)

SECURINGS = {
    "rdfc": lambda document: add_proof(document, UNIVERSITY),
    "jcs": lambda document: add_proof(document, UNIVERSITY, suite="ecdsa-jcs-2019"),
    "jwt": record_token,
}
PLACE = "/credentialSubject/verifiableCredential"


@pytest.fixture(params=SECURINGS, name="secured")
def _secured(request):
    return SECURINGS[request.param]


def check(data, policy=None, at=AT):
    return verify(data, policy=policy, at=at)


def codes(report):
    return [problem.code for problem in report.check("nested").problems]


def notes(report):
    return [note.code for note in report.check("nested").notes]


# --- members of a record ----------------------------------------------------------------------------------------------


def test_a_record_of_good_badges_is_valid_and_each_badge_has_its_report(secured):
    report = check(secured(record(signed_badge(1), signed_badge(2, WORKSHOP))))

    assert report.verdict == "valid"
    assert list(report.nested) == [f"{PLACE}/0", f"{PLACE}/1"]
    assert [inner.credential.name for inner in report.nested.values()] == ["Course 1", "Course 2"]
    assert all(report.nested.values())


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_member_may_be_secured_in_its_own_way(secured, suite):
    assert check(secured(record(signed_badge(1, suite=suite)))).verdict == "valid"


def bad_members():
    good = signed_badge(1)
    by_another = add_proof(member(1), FORGER)
    return {
        "forged": (by_another, "invalid", "key_not_bound_to_issuer"),
        "tampered": (changed(good, "credentialSubject/achievement/name", "Admiralty"), "invalid", "signature_invalid"),
        "about somebody else now": (changed(good, "credentialSubject/id", EVA), "invalid", "signature_invalid"),
        "unsigned": (member(1), "invalid", "proof_missing"),
        "with the proof of another": (member(1) | {"proof": signed_badge(2)["proof"]}, "invalid", "signature_invalid"),
        "with a proof that says nothing": (
            member(1) | {"proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}},
            "invalid",
            "proof_purpose_wrong",
        ),
        "not yet valid": (signed_badge(1, validFrom="2026-06-01T00:00:00Z"), "invalid", "not_yet_valid"),
        "without its achievement": (
            add_proof(changed(member(1), "credentialSubject", {"type": ["AchievementSubject"], "id": ANA}), COLLEGE),
            "malformed",
            "schema_violation",
        ),
    }


@pytest.mark.parametrize("name", bad_members())
def test_one_bad_member_is_found_and_named(secured, name):
    bad, verdict, code = bad_members()[name]
    document = record(signed_badge(7), bad, signed_badge(8))
    report = check(secured(document))

    assert report.verdict in ("invalid", "malformed")
    assert report.check("nested").outcome == "failed"
    assert report.check("nested").pointer == f"{PLACE}/1"
    inner = report.nested[f"{PLACE}/1"]
    assert inner.verdict == verdict
    assert code in [problem.code for problem in inner.problems]
    assert report.nested[f"{PLACE}/0"].verdict == report.nested[f"{PLACE}/2"].verdict == "valid"


def test_the_outer_proof_never_speaks_for_a_member(secured):
    """The outer proof is good, also over a forged member: only the member's own proof shows what happened."""
    report = check(secured(record(add_proof(member(1), FORGER))))

    assert report.check("proof").outcome == "passed"
    assert report.verdict == "invalid"
    assert codes(report) == ["nested_invalid"]


@pytest.mark.parametrize("value", ["a badge", 7, True, {}])
def test_what_is_no_credential_is_no_member(value):
    report = check(record_token(record(signed_badge(2)) | {"credentialSubject": {"id": ANA, "type": ["ClrSubject"]}}))
    assert report.verdict == "malformed"  # a record has members

    report = check(record_token(record(value)))
    assert report.verdict == "malformed"
    assert report.nested[f"{PLACE}/0"].verdict == "malformed"
    assert check(record_token(record([signed_badge(1)]))).verdict == "malformed"  # an array in an array hides it


def test_a_record_without_members_is_none(secured):
    assert check(secured(record())).verdict in ("invalid", "malformed")


def test_an_expired_member_is_noted_because_the_record_was_true(secured):
    ended = signed_badge(1, validUntil="2026-02-15T00:00:00Z")
    report = check(secured(record(ended, signed_badge(2))))

    assert report.verdict == "valid"
    assert notes(report) == ["nested_expired"]
    assert report.nested[f"{PLACE}/0"].verdict == "invalid"


def test_expired_and_forged_is_forged(secured):
    forged = add_proof(member(1, validUntil="2026-02-15T00:00:00Z"), FORGER)

    assert codes(check(secured(record(forged)))) == ["nested_invalid"]


def test_a_member_about_another_person_is_reported(secured):
    report = check(secured(record(signed_badge(1), signed_badge(2, about=EVA))))

    assert report.verdict == "valid"
    [note] = [note for note in report.notes if note.code == "member_about_another_subject"]
    assert note.pointer == f"{PLACE}/1/credentialSubject"


def test_a_member_that_names_nobody_is_not_somebody_else(secured):
    assert notes(check(secured(record(signed_badge(1, about=None))))) == []


def test_a_member_must_not_call_itself_the_record():
    good = member(1)
    taken = add_proof(good | {"id": record()["id"]}, COLLEGE)

    assert check(record_token(record(add_proof(good, COLLEGE)))).verdict == "valid"
    report = check(record_token(record(taken)))
    assert report.verdict == "invalid"
    assert codes(report) == ["member_id_of_record"]


def swapped(secured_with):
    """Two unsigned members have exchanged what was achieved, after the record was signed."""
    one, two = member(1), member(2)
    document = secured_with(record(one, two))
    achievements = [entry["credentialSubject"]["achievement"] for entry in (one, two)]
    path = "credentialSubject/verifiableCredential/{}/credentialSubject/achievement"
    return document, changed(changed(document, path.format(0), achievements[1]), path.format(1), achievements[0])


def test_swapped_achievements_do_not_disturb_a_signature_over_the_graph():
    """The attack itself: both members are about Ana, so the graph is the same and the outer proof stays good."""
    _, attacked = swapped(SECURINGS["rdfc"])
    report = check(attacked, VOUCHED)

    assert report.check("proof").outcome == "passed"
    assert report.verdict == "invalid"
    assert codes(report) == ["nested_invalid", "nested_invalid"]


def test_swapped_achievements_disturb_a_signature_over_the_json():
    document, attacked = swapped(SECURINGS["jcs"])

    assert check(document, VOUCHED).verdict == "valid"
    assert check(attacked, VOUCHED).check("proof").code == "signature_invalid"


def test_swapped_achievements_of_signed_members_are_found_by_their_own_proofs():
    one, two = signed_badge(1), signed_badge(2)
    path = "credentialSubject/verifiableCredential/{}/credentialSubject/achievement"
    document = SECURINGS["rdfc"](record(one, two))
    attacked = changed(document, path.format(0), two["credentialSubject"]["achievement"])
    attacked = changed(attacked, path.format(1), one["credentialSubject"]["achievement"])

    report = check(attacked)
    assert report.verdict == "invalid"
    assert [report.nested[f"{PLACE}/{n}"].check("proof").code for n in (0, 1)] == ["signature_invalid"] * 2


@pytest.mark.parametrize(("securing", "verdict"), [("jcs", "valid"), ("jwt", "valid"), ("rdfc", "invalid")])
def test_the_record_may_vouch_for_members_only_where_its_json_is_signed(securing, verdict):
    document = SECURINGS[securing](record(signed_badge(1), member(2)))

    assert check(document).verdict == "invalid"
    report = check(document, VOUCHED)
    assert report.verdict == verdict
    assert ("member_vouched_for" in notes(report)) == (verdict == "valid")


def test_two_proofs_vouch_only_if_both_sign_the_json():
    both_json = add_proof(SECURINGS["jcs"](record(member(1))), UNIVERSITY, suite="ecdsa-jcs-2019")
    mixed = add_proof(SECURINGS["jcs"](record(member(1))), UNIVERSITY)

    assert check(both_json, VOUCHED).verdict == "valid"
    assert check(mixed, VOUCHED).verdict == "invalid"


def test_nobody_vouches_with_a_bad_proof():
    document = SECURINGS["jcs"](record(member(1)))

    assert check(document, VOUCHED).verdict == "valid"
    assert check(document | {"name": "changed"}, VOUCHED).verdict == "invalid"
    report = check({name: value for name, value in document.items() if name != "proof"}, VOUCHED)
    assert codes(report) == ["nested_invalid"]


@pytest.mark.parametrize(
    "bad",
    [
        add_proof(member(1), FORGER),
        changed(signed_badge(1), "credentialSubject/achievement/name", "Admiralty"),
        member(1) | {"proof": {}},
        member(1, validUntil="2026-02-01T00:00:00Z"),
        member(1) | {"endorsement": [add_proof(endorsement(1, member(1)["id"]), FORGER)]},
        changed(member(1), "credentialSubject", {"id": ANA, "type": ["AchievementSubject"]}),
        member(1) | {"validFrom": "yesterday"},
    ],
)
def test_vouching_heals_nothing_but_a_missing_proof(bad):
    assert check(record_token(record(bad)), VOUCHED).verdict in ("invalid", "malformed")


def test_vouching_is_for_members_and_not_for_endorsements():
    document = member(1) | {"endorsement": [endorsement(1, member(1)["id"])]}

    assert check(to_jwt(badge_claims(document, 1768467600), COLLEGE), VOUCHED).verdict == "invalid"


def test_an_undecided_member_leaves_the_record_undecided(secured):
    elsewhere = member(1) | {"issuer": {"id": "did:web:closed-school.example", "type": ["Profile"], "name": "Closed"}}
    signed = add_proof(elsewhere, FORGER, verificationMethod="did:web:closed-school.example#key-1")
    report = check(secured(record(signed, signed_badge(2))))

    assert report.verdict == "indeterminate"
    assert codes(report) == ["nested_undecided"]


def test_a_forged_member_counts_more_than_an_undecided_one(secured):
    elsewhere = member(1) | {"issuer": {"id": "did:web:closed-school.example", "type": ["Profile"], "name": "Closed"}}
    signed = add_proof(elsewhere, FORGER, verificationMethod="did:web:closed-school.example#key-1")

    assert check(secured(record(signed, add_proof(member(2), FORGER)))).verdict == "invalid"


def by_closed_school(document):
    elsewhere = document | {"issuer": {"id": "did:web:closed-school.example", "type": ["Profile"], "name": "Closed"}}
    return add_proof(elsewhere, FORGER, verificationMethod="did:web:closed-school.example#key-1")


def test_an_expired_member_whose_issuer_cannot_be_reached_is_undecided(secured):
    """An outage once made the record invalid: expired alone is forgiven, so nothing certain speaks against it."""
    ended = by_closed_school(member(1, validUntil="2026-02-15T00:00:00Z"))
    report = check(secured(record(ended, signed_badge(2))))

    assert (report.verdict, codes(report)) == ("indeterminate", ["nested_undecided"])


def test_whether_an_issuer_vouches_is_open_while_its_own_proof_is():
    """An outage once made the record invalid: had its issuer been reached, it would stand for the member."""
    document = record(member(1), issuer="did:web:closed-school.example")
    for suite, verdict in (("eddsa-jcs-2022", "indeterminate"), ("eddsa-rdfc-2022", "invalid")):
        signed = add_proof(document, COLLEGE, suite=suite, verificationMethod="did:web:closed-school.example#key-1")
        report = check(signed, VOUCHED)
        assert report.check("proof").outcome == "unknown"
        assert report.verdict == verdict
        assert check(signed).verdict == "invalid"


def test_a_policy_about_the_person_is_asked_of_the_record_alone():
    from vcwallet import Recipient

    policy = Policy(recipient=Recipient("id", ANA), trusted_issuers=[UNIVERSITY.did])

    report = check(record_token(record(signed_badge(1))), policy)
    assert report.verdict == "valid"
    assert report.nested[f"{PLACE}/0"].check("trust").outcome == "skipped"


def association(source, target):
    return {"type": "Association", "associationType": "isPartOf", "sourceId": source, "targetId": target}


def test_associations_lead_to_achievements_of_the_record(secured):
    ids = [member(n)["credentialSubject"]["achievement"]["id"] for n in (1, 2)]
    members = signed_badge(1), signed_badge(2)

    good = check(secured(record(*members, association=[association(*ids)])))
    assert (good.verdict, notes(good)) == ("valid", [])
    dangling = check(secured(record(*members, association=[association(*ids), association(ids[0], "urn:elsewhere")])))
    assert dangling.verdict == "valid"
    [note] = [note for note in dangling.notes if note.code == "association_points_nowhere"]
    assert note.pointer == "/credentialSubject/association/1/targetId"


def test_a_record_inside_a_record_is_looked_into():
    def inner(badge):
        return add_proof(record(badge) | {"id": "urn:uuid:00000000-0000-4000-8000-00000000c101"}, UNIVERSITY)

    assert check(record_token(record(inner(signed_badge(1))))).verdict == "valid"
    report = check(record_token(record(inner(add_proof(member(1), FORGER)))))
    assert report.verdict == "invalid"
    assert report.nested[f"{PLACE}/0"].nested[f"{PLACE}/0"].verdict == "invalid"


# --- bombs -------------------------------------------------------------------------------------------------------------


def full_badge(number):
    narrative = f"Course {number}: shown in practice, and assessed by two teachers. " * 99
    document = changed(member(number), "credentialSubject/achievement/criteria/narrative", narrative)
    return add_proof(document, COLLEGE)


def test_a_record_of_500_full_badges_passes():
    text = json.dumps(add_proof(record(*[full_badge(number) for number in range(500)]), UNIVERSITY))
    assert len(text) > 3_600_000

    report = check(text)
    assert report.verdict == "valid", report.problems
    assert len(report.nested) == 500


def nest(document, depth):
    for number in range(depth):
        document = add_proof(
            record(document) | {"id": f"urn:uuid:00000000-0000-4000-8000-00000000d{number:03}"}, UNIVERSITY
        )
    return document


def test_depth_is_followed_to_a_limit():
    """A badge inside as many records as are followed is found; below one record more it is not, and nobody says valid."""
    assert check(nest(signed_badge(1), MAX_DEPTH)).verdict == "valid"

    report = check(nest(signed_badge(1), MAX_DEPTH + 1))
    assert report.verdict == "indeterminate"
    for _ in range(MAX_DEPTH + 1):
        report = report.nested[f"{PLACE}/0"]
    assert report.check("structure").code == "nested_too_deep"


@pytest.mark.parametrize("bomb", ["{}", "1", '"x"', "null", '{"endorsement":[1,2,3]}'])
def test_a_record_of_very_many_members_ends_soon(bomb):
    """Each of 100,000 numbers once had a report of its own: a text of 100 kB took five seconds, one of 8 MB gigabytes."""
    text = json.dumps(record("?")).replace('"?"', ",".join([bomb] * 100_000))
    started = time.process_time()
    report = check(text)

    assert report.verdict in ("invalid", "malformed")
    assert len(report.nested) <= MAX_DOCUMENTS
    assert "too_many_documents" in codes(report) or len(codes(report)) == 20
    assert time.process_time() - started < 30


def test_what_was_not_looked_at_leaves_it_undecided(monkeypatch):
    from vcwallet.operations import verifying

    monkeypatch.setattr(verifying, "MAX_DOCUMENTS", 3)
    document = record(*[signed_badge(number) for number in range(4)])

    assert check(record_token(record(*[signed_badge(number) for number in range(3)]))).verdict == "valid"
    report = check(record_token(document))
    assert report.verdict == "indeterminate"
    assert codes(report) == ["too_many_documents"]
    assert report.check("nested").pointer == f"{PLACE}/3"
    forged = record(add_proof(member(9), FORGER), *[signed_badge(number) for number in range(4)])
    assert check(record_token(forged)).verdict == "invalid"


def test_the_limit_counts_over_all_levels(monkeypatch):
    from vcwallet.operations import verifying

    monkeypatch.setattr(verifying, "MAX_DOCUMENTS", 4)
    endorsed = add_proof(member(1) | {"endorsement": [add_proof(endorsement(1, member(1)["id"]), WORKSHOP)]}, COLLEGE)

    assert check(record_token(record(endorsed, signed_badge(2)))).verdict == "valid"
    assert check(record_token(record(endorsed, signed_badge(2), signed_badge(3)))).verdict == "valid"
    assert (
        check(record_token(record(endorsed, signed_badge(2), signed_badge(3), signed_badge(4)))).verdict
        == "indeterminate"
    )


# --- endorsements ------------------------------------------------------------------------------------------------------


def endorsed(place, entry, *, as_token=False):
    """The badge with an endorsement at that place, signed; as a token where contexts do not know `endorsementJwt`."""
    document, pointer, _ = endorsed_places()[place]
    path = f"{pointer}/{'endorsementJwt' if as_token else 'endorsement'}".strip("/")
    return add_proof(changed(document, path, [entry]), COLLEGE), f"/{path}/0"


@pytest.mark.parametrize("place", endorsed_places())
def test_an_endorsement_counts_wherever_it_stands(place):
    about = endorsed_places()[place][2]
    data, pointer = endorsed(place, add_proof(endorsement(1, about), WORKSHOP))
    report = check(data)

    assert report.verdict == "valid", report.problems
    assert list(report.nested) == [pointer]
    [note] = [note for note in report.notes if note.code == "endorsed"]
    assert note.pointer == pointer
    assert note.message == f"Hafenwerkstatt endorses {about}"


@pytest.mark.parametrize("place", endorsed_places())
def test_an_endorsement_may_be_a_token(place):
    about = endorsed_places()[place][2]
    data, pointer = endorsed(place, endorsement_token(1, about), as_token=True)
    report = check(data)

    assert report.verdict == "valid", report.problems
    assert report.nested[pointer].securing == "VC-JWT ES384"
    assert "endorsed" in notes(report)


def hostile_endorsements(about):
    good = add_proof(endorsement(1, about), WORKSHOP)
    return {
        "forged": add_proof(endorsement(1, about), FORGER),
        "tampered": changed(good, "credentialSubject/endorsementComment", "We pay them double."),
        "turned to another": changed(good, "credentialSubject/id", "urn:uuid:other"),
        "unsigned": endorsement(1, about),
        "a badge": signed_badge(2),
        "a forged token": to_jwt(badge_claims(endorsement(1, about), 1768467600), FORGER),
        "no token": "e30.e30.e30",
        "no credential": "https://example.org/endorsements/1",
    }


@pytest.mark.parametrize("place", endorsed_places())
@pytest.mark.parametrize("fault", hostile_endorsements("urn:uuid:x"))
def test_a_bad_endorsement_is_found_wherever_it_stands(place, fault):
    about = endorsed_places()[place][2]
    bad = hostile_endorsements(about)[fault]
    data, pointer = endorsed(place, bad, as_token=isinstance(bad, str))
    report = check(data)

    assert report.check("proof").outcome == "passed"
    assert report.verdict in ("invalid", "malformed"), fault
    assert report.check("nested").pointer == pointer
    assert "endorsed" not in notes(report)


def test_an_endorsement_of_another_kind_is_named():
    data, _ = endorsed("credential", signed_badge(2))

    assert codes(check(data)) == ["endorsement_kind_wrong"]


@pytest.mark.parametrize("place", endorsed_places())
def test_an_endorsement_about_something_else_is_reported(place):
    data, pointer = endorsed(place, add_proof(endorsement(1, "https://elsewhere.example/other"), WORKSHOP))
    report = check(data)

    assert report.verdict == "valid"
    [note] = [note for note in report.notes if note.code == "endorsement_of_something_else"]
    assert note.pointer == pointer
    assert "endorsed" not in notes(report)


def test_an_expired_endorsement_is_noted():
    about = endorsed_places()["credential"][2]
    old = add_proof(endorsement(1, about, validUntil="2026-02-01T00:00:00Z"), WORKSHOP)
    report = check(endorsed("credential", old)[0])

    assert (report.verdict, notes(report)) == ("valid", ["nested_expired"])


def test_the_endorsements_of_a_member_belong_to_the_member(secured):
    endorsed_member = add_proof(
        member(1) | {"endorsement": [add_proof(endorsement(1, member(1)["id"]), WORKSHOP)]}, COLLEGE
    )
    forged_member = add_proof(
        member(1) | {"endorsement": [add_proof(endorsement(1, member(1)["id"]), FORGER)]}, COLLEGE
    )

    report = check(secured(record(endorsed_member)))
    assert report.verdict == "valid"
    assert list(report.nested) == [f"{PLACE}/0"]
    assert list(report.nested[f"{PLACE}/0"].nested) == ["/endorsement/0"]
    assert check(secured(record(forged_member))).verdict == "invalid"


def test_an_endorsement_may_itself_be_endorsed():
    about = endorsed_places()["credential"][2]
    for key, verdict in ((UNIVERSITY, "valid"), (FORGER, "invalid")):
        second = endorsement(2, WORKSHOP.did, UNIVERSITY)
        first = endorsement(1, about)
        first["issuer"]["endorsement"] = [add_proof(second, key)]
        report = check(endorsed("credential", add_proof(first, WORKSHOP))[0])

        assert report.verdict == verdict
        assert list(report.nested["/endorsement/0"].nested) == ["/issuer/endorsement/0"]


def test_endorsements_are_not_asked_about_if_the_policy_says_so():
    policy = Policy(required_checks=frozenset({"structure", "context", "proof", "issuer"}))
    data, _ = endorsed("credential", endorsement(1, "urn:uuid:x"))

    assert check(data).verdict == "invalid"
    assert check(data, policy).verdict == "valid"


def test_a_report_about_credentials_inside_can_be_read_by_programs():
    report = check(record_token(record(signed_badge(1))))

    nested = json.loads(report.to_json())["nested"]
    assert nested[f"{PLACE}/0"]["verdict"] == "valid"
    assert nested[f"{PLACE}/0"]["evidence"] == []
