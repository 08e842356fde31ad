"""What was worked out beforehand is what pyld works out, and holds for nothing else."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.two_ways import both
from tools import write_processed_contexts
from vcwallet.errors import Undecided
from vcwallet.linked_data import bundled_file, compiled_context, processed_ahead
from vcwallet.linked_data.compiled_context import table_for
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.processed_ahead import processed_contexts

ROOT = Path(__file__).resolve().parents[3]
CONTEXTS = standard_contexts()
LISTS = write_processed_contexts.LISTS
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@pytest.fixture
def fresh_cache(monkeypatch):
    monkeypatch.setattr(compiled_context, "_cache", compiled_context._Cache(4))


@pytest.fixture
def nobody_to_ask(monkeypatch):
    """A context that was not processed beforehand cannot be processed at all."""

    def refuse(_cache):
        raise AssertionError("pyld was asked")

    monkeypatch.setattr("vcwallet.linked_data.pyld_contexts.CopyingLoader", refuse)


def key_of(contexts):
    return tuple(part for url in contexts for part in (url, CONTEXTS.digest(url)))


def written_out(content):
    """Steps by what they lead from and to, whatever the numbers are."""

    def active(number):
        entry = content["active"][number]
        previous = active(entry["previous"]) if "previous" in entry else None
        terms = sorted(json.dumps(content["definitions"][index], sort_keys=True) for index in entry["terms"])
        return json.dumps([entry["members"], terms, previous], sort_keys=True)

    steps = {}
    for name, reached in content["steps"].items():
        number, step = name.split(" ", 1)
        steps[active(int(number)), step] = active(reached)
    return active(0), steps


@pytest.mark.parametrize("name", LISTS)
def test_every_step_that_was_written_is_what_pyld_makes_of_the_contexts(name):
    file = json.loads((write_processed_contexts.PROCESSED / name).read_bytes())

    first, steps = written_out(file)

    expected_first, expected_steps = written_out(write_processed_contexts.recorded(LISTS[name]).content())
    assert first == expected_first
    assert len(steps) > 20
    assert {step: expected_steps.get(step) for step in steps} == steps


@pytest.mark.parametrize("name", LISTS)
def test_what_is_restored_is_what_was_written(name):
    content = json.loads((write_processed_contexts.PROCESSED / name).read_bytes())
    ahead = processed_contexts(key_of(LISTS[name]))

    restored = [ahead._active(number) for number in range(len(content["active"]))]

    again = write_processed_contexts.Recording()
    for active in restored:
        again.step(None, None, override_protected=False, propagate=True, reached=active)
    rewritten = {**again.content(), "steps": content["steps"]}
    assert written_out(rewritten) == written_out(content)
    assert len({active["_uuid"] for active in restored}) == len(restored)


def test_a_context_of_the_documents_own_goes_on_from_what_was_restored(fresh_cache):
    own = {"grade": {"@id": "https://college.example/grade", "@context": {"of": "https://college.example/of"}}}
    documents = [
        {"@context": [V2, OB, own], "type": ["VerifiableCredential"], "grade": {"of": "five"}},
        {
            "@context": [V2, OB],
            "type": ["VerifiableCredential"],
            "credentialSubject": {"@context": own, "id": "urn:x", "grade": {"of": "five"}},
        },
        {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": {"@context": OB, "type": "Profile"}},
    ]

    for document in documents:
        answers = both(document, CONTEXTS)

        assert answers.is_covered
        assert answers.is_good


def test_a_scope_that_was_not_written_down_is_processed_by_pyld(fresh_cache, monkeypatch):
    document = {"@context": [V2, OB], "id": "urn:x", "type": ["OpenBadgeCredential"], "name": "A"}
    expected = both(document, CONTEXTS)
    known = processed_contexts(key_of([V2, OB]))
    forgetful = processed_ahead.ProcessedContexts("forgetful", {**known._content, "steps": {}})
    monkeypatch.setattr(compiled_context, "processed_contexts", lambda _key: forgetful)
    monkeypatch.setattr(compiled_context, "_cache", compiled_context._Cache(4))

    assert both(document, CONTEXTS) == expected
    assert expected.is_good


def test_contexts_that_come_later_may_name_bundled_ones_that_were_not_loaded_for_that():
    later = compiled_context._Loaded({})

    assert later.is_pinned(V2)
    assert later.load(V2) is CONTEXTS.load(V2)
    with pytest.raises(Undecided):
        later.load("https://college.example/context")


def test_lists_with_another_order_or_content_are_not_found():
    one, other = key_of([V2, OB])[:2], key_of([V2, OB])[2:]

    assert processed_contexts((*one, *other)) is not None
    assert processed_contexts((*other, *one)) is None
    assert processed_contexts((*one, other[0], "0" * 64)) is None
    assert processed_contexts((*one, *other, "0" * 64)) is None


def test_a_file_that_was_changed_after_installation_is_noticed(monkeypatch):
    genuine = bundled_file._read_file
    monkeypatch.setattr(bundled_file, "_read_file", lambda name: genuine(name).replace(b"achievement", b"achievemenT"))
    processed_ahead._read.cache_clear()

    with pytest.raises(RuntimeError, match=r"damaged.*badge\.json"):
        processed_contexts(key_of([V2, OB]))


def test_threads_restore_one_and_the_same(fresh_cache, nobody_to_ask):
    processed_ahead._read.cache_clear()
    badge = json.loads((ROOT / "examples" / "badges" / "badge.json").read_bytes())
    ahead = processed_contexts(key_of([V2, OB]))

    with ThreadPoolExecutor(8) as pool:
        restored = list(pool.map(lambda number: ahead._active(number % 8), range(800)))
        tables = list(pool.map(lambda _: table_for(badge["@context"], CONTEXTS).active, range(80)))

    assert all(active is ahead._active(number % 8) for number, active in enumerate(restored))
    assert all(active is ahead._active(0) for active in tables)
