"""An Open Badges 2.0 assertion as people speak of it: who awarded which badge to whom, and until when.

`Assertion` is a read-only view over JSON in the shape of Open Badges 2.0; `badge_v2_upgrade` brings older badges into that
shape. It judges nothing: what is missing or of the wrong type reads as None. Of what the assertion only refers to, the
badge class and the profile of its issuer, it knows what it is given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from vcwallet.credentials.credential import as_list, as_text
from vcwallet.errors import Malformed
from vcwallet.wire.timestamps import parse_timestamp

V2_CONTEXT: Final = "https://w3id.org/openbadges/v2"
V1_CONTEXT: Final = "https://w3id.org/openbadges/v1"

BadgeVersion = Literal["2.0", "1.1", "1.0", "0.5"]
AssertionKind = Literal["Assertion", "Endorsement"]

# OB 2.0, VerificationObject: the terms, their aliases in the published context, and what both are short for.
VERIFICATION_TYPES: Final[Mapping[str, Literal["hosted", "signed"]]] = {
    "hosted": "hosted",
    "HostedBadge": "hosted",
    "obi:HostedBadge": "hosted",
    "signed": "signed",
    "SignedBadge": "signed",
    "obi:SignedBadge": "signed",
}

# OB 2.0 asks for ISO 8601 with a zone and shows xsd:dateTime; issuers leave out seconds, or the colon in the offset.
_MOMENT: Final = re.compile(
    r"(?P<minute>\d{4}-\d\d-\d\dT\d\d:\d\d)(?P<second>:\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)", re.ASCII
)
_HOURS_ONLY: Final = 3


@dataclass(frozen=True, slots=True)
class Assertion:
    """A read-only view of one assertion, or of one endorsement; `document` is its JSON and must not be changed.

    `document` has the shape of Open Badges 2.0, whatever `version` it was written in. `received` is what was received,
    byte for byte; None when it was given as a Python value. `badge_document` and `issuer_document` are the badge class
    and the issuer's profile as they were fetched; without them what the assertion embeds is read instead.
    """

    document: Mapping[str, Any]
    received: bytes | None = field(default=None, repr=False)
    version: BadgeVersion = "2.0"
    badge_document: Mapping[str, Any] | None = field(default=None, repr=False)
    issuer_document: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def id(self) -> str | None:
        return as_text(self.document.get("id"))

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(entry for entry in as_list(self.document.get("type")) if isinstance(entry, str))

    @property
    def kind(self) -> AssertionKind:
        """An assertion awards a badge, an endorsement speaks well of somebody or something."""
        return "Endorsement" if "Endorsement" in self.types and "Assertion" not in self.types else "Assertion"

    @property
    def badge(self) -> Mapping[str, Any] | None:
        """The badge class: what is awarded."""
        embedded = self.document.get("badge")
        return self.badge_document or (embedded if isinstance(embedded, Mapping) else None)

    @property
    def badge_id(self) -> str | None:
        return _id_of(self.badge) or _id_of(self.document.get("badge"))

    @property
    def issuer(self) -> Mapping[str, Any] | None:
        """The profile of whoever awards the badge: the issuer of its badge class (OB 2.0, BadgeClass)."""
        embedded = self._stated_issuer
        return self.issuer_document or (embedded if isinstance(embedded, Mapping) else None)

    @property
    def _stated_issuer(self) -> Any:
        return self.document.get("issuer") if self.kind == "Endorsement" else (self.badge or {}).get("issuer")

    @property
    def issuer_id(self) -> str | None:
        return _id_of(self.issuer) or _id_of(self._stated_issuer)

    @property
    def issuer_name(self) -> str | None:
        return first_text((self.issuer or {}).get("name"))

    @property
    def name(self) -> str | None:
        return first_text((self.badge or {}).get("name"))

    @property
    def description(self) -> str | None:
        """What the badge is for; of an endorsement, what it says."""
        comment = (self.claim or {}).get("endorsementComment")
        return first_text((self.badge or {}).get("description")) or first_text(comment)

    @property
    def claim(self) -> Mapping[str, Any] | None:
        """What an endorsement is about, and what it says of it."""
        claim = self.document.get("claim")
        return claim if isinstance(claim, Mapping) else None

    @property
    def recipient(self) -> Mapping[str, Any] | None:
        recipient = self.document.get("recipient")
        return recipient if isinstance(recipient, Mapping) else None

    @property
    def subject_id(self) -> str | None:
        """The recipient's own identifier, where it is one and not hashed; of an endorsement, the id of its claim."""
        if self.claim is not None:
            return as_text(self.claim.get("id"))
        recipient = self.recipient or {}
        is_identifier = "id" in as_list(recipient.get("type")) or "url" in as_list(recipient.get("type"))
        return as_text(recipient.get("identity")) if is_identifier and recipient.get("hashed") is False else None

    @property
    def verification(self) -> Mapping[str, Any] | None:
        verification = self.document.get("verification")
        return verification if isinstance(verification, Mapping) else None

    @property
    def verification_type(self) -> Literal["hosted", "signed"] | None:
        """How it wants to be verified; None when it says neither, or both."""
        named = as_list((self.verification or {}).get("type"))
        found = {VERIFICATION_TYPES[name] for name in named if isinstance(name, str) and name in VERIFICATION_TYPES}
        return found.pop() if len(found) == 1 else None

    @property
    def creator(self) -> str | None:
        """The id of the key that signed it, if it says so."""
        return _id_of((self.verification or {}).get("creator"))

    @property
    def is_revoked(self) -> bool:
        return self.document.get("revoked") is True

    @property
    def revocation_reason(self) -> str | None:
        return first_text(self.document.get("revocationReason"))

    @property
    def issued_on(self) -> datetime | None:
        """None also when it cannot be read."""
        return self._moment("issuedOn")

    @property
    def expires(self) -> datetime | None:
        """None also when it cannot be read."""
        return self._moment("expires")

    @property
    def awarded_at(self) -> datetime | None:
        return self.issued_on

    @property
    def valid_from(self) -> datetime | None:
        return self.issued_on

    @property
    def valid_until(self) -> datetime | None:
        return self.expires

    def _moment(self, member: str) -> datetime | None:
        if member not in self.document:
            return None
        try:
            return parse_moment(self.document[member])
        except Malformed:
            return None


def parse_moment(value: Any, *, pointer: str = "") -> datetime:
    """A date and time of Open Badges 2.0: ISO 8601 with a zone, where seconds and the minutes of the zone may be missing.

    Raises Malformed as `parse_timestamp` does: timestamp_syntax, timestamp_without_zone, timestamp_out_of_range.
    """
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return parse_timestamp(value, pointer=pointer)
    zone = match["zone"]
    if zone != "Z":
        digits = zone.replace(":", "")
        zone = f"{digits[:_HOURS_ONLY]}:{digits[_HOURS_ONLY:] or '00'}"
    return parse_timestamp(f"{match['minute']}{match['second'] or ':00'}{zone}", pointer=pointer)


def first_text(value: Any) -> str | None:
    """A plain string, or the first string among several or among value objects with a language."""
    for entry in as_list(value):
        text = entry.get("@value") if isinstance(entry, Mapping) else entry
        if isinstance(text, str):
            return text
    return None


def _id_of(value: Any) -> str | None:
    """The id of something that is given by its id or as an object."""
    return as_text(value.get("id")) if isinstance(value, Mapping) else as_text(value)
