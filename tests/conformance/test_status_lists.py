"""Lists that Digital Bazaar's libraries wrote say to us what they say to them, and ours say to them what they say to us."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.status_samples import Source
from vcwallet import standard_toolkit
from vcwallet.status import bitstring, bitstring_list, status_list_2021

FAMILY = Path(__file__).resolve().parents[2] / "vectors" / "status-lists"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILES = [*sorted((FAMILY / "digitalbazaar").glob("*.json")), *sorted((FAMILY / "vcwallet").glob("*.json"))]
METHODS = {method.entry_type: method for method in standard_toolkit().status_methods}


def _bits(document):
    subject = document["credentialSubject"]
    decode = bitstring_list.decode_list if subject["type"] == "BitstringStatusList" else status_list_2021.decode_list
    return decode(subject["encodedList"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_status_of_the_list_is_as_stated(file):
    described = json.loads(file.read_text())
    size, entries = described["size"], described["entries"]

    bits = _bits(described["list"])

    assert bitstring.capacity(bits, size) == entries
    if "all_are" in described:
        assert {bitstring.value_at(bits, index) for index in range(entries)} == {described["all_are"]}
    else:
        stated = {int(index): value for index, value in described["values"].items()}
        assert bits == bitstring.with_values(bytes(len(bits)), stated, size)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_entry_is_answered_as_stated(file):
    described = json.loads(file.read_text())
    document = described["list"]
    source = Source({document["id"]: document}, fetched_at=AT)

    for asked in described["asked"]:
        entry = asked["entry"]
        value = METHODS[entry["type"]].read(
            entry, credential_id=None, issuer_id=document["issuer"], source=source, at=AT
        )
        assert value.value == asked["value"], entry


def test_their_libraries_read_our_lists_as_we_do():
    readings = json.loads((FAMILY / "digitalbazaar_reads.json").read_text())

    assert set(readings) == {file.name for file in (FAMILY / "vcwallet").glob("*.json")}
    for name, reading in readings.items():
        described = json.loads((FAMILY / "vcwallet" / name).read_text())
        assert reading["statuses_set"] == len(described["values"])
        assert reading["bits"] == described["entries"] * described["size"]
        if "answers" in reading:
            assert reading["answers"] == [asked["value"] for asked in described["asked"]]


def test_our_lists_are_what_the_tool_makes():
    """But for the bytes of the compression, which another zlib may choose otherwise."""
    from tools.make_status_lists import lists

    def unpacked(described):
        document = described["list"]
        subject = {**document["credentialSubject"], "encodedList": _bits(document)}
        return {**described, "list": {**document, "credentialSubject": subject}}

    made = {f"{name}.json": unpacked(described) for name, described in lists().items()}

    assert made == {file.name: unpacked(json.loads(file.read_text())) for file in (FAMILY / "vcwallet").glob("*.json")}
