"""Every shape of hostile document gets an answer, within bounds of time and memory; its small neighbour is accepted."""

import json
import subprocess
import sys
from pathlib import Path

from tests.hostile_documents import MEGABYTE, SHAPES

ROOT = Path(__file__).resolve().parents[3]
# The largest of them leaves some 100 MiB behind.
MAX_GROWTH_IN_MIB = 300

# What is wrong whatever the size.
FAULTS = {
    "many nulls": "null_value",
    "a null at the end": "null_value",
    "an undefined term at the end": "undefined_term",
    "many undefined terms": "undefined_term",
    "many undefined types": "undefined_type",
    "many relative ids": "relative_iri",
    "a clique of blank nodes": "canonicalization_budget_exceeded",
}
# Too much of what is good.
TOO_MUCH = {
    "a long id with many statements": "document_too_complex",
    "many empty objects": "document_too_complex",
    "a long list": "document_too_complex",
    "many different contexts inside": "document_too_complex",
    "a context of many terms": "document_too_complex",
    "a context of many long prefixes": "document_too_complex",
    "many scoped contexts": "document_too_complex",
    "deep objects, wide at the bottom": "document_too_complex",
    "deep arrays": "document_too_complex",
    "many keyword lists": "document_too_complex",
    "one keyword list": "document_too_complex",
    "many included": "document_too_complex",
    "many reverse": "document_too_complex",
    "a language map": "document_too_complex",
    "many language maps": "document_too_complex",
    "an id map": "document_too_complex",
    "a large clique of blank nodes": "canonicalization_budget_exceeded",
    "many small cliques": "canonicalization_budget_exceeded",
    "a ring of blank nodes": "canonicalization_budget_exceeded",
}


def outcomes(size):
    """Shape → answer, and shape → growth in MiB, from a process that gives up on what hangs."""
    command = [sys.executable, "-m", "tests.hostile_documents", str(size)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    return {name: answer for name, _, answer, _ in lines}, {name: grown for name, *_, grown in lines}


def test_every_shape_has_its_answer_to_a_megabyte():
    answers, grown = outcomes(MEGABYTE)

    assert answers == {name: FAULTS.get(name) or TOO_MUCH.get(name, "ok") for name in SHAPES}
    assert max(grown.values()) < MAX_GROWTH_IN_MIB


def test_every_shape_has_an_answer_where_the_limits_of_both_ways_meet():
    answers, grown = outcomes(150_000)

    allowed = {"ok", "document_too_complex", "canonicalization_budget_exceeded"}
    assert {name: answer for name, answer in answers.items() if answer not in {*allowed, FAULTS.get(name)}} == {}
    assert max(grown.values()) < MAX_GROWTH_IN_MIB


def test_every_shape_is_accepted_in_small():
    answers, _ = outcomes(800)

    assert answers == {name: FAULTS.get(name, "ok") for name in SHAPES}


def test_every_expectation_is_about_a_shape():
    assert not FAULTS.keys() & TOO_MUCH.keys()
    assert FAULTS.keys() | TOO_MUCH.keys() <= SHAPES.keys()
