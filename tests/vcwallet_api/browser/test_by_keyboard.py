"""I1 through the pages: whole journeys by keyboard alone."""

import pytest

from tests.vcwallet_api.browser.visitors import BADGES, IN_CHROMIUM, claim_path, learner
from tests.vcwallet_api.wallet_world import BEN
from tools.make_learner_example import ANA, ANA_AT_HOME, KNOTS_REVOKED, REVOCATIONS, revocations

pytestmark = IN_CHROMIUM

# What the element that has the focus is called: its label if it is a field, else its words.
_CALLED = """() => {
  const each = document.activeElement;
  return (each.labels?.[0]?.textContent ?? each.textContent).trim();
}"""


class Keyboard:
    """Somebody without a mouse, who finds things by their names."""

    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page

    def tab_to(self, name):
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_CALLED) == name:
                return self
        raise AssertionError(f"{name} cannot be reached")

    def press(self, name, url=None):
        """Go to something and press it; `url` is where that leads."""
        self.tab_to(name).page.keyboard.press("Enter")
        if url is not None:
            self.page.wait_for_url(url)

    def type(self, name, text):
        self.tab_to(name).page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def enter(self, url=None):
        self.page.keyboard.press("Enter")
        if url is not None:
            self.page.wait_for_url(url)


@pytest.fixture
def ana(live, visitor):
    return Keyboard(learner(live, visitor))


def test_i1_a_first_badge_is_claimed_and_the_account_made_by_keyboard_alone(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    somebody = Keyboard(visitor())
    somebody.visitor.open(claim_path(live))
    somebody.press("Claim your badge", "**/sign-in/*")
    somebody.type("Code from the mail", somebody.visitor.code(ANA))
    somebody.enter()
    somebody.page.get_by_text("Make your account").wait_for()
    somebody.tab_to("Yes, make an account for my badges").page.keyboard.press("Space")
    somebody.press("Make the account", "**done=welcome")

    assert somebody.visitor.badges() == ["Safety Basics"]
    somebody.press("Safety Basics", "**/backpack/*-*")
    somebody.press("I have seen it", "**done=saved")
    somebody.press("Account", "**/account")
    somebody.press("Sign out", "**done=signed-out")


def test_i1_the_way_from_the_backpack_to_a_check_goes_by_keyboard_alone(ana):
    ana.visitor.open("/backpack")
    ana.page.keyboard.press("Tab")
    assert ana.page.evaluate("document.activeElement.className") == "skip"
    ana.enter()
    ana.press("Rope Work", "**/backpack/*-*")
    ana.press("Check again", "**done=checked")

    assert "The badge was checked just now." in ana.visitor.text()


def test_i1_badges_are_searched_sorted_hidden_and_removed_by_keyboard_alone(ana):
    ana.visitor.open("/backpack")
    ana.type("Search", "knot")
    ana.enter("**q=knot*")
    assert ana.visitor.badges() == ["Knots 2019"]
    ana.visitor.open("/backpack")
    ana.tab_to("Order").page.keyboard.type("Name")
    ana.page.wait_for_url("**sort=name*")
    assert ana.visitor.badges()[0] == "First Aid"

    ana.press("Rope Work", "**/backpack/*-*")
    ana.press("Hide", "**done=hidden")
    assert "Rope Work" not in ana.visitor.badges()
    ana.press("First Aid", "**/backpack/*-*")
    ana.press("Remove")
    ana.page.get_by_text("Remove this badge for good?").wait_for()
    ana.press("Remove for good", "**done=removed")
    assert sorted(ana.visitor.badges()) == ["Knots 2019", "Safety Basics"]


def test_i1_a_badge_is_printed_and_an_account_merged_by_keyboard_alone(live, visitor, ana):
    visitor().sign_in(ANA_AT_HOME)
    ana.visitor.open("/backpack")
    ana.press("Rope Work", "**/backpack/*-*")
    ana.press("Print", "**/print")
    ana.visitor.open("/account")
    ana.type("Add an address", ANA_AT_HOME)
    ana.enter("**/account/addresses/*")
    ana.type("Code from the mail", ana.visitor.code(ANA_AT_HOME))
    ana.enter()
    ana.page.get_by_text("This address belongs to another account.").wait_for()
    ana.press("See what would move", "**/account/merges/*")
    ana.press("Merge the accounts", "**done=merged")

    assert "The two accounts are one now." in ana.visitor.text()


def test_i1_a_badge_is_imported_from_its_text_and_refused_with_a_way_out_by_keyboard_alone(live, visitor):
    ben = Keyboard(visitor().sign_in(BEN))
    ben.visitor.open("/import")
    ben.type("Text of the badge", BADGES["rope-work.json"].decode())
    ben.press("Import the text")
    ben.page.get_by_text("recipient_mismatch").wait_for()
    ben.press("Add the address it was sent to", "**/account")
    ben.type("Add an address", ANA)
    ben.enter("**/account/addresses/*")
    ben.type("Code from the mail", ben.visitor.code(ANA))
    ben.enter("**done=address-verified")

    ben.visitor.open("/import")
    ben.type("Text of the badge", BADGES["rope-work.json"].decode())
    ben.press("Import the text", "**done=imported")


def test_i1_the_news_are_read_and_a_badge_is_checked_by_keyboard_alone(live, ana):
    live.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    live.check_all()
    ana.visitor.open("/news")
    ana.press("I have read them")
    ana.page.locator(".top .count").wait_for(state="detached")
    ana.press("Check a badge", "**/verify")
    ana.type("Text of the badge", BADGES["knots-2019.json"].decode())
    ana.press("Check the text")

    ana.page.get_by_role("heading", name="Its issuer has revoked this.").wait_for()


def test_i1_a_token_is_made_and_revoked_by_keyboard_alone(ana):
    ana.visitor.open("/account")
    ana.press("Access tokens", "**/account/tokens")
    ana.type("What is it for?", "My site")
    ana.tab_to("See your badges").page.keyboard.press("Space")
    ana.press("Make the token")
    ana.page.get_by_label("Token", exact=True).wait_for()
    ana.press("Revoke My site", "**done=token-revoked")
