"""Pathways of the Credential Registry, read from CTDL JSON-LD into our own form.

In CTDL a component has children, and conditions that name which of them are needed: child means "comes before". So a
condition is a requirement of its component, `requiredNumber` of the targets; a child that no condition names is an
optional step beside it. What says less or more than our form can hold is read as well as it can be, and each such place
is a warning that says how it was read. Export is in `ctdl_writing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.errors import Malformed, Problem
from vcwallet.pathways import ctdl_terms as terms
from vcwallet.pathways.ctdl_terms import Node
from vcwallet.pathways.language_text import LanguageText
from vcwallet.pathways.pathway import Pathway, Step, find_cycle
from vcwallet.pathways.requirement import Achievement, Alignment, Manual, NOf, Requirement, Score, StepDone, all_of
from vcwallet.pathways.rules import MAX_NESTING, MAX_STEPS
from vcwallet.pathways.scores import read_score
from vcwallet.wire import strict_json
from vcwallet.wire.strict_json import JsonLimits

# The largest published pathway has 103 components and about 300 kB.
CTDL_LIMITS: Final = JsonLimits(max_bytes=8 * 1024 * 1024, max_depth=32)
# A list of a thousand warnings is read by nobody.
MAX_WARNINGS: Final = 200

_AT_LEAST: Final = frozenset({"greaterthanorequalto", "greaterthanorequal", "greaterthanequalto", "gteq"})


@dataclass(frozen=True, slots=True)
class CtdlImport:
    """A pathway that was read from CTDL, and how what did not fit was read."""

    pathway: Pathway
    warnings: tuple[Problem, ...]


def is_ctdl(document: Mapping[str, Any]) -> bool:
    """Whether a JSON object looks like CTDL: a graph, or a node with a type of JSON-LD."""
    return "@graph" in document or "@type" in document


def import_ctdl(
    data: bytes | str | Mapping[str, Any], *, pathway_id: str | None = None, organisation: str | None = None
) -> CtdlImport:
    """Read a pathway from a CTDL document that holds it and its components.

    `pathway_id` says which, if there are several; `organisation` whose it is, if it does not say so itself. Nothing is
    fetched: components that are only referred to are left out, with a warning. Raises Malformed: a code of strict JSON,
    ctdl_no_graph, ctdl_no_pathway, ctdl_no_destination, ctdl_too_large. Whether the outcome may be published is asked by
    `rules.pathway_problems`.
    """
    if isinstance(data, Mapping):
        document = dict(data)
        strict_json.check(document, limits=CTDL_LIMITS)
    else:
        document = strict_json.parse_object(data, limits=CTDL_LIMITS)
    nodes = terms.nodes_of(document)
    return _Reader(nodes, _find_pathway(nodes, pathway_id), organisation).read()


def _find_pathway(nodes: Mapping[str, Node], wanted: str | None) -> Node:
    found = [node for node in nodes.values() if "Pathway" in terms.types_of(node)]
    if wanted is not None:
        found = [node for node in found if node["@id"] == wanted]
    if len(found) != 1:
        which = f"with the id {wanted!r}" if wanted is not None else "with an @id"
        raise Malformed("ctdl_no_pathway", f"expected exactly one ceterms:Pathway {which}, found {len(found)}")
    return found[0]


class _Reader:
    def __init__(self, nodes: Mapping[str, Node], pathway: Node, organisation: str | None) -> None:
        self._nodes = nodes
        self._pathway = pathway
        self._organisation = organisation
        self._warnings: list[Problem] = []
        self._inlined: dict[str, Requirement] = {}

    def read(self) -> CtdlImport:
        destination = self._destination()
        components = self._components(destination)
        parts = {node_id for node_id in components if _is_part_of_another(node_id, components)}
        for node_id in parts:
            self._inlined[node_id] = self._leaf(components[node_id])
        steps = {node_id: self._step(node, components) for node_id, node in components.items() if node_id not in parts}
        steps = self._with_optional(steps, components, destination)
        steps = self._without_cycles(steps)
        organisation = self._organisation or next(iter(terms.references(self._pathway, terms.OFFERED_BY)), None)
        if organisation is None:
            self._warn(
                "ctdl_no_organisation", "nobody is said to offer the pathway; its own id stands in", self._pathway
            )
        pathway_id = str(self._pathway["@id"])
        pathway = Pathway(
            id=pathway_id,
            organisation=organisation or pathway_id,
            name=terms.text(self._pathway, "ceterms:name") or LanguageText.of(pathway_id),
            description=terms.text(self._pathway, "ceterms:description"),
            destination=destination,
            steps=tuple(steps.values()),
        )
        return CtdlImport(_with_short_ids(pathway), tuple(self._warnings))

    # --- the graph -----------------------------------------------------------------------------------------------------

    def _destination(self) -> str:
        named = [entry for entry in terms.references(self._pathway, terms.DESTINATION) if entry in self._nodes]
        own = self._pathway["@id"]
        named += [
            node_id
            for node_id, node in self._nodes.items()
            if own in terms.references(node, terms.DESTINATION_OF) and node_id not in named
        ]
        if not named:
            message = "expected the component named by ceterms:hasDestinationComponent to be in the document"
            raise Malformed("ctdl_no_destination", message)
        if len(named) > 1:
            self._warn("ctdl_several_destinations", f"{len(named)} destinations; the first is taken", self._pathway)
        return named[0]

    def _components(self, destination: str) -> dict[str, Node]:
        """The components of this pathway in the order of the document: its parts, and all that these lead to."""
        own = self._pathway["@id"]
        wanted = dict.fromkeys((*terms.references(self._pathway, (*terms.HAS_PART, *terms.HAS_CHILD)), destination))
        wanted |= dict.fromkeys(
            node_id for node_id, node in self._nodes.items() if own in terms.references(node, terms.IS_PART_OF)
        )
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            node_id = waiting.pop()
            if node_id in found or node_id == own:
                continue
            if node_id not in self._nodes:
                self._warn("ctdl_component_missing", f"the component {node_id!r} is not in the document", self._pathway)
                found.add(node_id)
                continue
            found.add(node_id)
            if len(found) > MAX_STEPS:
                raise Malformed("ctdl_too_large", f"expected at most {MAX_STEPS} components")
            node = self._nodes[node_id]
            waiting += terms.references(node, (*terms.HAS_CHILD, *terms.PREREQUISITE, *terms.PRECEDED_BY))
            waiting += self._targets(terms.objects(node, terms.CONDITION, self._nodes))
        return {node_id: node for node_id, node in self._nodes.items() if node_id in found}

    def _targets(self, conditions: list[Node]) -> list[str]:
        found: list[str] = []
        waiting = [(condition, 0) for condition in conditions]
        while waiting:
            condition, depth = waiting.pop()
            found += terms.references(condition, terms.TARGET)
            if depth < MAX_NESTING:
                waiting += [(inner, depth + 1) for inner in terms.objects(condition, terms.CONDITION, self._nodes)]
        return found

    # --- one component -------------------------------------------------------------------------------------------------

    def _step(self, node: Node, components: Mapping[str, Node]) -> Step:
        node_id = str(node["@id"])
        conditions = terms.objects(node, terms.CONDITION, self._nodes)
        requires = self._conditions(node, conditions, components)
        milestone = None
        own = self._source(node)
        if requires is None:
            children = [entry for entry in terms.references(node, terms.HAS_CHILD) if entry in components]
            if children:
                message = f"it has {len(children)} children and no condition: read as all of them"
                self._warn("ctdl_no_condition", message, node)
                requires = all_of(*(self._part(entry) for entry in children))
        if requires is None:
            prerequisites_only = own is None and self._prerequisites(node, components)
            requires = None if prerequisites_only else self._leaf(node)
        elif isinstance(requires, Score) and any(
            terms.objects(one, terms.CONSTRAINT, self._nodes) for one in conditions
        ):
            pass  # the component stands for the very badge whose result its own condition asks for
        elif isinstance(own, Achievement):
            milestone = own.ids[0]
            if len(own.ids) > 1:
                self._warn("ctdl_several_sources", f"{len(own.ids)} sources; the first is its milestone", node)
        elif own is not None:
            # A component that stands for a competency is shown by that competency as well as by its parts.
            requires = all_of(requires, own)
        return Step(
            id=node_id,
            name=terms.text(node, "ceterms:name") or LanguageText.of(node_id),
            description=terms.text(node, "ceterms:description"),
            requires=requires,
            prerequisites=self._prerequisites(node, components),
            milestone=milestone,
        )

    def _prerequisites(self, node: Node, components: Mapping[str, Node]) -> tuple[str, ...]:
        named = terms.references(node, (*terms.PREREQUISITE, *terms.PRECEDED_BY))
        own = node["@id"]
        others = (other for other, inner in components.items() if own in terms.references(inner, terms.PRECEDES))
        return tuple(entry for entry in dict.fromkeys((*named, *others)) if entry in components and entry != own)

    def _source(self, node: Node) -> Requirement | None:
        """What a component stands for elsewhere: the achievement of a credential, or a competency."""
        sources = tuple(entry for entry in terms.references(node, terms.SOURCE) if is_absolute_iri(entry))
        types = terms.types_of(node)
        if not sources:
            return None
        if "CompetencyComponent" in types:
            return Alignment(sources[0])
        return Achievement(sources) if "CredentialComponent" in types else None

    def _leaf(self, node: Node) -> Requirement:
        for condition in terms.objects(node, terms.CONDITION, self._nodes):
            for constraint in terms.objects(condition, terms.CONSTRAINT, self._nodes):
                score = self._constraint(node, constraint, [])
                if score is not None:
                    return score
        source = self._source(node)
        if source is not None:
            return source
        for entry in terms.objects(node, ("ceterms:identifier",), self._nodes):
            key = entry.get("ceterms:identifierValueCode")
            if entry.get("ceterms:identifierType") == terms.MANUAL_KEY and isinstance(key, str) and key:
                return Manual(key)
        kind = next(iter(terms.types_of(node)), "component")
        message = f"a {kind} without a condition or a source: read as something that is confirmed by hand"
        self._warn("ctdl_confirmed_by_hand", message, node)
        return Manual(str(node["@id"]))

    # --- conditions ----------------------------------------------------------------------------------------------------

    def _part(self, node_id: str) -> Requirement:
        return self._inlined.get(node_id) or StepDone(node_id)

    def _conditions(self, node: Node, conditions: list[Node], components: Mapping[str, Node]) -> Requirement | None:
        read = [self._condition(node, condition, components, 0) for condition in conditions]
        found = list(dict.fromkeys(entry for entry in read if entry is not None))
        if len(found) > 1:
            self._warn("ctdl_several_conditions", f"{len(found)} conditions: read as all of them", node)
            return all_of(*found)
        return found[0] if found else None

    def _condition(self, node: Node, condition: Node, components: Mapping[str, Node], depth: int) -> Requirement | None:
        if depth > MAX_NESTING:
            self._warn("ctdl_condition_too_deep", f"conditions nested more than {MAX_NESTING} deep are left out", node)
            return None
        targets = [entry for entry in terms.references(condition, terms.TARGET) if entry in components]
        items: list[Requirement | None] = [self._part(entry) for entry in targets]
        for inner in terms.objects(condition, terms.CONDITION, self._nodes):
            read = self._condition(node, inner, components, depth + 1)
            if read is not None:
                items.append(read)
        items += [
            self._constraint(node, entry, targets) for entry in terms.objects(condition, terms.CONSTRAINT, self._nodes)
        ]
        of = tuple(dict.fromkeys(item for item in items if item is not None))
        if not of:
            self._warn("ctdl_condition_empty", "a condition without a target is left out", node)
            return None
        # A single thing that is asked for is not a choice; what was nested to say so is unfolded again.
        number = self._number(node, condition, len(of))
        return of[0] if len(of) == 1 else NOf(number, of)

    def _number(self, node: Node, condition: Node, total: int) -> int:
        number = terms.whole_number(condition, "ceterms:requiredNumber")
        operator = next(
            (terms.local(name).lower() for name in terms.references(condition, ("ceterms:logicalOperator",))), ""
        )
        if operator == "not":
            self._warn(
                "ctdl_operator_unknown", "a condition that forbids something is read as if it asked for it", node
            )
        if number is None:
            if operator == "or":
                return 1
            if operator != "and" and total > 1:
                message = "a condition without requiredNumber is read as all of its targets"
                self._warn("ctdl_number_missing", message, node)
            return total
        if not 1 <= number <= total:
            kept = min(max(number, 1), total)
            message = f"a condition asks for {number} of {total} targets: read as {kept}"
            self._warn("ctdl_number_impossible", message, node)
            return kept
        return number

    def _constraint(self, node: Node, constraint: Node, targets: list[str]) -> Requirement | None:
        """A score: a result description on the left, "at least" between, a number on the right."""
        comparator = next(
            (terms.local(name).lower() for name in terms.references(constraint, ("ceterms:comparator",))), ""
        )
        left = [entry for entry in terms.references(constraint, ("ceterms:leftSource",)) if is_absolute_iri(entry)]
        right = _numbers(constraint.get("ceterms:rightSource"))
        source = self._source(node)
        if (
            comparator in _AT_LEAST
            and len(left) == 1
            and len(right) == 1
            and isinstance(source, Achievement)
            and not targets
        ):
            return Score(source.ids[0], left[0], right[0])
        self._warn("ctdl_constraint_unknown", "a constraint other than a minimum of one result is left out", node)
        return None

    # --- what only the whole shows ---------------------------------------------------------------------------------------

    def _with_optional(
        self, steps: dict[str, Step], components: Mapping[str, Node], destination: str
    ) -> dict[str, Step]:
        """What is called optional, and children that no condition names, unless something required waits for them."""
        needed = {entry for step in steps.values() for entry in step.needs}
        parents: dict[str, str] = {}
        for parent, node in components.items():
            for child in terms.references(node, terms.HAS_CHILD):
                if child in steps and parent in steps and child not in steps[parent].needs:
                    parents.setdefault(child, parent)
        optional = {child for child in parents if child not in needed}
        optional |= {step_id for step_id in steps if _is_designated_optional(components[step_id])}
        optional.discard(destination)
        while waited_for := {
            needed for step in steps.values() if step.id not in optional for needed in step.needs if needed in optional
        }:
            optional -= waited_for
        for step_id in optional:
            steps[step_id] = replace(steps[step_id], optional=True, belongs_to=parents.get(step_id))
        return steps

    def _without_cycles(self, steps: dict[str, Step]) -> dict[str, Step]:
        """Advice that contradicts what is required gives way: published orders are sometimes a circle."""
        while True:
            cycle = find_cycle({step.id: step.needs for step in steps.values()})
            link = next(
                ((one, other) for one, other in pairwise(cycle) if other in steps[one].prerequisites),
                None,
            )
            if link is None:
                return steps
            one, other = steps[link[0]], link[1]
            self._warn(
                "ctdl_order_is_a_circle",
                f"its order after {other!r} is left out: the steps form a circle",
                self._nodes[one.id],
            )
            steps[one.id] = replace(one, prerequisites=tuple(entry for entry in one.prerequisites if entry != other))

    def _warn(self, code: str, message: str, node: Node) -> None:
        if len(self._warnings) < MAX_WARNINGS:
            name = terms.text(node, "ceterms:name").in_language("en") or str(node.get("@id"))
            self._warnings.append(Problem(code, f"{name}: {message}", ""))


def _is_part_of_another(node_id: str, components: Mapping[str, Node]) -> bool:
    """Whether a component is one requirement of a step, as `ctdl_writing.py` writes those: by its address."""
    step, mark, _ = node_id.rpartition(terms.PART_MARK)
    return bool(mark) and step in components


def _is_designated_optional(node: Node) -> bool:
    designations = terms.objects(node, ("ceterms:componentDesignation",), {})
    return any(
        terms.text(entry, "ceterms:targetNodeName").in_language("en").lower() == "optional" for entry in designations
    )


def _with_short_ids(pathway: Pathway) -> Pathway:
    """Steps that we wrote under the pathway's own address get back the ids that they had."""
    prefix = terms.step_prefix(pathway.id)

    def short(step_id: str) -> str:
        return unquote(step_id.removeprefix(prefix)) if step_id.startswith(prefix) else step_id

    def in_requirement(requirement: Requirement) -> Requirement:
        if isinstance(requirement, StepDone):
            return StepDone(short(requirement.step))
        if isinstance(requirement, NOf):
            return NOf(requirement.number, tuple(map(in_requirement, requirement.of)))
        return requirement

    steps = tuple(
        replace(
            step,
            id=short(step.id),
            requires=None if step.requires is None else in_requirement(step.requires),
            prerequisites=tuple(map(short, step.prerequisites)),
            belongs_to=None if step.belongs_to is None else short(step.belongs_to),
        )
        for step in pathway.steps
    )
    return replace(pathway, destination=short(pathway.destination), steps=steps)


def _numbers(value: Any) -> list[Decimal]:
    entries = value if isinstance(value, list) else [value]
    texts = [str(entry) for entry in entries if isinstance(entry, str | int | float) and not isinstance(entry, bool)]
    return [number for number in map(read_score, texts) if number is not None]
