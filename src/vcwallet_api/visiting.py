"""Who looks at a page, and in which language: the frame around every page, and the few pages that belong to no feature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlalchemy import func, select

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.profile import change_profile, read_profile
from vcwallet_api.forms import Forms
from vcwallet_api.languages import LANGUAGE_COOKIE, Languages, message, page_language
from vcwallet_api.medals import medal_for
from vcwallet_api.rendering import Frame, Pages, own_path
from vcwallet_api.settings import LANGUAGES, Settings
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Activity

_YEAR_SECONDS: Final = 365 * 24 * 3600

AnyRequest = Request[Any, Any, Any]

# What was just done, by a word in the address: a page that is loaded again says it again, and does nothing again.
_NOTICES: Final[Mapping[str, str]] = {
    "imported": message("The badge is in your Backpack."),
    "newer": message("This is a newer version of a badge that you had. It took its place."),
    "waiting": message("The badge waits for you to verify the address that it was sent to."),
    "hidden": message("The badge is hidden. You find it under “Hidden”."),
    "shown": message("The badge is in your list again."),
    "removed": message("The badge was removed."),
    "checked": message("The badge was checked just now."),
    "saved": message("Saved."),
    "address-verified": message("The address is yours. Badges that were sent to it have arrived."),
    "address-removed": message("The address was removed. Badges that came by it are still here."),
    "code-sent": message("A new code is on its way."),
    "passkey-added": message("The passkey was added. You can sign in with it from now on."),
    "passkey-removed": message("The passkey was removed. It opens your account no more."),
    "token-revoked": message("The token was revoked. It works no more."),
    "merged": message("The two accounts are one now. Everything is here."),
    "signed-out": message("You are signed out."),
    "welcome": message("Welcome! Your badges are here from now on."),
}

_PLACES: Final = (("/backpack", "badges"), ("/import", "badges"), ("/verify", "verify"), ("/account", "account"))
_MORE_PLACES: Final = (("/news", "news"), ("/sign-in", "sign-in"), ("/demo", "mail"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the wallet is, for somebody who is not signed in.

    - `medals`: pictures of sample badges.
    """

    template: ClassVar[str] = "home.html"

    medals: tuple[str, ...]


def frame_of(
    request: AnyRequest,
    maybe_caller: NamedDependency[Caller | None],
    database: NamedDependency[Database],
    settings: NamedDependency[Settings],
    languages: NamedDependency[Languages],
) -> Frame:
    """What stands around the page that is asked for."""
    account = None
    news = 0
    if maybe_caller is not None:
        account = read_profile(database, maybe_caller, frozenset()).account
        news = _unseen(database, maybe_caller)
    path = request.url.path
    language = page_language(request, languages, account.language if account is not None else None)
    return Frame(
        language=language,
        path=path,
        place=next((place for start, place in (*_PLACES, *_MORE_PLACES) if path.startswith(start)), ""),
        account_name=account.display_name if account is not None else None,
        news=news,
        notice=language.translate(_NOTICES.get(request.query_params.get("done", ""), "")),
        demo=settings.demo,
    )


def forms_of(pages: NamedDependency[Pages], frame: NamedDependency[Frame]) -> Forms:
    """How the page that is asked for, or the form that was posted, is answered."""
    return Forms(pages, frame)


def to_sign_in(request: AnyRequest, _error: Exception) -> Response[None]:
    """Where a browser goes that must sign in first, and comes back from."""
    return Redirect(f"/sign-in?next={quote(own_path(request.url.path), safe='/')}", status_code=303)


@get("/", include_in_schema=False, sync_to_thread=True)
def home(
    pages: NamedDependency[Pages], frame: NamedDependency[Frame], maybe_caller: NamedDependency[Caller | None]
) -> Response[Any]:
    """The Backpack for who is signed in; what this is for everybody else."""
    if maybe_caller is not None:
        return Redirect("/backpack", status_code=303)
    return pages.response(HomePage(medals=tuple(medal_for(*names).path for names in _SAMPLES)), frame)


_SAMPLES: Final = (
    ("Navigation I", "Harbour College"),
    ("Laser Cutting", "City Makers"),
    ("First Aid", "Old School"),
    ("Rope Work", "Harbour College"),
    ("Safety Basics", "Harbour College"),
)


@dataclass
class LanguageChoice:
    """What the form in the footer sends."""

    language: str = ""
    path: str = "/"


@post("/language", include_in_schema=False, sync_to_thread=True)
def choose_language(
    data: URLEncodedBody[LanguageChoice],
    maybe_caller: NamedDependency[Caller | None],
    database: NamedDependency[Database],
) -> Response[None]:
    """Another language from now on, in this browser and, for who is signed in, in mails too."""
    answer = Redirect(own_path(data.path, "/"), status_code=303)
    if data.language in LANGUAGES:
        if maybe_caller is not None and maybe_caller.scopes is None:
            change_profile(database, maybe_caller, display_name=None, language=data.language)
        answer.set_cookie(
            Cookie(
                LANGUAGE_COOKIE, "/", data.language, max_age=_YEAR_SECONDS, secure=True, httponly=True, samesite="lax"
            )
        )
    return answer


def _unseen(database: Database, caller: Caller) -> int:
    with database.read() as session:
        mine = select(func.count()).select_from(Activity).where(Activity.account_id == caller.account_id)
        return session.scalar(mine.where(Activity.seen_at.is_(None))) or 0
