"""What a badge of Open Badges 2.0 or older says about itself, for `vcwallet inspect`. Nothing is verified or fetched."""

from collections.abc import Iterator, Mapping
from typing import Any

from vcwallet.credentials.badge_v2 import Assertion, first_text
from vcwallet.credentials.badge_v2_upgrade import upgrade
from vcwallet.credentials.credential import as_list
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured

Line = tuple[str, list[str]]


def badge_lines(document: Mapping[str, Any], secured: Secured, source: str) -> Iterator[Line]:
    """Labels and values, in the order of reading. What stands elsewhere is shown by its address."""
    yield "source", [source]
    if isinstance(secured, HostedAddress):
        yield "kind", ["the address of a badge of Open Badges 2.0 or older; what it says is there"]
        yield "address", [secured.address]
        return
    types = as_list(document.get("type"))
    shape, version = upgrade(document, "endorsement" if "Endorsement" in types else "assertion")
    badge = Assertion(shape, version=version)
    yield "kind", [badge.kind]
    yield "types", list(badge.types)
    yield "data model", [f"Open Badges {version}"]
    yield "secured by", [_securing(badge, secured)]
    yield "id", _texts(badge.id)
    yield "name", _texts(badge.name)
    yield "badge class", _texts(badge.badge_id)
    yield "description", _texts(badge.description)
    yield "issuer", _texts([badge.issuer_name, badge.issuer_id])
    yield "recipient", list(_recipient(badge))
    yield "about", _texts(badge.subject_id) if badge.claim is not None else []
    yield "issued on", _texts(shape.get("issuedOn"))
    yield "expires", _texts(shape.get("expires")) or ["no end is stated"]
    yield "revoked", [badge.revocation_reason or "yes"] if badge.is_revoked else []
    yield "narrative", _texts(shape.get("narrative"))
    yield "evidence", [_reference(entry) for entry in as_list(shape.get("evidence"))]
    yield "contexts", [entry for entry in as_list(shape.get("@context")) if isinstance(entry, str)]
    yield "endorsed by", [_reference(entry) for entry in as_list(shape.get("endorsement"))]


def _securing(badge: Assertion, secured: Secured) -> str:
    if isinstance(secured, CompactJwt):
        key = f" · {badge.creator}" if badge.creator else ""
        return f"JWS · {secured.unverified_jws.header.get('alg')}{key}"
    if badge.verification_type == "hosted":
        return "being hosted at its id by its issuer"
    return "nothing: it carries no signature"


def _recipient(badge: Assertion) -> Iterator[str]:
    recipient = badge.recipient
    if recipient is None:
        return
    hashed = " (hashed)" if recipient.get("hashed") is True else ""
    yield " · ".join(_texts(recipient.get("type")) + _texts(recipient.get("identity"))) + hashed


def _texts(value: Any) -> list[str]:
    return [text for text in (first_text(entry) for entry in as_list(value)) if text is not None]


def _reference(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return " · ".join(str(entry[name]) for name in ("name", "narrative", "id") if name in entry) or "an object"
    return str(entry)
