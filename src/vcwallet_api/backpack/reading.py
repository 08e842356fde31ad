"""What is read from a credential and its report into the columns of a row: all of it can be read again from the bytes."""

import hashlib
from datetime import datetime
from typing import Any, Final

from vcwallet import Outcome, Problem, credential_key
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
    report, credential = checked.report, checked.report.credential
    if credential is None:
        raise ValueError("a report without a credential says nothing about it")
    key = credential_key(credential)
    name, issuer_name = _text(credential.name, _MAX_NAME), _text(credential.issuer_name, _MAX_NAME)
    description = _text(credential.description, _MAX_DESCRIPTION)
    return {
        "sha256": digest_of(received),
        "kind": credential.kind,
        "securing": report.securing[:64],
        "credential_id": stored_identifier(credential.id),
        "issuer_id": stored_identifier(credential.issuer_id),
        # An identifier of any length is the same exactly when its digest is, and fits into an index.
        "issuer_key": digest_of(key[0].encode("utf-8", "surrogatepass")) if key is not None else None,
        "credential_key": digest_of(key[1].encode("utf-8", "surrogatepass")) if key is not None else None,
        "name": name,
        "name_key": sort_key(name),
        "description": description,
        "issuer_name": issuer_name,
        "issuer_name_key": sort_key(issuer_name or credential.issuer_id or ""),
        "search_text": search_text(name, issuer_name, description),
        "awarded_at": credential.awarded_at or added_at,
        "valid_from": credential.valid_from,
        "valid_until": credential.valid_until,
        "verdict": report.verdict,
        "matched_spelling": checked.recipient.value if checked.recipient is not None else None,
        "report": report.to_dict(),
        **status_columns(checked),
    }


def status_columns(checked: Checked) -> dict[str, Any]:
    """Whether the issuer withdrew it, and why. Empty when that could not be found out: then what is known stays."""
    outcome = checked.outcome("status")
    if outcome is Outcome.UNKNOWN:
        return {}
    problems = [
        problem
        for check in checked.report.checks
        if check.name == "status" and check.outcome is Outcome.FAILED
        for problem in (*check.problems, Problem(check.code, check.message))
        if problem.code in _WITHDRAWN
    ]
    # The library says who did what, and after a colon why.
    reason = problems[0].message.partition(": ")[2] if problems else ""
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
