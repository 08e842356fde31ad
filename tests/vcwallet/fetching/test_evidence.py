import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outside_world import ADVERTS, OUTAGES, OutsideWorld
from vcwallet.errors import FetchFailed, Malformed
from vcwallet.fetching.evidence import Evidence, EvidenceItem, RecordingFetcher
from vcwallet.fetching.fetcher import Fetched

HERE = "https://a.example/here"
AT = datetime(2026, 3, 1, tzinfo=UTC)
LATER = AT + timedelta(days=1000)


def item(content=b'{"a":1}', url=HERE, at=AT, **more):
    return EvidenceItem("document", url, hashlib.sha256(content).hexdigest(), at, content, "application/json", **more)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
MOMENTS = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-11))]),
)


@st.composite
def items(draw):
    kind = draw(st.sampled_from(["document", "context", "registry"]))
    content = draw(st.none() | st.binary(max_size=50))
    digest = draw(TEXT) if content is None else hashlib.sha256(content).hexdigest()
    return EvidenceItem(kind, draw(TEXT), digest, draw(MOMENTS), content, draw(TEXT), draw(TEXT), draw(TEXT))


@given(st.lists(items(), max_size=4))
def test_the_record_comes_back_as_it_was(found):
    evidence = Evidence(tuple(found))
    text = evidence.to_json()

    assert Evidence.from_json(text) == evidence
    assert Evidence.from_json(text.encode()) == evidence
    assert Evidence.from_json(text).to_json() == text


def test_an_empty_record_is_one():
    assert Evidence.from_json(Evidence().to_json()) == Evidence()


def test_an_empty_document_is_a_document():
    evidence = Evidence((item(b""),))

    assert Evidence.from_json(evidence.to_json()).items[0].content == b""


GOOD = json.loads(Evidence((item(),)).to_json())


def with_item(**changes):
    entry = {name: value for name, value in (GOOD["items"][0] | changes).items() if value is not ...}
    return json.dumps(GOOD | {"items": [entry]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "not JSON",
        b"\xff",
        '{"format":"vcwallet-evidence","format":"vcwallet-evidence","version":1,"items":[]}',
        json.dumps(GOOD | {"format": "other"}),
        json.dumps(GOOD | {"version": 2}),
        json.dumps(GOOD | {"version": "1"}),
        json.dumps(GOOD | {"items": None}),
        json.dumps(GOOD | {"items": {}}),
        json.dumps(GOOD | {"items": [None]}),
        json.dumps(GOOD | {"items": [[]]}),
        with_item(kind="verdict"),
        with_item(kind=...),
        with_item(url=7),
        with_item(at=...),
        with_item(at="yesterday"),
        with_item(at="2026-03-01T00:00:00"),
        with_item(at=1772323200),
        with_item(sha256=...),
        with_item(sha256="0" * 64),
        with_item(sha256=None),
        with_item(content="!"),
        with_item(content="eyJhIjoxfQ"),
        with_item(content="eyJhIjox fQ=="),
        with_item(content="é"),
        with_item(content=None),
        with_item(content={}),
        with_item(content=base64.b64encode(b'{"a":2}').decode()),
        with_item(mediaType=["text/html"]),
        with_item(accept={}),
        with_item(name=0),
        '{"items":' + "[" * 1000,
    ],
)
def test_a_hostile_archive_is_refused(text):
    assert Evidence.from_json(with_item()).items == (item(),)
    with pytest.raises(Malformed) as caught:
        Evidence.from_json(text)
    assert caught.value.code == "evidence_malformed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "document", "2026-03-01T00:00:00Z", "AAAA"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(GOOD["items"][0])), inner, max_size=8)
    ),
    max_leaves=20,
)


def read(text):
    try:
        return Evidence.from_json(text)
    except Malformed as problem:
        return problem.code


@given(st.lists(JSON, max_size=3))
def test_no_archive_ends_in_anything_but_a_record_or_a_refusal(entries):
    evidence = read(json.dumps(GOOD | {"items": entries}))

    if evidence != "evidence_malformed":
        for found in evidence.items:
            assert found.content is None or hashlib.sha256(found.content).hexdigest() == found.sha256


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_bytes_end_in_anything_but_a_refusal(data):
    with pytest.raises(Malformed):
        Evidence.from_json(data)


def test_members_that_are_not_known_are_passed_over():
    assert Evidence.from_json(json.dumps(GOOD | {"note": "from the school's archive"})).items == (item(),)


