"""A text in one or several languages, as the names and descriptions of pathways are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The language of a text that does not say: "undetermined" in BCP 47.
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class LanguageText:
    """Texts by BCP 47 language tag, in the order in which they were given. Hashable, and safe to share."""

    entries: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, texts: Mapping[str, str] | str) -> "LanguageText":
        """From a language map, or from one text whose language nobody stated."""
        return cls(((UNDETERMINED, texts),)) if isinstance(texts, str) else cls(tuple(texts.items()))

    def best(self, languages: Sequence[str] = ()) -> tuple[str, str]:
        """The language and the text that suit a reader best; ("und", "") when there is none.

        Each wanted language is looked for as it is, then without its region ("nl-BE" finds "nl", and "nl" finds "nl-BE");
        when nothing fits, the first text is shown rather than none.
        """
        for wanted in languages:
            for fits in (_same, _same_language):
                for tag, text in self.entries:
                    if fits(tag, wanted):
                        return tag, text
        return self.entries[0] if self.entries else (UNDETERMINED, "")

    def in_language(self, *languages: str) -> str:
        """The text that suits best; see `best`."""
        return self.best(languages)[1]

    def to_dict(self) -> dict[str, str]:
        return dict(self.entries)

    def __bool__(self) -> bool:
        return bool(self.entries)


NO_TEXT = LanguageText()


def _same(tag: str, wanted: str) -> bool:
    return tag.lower() == wanted.lower()


def _same_language(tag: str, wanted: str) -> bool:
    return tag.lower().partition("-")[0] == wanted.lower().partition("-")[0]
