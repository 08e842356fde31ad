"""The scenarios through the pages, in a real browser: Debian's Chromium, driven by Playwright, against a real socket.

Each is named by its scenario. They run on SQLite; one whole journey runs on PostgreSQL too. Every page that is visited on
the way is also asked by axe, and whether it fits 320 pixels.
"""

import os
import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.vcwallet_api.live_wallet import LiveWallet
from tests.vcwallet_api.wallet_world import BEN, changed_by_one_byte
from tools.make_learner_example import (
    ANA,
    ANA_AT_HOME,
    KNOTS_REVOKED,
    REVOCATIONS,
    badge,
    by_harbour,
    revocations,
    samples,
)
from vcwallet_api.storage.tables import Account

CHROMIUM = os.environ.get("VCWALLET_CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
BADGES = samples()
# Chromium asks its makers for nothing, and as root, where continuous integration runs, it needs no sandbox of its own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.skipif(
        not Path(CHROMIUM).exists() and "CI" not in os.environ, reason="Chromium is absent: apt-get install chromium"
    ),
    # All on one worker: a browser is started once.
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def live(sqlite_template, tmp_path, mail_server):
    path = tmp_path / "wallet.db"
    shutil.copy(sqlite_template, path)
    yield from _live(f"sqlite:///{path}", mail_server)


def _live(url, mail_server):
    port, catcher = mail_server
    catcher.caught.clear()
    wallet = LiveWallet(url, port, catcher)
    yield wallet
    wallet.close()


class Visitor:
    """Somebody at a browser."""

    def __init__(self, chromium, wallet, **options):
        self.wallet = wallet
        self.context = chromium.new_context(base_url=wallet.base_url, **{"locale": "en-GB", **options})
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", lambda message: self._note(message.text))

    def _note(self, text):
        # A refusal is an answer with its own status, which Chromium writes to the console; all else is a fault.
        if "the server responded with a status of" not in text:
            self.complaints.append(text)

    def open(self, path):
        return self.page.goto(path)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def text(self):
        return re.sub(r"\s+", " ", re.sub("[\u2068\u2069]", "", self.page.locator("main").inner_text()))

    def badges(self):
        return [name.strip() for name in self.page.locator(".badge h2").all_inner_texts()]

    def code(self, address):
        # Other mail may be on its way to the same address.
        return next(
            mail.code for mail in reversed(self.wallet.mails(address)) if re.match(r"\d{4} \d{4}", mail.subject)
        )

    def sign_in(self, address=ANA):
        self.open("/sign-in")
        self.page.get_by_label("E-mail address").fill(address)
        self.press("Mail me a code")
        self.page.get_by_label("Code from the mail").fill(self.code(address))
        self.press("Sign in")
        if self.page.get_by_label("Yes, make an account for my badges").count():
            self.page.get_by_label("Yes, make an account for my badges").check()
            self.press("Make the account")
        self.page.wait_for_url("**/backpack*")
        return self

    def import_file(self, name, content):
        self.open("/import")
        self.page.get_by_label("Badge file").set_input_files(
            {"name": name, "mimeType": "application/json", "buffer": content}
        )
        self.press("Import the file")


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


def _claim_path(live, address=ANA):
    return re.search(r"/claim/[\w-]+", live.mails(address)[0].text).group()


def _learner(live, visitor):
    for name in ("safety-basics.jwt", "rope-work.json", "knots-2019.json", "first-aid.json"):
        live.deliver(BADGES[name])
    return visitor().sign_in()


def test_a1_the_mail_leads_to_the_badge_to_its_file_and_to_no_more_mail_and_makes_no_account(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    somebody = visitor()
    somebody.open(_claim_path(live))
    assert "Safety Basics" in somebody.text()
    assert "Harbour College" in somebody.text()
    with somebody.page.expect_download() as file:
        somebody.page.get_by_role("link", name="Only download the badge").click()
    assert Path(file.value.path()).read_bytes() == BADGES["safety-basics.jwt"]
    somebody.page.get_by_role("link", name="No more mail about badges").click()
    somebody.press("No more mail")
    assert "You will get no more mail about badges" in somebody.text()

    live.deliver(BADGES["rope-work.json"])
    assert len(live.mails()) == 1
    assert live.rows(Account) == []


def test_a2_the_link_the_code_and_a_yes_make_an_account_with_one_badge(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    ana = visitor()
    ana.open(_claim_path(live))
    assert "Safety Basics" in ana.text()
    ana.press("Claim your badge")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA))
    ana.press("Sign in")
    ana.page.get_by_label("Yes, make an account for my badges").check()
    ana.press("Make the account")

    ana.page.wait_for_url("**/backpack*")
    assert ana.badges() == ["Safety Basics"]
    assert "Welcome!" in ana.text()


