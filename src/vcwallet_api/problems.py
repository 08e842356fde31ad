"""Every way in which a request can fail, as an answer: RFC 9457 problems with a stable `code` and a `next_step`.

One table gives each code its status, its sentence and what to do next; one function turns any exception into a problem.
Programs get JSON. Browsers that ask for a page get the same as a page. No answer says anything about our insides.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.params import ParameterKwarg
from litestar.response import Redirect

from vcwallet_api.http_headers import DEFAULT_HEADERS
from vcwallet_api.languages import Language, message, page_language
from vcwallet_api.refusals import (
    Conflict,
    Gone,
    Misdirected,
    NotAllowed,
    NotFound,
    Refusal,
    TooMuch,
    Unauthenticated,
    Unavailable,
    Unusable,
)
from vcwallet_api.rendering import Frame, Pages, ProblemPage, own_path

logger = logging.getLogger(__name__)

PROBLEM_TYPE_PREFIX: Final = "urn:vcwallet:problem:"
PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

_STATUSES: Final[Mapping[type[Refusal], int]] = {
    Unauthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    Misdirected: 421,
    Unusable: 422,
    TooMuch: 429,
    Unavailable: 503,
}


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """RFC 9457, with our own `code`, which is stable, and `next_step`, which says what to do.

    Other members depend on the code: docs/reference/problems.md has them.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    next_step: str
    retry_after: int | None = None
    tries_left: int | None = None
    badges: int | None = None
    merge_offered: bool | None = None
    merge: str | None = None
    address: str | None = None
    scope: str | None = None
    scopes: list[str] | None = None
    verdict: str | None = None
    problems: list[dict[str, str]] = field(default_factory=list)


_T = message

