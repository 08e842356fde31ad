"""Text as it is searched and sorted by: without case, accents and the other differences that people do not type."""

import unicodedata
from typing import Final

# As much of a description as anybody would search for.
_MAX_SEARCH_TEXT: Final = 4000
_MAX_SORT_KEY: Final = 200


def folded(text: str) -> str:
    """The text in one case, without accents, its words parted by single blanks: "Núñez" and "NUNEZ" are the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    # U+0000 cannot be stored in PostgreSQL, and nobody searches for it.
    return " ".join(bare.replace("\0", "").split())


def search_text(*texts: str) -> str:
    """What a search looks through."""
    return folded(" ".join(texts))[:_MAX_SEARCH_TEXT]


def sort_key(text: str) -> str:
    """What a list is ordered by."""
    return folded(text)[:_MAX_SORT_KEY]


def search_words(query: str) -> list[str]:
    """The words of a query; each must be found."""
    return folded(query).split()
