"""What the outside world does to a verification: outages, lies, sold domains, and the record that outlives them all."""

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.learner_records import (
    ANA,
    COLLEGE,
    FORGER,
    MOMENT,
    UNIVERSITY,
    WORKSHOP,
    endorsement,
    member,
    record,
    record_token,
    signed_badge,
)
from tests.outside_world import OUTAGES, OutsideWorld
from tools.make_examples import COLLEGE_DID, UNIVERSITY_URL, badge
from tools.signing import add_proof, badge_claims, to_jwt
from vcwallet import Fetched, Policy, standard_toolkit, verify
from vcwallet.credentials.issuer_registry import IssuerRegistry
from vcwallet.errors import FetchFailed, Malformed
from vcwallet.fetching.evidence import MAX_ADDRESSES_PER_VERIFICATION, Evidence, EvidenceItem, RecordingFetcher

AT = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2031, 3, 1, tzinfo=UTC)
COLLEGE_HOST = "noordzee-college.example"
DID_DOCUMENT = f"https://{COLLEGE_HOST}/.well-known/did.json"
KEY_SET = "https://sur.example/.well-known/jwks.json"
SCHEMA = "https://noordzee-college.example/schema.json"

# Of these the server itself answers, and says that there is nothing any more.
SPOKEN_FOR = {"gone"}


def open_world():
    """The college publishes its DID document, the university a controller document and the keys of its tokens."""
    world = OutsideWorld()
    world.issuer_opens(COLLEGE_DID, COLLEGE)
    world.issuer_opens(UNIVERSITY_URL, UNIVERSITY)
    world.key_set_of(UNIVERSITY_URL, UNIVERSITY)
    return world


def by_college(document=None, key=COLLEGE, **options):
    document = document or badge(1, COLLEGE_DID, "Seamanship")
    return add_proof(document, key, verificationMethod=f"{COLLEGE_DID}#key-1", **options)


def by_university(key=UNIVERSITY, **header):
    claims = badge_claims(badge(2, UNIVERSITY_URL, "Oceanography"), MOMENT)
    return to_jwt(claims, key, **({"kid": f"{UNIVERSITY_URL}#key-1"} | header))


def check(data, world, *, at=AT, **options):
    return verify(data, toolkit=standard_toolkit(world), at=at, **options)


# Everything that needs an answer from outside: what is verified, and the addresses that its verdict hangs on.
NEEDS = {
    "a badge of a did:web issuer": (by_college, [DID_DOCUMENT]),
    "a badge of an https issuer": (
        lambda: add_proof(
            badge(3, UNIVERSITY_URL, "Biology"), UNIVERSITY, verificationMethod=f"{UNIVERSITY_URL}#key-1"
        ),
        [UNIVERSITY_URL],
    ),
    "a token with its key in the header": (
        lambda: by_university(kid=None, jwk=UNIVERSITY.jwk),
        [KEY_SET, UNIVERSITY_URL],
    ),
    "a token with a key by its address": (by_university, [KEY_SET, UNIVERSITY_URL]),
    "a record with a member of a did:web issuer": (lambda: record_token(record(by_college())), [DID_DOCUMENT]),
    "a badge endorsed by a did:web issuer": (
        lambda: add_proof(member(5) | {"endorsement": [by_college(_endorsement_by_college(member(5)["id"]))]}, COLLEGE),
        [DID_DOCUMENT],
    ),
}


def _endorsement_by_college(about):
    document = endorsement(1, about)
    document["issuer"]["id"] = COLLEGE_DID
    return document


@pytest.mark.parametrize("need", NEEDS)
def test_with_everything_in_place_it_is_valid(need):
    make, _ = NEEDS[need]

    assert check(make(), open_world()).verdict == "valid"


@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("need", NEEDS)
def test_every_outage_leaves_it_undecided_and_never_valid(need, outage):
    make, addresses = NEEDS[need]
    world = open_world()
    for address in addresses:
        world.breaks(address, OUTAGES[outage])

    report = check(make(), world)

    assert report.verdict == "indeterminate", report.problems
    assert "internal_error" not in {problem.code for problem in report.problems}


