"""Write out, as JSON, the contexts that no registry package carries.

The tables are in written_out.toml, which explains their notation. A table is our own description of a published
context; that it says the same is established by a test that compares the JSON values.
"""

import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from vcwallet.wire import json_pointer

TABLES = Path(__file__).with_name("written_out.toml")

_FURTHER_KEYWORDS = {"type": "@type", "container": "@container", "scope": "@context"}


class TermTables:
    """All tables of one file. A fault in the file raises ValueError, which names the row."""

    def __init__(self, text: str) -> None:
        tables = tomllib.loads(text)
        self._abbreviations: Mapping[str, str] = tables.get("abbreviations", {})
        self._contexts: Mapping[str, Mapping[str, Any]] = tables.get("context", {})
        self._scopes: Mapping[str, Mapping[str, Any]] = tables.get("scope", {})

    def __contains__(self, url: str) -> bool:
        return url in self._contexts

    def document(self, url: str, original: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """The context document for `url`. `original` gives the document that a derived table starts from."""
        table = self._contexts[url]
        if "derived_from" in table:
            return _derived(original(table["derived_from"]), table)
        return {"@context": self._definitions(table)}

    def _definitions(self, table: Mapping[str, Any]) -> dict[str, Any]:
        definitions: dict[str, Any] = {}
        if "protected" in table:
            definitions["@protected"] = table["protected"]
        if "vocab" in table:
            definitions["@vocab"] = table["vocab"]
        for row in filter(None, map(str.strip, table.get("terms", "").splitlines())):
            for term, definition in self._row(row):
                if term in definitions:
                    raise ValueError(f"{term} is defined twice: {row}")
                definitions[term] = definition
        return definitions

    def _row(self, row: str) -> list[tuple[str, Any]]:
        words = row.split()
        sign = next((word for word in words if word in {"=", "->"}), None)
        if sign is None:
            raise ValueError(f"a row needs = or -> : {row}")
        terms, (iri, *further) = words[: words.index(sign)], words[words.index(sign) + 1 :]
        if sign == "=":
            if further:
                raise ValueError(f"nothing can follow a definition that is a string: {row}")
            return [(term, self._iri(iri, term)) for term in terms]
        return [(term, {"@id": self._iri(iri, term)} | self._further(further, term, row)) for term in terms]

    def _further(self, words: list[str], term: str, row: str) -> dict[str, Any]:
        if len(words) % 2 or not set(words[::2]) <= _FURTHER_KEYWORDS.keys():
            raise ValueError(f"expected pairs of {', '.join(_FURTHER_KEYWORDS)} and a value: {row}")
        return {
            _FURTHER_KEYWORDS[word]: self._definitions(self._scopes[value])
            if word == "scope"
            else self._iri(value, term)
            for word, value in zip(words[::2], words[1::2], strict=True)
        }

    def _iri(self, text: str, term: str) -> str:
        return text.replace("*", term).format_map(self._abbreviations)


def _derived(original: dict[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    document = deepcopy(original)
    for pointer in table.get("without", ()):
        parent, last = _place(document, pointer)
        del parent[last]
    for pointer, value in table.get("replacing", {}).items():
        parent, last = _place(document, pointer)
        parent[last] = value
    return document


def _place(document: dict[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
    *path, last = json_pointer.split(pointer)
    parent: Any = json_pointer.resolve(document, json_pointer.join("", *path))
    if last not in parent:
        raise ValueError(f"the original has nothing at {pointer}")
    return parent, last
