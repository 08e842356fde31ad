"""Break a name into lines that fit, without knowing the font: by how wide its characters usually are.

A picture that must look right in any viewer cannot measure text. The estimate is a little generous, so that a line ends
early rather than outside its card.
"""

import unicodedata
from typing import Final

_NARROW: Final = frozenset("iIljtfr.,:;'|!()[] ")
_WIDE: Final = frozenset("mwMW@%—…")
_EM_NARROW: Final = 0.34
_EM_WIDE: Final = 0.92
_EM_UPPER: Final = 0.70
_EM_OTHER: Final = 0.56


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in the unit of `size`, in a sans-serif of that size."""
    return size * sum(map(_em, text))


def _em(char: str) -> float:
    if char in _NARROW:
        return _EM_NARROW
    if char in _WIDE:
        return _EM_WIDE
    if char.isascii():
        return _EM_UPPER if char.isupper() else _EM_OTHER
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return _EM_UPPER if char.isupper() else 0.6


def in_lines(text: str, *, room: float, size: float, most: int) -> list[str]:
    """The text in at most `most` lines of at most `room`; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    pieces = [piece for word in text.split() for piece in _pieces(word, room, size)]
    for word in pieces:
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
        if len(lines) > most:
            break
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], _shortened(lines[most - 1], room, size)]
    return lines


def _pieces(word: str, room: float, size: float) -> list[str]:
    """A word that is wider than a whole line, cut; scripts that write without blanks need that."""
    if width_of(word, size) <= room:
        return [word]
    pieces, piece = [], ""
    for char in word:
        if piece and width_of(piece + char, size) > room:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]


def _shortened(line: str, room: float, size: float) -> str:
    while line and width_of(f"{line}…", size) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"
