import contextlib
import copy
import hashlib
import json
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcwallet.errors import FetchFailed, Undecided
from vcwallet.fetching.fetcher import Fetched, NoNetwork, StaticFetcher
from vcwallet.linked_data import bundled_file, context_loader
from vcwallet.linked_data.context_loader import (
    MAX_FETCHED_CONTEXT_BYTES,
    MAX_FETCHED_CONTEXTS_PER_DOCUMENT,
    ContextLoader,
    standard_contexts,
)

V2 = "https://www.w3.org/ns/credentials/v2"
MINE = "https://school.example/context.json"
DOCUMENT = {"@context": {"grade": "https://school.example/terms#grade"}}


class CountingFetcher:
    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def fetch(self, url, *, accept="application/json", max_bytes=1024):
        self.asked.append((url, accept, max_bytes))
        answer = self.answers(url)
        if isinstance(answer, Exception):
            raise answer
        return answer


def context_response(url):
    return Fetched(200, {"content-type": "application/ld+json"}, {"@context": {"term": f"{url}#term"}}, url)


# --- bundled -------------------------------------------------------------------------------------------------------


def test_a_bundled_context_is_loaded_without_a_network():
    document = standard_contexts().load(V2)

    assert document["@context"]["@protected"] is True
    assert "VerifiableCredential" in document["@context"]


def test_a_bundled_context_is_parsed_once_and_shared_by_all_loaders():
    other = standard_contexts().adding({MINE: DOCUMENT})

    assert other.load(V2) is standard_contexts().load(V2)


def test_threads_that_load_at_the_same_time_get_the_same_object(monkeypatch):
    genuine = bundled_file._read_file
    both_have_read = threading.Barrier(2)

    def read_together(name):
        data = genuine(name)
        if name != "contexts/index.json":
            with contextlib.suppress(threading.BrokenBarrierError):
                both_have_read.wait(timeout=5)
        return data

    monkeypatch.setattr(context_loader, "_bundle", context_loader._Bundle())
    monkeypatch.setattr(bundled_file, "_read_file", read_together)
    with ThreadPoolExecutor(2) as threads:
        one, two = threads.map(standard_contexts().load, [V2, V2])

    assert one is two


def test_many_threads_can_load_everything():
    loader = standard_contexts().adding({MINE: DOCUMENT})

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(lambda _: [id(loader.load(url)) for url in loader.pinned_urls()], range(50)))

    assert all(ids == seen[0] for ids in seen)


def test_a_fetcher_is_never_asked_for_a_bundled_context():
    fetcher = CountingFetcher(context_response)
    loader = standard_contexts().with_fetcher(fetcher)

    assert loader.load(V2) is standard_contexts().load(V2)
    assert loader.digest(V2) == standard_contexts().digest(V2)
    assert fetcher.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2/",
        "https://www.w3.org/ns/credentials/v2#",
        "https://www.w3.org/ns/credentials/V2",
        "HTTPS://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2 ",
        "https://www.w3.org:443/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/../credentials/v2",
        "https://www.w3.org/ns/credentials/v2.json",
        "../contexts/credentials-v2.json",
        "credentials-v2.json",
        "",
    ],
)
def test_an_address_that_is_not_exactly_the_published_one_is_not_bundled(url):
    assert not standard_contexts().is_pinned(url)
    with pytest.raises(Undecided) as caught:
        standard_contexts().load(url)
    assert caught.value.code == "context_unavailable"


def test_a_file_that_was_changed_after_installation_is_noticed(monkeypatch):
    genuine = bundled_file._read_file
    monkeypatch.setattr(context_loader, "_bundle", context_loader._Bundle())
    monkeypatch.setattr(
        bundled_file,
        "_read_file",
        lambda name: genuine(name).replace(b"VerifiableCredential", b"VerifiableCredentiaI"),
    )

    with pytest.raises(RuntimeError, match=r"damaged.*credentials-v2\.json"):
        standard_contexts().load(V2)


def test_a_file_that_is_missing_is_a_damaged_installation(monkeypatch):
    monkeypatch.setattr(context_loader, "_INDEX", "no-such-file.json")
    monkeypatch.setattr(context_loader, "_bundle", context_loader._Bundle())

    with pytest.raises(RuntimeError, match="damaged"):
        standard_contexts().is_pinned(V2)


