"""Deliver a credential that was signed elsewhere to an address, whether or not anybody has an account for it.

With an account it is in the Backpack at once, and a mail says so. Without one it waits, and the mail invites to make one.
The same delivery made again is the same delivery: neither a second badge nor a second mail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vcwallet_api.account.addresses import EmailAddress, parse_address
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.profile import is_administrator
from vcwallet_api.backpack.judgement import require_good
from vcwallet_api.backpack.placing import Arrival, Placed, place
from vcwallet_api.backpack.reading import derived_columns, digest_of, media_type_of
from vcwallet_api.backpack.recipients import identities_of_address
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Languages
from vcwallet_api.mail.composing import Composer
from vcwallet_api.mail.outbox import post
from vcwallet_api.protection import Protection, new_token, token_digest
from vcwallet_api.refusals import Conflict, NotAllowed
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import (
    Account,
    Address,
    ClaimLink,
    DeclinedMail,
    Delivery,
    VerifiedAddress,
)
from vcwallet_api.verifier import Checked, Verifier

# People come back from a long journey. Afterwards the badge still waits: they sign in with the address instead.
CLAIM_LIFETIME: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a delivery. `is_new` is False when it had been made before."""

    delivery: Delivery
    is_new: bool


@dataclass(frozen=True, slots=True)
class Delivering:
    """How credentials are delivered, and how they arrive."""

    database: Database
    verifier: Verifier
    composer: Composer
    languages: Languages
    protection: Protection
    administrators: frozenset[str]
    clock: Clock

    def require_administrator(self, caller: Caller) -> None:
        """Raise NotAllowed `not_an_administrator` for everybody else, whatever their token says."""
        with self.database.read() as session:
            if not is_administrator(session, caller.account_id, self.administrators):
                raise NotAllowed("not_an_administrator")

    def deliver(
        self, content: bytes, address_text: str, *, idempotency_key: str | None = None, language: str = ""
    ) -> Delivered:
        """Deliver it. Raises Unusable (see `judgement`) and Conflict `idempotency_key_reused`."""
        address, now = parse_address(address_text), self.clock()
        known = self.database.retrying(lambda session: self._known(session, address, content, idempotency_key))
        if known is not None:
            return Delivered(known, is_new=False)
        checked = self.verifier.check(content, identities_of_address(address))
        require_good(checked)

        def _deliver(session: Session) -> Delivered:
            again = self._known(session, address, content, idempotency_key)
            if again is not None:
                return Delivered(again, is_new=False)
            columns = derived_columns(content, checked, added_at=now)
            delivery = Delivery(
                match_key=address.match_key,
                id=new_id(now),
                address=address.value,
                received=content,
                media_type=media_type_of(content),
                sha256=columns["sha256"],
                idempotency_key=idempotency_key,
                evidence=checked.evidence,
                checked=checked.to_json(),
                name=columns["name"],
                issuer_name=columns["issuer_name"] or columns["issuer_id"] or "",
                language=self.languages[language].code,
                created_at=now,
                checked_at=now,
            )
            session.add(delivery)
            session.flush()
            # Locked, so that the account is not merged into another between this look and the arrival.
            owner = session.get(VerifiedAddress, address.match_key, with_for_update=True)
            if owner is None:
                self._invite(session, delivery, now)
            else:
                row = session.get(Address, (owner.account_id, owner.address_id))
                if row is not None:
                    placed = self._arrive(session, delivery, row, checked, now)
                    self._tell(session, delivery, row, placed, now)
            return Delivered(delivery, is_new=True)

        return self.database.retrying(_deliver)

    def arrive_all(self, session: Session, address: Address) -> int:
        """Everything that waited for this address comes into its account's Backpack; how many that were."""
        waiting = session.scalars(
            select(Delivery)
            .where(Delivery.match_key == address.match_key, Delivery.arrived_at.is_(None))
            .order_by(Delivery.id)
            .with_for_update()
        ).all()
        now = self.clock()
        for delivery in waiting:
            # Checked when it was delivered: a check takes its time, and others wait for this transaction.
            self._arrive(session, delivery, address, self._as_checked(delivery), now)
        return len(waiting)

    def _as_checked(self, delivery: Delivery) -> Checked:
        if delivery.checked is not None:
            return Checked.from_json(delivery.checked, evidence=delivery.evidence)
        # Delivered to a former version, which did not keep it.
        candidates = identities_of_address(EmailAddress(delivery.address))
        return self.verifier.read(delivery.received, candidates, evidence=delivery.evidence, at=delivery.checked_at)

    def _arrive(
        self, session: Session, delivery: Delivery, address: Address, checked: Checked, now: datetime
    ) -> Placed:
        arrival = Arrival(
            received=delivery.received,
            checked=checked,
            checked_at=delivery.checked_at,
            source="award",
            address_id=address.id,
            binding="matched" if checked.recipient is not None else "unmatched",
        )
        delivery.arrived_at, delivery.checked = now, None
        return place(session, address.account_id, arrival, now=now)

    def _tell(self, session: Session, delivery: Delivery, address: Address, placed: Placed, now: datetime) -> None:
        account = session.get(Account, address.account_id)
        if placed.outcome == "already_held" or account is None:
            return
        mail = self.composer.badge_added(
            self.languages[account.language],
            badge=delivery.name,
            issuer=delivery.issuer_name,
            item_path=f"/backpack/{placed.item.id}",
        )
        post(session, mail, address.value, now=now, account_id=account.id)

    def _invite(self, session: Session, delivery: Delivery, now: datetime) -> None:
        digest = self.protection.digest("declined mail", delivery.match_key)
        if session.get(DeclinedMail, digest) is not None:
            return
        token = new_token()
        session.add(
            ClaimLink(
                token_sha256=token_digest(token),
                match_key=delivery.match_key,
                delivery_id=delivery.id,
                expires_at=now + CLAIM_LIFETIME,
            )
        )
        mail = self.composer.first_badge(
            self.languages[delivery.language],
            badge=delivery.name,
            issuer=delivery.issuer_name,
            claim_path=f"/claim/{token}",
        )
        post(session, mail, delivery.address, now=now)

    def _known(
        self, session: Session, address: EmailAddress, content: bytes, idempotency_key: str | None
    ) -> Delivery | None:
        sha256 = digest_of(content)
        same = Delivery.sha256 == sha256
        if idempotency_key is not None:
            same = or_(same, Delivery.idempotency_key == idempotency_key)
        rows = session.scalars(select(Delivery).where(Delivery.match_key == address.match_key, same)).all()
        if any(row.sha256 != sha256 for row in rows):
            raise Conflict("idempotency_key_reused")
        return rows[0] if rows else None