# code → (sentence, next step). In the order of the documentation.
PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    # Signing in
    "sign_in_needed": (_T("You are not signed in."), _T("Sign in, and try again.")),
    "token_invalid": (_T("This token does not work, or not any more."), _T("Make a new token in your account.")),
    "scope_missing": (_T("This token may not do this."), _T("Make a token that has the scope.")),
    "browser_only": (_T("This cannot be done with a token."), _T("Sign in with a browser.")),
    "not_an_administrator": (_T("Only administrators may do this."), _T("Ask whoever runs this wallet.")),
    "proof_needed": (
        _T("Before you do this, we want to be sure that it is you."),
        _T("Ask for a code, type it, and try again."),
    ),
    "cross_site": (
        _T("The request came from another website."),
        _T("Open the wallet's own page, and try again there."),
    ),
    "challenge_unknown": (_T("There is no such code."), _T("Ask for a new code.")),
    "code_wrong": (_T("That is not the code."), _T("Look at the last mail, and type the code again.")),
    "code_used": (_T("This code was used already."), _T("Ask for a new code.")),
    "code_expired": (_T("This code is too old."), _T("Ask for a new code.")),
    "code_sent_recently": (
        _T("A code was sent a moment ago."),
        _T("Wait a little, and look for the mail, also under spam."),
    ),
    "too_many_tries": (_T("The code was wrong too often."), _T("Wait a little, then ask for a new code.")),
    "too_many_codes": (_T("This address got many codes lately."), _T("Wait, and use the last code that came.")),
    "too_many_requests": (_T("That was too many times in a short while."), _T("Wait a little, and try again.")),
    "agreement_needed": (
        _T("There is no account for this address yet."),
        _T("Agree to make one, and send the code again."),
    ),
    # Addresses and the account
    "address_malformed": (_T("This is not an e-mail address."), _T("Check how it is written.")),
    "address_known": (_T("This address is in your account already."), _T("If it is not verified, ask for a new code.")),
    "address_unknown": (_T("There is no such address in your account."), _T("Look at the list of your addresses.")),
    "address_verified": (_T("This address is verified already."), _T("You do not need to do anything.")),
    "address_not_verified": (_T("This address is not verified yet."), _T("Verify it with the code that was mailed.")),
    "address_of_other_account": (
        _T("This address belongs to another account."),
        _T("If that account is yours too, you can bring everything in it here."),
    ),
    "merge_unknown": (_T("There is no such offer to merge."), _T("Add the address of the other account again.")),
    "merge_ended": (
        _T("This offer to merge has ended. Nothing was changed."),
        _T("Add the address of the other account again."),
    ),
    "merge_changed": (
        _T("Something in the two accounts changed meanwhile. Nothing was merged."),
        _T("Look at what would move now, and confirm again."),
    ),
    "address_is_primary": (
        _T("Your main address cannot be removed."),
        _T("Make another address your main address first."),
    ),
    "address_is_only": (_T("Your only address cannot be removed."), _T("Add and verify another address first.")),
    "address_has_badges": (
        _T("Badges were sent to this address. They stay in your Backpack."),
        _T("Confirm that you want to remove the address."),
    ),
    "too_many_addresses": (_T("You cannot add more addresses."), _T("Remove one that you do not need.")),
    "spelling_of_other_mailbox": (
        _T("This is another address, not another spelling of this one."),
        _T("Add it as an address of its own."),
    ),
    "too_many_spellings": (_T("You cannot add more spellings."), _T("Keep those that issuers used.")),
    "sign_in_unknown": (_T("This browser is not signed in any more."), _T("Look at the list again.")),
    "token_unknown": (_T("There is no such token."), _T("Look at the list of your tokens.")),
    "too_many_tokens": (_T("You cannot make more tokens."), _T("Revoke one that you do not need.")),
    "passkey_invalid": (_T("This passkey does not open an account here."), _T("Sign in with a mailed code instead.")),
    "passkey_unknown": (_T("There is no such passkey."), _T("Look at the list of your passkeys.")),
    "too_many_passkeys": (_T("You cannot add more passkeys."), _T("Remove one that you do not need.")),
    "ceremony_over": (_T("That took too long, or was done already."), _T("Begin again.")),
    "scope_needed": (_T("Nothing is chosen that it may do."), _T("Choose at least one thing.")),
    "scope_unknown": (_T("There is no such scope."), _T("Choose from the scopes that there are.")),
    "name_missing": (_T("There is no name."), _T("Type a name by which you will know it again.")),
    "end_malformed": (_T("This is not a day."), _T("Choose a day, or leave it empty.")),
    "end_is_past": (_T("The end is in the past."), _T("Choose a later end, or none.")),
    # Claiming and delivering
    "claim_unknown": (
        _T("There is no such link."),
        _T("Open the link in the mail again, and make sure that it is complete."),
    ),
    "claim_used": (_T("This badge was claimed already."), _T("Sign in with the address that the badge was sent to.")),
    "claim_ended": (
        _T("This link has ended. The badge still waits for you."),
        _T("Sign in with the address that the badge was sent to."),
    ),
    "idempotency_key_reused": (
        _T("This idempotency key was used for another credential."),
        _T("Use a new key for each delivery."),
    ),
    # The Backpack
    "item_unknown": (_T("There is no such badge in your Backpack."), _T("Look at the list of your badges.")),
    "item_pending": (
        _T("This badge waits until you verify its address."),
        _T("Verify the address that it was sent to."),
    ),
    "backpack_full": (_T("Your Backpack is full."), _T("Remove badges that you do not need.")),
    "not_a_credential": (
        _T("This is not a badge that can be read."),
        _T("Ask the issuer for the original file: photo libraries and messengers remove what is inside."),
    ),
    "proof_invalid": (
        _T("The signature of this badge is not right: it was changed, or signed by somebody else."),
        _T("Get the original again from where it was issued."),
    ),
    "issuer_invalid": (
        _T("The badge is signed, but not by the issuer that it names."),
        _T("Ask the issuer whether they awarded it."),
    ),
    "credential_revoked": (_T("The issuer has revoked this badge."), _T("Ask the issuer for the reason.")),
    "contents_invalid": (_T("Something inside this record is not right."), _T("Ask the issuer for a new copy.")),
    "credential_invalid": (_T("This badge is not valid."), _T("Ask the issuer for a new copy.")),
    "not_checkable": (
        _T("Nothing is known to be wrong with this badge, but it could not be checked to the end."),
        _T("Try again later: the issuer may not be reachable just now."),
    ),
    "recipient_mismatch": (
        _T("This badge was awarded to somebody else, as far as your addresses tell."),
        _T("Add the address it was sent to, and try again."),
    ),
    "url_not_fetched": (
        _T("No badge could be fetched from this address."),
        _T("Check the address, or download the file and import that."),
    ),
    "one_input_expected": (
        _T("Only one thing can be checked at a time."),
        _T("Choose one: a credential, a file or an address."),
    ),
    "file_encoding_wrong": (_T("The file is not in base64."), _T("Encode its bytes in base64 (RFC 4648, section 4).")),
    "import_ambiguous": (
        _T("Only one thing can be imported at a time."),
        _T("Choose one: an address, a text or a file."),
    ),
    "cursor_invalid": (_T("This part of the list is not there any more."), _T("Begin at the start of the list.")),
    # Everything else
    "host_unknown": (_T("There is no such host here."), _T("Check the address.")),
    "not_found": (_T("There is nothing at this address."), _T("Check the address.")),
    "method_not_allowed": (_T("This cannot be done here."), _T("See the description of the API.")),
    "request_malformed": (
        _T("The request is not of the form that is needed."),
        _T("See the description of the API."),
    ),
    "request_too_large": (_T("This is larger than we can read here."), _T("Send something smaller.")),
    "media_type_unsupported": (
        _T("We cannot read this kind of content here."),
        _T("Send JSON, or a form with a file."),
    ),
    "verification_busy": (_T("Too many badges are being checked just now."), _T("Try again in a moment.")),
    "database_busy": (_T("The wallet is busy just now. Nothing was changed."), _T("Try again in a moment.")),
    "outcome_unknown": (
        _T("The connection broke while this was being saved. It may be saved, or not."),
        _T("Look whether it is there before you try again."),
    ),
    "internal_error": (
        _T("Something went wrong on our side."),
        _T("Try again in a few minutes. It was not your fault, and whoever runs this wallet can see what happened."),
    ),
}

