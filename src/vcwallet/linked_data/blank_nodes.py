"""Follow the objects of a document into its statements, although they have no names there.

An object without an `id` becomes a blank node, and blank nodes are only what is said of them: read a part of a document,
and nothing tells which of the whole's blank nodes are meant. So every object first gets a name that occurs nowhere else
(`Named`), and whatever part of the named document is read, `unnamed` gives its statements with one label for one object.

Three kinds of blank nodes have no object to carry a name. The cells of a list are called after where the list stands and
what is in it, so that a part that has the list has the same cells; a graph is called after the object at its root. Both
fail safely: a part that cuts through a list has cells that the whole does not have.

Selective disclosure gives blank nodes labels of its own (VC-DI-ECDSA 3.3.10); `relabelled` puts them into statements.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.errors import Undecided
from vcwallet.linked_data.statement import RDF, Statement, iri_term, literal_term
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode
from vcwallet.wire.canonical_json import canonicalize

Read = Callable[[Mapping[str, Any]], list[Statement]]
"""Gives the statements of a document."""

_FIRST: Final = iri_term(RDF + "first")
_REST: Final = iri_term(RDF + "rest")
_NIL: Final = iri_term(RDF + "nil")
_JSON_LITERAL: Final = f"^^{iri_term(RDF + 'JSON')}"
_CANONICAL_LABEL: Final = "_:c14n"


@dataclass(frozen=True, slots=True)
class Named:
    """A document in which every object has an `id`. `document` has the shape of the original: pointers fit both.

    Names begin with `prefix`. `ranks` has the place of every IRI that is an `id` in the original, in its order.
    """

    document: dict[str, Any]
    prefix: str
    ranks: Mapping[str, int]

    def unnamed(self, statements: Iterable[Statement]) -> list[Statement]:
        """The statements of this document, or of a part of it, with labels in place of the names.

        Raises `Undecided` selection_unsupported for blank nodes that come from no object, list or graph.
        """
        plain = [Statement(*(self._unnamed_term(term) for term in statement)) for statement in statements]
        return _label_the_rest(plain, self.ranks)

    def _unnamed_term(self, term: str) -> str:
        if self.prefix not in term:
            return f"_:?{term[2:]}" if term[:2] == "_:" else term
        if term[0] == "<":
            rest = term[1 + len(self.prefix) : -1]
            return f"_:l{rest[1:]}" if rest[0] == "l" else f"_:s{rest}"
        # A text that looks like a blank node got a name too, and becomes again what it was.
        return re.sub(rf"{re.escape(self.prefix)}l([\w-]*)", lambda found: _text_in(term, found[1]), term)


def _text_in(literal: str, encoded: str) -> str:
    """A text of the document as it stands inside a literal."""
    text = base64url_decode(encoded).decode()
    if literal.endswith(_JSON_LITERAL):
        text = canonicalize(text)[1:-1].decode()
    return literal_term(text)[1:-1]


def name_objects(document: Mapping[str, Any], read: Read) -> tuple[Named, list[Statement]]:
    """Name the objects of a document, and read it. Gives the named document and its statements, unnamed again.

    Only contexts know which objects are no nodes, such as those inside JSON literals: there the name comes out as part of
    a literal. Those objects are found like this, and left as they are. Raises what `read` raises, and as `Named.unnamed`.
    """
    named = _named(document, frozenset())
    statements = read(named.document)
    # The name may stand in a literal or behind a language tag, but nowhere as a term.
    in_literal = re.compile(rf"{re.escape(named.prefix)}([0-9]+)")
    misplaced = frozenset(
        int(number)
        for statement in statements
        if statement.object[0] == '"' and named.prefix in statement.object
        for number in in_literal.findall(statement.object)
    )
    if misplaced:
        named = _named(document, misplaced)
        statements = read(named.document)
    return named, named.unnamed(statements)


def _named(document: Mapping[str, Any], unnamed: frozenset[int]) -> Named:
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    # No document contains its own digest, so nothing in it can be taken for a name.
    prefix = f"urn:bnid:{hashlib.sha256(text.encode()).hexdigest()}:"
    ranks: dict[str, int] = {}
    count = 0

    def copied(value: Any) -> Any:
        nonlocal count
        if isinstance(value, list):
            return [copied(item) for item in value]
        if isinstance(value, str):
            return f"{prefix}l{base64url_encode(value.encode())}" if value[:2] == "_:" else value
        if not isinstance(value, dict):
            return value
        number = count = count + 1
        own_id = value.get("id", value.get("@id"))
        if isinstance(own_id, str):
            ranks.setdefault(own_id, number)
        members = {name: item if name == "@context" else copied(item) for name, item in value.items()}
        if own_id is None and "@value" not in value and number not in unnamed:
            members["id"] = f"{prefix}{number}"
        return members

    return Named(copied(dict(document)), prefix, ranks)


def _label_the_rest(statements: list[Statement], ranks: Mapping[str, int]) -> list[Statement]:
    """Label what comes from no object, in a way that depends on nothing but what is around it."""
    others = {term for statement in statements for term in statement if term[:3] == "_:?"}
    if not others:
        return statements
    labels = _labels_of_graphs(statements, ranks)
    statements = relabelled(statements, labels)
    labels |= (cells := _labels_of_lists(statements))
    if len(labels) != len(others) or len(set(labels.values())) != len(labels):
        raise Undecided(
            "selection_unsupported", "the document has objects that cannot be told apart, so none can be left out"
        )
    return relabelled(statements, cells)


def _labels_of_graphs(statements: list[Statement], ranks: Mapping[str, int]) -> dict[str, str]:
    roots: dict[str, int] = {}
    last = len(ranks) + sum(len(statement) for statement in statements)
    for subject, _, _, graph in statements:
        if graph[:3] == "_:?" and subject[:3] != "_:?":
            number = int(subject[3:]) if subject[:3] == "_:s" else ranks.get(subject[1:-1], last)
            roots[graph] = min(number, roots.get(graph, last))
    return {graph: f"_:g{number}" for graph, number in roots.items()}


def _labels_of_lists(statements: list[Statement]) -> dict[str, str]:
    """Labels for the cells of lists: where the list begins, what is in it, and the how-manieth such list it is."""
    first: dict[str, str] = {}
    rest: dict[str, str] = {}
    for subject, predicate, object_, _ in statements:
        if subject[:3] == "_:?" and predicate in (_FIRST, _REST):
            (first if predicate == _FIRST else rest)[subject] = object_

    def cells_from(head: str) -> list[str]:
        cells = []
        while head in first:  # which ends: whoever writes the cells of a list writes no circle
            cells.append(head)
            head = rest.get(head, _NIL)
        return cells

    def described(head: str) -> str:
        # A list in a list is as deep as the arrays of the document, which the JSON reader bounds.
        items = [first[cell] for cell in cells_from(head)]
        return json.dumps([described(item) if item in first else item for item in items])

    labels: dict[str, str] = {}
    seen: dict[str, int] = {}

    def label(head: str, place: str) -> None:
        text = f"{place} {described(head)}"
        seen[text] = seen.get(text, 0) + 1
        name = hashlib.sha256(f"{text} {seen[text]}".encode()).hexdigest()
        for index, cell in enumerate(cells_from(head)):
            labels[cell] = f"_:r{name}-{index}"
            if first[cell] in first:
                label(first[cell], labels[cell])

    for subject, predicate, object_, graph in statements:
        if object_ in first and subject not in first:
            label(object_, f"{subject} {predicate} {graph}")
    return labels


def relabelled(statements: Iterable[Statement], labels: Mapping[str, str]) -> list[Statement]:
    """The statements with other labels where `labels` has them. Literals are never looked into."""
    get = labels.get
    return [
        Statement(get(subject, subject), predicate, get(object_, object_), get(graph, graph))
        for subject, predicate, object_, graph in statements
    ]


def canonical_number(label: str) -> int:
    """The number in a canonical label, `_:c14n7`."""
    return int(label.removeprefix(_CANONICAL_LABEL))
