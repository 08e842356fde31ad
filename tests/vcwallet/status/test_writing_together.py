"""Many write to one list at once: kept apart as the docstring of the module says, nothing is lost; and never, once published.

What the store of an operator does is simulated here: it hands out the newest list and takes one in its place, and between
the two anybody else may come.
"""

import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.status_samples import AT, ISSUER, URL
from vcwallet.errors import Refused
from vcwallet.status.bitstring import value_at
from vcwallet.status.bitstring_list import decode_list
from vcwallet.status.writing import (
    allocate_indexes,
    new_status_list,
    reserve_indexes,
    set_status,
    status_list_document,
)

WRITERS, BADGES_EACH = 6, 25
INDEXES = (0, 7, 8, 131_071)


class Store:
    """A list, what is published of it, and the two ways in which a database lets one write after the other."""

    def __init__(self):
        self.status_list = new_status_list(URL, ISSUER, "revocation")
        self.published = [status_list_document(self.status_list, valid_from=AT, previous=None)]
        self._lock = threading.Lock()

    def with_a_lock(self, change):
        with self._lock:
            self.status_list, answer = change(self.status_list)
            return answer

    def with_a_comparison(self, change):
        """Optimistic: whoever finds another list than the one that was changed, begins again. Lists are values."""
        while True:
            before = self.status_list
            after, answer = change(before)
            with self._lock:
                if self.status_list == before:
                    self.status_list = after
                    return answer

    def without_care(self, change):
        self.status_list, answer = change(self.status_list)
        return answer

    def publish(self):
        """Built again from what is stored, under the same lock as everything else that is published."""
        with self._lock:
            previous = self.published[-1]
            begin = AT + timedelta(seconds=len(self.published))
            self.published.append(status_list_document(self.status_list, valid_from=begin, previous=previous))
            return len(self.published) - 1


@contextmanager
def threads_that_take_turns_quickly():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def work(store, write, seed):
    """Give places away, revoke every second credential, and publish now and then; what was acknowledged, and when."""
    numbers = random.Random(seed)
    given, revoked = [], []
    for number in range(BADGES_EACH):
        (index,) = write(lambda status_list: allocate_indexes(status_list, randbelow=numbers.randrange))
        given.append(index)
        if number % 2:
            write(lambda status_list, index=index: (set_status(status_list, index), None))
            revoked.append((index, len(store.published)))
        if number % 5 == 0:
            store.publish()
    return given, revoked


def all_at_once(store, write):
    with threads_that_take_turns_quickly(), ThreadPoolExecutor(WRITERS) as pool:
        done = list(pool.map(lambda seed: work(store, write, seed), range(WRITERS)))
    store.publish()
    return [index for given, _ in done for index in given], [each for _, revoked in done for each in revoked]


@pytest.mark.parametrize("way", ["with_a_lock", "with_a_comparison"])
def test_nothing_is_lost_when_one_writes_after_the_other(way):
    store = Store()

    given, revoked = all_at_once(store, getattr(store, way))

    assert len(given) == WRITERS * BADGES_EACH == len(set(given)) == store.status_list.allocated_count
    assert {index for index in given if store.status_list.value_at(index)} == {index for index, _ in revoked}
    lists = [decode_list(document["credentialSubject"]["encodedList"]) for document in store.published]
    for index, version in revoked:
        assert all(value_at(bits, index) for bits in lists[version:]), (
            "a later version does not say what was acknowledged"
        )


def test_two_who_do_not_wait_lose_what_one_of_them_wrote_and_cannot_publish_it():
    """Why the docstring asks for a lock: here the second reads before the first has written."""
    store = Store()
    store.status_list = reserve_indexes(store.status_list, INDEXES)

    def first(status_list):
        store.without_care(lambda newer: (set_status(newer, INDEXES[1]), None))
        store.publish()
        return set_status(status_list, INDEXES[0]), None

    store.without_care(first)

    assert store.status_list.value_at(INDEXES[1]) == 0
    with pytest.raises(Refused) as refused:
        store.publish()
    assert refused.value.code == "status_list_goes_back"


def test_two_who_do_not_wait_give_one_place_away_twice():
    """Nobody could notice this later: which places were given away is not published."""
    status_list = new_status_list(URL, ISSUER, "revocation")

    given = [allocate_indexes(status_list, randbelow=lambda bound: 7)[1] for _ in range(2)]

    assert given == [(7,), (7,)]


class CarelessWriters(RuleBasedStateMachine):
    """Three writers who read and store whenever they like: what was published stays published all the same."""

    writers = st.integers(0, 2)

    def __init__(self):
        super().__init__()
        self.stored = reserve_indexes(new_status_list(URL, ISSUER, "revocation"), INDEXES)
        self.copies = dict.fromkeys(range(3), self.stored)
        self.versions = []
        self.published_bits = set()

    @rule(writer=writers)
    def read(self, writer):
        self.copies[writer] = self.stored

    @rule(writer=writers, index=st.sampled_from(INDEXES))
    def revoke(self, writer, index):
        self.copies[writer] = set_status(self.copies[writer], index)

    @rule(writer=writers)
    def store(self, writer):
        self.stored = self.copies[writer]

    @rule(seconds=st.integers(-1, 2))
    def publish(self, seconds):
        previous = self.versions[-1] if self.versions else None
        begin = AT + timedelta(seconds=len(self.versions) * 2 + seconds)
        now = {index for index in INDEXES if self.stored.value_at(index)}
        is_later = previous is None or begin > self.last_begin
        if self.published_bits - now or not is_later:
            with pytest.raises(Refused) as refused:
                status_list_document(self.stored, valid_from=begin, previous=previous)
            assert refused.value.code == "status_list_goes_back"
        else:
            self.versions.append(status_list_document(self.stored, valid_from=begin, previous=previous))
            self.published_bits, self.last_begin = now, begin

    @precondition(lambda self: self.versions)
    @invariant()
    def what_is_published_says_what_was_published(self):
        bits = decode_list(self.versions[-1]["credentialSubject"]["encodedList"])
        assert {index for index in INDEXES if value_at(bits, index)} == self.published_bits


TestCarelessWriters = CarelessWriters.TestCase
TestCarelessWriters.settings = settings(stateful_step_count=20, deadline=None)
