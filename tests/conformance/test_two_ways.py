"""Every document that we have, read in both ways: the answers must be the same, and the compiled way must do the work.

"Document" is each object with an `@context` of its own in the vectors, the samples and the shared data: credentials,
presentations, their members and proofs, status lists, DID documents.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.credential_samples import credentials
from tests.shared_data import SHARED_DATA, cases, is_available, needs
from tests.two_ways import both
from vcwallet.wire.json_pointer import walk
from vcwallet.wire.strict_json import parse

ROOT = Path(__file__).resolve().parents[2]
# Characters: larger files are schemas and API descriptions.
LARGEST_COMPARED = 400_000


def documents_in(folder):
    """Each different document below a folder."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        # The suite of the JSON-LD API has tests of its own below.
        if not path.is_file() or path.stat().st_size > LARGEST_COMPARED or "json-ld-api" in path.parts:
            continue
        try:
            value = json.loads(path.read_bytes())
        except ValueError:
            continue
        for _, inner in walk(value):
            if isinstance(inner, dict) and "@context" in inner and len(inner) > 1:
                text = json.dumps(inner)
                if text not in seen:
                    seen.add(text)
                    yield inner


def compared(documents):
    """How many documents were good, how many of those were covered, and how many there were."""
    counts = Counter()
    for document in documents:
        answers = both(document)
        counts["all"] += 1
        counts["good"] += answers.is_good
        counts["covered"] += answers.is_good and isinstance(answers.compiled, str)
    return counts


def test_our_own_vectors_and_samples():
    counts = compared([*documents_in(ROOT / "vectors"), *documents_in(ROOT / "examples")])

    assert counts["good"] >= 50
    assert counts["covered"] >= 0.97 * counts["good"], counts


@needs("validator-corpus")
@pytest.mark.parametrize(("folder", "good"), [("validator-corpus", 100), ("examples", 150), ("vectors", 150)])
def test_the_shared_data(folder, good):
    counts = compared(documents_in(SHARED_DATA / folder))

    assert counts["good"] >= good
    assert counts["covered"] >= 0.95 * counts["good"], counts


@needs("validator-corpus")
def test_every_good_credential_of_the_corpus_is_covered():
    counts = compared(credentials().values())

    assert counts["good"] >= 100
    assert counts["covered"] == counts["good"], counts


def _inputs(path):
    for entry in json.loads((path / "toRdf-manifest.jsonld").read_text())["sequence"]:
        if entry.get("option", {}).get("specVersion") != "json-ld-1.0":
            yield pytest.param(path / entry["input"], id=entry["@id"].lstrip("#"))


def _covered_inputs(path):
    found = []
    for parameter in _inputs(path):
        document = _document(parameter.values[0])
        found.append(document is not None and isinstance(both(document).compiled, str))
    return found


def _document(path):
    document = parse(path.read_bytes())
    return document if isinstance(document, dict) else {"@graph": document}


@pytest.mark.parametrize("path", cases("vectors/json-ld-api/tests", 456, _inputs))
def test_the_inputs_of_the_json_ld_suite(path):
    both(_document(path))


@pytest.mark.skipif(not is_available("vectors/json-ld-api/tests"), reason="official data absent: json-ld-api")
def test_a_good_part_of_the_json_ld_suite_is_covered():
    """The suite is about everything that JSON-LD can do; credentials use a fifth of it."""
    covered = sum(_covered_inputs(SHARED_DATA / "vectors/json-ld-api/tests"))

    assert covered >= 90
