"""Pathways of our own form, written as CTDL JSON-LD for registries and other tools.

Steps become components, requirements become conditions, and a requirement that is no step of its own becomes a component
whose address is that of its step and its place in it; `ctdl.py` reads it back as what it was. What CTDL has no term for
is lost, and each such thing is a warning.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.errors import Problem
from vcwallet.pathways import ctdl_terms as terms
from vcwallet.pathways.language_text import UNDETERMINED, LanguageText
from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.requirement import (
    Achievement,
    Alignment,
    Manual,
    NOf,
    Requirement,
    Score,
    StepDone,
    all_of,
    walk,
)

_AND: Final = "logic:And"
_OR: Final = "logic:Or"
_AT_LEAST: Final = "compare:GreaterThanOrEqualTo"
_BADGE: Final = "ceterms:DigitalBadge"


def export_ctdl(pathway: Pathway) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The pathway as a CTDL document, and what it could not hold. The pathway should have no problems (`rules.py`)."""
    writer = _Writer(pathway)
    return writer.document(), tuple(_losses(pathway))


class _Writer:
    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        self._parts: list[dict[str, Any]] = []

    def document(self) -> dict[str, Any]:
        components = [self._component(step) for step in self._in_order()]
        own = self._pathway
        node = {
            "@id": own.id,
            "@type": "ceterms:Pathway",
            "ceterms:name": _text(own.name),
            **({"ceterms:description": _text(own.description)} if own.description else {}),
            "ceterms:offeredBy": [own.organisation],
            "ceterms:hasDestinationComponent": [self._address(own.destination)],
            "ceasn:hasPart": [component["@id"] for component in (*components, *self._parts)],
        }
        return {"@context": terms.CONTEXT, "@id": own.id, "@graph": [node, *components, *self._parts]}

    def _in_order(self) -> list[Step]:
        return sorted(self._pathway.steps, key=lambda step: step.order)

    def _address(self, step_id: str) -> str:
        return step_id if is_absolute_iri(step_id) else terms.step_prefix(self._pathway.id) + quote(step_id, safe="")

    def _component(self, step: Step) -> dict[str, Any]:
        address = self._address(step.id)
        texts = {
            "ceterms:name": _text(step.name),
            **({"ceterms:description": _text(step.description)} if step.description else {}),
        }
        is_leaf = step.milestone is None and isinstance(step.requires, Achievement | Alignment | Manual | Score)
        if is_leaf and step.requires is not None:
            component = self._leaf(address, step.requires) | texts
        elif step.milestone is not None:
            component = self._badge(address, (step.milestone,)) | texts
        else:
            component = {"@id": address, "@type": "ceterms:BasicComponent", **texts}
        children = list(self._children(step))
        requires = step.requires
        if requires is None and step.milestone is not None:
            # Without a condition, a component that stands for a credential would be completed by it alone.
            requires = all_of(*map(StepDone, step.prerequisites))
        if not is_leaf and requires is not None:
            component["ceterms:hasCondition"] = [self._condition(address, requires, "")]
        if children:
            component["ceasn:hasChild"] = children
        if step.prerequisites:
            component["ceterms:prerequisite"] = [self._address(needed) for needed in step.prerequisites]
        if step.optional:
            designation = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": {"en": "Optional"}}
            component["ceterms:componentDesignation"] = [designation]
        return component | {"ceasn:isPartOf": [self._pathway.id]}

    def _children(self, step: Step) -> Iterator[str]:
        """Children come before: the steps that it requires, and the optional ones beside it."""
        for _, found in walk(step.requires):
            if isinstance(found, StepDone):
                yield self._address(found.step)
        for other in self._pathway.steps:
            if other.optional and other.belongs_to == step.id and other.id not in step.needs:
                yield self._address(other.id)

    def _condition(self, address: str, requirement: Requirement, place: str) -> dict[str, Any]:
        items = requirement.of if isinstance(requirement, NOf) else (requirement,)
        number = requirement.number if isinstance(requirement, NOf) else 1
        targets: list[str] = []
        inner: list[dict[str, Any]] = []
        for index, item in enumerate(items):
            where = f"{place}/of/{index}" if isinstance(requirement, NOf) else place
            if isinstance(item, NOf):
                inner.append(self._condition(address, item, where))
            elif isinstance(item, StepDone):
                targets.append(self._address(item.step))
            else:
                part = self._leaf(f"{address}{terms.PART_MARK}{where}", item)
                self._parts.append(part | {"ceasn:isPartOf": [self._pathway.id]})
                targets.append(part["@id"])
        operator = _AND if number == len(items) else _OR if number == 1 else None
        return {
            "@type": "ceterms:ComponentCondition",
            "ceterms:requiredNumber": number,
            **({"ceterms:targetComponent": targets} if targets else {}),
            **({"ceterms:hasCondition": inner} if inner else {}),
            **({"ceterms:logicalOperator": operator} if operator is not None else {}),
        }

    def _leaf(self, address: str, requirement: Requirement) -> dict[str, Any]:
        match requirement:
            case Achievement(ids):
                return self._badge(address, ids)
            case Alignment(target):
                return {"@id": address, "@type": "ceterms:CompetencyComponent", "ceterms:sourceData": [target]}
            case Score(achievement, description, minimum):
                constraint = {
                    "@type": "ceterms:Constraint",
                    "ceterms:leftSource": [description],
                    "ceterms:comparator": _AT_LEAST,
                    "ceterms:rightSource": [f"{minimum.normalize():f}"],
                }
                condition = {
                    "@type": "ceterms:ComponentCondition",
                    "ceterms:requiredConstraints": 1,
                    "ceterms:hasConstraint": [constraint],
                }
                return self._badge(address, (achievement,)) | {"ceterms:hasCondition": [condition]}
            case Manual(key):
                identifier = {
                    "@type": "ceterms:IdentifierValue",
                    "ceterms:identifierType": terms.MANUAL_KEY,
                    "ceterms:identifierValueCode": key,
                }
                return {"@id": address, "@type": "ceterms:BasicComponent", "ceterms:identifier": [identifier]}
            case _:
                raise AssertionError("steps and choices are written as conditions")

    @staticmethod
    def _badge(address: str, sources: tuple[str, ...]) -> dict[str, Any]:
        return {
            "@id": address,
            "@type": "ceterms:CredentialComponent",
            "ceterms:credentialType": _BADGE,
            "ceterms:sourceData": list(sources),
        }


