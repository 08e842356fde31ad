"""The process in which the VC API signs and divides what strangers send: `python -m vcwallet_api.vc_api.signing`.

It is one of `verification.worker`, with the same limits of time and memory, and another task. It has the keys of the
profiles, which sign whatever anybody sends and nothing else; it has no database and not the operator's secret, and never
asks the network. It is started only where the VC API is on.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from vcwallet import (
    Malformed,
    NotSigned,
    Problem,
    Refused,
    Signed,
    Toolkit,
    VcwalletError,
    derive,
    issue,
    present,
    standard_toolkit,
    with_proof_terms,
)
from vcwallet_api.vc_api.profiles import PROFILES, Profile, ProfileKeys
from vcwallet_api.verification.worker import serve

_VCDM_2_0: Final = "https://www.w3.org/ns/credentials/v2"
# What may be in a presentation that is to be signed; all else would have to be left out in silence.
_PRESENTATION_MEMBERS: Final = frozenset({"@context", "id", "type", "holder", "verifiableCredential"})


@dataclass(frozen=True, slots=True)
class Signing:
    """Signs as the profiles, and divides what was signed so that it can be."""

    keys: ProfileKeys
    toolkit: Toolkit = field(default_factory=standard_toolkit)

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What comes of one request: `secured`, as JSON; or the `problems`, and whether it is `malformed`.

        The request has `act`, which is "issue", "derive" or "present", and the arguments of the method of that name.
        """
        acts: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "issue": self.issue,
            "derive": self.derive,
            "present": self.present,
        }
        try:
            return {"secured": acts[request["act"]](request)}
        except NotSigned as error:
            return _refused(*(error.problems or (error.problem,)))
        except VcwalletError as error:
            return _refused(error.problem, malformed=isinstance(error, Malformed))
        except (TypeError, ValueError):
            # The library's word for misuse, which here is the caller's: a credential that no document can be.
            return _refused(Problem("input_not_recognised", "this cannot be used as it is"), malformed=True)

    def issue(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The `credential`, signed as the `profile` says `at` that time; a token in an EnvelopedVerifiableCredential.

        `mandatory` are pointers to what its holder cannot withhold, besides issuer, dates, status and the like, which never
        can be; in profiles that sign everything as one piece nothing can, and so they say nothing new.
        """
        profile = PROFILES[request["profile"]]
        document = request["credential"]
        signed = issue(
            document if profile.is_token else with_proof_terms(document),
            self.keys.signer(profile),
            securing=profile.securing,
            toolkit=self.toolkit,
            at=datetime.fromisoformat(request["at"]),
            mandatory=request["mandatory"] if profile.is_selective else None,
        )
        return _credential(signed)

    def derive(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Of the `credential`, what the issuer made mandatory and what the pointers in `reveal` name."""
        return _credential(derive(request["credential"], reveal=request["reveal"], toolkit=self.toolkit))

    def present(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The `presentation`, signed as the profile's key for the `challenge` and the `domain`, either of them or None."""
        profile: Profile = PROFILES[request["profile"]]
        presentation: Mapping[str, Any] = request["presentation"]
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
            challenge=request["challenge"],
            domain=request["domain"],
            securing=profile.presenting,
            toolkit=self.toolkit,
            at=datetime.fromisoformat(request["at"]),
            presentation_id=presentation.get("id"),
        )
        return _enveloped(signed, "EnvelopedVerifiablePresentation") if signed.is_token else dict(signed.document)


def _refused(*problems: Problem, malformed: bool = False) -> dict[str, Any]:
    return {
        "malformed": malformed,
        "problems": [
            {"code": problem.code, "message": problem.message, "pointer": problem.pointer, "hint": problem.hint}
            for problem in problems
        ],
    }


def _credential(signed: Signed) -> dict[str, Any]:
    return _enveloped(signed, "EnvelopedVerifiableCredential") if signed.is_token else dict(signed.document)


def _enveloped(signed: Signed, envelope: str) -> dict[str, Any]:
    """A token as JSON (VCDM 2.0, 4.13.1 and 4.13.2)."""
    return {"@context": _VCDM_2_0, "type": envelope, "id": f"data:{signed.media_type},{signed.text}"}


def _prepared(start: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return Signing(ProfileKeys(base64.b64decode(start["secret"]))).answer


if __name__ == "__main__":
    serve(_prepared)