@pytest.mark.parametrize("need", NEEDS)
def test_when_the_trouble_is_over_it_is_valid_again(need):
    make, addresses = NEEDS[need]
    world = open_world()
    hosts = {address.split("/")[2] for address in addresses}
    for host in hosts:
        world.goes_dark(host)

    assert check(make(), world).verdict == "indeterminate"
    for host in hosts:
        world.comes_back(host)
    assert check(make(), world).verdict == "valid"


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_never_saves_a_forgery(outage):
    """A key that cannot be had may be anybody's; what is certainly another's stays certainly another's."""
    world = open_world()
    world.breaks(DID_DOCUMENT, OUTAGES[outage])

    assert check(by_college(key=FORGER), world).verdict == "indeterminate"
    assert check(add_proof(badge(1, COLLEGE_DID, "Seamanship"), FORGER), world).verdict == "invalid"


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_schema_that_cannot_be_had_is_unknown_and_does_not_decide(outage):
    world = open_world()
    document = badge(1, COLLEGE_DID, "Seamanship", credentialSchema=[{"id": SCHEMA, "type": "JsonSchema"}])
    world.breaks(SCHEMA, OUTAGES[outage])

    report = check(by_college(document), world)
    assert report.check("schema").outcome == "unknown", report.check("schema")
    assert report.verdict == "valid"


@pytest.mark.parametrize(
    "answer",
    [
        {"id": COLLEGE_DID},
        {"id": COLLEGE_DID, "verificationMethod": [], "assertionMethod": []},
        {"id": "did:web:other.example", "verificationMethod": [], "assertionMethod": []},
        {"keys": []},
    ],
)
def test_a_document_of_the_issuer_that_does_not_have_the_key_is_no_outage(answer):
    world = open_world()
    world.changes(DID_DOCUMENT, answer)

    assert check(by_college(), world).verdict in ("invalid", "indeterminate")


def test_a_key_that_was_withdrawn_is_an_answer():
    world = open_world()
    world.issuer_opens(COLLEGE_DID, FORGER)

    assert check(by_college(), world).check("proof").code == "signature_invalid"


# --- two answers to one question --------------------------------------------------------------------------------------


def test_each_address_is_asked_once():
    """The record, three members and an endorsement all hang on one issuer: one question is enough, and one answer counts."""
    world = open_world()
    endorsed = badge(10, COLLEGE_DID, "Course 10")
    endorsed["endorsement"] = [by_college(_endorsement_by_college(endorsed["id"]))]
    members = [by_college(endorsed), *[by_college(badge(n, COLLEGE_DID, f"Course {n}")) for n in (11, 12)]]
    document = record(*members, issuer=COLLEGE_DID)

    report = check(by_college(document), world)

    assert report.verdict == "valid", report.problems
    assert world.addresses_asked == [DID_DOCUMENT]


@pytest.mark.parametrize("lie", ["another key", "no key", "gone", "adverts"])
def test_who_answers_first_and_lies_later_is_not_asked_again(lie):
    world = open_world()
    forged = open_world()
    forged.issuer_opens(COLLEGE_DID, FORGER)
    truth = json.loads(open_world().fetch(DID_DOCUMENT).content)
    lies = {
        "another key": json.loads(forged.fetch(DID_DOCUMENT).content),
        "no key": {"id": COLLEGE_DID},
        "gone": OUTAGES["gone"],
        "adverts": OUTAGES["adverts"],
    }
    world.tells_in_turn(DID_DOCUMENT, truth, lies[lie])
    forged_member = by_college(badge(11, COLLEGE_DID, "Course 11"), key=FORGER)

    report = check(by_college(record(forged_member, issuer=COLLEGE_DID)), world)
    assert report.verdict == "invalid"
    assert world.addresses_asked == [DID_DOCUMENT]
    honest = open_world()
    honest.tells_in_turn(DID_DOCUMENT, truth, lies[lie])
    good_member = by_college(badge(11, COLLEGE_DID, "Course 11"))
    assert check(by_college(record(good_member, issuer=COLLEGE_DID)), honest).verdict == "valid"


