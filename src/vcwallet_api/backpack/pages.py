"""The learner's pages: the Backpack, a badge, importing, news, and the link in the mail about a first badge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody, QueryParameter, URLEncodedBody
from litestar.response import Redirect

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.claiming import Claiming
from vcwallet_api.backpack.importing import Importing
from vcwallet_api.backpack.news import mark_seen
from vcwallet_api.backpack.page_models import (
    BackpackPage,
    BadgeCard,
    BadgePage,
    Choice,
    ClaimPage,
    DeclinePage,
    ImportPage,
    NewsLine,
    NewsPage,
    StateTone,
)
from vcwallet_api.backpack.placing import Placed
from vcwallet_api.backpack.shelf import Order, Shelf, ShownItem, Wanted
from vcwallet_api.backpack.states import State, state_of
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Language, message
from vcwallet_api.limits import CLAIM_LIMIT, IMPORT_LIMIT
from vcwallet_api.medals import medal_for
from vcwallet_api.problems import problem_of
from vcwallet_api.refusals import NotFound, Refusal
from vcwallet_api.rendering import FILE_POLICY, Frame, Pages
from vcwallet_api.report_wording import in_words
from vcwallet_api.safe_markdown import web_link
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Activity, BackpackItem
from vcwallet_api.verifier import Verifier

AnyRequest = Request[Any, Any, Any]

# A screen or two on a phone, and eight rows of cards on a desktop.
_PAGE_SIZE: Final = 24
_MAX_SHOWN_AGAIN: Final = 20_000
_PICTURES: Final = ("image/png", "image/svg+xml")

_STATES: Final[Mapping[State, tuple[str, StateTone]]] = {
    "valid": (message("Valid"), "good"),
    "expired": (message("Expired on {date}"), "none"),
    "revoked": (message("Revoked by its issuer"), "bad"),
    "upcoming": (message("Valid from {date}"), "unsure"),
    "failed": (message("The last check found a problem"), "bad"),
    "pending": (message("Waits for its address"), "unsure"),
}
_FILTERS: Final = (
    ("", message("All")),
    ("valid", message("Valid")),
    ("expired", message("Expired")),
    ("revoked", message("Revoked")),
    ("upcoming", message("Not valid yet")),
    ("failed", message("With a problem")),
    ("pending", message("Waiting for an address")),
    ("hidden", message("Hidden")),
)
_SORTS: Final = (("awarded", message("Newest first")), ("name", message("Name")), ("issuer", message("Issuer")))
_NEWS: Final[Mapping[str, str]] = {
    "awarded": message("{name} was awarded to you."),
    "imported": message("You imported {name}."),
    "revoked": message("{name} was revoked by its issuer."),
    "reinstated": message("{name} is no longer revoked."),
    "expiring": message("{name} is valid until {date}."),
    "expired": message("{name} has expired."),
    "updated": message("{name} was replaced by a newer version."),
}


@dataclass
class ImportForm:
    """One of an address, a text and a file."""

    url: str = ""
    text: str = ""
    file: UploadFile | None = None


@dataclass
class RemovalForm:
    """Whether removal is confirmed."""

    confirmed: str = ""


# --- the Backpack ------------------------------------------------------------------------------------------------------


@get("/backpack", include_in_schema=False, sync_to_thread=True)
def backpack(  # noqa: PLR0913, PLR0917 - a query has many parameters, each with its name
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    clock: NamedDependency[Clock],
    q: FromQuery[str] = "",
    issuer: FromQuery[str] = "",
    in_state: Annotated[str, QueryParameter(name="state")] = "",
    sort: FromQuery[str] = "awarded",
    cursor: FromQuery[str] = "",
) -> Response[Any]:
    """All badges, or those that are looked for. What cannot be chosen counts as not chosen."""
    say = frame.language.translate
    order = cast("Order", sort) if sort in get_args(Order) else "awarded"
    chosen = cast("State", in_state) if in_state in get_args(State) else None
    wanted = Wanted(
        query=q[:200],
        issuer_id=issuer or None,
        state=chosen,
        acceptance="hidden" if in_state == "hidden" else None,
        order=order,
        limit=_PAGE_SIZE,
        cursor=cursor or None,
    )
    now = clock()
    found = shelf.page(caller, wanted)
    waiting = shelf.page(caller, Wanted(state="pending", limit=_PAGE_SIZE)) if in_state != "pending" else found
    asked = {"q": q, "issuer": issuer, "state": in_state, "sort": order, "cursor": found.next_cursor or ""}
    link = "/backpack?" + urlencode({name: value for name, value in asked.items() if value})
    page = BackpackPage(
        badges=tuple(card_of(shown.item, now, frame.language) for shown in found.items),
        query=q,
        issuer=issuer,
        state=in_state,
        sort=order,
        issuers=(Choice(value="", label=say(message("All"))), *_issuers(shelf, caller)),
        states=tuple(Choice(value=value, label=say(label)) for value, label in _FILTERS),
        sorts=tuple(Choice(value=value, label=say(label)) for value, label in _SORTS),
        is_filtered=bool(q or issuer or in_state),
        waiting=len(waiting.items) if in_state != "pending" else 0,
        next_link=link if found.next_cursor is not None else None,
    )
    return pages.response(page, frame)


@get("/backpack/{item:uuid}", include_in_schema=False, sync_to_thread=True)
def badge(
    item: FromPath[UUID],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    clock: NamedDependency[Clock],
) -> Response[Any]:
    """One badge."""
    return pages.response(_badge_page(shelf.item(caller, item), shelf.verifier, clock(), frame.language), frame)


@get("/backpack/{item:uuid}/picture", include_in_schema=False, sync_to_thread=True)
def picture(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> Response[bytes]:
    """The picture that the badge was baked into. It may do nothing: no script, no other host, no frame."""
    row = shelf.item(caller, item).item
    if row.media_type not in _PICTURES:
        raise NotFound("not_found")
    headers = {
        "Content-Security-Policy": FILE_POLICY,
        "Content-Disposition": "attachment",
        "Cache-Control": "private, max-age=86400",
    }
    return Response(row.received, media_type=row.media_type, headers=headers)


@post(
    "/backpack/{item:uuid}/check",
    status_code=303,
    opt={"limit": IMPORT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def check_again(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> Response[Any]:
    """Verify it now."""
    shelf.check_again(caller, item)
    return Redirect(f"/backpack/{item}?done=checked", status_code=303)


@post("/backpack/{item:uuid}/hide", status_code=303, include_in_schema=False, sync_to_thread=True)
def hide(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> Response[Any]:
    """Put it out of sight."""
    shelf.set_acceptance(caller, item, "hidden")
    return Redirect("/backpack?done=hidden", status_code=303)


@post("/backpack/{item:uuid}/show", status_code=303, include_in_schema=False, sync_to_thread=True)
def show(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> Response[Any]:
    """Put it in sight again."""
    shelf.set_acceptance(caller, item, "accepted")
    return Redirect(f"/backpack/{item}?done=shown", status_code=303)


@post("/backpack/{item:uuid}/remove", status_code=303, include_in_schema=False, sync_to_thread=True)
def remove(
    item: FromPath[UUID],
    data: URLEncodedBody[RemovalForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    clock: NamedDependency[Clock],
) -> Response[Any]:
    """Remove it for good, once that is confirmed."""
    if not data.confirmed:
        shown = shelf.item(caller, item)
        page = _badge_page(shown, shelf.verifier, clock(), frame.language, confirm_removal=True)
        return pages.response(page, frame)
    shelf.remove(caller, item)
    return Redirect("/backpack?done=removed", status_code=303)


# --- importing ---------------------------------------------------------------------------------------------------------


@get("/import", include_in_schema=False, sync_to_thread=False)
def import_form(pages: NamedDependency[Pages], frame: NamedDependency[Frame]) -> Response[Any]:
    """Where a badge from elsewhere is brought in."""
    return pages.response(ImportPage(), frame)


@post("/import", status_code=303, opt={"limit": IMPORT_LIMIT}, include_in_schema=False, sync_to_thread=True)
def import_badge(
    data: MultipartBody[ImportForm],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    importing: NamedDependency[Importing],
) -> Response[Any]:
    """Verify it and put it into the Backpack, or say why not."""
    content = data.file.file.read() if data.file is not None else b""
    try:
        if content:
            placed = importing.import_file(caller, content)
        elif data.url.strip():
            placed = importing.import_url(caller, data.url)
        else:
            placed = importing.import_text(caller, data.text)
    except Refusal as refusal:
        problem = problem_of(refusal, frame.language)
        page = ImportPage(
            url=data.url[:_MAX_SHOWN_AGAIN],
            text=data.text[:_MAX_SHOWN_AGAIN],
            error=problem.title,
            error_next_step=problem.next_step,
            code=problem.code,
            offers_address=refusal.code == "recipient_mismatch",
        )
        return pages.response(page, frame, status=problem.status)
    return _imported(placed, pages, frame)


def _imported(placed: Placed, pages: Pages, frame: Frame) -> Response[Any]:
    if placed.outcome == "already_held":
        say = frame.language.translate
        page = ImportPage(
            error=say(message("This badge is already in your Backpack.")),
            error_next_step=say(message("Nothing was changed.")),
            code="already_held",
            held_id=placed.item.id,
            held_name=placed.item.name,
        )
        return pages.response(page, frame)
    done = {"added": "imported", "newer_version": "newer", "waiting_for_address": "waiting"}[placed.outcome]
    return Redirect(f"/backpack/{placed.item.id}?done={done}", status_code=303)


# --- news, and the link in a mail --------------------------------------------------------------------------------------


@get("/news", include_in_schema=False, sync_to_thread=True)
def news(
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
) -> Response[Any]:
    """What happened to the badges."""
    lines = tuple(_news_line(row, frame.language) for row in shelf.news(caller))
    return pages.response(NewsPage(lines=lines), frame)


@post("/news/seen", status_code=303, include_in_schema=False, sync_to_thread=True)
def news_seen(
    caller: NamedDependency[Caller], database: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Response[Any]:
    """They were read."""
    mark_seen(database, caller, clock())
    return Redirect("/news", status_code=303)


@get("/claim/{token:str}", opt={"limit": CLAIM_LIMIT}, include_in_schema=False, sync_to_thread=True)
def claim_form(
    token: FromPath[str],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    maybe_caller: NamedDependency[Caller | None],
    claiming: NamedDependency[Claiming],
) -> Response[Any]:
    """What is behind the link. Opening it changes nothing, because scanners of mail open links too."""
    row = claiming.look(token)
    page = ClaimPage(
        token=token,
        name=row.name,
        issuer_name=row.issuer_name,
        picture=medal_for(row.name, row.issuer_name).path,
        is_signed_in=maybe_caller is not None,
    )
    return pages.response(page, frame)


@post("/claim/{token:str}", status_code=303, opt={"limit": CLAIM_LIMIT}, include_in_schema=False, sync_to_thread=True)
def claim(
    token: FromPath[str],
    frame: NamedDependency[Frame],
    maybe_caller: NamedDependency[Caller | None],
    claiming: NamedDependency[Claiming],
) -> Response[Any]:
    """A code is mailed to the address that the badge was sent to, whoever asks."""
    step = claiming.claim(token, maybe_caller, frame.language.code)
    if step.sign_in is not None:
        return Redirect(f"/sign-in/{step.sign_in.challenge_id}", status_code=303)
    return Redirect(f"/account/addresses/{step.address_id}", status_code=303)


@get("/claim/{token:str}/decline", opt={"limit": CLAIM_LIMIT}, include_in_schema=False, sync_to_thread=False)
def decline_form(token: FromPath[str], pages: NamedDependency[Pages], frame: NamedDependency[Frame]) -> Response[Any]:
    """Asks whether there shall be no more mail; only a press says so."""
    return pages.response(DeclinePage(token=token, is_done=False), frame)


@post(
    "/claim/{token:str}/declined",
    status_code=200,
    opt={"limit": CLAIM_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def decline(
    token: FromPath[str],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
    claiming: NamedDependency[Claiming],
) -> Response[Any]:
    """No more mail about badges to this address."""
    claiming.decline_mail(token)
    return pages.response(DeclinePage(token=token, is_done=True), frame)


# --- from rows to what pages show --------------------------------------------------------------------------------------


def card_of(item: BackpackItem, now: datetime, language: Language) -> BadgeCard:
    """A badge as a list shows it."""
    state = state_of(item, now)
    text, tone = _STATES[state]
    day = item.valid_until if state == "expired" else item.valid_from
    return BadgeCard(
        id=item.id,
        name=item.name,
        issuer_name=item.issuer_name or item.issuer_id or "",
        awarded_at=item.awarded_at,
        picture=_picture(item),
        state=language.translate(text, date=language.date(day))
        if day is not None
        else language.translate(text, date=""),
        tone=tone,
        is_over=state in ("expired", "revoked"),
    )


def _picture(item: BackpackItem) -> str:
    if item.media_type in _PICTURES:
        return f"/backpack/{item.id}/picture"
    return medal_for(item.name, item.issuer_name or item.issuer_id or "").path


def _badge_page(
    shown: ShownItem, verifier: Verifier, now: datetime, language: Language, *, confirm_removal: bool = False
) -> BadgePage:
    item = shown.item
    says = verifier.contents(item.received, evidence=item.evidence, at=item.checked_at)
    if says is None:
        raise NotFound("item_unknown")
    return BadgePage(
        card=card_of(item, now, language),
        says=says,
        report=in_words(item.report, language),
        address=shown.address,
        address_removed=item.binding == "address_removed",
        matched_spelling=item.matched_spelling or "",
        revocation_reason=item.revocation_reason,
        is_hidden=item.acceptance == "hidden",
        is_waiting=item.acceptance == "pending",
        source_link=web_link(item.source_url),
        confirm_removal=confirm_removal,
    )


def _issuers(shelf: Shelf, caller: Caller) -> list[Choice]:
    return [Choice(value=issuer_id, label=name or issuer_id) for issuer_id, name in shelf.issuers(caller)]


def _news_line(row: Activity, language: Language) -> NewsLine:
    sentence, detail = _NEWS.get(row.kind, "{name}"), row.detail
    values = {"name": row.name}
    if row.kind == "expiring":
        values["date"] = language.date(datetime.fromisoformat(detail))
        detail = ""
    return NewsLine(sentence=language.translate(sentence, **values), detail=detail, at=row.at, item_id=row.item_id)


PUBLIC: Final = Router("/", route_handlers=[claim_form, claim, decline_form, decline])
PRIVATE: Final = Router(
    "/",
    route_handlers=[
        backpack,
        badge,
        picture,
        check_again,
        hide,
        show,
        remove,
        import_form,
        import_badge,
        news,
        news_seen,
    ],
)
