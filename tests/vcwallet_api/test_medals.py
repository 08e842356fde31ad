"""Drawn medals: the same for the same badge, different for another, harmless, and with no name in their address."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet_api.medals import _SHAPES, draw_medal, initials_of, medal_for, parse_medal


def test_a_medal_is_always_the_same_and_another_badge_has_another():
    assert draw_medal(medal_for("Knots", "Harbour")) == draw_medal(medal_for("Knots", "Harbour"))
    assert draw_medal(medal_for("Knots", "Harbour")) != draw_medal(medal_for("Knots", "Old School"))


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Navigation I", "NI"),
        ("Safety Basics", "SB"),
        ("The Art of the Sea", "AS"),
        ("of the", "OT"),
        ("navegación básica", "NB"),
        ("سلامة البحر", "سا"),
        ("航海", "航"),
        ("", ""),
        ("<script>", "S"),
        ("ßeta", "S"),
    ],
)
def test_initials_are_those_of_the_telling_words(name, initials):
    assert initials_of(name) == initials


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_badge_has_a_medal_that_is_well_formed_and_comes_back_from_its_address(name, issuer):
    medal = medal_for(name, issuer)

    drawing = draw_medal(medal)

    assert "script" not in ET.fromstring(drawing).tag
    assert parse_medal(medal.seed, medal.initials) == medal
    assert len(drawing) < 12_000


@pytest.mark.parametrize(
    ("seed", "initials"), [("", ""), ("0" * 11, ""), ("G" * 12, ""), ("0" * 12, "ABC"), ("0" * 12, "<>")]
)
def test_no_other_address_is_a_medal(seed, initials):
    assert parse_medal(seed, initials) is None


def test_every_shape_is_drawn():
    drawn = {draw_medal(medal_for(str(number), "")).split('<path d="')[1][:24] for number in range(200)}

    assert len(drawn) >= len(_SHAPES)
