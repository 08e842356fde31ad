"""The columns of a pathway, from left to right, counted back from the destination.

A step stands one column to the left of the nearest thing that waits for it, so every line points right and the
destination is alone in the last column. ("As early as possible" would pile most steps of a real pathway into the first
column.) Steps that do not lead to the destination are listed apart. A choice among many steps is folded into one node,
"n of 36", until somebody opens it.

Here it is decided what stands in which column, and which lines there are; `arrangement.py` orders each column so that
few lines cross.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from vcwallet.errors import Refused
from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.requirement import NOf, StepDone, steps_of, walk
from vcwallet.pathways.rules import steps_on_the_path

# Eight cards above each other fill a screen; a choice among more is folded.
FOLD_ABOVE: Final = 8

EdgeKind = Literal["requires", "prerequisite", "optional"]


@dataclass(frozen=True, slots=True)
class Node:
    """What stands at one place: a step, or a folded group of steps of which `number` are needed.

    `steps` are the step's own id, or the ids of the group's members; `hidden` are the steps behind them that the fold
    hides too. The id of a group is that of the step that chooses, "group", and the place of the choice in what it requires.
    """

    id: str
    column: int
    steps: tuple[str, ...]
    number: int | None = None
    hidden: tuple[str, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.number is not None


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a node to one further right that builds on it.

    `is_implied`: other lines lead the same way, so that a picture can do without this one.
    """

    source: str
    target: str
    kind: EdgeKind
    is_implied: bool = False


@dataclass(frozen=True)
class Columns:
    """Nodes by column, the lines between them, and the steps apart. Nothing is ordered within a column yet."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    number: int
    off_path: tuple[str, ...] = ()
    groups: tuple[Node, ...] = field(default=())


def columns(pathway: Pathway, *, fold_above: int = FOLD_ABOVE, opened: Collection[str] = ()) -> Columns:
    """The columns of a pathway. `opened` are the ids of groups that are not to be folded.

    Raises Refused pathway_cycle, step_unknown for a pathway that cannot be walked.
    """
    pathway.in_order()
    on_path = steps_on_the_path(pathway)
    if pathway.destination not in on_path:
        raise Refused("step_unknown", f"the destination {pathway.destination!r} is no step")
    edges = _edges(pathway, on_path)
    groups = _groups(pathway, edges, fold_above, opened)
    place = {step_id: group.id for group in groups for step_id in (*group.steps, *group.hidden)}
    folded = _folded(edges, place)
    distance = _distances(pathway.destination, folded, on_path, place)
    last = max(distance.values(), default=0)
    nodes = {
        step.id: Node(step.id, last - distance[step.id], (step.id,))
        for step in pathway.steps
        if step.id in on_path and step.id not in place
    }
    placed = [replace(group, column=last - distance[group.id]) for group in groups]
    nodes |= {group.id: group for group in placed}
    off_path = tuple(step.id for step in pathway.steps if step.id not in on_path)
    return Columns(nodes, _without_detours(folded, nodes), last + 1, off_path, tuple(placed))


# --- lines ---------------------------------------------------------------------------------------------------------------


def _edges(pathway: Pathway, on_path: set[str]) -> list[Edge]:
    edges: dict[tuple[str, str], Edge] = {}
    for step in pathway.steps:
        if step.id not in on_path:
            continue
        required = set(steps_of(step.requires))
        for needed in step.needs:
            kind: EdgeKind = "requires" if needed in required else "prerequisite"
            edges[needed, step.id] = Edge(needed, step.id, kind)
        if step.optional:
            beside = step.belongs_to or pathway.destination
            edges.setdefault((step.id, beside), Edge(step.id, beside, "optional"))
    return list(edges.values())


def _folded(edges: list[Edge], place: Mapping[str, str]) -> list[Edge]:
    """The lines between nodes: those inside a group are gone, those of all its members are one."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        source, target = place.get(edge.source, edge.source), place.get(edge.target, edge.target)
        if source != target:
            found.setdefault((source, target), replace(edge, source=source, target=target))
    return list(found.values())


