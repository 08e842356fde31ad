"""Sign in with a mailed code, and out again. The address is typed once; the code can be pasted."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from vcwallet_api.account import browsers
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import COOKIE_NAME, no_cookie, sign_in_cookie
from vcwallet_api.account.page_models import CodePage, SignInPage
from vcwallet_api.account.signing_in import SigningIn
from vcwallet_api.forms import Forms, Refused
from vcwallet_api.limits import CODE_LIMIT, SIGN_IN_LIMIT
from vcwallet_api.rendering import own_path
from vcwallet_api.storage.database import Database

AnyRequest = Request[Any, Any, Any]


@dataclass
class AddressForm:
    """An address, and where to go afterwards."""

    address: str = ""
    next: str = "/backpack"


@dataclass
class CodeForm:
    """The code from the mail. `agree` makes an account if there is none."""

    code: str = ""
    next: str = "/backpack"
    agree: str = ""
    display_name: str = ""


@get("/sign-in", include_in_schema=False, sync_to_thread=False)
def sign_in_form(
    forms: NamedDependency[Forms],
    next: FromQuery[str] = "/backpack",  # noqa: A002 - the usual name in an address
) -> Response[Any]:
    """Where an address is typed."""
    return forms.page(SignInPage(next_path=own_path(next)))


@post("/sign-in", status_code=303, opt={"limit": SIGN_IN_LIMIT}, include_in_schema=False, sync_to_thread=True)
def send_code(
    data: URLEncodedBody[AddressForm], forms: NamedDependency[Forms], signing_in: NamedDependency[SigningIn]
) -> Response[Any]:
    """Mail a code. The answer is the same for every address."""
    target = own_path(data.next)

    def _send() -> str:
        sent = signing_in.send_code(data.address, forms.language.code)
        return f"/sign-in/{sent.challenge_id}?next={quote(target)}"

    def _again(refused: Refused) -> SignInPage:
        return SignInPage(next_path=target, address=data.address, **refused.shown)

    return forms.answer(_send, _again)


@get("/sign-in/{challenge:uuid}", include_in_schema=False, sync_to_thread=False)
def code_form(
    challenge: FromPath[UUID],
    forms: NamedDependency[Forms],
    next: FromQuery[str] = "/backpack",  # noqa: A002 - as above
) -> Response[Any]:
    """Where the code is typed."""
    return forms.page(CodePage(challenge=challenge, next_path=own_path(next)))


@post(
    "/sign-in/{challenge:uuid}",
    status_code=303,
    opt={"limit": CODE_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def sign_in(
    challenge: FromPath[UUID],
    data: URLEncodedBody[CodeForm],
    request: AnyRequest,
    forms: NamedDependency[Forms],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """Sign in with the code; make the account if its owner agrees."""
    target = own_path(data.next)

    def _sign_in() -> Response[Any]:
        signed_in = signing_in.complete(
            challenge,
            data.code,
            agrees=bool(data.agree),
            display_name=data.display_name,
            device=request.headers.get("user-agent", ""),
            former_cookie=request.cookies.get(COOKIE_NAME),
        )
        answer = Redirect(f"{target}?done=welcome" if signed_in.is_new_account else target, status_code=303)
        answer.set_cookie(sign_in_cookie(signed_in.bearer))
        return answer

    def _again(refused: Refused) -> CodePage:
        asks = refused.code == "agreement_needed"
        return CodePage(
            challenge=challenge,
            next_path=target,
            code=data.code,
            display_name=data.display_name,
            needs_agreement=asks,
            **({} if asks else refused.shown),
        )

    return forms.answer(_sign_in, _again)


@post(
    "/sign-in/{challenge:uuid}/resend",
    status_code=303,
    opt={"limit": SIGN_IN_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def resend_code(
    challenge: FromPath[UUID],
    data: URLEncodedBody[AddressForm],
    forms: NamedDependency[Forms],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """Mail a new code in place of one."""
    target = own_path(data.next)

    def _resend() -> str:
        sent = signing_in.resend_code(challenge)
        return f"/sign-in/{sent.challenge_id}?next={quote(target)}&done=code-sent"

    def _again(refused: Refused) -> CodePage:
        return CodePage(challenge=challenge, next_path=target, **refused.shown)

    return forms.answer(_resend, _again)


@post("/sign-out", status_code=303, include_in_schema=False, sync_to_thread=True)
def sign_out(caller: NamedDependency[Caller], database: NamedDependency[Database]) -> Response[Any]:
    """The cookie works no more."""
    browsers.sign_out(database, caller)
    answer = Redirect("/?done=signed-out", status_code=303)
    answer.set_cookie(no_cookie())
    return answer


PUBLIC: Final[list[HTTPRouteHandler]] = [sign_in_form, send_code, code_form, sign_in, resend_code]
PRIVATE: Final[list[HTTPRouteHandler]] = [sign_out]
