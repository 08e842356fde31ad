"""A learner with one badge, whose things others are after."""

import pytest

from tests.vcwallet_api.threats.hostile_values import ROPE


@pytest.fixture
def ana(wallet):
    """Ana with one badge, on each database."""
    browser = wallet.signed_in()
    assert browser.import_file(ROPE).status_code == 201
    return browser


@pytest.fixture
def learner(sqlite_wallet):
    browser = sqlite_wallet.signed_in()
    assert browser.import_file(ROPE).status_code == 201
    return browser
