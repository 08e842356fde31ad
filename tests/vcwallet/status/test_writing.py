"""What an issuer publishes can be read, hides in which order it was made, and never goes back."""

import itertools
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.status_samples import AT, CREDENTIAL_ID, ISSUER, URL, Source
from vcwallet.errors import Malformed, Refused
from vcwallet.status import writing
from vcwallet.status.bitstring_list import BITSTRING_STATUS_LIST
from vcwallet.status.writing import (
    StatusList,
    allocate_indexes,
    new_status_list,
    reserve_indexes,
    set_status,
    set_statuses,
    status_list_document,
)
from vcwallet.wire import strict_json

BEGIN = AT - timedelta(days=1)
LATER = AT - timedelta(hours=1)
FOUR = ("pending", "accepted", "rejected", "undefined")


def make(*purposes, used=(), **options):
    status_list = new_status_list(URL, ISSUER, *(purposes or ("revocation",)), **options)
    return reserve_indexes(status_list, used)


def publish(status_list, *, valid_from=BEGIN, previous=None, **options):
    return status_list_document(status_list, valid_from=valid_from, previous=previous, **options)


def read(document, entry):
    source = Source({URL: document})
    return BITSTRING_STATUS_LIST.read(entry, credential_id=CREDENTIAL_ID, issuer_id=ISSUER, source=source, at=AT)


def randbelow(seed=1):
    return random.Random(seed).randrange


def code(call, *arguments, **options):
    with pytest.raises(Refused) as refused:
        call(*arguments, **options)
    return refused.value.code


# --- documents -----------------------------------------------------------------------------------------------------


def test_a_list_is_published_as_the_recommendation_shows_it():
    status_list = make(ttl=timedelta(minutes=5))

    document = publish(status_list, valid_until=BEGIN + timedelta(days=30))

    subject = document.pop("credentialSubject")
    assert document == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-02-28T12:00:00Z",
        "validUntil": "2026-03-30T12:00:00Z",
    }
    assert subject.pop("encodedList").startswith("uH4sI")
    assert subject == {
        "id": f"{URL}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "ttl": 300_000,
    }


def test_a_published_list_is_json_and_the_same_each_time():
    document = publish(make(used=[5]))

    strict_json.check(document)
    assert json.dumps(document) == json.dumps(publish(make(used=[6])))


def test_an_entry_is_what_the_recommendation_shows():
    assert make(used=[94_567]).entry_for(94_567) == {
        "id": f"{URL}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": URL,
    }


def test_an_entry_of_several_bits_spells_out_its_messages():
    status_list = make("message", used=[7], size=2, messages=FOUR, references=["https://college.example/words"])

    entry = status_list.entry_for(7)

    assert entry["statusSize"] == 2
    assert entry["statusMessage"][2] == {"status": "0x2", "message": "rejected"}
    assert entry["statusReference"] == "https://college.example/words"
    two = replace(status_list, references=("https://a.example/", "https://b.example/"))
    assert two.entry_for(7)["statusReference"] == ["https://a.example/", "https://b.example/"]


@pytest.mark.parametrize("purpose", ["revocation", "suspension", "refresh", "message", "audit"])
@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_what_is_written_is_read(purpose, size):
    messages = [f"message {value}" for value in range(1 << size)]
    indexes = [0, 1, 77_777, 131_071]
    status_list = make(purpose, used=indexes, size=size, messages=messages)
    values = dict(zip(indexes, [1, 0, (1 << size) - 1, 1], strict=True))

    document = publish(set_statuses(status_list, values))

    for index, value in values.items():
        answer = read(document, status_list.entry_for(index))
        assert (answer.value, answer.message, answer.purpose) == (value, f"message {value}", purpose)


def test_a_list_of_two_purposes_gives_each_an_index_of_its_own():
    status_list = make("revocation", "refresh", used=[5, 6])

    document = publish(set_status(status_list, 5))

    assert document["credentialSubject"]["statusPurpose"] == ["revocation", "refresh"]
    assert read(document, status_list.entry_for(5, "revocation")).is_withdrawn
    assert not read(document, status_list.entry_for(6, "refresh")).is_set
    for purpose in (None, "suspension"):
        with pytest.raises(ValueError, match="one of the purposes revocation, refresh"):
            status_list.entry_for(5, purpose)


