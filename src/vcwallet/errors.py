"""Every way in which vcwallet says no, and the shape in which it says it.

A verification ends in one of four verdicts, and three of them are bad news. Each kind of bad news is one class here,
so that a specialist that meets a fault decides, where it knows best, what the fault means:

    VcwalletError
    ├── Malformed      the input cannot be a document of its kind          → verdict "malformed"
    ├── Refused        the input is well formed, and certainly not right   → verdict "invalid"
    ├── Undecided      cannot be decided here and now                      → verdict "indeterminate"
    │   └── FetchFailed    because a document could not be had
    ├── NotVerified    raised by VerificationReport.require_verified()
    └── NotSigned      raised by issue() and present(): a document that must not be signed, and why, in full

Every error carries a stable machine-readable `code` (all are listed in docs/reference/codes.md), a message that says
what was expected and what came, the place as a JSON pointer, and, where there is one, a hint at what to do next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The longest sentences of ours, with three identifiers of 200 characters in them, are shorter.
MAX_MESSAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, without saying yet how bad that is.

    `code` is stable and machine readable; `pointer` is an RFC 6901 JSON pointer into the document ("" is the whole).
    """

    code: str
    message: str
    pointer: str = ""
    hint: str = ""

    def __post_init__(self) -> None:
        # Messages quote names and values of whoever wrote the document; here is an end to that, wherever they are made.
        if len(self.message) > MAX_MESSAGE:
            object.__setattr__(self, "message", self.message[:MAX_MESSAGE] + "…")


class VcwalletError(Exception):
    """The root of every error that vcwallet raises for something its input or the outside world did."""

    def __init__(self, code: str, message: str, *, pointer: str = "", hint: str = "") -> None:
        self.problem = Problem(code, message, pointer, hint)
        super().__init__(self.problem.message)

    @property
    def code(self) -> str:
        """The stable, machine-readable name of what went wrong."""
        return self.problem.code

    @property
    def pointer(self) -> str:
        """Where in the document, as an RFC 6901 JSON pointer; "" is the whole document."""
        return self.problem.pointer

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions with keyword-only arguments do not survive pickling by default, and batches cross processes.
        return (_rebuild, (type(self), self.problem))

    def __str__(self) -> str:
        place = f" (at {self.problem.pointer})" if self.problem.pointer else ""
        return f"{self.problem.message}{place} [{self.problem.code}]"

    def placed_under(self, prefix: str) -> "VcwalletError":
        """The same error for a reader who sees the document that this one is inside of, at `prefix`."""
        inner = self.problem
        return type(self)(inner.code, inner.message, pointer=prefix + inner.pointer, hint=inner.hint)

    @classmethod
    def from_problem(cls, problem: Problem) -> "VcwalletError":
        """The same problem, raised as this kind of error."""
        return cls(problem.code, problem.message, pointer=problem.pointer, hint=problem.hint)


def _rebuild(cls: type[VcwalletError], problem: Problem) -> VcwalletError:
    return cls.from_problem(problem)


class Malformed(VcwalletError):
    """The input cannot be a document of its kind: syntax, encoding, structure."""


class Refused(VcwalletError):
    """The input is well formed, and it is certain that it must not be accepted."""


class Undecided(VcwalletError):
    """Nothing was shown to be wrong, but something needed for an answer is missing, unsupported or over a limit."""


class FetchFailed(Undecided):
    """A document on the network could not be had: no fetcher, host unreachable, status, size or time."""


class NotVerified(VcwalletError):
    """A credential was asked for as verified, and its verdict is not "valid"."""


class NotSigned(VcwalletError):
    """A document must not be signed as it is. `problems` has everything that was found wrong with it.

    `code`, `pointer` and message are those of the first problem; `str()` lists all of them.
    """

    problems: tuple[Problem, ...] = ()

    @classmethod
    def because(cls, problems: Sequence[Problem]) -> "NotSigned":
        """The error for these problems, of which there must be one at least."""
        first = problems[0]
        error = cls(first.code, first.message, pointer=first.pointer, hint=first.hint)
        error.problems = tuple(problems)
        return error

    def __reduce__(self) -> tuple[object, ...]:
        return (NotSigned.because, (self.problems or (self.problem,),))

    def __str__(self) -> str:
        problems = self.problems or (self.problem,)
        lines = [f"{found.message} (at {found.pointer or 'the whole'}) [{found.code}]" for found in problems]
        count = "one problem" if len(lines) == 1 else f"{len(lines)} problems"
        return "\n  ".join([f"not signed, because of {count}:", *lines])