def test_a3_the_next_badge_is_there_by_itself_and_the_mail_leads_to_it(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    ana = visitor().sign_in()
    live.deliver(BADGES["rope-work.json"])
    mail = live.mails(ANA)[-1]
    assert mail.subject == "Added to your Backpack: Rope Work"
    assert "/claim/" not in mail.text

    ana.open(re.search(r"/backpack/[\w-]+", mail.text).group())
    assert ana.page.locator("h1").inner_text() == "Rope Work"
    ana.open("/backpack")
    assert ana.badges() == ["Rope Work", "Safety Basics"]


def test_a4_a_link_that_was_used_says_how_to_sign_in(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    path = _claim_path(live)
    visitor().sign_in()

    somebody = visitor()
    assert somebody.open(path).status == 410
    assert "This badge was claimed already." in somebody.text()
    assert somebody.page.get_by_role("link", name="Sign in").count() >= 1


def test_a5_somebody_else_does_not_get_the_badge_without_the_code(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    ben = visitor().sign_in(BEN)
    ben.open(_claim_path(live))
    ben.press("Claim your badge")
    ben.page.wait_for_url("**/account/addresses/*")
    ben.page.get_by_label("Code from the mail").fill("0000 0000")
    ben.press("Verify")
    assert "That is not the code." in ben.text()

    ben.open("/backpack")
    assert ben.badges() == []


def test_a6_a_code_that_is_wrong_five_times_is_locked_with_the_same_words_for_every_address(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    visitor().sign_in()
    said = []
    for address in (ANA, "nobody@nowhere.example"):
        somebody = visitor()
        somebody.open("/sign-in")
        somebody.page.get_by_label("E-mail address").fill(address)
        somebody.press("Mail me a code")
        words = [somebody.text()]
        for _ in range(6):
            with somebody.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
                somebody.page.get_by_label("Code from the mail").fill("0000 0000")
                somebody.press("Sign in")
            somebody.page.wait_for_load_state()
            words.append(somebody.text())
        assert answer.value.status == 429
        assert int(answer.value.headers["retry-after"]) > 0
        said.append(words)
    assert said[0] == said[1]


def test_a7_codes_can_be_pasted_and_the_address_is_not_asked_for_again(live, visitor):
    somebody = visitor()
    somebody.open("/sign-in")
    address = somebody.page.get_by_label("E-mail address")
    assert address.get_attribute("autocomplete") == "email"
    address.fill(ANA)
    somebody.press("Mail me a code")

    code = somebody.page.get_by_label("Code from the mail")
    assert code.get_attribute("autocomplete") == "one-time-code"
    assert somebody.page.locator("input[type=email]").count() == 0
    code.focus()
    somebody.page.keyboard.insert_text(somebody.code(ANA))  # as a clipboard or a password manager does
    somebody.press("Sign in")
    assert "Make your account" in somebody.text()


def test_b1_b2_b3_the_backpack_is_sorted_searched_and_filtered_and_says_what_has_expired(live, visitor):
    ana = _learner(live, visitor)
    assert ana.badges() == ["Rope Work", "Safety Basics", "First Aid", "Knots 2019"]
    assert "Old School" in ana.text()
    assert "Expired on 31 December 2023" in ana.text()

    ana.page.get_by_label("Order").select_option(label="Name")
    ana.page.wait_for_url("**sort=name*")
    assert ana.badges() == ["First Aid", "Knots 2019", "Rope Work", "Safety Basics"]
    ana.page.get_by_label("Search").fill("KNÓT")
    ana.press("Show")
    assert ana.badges() == ["Knots 2019"]
    ana.open("/backpack")
    ana.page.get_by_label("Issuer").select_option(label="Old School")
    ana.page.wait_for_url("**issuer=did*")
    assert ana.badges() == ["First Aid"]
    ana.open("/backpack?q=nothing+like+it")
    assert "No badges found" in ana.text()


def test_b4_a_revoked_badge_stays_with_its_reason_and_there_is_news(live, visitor):
    ana = _learner(live, visitor)
    live.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    live.check_all()

    ana.open("/news")
    assert "Knots 2019 was revoked by its issuer." in ana.text()
    assert "awarded by mistake" in ana.text()
    ana.page.get_by_role("link", name="Knots 2019 was revoked by its issuer.").click()
    assert "Revoked by its issuer" in ana.text()
    assert "Its issuer has revoked this." in ana.text()
    ana.open("/news")
    ana.press("I have read them")
    assert ana.page.locator(".count").count() == 0


def test_b5_b6_b7_b11_another_address_brings_its_badge_and_leaves_it_here(live, visitor):
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = _learner(live, visitor)
    ana.open("/account")
    ana.page.get_by_label("Add an address").fill(ANA_AT_HOME)
    ana.press("Mail a code there")
    ana.page.wait_for_url("**/account/addresses/*")
    address_page = ana.page.url
    ana.open("/backpack")
    assert "Laser Cutting" not in ana.badges()

    ana.open(address_page)
    ana.press("Mail me a new code")
    assert "Possible again in" in ana.text()
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA_AT_HOME))
    ana.press("Verify")
    ana.page.wait_for_url("**/backpack*")
    assert "Laser Cutting" in ana.badges()

    ana.open(address_page)
    ana.press("Remove this address")
    assert "1 badge was sent to this address." in ana.text()
    ana.press("Remove the address")
    ana.open("/backpack")
    ana.page.get_by_role("link", name="Laser Cutting").click()
    assert "address removed" in ana.text()


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
    ana.page.get_by_label("Code from the mail").fill(ana.code(typed))
    ana.press("Verify")
    ana.open("/account")
    assert ana.page.get_by_text("Verified", exact=True).count() == 2


def test_b8_b13_with_the_code_she_is_told_of_the_other_account_and_merges_it(live, visitor):
    ana = _learner(live, visitor)
    home = visitor().sign_in(ANA_AT_HOME)
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana.open("/account")
    ana.page.get_by_label("Add an address").fill(ANA_AT_HOME)
    ana.press("Mail a code there")
    ana.page.wait_for_url("**/account/addresses/*")
    assert "another account" not in ana.text()
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA_AT_HOME))
    ana.press("Verify")
    assert "This address belongs to another account." in ana.text()
    ana.page.get_by_role("link", name="See what would move").click()
    said = ana.text()
    for line in ("1 address comes here", ANA_AT_HOME, "1 badge comes here", "Laser Cutting", "1 browser is signed out"):
        assert line in said
    assert "Laser Cutting" not in ana.badges()

    ana.press("Merge the accounts")
    ana.page.wait_for_url("**done=merged")
    assert "The two accounts are one now." in ana.text()
    assert "Laser Cutting" in ana.badges()
    home.open("/backpack")
    assert "/sign-in" in home.page.url


