"""The issuer's newer version: asked for once, after the proof, and believed only when the issuer proves it."""

import json
from datetime import UTC, datetime

import pytest

from tests import small_pictures
from tests.learner_records import COLLEGE, FORGER, MOMENT, UNIVERSITY, WORKSHOP, member, record, record_token
from tests.outside_world import OUTAGES, OutsideWorld
from tools.make_examples import COLLEGE_DID, badge
from tools.signing import add_proof, badge_claims, to_jwt
from vcwallet import Policy, Recipient, standard_toolkit, verify
from vcwallet.images import png

AT = datetime(2026, 3, 1, tzinfo=UTC)
ADDRESS = "https://noordzee-college.example/refresh/1"
DID_DOCUMENT = "https://noordzee-college.example/.well-known/did.json"
SERVICE = {"id": ADDRESS, "type": "1EdTechCredentialRefresh"}
ASKING = Policy(refresh=True)


EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"  # has the types of refresh services


def offering(document, service=SERVICE):
    return document | {"@context": [*document["@context"], EXTENSIONS], "refreshService": service}


def version(valid_from, key=COLLEGE, **members):
    return add_proof(offering(member(1, validFrom=valid_from)) | members, key)


OLD = version("2026-01-15T09:00:00Z")
NEW = version("2026-02-01T09:00:00Z", name="The newer one")


def ask(world, data=OLD, policy=ASKING, at=AT):
    return verify(data, toolkit=standard_toolkit(world), policy=policy, at=at)


def answering(answer):
    return OutsideWorld({ADDRESS: answer})


def note(report):
    [found] = [note.code for note in report.check("period").notes if note.code.startswith("refresh")]
    return found


def test_without_the_policy_the_service_is_only_named():
    world = answering(NEW)
    report = ask(world, policy=Policy())

    assert (report.verdict, note(report), world.asked) == ("valid", "refresh_available", [])


def test_the_newer_version_is_what_is_verified():
    world = answering(NEW)
    report = ask(world)

    assert report.verdict == "valid"
    assert report.credential.name == "The newer one"
    assert note(report) == "refreshed"
    assert world.addresses_asked == [ADDRESS]
    assert ADDRESS in [item.url for item in report.evidence.items]


@pytest.mark.parametrize(
    "form",
    [
        lambda: to_jwt(badge_claims(member(1, validFrom="2026-02-01T09:00:00Z"), 1769936400), COLLEGE),
        lambda: png.put_text(small_pictures.png(), "openbadgecredential", json.dumps(NEW)),
        lambda: json.dumps(NEW, indent=2),
    ],
    ids=["token", "picture", "text"],
)
def test_the_newer_version_may_be_secured_and_packed_otherwise(form):
    assert note(ask(answering(form()))) == "refreshed"


