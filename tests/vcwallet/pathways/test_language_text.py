"""Texts in several languages: the one that a reader knows, or at least one."""

import pytest

from vcwallet.pathways.language_text import LanguageText

TEXT = LanguageText.of({"en": "Rope Work", "nl-BE": "Touwwerk", "pt-BR": "Cordas"})


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ((), "Rope Work"),
        (("nl-BE",), "Touwwerk"),
        (("NL-be",), "Touwwerk"),
        (("nl",), "Touwwerk"),
        (("nl-NL",), "Touwwerk"),
        (("fr", "pt"), "Cordas"),
        (("fr",), "Rope Work"),
        (("p",), "Rope Work"),
    ],
)
def test_the_best_language_is_chosen(languages, expected):
    assert TEXT.in_language(*languages) == expected


def test_a_text_may_say_no_language_or_be_missing():
    assert LanguageText.of("Knots").best(("en",)) == ("und", "Knots")
    assert LanguageText().best(("en",)) == ("und", "")
    assert not LanguageText()
