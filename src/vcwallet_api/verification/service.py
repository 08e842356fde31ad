"""Checking what somebody sent, as an answer that always comes: a check that was cut off is a report that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet import Check, Outcome, VerificationReport
from vcwallet_api.clock import Clock
from vcwallet_api.credential_contents import Contents
from vcwallet_api.verification.worker_pool import WorkerFailed, WorkerPool

# Why a check ended without an answer of the library: code, and the sentence for programs.
FAILURES: Final[Mapping[str, str]] = {
    "link_not_fetched": "nothing could be fetched from this address",
    "verification_time_exceeded": "the check took longer than a check may take, and was ended",
    "verification_memory_exceeded": "the check needed more memory than a check may use, and was ended",
    "verification_worker_lost": "the process that checked it ended without an answer",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: the report as JSON values, and what each credential in it says."""

    report: Mapping[str, Any]
    contents: tuple[Contents, ...]


class StrangerVerifier:
    """Verifies for anybody. Nothing is kept: not what was sent, not what was found."""

    def __init__(self, pool: WorkerPool, clock: Clock, *, max_bytes: int) -> None:
        self._pool = pool
        self._clock = clock
        self.max_bytes = max_bytes

    def check(self, data: bytes) -> Answer:
        """About a credential or presentation, in any form. Raises TooMuch when too many others are being checked."""
        at = self._clock()
        try:
            return _answer(self._pool.verify(data, at=at))
        except WorkerFailed as failure:
            return _without_answer(failure.code, at)

    def check_link(self, url: str) -> Answer:
        """The same for what is at a web address."""
        at = self._clock()
        try:
            return _answer(self._pool.verify_link(url.strip(), at=at, max_bytes=self.max_bytes))
        except WorkerFailed as failure:
            return _without_answer(failure.code, at)


def _answer(found: Mapping[str, Any]) -> Answer:
    return Answer(found["report"], tuple(Contents.from_json(values) for values in found["contents"]))


def _without_answer(code: str, at: datetime) -> Answer:
    check = Check("structure", Outcome.UNKNOWN, code, FAILURES[code], required=True)
    return Answer(VerificationReport((check,), at).to_dict(), ())
