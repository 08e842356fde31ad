"""`vcwallet pathway check`, `progress` and `draw`: pathways of our own form or of CTDL, and how far credentials lead."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from vcwallet.pathways import HeldCredential, Pathway, PathwayCheck, PathwayProgress
    from vcwallet.policy import Recipient
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import Source

_GOOD: Final = 0
_FAULTY: Final = 1


@click.group(
    "pathway",
    epilog="""\b
Examples:
  vcwallet pathway check deck-officer.json
  vcwallet pathway progress deck-officer.json badges/
  vcwallet pathway draw deck-officer.json badges/ -o progress.svg""",
)
def pathway_group() -> None:
    """Check, follow and draw pathways: steps that lead to a destination."""


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime:
    from vcwallet.terminal.options import read_moment

    return read_moment(ctx, param, value)


def _recipient(ctx: click.Context, param: click.Parameter, value: str | None) -> "Recipient | None":
    from vcwallet.terminal.options import read_recipient

    return read_recipient(ctx, param, value)


# --- check ---------------------------------------------------------------------------------------------------------------


@pathway_group.command(
    "check",
    epilog="""\b
Examples:
  vcwallet pathway check deck-officer.json
  vcwallet pathway check --json from-the-registry.jsonld

\b
Exit codes:
  0   all of them could be published
  1   at least one could not""",
)
@click.argument("inputs", nargs=-1, required=True, metavar="FILE|-...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one line for each file.")
def check_command(inputs: tuple[str, ...], *, as_json: bool) -> int:
    """Find everything that is wrong with pathways.

    A pathway is JSON in the form of vcwallet, or CTDL JSON-LD as the Credential
    Registry publishes it.
    """
    from vcwallet.terminal.files import content_of
    from vcwallet.terminal.screen import Screen
    from vcwallet.terminal.sources import find_source

    screen = Screen(sys.stdout)
    answer = _GOOD
    for source in [find_source(name) for name in inputs]:
        check = _checked(content_of(source))
        if check.problems:
            answer = _FAULTY
        if as_json:
            _print(json.dumps({"source": source.name, **_check_to_dict(check)}, ensure_ascii=False))
        else:
            _show_check(screen, source.name, check)
    return answer


def _checked(data: bytes) -> "PathwayCheck":
    from vcwallet.errors import VcwalletError
    from vcwallet.pathways import PathwayCheck, check_pathway, import_ctdl, pathway_notes, pathway_problems
    from vcwallet.pathways.ctdl import is_ctdl
    from vcwallet.pathways.pathway_json import PATHWAY_LIMITS
    from vcwallet.wire import strict_json

    try:
        document = strict_json.parse_object(data, limits=PATHWAY_LIMITS)
        if not is_ctdl(document):
            return check_pathway(document)
        found = import_ctdl(document)
    except VcwalletError as error:
        return PathwayCheck(None, (error.problem,))
    problems = tuple(pathway_problems(found.pathway))
    notes = () if problems else tuple(pathway_notes(found.pathway))
    return PathwayCheck(found.pathway, problems, (*found.warnings, *notes))


def _check_to_dict(check: "PathwayCheck") -> dict[str, Any]:
    def listed(problems: Any) -> list[dict[str, str]]:
        return [
            {"code": problem.code, "detail": problem.message, "pointer": problem.pointer, "hint": problem.hint}
            for problem in problems
        ]

    return {"publishable": not check.problems, "problems": listed(check.problems), "notes": listed(check.notes)}


def _show_check(screen: "Screen", name: str, check: "PathwayCheck") -> None:
    from vcwallet.terminal.refusals import show_problem

    if check.problems:
        screen.line(("✗ CANNOT BE PUBLISHED", "bold red"), f" · {name}")
    else:
        assert check.pathway is not None
        steps = len(check.pathway.steps)
        screen.line(("✓ GOOD", "bold green"), f" · {name} · {_title(check.pathway)}, {steps} step{'s' * (steps != 1)}")
    for problem in check.problems:
        show_problem(screen, problem, ("✗ ", "bold red"))
    for note in check.notes:
        show_problem(screen, note, ("! ", "yellow"))


# --- progress ------------------------------------------------------------------------------------------------------------


@pathway_group.command(
    "progress",
    epilog="""\b
