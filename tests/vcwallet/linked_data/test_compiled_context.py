"""Tables are shared between threads, bounded, and worked out once."""

import copy
import gc
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from tests.two_ways import both
from vcwallet import standard_toolkit, verify
from vcwallet.errors import VcwalletError
from vcwallet.linked_data import compiled_context, compiled_statements, statements
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.compiled_context import MAX_DEFINITIONS_KEPT, NotCovered, table_for
from vcwallet.linked_data.context_loader import standard_contexts

ROOT = Path(__file__).resolve().parents[3]
THREADS = 8
CONTEXTS = standard_contexts()
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@pytest.fixture
def fresh_cache(monkeypatch):
    """Tables of this test alone: every thread has to make its own, or find that of another."""
    monkeypatch.setattr(compiled_context, "_cache", compiled_context._Cache(4))


def mixed_documents():
    """Good and faulty ones, with common contexts and with their own, for both ways."""
    documents = [json.loads(path.read_bytes()) for path in sorted((ROOT / "examples" / "badges").glob("*.json"))]
    documents = [document for document in documents if "@context" in document]
    for number, document in enumerate(copy.deepcopy(documents)):
        documents.append({**document, "@context": [*document["@context"], {f"own{number}": f"urn:own:{number}"}]})
        documents.append({**document, "nobodyKnows": number})
        documents.append({**document, "@type": "https://x.example/T"})
    documents += [
        {
            "@context": {"p": f"urn:p:{n}", "T": {"@id": "urn:t", "@context": {"q": f"urn:q:{n}"}}},
            "@type": "T",
            "q": "x",
        }
        for n in range(20)
    ]
    return documents


def answer(document):
    try:
        return canonicalize(statements.read(document, CONTEXTS).dataset).text
    except VcwalletError as error:
        return error.code, error.pointer


def in_threads(count, work, items):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, (items[number % len(items)] for number in range(count))))


def test_threads_that_share_tables_give_the_answers_of_one(fresh_cache):
    documents = mixed_documents()
    expected = [answer(document) for document in documents]
    compiled_context._cache = compiled_context._Cache(4)

    answers = in_threads(10 * len(documents), answer, documents)

    assert answers == expected * 10


@pytest.mark.slow
def test_ten_thousand_mixed_verifications_in_threads():
    toolkit = standard_toolkit()
    files = [path for path in sorted((ROOT / "examples" / "badges").iterdir()) if path.is_file()]
    contents = [path.read_bytes() for path in files]

    def verdict(content):
        report = verify(content, toolkit=toolkit)
        return report.verdict, [check.code for check in report.checks]

    expected = [verdict(content) for content in contents]
    assert any(verdict_ == "valid" for verdict_, _ in expected)

    answers = in_threads(10_000, verdict, contents)

    assert all(answer == expected[number % len(contents)] for number, answer in enumerate(answers))


def test_tables_are_made_once(fresh_cache):
    first = table_for([V2, OB], CONTEXTS)

    assert table_for([V2, OB], standard_contexts()) is first
    assert table_for([OB, V2], CONTEXTS) is not first


def test_what_is_asked_for_again_stays_when_strangers_fill_the_cache(fresh_cache):
    first = table_for([V2, OB], CONTEXTS)

    for number in range(40):
        table_for({f"t{number}": "urn:t"}, CONTEXTS)
        assert table_for([V2, OB], CONTEXTS) is first
    cache = compiled_context._cache
    assert len(cache._younger) + len(cache._older) <= 8


def test_contexts_of_strangers_inside_documents_cannot_fill_a_table_for_ever(fresh_cache):
    """Once there is no room, documents are read by pyld, until the table is made anew."""
    terms = {f"t{n}": f"urn:t:{n}" for n in range(200)}
    seen_not_covered = False
    tables = {id(table_for([V2, OB], CONTEXTS)): table_for([V2, OB], CONTEXTS)}

    for number in range(200):
        document = {
            "@context": [V2, OB],
            "type": "VerifiableCredential",
            "evidence": {"@context": {**terms, "n": f"urn:{number}"}, "n": "x"},
        }
        try:
            compiled_statements.read(document, CONTEXTS)
        except NotCovered:
            seen_not_covered = True
        table = table_for([V2, OB], CONTEXTS)
        tables[id(table)] = table

    assert seen_not_covered
    assert len(tables) > 1
    assert all(table.source.room[0] > -2 * MAX_DEFINITIONS_KEPT for table in tables.values())


def test_many_combinations_of_types_are_not_all_remembered(fresh_cache):
    context = {f"T{n}": f"urn:t:{n}" for n in range(30)}
    table = table_for(context, CONTEXTS)

    for one, other in pairwise(range(30)):
        for third in range(30):
            both({"@context": context, "@type": [f"T{one}", f"T{other}", f"T{third}"]})

    assert len(table.typings) <= compiled_context.MAX_ENTRIES_KEPT


def test_keys_that_are_no_terms_are_not_remembered(fresh_cache):
    table = table_for([V2, {"@vocab": "urn:v:"}], CONTEXTS)
    known = len(table.terms)

    both({"@context": [V2, {"@vocab": "urn:v:"}], **{f"key{n}": "x" for n in range(100)}})

    assert len(table.terms) == known


def test_a_toolkit_is_small_in_another_process():
    """Tables are not part of it: each process makes its own."""
    table_for([V2, OB], CONTEXTS)

    assert len(pickle.dumps(standard_toolkit())) < 10_000


def test_a_forgotten_document_leaves_nothing_behind():
    document = {"@context": {"p": "urn:p"}, "p": ["x"] * 1_000}
    answer(document)
    gc.collect()
    before = len(gc.get_objects())

    for _ in range(20):
        answer(copy.deepcopy(document))

    gc.collect()
    assert len(gc.get_objects()) - before < 100
