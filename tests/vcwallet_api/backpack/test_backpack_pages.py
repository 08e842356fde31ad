"""What the pages of the Backpack say about a badge, in words."""

import html
import re

import pytest

from tools.make_learner_example import ANA, ANA_AT_HOME, REVOCATIONS, badge, by_harbour, samples
from vcwallet_api.backpack.shelf import Shelf
from vcwallet_api.refusals import TooMuch
from vcwallet_api.settings import LANGUAGES

BADGES = samples()


def opened(browser, path, language="en"):
    return browser.client.get(
        path, headers={"Accept": "text/html", "Accept-Language": language}, follow_redirects=False
    )


def words(page):
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.text))
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", text))


def chosen(page, name):
    """What a list to choose from shows as chosen."""
    return re.search(rf'<select id="{name}".*?<option value="[^"]*" selected>(.+?)</option>', page, re.DOTALL)[1]


def page_of(browser):
    return words(opened(browser, f"/backpack/{browser.backpack()[0]['id']}"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BADGES["first-aid.json"], "This was genuine, and has expired."),
        (by_harbour(badge(80, "Summer School", "2024-08-05T09:00:00Z")), "This is not valid yet."),
    ],
)
def test_a_badge_whose_time_is_over_or_to_come_is_not_called_valid(sqlite_wallet, content, said):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(content)

    page = page_of(ana)

    assert said in page
    assert "still valid" not in page
    assert "Yes, this is genuine." not in page


def test_a_badge_with_an_end_says_when_that_is(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(
        by_harbour(badge(81, "Sea Survival", "2024-05-05T09:00:00Z", validUntil="2024-06-20T23:59:59Z"))
    )

    assert "Valid until 20 June 2024" in words(opened(ana, "/backpack"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_badge_whose_last_check_got_no_answer_is_called_the_same_by_its_card_and_the_filter(sqlite_wallet, language):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(BADGES["knots-2019.json"])
    sqlite_wallet.internet.gone(REVOCATIONS)
    sqlite_wallet.check_all()
    ana.sign_in(ANA)

    page = opened(ana, "/backpack?state=indeterminate", language).text

    assert re.search(r'<p class="state unsure">(.+?)</p>', page)[1] == chosen(page, "state")


def test_a_badge_whose_last_check_got_no_answer_says_that_it_was_genuine_and_not_that_it_is(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(BADGES["knots-2019.json"])
    assert "was genuine" not in page_of(ana)
    sqlite_wallet.internet.gone(REVOCATIONS)
    sqlite_wallet.check_all()
    ana.sign_in(ANA)

    page = page_of(ana)

    assert "No answer at the last check It was genuine when it came. We check it again every day." in page
    assert "We found nothing wrong, but something that we need for an answer could not be reached." in page
    # That is for who verifies it.
    assert "do not take it for genuine" not in page
    assert "Valid" not in page.partition("All the checks")[0]


def test_all_badges_that_wait_are_counted(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    ana.post("/me/addresses", json={"address": ANA_AT_HOME})
    for number in range(26):
        content = by_harbour(badge(100 + number, f"Course {number}", "2024-05-05T09:00:00Z", address=ANA_AT_HOME))
        assert ana.import_file(content).status_code == 202

    assert "26 badges wait for an address" in words(opened(ana, "/backpack"))


def test_news_keep_their_order_in_both_directions_of_writing(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.deliver(by_harbour(badge(82, "شهادة الملاحة", "2024-05-05T09:00:00Z")))

    # The name alone is set apart: a sentence that begins with it goes in the direction of the page.
    assert "><bdi>شهادة الملاحة</bdi> was awarded to you.</a>" in opened(ana, "/news").text


def test_a_problem_page_knows_that_somebody_is_signed_in(sqlite_wallet):
    ana, nobody = sqlite_wallet.signed_in(), sqlite_wallet.browser()

    assert 'href="/account"' in opened(ana, "/nothing-here").text
    assert 'href="/sign-in"' not in opened(ana, "/nothing-here").text
    assert 'href="/sign-in"' in opened(nobody, "/nothing-here").text


def test_a_problem_page_says_when_it_is_possible_again(sqlite_wallet, monkeypatch):
    def too_often(*_):
        raise TooMuch("too_many_requests", 300)

    monkeypatch.setattr(Shelf, "page", too_often)

    assert "Possible again in 5 minutes." in words(opened(sqlite_wallet.signed_in(), "/backpack"))


def test_the_address_of_every_form_leads_to_the_page_that_has_it(sqlite_wallet):
    """A restored tab or another language opens the address that a form was sent to."""
    ana = sqlite_wallet.signed_in()
    forms = {
        route.path: re.sub(r"\{[^}]+\}", "00000000-0000-4000-9000-000000000001", route.path)
        for route in sqlite_wallet.app.routes
        if not route.path.startswith("/api/") and "POST" in route.methods and "GET" not in route.methods
    }
    assert len(forms) > 20

    leads = {path: opened(ana, address) for path, address in forms.items()}

    assert {path: answer.status_code for path, answer in leads.items()} == dict.fromkeys(forms, 303)
    # There is no such badge or address, but such a page there is.
    lost = {path: opened(ana, answer.headers["location"]).text for path, answer in leads.items()}
    assert [path for path, text in lost.items() if re.search("<code>(not_found|method_not_allowed)</code>", text)] == []
    passkey = "/account/passkeys/{passkey:uuid}/rename"
    assert leads[passkey].headers["location"] == "/account/passkeys"
    assert ana.client.get("/api/v1/verify").status_code == 405
