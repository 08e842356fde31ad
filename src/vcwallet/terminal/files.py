"""Files that commands read whole and write new. Nothing is ever written over; what goes wrong is a `click.UsageError`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from vcwallet.terminal.printable_text import printable
from vcwallet.terminal.sources import Source, find_source

# For the owner alone: what is written so is a private key, or everything that somebody has.
PRIVATE: int = 0o600
_PUBLIC: int = 0o666


def content_of(source: Source) -> bytes:
    """What there is to read from one source."""
    try:
        return source.read()
    except OSError as error:
        raise click.UsageError(f"cannot read {source.name}: {error.strerror}") from error


def read_file(argument: str) -> bytes:
    """The content of the one file, or of standard input, that an argument names."""
    return content_of(find_source(argument))


def write_new(path: str | Path, content: bytes, *, mode: int = _PUBLIC) -> None:
    """Write a file that must not exist yet."""
    name = printable(click.format_filename(path))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already, with its mode
            file.write(content)
    except FileExistsError as error:
        raise click.UsageError(f"{name} is there already; nothing was written over it") from error
    except OSError as error:
        raise click.UsageError(f"cannot write {name}: {error.strerror}") from error


@contextmanager
def new_file(path: str, *, mode: int = _PUBLIC) -> Iterator[BinaryIO]:
    """A file that was not there before, written piece by piece; gone again if what is inside raises."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except FileExistsError as error:
        raise click.UsageError(f"{path} is there already; nothing was written over it") from error
    except (OSError, ValueError) as error:
        raise click.UsageError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def put_out(content: bytes, output: str | None) -> None:
    """Write to a new file, or else to standard output: exactly these bytes, and on a terminal a line break after them."""
    if output is not None:
        write_new(output, content)
        return
    if sys.stdout.isatty():
        click.echo("\n".join(printable(line) for line in content.decode("utf-8", "replace").split("\n")))
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
