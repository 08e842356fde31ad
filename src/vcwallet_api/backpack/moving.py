"""What of a Backpack moves when its account is merged into another (`account.merging.Mover`).

Badges come with their history and keep their ids. One that is in both appears once: with the newer of two versions, the
later of two checks, and what was told about either.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from vcwallet_api.account.merging import Accounts, Part
from vcwallet_api.backpack.arrivals import Arrivals
from vcwallet_api.backpack.placing import MAX_ITEMS
from vcwallet_api.languages import counted
from vcwallet_api.refusals import Conflict
from vcwallet_api.storage.tables import Activity, Address, BackpackItem, Table

# What a check found, and when: of one credential the later check is the one that counts.
_CHECKED: Final = ("evidence", "checked_at", "verdict", "is_revoked", "revocation_reason", "report")
# What an item is called by, and what its learner did with it, stays that of the item that is kept.
_OWN: Final = frozenset({"account_id", "id", "added_at", "acceptance", "address_id", "binding", "matched_spelling"})


@dataclass(frozen=True, slots=True)
class BackpackMover:
    """Badges, and the news about them."""

    arrivals: Arrivals

    @property
    def tables(self) -> Collection[type[Table]]:
        return (BackpackItem, Activity)

    def parts(self, session: Session, accounts: Accounts) -> Sequence[Part]:
        """Raises Conflict `backpack_full` when the two have more than one Backpack holds."""
        in_both = {theirs for theirs, _ in _in_both(session, accounts)}
        rows = session.execute(
            select(BackpackItem.id, BackpackItem.name)
            .where(BackpackItem.account_id == accounts.gone)
            .order_by(BackpackItem.name_key, BackpackItem.id)
        ).all()
        held = session.scalar(
            select(func.count()).select_from(BackpackItem).where(BackpackItem.account_id == accounts.kept)
        )
        if (held or 0) + len(rows) - len(in_both) > MAX_ITEMS:
            raise Conflict("backpack_full")
        return [
            Part(
                "badges",
                counted("{number} badge comes here", "{number} badges come here"),
                tuple((row.id, row.name) for row in rows if row.id not in in_both),
            ),
            Part(
                "badges_in_both",
                counted(
                    "{number} badge is in both accounts, and appears once",
                    "{number} badges are in both accounts, and appear once",
                ),
                tuple((row.id, row.name) for row in rows if row.id in in_both),
            ),
        ]

    def move(self, session: Session, accounts: Accounts, now: datetime) -> None:
        _ = now
        addresses = _moved_addresses(session, accounts)
        for theirs_id, own_id in _in_both(session, accounts):
            theirs = session.get(BackpackItem, (accounts.gone, theirs_id))
            own = session.get(BackpackItem, (accounts.kept, own_id))
            if theirs is not None and own is not None:
                _move_news(session, theirs, own)
                _unite(session, own, theirs, addresses)
        for former, present in [*addresses.items(), (None, None)]:
            session.execute(
                update(BackpackItem)
                .where(BackpackItem.account_id == accounts.gone, BackpackItem.address_id.is_not_distinct_from(former))
                .values(account_id=accounts.kept, address_id=present)
                .execution_options(synchronize_session=False)
            )
        session.execute(
            update(Activity)
            .where(Activity.account_id == accounts.gone)
            .values(account_id=accounts.kept)
            .execution_options(synchronize_session=False)
        )
        verified = select(Address).where(Address.account_id == accounts.kept, Address.verified_at.is_not(None))
        for address in session.scalars(verified).all():
            # What waited in one account for an address that the other had verified waits no longer.
            self.arrivals.address_verified(session, address)


def _in_both(session: Session, accounts: Accounts) -> list[tuple[UUID, UUID]]:
    """The items that are the same credential: those of the account that goes, with those of the one that is kept."""
    theirs, own = aliased(BackpackItem), aliased(BackpackItem)
    same = or_(
        own.sha256 == theirs.sha256,
        and_(own.issuer_key == theirs.issuer_key, own.credential_key == theirs.credential_key),
    )
    rows = session.execute(
        select(theirs.id, own.id)
        .where(theirs.account_id == accounts.gone, own.account_id == accounts.kept, same)
        .order_by(theirs.id, own.id)
    )
    return list({row[0]: (row[0], row[1]) for row in rows}.values())


def _moved_addresses(session: Session, accounts: Accounts) -> dict[UUID, UUID]:
    """Where each address of the account that goes is in the other: the mover of accounts has been there before."""
    former, present = aliased(Address), aliased(Address)
    rows = session.execute(
        select(former.id, present.id).where(
            former.account_id == accounts.gone,
            present.account_id == accounts.kept,
            present.match_key == former.match_key,
        )
    )
    return {row[0]: row[1] for row in rows}


def _unite(session: Session, own: BackpackItem, theirs: BackpackItem, addresses: dict[UUID, UUID]) -> None:
    """One item of two. The other row is gone before this one gets what must be unique."""
    values = {name: getattr(theirs, name) for name in BackpackItem.__table__.columns.keys() if name not in _OWN}  # noqa: SIM118 - the names, not the columns
    if own.sha256 != theirs.sha256 and not _is_newer(theirs, own):
        values = {}
    elif own.sha256 == theirs.sha256:
        is_later = theirs.checked_at > own.checked_at
        values = {name: values[name] for name in _CHECKED} if is_later else {}
    # Whoever has it in sight in one of the two wants to see it.
    if own.acceptance in ("pending", "hidden") and theirs.acceptance in ("new", "accepted"):
        values["acceptance"] = theirs.acceptance
    if own.binding != "matched" and theirs.binding == "matched":
        moved = addresses.get(theirs.address_id) if theirs.address_id is not None else None
        values |= {"address_id": moved, "binding": "matched", "matched_spelling": theirs.matched_spelling}
    values["added_at"] = min(own.added_at, theirs.added_at)
    session.delete(theirs)
    session.flush()
    for name, value in values.items():
        setattr(own, name, value)
    session.flush()


def _is_newer(one: BackpackItem, other: BackpackItem) -> bool:
    """As the library says of two versions of a credential (`vcwallet.is_newer`), told by the columns made from them."""
    return one.valid_from is not None and other.valid_from is not None and one.valid_from > other.valid_from


def _move_news(session: Session, theirs: BackpackItem, own: BackpackItem) -> None:
    """What was told about the one is told about the other; the same news once."""
    told = select(Activity).where(Activity.account_id == own.account_id, Activity.item_id == own.id)
    known = {(row.kind, row.once_key) for row in session.scalars(told)}
    news = select(Activity).where(Activity.account_id == theirs.account_id, Activity.item_id == theirs.id)
    for row in session.scalars(news).all():
        if (row.kind, row.once_key) in known:
            session.delete(row)
        else:
            row.item_id = own.id
    session.flush()
