"""A badge on one sheet of paper: what it says, what the last check found and when, and where to check it again."""

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.page_models import PrintPage
from vcwallet_api.backpack.pages.badges import BadgeReader
from vcwallet_api.forms import Forms
from vcwallet_api.qr_codes import qr_picture
from vcwallet_api.safe_markdown import web_link
from vcwallet_api.settings import Settings

# A longer address makes a code so fine that a cheap printer spoils it.
_MAX_LINK: Final = 200


@get("/backpack/{item:uuid}/print", include_in_schema=False, sync_to_thread=True)
def print_sheet(
    item: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    badge_reader: NamedDependency[BadgeReader],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """The sheet. A badge that its issuer publishes can be checked from the paper alone; any other needs its file."""
    shown = badge_reader.page(caller, item, forms.language)
    published = shown.source_link
    address = check_address(settings.base_url, published)
    page = PrintPage(
        id=item,
        card=shown.card,
        says=shown.says,
        report=shown.report,
        revocation_reason=shown.revocation_reason,
        check_address=address,
        qr=qr_picture(address),
        is_published=address != check_address(settings.base_url, None),
    )
    return forms.page(page)


def check_address(base_url: str, published: str | None) -> str:
    """Where somebody checks the badge: with its own address typed in already, if it has one that is short enough."""
    link = web_link(published)
    typed = f"?link={quote(link, safe='')}" if link is not None and len(link) <= _MAX_LINK else ""
    return f"{base_url}/verify{typed}"


PRIVATE: Final[list[HTTPRouteHandler]] = [print_sheet]
