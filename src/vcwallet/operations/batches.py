"""Do the same to many items, in several processes, without holding more than a few of them in memory.

Items come from any iterable and answers leave in the same order, so that a million of them need no list. They travel in
chunks, because sending one item costs about as much as verifying it. What is to be done is a picklable function of a chunk.
"""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

# Large enough that sending costs little beside verifying, small enough that a progress bar moves.
CHUNK_ITEMS = 32
# A chunk of learner records: three of the largest that are read at all.
CHUNK_BYTES = 24 * 1024 * 1024
# What waits for each process: one chunk in work, and one that it can begin at once.
_CHUNKS_PER_PROCESS = 2
# An executor of the caller may be a cluster, and does not tell how large it is.
_CHUNKS_FOR_UNKNOWN_EXECUTOR = 64

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Work = Callable[[list[Item]], list[Answer]]


def in_batches(
    items: Iterable[Item],
    work: Work[Item, Answer],
    *,
    lost: Callable[[Item], Answer],
    size_of: Callable[[Item], int],
    executor: Executor | None = None,
    jobs: int | None = None,
) -> Generator[Answer, None, None]:
    """The answers of `work` in the order of `items`.

    With an `executor` it is used and left open. Without one, `jobs` processes are started, as many as there are
    processors when None; with one job everything happens here. `lost` answers for an item whose process died with it;
    the others of its chunk are tried again by themselves. Raises `ValueError` for less than one job.
    """
    if jobs is not None and jobs < 1:
        raise ValueError(f"expected at least one job, found {jobs}")
    if executor is not None:
        chunks = _chunks(items, size_of)
        yield from _through(executor, chunks, work, lost, _CHUNKS_FOR_UNKNOWN_EXECUTOR)
        return
    count = jobs or os.cpu_count() or 1
    if count == 1:
        for item in items:
            yield from work([item])
        return
    pool = _Pool(count)
    try:
        yield from _through(pool, _chunks(items, size_of), work, lost, count * _CHUNKS_PER_PROCESS)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Pool(Executor):
    """A process pool that is started again when one of its processes dies: a plain one is then broken for good."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = self._start()

    def _start(self) -> "ProcessPoolExecutor":
        # Loaded when processes are started: 10 ms.
        import multiprocessing  # noqa: PLC0415
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

        # Forking a process that has threads can leave it with a lock that nobody holds.
        methods = multiprocessing.get_all_start_methods()
        method = "forkserver" if "forkserver" in methods else "spawn"
        return ProcessPoolExecutor(self._count, mp_context=multiprocessing.get_context(method))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=False)
            self._pool = self._start()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as the base class
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)


def _chunks(items: Iterable[Item], size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += size_of(item)
        if len(chunk) >= CHUNK_ITEMS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _through(
    executor: Executor,
    chunks: Iterator[list[Item]],
    work: Work[Item, Answer],
    lost: Callable[[Item], Answer],
    window: int,
) -> Iterator[Answer]:
    pending: deque[tuple[list[Item], Future[list[Answer]]]] = deque()
    try:
        for chunk in chunks:
            pending.append((chunk, executor.submit(work, chunk)))
            if len(pending) >= window:
                yield from _answers(executor, *pending.popleft(), work, lost)
        while pending:
            yield from _answers(executor, *pending.popleft(), work, lost)
    finally:
        for _, future in pending:
            future.cancel()


def _answers(
    executor: Executor,
    chunk: list[Item],
    future: Future[list[Answer]],
    work: Work[Item, Answer],
    lost: Callable[[Item], Answer],
) -> Iterator[Answer]:
    with suppress(BrokenExecutor):
        yield from future.result()
        return
    # Some process died, perhaps of one of these: each gets a second chance alone.
    for item in chunk:
        try:
            answers = executor.submit(work, [item]).result()
        except BrokenExecutor:
            answers = [lost(item)]
        yield from answers
