"""Pages: from a frozen page model to HTML, with the headers that keep a page from doing harm.

Each page is a dataclass whose fields are exactly what its template may show; `template` names the file. Around it stands a
`Frame`: language, place in the navigation, who is signed in. Everything is escaped where it is put in; nothing in a page
runs or styles itself inline, so that the content policy can forbid it; nothing is loaded from another host.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import MediaType, Response
from markupsafe import Markup, escape

from vcwallet_api.languages import Language, Languages
from vcwallet_api.medals import medal_for
from vcwallet_api.safe_markdown import markdown_to_html, web_link

_STATIC: Final = Path(__file__).parent / "static"
_STATIC_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# A year, the longest that browsers honour: the address of a static file changes with its content.
FOREVER: Final = "public, max-age=31536000, immutable"

# Pictures that a credential carries inside itself come as data; nothing at all is fetched from another host.
_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src {scripts}; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
# What is opened by itself, such as a picture that somebody else drew, may do nothing at all.
FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


class Page(Protocol):
    """What every page model is: a frozen dataclass that names its template."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page.

    - `language`: the language of the page.
    - `path`: where the visitor is, so that a change of language comes back here.
    - `place`: which entry of the navigation is current; "" for none.
    - `account_name`: who is signed in, as they call themselves; None for nobody.
    - `news`: how many things happened to their badges that they have not seen.
    - `notice`: a sentence about what was just done; "" for none.
    - `demo`: whether this is a trial, with a page of its mails.
    """

    language: Language
    path: str
    place: str = ""
    account_name: str | None = None
    news: int = 0
    notice: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """Something did not work.

    - `title`: what happened.
    - `next_step`: what to do.
    - `code`: the stable name, for whoever asks for help.
    - `signs_in`: whether signing in would help.
    - `address`: where the wallet is, for whoever called it by another name; "" where that is no question.
    """

    template: ClassVar[str] = "problem.html"

    title: str
    next_step: str
    code: str
    signs_in: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of ours that pages load: its bytes, its type, and an address that changes when it does."""

    content: bytes
    media_type: str
    address: str


class Pages:
    """Makes pages. One for the whole service; safe for many threads."""

    def __init__(self, languages: Languages | None = None) -> None:
        self.languages = languages or Languages()
        self.files = {path.name: _static_file(path) for path in sorted(_STATIC.iterdir())}
        self._environment = Environment(
            autoescape=True,
            loader=PackageLoader("vcwallet_api"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(static=self._address, medal=_medal_path, all_languages=self.languages.all)
        self._environment.filters.update(
            markdown=markdown_to_html, web_link=web_link, own_text=own_text, sentence=sentence
        )

    def html(self, page: Page, frame: Frame) -> str:
        """The page as HTML."""
        language = frame.language
        return self._environment.get_template(page.template).render(
            page=page,
            frame=frame,
            _=language.translate,
            count=language.count,
            say_date=partial(_date, language),
            language_name=language.name_of,
        )

    def response(
        self, page: Page, frame: Frame, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response[str]:
        """The page as an answer. It is kept by nobody: what it shows may be private, or may change at any time."""
        scripts = "'self'" if getattr(page, "uses_script", False) else "'none'"
        return Response(
            self.html(page, frame),
            status_code=status,
            media_type=MediaType.HTML,
            headers={
                "Content-Security-Policy": _PAGE_POLICY.format(scripts=scripts),
                # Under "no-referrer" a browser would not even tell us that a form was sent from our own page.
                "Referrer-Policy": "same-origin",
                "Content-Language": frame.language.code,
                "Cache-Control": "no-store",
                "Vary": "Accept-Language, Cookie",
                **(headers or {}),
            },
        )

    def _address(self, name: str) -> str:
        return self.files[name].address


def own_path(text: str, otherwise: str = "/backpack") -> str:
    """The path, if it is one of ours: nobody is sent to another website by a link to this one."""
    is_ours = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if is_ours else otherwise


def own_text(text: str) -> Markup:
    """A text that somebody else wrote, set apart: its direction and its control characters change nothing around it."""
    visible = "".join(_visible(character) for character in text)
    return Markup("<bdi>{}</bdi>").format(visible)


def sentence(text: str) -> Markup:
    """A sentence of ours in which names were set apart (`languages.isolated`).

    Elements take the place of the characters that did so: whoever looks for the sentence finds it.
    """
    marked = str(escape(text)).replace("\u2068", "<bdi>").replace("\u2069", "</bdi>")
    return Markup(marked)  # noqa: S704 - it was escaped before the elements came in


def _visible(character: str) -> str:
    """Characters that steer or hide others are shown by their number; blanks and joiners of real scripts stay."""
    if character in "\n\t\u200c\u200d":
        return character
    if unicodedata.category(character) in ("Cc", "Cf"):
        return f"[U+{ord(character):04X}]"
    return character


def _date(language: Language, moment: datetime | None) -> str:
    return language.date(moment) if moment is not None else ""


def _medal_path(achievement: str, issuer: str) -> str:
    return medal_for(achievement, issuer).path


def _static_file(path: Path) -> StaticFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(content, _STATIC_TYPES[path.suffix], f"/static/{path.name}?v={digest}")
