"""Pictures of pathways: well-formed, the same for the ear as for the eye, and nothing that a name could do to them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.vcwallet.pathways.harbour import DECK_OFFICER, NAVIGATION, ROPE, SAFETY, chain, pathway, revoked, step, walk
from tests.vcwallet.pathways.test_arrangement import branching, choice
from vcwallet.pathways import svg_style
from vcwallet.pathways.drawing import draw
from vcwallet.pathways.language_text import LanguageText
from vcwallet.pathways.lettering import in_lines, width_of
from vcwallet.pathways.requirement import Manual

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture):
    return etree.fromstring(picture.encode(), etree.XMLParser(resolve_entities=False))


def spoken(picture):
    root = parsed(picture)
    return [
        item.get("aria-label") or item.find(f"{SVG}a").get("aria-label")
        for item in root.iter(f"{SVG}g")
        if item.get("role") == "listitem"
    ]


def test_a_screen_reader_meets_the_steps_from_left_to_right():
    picture = draw(DECK_OFFICER, walk(SAFETY, ROPE))

    assert spoken(picture) == [
        "1 of 5: Safety Basics, completed 2024-03-01",
        "2 of 5: Seamanship, in progress, 1 of 2, two of three",
        "3 of 5: Swimming, optional, open",
        "4 of 5: Navigation I, open, first: Seamanship – two of three",
        "5 of 5: Deck Officer, in progress, 1 of 3, all three",
    ]


def test_the_picture_has_a_title_and_a_description():
    root = parsed(draw(DECK_OFFICER, walk(SAFETY)))

    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title.text == "Deck Officer"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert "33 % complete" in description.text


def test_lines_and_marks_are_hidden_from_screen_readers():
    root = parsed(draw(DECK_OFFICER, walk(SAFETY)))

    for path in root.iter(f"{SVG}path"):
        assert any(ancestor.get("aria-hidden") == "true" for ancestor in path.iterancestors())


def test_every_state_has_a_mark_of_its_own():
    shapes = set()
    for progress in (walk(), walk(SAFETY), walk(revoked(SAFETY))):
        root = parsed(
            draw(
                pathway(step("A", DECK_OFFICER.step("A").requires), issuers=DECK_OFFICER.issuers),
                replace(progress, pathway=DECK_OFFICER),
            )
        )
        card = next(item for item in root.iter(f"{SVG}g") if item.get("role") == "listitem")
        shapes.add(tuple((entry.tag, entry.get("class")) for entry in card.iter(f"{SVG}circle", f"{SVG}path")))
    assert len(shapes) == 3


@pytest.mark.parametrize("scheme", ["auto", "light", "dark"])
def test_colours_follow_the_reader_or_the_caller(scheme):
    style = parsed(draw(DECK_OFFICER, scheme=scheme)).find(f"{SVG}style").text

    assert ("prefers-color-scheme:dark" in style) == (scheme == "auto")
    assert (svg_style._DARK["page"] in style) == (scheme in {"auto", "dark"})
    assert "{{" not in style
    assert style.count("{") == style.count("}")


def _luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [svg_style._LIGHT, svg_style._DARK], ids=["light", "dark"])
def test_contrast_is_enough_for_letters_and_marks(colours):
    grounds = [colours[name] for name in ("page", "card", "good-ground", "busy-ground", "warn-ground")]
    for ground in grounds:
        assert contrast(colours["ink"], ground) >= 4.5
        assert contrast(colours["soft"], ground) >= 4.5
        for mark in ("good", "busy", "warn", "medal", "line"):
            assert contrast(colours[mark], ground) >= 3, (mark, ground)
    assert contrast(colours["on"], colours["good"]) >= 3
    assert contrast(colours["on"], colours["warn"]) >= 3


def test_a_language_from_right_to_left_mirrors_the_picture():
    named = replace(DECK_OFFICER, name=LanguageText.of({"en": "Deck Officer", "ar": "ضابط سطح السفينة"}))
    usual, mirrored = (parsed(draw(named, languages=languages)) for languages in (("en",), ("ar",)))

    def lefts(root):
        return [
            float(card.find(f"{SVG}g/{SVG}rect").get("x"))
            for card in root.iter(f"{SVG}g")
            if card.get("role") == "listitem"
        ]

    assert lefts(usual) == sorted(lefts(usual))
    assert lefts(mirrored) == sorted(lefts(mirrored), reverse=True)
    assert mirrored.get("direction") == "rtl"
    assert "from right to left" in mirrored.find(f"{SVG}desc").text


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "&lt;",
    "]]>",
    "a\x00b\x1b[2J\ufffe",
    "--></style>",
    "' onload='x",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_ever_text(name):
    hostile = pathway(step("a", Manual("a")), step("end", Manual("b"), "a"))
    hostile = replace(
        hostile,
        name=LanguageText.of(name),
        steps=tuple(
            replace(found, name=LanguageText.of(name), description=LanguageText.of(name)) for found in hostile.steps
        ),
    )
    root = parsed(draw(hostile, walk(pathway=hostile)))

    assert {etree.QName(entry).localname for entry in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "g",
        "path",
        "circle",
        "text",
    }
    assert not [key for entry in root.iter() for key in entry.attrib if key.startswith("on")]


@given(st.text(max_size=60))
def test_any_name_gives_a_picture(name):
    way = pathway(step("a", Manual("a")))
    parsed(draw(replace(way, name=LanguageText.of(name), steps=(replace(way.steps[0], name=LanguageText.of(name)),))))


def test_links_lead_to_steps_and_nowhere_else():
    assert 'href="/steps/A"' in draw(DECK_OFFICER, links={"A": "/steps/A"})
    for address in ("javascript:alert(1)", "data:text/html,x", "//evil.example", "http://plain.example", "x"):
        with pytest.raises(ValueError, match="link"):
            draw(DECK_OFFICER, links={"A": address})


def test_a_folded_choice_says_how_many():
    way = choice(12, 36)
    picture = draw(way, walk(pathway=way, confirmed={f"k{index}": NAVIGATION.awarded_at for index in range(5)}))

    assert "any 12 of 36 steps: x0, x1, x2 and 33 more; 5 done" in spoken(picture)[0]
    assert len(spoken(picture)) == 3


def test_steps_apart_are_drawn_apart():
    way = pathway(step("lone", Manual("l")), step("end", Manual("e")))

    assert "Off the path" in draw(way)
    assert "Off the path" not in draw(DECK_OFFICER)


def test_nothing_reaches_out_of_the_picture():
    for way in (DECK_OFFICER, branching(60, 2), chain(30), choice(2, 20)):
        root = parsed(draw(way, walk(pathway=way)))
        width, height = float(root.get("width")), float(root.get("height"))
        for card in root.iter(f"{SVG}rect"):
            assert 0 <= float(card.get("x", 0)) <= float(card.get("x", 0)) + float(card.get("width")) <= width
            assert 0 <= float(card.get("y", 0)) <= float(card.get("y", 0)) + float(card.get("height")) <= height


@given(st.text(max_size=200), st.integers(1, 4))
def test_lines_fit_and_are_few(text, most):
    lines = in_lines(text, room=150, size=15, most=most)

    assert 1 <= len(lines) <= most
    assert all(width_of(line, 15) <= 150 or len(line) == 1 for line in lines)


def test_a_short_text_stays_whole_and_a_long_one_ends_in_an_ellipsis():
    assert in_lines("Rope Work", room=150, size=15, most=3) == ["Rope Work"]
    assert in_lines("word " * 50, room=150, size=15, most=2)[-1].endswith("…")
