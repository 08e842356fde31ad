"""Write the statements of an expanded JSON-LD document, or refuse it: nothing that it says may be lost on the way.

This is Deserialize JSON-LD to RDF (JSON-LD 1.1 API, section 8.1) in what the JavaScript library calls safe mode, with
`rdfDirection` "i18n-datatype", which current issuers sign with. Nodes need not be merged in a node map first: a
statement that is made twice is one statement. How a document gets expanded is not known here.

Refused is what has no statement: relative IRIs and IRIs that break N-Quads, blank nodes as predicates, indexes, values
without a subject, ill-formed language tags. The pointer of the refusal is for the caller to add.
"""

import math
import re
from typing import Any, Final

from vcwallet.errors import Refused, Undecided
from vcwallet.linked_data.statement import RDF, XSD, Statement, iri_term, is_absolute_iri, is_language_tag, literal_term
from vcwallet.wire.canonical_json import canonicalize

RELATIVE_BASE: Final = "vcwallet-relative://document/"
"""The base that relative IRIs are resolved against, so that they are known again, whatever they say. Nothing absolute
has this scheme; a document that uses it all the same is refused too."""

# Every statement repeats the whole id of its node, so a small document can say something long very often. A CLR with
# 500 full badges has 20 million characters.
MAX_STATEMENT_CHARACTERS: Final = 64 * 1024 * 1024

# Each takes some 5 µs to canonicalize, also where they all differ. A CLR with 500 full badges has 9,000.
MAX_BLANK_NODES: Final = 60_000

RELATIVE_SCHEME: Final = RELATIVE_BASE.partition(":")[0] + ":"
I18N: Final = "https://www.w3.org/ns/i18n#"
_TYPE: Final = iri_term(RDF + "type")
_FIRST: Final = iri_term(RDF + "first")
_REST: Final = iri_term(RDF + "rest")
_NIL: Final = iri_term(RDF + "nil")
_DOUBLE: Final = XSD + "double"
_VALUE_KEYS: Final = frozenset({"@value", "@type", "@language", "@direction"})
_DECIMAL_TEXT: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# From here on JSON-LD writes even whole numbers as doubles (JSON-LD 1.1 API, section 8.6).
_LARGEST_WHOLE_NUMBER: Final = 1e21
# Neighbouring integers beyond this are one and the same number to other JSON-LD processors.
_MAX_SAFE_INTEGER: Final = 2**53 - 1


class TermWriter:
    """Checks and writes the terms of one document. Knows the blank nodes that it has met."""

    def __init__(self) -> None:
        self._resources: dict[str, str] = {}
        self._blank_nodes = 0

    def fresh_blank_node(self) -> str:
        """A blank node that the document has no label for. Raises Undecided document_too_complex."""
        self._blank_nodes += 1
        if self._blank_nodes > MAX_BLANK_NODES:
            raise Undecided(
                "document_too_complex", f"the document has more than {MAX_BLANK_NODES} objects and lists without an id"
            )
        return f"_:b{self._blank_nodes}"

    def resource(self, text: Any) -> str:
        """An IRI or a blank node as a term. Raises Refused relative_iri, invalid_iri."""
        if isinstance(text, str) and (known := self._resources.get(text)) is not None:
            return known
        # Labels are local to the document, so ours may take their place: they are known to be well formed.
        term = self.fresh_blank_node() if isinstance(text, str) and text[:2] == "_:" else iri_term(_checked_iri(text))
        self._resources[text] = term
        return term

    def predicate(self, text: Any) -> str:
        """A property as a term. Raises Refused blank_node_predicate, relative_iri, invalid_iri."""
        term = self.resource(text)
        if term[0] == "_":
            raise Refused(
                "blank_node_predicate",
                f"expected an IRI as property, found the blank node {text!r}, which has no place in a signature",
            )
        return term

    def literal(self, value: dict[str, Any]) -> str:
        """A value object as a term (sections 8.4 and 8.6).

        Raises Refused index_not_signed, unexpected_keyword, value_not_signed, number_out_of_range, direction_not_signed,
        invalid_language_tag, relative_iri, invalid_iri.
        """
        if not value.keys() <= _VALUE_KEYS:
            raise _unexpected(value.keys() - _VALUE_KEYS)
        content, datatype = value["@value"], value.get("@type")
        language, direction = value.get("@language"), value.get("@direction")
        if datatype == "@json":
            return literal_term(canonicalize(content).decode(), datatype=RDF + "JSON")
        if datatype is not None:
            self.predicate(datatype)
        if language is not None and not (isinstance(language, str) and is_language_tag(language)):
            raise Refused("invalid_language_tag", f"expected a BCP 47 language tag, found {_shown(language)}")
        if direction is not None:
            if not isinstance(content, str) or direction not in {"ltr", "rtl"}:
                raise Refused("direction_not_signed", "only a string can have a direction, and it must be ltr or rtl")
            return literal_term(content, datatype=f"{I18N}{language or ''}_{direction}")
        if isinstance(content, str):
            if language is not None:
                return literal_term(content, language=language)
            if datatype == _DOUBLE and _DECIMAL_TEXT.fullmatch(content):
                # Other processors read the text as a number here, and so give "3.50" and "3.5" the same signature.
                return _number(float(content), datatype)
            return literal_term(content, datatype=datatype or XSD + "string")
        if isinstance(content, bool):
            return literal_term("true" if content else "false", datatype=datatype or XSD + "boolean")
        if isinstance(content, int | float):
            return _number(content, datatype)
        raise Refused("value_not_signed", f"expected a string, a number or a boolean, found {_shown(content)}")