@pytest.mark.parametrize("index", [b"{", b"[]", b"\xff"])
def test_an_index_that_cannot_be_read_is_a_damaged_installation(monkeypatch, index):
    monkeypatch.setattr(context_loader, "_bundle", context_loader._Bundle())
    monkeypatch.setattr(bundled_file, "_read_file", lambda name: index)

    with pytest.raises(RuntimeError, match="damaged"):
        standard_contexts().pinned_urls()


def test_json_ld_processing_leaves_the_shared_documents_as_they_are():
    from pyld import jsonld

    loader = standard_contexts()
    urls = [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    before = [copy.deepcopy(loader.load(url)) for url in urls]

    jsonld.expand(
        {"@context": urls, "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "A badge"},
        {"documentLoader": lambda url, _: {"contextUrl": None, "documentUrl": url, "document": loader.load(url)}},
    )

    assert [loader.load(url) for url in urls] == before


# --- unknown -------------------------------------------------------------------------------------------------------


def test_an_unknown_context_leaves_the_question_open_and_says_what_can_be_done():
    with pytest.raises(Undecided) as caught:
        standard_contexts().load(MINE)

    assert caught.value.code == "context_unavailable"
    assert MINE in str(caught.value)
    assert "adding(contexts=" in caught.value.problem.hint
    assert "fetch" in caught.value.problem.hint


def test_a_long_hostile_address_is_shortened_in_the_message():
    with pytest.raises(Undecided) as caught:
        standard_contexts().load("https://evil.example/\u202e\n" + "a" * 100_000)

    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


@given(url=st.text(max_size=60))
@settings(max_examples=100)
def test_whatever_the_address_the_answer_is_a_context_or_undecided(url):
    loader = standard_contexts().with_fetcher(StaticFetcher({}))
    with pytest.raises(Undecided) as caught:
        loader.load(url)
    assert caught.value.code == "context_unavailable"


# --- added ---------------------------------------------------------------------------------------------------------


def test_a_context_of_the_caller_is_known_to_the_new_loader_only():
    plain = standard_contexts()
    loader = plain.adding({MINE: DOCUMENT})

    assert loader.load(MINE) == DOCUMENT
    assert loader.is_pinned(MINE)
    assert MINE in loader.pinned_urls()
    assert not plain.is_pinned(MINE)


def test_a_context_of_the_caller_is_never_fetched():
    fetcher = CountingFetcher(context_response)
    loader = standard_contexts().adding({MINE: DOCUMENT}).with_fetcher(fetcher)

    assert loader.load(MINE) == DOCUMENT
    assert fetcher.asked == []


def test_later_changes_to_the_callers_document_are_not_seen():
    document = copy.deepcopy(DOCUMENT)
    loader = standard_contexts().adding({MINE: document})

    document["@context"]["grade"] = "https://evil.example/#grade"

    assert loader.load(MINE) == DOCUMENT


def test_a_pinned_context_cannot_be_replaced():
    with pytest.raises(ValueError, match="pinned"):
        standard_contexts().adding({V2: DOCUMENT})
    with pytest.raises(ValueError, match="pinned"):
        standard_contexts().adding({MINE: DOCUMENT}).adding({MINE: {"@context": {}}})


def test_adding_what_is_already_there_changes_nothing():
    loader = standard_contexts().adding({MINE: DOCUMENT})

    assert loader.adding({MINE: DOCUMENT}) == loader
    assert standard_contexts().adding({V2: standard_contexts().load(V2)}) == standard_contexts()


@pytest.mark.parametrize(
    "document",
    [
        None,
        "https://school.example/",
        [],
        {},
        {"context": {}},
        {"@context": {1: 2}},
        {"@context": float("nan")},
        {"@context": {"x"}},
        {"@context": "\ud800"},
    ],
)
def test_a_document_that_is_no_context_is_not_added(document):
    with pytest.raises(ValueError, match="context"):
        standard_contexts().adding({MINE: document})


@pytest.mark.parametrize(
    "url", ["", "context.json", "/context.json", "//school.example/", "https://a b", "https://a\n", 7]
)
def test_a_context_is_added_under_an_absolute_url_only(url):
    with pytest.raises(ValueError, match="absolute URL"):
        standard_contexts().adding({url: DOCUMENT})


def test_the_digest_of_an_added_context_does_not_depend_on_the_order_of_its_members():
    one = standard_contexts().adding({MINE: {"@context": {"a": "x:a", "b": "x:b"}, "other": 1}})
    two = standard_contexts().adding({MINE: {"other": 1, "@context": {"b": "x:b", "a": "x:a"}}})

    assert one == two
    assert hash(one) == hash(two)
    assert one.digest(MINE) == two.digest(MINE)
    assert one.digest(MINE) == hashlib.sha256(b'{"@context":{"a":"x:a","b":"x:b"},"other":1}').hexdigest()


def test_an_added_context_is_parsed_once():
    loader = standard_contexts().adding({MINE: DOCUMENT})

    assert loader.load(MINE) is loader.load(MINE)


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
            max_leaves=8,
        ),
        max_size=4,
    )
)
@settings(max_examples=100)
def test_an_added_context_comes_back_with_the_same_value(context):
    loader = standard_contexts().adding({MINE: {"@context": context}})

    assert json.dumps(loader.load(MINE)["@context"], sort_keys=True) == json.dumps(context, sort_keys=True)


