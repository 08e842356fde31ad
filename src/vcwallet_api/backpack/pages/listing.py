"""The Backpack: every badge, or those that are looked for."""

from typing import Annotated, Any, Final, Literal, cast, get_args
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, QueryParameter

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.page_models import BackpackPage, Choice
from vcwallet_api.backpack.pages.cards import card_of
from vcwallet_api.backpack.shelf import Order, Shelf, Wanted
from vcwallet_api.backpack.states import State
from vcwallet_api.clock import Clock
from vcwallet_api.forms import Forms
from vcwallet_api.languages import message

# A screen or two on a phone, and eight rows of cards on a desktop.
_PAGE_SIZE: Final = 24

_FILTERS: Final = (
    ("", message("All")),
    ("new", message("New")),
    ("valid", message("Valid")),
    ("expired", message("Expired")),
    ("revoked", message("Revoked")),
    ("upcoming", message("Not valid yet")),
    ("failed", message("With a problem")),
    ("indeterminate", message("No answer at the last check")),
    ("pending", message("Waiting for an address")),
    ("hidden", message("Hidden")),
)
_SOURCES: Final = (
    ("", message("All")),
    ("award", message("Awarded to me here")),
    ("import", message("Imported by me")),
)
_SORTS: Final = (("awarded", message("Newest first")), ("name", message("Name")), ("issuer", message("Issuer")))


@get("/backpack", include_in_schema=False, sync_to_thread=True)
def backpack(  # noqa: PLR0913, PLR0917 - a query has many parameters, each with its name
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    clock: NamedDependency[Clock],
    q: FromQuery[str] = "",
    issuer: FromQuery[str] = "",
    in_state: Annotated[str, QueryParameter(name="state")] = "",
    source: FromQuery[str] = "",
    sort: FromQuery[str] = "awarded",
    cursor: FromQuery[str] = "",
) -> Response[Any]:
    """All badges, or those that are looked for. What cannot be chosen counts as not chosen."""
    say = forms.language.translate
    order = cast("Order", sort) if sort in get_args(Order) else "awarded"
    chosen = cast("State", in_state) if in_state in get_args(State) else None
    wanted = Wanted(
        query=q[:200],
        issuer_id=issuer or None,
        state=chosen,
        acceptance=cast("Literal['new', 'hidden']", in_state) if in_state in ("new", "hidden") else None,
        source=cast("Literal['award', 'import']", source) if source in ("award", "import") else None,
        order=order,
        limit=_PAGE_SIZE,
        cursor=cursor or None,
    )
    now = clock()
    found = shelf.page(caller, wanted)
    asked = {
        "q": q,
        "issuer": issuer,
        "state": in_state,
        "source": source,
        "sort": order,
        "cursor": found.next_cursor or "",
    }
    link = "/backpack?" + urlencode({name: value for name, value in asked.items() if value})
    page = BackpackPage(
        badges=tuple(card_of(shown.item, now, forms.language) for shown in found.items),
        query=q,
        issuer=issuer,
        state=in_state,
        source=source,
        sort=order,
        issuers=(Choice(value="", label=say(message("All"))), *_issuers(shelf, caller)),
        states=tuple(Choice(value=value, label=say(label)) for value, label in _FILTERS),
        sources=tuple(Choice(value=value, label=say(label)) for value, label in _SOURCES),
        sorts=tuple(Choice(value=value, label=say(label)) for value, label in _SORTS),
        is_filtered=bool(q or issuer or in_state or source),
        waiting=shelf.waiting(caller) if in_state != "pending" else 0,
        next_link=link if found.next_cursor is not None else None,
    )
    return forms.page(page)


def _issuers(shelf: Shelf, caller: Caller) -> list[Choice]:
    return [Choice(value=issuer_id, label=name or issuer_id) for issuer_id, name in shelf.issuers(caller)]


PRIVATE: Final[list[HTTPRouteHandler]] = [backpack]
