"""The addresses of an account: add, verify, make primary, spell, remove.

An address counts for nothing until a code that was mailed there comes back. Removing one keeps the badges that came by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vcwallet_api.account.addresses import EmailAddress, parse_address
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.codes import RESEND_AFTER, Codes, latest_challenge, refuse_early_resend
from vcwallet_api.account.events import AddressEvents
from vcwallet_api.account.merging import offer_merge
from vcwallet_api.account.profile import language_of, primary_address
from vcwallet_api.account.signing_in import own_address, raised
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Languages
from vcwallet_api.mail.composing import Composer
from vcwallet_api.mail.outbox import post
from vcwallet_api.refusals import Conflict, NotFound, Refusal, Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import Address, VerifiedAddress

# A long life of schools and employers has fewer.
_MAX_ADDRESSES: Final = 20
# Issuers know somebody in a spelling or two.
_MAX_SPELLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """An address as its learner sees it. `resend_at` is when another code may be asked for; None when none was mailed."""

    address: Address
    badges: int
    resend_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddressBook:
    """What can be done to addresses."""

    database: Database
    codes: Codes
    composer: Composer
    languages: Languages
    events: AddressEvents
    clock: Clock

    def entries(self, caller: Caller) -> list[AddressEntry]:
        """Every address, the primary one first, then in the order they were added."""
        with self.database.read() as session:
            rows = session.scalars(
                select(Address)
                .where(Address.account_id == caller.account_id)
                .order_by(Address.is_primary.desc(), Address.id)
            ).all()
            return [self._entry(session, row) for row in rows]

    def entry(self, caller: Caller, address_id: UUID) -> AddressEntry:
        """One address. Raises NotFound."""
        with self.database.read() as session:
            return self._entry(session, _address(session, caller, address_id))

    def add(self, caller: Caller, text: str) -> AddressEntry:
        """Add an address and mail a code there. Says nothing about whether somebody else has it.

        Raises Unusable `address_malformed`, Conflict `address_known` or `too_many_addresses`, TooMuch, and NotAllowed
        `proof_needed`, so that nobody is half-way when `verify` asks for the proof.
        """
        address, now = parse_address(text), self.clock()
        caller.require_fresh_proof(now)

        def _add(session: Session) -> AddressEntry:
            mine = select(Address.match_key).where(Address.account_id == caller.account_id)
            keys = list(session.scalars(mine))
            if address.match_key in keys:
                raise Conflict("address_known")
            if len(keys) >= _MAX_ADDRESSES:
                raise Conflict("too_many_addresses")
            return self.add_in(session, caller.account_id, address, now)

        return self.database.retrying(_add)

    def add_in(self, session: Session, account_id: UUID, address: EmailAddress, now: datetime) -> AddressEntry:
        """The same within a transaction: the unverified row, and the code on its way."""
        row = session.scalar(
            select(Address).where(Address.account_id == account_id, Address.match_key == address.match_key)
        )
        if row is None:
            row = Address(
                account_id=account_id,
                id=new_id(now),
                value=address.value,
                match_key=address.match_key,
                is_primary=False,
                created_at=now,
                spellings=[],
            )
            session.add(row)
            session.flush()
        self._send(session, row, now)
        return self._entry(session, row)

    def resend(self, caller: Caller, address_id: UUID) -> AddressEntry:
        """Mail a new code. Raises NotFound, Conflict `address_verified`, TooMuch `code_sent_recently`."""
        now = self.clock()

        def _resend(session: Session) -> AddressEntry:
            row = _address(session, caller, address_id)
            if row.verified_at is not None:
                raise Conflict("address_verified")
            last = latest_challenge(session, "add_address", caller.account_id, row.match_key)
            refuse_early_resend(last, now)
            if last is not None and last.used_at is None:
                last.used_at = now
            self._send(session, row, now)
            return self._entry(session, row)

        return self.database.retrying(_resend)

    def verify(self, caller: Caller, address_id: UUID, code: str) -> AddressEntry:
        """The code came back: the address is this account's, unless it is another's already. Then merging is offered.

        Needs a fresh proof: who can read that address's mail can sign in from now on.
        Raises Conflict `address_of_other_account`, `address_verified`, NotAllowed, and what a wrong code raises.
        """
        now = self.clock()
        caller.require_fresh_proof(now)

        def _verify(session: Session) -> AddressEntry | Refusal:
            row = _address(session, caller, address_id)
            if row.verified_at is not None:
                return Conflict("address_verified")
            challenge = latest_challenge(session, "add_address", caller.account_id, row.match_key)
            refusal = self.codes.check(session, challenge, "add_address", code, now=now)
            if refusal is not None or challenge is None:
                return refusal or NotFound("challenge_unknown")
            challenge.used_at = now
            owner = session.get(VerifiedAddress, row.match_key)
            if owner is not None:
                merge = offer_merge(session, caller.account_id, owner, row.value, now)
                return Conflict("address_of_other_account", facts={"merge_offered": True, "merge": str(merge.id)})
            own_address(session, self.events, row, now)
            return self._entry(session, row)

        return raised(self.database.retrying(_verify))

    def change(
        self, caller: Caller, address_id: UUID, *, is_primary: bool = False, spellings: Sequence[str] | None = None
    ) -> AddressEntry:
        """Make it the primary address, set its spellings, or both; when one is refused, neither is done.

        Mail goes to the primary address, and the one before is told. Spellings are how issuers may have written this
        mailbox. Raises NotFound; Conflict `address_not_verified` and NotAllowed `proof_needed` for the primary address;
        Unusable `address_malformed`, `too_many_spellings` or `spelling_of_other_mailbox`.
        """
        now = self.clock()
        if is_primary:
            caller.require_fresh_proof(now)
        parsed = None if spellings is None else _parse_spellings(spellings)

        def _change(session: Session) -> AddressEntry:
            row = _address(session, caller, address_id)
            if parsed is not None:
                # Otherwise anybody could claim what was hashed from somebody else's address.
                if any(spelling.match_key != row.match_key for spelling in parsed):
                    raise Unusable("spelling_of_other_mailbox")
                row.spellings = list(dict.fromkeys(spelling.value for spelling in parsed))
            if is_primary:
                self._make_primary(session, row, now)
            return self._entry(session, row)

        return self.database.retrying(_change)

    def remove(self, caller: Caller, address_id: UUID, *, is_confirmed: bool) -> None:
        """Remove an address; badges that came by it stay.

        Raises Conflict `address_is_only`, `address_is_primary` and, before it is confirmed, `address_has_badges`.
        """
        now = self.clock()

        def _remove(session: Session) -> None:
            row = _address(session, caller, address_id)
            if row.verified_at is not None:
                caller.require_fresh_proof(now)
            if row.is_primary:
                raise Conflict("address_is_only" if _verified(session, caller) == 1 else "address_is_primary")
            badges = self.events.badges_of(session, row)
            if badges and not is_confirmed:
                raise Conflict("address_has_badges", facts={"badges": badges})
            self.events.address_removed(session, row)
            owner = session.get(VerifiedAddress, row.match_key)
            if owner is not None and owner.account_id == caller.account_id:
                session.delete(owner)
                session.flush()
            session.delete(row)

        self.database.retrying(_remove)

    def _make_primary(self, session: Session, row: Address, now: datetime) -> None:
        if row.verified_at is None:
            raise Conflict("address_not_verified")
        former = primary_address(session, row.account_id)
        if former is None or former.id == row.id:
            return
        former.is_primary = False
        row.is_primary = True
        language = language_of(session, self.languages, row.account_id)
        notice = self.composer.primary_changed(language, address=row.value)
        post(session, notice, former.value, now=now, account_id=row.account_id)

    def _send(self, session: Session, row: Address, now: datetime) -> None:
        language = language_of(session, self.languages, row.account_id)
        address = EmailAddress(row.value)
        self.codes.send(session, "add_address", address, language, now=now, account_id=row.account_id)

    def _entry(self, session: Session, row: Address) -> AddressEntry:
        last = None
        if row.verified_at is None:
            last = latest_challenge(session, "add_address", row.account_id, row.match_key)
        badges = self.events.badges_of(session, row)
        return AddressEntry(row, badges, last.sent_at + RESEND_AFTER if last is not None else None)


def _address(session: Session, caller: Caller, address_id: UUID) -> Address:
    row = session.get(Address, (caller.account_id, address_id))
    if row is None:
        raise NotFound("address_unknown")
    return row


def _parse_spellings(texts: Sequence[str]) -> list[EmailAddress]:
    if len(texts) > _MAX_SPELLINGS:
        raise Unusable("too_many_spellings")
    return [parse_address(text) for text in texts]


def _verified(session: Session, caller: Caller) -> int:
    mine = select(func.count()).select_from(VerifiedAddress).where(VerifiedAddress.account_id == caller.account_id)
    return session.scalar(mine) or 0
