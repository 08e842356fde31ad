"""The languages that the service speaks, and how it finds the one for whoever asks.

Texts are written in English where they are used, marked with `_` or `message`, and translated by the catalogues in
`locale/`. These are read as text when the service starts: there is no step that compiles them, and none to forget.
"""

import gettext
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from vcwallet_api.settings import LANGUAGES

# Which language a visitor chose. It says nothing else, and every page works without it.
LANGUAGE_COOKIE: Final = "vcwallet-language"
_FOLDER: Final = Path(__file__).parent / "locale"
# Browsers send a handful; whoever sends pages of them is not a browser.
_MAX_HEADER_LENGTH: Final = 500

# First-strong isolate and its end (UAX #9): a name in another script does not reorder the sentence around it.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


class AnyConnection(Protocol):
    """What there is to know about a request."""

    @property
    def cookies(self) -> Mapping[str, str]: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


def message(text: str) -> str:
    """Marks a text for translation where it is written, without translating it there."""
    return text


def counted(one: str, many: str) -> tuple[str, str]:
    """Marks a text about a number of things for translation, to be given to `Language.count` elsewhere."""
    return one, many


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

    @property
    def name(self) -> str:
        """What its speakers call it."""
        return (Locale.parse(self.code).get_display_name() or self.code).capitalize()

    def name_of(self, tag: str) -> str:
        """What speakers of this language call the one with this tag (BCP 47); the tag itself if it is not known."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self.code) or tag
        except (UnknownLocaleError, ValueError):
            return tag

    def count(self, one: str, many: str, number: int) -> str:
        """A text about a number of things, `{number}`: languages have up to six forms for it."""
        return self.texts.ngettext(one, many, number).format(number=self.number(number))

    def date(self, moment: Any) -> str:
        """A day as people write it, for example "1 March 2024"."""
        return format_date(moment, format="long", locale=self._dates)

    def moment(self, moment: datetime) -> str:
        """Day and time, in UTC because the reader's zone is not known, for example "1 June 2024, 12:00 UTC"."""
        in_utc = moment.astimezone(UTC)
        day_and_time: str = Locale.parse(self._dates).datetime_formats["medium"]
        time = f"{format_time(in_utc, format='HH:mm', locale=self._dates)} UTC"
        # In a right-to-left sentence, "12:00 UTC" keeps its order and stays beside the day.
        return day_and_time.replace("{1}", self.date(in_utc)).replace(
            "{0}", f"\u2066{time}\u2069" if self.direction == "rtl" else time
        )

    @property
    def _dates(self) -> str:
        """English dates in the order that the other languages have, too: 1 March 2024."""
        return "en_GB" if self.code == "en" else self.code

    def number(self, value: float) -> str:
        """A number with the separators of the language."""
        return format_decimal(value, locale=self.code)


class Languages:
    """All of them."""

    def __init__(self, default: str = "en") -> None:
        self.default = default
        self._by_code = {code: Language(code, _catalogue(code)) for code in LANGUAGES}

    def __getitem__(self, code: str) -> Language:
        return self._by_code.get(code) or self._by_code[self.default]

    @property
    def all(self) -> tuple[Language, ...]:
        """Every one, in the order in which they are offered."""
        return tuple(self._by_code.values())

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


def page_language(request: AnyConnection, languages: Languages, of_account: str | None = None) -> Language:
    """What the visitor chose, else what the account says, else what the browser asks for."""
    for code in (request.cookies.get(LANGUAGE_COOKIE), of_account):
        if code in LANGUAGES:
            return languages[code]
    return languages.preferred(request.headers.get("accept-language"))


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
