"""Whoever sits there proves again who they are, before something that could take the account away."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import sign_in_cookie
from vcwallet_api.account.page_models import ProofPage, ProveFirstPage
from vcwallet_api.account.signing_in import SigningIn
from vcwallet_api.forms import PROVE_PATH, Forms, Refused
from vcwallet_api.limits import CODE_LIMIT, CODES_OF_ACCOUNT_LIMIT, SIGN_IN_LIMIT
from vcwallet_api.rendering import own_path

_HOME: Final = "/account"


@dataclass
class ProofRequestForm:
    """Where to go afterwards."""

    next: str = _HOME


@dataclass
class ProofForm:
    """The code from the mail, and where to go afterwards."""

    code: str = ""
    next: str = _HOME


@get(PROVE_PATH, include_in_schema=False, sync_to_thread=False)
def prove_first(
    forms: NamedDependency[Forms],
    next: FromQuery[str] = _HOME,  # noqa: A002 - the usual name in an address
) -> Response[Any]:
    """Says that a fresh proof is needed, and offers to mail the code."""
    return forms.page(ProveFirstPage(next_path=own_path(next, _HOME)))


@post(
    "/account/proof",
    status_code=303,
    opt={"limit": SIGN_IN_LIMIT, "account_limit": CODES_OF_ACCOUNT_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def send_proof_code(
    data: URLEncodedBody[ProofRequestForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """Mail a code, so that whoever sits there proves again who they are."""
    target = own_path(data.next, _HOME)

    def _send() -> str:
        sent = signing_in.send_proof_code(caller)
        return f"/account/proof/{sent.challenge_id}?next={quote(target)}"

    return forms.answer(_send, lambda refused: ProveFirstPage(next_path=target, **refused.shown))


@get("/account/proof/{challenge:uuid}", include_in_schema=False, sync_to_thread=False)
def proof_form(
    challenge: FromPath[UUID],
    forms: NamedDependency[Forms],
    next: FromQuery[str] = _HOME,  # noqa: A002 - as above
) -> Response[Any]:
    """Where the code is typed."""
    return forms.page(ProofPage(challenge=challenge, next_path=own_path(next, _HOME)))


@post(
    "/account/proof/{challenge:uuid}",
    status_code=303,
    opt={"limit": CODE_LIMIT},
    include_in_schema=False,
    sync_to_thread=True,
)
def prove(
    challenge: FromPath[UUID],
    data: URLEncodedBody[ProofForm],
    forms: NamedDependency[Forms],
    caller: NamedDependency[Caller],
    signing_in: NamedDependency[SigningIn],
) -> Response[Any]:
    """The code came back: the browser gets a new cookie."""
    target = own_path(data.next, _HOME)

    def _prove() -> Response[Any]:
        answer = Redirect(target, status_code=303)
        answer.set_cookie(sign_in_cookie(signing_in.prove(caller, challenge, data.code)))
        return answer

    def _again(refused: Refused) -> ProofPage:
        return ProofPage(challenge=challenge, next_path=target, **refused.shown)

    return forms.answer(_prove, _again)


PRIVATE: Final[list[HTTPRouteHandler]] = [prove_first, send_proof_code, proof_form, prove]
