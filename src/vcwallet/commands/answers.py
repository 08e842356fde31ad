"""How commands end: their exit codes, a complaint about a file, and a new file that takes the place of none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

if TYPE_CHECKING:
    from vcwallet.errors import Problem, VcwalletError
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import Source

GOOD: Final = 0
BAD: Final = 1
UNDECIDED: Final = 2


def refuse(name: str, error: "VcwalletError") -> int:
    """Say on the error stream why something was refused, and give the exit code for it."""
    from vcwallet.errors import Undecided
    from vcwallet.terminal.printable_text import printable

    problem = error.problem
    place = f" (at {problem.pointer})" if problem.pointer else ""
    lines = [
        f"vcwallet: {name}: {problem.message}{place} [{problem.code}]",
        *([f"  {problem.hint}"] if problem.hint else []),
    ]
    click.echo("\n".join(map(printable, lines)), err=True)
    return UNDECIDED if isinstance(error, Undecided) else BAD


def content_of(source: "Source") -> bytes:
    """The bytes of a source. Raises `click.UsageError` when it cannot be read."""
    try:
        return source.read()
    except OSError as error:
        raise click.UsageError(f"cannot read {source.name}: {error.strerror}") from error


def show_problem(screen: "Screen", problem: "Problem", mark: tuple[str, str]) -> None:
    """One finding under its mark: what, where, and what to do."""
    place = f" (at {problem.pointer})" if problem.pointer else ""
    screen.line(problem.message, place, (f" [{problem.code}]", "dim"), label=(mark,), indent=2, column=4)
    if problem.hint:
        screen.line(problem.hint, label=("→ ",), indent=4, column=6)


@contextmanager
def new_file(path: str) -> Iterator[BinaryIO]:
    """A file that was not there before, for its owner only; gone again if what is inside raises."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
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
