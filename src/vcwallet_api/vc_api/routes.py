"""The endpoints under /vc. Bodies and answers are those of the W3C VC API; nobody is asked who they are.

201 for what was issued, 200 for what verified; 400 for what cannot be read, 422 for what is refused, always with `errors`.
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from litestar import MediaType, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, QueryParameter, RawBody

from vcwallet import Malformed, Problem, VcwalletError, standard_toolkit
from vcwallet_api.refusals import NotFound
from vcwallet_api.vc_api import did_resolution
from vcwallet_api.vc_api.bodies import checks_option, member, options, pointers_option, read_object, text_option
from vcwallet_api.vc_api.profiles import PROFILES, Profile
from vcwallet_api.vc_api.service import NotDone, VcApi, Verdict

PATH: Final = "/vc"
# The suites' largest inputs have some kilobytes.
MAX_BODY_BYTES: Final = 2 * 1024 * 1024
_DEFAULT_PROFILE: Final = "eddsa-rdfc-2022"


@get("/", include_in_schema=False, sync_to_thread=False)
def list_profiles(vc_api: NamedDependency[VcApi]) -> dict[str, Any]:
    """Every profile that can be had, with its issuer and its address, for the configuration of a test suite."""
    return {
        "profiles": [
            {
                "name": profile.name,
                "securing": profile.securing,
                "keyType": profile.key_type,
                "id": vc_api.keys.signer(profile).controller,
                "issue": f"{PATH}/{profile.name}/credentials/issue",
                "present": f"{PATH}/{profile.name}/presentations" if profile.presenting else None,
            }
            for profile in PROFILES.values()
            if vc_api.keys.has(profile)
        ]
    }


@post("/{profile:str}/credentials/issue", include_in_schema=False, sync_to_thread=True)
def issue_credential(profile: FromPath[str], body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Sign a credential as a profile."""
    return _answering(functools.partial(_issue, _profile(profile), body, vc_api))


