"""Codes that are mailed, and typed back: who can read the mail to an address, owns it.

A code works once, for some minutes, and for five tries; of the code itself only a keyed digest is kept. How many codes an
address gets is limited, whoever asks for them, and nothing here depends on whether an account has the address: so nobody
learns from it which addresses have one.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vcwallet_api.account.addresses import EmailAddress
from vcwallet_api.clock import CLOCK_SKEW
from vcwallet_api.languages import Language
from vcwallet_api.mail.composing import Composer
from vcwallet_api.mail.outbox import post
from vcwallet_api.protection import Protection, is_same_digest
from vcwallet_api.refusals import Gone, NotFound, Refusal, TooMuch, Unusable
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import Challenge

Purpose = Literal["sign_in", "add_address", "prove"]

# Eight digits can be read from one screen and typed into another; with five tries one guess in twenty million is right.
CODE_DIGITS: Final = 8
MAX_TRIES: Final = 5
# Mail can take its time, and so can people.
LIFETIME: Final = timedelta(minutes=15)
# A second mail sooner would only cross the first on its way.
RESEND_AFTER: Final = timedelta(minutes=5)
# Whoever asks: more than anybody needs, and too few to be a nuisance.
MAX_PER_HOUR: Final = 5
MAX_PER_DAY: Final = 20

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Codes:
    """Mails codes and checks what comes back, inside transactions of the caller."""

    protection: Protection
    composer: Composer

    def send(
        self,
        session: Session,
        purpose: Purpose,
        address: EmailAddress,
        language: Language,
        *,
        now: datetime,
        account_id: UUID | None = None,
    ) -> Challenge:
        """Mail a new code. Raises TooMuch `too_many_codes` when the address had too many lately."""
        _refuse_too_many(session, address.match_key, now)
        challenge_id = new_id(now)
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        challenge = Challenge(
            id=challenge_id,
            purpose=purpose,
            match_key=address.match_key,
            address=address.value,
            account_id=account_id,
            language=language.code,
            code_digest=self._digest(challenge_id, code),
            created_at=now,
            sent_at=now,
            expires_at=now + LIFETIME,
            tries_left=MAX_TRIES,
        )
        session.add(challenge)
        compose = self.composer.address_code if purpose == "add_address" else self.composer.sign_in_code
        shown = f"{code[: CODE_DIGITS // 2]} {code[CODE_DIGITS // 2 :]}"
        mail = compose(language, shown, int(LIFETIME.total_seconds() // 60))
        post(session, mail, address.value, now=now, account_id=account_id)
        return challenge

    def check(
        self, session: Session, challenge: Challenge | None, purpose: Purpose, code: str, *, now: datetime
    ) -> Refusal | None:
        """None when the code is right; otherwise why not. A wrong try is counted in the caller's transaction.

        The refusal is handed back instead of raised, because the count must be kept. The challenge is not used up yet.
        """
        if challenge is None or challenge.purpose != purpose:
            return NotFound("challenge_unknown")
        session.refresh(challenge, with_for_update=True)
        if challenge.used_at is not None:
            return Gone("code_used")
        if challenge.tries_left <= 0:
            return _exhausted(challenge, now)
        # One from the future was made when the clock was wrong, and would live for as long as it was wrong.
        if now >= challenge.expires_at or now < challenge.created_at - CLOCK_SKEW:
            return Gone("code_expired")
        # An Arabic keyboard has digits of its own.
        typed = "".join(str(int(character)) for character in code if character.isdecimal())[: CODE_DIGITS + 1]
        if is_same_digest(challenge.code_digest, self._digest(challenge.id, typed)):
            return None
        challenge.tries_left -= 1
        if challenge.tries_left <= 0:
            return _exhausted(challenge, now)
        return Unusable("code_wrong", facts={"tries_left": challenge.tries_left})

    def _digest(self, challenge_id: UUID, code: str) -> bytes:
        return self.protection.digest("one-time code", f"{challenge_id} {code}")


def refuse_early_resend(challenge: Challenge | None, now: datetime) -> None:
    """Raise TooMuch `code_sent_recently` while the last code is too young to be replaced."""
    if challenge is not None and now < challenge.sent_at + RESEND_AFTER:
        raise TooMuch("code_sent_recently", _seconds_until(challenge.sent_at + RESEND_AFTER, now))


def latest_challenge(session: Session, purpose: Purpose, account_id: UUID, match_key: str) -> Challenge | None:
    """The last code that was mailed to this address on behalf of this account."""
    return session.scalar(
        select(Challenge)
        .where(Challenge.match_key == match_key, Challenge.account_id == account_id, Challenge.purpose == purpose)
        .order_by(Challenge.created_at.desc(), Challenge.id.desc())
        .limit(1)
    )


def _exhausted(challenge: Challenge, now: datetime) -> TooMuch:
    return TooMuch("too_many_tries", _seconds_until(challenge.sent_at + RESEND_AFTER, now))


def _refuse_too_many(session: Session, match_key: str, now: datetime) -> None:
    for period, most in ((_HOUR, MAX_PER_HOUR), (_DAY, MAX_PER_DAY)):
        recent = select(Challenge.created_at).where(
            Challenge.match_key == match_key, Challenge.created_at > now - period
        )
        count = session.scalar(select(func.count()).select_from(recent.subquery())) or 0
        if count >= most:
            oldest = session.scalar(select(func.min(recent.subquery().c.created_at)))
            raise TooMuch("too_many_codes", _seconds_until((oldest or now) + period, now))


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, int((moment - now).total_seconds()) + 1)
