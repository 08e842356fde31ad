"""Group A through the pages: a first badge, the mail about it, the account that is made, and signing in."""

from pathlib import Path

from tests.vcwallet_api.browser.visitors import BACKPACK, BADGES, IN_CHROMIUM, claim_path
from tests.vcwallet_api.wallet_world import BEN
from tools.make_learner_example import ANA, ANA_AT_HOME
from vcwallet_api.storage.tables import Account, BackpackItem

pytestmark = IN_CHROMIUM


def _read_mail(somebody, mail):
    """Open the mail itself, as a mail program shows it: not as a page of the wallet."""
    somebody.open("about:blank")
    somebody.page.set_content(mail.html)


def _type_code(somebody, code):
    somebody.page.get_by_label("Code from the mail").fill(code)
    somebody.press("Sign in")


def test_a1_the_mail_leads_to_the_badge_to_its_file_and_to_no_more_mail_and_makes_no_account(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    (mail,) = live.mails()
    somebody = visitor()
    _read_mail(somebody, mail)
    letter = somebody.page.locator("body").inner_text()
    assert "Safety Basics" in letter
    assert "Harbour College" in letter
    assert somebody.page.get_by_role("link", name="Claim your badge").count() == 1
    with somebody.page.expect_download() as file:
        somebody.page.get_by_role("link", name="Download the signed badge").click()
    assert Path(file.value.path()).read_bytes() == BADGES["safety-basics.jwt"]

    somebody.page.get_by_role("link", name="Claim your badge").click()
    somebody.page.wait_for_url("**/claim/*")
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


def test_a2_the_link_the_code_and_a_yes_make_an_account_with_one_badge_that_is_new(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    ana = visitor()
    ana.open(claim_path(live))
    assert "Safety Basics" in ana.text()
    ana.press("Claim your badge")
    _type_code(ana, ana.code(ANA))
    assert "There is no account for this address yet." in ana.text()
    assert live.rows(Account) == []
    ana.agree()

    ana.page.wait_for_url(BACKPACK)
    assert ana.badges() == ["Safety Basics"]
    assert "Welcome!" in ana.text()
    assert ana.card("Safety Basics").endswith("Valid New")
    ana.open("/account")
    assert f"{ANA} Verified Main address: mail goes here 1 badge" in ana.text()


def test_a2_a_badge_is_new_until_its_learner_says_that_they_have_seen_it(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    live.deliver(BADGES["rope-work.json"])
    ana = visitor().sign_in()
    ana.page.get_by_role("link", name="Rope Work").click()
    ana.press("I have seen it")

    ana.open("/backpack")
    assert "New" not in ana.card("Rope Work")
    assert "New" in ana.card("Safety Basics")
    ana.page.get_by_label("State").select_option(label="New")
    ana.page.wait_for_url("**state=new*")
    assert ana.badges() == ["Safety Basics"]


def test_a3_the_next_badge_is_there_by_itself_and_the_mail_leads_to_it(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    ana = visitor().sign_in()
    live.deliver(BADGES["rope-work.json"])
    mail = live.mails(ANA)[-1]
    assert mail.subject == "Added to your Backpack: Rope Work"
    _read_mail(ana, mail)
    assert ana.page.get_by_role("link").all_inner_texts() == ["See your badge"]

    ana.page.get_by_role("link", name="See your badge").click()
    ana.page.wait_for_url("**/backpack/*-*")
    assert ana.page.locator("h1").inner_text() == "Rope Work"
    ana.open("/backpack")
    assert ana.badges() == ["Rope Work", "Safety Basics"]


def _says_how_to_sign_in(somebody):
    assert "Sign in with the address that the badge was sent to." in somebody.text()
    somebody.page.locator("main").get_by_role("link", name="Sign in", exact=True).click()
    somebody.page.get_by_label("E-mail address").wait_for()


def test_a4_a_link_that_was_used_says_how_to_sign_in(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    path = claim_path(live)
    visitor().sign_in()
    mails = len(live.mails())

    somebody = visitor()
    assert somebody.open(path).status == 410
    assert "This badge was claimed already." in somebody.text()
    _says_how_to_sign_in(somebody)
    assert (len(live.rows(Account)), len(live.rows(BackpackItem)), len(live.mails())) == (1, 1, mails)


def test_a4_a_link_that_has_ended_says_so_too_and_makes_nothing(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    path = claim_path(live)
    live.later(days=91)

    somebody = visitor()
    assert somebody.open(path).status == 410
    assert "This link has ended. The badge still waits for you." in somebody.text()
    _says_how_to_sign_in(somebody)
    assert (live.rows(Account), live.rows(BackpackItem), len(live.mails())) == ([], [], 1)


def test_a5_somebody_else_does_not_get_the_badge_without_the_code(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    ben = visitor().sign_in(BEN)
    ben.open(claim_path(live))
    ben.press("Claim your badge")
    ben.page.wait_for_url("**/account/addresses/*")
    address = ben.page.url
    ben.type_code("0000 0000")
    assert "That is not the code." in ben.text()
    ben.open("/backpack")
    assert ben.badges() == []

    ben.open(address)
    ben.type_code(ben.code(ANA))
    ben.page.wait_for_url(BACKPACK)
    assert ben.badges() == ["Safety Basics"]


def test_a6_a_code_that_is_wrong_five_times_is_locked_with_the_same_words_for_every_address(live, visitor):
    live.deliver(BADGES["safety-basics.jwt"])
    visitor().sign_in()
    said = []
    for address in (ANA, "nobody@nowhere.example"):
        somebody = visitor()
        somebody.open("/sign-in")
        somebody.page.get_by_label("E-mail address").fill(address)
        somebody.press("Mail me a code")
        words, statuses = [somebody.text()], []
        for _ in range(6):
            with somebody.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
                _type_code(somebody, "0000 0000")
            somebody.page.wait_for_load_state()
            words.append(somebody.text())
            statuses.append(answer.value.status)
        assert statuses == [422, 422, 422, 422, 429, 429]
        assert int(answer.value.headers["retry-after"]) > 0
        assert "The code was wrong too often." in words[-1]
        assert "Possible again in" in words[-1]
        said.append(words)
    assert said[0] == said[1]


def test_a7_codes_can_be_pasted_and_the_address_is_not_asked_for_again(live, visitor):
    somebody = visitor()
    somebody.context.grant_permissions(["clipboard-read", "clipboard-write"])
    somebody.open("/sign-in")
    address = somebody.page.get_by_label("E-mail address")
    assert address.get_attribute("autocomplete") == "email"
    _paste(somebody, address, ANA)
    somebody.press("Mail me a code")

    code = somebody.page.get_by_label("Code from the mail")
    assert code.get_attribute("autocomplete") == "one-time-code"
    assert somebody.page.locator("input[type=email]").count() == 0
    _paste(somebody, code, f" {somebody.code(ANA)} ")
    somebody.press("Sign in")
    assert "Make your account" in somebody.text()
    assert somebody.page.locator("input[type=email]").count() == 0
    somebody.agree()
    somebody.page.wait_for_url(BACKPACK)


def test_a7_the_code_of_a_further_address_can_be_pasted_too(live, visitor):
    ana = visitor().sign_in()
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ana.type_address(ANA_AT_HOME)
    code = ana.page.get_by_label("Code from the mail")
    assert code.get_attribute("autocomplete") == "one-time-code"
    _paste(ana, code, ana.code(ANA_AT_HOME))
    ana.press("Verify")

    ana.page.wait_for_url("**done=address-verified")


def _paste(somebody, field, text):
    somebody.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    somebody.page.keyboard.press("Control+V")
    assert field.input_value() == text