LEFT_ALONE = {
    "older": (version("2026-01-01T09:00:00Z"), "refresh_not_newer"),
    "the same": (OLD, "refresh_not_newer"),
    "the same instant, spelled otherwise": (version("2026-01-15T10:00:00+01:00"), "refresh_not_newer"),
    "another credential": (version("2026-02-01T09:00:00Z", id="urn:uuid:other"), "refresh_of_another"),
    "without id": (
        add_proof({k: v for k, v in member(1, validFrom="2026-02-01T09:00:00Z").items() if k != "id"}, COLLEGE),
        "refresh_of_another",
    ),
    "another issuer": (
        add_proof(member(1, WORKSHOP, validFrom="2026-02-01T09:00:00Z"), WORKSHOP),
        "refresh_of_another",
    ),
    "forged": (version("2026-02-01T09:00:00Z", FORGER), "refresh_not_proven"),
    "tampered": (NEW | {"name": "Changed"}, "refresh_not_proven"),
    "unsigned": ({k: v for k, v in NEW.items() if k != "proof"}, "refresh_not_proven"),
    "no credential": ({"error": "login"}, "refresh_not_proven"),
    "nothing": (b"", "refresh_not_proven"),
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_anything_else_leaves_the_original_as_it_is(name):
    answer, code = LEFT_ALONE[name]
    report = ask(answering(answer))

    assert report.verdict == "valid"
    assert report.credential.document == OLD
    assert note(report) == code


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_leaves_the_original_as_it_is(outage):
    report = ask(answering(OUTAGES[outage]))

    assert report.verdict == "valid"
    assert report.credential.document == OLD
    assert note(report) in ("refresh_failed", "refresh_not_proven")


@pytest.mark.parametrize("address", [None, 7, "", "not an address", "http://a.example/", "https://127.0.0.1/", "urn:x"])
def test_a_service_at_no_address_is_not_asked(address):
    """Also when it is written where only JSON is signed, so that no reading of the graph refuses it before."""
    service = {"type": "1EdTechCredentialRefresh"} | ({} if address is None else {"id": address})
    document = add_proof(offering(member(1), service), COLLEGE, suite="eddsa-jcs-2022")
    world = OutsideWorld()

    report = ask(world, document)
    assert report.verdict in ("valid", "malformed", "invalid")
    assert "internal_error" not in [problem.code for problem in (*report.problems, *report.notes)]


def test_a_service_of_another_type_is_not_asked():
    world = answering(NEW)
    document = badge(1, COLLEGE.did, "Seamanship")
    kind = {"type": "https://example.org/ManualRefreshService2018", "id": ADDRESS}
    report = ask(world, add_proof(offering(document, kind), COLLEGE))

    assert (report.verdict, note(report), world.asked) == ("valid", "refresh_unsupported", [])


def test_an_old_one_that_has_expired_is_replaced_by_one_that_has_not():
    old = version("2026-01-15T09:00:00Z", validUntil="2026-02-15T00:00:00Z")

    assert ask(answering(NEW), old, Policy()).verdict == "invalid"
    assert ask(answering(NEW), old).verdict == "valid"
    assert ask(answering(OUTAGES["no such host"]), old).verdict == "invalid"


def test_a_newer_one_that_is_over_is_the_answer():
    """The issuer shortened it: showing the old one must not help."""
    over = version("2026-02-01T09:00:00Z", validUntil="2026-02-15T00:00:00Z")
    report = ask(answering(over))

    assert (report.verdict, note(report)) == ("invalid", "refreshed")


def test_a_newer_one_that_may_be_withdrawn_is_undecided():
    entry = {
        "id": "https://noordzee-college.example/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://noordzee-college.example/status/1",
    }
    report = ask(answering(version("2026-02-01T09:00:00Z", credentialStatus=entry)))

    assert (report.verdict, note(report)) == ("indeterminate", "refreshed")


def test_the_policy_is_asked_of_the_newer_one_too():
    policy = Policy(refresh=True, trusted_issuers=[WORKSHOP.did])
    assert ask(answering(NEW), policy=policy).verdict == "invalid"
    policy = Policy(refresh=True, recipient=Recipient("emailAddress", "eva@campus.example"))
    assert ask(answering(NEW), policy=policy).verdict == "invalid"


def test_the_newer_one_is_not_asked_for_one_that_is_newer_still():
    world = answering(NEW)
    world.tells_in_turn(ADDRESS, NEW, version("2026-02-20T09:00:00Z"))

    assert ask(world).credential.valid_from == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert world.addresses_asked == [ADDRESS]


@pytest.mark.parametrize(
    "bad",
    [
        OLD | {"name": "changed"},
        add_proof({k: v for k, v in OLD.items() if k != "proof"}, FORGER),
        {k: v for k, v in OLD.items() if k != "proof"},
    ],
    ids=["tampered", "forged", "unsigned"],
)
def test_nobody_is_asked_on_behalf_of_a_forger(bad):
    world = answering(NEW)

    assert ask(world, bad).verdict == "invalid"
    assert world.asked == []


def test_nobody_is_asked_before_the_issuer_is_known():
    world = answering(NEW)
    document = offering(badge(1, COLLEGE_DID, "Seamanship"))
    document = add_proof(document, COLLEGE, verificationMethod=f"{COLLEGE_DID}#key-1")
    assert ask(world, document).verdict == "indeterminate"
    assert ADDRESS not in world.addresses_asked

    world.issuer_opens(COLLEGE_DID, COLLEGE)
    ask(world, document)
    assert world.addresses_asked[-2:] == [DID_DOCUMENT, ADDRESS]


def test_members_of_a_record_are_not_refreshed():
    world = answering(NEW)

    assert ask(world, record_token(record(OLD), UNIVERSITY)).verdict == "valid"
    assert world.asked == []


def test_a_token_is_refreshed_too():
    claims = badge_claims(offering(member(1)), MOMENT)
    report = ask(answering(NEW), to_jwt(claims, COLLEGE))

    assert (report.verdict, note(report)) == ("valid", "refreshed")


def test_a_fault_while_asking_leaves_the_original_and_is_said(monkeypatch):
    from vcwallet.operations import refreshing

    monkeypatch.setattr(refreshing, "is_newer", lambda *_: 1 / 0)
    report = ask(answering(NEW))

    assert report.verdict == "valid"
    assert "internal_error" in [note.code for note in report.notes]


def test_the_newer_version_can_be_had_from_the_archive():
    evidence = ask(answering(NEW)).evidence
    report = verify(OLD, policy=ASKING, at=AT, evidence=evidence)

    assert (report.credential.name, note(report)) == ("The newer one", "refreshed")
