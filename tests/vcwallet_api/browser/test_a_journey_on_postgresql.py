"""One whole journey through the pages on PostgreSQL; all the others are on SQLite."""

import pytest

from tests.vcwallet_api.browser.visitors import BADGES, IN_CHROMIUM, claim_path
from tools.make_learner_example import ANA, ANA_AT_HOME

pytestmark = IN_CHROMIUM


@pytest.fixture
def live_url(postgresql_url):
    return postgresql_url


def test_a2_b6_b13_b14_a_journey_on_postgresql(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    home = visitor().sign_in(ANA_AT_HOME)
    assert home.badges() == ["Laser Cutting"]
    ana = visitor()
    ana.open(claim_path(live))
    ana.press("Claim your badge")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA))
    ana.press("Sign in")
    ana.agree()
    ana.page.wait_for_url("**done=welcome")
    ana.import_file("badge.json", BADGES["rope-work.json"])
    ana.page.wait_for_url("**done=imported")
    ana.type_address(ANA_AT_HOME)
    ana.type_code(ana.code(ANA_AT_HOME))
    ana.page.get_by_role("link", name="See what would move").click()
    ana.press("Merge the accounts")
    ana.page.wait_for_url("**done=merged")

    assert live.parts.database.engine.dialect.name == "postgresql"
    assert sorted(ana.badges()) == ["Laser Cutting", "Rope Work", "Safety Basics"]
    home.open("/backpack")
    assert "/sign-in" in home.page.url
    ana.open("/backpack?sort=name&source=import")
    assert ana.badges() == ["Rope Work"]
