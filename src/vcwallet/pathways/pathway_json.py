"""Pathways as JSON: our own form, described by pathway.schema.json beside this module.

`check_pathway` names every fault of a document, of its shape and of its sense; `read_pathway` takes only a document
without any. `pathway_to_dict` writes the same form: members that have their default value are left out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from vcwallet.credentials.schema_rules import problems_found_by
from vcwallet.errors import Malformed, Problem, Refused, VcwalletError
from vcwallet.pathways.language_text import LanguageText
from vcwallet.pathways.pathway import Pathway, Step
from vcwallet.pathways.requirement import Achievement, Alignment, Manual, NOf, Requirement, Score, StepDone
from vcwallet.pathways.rules import pathway_notes, pathway_problems
from vcwallet.wire import strict_json
from vcwallet.wire.strict_json import JsonLimits
from vcwallet.wire.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from jsonschema_rs import Validator

# 2,000 steps with names and descriptions in several languages have about 2 MB. Choices nest eight deep, in two levels each.
PATHWAY_LIMITS: Final = JsonLimits(max_bytes=8 * 1024 * 1024, max_depth=32)


@dataclass(frozen=True, slots=True)
class PathwayCheck:
    """What was found about a document that should be a pathway.

    `pathway` is there as soon as the shape is right; it may be published when there are no `problems`. `notes` are worth
    a look and forbid nothing.
    """

    pathway: Pathway | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def check_pathway(data: bytes | str | Mapping[str, Any]) -> PathwayCheck:
    """Everything that is wrong with a pathway in JSON. Never raises for what the document says.

    The problems of a wrong shape have the code "schema_violation" or a code of strict JSON; those of sense are listed in
    `rules.py`.
    """
    try:
        document = _parsed(data)
    except VcwalletError as error:
        return PathwayCheck(None, (error.problem,))
    faults = problems_found_by(_validator(), pathway_schema(), document)
    if faults:
        return PathwayCheck(None, tuple(faults))
    try:
        pathway = _pathway(document)
    except VcwalletError as error:
        return PathwayCheck(None, (error.problem,))
    problems = tuple(pathway_problems(pathway))
    return PathwayCheck(pathway, problems, () if problems else tuple(pathway_notes(pathway)))


def read_pathway(data: bytes | str | Mapping[str, Any]) -> Pathway:
    """A pathway that may be walked. Raises Malformed for its shape, Refused for its sense, with the first problem found."""
    found = check_pathway(data)
    if found.pathway is None:
        raise Malformed.from_problem(found.problems[0])
    if found.problems:
        raise Refused.from_problem(found.problems[0])
    return found.pathway


@cache
def pathway_schema() -> dict[str, Any]:
    """The JSON Schema of a pathway; it must not be changed."""
    text = resources.files("vcwallet.pathways").joinpath("pathway.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> "Validator":
    import jsonschema_rs  # noqa: PLC0415 - loaded when first used: it takes 23 ms

    return jsonschema_rs.Draft202012Validator(
        pathway_schema(), validate_formats=False, offline=True, mask="it", pattern_options=jsonschema_rs.RegexOptions()
    )


# --- reading -----------------------------------------------------------------------------------------------------------


def _parsed(data: bytes | str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(data, Mapping):
        document = dict(data)
        strict_json.check(document, limits=PATHWAY_LIMITS)
        return document
    return strict_json.parse_object(data, limits=PATHWAY_LIMITS)


def _pathway(document: Mapping[str, Any]) -> Pathway:
    published = document.get("publishedAt")
    return Pathway(
        id=document["id"],
        organisation=document["organisation"],
        version=document.get("version", 1),
        name=LanguageText.of(document["name"]),
        description=LanguageText.of(document.get("description", {})),
        destination=document["destination"],
        steps=tuple(map(_step, document["steps"])),
        issuers=tuple(document.get("issuers", ())),
        published_at=None if published is None else parse_timestamp(published, pointer="/publishedAt"),
        enforce_prerequisites=document.get("enforcePrerequisites", False),
        counts_outside=document.get("countsOutside", False),
        counts_unknown_issuers=document.get("countsUnknownIssuers", False),
        public=document.get("public", False),
    )


def _step(document: Mapping[str, Any]) -> Step:
    return Step(
        id=document["id"],
        name=LanguageText.of(document["name"]),
        description=LanguageText.of(document.get("description", {})),
        requires=_requirement(document["requires"]) if "requires" in document else None,
        prerequisites=tuple(document.get("prerequisites", ())),
        optional=document.get("optional", False),
        belongs_to=document.get("belongsTo"),
        milestone=document.get("milestone"),
        alignments=tuple(document.get("alignments", ())),
        order=int(document.get("order", 0)),
    )


def _requirement(document: Mapping[str, Any]) -> Requirement:
    issuers = tuple(document.get("issuers", ()))
    match document["type"]:
        case "Achievement":
            return Achievement(tuple(document["ids"]), issuers)
        case "Alignment":
            return Alignment(document["target"])
        case "StepDone":
            return StepDone(document["step"])
        case "Manual":
            return Manual(document["key"])
        case "Score":
            # By its text, so that 0.1 is a tenth and not the double beside it.
            minimum = Decimal(str(document["minimum"]))
            return Score(document["achievement"], document["resultDescription"], minimum, issuers)
        case _:
            return NOf(int(document["number"]), tuple(map(_requirement, document["of"])))


# --- writing -----------------------------------------------------------------------------------------------------------


def pathway_to_dict(pathway: Pathway) -> dict[str, Any]:
    """The pathway as JSON values, in the form that `read_pathway` takes."""
    return {
        "type": "Pathway",
        "id": pathway.id,
        "organisation": pathway.organisation,
        **({"version": pathway.version} if pathway.version != 1 else {}),
        "name": pathway.name.to_dict(),
        **_unless_empty("description", pathway.description.to_dict()),
        "destination": pathway.destination,
        **({"publishedAt": format_timestamp(pathway.published_at)} if pathway.published_at is not None else {}),
        **_unless_empty("issuers", list(pathway.issuers)),
        **_unless_empty("enforcePrerequisites", pathway.enforce_prerequisites),
        **_unless_empty("countsOutside", pathway.counts_outside),
        **_unless_empty("countsUnknownIssuers", pathway.counts_unknown_issuers),
        **_unless_empty("public", pathway.public),
        "steps": [_step_to_dict(step) for step in pathway.steps],
    }


def pathway_to_json(pathway: Pathway) -> str:
    """The pathway as JSON text: the same pathway gives the same text."""
    return json.dumps(pathway_to_dict(pathway), ensure_ascii=False, indent=2) + "\n"


def _step_to_dict(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "name": step.name.to_dict(),
        **_unless_empty("description", step.description.to_dict()),
        **({"requires": requirement_to_dict(step.requires)} if step.requires is not None else {}),
        **_unless_empty("prerequisites", list(step.prerequisites)),
        **_unless_empty("optional", step.optional),
        **_unless_empty("belongsTo", step.belongs_to),
        **_unless_empty("milestone", step.milestone),
        **_unless_empty("alignments", list(step.alignments)),
        **_unless_empty("order", step.order),
    }


def requirement_to_dict(requirement: Requirement) -> dict[str, Any]:
    """One requirement as JSON values."""
    match requirement:
        case Achievement(ids, issuers):
            return {"type": "Achievement", "ids": list(ids), **_unless_empty("issuers", list(issuers))}
        case Alignment(target):
            return {"type": "Alignment", "target": target}
        case StepDone(step):
            return {"type": "StepDone", "step": step}
        case Manual(key):
            return {"type": "Manual", "key": key}
        case Score(achievement, result_description, minimum, issuers):
            number = int(minimum) if minimum == minimum.to_integral_value() else float(minimum)
            score = {"achievement": achievement, "resultDescription": result_description, "minimum": number}
            return {"type": "Score", **score, **_unless_empty("issuers", list(issuers))}
        case NOf(number_, of):
            return {"type": "NOf", "number": number_, "of": list(map(requirement_to_dict, of))}


def _unless_empty(member: str, value: Any) -> dict[str, Any]:
    return {member: value} if value else {}
