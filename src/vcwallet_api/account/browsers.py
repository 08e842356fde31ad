"""Browsers that are signed in: how one is recognised, renewed, listed and signed out.

A sign-in ends after a month in which nobody came, and after half a year in any case. Whenever somebody proves who they are
the cookie is a new one, so that an old one that was seen somewhere is of no use.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vcwallet_api.account.bearers import Bearer
from vcwallet_api.account.callers import Caller
from vcwallet_api.clock import CLOCK_SKEW
from vcwallet_api.protection import is_same_digest
from vcwallet_api.refusals import NotFound, Unauthenticated
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import SignIn

IDLE_LIFETIME: Final = timedelta(days=30)
TOTAL_LIFETIME: Final = timedelta(days=180)
# How exactly it is known when somebody was last there: a write for every request would be too much.
_SEEN_GRAIN: Final = timedelta(minutes=10)
_MAX_DEVICE_LENGTH: Final = 120


def open_sign_in(session: Session, account_id: UUID, device: str, now: datetime) -> Bearer:
    """A new sign-in of this account; what the cookie says is handed back, and kept nowhere."""
    bearer = Bearer.new(account_id, new_id(now))
    shown = "".join(character for character in device if unicodedata.category(character)[0] != "C")
    session.add(
        SignIn(
            account_id=account_id,
            id=bearer.row_id,
            secret_sha256=bearer.digest,
            created_at=now,
            proved_at=now,
            last_seen_at=now,
            device=shown[:_MAX_DEVICE_LENGTH],
        )
    )
    return bearer


def recognise_browser(database: Database, cookie: str, now: datetime) -> Caller:
    """Whose cookie this is. Raises Unauthenticated `sign_in_needed` for one that is none, or no longer."""
    bearer = Bearer.parse(cookie)
    with database.read() as session:
        row = session.get(SignIn, (bearer.account_id, bearer.row_id)) if bearer is not None else None
    if bearer is None or row is None or not is_same_digest(row.secret_sha256, bearer.digest):
        raise Unauthenticated("sign_in_needed")
    if now >= row.last_seen_at + IDLE_LIFETIME or now >= row.created_at + TOTAL_LIFETIME:
        raise Unauthenticated("sign_in_needed")
    # One from the future was opened when the clock was wrong, and would live for as long as it was wrong.
    if now < row.created_at - CLOCK_SKEW:
        raise Unauthenticated("sign_in_needed")
    if now - row.last_seen_at > _SEEN_GRAIN:
        _note_seen(database, bearer, now)
    return Caller(row.account_id, row.id, None, row.proved_at)


def replace_sign_in(session: Session, caller: Caller, now: datetime) -> Bearer:
    """The same browser under a new secret, freshly proved. Raises Unauthenticated when it was signed out meanwhile."""
    row = session.get(SignIn, (caller.account_id, caller.sign_in_id)) if caller.sign_in_id is not None else None
    if row is None:
        raise Unauthenticated("sign_in_needed")
    bearer = Bearer.new(row.account_id, row.id)
    row.secret_sha256, row.proved_at, row.last_seen_at = bearer.digest, now, now
    return bearer


def sign_out(database: Database, caller: Caller) -> None:
    """This browser is signed out."""
    if caller.sign_in_id is not None:
        close_sign_in(database, caller, caller.sign_in_id)


def close_sign_in(database: Database, caller: Caller, sign_in_id: UUID) -> None:
    """One browser of the account is signed out. Raises NotFound."""

    def _close(session: Session) -> bool:
        row = session.get(SignIn, (caller.account_id, sign_in_id))
        if row is not None:
            session.delete(row)
        return row is not None

    if not database.retrying(_close):
        raise NotFound("sign_in_unknown")


def close_other_sign_ins(database: Database, caller: Caller) -> None:
    """Every browser of the account but this one is signed out."""

    def _close(session: Session) -> None:
        session.execute(delete(SignIn).where(SignIn.account_id == caller.account_id, SignIn.id != caller.sign_in_id))

    database.retrying(_close)


def forget_cookie(session: Session, cookie: str | None) -> None:
    """The sign-in that this cookie stands for is over: somebody signs in anew in its browser."""
    bearer = Bearer.parse(cookie) if cookie else None
    row = session.get(SignIn, (bearer.account_id, bearer.row_id)) if bearer is not None else None
    if bearer is not None and row is not None and is_same_digest(row.secret_sha256, bearer.digest):
        session.delete(row)


def list_sign_ins(database: Database, caller: Caller, now: datetime) -> list[SignIn]:
    """Every browser that is signed in, the latest first."""
    with database.read() as session:
        rows = session.scalars(
            select(SignIn)
            .where(
                SignIn.account_id == caller.account_id,
                SignIn.last_seen_at > now - IDLE_LIFETIME,
                SignIn.created_at > now - TOTAL_LIFETIME,
            )
            .order_by(SignIn.last_seen_at.desc(), SignIn.id)
        )
        return list(rows)


def _note_seen(database: Database, bearer: Bearer, now: datetime) -> None:
    def _note(session: Session) -> None:
        session.execute(
            update(SignIn)
            .where(SignIn.account_id == bearer.account_id, SignIn.id == bearer.row_id)
            .values(last_seen_at=now)
        )

    database.retrying(_note)
