"""A credential as people speak of it: who says what about whom, and from when until when.

`Credential` is a read-only view over the parsed document of a Verifiable Credential, data model 2.0 or 1.1. It keeps
every member, because every member may be signed, and it judges nothing: what is missing or of the wrong type reads as
None. Whether the credential is any good is for the structure rules and the proof to say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from vcwallet.errors import Malformed
from vcwallet.wire.identifiers import comparable
from vcwallet.wire.timestamps import parse_timestamp

VCDM_2_0_CONTEXT = "https://www.w3.org/ns/credentials/v2"
VCDM_1_1_CONTEXT = "https://www.w3.org/2018/credentials/v1"

CredentialKind = Literal["AchievementCredential", "EndorsementCredential", "ClrCredential", "VerifiableCredential"]

# OpenBadgeCredential is an alias of AchievementCredential (OB 3.0, B.1.1): both terms have the same IRI.
_KINDS: Mapping[str, CredentialKind] = {
    "AchievementCredential": "AchievementCredential",
    "OpenBadgeCredential": "AchievementCredential",
    "EndorsementCredential": "EndorsementCredential",
    "ClrCredential": "ClrCredential",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """A read-only view of one credential; `document` is its JSON and must not be changed.

    `received` is what was received, byte for byte: the JSON text, or the compact JWS; None when the credential was
    given as a Python value, so that there never were bytes.
    """

    document: Mapping[str, Any]
    received: bytes | None = field(default=None, repr=False)

    @property
    def version(self) -> Literal["2.0", "1.1"] | None:
        """The data model, as the first `@context` entry says; None when that is neither of the two."""
        first = next(iter(as_list(self.document.get("@context"))), None)
        if first == VCDM_2_0_CONTEXT:
            return "2.0"
        return "1.1" if first == VCDM_1_1_CONTEXT else None

    @property
    def id(self) -> str | None:
        return as_text(self.document.get("id"))

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(entry for entry in as_list(self.document.get("type")) if isinstance(entry, str))

    @property
    def kind(self) -> CredentialKind:
        """What sort of credential this is by its types; anything unknown is just a VerifiableCredential."""
        return next((_KINDS[name] for name in self.types if name in _KINDS), "VerifiableCredential")

    @property
    def name(self) -> str | None:
        """The name in whatever language comes first; Open Badges often name only the achievement."""
        return _first_text(self.document.get("name")) or _first_text((self.achievement or {}).get("name"))

    @property
    def description(self) -> str | None:
        return _first_text(self.document.get("description")) or _first_text((self.achievement or {}).get("description"))

    @property
    def issuer_id(self) -> str | None:
        """The identifier of who says it: `issuer` itself, or its `id` when it is an object (VCDM 2.0, 4.7)."""
        issuer = self.document.get("issuer")
        return as_text(issuer.get("id")) if isinstance(issuer, Mapping) else as_text(issuer)

    @property
    def issuer_name(self) -> str | None:
        issuer = self.document.get("issuer")
        return _first_text(issuer.get("name")) if isinstance(issuer, Mapping) else None

    @property
    def subjects(self) -> tuple[Mapping[str, Any], ...]:
        subject = self.document.get("credentialSubject")
        return tuple(entry for entry in as_list(subject) if isinstance(entry, Mapping))

    @property
    def subject(self) -> Mapping[str, Any] | None:
        """The subject, if there is exactly one: Open Badges and CLR demand that."""
        return self.subjects[0] if len(self.subjects) == 1 else None

    @property
    def subject_id(self) -> str | None:
        return as_text((self.subject or {}).get("id"))

    @property
    def achievement(self) -> Mapping[str, Any] | None:
        achievement = (self.subject or {}).get("achievement")
        return achievement if isinstance(achievement, Mapping) else None

    @property
    def members(self) -> tuple["Credential", ...]:
        """What a learner record has in it (CLR 2.0, `verifiableCredential` of the subject); () for anything else."""
        entries = as_list((self.subject or {}).get("verifiableCredential"))
        return tuple(Credential(entry) for entry in entries if isinstance(entry, Mapping))

    @property
    def valid_from(self) -> datetime | None:
        """`validFrom`, or `issuanceDate` of data model 1.1; None also when it cannot be read."""
        return self._moment("validFrom", "issuanceDate")

    @property
    def valid_until(self) -> datetime | None:
        """`validUntil`, or `expirationDate` of data model 1.1; None also when it cannot be read."""
        return self._moment("validUntil", "expirationDate")

    @property
    def awarded_at(self) -> datetime | None:
        """When it was awarded: `awardedDate` (OB 3.0, B.1.1), or else when it begins to be valid."""
        return self._moment("awardedDate") or self.valid_from

    def _moment(self, *members: str) -> datetime | None:
        for member in members:
            if member in self.document:
                try:
                    return parse_timestamp(self.document[member])
                except Malformed:
                    return None
        return None


class Comparable(Protocol):
    """What two credentials are compared by: a `Credential` has it, and so has an `Assertion` of Open Badges 2.0."""

    @property
    def id(self) -> str | None: ...

    @property
    def issuer_id(self) -> str | None: ...

    @property
    def valid_from(self) -> datetime | None: ...


def is_same_credential(one: Comparable, other: Comparable) -> bool:
    """Whether two credentials are one and the same (OB 3.0, 10: Credential Equality and Comparison).

    They are when issuer id and credential id are both equal after percent-decoding and trimming white space. There is
    no case folding. A credential that lacks either identifier equals nothing.
    """
    mine = credential_key(one)
    return mine is not None and mine == credential_key(other)


def credential_key(credential: Comparable) -> tuple[str, str] | None:
    """What two credentials share exactly when they are one and the same: to store them, and to find them again.

    Issuer id and credential id, each percent-decoded and trimmed; None for a credential that lacks one of them.
    """
    issuer, own = _comparable(credential.issuer_id), _comparable(credential.id)
    return (issuer, own) if issuer is not None and own is not None else None


def is_newer(one: Comparable, other: Comparable) -> bool:
    """Whether `one` may replace `other`: the same credential with a later `validFrom` (OB 3.0, 10).

    Instants are compared, not their spelling.
    """
    if not is_same_credential(one, other) or one.valid_from is None or other.valid_from is None:
        return False
    return one.valid_from > other.valid_from


def _comparable(identifier: str | None) -> str | None:
    return comparable(identifier) if identifier else None


def as_list(value: Any) -> list[Any]:
    """A JSON-LD set: nothing, one value, or an array of values."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_text_list(value: Any) -> list[str]:
    """The strings among one value or several."""
    return [entry for entry in as_list(value) if isinstance(entry, str)]


def as_text(value: Any) -> str | None:
    """A JSON string; None for anything else."""
    return value if isinstance(value, str) else None


def _first_text(value: Any) -> str | None:
    """A plain string, or the first string among language value objects (VCDM 2.0, 11.1)."""
    return next(_texts(value), None)


def _texts(value: Any) -> Iterator[str]:
    for entry in as_list(value):
        text = entry.get("@value") if isinstance(entry, Mapping) else entry
        if isinstance(text, str):
            yield text
