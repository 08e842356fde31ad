"""verify_many(): the same as verify(), for a batch. Each credential is verified by itself, and no failure spreads."""

import pickle
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from vcwallet.errors import Malformed, Problem
from vcwallet.fetching.evidence import Evidence
from vcwallet.operations.answers import from_error, unknown
from vcwallet.operations.batches import in_batches
from vcwallet.operations.verifying import verify
from vcwallet.policy import Policy
from vcwallet.report import VerificationReport
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit

Data = bytes | str | Mapping[str, Any]

# What a parsed document takes is not known without walking it; a full badge has 8 kB as text.
_SIZE_OF_A_DOCUMENT = 8 * 1024


def verify_many(  # noqa: PLR0913 - what verify() takes, and how to spread it
    items: Iterable[Data],
    *,
    executor: Executor | None = None,
    jobs: int | None = None,
    toolkit: Toolkit | None = None,
    policy: Policy | None = None,
    at: datetime | None = None,
    evidence: Evidence | None = None,
    progress: Callable[[int], None] | None = None,
) -> Generator[VerificationReport, None, None]:
    """Verify many credentials in several processes: a report for each, in the order of `items`, as soon as it is there.

    `items` may be a generator: only a few dozen of them are held at any time. They are spread over `executor`, any
    `concurrent.futures.Executor` whose workers can import vcwallet, or else over `jobs` processes (as many as there are
    processors when None; 1 verifies here). All are asked about the same time `at`, with the same `evidence`. `progress`
    is called with the number of reports handed out so far.

    What is no credential gets a report that says so, and an item whose process died gets one that is indeterminate.
    Raises `ValueError` for misuse, as `verify` does, when the first report is asked for. A program that starts processes
    must guard its entry point with `if __name__ == "__main__":`.
    """
    at = datetime.now(UTC) if at is None else at
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    work = _VerifyChunk(pickle.dumps((toolkit or standard_toolkit(), policy or Policy(), evidence)), at)
    reports = in_batches(items, work, lost=work.lost, size_of=_size_of, executor=executor, jobs=jobs)
    for number, report in enumerate(reports, start=1):
        if progress is not None:
            progress(number)
        yield report


@dataclass(frozen=True, slots=True)
class _VerifyChunk:
    """Verifies a list of items. `tools` is pickled once, so that a worker can keep what it read, caches included."""

    tools: bytes
    at: datetime

    def __call__(self, chunk: list[Any]) -> list[VerificationReport]:
        toolkit, policy, evidence = _read_tools(self.tools)
        return [self._report_on(item, toolkit, policy, evidence) for item in chunk]

    def _report_on(self, item: Any, toolkit: Toolkit, policy: Policy, evidence: Evidence | None) -> VerificationReport:
        try:
            return verify(item, toolkit=toolkit, policy=policy, at=self.at, evidence=evidence)
        except TypeError as error:
            return self._without_checks(from_error("structure", Malformed("input_not_recognised", str(error))))

    def lost(self, _item: Any) -> VerificationReport:
        """The report about an item that took its process with it."""
        message = "the process that verified this ended without an answer, perhaps for want of memory"
        return self._without_checks(unknown("structure", Problem("worker_lost", message)))

    def _without_checks(self, check: Any) -> VerificationReport:
        return VerificationReport((replace(check, required=True),), self.at)


@lru_cache(maxsize=2)
def _read_tools(tools: bytes) -> tuple[Toolkit, Policy, Evidence | None]:
    """A toolkit is read once in each process: its fetcher may remember what it fetched."""
    toolkit, policy, evidence = pickle.loads(tools)  # noqa: S301 - made by ourselves a moment ago, in verify_many
    return toolkit, policy, evidence


def _size_of(item: Any) -> int:
    return len(item) if isinstance(item, bytes | str) else _SIZE_OF_A_DOCUMENT
