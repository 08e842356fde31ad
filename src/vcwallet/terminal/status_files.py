"""A status list in two files: NAME.json, signed, to be published; and NAME.private.json, which the issuer keeps.

The private one has what the public one must not tell: which indexes were given away. It is written first, so that a
command that is cut short in between has forgotten nothing; the next one brings the public file up to date.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click

from vcwallet.errors import Malformed
from vcwallet.operations.signed import unverified_document
from vcwallet.securing.envelope import recognise
from vcwallet.status.bitstring_list import decode_list, encode_list
from vcwallet.status.writing import StatusList
from vcwallet.terminal.files import PRIVATE, read_file, replace_file, write_new
from vcwallet.terminal.printable_text import printable
from vcwallet.wire import strict_json

_SUFFIX: Final = ".private.json"


def private_path(path: Path) -> Path:
    """Where the private half of a list is kept."""
    return path.with_name(path.stem + _SUFFIX)


def write_new_list(path: Path, status_list: StatusList, signed: bytes) -> None:
    """Write both files, which must not exist yet."""
    if path.exists():
        raise click.UsageError(
            f"{printable(click.format_filename(path))} is there already; nothing was written over it"
        )
    write_new(private_path(path), _to_json(status_list), mode=PRIVATE)
    write_new(path, signed)


def replace_list(path: Path, status_list: StatusList, signed: bytes | None = None) -> None:
    """Write the private file anew, and then the one to publish, if there is one."""
    replace_file(private_path(path), _to_json(status_list))
    if signed is not None:
        replace_file(path, signed)


def read_list(path: Path) -> StatusList:
    """The list with everything that its issuer keeps of it. Raises `click.UsageError` for a file that is something else."""
    private = private_path(path)
    try:
        return _from_json(strict_json.parse_object(read_file(str(private))))
    except (Malformed, KeyError, TypeError, ValueError) as error:
        name = printable(click.format_filename(private))
        raise click.UsageError(f"{name} is not what `vcwallet status new` writes: {error}") from error


def read_published(path: Path) -> Mapping[str, Any]:
    """The list as it was signed last. It is our own, and not verified."""
    return unverified_document(recognise(read_file(str(path))))


def _to_json(status_list: StatusList) -> bytes:
    document = {
        "url": status_list.url,
        "issuer": status_list.issuer,
        "purposes": list(status_list.purposes),
        "size": status_list.size,
        "messages": list(status_list.messages),
        "references": list(status_list.references),
        "ttlMinutes": None if status_list.ttl is None else status_list.ttl // timedelta(minutes=1),
        "allocated": encode_list(status_list.allocated),
        "statuses": encode_list(status_list.bits),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _from_json(document: Mapping[str, Any]) -> StatusList:
    minutes = document["ttlMinutes"]
    return StatusList(
        url=document["url"],
        issuer=document["issuer"],
        purposes=tuple(document["purposes"]),
        bits=decode_list(document["statuses"]),
        allocated=decode_list(document["allocated"]),
        size=document["size"],
        messages=tuple(document["messages"]),
        references=tuple(document["references"]),
        ttl=None if minutes is None else timedelta(minutes=minutes),
    )
