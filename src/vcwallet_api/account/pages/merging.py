"""The page that says what merging would move, and the press that does it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, URLEncodedBody

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.merging import Merging, Plan
from vcwallet_api.account.page_models import MergeLine, MergePage
from vcwallet_api.forms import Forms, Refused
from vcwallet_api.languages import Language, isolated

_DONE: Final = "/backpack?done=merged"
# Numbers say enough: identifiers of keys and of browsers are not what people know things by.
_WITHOUT_NAMES: Final = frozenset({"holder_keys", "closed_sessions"})


@dataclass
class MergeForm:
    """What was shown, by its version."""

    version: str = ""


@get("/account/merges/{merge:uuid}", include_in_schema=False, sync_to_thread=True)
def merge_page(
    merge: FromPath[UUID],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    merging: NamedDependency[Merging],
) -> Response[Any]:
    """What would move. Opening it changes nothing."""
    return forms.page(_page(merging.look(caller, merge), forms.language))


@post("/account/merges/{merge:uuid}", status_code=303, include_in_schema=False, sync_to_thread=True)
def merge(
    merge: FromPath[UUID],
    data: URLEncodedBody[MergeForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    merging: NamedDependency[Merging],
) -> Response[Any]:
    """Merge what was shown; if something changed since, it is shown anew."""

    def _merge() -> str:
        merging.confirm(caller, merge, data.version)
        return _DONE

    def _again(refused: Refused) -> MergePage:
        return _page(merging.look(caller, merge), forms.language, **refused.shown)

    return forms.answer(_merge, _again, stands_on=f"/account/merges/{merge}")


def _page(plan: Plan, language: Language, **more: Any) -> MergePage:
    lines = tuple(
        MergeLine(
            sentence=language.count(*part.sentence, part.count),
            names=() if part.kind in _WITHOUT_NAMES else part.names,
            more=part.count - len(part.names),
        )
        for part in plan.parts
    )
    return MergePage(
        id=plan.id,
        address=isolated(plan.address),
        lines=lines,
        version=plan.version,
        is_done=plan.done_at is not None,
        **more,
    )


PRIVATE: Final[list[HTTPRouteHandler]] = [merge_page, merge]
