"""The commands for status lists: `vcwallet status new`, `take`, `set` and `check`."""

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet.terminal.signing_options import (
    as_option,
    at_option,
    key_option,
    misuse_is_wrong_use,
    passphrase_option,
    read_at,
)

if TYPE_CHECKING:
    from datetime import datetime

    from vcwallet.fetching.fetcher import Fetcher
    from vcwallet.keys.signer import Signer
    from vcwallet.status.writing import StatusList

# The verdicts of `vcwallet verify`, in the words of this question.
_NOT_WITHDRAWN: Final = 0
_WITHDRAWN: Final = 1
_UNDECIDED: Final = 2

_days_option = click.option(
    "--days", type=click.IntRange(1, 3660), help="The list is to be believed for so long; sign it again before."
)


@click.group(
    "status",
    epilog="""\b
Examples:
  vcwallet status new --key key-2026.pem --url https://college.example/status/1 new.json
  vcwallet status take revocation.json
  vcwallet status set --key key-2026.pem revocation.json badge.json
  vcwallet status check --online badge.json

'vcwallet status COMMAND --help' tells more.""",
)
def status_command() -> None:
    """Withdraw credentials: status lists, and what they say.

    A list is two files. NAME.json is signed and to be published; NAME.private.json
    says which places of the list were given away, and is yours alone: keep it.
    """


@status_command.command(
    "new",
    epilog="""\b
Examples:
  vcwallet status new --key key-2026.pem --url https://college.example/status/1 new.json
  vcwallet status new --key key-2026.pem --as did:web:college.example --days 30 \\
      --purpose suspension --url https://college.example/status/2 new.json
  vcwallet status new --key key-2026.pem --purpose message --message fine --message \\
      "see your tutor" --url https://college.example/status/3 new.json""",
)
@click.argument("output", metavar="NAME.json")
@click.option("--url", required=True, metavar="URL", help="Where the list will be published.")
@click.option(
    "--purpose",
    default="revocation",
    show_default=True,
    metavar="WORD",
    help="What it says: revocation (for good), suspension (for a time), refresh (there is a newer one) or message.",
)
@click.option(
    "--entries", type=int, help="How many credentials it has room for. Without it 131,072, the least allowed."
)
@click.option("--message", "messages", multiple=True, help="What a value means; once for each value, from 0 on.")
@click.option(
    "--ttl", type=click.IntRange(1, 525_600), metavar="MINUTES", help="How long a verifier may keep a copy of the list."
)
@key_option
@as_option("Who issues the list, and the credentials in it")
@passphrase_option
@_days_option
@at_option
def new_command(  # noqa: PLR0913 - the options of a command
    output: str,
    *,
    url: str,
    purpose: str,
    entries: int | None,
    messages: tuple[str, ...],
    ttl: int | None,
    key: str,
    controller: str | None,
    passphrase_file: str | None,
    days: int | None,
    moment: "datetime",
) -> int:
    """Make a list in which nothing is set, and sign it.

    Publish it at its URL before the first credential names it.
    """
    from vcwallet.status.bitstring import MINIMUM_ENTRIES
    from vcwallet.status.writing import new_status_list
    from vcwallet.terminal.key_files import read_signer
    from vcwallet.terminal.status_files import write_new_list

    signer = read_signer(key, passphrase_file, controller)
    with misuse_is_wrong_use():
        status_list = new_status_list(
            url,
            signer.controller,
            purpose,
            entries=MINIMUM_ENTRIES if entries is None else entries,
            size=max(1, (len(messages) - 1).bit_length()),
            messages=messages,
            ttl=None if ttl is None else timedelta(minutes=ttl),
        )
    signed = _signed(status_list, signer, moment, days, None)
    write_new_list(Path(output), status_list, signed)
    click.echo(f"{output} is to be served at {url}")
    return 0


@status_command.command(
    "take",
    epilog="""\b
Examples:
  vcwallet status take revocation.json
  vcwallet status take --count 30 revocation.json""",
)
@click.argument("path", metavar="NAME.json")
@click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="For so many credentials.")
def take_command(path: str, *, count: int) -> int:
    """Take places in a list, for credentials that are yet to be signed.

    Prints a credentialStatus on each line: put each into one document before you
    sign it. Places are drawn at random, so that they tell nobody the order.
    """
    from vcwallet.status.writing import allocate_indexes
    from vcwallet.terminal.files import alone_with
    from vcwallet.terminal.status_files import private_path, read_list, replace_list

    file = Path(path)
    with alone_with(private_path(file)):
        status_list, indexes = allocate_indexes(read_list(file), count)
        replace_list(file, status_list)
    for index in indexes:
        click.echo(json.dumps(status_list.entry_for(index), ensure_ascii=False))
    return 0


