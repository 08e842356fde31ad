"""What a verification found: one check after the other, a verdict, and the credential or presentation behind it.

A report never hides an unanswered question: passed, failed, unknown and skipped are four answers. It is true only when
the verdict is "valid", and only `require_verified()` hands the credential on as verified.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Literal

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.errors import NotVerified, Problem
from vcwallet.fetching.evidence import Evidence, EvidenceItem
from vcwallet.wire.timestamps import format_timestamp

Verdict = Literal["valid", "invalid", "malformed", "indeterminate"]

# A report names problems by URI, as RFC 9457 wants (3.1.1); docs/reference/codes.md explains each code.
PROBLEM_TYPE_PREFIX = "urn:vcwallet:problem:"


CONFIRMED_NOW = "confirmed now"
NEVER_CONFIRMED = "never"


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was asked of the credential, and its answer.

    `code` is a stable name of the answer; `message` says it in a sentence; `pointer` is where (RFC 6901); `hint` says what
    to do next. `required` tells whether the answer counts for the verdict: the policy asks for it and the credential
    gives it something to check. `malformed` tells a failure of form from a failure of substance. `problems` has all that
    was found when there was more than one; `notes` are warnings that do not change the answer. `confirmation` is how fresh
    the answer is: "confirmed now", "last confirmed on …" when it rests on recorded evidence, "never"; "" if not asked.
    """

    name: str
    outcome: Outcome
    code: str
    message: str
    pointer: str = ""
    hint: str = ""
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    required: bool = False
    malformed: bool = False
    confirmation: str = CONFIRMED_NOW

    def __reduce__(self) -> tuple[Any, ...]:
        # Reports of batches travel between processes, eleven checks in each: by default that takes twice as long.
        return Check, _MEMBERS_OF_CHECK(self)


_MEMBERS_OF_CHECK = attrgetter(*(member.name for member in fields(Check)))


class _Answers:
    """What every report has: checks, and what follows from them."""

    __slots__ = ()

    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """Malformed and invalid beat indeterminate, indeterminate beats valid; nothing checked is never valid."""
        return decide(self.checks)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Every warning that does not change the verdict, in the order of the checks."""
        return tuple(note for check in self.checks for note in check.notes)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that stands between what was verified and the verdict "valid"."""
        return tuple(
            problem
            for check in self.checks
            if check.required and check.outcome in (Outcome.FAILED, Outcome.UNKNOWN)
            for problem in check.problems or (Problem(check.code, check.message, check.pointer, check.hint),)
        )

    def __bool__(self) -> bool:
        return self.verdict == "valid"

    def check(self, name: str) -> Check:
        """The check of that name. Raises `KeyError` when there is none."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    def to_json(self) -> str:
        """The report as JSON text: the same report gives the same text, on every machine."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, in the shape that docs/reference/report.md describes."""
        raise NotImplementedError

    def _refuse_unless_valid(self, what: str) -> None:
        if self.verdict != "valid":
            first = next(iter(self.problems), Problem("not_verified", f"the {what} was not verified"))
            message = f"the {what} is {self.verdict}: {first.message}"
            raise NotVerified(first.code, message, pointer=first.pointer, hint=first.hint)


