"""The Backpack over HTTP: list, import, look closer, claim, deliver. No rule is here."""

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, Router, delete, get, patch, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, MultipartBody, QueryParameter

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.claiming import Claiming
from vcwallet_api.backpack.delivering import Delivering
from vcwallet_api.backpack.downloads import download
from vcwallet_api.backpack.importing import Importing
from vcwallet_api.backpack.placing import Placed
from vcwallet_api.backpack.schemas import (
    ClaimAnswer,
    ClaimStarted,
    DeliveryAnswer,
    DeliveryRequest,
    Imported,
    ImportRequest,
    Issuer,
    ItemChange,
    ItemDetail,
    ItemPage,
    News,
    detail_of,
    item_of,
    page_of,
)
from vcwallet_api.backpack.shelf import MAX_PAGE, Order, Shelf, ShownItem, Wanted
from vcwallet_api.backpack.states import State
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Languages
from vcwallet_api.limits import CLAIM_LIMIT, IMPORT_LIMIT
from vcwallet_api.problems import also_answers, private_problems, problem_responses
from vcwallet_api.refusals import Unusable
from vcwallet_api.security_schemes import BY_TOKEN

AnyRequest = Request[Any, Any, Any]
_READ, _WRITE = {"scope": "backpack:read"}, {"scope": "backpack:write"}


@dataclass
class FileForm:
    """The file of an import, in the part named `file`, as in the forms of the pages."""

    file: UploadFile


@get("/backpack", opt=_READ, responses=private_problems(422), summary="The badges", sync_to_thread=True)
def list_items(  # noqa: PLR0913, PLR0917 - what a list can be asked for
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    clock: NamedDependency[Clock],
    q: Annotated[
        str, QueryParameter(max_length=200, description="Words to search for; case and accents do not matter.")
    ] = "",
    issuer: Annotated[str | None, QueryParameter(max_length=2000, description="Only badges of this issuer.")] = None,
    in_state: Annotated[State | None, QueryParameter(name="state", description="Only badges in this state.")] = None,
    acceptance: Annotated[
        Literal["new", "accepted", "hidden"] | None,
        QueryParameter(description="Without it everything but what is hidden."),
    ] = None,
    source: Annotated[
        Literal["award", "import"] | None,
        QueryParameter(description="Only what was delivered here, or only what its learner brought."),
    ] = None,
    sort: FromQuery[Order] = "awarded",
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[
        str | None, QueryParameter(max_length=2000, description="`next_cursor` of the page before.")
    ] = None,
) -> ItemPage:
    """Newest award first, unless sorted otherwise. Expired and revoked badges are there too, and say so."""
    wanted = Wanted(
        query=q,
        issuer_id=issuer,
        state=in_state,
        acceptance=acceptance,
        source=source,
        order=sort,
        limit=limit,
        cursor=cursor,
    )
    return page_of(shelf.page(caller, wanted), clock())


