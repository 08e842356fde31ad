"""The database cannot be reached, or is lost in the middle: the work is done once, or whoever asked is told to come back."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.vcwallet_api.wallet_world import code_of
from tools.make_learner_example import samples
from vcwallet_api.refusals import Unavailable
from vcwallet_api.storage import database as database_module
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.tables import DeclinedMail, Job

ROPE = samples()["rope-work.json"]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_service_without_its_database_says_503(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    lost = open_database("sqlite:////nowhere/wallet.db")
    sqlite_wallet.parts.database.engine.dispose()
    sqlite_wallet.parts.database.engine = lost.engine

    answers = [ana.client.get("/health"), ana.get("/backpack"), ana.import_file(ROPE)]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert {code_of(answer) for answer in answers[1:]} == {"database_busy"}


def _terminate(database):
    """End every other connection to this PostgreSQL, whatever it is doing."""
    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )


@pytest.fixture
def postgresql(request, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no connection that could be lost")
    database, killer = open_database(database_url), open_database(database_url)
    yield database, killer
    database.close()
    killer.close()


def test_a_connection_that_is_lost_in_a_transaction_is_made_again_and_the_work_done_once(postgresql):
    database, killer = postgresql
    tries = []

    def _write(session):
        tries.append(1)
        session.add(DeclinedMail(address_digest=b"one", declined_at=NOW))
        session.flush()
        if len(tries) == 1:
            _terminate(killer)
        session.execute(text("SELECT 1"))

    database.retrying(_write)

    assert len(tries) == 2
    with database.read() as session:
        assert session.query(DeclinedMail).count() == 1


def test_a_connection_that_is_always_lost_is_unavailable_after_some_tries(postgresql):
    database, killer = postgresql
    tries = []

    def _write(session):
        tries.append(1)
        session.add(DeclinedMail(address_digest=b"one", declined_at=NOW))
        session.flush()
        _terminate(killer)
        session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        database.retrying(_write)

    assert 2 <= len(tries) <= 10
    with database.read() as session:
        assert session.query(DeclinedMail).count() == 0


def test_a_connection_that_is_lost_at_the_commit_is_not_tried_again(postgresql):
    database, killer = postgresql
    tries = []

    def _write(session):
        tries.append(1)
        session.add(DeclinedMail(address_digest=b"one", declined_at=NOW))
        session.flush()
        _terminate(killer)

    with pytest.raises(Unavailable) as refusal:
        database.retrying(_write)

    assert refusal.value.code == "outcome_unknown"
    assert len(tries) == 1


def test_whoever_gets_no_connection_in_time_is_told_to_come_back(database_url, monkeypatch):
    monkeypatch.setattr(database_module, "_POOL_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(database_module, "_POOL_SIZE", 1)
    monkeypatch.setattr(database_module, "_MAX_OVERFLOW", 0)
    database = open_database(database_url)

    with database.read() as session:
        session.query(Job).all()
        with pytest.raises(Unavailable) as refusal, database.read() as other:
            other.query(Job).all()

    assert refusal.value.code == "database_busy"
    with database.read() as session:
        assert session.query(Job).all() == []
    database.close()
