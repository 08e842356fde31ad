"""`vcwallet bundle make`, `check`, `list` and `decrypt`: the take-out archive of a wallet."""

import json
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click

if TYPE_CHECKING:
    from vcwallet.bundle import Bundle
    from vcwallet.terminal.sources import Source

_GOOD: Final = 0
_ALTERED: Final = 1
# A passphrase is a line; a file without an end is no passphrase.
_PASSPHRASE_BYTES: Final = 4096


@click.group(
    "bundle",
    epilog="""\b
Examples:
  vcwallet bundle make -o everything.zip badges/
  vcwallet bundle check everything.zip""",
)
def bundle_group() -> None:
    """Take everything out in one archive, and check such archives."""


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime:
    from vcwallet.terminal.options import read_moment

    return read_moment(ctx, param, value)


def _passphrase(path: str | None, *, ask: bool, twice: bool = False) -> str | None:
    """The first line of a file, or what is typed unseen; None when nobody wants one."""
    if path is not None:
        try:
            with click.open_file(path, "rb") as file:
                text: str = file.read(_PASSPHRASE_BYTES).decode().partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"cannot read a passphrase from {path}") from error
        return text
    if not ask:
        return None
    try:
        typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise click.UsageError("nobody is there to ask for a passphrase: say --passphrase-file") from None
    return typed


_PASSPHRASE_FILE = click.option(
    "--passphrase-file", metavar="FILE|-", help="Read the passphrase from the first line of this file."
)


