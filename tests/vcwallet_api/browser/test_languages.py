"""I2 and I3 through the pages: the reader's language, the badge's own, and writing from right to left.

The picture of a pathway, which I3 mirrors, does not exist yet; lists and names do.
"""

from tests.vcwallet_api.browser.visitors import IN_CHROMIUM, learner, without_isolates
from tools.make_learner_example import badge, by_harbour
from vcwallet_api.settings import LANGUAGES

pytestmark = IN_CHROMIUM

# What can be pressed there, by the line that it stands in.
_LINES_OF_THE_HEADER = """() => {
  const lines = new Map();
  for (const each of document.querySelectorAll("header a")) {
    const {top, bottom} = each.getBoundingClientRect(), line = Math.round((top + bottom) / 2);
    lines.set(line, [...lines.get(line) ?? [], each.matches(".brand") ? ".brand" : each.getAttribute("href")]);
  }
  return [...lines.entries()].sort(([one], [other]) => one - other).map(([, all]) => all.sort());
}"""
SPANISH = "https://harbour.example/achievements/40"


def _spanish_badge():
    """It is signed in Spanish, and described in Dutch and French elsewhere."""
    document = badge(40, "Nudos marineros", "2024-05-02T09:00:00Z", validUntil="2024-12-31T09:00:00Z")
    document["credentialSubject"]["achievement"] |= {
        "description": "Sabe hacer diez nudos.",
        "criteria": {"narrative": "Diez nudos, con los ojos cerrados."},
        "inLanguage": "es",
        "related": [
            {"id": f"{SPANISH}/fr", "type": ["Related"], "inLanguage": "fr"},
            {"id": f"{SPANISH}/nl", "type": ["Related"], "inLanguage": "nl"},
            # An earlier version in the same language, and one that no browser can open: neither is a translation to offer.
            {"id": f"{SPANISH}/2019", "type": ["Related"], "inLanguage": "es", "version": "2019"},
            {"id": "urn:uuid:00000000-0000-4000-9000-000000000041", "type": ["Related"], "inLanguage": "en"},
        ],
    }
    return by_harbour(document)


def test_i2_the_language_follows_the_browser_and_then_the_choice(live, visitor):
    somebody = visitor(locale="nl-BE")
    somebody.open("/verify")
    assert somebody.page.locator("html").get_attribute("lang") == "nl"
    assert somebody.page.locator("h1").inner_text() == "Is deze badge echt?"

    somebody.page.get_by_role("button", name="العربية").click()
    somebody.page.wait_for_url("**/verify")
    assert somebody.page.locator("html").get_attribute("dir") == "rtl"


def test_i2_the_header_has_two_lines_on_the_smallest_phone_in_every_language(live, visitor):
    ana = learner(live, visitor, viewport={"width": 320, "height": 640})
    ana.open("/account")
    ana.page.get_by_label("Name").fill("Ana Margarida de Vasconcelos y Núñez")
    ana.press("Save")
    ana.page.wait_for_url("**done=saved")
    for language in LANGUAGES:
        ana.context.add_cookies([{"name": "vcwallet-language", "value": language, "url": live.base_url}])
        ana.open("/backpack")

        lines = ana.page.evaluate(_LINES_OF_THE_HEADER)

        assert lines == [[".brand", "/account", "/news"], ["/backpack", "/verify"]], language
        assert ana.page.evaluate("document.documentElement.scrollWidth") == 320, language


def test_i2_words_dates_and_numbers_are_dutch(live, visitor):
    live.deliver(_spanish_badge())
    ana = learner(live, visitor)
    reader = visitor(locale="nl-NL")
    reader.context.add_cookies(ana.context.cookies())
    reader.context.add_cookies([{"name": "vcwallet-language", "value": "nl", "url": live.base_url}])

    reader.open("/backpack")
    assert reader.card("First Aid").startswith("First Aid Old School 2 mei 2021 Verlopen op 31 december 2023")
    reader.page.get_by_role("link", name="Nudos marineros").click()
    reader.page.wait_for_url("**/backpack/*-*")
    assert "Gecontroleerd op 1 juni 2024" in reader.text()
    assert "31 december 2024" in reader.text()
    reader.open("/account")
    assert "5 badges" in reader.text()
    assert reader.page.locator("html").get_attribute("lang") == "nl"


