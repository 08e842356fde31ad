"""RFC 8785: the figures of its appendix B, and the documents of its reference implementation."""

import json
import struct

import pytest

from tests.shared_data import cases
from vcwallet.errors import Malformed
from vcwallet.wire.canonical_json import canonicalize
from vcwallet.wire.strict_json import parse


def _numbers(path):
    for row in json.loads((path / "rfc8785-appendix-b.json").read_text()):
        yield pytest.param(row, id=row["ieee754"])


def _documents(path):
    for file in sorted((path / "testdata" / "input").glob("*.json")):
        yield pytest.param(file, id=file.stem)


@pytest.mark.parametrize("row", cases("vectors/jcs", 26, _numbers))
def test_a_number_has_the_text_of_the_appendix(row):
    value = struct.unpack(">d", bytes.fromhex(row["ieee754"]))[0]
    if row["expected"] in ("NaN", "Infinity", None) or "error" in str(row.get("note", "")).lower():
        with pytest.raises(Malformed):
            canonicalize(value)
        return

    assert canonicalize(value).decode() == row["expected"]


@pytest.mark.parametrize("file", cases("vectors/jcs", 6, _documents))
def test_a_document_has_the_bytes_of_the_reference(file):
    expected = (file.parents[1] / "output" / file.name).read_bytes()

    assert canonicalize(parse(file.read_bytes())) == expected.rstrip(b"\n")