@status_command.command(
    "set",
    epilog="""\b
Examples:
  vcwallet status set --key key-2026.pem revocation.json badge.json
  vcwallet status set --key key-2026.pem --lift suspension.json badge.json
  vcwallet status set --key key-2026.pem --days 30 revocation.json

The last one changes nothing, and signs the list again.""",
)
@click.argument("path", metavar="NAME.json")
@click.argument("which", nargs=-1, metavar="INDEX|CREDENTIAL...")
@click.option(
    "--value", type=click.IntRange(1), default=1, show_default=True, help="What to set, in a list of messages."
)
@click.option("--lift", is_flag=True, help="Set it no more. A revocation is for good, and cannot be lifted.")
@key_option
@as_option("Who issues the list")
@passphrase_option
@_days_option
@at_option
def set_command(  # noqa: PLR0913 - the options of a command
    path: str,
    which: tuple[str, ...],
    *,
    value: int,
    lift: bool,
    key: str,
    controller: str | None,
    passphrase_file: str | None,
    days: int | None,
    moment: "datetime",
) -> int:
    """Revoke or suspend credentials, or say something of them.

    A credential is named by its place in the list, or by the credential itself,
    signed. The list is written anew: publish it where the old one is.
    """
    from vcwallet.status.writing import set_statuses
    from vcwallet.terminal.files import alone_with
    from vcwallet.terminal.key_files import read_signer
    from vcwallet.terminal.status_files import private_path, read_list, read_published, replace_list

    signer = read_signer(key, passphrase_file, controller)
    file = Path(path)
    with alone_with(private_path(file)):
        status_list = read_list(file)
        indexes = [_index_of(name, status_list) for name in which]
        try:
            status_list = set_statuses(status_list, dict.fromkeys(indexes, 0 if lift else value))
        except (ValueError, IndexError) as error:
            raise click.UsageError(str(error)) from error
        lifted = indexes if lift else []
        signed = _signed(status_list, signer, moment, days, read_published(file), lifted)
        replace_list(file, status_list, signed)
    click.echo(f"{path} is to be served at {status_list.url}")
    return 0


def _signed(
    status_list: "StatusList",
    signer: "Signer",
    moment: "datetime",
    days: int | None,
    previous: Any,
    lifted: list[int] | None = None,
) -> bytes:
    from vcwallet.operations.issuing import issue
    from vcwallet.status.writing import status_list_document

    document = status_list_document(
        status_list,
        valid_from=moment,
        valid_until=None if days is None else moment + timedelta(days=days),
        previous=previous,
        lifted=lifted or (),
    )
    return issue(document, signer, at=moment).data


def _index_of(name: str, status_list: "StatusList") -> int:
    """The place in the list that an argument means: a number, or a credential that has a place in it."""
    from vcwallet.credentials.credential import as_list
    from vcwallet.operations.signed import unverified_document
    from vcwallet.operations.verifying import open_secured
    from vcwallet.terminal.files import read_file

    if name.isascii() and name.isdigit() and len(name) <= len(str(status_list.entries)):
        return int(name)
    document = unverified_document(open_secured(read_file(name)))
    for entry in as_list(document.get("credentialStatus")):
        index = entry.get("statusListIndex") if isinstance(entry, dict) else None
        if isinstance(index, str) and index.isdigit() and entry.get("statusListCredential") == status_list.url:
            return int(index)
    raise click.UsageError(f"{click.format_filename(name)} has no place in the list {status_list.url}")


@status_command.command(
    "check",
    epilog="""\b
Examples:
  vcwallet status check --online badge.jwt
  vcwallet status check --list revocation.json --list suspension.json badge.json

\b
Exit codes:
  0   none is withdrawn
  1   at least one is withdrawn, or not what its issuer signed
  2   none of these, but at least one could not be decided
  64  wrong use, such as a file that does not exist""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|FOLDER|-...")
@click.option("--online", is_flag=True, help="Fetch the lists, and the keys of issuers.")
@click.option("--list", "lists", multiple=True, metavar="NAME.json", help="Look in this list, as if it were published.")
@click.option("--at", "moment", metavar="TIME", callback=read_at, help="Ask about this time, not about now.")
def check_command(inputs: tuple[str, ...], *, online: bool, lists: tuple[str, ...], moment: "datetime") -> int:
    """Find out what lists say of credentials.

    Only of a credential that its issuer signed is it asked whether it was
    withdrawn. `vcwallet verify` asks this too, and everything else.
    """
    from vcwallet import standard_toolkit, verify
    from vcwallet.errors import Problem
    from vcwallet.report import Outcome
    from vcwallet.terminal.files import content_of
    from vcwallet.terminal.printable_text import printable
    from vcwallet.terminal.refusals import hint_of
    from vcwallet.terminal.sources import find_sources

    if online and lists:
        raise click.UsageError("either --online, or --list")
    toolkit = standard_toolkit(_fetcher(lists, online=online))
    codes = {_NOT_WITHDRAWN}
    for source in find_sources(inputs, None):
        report = verify(content_of(source), toolkit=toolkit, at=moment)
        asked = [report.check(name) for name in ("structure", "context", "proof", "issuer", "status")]
        open_ = [check for check in asked if check.outcome in (Outcome.FAILED, Outcome.UNKNOWN)]
        shown = open_[0] if open_ else asked[-1]
        if any(check.outcome is Outcome.FAILED for check in open_):
            codes.add(_WITHDRAWN)
        elif open_:
            codes.add(_UNDECIDED)
        for line in (shown.message, *(note.message for note in asked[-1].notes)):
            click.echo(printable(f"{source.name}: {line} [{shown.code}]"))
        hint = hint_of(Problem(shown.code, shown.message, shown.pointer, shown.hint)) if open_ else ""
        if hint:
            click.echo(printable(f"  {hint}"))
    return _WITHDRAWN if _WITHDRAWN in codes else max(codes)


def _fetcher(lists: tuple[str, ...], *, online: bool) -> "Fetcher | None":
    from vcwallet import CachingFetcher, HttpFetcher, StaticFetcher
    from vcwallet.operations.signed import unverified_document
    from vcwallet.securing.envelope import recognise
    from vcwallet.terminal.files import read_file

    if online:
        return CachingFetcher(HttpFetcher())
    if not lists:
        return None
    contents = [read_file(name) for name in lists]
    return StaticFetcher({str(unverified_document(recognise(content)).get("id")): content for content in contents})