@get(
    "/backpack/issuers",
    opt=_READ,
    responses=private_problems(),
    summary="The issuers of the badges",
    sync_to_thread=True,
)
def list_issuers(caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> list[Issuer]:
    """What there is to filter by."""
    return [Issuer(issuer_id, name) for issuer_id, name in shelf.issuers(caller)]


@get(
    "/backpack/news",
    opt=_READ,
    responses=private_problems(),
    summary="What happened to the badges",
    sync_to_thread=True,
)
def list_news(caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> list[News]:
    """The latest first."""
    return [News.of(row) for row in shelf.news(caller)]


_IMPORTED = also_answers(Imported, s200="It was there already, or is newer", s202="It waits for its address")


@post(
    "/backpack/imports",
    opt={**_WRITE, "limit": IMPORT_LIMIT},
    responses=_IMPORTED | private_problems(409, 422),
    summary="Import a badge from an address or from text",
    description=(
        "201: it is in the Backpack. 200: it was there already, or is newer than what was there. 202: it waits for an "
        "address that is not verified yet. Nothing that is not verified is stored."
    ),
    sync_to_thread=True,
)
def import_item(
    data: JSONBody[ImportRequest],
    caller: NamedDependency[Caller],
    importing: NamedDependency[Importing],
    clock: NamedDependency[Clock],
) -> Response[Imported]:
    """Verify a badge and put it into the Backpack."""
    if data.url is not None and data.text is None:
        return _imported(importing.import_url(caller, data.url), clock)
    if data.text is not None and data.url is None:
        return _imported(importing.import_text(caller, data.text), clock)
    raise Unusable("import_ambiguous")


@post(
    "/backpack/imports/file",
    opt={**_WRITE, "form": True, "limit": IMPORT_LIMIT},
    responses=_IMPORTED | private_problems(409, 422),
    summary="Import a badge from a file",
    description="As for an address or text. The part `file` is JSON, a token, or a PNG or SVG picture with a badge in it.",
    sync_to_thread=True,
)
def import_file(
    data: MultipartBody[FileForm],
    caller: NamedDependency[Caller],
    importing: NamedDependency[Importing],
    clock: NamedDependency[Clock],
) -> Response[Imported]:
    """Verify a badge and put it into the Backpack."""
    return _imported(importing.import_file(caller, data.file.file.read()), clock)


@get("/backpack/{item:uuid}", opt=_READ, responses=private_problems(404), summary="One badge", sync_to_thread=True)
def read_item(
    item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf], clock: NamedDependency[Clock]
) -> ItemDetail:
    """With the report of its last check."""
    return detail_of(shelf.item(caller, item), clock())


@patch(
    "/backpack/{item:uuid}",
    opt=_WRITE,
    responses=private_problems(404, 409),
    summary="Show or hide a badge",
    sync_to_thread=True,
)
def change_item(
    item: FromPath[UUID],
    data: JSONBody[ItemChange],
    caller: NamedDependency[Caller],
    shelf: NamedDependency[Shelf],
    clock: NamedDependency[Clock],
) -> ItemDetail:
    """A hidden badge is in no list, and is not lost."""
    return detail_of(shelf.set_acceptance(caller, item, data.acceptance), clock())


@delete(
    "/backpack/{item:uuid}", opt=_WRITE, responses=private_problems(404), summary="Remove a badge", sync_to_thread=True
)
def remove_item(item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]) -> None:
    """For good. To put it out of sight, hide it."""
    shelf.remove(caller, item)


@post(
    "/backpack/{item:uuid}/check",
    status_code=200,
    opt={**_WRITE, "limit": IMPORT_LIMIT},
    responses=private_problems(404, 422),
    summary="Check a badge again",
    sync_to_thread=True,
)
def check_item(
    item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf], clock: NamedDependency[Clock]
) -> ItemDetail:
    """Verified now, with what its issuer says today."""
    return detail_of(shelf.check_again(caller, item), clock())


@get(
    "/backpack/{item:uuid}/raw",
    opt=_READ,
    responses=private_problems(404),
    summary="A badge as it was received",
    media_type="*/*",
    sync_to_thread=True,
)
def download_item(
    item: FromPath[UUID], caller: NamedDependency[Caller], shelf: NamedDependency[Shelf]
) -> Response[Any]:
    """Byte for byte."""
    row = shelf.item(caller, item).item
    return download(row.received, row.media_type, row.name)


@post(
    "/deliveries",
    opt={"scope": "deliveries:write", "limit": IMPORT_LIMIT},
    responses=also_answers(DeliveryAnswer, s200="It was made before") | private_problems(409, 422),
    summary="Deliver a credential that was signed elsewhere",
    description="For administrators. The same delivery made again is the same delivery: 200 instead of 201, and no mail.",
    sync_to_thread=True,
)
def deliver(
    data: JSONBody[DeliveryRequest],
    caller: NamedDependency[Caller],
    delivering: NamedDependency[Delivering],
    idempotency_key: Annotated[
        str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200, required=False)
    ] = None,
) -> Response[DeliveryAnswer]:
    """It is verified, and waits for the address until that is verified."""
    delivering.require_administrator(caller)
    delivered = delivering.deliver(
        _content(data), data.address, idempotency_key=idempotency_key, language=data.language
    )
    return Response(DeliveryAnswer.of(delivered), status_code=201 if delivered.is_new else 200)


