"""The link in the mail about a first badge: look, claim, or want no more mail."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.claiming import Claiming
from vcwallet_api.backpack.page_models import ClaimPage, DeclinePage
from vcwallet_api.forms import Forms
from vcwallet_api.limits import CLAIM_LIMIT
from vcwallet_api.medals import medal_for


@get("/claim/{token:str}", opt={"limit": CLAIM_LIMIT}, include_in_schema=False, sync_to_thread=True)
def claim_form(
    token: FromPath[str],
    forms: NamedDependency[Forms],
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
    return forms.page(page)


@post("/claim/{token:str}", status_code=303, opt={"limit": CLAIM_LIMIT}, include_in_schema=False, sync_to_thread=True)
def claim(
    token: FromPath[str],
    forms: NamedDependency[Forms],
    maybe_caller: NamedDependency[Caller | None],
    claiming: NamedDependency[Claiming],
) -> Response[Any]:
    """A code is mailed to the address that the badge was sent to, whoever asks."""
    step = claiming.claim(token, maybe_caller, forms.language.code)
    if step.sign_in is not None:
        return Redirect(f"/sign-in/{step.sign_in.challenge_id}", status_code=303)
    return Redirect(f"/account/addresses/{step.address_id}", status_code=303)


@get("/claim/{token:str}/decline", opt={"limit": CLAIM_LIMIT}, include_in_schema=False, sync_to_thread=False)
def decline_form(token: FromPath[str], forms: NamedDependency[Forms]) -> Response[Any]:
    """Asks whether there shall be no more mail; only a press says so."""
    return forms.page(DeclinePage(token=token, is_done=False))


@post(
    "/claim/{token:str}/declined",
    status_code=200,
    opt={"limit": CLAIM_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def decline(
    token: FromPath[str],
    forms: NamedDependency[Forms],
    claiming: NamedDependency[Claiming],
) -> Response[Any]:
    """No more mail about badges to this address."""
    claiming.decline_mail(token)
    return forms.page(DeclinePage(token=token, is_done=True))


PUBLIC: Final[list[HTTPRouteHandler]] = [claim_form, claim, decline_form, decline]