def test_b9_an_address_that_was_only_typed_goes_to_whoever_verifies_it(live, visitor):
    ben, ana = visitor().sign_in(BEN), visitor().sign_in()
    for somebody in (ben, ana):
        somebody.open("/account")
        somebody.page.get_by_label("Add an address").fill(ANA_AT_HOME)
        somebody.press("Mail a code there")
        somebody.page.wait_for_url("**/account/addresses/*")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA_AT_HOME))
    ana.press("Verify")
    ana.page.wait_for_url("**done=address-verified")

    ben.open("/account")
    assert ANA_AT_HOME not in ben.text()
    ana.open("/account")
    assert ANA_AT_HOME in ana.text()


def test_b10_an_odd_spelling_is_found_once_it_is_added_and_the_badge_says_which(live, visitor):
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
    assert "aNA@campus.EXAMPLE" in ana.text()


def test_b12_the_primary_address_cannot_be_removed_while_it_is_that(live, visitor):
    ana = visitor().sign_in()
    ana.open("/account")
    ana.page.get_by_label("Add an address").fill(ANA_AT_HOME)
    ana.press("Mail a code there")
    ana.page.wait_for_url("**/account/addresses/*")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA_AT_HOME))
    ana.press("Verify")
    ana.page.wait_for_url("**done=address-verified")
    ana.open("/account")
    ana.page.get_by_role("link", name=ANA).click()
    ana.press("Remove this address")

    assert "Your main address cannot be removed." in ana.text()


