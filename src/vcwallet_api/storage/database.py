"""Sessions for reading and for writing, and the differences between SQLite and PostgreSQL that they hide.

* `read()` gives a session that sees one state of the data and writes nothing.
* `write()` gives a session whose changes are all there when it ends, or none. On SQLite it begins with `BEGIN IMMEDIATE`,
  so that two writers queue up instead of failing half-way; it waits for the other, but not for ever.
* `retrying()` runs a piece of work in `write()` again when the database asked for that (SQLSTATE 40001, 40P01), and when
  its connection was lost before anything was kept.

A database that stays busy is `Unavailable`, which tells the caller to come back later.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from vcwallet_api.refusals import Unavailable

# Longer than any write of ours takes, and shorter than a browser or a proxy waits.
BUSY_TIMEOUT_MS: Final = 5_000
# A statement that runs longer has gone wrong; a transaction that idles longer belongs to a client that is gone.
_STATEMENT_TIMEOUT_MS: Final = 30_000
_IDLE_TIMEOUT_MS: Final = 60_000
# Serialization failures come from other transactions of our own, which are short: a few tries see them through.
_MAX_TRIES: Final = 6
# serialization_failure and deadlock_detected: PostgreSQL asks for these to be tried again (its manual, 13.5).
_RETRIED_STATES: Final = frozenset({"40001", "40P01"})
# Connections that a thread pool of the usual size needs at once, and some more for a moment of crowding.
_POOL_SIZE: Final = 10
_MAX_OVERFLOW: Final = 20
# As long as a writer waits for another: whoever waits for a connection waits for the same.
_POOL_TIMEOUT_SECONDS: Final = 5.0


Answer = TypeVar("Answer")


class Database:
    """One database. `engine` is for migrations; everything else goes through `read()`, `write()` and `retrying()`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever is changed in it is forgotten."""
        with _as_refusals(), Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            if not self.is_sqlite:
                # PostgreSQL would show each statement the state of its own moment.
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            # Closing rolls back. Doing it here would make every object that was read forget what it read.
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are kept, all together, when the block ends without an error."""
        with _as_refusals(), self._writing() as session:
            yield session

    def retrying(self, work: Callable[[Session], Answer]) -> Answer:
        """What `work` answers, done in `write()`; again from the start when transactions got in each other's way.

        That is so too when two wrote what must be unique: the second time `work` sees what the other wrote. And when the
        connection was lost before the commit; lost in it, nobody knows what was kept, and whoever asked must ask again.
        """
        with _as_refusals():
            for tries in range(1, _MAX_TRIES + 1):
                try:
                    with self._writing() as session:
                        return work(session)
                except (DBAPIError, StaleDataError) as error:
                    if not _may_be_tried_again(error) or tries == _MAX_TRIES:
                        raise
                    time.sleep(random.uniform(0, 0.01 * 2**tries))  # noqa: S311 - spreads, protects nothing
        raise AssertionError("unreachable")

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"vcwallet_writes": True})
            yield session
            try:
                session.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise Unavailable("outcome_unknown") from error
                raise

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at this address. Nothing is connected to before the first session."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(parsed))
    return Database(_postgresql(parsed.set(drivername="postgresql+psycopg")))


def _sqlite(url: URL) -> Engine:
    # Parameters hold addresses and badges; errors are logged.
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=_POOL_SIZE,
        max_overflow=_MAX_OVERFLOW,
        pool_timeout=_POOL_TIMEOUT_SECONDS,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
        # The driver would begin transactions by itself, and always deferred ones; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("vcwallet_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    options = (
        f"-c synchronous_commit=on -c statement_timeout={_STATEMENT_TIMEOUT_MS} "
        f"-c idle_in_transaction_session_timeout={_IDLE_TIMEOUT_MS} -c lock_timeout={BUSY_TIMEOUT_MS} -c timezone=UTC"
    )
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=_POOL_SIZE,
        max_overflow=_MAX_OVERFLOW,
        pool_timeout=_POOL_TIMEOUT_SECONDS,
        pool_pre_ping=True,
        connect_args={"options": options},
    )


@contextmanager
def _as_refusals() -> Iterator[None]:
    """A database that is busy, full or away is not a fault of ours: the caller is told to come back."""
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise Unavailable("database_busy") from error


def _may_be_tried_again(error: DBAPIError | StaleDataError) -> bool:
    # Stale: what was read was removed by somebody else before it was written. Once more, it is not found.
    return isinstance(error, StaleDataError) or (
        isinstance(error, IntegrityError)
        or error.connection_invalidated
        or getattr(error.orig, "sqlstate", None) in _RETRIED_STATES
    )
