"""One plan over a mixed backpack: what is chosen, what the preview says, and what the receiver finds."""

from datetime import UTC, datetime

import pytest

from tests.divisible_badges import COLLEGE, full_badge
from tests.learner_records import ANA, member, record, record_token, signed_badge
from tests.vcwallet.operations.test_deriving import AT, BBS, ISSUED
from tools.make_examples import UNIVERSITY
from vcwallet import LocalSigner, Policy, derive, issue, records
from vcwallet.errors import Malformed, Refused
from vcwallet.testing.signing import add_proof

LEARNER = LocalSigner.generate("Ed25519")
WHOLE_KEY = LocalSigner.generate("Ed25519")
WHOLE = issue(full_badge(WHOLE_KEY.controller), WHOLE_KEY, at=AT)
MIXED = (ISSUED["ecdsa-sd-2023"], ISSUED["bbs-2023"], ISSUED["vc+sd-jwt"], WHOLE)
ASKED = {"audience": "https://ferry.example", "challenge": "7f3"}
RESULT = "/credentialSubject/result"


def mixed():
    return records.plan(MIXED)


def read(presentation, **options):
    return records.read(presentation, **{**ASKED, "at": AT, **options})


def test_without_a_choice_everything_is_shown():
    plan = mixed()

    presentation = plan.present(LEARNER, **ASKED, at=AT)

    reading = read(presentation)
    assert reading, reading.report.problems
    for received, credential in zip(reading.credentials, MIXED, strict=True):
        assert received.document == {name: value for name, value in credential.document.items() if name != "proof"}
    assert [received.withheld for received in reading.credentials] == [None, None, 0, None]


def test_what_is_withheld_is_withheld_and_the_rest_is_as_previewed():
    plan = mixed()
    for number in (0, 1, 2):
        plan.withhold(number, f"{RESULT}/0", "/evidence")
    preview = plan.preview()

    presentation = plan.present(LEARNER, **ASKED, at=AT)

    reading = read(presentation)
    assert reading, reading.report.problems
    assert [received.document for received in reading.credentials] == [shown.document for shown in preview.items]
    assert [shown.withheld for shown in preview.items] == [(f"{RESULT}/0", "/evidence")] * 3 + [()]
    assert [len(shown.document["credentialSubject"]["result"]) for shown in preview.items] == [1, 1, 1, 2]
    assert reading.credentials[2].withheld == 2
    assert reading.notes[0].code == preview.notes[0].code == "selected_by_holder"


def test_the_preview_says_what_cannot_be_hidden_and_what_stays_linkable():
    sd, bbs, token, whole = mixed().preview().items

    assert {"/validUntil", "/issuer/id", "/credentialSubject/achievement/name"} <= {field.pointer for field in sd.fixed}
    assert {field.reason for field in whole.fixed} == {"one_piece"}
    assert "signature" not in {link.kind for link in bbs.links}
    for shown in (sd, token, whole):
        assert "signature" in {link.kind for link in shown.links}
    assert {link.pointer for link in bbs.links} >= {"/id", "/credentialSubject/id", "/validFrom"}


def test_salts_and_places_in_status_lists_are_linkable():
    document = full_badge(
        credentialStatus={
            "id": "https://college.example/status#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": "https://college.example/status",
        }
    )
    document["credentialSubject"]["identifier"] = [
        {
            "type": "IdentityObject",
            "identityType": "emailAddress",
            "hashed": True,
            "identityHash": "sha256$" + "0" * 64,
            "salt": "zout",
        }
    ]
    plan = records.plan([issue(document, COLLEGE, securing="ecdsa-sd-2023", at=AT)])

    kinds = {link.kind: link.pointer for link in plan.preview().items[0].links}

    assert kinds["status"] == "/credentialStatus"
    assert kinds["salt"] == "/credentialSubject/identifier/0"


def test_who_cannot_be_told_is_said():
    """Of a badge the rules do not allow it: its subject has an id or an identifier."""
    terms = {name: f"https://college.example/terms#{name}" for name in ("identifier", "licence")}
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", terms],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.controller,
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {"identifier": "ana", "licence": "7"},
    }
    plan = records.plan([issue(document, COLLEGE, securing="ecdsa-sd-2023", at=AT)])
    assert plan.preview().items[0].notes == ()

    plan.withhold(0, "/credentialSubject/identifier")

    assert [note.code for note in plan.preview().items[0].notes] == ["recipient_not_shown"]


@pytest.mark.parametrize(
    ("item", "pointer", "code"),
    [
        (0, "/issuer", "pointer_mandatory"),
        (0, "/credentialSubject/achievement/name", "pointer_required"),
        (0, f"{RESULT}/0/value", "pointer_shown_with_others"),
        (0, "/nothing", "pointer_not_found"),
        (0, "", "pointer_shown_with_others"),
        (0, "/credentialSubject/achievement/resultDescription", "pointer_needed_by_others"),
        (2, "/issuer", "pointer_mandatory"),
        (3, "/evidence", "not_divisible"),
    ],
)
def test_what_cannot_be_withheld_is_refused_when_it_is_asked_and_nothing_changes(item, pointer, code):
    plan = mixed()

    with pytest.raises(Refused) as caught:
        plan.withhold(item, "/name" if item < 3 else pointer, pointer)

    assert caught.value.code == code
    assert plan.preview().items[item].withheld == ()


