"""What the VC API does, without HTTP: what callers send goes to the processes that sign and verify, and is judged."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcwallet import Policy, Problem, Signed, StaticFetcher
from vcwallet_api.clock import Clock
from vcwallet_api.vc_api.profiles import PROFILES, Profile, ProfileKeys
from vcwallet_api.vc_api.status_lists import StatusLists
from vcwallet_api.verification.worker import write_world
from vcwallet_api.verification.worker_pool import WorkerLimits, WorkerPool
from vcwallet_api.verifier import Unfinished

_STATUS_PROFILE: Final = "bitstring-status-list"

# Test suites verify credentials whose issuer is not the controller of the key, as the specifications' own vectors do.
# The report has the answer to that question; here it does not decide.
_REQUIRED: Final = Policy().required_checks - {"issuer"}
# Whatever else is asked: a proof is of a document that can be read in one way, and of what is inside it.
_ALWAYS: Final = frozenset({"structure", "context", "proof", "nested"})


class NotDone(Exception):
    """The library refused what was sent, or took too long over it. `malformed` says that it could not even be read."""

    def __init__(self, problems: Sequence[Problem], *, malformed: bool = False) -> None:
        super().__init__(problems[0].message)
        self.problems = tuple(problems)
        self.malformed = malformed


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a verification: whether it holds, whether it could be read at all, and the whole report."""

    verified: bool
    malformed: bool
    report: Mapping[str, Any]


class VcApi:
    """`secret` makes the keys of the profiles, and `base_url` is where the VC API is found.

    `pool` are the processes that verify for strangers. Those that sign are its own, and begin when they are first needed.
    """

    def __init__(
        self,
        secret: bytes,
        base_url: str,
        pool: WorkerPool,
        clock: Clock,
        *,
        signing_limits: WorkerLimits | None = None,
    ) -> None:
        self.keys = ProfileKeys(secret)
        self.lists = StatusLists(base_url, self.keys.signer(PROFILES[_STATUS_PROFILE]))
        self.signing_pool = WorkerPool(
            signing_limits,
            may_fetch=False,
            program="vcwallet_api.vc_api.signing",
            further={"secret": base64.b64encode(secret).decode()},
        )
        self._pool = pool
        self._clock = clock

    def close(self) -> None:
        """End the processes that sign."""
        self.signing_pool.close()

    def issue(
        self, profile: Profile, credential: Mapping[str, Any], mandatory_pointers: Sequence[str] = ()
    ) -> dict[str, Any]:
        """A credential, signed as the profile says. Raises `NotDone`, and `TooMuch` as all that asks a pool."""
        document = dict(credential)
        if profile.name == _STATUS_PROFILE and "credentialStatus" not in document:
            document["credentialStatus"] = self.lists.new_entries()
        return self._signed("issue", profile=profile.name, credential=document, mandatory=list(mandatory_pointers))

    def derive(self, credential: Mapping[str, Any] | str, selective_pointers: Sequence[str]) -> dict[str, Any]:
        """What the issuer made mandatory and what these pointers name. Raises `NotDone`."""
        return self._signed("derive", credential=credential, reveal=list(selective_pointers))

    def present(
        self, profile: Profile, presentation: Mapping[str, Any], challenge: str | None, domain: str | None
    ) -> dict[str, Any]:
        """A presentation, signed as the profile's key. Raises `NotDone`."""
        return self._signed(
            "present", profile=profile.name, presentation=presentation, challenge=challenge, domain=domain
        )

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
            "accept_empty_presentations": True,
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
        return Verdict(report["verdict"] == "valid", report["verdict"] == "malformed", report)

    def _signed(self, act: str, **arguments: Any) -> dict[str, Any]:
        """What a process that signs made of it."""
        try:
            found = self.signing_pool.ask({"act": act, "at": self._clock().isoformat(), **arguments})
        except Unfinished as unfinished:
            raise NotDone([Problem(unfinished.code, unfinished.sentence)]) from unfinished
        if "problems" in found:
            raise NotDone([Problem(**problem) for problem in found["problems"]], malformed=found["malformed"])
        secured: dict[str, Any] = found["secured"]
        return secured
