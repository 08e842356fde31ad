"""Take a picture of every page: on a phone and a desktop, light and dark, in English and in Arabic.

The wallet is the real one with the sample people; the clock stands still, so that the pictures are the same each time.
Needs Debian's `chromium`. Run by `make screenshots`; the pictures go to docs/screenshots.
"""

import re
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.vcwallet_api.browser.visitors import BADGES, CHROMIUM, FLAGS, Visitor
from tests.vcwallet_api.live_wallet import LiveWallet, free_port
from tests.vcwallet_api.wallet_world import BEN, Catcher, changed_by_one_byte
from tools.make_learner_example import ANA, ANA_AT_HOME, KNOTS_REVOKED, REVOCATIONS, badge, by_harbour, revocations
from vcwallet_api.languages import Languages
from vcwallet_api.mail.composing import Composer
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.migrating import migrate

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"

# Dark and right-to-left are the same code everywhere: a few pages show them.
SHOWN_IN_EVERY_SET = ("home", "verify-genuine", "backpack", "badge")
# What is the same on a desktop, but for the space around it, is shown once; what goes onto paper, as wide as that.
SHOWN_ONCE = {
    "print": "desktop",
    **dict.fromkeys(
        ("claim", "sign-in", "problem", "verify", "verify-unreadable", "backpack-empty", "record"), "phone"
    ),
    **dict.fromkeys(("import", "news", "passkeys", "tokens", "merge"), "phone"),
}
# Name of the set, width, colour scheme, language.
SETS = (
    ("phone", 375, "light", "en"),
    ("desktop", 1024, "light", "en"),
    ("desktop-dark", 1024, "dark", "en"),
    ("phone-arabic", 375, "light", "ar"),
)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/wallet.db"
        database = open_database(url)
        migrate(database)
        database.close()
        catcher, port = Catcher(), free_port()
        mail = Controller(catcher, hostname="127.0.0.1", port=port)
        mail.start()
        wallet = LiveWallet(url, port, catcher)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            take(chromium, wallet)
            chromium.close()
        wallet.close()
        mail.stop()


def take(chromium: Browser, wallet: LiveWallet) -> None:
    wallet.deliver(BADGES["safety-basics.jwt"])
    claim = re.search(r"/claim/[\w-]+", wallet.mails(ANA)[0].text).group()
    for name, width, scheme, language in SETS:
        context = _context(chromium, wallet, width, scheme, language)
        for page, path in (("home", "/"), ("claim", claim), ("sign-in", "/sign-in"), ("verify", "/verify")):
            _shoot(context, wallet, path, f"{page}-{name}")
        _shoot(context, wallet, "/there-is-no-such-page", f"problem-{name}")
        for page, content in (
            ("genuine", BADGES["safety-basics.jwt"]),
            ("changed", changed_by_one_byte(BADGES["rope-work.json"])),
            ("unreadable", b'{"type": "a badge, perhaps"}'),
        ):
            _verify(context, wallet, content, f"verify-{page}-{name}")
        context.close()
    _could_not_be_checked(chromium, wallet)
    _mails(chromium)
    _empty_backpack(chromium, wallet)
    ana = Visitor(chromium, wallet).sign_in()
    for file in ("rope-work.json", "knots-2019.json", "first-aid.json", "first-year.json"):
        wallet.deliver(BADGES[file])
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana.open("/account")
    ana.page.get_by_label("Name").fill("Ana Núñez")
    ana.press("Save")
    ana.page.get_by_label("Add an address").fill(ANA_AT_HOME)
    ana.press("Mail a code there")
    ana.page.get_by_label("Code from the mail").fill(ana.code(ANA_AT_HOME))
    ana.press("Verify")
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    wallet.check_all()
    # That was a day later: a further address asks who is there.
    ana = Visitor(chromium, wallet).sign_in()
    merge = _offered_merge(chromium, wallet, ana)
    ana.open("/account/tokens")
    ana.page.get_by_label("What is it for?").fill("Portfolio of the school")
    ana.page.get_by_label("See your badges").check()
    ana.press("Make the token")
    addresses = {}
    for shown in ("Rope Work", "Knots 2019", "First year at sea"):
        ana.open("/backpack")
        ana.page.get_by_role("link", name=shown).click()
        ana.page.wait_for_url("**/backpack/*-*")
        addresses[shown] = ana.page.url.removeprefix(wallet.base_url)
    for name, width, scheme, language in SETS:
        context = _context(chromium, wallet, width, scheme, language)
        context.add_cookies(ana.context.cookies())
        context.add_cookies([{"name": "vcwallet-language", "value": language, "url": wallet.base_url}])
        _shoot(context, wallet, "/backpack", f"backpack-{name}")
        _shoot(context, wallet, addresses["Rope Work"], f"badge-{name}")
        _shoot(context, wallet, addresses["Knots 2019"], f"badge-revoked-{name}")
        _shoot(context, wallet, addresses["First year at sea"], f"record-{name}")
        _shoot(context, wallet, f"{addresses['Rope Work']}/print", f"print-{name}")
        for page in ("import", "news", "account"):
            _shoot(context, wallet, f"/{page}", f"{page}-{name}")
        for page in ("passkeys", "tokens"):
            _shoot(context, wallet, f"/account/{page}", f"{page}-{name}")
        _shoot(context, wallet, merge, f"merge-{name}")
        context.close()


