"""The pages about passkeys: add one through the browser, name it, remove it; and sign in with one.

The browser's script asks the authenticator; what that answers is sent as a form like any other, so that what is refused is
shown like anything else that is refused.
"""

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import COOKIE_NAME, sign_in_cookie
from vcwallet_api.account.page_models import NewPasskeyPage, PasskeyLine, PasskeysPage, SignInPage
from vcwallet_api.account.passkeys import Passkeys
from vcwallet_api.forms import Forms
from vcwallet_api.limits import CODE_LIMIT
from vcwallet_api.refusals import Gone, Unusable
from vcwallet_api.rendering import own_path

AnyRequest = Request[Any, Any, Any]

_PATH: Final = "/account/passkeys"
_MAX_NAME: Final = 100
# An authenticator's answer is below two kilobytes; with its certificates some more.
_MAX_CREDENTIAL: Final = 20_000


@dataclass
class PasskeyForm:
    """What the authenticator answered, as JSON, and a name to know the passkey by."""

    ceremony: str = ""
    credential: str = ""
    name: str = ""


@dataclass
class PasskeySignInForm:
    """What the authenticator answered, as JSON, and where to go afterwards."""

    ceremony: str = ""
    credential: str = ""
    next: str = "/backpack"


@dataclass
class NameForm:
    """Another name."""

    name: str = ""


@get(_PATH, include_in_schema=False, sync_to_thread=True)
def passkeys_page(
    forms: NamedDependency[Forms], caller: NamedDependency[Caller], passkeys: NamedDependency[Passkeys]
) -> Response[Any]:
    """The passkeys of the account."""
    return forms.page(_page(passkeys, caller))


@post(f"{_PATH}/new", status_code=200, include_in_schema=False, sync_to_thread=True)
def begin_passkey(
    forms: NamedDependency[Forms], caller: NamedDependency[Caller], passkeys: NamedDependency[Passkeys]
) -> Response[Any]:
    """The page on which the browser is asked to make one."""

    def _begin() -> Response[Any]:
        ceremony = passkeys.begin_adding(caller)
        return forms.page(NewPasskeyPage(ceremony=ceremony.id, options=json.dumps(ceremony.options)))

    return forms.answer(_begin, lambda refused: _page(passkeys, caller, **refused.shown), stands_on=_PATH)


@post(_PATH, status_code=303, include_in_schema=False, sync_to_thread=True)
def add_passkey(
    data: URLEncodedBody[PasskeyForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    passkeys: NamedDependency[Passkeys],
) -> Response[Any]:
    """The browser made it."""

    def _add() -> str:
        passkeys.finish_adding(caller, _ceremony(data.ceremony), _credential(data.credential), _name(data.name))
        return f"{_PATH}?done=passkey-added"

    return forms.answer(_add, lambda refused: _page(passkeys, caller, **refused.shown), stands_on=_PATH)


@post(f"{_PATH}/{{passkey:uuid}}/rename", status_code=303, include_in_schema=False, sync_to_thread=True)
def rename_passkey(
    passkey: FromPath[UUID],
    data: URLEncodedBody[NameForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    passkeys: NamedDependency[Passkeys],
) -> Response[Any]:
    """Know it by another name."""

    def _rename() -> str:
        passkeys.rename(caller, passkey, _name(data.name))
        return f"{_PATH}?done=saved"

    return forms.answer(_rename, lambda refused: _page(passkeys, caller, **refused.shown))


@post(f"{_PATH}/{{passkey:uuid}}/remove", status_code=303, include_in_schema=False, sync_to_thread=True)
def remove_passkey(
    passkey: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    passkeys: NamedDependency[Passkeys],
) -> Response[Any]:
    """It opens the account no more."""

    def _remove() -> str:
        passkeys.remove(caller, passkey)
        return f"{_PATH}?done=passkey-removed"

    return forms.answer(_remove, lambda refused: _page(passkeys, caller, **refused.shown), stands_on=_PATH)


@post("/sign-in/passkey", status_code=303, opt={"limit": CODE_LIMIT}, include_in_schema=False, sync_to_thread=True)
def sign_in_with_passkey(
    data: URLEncodedBody[PasskeySignInForm],
    request: AnyRequest,
    forms: NamedDependency[Forms],
    passkeys: NamedDependency[Passkeys],
) -> Response[Any]:
    """Sign in without a mail."""
    target = own_path(data.next)

    def _sign_in() -> Response[Any]:
        signed_in = passkeys.finish_sign_in(
            _ceremony(data.ceremony),
            _credential(data.credential),
            device=request.headers.get("user-agent", ""),
            former_cookie=request.cookies.get(COOKIE_NAME),
        )
        answer = Redirect(target, status_code=303)
        answer.set_cookie(sign_in_cookie(signed_in.bearer))
        return answer

    return forms.answer(_sign_in, lambda refused: SignInPage(next_path=target, **refused.shown))


def _page(passkeys: Passkeys, caller: Caller, **more: Any) -> PasskeysPage:
    lines = tuple(
        PasskeyLine(id=row.id, name=row.name, added_at=row.created_at, used_at=row.last_used_at)
        for row in passkeys.entries(caller)
    )
    return PasskeysPage(passkeys=lines, **more)


def _name(text: str) -> str:
    if not text.strip():
        raise Unusable("name_missing")
    return text.strip()[:_MAX_NAME]


def _ceremony(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Gone("ceremony_over") from error


def _credential(text: str) -> dict[str, Any]:
    try:
        credential = json.loads(text) if len(text) <= _MAX_CREDENTIAL else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise Unusable("passkey_invalid")
    return credential


PUBLIC: Final[list[HTTPRouteHandler]] = [sign_in_with_passkey]
PRIVATE: Final[list[HTTPRouteHandler]] = [passkeys_page, begin_passkey, add_passkey, rename_passkey, remove_passkey]