@dataclass(frozen=True, slots=True)
class VerificationReport(_Answers):
    """The answer of `verify()`. True only when the verdict is "valid".

    - `checks`: every check in the order it was made.
    - `credential`: what the document says, whether or not anything of it is true; None when there was none to read. An
      `Assertion` when it is a badge of Open Badges 2.0 or older, an `SdJwtVc` when it is a token of that kind.
    - `nested`: reports of embedded credentials and endorsements, by JSON pointer.
    - `at`: the time that dates were compared with.
    - `securing`: how the credential is secured, for example "eddsa-rdfc-2022" or "VC-JWT ES256"; "" when that is unknown.
    - `evidence`: what was used from outside, for `verify(data, evidence=…)` on another day. Nested reports have none of
      their own: it is all in the outermost.
    """

    checks: tuple[Check, ...]
    at: datetime
    credential: Credential | Assertion | SdJwtVc | None = None
    securing: str = ""
    nested: Mapping[str, "VerificationReport"] = field(default_factory=dict)
    evidence: Evidence = field(default=Evidence(), repr=False)

    def require_verified(self) -> Credential | Assertion | SdJwtVc:
        """The credential, now that it is verified. Raises `NotVerified` unless the verdict is "valid"."""
        self._refuse_unless_valid("credential")
        if self.credential is None:
            raise NotVerified("not_verified", "there is no credential in this report")
        return self.credential

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, in the shape that docs/reference/report.md describes."""
        return {
            "verdict": self.verdict,
            "at": format_timestamp(self.at.astimezone(UTC)),
            "securing": self.securing,
            "credential": _summary(self.credential),
            "checks": [_check(check) for check in self.checks],
            "notes": [_problem(note) for note in self.notes],
            "nested": {pointer: report.to_dict() for pointer, report in self.nested.items()},
            "evidence": [_evidence(item) for item in self.evidence.items],
        }

    def __reduce__(self) -> tuple[Any, ...]:
        # A mapping proxy cannot be pickled, and batches send reports between processes.
        return (
            VerificationReport,
            (self.checks, self.at, self.credential, self.securing, dict(self.nested), self.evidence),
        )

    def __post_init__(self) -> None:
        object.__setattr__(self, "nested", MappingProxyType(dict(self.nested)))


@dataclass(frozen=True, slots=True)
class PresentationReport(_Answers):
    """The answer of `verify_presentation()`. True only when the verdict is "valid": of the presentation and of all in it.

    - `checks`: every check of the presentation itself, in the order it was made.
    - `presentation`: what the document says, whether or not anything of it is true; None when there was none to read.
    - `presenter_id`: who signed the presentation, by the key; None unless that is proven.
    - `credentials`: the report of each credential in it, in their order. Their pointers are into the credential.
    - `at`, `securing`, `evidence`: as in `VerificationReport`.
    """

    checks: tuple[Check, ...]
    at: datetime
    presentation: Presentation | None = None
    presenter_id: str | None = None
    securing: str = ""
    credentials: tuple[VerificationReport, ...] = ()
    evidence: Evidence = field(default=Evidence(), repr=False)

    def require_verified(self) -> Presentation:
        """The presentation, now that it is verified. Raises `NotVerified` unless the verdict is "valid"."""
        self._refuse_unless_valid("presentation")
        if self.presentation is None:
            raise NotVerified("not_verified", "there is no presentation in this report")
        return self.presentation

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values, in the shape that docs/reference/report.md describes."""
        return {
            "verdict": self.verdict,
            "at": format_timestamp(self.at.astimezone(UTC)),
            "securing": self.securing,
            "presentation": _presentation_summary(self.presentation),
            "presenter": {"id": self.presenter_id},
            "checks": [_check(check) for check in self.checks],
            "notes": [_problem(note) for note in self.notes],
            "credentials": [report.to_dict() for report in self.credentials],
            "evidence": [_evidence(item) for item in self.evidence.items],
        }


def decide(checks: Iterable[Check]) -> Verdict:
    """The verdict that follows from checks: valid only if every required check passed, and the proof was one of them."""
    required = [check for check in checks if check.required]
    failed = [check for check in required if check.outcome is Outcome.FAILED]
    if any(check.malformed for check in failed):
        return "malformed"
    if failed:
        return "invalid"
    passed = {check.name for check in required if check.outcome is Outcome.PASSED}
    if "proof" in passed and len(passed) == len(required):
        return "valid"
    return "indeterminate"


def _summary(credential: Credential | Assertion | SdJwtVc | None) -> dict[str, Any] | None:
    if credential is None:
        return None
    moments = {"validFrom": credential.valid_from, "validUntil": credential.valid_until}
    return {
        "id": credential.id,
        "type": list(credential.types),
        "name": credential.name,
        "issuer": {"id": credential.issuer_id, "name": credential.issuer_name},
        "subject": {"id": credential.subject_id},
        **{name: format_timestamp(moment) if moment else None for name, moment in moments.items()},
    }


def _presentation_summary(presentation: Presentation | None) -> dict[str, Any] | None:
    if presentation is None:
        return None
    return {"id": presentation.id, "type": list(presentation.types), "holder": {"id": presentation.holder_id}}


def _evidence(item: EvidenceItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "url": item.url,
        "name": item.name,
        "sha256": item.sha256,
        "at": format_timestamp(item.at),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": check.outcome.value,
        "required": check.required,
        "confirmation": check.confirmation,
        **_problem(Problem(check.code, check.message, check.pointer, check.hint)),
        "notes": [_problem(note) for note in check.notes],
        "problems": [_problem(problem) for problem in check.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    """RFC 9457 names (`type`, `detail`) with our own members `code`, `pointer` and `hint` beside them."""
    return {
        "type": PROBLEM_TYPE_PREFIX + problem.code,
        "code": problem.code,
        "detail": problem.message,
        "pointer": problem.pointer,
        "hint": problem.hint,
    }
