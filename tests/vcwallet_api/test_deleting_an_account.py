"""What docs/how-to/run-the-service.md has an operator do when a learner wants their account deleted."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import make_url, select

from tests.vcwallet_api.account.test_passkeys import Authenticator, add
from tests.vcwallet_api.wallet_world import BEN
from tools.make_learner_example import ANA, ANA_AT_HOME, badge, by_harbour, samples
from vcwallet_api.storage.migrating import is_sound
from vcwallet_api.storage.tables import Table

BADGES = samples()
_PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "run-the-service.md").read_text()
_SECTION = _PAGE.partition("## Delete an account")[2].partition("\n## ")[0]
_STATEMENTS = re.search(r"```sql\n(.*?)```", _SECTION, re.DOTALL)[1]
_PRAGMA = re.search(r'-cmd "(PRAGMA [^"]+)"', _SECTION)[1]


def _as_the_page_says(database):
    url = database.engine.url
    if database.is_sqlite:
        with closing(sqlite3.connect(url.database)) as connection:
            connection.execute(_PRAGMA)
            connection.executescript(_STATEMENTS)
    else:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(_STATEMENTS)


def _everything(database):
    """Each row of each table as text, with the name of its table."""
    with database.read() as session:
        return {
            (table.name, str(tuple(row)))
            for table in Table.metadata.sorted_tables
            for row in session.execute(select(table))
        }


def _busy_learner(wallet):
    """Somebody who has done most of what can be done here."""
    wallet.deliver(BADGES["rope-work.json"])
    ana = wallet.signed_in(ANA)
    ana.add_address(ANA_AT_HOME)
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana.import_file(BADGES["navigation-1.json"])
    ana.post("/me/tokens", json={"name": "My site", "scopes": ["backpack:read"]})
    add(ana, Authenticator())
    ana.post("/sign-ins", json={"address": ANA.title()})
    wallet.work()
    return ana


def test_nothing_of_a_deleted_account_is_left_and_nothing_of_others_goes(wallet):
    database = wallet.parts.database
    ben = wallet.signed_in(BEN)
    wallet.deliver(by_harbour(badge(90, "Signals", "2024-05-02T09:00:00Z", address=BEN)), BEN)
    wallet.work()
    of_ben = _everything(database)
    ana = _busy_learner(wallet)
    of_ana = {table for table, row in _everything(database) - of_ben}
    assert len(of_ana) >= 10

    _as_the_page_says(database)

    assert _everything(database) == of_ben
    assert is_sound(database)
    assert ana.get("/me").status_code == 401
    assert ben.names() == ["Signals"]
    assert wallet.signed_in(ANA).names() == []
