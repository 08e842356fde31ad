"""What the Backpack asks about a badge: is it good, what does it say, and whom is it about?

The library is not called here. What strangers wrote is read in processes with hard limits of time and memory
(`verification.worker_pool`), which have neither the database nor any secret; here are the questions and the answers, which
are JSON. A check that was cut off is a refusal, and nothing is kept of it. Dates do not decide: a wallet keeps badges that
have ended, and says that they have.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from vcwallet import Assertion, Credential, Outcome, Policy, Recipient, SdJwtVc, credential_key
from vcwallet_api.clock import Clock
from vcwallet_api.credential_contents import Contents
from vcwallet_api.refusals import Unusable

_REQUIRED_CHECKS: Final = sorted(Policy().required_checks - {"period"})
# What comes of an address that leads to nothing: the one failure of a process that is about what it was asked for.
LINK_NOT_FETCHED: Final = "link_not_fetched"
# Why a check ended without an answer of the library: code, and the sentence for programs.
_WHY_UNFINISHED: Final[Mapping[str, str]] = {
    LINK_NOT_FETCHED: "nothing could be fetched from this address",
    "verification_time_exceeded": "the check took longer than a check may take, and was ended",
    "verification_memory_exceeded": "the check needed more memory than a check may use, and was ended",
    "verification_worker_lost": "the process that checked it ended without an answer",
}


class Unfinished(Exception):
    """A check ended without an answer. `code` says why, and `sentence` says it to programs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = _WHY_UNFINISHED[code]