@bundle_group.command(
    "make",
    epilog="""\b
Examples:
  vcwallet bundle make -o everything.zip badges/
  vcwallet bundle make --encrypt -o everything.vcw --data collections.json badges/ diploma.jwt""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write to this file, which must not exist yet.")
@click.option(
    "--data",
    "data_files",
    multiple=True,
    metavar="FILE",
    help="Take this in as a section of that name: backpack.json, collections.json, pathways.json, shares.json,"
    " identifiers.json, activity.json or settings.json. May be repeated.",
)
@click.option("--at", "moment", metavar="TIME", callback=_moment, help="The date to write into it, instead of now.")
@click.option("--encrypt", is_flag=True, help="Ask for a passphrase, without which nobody can open it.")
@_PASSPHRASE_FILE
def make_command(
    inputs: tuple[str, ...],
    *,
    output: str,
    data_files: tuple[str, ...],
    moment: datetime,
    encrypt: bool,
    passphrase_file: str | None,
) -> int:
    """Put credentials and what belongs to them into one archive.

    Credentials go in byte for byte and are not verified. Of a FOLDER, files
    that are no credentials are named and left out.
    """
    from vcwallet.bundle import SECTIONS, write_bundle
    from vcwallet.bundle.manifest import SECTION_LIMITS
    from vcwallet.errors import VcwalletError
    from vcwallet.terminal.files import PRIVATE, new_file
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import find_sources
    from vcwallet.wire import strict_json

    sources = find_sources(inputs, None)
    sections: dict[str, Any] = {}
    for name in data_files:
        section = Path(name).name.removesuffix(".json")
        if section not in SECTIONS or section in sections:
            raise click.UsageError(f"expected one file for each of {', '.join(SECTIONS)}, found {name}")
        try:
            with Path(name).open("rb") as file:
                sections[section] = strict_json.parse(file.read(SECTION_LIMITS.max_bytes + 1), limits=SECTION_LIMITS)
        except OSError as error:
            raise click.UsageError(f"cannot read {name}: {error.strerror}") from error
        except VcwalletError as error:
            return refuse(name, error)
    passphrase = _passphrase(passphrase_file, ask=encrypt, twice=True)
    try:
        with new_file(output, mode=PRIVATE) as file:
            credentials = _credentials(sources, named={*inputs})
            manifest = write_bundle(file, credentials, sections, at=moment, passphrase=passphrase)
    except VcwalletError as error:
        return refuse(output, error)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    locked = ", encrypted" if passphrase is not None else ""
    Screen(sys.stdout).line(("✓ WRITTEN", "bold green"), f" · {output} · {_counts(manifest.counts)}{locked}")
    return _GOOD


def _credentials(sources: "Iterable[Source]", *, named: Collection[str]) -> Iterator[bytes]:
    """What is in each source that is a credential, good or bad. Raises `click.UsageError` for others that were `named`."""
    from vcwallet.errors import VcwalletError
    from vcwallet.operations.document_kind import is_badge_v2
    from vcwallet.operations.signed import unverified_document
    from vcwallet.operations.verifying import open_secured
    from vcwallet.securing.envelope import CompactJwt
    from vcwallet.terminal.command_parts import complain
    from vcwallet.terminal.files import content_of

    for source in sources:
        content = content_of(source)
        try:
            secured = open_secured(content)
            is_token = isinstance(secured, CompactJwt)
            found = is_token or "credentialSubject" in unverified_document(secured) or is_badge_v2(secured)
            why = "it says nothing of anybody"
        except VcwalletError as error:
            found, why = False, str(error)
        if found:
            yield content
        elif source.name in named:
            raise click.UsageError(f"{source.name} is no credential: {why}")
        else:
            complain(f"left out: {source.name} is no credential: {why}")


@contextmanager
def _opened(name: str, passphrase_file: str | None) -> Iterator["Bundle"]:
    from vcwallet.bundle import open_bundle
    from vcwallet.bundle.encryption import is_encrypted

    with _file(name) as file:
        passphrase = _passphrase(passphrase_file, ask=passphrase_file is None) if is_encrypted(file) else None
        with open_bundle(file, passphrase=passphrase) as bundle:
            yield bundle


@contextmanager
def _file(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        raise click.UsageError("an archive is not read from standard input: give the name of its file")
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below; only opening it is a mistake of the caller
    except (OSError, ValueError) as error:
        raise click.UsageError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error
    with file:
        if not file.seekable():
            raise click.UsageError(f"expected a file, and {name} is a pipe or a device")
        yield file


@bundle_group.command(
    "check",
    epilog="""\b
Example:
  vcwallet bundle check everything.zip

\b
Exit codes:
  0   everything in it is as it was put in
  1   something was altered, or it cannot be read
  2   it was made by a newer version""",
)
@click.argument("input_", metavar="FILE")
@_PASSPHRASE_FILE
def check_command(input_: str, *, passphrase_file: str | None) -> int:
    """Find out whether anything in an archive was altered.

    The credentials in it are not verified: 'vcwallet verify' does that.
    """
    from vcwallet.errors import VcwalletError
    from vcwallet.terminal.refusals import refuse, show_problem
    from vcwallet.terminal.screen import Screen

    screen = Screen(sys.stdout)
    try:
        with _opened(input_, passphrase_file) as bundle:
            problems = bundle.problems()
            counts = _counts(bundle.manifest.counts)
    except VcwalletError as error:
        return refuse(input_, error)
    if problems:
        screen.line(("✗ ALTERED", "bold red"), f" · {input_} · {counts}")
        for problem in problems:
            show_problem(screen, problem, ("✗ ", "bold red"))
        return _ALTERED
    screen.line(("✓ UNALTERED", "bold green"), f" · {input_} · {counts}")
    return _GOOD


@bundle_group.command("list", epilog="\b\nExample:\n  vcwallet bundle list everything.zip")
@click.argument("input_", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest, as JSON.")
@_PASSPHRASE_FILE
def list_command(input_: str, *, as_json: bool, passphrase_file: str | None) -> int:
    """Show what the manifest of an archive lists. Nothing is checked."""
    from vcwallet.errors import VcwalletError
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.screen import Screen

    try:
        with _opened(input_, passphrase_file) as bundle:
            manifest = bundle.manifest
    except VcwalletError as error:
        return refuse(input_, error)
    if as_json:
        click.echo(json.dumps(manifest.to_dict(), indent=2))
        return _GOOD
    screen = Screen(sys.stdout)
    screen.line((_counts(manifest.counts), "bold"), f" · {manifest.created_at.date().isoformat()}")
    for file in manifest.files:
        screen.line(file.path, label=(f"{file.bytes:>12,}",), indent=0, column=14)
    return _GOOD


@bundle_group.command("decrypt", epilog="\b\nExample:\n  vcwallet bundle decrypt everything.vcw -o everything.zip")
@click.argument("input_", metavar="FILE")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write to this file, which must not exist yet.")
@_PASSPHRASE_FILE
def decrypt_command(input_: str, *, output: str, passphrase_file: str | None) -> int:
    """Write an encrypted archive as a plain ZIP, which every computer can open."""
    from vcwallet.bundle.encryption import DecryptedFile, is_encrypted
    from vcwallet.errors import VcwalletError
    from vcwallet.terminal.files import PRIVATE, new_file
    from vcwallet.terminal.refusals import refuse

    try:
        with _file(input_) as file:
            if not is_encrypted(file):
                raise click.UsageError(f"{input_} is not encrypted")
            passphrase = _passphrase(passphrase_file, ask=passphrase_file is None) or ""
            with new_file(output, mode=PRIVATE) as target:
                shutil.copyfileobj(DecryptedFile(file, passphrase), target, 1 << 16)
    except VcwalletError as error:
        return refuse(input_, error)
    return _GOOD


def _counts(counts: Any) -> str:
    return ", ".join(f"{number} {name if number != 1 else name.removesuffix('s')}" for name, number in counts.items())