@pytest.mark.parametrize(
    ("purposes", "options"),
    [
        ([], {}),
        (["revocation", "revocation"], {}),
        ([""], {}),
        (["revocation", "suspension"], {}),
        (["revocation", "refresh", "audit"], {}),
        (["revocation"], {"entries": 131_071 - 7}),
        (["revocation"], {"entries": -1}),
        (["revocation"], {"entries": 10**12}),
        (["revocation"], {"entries": 8_388_609}),
        (["revocation"], {"size": 0}),
        (["revocation"], {"size": 9}),
        (["revocation"], {"size": 2}),
        (["message"], {}),
        (["message"], {"size": 2, "messages": FOUR[:3]}),
        (["revocation"], {"messages": FOUR}),
        (["revocation"], {"ttl": timedelta(seconds=-1)}),
    ],
    ids=repr,
)
def test_a_list_that_nobody_could_read_is_not_made(purposes, options):
    with pytest.raises(ValueError, match=r"."):
        new_status_list(URL, ISSUER, *purposes, **options)


def test_a_stored_list_whose_parts_do_not_fit_is_not_opened():
    with pytest.raises(ValueError, match="allocated"):
        StatusList(URL, ISSUER, ("revocation",), bytes(16_384), bytes(16_383))
    assert StatusList(URL, ISSUER, ("revocation",), bytes(16_384), bytes(16_384)).entries == 131_072


# --- indexes -------------------------------------------------------------------------------------------------------


def test_indexes_are_given_away_once():
    status_list = make()
    given: set[int] = set()
    for seed in range(20):
        status_list, indexes = allocate_indexes(status_list, 500, randbelow=randbelow(seed % 3))
        assert given.isdisjoint(indexes)
        given.update(indexes)

    assert len(given) == status_list.allocated_count == 10_000
    assert all(status_list.is_allocated(index) for index in given)


def test_indexes_tell_neither_order_nor_number():
    _, indexes = allocate_indexes(make(), 2000, randbelow=randbelow())

    rising = sum(one < next_one for one, next_one in itertools.pairwise(indexes))
    assert 900 < rising < 1100
    assert 60_000 < sum(indexes) / len(indexes) < 71_000


def test_a_list_can_be_filled_to_the_last_index_and_no_further():
    status_list = reserve_indexes(make(entries=131_075, size=1), range(131_000))

    status_list, indexes = allocate_indexes(status_list, status_list.entries - 131_000, randbelow=randbelow())

    assert sorted(indexes) == list(range(131_000, status_list.entries))
    assert code(allocate_indexes, status_list, 1, randbelow=randbelow()) == "status_list_full"
    assert allocate_indexes(status_list, 0, randbelow=randbelow()) == (status_list, ())
    with pytest.raises(ValueError, match="negative"):
        allocate_indexes(status_list, -1, randbelow=randbelow())


def test_a_broken_source_of_randomness_does_not_give_an_index_twice():
    _, indexes = allocate_indexes(make(), 3, randbelow=lambda bound: 0)

    assert len(set(indexes)) == 3


def test_an_index_in_use_cannot_be_reserved_again():
    status_list = make(used=[5])

    with pytest.raises(ValueError, match="given away before"):
        reserve_indexes(status_list, [5])
    for index in (-1, 131_072):
        with pytest.raises(IndexError):
            reserve_indexes(status_list, [index])


def test_what_was_not_given_away_has_neither_entry_nor_status():
    status_list = make(used=[5])

    with pytest.raises(ValueError, match="not been given away"):
        status_list.entry_for(6)
    with pytest.raises(ValueError, match="not been given away"):
        set_status(status_list, 6)
    with pytest.raises(IndexError):
        set_status(status_list, -1)


# --- statuses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["revocation", "refresh"])
def test_what_is_for_good_stays_set(purpose):
    status_list = set_status(make(purpose, used=[5]), 5)

    assert code(set_status, status_list, 5, 0) == "status_not_reversible"
    assert set_status(status_list, 5).value_at(5) == 1


@pytest.mark.parametrize("purpose", ["suspension", "audit"])
def test_what_is_for_now_can_be_lifted(purpose):
    status_list = set_status(make(purpose, used=[5]), 5)

    assert set_status(status_list, 5, 0) == make(purpose, used=[5])


