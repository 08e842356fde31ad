"""Group B through the pages, as far as it is about badges: the list, what becomes of them, and importing."""

from tests.vcwallet_api.browser.visitors import BADGES, IN_CHROMIUM, learner
from tests.vcwallet_api.wallet_world import BEN, changed_by_one_byte
from tools.make_learner_example import (
    ANA_AT_HOME,
    KNOTS_REVOKED,
    MAKERS_AWARD,
    REVOCATIONS,
    badge,
    by_harbour,
    revocations,
)
from vcwallet_api.storage.tables import BackpackItem

pytestmark = IN_CHROMIUM


def test_b1_the_badges_of_all_issuers_are_there_newest_award_first(live, visitor):
    ana = learner(live, visitor)

    assert ana.badges() == ["Rope Work", "Safety Basics", "First Aid", "Knots 2019"]
    assert ana.card("Rope Work") == "Rope Work Harbour College 12 April 2024 Valid New"
    assert ana.card("First Aid").startswith("First Aid Old School 2 May 2021")


def test_b2_they_are_sorted_filtered_and_searched_without_regard_to_case_and_accents(live, visitor):
    live.deliver(by_harbour(badge(20, "Nudos de Núñez", "2018-05-01T09:00:00Z")))
    ana = learner(live, visitor)
    ana.page.get_by_label("Order").select_option(label="Name")
    ana.page.wait_for_url("**sort=name*")
    assert ana.badges() == ["First Aid", "Knots 2019", "Nudos de Núñez", "Rope Work", "Safety Basics"]
    ana.page.get_by_label("Issuer").select_option(label="Harbour College")
    ana.page.wait_for_url("**issuer=did*")
    assert ana.badges() == ["Knots 2019", "Nudos de Núñez", "Rope Work", "Safety Basics"]
    ana.page.get_by_label("Search").fill("KNÓT")
    ana.press("Show")
    assert ana.badges() == ["Knots 2019"]
    ana.page.get_by_label("Search").fill("nunez")
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url("**q=nunez*")
    assert ana.badges() == ["Nudos de Núñez"]

    ana.page.get_by_label("Issuer").select_option(label="Old School")
    ana.page.get_by_text("No badges found").wait_for()
    ana.page.get_by_role("link", name="Show all badges").click()
    assert len(ana.badges()) == 5


def test_b3_an_expired_badge_says_so_in_words_with_its_day(live, visitor):
    ana = learner(live, visitor)

    assert "Expired on 31 December 2023" in ana.card("First Aid")
    ana.page.get_by_role("link", name="First Aid").click()
    ana.page.wait_for_url("**/backpack/*-*")
    assert "Expired on 31 December 2023" in ana.text()


def test_b4_a_revoked_badge_stays_with_its_reason_and_there_is_news(live, visitor):
    ana = learner(live, visitor)
    live.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    live.check_all()
    assert live.mails()[-1].subject == "Revoked: Knots 2019"

    ana.open("/backpack")
    assert ana.badges() == ["Rope Work", "Safety Basics", "First Aid", "Knots 2019"]
    assert "Revoked by its issuer" in ana.card("Knots 2019")
    ana.open("/news")
    assert "Knots 2019 was revoked by its issuer." in ana.text()
    assert "Reason given by the issuer: awarded by mistake" in ana.text()
    ana.page.get_by_role("link", name="Knots 2019 was revoked by its issuer.").click()
    assert "Revoked by its issuer" in ana.text()
    assert "Reason given by the issuer: awarded by mistake" in ana.text()
    assert "Its issuer has revoked this." in ana.text()
    ana.open("/news")
    ana.press("I have read them")
    assert ana.page.locator(".top .count").count() == 0


def test_b14_the_same_badge_again_says_so_with_a_link(live, visitor):
    ana = visitor().sign_in(ANA_AT_HOME)
    ana.open("/import")
    ana.page.get_by_label("Address of the badge").fill(MAKERS_AWARD)
    ana.press("Import from the link")
    ana.page.wait_for_url("**done=imported")
    own = ana.page.url.partition("?")[0]

    for name in ("laser-cutting.json", "laser-cutting.png"):
        ana.import_file(name, BADGES[name])
        assert "This badge is already in your Backpack." in ana.text()
        ana.page.get_by_role("link", name="Laser Cutting").click()
        ana.page.wait_for_url(own)
    ana.open("/backpack")
    assert ana.badges() == ["Laser Cutting"]


def test_b15_a_badge_of_somebody_else_is_refused_and_the_way_out_is_one_press_away(live, visitor):
    ben = visitor().sign_in(BEN)
    with ben.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        ben.import_file("badge.json", BADGES["rope-work.json"])
    assert answer.value.status == 422
    assert "recipient_mismatch" in ben.text()
    assert live.rows(BackpackItem) == []

    ben.page.get_by_role("link", name="Add the address it was sent to").click()
    ben.page.get_by_label("Add an address").wait_for()


def test_b16_a_badge_changed_by_one_byte_is_refused_and_nothing_is_stored(live, visitor):
    ana = visitor().sign_in()
    with ana.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        ana.import_file("badge.json", changed_by_one_byte(BADGES["rope-work.json"]))
    assert answer.value.status == 422
    assert "proof_invalid" in ana.text()
    assert "Get the original again from where it was issued." in ana.text()

    ana.open("/backpack")
    assert ana.badges() == []
    assert live.rows(BackpackItem) == []