def _could_not_be_checked(chromium: Browser, wallet: LiveWallet) -> None:
    """An issuer whose website does not answer."""
    badge = BADGES["rope-work.json"].replace(b"harbour.example", b"closed.example")
    for name, width, scheme, language in SETS[:2]:
        context = _context(chromium, wallet, width, scheme, language)
        _verify(context, wallet, badge, f"verify-unsure-{name}")
        context.close()


def _mails(chromium: Browser) -> None:
    """The invitation in every language, and once in the dark."""
    composer, languages = Composer("https://wallet.example"), Languages()
    for language, scheme in (*((each.code, "light") for each in languages.all), ("en", "dark")):
        mail = composer.first_badge(
            languages[language], badge="Rope Work", issuer="Harbour College", claim_path="/claim/4fJ2u8Qw"
        )
        context = chromium.new_context(viewport={"width": 600, "height": 400}, color_scheme=scheme)
        page = context.new_page()
        page.set_content(mail.html)
        page.screenshot(path=FOLDER / f"mail-{language}{'-dark' if scheme == 'dark' else ''}.png", full_page=True)
        context.close()


def _empty_backpack(chromium: Browser, wallet: LiveWallet) -> None:
    """What somebody sees who has an account and no badge yet."""
    ben = Visitor(chromium, wallet).sign_in(BEN)
    for name, width, scheme, language in SETS[:2]:
        context = _context(chromium, wallet, width, scheme, language)
        context.add_cookies(ben.context.cookies())
        _shoot(context, wallet, "/backpack", f"backpack-empty-{name}")
        context.close()


def _offered_merge(chromium: Browser, wallet: LiveWallet, ana: Visitor) -> str:
    """Another account of hers, whose address she adds: the page that says what would move."""
    other = "ana@oldjob.example"
    Visitor(chromium, wallet).sign_in(other).context.close()
    wallet.deliver(by_harbour(badge(70, "Signals", "2024-05-02T09:00:00Z", address=other)), other)
    ana.open("/account")
    ana.page.get_by_label("Add an address").fill(other)
    ana.press("Mail a code there")
    ana.page.get_by_label("Code from the mail").fill(ana.code(other))
    ana.press("Verify")
    link = ana.page.get_by_role("link", name="See what would move")
    return link.get_attribute("href") or ""


def _context(chromium: Browser, wallet: LiveWallet, width: int, scheme: str, language: str) -> BrowserContext:
    locale = {"en": "en-GB"}.get(language, language)
    return chromium.new_context(
        base_url=wallet.base_url, viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale
    )


def _is_shown(name: str) -> bool:
    taken = next(entry[0] for entry in SETS if name.endswith(f"-{entry[0]}"))
    page = name.removesuffix(f"-{taken}")
    if page in SHOWN_ONCE:
        return taken == SHOWN_ONCE[page]
    return taken in ("phone", "desktop") or page in SHOWN_IN_EVERY_SET


def _shoot(context: BrowserContext, wallet: LiveWallet, path: str, name: str) -> None:
    if not _is_shown(name):
        return
    page = context.new_page()
    page.goto(wallet.base_url + path)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    page.close()


def _verify(context: BrowserContext, wallet: LiveWallet, content: bytes, name: str) -> None:
    if not _is_shown(name):
        return
    page = context.new_page()
    page.goto(f"{wallet.base_url}/verify")
    page.locator("#file").set_input_files({"name": "badge", "mimeType": "text/plain", "buffer": content})
    page.locator("form:has(#file) button").click()
    page.locator(".verdict").wait_for()
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    page.close()


if __name__ == "__main__":
    main()
