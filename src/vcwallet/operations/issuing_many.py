"""issue_many(): the same as issue(), for a batch. Each document is issued by itself, and no failure spreads."""

from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vcwallet.errors import Malformed, Undecided, VcwalletError
from vcwallet.keys.signer import Signer
from vcwallet.operations.batches import in_batches
from vcwallet.operations.issuing import issue
from vcwallet.operations.signed import Signed
from vcwallet.toolkit import Toolkit
from vcwallet.wire.strict_json import describe_kind

# What a document takes is not known without walking it; a full badge has 8 kB as text.
_SIZE_OF_A_DOCUMENT: Final = 8 * 1024


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
    executor: Executor | None = None,
    jobs: int | None = 1,
    securing: str | None = None,
    toolkit: Toolkit | None = None,
    at: datetime | None = None,
    progress: Callable[[int], object] | None = None,
) -> Generator[IssueResult, None, None]:
    """Issue every document as `issue` would, in their order; what cannot be issued is a result like the others.

    `documents` may be a generator: only a few dozen of them are held at any time. They are spread over `executor`, any
    `concurrent.futures.Executor`, or else over `jobs` processes; 1, the default, signs here, so that a key leaves this
    process only if that is asked for, and None takes as many as there are processors. Other processes need a signer and
    a toolkit that can be pickled, as `LocalSigner` and the standard toolkit are; a key service wants threads. `at` is one
    time for all; None is now. `progress` is called with the number of results handed out so far.

    Raises `ValueError` for misuse, as `issue` does, when the first result is asked for. A program that starts processes
    must guard its entry point with `if __name__ == "__main__":`.
    """
    work = _IssueChunk(signer, securing, toolkit, datetime.now(UTC) if at is None else at)
    results = in_batches(
        enumerate(documents), work, lost=_lost, size_of=lambda _: _SIZE_OF_A_DOCUMENT, executor=executor, jobs=jobs
    )
    for result in results:
        if progress is not None:
            progress(result.index + 1)
        yield result


@dataclass(frozen=True, slots=True)
class _IssueChunk:
    """Issues a list of documents, each with its number; this much is sent to other processes with every chunk."""

    signer: Signer
    securing: str | None
    toolkit: Toolkit | None
    at: datetime

    def __call__(self, chunk: list[tuple[int, Any]]) -> list[IssueResult]:
        return [self._result_of(index, document) for index, document in chunk]

    def _result_of(self, index: int, document: Any) -> IssueResult:
        if not isinstance(document, Mapping):
            message = f"expected a JSON object, found {describe_kind(document)}"
            return IssueResult(index, None, Malformed("json_not_an_object", message))
        try:
            signed = issue(document, self.signer, securing=self.securing, toolkit=self.toolkit, at=self.at)
        except VcwalletError as error:
            return IssueResult(index, None, error)
        return IssueResult(index, signed)


def _lost(item: tuple[int, Any]) -> IssueResult:
    message = "the process that issued this ended without an answer, perhaps for want of memory"
    return IssueResult(item[0], None, Undecided("worker_lost", message))