# --- fetched -------------------------------------------------------------------------------------------------------


def test_an_unknown_context_is_fetched_only_when_a_fetcher_was_given():
    body = b'{ "@context": {} }'
    loader = standard_contexts().with_fetcher(StaticFetcher({MINE: body}))

    assert loader.load(MINE) == {"@context": {}}
    assert loader.digest(MINE) == hashlib.sha256(body).hexdigest()
    assert not loader.is_pinned(MINE)
    assert MINE not in loader.pinned_urls()


def test_a_context_is_asked_for_as_json_ld_and_within_a_limit():
    fetcher = CountingFetcher(context_response)
    standard_contexts().with_fetcher(fetcher).load(MINE)

    ((_, accept, max_bytes),) = fetcher.asked
    assert accept.startswith("application/ld+json")
    assert max_bytes == MAX_FETCHED_CONTEXT_BYTES


def test_a_context_that_is_served_after_a_redirect_is_taken():
    moved = Fetched(301, {"location": "https://cdn.example/c.json"})
    loader = standard_contexts().with_fetcher(StaticFetcher({MINE: moved, "https://cdn.example/c.json": DOCUMENT}))

    assert loader.load(MINE) == DOCUMENT


def test_a_redirect_does_not_change_what_a_pinned_url_means():
    moved = Fetched(301, {"location": V2})
    loader = standard_contexts().with_fetcher(StaticFetcher({MINE: moved, V2: {"@context": {"evil": "x:y"}}}))

    assert loader.load(MINE) == {"@context": {"evil": "x:y"}}
    assert loader.load(V2) is standard_contexts().load(V2)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>@context</html>", id="html"),
        pytest.param(b'{"@context": {}, "@context": {"a": "b:c"}}', id="duplicate-member"),
        pytest.param(b'{"@context": NaN}', id="nan"),
        pytest.param(b'\xef\xbb\xbf{"@context": {}}', id="byte-order-mark"),
        pytest.param(b'{"@context":' * 500 + b"0" + b"}" * 500, id="too-deep"),
        pytest.param(b'{"@context": "' + b"a" * MAX_FETCHED_CONTEXT_BYTES + b'"}', id="too-large"),
        pytest.param(Fetched(404, {}, DOCUMENT), id="not-found"),
        pytest.param(Fetched(204), id="no-content"),
        pytest.param(Fetched(301, {"location": "http://school.example/c.json"}), id="redirect-to-http"),
        pytest.param(Fetched(302, {"location": "https://127.0.0.1/c.json"}), id="redirect-to-loopback"),
        pytest.param(Fetched(302, {"location": MINE}), id="redirect-in-a-circle"),
    ],
)
def test_a_fetched_context_that_cannot_be_read_leaves_the_question_open(answer):
    loader = standard_contexts().with_fetcher(StaticFetcher({MINE: answer}))

    with pytest.raises(FetchFailed) as caught:
        loader.load(MINE)

    assert caught.value.code == "context_unavailable"
    assert MINE in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert isinstance(caught.value.__cause__, FetchFailed)


@pytest.mark.parametrize("answer", [b"[]", b"null", b"{}", b'"@context"', b'["@context"]', b'{"context": {}}'])
def test_a_fetched_document_that_is_no_context_leaves_the_question_open(answer):
    loader = standard_contexts().with_fetcher(StaticFetcher({MINE: answer}))

    with pytest.raises(Undecided) as caught:
        loader.load(MINE)

    assert caught.value.code == "context_malformed"
    assert MINE in str(caught.value)


def test_without_a_network_the_reason_is_in_the_message():
    with pytest.raises(FetchFailed, match="nothing is fetched"):
        standard_contexts().with_fetcher(NoNetwork()).load(MINE)


# --- for one document ----------------------------------------------------------------------------------------------


