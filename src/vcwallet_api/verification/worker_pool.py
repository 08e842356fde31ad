"""A few processes that verify what strangers send, each under hard limits of time and memory.

Canonicalizing a hostile document can take forever, and no thread of Python can be stopped. So the work is done in processes
that can: one that is over its time is killed and replaced, and the answer is that there is no answer. When all are busy a
few wait, and whoever comes after them is told to come back later.
"""

import base64
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet import StaticFetcher
from vcwallet_api.refusals import TooMuch
from vcwallet_api.verification.worker import LENGTH, write_frame, write_world
from vcwallet_api.verifier import Unfinished

# A report about a record with hundreds of badges has some ten megabytes; more is not an answer of ours.
_MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
_CHUNK: Final = 1 << 16
# A new process loads the library in about a second; a busy machine takes longer.
_START_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """What one verification may cost, and how many there may be.

    - `processes`: at once. One less than the machine has processors leaves one for everybody else.
    - `seconds`: from the request to the answer; ten for documents of issuers, and what the work itself may take.
    - `processor_seconds`: of work. The slowest honest record takes a tenth.
    - `memory_bytes`: address space of a process. Loaded it has 100 MB; the largest record that is read needs 300 more.
    - `waiting`: requests that wait for a process. Each waits at most `seconds`.
    - `requests`: after so many a process is replaced, so that nothing that leaks grows.
    """

    processes: int = max(1, (os.cpu_count() or 2) - 1)
    seconds: float = 20.0
    processor_seconds: int = 8
    memory_bytes: int = 768 * 1024**2
    waiting: int = 8
    requests: int = 500


class WorkerPool:
    """Verifies in processes of its own. `known` is fetched from memory; all else from the internet, if that is allowed.

    Processes start when they are first needed, and end with `close()` or when this process ends.
    """

    def __init__(
        self,
        limits: WorkerLimits | None = None,
        known: StaticFetcher | None = None,
        *,
        may_fetch: bool = True,
        program: str = "vcwallet_api.verification.worker",
        further: Mapping[str, Any] | None = None,
    ) -> None:
        """`program` is the module that the processes run (`worker.serve`), and `further` what it is told at the start."""
        self.limits = limits or WorkerLimits()
        documents = write_world(known) if known is not None else {}
        self._program = program
        self._start = {"documents": documents, "may_fetch": may_fetch, **(further or {})}
        self._lock = threading.Condition()
        self._idle: list[_Worker] = []
        self._count = 0
        self._waiting = 0
        self._closed = False

    def verify(self, data: bytes, *, at: datetime, demands: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The worker's answer about these bytes. Raises Unfinished, and TooMuch when all are busy.

        `demands` are further members of the request (worker.answer), such as a challenge.
        """
        return self.ask({**(demands or {}), "data": base64.b64encode(data).decode(), "at": at.isoformat()})

    def verify_link(
        self, url: str, *, at: datetime, max_bytes: int, demands: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The same for what is at an address."""
        return self.ask({**(demands or {}), "url": url, "at": at.isoformat(), "max_bytes": max_bytes})

    def close(self) -> None:
        """End all processes that are idle; the others end with their request."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request (worker.answer). Raises Unfinished, and TooMuch when all are busy."""
        deadline = time.monotonic() + self.limits.seconds
        worker = self._take(deadline)
        keep = False
        try:
            found = worker.ask(request, deadline=time.monotonic() + self.limits.seconds)
            keep = "failed" not in found and worker.answered < self.limits.requests
        finally:
            self._give_back(worker, keep=keep)
        if "failed" in found:
            raise Unfinished(str(found["failed"]))
        return found

    def _take(self, deadline: float) -> "_Worker":
        with self._lock:
            if not self._idle and self._count >= self.limits.processes:
                if self._waiting >= self.limits.waiting:
                    raise TooMuch("verification_busy", retry_after_seconds=5)
                self._waiting += 1
                try:
                    free = self._lock.wait_for(
                        lambda: self._idle or self._count < self.limits.processes, deadline - time.monotonic()
                    )
                finally:
                    self._waiting -= 1
                if not free:
                    raise TooMuch("verification_busy", retry_after_seconds=5)
            if self._idle:
                return self._idle.pop()
            self._count += 1
        try:
            return _Worker(self._program, self.limits, self._start)
        except BaseException:
            with self._lock:
                self._count -= 1
                self._lock.notify()
            raise

    def _give_back(self, worker: "_Worker", *, keep: bool) -> None:
        with self._lock:
            keep = keep and not self._closed
            if keep:
                self._idle.append(worker)
            else:
                self._count -= 1
            self._lock.notify()
        if not keep:
            worker.end()


class _Worker:
    """One process, and the pipes to it. For one thread at a time."""

    def __init__(self, program: str, limits: WorkerLimits, start: Mapping[str, Any]) -> None:
        self.answered = 0
        # Nothing of our environment, where secrets are, goes to a process that reads what strangers send.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, and a module that our code names
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                name: os.environ[name]
                for name in ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")
                if name in os.environ
            },
            start_new_session=True,
        )
        bounds = {"memory_bytes": limits.memory_bytes, "processor_seconds": limits.processor_seconds}
        self.ask({**bounds, **start}, deadline=time.monotonic() + _START_SECONDS)
        self.answered = 0

    def ask(self, request: Mapping[str, Any], *, deadline: float) -> dict[str, Any]:
        """The answer, or Unfinished; after that the process is of no further use."""
        try:
            write_frame(self._process.stdin, request)  # type: ignore[arg-type]
            found = self._read(deadline)
        except (OSError, ValueError):
            raise Unfinished(self._why()) from None
        self.answered += 1
        return found

    def end(self) -> None:
        """Kill the process, whatever it is doing, and forget it."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # it was killed with something still to be written to it
                    pipe.close()
        self._process.wait()

    def _read(self, deadline: float) -> dict[str, Any]:
        content = bytearray()
        wanted = LENGTH.size
        descriptor = self._process.stdout.fileno()  # type: ignore[union-attr]
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while len(content) < wanted:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise Unfinished("verification_time_exceeded")
                chunk = os.read(descriptor, _CHUNK)
                if not chunk:
                    raise Unfinished(self._why())
                content += chunk
                if wanted == LENGTH.size and len(content) >= LENGTH.size:
                    wanted += LENGTH.unpack(content[: LENGTH.size])[0]
                    if wanted > _MAX_ANSWER_BYTES:
                        raise Unfinished("verification_memory_exceeded")
        found: dict[str, Any] = json.loads(content[LENGTH.size :])
        return found

    def _why(self) -> str:
        """Why the process is gone: the system ended it for its time, or something else did."""
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "verification_worker_lost"
        return "verification_time_exceeded" if status == -signal.SIGXCPU else "verification_worker_lost"