def test_who_fails_first_is_not_asked_until_they_please():
    world = open_world()
    truth = json.loads(open_world().fetch(DID_DOCUMENT).content)
    world.tells_in_turn(DID_DOCUMENT, OUTAGES["no such host"], truth)
    members = [by_college(badge(n, COLLEGE_DID, f"Course {n}")) for n in (11, 12)]

    assert check(record_token(record(*members)), world).verdict == "indeterminate"
    assert world.addresses_asked == [DID_DOCUMENT]


def test_the_next_verification_asks_anew():
    world = open_world()
    truth = json.loads(open_world().fetch(DID_DOCUMENT).content)
    world.tells_in_turn(DID_DOCUMENT, truth, {**truth, "assertionMethod": []})

    assert [check(by_college(), world).verdict for _ in range(3)] == ["valid", "invalid", "invalid"]


def test_nothing_is_asked_on_behalf_of_an_unproven_document():
    world = open_world()
    document = record(by_college(), issuer=UNIVERSITY.did)
    for bad in (document, add_proof(document, FORGER), add_proof(document, UNIVERSITY) | {"name": "x"}):
        assert check(bad, world).verdict == "invalid"
    assert world.asked == []


def test_only_so_many_addresses_are_asked():
    """A record can name thousands of servers, and each of them would be asked by whoever verifies it."""
    world = OutsideWorld()
    count = MAX_ADDRESSES_PER_VERIFICATION + 20
    members = [
        add_proof(
            badge(n, f"did:web:host{n}.example", f"Course {n}"),
            COLLEGE,
            suite="eddsa-jcs-2022",
            verificationMethod=f"did:web:host{n}.example#key-1",
        )
        for n in range(count)
    ]
    for n in range(count):
        world.issuer_opens(f"did:web:host{n}.example", COLLEGE)

    report = check(record_token(record(*members)), world)

    assert report.verdict == "indeterminate"
    assert len(world.asked) == MAX_ADDRESSES_PER_VERIFICATION
    codes = [inner.check("proof").code for inner in report.nested.values()]
    assert codes == ["proof_good"] * MAX_ADDRESSES_PER_VERIFICATION + ["too_many_addresses"] * 20


