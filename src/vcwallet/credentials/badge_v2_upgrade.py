"""Recognise Open Badges of the versions 0.5 to 2.0, and bring the older ones into the shape of 2.0.

Only the shape changes: members move to the names that 2.0 gave them, and dates get the zone that they were always meant in.
Nothing is made up. Where a version demanded less than 2.0 does, the rules ask for less (`badge_v2_rules`).

- 0.5 has no context, names its recipient by a string, and embeds badge and issuer;
- 1.0 has no context, says in `verify` how to verify it, and refers to badge and issuer by URL;
- 1.1 is 1.0 as JSON-LD, with the context v1; 2.0 has the context v2.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from vcwallet.credentials.badge_v2 import V1_CONTEXT, V2_CONTEXT, BadgeVersion
from vcwallet.credentials.credential import as_list, as_text
from vcwallet.errors import Malformed
from vcwallet.wire.timestamps import format_timestamp, from_numeric_date, parse_timestamp

BadgeRole = Literal["assertion", "endorsement", "badge class", "profile", "key", "revocation list"]

# What a badge document without a context of Open Badges is known by; other things are called Profile or Issuer too.
_TELLING_TYPES: Final = frozenset({"Assertion", "BadgeClass"})
_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

_OLD_ALIGNMENT: Final = {"url": "targetUrl", "name": "targetName", "description": "targetDescription"}


def is_badge_document(document: Mapping[str, Any]) -> bool:
    """Whether this is, or means to be, a document of Open Badges 0.5 to 2.0 and no verifiable credential."""
    contexts = as_list(document.get("@context"))
    types = as_list(document.get("type"))
    if "VerifiableCredential" in types or "credentialSubject" in document or "vc" in document:
        return False
    if V2_CONTEXT in contexts or V1_CONTEXT in contexts:
        return True
    if any(isinstance(name, str) and name in _TELLING_TYPES for name in types):
        return True
    return not contexts and not types and "badge" in document and ("recipient" in document or "verify" in document)


def version_of(document: Mapping[str, Any]) -> BadgeVersion:
    """The version that a badge document is written in, by its context and, without one, by how it is put together."""
    contexts = as_list(document.get("@context"))
    if V2_CONTEXT in contexts:
        return "2.0"
    if V1_CONTEXT in contexts:
        return "1.1"
    if contexts:
        return "2.0"
    is_whole = isinstance(document.get("badge"), Mapping) and isinstance(document.get("recipient"), str)
    return "0.5" if is_whole and "verify" not in document else "1.0"


def upgrade(
    document: Mapping[str, Any], role: BadgeRole, *, address: str | None = None
) -> tuple[dict[str, Any], BadgeVersion]:
    """The document in the shape of 2.0, and the version it was written in. The document given is not changed.

    `address` is where it was fetched from: before 1.1 that was the only identifier of badge classes and issuers.
    """
    version = version_of(document)
    upgraded = dict(document)
    if role in ("assertion", "endorsement") and "verification" not in upgraded and "verify" in upgraded:
        # The published context of 2.0 has `verify` as an alias.
        upgraded["verification"] = upgraded.pop("verify")
    if version != "2.0":
        change = _CHANGES.get(role)
        if change is not None:
            change(upgraded, version)
        if address is not None:
            upgraded.setdefault("id", address)
        if role == "assertion" and isinstance(document.get("uid"), str):
            upgraded.setdefault("id", f"uid:{document['uid']}")
    return upgraded, version


def _upgrade_assertion(document: dict[str, Any], version: BadgeVersion) -> None:
    document.setdefault("type", "Assertion")
    if "issued_on" in document:
        document.setdefault("issuedOn", document.pop("issued_on"))
    for member in ("issuedOn", "expires"):
        if member in document:
            document[member] = _with_zone(document[member])
    if version == "0.5":
        _upgrade_recipient(document)
        document.setdefault("verification", {"type": "HostedBadge"})
    verification = document.get("verification")
    if isinstance(verification, Mapping):
        _upgrade_verification(document, verification)
    badge = document.get("badge")
    if isinstance(badge, Mapping):
        document["badge"] = embedded = dict(badge)
        _upgrade_badge_class(embedded, version)


def _upgrade_recipient(document: dict[str, Any]) -> None:
    """0.5: an e-mail address or its hash, and the salt beside it."""
    identity = document.get("recipient")
    if not isinstance(identity, str):
        return
    recipient: dict[str, Any] = {"type": "email", "identity": identity, "hashed": "@" not in identity}
    if isinstance(document.get("salt"), str):
        recipient["salt"] = document.pop("salt")
    document["recipient"] = recipient


def _upgrade_verification(document: dict[str, Any], verification: Mapping[str, Any]) -> None:
    """1.x: `url` is the address of the assertion itself, or that of the key."""
    url = as_text(verification.get("url"))
    if verification.get("type") == "hosted":
        document["verification"] = {**verification, "type": "HostedBadge"}
        if url is not None:
            document.setdefault("id", url)
    elif verification.get("type") == "signed":
        document["verification"] = {**verification, "type": "SignedBadge"}
        if url is not None:
            document["verification"].setdefault("creator", url)


def _upgrade_badge_class(document: dict[str, Any], version: BadgeVersion) -> None:
    document.setdefault("type", "BadgeClass")
    if "alignment" in document:
        document["alignment"] = [_upgraded_alignment(entry) for entry in as_list(document["alignment"])]
    issuer = document.get("issuer")
    if isinstance(issuer, Mapping):
        document["issuer"] = embedded = dict(issuer)
        _upgrade_profile(embedded, version)


def _upgraded_alignment(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    return {_OLD_ALIGNMENT.get(member, member): value for member, value in entry.items()}


def _upgrade_profile(document: dict[str, Any], version: BadgeVersion) -> None:
    del version
    document.setdefault("type", "Issuer")
    if "contact" in document:
        document.setdefault("email", document.pop("contact"))
    if "origin" in document:
        document.setdefault("url", document.pop("origin"))
    if isinstance(document.get("name"), str) and isinstance(document.get("org"), str):
        document["name"] = f"{document['name']}: {document.pop('org')}"


_CHANGES: Final[Mapping[BadgeRole, Callable[[dict[str, Any], BadgeVersion], None]]] = {
    "assertion": _upgrade_assertion,
    "badge class": _upgrade_badge_class,
    "profile": _upgrade_profile,
}


def _with_zone(value: Any) -> Any:
    """A date of 0.5 or 1.x as a moment in UTC: Unix seconds, a day, or a time without a zone. Else as it is."""
    try:
        if isinstance(value, str) and _SECONDS.fullmatch(value):
            return format_timestamp(from_numeric_date(int(value)))
        if isinstance(value, int | float):
            return format_timestamp(from_numeric_date(value))
        if isinstance(value, str) and _DAY.fullmatch(value):
            return format_timestamp(parse_timestamp(f"{value}T00:00:00Z"))
        if isinstance(value, str):
            return format_timestamp(parse_timestamp(f"{value}Z"))
    except Malformed:
        pass  # whether it can be read as it is, is for the rules to say
    return value
