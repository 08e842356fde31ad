"""What of the account itself moves when it is merged into another (`merging.Mover`).

Addresses, passkeys and keys go along, and so does mail that is under way. Sign-ins end and tokens are revoked: each was
made to see the badges of one account, and would see those of two.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vcwallet_api.account.holder_keys import hand_over_key
from vcwallet_api.account.merging import Accounts, Part
from vcwallet_api.languages import counted
from vcwallet_api.protection import Protection
from vcwallet_api.storage.tables import (
    Address,
    Challenge,
    FormerAccount,
    HolderKey,
    Merge,
    OutboxMail,
    Passkey,
    PasskeyCeremony,
    PersonalToken,
    SignIn,
    Table,
    VerifiedAddress,
)


@dataclass(frozen=True, slots=True)
class AccountMover:
    """Addresses, ways in, keys, mail."""

    protection: Protection

    @property
    def tables(self) -> Collection[type[Table]]:
        return (
            *(Address, VerifiedAddress, Challenge, SignIn, PersonalToken, Passkey, PasskeyCeremony, HolderKey),
            *(OutboxMail, Merge, FormerAccount),
        )

    def parts(self, session: Session, accounts: Accounts) -> Sequence[Part]:
        def _of(table: Any, name: Any) -> tuple[tuple[UUID, str], ...]:
            rows = session.execute(select(table.id, name).where(table.account_id == accounts.gone).order_by(table.id))
            return tuple((row[0], row[1]) for row in rows)

        return [
            Part(
                "addresses",
                counted("{number} address comes here", "{number} addresses come here"),
                _of(Address, Address.value),
            ),
            Part(
                "passkeys",
                counted("{number} passkey comes here", "{number} passkeys come here"),
                _of(Passkey, Passkey.name),
            ),
            Part(
                "holder_keys",
                counted(
                    "{number} signing key comes here, so that badges that are bound to it stay yours",
                    "{number} signing keys come here, so that badges that are bound to them stay yours",
                ),
                _of(HolderKey, HolderKey.did),
            ),
            Part(
                "revoked_tokens",
                counted("{number} access token works no more", "{number} access tokens work no more"),
                _of(PersonalToken, PersonalToken.name),
            ),
            Part(
                "closed_sessions",
                counted("{number} browser is signed out", "{number} browsers are signed out"),
                _of(SignIn, SignIn.device),
            ),
        ]

    def move(self, session: Session, accounts: Accounts, now: datetime) -> None:
        for address in session.scalars(select(Address).where(Address.account_id == accounts.gone)).all():
            _move_address(session, address, accounts.kept)
        for key in session.scalars(select(HolderKey).where(HolderKey.account_id == accounts.gone)).all():
            hand_over_key(session, self.protection, key, accounts.kept, now)
        for table in (SignIn, PersonalToken, PasskeyCeremony, Merge):
            session.execute(delete(table).where(table.account_id == accounts.gone))
        for kept_table in (Passkey, OutboxMail):
            session.execute(
                update(kept_table)
                .where(kept_table.account_id == accounts.gone)
                .values(account_id=accounts.kept)
                .execution_options(synchronize_session=False)
            )
        # Used up, and still counted among the codes that an address got.
        session.execute(
            update(Challenge)
            .where(Challenge.account_id == accounts.gone)
            .values(account_id=accounts.kept, used_at=now)
            .execution_options(synchronize_session=False)
        )


def _move_address(session: Session, address: Address, account_id: UUID) -> None:
    """Make the address one of this account, or find it there; whose it is moves with it, in place."""
    own = session.scalar(
        select(Address).where(Address.account_id == account_id, Address.match_key == address.match_key)
    )
    if own is None:
        own = Address(
            account_id=account_id,
            id=address.id,
            value=address.value,
            match_key=address.match_key,
            is_primary=False,
            verified_at=address.verified_at,
            created_at=address.created_at,
            spellings=address.spellings,
        )
        session.add(own)
    else:
        own.verified_at = own.verified_at or address.verified_at
        own.spellings = list(dict.fromkeys([*own.spellings, *address.spellings]))
    session.flush()
    session.execute(
        update(VerifiedAddress)
        .where(VerifiedAddress.account_id == address.account_id, VerifiedAddress.address_id == address.id)
        .values(account_id=account_id, address_id=own.id)
        .execution_options(synchronize_session=False)
    )
