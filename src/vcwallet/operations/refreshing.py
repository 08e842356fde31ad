"""Ask the issuer whether there is a newer version of a credential (OB 3.0, 9.1 step 3; 1EdTechCredentialRefresh).

Asked once, and only after the proof: a forger must not be able to send us somewhere. What answers counts only if the
same issuer proves to have issued it under the same id, later. Anything else leaves the original as it is, with a note.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vcwallet.credentials.credential import Credential, as_list, as_text_list, is_newer, is_same_credential
from vcwallet.errors import FetchFailed, Problem
from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES
from vcwallet.operations.facts import Facts
from vcwallet.report import Outcome, VerificationReport

_REFRESH_TYPE = "1EdTechCredentialRefresh"
_ACCEPT = "application/vc+ld+json, application/vc, application/ld+json, application/json, text/plain"
_OK = 200


@dataclass(frozen=True, slots=True)
class RefreshAnswer:
    """`newer` is the report about the newer version, if one replaces the original; `note` says what came of it."""

    newer: VerificationReport | None
    note: Problem


def refresh(facts: Facts, verify_again: Callable[[bytes], VerificationReport]) -> RefreshAnswer | None:
    """Fetch and verify the newer version; None when the credential offers no refresh service."""
    if "refreshService" not in facts.document:
        return None
    services = [entry for entry in as_list(facts.document["refreshService"]) if isinstance(entry, Mapping)]
    address = next((entry.get("id") for entry in services if _REFRESH_TYPE in as_text_list(entry.get("type"))), None)
    if not isinstance(address, str):
        return _left("refresh_unsupported", "the issuer's refresh service is of a type that cannot be asked here")
    try:
        fetched = facts.toolkit.fetcher.fetch(address, accept=_ACCEPT, max_bytes=DEFAULT_MAX_BYTES)
    except FetchFailed as problem:
        return _left("refresh_failed", f"the issuer's refresh service could not be asked: {problem.problem.message}")
    if fetched.status != _OK:
        return _left("refresh_failed", f"the issuer's refresh service answers with status {fetched.status}")
    return _weigh(facts.credential, verify_again(fetched.content))


def _weigh(original: Credential, newer: VerificationReport) -> RefreshAnswer:
    credential = newer.credential
    passed = {check.name for check in newer.checks if check.outcome is Outcome.PASSED}
    if not isinstance(credential, Credential) or not {"proof", "issuer"} <= passed:
        first = next(iter(newer.problems), Problem("not_verified", "it was not verified"))
        return _left("refresh_not_proven", f"what the refresh service returned is not proven: {first.message}")
    if not is_same_credential(original, credential):
        return _left("refresh_of_another", "the refresh service returned another credential than this one")
    if not is_newer(credential, original):
        return _left("refresh_not_newer", "the refresh service has no newer version of this credential")
    issued = original.valid_from.isoformat() if original.valid_from else "an unknown time"
    message = f"this is the newer version that the issuer gives out; what was handed in is that of {issued}"
    return RefreshAnswer(newer, Problem("refreshed", message, "/refreshService"))


def _left(code: str, message: str) -> RefreshAnswer:
    return RefreshAnswer(None, Problem(code, message, "/refreshService"))
