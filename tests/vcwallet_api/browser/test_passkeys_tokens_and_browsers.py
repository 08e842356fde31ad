"""What else opens an account, through the pages: passkeys, access tokens, and browsers that are signed in."""

import re

import httpx

from tests.vcwallet_api.browser.visitors import IN_CHROMIUM, learner
from tools.make_learner_example import ANA

pytestmark = IN_CHROMIUM


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
    ana = learner(live, visitor)
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