class _Careless:
    """A fetcher that raises what it must not."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def fetch(self, url, *, accept="application/json", max_bytes=0):
        self.asked += 1
        raise self.error


@pytest.mark.parametrize("error", [OSError("no route"), ValueError("x"), RuntimeError(), MemoryError(), KeyError("a")])
def test_a_careless_fetcher_is_an_outage_like_any_other(error, caplog):
    fetcher = _Careless(error)
    report = check(record_token(record(by_college(), by_college(badge(9, COLLEGE_DID, "Knots")))), fetcher)

    assert report.verdict == "indeterminate"
    assert {inner.check("proof").code for inner in report.nested.values()} == {"fetcher_failed"}
    assert fetcher.asked == 1
    assert "something else than FetchFailed" in caplog.text


# --- the record of what was used --------------------------------------------------------------------------------------


def kept(data, world=None, at=AT, **options):
    """What the verification on that day left behind, as it would be kept in a file."""
    report = check(data, world or open_world(), at=at, **options)
    assert report.verdict == "valid", report.problems
    return Evidence.from_json(report.evidence.to_json())


def gone_world():
    world = open_world()
    for host in (COLLEGE_HOST, "sur.example"):
        world.goes_dark(host)
    return world


def test_evidence_is_everything_from_outside_with_digest_and_time():
    import hashlib

    document = badge(1, COLLEGE_DID, "Seamanship", credentialSchema=[{"id": SCHEMA, "type": "JsonSchema"}])
    world = open_world()
    world.publish(SCHEMA, {"type": "object"})
    registry = IssuerRegistry("Schools of the north", {COLLEGE_DID: "Noordzee"})

    items = kept(by_college(document), world, policy=Policy(registries=(registry,))).items

    assert [(item.kind, item.url or item.name) for item in items] == [
        ("context", "https://www.w3.org/ns/credentials/v2"),
        ("context", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"),
        ("document", DID_DOCUMENT),
        ("document", SCHEMA),
        ("registry", "Schools of the north"),
    ]
    assert {item.at for item in items} == {AT}
    for item in items:
        if item.content is not None:
            assert hashlib.sha256(item.content).hexdigest() == item.sha256
    assert items[4].sha256 == registry.sha256


@pytest.mark.parametrize("need", NEEDS)
def test_evidence_gives_the_same_verdict_offline_at_the_same_time(need):
    make, _ = NEEDS[need]
    data = make()
    evidence = kept(data)

    assert verify(data, at=AT).verdict == "indeterminate"
    replayed = verify(data, at=AT, evidence=evidence)
    assert replayed.verdict == "valid", replayed.problems
    online = check(data, open_world())
    assert [(c.name, c.outcome, c.code) for c in replayed.checks] == [
        (c.name, c.outcome, c.code) for c in online.checks
    ]
    assert replayed.evidence == online.evidence


@pytest.mark.parametrize("need", NEEDS)
def test_evidence_never_makes_a_forgery_good(need):
    """The archive holds keys, not verdicts."""
    make, _ = NEEDS[need]
    data = make()
    evidence = kept(data)
    if isinstance(data, str):
        head, payload, signature = data.split(".")
        forged = ".".join([head, payload, signature[:-4] + ("AAAA" if signature[-4:] != "AAAA" else "BBBB")])
    else:
        forged = data | {"name": "Admiral"}

    assert verify(forged, at=AT, evidence=evidence).verdict in ("invalid", "malformed")


@pytest.mark.parametrize("outage", OUTAGES)
def test_evidence_answers_in_every_outage(outage):
    data = by_college()
    evidence = kept(data)
    world = open_world()
    world.breaks(DID_DOCUMENT, OUTAGES[outage])

    report = check(data, world, at=LATER, evidence=evidence)

    answered = outage in LIVE_ANSWERS
    assert report.verdict == ("indeterminate" if answered else "valid"), outage
    freshness = "never" if answered else "last confirmed on 2026-03-01T00:00:00Z"
    assert report.check("proof").confirmation == freshness


# A server that says 200 or 410 under the issuer's name is listened to, however useless what it says is.
LIVE_ANSWERS = {
    "gone",
    "empty",
    "a login page called JSON",
    "half the JSON",
    "two answers in one",
    "JSON with a member twice",
    "JSON in UTF-16",
    "deep JSON",
    "a picture",
    "null",
    "a number",
    "a list",
}


def test_confirmation_says_how_fresh_each_answer_is():
    data = by_college()
    evidence = kept(data)

    now = check(data, open_world(), at=LATER, evidence=evidence)
    assert (now.verdict, now.check("proof").confirmation) == ("valid", "confirmed now")
    archived = check(data, gone_world(), at=LATER, evidence=evidence)
    assert archived.verdict == "valid"
    words = {c.name: c.confirmation for c in archived.checks}
    assert words["structure"] == words["period"] == "confirmed now"
    assert words["proof"] == words["issuer"] == "last confirmed on 2026-03-01T00:00:00Z"
    assert words["status"] == words["trust"] == ""
    never = check(data, gone_world(), at=LATER)
    assert (never.verdict, never.check("proof").confirmation) == ("indeterminate", "never")
    assert never.check("issuer").confirmation == ""
    assert json.loads(archived.to_json())["checks"][2]["confirmation"].startswith("last confirmed")


def test_what_is_certain_without_asking_is_confirmed_now():
    """The proof may stay open for ever: that the key is somebody else's shows in its name."""
    stranger = add_proof(badge(1, COLLEGE_DID, "x"), FORGER, verificationMethod="did:web:nobody.example#key-1")
    report = check(stranger, open_world())

    assert (report.check("proof").outcome, report.check("issuer").outcome) == ("unknown", "failed")
    assert report.check("issuer").confirmation == "confirmed now"


