"""Make `vectors/status-lists/vcwallet`: status lists that our own code writes, for other implementations to read.

`tools/vectors/make_status_lists.js` then reads them with Digital Bazaar's libraries, records what these say, adds lists
that these write, and writes the passport. Which statuses are set follows from the name of the list.
"""

import json
import random
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vcwallet.status.writing import StatusList, new_status_list, reserve_indexes, set_statuses, status_list_document

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "status-lists" / "vcwallet"
ISSUER = "did:web:college.example"
VALID_FROM = datetime(2026, 2, 1, tzinfo=UTC)


def _list(name: str, purpose: str, **options: Any) -> StatusList:
    return new_status_list(f"https://college.example/status/{name}", ISSUER, purpose, **options)


def _some(name: str, status_list: StatusList, count: int) -> dict[int, int]:
    draw = random.Random(name)  # noqa: S311 - the same each time is what is wanted
    indexes = sorted(draw.sample(range(status_list.entries), count))
    return {index: draw.randint(1, (1 << status_list.size) - 1) for index in indexes}


def _messages(size: int) -> list[str]:
    return [f"state {value}" for value in range(1 << size)]


def lists() -> dict[str, dict[str, Any]]:
    """Each list by name: what is set in it, its credential, and entries with the status that they have."""
    made = {
        "empty": (_list("empty", "revocation"), {}),
        "first-and-last": (_list("first-and-last", "revocation"), {0: 1, 131_071: 1}),
        "one-in-a-hundred": (_list("one-in-a-hundred", "suspension", ttl=timedelta(hours=1)), None),
        "a-million": (_list("a-million", "revocation", entries=1_000_000), None),
        "two-bits": (_list("two-bits", "message", size=2, messages=_messages(2)), None),
        "three-bits": (_list("three-bits", "message", size=3, messages=_messages(3)), None),
        "eight-bits": (_list("eight-bits", "message", size=8, messages=_messages(8)), None),
    }
    return {
        name: _described(status_list, values if values is not None else _some(name, status_list, 1000))
        for name, (status_list, values) in made.items()
    }


def _described(status_list: StatusList, values: dict[int, int]) -> dict[str, Any]:
    # Each entry of eight bits has 256 messages: two are enough.
    few = 1 if status_list.size > 3 else 3  # noqa: PLR2004
    asked = sorted({*list(values)[:few], 1, *((status_list.entries // 2, status_list.entries - 1) if few > 1 else ())})
    status_list = set_statuses(reserve_indexes(status_list, {*values, *asked}), values)
    return {
        "entries": status_list.entries,
        "size": status_list.size,
        "values": {str(index): value for index, value in values.items()},
        "list": status_list_document(status_list, valid_from=VALID_FROM, previous=None),
        "asked": [{"entry": status_list.entry_for(index), "value": values.get(index, 0)} for index in asked],
    }


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, described in lists().items():
        text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
    sys.stdout.write("made vectors/status-lists/vcwallet\n")


if __name__ == "__main__":
    main()
