"""Sessions, column types, keys and migrations, on both databases."""

import sqlite3
import threading
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from vcwallet_api.refusals import Unavailable
from vcwallet_api.storage import database as database_module
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.migrating import is_current, is_sound, migrate
from vcwallet_api.storage.tables import Account, DeclinedMail, Job, Table

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url):
    database = open_database(database_url)
    yield database
    database.close()


def account(**members):
    return Account(**{"id": new_id(NOON), "language": "en", "created_at": NOON} | members)


def test_the_settings_that_keep_promises_are_in_force(database):
    with database.write() as session:
        connection = session.connection()
        if database.is_sqlite:
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
            assert found == ["wal", 2, 1, 5000]
            assert database_module.BUSY_TIMEOUT_MS >= 5000
        else:
            shown = ("synchronous_commit", "fsync", "statement_timeout", "idle_in_transaction_session_timeout")
            found = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in shown]
            assert found == ["on", "on", "30s", "1min"]
            shown = ("lock_timeout", "timezone", "transaction_isolation", "full_page_writes")
            found = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in shown]
            assert found == ["5s", "UTC", "read committed", "on"]


def test_a_writer_holds_its_place_from_the_start_and_a_reader_none(database, database_url):
    if not database.is_sqlite:
        with database.read() as session:
            shown = session.connection().exec_driver_sql("SHOW transaction_isolation").scalar()
            assert shown == "repeatable read"
        return
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    with database.read(), closing(other):
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        # Nothing was written yet: BEGIN IMMEDIATE alone keeps others out.
        with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_every_connection_has_the_settings_not_only_the_first(database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL gets them with its connection options")
    with ExitStack() as stack:
        sessions = [stack.enter_context(database.read()) for _ in range(5)]
        found = {
            tuple(
                session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("synchronous", "foreign_keys", "busy_timeout")
            )
            for session in sessions
        }
    assert found == {(2, 1, 5000)}


def test_the_migrations_make_exactly_the_tables_of_this_version(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    assert is_current(database)
    assert is_sound(database)
    migrate(database)


def test_a_new_database_is_not_current_until_it_is_migrated(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/new.db")
    assert not is_current(database)

    migrate(database)

    assert is_current(database)
    database.close()


def test_a_moment_comes_back_as_the_same_moment_in_utc(database):
    elsewhere = datetime(2024, 6, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    row = account(created_at=elsewhere)
    with database.write() as session:
        session.add(row)

    with database.read() as session:
        read = session.get(Account, row.id)

    assert read.created_at == elsewhere
    assert read.created_at.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(database):
    def _write(session):
        session.add(account(created_at=datetime(2024, 6, 1)))  # noqa: DTZ001

    with pytest.raises(StatementError, match="time zone"):
        database.retrying(_write)


def test_what_is_written_before_an_error_is_not_kept(database):
    row = account()

    def _fail(session):
        session.add(row)
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.retrying(_fail)

    with database.read() as session:
        assert session.get(Account, row.id) is None


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database):
    from sqlalchemy import func, select

    count = select(func.count()).select_from(Account)
    with database.read() as session:
        before = session.scalar(count)
        database.retrying(lambda writing: writing.add(account()))
        assert session.scalar(count) == before == 0

    with database.read() as session:
        assert session.scalar(count) == 1


def test_eight_writers_that_read_first_lose_nothing(database):
    row = Job(id=new_id(NOON), kind="count", payload={"n": 0}, run_at=NOON, attempts=0)
    with database.write() as session:
        session.add(row)

    def _count(session):
        job = session.get(Job, row.id, with_for_update=True)
        job.payload = {"n": job.payload["n"] + 1}

    threads = [threading.Thread(target=lambda: [database.retrying(_count) for _ in range(10)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as session:
        assert session.get(Job, row.id).payload == {"n": 80}


def test_two_who_write_one_key_meet_and_the_second_sees_what_the_first_wrote(database):
    seen = []

    def _write(session):
        known = session.get(DeclinedMail, b"one")
        seen.append(known is not None)
        if known is None:
            if len(seen) == 1:
                # Somebody else is faster, between our look and our insert.
                with database.engine.connect() as other:
                    if not database.is_sqlite:
                        other.execute(text("INSERT INTO declined_mail VALUES (:digest, now())"), {"digest": b"one"})
                        other.commit()
            session.add(DeclinedMail(address_digest=b"one", declined_at=NOON))

    database.retrying(_write)

    assert seen == ([False] if database.is_sqlite else [False, True])


def test_who_changes_a_row_that_another_removed_meanwhile_looks_again(database):
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time: nothing is removed meanwhile")
    row = account()
    database.retrying(lambda session: session.add(row))
    seen = []

    def _change(session):
        known = session.get(Account, row.id)
        seen.append(known is not None)
        if known is not None:
            with database.engine.begin() as other:
                other.execute(text("DELETE FROM account WHERE id = :id"), {"id": row.id})
            known.language = "nl"

    database.retrying(_change)

    assert seen == [True, False]


def test_serialization_failures_are_tried_again(database):
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time, and no serialization failures")
    tries = []

    def _fail_once(session):
        tries.append(1)
        if len(tries) == 1:
            session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$"))
        return "done"

    assert database.retrying(_fail_once) == "done"
    assert len(tries) == 2


def test_a_locked_database_is_unavailable_and_nothing_is_half_done(database, monkeypatch, database_url):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not databases")
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 50)
    impatient, row = open_database(database_url), account()
    with database.write(), pytest.raises(Unavailable), impatient.write() as session:
        session.add(row)
    impatient.close()

    with database.read() as session:
        assert session.get(Account, row.id) is None


def test_identifiers_are_uuids_of_version_7_that_sort_by_time():
    made = [new_id(NOON + timedelta(microseconds=step)) for step in (0, 1, 2, 999, 1000, 10**9)]

    assert made == sorted(made)
    assert {identifier.version for identifier in made} == {7}
    assert len({new_id(NOON) for _ in range(1000)}) == 1000
