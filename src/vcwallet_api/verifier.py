"""What the service asks of the library: is this credential good, and what does it say?

The one place where the service calls `vcwallet.verify`, so that one place can put it into other processes, or count it. No
rule about credentials is here. Dates do not decide: a wallet keeps badges that have ended, and says that they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import BoundedSemaphore
from typing import Final

from vcwallet import (
    Evidence,
    FetchFailed,
    Malformed,
    Outcome,
    Policy,
    Recipient,
    StaticFetcher,
    Toolkit,
    VerificationReport,
    recognise_recipient,
    verify,
)
from vcwallet_api.clock import Clock
from vcwallet_api.refusals import Unavailable

# Checks that run at the same time in one process. They are work for one processor; more would only wait for each other.
_MAX_AT_ONCE: Final = 4
# Longer than fetching for one check may take, so that whoever waits here has a chance.
_MAX_WAIT_SECONDS: Final = 20.0

_ACCEPT: Final = "application/vc, application/vc+jwt, application/ld+json, application/json, image/png, image/svg+xml"

# A wallet is the holder's: what an issuer made for the holder alone, to show in parts, belongs here.
_POLICY: Final = Policy(required_checks=Policy().required_checks - {"period"}, accept_base_proofs=True)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `recipient` is which of the candidates the credential is about; None when none was asked for."""

    report: VerificationReport
    recipient: Recipient | None = None

    @property
    def is_good(self) -> bool:
        """Everything but its dates and its recipient is in order."""
        return (
            all(
                check.outcome is Outcome.PASSED
                for check in self.report.checks
                if check.required and check.name != "recipient"
            )
            and self.report.check("proof").outcome is Outcome.PASSED
        )

    def outcome(self, name: str) -> Outcome | None:
        """How the check of that name ended; None when the verification did not come that far."""
        return next((check.outcome for check in self.report.checks if check.name == name), None)


class Verifier:
    """Checks credentials with one toolkit, a few at a time."""

    def __init__(self, toolkit: Toolkit, clock: Clock) -> None:
        self._toolkit = toolkit
        self._clock = clock
        self._places = BoundedSemaphore(_MAX_AT_ONCE)

    def check(self, data: bytes, candidates: Iterable[Recipient] = (), *, evidence: str = "") -> Checked:
        """Everything about these bytes, and whom of the candidates they are about.

        `evidence` is that of an earlier check, for whatever does not answer any more.
        Raises Unavailable `verification_busy` when too many others are being checked.
        """
        return self._check(data, candidates, self._toolkit, self._clock(), evidence)

    def read(self, data: bytes, candidates: Iterable[Recipient] = (), *, evidence: str, at: datetime) -> Checked:
        """What an earlier check at `at` found, once more, from its evidence and without the network."""
        offline = replace(self._toolkit, fetcher=StaticFetcher({}))
        return self._check(data, candidates, offline, at, evidence)

    def fetch(self, url: str, max_bytes: int) -> bytes:
        """What answers at an address. Raises FetchFailed, also for any status but 200."""
        fetched = self._toolkit.fetcher.fetch(url, accept=_ACCEPT, max_bytes=max_bytes)
        if fetched.status != 200:  # noqa: PLR2004 - nothing else carries a badge
            raise FetchFailed("http_status", f"the address answers with status {fetched.status}")
        return fetched.content

    def _check(
        self, data: bytes, candidates: Iterable[Recipient], toolkit: Toolkit, at: datetime, evidence: str
    ) -> Checked:
        if not self._places.acquire(timeout=_MAX_WAIT_SECONDS):
            raise Unavailable("verification_busy")
        try:
            report = verify(data, toolkit=toolkit, policy=_POLICY, at=at, evidence=_evidence(evidence))
        finally:
            self._places.release()
        return Checked(*recognise_recipient(report, candidates))


def _evidence(text: str) -> Evidence | None:
    try:
        return Evidence.from_json(text) if text else None
    except Malformed:
        return None
