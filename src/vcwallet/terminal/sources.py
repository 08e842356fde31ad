"""Where the command line gets its bytes: files, folders, standard input, and addresses if that is allowed.

What is named wrongly is a mistake of the caller, found before anything is verified and raised as `click.UsageError`.
What a file holds is nobody's business here.
"""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import click

from vcwallet.errors import FetchFailed
from vcwallet.fetching.fetcher import Fetcher
from vcwallet.fetching.web_address import parse_web_address
from vcwallet.images.png import MAX_IMAGE_BYTES
from vcwallet.terminal.printable_text import printable

# The largest input that the library reads is a PNG. One byte more is enough for it to say that this is too large, and
# keeps /dev/zero from filling the memory.
_READ_BYTES: Final = MAX_IMAGE_BYTES + 1

# Longer arguments are not file names but a credential pasted by mistake.
_MAX_SHOWN: Final = 1000

STANDARD_INPUT: Final = "-"

# What a credential may be published as; what came is told by its content and not by what the server calls it.
_ACCEPT: Final = (
    "application/vc+ld+json, application/vc+jwt, application/ld+json, application/json, text/plain;q=0.9, "
    "image/png;q=0.9, image/svg+xml;q=0.9, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read. `read` raises `OSError`, or `FetchFailed` for an address."""

    name: str
    read: Callable[[], bytes]


def find_sources(arguments: Iterable[str], fetcher: Fetcher | None) -> list[Source]:
    """Every source that the arguments name, in their order; a folder stands for the files in it.

    Of a folder, hidden files and folders inside are left out, and the files come by name. `fetcher` is None when the
    network must not be used. Raises `click.UsageError` for what cannot be read at all.
    """
    sources = [source for argument in arguments for source in _sources_of(argument, fetcher)]
    if [source.name for source in sources].count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input (-) can be read only once")
    return sources


def find_source(argument: str) -> Source:
    """The one file, or standard input, that an argument names. Raises `click.UsageError`."""
    if argument == STANDARD_INPUT:
        return Source(STANDARD_INPUT, _read_standard_input)
    if stat.S_ISDIR(_stat(argument).st_mode):
        raise click.UsageError(f"expected a file, and {_shown(argument)} is a folder")
    return _file(Path(argument))


def is_folder(argument: str) -> bool:
    """Whether an argument names a folder that is there."""
    try:
        return argument != STANDARD_INPUT and stat.S_ISDIR(Path(argument).stat().st_mode)
    except (OSError, ValueError):  # there is no such thing, or its name cannot be one
        return False


def _sources_of(argument: str, fetcher: Fetcher | None) -> Iterator[Source]:
    if argument.lower().startswith(("https://", "http://")):
        yield _address(argument, fetcher)
    elif is_folder(argument):
        yield from _files_in(argument)
    else:
        yield find_source(argument)


def _files_in(argument: str) -> Iterator[Source]:
    try:
        files = sorted(path for path in Path(argument).iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        raise click.UsageError(f"cannot read the folder {_shown(argument)}: {_reason(error)}") from error
    if not files:
        # Nothing to verify must not look like everything being valid.
        raise click.UsageError(
            f"there are no files in the folder {_shown(argument)}; folders inside it are not searched"
        )
    yield from map(_file, files)


def _file(path: Path) -> Source:
    _stat(str(path))
    if not os.access(path, os.R_OK):
        raise click.UsageError(f"cannot read {_shown(str(path))}: permission denied")
    return Source(_shown(str(path)), partial(_read_file, path))


def _stat(argument: str) -> os.stat_result:
    try:
        return Path(argument).stat()
    except FileNotFoundError as error:
        message = f"there is no file {_shown(argument)}: look how its name is written, and in which folder you are"
        raise click.UsageError(message) from error
    except (OSError, ValueError) as error:
        raise click.UsageError(f"cannot read {_shown(argument)}: {_reason(error)}") from error


def _address(argument: str, fetcher: Fetcher | None) -> Source:
    try:
        parse_web_address(argument)
    except FetchFailed as error:
        raise click.UsageError(error.problem.message) from error
    if fetcher is None:
        raise click.UsageError(f"{_shown(argument)} is on the network, which is used only with --online: add it")
    return Source(_shown(argument), partial(_read_address, argument, fetcher))


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_READ_BYTES)


def _read_standard_input() -> bytes:
    if sys.stdin.isatty():
        click.echo("Reading from the terminal; end with Ctrl-D.", err=True)
    return sys.stdin.buffer.read(_READ_BYTES)


def _read_address(address: str, fetcher: Fetcher) -> bytes:
    fetched = fetcher.fetch(address, accept=_ACCEPT, max_bytes=MAX_IMAGE_BYTES)
    if fetched.status != 200:  # noqa: PLR2004 - any other status answers with something else than the credential
        raise FetchFailed("http_status", f"the server answers with status {fetched.status}; 200 was expected")
    return fetched.content


def _shown(argument: str) -> str:
    """A name as it can be shown and printed: file names may hold any bytes, and arguments any text."""
    return printable(click.format_filename(argument), limit=_MAX_SHOWN)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
