"""The pages of the account: sign in with a code, addresses, browsers.

Rules are in the services; what they refuse is shown where it was typed, and nothing that was typed is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from vcwallet_api.account import browsers, profile
from vcwallet_api.account.address_book import AddressBook, AddressEntry
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import COOKIE_NAME, no_cookie, sign_in_cookie
from vcwallet_api.account.page_models import (
    AccountPage,
    AddressLine,
    AddressPage,
    BrowserLine,
    CodePage,
    ProofPage,
    ProveFirstPage,
    SignInPage,
)
from vcwallet_api.account.signing_in import SigningIn
from vcwallet_api.clock import Clock
from vcwallet_api.limits import CODE_LIMIT, CODES_OF_ACCOUNT_LIMIT, SIGN_IN_LIMIT
from vcwallet_api.problems import ProblemDetails, problem_of
from vcwallet_api.refusals import NotAllowed, Refusal
from vcwallet_api.rendering import Frame, Pages, own_path
from vcwallet_api.settings import LANGUAGES, Settings
from vcwallet_api.storage.database import Database

AnyRequest = Request[Any, Any, Any]

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


@dataclass
class ProfileForm:
    """What a learner says of themselves."""

    display_name: str = ""
    language: str = ""


@dataclass
class SpellingsForm:
    """Further spellings, one a line."""

    spellings: str = ""


@dataclass
class RemovalForm:
    """Whether removal is confirmed."""

    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class AccountReader:
    """Gathers what the page of the account shows."""

    database: Database
    address_book: AddressBook
    settings: Settings
    clock: Clock

    def page(self, caller: Caller, *, new_address: str = "", error: str = "", error_next_step: str = "") -> AccountPage:
        account = profile.read_profile(self.database, caller, frozenset()).account
        rows = browsers.list_sign_ins(self.database, caller, self.clock())
        return AccountPage(
            display_name=account.display_name,
            language=account.language,
            addresses=tuple(_line(entry) for entry in self.address_book.entries(caller)),
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
            new_address=new_address,
            error=error,
            error_next_step=error_next_step,
        )


@get("/sign-in", include_in_schema=False, sync_to_thread=False)
def sign_in_form(
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    next: FromQuery[str] = "/backpack",  # noqa: A002 - the usual name in an address
) -> Response[Any]:
    """Where an address is typed."""
    return pages.response(SignInPage(next_path=own_path(next)), frame)


@post("/sign-in", status_code=303, opt={"limit": SIGN_IN_LIMIT}, include_in_schema=False, sync_to_thread=True)
def send_code(
    data: URLEncodedBody[AddressForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """Mail a code. The answer is the same for every address."""
    try:
        sent = signing_in.send_code(data.address, frame.language.code)
    except Refusal as refusal:
        problem = problem_of(refusal, frame.language)
        page = SignInPage(
            next_path=own_path(data.next), address=data.address, error=problem.title, error_next_step=problem.next_step
        )
        return _refused(pages, page, frame, problem)
    return Redirect(f"/sign-in/{sent.challenge_id}?next={quote(own_path(data.next))}", status_code=303)


@get("/sign-in/{challenge:uuid}", include_in_schema=False, sync_to_thread=False)
def code_form(
    challenge: FromPath[UUID],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    next: FromQuery[str] = "/backpack",  # noqa: A002 - as above
) -> Response[Any]:
    """Where the code is typed."""
    return pages.response(CodePage(challenge=challenge, next_path=own_path(next)), frame)


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
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """Sign in with the code; make the account if its owner agrees."""
    try:
        signed_in = signing_in.complete(
            challenge,
            data.code,
            agrees=bool(data.agree),
            display_name=data.display_name,
            device=request.headers.get("user-agent", ""),
            former_cookie=request.cookies.get(COOKIE_NAME),
        )
    except Refusal as refusal:
        problem = problem_of(refusal, frame.language)
        asks = refusal.code == "agreement_needed"
        page = CodePage(
            challenge=challenge,
            next_path=own_path(data.next),
            code=data.code,
            display_name=data.display_name,
            needs_agreement=asks,
            error="" if asks else problem.title,
            error_next_step="" if asks else problem.next_step,
        )
        return _refused(pages, page, frame, problem)
    target = own_path(data.next)
    answer = Redirect(f"{target}?done=welcome" if signed_in.is_new_account else target, status_code=303)
    answer.set_cookie(sign_in_cookie(signed_in.bearer))
    return answer


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
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """Mail a new code in place of one."""
    try:
        sent = signing_in.resend_code(challenge)
    except Refusal as refusal:
        problem = problem_of(refusal, frame.language)
        page = CodePage(
            challenge=challenge,
            next_path=own_path(data.next),
            error=problem.title,
            error_next_step=_with_wait(problem, frame),
        )
        return _refused(pages, page, frame, problem)
    return Redirect(f"/sign-in/{sent.challenge_id}?next={quote(own_path(data.next))}&done=code-sent", status_code=303)


@post("/sign-out", status_code=303, include_in_schema=False, sync_to_thread=True)
def sign_out(caller: NamedDependency[Caller], database: NamedDependency[Database]) -> Response[Any]:
    """The cookie works no more."""
    browsers.sign_out(database, caller)
    answer = Redirect("/?done=signed-out", status_code=303)
    answer.set_cookie(no_cookie())
    return answer


@get("/account", include_in_schema=False, sync_to_thread=True)
def account(
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    account_reader: NamedDependency[AccountReader],
) -> Response[Any]:
    """The account."""
    return pages.response(account_reader.page(caller), frame)


@post("/account/profile", status_code=303, include_in_schema=False, sync_to_thread=True)
def change_profile(
    data: URLEncodedBody[ProfileForm], caller: NamedDependency[Caller], database: NamedDependency[Database]
) -> Response[Any]:
    """Name and language."""
    language = data.language if data.language in LANGUAGES else None
    profile.change_profile(database, caller, display_name=data.display_name[:_MAX_NAME], language=language)
    return Redirect("/account?done=saved", status_code=303)


_MAX_NAME: Final = 200


@post(
    "/account/addresses",
    status_code=303,
    opt={"account_limit": CODES_OF_ACCOUNT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def add_address(
    data: URLEncodedBody[AddressForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
    account_reader: NamedDependency[AccountReader],
) -> Response[Any]:
    """Add an address; a code is mailed there."""
    try:
        entry = address_book.add(caller, data.address)
    except Refusal as refusal:
        if refusal.code == "proof_needed":
            return Redirect("/account/prove?next=/account", status_code=303)
        problem = problem_of(refusal, frame.language)
        page = account_reader.page(
            caller, new_address=data.address, error=problem.title, error_next_step=problem.next_step
        )
        return _refused(pages, page, frame, problem)
    return Redirect(f"/account/addresses/{entry.address.id}", status_code=303)


@get("/account/addresses/{address:uuid}", include_in_schema=False, sync_to_thread=True)
def address_page(
    address: FromPath[UUID],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """One address."""
    return pages.response(_address_page(address_book.entry(caller, address)), frame)


@post(
    "/account/addresses/{address:uuid}/verify",
    status_code=303,
    opt={"limit": CODE_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def verify_address(
    address: FromPath[UUID],
    data: URLEncodedBody[CodeForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """The code came back: badges that waited for the address arrive."""
    return _changed(
        lambda: address_book.verify(caller, address, data.code),
        "/backpack?done=address-verified",
        (pages, frame, address_book, caller, address),
        code=data.code,
    )


@post(
    "/account/addresses/{address:uuid}/resend",
    status_code=303,
    opt={"limit": SIGN_IN_LIMIT, "account_limit": CODES_OF_ACCOUNT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def resend_address_code(
    address: FromPath[UUID],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """Mail a new code to the address."""
    return _changed(
        lambda: address_book.resend(caller, address),
        f"/account/addresses/{address}?done=code-sent",
        (pages, frame, address_book, caller, address),
    )


@post("/account/addresses/{address:uuid}/primary", status_code=303, include_in_schema=False, sync_to_thread=True)
def make_primary(
    address: FromPath[UUID],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """Mail goes there from now on."""
    return _changed(
        lambda: address_book.make_primary(caller, address),
        "/account?done=saved",
        (pages, frame, address_book, caller, address),
    )


@post("/account/addresses/{address:uuid}/spellings", status_code=303, include_in_schema=False, sync_to_thread=True)
def set_spellings(
    address: FromPath[UUID],
    data: URLEncodedBody[SpellingsForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """How issuers may have spelt it."""
    return _changed(
        lambda: address_book.set_spellings(caller, address, data.spellings.split()),
        f"/account/addresses/{address}?done=saved",
        (pages, frame, address_book, caller, address),
    )


@post("/account/addresses/{address:uuid}/remove", status_code=303, include_in_schema=False, sync_to_thread=True)
def remove_address(
    address: FromPath[UUID],
    data: URLEncodedBody[RemovalForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> Response[Any]:
    """Take it out of the account; badges that came by it stay."""
    return _changed(
        lambda: address_book.remove(caller, address, is_confirmed=bool(data.confirmed)),
        "/account?done=address-removed",
        (pages, frame, address_book, caller, address),
    )


@post("/account/browsers/{browser:uuid}/sign-out", status_code=303, include_in_schema=False, sync_to_thread=True)
def close_browser(
    browser: FromPath[UUID], caller: NamedDependency[Caller], database: NamedDependency[Database]
) -> Response[Any]:
    """Sign another browser out."""
    browsers.close_sign_in(database, caller, browser)
    return Redirect("/account?done=saved", status_code=303)


@post("/account/browsers/sign-out-others", status_code=303, include_in_schema=False, sync_to_thread=True)
def close_other_browsers(caller: NamedDependency[Caller], database: NamedDependency[Database]) -> Response[Any]:
    """Sign all other browsers out."""
    browsers.close_other_sign_ins(database, caller)
    return Redirect("/account?done=saved", status_code=303)


@post(
    "/account/proof",
    status_code=303,
    opt={"limit": SIGN_IN_LIMIT, "account_limit": CODES_OF_ACCOUNT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def send_proof_code(
    data: URLEncodedBody[AddressForm], caller: NamedDependency[Caller], signing_in: NamedDependency[SigningIn]
) -> Response[Any]:
    """Mail a code, so that whoever sits there proves again who they are."""
    sent = signing_in.send_proof_code(caller)
    return Redirect(f"/account/proof/{sent.challenge_id}?next={quote(own_path(data.next))}", status_code=303)


@get("/account/proof/{challenge:uuid}", include_in_schema=False, sync_to_thread=False)
def proof_form(
    challenge: FromPath[UUID],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    next: FromQuery[str] = "/account",  # noqa: A002 - as above
) -> Response[Any]:
    """Where the code is typed."""
    return pages.response(ProofPage(challenge=challenge, next_path=own_path(next, "/account")), frame)


@post(
    "/account/proof/{challenge:uuid}",
    status_code=303,
    opt={"limit": CODE_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def prove(
    challenge: FromPath[UUID],
    data: URLEncodedBody[CodeForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """The code came back: the browser gets a new cookie."""
    try:
        bearer = signing_in.prove(caller, challenge, data.code)
    except Refusal as refusal:
        problem = problem_of(refusal, frame.language)
        page = ProofPage(
            challenge=challenge,
            next_path=own_path(data.next, "/account"),
            error=problem.title,
            error_next_step=problem.next_step,
        )
        return _refused(pages, page, frame, problem)
    answer = Redirect(own_path(data.next, "/account"), status_code=303)
    answer.set_cookie(sign_in_cookie(bearer))
    return answer


def short_device(text: str) -> str:
    """A browser as people know it: its name and its system; what cannot be told is shown as it is."""
    browser = next((name for part, name in _BROWSERS if part in text), "")
    system = next((name for part, name in _SYSTEMS if part in text), "")
    return " · ".join(part for part in (browser, system) if part) or text[:60]


def _line(entry: AddressEntry) -> AddressLine:
    row = entry.address
    return AddressLine(
        id=row.id,
        address=row.value,
        is_verified=row.verified_at is not None,
        is_primary=row.is_primary,
        badges=entry.badges,
    )


def _address_page(entry: AddressEntry, **more: Any) -> AddressPage:
    return AddressPage(address=_line(entry), spellings=tuple(entry.address.spellings), **more)


def _changed(
    change: Callable[[], object],
    done: str,
    shown: tuple[Pages, Frame, AddressBook, Caller, UUID],
    *,
    code: str = "",
) -> Response[Any]:
    """Change something about an address and go on, or show the address again with what was refused."""
    pages, frame, address_book, caller, address = shown
    try:
        change()
    except NotAllowed as refusal:
        if refusal.code != "proof_needed":
            raise
        return Redirect(f"/account/prove?next=/account/addresses/{address}", status_code=303)
    except Refusal as refusal:
        problem = problem_of(refusal, frame.language)
        confirms = refusal.code == "address_has_badges"
        page = _address_page(
            address_book.entry(caller, address),
            code=code,
            confirm_removal=confirms,
            error="" if confirms else problem.title,
            error_next_step="" if confirms else _with_wait(problem, frame),
            offers_merging=refusal.code == "address_of_other_account",
        )
        return _refused(pages, page, frame, problem)
    return Redirect(done, status_code=303)


@get("/account/prove", include_in_schema=False, sync_to_thread=False)
def prove_first(
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    next: FromQuery[str] = "/account",  # noqa: A002 - as above
) -> Response[Any]:
    """Says that a fresh proof is needed, and offers to mail the code."""
    return pages.response(ProveFirstPage(next_path=own_path(next, "/account")), frame)


def _with_wait(problem: ProblemDetails, frame: Frame) -> str:
    """The next step, and how long to wait where that is known."""
    if problem.retry_after is None:
        return problem.next_step
    minutes = -(-problem.retry_after // 60)
    wait = frame.language.count("Possible again in {number} minute.", "Possible again in {number} minutes.", minutes)
    return f"{problem.next_step} {wait}"


def _refused(pages: Pages, page: Any, frame: Frame, problem: ProblemDetails) -> Response[Any]:
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after is not None else {}
    return pages.response(page, frame, status=problem.status, headers=headers)


PUBLIC: Final = Router("/", route_handlers=[sign_in_form, send_code, code_form, sign_in, resend_code])
PRIVATE: Final = Router(
    "/",
    route_handlers=[
        sign_out,
        account,
        change_profile,
        add_address,
        address_page,
        verify_address,
        resend_address_code,
        make_primary,
        set_spellings,
        remove_address,
        close_browser,
        close_other_browsers,
        prove_first,
        send_proof_code,
        proof_form,
        prove,
    ],
)