# For somebody who looks at a page, and knows of no API.
_ON_PAGES: Final[Mapping[str, str]] = {
    "host_unknown": _T("The wallet has another address. Open it there:"),
    "method_not_allowed": _T("Go back, and try again from there."),
    "request_malformed": _T("Go back, and try again from there."),
    "media_type_unsupported": _T("Go back, and try again from there."),
}

_CODES_OF_STATUSES: Final[Mapping[int, str]] = {
    400: "request_malformed",
    401: "sign_in_needed",
    403: "cross_site",
    404: "not_found",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "media_type_unsupported",
    429: "too_many_requests",
}
_SIGN_IN_HELPS: Final = frozenset({"sign_in_needed", "claim_used", "claim_ended"})
# How msgspec begins to say so.
_NOT_ONE_OF: Final = "Invalid enum value"
# A decoder quotes the names that it does not know, whole; ours are shorter than this.
_MAX_SHOWN: Final = 200
_SERVER_ERROR: Final = 500
_READERS_OF_BODIES: Final = frozenset({"litestar._multipart", "litestar.serialization.msgspec_hooks"})
_METHOD_NOT_ALLOWED: Final = 405
# "In a moment" says it well enough.
_SOON_SECONDS: Final = 10


def problem_responses(*statuses: int) -> dict[int, ResponseSpec]:
    """The entries of the API's description for these failures, and for those that every route may have."""
    # The parameter is declared as an enumeration of the usual media types, and takes any text.
    media_type: Any = PROBLEM_MEDIA_TYPE
    return {
        status: ResponseSpec(ProblemDetails, generate_examples=False, description=_WHAT[status], media_type=media_type)
        for status in sorted({*statuses, 400, 403, 413, 415, 421, 429, 500, 503})
    }


def also_answers(answer: type, **statuses: str) -> dict[int, ResponseSpec]:
    """Further good answers of a route: their status as `s200`, and what it says."""
    return {
        int(status[1:]): ResponseSpec(answer, generate_examples=False, description=description)
        for status, description in statuses.items()
    }


def no_content(description: str) -> dict[int, ResponseSpec]:
    """The good answer 204 of a route that sets a cookie: without this it would be described as the JSON value null."""
    return {204: ResponseSpec(None, generate_examples=False, description=description)}