def test_b12_the_only_address_cannot_be_removed(live, visitor):
    ana = _learner(live, visitor)
    ana.open("/account")
    ana.page.get_by_role("link", name=ANA).click()
    ana.press("Remove this address")

    assert "Your only address cannot be removed." in ana.text()


def test_b14_the_same_badge_again_says_so_with_a_link(live, visitor):
    ana = visitor().sign_in(ANA_AT_HOME)
    ana.open("/import")
    ana.page.get_by_label("Address of the badge").fill("https://makers.example/awards/laser-cutting-1")
    ana.press("Import from the link")
    ana.page.wait_for_url("**done=imported")

    for name in ("laser-cutting.json", "laser-cutting.png"):
        ana.import_file(name, BADGES[name])
        assert "This badge is already in your Backpack." in ana.text()
        assert ana.page.get_by_role("link", name="Laser Cutting").count() == 1


def test_b15_b16_a_badge_of_somebody_else_and_a_broken_one_are_refused_with_a_next_step(live, visitor):
    ben = visitor().sign_in(BEN)
    ben.import_file("badge.json", BADGES["rope-work.json"])
    assert "recipient_mismatch" in ben.text()
    assert ben.page.get_by_role("link", name="Add the address it was sent to").count() == 1

    ana = visitor().sign_in()
    ana.import_file("badge.json", changed_by_one_byte(BADGES["rope-work.json"]))
    assert "proof_invalid" in ana.text()
    ana.open("/backpack")
    assert ana.badges() == []


def test_h1_what_could_not_be_checked_is_neither_yes_nor_no(live, visitor):
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://harbour.example/nowhere",
    }
    signed = by_harbour(badge(32, "Signals", "2024-05-01T09:00:00Z", credentialStatus=status))
    vera = visitor(java_script_enabled=False)
    vera.open("/verify")
    vera.page.get_by_label("Badge file").set_input_files({"name": "b", "mimeType": "text/plain", "buffer": signed})
    vera.press("Check the file")

    assert vera.page.locator(".verdict.unsure").count() == 1
    assert vera.page.locator(".checks .state.unsure").count() >= 1


def test_a_badge_is_printed_on_one_sheet_with_a_code_and_the_time_of_its_check(live, visitor):
    ana = _learner(live, visitor)
    ana.page.get_by_role("link", name="Rope Work").click()
    ana.page.wait_for_url("**/backpack/*-*")
    ana.page.get_by_role("link", name="Print").click()
    ana.page.wait_for_url("**/print")
    assert "Checked on 1 June 2024" in ana.text()

    ana.page.emulate_media(media="print")
    for hidden in (".top nav", ".foot", ".no-print"):
        assert not ana.page.locator(hidden).first.is_visible()
    assert ana.page.locator(".scan img").is_visible()
    assert ana.page.pdf().count(b"/Type /Page\n") == 1


def _authenticator(visitor):
    """A virtual authenticator that says yes, as a phone with a finger on it."""
    control = visitor.context.new_cdp_session(visitor.page)
    control.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return control, control.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_is_made_named_used_and_removed_in_the_browser(live, visitor):
    ana = visitor().sign_in()
    control, phone = _authenticator(ana)
    ana.open("/account")
    ana.page.get_by_role("link", name="Passkeys").click()
    ana.press("Add a passkey")
    ana.page.get_by_label("Name").fill("Phone")
    ana.press("Make the passkey")
    ana.page.wait_for_url("**done=passkey-added")
    assert "Phone" in ana.text()
    mails = len(live.mails())

    ana.open("/account")
    ana.page.get_by_role("button", name="Sign out", exact=True).first.click()
    ana.page.wait_for_url("**done=signed-out")
    ana.open("/sign-in?next=/account/passkeys")
    ana.press("Sign in with a passkey")
    ana.page.wait_for_url(re.compile(r"/account/passkeys$"))
    ana.page.get_by_role("heading", name="Passkeys", level=1).wait_for()
    assert len(live.mails()) == mails
    assert "last used on 1 June 2024" in ana.text()

    ana.page.locator("summary").click()
    ana.page.get_by_label("Name").fill("Old phone")
    ana.press("Save")
    ana.page.wait_for_url("**done=saved")
    assert "Old phone" in ana.text()
    ana.page.locator("summary").click()
    ana.press("Remove this passkey")
    ana.page.wait_for_url("**done=passkey-removed")
    assert "You have none yet." in ana.text()
    ana.context.clear_cookies()
    ana.open("/sign-in")
    ana.press("Sign in with a passkey")
    ana.page.get_by_text("This passkey does not open an account here.").wait_for()
    control.send("WebAuthn.clearCredentials", {"authenticatorId": phone})


