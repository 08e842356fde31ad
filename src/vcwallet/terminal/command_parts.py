"""What the commands of the command line share: exit codes, complaints, JSON on a terminal, and options read late.

A command is a module of its own, or stands in `__main__`; nothing here knows any of them. Only `click` is loaded with this
module, so that `vcwallet --help` stays quick.
"""

import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from vcwallet.report import Verdict

ALL_VALID: Final = 0
SOME_INVALID: Final = 1
SOME_UNDECIDED: Final = 2
# The numbers of BSD's sysexits.h, and of shells for what is ended from outside.
MISUSE: Final = 64
OUTPUT_FAILED: Final = 74
INTERRUPTED: Final = 130
READER_GONE: Final = 141


def exit_code_of(verdicts: Iterable["Verdict"]) -> int:
    """What a command ends with that found these."""
    found = set(verdicts)
    if found & {"invalid", "malformed"}:
        return SOME_INVALID
    return SOME_UNDECIDED if "indeterminate" in found else ALL_VALID


def complain(message: str, ctx: click.Context | None = None) -> None:
    """A message about wrong use or a failure, on standard error; with `ctx` also how the command is used."""
    from vcwallet.terminal.printable_text import printable  # noqa: PLC0415 - loaded when there is something to say

    if ctx is not None:
        click.echo(f"{ctx.get_usage()}\nTry '{ctx.command_path} --help' for help.\n", err=True)
    click.echo("\n".join(printable(line) for line in f"vcwallet: {message}".split("\n")), err=True)


def print_json(text: str) -> None:
    """JSON as it is; on a terminal with the same characters escaped that could control one."""
    if sys.stdout.isatty():
        text = "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)
    sys.stdout.write(text + "\n")


def lazily(name: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """A function of `terminal.options`, imported when the option is read and not when help is shown."""

    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        from vcwallet.terminal import options  # noqa: PLC0415 - see above

        return getattr(options, name)(ctx, param, value)

    return read


EVIDENCE_OPTION: Final = click.option(
    "--evidence",
    "evidence_path",
    metavar="FILE",
    help="Keep what was used from the network in this file, and use it where the network does not answer any more."
    " It is made if it is not there.",
)
