"""A badge on paper: its own, with the time of its check and an address to check it again."""

import re
from urllib.parse import unquote

import pytest
import segno

from tests.vcwallet_api.wallet_world import BASE_URL, BEN
from tools.make_learner_example import ANA_AT_HOME, KNOTS_REVOKED, MAKERS_AWARD, REVOCATIONS, revocations, samples
from vcwallet_api.backpack.pages.printing import check_address
from vcwallet_api.qr_codes import qr_picture

BADGES = samples()


def sheet(browser, item):
    return browser.client.get(f"/backpack/{item}/print", headers={"Accept": "text/html"})


def test_the_sheet_says_what_the_badge_says_and_when_it_was_checked(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(BADGES["rope-work.json"])

    page = sheet(ana, ana.backpack()[0]["id"]).text

    for text in ("Rope Work", "Harbour College", "Checked on 1 June 2024, 12:00 UTC", "Paper is not proof"):
        assert text in page
    assert f">{BASE_URL}/verify<" in page
    assert qr_picture(f"{BASE_URL}/verify").replace("&", "&amp;").replace("'", "&#39;") in page


def test_a_badge_that_its_issuer_publishes_is_checked_where_it_is(sqlite_wallet):
    ana = sqlite_wallet.signed_in(ANA_AT_HOME)
    item = ana.post("/backpack/imports", json={"url": MAKERS_AWARD}).json()["item"]["id"]

    page = sheet(ana, item).text

    address = re.search(r'class="address">([^<]+)<', page).group(1)
    assert unquote(address) == f"{BASE_URL}/verify?link={MAKERS_AWARD}"
    form = ana.client.get(address, headers={"Accept": "text/html"}).text
    assert f'value="{MAKERS_AWARD}"' in form


def test_opening_the_printed_address_fetches_nothing(sqlite_wallet):
    asked = len(sqlite_wallet.pool.asked)

    sqlite_wallet.browser().client.get("/verify", params={"link": MAKERS_AWARD}, headers={"Accept": "text/html"})

    assert len(sqlite_wallet.pool.asked) == asked


def test_a_revoked_badge_says_so_on_paper_too(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(BADGES["knots-2019.json"])
    sqlite_wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    sqlite_wallet.check_all()

    page = sheet(ana, ana.backpack()[0]["id"]).text

    assert "Revoked by its issuer" in page
    assert "awarded by mistake" in page


def test_nobody_prints_what_is_somebody_elses(sqlite_wallet):
    ana, ben = sqlite_wallet.signed_in(), sqlite_wallet.signed_in(BEN)
    sqlite_wallet.deliver(BADGES["rope-work.json"])

    assert sheet(ben, ana.backpack()[0]["id"]).status_code == 404


@pytest.mark.parametrize(
    "published", [None, "javascript:alert(1)", "https://x.example/" + "a" * 200], ids=["none", "not a link", "too long"]
)
def test_without_an_address_that_can_be_scanned_it_is_the_page_where_files_are_checked(published):
    assert check_address(BASE_URL, published) == f"{BASE_URL}/verify"


def test_the_code_has_its_quiet_zone_and_is_black_on_white():
    address = f"{BASE_URL}/verify"
    picture = unquote(qr_picture(address))
    modules = segno.make_qr(address, error="m", boost_error=False).symbol_size(border=4)[0]

    assert f'viewBox="0 0 {modules} {modules}"' in picture.replace("'", '"')
    assert "#fff" in picture
    assert "#000" in picture
