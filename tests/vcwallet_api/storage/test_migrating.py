"""A migration that ends half-way: the tables are the old ones, what was in them is there, and it runs again."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text

from tests.vcwallet_api.conftest import POSTGRESQL
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.migrating import _configuration, is_current, is_sound, migrate
from vcwallet_api.storage.tables import Table

# Migrates, and is killed as soon as it has made or changed the table that is named.
_KILLED_AT = """
import os, signal, sys
from alembic import op
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.migrating import migrate

def killed_after(operation):
    def run(table, *more, **options):
        operation(table, *more, **options)
        if table == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)
    return run

op.create_table, op.add_column = killed_after(op.create_table), killed_after(op.add_column)
migrate(open_database(sys.argv[1]))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request, tmp_path):
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    if POSTGRESQL:
        pytest.skip("a server that was brought along gets no further databases")
    server = request.getfixturevalue("postgresql_server")
    database = open_database(server)
    for statement in ("DROP DATABASE IF EXISTS half", "CREATE DATABASE half"):
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql(statement)
    database.close()
    yield make_url(server).set(database="half").render_as_string(hide_password=False)


def _migrate_to(database, version):
    configuration = _configuration()
    with database.engine.connect().execution_options(vcwallet_writes=True) as connection, connection.begin():
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, version)


@contextmanager
def _opened(url):
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


@pytest.mark.parametrize(
    ("former", "table"),
    [(None, "account"), ("0001", "former_account"), ("0001", "holder_key"), ("0002", "delivery")],
    ids=["the very first", "between two tables", "the last of a version", "the last of all"],
)
def test_a_migration_that_is_killed_half_way_has_not_happened_and_runs_again(empty_database, former, table):
    with _opened(empty_database) as database:
        if former is not None:
            _migrate_to(database, former)
            with database.engine.begin() as connection:
                connection.execute(
                    text(
                        "INSERT INTO account (id, display_name, language, created_at) "
                        "VALUES ('018f0000000070008000000000000000', 'Ana', 'en', '2024-06-01 12:00:00+00:00')"
                    )
                )

    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_AT, empty_database, table], stderr=subprocess.PIPE, check=False
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with _opened(empty_database) as database:
        with database.engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == former
            made = set(database.engine.dialect.get_table_names(connection))
        assert (table in made) is (former is not None and table in {"holder_key", "delivery"})
        assert is_sound(database)
        assert not is_current(database)
        migrate(database)
        assert is_current(database)
        with database.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
            names = [row[0] for row in connection.execute(text("SELECT display_name FROM account"))]
        assert names == ([] if former is None else ["Ana"])
