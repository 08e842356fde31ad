"""A walk through every page of the wallet, in each state that somebody can bring it into.

It goes by what stands in the pages and not by their words, so that it can be walked in every language.
"""

import re

from tests.vcwallet_api.browser.visitors import BACKPACK, BADGES, claim_path
from tests.vcwallet_api.wallet_world import changed_by_one_byte
from tools.make_learner_example import ANA, ANA_AT_HOME, KNOTS_REVOKED, REVOCATIONS, badge, by_harbour, revocations

CAROL = "carol@campus.example"
_UNREADABLE = b'{"type": "a badge, perhaps"}'


class Walk:
    """One walk. `look` is called with the name of each page while it is open."""

    def __init__(self, live, visitor, look, **options):
        self.live = live
        self.visitor = visitor
        self.options = options
        self.ana = visitor(**options)
        self.page = self.ana.page
        self._look = look

    def all(self):
        self.of_strangers()
        self.of_a_first_badge()
        self.of_badges()
        self.of_the_account()

    def look(self, name):
        self.page.wait_for_load_state()
        self._look(self.ana, name)

    def open(self, path):
        self.page.goto(path)
        self.look(path)

    def send(self, action, **fields):
        """Fill the form that goes there, and press its button."""
        form = self.page.locator(f"form[action='{action}']").last
        for name, value in fields.items():
            form.locator(f"[name='{name}']").fill(value)
        form.locator(".button, button").first.click()

    def send_text(self, path, content):
        """Paste the text of a badge."""
        self.page.goto(path)
        form = self.page.locator("form:has(textarea)")
        form.locator("textarea").fill(content.decode())
        form.locator(".button").click()

    def code(self, address):
        return re.search(r"\d{4} \d{4}", self.live.mails(address)[-1].text).group()

    def of_strangers(self):
        """What everybody may see, signed in or not."""
        for path in ("/", "/sign-in", "/verify", "/nothing-here"):
            self.open(path)
        self.page.goto("/sign-in")
        self.page.locator("form[action='/sign-in']").evaluate("form => form.noValidate = true")
        self.send("/sign-in", address="nobody")
        self.look("an address that is none")
        self.page.goto("/verify")
        self.page.locator("form:has(textarea)").evaluate("form => form.noValidate = true")
        self.page.locator("form:has(textarea) .button").click()
        self.look("nothing to check")
        for name, content in (
            ("a good badge", BADGES["safety-basics.jwt"]),
            ("a changed badge", changed_by_one_byte(BADGES["rope-work.json"])),
            ("an expired badge", BADGES["first-aid.json"]),
            ("no badge", _UNREADABLE),
            ("a record", BADGES["first-year.json"]),
        ):
            self.send_text("/verify", content)
            self.look(name)
        self.live.internet.gone(REVOCATIONS)
        self.send_text("/verify", BADGES["knots-2019.json"])
        self.look("a badge that could not be checked")
        self.live.internet.documents[REVOCATIONS] = revocations()

    def of_a_first_badge(self):
        """From the mail to the account."""
        self.live.deliver(BADGES["safety-basics.jwt"])
        self.live.deliver(by_harbour(badge(70, "Signals", "2024-05-01T09:00:00Z", address=CAROL)), CAROL)
        declined = claim_path(self.live, CAROL)
        self.open(declined)
        self.open(f"{declined}/decline")
        self.send(f"{declined}/declined")
        self.look("no more mail")
        claim = claim_path(self.live, ANA)
        self.page.goto(claim)
        self.send(claim)
        self.page.wait_for_url("**/sign-in/*")
        self.look("the code")
        self.page.locator("#code").fill("1111 1111")
        self.page.keyboard.press("Enter")
        self.page.locator("#error").wait_for()
        self.look("a wrong code")
        self.page.locator("#code").fill(self.code(ANA))
        self.page.keyboard.press("Enter")
        self.page.locator("#agree").wait_for()
        self.look("the agreement")
        self.page.locator("#agree").check()
        self.page.locator("form:has(#agree) .button").click()
        self.page.wait_for_url(BACKPACK)
        self.look("welcome")
        self.open(claim)
        self.page.goto(declined)
        self.look("a link for somebody who is signed in")

    def of_badges(self):
        """The Backpack, with badges in every state."""
        self.page.goto("/backpack?q=nothing+like+it")
        self.look("nothing found")
        for name in ("rope-work.json", "knots-2019.json", "first-aid.json", "navigation-1.json", "first-year.json"):
            self.live.deliver(BADGES[name])
        self.live.deliver(by_harbour(badge(71, "Signals", "2024-05-02T09:00:00Z", validUntil="2024-06-20T09:00:00Z")))
        self.live.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
        self.live.check_all()
        self.sign_in()
        self.open("/backpack")
        for name in ("Rope Work", "Knots 2019", "Navigation I", "First year at sea"):
            self.page.goto("/backpack")
            self.page.locator(".badge a").filter(has_text=name).click()
            self.page.wait_for_url("**/backpack/*-*")
            self.page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
            self.look(f"the badge {name}")
        own = self.page.url.removeprefix(self.live.base_url)
        self.open(f"{own}/print")
        self.page.goto(own)
        self.send(f"{own}/remove")
        self.page.locator("form[role=alert]").wait_for()
        self.look("removing a badge")
        self.open("/news")
        self.send("/news/seen")
        self.look("news that were read")
        self.open("/import")
        for name, content in (
            (
                "somebody else's badge",
                by_harbour(badge(72, "Diving", "2024-05-01T09:00:00Z", address="eve@dive.example")),
            ),
            ("a broken badge", changed_by_one_byte(BADGES["rope-work.json"])),
            ("a badge that is there already", BADGES["rope-work.json"]),
        ):
            self.send_text("/import", content)
            self.page.locator("#error").wait_for()
            self.look(name)

    def of_the_account(self):
        """Addresses, merging, passkeys, tokens, proofs."""
        self.visitor().sign_in(ANA_AT_HOME)
        self.live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
        for path in ("/account", "/account/passkeys", "/account/tokens", "/account/prove"):
            self.open(path)
        self.add_address(ANA_AT_HOME)
        self.look("an address that is not verified")
        self.page.locator("#code").fill("1111 1111")
        self.send_code()
        self.look("a wrong code for an address")
        self.page.locator("#code").fill(self.code(ANA_AT_HOME))
        self.send_code()
        self.look("another account's address")
        self.page.locator("a[href^='/account/merges/']").click()
        self.page.locator("#moves").wait_for()
        self.look("a merge")
        own = self.page.url.removeprefix(self.live.base_url)
        self.send(own)
        self.page.wait_for_url("**done=merged")
        self.open(own)
        self.page.goto("/account")
        self.page.locator("a[href^='/account/addresses/']").filter(has_text=ANA_AT_HOME).click()
        self.page.locator("#spellings").wait_for()
        self.look("a verified address")
        self.page.locator("form[action$='/remove'] .button").click()
        self.page.locator("form[role=alert]").wait_for()
        self.look("removing an address")
        self.page.goto("/account/tokens")
        self.send("/account/tokens", name="My site")
        self.look("a refused token")
        self.page.locator("#scope-2").check()
        self.send("/account/tokens")
        self.page.locator("#token").wait_for()
        self.look("a new token")
        self.page.goto("/account/passkeys")
        self.send("/account/passkeys/new")
        self.look("a new passkey")
        self.page.goto("/account/prove")
        self.send("/account/proof")
        self.page.locator("#code").fill("1111 1111")
        self.page.keyboard.press("Enter")
        self.page.locator("#error").wait_for()
        self.look("a wrong code for a proof")

    def sign_in(self):
        self.page.goto("/sign-in")
        self.send("/sign-in", address=ANA)
        self.page.locator("#code").fill(self.code(ANA))
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(BACKPACK)

    def add_address(self, address):
        self.page.goto("/account")
        self.send("/account/addresses", address=address)
        self.page.wait_for_url("**/account/addresses/*")

    def send_code(self):
        self.page.locator("form[action$='/verify'] .button").click()
        self.page.locator("#error").wait_for()