def _distances(destination: str, edges: list[Edge], on_path: set[str], place: Mapping[str, str]) -> dict[str, int]:
    """How many columns each node is away from the destination, on its longest way to it."""
    followers: dict[str, list[str]] = {}
    waiting_for: dict[str, int] = {}
    for edge in edges:
        followers.setdefault(edge.target, []).append(edge.source)
        waiting_for[edge.source] = waiting_for.get(edge.source, 0) + 1
    distance = dict.fromkeys((place.get(step_id, step_id) for step_id in on_path), 0)
    ready = [node for node in distance if node not in waiting_for]
    while ready:
        node = ready.pop()
        for source in followers.get(node, ()):
            distance[source] = max(distance[source], distance[node] + 1)
            waiting_for[source] -= 1
            if waiting_for[source] == 0:
                ready.append(source)
    if any(waiting_for.values()):
        raise Refused("pathway_cycle", f"steps around {destination!r} wait for each other")
    return distance


def _without_detours(edges: list[Edge], nodes: Mapping[str, Node]) -> tuple[Edge, ...]:
    """Mark the lines that others imply: from A to C, where one leads from A to B and on to C.

    Each node has a bit, and an integer is the set of everything to its left; so a thousand steps take milliseconds.
    """
    bit = {node: 1 << number for number, node in enumerate(nodes)}
    sources: dict[str, list[str]] = {}
    for edge in edges:
        sources.setdefault(edge.target, []).append(edge.source)
    before: dict[str, int] = {}
    for node in sorted(nodes.values(), key=lambda node: node.column):
        before[node.id] = 0
        for source in sources.get(node.id, ()):
            before[node.id] |= bit[source] | before[source]
    further = {
        target: [(source, before[source]) for source in found if before[source]] for target, found in sources.items()
    }
    return tuple(
        replace(edge, is_implied=True)
        if any(ancestors & bit[edge.source] for _, ancestors in further.get(edge.target, ()))
        else edge
        for edge in edges
    )


# --- groups --------------------------------------------------------------------------------------------------------------


def _groups(pathway: Pathway, edges: list[Edge], fold_above: int, opened: Collection[str]) -> list[Node]:
    """Choices among more than `fold_above` steps that lead nowhere else, with all that leads only to them."""
    targets: dict[str, set[str]] = {}
    sources: dict[str, list[str]] = {}
    for edge in edges:
        targets.setdefault(edge.source, set()).add(edge.target)
        sources.setdefault(edge.target, []).append(edge.source)
    found: list[Node] = []
    taken: set[str] = set()
    # From the destination backwards, so that the outermost of nested groups is folded.
    for step in reversed(pathway.in_order()):
        if step.id in taken:
            continue
        for pointer, requirement in walk(step.requires):
            if not isinstance(requirement, NOf):
                continue
            members = tuple(
                item.step
                for item in requirement.of
                if isinstance(item, StepDone) and targets.get(item.step) == {step.id} and item.step not in taken
            )
            group_id = f"{step.id} group{pointer}"
            if len(members) <= fold_above or group_id in opened:
                continue
            hidden = _behind(members, targets, sources)
            taken.update(members, hidden)
            found.append(Node(group_id, 0, members, _needed(requirement, members), hidden))
    return found


def _needed(requirement: NOf, members: tuple[str, ...]) -> int:
    """How many members are needed: where the choice has other items too, as many as these leave over."""
    return max(requirement.number - (len(requirement.of) - len(members)), 0)


def _behind(
    members: tuple[str, ...], targets: Mapping[str, set[str]], sources: Mapping[str, list[str]]
) -> tuple[str, ...]:
    inside = set(members)
    order: list[str] = []
    waiting = [source for member in members for source in sources.get(member, ())]
    while waiting:
        step_id = waiting.pop()
        if step_id not in inside and targets[step_id] <= inside:
            inside.add(step_id)
            order.append(step_id)
            waiting.extend(sources.get(step_id, ()))
    return tuple(order)


def order_key(step: Step, position: int) -> tuple[int, int]:
    """Where the author wants a step among its neighbours."""
    return step.order, position
