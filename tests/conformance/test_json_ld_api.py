"""The toRdf and expand suites of JSON-LD 1.1 through `to_statements`, our front in safe mode without base and network.

A test passes here when the statements are those of the suite (for expand: when input and expanded output make the same
statements), or when what must be an error is one. Everything else is listed, by reason and test, in
json_ld_exceptions.toml; a test that is listed and behaves otherwise fails.
"""

import json
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.shared_data import cases
from vcwallet.errors import VcwalletError
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.nquads import parse_nquads
from vcwallet.linked_data.statements import to_statements
from vcwallet.wire.strict_json import parse

EXCEPTIONS = tomllib.loads(Path(__file__).with_name("json_ld_exceptions.toml").read_text())


def _suite(name):
    def load(path):
        for entry in json.loads((path / f"{name}-manifest.jsonld").read_text())["sequence"]:
            if entry.get("option", {}).get("specVersion") != "json-ld-1.0":
                yield pytest.param((path, name, entry), id=f"{name}-{entry['@id'].lstrip('#')}")

    return load


@cache
def _listed(suite):
    return {test: outcome for outcome, entry in EXCEPTIONS[suite].items() for test in entry["tests"]}


def outcome_of(path, suite, entry):
    """ "as expected", or in one word what happened instead."""
    types = entry["@type"]
    expects_error = any("Negative" in name for name in types)
    try:
        statements = _statements((path / entry["input"]).read_bytes())
        if expects_error:
            return "accepted"
        if "expect" not in entry:
            return "as expected"  # a test of syntax: being read is all it asks
        if suite == "toRdf":
            expected = parse_nquads((path / entry["expect"]).read_text())
        else:
            expected = _statements((path / entry["expect"]).read_bytes())
    except VcwalletError as error:
        return "as expected" if expects_error else error.code
    return "as expected" if canonicalize(statements).text == canonicalize(expected).text else "other_statements"


def _statements(data):
    document = parse(data)
    return to_statements({"@graph": document} if isinstance(document, list) else document, standard_contexts())


@pytest.mark.parametrize(
    "case",
    [
        *cases("vectors/json-ld-api/tests", 456, _suite("toRdf")),
        *cases("vectors/json-ld-api/tests", 376, _suite("expand")),
    ],
)
def test_the_outcome_is_the_suites_or_listed(case):
    path, suite, entry = case

    assert outcome_of(path, suite, entry) == _listed(suite).get(entry["@id"].lstrip("#"), "as expected")


def test_every_exception_has_a_reason():
    for suite in EXCEPTIONS.values():
        assert all(entry["reason"] and entry["tests"] for entry in suite.values())
