"""Personal access tokens: keys that a learner makes for programs of their own, each for some purposes only."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from vcwallet_api.account.bearers import Bearer
from vcwallet_api.account.callers import SCOPES, Caller
from vcwallet_api.account.profile import is_administrator, plain_name
from vcwallet_api.protection import is_same_digest
from vcwallet_api.refusals import Conflict, NotAllowed, NotFound, Unauthenticated, Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import PersonalToken

# So that scanners of code and logs recognise a token that leaked.
PREFIX: Final = "vcw_"
# One for each program that somebody could have, and a bound for a program that makes them.
_MAX_TOKENS: Final = 50
_USED_GRAIN: Final = timedelta(minutes=10)
# The end of what a datetime can say, with room for every time zone: beyond it a row could be written and not read again.
_LATEST_END: Final = datetime(9999, 1, 1, tzinfo=UTC)


def create_token(
    database: Database,
    caller: Caller,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    administrators: frozenset[str],
    now: datetime,
) -> tuple[PersonalToken, str]:
    """A new token, and its text, which is shown this once. Raises Unusable, NotAllowed, Conflict."""
    caller.require_fresh_proof(now)
    if not scopes:
        raise Unusable("scope_needed", facts={"scopes": list(SCOPES)})
    if set(scopes) - set(SCOPES):
        raise Unusable("scope_unknown", facts={"scopes": list(SCOPES)})
    if expires_at is not None and expires_at <= now:
        raise Unusable("end_is_past")

    def _create(session: Session) -> tuple[PersonalToken, str]:
        if "deliveries:write" in scopes and not is_administrator(session, caller.account_id, administrators):
            raise NotAllowed("not_an_administrator")
        count = session.scalar(
            select(func.count()).select_from(PersonalToken).where(PersonalToken.account_id == caller.account_id)
        )
        if (count or 0) >= _MAX_TOKENS:
            raise Conflict("too_many_tokens")
        bearer = Bearer.new(caller.account_id, new_id(now))
        token = PersonalToken(
            account_id=caller.account_id,
            id=bearer.row_id,
            name=plain_name(name),
            scopes=sorted(scopes),
            secret_sha256=bearer.digest,
            created_at=now,
            expires_at=min(expires_at, _LATEST_END) if expires_at is not None else None,
        )
        session.add(token)
        return token, f"{PREFIX}{bearer}"

    return database.retrying(_create)


def recognise_token(database: Database, text: str, now: datetime) -> Caller:
    """Whose token this is. Raises Unauthenticated `token_invalid`."""
    bearer = Bearer.parse(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None
    with database.read() as session:
        row = session.get(PersonalToken, (bearer.account_id, bearer.row_id)) if bearer is not None else None
    if bearer is None or row is None or not is_same_digest(row.secret_sha256, bearer.digest):
        raise Unauthenticated("token_invalid")
    if row.expires_at is not None and now >= row.expires_at:
        raise Unauthenticated("token_invalid")
    if row.last_used_at is None or now - row.last_used_at > _USED_GRAIN:
        _note_used(database, bearer, now)
    return Caller(row.account_id, None, frozenset(row.scopes), None)


def list_tokens(database: Database, caller: Caller) -> list[PersonalToken]:
    """Every token of the account, the newest first. Their texts are known to nobody any more."""
    with database.read() as session:
        rows = session.scalars(
            select(PersonalToken).where(PersonalToken.account_id == caller.account_id).order_by(PersonalToken.id.desc())
        )
        return list(rows)


def revoke_token(database: Database, caller: Caller, token_id: UUID) -> None:
    """The token works no more. Raises NotFound."""

    def _revoke(session: Session) -> bool:
        row = session.get(PersonalToken, (caller.account_id, token_id))
        if row is not None:
            session.delete(row)
        return row is not None

    if not database.retrying(_revoke):
        raise NotFound("token_unknown")


def _note_used(database: Database, bearer: Bearer, now: datetime) -> None:
    def _note(session: Session) -> None:
        session.execute(
            update(PersonalToken)
            .where(PersonalToken.account_id == bearer.account_id, PersonalToken.id == bearer.row_id)
            .values(last_used_at=now)
        )

    database.retrying(_note)
