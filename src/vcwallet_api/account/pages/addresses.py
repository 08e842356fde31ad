"""The pages about addresses: add one, verify it with a code, make it the main one, spell it, remove it."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody

from vcwallet_api.account.address_book import AddressBook
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.page_models import AccountPage, AddressPage
from vcwallet_api.account.pages.overview import AccountReader, address_line
from vcwallet_api.forms import Forms, Refused, RemovalForm
from vcwallet_api.limits import CODE_LIMIT, CODES_OF_ACCOUNT_LIMIT, SIGN_IN_LIMIT


@dataclass
class NewAddressForm:
    """A further address."""

    address: str = ""


@dataclass
class VerificationForm:
    """The code from the mail."""

    code: str = ""


@dataclass
class SpellingsForm:
    """Further spellings, one a line."""

    spellings: str = ""


@dataclass(frozen=True, slots=True)
class _OneAddress:
    """The page that all forms about one address stand on."""

    address_book: AddressBook
    caller: Caller
    address: UUID

    @property
    def path(self) -> str:
        return f"/account/addresses/{self.address}"

    def page(self, *, spellings: tuple[str, ...] | None = None, **more: Any) -> AddressPage:
        entry = self.address_book.entry(self.caller, self.address)
        known = tuple(entry.address.spellings)
        return AddressPage(address=address_line(entry), spellings=known if spellings is None else spellings, **more)

    def again(self, refused: Refused) -> AddressPage:
        return self.page(**refused.shown)


@post(
    "/account/addresses",
    status_code=303,
    opt={"account_limit": CODES_OF_ACCOUNT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def add_address(
    data: URLEncodedBody[NewAddressForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
    account_reader: NamedDependency[AccountReader],
) -> Response[Any]:
    """Add an address; a code is mailed there."""

    def _add() -> str:
        return f"/account/addresses/{address_book.add(caller, data.address).address.id}"

    def _again(refused: Refused) -> AccountPage:
        return account_reader.page(caller, new_address=data.address, **refused.shown)

    # After a proof the address is there again, and need not be typed twice.
    return forms.answer(_add, _again, stands_on=f"/account?address={quote(data.address)}")


@get("/account/addresses/{address:uuid}", include_in_schema=False, sync_to_thread=True)
def address_page(
    address: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """One address."""
    return forms.page(_OneAddress(address_book, caller, address).page())


@post(
    "/account/addresses/{address:uuid}/verify",
    status_code=303,
    opt={"limit": CODE_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def verify_address(
    address: FromPath[UUID],
    data: URLEncodedBody[VerificationForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """The code came back: badges that waited for the address arrive."""
    one = _OneAddress(address_book, caller, address)

    def _verify() -> str:
        address_book.verify(caller, address, data.code)
        return "/backpack?done=address-verified"

    def _again(refused: Refused) -> AddressPage:
        return one.page(code=data.code, merge=refused.merge, **refused.shown)

    return forms.answer(_verify, _again, stands_on=one.path)


@post(
    "/account/addresses/{address:uuid}/resend",
    status_code=303,
    opt={"limit": SIGN_IN_LIMIT, "account_limit": CODES_OF_ACCOUNT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def resend_address_code(
    address: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """Mail a new code to the address."""
    one = _OneAddress(address_book, caller, address)

    def _resend() -> str:
        address_book.resend(caller, address)
        return f"{one.path}?done=code-sent"

    return forms.answer(_resend, one.again)


@post("/account/addresses/{address:uuid}/primary", status_code=303, include_in_schema=False, sync_to_thread=True)
def make_primary(
    address: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """Mail goes there from now on."""
    one = _OneAddress(address_book, caller, address)

    def _make_primary() -> str:
        address_book.change(caller, address, is_primary=True)
        return "/account?done=saved"

    return forms.answer(_make_primary, one.again, stands_on=one.path)


@post("/account/addresses/{address:uuid}/spellings", status_code=303, include_in_schema=False, sync_to_thread=True)
def set_spellings(
    address: FromPath[UUID],
    data: URLEncodedBody[SpellingsForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """How issuers may have spelt it."""
    one, typed = _OneAddress(address_book, caller, address), data.spellings.split()

    def _set() -> str:
        address_book.change(caller, address, spellings=typed)
        return f"{one.path}?done=saved"

    return forms.answer(_set, lambda refused: one.page(spellings=tuple(typed), **refused.shown))


@post("/account/addresses/{address:uuid}/remove", status_code=303, include_in_schema=False, sync_to_thread=True)
def remove_address(
    address: FromPath[UUID],
    data: URLEncodedBody[RemovalForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """Take it out of the account; badges that came by it stay."""
    one = _OneAddress(address_book, caller, address)

    def _remove() -> str:
        address_book.remove(caller, address, is_confirmed=bool(data.confirmed))
        return "/account?done=address-removed"

    def _again(refused: Refused) -> AddressPage:
        if refused.code == "address_has_badges":
            return one.page(confirm_removal=True)
        return one.again(refused)

    return forms.answer(_remove, _again, stands_on=one.path)


PRIVATE: Final[list[HTTPRouteHandler]] = [
    add_address,
    address_page,
    verify_address,
    resend_address_code,
    make_primary,
    set_spellings,
    remove_address,
]
