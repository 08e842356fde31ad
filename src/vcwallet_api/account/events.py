"""What happens to addresses that others want to know: the seam between accounts and what learners keep.

The account does not know the Backpack. `app.py` hands it somebody who listens, inside the same transaction: so an address
and the badges that were sent to it change together.
"""

from typing import Protocol

from sqlalchemy.orm import Session

from vcwallet_api.storage.tables import Address


class AddressEvents(Protocol):
    """Somebody who listens."""

    def address_verified(self, session: Session, address: Address) -> None:
        """The address is its account's now."""

    def address_lost(self, session: Session, address: Address) -> None:
        """The address, never verified, goes to another account that verified it."""

    def badges_of(self, session: Session, address: Address) -> int:
        """How many badges were sent to the address."""

    def address_removed(self, session: Session, address: Address) -> None:
        """The learner removes the address. Nothing may refer to it afterwards."""
