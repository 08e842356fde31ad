"""Group B through the pages, as far as it is about addresses: adding, verifying, spelling and removing one, and merging."""

import re

from tests.vcwallet_api.browser.visitors import BACKPACK, BADGES, IN_CHROMIUM, learner
from tests.vcwallet_api.wallet_world import BEN
from tools.make_learner_example import ANA, ANA_AT_HOME, badge, by_harbour

pytestmark = IN_CHROMIUM


def test_b5_b6_the_badge_of_another_address_comes_with_its_code_and_not_before(live, visitor):
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = learner(live, visitor)
    ana.type_address(ANA_AT_HOME)
    address_page = ana.page.url
    assert "Not verified yet" in ana.text()
    ana.open("/backpack")
    assert len(ana.badges()) == 4
    assert "Laser Cutting" not in ana.text()
    assert "waits for an address" not in ana.text()

    ana.open(address_page)
    ana.type_code(ana.code(ANA_AT_HOME))
    ana.page.wait_for_url(BACKPACK)
    assert len(ana.badges()) == 5
    assert ana.card("Laser Cutting").startswith("Laser Cutting City Makers 11 November 2023")


def test_b7_a_new_code_within_five_minutes_is_refused_with_the_time_to_wait(live, visitor):
    ana = visitor().sign_in()
    ana.type_address(ANA_AT_HOME)
    live.later(minutes=1)
    with ana.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        ana.press("Mail me a new code")
    assert answer.value.status == 429
    assert 200 < int(answer.value.headers["retry-after"]) <= 241
    assert "A code was sent a moment ago." in ana.text()
    assert re.search(r"Possible again in [45] minutes\.", ana.text())
    assert len(live.mails(ANA_AT_HOME)) == 1

    live.later(minutes=4, seconds=1)
    ana.press("Mail me a new code")
    ana.page.wait_for_url("**done=code-sent")
    assert len(live.mails(ANA_AT_HOME)) == 2


def test_b11_removing_an_address_warns_first_and_leaves_its_badge_marked(live, visitor):
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = learner(live, visitor)
    ana.type_address(ANA_AT_HOME)
    address_page = ana.page.url
    ana.type_code(ana.code(ANA_AT_HOME))
    ana.page.wait_for_url(BACKPACK)
    ana.open(address_page)
    ana.press("Remove this address")
    assert "1 badge was sent to this address." in ana.text()
    ana.open("/account")
    assert ANA_AT_HOME in ana.text()

    ana.open(address_page)
    ana.press("Remove this address")
    ana.press("Remove the address")
    ana.page.wait_for_url("**done=address-removed")
    assert ANA_AT_HOME not in ana.text()
    ana.open("/backpack")
    assert ana.card("Laser Cutting").endswith("address removed")
    ana.page.get_by_role("link", name="Laser Cutting").click()
    ana.page.wait_for_url("**/backpack/*-*")
    assert "Sent to address removed" in ana.text()


def test_b5_an_address_typed_long_after_signing_in_is_there_again_after_the_proof(live, visitor):
    ana, typed = visitor().sign_in(), "ana+school@home.example"
    live.later(minutes=20)
    ana.open("/account")
    ana.page.get_by_label("Add an address").fill(typed)
    ana.press("Mail a code there")
    ana.page.wait_for_url(re.compile(r"/account/prove\?next=/account"))
    assert live.mails(typed) == []
    ana.press("Mail me a code")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA))
    ana.press("Go on")
    ana.page.wait_for_url(re.compile(r"/account\?address="))

    field = ana.page.get_by_label("Add an address")
    assert field.input_value() == typed
    assert field.evaluate("element => element === document.activeElement")
    ana.page.keyboard.press("Enter")
    ana.page.get_by_label("Code from the mail").wait_for()
    ana.type_code(ana.code(typed))
    ana.open("/account")
    assert ana.page.get_by_text("Verified", exact=True).count() == 2