def test_a_passkey_that_nobody_confirms_changes_nothing_and_says_so(live, visitor):
    ana = visitor().sign_in()
    control, phone = _authenticator(ana)
    control.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    ana.open("/account/passkeys")
    ana.press("Add a passkey")
    ana.page.get_by_label("Name").fill("Phone")
    ana.press("Make the passkey")

    ana.page.get_by_text("No passkey was made. You can try again.").wait_for()
    ana.open("/account/passkeys")
    assert "You have none yet." in ana.text()


def test_adding_a_passkey_long_after_signing_in_asks_for_a_proof_and_comes_back(live, visitor):
    ana = visitor().sign_in()
    live.later(minutes=20)
    ana.open("/account/passkeys")
    ana.press("Add a passkey")
    ana.page.wait_for_url(re.compile(r"/account/prove\?next=/account/passkeys"))
    ana.press("Mail me a code")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA))
    ana.press("Go on")

    ana.page.wait_for_url("**/account/passkeys")


def test_a_token_is_made_shown_once_used_and_revoked(live, visitor):
    ana = _learner(live, visitor)
    ana.open("/account")
    ana.page.get_by_role("link", name="Access tokens").click()
    ana.page.get_by_label("What is it for?").fill("My site")
    ana.press("Make the token")
    assert "Nothing is chosen that it may do." in ana.text()
    assert ana.page.get_by_label("What is it for?").input_value() == "My site"
    ana.page.get_by_label("See your badges").check()
    ana.page.get_by_label("Last day").fill("2024-06-30")
    ana.press("Make the token")
    token = ana.page.get_by_label("Token", exact=True).input_value()
    assert token.startswith("vcw_")
    assert "ends on 30 June 2024" in ana.text()
    assert "Deliver badges to anybody" not in ana.text()
    bearer = {"Authorization": f"Bearer {token}"}
    program = httpx.get(f"{live.base_url}/api/v1/backpack", headers=bearer)
    assert len(program.json()["items"]) == 4

    ana.open("/account/tokens")
    assert token not in ana.page.content()
    ana.page.get_by_role("button", name="Revoke My site").click()
    ana.page.wait_for_url("**done=token-revoked")
    assert httpx.get(f"{live.base_url}/api/v1/backpack", headers=bearer).status_code == 401


def test_another_browser_is_signed_out_from_the_account(live, visitor):
    ana, elsewhere = visitor().sign_in(), visitor().sign_in()
    ana.open("/account")
    ana.press("Sign out everywhere else")
    ana.page.wait_for_url("**done=saved")

    elsewhere.open("/backpack")
    assert "/sign-in" in elsewhere.page.url
    ana.open("/backpack")
    assert "/backpack" in ana.page.url


def test_h1_the_verifier_reads_the_answer_first_and_then_check_by_check(live, visitor):
    vera = visitor(java_script_enabled=False)
    vera.open("/verify")
    vera.page.get_by_label("Badge file").set_input_files(
        {"name": "b", "mimeType": "text/plain", "buffer": BADGES["rope-work.json"]}
    )
    vera.press("Check the file")

    assert vera.page.locator("h1").inner_text() == "Yes, this is genuine."
    text = vera.text()
    for line in (
        "Checked on 1 June 2024, 12:00 UTC",
        "Signature",
        "Signed by its issuer",
        "Valid today",
        "Not revoked",
    ):
        assert line in text


PAGES = (
    "/",
    "/sign-in",
    "/verify",
    "/backpack",
    "/import",
    "/news",
    "/account",
    "/account/passkeys",
    "/account/tokens",
    "/account/prove",
    "/nothing-here",
)


# A page, its style sheet and its script: what a phone in the country loads before it shows anything.
MAX_PAGE_BYTES = 60_000


