"""What is read from a credential and its report into the columns of a row: all of it can be read again from the bytes."""

import hashlib
from datetime import datetime
from typing import Any, Final

from vcwallet import Outcome
from vcwallet_api.backpack.searching import search_text, sort_key
from vcwallet_api.verifier import Checked

_PNG: Final = b"\x89PNG\r\n\x1a\n"
# Columns are for lists; the whole text is in the bytes.
_MAX_NAME: Final = 500
_MAX_DESCRIPTION: Final = 4000
_MAX_IDENTIFIER: Final = 2000

_WITHDRAWN: Final = frozenset({"revoked", "suspended", "badge_revoked"})


def derived_columns(received: bytes, checked: Checked, *, added_at: datetime) -> dict[str, Any]:
    """The columns of `BackpackItem` below its line, for what was received and checked."""
    said, key = checked.said, checked.said.key if checked.said is not None else None
    if said is None:
        raise ValueError("a report without a credential says nothing about it")
    name, issuer_name = _text(said.name, _MAX_NAME), _text(said.issuer_name, _MAX_NAME)
    description = _text(said.description, _MAX_DESCRIPTION)
    return {
        "sha256": digest_of(received),
        "kind": said.kind,
        "securing": checked.report["securing"][:64],
        "credential_id": stored_identifier(said.id),
        "issuer_id": stored_identifier(said.issuer_id),
        # An identifier of any length is the same exactly when its digest is, and fits into an index.
        "issuer_key": digest_of(key[0].encode("utf-8", "surrogatepass")) if key is not None else None,
        "credential_key": digest_of(key[1].encode("utf-8", "surrogatepass")) if key is not None else None,
        "name": name,
        "name_key": sort_key(name),
        "description": description,
        "issuer_name": issuer_name,
        "issuer_name_key": sort_key(issuer_name or said.issuer_id or ""),
        "search_text": search_text(name, issuer_name, description),
        "awarded_at": said.awarded_at or added_at,
        "valid_from": said.valid_from,
        "valid_until": said.valid_until,
        "verdict": checked.verdict,
        "matched_spelling": checked.recipient.value if checked.recipient is not None else None,
        "report": dict(checked.report),
        **status_columns(checked),
    }


def status_columns(checked: Checked) -> dict[str, Any]:
    """Whether the issuer withdrew it, and why. Empty when that was not found out: then what is known stays.

    Only a list that was read and believed says that a badge is not withdrawn: a list that is no good, or a check that did
    not come as far as its list, takes nothing back.
    """
    problems = [
        problem
        for check in checked.report["checks"]
        if check["name"] == "status" and check["outcome"] == Outcome.FAILED
        for problem in (*check["problems"], check)
        if problem["code"] in _WITHDRAWN
    ]
    if not problems and checked.outcome("status") is not Outcome.PASSED:
        return {}
    # The library says who did what, and after a colon why.
    reason = problems[0]["detail"].partition(": ")[2] if problems else ""
    return {"is_revoked": bool(problems), "revocation_reason": _text(reason, _MAX_NAME)}


def digest_of(received: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(received).hexdigest()


def media_type_of(received: bytes) -> str:
    """What these bytes are, told by the bytes and not by whoever sent them."""
    if received.startswith(_PNG):
        return "image/png"
    start = received.lstrip()[:1]
    if start == b"<":
        return "image/svg+xml"
    return "application/json" if start == b"{" else "application/jwt"


def _text(value: str | None, length: int) -> str:
    # A lone surrogate or U+0000 can be in JSON, and not in a database.
    return (value or "").encode("utf-8", "replace").decode().replace("\0", "\ufffd")[:length]


def stored_identifier(value: str | None) -> str | None:
    """An identifier as a column has it, to be written there or looked for."""
    return _text(value, _MAX_IDENTIFIER) if value is not None else None
