"""The command line: `vcwallet verify`, `vcwallet inspect`, `vcwallet unbake`, and the way to all other commands.

Here are the commands that read; `terminal/` has the other commands, the words and the lines. Nothing is decided about a
credential here: that is for `verify()` and its report. Only here does anything exit, with a code of
`terminal/command_parts.py`:

    0    all credentials are valid; what was asked for is done
    1    at least one is invalid or malformed; what was asked for is refused
    2    none of these, but at least one could not be decided
    64   wrong use: an option, or a file that cannot be read
    74   the output could not be written
    130  interrupted;  141  whoever read the output stopped reading
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet import __version__
from vcwallet.errors import Undecided, VcwalletError
from vcwallet.terminal.command_parts import (
    ALL_VALID,
    EVIDENCE_OPTION,
    INTERRUPTED,
    MISUSE,
    OUTPUT_FAILED,
    READER_GONE,
    SOME_INVALID,
    SOME_UNDECIDED,
    complain,
    exit_code_of,
    lazily,
    print_json,
)

if TYPE_CHECKING:
    from datetime import datetime

    from vcwallet.fetching.fetcher import Fetcher
    from vcwallet.policy import Recipient
    from vcwallet.report import Verdict, VerificationReport
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import Source


class _ReaderGone(Exception):
    """Whoever read our output stopped reading, as `head` does."""


# Commands that are loaded when they are called, or named in help: module and function in `terminal/`.
_ELSEWHERE: Final = {
    "verify-presentation": ("verify_presentation", "verify_presentation_command"),
    "keygen": ("key_commands", "keygen_command"),
    "did": ("key_commands", "did_command"),
    "issue": ("signing_commands", "issue_command"),
    "present": ("signing_commands", "present_command"),
    "derive": ("disclosure_commands", "derive_command"),
    "fields": ("disclosure_commands", "fields_command"),
    "bake": ("signing_commands", "bake_command"),
    "pathway": ("pathway_commands", "pathway_group"),
    "bundle": ("bundle_commands", "bundle_group"),
    "status": ("status_commands", "status_command"),
}


class _CommandLine(click.Group):
    """A click group with our exit codes: click itself uses 1 and 2 for things that are not verdicts."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, function = _ELSEWHERE[cmd_name]
        command: click.Command = getattr(import_module(f"vcwallet.terminal.{module}"), function)
        return command

    def main(
        self,
        args: Any = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - the signature of click
        **extra: Any,
    ) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        code = _exit_code(partial(super().main, args, prog_name or self.name, complete_var, False, **extra))  # noqa: FBT003
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # click would end with exit code 1, our "invalid".
            raise _ReaderGone from error


def _exit_code(command: Callable[[], Any]) -> int:
    """Run a command to its end, and say how that went."""
    try:
        code = command()
        sys.stdout.flush()
    except click.ClickException as error:
        complain(error.format_message(), getattr(error, "ctx", None))
        return MISUSE
    except VcwalletError as error:
        from vcwallet.terminal.refusals import hint_of

        hint = hint_of(error.problem)
        complain(f"{error}\n  {hint}" if hint else f"{error}")
        return SOME_UNDECIDED if isinstance(error, Undecided) else SOME_INVALID
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (_ReaderGone, BrokenPipeError):
        _discard_output()
        return READER_GONE
    except OSError as error:
        _discard_output()
        complain(f"cannot write the output: {error.strerror}")
        return OUTPUT_FAILED
    return code if isinstance(code, int) else ALL_VALID


def _discard_output() -> None:
    """What Python still holds for standard output goes nowhere: it would try again at its end, and complain."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    "vcwallet",
    cls=_CommandLine,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  vcwallet verify badge.png                 is it true?
  vcwallet inspect badge.png                what does it say?
  vcwallet unbake badge.png -o badge.json   take it out of the picture
  vcwallet keygen key-2026.pem              make a key to sign with
  vcwallet issue --key key-2026.pem badge-to-be.json
  vcwallet status set --key key-2026.pem revocation.json badge.json

'vcwallet COMMAND --help' tells more.""",
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def command_line() -> None:
    """Issue, show and verify Open Badges 3.0 and other verifiable credentials.

    A credential is a JSON file, a token (JWT), or a PNG or SVG picture with one
    of these inside. Its content tells which, not its name.
    """