def test_no_page_weighs_more_than_60_kilobytes(live, visitor):
    ana = _learner(live, visitor)
    for number in range(60):
        live.deliver(by_harbour(badge(100 + number, f"Signals {number}", "2024-05-01T09:00:00Z")))
    ana.open("/backpack")
    ana.page.locator(".badge a").first.click()
    ana.page.wait_for_url("**/backpack/*-*")
    detail = ana.page.url.removeprefix(live.base_url)
    weights = {}

    for path in (*PAGES, detail, f"{detail}/print"):
        loaded = []

        def _note(response, loaded=loaded):
            loaded.append(response)

        ana.page.on("response", _note)
        ana.open(path)
        ana.page.wait_for_load_state("networkidle")
        ana.page.remove_listener("response", _note)
        # An answer that only leads on has no text.
        loaded = [each for each in loaded if not 300 <= each.status < 400]
        kinds = [each for each in loaded if each.request.resource_type in {"document", "stylesheet", "script"}]
        weights[path] = sum(len(each.body()) for each in kinds)
        assert any(each.request.resource_type == "stylesheet" for each in kinds), path

    assert {path: weight for path, weight in weights.items() if weight > MAX_PAGE_BYTES} == {}


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("ar", "dark")])
def test_i1_no_page_has_a_fault_that_axe_can_find_and_each_fits_320_pixels(live, visitor, locale, scheme):
    from axe_playwright_python.sync_playwright import Axe

    ana = _learner(live, visitor)
    ana.page.get_by_role("link", name="Rope Work").click()
    ana.page.wait_for_url("**/backpack/*-*")
    detail = ana.page.url.removeprefix(live.base_url)
    ana.open("/account")
    ana.page.get_by_role("link", name=ANA).click()
    address = ana.page.url.removeprefix(live.base_url)
    look = visitor(locale=locale, color_scheme=scheme, viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    look.context.add_cookies(ana.context.cookies())
    look.context.add_cookies([{"name": "vcwallet-language", "value": locale[:2], "url": live.base_url}])
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = {}
    for path in (*PAGES, detail, f"{detail}/print", address):
        look.open(path)
        assert look.page.evaluate("document.documentElement.scrollWidth") == 320, path
        assert look.page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
        faults = Axe().run(look.page, options=options).response["violations"]
        found |= {f"{path} {fault['id']}": [node["html"] for node in fault["nodes"]][:3] for fault in faults}

    assert found == {}


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "dark"), ("ar", "light")])
def test_i1_pages_that_a_form_leads_to_have_no_fault_either(live, visitor, locale, scheme):
    from axe_playwright_python.sync_playwright import Axe

    visitor().sign_in(ANA_AT_HOME)
    live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = visitor(color_scheme=scheme, viewport={"width": 320, "height": 640}, reduced_motion="reduce").sign_in()
    ana.context.add_cookies([{"name": "vcwallet-language", "value": locale[:2], "url": live.base_url}])
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = {}

    def _look(name):
        assert ana.page.evaluate("document.documentElement.scrollWidth") == 320, name
        faults = Axe().run(ana.page, options=options).response["violations"]
        found.update({f"{name} {fault['id']}": [node["html"] for node in fault["nodes"]][:3] for fault in faults})

    ana.open("/account/tokens")
    ana.page.locator("#name").fill("My site")
    ana.page.locator("form[action='/account/tokens'] .button").click()
    _look("a refused token")
    ana.page.locator("#scope-2").check()
    ana.page.locator("form[action='/account/tokens'] .button").click()
    ana.page.locator("#token").wait_for()
    _look("a new token")
    ana.open("/account/passkeys")
    ana.page.locator("form[action='/account/passkeys/new'] .button").click()
    _look("a new passkey")
    ana.open("/account")
    ana.page.locator("#address").fill(ANA_AT_HOME)
    ana.page.locator("form[action='/account/addresses'] .button").click()
    ana.page.locator("#code").fill("1111 1111")
    ana.page.locator("form[action$='/verify'] .button").click()
    _look("a wrong code")
    ana.page.locator("#code").fill(re.search(r"\d{4} \d{4}", live.mails(ANA_AT_HOME)[-1].text).group())
    ana.page.locator("form[action$='/verify'] .button").click()
    _look("another account's address")
    ana.page.locator("a[href^='/account/merges/']").click()
    ana.page.locator("#moves").wait_for()
    _look("a merge")

    assert found == {}


