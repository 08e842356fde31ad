"""Merge another account into this one: what would move is shown first, then all of it moves at once, or nothing.

Whoever can read the mail to an address of an account could sign in there. So a code that was mailed to such an address, and
came back, is what allows to merge; the account that goes on must have been proved lately too. Each feature that keeps
something of an account says itself what moves, and moves it (`Mover`); `app.py` lists them in the order in which they move.
When all have moved theirs the other account is deleted, and what still belonged to it goes with it.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.profile import language_of, primary_address
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Languages
from vcwallet_api.mail.composing import Composer
from vcwallet_api.mail.outbox import post
from vcwallet_api.refusals import Conflict, Gone, NotFound
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import Account, FormerAccount, Merge, Table, VerifiedAddress

# Time to read what would move, and to prove who sits there.
OFFER_LIFETIME: Final = timedelta(minutes=30)
# More names than that nobody reads before they agree; the number says the rest.
_MAX_NAMES: Final = 100


@dataclass(frozen=True, slots=True)
class Accounts:
    """The account that goes on, and the one that is merged into it."""

    kept: UUID
    gone: UUID


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of things, and what becomes of them.

    `sentence` is about their number, in two forms (`languages.counted`). `things` are their ids and names.
    """

    kind: str
    sentence: tuple[str, str]
    things: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A part as it is told: how many, and the names of the first."""

    kind: str
    sentence: tuple[str, str]
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A merge as it stands. `version` changes with anything that would move; `done_at` is None before it is done."""

    id: UUID
    address: str
    expires_at: datetime
    done_at: datetime | None
    version: str
    parts: tuple[Moved, ...]


class Mover(Protocol):
    """A feature's part in a merge. Both methods are called within one transaction, with both accounts locked."""

    @property
    def tables(self) -> Collection[type[Table]]:
        """The tables of accounts that it looks after: a test sees to it that each has somebody."""

    def parts(self, session: Session, accounts: Accounts) -> Sequence[Part]:
        """What would move. Raises Conflict when it cannot."""

    def move(self, session: Session, accounts: Accounts, now: datetime) -> None:
        """Move it."""


def offer_merge(session: Session, account_id: UUID, owner: VerifiedAddress, address: str, now: datetime) -> Merge:
    """The code came back that was mailed to an address of another account: that one may be merged into this one."""
    merge = Merge(
        account_id=account_id,
        id=new_id(now),
        other_id=owner.account_id,
        match_key=owner.match_key,
        address=address,
        offered_at=now,
        expires_at=now + OFFER_LIFETIME,
        moved={},
    )
    session.add(merge)
    return merge


@dataclass(frozen=True, slots=True)
class Merging:
    """What can be done with an offer."""

    database: Database
    movers: Sequence[Mover]
    composer: Composer
    languages: Languages
    clock: Clock

    def look(self, caller: Caller, merge_id: UUID) -> Plan:
        """What would move, or what did. Raises NotFound `merge_unknown`, Gone `merge_ended`, Conflict `backpack_full`."""
        with self.database.read() as session:
            merge = _merge(session, caller, merge_id)
            if merge.done_at is not None:
                return _done(merge)
            self._require_open(session, merge)
            return _plan(merge, self._parts(session, merge))

    def confirm(self, caller: Caller, merge_id: UUID, version: str) -> Plan:
        """Merge, if it is still what `version` says. Done again, it answers the same. Needs a fresh proof.

        Raises as `look` does, and Conflict `merge_changed`.
        """
        now = self.clock()
        caller.require_fresh_proof(now)

        def _confirm(session: Session) -> Plan:
            pair = _merge(session, caller, merge_id)
            # In one order, so that two who merge each other do not wait for each other.
            ids = [pair.account_id, pair.other_id]
            session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id).with_for_update()).all()
            session.refresh(pair)
            if pair.done_at is not None:
                return _done(pair)
            self._require_open(session, pair)
            parts = self._parts(session, pair)
            plan = _plan(pair, parts)
            if plan.version != version:
                raise Conflict("merge_changed")
            self._tell(session, pair, now)
            self._move(session, pair, now)
            pair.done_at, pair.moved = now, _told(plan.parts)
            return _done(pair)

        return self.database.retrying(_confirm)

    def _move(self, session: Session, merge: Merge, now: datetime) -> None:
        accounts = Accounts(merge.account_id, merge.other_id)
        kept, gone = session.get(Account, accounts.kept), session.get(Account, accounts.gone)
        if kept is None or gone is None:
            raise Gone("merge_ended")
        for mover in self.movers:
            mover.move(session, accounts, now)
            session.flush()
        kept.display_name = kept.display_name or gone.display_name
        session.execute(update(FormerAccount).where(FormerAccount.account_id == gone.id).values(account_id=kept.id))
        session.add(FormerAccount(id=gone.id, account_id=kept.id, merged_at=now))
        session.flush()
        session.delete(gone)
        session.flush()

    def _tell(self, session: Session, merge: Merge, now: datetime) -> None:
        addresses = {owner: primary_address(session, owner) for owner in (merge.account_id, merge.other_id)}
        kept, gone = (row.value if row is not None else merge.address for row in addresses.values())
        for owner, address in ((merge.account_id, kept), (merge.other_id, gone)):
            language = language_of(session, self.languages, owner)
            mail = self.composer.accounts_merged(language, kept=kept, gone=gone)
            post(session, mail, address, now=now, account_id=merge.account_id)

    def _parts(self, session: Session, merge: Merge) -> list[Part]:
        accounts = Accounts(merge.account_id, merge.other_id)
        parts = [part for mover in self.movers for part in mover.parts(session, accounts)]
        return [part for part in parts if part.things]

    def _require_open(self, session: Session, merge: Merge) -> None:
        owner = session.get(VerifiedAddress, merge.match_key)
        # The address may have left the account since, or the account may be gone.
        if owner is None or owner.account_id != merge.other_id or self.clock() >= merge.expires_at:
            raise Gone("merge_ended")


def _merge(session: Session, caller: Caller, merge_id: UUID) -> Merge:
    merge = session.get(Merge, (caller.account_id, merge_id))
    if merge is None:
        raise NotFound("merge_unknown")
    return merge


def _plan(merge: Merge, parts: Sequence[Part]) -> Plan:
    seen = [f"{part.kind} {thing}" for part in parts for thing in sorted(str(thing) for thing, _ in part.things)]
    moved = tuple(
        Moved(part.kind, part.sentence, len(part.things), tuple(name for _, name in part.things[:_MAX_NAMES]))
        for part in parts
    )
    version = hashlib.sha256("\n".join(seen).encode()).hexdigest()[:32]
    return Plan(merge.id, merge.address, merge.expires_at, None, version, moved)


def _told(parts: Sequence[Moved]) -> dict[str, Any]:
    return {
        "parts": [
            {"kind": part.kind, "sentence": list(part.sentence), "count": part.count, "names": list(part.names)}
            for part in parts
        ]
    }


def _done(merge: Merge) -> Plan:
    parts = tuple(
        Moved(told["kind"], (told["sentence"][0], told["sentence"][1]), told["count"], tuple(told["names"]))
        for told in merge.moved["parts"]
    )
    return Plan(merge.id, merge.address, merge.expires_at, merge.done_at, "", parts)
