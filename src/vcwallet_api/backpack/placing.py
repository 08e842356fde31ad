"""Put a checked credential into a Backpack, inside a transaction: new, known already, or newer than what is there.

Two that bring the same credential at the same moment meet at the lock on the account, or else at a unique key: one of them
brings it, the other finds it there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from vcwallet_api.backpack.reading import derived_columns, media_type_of
from vcwallet_api.refusals import Conflict, Unauthenticated
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import Account, Activity, BackpackItem
from vcwallet_api.verifier import Checked

Outcome = Literal["added", "already_held", "newer_version", "waiting_for_address"]
Binding = Literal["matched", "unmatched", "none", "address_removed"]
Source = Literal["award", "import_url", "import_file", "import_text", "bundle"]

# A learner with a badge a day for a quarter of a century.
MAX_ITEMS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A credential that comes: the bytes, what was found about them, and how it came.

    `is_waiting` says that it names an address which is not verified yet: it is kept, and not shown.
    """

    received: bytes
    checked: Checked
    checked_at: datetime
    source: Source
    source_url: str | None = None
    address_id: UUID | None = None
    binding: Binding = "matched"
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where it is now, and whether it was there before."""

    item: BackpackItem
    outcome: Outcome


def place(session: Session, account_id: UUID, arrival: Arrival, *, now: datetime) -> Placed:
    """Put it there. Raises Conflict `backpack_full`."""
    # Imports of one account come one after the other, so that what is looked for cannot appear meanwhile.
    if session.scalar(select(Account.id).where(Account.id == account_id).with_for_update()) is None:
        raise Unauthenticated("sign_in_needed")
    columns = derived_columns(arrival.received, arrival.checked, added_at=now)
    held = _held(session, account_id, columns)
    if held is None:
        return Placed(_added(session, account_id, arrival, columns, now), _added_as(arrival))
    if held.sha256 != columns["sha256"] and _is_newer(columns["valid_from"], held.valid_from):
        for name, value in {**_kept_columns(arrival), **columns}.items():
            setattr(held, name, value)
        if held.acceptance == "hidden":
            held.acceptance = "accepted"
        return Placed(held, "newer_version")
    if held.acceptance == "hidden":
        # Whoever brings it again wants to see it.
        held.acceptance = "accepted"
    return Placed(held, "waiting_for_address" if held.acceptance == "pending" else "already_held")


def note(session: Session, item: BackpackItem, kind: str, *, now: datetime, detail: str = "", once: str = "") -> bool:
    """Tell the learner about an item, once; False when they were told already."""
    known = select(Activity.id).where(
        Activity.account_id == item.account_id,
        Activity.kind == kind,
        Activity.item_id == item.id,
        Activity.once_key == once,
    )
    if session.scalar(known) is not None:
        return False
    session.add(
        Activity(
            account_id=item.account_id,
            id=new_id(now),
            kind=kind,
            item_id=item.id,
            once_key=once,
            name=item.name,
            detail=detail,
            at=now,
        )
    )
    return True


def _held(session: Session, account_id: UUID, columns: dict[str, object]) -> BackpackItem | None:
    same = BackpackItem.sha256 == columns["sha256"]
    if columns["credential_key"] is not None:
        same = or_(
            same,
            and_(
                BackpackItem.issuer_key == columns["issuer_key"],
                BackpackItem.credential_key == columns["credential_key"],
            ),
        )
    return session.scalar(select(BackpackItem).where(BackpackItem.account_id == account_id, same).limit(1))


def _added(
    session: Session, account_id: UUID, arrival: Arrival, columns: dict[str, object], now: datetime
) -> BackpackItem:
    count = session.scalar(select(func.count()).select_from(BackpackItem).where(BackpackItem.account_id == account_id))
    if (count or 0) >= MAX_ITEMS:
        raise Conflict("backpack_full")
    status = {"is_revoked": False, "revocation_reason": ""}
    item = BackpackItem(
        account_id=account_id,
        id=new_id(now),
        added_at=now,
        acceptance="pending" if arrival.is_waiting else "new" if arrival.source == "award" else "accepted",
        **{**_kept_columns(arrival), **status, **columns},
    )
    session.add(item)
    session.flush()
    if not arrival.is_waiting:
        note(session, item, "awarded" if arrival.source == "award" else "imported", now=now)
    return item


def _kept_columns(arrival: Arrival) -> dict[str, object]:
    return {
        "received": arrival.received,
        "media_type": media_type_of(arrival.received),
        "source": arrival.source,
        "source_url": arrival.source_url,
        "address_id": arrival.address_id,
        "binding": arrival.binding,
        "evidence": arrival.checked.evidence,
        "checked_at": arrival.checked_at,
    }


def _is_newer(arriving: datetime | None, held: datetime | None) -> bool:
    """The rule of `vcwallet.is_newer`, for two of which is known that they are the same credential: by its key."""
    return arriving is not None and held is not None and arriving > held


def _added_as(arrival: Arrival) -> Outcome:
    return "waiting_for_address" if arrival.is_waiting else "added"
