"""What the VC API does, without HTTP: it prepares what callers send for the library, and lets the library answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcwallet import Malformed, Policy, Refused, Signed, StaticFetcher, derive, issue, present, standard_toolkit
from vcwallet_api.clock import Clock
from vcwallet_api.vc_api.profiles import Profile, ProfileKeys
from vcwallet_api.vc_api.status_lists import StatusLists
from vcwallet_api.verification.worker import write_world
from vcwallet_api.verification.worker_pool import WorkerPool
from vcwallet_api.verifier import Unfinished

_VCDM_1_1: Final = "https://www.w3.org/2018/credentials/v1"
_VCDM_2_0: Final = "https://www.w3.org/ns/credentials/v2"
# In data model 1.1 no context of a credential says what the members of a proof mean; this one does (VC-DI, 2.4.1).
_DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"
_STATUS_PROFILE: Final = "bitstring-status-list"

# Test suites verify credentials whose issuer is not the controller of the key, as the specifications' own vectors do.
# The report has the answer to that question; here it does not decide.
_REQUIRED: Final = Policy().required_checks - {"issuer"}
# Whatever else is asked: a proof is of a document that can be read in one way, and of what is inside it.
_ALWAYS: Final = frozenset({"structure", "context", "proof", "nested"})
# What may be in a presentation that is to be signed; all else would have to be left out in silence.
_PRESENTATION_MEMBERS: Final = frozenset({"@context", "id", "type", "holder", "verifiableCredential"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a verification: whether it holds, whether it could be read at all, and the whole report."""

    verified: bool
    malformed: bool
    report: Mapping[str, Any]


class VcApi:
    """Signs with the keys of the profiles, and verifies in the processes that verify for strangers."""

    def __init__(self, keys: ProfileKeys, lists: StatusLists, pool: WorkerPool, clock: Clock) -> None:
        self.keys = keys
        self.lists = lists
        self._pool = pool
        self._clock = clock
        self._toolkit = standard_toolkit()

    def issue(
        self, profile: Profile, credential: Mapping[str, Any], mandatory_pointers: Sequence[str] = ()
    ) -> dict[str, Any]:
        """A credential, signed as the profile says; a token in an EnvelopedVerifiableCredential.

        `mandatory_pointers` name what its holder cannot withhold, besides issuer, dates, status and the like, which never
        can be; in profiles that sign everything as one piece nothing can, and so they say nothing new.
        Raises as `vcwallet.issue` does, among others when the credential names another issuer than the profile's.
        """
        document = dict(credential)
        if profile.name == _STATUS_PROFILE and "credentialStatus" not in document:
            document["credentialStatus"] = self.lists.new_entries()
        if not profile.is_token:
            document = _with_proof_terms(document)
        signed = issue(
            document,
            self.keys.signer(profile),
            securing=profile.securing,
            toolkit=self._toolkit,
            at=self._clock(),
            mandatory=mandatory_pointers if profile.is_selective else None,
        )
        return _credential(signed)

    def derive(self, credential: Mapping[str, Any] | str, selective_pointers: Sequence[str]) -> dict[str, Any]:
        """What the issuer made mandatory and what these pointers name. Raises as `vcwallet.derive` does."""
        return _credential(derive(credential, reveal=selective_pointers, toolkit=self._toolkit))

    def present(
        self, profile: Profile, presentation: Mapping[str, Any], challenge: str | None, domain: str | None
    ) -> dict[str, Any]:
        """A presentation, signed as the profile's key. Raises `Refused` for a holder or a member that it cannot have."""
        signer = self.keys.signer(profile)
        if not profile.presenting:
            raise Refused("presenting_unsupported", f"a key for {profile.securing} signs no presentations")
        unknown = sorted(set(presentation) - _PRESENTATION_MEMBERS)
        if unknown:
            raise Refused(
                "presentation_member_unsupported", f"{unknown[0][:80]!r} cannot be put into a presentation here"
            )
        if presentation.get("holder") not in (None, signer.controller):
            raise Refused(
                "holder_is_not_signer", f"expected {signer.controller} as holder, who signs", pointer="/holder"
            )
        presented = presentation.get("verifiableCredential")
        credentials: list[Any] = presented if isinstance(presented, list) else [presented]
        if not all(isinstance(credential, dict | str) for credential in credentials):
            raise Malformed("value_missing", "expected credentials to present", pointer="/verifiableCredential")
        signed = present(
            credentials,
            signer,
            challenge=challenge,
            domain=domain,
            securing=profile.presenting,
            toolkit=self._toolkit,
            at=self._clock(),
            presentation_id=presentation.get("id"),
        )
        return _enveloped(signed, "EnvelopedVerifiablePresentation") if signed.is_token else dict(signed.document)

    def list_credential(self, purpose: str) -> Signed | None:
        """A status list, signed now; None for a purpose that there is no list for."""
        return self.lists.credential(purpose, self._clock())

    def verify(
        self,
        kind: str,
        secured: Any,
        *,
        checks: frozenset[str] | None = None,
        challenge: str | None = None,
        domain: str | None = None,
    ) -> Verdict:
        """Whether a "credential" or a "presentation" holds. Raises `TooMuch` when too many others are being checked.

        `checks` are those that decide, besides form, terms, proof and the proofs inside; None: all but issuer and schema.
        """
        at = self._clock()
        data = secured if isinstance(secured, str) else json.dumps(secured)
        demands = {
            "kind": kind,
            "required_checks": sorted(_REQUIRED if checks is None else _ALWAYS | checks),
            "challenge": challenge,
            "domain": domain,
            "documents": write_world(StaticFetcher(self.lists.documents(at))),
        }
        try:
            report = self._pool.verify(data.encode(errors="surrogatepass"), at=at, demands=demands)["report"]
        except Unfinished as unfinished:
            problem = {"code": unfinished.code, "detail": unfinished.sentence}
            return Verdict(
                verified=False,
                malformed=False,
                report={"verdict": "indeterminate", "checks": [{**problem, "required": True, "outcome": "unknown"}]},
            )
        return Verdict(_holds(report), report["verdict"] == "malformed", report)


def _holds(report: Mapping[str, Any]) -> bool:
    """Valid; or a presentation of nothing, which data model 2.0 allows (4.13): its signature is all there is to ask."""
    if report["verdict"] == "valid":
        return True
    undone = [check["code"] for check in report["checks"] if check["required"] and check["outcome"] != "passed"]
    return undone == ["presentation_empty"]


def _with_proof_terms(document: dict[str, Any]) -> dict[str, Any]:
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    if listed[:1] == [_VCDM_1_1] and _DATA_INTEGRITY not in listed:
        return {**document, "@context": [*listed, _DATA_INTEGRITY]}
    return document


def _credential(signed: Signed) -> dict[str, Any]:
    return _enveloped(signed, "EnvelopedVerifiableCredential") if signed.is_token else dict(signed.document)


def _enveloped(signed: Signed, envelope: str) -> dict[str, Any]:
    """A token as JSON (VCDM 2.0, 4.13.1 and 4.13.2)."""
    return {"@context": _VCDM_2_0, "type": envelope, "id": f"data:{signed.media_type},{signed.text}"}