@get(
    "/claims/{token:str}",
    opt={"limit": CLAIM_LIMIT},
    responses=problem_responses(404, 410),
    summary="What is behind a claim link",
    sync_to_thread=True,
)
def look_at_claim(token: FromPath[str], claiming: NamedDependency[Claiming]) -> ClaimAnswer:
    """Changes nothing."""
    return ClaimAnswer.of(claiming.look(token))


@post(
    "/claims/{token:str}",
    status_code=202,
    opt={"limit": CLAIM_LIMIT},
    responses=problem_responses(404, 410),
    summary="Claim a badge",
    sync_to_thread=True,
)
def claim(
    token: FromPath[str],
    request: AnyRequest,
    maybe_caller: NamedDependency[Caller | None],
    claiming: NamedDependency[Claiming],
    languages: NamedDependency[Languages],
) -> ClaimStarted:
    """A code is mailed to the address that the badge was sent to."""
    language = languages.preferred(request.headers.get("accept-language"))
    return ClaimStarted.of(claiming.claim(token, maybe_caller, language.code))


def _download_claim(token: FromPath[str], claiming: NamedDependency[Claiming]) -> Response[Any]:
    """For whoever wants the file and no account."""
    row = claiming.look(token)
    return download(row.received, row.media_type, row.name)


def _decline_mail(token: FromPath[str], claiming: NamedDependency[Claiming]) -> None:
    """Mail programs call this with one click (RFC 8058)."""
    claiming.decline_mail(token)


def _linked(prefix: str) -> list[HTTPRouteHandler]:
    """What mails link to, and the API has too: the two differ only in where they are."""
    return [
        get(
            f"{prefix}/{{token:str}}/badge",
            opt={"limit": CLAIM_LIMIT},
            responses=problem_responses(404, 410),
            summary="The signed badge behind a claim link",
            media_type="*/*",
            sync_to_thread=True,
        )(_download_claim),
        post(
            f"{prefix}/{{token:str}}/decline",
            status_code=204,
            opt={"limit": CLAIM_LIMIT},
            responses=problem_responses(404),
            summary="No more mail about badges to this address",
            sync_to_thread=True,
        )(_decline_mail),
    ]


_STATUS_CODES = {"added": 201, "already_held": 200, "newer_version": 200, "waiting_for_address": 202}


def _imported(placed: Placed, clock: Clock) -> Response[Imported]:
    answer = Imported(outcome=placed.outcome, item=item_of(ShownItem(placed.item, ""), clock()))
    headers = {"Location": f"/api/v1/backpack/{placed.item.id}"}
    return Response(answer, status_code=_STATUS_CODES[placed.outcome], headers=headers)


def _content(data: JSONBody[DeliveryRequest]) -> bytes:
    if data.credential is not None and data.credential_base64 is None:
        return data.credential.encode("utf-8", "replace")
    if data.credential_base64 is not None and data.credential is None:
        try:
            return base64.b64decode(data.credential_base64, validate=True)
        except (binascii.Error, ValueError) as exc:
            raise Unusable("not_a_credential") from exc
    raise Unusable("import_ambiguous")


PUBLIC = Router("/", route_handlers=[look_at_claim, claim, *_linked("/claims")], tags=["claims"])
# They have an address among the pages too, because mails link to them.
LINKED_FROM_MAIL = Router("/", route_handlers=_linked("/claim"), tags=["claims"])
PRIVATE = Router(
    "/",
    route_handlers=[
        list_items,
        list_issuers,
        list_news,
        import_item,
        import_file,
        read_item,
        change_item,
        remove_item,
        check_item,
        download_item,
        deliver,
    ],
    tags=["backpack"],
    security=[BY_TOKEN],
)
