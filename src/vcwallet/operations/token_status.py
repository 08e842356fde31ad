"""Whether the issuer withdrew an SD-JWT VC: its claim `status`, and the status list that this names.

The list is a token too, signed with a key of the credential's own issuer: who else may speak for an issuer cannot be told
from outside. How a list is read is for `status.token_status_list`. What is withdrawn is refused; a list that cannot be had,
or a way to tell the status that is not known here, is never "not withdrawn" but unknown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from vcwallet.errors import FetchFailed, Problem, Refused, Undecided, VcwalletError
from vcwallet.fetching.web_address import parse_web_address, shortened
from vcwallet.operations import key_lookup, proof_checks
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import Circumstances
from vcwallet.report import Check
from vcwallet.securing import jws, vc_jwt
from vcwallet.status import token_status_list
from vcwallet.status.method import Bearing, StatusValue
from vcwallet.wire import json_pointer
from vcwallet.wire.strict_json import parse_object

_ACCEPT: Final = "application/statuslist+jwt"
# As for lists inside credentials: the greatest list that is read, compressed not at all and in base64, and its token.
_MAX_LIST_BYTES: Final = 2 * 1024 * 1024
# How long a recorded list that says nothing of its own speaks for its issuer: as for lists inside credentials.
_RECORDED_LISTS_LAST: Final = timedelta(days=1)
_PLACE: Final = "/status/status_list"


class RecordedAt(Protocol):
    """When the answer of an address was recorded; None when it was given today."""

    def __call__(self, url: str) -> datetime | None: ...


def check_token_status(
    claims: Mapping[str, Any],
    issuer_id: str | None,
    facts: Circumstances,
    *,
    is_proven: bool,
    recorded_at: RecordedAt,
) -> Check:
    """Look the token up in the list that it names."""
    if "status" not in claims:
        return skipped("status", "status_absent", "the issuer offers no way to withdraw this credential")
    if not is_proven:
        message = "the proof did not pass, and nothing is fetched on behalf of an unproven credential"
        return skipped("status", "proof_not_passed", message)
    status = claims["status"]
    mechanisms = list(status) if isinstance(status, Mapping) else []
    if not mechanisms:
        message = "expected status to say how to look it up"
        return failed("status", (Problem("status_entry_malformed", message, "/status"),))
    others = [name for name in mechanisms if name != token_status_list.MECHANISM]
    open_ = [
        Problem(
            "status_type_unsupported",
            f"a status of type {name[:80]} cannot be looked up here",
            json_pointer.join("/status", name),
        )
        for name in others[:1]
    ]
    if token_status_list.MECHANISM in mechanisms:
        try:
            value = _look_up(status[token_status_list.MECHANISM], issuer_id, facts, recorded_at)
        except Undecided as problem:
            open_.insert(0, problem.problem)
        except VcwalletError as problem:
            return failed("status", (problem.problem,))
        else:
            if value.is_withdrawn:
                word = "revoked" if value.purpose == "revocation" else "suspended"
                return failed("status", (Problem(word, f"the issuer has {word} this credential", _PLACE),))
            if value.bearing is Bearing.UNKNOWN:
                message = f"the issuer has set {value.purpose}, and what that means is not known"
                open_.append(Problem("status_purpose_unknown", message, _PLACE))
    if open_:
        return unknown("status", *open_)
    return passed("status", "not_withdrawn", "the issuer has not withdrawn it", pointer=_PLACE)


def _look_up(reference: Any, issuer_id: str | None, facts: Circumstances, recorded_at: RecordedAt) -> StatusValue:
    wanted = token_status_list.read_reference(reference, _PLACE)
    pointer = f"{_PLACE}/uri"
    try:
        parse_web_address(wanted.list_id)
        content = _fetch(wanted.list_id, facts)
    except FetchFailed as problem:
        raise problem.placed_under(pointer) from problem
    recorded = recorded_at(wanted.list_id)
    header, claims = _verified(content, issuer_id, facts, pointer)
    value = token_status_list.read_status(
        header,
        claims,
        wanted,
        fetched_at=recorded or facts.at,
        at=facts.at,
        clock_skew=facts.policy.clock_skew,
        pointer=pointer,
    )
    if recorded is not None and "exp" not in claims and facts.at > recorded + _RECORDED_LISTS_LAST:
        message = f"the status list was recorded on {recorded.isoformat()} and does not speak for later"
        raise Undecided("status_list_expired", message, pointer=pointer)
    return value


def _fetch(url: str, facts: Circumstances) -> bytes:
    fetched = facts.toolkit.fetcher.fetch(url, accept=_ACCEPT, max_bytes=_MAX_LIST_BYTES)
    if fetched.status != 200:  # noqa: PLR2004 - nothing else carries the list
        raise FetchFailed("http_status", f"{shortened(url)} answers with status {fetched.status}; 200 was expected")
    return fetched.content


def _verified(
    content: bytes, issuer_id: str | None, facts: Circumstances, pointer: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims of a list that the credential's issuer signed.

    What is no token at all may be an error page, and is undecided; so is a list that others than the issuer may judge.
    """
    try:
        token = jws.parse_compact(content.decode("ascii", "replace").strip())
        claims = parse_object(token.payload)
    except VcwalletError as problem:
        message = f"expected a status list as a token: {problem.problem.message}"
        raise Undecided("status_list_unreadable", message, pointer=pointer) from problem
    if claims.get("iss", issuer_id) != issuer_id:
        message = "the status list is by another than the issuer of the credential, who may not speak for it"
        raise Refused("status_list_issuer_mismatch", message, pointer=pointer)
    try:
        vc_jwt.check_algorithm(token.header, facts.toolkit.jws_algorithms)
        found = key_lookup.find_sd_jwt_vc_key(token.header, issuer_id, facts.toolkit)
        proof_checks.refuse_unless_signed(facts, token, found)
    except VcwalletError as problem:
        kind = Undecided if isinstance(problem, Undecided) else Refused
        message = f"the status list is not signed by the issuer: {problem.problem.message} [{problem.code}]"
        raise kind("status_list_not_verified", message, pointer=pointer) from problem
    return token.header, claims