@command_line.command(
    "verify",
    epilog="""\b
Examples:
  vcwallet verify badge.png
  vcwallet verify --online https://badges.example/1234
  vcwallet verify --recipient email:ana@campus.example diploma.json
  vcwallet verify --jobs 4 --json badges/ > reports.jsonl
  vcwallet verify --online --evidence diploma.evidence diploma.json
  curl -s https://badges.example/1234 | vcwallet verify -

\b
Exit codes:
  0   all are valid
  1   at least one is invalid or malformed
  2   none of these, but at least one could not be decided
  64  wrong use, such as a file that does not exist
  74  the output or the evidence could not be written""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|FOLDER|URL|-...")
@click.option(
    "--online",
    is_flag=True,
    help="Fetch what is needed to decide, such as keys of issuers. Without it nothing touches the network.",
)
@click.option(
    "--at",
    "moment",
    metavar="TIME",
    callback=lazily("read_moment"),
    help="Ask about this time, not about now: 2026-01-31, meaning 00:00 UTC, or 2026-01-31T12:00:00+01:00.",
)
@click.option(
    "--recipient",
    metavar="KIND:WHO",
    callback=lazily("read_recipient"),
    help="Ask whether it is about this person: email:ana@campus.example, id:did:key:z6Mk…, or any identifier type of"
    " Open Badges before the colon, such as sisSourcedId:4711.",
)
@click.option(
    "--audience",
    "audiences",
    multiple=True,
    metavar="NAME",
    help="A name of yours, by which issuers say in a token that it is for you. May be repeated.",
)
@EVIDENCE_OPTION
@click.option(
    "--as-holder",
    is_flag=True,
    help="It was issued to me: take also what is for its holder alone, and not to be shown before 'vcwallet derive'.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="Verify in this many processes at once; worth it for hundreds of files.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one report, or for several one report a line.")
def verify_command(  # noqa: PLR0913 - the options of a command
    inputs: tuple[str, ...],
    *,
    online: bool,
    moment: "datetime",
    recipient: "Recipient | None",
    audiences: tuple[str, ...],
    evidence_path: str | None,
    as_holder: bool,
    jobs: int,
    as_json: bool,
) -> int:
    """Find out whether credentials are true.

    With -, a credential is read from standard input. Of a FOLDER, the files
    directly in it are verified, in the order of their names, except hidden ones.

    With --json, a single input gives one JSON object. Several inputs, or a
    folder, give one line for each, with the same object on it; its first member
    "source" then names the input.
    """
    from vcwallet import CachingFetcher, Policy, standard_toolkit
    from vcwallet.terminal.evidence_file import open_evidence_file
    from vcwallet.terminal.report_lines import show_brief, show_report, show_summary
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.source_reports import reports_on
    from vcwallet.terminal.sources import find_sources, is_folder

    fetcher: Fetcher | None = None
    if online:
        from vcwallet import HttpFetcher  # which loads httpx: 60 ms

        fetcher = HttpFetcher()
    sources = find_sources(inputs, fetcher)
    is_batch = len(inputs) > 1 or is_folder(inputs[0])
    toolkit = standard_toolkit(CachingFetcher(fetcher) if fetcher is not None else None)
    archive = open_evidence_file(evidence_path) if evidence_path is not None else None
    known = archive.found if archive is not None else None
    policy = Policy(recipient=recipient, audiences=audiences, accept_base_proofs=as_holder)
    screen = Screen(sys.stdout)
    verdicts: list[Verdict] = []
    with _progress(len(sources), screen, as_json=as_json) as advance:
        found = reports_on(sources, jobs=jobs, toolkit=toolkit, policy=policy, at=moment, evidence=known)
        for source, report in found:
            advance()
            if report is None:
                continue
            verdicts.append(report.verdict)
            if archive is not None:
                archive.add(report)
            if as_json:
                print_json(_one_line(source, report) if is_batch else report.to_json())
            elif is_batch:
                show_brief(screen, report, source.name)
            else:
                show_report(screen, report, source.name)
    if is_batch and not as_json:
        show_summary(screen, verdicts)
    if archive is not None:
        archive.save()
    return MISUSE if len(verdicts) < len(sources) else exit_code_of(verdicts)


def _one_line(source: "Source", report: "VerificationReport") -> str:
    return json.dumps({"source": source.name, **report.to_dict()}, ensure_ascii=False)


@contextmanager
def _progress(total: int, screen: "Screen", *, as_json: bool) -> Iterator[Callable[[], None]]:
    """A bar on the terminal while many credentials are verified, gone at the end.

    Where the reports go to the same terminal, it is drawn by the same `Screen`, below them.
    """
    shares_terminal = sys.stdout.isatty()
    if total == 1 or not sys.stderr.isatty() or (as_json and shares_terminal):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = screen.console if shares_terminal else Console(stderr=True)
    with Progress(console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task("verifying", total=total)
        yield lambda: progress.advance(task)


@command_line.command(
    "inspect",
    epilog="""\b
Examples:
  vcwallet inspect badge.svg
  vcwallet inspect --json badge.png | jq .credentialSubject""",
)
@click.argument("input_", metavar="FILE|-")
@click.option("--json", "as_json", is_flag=True, help="Print the credential itself, as JSON.")
def inspect_command(input_: str, *, as_json: bool) -> int:
    """Show what a credential says, without asking whether it is true.

    Nothing is verified, and nothing is fetched. Of a token (JWT), --json prints
    the credential inside.
    """
    from vcwallet.operations.signed import unverified_document
    from vcwallet.operations.verifying import open_secured
    from vcwallet.terminal.contents_lines import show_contents
    from vcwallet.terminal.files import content_of
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import find_source

    source = find_source(input_)
    try:
        secured = open_secured(content_of(source))
        document = unverified_document(secured)
    except VcwalletError as error:
        return refuse(source.name, error)
    if as_json:
        print_json(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        show_contents(Screen(sys.stdout), document, secured, source.name)
    return ALL_VALID


@command_line.command(
    "unbake",
    epilog="""\b
Examples:
  vcwallet unbake badge.png -o badge.json
  vcwallet unbake badge.svg | vcwallet verify -""",
)
@click.argument("input_", metavar="FILE|-")
@click.option("-o", "--output", metavar="FILE", help="Write to this file, which must not exist yet.")
def unbake_command(input_: str, output: str | None) -> int:
    """Take the credential out of a PNG or SVG picture, exactly as it is."""
    from vcwallet import unbake
    from vcwallet.terminal.files import content_of, write_new
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.sources import find_source

    source = find_source(input_)
    try:
        text = unbake(content_of(source))
    except VcwalletError as error:
        return refuse(source.name, error)
    if output is not None:
        write_new(output, text.encode())
    elif sys.stdout.isatty():
        print_json(text)
    else:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    return ALL_VALID


def main() -> None:
    """The entry point of the command `vcwallet`: runs and exits."""
    command_line.main()


if __name__ == "__main__":
    main()
