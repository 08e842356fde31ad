"""Lines on a terminal or in a file, written so that no credential can control the terminal.

Everything that is shown goes through `Screen`, and `Screen` passes every piece through `printable`: escape sequences,
line breaks and bidirectional overrides come out as visible escapes, and nothing is read as markup. Colour only ever
repeats what a word and a mark say already; it is left out for files, pipes and NO_COLOR.
"""

from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from vcwallet.terminal.printable_text import printable

# Longer lines are hard to read, however wide the window is.
MAX_WIDTH: Final = 100
# With less room than this beside a label, words would be broken all the time.
_MIN_ROOM: Final = 24

# What our own words need beyond ASCII, and what stands for it where the output cannot have it.
_GLYPHS: Final = "✓✗–·“”→…"
_ASCII_GLYPHS: Final = str.maketrans(_GLYPHS, '+x--"">~')


# Text, or text with a style of rich.
Part = str | tuple[str, str]


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line, which knows the exit code; rich would exit with 1, our code for "invalid"."""
        raise  # noqa: PLE0704 - called by rich while it handles the BrokenPipeError


class Screen:
    """Writes lines of plain words to one stream. Everything it is given may come from a hostile credential."""

    def __init__(self, stream: TextIO) -> None:
        self.console = _Console(file=stream, highlight=False, markup=False, emoji=False)
        self.is_terminal = self.console.is_terminal
        self._width = min(self.console.width, MAX_WIDTH)
        self._needs_ascii = not _can_encode(stream.encoding or "utf-8")

    def line(self, *parts: Part, label: tuple[Part, ...] = (), indent: int = 0, column: int | None = None) -> None:
        """One line, or more where it does not fit: `label` at `indent`, the rest from `column` on.

        A word that does not fit is broken on a terminal; in a file or pipe it stays whole, so that it can be searched.
        """
        head = self._text(label)
        body = self._text(parts)
        column = indent if column is None else column
        room = max(self._width - column, _MIN_ROOM)
        lines = body.wrap(self.console, room, overflow="fold" if self.is_terminal else "ignore")
        if head.cell_len > column - indent:
            self._print(indent, head)
            head = Text()
        for number, wrapped in enumerate(lines):
            wrapped.rstrip()
            if number == 0 and head:
                head.pad_right(column - indent - head.cell_len)
                wrapped = head + wrapped  # noqa: PLW2901 - the first line is the label's line
            self._print(indent if number == 0 and head else column, wrapped)

    def blank(self) -> None:
        self._print(0, Text())

    def _text(self, parts: tuple[Part, ...]) -> Text:
        text = Text()
        for part in parts:
            content, style = (part, "") if isinstance(part, str) else part
            shown = printable(content)
            text.append(shown.translate(_ASCII_GLYPHS) if self._needs_ascii else shown, style)
        return text

    def _print(self, indent: int, text: Text) -> None:
        text.pad_left(indent)
        text.rstrip()
        self.console.print(text, soft_wrap=True)


def _can_encode(encoding: str) -> bool:
    try:
        _GLYPHS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
