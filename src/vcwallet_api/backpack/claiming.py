"""The link in the mail about a first badge: what is behind it, and how it is claimed.

Opening the link changes nothing, because scanners of mail open links too. Claiming mails a code to the address that the
badge was sent to, whoever asks: who is signed in with another account adds the address to it, if they can read the code.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from vcwallet_api.account.address_book import AddressBook
from vcwallet_api.account.addresses import EmailAddress
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.signing_in import SentCode, SigningIn
from vcwallet_api.clock import Clock
from vcwallet_api.protection import Protection, token_digest
from vcwallet_api.refusals import Gone, NotFound
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import ClaimLink, DeclinedMail, Delivery


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """A code is on its way. `sign_in` is set for who is not signed in, `address_id` for who is."""

    sign_in: SentCode | None = None
    address_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Claiming:
    """What can be done with a claim link."""

    database: Database
    signing_in: SigningIn
    address_book: AddressBook
    protection: Protection
    clock: Clock

    def look(self, token: str) -> Delivery:
        """The delivery behind a link. Raises NotFound `claim_unknown`, Gone `claim_used` or `claim_ended`."""
        with self.database.read() as session:
            return self._open(session, token)

    def claim(self, token: str, caller: Caller | None, language: str) -> ClaimStep:
        """Mail the code. Raises as `look` does, and TooMuch `too_many_codes`."""
        now = self.clock()

        def _claim(session: Session) -> ClaimStep:
            delivery = self._open(session, token)
            address = EmailAddress(delivery.address)
            if caller is None:
                return ClaimStep(sign_in=self.signing_in.send_code_in(session, address, language))
            entry = self.address_book.add_in(session, caller.account_id, address, now)
            return ClaimStep(address_id=entry.address.id)

        return self.database.retrying(_claim)

    def decline_mail(self, token: str) -> None:
        """No more mail about badges to the address behind the link. The badge still waits. Raises NotFound."""
        now = self.clock()

        def _decline(session: Session) -> None:
            link = session.get(ClaimLink, token_digest(token))
            if link is None:
                raise NotFound("claim_unknown")
            digest = self.protection.digest("declined mail", link.match_key)
            if session.get(DeclinedMail, digest) is None:
                session.add(DeclinedMail(address_digest=digest, declined_at=now))

        self.database.retrying(_decline)

    def _open(self, session: Session, token: str) -> Delivery:
        link = session.get(ClaimLink, token_digest(token))
        delivery = session.get(Delivery, (link.match_key, link.delivery_id)) if link is not None else None
        if link is None or delivery is None:
            raise NotFound("claim_unknown")
        if delivery.arrived_at is not None:
            raise Gone("claim_used")
        if self.clock() >= link.expires_at:
            raise Gone("claim_ended")
        return delivery
