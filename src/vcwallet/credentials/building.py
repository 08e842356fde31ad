"""Build credentials that can be issued: badges, endorsements and learner records.

Builders know what Open Badges 3.0 and CLR 2.0 want, so that `to_document()` is a document that `issue` signs: contexts in
their order, types, lists where there must be lists. What is certainly wrong raises `ValueError` where it is written: a time
without a zone, an address in place of an identity, an association between things that the record does not have.

The one thing that is made up is an `id`, where none is given: a random urn:uuid, drawn when the builder is made.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from vcwallet.credentials.achievement_building import (
    Achievement,
    Image,
    Profile,
    ResultDescription,
    RubricLevel,
    require_iri,
    require_text,
    written,
)
from vcwallet.credentials.credential import VCDM_2_0_CONTEXT, as_list
from vcwallet.credentials.identity import Identity
from vcwallet.errors import Malformed
from vcwallet.wire import strict_json

OPEN_BADGES_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR_CONTEXT: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXTENSIONS_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

# Types that only the extensions context defines.
_EXTENSION_TYPES: Final = frozenset(
    {"1EdTechJsonSchemaValidator2019", "1EdTechRevocationList", "1EdTechCredentialRefresh"}
)

AssociationType = Literal[
    "exactMatchOf",
    "isChildOf",
    "isParentOf",
    "isPartOf",
    "isPeerOf",
    "isRelatedTo",
    "precedes",
    "replacedBy",
]

Learner = str | Identity | Sequence[str | Identity]


class SignedDocument(Protocol):
    """A signed credential as `issue` gives it."""

    @property
    def data(self) -> bytes: ...


def new_id() -> str:
    """A new identifier: a random urn:uuid."""
    return uuid.uuid4().urn


@dataclass(frozen=True, slots=True)
class BadgeEvidence:
    """What shows that somebody did it: an address, a text, or both."""

    id: str | None = None
    narrative: str | None = None
    name: str | None = None
    description: str | None = None
    genre: str | None = None
    audience: str | None = None

    def to_document(self) -> dict[str, Any]:
        members = {
            "id": self.id,
            "type": ["Evidence"],
            "name": self.name,
            "narrative": self.narrative,
            "description": self.description,
            "genre": self.genre,
            "audience": self.audience,
        }
        return written(members, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How well somebody did, in the terms of one of the achievement's result descriptions."""

    description: ResultDescription | None = None
    value: str | None = None
    level: RubricLevel | None = None
    status: str | None = None

    def to_document(self) -> dict[str, Any]:
        members = {
            "type": ["Result"],
            "resultDescription": None if self.description is None else self.description.id,
            "value": self.value,
            "achievedLevel": None if self.level is None else self.level.id,
            "status": self.status,
        }
        return written(members, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBadge:
    """That somebody achieved something: an OpenBadgeCredential.

    `recipient` is a DID or other identifier of the learner, an `Identity` that the issuer knows them by, or several of
    these, of which one may be an identifier. `status` is where it will say that the badge was withdrawn.
    """

    issuer: Profile
    recipient: Learner
    achievement: Achievement
    valid_from: datetime
    id: str = field(default_factory=new_id)
    valid_until: datetime | None = None
    awarded_date: datetime | None = None
    name: str | None = None
    description: str | None = None
    image: Image | None = None
    narrative: str | None = None
    results: Sequence[Result] = ()
    evidence: Sequence[BadgeEvidence] = ()
    endorsements: Sequence[SignedDocument | Mapping[str, Any]] = ()
    status: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_envelope(self.id, self.valid_from, self.valid_until)
        _subject_of(self.recipient)
        known = {description.id for description in self.achievement.result_descriptions}
        for result in self.results:
            if result.description is not None and result.description.id not in known:
                raise ValueError(f"the achievement has no result description {result.description.id!r}")

    def to_document(self) -> dict[str, Any]:
        subject = {
            **_subject_of(self.recipient),
            "type": ["AchievementSubject"],
            "narrative": self.narrative,
            "result": list(self.results),
            "achievement": self.achievement,
        }
        members = {
            "@context": _contexts(OPEN_BADGES_CONTEXT, self.status, self.more),
            "id": self.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            "validUntil": self.valid_until,
            "awardedDate": self.awarded_date,
            "name": self.name,
            "description": self.description,
            "image": self.image,
            "credentialSubject": written(subject, {}),
            "evidence": list(self.evidence),
            "endorsement": [_embedded(entry, "an endorsement") for entry in self.endorsements],
            "credentialStatus": self.status,
        }
        return written(members, self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """That somebody stands behind something: an EndorsementCredential about a credential, an achievement or a profile."""

    issuer: Profile
    about: str | Achievement | Profile | OpenBadge
    name: str
    valid_from: datetime
    comment: str | None = None
    id: str = field(default_factory=new_id)
    valid_until: datetime | None = None
    description: str | None = None
    status: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_envelope(self.id, self.valid_from, self.valid_until)
        require_text(self.name, "a name, which an endorsement must have")
        require_iri(self._endorsed(), "what is endorsed")

    def _endorsed(self) -> str:
        return self.about if isinstance(self.about, str) else self.about.id

    def to_document(self) -> dict[str, Any]:
        subject = {"id": self._endorsed(), "type": ["EndorsementSubject"], "endorsementComment": self.comment}
        members = {
            "@context": _contexts(OPEN_BADGES_CONTEXT, self.status, self.more),
            "id": self.id,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            "validUntil": self.valid_until,
            "name": self.name,
            "description": self.description,
            "credentialSubject": written(subject, {}),
            "credentialStatus": self.status,
        }
        return written(members, self.more)


@dataclass(frozen=True, slots=True)
class Association:
    """How two achievements belong together: `source` is for example the child of `target` ("isChildOf")."""

    source: str | Achievement
    association_type: AssociationType
    target: str | Achievement

    @property
    def ids(self) -> tuple[str, str]:
        """The ids of the two achievements."""
        source, target = (end if isinstance(end, str) else end.id for end in (self.source, self.target))
        return source, target

    def to_document(self) -> dict[str, Any]:
        source, target = self.ids
        return {
            "type": "Association",
            "associationType": self.association_type,
            "sourceId": source,
            "targetId": target,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRecord:
    """What somebody achieved, as one issuer puts it together: a ClrCredential with signed badges inside.

    `badges` are signed credentials as JSON, by whomever: what `issue` gave, or parsed documents. Tokens cannot be
    embedded (CLR 2.0 has no place for them). `achievements` are described without being asserted, for associations to
    name. `partial` says that the publisher knows more of the learner than is in here.
    """

    issuer: Profile
    recipient: Learner
    name: str
    badges: Sequence[SignedDocument | Mapping[str, Any]]
    valid_from: datetime
    associations: Sequence[Association] = ()
    achievements: Sequence[Achievement] = ()
    partial: bool | None = None
    id: str = field(default_factory=new_id)
    valid_until: datetime | None = None
    awarded_date: datetime | None = None
    description: str | None = None
    image: Image | None = None
    status: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_envelope(self.id, self.valid_from, self.valid_until)
        require_text(self.name, "a name, which a record must have")
        _subject_of(self.recipient)
        if not self.badges:
            raise ValueError("expected at least one badge: a record of nothing records nothing")
        known = {achievement.id for achievement in self.achievements}
        known.update(*(_achievement_ids(_embedded(badge, "a badge")) for badge in self.badges))
        for association in self.associations:
            for end in association.ids:
                if end not in known:
                    raise ValueError(f"an association names {end!r}, which is no achievement of this record")

    def to_document(self) -> dict[str, Any]:
        subject = {
            **_subject_of(self.recipient),
            "type": ["ClrSubject"],
            "verifiableCredential": [_embedded(badge, "a badge") for badge in self.badges],
            "achievement": list(self.achievements),
            "association": list(self.associations),
        }
        members = {
            "@context": _contexts(CLR_CONTEXT, self.status, self.more),
            "id": self.id,
            "type": ["VerifiableCredential", "ClrCredential"],
            "issuer": self.issuer,
            "validFrom": self.valid_from,
            "validUntil": self.valid_until,
            "awardedDate": self.awarded_date,
            "name": self.name,
            "description": self.description,
            "image": self.image,
            "partial": self.partial,
            "credentialSubject": written(subject, {}),
            "credentialStatus": self.status,
        }
        return written(members, self.more)


# --- parts -------------------------------------------------------------------------------------------------------------


def _check_envelope(identifier: str, valid_from: datetime, valid_until: datetime | None) -> None:
    require_iri(identifier, "the id of a credential")
    for moment in (valid_from, valid_until):
        if moment is not None and moment.utcoffset() is None:
            raise ValueError("expected a datetime with a time zone: without one it names no moment")
    if valid_until is not None and valid_until < valid_from:
        raise ValueError("valid_until is before valid_from")


def _subject_of(recipient: Learner) -> dict[str, Any]:
    """Who a credential is about: `id`, `identifier`, or both. Raises `ValueError` when that is nobody or two."""
    entries = [recipient] if isinstance(recipient, str | Identity) else list(recipient)
    ids = [entry for entry in entries if isinstance(entry, str)]
    identities = [entry for entry in entries if isinstance(entry, Identity)]
    if not entries or len(ids) > 1:
        raise ValueError("expected a recipient: at most one identifier, such as a DID, and any number of identities")
    for entry in ids:
        if not is_learner_id(entry):
            raise ValueError(f"{entry!r} is no identifier; for an address write Identity.email({entry!r})")
    return {
        **({"id": ids[0]} if ids else {}),
        **({"identifier": [identity.to_document() for identity in identities]} if identities else {}),
    }


def is_learner_id(text: str) -> bool:
    """Whether a text can be the id of a subject; an e-mail address cannot."""
    try:
        require_iri(text, "a recipient")
    except ValueError:
        return False
    return True


def _contexts(context: str, status: Mapping[str, Any] | None, more: Mapping[str, Any]) -> list[str]:
    contexts = [VCDM_2_0_CONTEXT, context]
    if context == CLR_CONTEXT:
        contexts.append(OPEN_BADGES_CONTEXT)
    holders = [status, *(entry for value in more.values() for entry in as_list(value))]
    types = {name for holder in holders if isinstance(holder, Mapping) for name in as_list(holder.get("type"))}
    return [*contexts, EXTENSIONS_CONTEXT] if _EXTENSION_TYPES & types else contexts


def _embedded(credential: SignedDocument | Mapping[str, Any], what: str) -> dict[str, Any]:
    """A signed credential as it stands inside another one. Raises `ValueError` when it is none."""
    if isinstance(credential, Mapping):
        document = dict(credential)
    else:
        try:
            document = strict_json.parse_object(credential.data)
        except Malformed as exc:
            raise ValueError(f"expected {what} as JSON: a token cannot be embedded") from exc
    if "proof" not in document:
        raise ValueError(f"expected {what} that is signed: without a proof nobody can tell who said it")
    return document


def _achievement_ids(document: Mapping[str, Any]) -> set[str]:
    subjects = [entry for entry in as_list(document.get("credentialSubject")) if isinstance(entry, Mapping)]
    entries = [entry for subject in subjects for entry in as_list(subject.get("achievement"))]
    return {entry["id"] for entry in entries if isinstance(entry, Mapping) and isinstance(entry.get("id"), str)}
