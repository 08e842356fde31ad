"""A browser for all of these tests, and a wallet of its own for each.

They are the scenarios through the pages, named by their ids. They run on SQLite; one whole journey runs on PostgreSQL.
"""

import pytest

from tests.vcwallet_api.browser.visitors import CHROMIUM, FLAGS, Visitor
from tests.vcwallet_api.live_wallet import LiveWallet


@pytest.fixture(scope="package")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def live(live_url, mail):
    wallet = LiveWallet(live_url, *mail)
    yield wallet
    wallet.close()


@pytest.fixture
def live_url(sqlite_url):
    """The database of the wallet that is visited."""
    return sqlite_url


@pytest.fixture
def visitor(chromium, live):
    visitors = []

    def _visitor(**options):
        visitors.append(Visitor(chromium, live, **options))
        return visitors[-1]

    yield _visitor
    complaints = [complaint for each in visitors for complaint in each.complaints]
    for each in visitors:
        each.context.close()
    assert complaints == []
