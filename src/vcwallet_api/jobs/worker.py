"""The worker: takes jobs and does them, in this process or in one of its own.

Its lanes work beside each other, each on its own kinds of job and one job after the other: who waits for a code in the mail
does not wait until the badges of everybody are checked.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
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
    """Does what is due, lane by lane. `run` goes on until `stop`."""

    def __init__(
        self,
        database: Database,
        lanes: Sequence[Mapping[str, Handler]],
        clock: Clock,
        recurring: tuple[Recurring, ...] = (),
    ) -> None:
        self._stopping = threading.Event()
        every = {entry.kind: entry.every for entry in recurring}
        self._lanes = [_Lane(database, dict(handlers), clock, every, self._stopping) for handlers in lanes]
        self._threads: list[threading.Thread] = []

    def work_until_idle(self) -> int:
        """Do everything that is due now, without threads; how many jobs that were, counting failures."""
        done = 0
        while worked := sum(lane.work_once() for lane in self._lanes):
            done += worked
        return done

    def run(self) -> None:
        """Work until `stop` is called, from another thread or by a signal."""
        self.start()
        for thread in self._threads:
            thread.join()

    def start(self) -> None:
        """Run in threads of this process."""
        self._threads = [threading.Thread(target=lane.run, name="vcwallet-worker", daemon=True) for lane in self._lanes]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the jobs at hand and end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()


@dataclass(frozen=True, slots=True)
class _Lane:
    database: Database
    handlers: dict[str, Handler]
    clock: Clock
    every: dict[str, timedelta]
    stopping: threading.Event

    def run(self) -> None:
        is_planned = False
        while not self.stopping.is_set():
            try:
                if not is_planned:
                    self.plan()
                    is_planned = True
                worked = self.work_once()
            except Unavailable:
                worked = False
            except Exception:
                # Without this the thread would end in silence, and no mail would be sent any more.
                logger.exception("the worker could not look for work")
                worked = False
            if not worked:
                self.stopping.wait(_PAUSE_SECONDS)

    def work_once(self) -> bool:
        """Do the job that has been due for longest; False when none is."""
        job = queue.take(self.database, self.clock(), self.handlers)
        if job is None:
            return False
        every = self.every.get(job.kind)
        try:
            self.handlers[job.kind](job.payload)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it is tried again
            # The message of the error may hold an address; its kind does not.
            logger.warning(
                "a job failed", extra={"job": job.kind, "attempt": job.attempts, "error": type(error).__name__}
            )
            if every is None:
                queue.postpone(self.database, job, f"{type(error).__name__}: {error}", self.clock())
                return True
        queue.finish(self.database, job, again_at=self.clock() + every if every is not None else None)
        return True

    def plan(self) -> None:
        """Put the recurring jobs there, once, whoever of the workers comes first."""
        now = self.clock()
        for kind in self.every.keys() & self.handlers.keys():
            try:
                with self.database.write() as session:
                    queue.enqueue(session, kind, {}, now=now, once_key=kind)
            except IntegrityError:
                logger.debug("another worker was first to plan %s", kind)