def test_b8_b13_with_the_code_she_is_told_of_the_other_account_and_merges_it(live, visitor):
    ana = learner(live, visitor)
    home = visitor().sign_in(ANA_AT_HOME)
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana.type_address(ANA_AT_HOME)
    assert "another account" not in ana.text()
    ana.type_code("0000 0000")
    assert "another account" not in ana.text()
    ana.type_code(ana.code(ANA_AT_HOME))
    assert "This address belongs to another account." in ana.text()
    ana.page.get_by_role("link", name="See what would move").click()
    said = ana.text()
    for line in ("1 address comes here", ANA_AT_HOME, "1 badge comes here", "Laser Cutting", "1 browser is signed out"):
        assert line in said
    # Until she says yes the other account is as it was.
    ana.open("/backpack")
    assert "Laser Cutting" not in ana.badges()
    home.open("/backpack")
    assert home.badges() == ["Laser Cutting"]
    home.open("/account")
    assert f"{ANA_AT_HOME} Verified Main address: mail goes here" in home.text()

    ana.page.go_back()
    ana.press("Merge the accounts")
    ana.page.wait_for_url("**done=merged")
    assert "The two accounts are one now." in ana.text()
    assert sorted(ana.badges()) == ["First Aid", "Knots 2019", "Laser Cutting", "Rope Work", "Safety Basics"]
    ana.open("/account")
    assert ANA in ana.text()
    assert ANA_AT_HOME in ana.text()
    home.open("/backpack")
    assert "/sign-in" in home.page.url


def test_b9_an_address_that_was_only_typed_goes_to_whoever_verifies_it(live, visitor):
    ben, ana = visitor().sign_in(BEN), visitor().sign_in()
    for somebody in (ben, ana):
        somebody.type_address(ANA_AT_HOME)
    ben.open("/account")
    assert ANA_AT_HOME in ben.text()
    ana.type_code(ana.code(ANA_AT_HOME))
    ana.page.wait_for_url("**done=address-verified")

    ben.open("/account")
    assert ANA_AT_HOME not in ben.text()
    ana.open("/account")
    assert f"{ANA_AT_HOME} Verified" in ana.text()


def test_b10_a_recipient_that_was_hashed_in_another_spelling_is_found_and_the_badge_says_which(live, visitor):
    ana = visitor().sign_in()
    ana.import_file(
        "badge.json", by_harbour(badge(30, "Signals", "2024-05-01T09:00:00Z", address="Ana@Campus.example"))
    )

    ana.page.wait_for_url("**done=imported")
    assert f"Sent to {ANA} As its issuer wrote it: Ana@Campus.example" in ana.text()
    assert "It names the person that was asked for." in ana.page.locator("main").text_content()


def test_b10_an_odd_spelling_is_found_once_it_is_added(live, visitor):
    signed = by_harbour(badge(31, "Signals", "2024-05-01T09:00:00Z", address="aNA@campus.EXAMPLE"))
    ana = visitor().sign_in()
    ana.import_file("badge.json", signed)
    assert "recipient_mismatch" in ana.text()
    ana.open("/account")
    ana.page.get_by_role("link", name=ANA).click()
    spellings = ana.page.get_by_label("How else issuers may have written it")
    spellings.fill("victim@campus.example")
    ana.press("Save")
    assert "This is another address" in ana.text()
    assert spellings.input_value() == "victim@campus.example"
    spellings.fill("aNA@campus.EXAMPLE")
    ana.press("Save")
    ana.page.wait_for_url("**done=saved")

    ana.import_file("badge.json", signed)
    ana.page.wait_for_url("**done=imported")
    assert "As its issuer wrote it: aNA@campus.EXAMPLE" in ana.text()


def _tries_to_remove(ana, address):
    ana.open("/account")
    ana.page.get_by_role("link", name=address).click()
    ana.press("Remove this address")


def test_b12_the_primary_address_cannot_be_removed_while_it_is_that(live, visitor):
    ana = visitor().sign_in()
    ana.type_address(ANA_AT_HOME)
    ana.type_code(ana.code(ANA_AT_HOME))
    ana.page.wait_for_url("**done=address-verified")
    _tries_to_remove(ana, ANA)

    assert "Your main address cannot be removed. Make another address your main address first." in ana.text()
    ana.open("/account")
    assert ANA in ana.text()


def test_b12_the_only_address_cannot_be_removed(live, visitor):
    ana = learner(live, visitor)
    _tries_to_remove(ana, ANA)

    assert "Your only address cannot be removed. Add and verify another address first." in ana.text()
    ana.open("/account")
    assert ANA in ana.text()
