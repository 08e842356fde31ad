"""What a step asks for: the six kinds of requirement, and how to walk through one.

A requirement says what has to be there, never whether it is: that is `progress.py`. The kinds are plain frozen values;
`all_of` and `any_of` are `NOf` with the number that their name says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from vcwallet.wire import json_pointer


@dataclass(frozen=True, slots=True)
class Achievement:
    """A credential for any one of these achievements.

    `issuers` narrows who may have issued it, by identifier; when empty, the rules of the pathway alone decide. Without
    it, a pathway that counts credentials of unknown issuers also counts one that a learner issued to themselves.
    """

    ids: tuple[str, ...]
    issuers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """A credential for an achievement that is aligned with this competency or standard (OB 3.0, `targetUrl`)."""

    target: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """Another step of the same pathway."""

    step: str


@dataclass(frozen=True, slots=True)
class Manual:
    """Something that somebody of the organisation confirms by hand, known by a key of their own."""

    key: str


@dataclass(frozen=True, slots=True)
class Score:
    """A credential for this achievement with a result of at least `minimum` for one of its result descriptions."""

    achievement: str
    result_description: str
    minimum: Decimal
    issuers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NOf:
    """At least `number` of the requirements in `of`."""

    number: int
    of: tuple["Requirement", ...]


Requirement: TypeAlias = Achievement | Alignment | StepDone | Manual | Score | NOf


def all_of(*of: Requirement) -> NOf:
    """Every one of these requirements."""
    return NOf(len(of), of)


def any_of(*of: Requirement) -> NOf:
    """At least one of these requirements."""
    return NOf(1, of)


def walk(requirement: Requirement | None, pointer: str = "") -> Iterator[tuple[str, Requirement]]:
    """The requirement and everything inside it, each with its place, from the outside in."""
    waiting = [(pointer, requirement)] if requirement is not None else []
    while waiting:
        place, found = waiting.pop()
        yield place, found
        if isinstance(found, NOf):
            waiting.extend(
                (json_pointer.join(place, "of", index), found.of[index]) for index in reversed(range(len(found.of)))
            )


def steps_of(requirement: Requirement | None) -> tuple[str, ...]:
    """The steps that a requirement speaks of, each once, in the order in which they are first named."""
    found: dict[str, None] = {}
    # Not by `walk`: this is asked often, and the places that it would write are of no use here.
    waiting = [requirement] if requirement is not None else []
    while waiting:
        current = waiting.pop()
        if isinstance(current, NOf):
            waiting.extend(reversed(current.of))
        elif isinstance(current, StepDone):
            found[current.step] = None
    return tuple(found)
