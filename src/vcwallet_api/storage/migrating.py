"""Bring a database to the tables of this version, and tell whether it is there.

The steps are in `migrations/versions`, in order, and each runs in a transaction with its own note of having run: one that
is interrupted has not happened.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from vcwallet_api.storage.database import Database

_FOLDER = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Make the tables what this version expects. Does nothing when they are."""
    configuration = _configuration()
    with database.engine.connect() as connection:
        writing = connection.execution_options(vcwallet_writes=True)
        with writing.begin():
            configuration.attributes["connection"] = writing
            command.upgrade(configuration, "head")


def is_current(database: Database) -> bool:
    """Whether all migrations of this version have run, and none that it does not know. Raises Unavailable."""
    with database.read() as session:
        return set(MigrationContext.configure(session.connection()).get_current_heads()) == set(_known_heads())


def is_sound(database: Database) -> bool:
    """Whether the file of an SQLite database is in order; PostgreSQL looks after its own."""
    if not database.is_sqlite:
        return True
    with database.engine.connect() as connection:
        return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"


def _known_heads() -> list[str]:
    return list(ScriptDirectory.from_config(_configuration()).get_heads())


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(_FOLDER))
    configuration.set_main_option("path_separator", "os")
    return configuration
