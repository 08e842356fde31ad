"""Bring a badge in from elsewhere: what is refused says what to do next."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import MultipartBody

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.importing import Importing
from vcwallet_api.backpack.page_models import ImportPage
from vcwallet_api.backpack.placing import Placed
from vcwallet_api.forms import Forms, Refused
from vcwallet_api.languages import Language, message
from vcwallet_api.limits import IMPORT_LIMIT

# What was typed comes back with an error, but no page is made of megabytes.
_MAX_SHOWN_AGAIN: Final = 20_000


@dataclass
class ImportForm:
    """One of an address, a text and a file."""

    url: str = ""
    text: str = ""
    file: UploadFile | None = None


@get("/import", include_in_schema=False, sync_to_thread=False)
def import_form(forms: NamedDependency[Forms]) -> Response[Any]:
    """Where a badge from elsewhere is brought in."""
    return forms.page(ImportPage())


@post("/import", status_code=303, opt={"limit": IMPORT_LIMIT}, include_in_schema=False, sync_to_thread=True)
def import_badge(
    data: MultipartBody[ImportForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    importing: NamedDependency[Importing],
) -> Response[Any]:
    """Verify it and put it into the Backpack, or say why not."""

    def _import() -> str | Response[Any]:
        placed = _placed(data, caller, importing)
        if placed.outcome == "already_held":
            return forms.page(_held_page(placed, forms.language))
        return f"/backpack/{placed.item.id}?done={_DONE[placed.outcome]}"

    def _again(refused: Refused) -> ImportPage:
        return ImportPage(
            url=data.url[:_MAX_SHOWN_AGAIN],
            text=data.text[:_MAX_SHOWN_AGAIN],
            code=refused.code,
            offers_address=refused.code == "recipient_mismatch",
            **refused.shown,
        )

    return forms.answer(_import, _again)


_DONE: Final = {"added": "imported", "newer_version": "newer", "waiting_for_address": "waiting"}


def _placed(data: ImportForm, caller: Caller, importing: Importing) -> Placed:
    content = data.file.file.read() if data.file is not None else b""
    if content:
        return importing.import_file(caller, content)
    if data.url.strip():
        return importing.import_url(caller, data.url)
    return importing.import_text(caller, data.text)


def _held_page(placed: Placed, language: Language) -> ImportPage:
    return ImportPage(
        error=language.translate(message("This badge is already in your Backpack.")),
        error_next_step=language.translate(message("Nothing was changed.")),
        code="already_held",
        held_id=placed.item.id,
        held_name=placed.item.name,
    )


PRIVATE: Final[list[HTTPRouteHandler]] = [import_form, import_badge]
