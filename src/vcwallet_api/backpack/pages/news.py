"""What happened to the badges, as a page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.news import mark_seen
from vcwallet_api.backpack.page_models import NewsLine, NewsPage
from vcwallet_api.backpack.shelf import Shelf
from vcwallet_api.clock import Clock
from vcwallet_api.forms import Forms
from vcwallet_api.languages import Language, isolated, message
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Activity

_NEWS: Final[Mapping[str, str]] = {
    "awarded": message("{name} was awarded to you."),
    "imported": message("You imported {name}."),
    "revoked": message("{name} was revoked by its issuer."),
    "reinstated": message("{name} is no longer revoked."),
    "expiring": message("{name} is valid until {date}."),
    "expired": message("{name} has expired."),
    "updated": message("{name} was replaced by a newer version."),
}


@get("/news", include_in_schema=False, sync_to_thread=True)
def news(
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
) -> Response[Any]:
    """What happened to the badges."""
    lines = tuple(_news_line(row, forms.language) for row in shelf.news(caller))
    return forms.page(NewsPage(lines=lines))


@post("/news/seen", status_code=303, include_in_schema=False, sync_to_thread=True)
def news_seen(
    caller: NamedDependency[Caller], database: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Response[Any]:
    """They were read."""
    mark_seen(database, caller, clock())
    return Redirect("/news", status_code=303)


def _news_line(row: Activity, language: Language) -> NewsLine:
    sentence, detail = _NEWS.get(row.kind, "{name}"), row.detail
    values = {"name": isolated(row.name)}
    if row.kind == "expiring":
        values["date"] = language.date(datetime.fromisoformat(detail))
        detail = ""
    return NewsLine(sentence=language.translate(sentence, **values), detail=detail, at=row.at, item_id=row.item_id)


PRIVATE: Final[list[HTTPRouteHandler]] = [news, news_seen]
