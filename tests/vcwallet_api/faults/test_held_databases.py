"""Another process holds the database: it is waited for as long as is said, and then nothing is half done."""

import subprocess
import sys
import threading
import time

import pytest

from tests.vcwallet_api.wallet_world import WalletWorld, code_of
from tools.make_learner_example import samples
from vcwallet_api.refusals import Unavailable
from vcwallet_api.storage import database as database_module
from vcwallet_api.storage.tables import BackpackItem, Delivery, Job

ROPE = samples()["rope-work.json"]


# Holds the whole database until its input ends.
_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def impatient_wallet(sqlite_template, tmp_path, mail, monkeypatch):
    """A wallet that waits for its database for a fifth of a second only, and the file of it."""
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 200)
    path = tmp_path / "wallet.db"
    path.write_bytes(sqlite_template.read_bytes())
    world = WalletWorld(f"sqlite:///{path}", *mail)
    yield world, path
    world.close()


def _held(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_database_that_another_process_holds_is_503_and_nothing_is_half_done(impatient_wallet):
    world, path = impatient_wallet
    ana = world.signed_in()
    holder = _held(path)
    try:
        refused = ana.import_file(ROPE)
        with pytest.raises(Unavailable) as delivered:
            world.deliver(ROPE, "somebody@campus.example")
        read = ana.get("/backpack")
        health = ana.client.get("/health")
    finally:
        holder.communicate("")

    assert (refused.status_code, code_of(refused)) == (503, "database_busy")
    assert int(refused.headers["retry-after"]) > 0
    assert delivered.value.code == "database_busy"
    assert (read.status_code, read.json()["items"], health.status_code) == (200, [], 200)
    assert world.rows(BackpackItem) == world.rows(Delivery) == world.rows(Job) == []
    assert ana.import_file(ROPE).status_code == 201


def test_a_database_that_is_held_for_a_moment_is_waited_for(impatient_wallet, monkeypatch):
    world, path = impatient_wallet
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 20_000)
    world.parts.database.engine.dispose()
    ana = world.signed_in()
    holder = _held(path)
    threading.Timer(0.3, lambda: holder.communicate("")).start()

    assert ana.import_file(ROPE).status_code == 201


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "status"), [(0.5, 201), (6, 503), (60, 503)])
def test_a_database_that_is_held_is_waited_for_as_long_as_is_said_and_no_longer(
    sqlite_wallet, tmp_path, seconds, status
):
    ana = sqlite_wallet.signed_in()
    holder = _held(tmp_path / "wallet.db")
    released = threading.Timer(seconds, lambda: holder.communicate(""))
    released.start()
    began = time.monotonic()

    answer = ana.import_file(ROPE)
    took = time.monotonic() - began
    meanwhile = (ana.get("/backpack").status_code, ana.client.get("/health").status_code, ana.names())

    released.join()
    assert answer.status_code == status
    assert seconds < took if status == 201 else took > database_module.BUSY_TIMEOUT_MS / 1000
    # The check of the badge comes first, on a machine that may be busy.
    assert took < database_module.BUSY_TIMEOUT_MS / 1000 + 10
    assert meanwhile == (200, 200, ["Rope Work"] if status == 201 else [])
    if status == 503:
        assert code_of(answer) == "database_busy"
        assert int(answer.headers["retry-after"]) > 0
        assert ana.import_file(ROPE).status_code == 201
    assert ana.names() == ["Rope Work"]