def test_the_latest_of_several_is_found():
    old, new = item(b"old", at=AT), item(b"new", at=LATER)

    for order in ((old, new), (new, old)):
        assert Evidence(order).find("document", HERE).content == b"new"
    assert Evidence((old,)).find("context", HERE) is None
    assert Evidence((old,)).find("document", HERE + "/") is None


def test_merging_keeps_the_newer_of_each_and_all_of_both():
    first = Evidence((item(b"old"), item(b"other", url=HERE + "2")))
    second = Evidence((item(b"new", at=LATER), item(b"third", url=HERE + "3")))

    merged = first.merged_with(second)
    assert [found.content for found in merged.items] == [b"new", b"other", b"third"]
    assert Evidence().merged_with(first) == first == first.merged_with(Evidence()) == first.merged_with(first)


# --- the fetcher that records -----------------------------------------------------------------------------------------


def ask(fetcher, url=HERE, **options):
    try:
        return fetcher.fetch(url, **options)
    except FetchFailed as failure:
        return failure.code


def test_what_answers_is_recorded_and_what_fails_is_not():
    world = OutsideWorld({HERE: {"a": 1}, HERE + "/no": Fetched(404), HERE + "/gone": Fetched(410)})
    fetcher = RecordingFetcher(world, at=AT)

    assert ask(fetcher).json() == {"a": 1}
    assert ask(fetcher, HERE + "/no").status == 404
    assert ask(fetcher, HERE + "/gone").status == 410
    assert ask(fetcher, "https://nobody.example/") == "unreachable"
    assert fetcher.evidence.items == (item(accept="application/json"),)
    assert fetcher.archived_uses == []


def test_an_address_is_asked_once_whatever_it_answered():
    world = OutsideWorld({HERE: {"a": 1}})
    world.tells_in_turn(HERE + "/x", Fetched(500), {"a": 1})
    world.tells_in_turn("https://b.example/", OUTAGES["no such host"], {"a": 1})
    fetcher = RecordingFetcher(world, at=AT)
    for _ in range(3):
        assert ask(fetcher, HERE + "#fragment").status == 200
        assert ask(fetcher, HERE + "/x").status == 500
        assert ask(fetcher, "https://b.example/") == "unreachable"

    assert world.addresses_asked == [HERE, HERE + "/x", "https://b.example/"]


@pytest.mark.parametrize("outage", OUTAGES)
def test_the_archive_answers_for_who_does_not(outage):
    archive = Evidence((item(),))
    fetcher = RecordingFetcher(OutsideWorld({HERE: OUTAGES[outage]}), at=LATER, archive=archive)
    answer = ask(fetcher)

    if isinstance(answer, Fetched) and answer.content == b'{"a":1}':
        assert fetcher.archived_uses == [AT]
        assert fetcher.evidence == archive
    else:
        assert answer.status in (200, 410)
        assert answer.media_type != "text/html" or answer.status == 410
        assert fetcher.archived_uses == []


def test_each_use_of_the_archive_is_counted():
    fetcher = RecordingFetcher(OutsideWorld(), at=LATER, archive=Evidence((item(),)))
    ask(fetcher)
    ask(fetcher)

    assert fetcher.archived_uses == [AT, AT]
    assert len(fetcher.evidence.items) == 1


def test_adverts_are_no_answer_unless_a_page_was_recorded():
    world = OutsideWorld({HERE: ADVERTS})
    json_archive = Evidence((item(),))
    page_archive = Evidence((EvidenceItem("document", HERE, "", AT, b"<p>", "text/html"),))

    assert ask(RecordingFetcher(world, at=LATER)).media_type == "text/html"
    assert ask(RecordingFetcher(world, at=LATER, archive=json_archive)).content == b'{"a":1}'
    assert ask(RecordingFetcher(world, at=LATER, archive=page_archive)).content == ADVERTS.content


def test_a_record_of_the_digest_alone_cannot_answer():
    digest_only = Evidence((EvidenceItem("document", HERE, "0" * 64, AT),))

    assert ask(RecordingFetcher(OutsideWorld(), at=LATER, archive=digest_only)) == "unreachable"


def test_an_archived_context_is_no_document():
    context = Evidence((EvidenceItem("context", HERE, "", AT, b"{}"),))

    assert ask(RecordingFetcher(OutsideWorld(), at=LATER, archive=context)) == "unreachable"


def test_what_the_archive_hands_out_is_bounded_too():
    fetcher = RecordingFetcher(OutsideWorld(), at=LATER, archive=Evidence((item(b"x" * 100),)))

    assert ask(fetcher, max_bytes=99) == "response_too_large"
    assert ask(fetcher, max_bytes=100).content == b"x" * 100
