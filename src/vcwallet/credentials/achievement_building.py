"""Build what a badge is about: achievements, how they are graded, and who defined them (OB 3.0, Appendix B).

Each builder is a frozen value with the members that are used most, under the specification's names in Python's spelling.
`more` takes any other member of the class as JSON. `to_document()` gives the JSON: lists where Open Badges has lists, and
nothing for what was not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.wire.timestamps import format_timestamp


class Buildable(Protocol):
    """Something that can be written as JSON."""

    def to_document(self) -> dict[str, Any]: ...


def written(members: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Members as JSON: builders and moments are written out, None and empty lists left out.

    Raises `ValueError` when `more` says again what the builder says.
    """
    known = {name: _as_json(value) for name, value in members.items()}
    known = {name: value for name, value in known.items() if value is not None and value not in ([], {})}
    twice = sorted(set(known).intersection(more))
    if twice:
        raise ValueError(f"`more` has what the builder has already: {', '.join(twice)}")
    return {**known, **more}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_timestamp(value)
    if hasattr(value, "to_document"):
        return value.to_document()
    if isinstance(value, list | tuple):
        return [_as_json(entry) for entry in value]
    return value


def require_iri(value: str, what: str) -> None:
    """Raise `ValueError` unless a text is an absolute IRI."""
    if not is_absolute_iri(value):
        raise ValueError(f"expected {what} to be an absolute URL, a DID or a urn:uuid, found {value!r}")


def require_text(value: str, what: str) -> None:
    """Raise `ValueError` for a text that says nothing."""
    if not value.strip():
        raise ValueError(f"expected {what}: a text that is not empty")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address, which may be a data: URL."""

    id: str
    caption: str | None = None

    def to_document(self) -> dict[str, Any]:
        return written({"id": self.id, "type": "Image", "caption": self.caption}, {})


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody who issues, endorses or defines: a school, a company, a person.

    `id` is whose keys sign: a DID, or the https address of a controller document.
    """

    id: str
    name: str
    _: KW_ONLY
    url: str | None = None
    email: str | None = None
    description: str | None = None
    image: Image | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_iri(self.id, "the id of a profile")
        require_text(self.name, "a name")

    def to_document(self) -> dict[str, Any]:
        return written(
            {
                "id": self.id,
                "type": ["Profile"],
                "name": self.name,
                "url": self.url,
                "email": self.email,
                "description": self.description,
                "image": self.image,
            },
            self.more,
        )


@dataclass(frozen=True, slots=True)
class Alignment:
    """A place in somebody's framework of skills or curricula that an achievement has to do with."""

    target_name: str
    target_url: str
    _: KW_ONLY
    target_code: str | None = None
    target_description: str | None = None
    target_framework: str | None = None
    target_type: str | None = None

    def to_document(self) -> dict[str, Any]:
        members = {
            "type": ["Alignment"],
            "targetName": self.target_name,
            "targetUrl": self.target_url,
            "targetCode": self.target_code,
            "targetDescription": self.target_description,
            "targetFramework": self.target_framework,
            "targetType": self.target_type,
        }
        return written(members, {})


@dataclass(frozen=True, slots=True)
class RubricLevel:
    """One level of a rubric; `level` and `points` say how it is called and what it counts."""

    id: str
    name: str
    _: KW_ONLY
    description: str | None = None
    level: str | None = None
    points: str | None = None

    def to_document(self) -> dict[str, Any]:
        members = {
            "id": self.id,
            "type": ["RubricCriterionLevel"],
            "name": self.name,
            "description": self.description,
            "level": self.level,
            "points": self.points,
        }
        return written(members, {})


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """How an achievement is graded. Values and levels go from low to high."""

    id: str
    name: str
    result_type: str
    _: KW_ONLY
    allowed_values: Sequence[str] = ()
    value_min: str | None = None
    value_max: str | None = None
    required_value: str | None = None
    levels: Sequence[RubricLevel] = ()
    required_level: RubricLevel | None = None

    def to_document(self) -> dict[str, Any]:
        members = {
            "id": self.id,
            "type": ["ResultDescription"],
            "name": self.name,
            "resultType": self.result_type,
            "allowedValue": list(self.allowed_values),
            "valueMin": self.value_min,
            "valueMax": self.value_max,
            "requiredValue": self.required_value,
            "rubricCriterionLevel": list(self.levels),
            "requiredLevel": None if self.required_level is None else self.required_level.id,
        }
        return written(members, {})


@dataclass(frozen=True, slots=True)
class Achievement:
    """What somebody has to do, and then can say that they did. The same for everyone who earns it, with the same `id`.

    `criteria` is a text (Markdown), `criteria_url` an address; there must be one of them.
    """

    id: str
    name: str
    _: KW_ONLY
    description: str
    criteria: str | None = None
    criteria_url: str | None = None
    achievement_type: str | None = None
    image: Image | None = None
    tags: Sequence[str] = ()
    alignments: Sequence[Alignment] = ()
    result_descriptions: Sequence[ResultDescription] = ()
    creator: Profile | None = None
    in_language: str | None = None
    version: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_iri(self.id, "the id of an achievement")
        require_text(self.name, "a name")
        require_text(self.description, "a description")
        if not (self.criteria or "").strip() and self.criteria_url is None:
            raise ValueError("expected criteria or criteria_url: what has to be done")

    def to_document(self) -> dict[str, Any]:
        members = {
            "id": self.id,
            "type": ["Achievement"],
            "achievementType": self.achievement_type,
            "name": self.name,
            "description": self.description,
            "criteria": written({"id": self.criteria_url, "narrative": self.criteria}, {}),
            "image": self.image,
            "tag": list(self.tags),
            "alignment": list(self.alignments),
            "resultDescription": list(self.result_descriptions),
            "creator": self.creator,
            "inLanguage": self.in_language,
            "version": self.version,
        }
        return written(members, self.more)
