"""What an account says of its learner: a name to show, and a language. And whether it may do what administrators may."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet_api.account.addresses import EmailAddress
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.holder_keys import find_holder_key
from vcwallet_api.languages import Language, Languages
from vcwallet_api.refusals import Unauthenticated
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Account, Address, VerifiedAddress


@dataclass(frozen=True, slots=True)
class Profile:
    """The account as its learner sees it."""

    account: Account
    primary_address: str
    holder_did: str
    is_administrator: bool


def read_profile(database: Database, caller: Caller, administrators: frozenset[str]) -> Profile:
    """The account that is asking. Raises Unauthenticated when it was deleted meanwhile."""
    with database.read() as session:
        account = session.get(Account, caller.account_id)
        if account is None:
            raise Unauthenticated("sign_in_needed")
        primary = primary_address(session, caller.account_id)
        key = find_holder_key(session, caller.account_id)
        return Profile(
            account,
            primary.value if primary is not None else "",
            key.did if key is not None else "",
            is_administrator(session, caller.account_id, administrators),
        )


def change_profile(database: Database, caller: Caller, *, display_name: str | None, language: str | None) -> None:
    """Change what is given; None leaves it as it is."""

    def _change(session: Session) -> None:
        account = session.get(Account, caller.account_id)
        if account is None:
            raise Unauthenticated("sign_in_needed")
        account.display_name = account.display_name if display_name is None else plain_name(display_name)
        account.language = account.language if language is None else language

    database.retrying(_change)


def plain_name(text: str) -> str:
    """A name as it is kept: without blanks around it, and without control characters, which not every database holds."""
    return "".join(character for character in text if unicodedata.category(character) not in {"Cc", "Cs"}).strip()


def primary_address(session: Session, account_id: UUID) -> Address | None:
    """Where mail for the account goes."""
    return session.scalar(select(Address).where(Address.account_id == account_id, Address.is_primary))


def language_of(session: Session, languages: Languages, account_id: UUID) -> Language:
    """In which language the account is written to."""
    account = session.get(Account, account_id)
    return languages[account.language if account is not None else ""]


def is_administrator(session: Session, account_id: UUID, administrators: Iterable[str]) -> bool:
    """Whether one of the operator's administrators is a verified address of the account."""
    keys = [EmailAddress(address).match_key for address in administrators]
    owned = select(VerifiedAddress.match_key).where(
        VerifiedAddress.account_id == account_id, VerifiedAddress.match_key.in_(keys)
    )
    return session.scalar(owned.limit(1)) is not None
