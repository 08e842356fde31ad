"""issue_many(): many credentials by one signer, on any executor, in their order, however many there are.

Documents are taken from their source as they are needed and handed on in chunks, a few chunks ahead of whoever takes the
results. So a million documents never stand in memory, and a source that fails spoils only what comes after it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from vcwallet.errors import Malformed, VcwalletError
from vcwallet.keys.signer import Signer
from vcwallet.operations.issuing import issue
from vcwallet.operations.signed import Signed
from vcwallet.toolkit import Toolkit
from vcwallet.wire.strict_json import describe_kind

# A badge takes about two milliseconds and crossing to another process a few: at this size the crossing is under 1 %.
CHUNK_SIZE: Final = 200
# Enough to keep 16 workers busy while results are taken out in order.
_CHUNKS_AHEAD: Final = 32


@dataclass(frozen=True, slots=True)
class IssueResult:
    """What became of one document, by its place among those given: `signed`, or the `error` why it was not."""

    index: int
    signed: Signed | None
    error: VcwalletError | None = None

    def require(self) -> Signed:
        """The signed credential. Raises the error that there was instead."""
        if self.signed is None:
            raise self.error or ValueError("neither signed nor refused")
        return self.signed


def issue_many(  # noqa: PLR0913 - what issue() takes, and how to spread the work
    documents: Iterable[Mapping[str, Any]],
    signer: Signer,
    *,
    securing: str | None = None,
    toolkit: Toolkit | None = None,
    at: datetime | None = None,
    executor: Executor | None = None,
    chunk_size: int = CHUNK_SIZE,
    progress: Callable[[int], object] | None = None,
) -> Iterator[IssueResult]:
    """Issue every document as `issue` would; what cannot be issued is a result like the others.

    Without an executor the work is done here, one document at a time, as the results are asked for. An executor of
    processes needs a signer and a toolkit that can be pickled, as `LocalSigner` and the standard toolkit are. `at` is
    one time for all; None is when this is called. `progress` is told how many are done, each time a result is handed on.

    Raises `ValueError` and `TypeError` for misuse, when the first result is asked for.
    """
    at = datetime.now(UTC) if at is None else at
    if chunk_size < 1:
        raise ValueError("chunk_size must be positive")
    return _results(enumerate(documents), _Work(signer, securing, toolkit, at), executor, chunk_size, progress)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is the same for all documents; it is sent to other processes with each chunk."""

    signer: Signer
    securing: str | None
    toolkit: Toolkit | None
    at: datetime

    def __call__(self, chunk: list[tuple[int, Any]]) -> list[IssueResult]:
        return [self._one(index, document) for index, document in chunk]

    def _one(self, index: int, document: Any) -> IssueResult:
        if not isinstance(document, Mapping):
            message = f"expected a JSON object, found {describe_kind(document)}"
            return IssueResult(index, None, Malformed("json_not_an_object", message))
        try:
            signed = issue(document, self.signer, securing=self.securing, toolkit=self.toolkit, at=self.at)
        except VcwalletError as error:
            return IssueResult(index, None, error)
        return IssueResult(index, signed)


def _results(
    numbered: Iterator[tuple[int, Any]],
    work: _Work,
    executor: Executor | None,
    chunk_size: int,
    progress: Callable[[int], object] | None,
) -> Iterator[IssueResult]:
    chunks = _here(numbered, work) if executor is None else _there(numbered, work, executor, chunk_size)
    for chunk in chunks:
        for result in chunk:
            if progress is not None:
                progress(result.index + 1)
            yield result


def _here(numbered: Iterator[tuple[int, Any]], work: _Work) -> Iterator[list[IssueResult]]:
    return (work([entry]) for entry in numbered)


def _there(
    numbered: Iterator[tuple[int, Any]], work: _Work, executor: Executor, chunk_size: int
) -> Iterator[list[IssueResult]]:
    waiting: deque[Future[list[IssueResult]]] = deque()
    try:
        while True:
            while len(waiting) < _CHUNKS_AHEAD and (chunk := list(islice(numbered, chunk_size))):
                waiting.append(executor.submit(work, chunk))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        # Whoever stops taking results wants no more of them made.
        for future in waiting:
            future.cancel()
