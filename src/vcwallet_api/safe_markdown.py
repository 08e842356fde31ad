"""Text that issuers wrote as Markdown, as HTML that can do no harm.

Two walls: the Markdown reader passes no HTML through, and what it makes is cleaned by a list of allowed elements. Links
lead to web and mail addresses only, and tell nobody where the reader came from. Pictures are left out: they would be
fetched from another host, which would learn who reads the page.
"""

from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# The longest criteria in circulation have a few thousand characters.
MAX_CHARACTERS: Final = 20_000

_TAGS: Final = frozenset(
    {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr", "h4", "h5", "h6"}
)
_HEADINGS: Final = {f"h{level}": f"h{min(level + 3, 6)}" for level in range(1, 7)}


def markdown_to_html(text: str) -> Markup:
    """The text as HTML. Headings start at the fourth level, below those of the page; beyond the limit it is cut."""
    tokens = _reader().parse(text[:MAX_CHARACTERS])
    for token in tokens:
        if token.tag in _HEADINGS:
            token.tag = _HEADINGS[token.tag]
    html = _reader().renderer.render(tokens, _reader().options, {})
    return Markup(  # noqa: S704 - cleaned in the same expression
        nh3.clean(
            html,
            tags=set(_TAGS),
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def web_link(address: object) -> str | None:
    """The address, if a browser may be sent there: http or https, and nothing that runs."""
    if isinstance(address, str) and address.lower().startswith(("https://", "http://")):
        return address
    return None


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")
