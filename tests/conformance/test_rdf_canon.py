"""The rdf-canon test suite of the W3C, by its manifest: canonical text, blank node map, and the dataset to give up on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.shared_data import cases
from vcwallet.errors import Undecided
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.nquads import parse_nquads

SUITE = "vectors/rdf-canon/tests"


def entries(folder: Path) -> list[Any]:
    manifest = json.loads((folder / "manifest.jsonld").read_text())
    return [pytest.param((folder, entry), id=entry["id"].lstrip("#")) for entry in manifest["entries"]]


@pytest.mark.parametrize("case", cases(SUITE, 86, entries))
def test_rdf_canon(case: tuple[Path, dict[str, Any]]):
    folder, entry = case
    statements = parse_nquads((folder / entry["action"]).read_text(encoding="utf-8"))
    hash_name = entry.get("hashAlgorithm", "SHA256").lower()

    match entry["type"]:
        case "rdfc:RDFC10EvalTest":
            expected = (folder / entry["result"]).read_text(encoding="utf-8")
            assert canonicalize(statements, hash_name=hash_name).text == expected
        case "rdfc:RDFC10MapTest":
            expected = json.loads((folder / entry["result"]).read_text())
            labels = canonicalize(statements, hash_name=hash_name).labels
            assert {old.removeprefix("_:"): new.removeprefix("_:") for old, new in labels.items()} == expected
        case "rdfc:RDFC10NegativeEvalTest":
            with pytest.raises(Undecided) as caught:
                canonicalize(statements, hash_name=hash_name)
            assert caught.value.code == "canonicalization_budget_exceeded"
        case unknown:
            pytest.fail(f"the manifest has a kind of test that this module does not know: {unknown}")
