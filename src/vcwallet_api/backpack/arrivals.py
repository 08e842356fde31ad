"""What the Backpack does when addresses come and go (`account.events.AddressEvents`)."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from vcwallet_api.account.addresses import EmailAddress
from vcwallet_api.backpack.delivering import Delivering
from vcwallet_api.backpack.placing import note
from vcwallet_api.clock import Clock
from vcwallet_api.storage.tables import Address, BackpackItem


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Badges follow their addresses, and stay when an address goes."""

    delivering: Delivering
    clock: Clock

    def address_verified(self, session: Session, address: Address) -> None:
        """What waited for the address is there now: what was sent to it, and what was imported too early."""
        self.delivering.arrive_all(session, address)
        waiting = session.scalars(select(BackpackItem).where(_of(address), BackpackItem.acceptance == "pending")).all()
        for item in waiting:
            item.acceptance = "accepted"
            note(session, item, "imported", now=self.clock())
        removed = select(BackpackItem).where(
            BackpackItem.account_id == address.account_id, BackpackItem.binding == "address_removed"
        )
        for item in session.scalars(removed).all():
            # The address was removed once, and is back.
            if EmailAddress(item.matched_spelling or "").match_key == address.match_key:
                item.address_id, item.binding = address.id, "matched"

    def address_lost(self, session: Session, address: Address) -> None:
        """What was imported for an address that turned out to be somebody else's is not this account's."""
        for item in session.scalars(select(BackpackItem).where(_of(address))).all():
            session.delete(item)
        session.flush()

    def badges_of(self, session: Session, address: Address) -> int:
        count = select(func.count()).select_from(BackpackItem)
        return session.scalar(count.where(_of(address), BackpackItem.acceptance != "pending")) or 0

    def address_removed(self, session: Session, address: Address) -> None:
        """Badges stay, and say that their address was removed; what still waited for it goes with it."""
        for item in session.scalars(select(BackpackItem).where(_of(address), BackpackItem.acceptance == "pending")):
            session.delete(item)
        session.flush()
        session.execute(update(BackpackItem).where(_of(address)).values(address_id=None, binding="address_removed"))
        session.flush()


def _of(address: Address) -> ColumnElement[bool]:
    return (BackpackItem.account_id == address.account_id) & (BackpackItem.address_id == address.id)
