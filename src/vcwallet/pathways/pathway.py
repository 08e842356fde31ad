"""A pathway: steps that lead to a destination, and what each of them asks for.

These are plain frozen values. Whether a pathway makes sense is asked by `rules.py`, how far a learner came by
`progress.py`; its JSON is read and written by `pathway_json.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from vcwallet.errors import Refused
from vcwallet.pathways.language_text import NO_TEXT, LanguageText
from vcwallet.pathways.requirement import Requirement, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    - `requires`: what completes it; None: all of its prerequisites do.
    - `prerequisites`: steps that come first. They are advice, unless the pathway enforces them.
    - `optional`, `belongs_to`: a step that nothing waits for, and the step beside which it is drawn.
    - `milestone`: the achievement that is awarded for the step. Whoever holds it already has completed the step.
    - `alignments`: addresses of the competencies and standards that the step is about.
    - `order`: where it stands among its neighbours, lowest first.
    """

    id: str
    name: LanguageText
    description: LanguageText = NO_TEXT
    requires: Requirement | None = None
    prerequisites: tuple[str, ...] = ()
    optional: bool = False
    belongs_to: str | None = None
    milestone: str | None = None
    alignments: tuple[str, ...] = ()
    order: int = 0

    @property
    def needs(self) -> tuple[str, ...]:
        """Every step that this one builds on: those it requires, then its prerequisites."""
        return tuple(dict.fromkeys((*steps_of(self.requires), *self.prerequisites)))


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """Steps and their destination, published by an organisation.

    - `issuers`: identifiers of the issuers whose credentials count as the organisation's own; so whoever has the pathway
      can compute progress on it.
    - `counts_outside`: whether credentials of other issuers count, once the learner shared them with the organisation.
    - `counts_unknown_issuers`: whether that goes for issuers that are in no known registry, too.
    - `enforce_prerequisites`: a step counts only when its prerequisites are complete; otherwise they are advice.
    """

    id: str
    organisation: str
    name: LanguageText
    destination: str
    steps: tuple[Step, ...]
    version: int = 1
    description: LanguageText = NO_TEXT
    issuers: tuple[str, ...] = ()
    published_at: datetime | None = None
    enforce_prerequisites: bool = False
    counts_outside: bool = False
    counts_unknown_issuers: bool = False
    public: bool = False

    @cached_property
    def by_id(self) -> dict[str, Step]:
        """The steps by their ids; of steps with the same id, the first."""
        return {step.id: step for step in reversed(self.steps)}

    def step(self, step_id: str) -> Step:
        """The step of that id. Raises `KeyError` when there is none."""
        return self.by_id[step_id]

    def in_order(self) -> tuple[Step, ...]:
        """The steps so that each stands after everything it builds on. Raises Refused pathway_cycle, step_unknown."""
        known = self.by_id
        for step in self.steps:
            for needed in step.needs:
                if needed not in known:
                    raise Refused("step_unknown", f"the step {step.id!r} builds on {needed!r}, which is no step")
        ordered, cycle = _sorted({step.id: step.needs for step in self.steps})
        if cycle:
            raise Refused("pathway_cycle", f"steps wait for each other: {' → '.join(cycle)}")
        return tuple(known[step_id] for step_id in ordered)


def find_cycle(needs: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """One cycle of steps, from a step back to itself, each building on the next; empty when there is none."""
    return _sorted(needs)[1]


def _sorted(needs: dict[str, tuple[str, ...]]) -> tuple[list[str], tuple[str, ...]]:
    """A depth-first order without recursion (pathways may be long chains), or the cycle that makes one impossible."""
    done: set[str] = set()
    order: list[str] = []
    for start, first in needs.items():
        if start in done:
            continue
        path: dict[str, Iterator[str]] = {start: iter(first)}
        while path:
            current = next(reversed(path))
            following = next((entry for entry in path[current] if entry in needs and entry not in done), None)
            if following is None:
                del path[current]
                done.add(current)
                order.append(current)
            elif following in path:
                steps = list(path)
                return order, (*steps[steps.index(following) :], following)
            else:
                path[following] = iter(needs[following])
    return order, ()
