"""The report about a credential or a presentation as lines for people: the verdict, what was found, what to do.

The words for verdicts, outcomes and checks are here; the findings themselves are the report's own sentences.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.errors import Problem
from vcwallet.report import CONFIRMED_NOW, Check, Outcome, PresentationReport, Verdict, VerificationReport
from vcwallet.terminal.printable_text import printable, quoted
from vcwallet.terminal.refusals import hint_of
from vcwallet.terminal.screen import Part, Screen

# A schema can find hundreds of faults, and a CLR can hold hundreds of badges; `--json` has them all.
_MAX_PROBLEMS: Final = 8
_MAX_NESTED: Final = 20
# Enough for a DID of an ordinary key; a did:jwk of an RSA key has a thousand characters.
_MAX_IDENTIFIER: Final = 300

_INDENT: Final = 2
_FACT_COLUMN: Final = 14
# Where findings begin, to the right of mark, word and name of the check.
_FINDING_OFFSET: Final = 25

_VERDICTS: Final[Mapping[Verdict, tuple[str, str, str]]] = {
    "valid": ("✓ VALID", "bold green", ""),
    "invalid": ("✗ NOT VALID", "bold red", "Something is wrong with it: see what is marked as failed."),
    "malformed": (
        "✗ MALFORMED",
        "bold red",
        "It is not put together as a credential must be: see what is marked as failed.",
    ),
    "indeterminate": (
        "? UNDECIDED",
        "bold yellow",
        "Nothing was found to be wrong, but not everything could be checked: see what is marked as unknown.",
    ),
}
_OUTCOMES: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.PASSED: ("✓ passed", "green"),
    Outcome.FAILED: ("✗ failed", "bold red"),
    Outcome.UNKNOWN: ("? unknown", "bold yellow"),
    Outcome.SKIPPED: ("– skipped", "dim"),
}
_CHECKS: Final[Mapping[str, str]] = {
    "structure": "Form",
    "context": "Terms",
    "proof": "Signature",
    "issuer": "Issuer's key",
    "schema": "Schema",
    "period": "Dates",
    "status": "Withdrawal",
    "nested": "Embedded",
    "recipient": "Recipient",
    "holder": "Presenter",
    "trust": "Trust",
    "credentials": "Credentials",
}


def show_report(screen: Screen, report: VerificationReport, source: str) -> None:
    """Everything that a reader wants to know about one credential."""
    screen.line(*_headline(report), column=_INDENT)
    meaning = _VERDICTS[report.verdict][2] or _meaning_of_valid(report)
    screen.line(meaning, indent=_INDENT)
    screen.blank()
    _show_facts(screen, report, source)
    screen.blank()
    for check in report.checks:
        if check.outcome is not Outcome.SKIPPED:
            _show_check(screen, check, _INDENT)
        elif check.notes:
            _show_problems(screen, check.notes, (("! note".ljust(11), "yellow"), f"{_CHECKS[check.name]:<12}"), _INDENT)
    _show_skipped(screen, report.checks)
    _show_nested(screen, report.nested)


def show_presentation_report(screen: Screen, report: PresentationReport, source: str) -> None:
    """Everything about a presentation: who presents, to whom, and a few lines for each credential."""
    word, style, meaning = _VERDICTS[report.verdict]
    what = f"presentation of {_count(len(report.credentials), 'credential')}"
    screen.line((word, style), " · ", (what if report.presentation else "no presentation could be read", "bold"))
    signed = "The presenter named below signed exactly this, and every credential in it is valid."
    screen.line(meaning or f"{signed} Whether to trust their issuers is for you to decide.", indent=_INDENT)
    screen.blank()

    def fact(label: str, *parts: Part) -> None:
        screen.line(*parts, label=((label, "dim"),), indent=_INDENT, column=_FACT_COLUMN)

    fact("source", source)
    if report.presenter_id is not None:
        fact("presenter", printable(report.presenter_id, limit=_MAX_IDENTIFIER))
    elif report.presentation is not None and report.presentation.holder_id is not None:
        fact("says it is by", printable(report.presentation.holder_id, limit=_MAX_IDENTIFIER))
    if report.securing:
        fact("secured by", printable(report.securing, limit=_MAX_IDENTIFIER))
    fact("checked for", _moment(report.at))
    screen.blank()
    for check in report.checks:
        if check.outcome is not Outcome.SKIPPED:
            _show_check(screen, check, _INDENT)
    _show_skipped(screen, report.checks)
    for number, credential in enumerate(report.credentials[:_MAX_NESTED], 1):
        screen.blank()
        show_brief(screen, credential, f"credential {number} of {len(report.credentials)}", indent=_INDENT)
        holder = credential.check("holder")
        if holder.outcome is Outcome.PASSED or holder.notes:
            _show_check(screen, holder, _INDENT * 2)
        _show_nested(screen, credential.nested, _INDENT * 2)
    if len(report.credentials) > _MAX_NESTED:
        screen.line(f"… and {len(report.credentials) - _MAX_NESTED} more; --json lists them all", indent=_INDENT)


def show_brief(screen: Screen, report: VerificationReport, source: str, *, indent: int = 0) -> None:
    """One line for a valid credential; for any other also what stands in its way."""
    notes = f" · {_count(len(report.notes), 'note')}" if report.notes else ""
    screen.line(*_headline(report), notes, f" · {source}", indent=indent, column=indent + _INDENT)
    for check in report.checks:
        if check.required and check.outcome in (Outcome.FAILED, Outcome.UNKNOWN):
            _show_check(screen, check, indent + _INDENT)


def show_summary(screen: Screen, verdicts: Iterable[Verdict]) -> None:
    """How many there were of each."""
    counted = list(verdicts)
    words = {"valid": "valid", "invalid": "not valid", "malformed": "malformed", "indeterminate": "undecided"}
    found = [f"{counted.count(verdict)} {word}" for verdict, word in words.items() if verdict in counted]
    screen.blank()
    screen.line((f"{len(counted)} checked: {', '.join(found)}", "bold"))


def _headline(report: VerificationReport) -> list[Part]:
    word, style, _ = _VERDICTS[report.verdict]
    return [(word, style), " · ", (_title(report.credential), "bold"), *_by_whom(report)]


def _title(credential: Credential | Assertion | SdJwtVc | None) -> str:
    if credential is None:
        return "no credential could be read"
    if isinstance(credential, SdJwtVc):
        return f"SD-JWT VC of type {quoted(credential.vct or '')}"
    return quoted(credential.name) if credential.name else f"{credential.kind} without a name"


def _by_whom(report: VerificationReport) -> list[Part]:
    """The issuer, and whether that is known or only said."""
    credential = report.credential
    if credential is None or credential.issuer_id is None:
        return []
    issuer = quoted(credential.issuer_name) if credential.issuer_name else printable(credential.issuer_id, limit=80)
    return [" · issued by " if _is_proven(report) else " · says it was issued by ", issuer]


def _is_proven(report: VerificationReport) -> bool:
    passed = {check.name for check in report.checks if check.outcome is Outcome.PASSED}
    return {"proof", "issuer"} <= passed


def _meaning_of_valid(report: VerificationReport) -> str:
    """What a valid credential shows, and what it does not: a name in it is only what the issuer calls itself."""
    trust = next((check for check in report.checks if check.name == "trust"), None)
    did = "publishes" if report.securing.endswith(" hosted") else "signed"
    signed = f"The issuer named below {did} exactly this, and nothing speaks against it."
    if trust is not None and trust.outcome is Outcome.PASSED:
        return signed
    return f"{signed} Whether to trust this issuer is for you to decide."


def _show_facts(screen: Screen, report: VerificationReport, source: str) -> None:
    def fact(label: str, *parts: Part) -> None:
        screen.line(*parts, label=((label, "dim"),), indent=_INDENT, column=_FACT_COLUMN)

    fact("source", source)
    credential = report.credential
    if credential is not None:
        if not _is_proven(report):
            screen.line(("This is what it says; nothing shows that it is true:", "dim"), indent=_INDENT)
        fact("kind", credential.kind)
        if credential.issuer_id is not None:
            fact("issuer", printable(credential.issuer_id, limit=_MAX_IDENTIFIER))
        if credential.subject_id is not None:
            fact("recipient", printable(credential.subject_id, limit=_MAX_IDENTIFIER))
        fact("valid", _period(credential))
    if report.securing:
        fact("secured by", printable(report.securing, limit=_MAX_IDENTIFIER))
    fact("checked for", _moment(report.at))


def _period(credential: Credential | Assertion | SdJwtVc) -> str:
    begin = f"from {_moment(credential.valid_from)}" if credential.valid_from else "from no stated time"
    return (
        f"{begin} until {_moment(credential.valid_until)}" if credential.valid_until else f"{begin}, with no stated end"
    )


def _moment(moment: datetime) -> str:
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar, in another zone
        return moment.isoformat(sep=" ")
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment.second == 0 else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _show_check(screen: Screen, check: Check, indent: int) -> None:
    word, style = _OUTCOMES[check.outcome]
    label = ((f"{word:<11}", style), f"{_CHECKS.get(check.name, check.name):<12}")
    column = indent + _FINDING_OFFSET
    if check.outcome in (Outcome.PASSED, Outcome.SKIPPED):
        is_old = check.outcome is Outcome.PASSED and check.confirmation != CONFIRMED_NOW
        how_fresh = f" ({check.confirmation})" if is_old else ""
        screen.line(check.message, how_fresh, label=label, indent=indent, column=column)
    else:
        problems = check.problems or (Problem(check.code, check.message, check.pointer, check.hint),)
        _show_problems(screen, problems, label, indent)
        if not check.required:
            screen.line("(this does not change the verdict)", indent=column)
    if check.notes:
        _show_problems(screen, check.notes, (("! note", "yellow"),), indent)


def _show_problems(screen: Screen, problems: tuple[Problem, ...], label: tuple[Part, ...], indent: int) -> None:
    """What was found and where, then once each what to do about it."""
    column = indent + _FINDING_OFFSET
    shown = problems[:_MAX_PROBLEMS]
    for number, problem in enumerate(shown):
        place = f" (at {problem.pointer})" if problem.pointer else ""
        code: Part = (f" [{problem.code}]", "dim")
        screen.line(problem.message, place, code, label=label if number == 0 else (), indent=indent, column=column)
    if len(problems) > len(shown):
        screen.line(f"… and {len(problems) - len(shown)} more; --json lists them all", indent=column)
    for hint in dict.fromkeys(hint_of(problem) for problem in shown):
        if hint:
            screen.line(hint, label=("→ ",), indent=column, column=column + len("→ "))


def _show_skipped(screen: Screen, checks: tuple[Check, ...]) -> None:
    """One sentence about everything that was not asked, by reason."""
    reasons: dict[str, list[str]] = {}
    for check in checks:
        if check.outcome is Outcome.SKIPPED:
            reasons.setdefault(_why_skipped(check), []).append(_CHECKS.get(check.name, check.name).lower())
    if reasons:
        sentence = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in reasons.items())
        screen.line(("– not checked: " + sentence, "dim"), indent=_INDENT, column=_INDENT + len("– "))


def _why_skipped(check: Check) -> str:
    if check.code.endswith("_absent"):
        return "nothing there to check"
    return "not asked for" if check.code.endswith("_not_asked") else check.message


def _show_nested(screen: Screen, nested: Mapping[str, VerificationReport], indent: int = _INDENT) -> None:
    """The credentials inside: those that are not valid first, because they are what a reader has to look at."""
    if not nested:
        return
    screen.blank()
    screen.line((f"{_count(len(nested), 'credential')} inside:", "bold"), indent=indent)
    ordered = sorted(nested.items(), key=lambda item: bool(item[1]))
    for pointer, report in ordered[:_MAX_NESTED]:
        show_brief(screen, report, pointer, indent=indent)
        if report.nested:
            _show_nested(screen, report.nested, indent + _INDENT)
    if len(ordered) > _MAX_NESTED:
        rest = [report for _, report in ordered[_MAX_NESTED:]]
        valid = sum(map(bool, rest))
        screen.line(f"… and {len(rest)} more, {valid} of them valid; --json lists them all", indent=indent)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
