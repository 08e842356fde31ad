"""The page of the account, and the short forms on it: name and language, browsers that are signed in."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody

from vcwallet_api.account import browsers, profile
from vcwallet_api.account.address_book import AddressBook, AddressEntry
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.page_models import AccountPage, AddressLine, BrowserLine
from vcwallet_api.clock import Clock
from vcwallet_api.forms import Forms, Refused
from vcwallet_api.settings import LANGUAGES
from vcwallet_api.storage.database import Database

_MAX_NAME: Final = 200
_SAVED: Final = "/account?done=saved"

# A browser that has a line about each of its parts is shown by the two that people know it by.
_BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass
class ProfileForm:
    """What a learner says of themselves."""

    display_name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class AccountReader:
    """Gathers what the page of the account shows."""

    database: Database
    address_book: AddressBook
    clock: Clock

    def page(self, caller: Caller, **more: Any) -> AccountPage:
        """The page; `more` is what was typed, and why it was refused."""
        account = profile.read_profile(self.database, caller, frozenset()).account
        rows = browsers.list_sign_ins(self.database, caller, self.clock())
        return AccountPage(
            display_name=account.display_name,
            language=account.language,
            addresses=tuple(address_line(entry) for entry in self.address_book.entries(caller)),
            browsers=tuple(
                BrowserLine(
                    id=row.id,
                    device=short_device(row.device),
                    signed_in_at=row.created_at,
                    last_seen_at=row.last_seen_at,
                    is_this=row.id == caller.sign_in_id,
                )
                for row in rows
            ),
            **more,
        )


@get("/account", include_in_schema=False, sync_to_thread=True)
def account(
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    account_reader: NamedDependency[AccountReader],
    address: FromQuery[str] = "",
) -> Response[Any]:
    """The account, with an address that was typed before a proof was asked for."""
    return forms.page(account_reader.page(caller, new_address=address))


@post("/account/profile", status_code=303, include_in_schema=False, sync_to_thread=True)
def change_profile(
    data: URLEncodedBody[ProfileForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    account_reader: NamedDependency[AccountReader],
) -> Response[Any]:
    """Name and language."""
    language = data.language if data.language in LANGUAGES else None

    def _change() -> str:
        profile.change_profile(database, caller, display_name=data.display_name[:_MAX_NAME], language=language)
        return _SAVED

    return forms.answer(_change, lambda refused: account_reader.page(caller, **refused.shown))


@post("/account/browsers/{browser:uuid}/sign-out", status_code=303, include_in_schema=False, sync_to_thread=True)
def close_browser(
    browser: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    account_reader: NamedDependency[AccountReader],
) -> Response[Any]:
    """Sign another browser out."""

    def _close() -> str:
        browsers.close_sign_in(database, caller, browser)
        return _SAVED

    def _again(refused: Refused) -> AccountPage:
        return account_reader.page(caller, **refused.shown)

    return forms.answer(_close, _again)


@post("/account/browsers/sign-out-others", status_code=303, include_in_schema=False, sync_to_thread=True)
def close_other_browsers(
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    account_reader: NamedDependency[AccountReader],
) -> Response[Any]:
    """Sign all other browsers out."""

    def _close() -> str:
        browsers.close_other_sign_ins(database, caller)
        return _SAVED

    return forms.answer(_close, lambda refused: account_reader.page(caller, **refused.shown))


def short_device(text: str) -> str:
    """A browser as people know it: its name and its system; what cannot be told is shown as it is."""
    browser = next((name for part, name in _BROWSERS if part in text), "")
    system = next((name for part, name in _SYSTEMS if part in text), "")
    return " · ".join(part for part in (browser, system) if part) or text[:60]


def address_line(entry: AddressEntry) -> AddressLine:
    """An address as lists and its own page show it."""
    row = entry.address
    return AddressLine(
        id=row.id,
        address=row.value,
        is_verified=row.verified_at is not None,
        is_primary=row.is_primary,
        badges=entry.badges,
    )


PRIVATE: Final[list[HTTPRouteHandler]] = [account, change_profile, close_browser, close_other_browsers]