Examples:
  vcwallet pathway progress deck-officer.json badges/
  vcwallet pathway progress --recipient email:ana@campus.example deck-officer.json a.json b.png""",
)
@click.argument("pathway_file", metavar="PATHWAY")
@click.argument("inputs", nargs=-1, metavar="FILE|FOLDER|URL...")
@click.option("--online", is_flag=True, help="Fetch what is needed to verify, such as keys of issuers.")
@click.option("--at", "moment", metavar="TIME", callback=_moment, help="Ask about this time, not about now.")
@click.option(
    "--recipient",
    metavar="KIND:WHO",
    callback=_recipient,
    help="Count only what is about this person, such as email:ana@campus.example.",
)
@click.option(
    "--known-issuer",
    "known_issuers",
    multiple=True,
    metavar="ID",
    help="An issuer in a known registry, for pathways that count badges from elsewhere. May be repeated.",
)
@click.option(
    "--confirmed", multiple=True, metavar="KEY", help="Something that was confirmed by hand. May be repeated."
)
@click.option("--lang", "languages", multiple=True, metavar="TAG", help="Languages that you read, best first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def progress_command(  # noqa: PLR0913 - one for each option
    pathway_file: str,
    inputs: tuple[str, ...],
    *,
    online: bool,
    moment: datetime,
    recipient: "Recipient | None",
    known_issuers: tuple[str, ...],
    confirmed: tuple[str, ...],
    languages: tuple[str, ...],
    as_json: bool,
) -> int:
    """Show how far these credentials lead on a pathway.

    Each credential is verified first; what does not count is named with the
    reason. Without --recipient nobody asks whose the credentials are.
    """
    from vcwallet.errors import VcwalletError
    from vcwallet.terminal.refusals import refuse
    from vcwallet.terminal.screen import Screen

    try:
        pathway = _pathway(pathway_file)
    except VcwalletError as error:
        return refuse(pathway_file, error)
    found = _evaluated(pathway, inputs, online, moment, recipient, known_issuers, confirmed)
    if as_json:
        _print(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        _show_progress(Screen(sys.stdout), found, languages, asked=recipient is not None or not inputs)
    return _GOOD


def _pathway(name: str) -> "Pathway":
    """A pathway that can be walked. Raises Malformed or Refused with its first problem."""
    from vcwallet.errors import Malformed, Refused
    from vcwallet.terminal.files import read_file

    check = _checked(read_file(name))
    if check.pathway is None:
        raise Malformed.from_problem(check.problems[0])
    if check.problems:
        raise Refused.from_problem(check.problems[0])
    return check.pathway


def _evaluated(
    pathway: "Pathway",
    inputs: tuple[str, ...],
    online: bool,  # noqa: FBT001 - an option
    moment: datetime,
    recipient: "Recipient | None",
    known_issuers: tuple[str, ...],
    confirmed: tuple[str, ...],
) -> "PathwayProgress":
    from vcwallet import CachingFetcher, HttpFetcher, Policy, standard_toolkit, verify
    from vcwallet.pathways import CountingPolicy, evaluate, held_credential
    from vcwallet.terminal.files import content_of
    from vcwallet.terminal.sources import find_sources

    fetcher = HttpFetcher() if online else None
    toolkit = standard_toolkit(CachingFetcher(fetcher) if fetcher is not None else None)

    def held(source: "Source") -> "HeldCredential":
        report = verify(content_of(source), toolkit=toolkit, policy=Policy(recipient=recipient), at=moment)
        return held_credential(report, key=source.name)

    credentials = [held(source) for source in find_sources(inputs, fetcher)]
    policy = CountingPolicy(require_recipient=recipient is not None, known_issuers=known_issuers)
    return evaluate(pathway, credentials, at=moment, policy=policy, confirmed=dict.fromkeys(confirmed, moment))


def _show_progress(screen: "Screen", progress: "PathwayProgress", languages: tuple[str, ...], *, asked: bool) -> None:
    from vcwallet.pathways import StepState, arrange
    from vcwallet.pathways.wording import asks_for, first, name_of, reasons_in_words, state_of, summary_of

    marks = {
        StepState.COMPLETED: ("✓ ", "green"),
        StepState.IN_PROGRESS: ("~ ", "blue"),
        StepState.LAPSED: ("! ", "bold yellow"),
        StepState.LOCKED: ("x ", "dim"),
        StepState.AVAILABLE: ("· ", ""),
    }
    pathway = progress.pathway
    screen.line((_title(pathway, languages), "bold"), f" · {summary_of(progress)}")
    screen.blank()
    arrangement = arrange(pathway, fold_above=len(pathway.steps))
    for step_id in (*(node.id for node in arrangement.reading_order), *arrangement.off_path):
        step, found = pathway.step(step_id), progress.steps[step_id]
        choice = asks_for(step)
        about = ", ".join(part for part in (choice, "optional" if step.optional else "") if part)
        title = f"{name_of(step, languages)}{f' ({about})' if about else ''}"
        goal = " · goal" if step_id == pathway.destination else ""
        screen.line((title, "bold"), f" · {state_of(found)}{goal}", label=(marks[found.state],), indent=2, column=4)
        for line in (first(found, pathway, languages), *reasons_in_words(found, pathway, languages)):
            if line:
                screen.line(line, label=("→ ",), indent=4, column=6)
    if not asked:
        screen.blank()
        screen.line("Nobody asked whose these credentials are; --recipient does.", indent=2)


# --- draw ----------------------------------------------------------------------------------------------------------------


@pathway_group.command(
    "draw",
    epilog="""\b
