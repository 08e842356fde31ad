"""Foreign text made fit to be shown: nothing in it can control a terminal, hide text, or fill the screen."""

import unicodedata
from typing import Final

# Vietnamese and Hebrew put three marks on a letter; a hundred would paint over the lines above.
_MAX_COMBINING_MARKS: Final = 4

_JOINERS: Final = "\u200c\u200d"
_COMBINING: Final = frozenset({"Mn", "Me"})
_PLAIN_QUOTES: Final = str.maketrans("“”", '""')


def printable(text: str, *, limit: int | None = None) -> str:
    r"""The text on one line, with everything that is not a visible character shown as an escape such as `\x1b`.

    Blanks of all kinds are plain blanks. Joiners stay between characters that may need them (emoji, Persian, Hindi); in
    ASCII text they could only make one name look like another. With a `limit`, longer text ends in an ellipsis.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for index, char in enumerate(text):
        category = unicodedata.category(char)
        if category in _COMBINING:
            marks += 1
        elif char not in _JOINERS:
            marks = 0
        if category == "Zs":
            shown.append(" ")
        elif (char.isprintable() and marks <= _MAX_COMBINING_MARKS) or (char in _JOINERS and _joins(text, index)):
            shown.append(char)
        else:
            shown.append(char.encode("unicode_escape").decode("ascii"))
    return "".join(shown)


def quoted(text: str, *, limit: int = 120) -> str:
    """Foreign text between quotation marks that it cannot close itself."""
    inner = printable(text, limit=limit).translate(_PLAIN_QUOTES)
    return f"“{inner}”"


def _joins(text: str, index: int) -> bool:
    before, after = text[max(index - 1, 0) : index], text[index + 1 : index + 2]
    return bool(before and after) and not (before.isascii() or after.isascii())
