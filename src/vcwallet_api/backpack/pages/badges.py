"""One badge: what it says, what the last check found, and what can be done with it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.page_models import BadgePage
from vcwallet_api.backpack.pages.cards import PICTURES, card_of
from vcwallet_api.backpack.shelf import Shelf
from vcwallet_api.backpack.states import state_of
from vcwallet_api.clock import Clock
from vcwallet_api.forms import Forms, RemovalForm
from vcwallet_api.languages import Language
from vcwallet_api.limits import IMPORT_LIMIT
from vcwallet_api.refusals import NotFound
from vcwallet_api.rendering import FILE_POLICY
from vcwallet_api.report_wording import in_words
from vcwallet_api.safe_markdown import web_link


@dataclass(frozen=True, slots=True)
class BadgeReader:
    """Gathers what the page of a badge shows."""

    shelf: Shelf
    clock: Clock

    def page(self, caller: Caller, item_id: UUID, language: Language, *, confirm_removal: bool = False) -> BadgePage:
        """The page. Raises NotFound."""
        shown = self.shelf.item(caller, item_id)
        item = shown.item
        says = self.shelf.verifier.contents(item.received, evidence=item.evidence, at=item.checked_at)
        if says is None:
            raise NotFound("item_unknown")
        now = self.clock()
        return BadgePage(
            card=card_of(item, now, language),
            says=says,
            report=in_words(item.report, language),
            address=shown.address,
            matched_spelling=item.matched_spelling or "",
            revocation_reason=item.revocation_reason,
            is_unanswered=state_of(item, now) == "indeterminate",
            is_hidden=item.acceptance == "hidden",
            is_waiting=item.acceptance == "pending",
            source_link=web_link(item.source_url),
            confirm_removal=confirm_removal,
        )


@get("/backpack/{item:uuid}", include_in_schema=False, sync_to_thread=True)
def badge(
    item: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    badge_reader: NamedDependency[BadgeReader],
) -> Response[Any]:
    """One badge."""
    return forms.page(badge_reader.page(caller, item, forms.language))


@get("/backpack/{item:uuid}/picture", include_in_schema=False, sync_to_thread=True)
def picture(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> Response[bytes]:
    """The picture that the badge was baked into. It may do nothing: no script, no other host, no frame."""
    row = shelf.item(caller, item).item
    if row.media_type not in PICTURES:
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


@post("/backpack/{item:uuid}/seen", status_code=303, include_in_schema=False, sync_to_thread=True)
def mark_seen(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> Response[Any]:
    """It is new no more. Only a press says so, because a page that is opened changes nothing."""
    shelf.set_acceptance(caller, item, "accepted")
    return Redirect(f"/backpack/{item}?done=saved", status_code=303)


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
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    badge_reader: NamedDependency[BadgeReader],
) -> Response[Any]:
    """Remove it for good, once that is confirmed."""
    if not data.confirmed:
        return forms.page(badge_reader.page(caller, item, forms.language, confirm_removal=True))
    shelf.remove(caller, item)
    return Redirect("/backpack?done=removed", status_code=303)


PRIVATE: Final[list[HTTPRouteHandler]] = [badge, picture, check_again, mark_seen, hide, show, remove]
