"""Options of every command that signs: whose key, in whose name, at what time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import datetime

key_option = click.option("--key", required=True, metavar="NAME.pem", help="The private key, as keygen writes it.")
passphrase_option = click.option("--passphrase-file", metavar="FILE", help="The key's passphrase is on its first line.")


def read_at(ctx: click.Context, param: click.Parameter, value: str | None) -> "datetime":
    """A time as `terminal.options` reads it, which is loaded when there is one to read."""
    from vcwallet.terminal.options import read_moment

    return read_moment(ctx, param, value)


at_option = click.option(
    "--at",
    "moment",
    metavar="TIME",
    callback=read_at,
    help="Say that it was signed at this time, not now: 2026-01-31, or 2026-01-31T12:00:00+01:00.",
)


def as_option(whose: str) -> Callable[[Any], Any]:
    """The option --as; `whose` says in help who that is."""
    return click.option(
        "--as",
        "controller",
        metavar="WHO",
        help=f"{whose}: did:web:HOST or an https address, whose document names the key as the file is named (or after"
        " a #), or did:jwk. Without it the key speaks for itself, as a did:key.",
    )


@contextmanager
def misuse_is_wrong_use() -> Iterator[None]:
    """What the library calls misuse comes from an option here."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error
