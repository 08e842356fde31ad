"""Checking what somebody sent, as an answer that always comes: a check that was cut off is a report that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vcwallet import Check, Outcome, VerificationReport
from vcwallet_api.clock import Clock
from vcwallet_api.credential_contents import Contents
from vcwallet_api.verification.worker_pool import WorkerPool
from vcwallet_api.verifier import Unfinished


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
        except Unfinished as unfinished:
            return _without_answer(unfinished, at)

    def check_link(self, url: str) -> Answer:
        """The same for what is at a web address."""
        at = self._clock()
        try:
            return _answer(self._pool.verify_link(url.strip(), at=at, max_bytes=self.max_bytes))
        except Unfinished as unfinished:
            return _without_answer(unfinished, at)


def _answer(found: Mapping[str, Any]) -> Answer:
    return Answer(found["report"], tuple(Contents.from_json(values) for values in found["contents"]))


def _without_answer(unfinished: Unfinished, at: datetime) -> Answer:
    check = Check("structure", Outcome.UNKNOWN, unfinished.code, unfinished.sentence, required=True)
    return Answer(VerificationReport((check,), at).to_dict(), ())
