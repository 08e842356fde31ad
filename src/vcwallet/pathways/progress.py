"""How far a learner came on a pathway: exact fractions, the state of every step, and the reasons.

`evaluate` takes values and a time and touches nothing else, so that whoever has the pathway and the same verified
credentials computes the same progress. The rules:

- a badge, an alignment, a score or a confirmation is there or not: 1 or 0;
- a step inside a requirement counts with its own fraction; `NOf(k, …)` is the mean of the k largest fractions in it;
- a step without a requirement of its own is the mean of its prerequisites;
- whoever holds the milestone of a step, issued by the organisation, has completed it;
- where prerequisites are enforced, a step whose prerequisites are not all complete counts 0; otherwise they are advice.

A step is complete if and only if its fraction is 1. Beside each fraction goes a timeline (`timeline.py`), from which
follows since when a step is complete, and whether one that is not once was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from vcwallet.errors import Problem
from vcwallet.pathways.holdings import (
    CountingPolicy,
    HeldCredential,
    Standing,
    is_issued_by_organisation,
    stand,
)
from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.requirement import Achievement, Alignment, Manual, NOf, Requirement, Score, StepDone
from vcwallet.pathways.scores import read_score
from vcwallet.pathways.timeline import NEVER, Period, Timeline, any_time, at_least, lasts, since, until
from vcwallet.wire.timestamps import format_timestamp

_PERCENT: Final = 100


class StepState(StrEnum):
    """What a learner wants to know about a step first."""

    LOCKED = "locked"
    AVAILABLE = "available"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one requirement; `of` has the same for the requirements inside a choice.

    `counting` are the keys of credentials that meet it; `not_counting` those that would, each with the reason.
    """

    requirement: Requirement
    fraction: Fraction
    timeline: Timeline = field(repr=False)
    counting: tuple[str, ...] = ()
    not_counting: tuple[tuple[str, Problem], ...] = ()
    of: tuple["Finding", ...] = ()

    @property
    def is_met(self) -> bool:
        return self.fraction == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """Where a learner stands with one step.

    - `done`, `needed`: how many of the things that it asks for are complete, of how many.
    - `completed_at`: since when it is complete; `lapsed_at`: until when it was, if it no longer is.
    - `open_prerequisites`: prerequisites that are not complete; they lock the step only where the pathway enforces them.
    - `finding`: what was found about its requirement; None when it has none of its own.
    - `milestone`: the key of the credential whose milestone completes the step.
    """

    step_id: str
    state: StepState
    fraction: Fraction
    done: int
    needed: int
    completed_at: datetime | None = None
    lapsed_at: datetime | None = None
    open_prerequisites: tuple[str, ...] = ()
    finding: Finding | None = None
    milestone: str | None = None
    reasons: tuple[Problem, ...] = ()
    timeline: Timeline = field(default=NEVER, repr=False)

    @property
    def is_complete(self) -> bool:
        return self.fraction == 1

    @property
    def percent(self) -> int:
        """Rounded down, so that only a complete step shows 100."""
        return int(self.fraction * _PERCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayProgress:
    """Where a learner stands with a pathway: the fraction is that of its destination."""

    pathway: Pathway = field(repr=False)
    at: datetime
    steps: Mapping[str, StepProgress]

    @property
    def fraction(self) -> Fraction:
        return self.steps[self.pathway.destination].fraction

    @property
    def percent(self) -> int:
        """Rounded down, so that only a complete pathway shows 100."""
        return self.steps[self.pathway.destination].percent

    @property
    def is_complete(self) -> bool:
        return self.fraction == 1

    @property
    def completed(self) -> tuple[str, ...]:
        """The ids of the complete steps, in the order of the pathway."""
        return tuple(step.id for step in self.pathway.steps if self.steps[step.id].is_complete)

    def to_dict(self) -> dict[str, Any]:
        """The progress as JSON values, in the shape that docs/reference/pathways.md describes."""
        return {
            "pathway": self.pathway.id,
            "version": self.pathway.version,
            "at": format_timestamp(self.at.astimezone(UTC)),
            "percent": self.percent,
            "fraction": _fraction(self.fraction),
            "complete": self.is_complete,
            "steps": [_step(self.steps[step.id]) for step in self.pathway.steps],
        }


def evaluate(
    pathway: Pathway,
    credentials: Iterable[HeldCredential],
    *,
    at: datetime,
    policy: CountingPolicy | None = None,
    confirmed: Mapping[str, datetime] | None = None,
) -> PathwayProgress:
    """Where a learner stands who holds these credentials, at a time.

    `confirmed` are the keys of `Manual` requirements that somebody confirmed, with the moment of it. The order of the
    credentials does not matter, and one that is given twice counts once.

    Raises `ValueError` for an `at` without a time zone, and Refused pathway_cycle or step_unknown for a pathway that
    `rules.pathway_problems` would refuse for these.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    holdings = _Holdings(pathway, credentials, at, policy or CountingPolicy(), confirmed or {})
    found: dict[str, StepProgress] = {}
    for step in pathway.in_order():
        found[step.id] = _progress(step, found, holdings)
    return PathwayProgress(pathway=pathway, at=at, steps={step.id: found[step.id] for step in pathway.steps})


class _Holdings:
    """Everything that can meet a requirement, found by what it may meet."""

    def __init__(
        self,
        pathway: Pathway,
        credentials: Iterable[HeldCredential],
        at: datetime,
        policy: CountingPolicy,
        confirmed: Mapping[str, datetime],
    ) -> None:
        self.pathway = pathway
        self.at = at
        self.by_achievement: dict[str, list[Standing]] = {}
        self.by_alignment: dict[str, list[Standing]] = {}
        self.confirmed = {key: (Period(moment),) for key, moment in confirmed.items() if moment <= at}
        for held in sorted(dict.fromkeys(credentials), key=lambda held: (held.key, held.name)):
            standing = stand(held, pathway, at=at, policy=policy)
            for achievement in held.achievement_ids:
                self.by_achievement.setdefault(achievement, []).append(standing)
            for target in held.alignments:
                self.by_alignment.setdefault(target, []).append(standing)

    def of_achievements(self, ids: Iterable[str], issuers: tuple[str, ...]) -> list[Standing]:
        found = dict.fromkeys(id_ for id_ in ids)
        standings = {id(entry): entry for id_ in found for entry in self.by_achievement.get(id_, ())}
        return [_by_issuers(entry, issuers) for entry in standings.values()]


def _by_issuers(standing: Standing, issuers: tuple[str, ...]) -> Standing:
    if not issuers or standing.held.issuer_id in issuers:
        return standing
    message = f"“{standing.held.name}” was issued by somebody from whom this step does not accept it"
    return Standing(standing.held, NEVER, Problem("badge_issuer_not_accepted", message))


# --- steps -------------------------------------------------------------------------------------------------------------


def _progress(step: Step, earlier: Mapping[str, StepProgress], holdings: _Holdings) -> StepProgress:
    own = _find(step.requires, earlier, holdings) if step.requires is not None else None
    before = [earlier[needed] for needed in step.prerequisites]
    if own is not None:
        fraction, timeline = own.fraction, own.timeline
    else:
        fraction = _mean([entry.fraction for entry in before])
        timeline = at_least(len(before), [entry.timeline for entry in before]) if before else NEVER
    done, needed = _count(own, before)

    milestone = _milestone(step, holdings)
    if milestone is not None:
        timeline = any_time([timeline, milestone.timeline])
        if milestone.counts:
            fraction, done = Fraction(1), needed

    open_prerequisites = tuple(entry.step_id for entry in before if not entry.is_complete)
    is_locked = holdings.pathway.enforce_prerequisites and bool(open_prerequisites)
    if holdings.pathway.enforce_prerequisites and before:
        timeline = at_least(2, [timeline, at_least(len(before), [entry.timeline for entry in before])])
    if is_locked:
        fraction, done = Fraction(0), 0
        own = _waiting(own, open_prerequisites) if own is not None else None
    state = _state(fraction, timeline, is_locked=is_locked)
    return StepProgress(
        step_id=step.id,
        state=state,
        fraction=fraction,
        done=done,
        needed=needed,
        completed_at=since(timeline),
        lapsed_at=_lapsed_at(timeline, holdings.at) if state is StepState.LAPSED else None,
        open_prerequisites=open_prerequisites,
        finding=own,
        milestone=milestone.held.key if milestone is not None and milestone.counts and not is_locked else None,
        reasons=_reasons(own, milestone),
        timeline=timeline,
    )


def _state(fraction: Fraction, timeline: Timeline, *, is_locked: bool) -> StepState:
    if fraction == 1:
        return StepState.COMPLETED
    if timeline and not lasts(timeline):
        return StepState.LAPSED
    if is_locked:
        return StepState.LOCKED
    return StepState.IN_PROGRESS if fraction else StepState.AVAILABLE


def _lapsed_at(timeline: Timeline, at: datetime) -> datetime | None:
    """Until when it was complete; None when the issuer who withdrew something did not say when."""
    end = until(timeline)
    return end if end != at else None


def _milestone(step: Step, holdings: _Holdings) -> Standing | None:
    """The milestone of the step, if the learner holds or held it: rather one that counts, then the oldest.

    Only the organisation can award its milestones, whatever else the pathway counts. A reward follows from the step.
    """
    if step.milestone is None:
        return None
    standings = [
        standing
        for standing in holdings.of_achievements([step.milestone], ())
        if not standing.held.is_reward and is_issued_by_organisation(standing.held, holdings.pathway)
    ]
    if not standings:
        return None
    best = next((standing for standing in standings if standing.counts), standings[0])
    return Standing(best.held, any_time([standing.timeline for standing in standings]), best.reason)


def _count(own: Finding | None, before: list[StepProgress]) -> tuple[int, int]:
    if own is None:
        return sum(entry.is_complete for entry in before), len(before)
    if isinstance(own.requirement, NOf):
        number = own.requirement.number
        return min(sum(finding.is_met for finding in own.of), number), number
    return int(own.is_met), 1


# --- requirements --------------------------------------------------------------------------------------------------------


def _find(requirement: Requirement, earlier: Mapping[str, StepProgress], holdings: _Holdings) -> Finding:
    match requirement:
        case Achievement(ids, issuers):
            return _met_by(requirement, holdings.of_achievements(ids, issuers))
        case Alignment(target):
            return _met_by(requirement, holdings.by_alignment.get(target, []))
        case Score(achievement, description, minimum, issuers):
            standings = holdings.of_achievements([achievement], issuers)
            return _met_by(requirement, [_scored(entry, description, minimum) for entry in standings])
        case StepDone(step_id):
            step = earlier[step_id]
            return Finding(requirement, step.fraction, step.timeline)
        case Manual(key):
            timeline = holdings.confirmed.get(key, NEVER)
            return Finding(requirement, Fraction(lasts(timeline)), timeline)
        case NOf(number, of):
            findings = tuple(_find(item, earlier, holdings) for item in of)
            largest = sorted((finding.fraction for finding in findings), reverse=True)[:number]
            timeline = at_least(number, [finding.timeline for finding in findings])
            return Finding(requirement, _mean(largest), timeline, of=findings)


def _met_by(requirement: Requirement, standings: list[Standing]) -> Finding:
    counting = tuple(standing.held.key for standing in standings if standing.counts)
    others = tuple((standing.held.key, standing.reason) for standing in standings if standing.reason is not None)
    timeline = any_time([standing.timeline for standing in standings])
    return Finding(requirement, Fraction(bool(counting)), timeline, tuple(dict.fromkeys(counting)), others)


def _scored(standing: Standing, description: str, minimum: Decimal) -> Standing:
    values = [value for name, value in standing.held.results if name == description]
    scores = [score for score in map(read_score, values) if score is not None]
    best = max(scores, default=None)
    if best is not None and best >= minimum:
        return standing
    if standing.reason is not None:
        return Standing(standing.held, NEVER, standing.reason)
    if best is None:
        message = f"needs at least {_plain(minimum)}, and “{standing.held.name}” shows no such result"
        return Standing(standing.held, NEVER, Problem("score_missing", message))
    message = f"needs at least {_plain(minimum)}, yours is {_plain(best)}"
    return Standing(standing.held, NEVER, Problem("score_too_low", message))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _waiting(finding: Finding, open_prerequisites: tuple[str, ...]) -> Finding:
    """What was found about a locked step: what is held waits."""
    message = f"held, counts when {' and '.join(open_prerequisites)} is complete"
    problem = Problem("badge_waits_for_prerequisites", message)
    return replace(
        finding,
        fraction=Fraction(0),
        counting=(),
        not_counting=(*((key, problem) for key in finding.counting), *finding.not_counting),
        of=tuple(_waiting(inner, open_prerequisites) for inner in finding.of),
    )


def _reasons(own: Finding | None, milestone: Standing | None) -> tuple[Problem, ...]:
    """Why what the learner holds does not count, each reason once."""
    found: dict[Problem, None] = {}
    waiting = [own] if own is not None else []
    while waiting:
        finding = waiting.pop(0)
        if not finding.counting:
            found.update(dict.fromkeys(problem for _, problem in finding.not_counting))
        waiting.extend(finding.of)
    if milestone is not None and milestone.reason is not None:
        found[milestone.reason] = None
    return tuple(found)


def _mean(fractions: list[Fraction]) -> Fraction:
    return Fraction(sum(fractions), len(fractions)) if fractions else Fraction(0)


# --- JSON ----------------------------------------------------------------------------------------------------------------


def _step(progress: StepProgress) -> dict[str, Any]:
    moments = {"completedAt": progress.completed_at, "lapsedAt": progress.lapsed_at}
    return {
        "step": progress.step_id,
        "state": progress.state.value,
        "percent": progress.percent,
        "fraction": _fraction(progress.fraction),
        "done": progress.done,
        "needed": progress.needed,
        **{name: format_timestamp(moment) for name, moment in moments.items() if moment is not None},
        "first": list(progress.open_prerequisites),
        "because": list(credentials_behind(progress)),
        "reasons": [
            {"code": problem.code, "detail": problem.message, "hint": problem.hint} for problem in progress.reasons
        ],
    }


def credentials_behind(progress: StepProgress) -> tuple[str, ...]:
    """The keys of the credentials that count for a step, each once."""
    keys: dict[str, None] = {} if progress.milestone is None else {progress.milestone: None}
    waiting = [progress.finding] if progress.finding is not None else []
    while waiting:
        finding = waiting.pop(0)
        keys.update(dict.fromkeys(finding.counting))
        waiting.extend(finding.of)
    return tuple(keys)


def _fraction(fraction: Fraction) -> str:
    return f"{fraction.numerator}/{fraction.denominator}"
