"""The worker: takes jobs one after the other and does them, in this process or in one of its own."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from vcwallet_api.clock import Clock
from vcwallet_api.jobs import queue
from vcwallet_api.refusals import Unavailable
from vcwallet_api.storage.database import Database

logger = logging.getLogger(__name__)

# How long a mail may lie about before anybody looks: a person waits for the code in it.
_PAUSE_SECONDS: Final = 0.5

Handler = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job that comes back: what, and how often."""

    kind: str
    every: timedelta


class Worker:
    """Does what is due, with the handlers that it is given. `run` goes on until `stop`."""

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], clock: Clock, recurring: tuple[Recurring, ...] = ()
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._clock = clock
        self._every = {entry.kind: entry.every for entry in recurring}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def work_until_idle(self) -> int:
        """Do everything that is due now; how many jobs that were, counting failures."""
        done = 0
        while self._work_once():
            done += 1
        return done

    def run(self) -> None:
        """Work until `stop` is called, from this or another thread."""
        is_planned = False
        while not self._stopping.is_set():
            try:
                if not is_planned:
                    self._plan()
                    is_planned = True
                worked = self._work_once()
            except Unavailable:
                worked = False
            except Exception:
                # Without this the thread would end in silence, and no mail would be sent any more.
                logger.exception("the worker could not look for work")
                worked = False
            if not worked:
                self._stopping.wait(_PAUSE_SECONDS)

    def start(self) -> None:
        """Run in a thread of this process."""
        self._thread = threading.Thread(target=self.run, name="vcwallet-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _plan(self) -> None:
        """Put the recurring jobs there, once, whoever of the workers comes first."""
        now = self._clock()
        for kind in self._every:
            try:
                with self._database.write() as session:
                    queue.enqueue(session, kind, {}, now=now, once_key=kind)
            except IntegrityError:
                logger.debug("another worker was first to plan %s", kind)

    def _work_once(self) -> bool:
        job = queue.take(self._database, self._clock())
        if job is None:
            return False
        handler = self._handlers.get(job.kind)
        try:
            if handler is None:
                raise LookupError(f"no handler for {job.kind}")  # noqa: TRY301 - postponed like any failure
            handler(job.payload)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it is tried again
            # The message of the error may hold an address; its kind does not.
            logger.warning(
                "a job failed", extra={"job": job.kind, "attempt": job.attempts, "error": type(error).__name__}
            )
            if job.kind not in self._every:
                queue.postpone(self._database, job, f"{type(error).__name__}: {error}", self._clock())
                return True
        every = self._every.get(job.kind)
        queue.finish(self._database, job, again_at=self._clock() + every if every is not None else None)
        return True
