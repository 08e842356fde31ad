import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import FetchFailed
from vcwallet.fetching.caching_fetcher import MAX_TTL_SECONDS, CachingFetcher
from vcwallet.fetching.fetcher import Fetched, StaticFetcher

HERE = "https://a.example/here"


@dataclass
class _Clock:
    now: float = 1000.0

    def __call__(self):
        return self.now


@dataclass
class _Counting:
    """Answers every address alike, and notes what it was asked."""

    response: Fetched = field(default_factory=lambda: Fetched(200, {}, {"a": 1}))
    asked: list = field(default_factory=list)

    def fetch(self, url, *, accept="application/json", max_bytes=1_000_000):
        self.asked.append((url, accept))
        if self.response.status == 599:
            raise FetchFailed("unreachable", "down")
        return self.response


def _times_asked(headers, *, seconds=(0,), status=200, **options):
    """How often the origin is asked, when we ask once and then again after each of `seconds`."""
    clock, origin = _Clock(), _Counting(Fetched(status, headers, b"{}"))
    fetcher = CachingFetcher(origin, clock=clock, **options)
    for passed in (0, *seconds):
        clock.now = 1000.0 + passed
        fetcher.fetch(HERE)
    return len(origin.asked)


def test_a_document_is_remembered_for_a_while_even_if_the_publisher_says_nothing():
    assert _times_asked({}, seconds=(1, 59), default_ttl_seconds=60) == 1
    assert _times_asked({}, seconds=(60,), default_ttl_seconds=60) == 2
    assert _times_asked({}, seconds=(1,), default_ttl_seconds=0) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "max-age=100"},
        {"cache-control": "public, MAX-AGE=100, must-revalidate"},
        {"cache-control": 'private,max-age="100"'},
        {"cache-control": ", ,max-age=100 ,"},
        {"cache-control": "max-age=100, max-age=100"},
        {"cache-control": "max-age=150", "Age": "50"},
        {"cache-control": 'max-age=100, stale-while-revalidate=3, x="a, no-store"'},
    ],
)
def test_a_document_is_remembered_for_as_long_as_the_publisher_says(headers):
    assert _times_asked(headers, seconds=(1, 99)) == 1
    assert _times_asked(headers, seconds=(100,)) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"cache-control": "no-store"},
        {"cache-control": "max-age=100, no-store"},
        {"cache-control": "No-Cache"},
        {"cache-control": 'no-cache="set-cookie", max-age=100'},
        {"cache-control": "max-age=0"},
        {"cache-control": "max-age=-1"},
        {"cache-control": "max-age=1e9"},
        {"cache-control": "max-age=٩٩"},
        {"cache-control": "max-age"},
        {"cache-control": "max-age=100, max-age=200"},
        {"cache-control": "max-age=99999999999999999999"},
        {"cache-control": '"max-age=100'},
        {"cache-control": "max-age=100" + " " * 1000},
        {"cache-control": "max-age=100", "age": "100"},
        {"cache-control": "max-age=100", "age": "soon"},
        {"cache-control": "max-age=100", "vary": "*"},
    ],
)
def test_what_the_publisher_forbids_or_says_unreadably_is_not_remembered(headers):
    assert _times_asked(headers) == 2


def test_nobody_is_believed_for_longer_than_a_day():
    assert _times_asked({"cache-control": "max-age=31536000"}, seconds=(MAX_TTL_SECONDS - 1,)) == 1
    assert _times_asked({"cache-control": "max-age=31536000"}, seconds=(MAX_TTL_SECONDS,)) == 2


@pytest.mark.parametrize("status", [201, 204, 206, 400, 404, 410, 500, 503])
def test_only_an_answer_with_status_200_is_remembered(status):
    assert _times_asked({"cache-control": "max-age=100"}, status=status) == 2


def test_a_failure_is_not_remembered():
    origin = _Counting(Fetched(599))
    fetcher = CachingFetcher(origin)
    for _ in range(2):
        with pytest.raises(FetchFailed, match="down"):
            fetcher.fetch(HERE)
    origin.response = Fetched(200, {}, {"a": 1})

    assert fetcher.fetch(HERE).json() == {"a": 1}


def test_the_fragment_does_not_make_another_document_but_the_accepted_type_does():
    origin = _Counting()
    fetcher = CachingFetcher(origin)
    for url, accept in [(HERE, "a/b"), (HERE + "#k", "a/b"), (HERE + "#l", "a/b"), (HERE, "c/d"), (HERE + "?", "a/b")]:
        fetcher.fetch(url, accept=accept)

    assert origin.asked == [(HERE, "a/b"), (HERE, "c/d"), (HERE + "?", "a/b")]


