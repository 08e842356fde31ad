"""Sign in, and make an account: one and the same, by a code that is mailed.

Whoever asks is answered alike, whether there is an account or not; only who can read the mail learns that. An account is
made when the code is right and its owner agrees.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet_api.account.addresses import EmailAddress, parse_address
from vcwallet_api.account.bearers import Bearer
from vcwallet_api.account.browsers import forget_cookie, open_sign_in, replace_sign_in
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.codes import RESEND_AFTER, Codes, refuse_early_resend
from vcwallet_api.account.events import AddressEvents
from vcwallet_api.account.holder_keys import add_holder_key
from vcwallet_api.account.profile import language_of, plain_name, primary_address
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Languages
from vcwallet_api.protection import Protection
from vcwallet_api.refusals import NotFound, Refusal, Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import Account, Address, Challenge, VerifiedAddress

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code is on its way. `resend_at` is when another may be asked for."""

    challenge_id: UUID
    expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is signed in. `bearer` goes into the cookie."""

    account_id: UUID
    bearer: Bearer
    is_new_account: bool


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The ways in."""

    database: Database
    codes: Codes
    protection: Protection
    languages: Languages
    events: AddressEvents
    clock: Clock

    def send_code(self, address_text: str, language: str) -> SentCode:
        """Mail a code to an address. Raises Unusable `address_malformed`, TooMuch `too_many_codes`."""
        address, now = parse_address(address_text), self.clock()
        return self.database.retrying(
            lambda session: _sent(self.codes.send(session, "sign_in", address, self.languages[language], now=now))
        )

    def send_code_in(self, session: Session, address: EmailAddress, language: str) -> SentCode:
        """The same within a transaction, for an address that is known already."""
        return _sent(self.codes.send(session, "sign_in", address, self.languages[language], now=self.clock()))

    def resend_code(self, challenge_id: UUID) -> SentCode:
        """Mail a new code in place of one. Raises NotFound, TooMuch `code_sent_recently` or `too_many_codes`."""
        now = self.clock()

        def _resend(session: Session) -> SentCode:
            former = session.get(Challenge, challenge_id)
            if former is None or former.purpose != "sign_in" or former.used_at is not None:
                raise NotFound("challenge_unknown")
            refuse_early_resend(former, now)
            former.used_at = now
            address, language = EmailAddress(former.address), self.languages[former.language]
            return _sent(self.codes.send(session, "sign_in", address, language, now=now))

        return self.database.retrying(_resend)

    def complete(
        self, challenge_id: UUID, code: str, *, agrees: bool, display_name: str, device: str, former_cookie: str | None
    ) -> SignedIn:
        """Sign in with the code that was mailed; make the account if there is none and its owner agrees.

        Raises Unusable `code_wrong` or `agreement_needed`, TooMuch `too_many_tries`, Gone, NotFound.
        """
        now = self.clock()

        def _complete(session: Session) -> SignedIn | Refusal:
            challenge = session.get(Challenge, challenge_id)
            refusal = self.codes.check(session, challenge, "sign_in", code, now=now)
            if refusal is not None or challenge is None:
                return refusal or NotFound("challenge_unknown")
            owner = session.get(VerifiedAddress, challenge.match_key)
            if owner is None and not agrees:
                return Unusable("agreement_needed")
            challenge.used_at = now
            account_id = (
                owner.account_id if owner is not None else self._new_account(session, challenge, display_name, now)
            )
            forget_cookie(session, former_cookie)
            return SignedIn(account_id, open_sign_in(session, account_id, device, now), owner is None)

        return raised(self.database.retrying(_complete))

    def send_proof_code(self, caller: Caller) -> SentCode:
        """Mail a code to the main address, so that whoever sits there proves again who they are."""
        now = self.clock()

        def _send(session: Session) -> SentCode:
            primary = primary_address(session, caller.account_id)
            if primary is None:
                raise NotFound("address_unknown")
            language = language_of(session, self.languages, caller.account_id)
            address = EmailAddress(primary.value)
            return _sent(self.codes.send(session, "prove", address, language, now=now, account_id=caller.account_id))

        return self.database.retrying(_send)

    def prove(self, caller: Caller, challenge_id: UUID, code: str) -> Bearer:
        """The code came back: this browser is proved again, and gets a new cookie. Raises as `complete` does."""
        now = self.clock()

        def _prove(session: Session) -> Bearer | Refusal:
            challenge = session.get(Challenge, challenge_id)
            if challenge is not None and challenge.account_id != caller.account_id:
                return NotFound("challenge_unknown")
            refusal = self.codes.check(session, challenge, "prove", code, now=now)
            if refusal is not None or challenge is None:
                return refusal or NotFound("challenge_unknown")
            challenge.used_at = now
            return replace_sign_in(session, caller, now)

        return raised(self.database.retrying(_prove))

    def _new_account(self, session: Session, challenge: Challenge, display_name: str, now: datetime) -> UUID:
        account_id, address_id = new_id(now), new_id(now)
        session.add(
            Account(id=account_id, display_name=plain_name(display_name), language=challenge.language, created_at=now)
        )
        # The rows below name the account, and not every database looks at that only in the end.
        session.flush()
        address = Address(
            account_id=account_id,
            id=address_id,
            value=challenge.address,
            match_key=challenge.match_key,
            is_primary=True,
            created_at=now,
            spellings=[],
        )
        session.add(address)
        session.flush()
        add_holder_key(session, self.protection, account_id, now)
        own_address(session, self.events, address, now)
        return account_id


def own_address(session: Session, events: AddressEvents, address: Address, now: datetime) -> None:
    """The address is its account's from now on, and nobody else's who only said so.

    Two who verify one address at the same moment meet at the key of the table; the second is then told that it is taken.
    """
    address.verified_at = now
    session.add(VerifiedAddress(match_key=address.match_key, account_id=address.account_id, address_id=address.id))
    session.flush()
    squatted = select(Address).where(Address.match_key == address.match_key, Address.account_id != address.account_id)
    for row in session.scalars(squatted).all():
        events.address_lost(session, row)
        session.delete(row)
    events.address_verified(session, address)


def _sent(challenge: Challenge) -> SentCode:
    return SentCode(challenge.id, challenge.expires_at, challenge.sent_at + RESEND_AFTER)


def raised(answer: Answer | Refusal) -> Answer:
    """The answer of a transaction that had to be kept whatever it was; raises it if it is a refusal."""
    if isinstance(answer, Refusal):
        raise answer
    return answer