def private_problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The same for routes that only somebody may use who is known."""
    return problem_responses(401, *statuses)


_WHAT: Final[Mapping[int, str]] = {
    400: "The request is not of the form that is needed",
    401: "Nobody is signed in",
    403: "This may not be done",
    404: "There is no such thing for this account",
    409: "Not as things are",
    410: "Used up, or over",
    413: "Too large",
    415: "Not a kind of content that is read",
    421: "Meant for another host",
    422: "It cannot be used",
    429: "Too often",
    500: "A fault of ours",
    503: "Something that is needed does not answer",
}


class ProblemAnswers:
    """Turns exceptions into answers, in the language of whoever asks. `cookie` is the one of somebody who is signed in."""

    def __init__(self, pages: Pages, *, cookie: str) -> None:
        self._pages = pages
        self._cookie = cookie

    def __call__(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        language = page_language(request, self._pages.languages)
        problem = problem_of(error, language, names=_names_for_clients(request))
        if problem.status >= _SERVER_ERROR and not isinstance(error, Refusal):
            logger.error("a request failed", exc_info=error)
        # An address that no route has is answered before any middleware comes by.
        headers = {**DEFAULT_HEADERS, "Content-Language": language.code}
        if problem.retry_after is not None:
            headers["Retry-After"] = str(problem.retry_after)
        if isinstance(error, HTTPException) and error.headers:
            headers.update({name: value for name, value in error.headers.items() if name.lower() == "allow"})
        if wants_page(request):
            if problem.status == _METHOD_NOT_ALLOWED and request.method == "GET":
                # Where a form was sent to, opened again: a tab was restored, or the language was changed.
                return Redirect(own_path(_page_above(request), "/"), status_code=303)
            page = ProblemPage(
                title=problem.title,
                next_step=what_next(problem, language, on_page=True),
                code=problem.code,
                signs_in=problem.code in _SIGN_IN_HELPS,
                address=problem.address or "",
            )
            # Who it is may be what could not be found out; that somebody is signed in, the cookie says.
            name = "" if self._cookie in request.cookies else None
            frame = Frame(language=language, path=request.url.path, account_name=name)
            own = {name: value for name, value in headers.items() if name not in DEFAULT_HEADERS}
            answer = self._pages.response(page, frame, status=problem.status, headers=own)
            for name, value in DEFAULT_HEADERS.items():
                answer.headers.setdefault(name, value)
            return answer
        return Response(_members(problem), status_code=problem.status, media_type=PROBLEM_MEDIA_TYPE, headers=headers)


def problem_of(
    error: Exception, language: Language, *, names: Mapping[str, str] = MappingProxyType({})
) -> ProblemDetails:
    """The problem that an exception is. An exception that nobody foresaw is an internal error, and says nothing else.

    `names` has those parameters of the route by their Python names that its clients know by others.
    """
    status, code, facts, detail = _SERVER_ERROR, "internal_error", {}, ""
    if isinstance(error, Refusal):
        status = next(number for kind, number in _STATUSES.items() if isinstance(error, kind))
        code, facts, detail = error.code, error.facts, error.detail
    elif isinstance(error, ValidationException):
        status, code, detail = 400, "request_malformed", _places(error, names)
    elif isinstance(error, RecursionError) or _is_about_an_encoding(error):
        # JSON that is nested deeper than the decoder goes; text in another encoding than UTF-8 or what its form says.
        status, code = 400, "request_malformed"
    elif isinstance(error, HTTPException):
        status = error.status_code
        code = _CODES_OF_STATUSES.get(status, "internal_error" if status >= _SERVER_ERROR else "request_malformed")
    title, next_step = PROBLEMS[code]
    return ProblemDetails(
        type=PROBLEM_TYPE_PREFIX + code,
        title=language.translate(title),
        status=status,
        detail=detail or language.translate(title),
        code=code,
        next_step=language.translate(next_step),
        **facts,
    )


def what_next(problem: ProblemDetails, language: Language, *, on_page: bool = False) -> str:
    """What to do, and when it is possible again where that is known; on a page, without a word about the API."""
    own = _ON_PAGES.get(problem.code) if on_page else None
    next_step = language.translate(own) if own is not None else problem.next_step
    if problem.retry_after is None or problem.retry_after <= _SOON_SECONDS:
        return next_step
    minutes = -(-problem.retry_after // 60)
    possible = language.count("Possible again in {number} minute.", "Possible again in {number} minutes.", minutes)
    return f"{next_step} {possible}"


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a person looks at the answer in a browser: they asked for HTML, and not for the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def _page_above(request: Request[Any, Any, Any]) -> str:
    """The nearest page above an address that only takes a form: the page that has the form."""
    path = request.url.path
    while path := path.rpartition("/")[0]:
        try:
            request.app.asgi_router.handle_routing(path=path, method="GET")
        except HTTPException:
            continue
        return path
    return "/"


def _is_about_an_encoding(error: Exception) -> bool:
    """Whether the framework's readers of bodies could not decode a text: they let the error of Python through."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    is_of_reader = place is not None and place.tb_frame.f_globals.get("__name__") in _READERS_OF_BODIES
    return is_of_reader and isinstance(error, (UnicodeDecodeError, LookupError))


def _names_for_clients(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    scope: Mapping[str, Any] = request.scope
    if scope.get("route_handler") is None:  # no route has this address
        return {}
    parameters = scope["route_handler"].parsed_fn_signature.parameters
    definitions = {name: field.kwarg_definition for name, field in parameters.items()}
    return {
        name: definition.name
        for name, definition in definitions.items()
        if isinstance(definition, ParameterKwarg) and definition.name
    }


def _places(error: ValidationException, names: Mapping[str, str]) -> str:
    """Which members and parameters are wrong, by the names that clients know; never what was in them."""
    extra = error.extra if isinstance(error.extra, list) else []
    return "; ".join(
        f"{_shortened(_named(entry, names))}: {_shortened(_without_value(str(entry.get('message', ''))))}"
        for entry in extra
        # Of a body that is not there it says the name of our own variable.
        if isinstance(entry, dict) and entry.get("message") != repr(entry.get("key"))
    )


def _named(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    key = str(entry.get("key", ""))
    first, dot, rest = key.partition(".")
    return key if entry.get("source") == "body" else names.get(first, first) + dot + rest


def _without_value(message: str) -> str:
    """A decoder's message about a value. The one about enumerations repeats the value, whole or cut off."""
    return _NOT_ONE_OF if message.startswith(_NOT_ONE_OF) else message


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"


def _members(problem: ProblemDetails) -> dict[str, Any]:
    members = {name: getattr(problem, name) for name in ProblemDetails.__slots__}
    return {name: value for name, value in members.items() if value not in (None, [])}