def test_the_oldest_answer_that_counts_is_named():
    members = by_college(), by_university()
    old = kept(members[0], at=AT)
    newer = kept(members[1], at=AT + timedelta(days=30))
    document = record_token(record(members[0]))

    report = check(document, gone_world(), at=LATER, evidence=old.merged_with(newer))
    assert report.verdict == "valid"
    assert report.check("nested").confirmation == "last confirmed on 2026-03-01T00:00:00Z"
    assert report.check("proof").confirmation == "confirmed now"
    token = check(members[1], gone_world(), at=LATER, evidence=old.merged_with(newer))
    assert token.check("issuer").confirmation == "last confirmed on 2026-03-31T00:00:00Z"


def test_live_answers_beat_recorded_ones():
    data = by_college()
    evidence = kept(data)
    world = open_world()
    world.issuer_opens(COLLEGE_DID, FORGER)  # the old key was stolen, and the college has a new one

    assert check(data, gone_world(), at=LATER, evidence=evidence).verdict == "valid"
    report = check(data, world, at=LATER, evidence=evidence)
    assert report.verdict == "invalid"
    assert report.check("proof").confirmation == "confirmed now"


def test_a_sold_domain_does_not_speak_for_the_issuer():
    data = by_college()
    evidence = kept(data)
    world = open_world()
    world.falls_to_strangers(COLLEGE_HOST)

    assert check(data, world, at=LATER).verdict == "indeterminate"
    report = check(data, world, at=LATER, evidence=evidence)
    assert (report.verdict, report.check("proof").confirmation) == ("valid", "last confirmed on 2026-03-01T00:00:00Z")


def test_a_page_that_always_was_html_is_not_a_sold_domain():
    world = open_world()
    document = json.loads(world.fetch(DID_DOCUMENT).content)
    world.publish(DID_DOCUMENT, Fetched(200, {"content-type": "text/html"}, document))
    data = by_college()
    evidence = kept(data, world)
    world.publish(DID_DOCUMENT, Fetched(200, {"content-type": "text/html"}, {**document, "assertionMethod": []}))

    assert check(data, world, at=LATER, evidence=evidence).verdict == "invalid"


def test_gone_for_good_is_said_by_the_issuer_and_is_listened_to():
    data = by_college()
    evidence = kept(data)
    world = open_world()
    world.breaks(DID_DOCUMENT, OUTAGES["gone"])

    assert check(data, world, at=LATER, evidence=evidence).verdict == "indeterminate"


def test_a_record_made_offline_can_be_handed_on():
    """What was answered from the archive keeps the date on which it was recorded."""
    data = by_college()
    first = kept(data)
    second = check(data, gone_world(), at=LATER, evidence=first).evidence
    third = verify(data, at=LATER + timedelta(days=1000), evidence=Evidence.from_json(second.to_json()))

    assert third.verdict == "valid"
    assert third.check("proof").confirmation == "last confirmed on 2026-03-01T00:00:00Z"


def test_a_new_answer_renews_the_record():
    data = by_college()
    first = kept(data)
    renewed = first.merged_with(check(data, open_world(), at=LATER, evidence=first).evidence)

    report = verify(data, at=LATER, evidence=renewed)
    assert report.check("proof").confirmation == "last confirmed on 2031-03-01T00:00:00Z"
    assert len(renewed.items) == len(first.items)


def test_evidence_of_another_credential_answers_nothing():
    evidence = kept(by_university())

    assert verify(by_college(), at=AT, evidence=evidence).verdict == "indeterminate"


def test_a_bent_archive_is_refused():
    text = kept(by_college()).to_json()
    items = json.loads(text)
    other = json.dumps({"id": COLLEGE_DID}).encode()
    import base64

    for item in items["items"]:
        if item["kind"] == "document":
            item["content"] = base64.b64encode(other).decode()

    with pytest.raises(Malformed) as caught:
        Evidence.from_json(json.dumps(items))
    assert caught.value.code == "evidence_malformed"
    assert caught.value.pointer == "/items/2/sha256"


def test_a_context_that_changed_since_is_noted():
    data = by_college()
    evidence = kept(data)
    url = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    bent = Evidence(
        tuple(EvidenceItem("context", url, "0" * 64, item.at) if item.url == url else item for item in evidence.items)
    )

    assert "context_changed" not in [note.code for note in check(data, open_world(), evidence=evidence).notes]
    report = check(data, open_world(), evidence=bent)
    [note] = [note for note in report.notes if note.code == "context_changed"]
    assert (report.verdict, note.pointer) == ("valid", "/@context/1")


