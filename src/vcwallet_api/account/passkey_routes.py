"""Passkeys over HTTP: sign in with one, and look after those of an account. No rule is here."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import COOKIE_NAME, sign_in_cookie
from vcwallet_api.account.passkeys import Passkeys
from vcwallet_api.account.schemas import (
    CeremonyAnswer,
    PasskeyAnswer,
    PasskeyChange,
    PasskeyRequest,
    PasskeySignInRequest,
    SignedInAnswer,
)
from vcwallet_api.limits import CODE_LIMIT
from vcwallet_api.problems import private_problems, problem_responses


@post(
    "/sessions/passkey/options",
    status_code=200,
    opt={"limit": CODE_LIMIT},
    responses=problem_responses(),
    summary="Begin to sign in with a passkey",
    sync_to_thread=True,
)
def begin_passkey_sign_in(passkeys: NamedDependency[Passkeys]) -> CeremonyAnswer:
    """No address is asked for: the authenticator knows the account."""
    ceremony = passkeys.begin_sign_in()
    return CeremonyAnswer(ceremony=ceremony.id, options=ceremony.options)


@post(
    "/sessions/passkey",
    opt={"limit": CODE_LIMIT},
    responses=problem_responses(410, 422),
    summary="Sign in with a passkey",
    sync_to_thread=True,
)
def sign_in_with_passkey(
    data: JSONBody[PasskeySignInRequest], request: Request[Any, Any, Any], passkeys: NamedDependency[Passkeys]
) -> Response[SignedInAnswer]:
    """The cookie is set."""
    signed_in = passkeys.finish_sign_in(
        data.ceremony,
        data.credential,
        device=request.headers.get("user-agent", ""),
        former_cookie=request.cookies.get(COOKIE_NAME),
    )
    answer = SignedInAnswer(account=signed_in.account_id, is_new_account=False)
    return Response(answer, cookies=[sign_in_cookie(signed_in.bearer)])


@get("/me/passkeys", responses=private_problems(), summary="The passkeys", sync_to_thread=True)
def list_passkeys(caller: NamedDependency[Caller], passkeys: NamedDependency[Passkeys]) -> list[PasskeyAnswer]:
    """The oldest first."""
    return [PasskeyAnswer.of(row) for row in passkeys.entries(caller)]


@post(
    "/me/passkeys/options",
    status_code=200,
    responses=private_problems(409),
    summary="Begin to add a passkey",
    sync_to_thread=True,
)
def begin_passkey(caller: NamedDependency[Caller], passkeys: NamedDependency[Passkeys]) -> CeremonyAnswer:
    """Needs a fresh proof."""
    ceremony = passkeys.begin_adding(caller)
    return CeremonyAnswer(ceremony=ceremony.id, options=ceremony.options)


@post("/me/passkeys", responses=private_problems(409, 410, 422), summary="Add a passkey", sync_to_thread=True)
def add_passkey(
    data: JSONBody[PasskeyRequest], caller: NamedDependency[Caller], passkeys: NamedDependency[Passkeys]
) -> PasskeyAnswer:
    """From now on it opens the account."""
    return PasskeyAnswer.of(passkeys.finish_adding(caller, data.ceremony, data.credential, data.name))


@patch("/me/passkeys/{passkey:uuid}", responses=private_problems(404), summary="Rename a passkey", sync_to_thread=True)
def rename_passkey(
    passkey: FromPath[UUID],
    data: JSONBody[PasskeyChange],
    caller: NamedDependency[Caller],
    passkeys: NamedDependency[Passkeys],
) -> PasskeyAnswer:
    """It opens the account as before."""
    return PasskeyAnswer.of(passkeys.rename(caller, passkey, data.name))


@delete("/me/passkeys/{passkey:uuid}", responses=private_problems(404), summary="Remove a passkey", sync_to_thread=True)
def remove_passkey(
    passkey: FromPath[UUID], caller: NamedDependency[Caller], passkeys: NamedDependency[Passkeys]
) -> None:
    """It opens the account no more."""
    passkeys.remove(caller, passkey)


PUBLIC = Router("/", route_handlers=[begin_passkey_sign_in, sign_in_with_passkey], tags=["account"])
PRIVATE = Router(
    "/",
    route_handlers=[list_passkeys, begin_passkey, add_passkey, rename_passkey, remove_passkey],
    tags=["account"],
)