def _text(text: LanguageText) -> dict[str, str] | str:
    entries = text.to_dict()
    return entries[UNDETERMINED] if list(entries) == [UNDETERMINED] else entries


def _losses(pathway: Pathway) -> Iterator[Problem]:
    lost = {
        "/version": pathway.version != 1,
        "/issuers": bool(pathway.issuers),
        "/publishedAt": pathway.published_at is not None,
        "/enforcePrerequisites": pathway.enforce_prerequisites,
        "/countsOutside": pathway.counts_outside,
        "/countsUnknownIssuers": pathway.counts_unknown_issuers,
        "/public": pathway.public,
    }
    for pointer, is_lost in lost.items():
        if is_lost:
            yield Problem("ctdl_cannot_say", f"CTDL has no term for {pointer[1:]}", pointer)
    for index, step in enumerate(pathway.steps):
        if step.alignments:
            message = f"CTDL has no term for the alignments of the step {step.id!r}"
            yield Problem("ctdl_cannot_say", message, f"/steps/{index}/alignments")
        for place, found in walk(step.requires, f"/steps/{index}/requires"):
            if isinstance(found, Achievement | Score) and found.issuers:
                message = f"CTDL has no term for whose badges the step {step.id!r} accepts"
                yield Problem("ctdl_cannot_say", message, f"{place}/issuers")