def test_a_fetched_context_is_kept_and_answers_when_it_is_gone():
    url = "https://noordzee-college.example/context.json"
    context = {"@context": {"motto": "https://noordzee-college.example/terms#motto"}}
    document = badge(1, COLLEGE_DID, "Seamanship", motto="Per aspera")
    document["@context"] = [*document["@context"], url]
    contexts = standard_toolkit().adding(contexts={url: context}).contexts
    data = by_college(document, contexts=contexts)
    world = open_world()
    world.publish(url, context)

    def ask(world, **options):
        return verify(data, toolkit=standard_toolkit(world, fetch_contexts=True), at=AT, **options)

    online = ask(world)
    assert online.verdict == "valid", online.problems
    assert [item.url for item in online.evidence.items if item.kind == "document"] == [url, DID_DOCUMENT]
    replayed = ask(gone_world(), evidence=Evidence.from_json(online.evidence.to_json()))
    assert (replayed.verdict, replayed.check("context").confirmation) == (
        "valid",
        "last confirmed on 2026-03-01T00:00:00Z",
    )
    # The DID document answers today, and what the words of the document mean is still only known from then.
    world.breaks(url, OUTAGES["not found"])
    mixed = ask(world, evidence=online.evidence)
    assert mixed.check("proof").confirmation == "last confirmed on 2026-03-01T00:00:00Z"


def test_nested_reports_leave_their_evidence_to_the_outermost():
    university_badge, _ = NEEDS["a badge of an https issuer"]
    report = check(record_token(record(by_college(), university_badge())), open_world())

    assert report.verdict == "valid"
    urls = [item.url for item in report.evidence.items if item.kind == "document"]
    assert urls == [DID_DOCUMENT, UNIVERSITY_URL]
    assert all(not inner.evidence.items for inner in report.nested.values())


def test_answers_for_different_readers_are_kept_apart():
    """One address may answer a reader of DID documents and a reader of key sets differently, and that is no lie."""
    archive = Evidence()
    fetcher = RecordingFetcher(OutsideWorld({"https://a.example/": b"{}"}), at=AT, archive=archive)
    for accept in ("a/b", "c/d", "a/b"):
        fetcher.fetch("https://a.example/", accept=accept)

    assert [item.accept for item in fetcher.evidence.items] == ["a/b", "c/d"]
    assert fetcher.evidence.find("document", "https://a.example/", "c/d").accept == "c/d"
    assert fetcher.evidence.find("document", "https://a.example/", "e/f") is None


def test_a_reader_cannot_change_the_answer_of_the_next():
    fetcher = RecordingFetcher(OutsideWorld({"https://a.example/": {"a": 1}}), at=AT)
    first = fetcher.fetch("https://a.example/")
    parsed = first.json()
    parsed["a"] = 2
    first.headers["content-type"] = "text/html"

    again = fetcher.fetch("https://a.example/#x")
    assert again.json() == {"a": 1}
    assert again.media_type == "application/json"


def test_a_later_reader_with_a_smaller_limit_is_told_so():
    fetcher = RecordingFetcher(OutsideWorld({"https://a.example/": b"12345"}), at=AT)
    fetcher.fetch("https://a.example/")

    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch("https://a.example/", max_bytes=4)
    assert caught.value.code == "response_too_large"
    assert fetcher.fetch("https://a.example/", max_bytes=5).content == b"12345"


def test_evidence_says_nothing_about_who_was_asked_for():
    """An archive is handed around: it holds what issuers publish, not whom the credential is about."""
    text = kept(by_college()).to_json()

    assert ANA not in text
    assert "Seamanship" not in text
    assert "ana@" not in text


def test_the_world_of_the_tests_is_not_changed_by_being_asked():
    world = open_world()
    before = copy.deepcopy(world._answers)
    check(by_college(), world)

    assert world._answers == before
    assert signed_badge(1)["issuer"]["id"] == COLLEGE.did
    assert WORKSHOP.did != COLLEGE.did
