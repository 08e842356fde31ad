"""The four answers to a question, each as a `Check`: passed, failed, unknown and skipped."""

from vcwallet.errors import Malformed, Problem, Undecided, VcwalletError
from vcwallet.report import NEVER_CONFIRMED, Check, Outcome


def passed(name: str, code: str, message: str, *, pointer: str = "", notes: tuple[Problem, ...] = ()) -> Check:
    """Asked, and answered well."""
    return Check(name, Outcome.PASSED, code, message, pointer, notes=notes, required=True)


def failed(name: str, problems: tuple[Problem, ...], *, malformed: bool = False) -> Check:
    """Asked, and certainly not well: what was found, the first of it in front."""
    first = problems[0]
    return Check(
        name,
        Outcome.FAILED,
        first.code,
        first.message,
        first.pointer,
        first.hint,
        problems=problems,
        malformed=malformed,
    )


def unknown(name: str, *problems: Problem) -> Check:
    """Asked, and not to be answered here and now."""
    first = problems[0]
    return Check(
        name,
        Outcome.UNKNOWN,
        first.code,
        first.message,
        first.pointer,
        first.hint,
        problems=problems,
        confirmation=NEVER_CONFIRMED,
    )


def skipped(name: str, code: str, message: str) -> Check:
    """Not asked."""
    return Check(name, Outcome.SKIPPED, code, message, confirmation="")


def from_error(name: str, error: VcwalletError) -> Check:
    """The check that an error amounts to: its class says how bad it is."""
    if isinstance(error, Undecided):
        return unknown(name, error.problem)
    return failed(name, (error.problem,), malformed=isinstance(error, Malformed))