def test_a_changed_list_is_another_value():
    status_list = make(used=[5])

    changed = set_status(status_list, 5)

    assert (status_list.value_at(5), changed.value_at(5)) == (0, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        set_status(status_list, 5, 2)


# --- versions ------------------------------------------------------------------------------------------------------


def test_a_later_version_with_more_revocations_is_published():
    first = set_status(make(used=[5, 6]), 5)

    document = publish(set_status(first, 6), valid_from=LATER, previous=publish(first))

    assert read(document, first.entry_for(6)).is_withdrawn
    publish(first, valid_from=LATER, previous=publish(first) | {"proof": {}, "issuer": {"id": ISSUER}})


def test_a_version_that_loses_a_revocation_is_refused():
    status_list = make(used=[5, 6])
    published = publish(set_status(status_list, 5))
    stale = set_status(status_list, 6)

    assert code(publish, stale, valid_from=LATER, previous=published) == "status_list_goes_back"
    assert code(publish, stale, valid_from=LATER, previous=published, lifted=[5]) == "status_not_reversible"


def test_a_version_that_lifts_only_what_is_named_is_published():
    suspended = set_statuses(make("suspension", used=[5, 6]), {5: 1, 6: 1})
    lifted = set_status(suspended, 5, 0)
    both = set_status(lifted, 6, 0)

    assert publish(lifted, valid_from=LATER, previous=publish(suspended), lifted=[5])
    assert code(publish, lifted, valid_from=LATER, previous=publish(suspended)) == "status_list_goes_back"
    assert code(publish, both, valid_from=LATER, previous=publish(suspended), lifted=[5]) == "status_list_goes_back"


@pytest.mark.parametrize("valid_from", [BEGIN, BEGIN - timedelta(microseconds=1)])
def test_a_version_that_does_not_begin_later_is_refused(valid_from):
    status_list = make()

    assert code(publish, status_list, valid_from=valid_from, previous=publish(status_list)) == "status_list_goes_back"
    assert publish(status_list, valid_from=BEGIN + timedelta(microseconds=1), previous=publish(status_list))


def test_a_version_with_less_room_or_another_purpose_or_name_is_refused():
    published = publish(make())
    smaller = publish(make(entries=131_080))
    other_address = replace(make(), url="https://college.example/status/2")

    assert code(publish, make(), valid_from=LATER, previous=smaller) == "status_list_goes_back"
    assert code(publish, make("refresh"), valid_from=LATER, previous=published) == "status_list_goes_back"
    assert code(publish, other_address, valid_from=LATER, previous=published) == "status_list_goes_back"
    assert code(publish, replace(make(), issuer="did:web:b.example"), valid_from=LATER, previous=published) == (
        "status_list_goes_back"
    )
    assert publish(make(entries=131_080), valid_from=LATER, previous=published)


@pytest.mark.parametrize("subject", [None, [], {}, {"encodedList": "x"}, {"encodedList": "x", "statusPurpose": {}}])
def test_a_published_version_that_cannot_be_read_is_not_replaced(subject):
    previous = publish(make()) | {"credentialSubject": subject}

    with pytest.raises(Malformed) as refused:
        publish(make(), valid_from=LATER, previous=previous)
    assert refused.value.code == "status_list_malformed"


@given(st.integers(1, 8), st.data())
def test_exactly_what_is_lost_is_found(size, data):
    """Against a naive comparison, status by status, of the part of the list that is in play."""
    indexes = [*range(20), *range(131_052, 131_072)]
    values = st.lists(st.integers(0, (1 << size) - 1) | st.just(0), min_size=40, max_size=40)
    before = dict(zip(indexes, data.draw(values), strict=True))
    now = dict(zip(indexes, data.draw(values), strict=True))
    status_list = make("suspension", used=indexes, size=size, messages=["?"] * (1 << size))

    found = list(writing._lost(set_statuses(status_list, before).bits, set_statuses(status_list, now)))

    assert found == [index for index in indexes if before[index] and not now[index]]


def test_times_that_make_no_sense_are_misuse():
    with pytest.raises(ValueError, match="until later"):
        publish(make(), valid_until=BEGIN)
    with pytest.raises(ValueError, match="zone"):
        publish(make(), valid_from=datetime(2026, 1, 1))  # noqa: DTZ001
    assert publish(make(), valid_from=datetime(2026, 1, 1, tzinfo=UTC))
