"""The account over HTTP: sign in, look after addresses, browsers and tokens. No rule is here."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from vcwallet_api.account import browsers, personal_tokens, profile
from vcwallet_api.account.address_book import AddressBook
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import COOKIE_NAME, no_cookie, sign_in_cookie
from vcwallet_api.account.schemas import (
    AddressAnswer,
    AddressChange,
    CodeRequest,
    CodeSent,
    Me,
    MeChange,
    ProofRequest,
    SignedInAnswer,
    SignInAnswer,
    SignInRequest,
    TokenAnswer,
    TokenRequest,
)
from vcwallet_api.account.signing_in import SigningIn
from vcwallet_api.clock import Clock
from vcwallet_api.languages import Languages
from vcwallet_api.limits import CODE_LIMIT, CODES_OF_ACCOUNT_LIMIT, SIGN_IN_LIMIT
from vcwallet_api.problems import no_content, private_problems, problem_responses
from vcwallet_api.security_schemes import BY_TOKEN
from vcwallet_api.settings import Settings
from vcwallet_api.storage.database import Database

AnyRequest = Request[Any, Any, Any]


@post(
    "/sign-ins",
    status_code=202,
    opt={"limit": SIGN_IN_LIMIT},
    responses=problem_responses(422),
    summary="Mail a code to sign in with",
    sync_to_thread=True,
)
def send_code(
    data: JSONBody[CodeRequest],
    request: AnyRequest,
    signing_in: NamedDependency[SigningIn],
    languages: NamedDependency[Languages],
) -> CodeSent:
    """The answer is the same for every address."""
    language = languages.preferred(request.headers.get("accept-language"))
    return CodeSent.of(signing_in.send_code(data.address, language.code))


@post(
    "/sign-ins/{challenge:uuid}/resend",
    status_code=202,
    opt={"limit": SIGN_IN_LIMIT},
    responses=problem_responses(404),
    summary="Mail a new code in place of one",
    sync_to_thread=True,
)
def resend_code(challenge: FromPath[UUID], signing_in: NamedDependency[SigningIn]) -> CodeSent:
    """Possible some minutes after the last one."""
    return CodeSent.of(signing_in.resend_code(challenge))


@post(
    "/sessions",
    opt={"limit": CODE_LIMIT},
    responses=problem_responses(404, 410, 422),
    summary="Sign in with the code",
    sync_to_thread=True,
)
def sign_in(
    data: JSONBody[SignInRequest], request: AnyRequest, signing_in: NamedDependency[SigningIn]
) -> Response[SignedInAnswer]:
    """With `agree`, an account is made for an address that has none."""
    signed_in = signing_in.complete(
        data.challenge,
        data.code,
        agrees=data.agree,
        display_name=data.display_name,
        device=request.headers.get("user-agent", ""),
        former_cookie=request.cookies.get(COOKIE_NAME),
    )
    answer = SignedInAnswer(account=signed_in.account_id, is_new_account=signed_in.is_new_account)
    return Response(answer, cookies=[sign_in_cookie(signed_in.bearer)])


@delete(
    "/sessions/current",
    responses=private_problems() | no_content("Signed out"),
    summary="Sign out",
    sync_to_thread=True,
)
def sign_out(caller: NamedDependency[Caller], database: NamedDependency[Database]) -> Response[None]:
    """The cookie works no more, whoever has it."""
    browsers.sign_out(database, caller)
    return Response(None, cookies=[no_cookie()])


@post(
    "/me/proof",
    status_code=202,
    opt={"account_limit": CODES_OF_ACCOUNT_LIMIT},
    responses=private_problems(),
    summary="Mail a code to prove again who you are",
    sync_to_thread=True,
)
def send_proof_code(caller: NamedDependency[Caller], signing_in: NamedDependency[SigningIn]) -> CodeSent:
    """For what could take the account away, the proof must be fresh."""
    return CodeSent.of(signing_in.send_proof_code(caller))


@post(
    "/me/proof/{challenge:uuid}",
    status_code=204,
    opt={"limit": CODE_LIMIT},
    responses=private_problems(404, 410, 422) | no_content("Proved"),
    summary="Prove again who you are",
    sync_to_thread=True,
)
def prove(
    challenge: FromPath[UUID],
    data: JSONBody[ProofRequest],
    caller: NamedDependency[Caller],
    signing_in: NamedDependency[SigningIn],
) -> Response[None]:
    """The browser gets a new cookie."""
    bearer = signing_in.prove(caller, challenge, data.code)
    return Response(None, cookies=[sign_in_cookie(bearer)])


@get(
    "/me",
    opt={"scope": "account:read"},
    security=[BY_TOKEN],
    responses=private_problems(),
    summary="The account",
    sync_to_thread=True,
)
def read_me(
    caller: NamedDependency[Caller], database: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Me:
    """Who is signed in."""
    return Me.of(profile.read_profile(database, caller, settings.administrators))


@patch("/me", responses=private_problems(), summary="Change name or language", sync_to_thread=True)
def change_me(
    data: JSONBody[MeChange],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Me:
    """What is given is changed."""
    profile.change_profile(database, caller, display_name=data.display_name, language=data.language)
    return Me.of(profile.read_profile(database, caller, settings.administrators))


@get(
    "/me/addresses",
    opt={"scope": "account:read"},
    security=[BY_TOKEN],
    responses=private_problems(),
    summary="The addresses",
    sync_to_thread=True,
)
def list_addresses(caller: NamedDependency[Caller], address_book: NamedDependency[AddressBook]) -> list[AddressAnswer]:
    """The main one first."""
    return [AddressAnswer.of(entry) for entry in address_book.entries(caller)]


@post(
    "/me/addresses",
    opt={"account_limit": CODES_OF_ACCOUNT_LIMIT},
    responses=private_problems(409, 422),
    summary="Add an address",
    sync_to_thread=True,
)
def add_address(
    data: JSONBody[CodeRequest], caller: NamedDependency[Caller], address_book: NamedDependency[AddressBook]
) -> AddressAnswer:
    """A code is mailed there; until it comes back the address counts for nothing. Needs a fresh proof."""
    return AddressAnswer.of(address_book.add(caller, data.address))


@post(
    "/me/addresses/{address:uuid}/verify",
    status_code=200,
    opt={"limit": CODE_LIMIT},
    responses=private_problems(404, 409, 410, 422),
    summary="Verify an address with the code",
    sync_to_thread=True,
)
def verify_address(
    address: FromPath[UUID],
    data: JSONBody[ProofRequest],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> AddressAnswer:
    """Badges that waited for the address arrive. Needs a fresh proof: the address opens the account from now on."""
    return AddressAnswer.of(address_book.verify(caller, address, data.code))


@post(
    "/me/addresses/{address:uuid}/resend",
    status_code=202,
    opt={"account_limit": CODES_OF_ACCOUNT_LIMIT},
    responses=private_problems(404, 409),
    summary="Mail a new code to an address",
    sync_to_thread=True,
)
def resend_address_code(
    address: FromPath[UUID], caller: NamedDependency[Caller], address_book: NamedDependency[AddressBook]
) -> AddressAnswer:
    """Possible some minutes after the last one."""
    return AddressAnswer.of(address_book.resend(caller, address))


@patch(
    "/me/addresses/{address:uuid}",
    responses=private_problems(404, 409, 422),
    summary="Make it the main address, or set its spellings",
    sync_to_thread=True,
)
def change_address(
    address: FromPath[UUID],
    data: JSONBody[AddressChange],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
) -> AddressAnswer:
    """What is given is changed: all of it, or nothing."""
    changed = address_book.change(caller, address, is_primary=bool(data.is_primary), spellings=data.spellings)
    return AddressAnswer.of(changed)


@delete(
    "/me/addresses/{address:uuid}",
    responses=private_problems(404, 409),
    summary="Remove an address",
    sync_to_thread=True,
)
def remove_address(
    address: FromPath[UUID],
    caller: NamedDependency[Caller],
    address_book: NamedDependency[AddressBook],
    confirm: Annotated[bool, QueryParameter(description="Needed when badges came by the address; they stay.")] = False,  # noqa: FBT002 - a query parameter
) -> None:
    """Badges that came by it stay, and say so."""
    address_book.remove(caller, address, is_confirmed=confirm)


@get("/me/sessions", responses=private_problems(), summary="The browsers that are signed in", sync_to_thread=True)
def list_sessions(
    caller: NamedDependency[Caller], database: NamedDependency[Database], clock: NamedDependency[Clock]
) -> list[SignInAnswer]:
    """The latest first."""
    return [SignInAnswer.of(row, caller.sign_in_id) for row in browsers.list_sign_ins(database, caller, clock())]


@delete(
    "/me/sessions/{session:uuid}", responses=private_problems(404), summary="Sign a browser out", sync_to_thread=True
)
def close_session(
    session: FromPath[UUID], caller: NamedDependency[Caller], database: NamedDependency[Database]
) -> None:
    """Its cookie works no more."""
    browsers.close_sign_in(database, caller, session)


@delete("/me/sessions", responses=private_problems(), summary="Sign all other browsers out", sync_to_thread=True)
def close_other_sessions(caller: NamedDependency[Caller], database: NamedDependency[Database]) -> None:
    """This one stays."""
    browsers.close_other_sign_ins(database, caller)


@get("/me/tokens", responses=private_problems(), summary="The personal access tokens", sync_to_thread=True)
def list_tokens(caller: NamedDependency[Caller], database: NamedDependency[Database]) -> list[TokenAnswer]:
    """Their texts are not kept."""
    return [TokenAnswer.of(row) for row in personal_tokens.list_tokens(database, caller)]


@post("/me/tokens", responses=private_problems(409, 422), summary="Make a token", sync_to_thread=True)
def create_token(
    data: JSONBody[TokenRequest],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    settings: NamedDependency[Settings],
    clock: NamedDependency[Clock],
) -> TokenAnswer:
    """Its text is in this answer, and nowhere else."""
    row, text = personal_tokens.create_token(
        database,
        caller,
        name=data.name,
        scopes=data.scopes,
        expires_at=data.expires_at,
        administrators=settings.administrators,
        now=clock(),
    )
    return TokenAnswer.of(row, text)


@delete("/me/tokens/{token:uuid}", responses=private_problems(404), summary="Revoke a token", sync_to_thread=True)
def revoke_token(token: FromPath[UUID], caller: NamedDependency[Caller], database: NamedDependency[Database]) -> None:
    """It works no more."""
    personal_tokens.revoke_token(database, caller, token)


PUBLIC = Router("/", route_handlers=[send_code, resend_code, sign_in], tags=["account"])
PRIVATE = Router(
    "/",
    route_handlers=[
        sign_out,
        send_proof_code,
        prove,
        read_me,
        change_me,
        list_addresses,
        add_address,
        verify_address,
        resend_address_code,
        change_address,
        remove_address,
        list_sessions,
        close_session,
        close_other_sessions,
        list_tokens,
        create_token,
        revoke_token,
    ],
    tags=["account"],
)
