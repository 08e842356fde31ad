"""Whom a credential must be about to be a learner's own: their addresses in every spelling, and their own keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet import Recipient
from vcwallet_api.account.addresses import EmailAddress, spellings
from vcwallet_api.storage.tables import Address, BackpackItem, HolderKey


@dataclass(frozen=True, slots=True)
class Identities:
    """Everything by which an issuer may know somebody, with the address that each spelling belongs to."""

    addresses: dict[Recipient, tuple[UUID, bool]]
    keys: tuple[Recipient, ...] = ()

    @property
    def candidates(self) -> list[Recipient]:
        """In the order to try them: verified addresses, keys, then addresses that are not verified."""
        verified = [recipient for recipient, (_, is_verified) in self.addresses.items() if is_verified]
        unverified = [recipient for recipient, (_, is_verified) in self.addresses.items() if not is_verified]
        return [*verified, *self.keys, *unverified]

    def address_of(self, recipient: Recipient | None) -> tuple[UUID | None, bool]:
        """The address that the recipient is a spelling of, and whether it counts: a key always does."""
        return self.addresses.get(recipient, (None, True)) if recipient is not None else (None, False)


def identities_of(session: Session, account_id: UUID) -> Identities:
    """What is known of the account."""
    rows = session.scalars(select(Address).where(Address.account_id == account_id).order_by(Address.id))
    dids = session.scalars(select(HolderKey.did).where(HolderKey.account_id == account_id))
    return Identities(_spelled(rows), tuple(Recipient("id", did) for did in dids))


def recipients_of(session: Session, item: BackpackItem) -> list[Recipient]:
    """The candidates for an item that is there already: its learner, and whom it was found to be about before.

    An address that was removed since does not make it somebody else's.
    """
    candidates = identities_of(session, item.account_id).candidates
    if item.binding == "address_removed" and item.matched_spelling is not None:
        candidates.append(Recipient("emailAddress", item.matched_spelling))
    return candidates


def identities_of_address(address: EmailAddress) -> list[Recipient]:
    """The candidates for whoever owns this address."""
    return [Recipient("emailAddress", spelling) for spelling in spellings(address)]


def _spelled(rows: Iterable[Address]) -> dict[Recipient, tuple[UUID, bool]]:
    return {
        Recipient("emailAddress", spelling): (row.id, row.verified_at is not None)
        for row in rows
        for spelling in spellings(EmailAddress(row.value), row.spellings)
    }
