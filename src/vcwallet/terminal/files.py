"""Files that commands read whole and write. What goes wrong is a `click.UsageError`.

New files are never written over others. Files that a command keeps up to date are replaced as a whole, so that whoever
reads them, and whoever pulls the plug, finds the old content or the new one; and by one command at a time.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in the place of the one that is there, all at once; who may read it stays as it is."""
    name = printable(click.format_filename(path))
    try:
        mode = path.stat().st_mode & 0o777
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise click.UsageError(f"cannot write {name}: {error.strerror}") from error


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep other commands away from a file for a while, by a file beside it that ends in .lock."""
    lock = path.with_name(path.name + ".lock")
    name = printable(click.format_filename(lock))
    try:
        os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    except FileExistsError as error:
        message = f"another command is at work, or one was cut short: if none is, delete {name} and try again"
        raise click.UsageError(message) from error
    except OSError as error:
        raise click.UsageError(f"cannot write {name}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


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