def changing_server():
    versions = iter(range(1000))
    return CountingFetcher(lambda url: Fetched(200, {}, {"@context": {"term": f"x:{next(versions)}"}}, url))


def test_within_one_document_a_context_is_fetched_once_and_stays_the_same():
    fetcher = changing_server()
    loader = standard_contexts().with_fetcher(fetcher).for_document()

    first = loader.load(MINE)

    assert loader.load(MINE) is first
    assert loader.digest(MINE) == hashlib.sha256(b'{"@context":{"term":"x:0"}}').hexdigest()
    assert len(fetcher.asked) == 1


def test_the_next_document_gets_what_is_served_then():
    loader = standard_contexts().with_fetcher(changing_server())

    assert loader.for_document().load(MINE) != loader.for_document().load(MINE)


def test_within_one_document_a_refusal_is_remembered_too():
    fetcher = CountingFetcher(lambda url: FetchFailed("unreachable", "no answer"))
    loader = standard_contexts().with_fetcher(fetcher).for_document()

    for _ in range(3):
        with pytest.raises(Undecided) as caught:
            loader.load(MINE)
        assert caught.value.code == "context_unavailable"
        assert "no answer" in str(caught.value)
    assert len(fetcher.asked) == 1


def test_one_document_cannot_make_us_fetch_any_number_of_contexts():
    fetcher = CountingFetcher(context_response)
    loader = standard_contexts().with_fetcher(fetcher).for_document()
    urls = [f"https://school.example/{n}" for n in range(MAX_FETCHED_CONTEXTS_PER_DOCUMENT + 5)]

    for url in urls[:MAX_FETCHED_CONTEXTS_PER_DOCUMENT]:
        loader.load(url)
    for url in urls[MAX_FETCHED_CONTEXTS_PER_DOCUMENT:]:
        with pytest.raises(Undecided) as caught:
            loader.load(url)
        assert caught.value.code == "too_many_contexts"

    assert len(fetcher.asked) == MAX_FETCHED_CONTEXTS_PER_DOCUMENT
    assert loader.load(urls[0])["@context"] == {"term": f"{urls[0]}#term"}
    assert loader.load(V2) is standard_contexts().load(V2)


def test_contexts_that_failed_count_as_well():
    fetcher = CountingFetcher(lambda url: FetchFailed("unreachable", "no answer"))
    loader = standard_contexts().with_fetcher(fetcher).for_document()

    for n in range(MAX_FETCHED_CONTEXTS_PER_DOCUMENT * 2):
        with pytest.raises(Undecided):
            loader.load(f"https://school.example/{n}")

    assert len(fetcher.asked) == MAX_FETCHED_CONTEXTS_PER_DOCUMENT


def test_another_fetcher_starts_with_an_empty_memory():
    loader = standard_contexts().with_fetcher(changing_server()).for_document()
    loader.load(MINE)

    assert loader.with_fetcher(StaticFetcher({MINE: DOCUMENT})).load(MINE) == DOCUMENT


# --- a value -------------------------------------------------------------------------------------------------------


def test_a_loader_survives_pickling():
    fetcher = StaticFetcher({"https://other.example/": DOCUMENT})
    loader = standard_contexts().adding({MINE: DOCUMENT}).with_fetcher(fetcher)

    copied = pickle.loads(pickle.dumps(loader))

    assert copied.pinned_urls() == loader.pinned_urls()
    assert copied.load(MINE) == DOCUMENT
    assert copied.load("https://other.example/") == DOCUMENT
    assert pickle.loads(pickle.dumps(standard_contexts())) == standard_contexts()


def test_pickling_leaves_the_parsed_contexts_behind():
    loader = standard_contexts().with_fetcher(StaticFetcher({MINE: {"@context": {"a": "x:" + "y" * 10_000}}}))
    fresh = len(pickle.dumps(loader.for_document()))
    used = loader.for_document()
    for url in (*used.pinned_urls(), MINE):
        used.load(url)

    assert len(pickle.dumps(used)) == fresh
    assert len(pickle.dumps(standard_contexts())) < 300


def test_a_loader_cannot_be_changed():
    loader = standard_contexts()

    with pytest.raises(AttributeError):
        loader._fetcher = NoNetwork()
    assert loader == ContextLoader()


def test_importing_the_loader_loads_neither_json_ld_nor_a_network_client():
    program = (
        "import sys, vcwallet.linked_data.context_loader\n"
        "print([name for name in ('pyld', 'httpx', 'rfc8785') if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