def test_the_answer_is_the_same_remembered_or_not():
    headers = {"Content-Type": "application/did+json"}
    fetcher = CachingFetcher(StaticFetcher({HERE: Fetched(200, headers, {"a": 1})}))

    assert fetcher.fetch(HERE) == fetcher.fetch(HERE)
    assert fetcher.fetch(HERE).url == HERE


def test_a_remembered_document_that_is_too_large_for_this_reader_is_refused():
    fetcher = CachingFetcher(StaticFetcher({HERE: b"12345"}))
    fetcher.fetch(HERE)

    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch(HERE, max_bytes=4)
    assert caught.value.code == "response_too_large"
    assert fetcher.fetch(HERE, max_bytes=5).content == b"12345"


def test_readers_cannot_change_what_is_remembered():
    fetcher = CachingFetcher(_Counting())
    first = fetcher.fetch(HERE)
    first.headers["x"] = "1"
    first.body["a"] = 2
    fetcher.fetch(HERE).headers["x"] = "1"

    assert fetcher.fetch(HERE).json() == {"a": 1}
    assert fetcher.fetch(HERE).headers == {}


def test_what_was_used_longest_ago_is_forgotten_first():
    origin = _Counting()
    fetcher = CachingFetcher(origin, max_entries=2)
    for name in ("1", "2", "1", "3", "1", "2"):
        fetcher.fetch(HERE + name)

    assert [url[-1] for url, _ in origin.asked] == ["1", "2", "3", "2"]


def test_all_documents_together_stay_below_the_bound_in_bytes():
    origin = _Counting(Fetched(200, {}, b"x" * 10_000))
    fetcher = CachingFetcher(origin, max_bytes=50_000)
    for n in range(20):
        fetcher.fetch(f"{HERE}{n}")

    assert fetcher._size <= 50_000
    assert fetcher._size == sum(entry.size for entry in fetcher._entries.values())
    assert len(fetcher._entries) == 4
    fetcher.fetch(HERE + "19")
    assert len(origin.asked) == 20


def test_a_document_that_alone_exceeds_the_bound_is_served_and_not_kept():
    origin = _Counting(Fetched(200, {}, b"x" * 10_000))
    fetcher = CachingFetcher(origin, max_bytes=5_000)

    assert fetcher.fetch(HERE).content == fetcher.fetch(HERE).content
    assert len(origin.asked) == 2
    assert not fetcher._entries


def test_a_cache_without_room_is_no_cache():
    origin = _Counting()
    fetcher = CachingFetcher(origin, max_entries=0)
    fetcher.fetch(HERE)
    fetcher.fetch(HERE)

    assert len(origin.asked) == 2
    for options in ({"max_entries": -1}, {"max_bytes": -1}, {"default_ttl_seconds": -1.0}):
        with pytest.raises(ValueError, match="negative"):
            CachingFetcher(origin, **options)


def test_a_cache_is_pickled_without_what_it_remembers():
    fetcher = CachingFetcher(StaticFetcher({HERE: {"a": 1}}), max_entries=7)
    fetcher.fetch(HERE)

    copy = pickle.loads(pickle.dumps(fetcher))

    assert copy.fetch(HERE).json() == {"a": 1}
    assert copy._max_entries == 7
    assert len(pickle.dumps(fetcher)) == len(pickle.dumps(CachingFetcher(fetcher._inner, max_entries=7)))


class _SlowOrigin:
    def fetch(self, url, *, accept="application/json", max_bytes=1_000_000):
        time.sleep(0.0005)
        return Fetched(200, {}, url.encode())


def test_threads_always_get_the_document_that_they_asked_for():
    fetcher = CachingFetcher(_SlowOrigin(), max_entries=5)
    barrier = threading.Barrier(8)

    def ask(seed):
        barrier.wait()
        return all(fetcher.fetch(f"{HERE}{(seed * n) % 11}").text == f"{HERE}{(seed * n) % 11}" for n in range(100))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(1, 9)))
    assert len(fetcher._entries) <= 5
    assert fetcher._size == sum(entry.size for entry in fetcher._entries.values())


@given(st.text(max_size=80), st.text(max_size=20))
def test_no_header_of_a_stranger_stops_a_fetch(cache_control, age):
    fetcher = CachingFetcher(_Counting(Fetched(200, {"cache-control": cache_control, "age": age}, b"{}")))

    assert fetcher.fetch(HERE).content == fetcher.fetch(HERE).content == b"{}"