@post("/credentials/issue", include_in_schema=False, sync_to_thread=True)
def issue_by_default(body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Sign a credential, for whoever has no wish how."""
    return _answering(functools.partial(_issue, PROFILES[_DEFAULT_PROFILE], body, vc_api))


@post("/credentials/verify", include_in_schema=False, sync_to_thread=True)
def verify_credential(body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Whether a credential holds."""
    return _answering(functools.partial(_verify, body, vc_api, "credential", "verifiableCredential"))


@post("/presentations/verify", include_in_schema=False, sync_to_thread=True)
def verify_presentation(body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Whether a presentation holds, and everything in it."""
    return _answering(functools.partial(_verify, body, vc_api, "presentation", "verifiablePresentation"))


@post("/{profile:str}/presentations", include_in_schema=False, sync_to_thread=True)
def create_presentation(
    profile: FromPath[str], body: RawBody, vc_api: NamedDependency[VcApi]
) -> Response[dict[str, Any]]:
    """Sign a presentation as a profile."""
    return _answering(functools.partial(_present, _profile(profile), body, vc_api))


@post("/presentations", include_in_schema=False, sync_to_thread=True)
def present_by_default(body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Sign a presentation, for whoever has no wish how."""
    return _answering(functools.partial(_present, PROFILES[_DEFAULT_PROFILE], body, vc_api))


@post("/credentials/derive", include_in_schema=False, sync_to_thread=True)
def derive_credential(body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Of a credential that its issuer made divisible, a part."""
    return _answering(functools.partial(_derive, body, vc_api))


@post("/credentials/status", status_code=200, include_in_schema=False, sync_to_thread=True)
def change_status(body: RawBody, vc_api: NamedDependency[VcApi]) -> Response[dict[str, Any]]:
    """Set or clear an entry of a status list."""
    return _answering(functools.partial(_change_status, body, vc_api))


@get("/status-lists/{purpose:str}", include_in_schema=False, sync_to_thread=True)
def status_list(
    purpose: FromPath[str],
    vc_api: NamedDependency[VcApi],
    accept: Annotated[str, HeaderParameter(name="Accept")] = "",
) -> Response[bytes]:
    """A status list, as it is now; as JSON, unless the caller knows the media type of credentials.

    Readers such as those of the suites look for "json" in the media type, and find nothing in `application/vc`.
    """
    signed = vc_api.list_credential(purpose)
    if signed is None:
        raise NotFound("not_found")
    # It changes when somebody is revoked, and must be seen at once.
    known = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    media_type = signed.media_type if signed.media_type in known else MediaType.JSON
    return Response(signed.data, media_type=media_type, headers={"Cache-Control": "no-cache", "Vary": "Accept"})


@get("/identifiers/{did:path}", include_in_schema=False, sync_to_thread=True)
def resolve_did(
    did: FromPath[Path], public_key_format: Annotated[str, QueryParameter(name="publicKeyFormat")] = "Multikey"
) -> Response[str]:
    """The document of a DID that is its key; others would let a stranger make us ask the network."""
    found = did_resolution.resolve(str(did).removeprefix("/"), _offline_toolkit(), public_key_format=public_key_format)
    status = 200 if not found.error else 404 if found.error == "notFound" else 400
    return Response(json.dumps(found.result), status_code=status, media_type=did_resolution.MEDIA_TYPE)


_HANDLERS: Final[list[HTTPRouteHandler]] = [
    list_profiles,
    issue_credential,
    issue_by_default,
    present_by_default,
    verify_credential,
    verify_presentation,
    create_presentation,
    derive_credential,
    change_status,
    status_list,
    resolve_did,
]


def vc_api_router() -> Router:
    """All endpoints."""
    return Router(PATH, route_handlers=_HANDLERS, request_max_body_size=MAX_BODY_BYTES)


@functools.lru_cache(maxsize=1)
def _offline_toolkit() -> Any:
    return standard_toolkit()


def _profile(name: str) -> Profile:
    if name not in PROFILES:
        raise NotFound("not_found")
    return PROFILES[name]


def _issue(profile: Profile, body: bytes, vc_api: VcApi) -> Response[dict[str, Any]]:
    given = read_object(body)
    mandatory = pointers_option(options(given), "mandatoryPointers")
    issued = vc_api.issue(profile, member(given, "credential"), mandatory)
    return Response({"verifiableCredential": issued}, status_code=201)


def _derive(body: bytes, vc_api: VcApi) -> Response[dict[str, Any]]:
    given = read_object(body)
    selective = pointers_option(options(given), "selectivePointers")
    derived = vc_api.derive(_secured(given, "verifiableCredential"), selective)
    return Response({"verifiableCredential": derived}, status_code=201)


def _present(profile: Profile, body: bytes, vc_api: VcApi) -> Response[dict[str, Any]]:
    given = read_object(body)
    asked = options(given)
    presentation = vc_api.present(
        profile, member(given, "presentation"), text_option(asked, "challenge"), text_option(asked, "domain")
    )
    return Response({"verifiablePresentation": presentation}, status_code=201)


def _change_status(body: bytes, vc_api: VcApi) -> Response[dict[str, Any]]:
    given = read_object(body)
    index, purpose, value = str(given.get("statusListIndex", "")), given.get("statusPurpose"), given.get("status")
    if not (index.isascii() and index.isdigit()) or not isinstance(purpose, str) or not isinstance(value, bool):
        raise Malformed("status_entry_malformed", "expected statusPurpose, statusListIndex and status, true or false")
    vc_api.lists.set(purpose, int(index), value=value)
    return Response({}, status_code=200)


def _verify(body: bytes, vc_api: VcApi, kind: str, name: str) -> Response[dict[str, Any]]:
    given = read_object(body)
    asked = options(given)
    found = vc_api.verify(
        kind,
        _secured(given, name),
        checks=checks_option(asked),
        challenge=text_option(asked, "challenge"),
        domain=text_option(asked, "domain"),
    )
    return Response(_told(found), status_code=200 if found.verified else 400 if found.malformed else 422)


def _secured(given: Mapping[str, Any], name: str) -> dict[str, Any] | str:
    """What is signed: an object, or a token as text; but no text with an object in it (VC-DI, 4.4: a map)."""
    value = given.get(name)
    if not isinstance(value, dict | str) or (isinstance(value, str) and value.lstrip()[:1] in ("{", "[")):
        raise Malformed("value_missing", f"expected an object or a token as {name}", pointer=f"/{name}")
    return value


def _told(found: Verdict) -> dict[str, Any]:
    """The answer in the members of the VC API; the whole report beside them."""
    bad = [
        {"code": check["code"], "title": check["code"], "detail": check["detail"]}
        for check in found.report["checks"]
        if check["required"] and check["outcome"] in ("failed", "unknown")
    ]
    set_aside = [
        f"{check['detail']} [{check['code']}]"
        for check in found.report["checks"]
        if not check["required"] and check["outcome"] in ("failed", "unknown")
    ]
    return {
        "verified": found.verified,
        "checks": [check["name"] for check in found.report["checks"] if check["outcome"] == "passed"],
        "warnings": [*found.report.get("notes", ()), *set_aside],
        "errors": [] if found.verified else bad,
        "report": found.report,
    }


def _answering(act: Callable[[], Response[dict[str, Any]]]) -> Response[dict[str, Any]]:
    """What the library refuses, as the VC API says no."""
    try:
        return act()
    except NotDone as error:
        return _refusal(error.problems, status=400 if error.malformed else 422)
    except Malformed as error:
        return _refusal([error.problem], status=400)
    except VcwalletError as error:
        return _refusal([error.problem], status=422)


def _refusal(problems: Sequence[Problem], *, status: int) -> Response[dict[str, Any]]:
    errors: list[Mapping[str, str]] = [
        {"code": problem.code, "title": problem.code, "detail": problem.message, "pointer": problem.pointer}
        for problem in problems
    ]
    first = errors[0]
    content = {
        **first,
        "type": f"urn:vcwallet:problem:{first['code']}",
        "status": status,
        "verified": False,
        "errors": errors,
    }
    return Response(content, status_code=status, media_type=MediaType.JSON)
