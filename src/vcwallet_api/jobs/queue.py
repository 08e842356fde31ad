"""The queue: one table, the same on both databases.

A job is put there in the transaction that it belongs to. A worker takes the one that is due, by moving its time into the
future: if the worker dies, the job is due again then. On PostgreSQL several workers pass each other by (`SKIP LOCKED`); on
SQLite one writes at a time anyway.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import Job

# Longer than any job takes. After that, whoever took it is believed dead.
LEASE: Final = timedelta(minutes=5)
# The pause doubles with each failure, up to this.
_LONGEST_PAUSE: Final = timedelta(hours=6)
_FIRST_PAUSE: Final = timedelta(seconds=10)
# With the pauses above about two days: a mail server that is away for a weekend is back by then.
MAX_ATTEMPTS: Final = 18
# A failed job says why, briefly: the text may come from a server and is for operators only.
_MAX_ERROR_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job that this worker has for the time of the lease."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    once_key: str | None = None,
) -> None:
    """Have something done, at once or at `run_at`. With `once_key` only if no job with that key is waiting."""
    if once_key is not None and session.scalar(select(Job.id).where(Job.once_key == once_key)) is not None:
        return
    session.add(
        Job(id=new_id(now), kind=kind, payload=dict(payload), once_key=once_key, run_at=run_at or now, attempts=0)
    )


def take(database: Database, now: datetime, kinds: Iterable[str]) -> TakenJob | None:
    """The job of these kinds that has been due for longest, now leased to the caller; None when nothing is due."""
    wanted = list(kinds)

    def _take(session: Session) -> TakenJob | None:
        is_due = (Job.kind.in_(wanted), Job.run_at <= now, Job.attempts < MAX_ATTEMPTS)
        due = select(Job).where(*is_due).order_by(Job.run_at, Job.id).limit(1)
        job = session.scalar(due.with_for_update(skip_locked=True))
        if job is None:
            return None
        job.run_at = now + LEASE
        job.attempts += 1
        return TakenJob(job.id, job.kind, dict(job.payload), job.attempts)

    return database.retrying(_take)


def finish(database: Database, job: TakenJob, *, again_at: datetime | None = None) -> None:
    """The job is done, and gone; or, with `again_at`, waits for its next time."""

    def _finish(session: Session) -> None:
        row = session.get(Job, job.id)
        if row is None:
            return
        if again_at is None:
            session.delete(row)
        else:
            row.run_at, row.attempts, row.last_error = again_at, 0, None

    database.retrying(_finish)


def postpone(database: Database, job: TakenJob, error: str, now: datetime) -> None:
    """The job failed; it is tried again after a pause that grows.

    After the last try it stays, for an operator to see. One with a `once_key` goes: it would keep its like from being
    planned for ever.
    """

    def _postpone(session: Session) -> None:
        row = session.get(Job, job.id)
        if row is None:
            return
        if row.once_key is not None and job.attempts >= MAX_ATTEMPTS:
            session.delete(row)
        else:
            row.last_error = error[:_MAX_ERROR_LENGTH]
            row.run_at = now + min(_FIRST_PAUSE * 2 ** (job.attempts - 1), _LONGEST_PAUSE)

    database.retrying(_postpone)