Examples:
  vcwallet pathway draw deck-officer.json -o deck-officer.svg
  vcwallet pathway draw deck-officer.json badges/ -o progress.svg""",
)
@click.argument("pathway_file", metavar="PATHWAY")
@click.argument("inputs", nargs=-1, metavar="FILE|FOLDER|URL...")
@click.option("-o", "--output", metavar="FILE", help="Write to this file, which must not exist yet.")
@click.option("--online", is_flag=True, help="Fetch what is needed to verify, such as keys of issuers.")
@click.option("--at", "moment", metavar="TIME", callback=_moment, help="Ask about this time, not about now.")
@click.option("--recipient", metavar="KIND:WHO", callback=_recipient, help="Count only what is about this person.")
@click.option("--known-issuer", "known_issuers", multiple=True, metavar="ID", help="An issuer in a known registry.")
@click.option(
    "--confirmed", multiple=True, metavar="KEY", help="Something that was confirmed by hand. May be repeated."
)
@click.option("--lang", "languages", multiple=True, metavar="TAG", help="Languages that you read, best first.")
@click.option("--unfolded", is_flag=True, help="Draw every step, however many a choice has.")
@click.option(
    "--colours",
    type=click.Choice(["auto", "light", "dark"]),
    default="auto",
    show_default=True,
    help="Auto follows the reader's choice.",
)
def draw_command(  # noqa: PLR0913 - one for each option
    pathway_file: str,
    inputs: tuple[str, ...],
    *,
    output: str | None,
    online: bool,
    moment: datetime,
    recipient: "Recipient | None",
    known_issuers: tuple[str, ...],
    confirmed: tuple[str, ...],
    languages: tuple[str, ...],
    unfolded: bool,
    colours: Any,
) -> int:
    """Draw a pathway as an SVG picture, with progress if credentials are given."""
    from vcwallet.errors import VcwalletError
    from vcwallet.pathways import draw
    from vcwallet.pathways.columns import FOLD_ABOVE
    from vcwallet.terminal.files import put_out
    from vcwallet.terminal.refusals import refuse

    try:
        pathway = _pathway(pathway_file)
    except VcwalletError as error:
        return refuse(pathway_file, error)
    progress = None
    if inputs or confirmed:
        progress = _evaluated(pathway, inputs, online, moment, recipient, known_issuers, confirmed)
    fold_above = len(pathway.steps) if unfolded else FOLD_ABOVE
    picture = draw(pathway, progress, languages=languages, scheme=colours, fold_above=fold_above)
    put_out(picture.encode(), output)
    return _GOOD


def _title(pathway: "Pathway", languages: tuple[str, ...] = ()) -> str:
    return pathway.name.in_language(*languages) or pathway.id


def _print(text: str) -> None:
    """Text for programs as it is; on a terminal with the characters escaped that could control one."""
    if sys.stdout.isatty():
        text = "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)
    sys.stdout.write(text + "\n")
