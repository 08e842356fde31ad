"""The languages that the service speaks, and how it finds the one for whoever asks.

Texts are written in English where they are used, marked with `_` or `message`, and translated by the catalogues in
`locale/`. These are read as text when the service starts: there is no step that compiles them, and none to forget.
"""

import gettext
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from babel.core import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from vcwallet_api.settings import LANGUAGES

_FOLDER: Final = Path(__file__).parent / "locale"
# Browsers send a handful; whoever sends pages of them is not a browser.
_MAX_HEADER_LENGTH: Final = 500

# First-strong isolate and its end (UAX #9): a name in another script does not reorder the sentence around it.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def message(text: str) -> str:
    """Marks a text for translation where it is written, without translating it there."""
    return text


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, its texts, and its way of writing dates."""

    code: str
    texts: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """The value of the HTML attribute `dir`."""
        return "rtl" if Locale.parse(self.code).text_direction == "rtl" else "ltr"

    def translate(self, text: str, **values: Any) -> str:
        """The text in this language, with its `{names}` filled in."""
        # gettext answers an empty text with the head of the catalogue.
        translated = self.texts.gettext(text) if text else ""
        return translated.format(**values) if values else translated

    def date(self, moment: Any) -> str:
        """A day as people write it, for example "1 March 2024"."""
        return format_date(moment, format="long", locale=self.code)


class Languages:
    """All of them."""

    def __init__(self, default: str = "en") -> None:
        self.default = default
        self._by_code = {code: Language(code, _catalogue(code)) for code in LANGUAGES}

    def __getitem__(self, code: str) -> Language:
        return self._by_code.get(code) or self._by_code[self.default]

    def preferred(self, accept_language: str | None) -> Language:
        """The language that the header `Accept-Language` (RFC 9110, 12.5.4) likes best, of those that we speak."""
        wanted: list[tuple[float, str]] = []
        for part in (accept_language or "")[:_MAX_HEADER_LENGTH].split(","):
            tag, _, parameter = part.strip().partition(";")
            code = tag.strip().lower().partition("-")[0]
            quality = _quality(parameter)
            if code in self._by_code and quality > 0:
                wanted.append((quality, code))
        return self[max(wanted, key=lambda entry: entry[0])[1]] if wanted else self[self.default]


def isolated(name: str) -> str:
    """A name from a credential, fit to stand in a sentence: in one line, without control characters, set apart."""
    visible = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in name
        if unicodedata.category(character) != "Cf" or character in "\u200c\u200d"
    )
    return f"{_ISOLATE}{' '.join(visible.split())}{_END_OF_ISOLATE}"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def _catalogue(code: str) -> gettext.NullTranslations:
    path = _FOLDER / f"{code}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
