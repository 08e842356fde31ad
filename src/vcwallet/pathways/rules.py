"""What a pathway must keep to before it is published: every fault is named, and says where it is.

`pathway_problems` lists what forbids publishing; `pathway_notes` what an author should look at. That the JSON has the
right shape was asked before, by the schema (`pathway_json.py`); here the pathway is asked whether it can be walked:

- every reference leads to a step, no two steps share an id, and no steps wait for each other in a circle;
- the destination is a step that is required, and nothing comes after it;
- a choice asks for at least one and at most all of its items, and no item twice;
- every step can be completed by something, and none that is required waits for an optional one.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from vcwallet.errors import Problem
from vcwallet.pathways.pathway import Pathway, Step, find_cycle
from vcwallet.pathways.requirement import Achievement, NOf, Requirement, StepDone, walk
from vcwallet.wire import json_pointer

# The largest published pathway has 103 steps; ten times that is laid out and evaluated in a tenth of a second.
MAX_STEPS: Final = 2_000
# Requirements and prerequisites of all steps together. It also bounds the exact fractions, whose denominators multiply.
MAX_REQUIREMENTS: Final = 10_000
# "Two of (one of …)" is hard to read at three levels; eight leave room for what was imported.
MAX_NESTING: Final = 8


def pathway_problems(pathway: Pathway) -> list[Problem]:
    """Everything that forbids publishing this pathway, in the order of its steps; an empty list is a yes."""
    too_large = list(_size(pathway))
    if too_large:
        return too_large
    problems = [*_ids(pathway), *_references(pathway)]
    if not problems:
        problems += [*_cycles(pathway)]
    return [*problems, *_destination(pathway), *_requirements(pathway), *_completable(pathway), *_optional(pathway)]


def pathway_notes(pathway: Pathway) -> list[Problem]:
    """What is allowed and worth a look: steps that do not lead to the destination. Only for a pathway without problems."""
    reached = steps_on_the_path(pathway)
    return [
        Problem("step_off_the_path", f"{_named(step)} does not lead to the destination", _place(index))
        for index, step in enumerate(pathway.steps)
        if step.id not in reached
    ]


def steps_on_the_path(pathway: Pathway) -> set[str]:
    """The ids of steps that lead to the destination, itself included, and of optional steps drawn beside one of these."""
    beside: dict[str, list[str]] = {}
    for step in pathway.steps:
        if step.optional:
            beside.setdefault(step.belongs_to or pathway.destination, []).append(step.id)
    reached: set[str] = set()
    waiting = [pathway.destination]
    while waiting:
        step_id = waiting.pop()
        if step_id in pathway.by_id and step_id not in reached:
            reached.add(step_id)
            waiting.extend(pathway.by_id[step_id].needs)
            waiting.extend(beside.get(step_id, ()))
    return reached


def _size(pathway: Pathway) -> Iterator[Problem]:
    if not pathway.steps:
        yield Problem("step_unknown", "expected at least one step", "/steps")
    if len(pathway.steps) > MAX_STEPS:
        yield Problem("pathway_too_large", f"expected at most {MAX_STEPS} steps, found {len(pathway.steps)}", "/steps")
        return
    total = 0
    for index, step in enumerate(pathway.steps):
        total += len(step.prerequisites)
        for place, _ in walk(step.requires, json_pointer.join(_place(index), "requires")):
            total += 1
            if place.count("/of/") > MAX_NESTING:
                message = f"{_named(step)}: expected choices nested at most {MAX_NESTING} deep"
                yield Problem("requirement_too_deep", message, place)
                return
            if total > MAX_REQUIREMENTS:
                message = f"expected at most {MAX_REQUIREMENTS} requirements in all steps together"
                yield Problem("pathway_too_large", message, place)
                return


def _ids(pathway: Pathway) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, step in enumerate(pathway.steps):
        if step.id in seen:
            yield Problem(
                "step_id_repeated", f"two steps have the id {step.id!r}", json_pointer.join(_place(index), "id")
            )
        seen.add(step.id)


def _references(pathway: Pathway) -> Iterator[Problem]:
    known = pathway.by_id
    if pathway.destination not in known:
        yield Problem("step_unknown", f"the destination {pathway.destination!r} is no step", "/destination")
    for index, step in enumerate(pathway.steps):
        references = [(place, found.step) for place, found in _walked(index, step) if isinstance(found, StepDone)]
        references += [
            (json_pointer.join(_place(index), "prerequisites", number), needed)
            for number, needed in enumerate(step.prerequisites)
        ]
        if step.belongs_to is not None:
            references.append((json_pointer.join(_place(index), "belongsTo"), step.belongs_to))
        for place, needed in references:
            if needed not in known:
                yield Problem("step_unknown", f"{_named(step)} speaks of {needed!r}, which is no step", place)


def _cycles(pathway: Pathway) -> Iterator[Problem]:
    """Also over `belongs_to`, because a step is drawn to the left of the one that it belongs to."""
    needs = {step.id: step.needs for step in pathway.steps}
    cycle = find_cycle(needs)
    if not cycle:
        for step in pathway.steps:
            if step.belongs_to is not None:
                needs[step.belongs_to] = (*needs[step.belongs_to], step.id)
        cycle = find_cycle(needs)
    if cycle:
        index = next(index for index, step in enumerate(pathway.steps) if step.id == cycle[0])
        message = f"steps wait for each other: {' → '.join(map(repr, cycle))}"
        yield Problem("pathway_cycle", message, _place(index))


def _destination(pathway: Pathway) -> Iterator[Problem]:
    destination = pathway.by_id.get(pathway.destination)
    if destination is not None and destination.optional:
        yield Problem(
            "destination_optional", f"the destination {_named(destination)} cannot be optional", "/destination"
        )
    for index, step in enumerate(pathway.steps):
        if pathway.destination in step.needs:
            message = f"{_named(step)} comes after the destination, where the pathway ends"
            yield Problem("step_after_destination", message, _place(index))


def _requirements(pathway: Pathway) -> Iterator[Problem]:
    for index, step in enumerate(pathway.steps):
        for place, found in _walked(index, step):
            if not isinstance(found, NOf):
                continue
            if not 1 <= found.number <= len(found.of):
                message = f"{_named(step)} asks for {found.number} of {len(found.of)}: expected 1 to {len(found.of)}"
                yield Problem("requirement_number", message, json_pointer.join(place, "number"))
            counted = Counter(map(_comparable, found.of))
            for number, item in enumerate(found.of):
                if counted.pop(_comparable(item), 1) > 1:
                    message = f"{_named(step)} lists one requirement twice, so that earning it once would count twice"
                    yield Problem("requirement_repeated", message, json_pointer.join(place, "of", number))


def _completable(pathway: Pathway) -> Iterator[Problem]:
    for index, step in enumerate(pathway.steps):
        if step.requires is None and not step.prerequisites:
            if step.milestone is None:
                message = f"nothing can complete {_named(step)}: it has no requirement and no prerequisite"
                yield Problem("step_cannot_be_completed", message, _place(index))
            else:
                message = f"{_named(step)} awards a milestone and asks for nothing"
                yield Problem("milestone_without_requirement", message, json_pointer.join(_place(index), "milestone"))


def _optional(pathway: Pathway) -> Iterator[Problem]:
    for index, step in enumerate(pathway.steps):
        if step.belongs_to is not None and not step.optional:
            message = f"{_named(step)} belongs to a step, and only an optional step can"
            yield Problem("belongs_to_without_optional", message, json_pointer.join(_place(index), "belongsTo"))
        for needed in step.needs:
            if not step.optional and needed in pathway.by_id and pathway.by_id[needed].optional:
                message = f"{_named(step)} waits for {_named(pathway.by_id[needed])}, which is optional"
                yield Problem("optional_step_required", message, _place(index))


def _walked(index: int, step: Step) -> Iterator[tuple[str, Requirement]]:
    return walk(step.requires, json_pointer.join(_place(index), "requires"))


def _comparable(requirement: Requirement) -> Requirement | tuple[object, ...]:
    """The same for requirements that ask for the same thing."""
    if isinstance(requirement, Achievement):
        return ("any", frozenset(requirement.ids), frozenset(requirement.issuers))
    if isinstance(requirement, NOf):
        items = frozenset(Counter(map(_comparable, requirement.of)).items())
        return _comparable(requirement.of[0]) if len(requirement.of) == 1 else (requirement.number, items)
    return requirement


def _place(index: int) -> str:
    return json_pointer.join("/steps", index)


def _named(step: Step) -> str:
    name = step.name.in_language("en")
    return f"the step {step.id!r} ({name})" if name and name != step.id else f"the step {step.id!r}"