def _checked_iri(text: Any) -> str:
    if isinstance(text, str):
        if text.startswith(RELATIVE_SCHEME):
            raise Refused(
                "relative_iri",
                f"expected an absolute IRI, found the relative one {_shown(text.removeprefix(RELATIVE_BASE))}",
                hint="a document that is signed has no address that it could be relative to",
            )
        if is_absolute_iri(text):
            return text
        if ":" not in text:
            raise Refused("relative_iri", f"expected an absolute IRI, found {_shown(text)}")
    raise Refused("invalid_iri", f"expected an absolute IRI without white space and quotes, found {_shown(text)}")


def _number(value: float, datatype: str | None) -> str:
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) > _MAX_SAFE_INTEGER):
        raise Refused("number_out_of_range", f"not every reader understands the number {_shown(value)} alike")
    is_whole = isinstance(value, int) or value.is_integer()
    if is_whole and abs(value) < _LARGEST_WHOLE_NUMBER and datatype != _DOUBLE:
        return literal_term(str(int(value)), datatype=datatype or XSD + "integer")
    return literal_term(_canonical_double(float(value)), datatype=datatype or _DOUBLE)


def _canonical_double(value: float) -> str:
    """The lexical form of section 8.6: 15 digits at most behind the point, no superfluous zero: 3.5E0, 1.0E-1."""
    # Adding zero takes the sign from a negative zero, as JavaScript does when it prints one.
    mantissa, exponent = f"{value + 0.0:.15E}".split("E")
    digits = mantissa.rstrip("0")
    return f"{digits}0E{int(exponent)}" if digits.endswith(".") else f"{digits}E{int(exponent)}"


def _unexpected(keys: set[str]) -> Refused:
    key = min(keys)
    if key == "@index":
        return Refused("index_not_signed", 'an "@index" leaves no statement, so no signature covers it')
    return Refused("unexpected_keyword", f"{key} has no meaning here, so no signature covers it")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"  # noqa: PLR2004 - only for reading


# --- nodes ---------------------------------------------------------------------------------------------------------


def to_statements(expanded: list[Any], terms: TermWriter) -> list[Statement]:
    """The statements of an expanded document, each once, in the order in which it makes them.

    Raises Refused as TermWriter does, and free_floating_value for what is no part of any statement; Undecided
    document_too_complex.
    """
    writer = _StatementWriter(terms)
    writer.write_graph(expanded, "")
    return list(writer.statements)


class _StatementWriter:
    def __init__(self, terms: TermWriter) -> None:
        self.statements: dict[Statement, None] = {}
        self._terms = terms
        self._made = 0
        self._characters = 0

    def write_graph(self, nodes: list[Any], graph: str) -> None:
        """The nodes of one graph. Each must make a statement, and there must be one: an empty graph would vanish."""
        if not nodes:
            raise Refused("free_floating_value", "an empty graph makes no statement, so no signature covers it")
        for node in nodes:
            made = self._made
            if _is_node(node):
                self._write_node(node, graph)
            if made == self._made:
                raise Refused(
                    "free_floating_value",
                    f"expected an object with properties, found {_shown(node)}, which makes no statement, so that no "
                    "signature covers it",
                )

    def _write_node(self, node: dict[str, Any], graph: str) -> str:
        """All that a node says, in `graph`. Gives the node as a term, for who refers to it."""
        subject = self._terms.resource(node["@id"]) if "@id" in node else self._terms.fresh_blank_node()
        for key, values in node.items():
            if key[0] != "@":
                predicate = self._terms.predicate(key)
                for value in values:
                    self._make(subject, predicate, self._write_object(value, graph), graph)
            elif key == "@type":
                for type_ in values:
                    self._make(subject, _TYPE, self._terms.resource(type_), graph)
            elif key == "@graph":
                self.write_graph(values, subject)
            elif key == "@included":
                self.write_graph(values, graph)
            elif key == "@reverse":
                for property_, nodes in values.items():
                    predicate = self._terms.predicate(property_)
                    for other in nodes:
                        self._make(self._write_node(other, graph), predicate, subject, graph)
            elif key != "@id":
                raise _unexpected({key})
        return subject

    def _write_object(self, value: Any, graph: str) -> str:
        if _is_node(value):
            return self._write_node(value, graph)
        if isinstance(value, dict) and "@value" in value:
            return self._terms.literal(value)
        if isinstance(value, dict) and value.keys() == {"@list"}:
            return self._write_list(value["@list"], graph)
        keys = value.keys() - {"@list", "@set"} if isinstance(value, dict) else set()
        raise _unexpected(keys) if keys else Refused("value_not_signed", f"{_shown(value)} has no place in a statement")

    def _write_list(self, items: list[Any], graph: str) -> str:
        """Section 8.7."""
        rest = _NIL
        for item in reversed(items):
            cell = self._terms.fresh_blank_node()
            self._make(cell, _FIRST, self._write_object(item, graph), graph)
            self._make(cell, _REST, rest, graph)
            rest = cell
        return rest

    def _make(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        self._made += 1
        self._characters += len(subject) + len(predicate) + len(object_) + len(graph)
        if self._characters > MAX_STATEMENT_CHARACTERS:
            raise Undecided(
                "document_too_complex",
                f"the statements of the document have more than {MAX_STATEMENT_CHARACTERS} characters",
            )
        self.statements[Statement(subject, predicate, object_, graph)] = None


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and not ("@value" in value or "@list" in value or "@set" in value)