def test_what_refers_to_a_field_goes_with_it():
    plan = mixed()

    plan.withhold(0, "/credentialSubject/achievement/resultDescription", RESULT)

    assert "result" not in plan.preview().items[0].document["credentialSubject"]
    with pytest.raises(Refused):
        plan.show(0, RESULT)
    plan.show(0, RESULT, "/credentialSubject/achievement/resultDescription")
    assert plan.preview().items[0].document == mixed().preview().items[0].document


def test_what_was_not_withheld_cannot_be_shown_again():
    plan = mixed()
    plan.withhold(0, "/name")

    with pytest.raises(Refused):
        plan.show(0, "/evidence")
    plan.show(0, "/name")
    assert plan.preview().items[0].withheld == ()


def test_a_whole_credential_can_be_left_out_but_not_all_of_them():
    plan = mixed()
    for number in (0, 1, 3):
        plan.leave_out(number)
    assert [shown.item for shown in plan.preview().items] == [2]
    assert len(read(plan.present(LEARNER, **ASKED, at=AT)).credentials) == 1

    plan.leave_out(2)

    with pytest.raises(Refused) as caught:
        plan.present(LEARNER, **ASKED, at=AT)
    assert caught.value.code == "empty_choice"
    with pytest.raises(Refused):
        records.plan([])
    with pytest.raises(IndexError):
        plan.leave_out(4)
    with pytest.raises(Malformed):
        records.plan(["nothing of the kind"])


def test_a_presentation_that_is_not_the_preview_is_not_handed_out(monkeypatch):
    plan = records.plan(MIXED[:1])
    plan.withhold(0, "/evidence")
    monkeypatch.setattr("vcwallet.records.planning.derive", _changing_its_mind())

    with pytest.raises(Refused) as caught:
        plan.present(LEARNER, **ASKED, at=AT)

    assert caught.value.code == "own_output_not_verified"


def _changing_its_mind():
    choices = iter(([], ["/evidence"]))
    return lambda credential, *, withhold, toolkit: derive(credential, withhold=next(choices), toolkit=toolkit)


# --- learner records ---------------------------------------------------------------------------------------------------

MEMBERS = (signed_badge(1), signed_badge(2), signed_badge(3))


@pytest.mark.parametrize("as_token", [False, True])
def test_chosen_members_leave_the_outer_seal_behind_and_say_so(as_token):
    document = record(*MEMBERS)
    plan = records.plan([record_token(document) if as_token else add_proof(document, UNIVERSITY), WHOLE])

    plan.choose_members(0, [2, 0])

    preview = plan.preview()
    assert [shown.document["id"] for shown in preview.items[:2]] == [MEMBERS[2]["id"], MEMBERS[0]["id"]]
    assert [note.code for note in preview.items[0].notes] == ["outer_seal_dropped"]
    assert "Universidad del Sur" in preview.items[0].notes[0].message
    reading = read(plan.present(LEARNER, **ASKED, at=AT))
    assert reading, reading.report.problems
    assert len(reading.credentials) == 3


def test_a_choice_of_members_is_of_members_that_are_there_and_signed():
    plan = records.plan([add_proof(record(MEMBERS[0], member(7)), UNIVERSITY), WHOLE])

    for item, chosen, code in (
        (0, [], "empty_choice"),
        (0, [2], "member_not_found"),
        (0, [-1], "member_not_found"),
        (0, [1], "member_without_proof"),
        (1, [0], "not_a_record"),
    ):
        with pytest.raises(Refused) as caught:
            plan.choose_members(item, chosen)
        assert caught.value.code == code
    assert len(plan.preview().items) == 2
    plan.choose_members(0, [0])
    assert len(plan.preview().items) == 2


def test_a_member_that_was_made_divisible_is_not_shown_with_its_secrets():
    inside = issue(
        {**full_badge(), "credentialSubject": {**full_badge()["credentialSubject"], "id": ANA}},
        COLLEGE,
        securing="ecdsa-sd-2023",
        at=AT,
    )
    plan = records.plan([add_proof(record(dict(inside.document)), UNIVERSITY)])

    plan.choose_members(0, [0])

    reading = read(plan.present(LEARNER, **ASKED, at=AT))
    assert reading, reading.report.problems


# --- receivers ---------------------------------------------------------------------------------------------------------


def test_a_receiver_takes_only_what_was_made_for_it():
    presentation = mixed().present(LEARNER, **ASKED, at=AT)

    assert read(presentation)
    assert not read(presentation, audience="https://other.example")
    assert not read(presentation, challenge="7f4")
    assert read(presentation, audience=None, challenge=None)
    assert read(presentation.data)
    assert read(presentation.text, policy=Policy(required_checks=Policy().required_checks))
    with pytest.raises(ValueError, match="policy"):
        read(presentation, policy=Policy(challenge="other"))


def test_what_is_no_record_is_read_and_reported():
    reading = read("nothing of the kind")

    assert not reading
    assert reading.report.verdict == "malformed"
    assert reading.credentials == ()
    assert "presenter_unknown" in {note.code for note in reading.notes}


def test_an_expired_credential_is_shown_and_reported():
    later = datetime(2031, 3, 1, tzinfo=UTC)
    plan = records.plan([issue(full_badge(BBS.controller), BBS, at=AT)])

    reading = read(plan.present(LEARNER, **ASKED, at=later), at=later)

    assert not reading
    assert reading.credentials[0].report.check("period").code == "expired"
    assert reading.credentials[0].document["name"] == "Coastal Rowing"