def test_i1_a_badge_is_printed_and_an_account_merged_by_keyboard_alone(live, visitor):
    visitor().sign_in(ANA_AT_HOME)
    ana = _learner(live, visitor)

    def _tab_to(text):
        for _ in range(60):
            ana.page.keyboard.press("Tab")
            if ana.page.evaluate("document.activeElement.textContent").strip() == text:
                return
        raise AssertionError(f"{text} cannot be reached")

    def _enter(text, url):
        _tab_to(text)
        ana.page.keyboard.press("Enter")
        ana.page.wait_for_url(url)

    ana.open("/backpack")
    _enter("Rope Work", "**/backpack/*-*")
    _enter("Print", "**/print")
    ana.open("/account")
    ana.page.get_by_label("Add an address").focus()
    ana.page.keyboard.insert_text(ANA_AT_HOME)
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url("**/account/addresses/*")
    ana.page.get_by_label("Code from the mail").focus()
    ana.page.keyboard.insert_text(ana.code(ANA_AT_HOME))
    ana.page.keyboard.press("Enter")
    ana.page.get_by_text("This address belongs to another account.").wait_for()
    _enter("See what would move", "**/account/merges/*")
    _enter("Merge the accounts", "**done=merged")

    assert "The two accounts are one now." in ana.text()


def test_i1_the_way_from_the_backpack_to_a_check_goes_by_keyboard_alone(live, visitor):
    ana = _learner(live, visitor)
    ana.open("/backpack")
    ana.page.keyboard.press("Tab")
    assert ana.page.evaluate("document.activeElement.className") == "skip"
    ana.page.keyboard.press("Enter")
    for _ in range(40):
        ana.page.keyboard.press("Tab")
        if ana.page.evaluate("document.activeElement.textContent").strip() == "Rope Work":
            break
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url("**/backpack/*-*")
    ana.page.get_by_role("button", name="Check again").focus()
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url("**done=checked")

    assert "The badge was checked just now." in ana.text()


def test_i2_the_language_follows_the_browser_and_then_the_choice(live, visitor):
    somebody = visitor(locale="nl-BE")
    somebody.open("/verify")
    assert somebody.page.locator("html").get_attribute("lang") == "nl"
    assert somebody.page.locator("h1").inner_text() == "Is deze badge echt?"

    somebody.page.get_by_role("button", name="العربية").click()
    somebody.page.wait_for_url("**/verify")
    assert somebody.page.locator("html").get_attribute("dir") == "rtl"


def test_a_journey_on_postgresql(chromium, postgresql_database, postgresql_server, mail_server):
    from vcwallet_api.storage.tables import Table

    names = ", ".join(f'"{table.name}"' for table in Table.metadata.sorted_tables)
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names}")
    for live in _live(postgresql_server, mail_server):
        live.deliver(BADGES["safety-basics.jwt"])
        live.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
        home = Visitor(chromium, live)
        home.sign_in(ANA_AT_HOME)
        assert home.badges() == ["Laser Cutting"]
        ana = Visitor(chromium, live)
        ana.open(_claim_path(live))
        ana.press("Claim your badge")
        ana.page.get_by_label("Code from the mail").fill(ana.code(ANA))
        ana.press("Sign in")
        ana.page.get_by_label("Yes, make an account for my badges").check()
        ana.press("Make the account")
        ana.page.wait_for_url("**done=welcome")
        ana.import_file("badge.json", BADGES["rope-work.json"])
        ana.page.wait_for_url("**done=imported")
        ana.open("/account")
        ana.page.get_by_label("Add an address").fill(ANA_AT_HOME)
        ana.press("Mail a code there")
        ana.page.wait_for_url("**/account/addresses/*")
        ana.page.get_by_label("Code from the mail").fill(ana.code(ANA_AT_HOME))
        ana.press("Verify")
        ana.page.get_by_role("link", name="See what would move").click()
        ana.press("Merge the accounts")
        ana.page.wait_for_url("**done=merged")

        assert sorted(ana.badges()) == ["Laser Cutting", "Rope Work", "Safety Basics"]
        home.open("/backpack")
        assert "/sign-in" in home.page.url
        ana.open("/backpack?sort=name&source=import")
        assert ana.badges() == ["Rope Work"]
        for each in (ana, home):
            each.context.close()