class Processes(Protocol):
    """Whatever answers as `verification.worker.answer` does (WorkerPool). Raises Unfinished, and TooMuch when busy."""

    def verify(self, data: bytes, *, at: datetime, demands: Mapping[str, Any] | None = None) -> dict[str, Any]: ...

    def verify_link(
        self, url: str, *, at: datetime, max_bytes: int, demands: Mapping[str, Any] | None = None
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a credential says of itself, as far as the Backpack lists and compares it. `key` is its `credential_key`."""

    kind: str
    id: str | None
    key: tuple[str, str] | None
    name: str | None
    description: str | None
    issuer_id: str | None
    issuer_name: str | None
    awarded_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, credential: Credential | Assertion | SdJwtVc) -> "Said":
        """Read from a credential."""
        return cls(
            kind=credential.kind,
            id=credential.id,
            key=credential_key(credential),
            name=credential.name,
            description=credential.description,
            issuer_id=credential.issuer_id,
            issuer_name=credential.issuer_name,
            awarded_at=credential.awarded_at,
            valid_from=credential.valid_from,
            valid_until=credential.valid_until,
        )

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Said":
        """What `to_json` gave."""
        moments = {
            name: datetime.fromisoformat(values[name]) if values[name] is not None else None
            for name in ("awarded_at", "valid_from", "valid_until")
        }
        key = (values["key"][0], values["key"][1]) if values["key"] is not None else None
        return cls(**{**values, "key": key, **moments})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found.

    - `report`: as JSON values (docs/reference/report.md).
    - `evidence`: for a check on another day.
    - `said`: what the credential says; None when there was none to read.
    - `recipient`: which of the candidates the credential is about; None when none was asked for, or none is.
    """

    report: Mapping[str, Any]
    evidence: str
    said: Said | None
    recipient: Recipient | None = None

    @property
    def verdict(self) -> str:
        return str(self.report["verdict"])

    @property
    def is_good(self) -> bool:
        """Everything but its dates and its recipient is in order."""
        return self.outcome("proof") is Outcome.PASSED and all(
            check["outcome"] == Outcome.PASSED
            for check in self.report["checks"]
            if check["required"] and check["name"] != "recipient"
        )

    @property
    def problems(self) -> list[Mapping[str, Any]]:
        """Everything that stands between it and the verdict "valid"."""
        return [
            problem
            for check in self.report["checks"]
            if check["required"] and check["outcome"] in (Outcome.FAILED, Outcome.UNKNOWN)
            for problem in check["problems"] or [check]
        ]

    def outcome(self, name: str) -> Outcome | None:
        """How the check of that name ended; None when the verification did not come that far."""
        return next((Outcome(check["outcome"]) for check in self.report["checks"] if check["name"] == name), None)

    def to_json(self) -> dict[str, Any]:
        """As JSON values, without the evidence, which is long and has its own place."""
        return {
            "report": dict(self.report),
            "said": self.said.to_json() if self.said is not None else None,
            "recipient": [self.recipient.identity_type, self.recipient.value] if self.recipient is not None else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, evidence: str) -> "Checked":
        """What `to_json` gave, with its evidence."""
        return cls(
            report=values["report"],
            evidence=evidence,
            said=Said.from_json(values["said"]) if values["said"] is not None else None,
            recipient=Recipient(*values["recipient"]) if values["recipient"] is not None else None,
        )


class Verifier:
    """Has badges checked for the Backpack."""

    def __init__(self, processes: Processes, clock: Clock) -> None:
        self._processes = processes
        self._clock = clock

    def check(self, data: bytes, candidates: Iterable[Recipient] = (), *, evidence: str = "") -> Checked:
        """Everything about these bytes, and whom of the candidates they are about.

        `evidence` is that of an earlier check, for whatever does not answer any more.
        Raises Unusable `not_checkable` when the check was cut off, and TooMuch `verification_busy`.
        """
        demands = _demands(candidates, evidence)
        try:
            return _checked(self._processes.verify(data, at=self._clock(), demands=demands))
        except Unfinished as unfinished:
            raise _not_checkable(unfinished) from unfinished

    def check_link(self, url: str, candidates: Iterable[Recipient], *, max_bytes: int) -> tuple[bytes, Checked]:
        """What is at an address, and everything about it. Raises as `check` does, and Unusable `url_not_fetched`.

        That never says why: it would tell about the network that we are in.
        """
        demands = {**_demands(candidates, ""), "give_back": True}
        try:
            found = self._processes.verify_link(url, at=self._clock(), max_bytes=max_bytes, demands=demands)
        except Unfinished as unfinished:
            if unfinished.code == LINK_NOT_FETCHED:
                raise Unusable("url_not_fetched") from unfinished
            raise _not_checkable(unfinished) from unfinished
        return base64.b64decode(found["received"]), _checked(found)

    def read(self, data: bytes, candidates: Iterable[Recipient] = (), *, evidence: str, at: datetime) -> Checked:
        """What an earlier check at `at` found, once more, from its evidence and without the network."""
        return _checked(self._read(data, candidates, evidence, at))

    def contents(self, data: bytes, *, evidence: str, at: datetime) -> Contents | None:
        """What a badge that was checked before says, to be shown; None when there is nothing to read."""
        found = self._read(data, (), evidence, at)["contents"]
        return Contents.from_json(found[0]) if found else None

    def _read(self, data: bytes, candidates: Iterable[Recipient], evidence: str, at: datetime) -> dict[str, Any]:
        demands = {**_demands(candidates, evidence), "offline": True}
        try:
            return self._processes.verify(data, at=at, demands=demands)
        except Unfinished as unfinished:
            raise _not_checkable(unfinished) from unfinished


def _demands(candidates: Iterable[Recipient], evidence: str) -> dict[str, Any]:
    return {
        "kind": "credential",
        "required_checks": _REQUIRED_CHECKS,
        # A wallet is the holder's: what an issuer made for the holder alone, to show in parts, belongs here.
        "accept_base_proofs": True,
        "candidates": [[candidate.identity_type, candidate.value] for candidate in candidates],
        "evidence": evidence,
    }


def _checked(found: Mapping[str, Any]) -> Checked:
    return Checked.from_json(found, evidence=found["evidence"])


def _not_checkable(unfinished: Unfinished) -> Unusable:
    problem = {"code": unfinished.code, "detail": unfinished.sentence, "pointer": "", "hint": ""}
    return Unusable("not_checkable", facts={"verdict": "indeterminate", "problems": [problem]})
