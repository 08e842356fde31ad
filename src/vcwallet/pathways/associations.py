"""A pathway as associations between achievements, as CLR 2.0 records them beside credentials (`association`).

Associations join achievements, so only steps that stand for one have a place here: the milestone of a step, or else the
only achievement that it asks for. How many of several are needed is lost; CLR has no word for that.
"""

from collections.abc import Iterator

from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.requirement import Achievement, Score, StepDone, walk


def achievement_of(step: Step) -> str | None:
    """The achievement that a step stands for in a learner record; None when there is not exactly one."""
    if step.milestone is not None:
        return step.milestone
    match step.requires:
        case Achievement((only,)):
            return only
        case Score(achievement):
            return achievement
        case _:
            return None


def associations(pathway: Pathway) -> list[dict[str, str]]:
    """The `association` objects of CLR 2.0 (Association, B.5) that say what the pathway says about achievements.

    What a step requires, steps and badges alike, is a part of it: the step `isParentOf` that. A prerequisite `precedes`.
    """
    found = {_association(kind, source, target): None for kind, source, target in _pairs(pathway) if source != target}
    return [dict(entry) for entry in found]


def _pairs(pathway: Pathway) -> Iterator[tuple[str, str, str]]:
    for step in pathway.steps:
        own = achievement_of(step)
        if own is None:
            continue
        for _, requirement in walk(step.requires):
            match requirement:
                case StepDone(step_id):
                    part = achievement_of(pathway.step(step_id))
                    if part is not None:
                        yield "isParentOf", own, part
                case Achievement(ids):
                    for achievement in ids:
                        yield "isParentOf", own, achievement
                case Score(achievement):
                    yield "isParentOf", own, achievement
                case _:
                    pass
        for needed in step.prerequisites:
            before = achievement_of(pathway.step(needed))
            if before is not None:
                yield "precedes", before, own


def _association(kind: str, source: str, target: str) -> tuple[tuple[str, str], ...]:
    return (("type", "Association"), ("associationType", kind), ("sourceId", source), ("targetId", target))