def test_i2_a_spanish_badge_is_marked_spanish_wherever_it_speaks(live, visitor):
    live.deliver(_spanish_badge())
    ana = visitor().sign_in()
    ana.page.get_by_role("link", name="Nudos marineros").click()
    ana.page.wait_for_url("**/backpack/*-*")
    own = ana.page.url
    vera = visitor()
    vera.check_file(_spanish_badge())
    for somebody, texts in (
        (ana, ("Nudos marineros", "Sabe hacer diez nudos.", "Diez nudos, con los ojos cerrados.")),
        (vera, ("Nudos marineros", "Sabe hacer diez nudos.", "Diez nudos, con los ojos cerrados.")),
    ):
        for text in texts:
            assert _language_of(somebody, text) == "es", text
    ana.open(f"{own}/print")
    for text in ("Nudos marineros", "Sabe hacer diez nudos."):
        assert _language_of(ana, text) == "es", text


def test_i2_translations_are_offered_the_readers_own_first_and_marked_as_not_signed(live, visitor):
    live.deliver(_spanish_badge())
    reader = visitor(locale="nl-NL")
    reader.context.add_cookies(visitor().sign_in().context.cookies())
    reader.context.add_cookies([{"name": "vcwallet-language", "value": "nl", "url": live.base_url}])
    reader.open("/backpack")
    reader.page.get_by_role("link", name="Nudos marineros").click()
    reader.page.wait_for_url("**/backpack/*-*")
    vera = visitor(locale="nl-NL", java_script_enabled=False)
    vera.open("/verify")
    vera.page.locator("#text").fill(_spanish_badge().decode())
    vera.page.locator("form:has(#text) .button").click()

    for somebody in (reader, vera):
        offered = somebody.page.locator("section", has_text="In andere talen").last.locator("li")
        assert [without_isolates(text).strip() for text in offered.all_inner_texts()] == [
            "Nederlands niet gedekt door de handtekening",
            "Frans niet gedekt door de handtekening",
        ]
        links = offered.locator("a")
        assert [(link.get_attribute("href"), link.get_attribute("hreflang")) for link in links.all()] == [
            (f"{SPANISH}/nl", "nl"),
            (f"{SPANISH}/fr", "fr"),
        ]


def _language_of(somebody, text):
    """The language that a screen reader speaks this text in."""
    place = somebody.page.locator("main").get_by_text(text, exact=True).first
    return place.evaluate("element => element.closest('[lang]').lang")


def test_i3_in_arabic_the_list_has_the_same_order_and_names_keep_their_own_direction(live, visitor):
    live.deliver(by_harbour(badge(41, "عقد الحبال 2024", "2024-05-02T09:00:00Z")))
    ana = learner(live, visitor)
    in_english = ana.badges()
    assert in_english[0] == "عقد الحبال 2024"
    reader = visitor(locale="ar")
    reader.context.add_cookies(ana.context.cookies())
    reader.context.add_cookies([{"name": "vcwallet-language", "value": "ar", "url": live.base_url}])

    reader.open("/backpack")
    assert reader.page.locator("html").get_attribute("dir") == "rtl"
    assert reader.badges() == in_english
    cards = [card.bounding_box() for card in reader.page.locator(".badge").all()]
    first_row = [card for card in cards if card["y"] == cards[0]["y"]]
    assert len(first_row) > 1
    # It begins on the right.
    assert [card["x"] for card in first_row] == sorted((card["x"] for card in first_row), reverse=True)
    directions = reader.page.locator(".badge h2 bdi").evaluate_all(
        "names => names.map(name => [name.textContent, getComputedStyle(name).direction])"
    )
    assert dict(directions)["عقد الحبال 2024"] == "rtl"
    assert dict(directions)["Rope Work"] == "ltr"
