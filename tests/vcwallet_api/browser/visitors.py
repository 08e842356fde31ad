"""Somebody at a real browser: Debian's Chromium, driven by Playwright, on a wallet behind a real socket."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tools.make_learner_example import ANA, samples

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
# The list, and not an address that only leads there afterwards.
BACKPACK = re.compile(r"^[^?]*/backpack(\?.*)?$")
IN_CHROMIUM = [
    pytest.mark.skipif(
        not Path(CHROMIUM).exists() and "CI" not in os.environ, reason="Chromium is absent: apt-get install chromium"
    ),
    # All on one worker: a browser is started once.
    pytest.mark.xdist_group("browser"),
]


class Visitor:
    """Somebody at a browser."""

    def __init__(self, chromium, wallet, **options):
        self.wallet = wallet
        self.context = chromium.new_context(base_url=wallet.base_url, **{"locale": "en-GB", **options})
        self.context.set_default_timeout(30_000)
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
        return without_isolates(self.page.locator("main").inner_text())

    def badges(self):
        return [name.strip() for name in self.page.locator(".badge h2").all_inner_texts()]

    def card(self, name):
        """Everything that a list says of a badge."""
        card = self.page.locator(".badge").filter(has=self.page.get_by_role("link", name=name, exact=True))
        return without_isolates(card.inner_text())

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
            self.agree()
        self.page.wait_for_url(BACKPACK)
        return self

    def agree(self):
        self.page.get_by_label("Yes, make an account for my badges").check()
        self.press("Make the account")

    def type_address(self, address):
        """Type a further address, and come to its page, where its code is asked for."""
        self.open("/account")
        self.page.get_by_label("Add an address").fill(address)
        self.press("Mail a code there")
        self.page.wait_for_url("**/account/addresses/*")

    def type_code(self, code):
        """Type the code that was mailed to an address."""
        self.page.get_by_label("Code from the mail").fill(code)
        self.press("Verify")

    def import_file(self, name, content):
        self.open("/import")
        self.page.get_by_label("Badge file").set_input_files(
            {"name": name, "mimeType": "application/json", "buffer": content}
        )
        self.press("Import the file")

    def check_file(self, content):
        self.open("/verify")
        self.page.get_by_label("Badge file").set_input_files({"name": "b", "mimeType": "text/plain", "buffer": content})
        self.press("Check the file")


def without_isolates(text):
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", text))


def claim_path(live, address=ANA):
    return re.search(r"/claim/[\w-]+", live.mails(address)[0].text).group()


def learner(live, visitor, **options):
    """Ana with badges of two institutions, signed in."""
    for name in ("safety-basics.jwt", "rope-work.json", "knots-2019.json", "first-aid.json"):
        live.deliver(BADGES[name])
    return visitor(**options).sign_in()
