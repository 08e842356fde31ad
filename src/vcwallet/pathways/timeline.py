"""When something was so: periods of time, and what follows when several things have to be so at once.

A `Timeline` is what a badge, a requirement or a step looks like over time: disjoint periods in order, each from a moment
on and up to, but not including, another; the last may have no end. From timelines follows since when a step is
complete, and whether it ever was. Nothing here knows of pathways.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

# Of a thing that came and went more often than this, the oldest periods are forgotten: they change nothing that is so
# today, and without a limit a long pathway with many expired badges would cost the product of both.
MAX_PERIODS: Final = 32


class Period(NamedTuple):
    """From `begin` up to `end`; None is a period that lasts."""

    begin: datetime
    end: datetime | None = None


Timeline: TypeAlias = tuple[Period, ...]

NEVER: Final[Timeline] = ()


def lasts(timeline: Timeline) -> bool:
    """Whether it is so today."""
    return bool(timeline) and timeline[-1].end is None


def since(timeline: Timeline) -> datetime | None:
    """Since when it is so; None when it is not."""
    return timeline[-1].begin if lasts(timeline) else None


def until(timeline: Timeline) -> datetime | None:
    """Until when it was so; None when it is so today, or never was."""
    return timeline[-1].end if timeline else None


def any_time(timelines: Iterable[Timeline]) -> Timeline:
    """When at least one of them is so."""
    return at_least(1, list(timelines))


def at_least(number: int, timelines: Sequence[Timeline]) -> Timeline:
    """When at least `number` of them are so at once."""
    if number > len(timelines):
        return NEVER
    if number == 1 == len(timelines):
        return timelines[0]
    if all(len(timeline) <= 1 and (not timeline or timeline[0].end is None) for timeline in timelines):
        begins = sorted(timeline[0].begin for timeline in timelines if timeline)
        return (Period(begins[number - 1]),) if len(begins) >= number else NEVER
    return _swept(number, timelines)


def _swept(number: int, timelines: Sequence[Timeline]) -> Timeline:
    changes: dict[datetime, int] = {}
    for timeline in timelines:
        for begin, end in timeline:
            changes[begin] = changes.get(begin, 0) + 1
            if end is not None:
                changes[end] = changes.get(end, 0) - 1
    periods: list[Period] = []
    begun: datetime | None = None
    active = 0
    for moment in sorted(changes):
        # All that changes at one moment changes together: what ends as another begins leaves no gap.
        active += changes[moment]
        if active >= number and begun is None:
            begun = moment
        elif active < number and begun is not None:
            periods.append(Period(begun, moment))
            begun = None
    if begun is not None:
        periods.append(Period(begun))
    return tuple(periods[-MAX_PERIODS:])
