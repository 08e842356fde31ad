"""Read the statements of a JSON-LD document in one walk, with the tables of compiled_context.py.

The walk does what expansion and Deserialize JSON-LD to RDF (JSON-LD 1.1 API, sections 5.1 and 8.1) do one after the other,
for documents in the form that credentials have: nodes with ids and types, values coerced by their terms, language values,
lists, sets, graph containers, JSON literals, and contexts where a credential begins inside another. It is in safe mode:
what would make no statement is refused, with the place. For anything else it raises NotCovered, and nothing that it
has written so far is used.

It gives the statements that pyld_statements.py gives, or the same error; tests compare them. Where a document has several
faults, the two may name different ones first.
"""

from collections.abc import Sequence
from typing import Any, Final

from vcwallet.errors import Refused, VcwalletError
from vcwallet.linked_data import safe_mode
from vcwallet.linked_data.compiled_context import (
    AS_GRAPH,
    AS_LIST,
    AS_SET,
    JSON,
    LAST_PROPERTY,
    OBJECTS_ONLY,
    REFERENCE,
    TEXT,
    TYPE,
    VOCABULARY,
    NotCovered,
    Table,
    Term,
    Typing,
    table_for,
)
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.dataset import Dataset
from vcwallet.linked_data.expanded_form import MAX_STATEMENT_CHARACTERS, RELATIVE_BASE, RELATIVE_SCHEME, TermWriter
from vcwallet.linked_data.statement import RDF, escaped, is_absolute_iri, is_language_tag
from vcwallet.wire.json_pointer import escape, join, pointer_to

# As deep as strict_json reads. Every level takes two calls of the 1,000 that Python allows.
MAX_DEPTH: Final = 64

_FIRST: Final = f"<{RDF}first>"
_REST: Final = f"<{RDF}rest>"
_NIL: Final = f"<{RDF}nil>"
_SCALARS: Final = frozenset({str, bool, int, float})
# Objects of so many members may be values or references, which keep the context of the type around them.
SMALL: Final = 2
_VALUE_KEYWORDS: Final = frozenset({"@value", "@type", "@language", "@direction"})
_DIRECTIONS: Final = frozenset({"ltr", "rtl"})


def read(document: dict[str, Any], contexts: ContextLoader) -> Dataset:
    """The statements of a document. Raises NotCovered, and what `statements.to_statements` raises."""
    return _Walk(document, contexts).run()


class _Walk:
    """One document being read. `graph` is "" or the blank node that names the graph of an object."""

    def __init__(self, document: dict[str, Any], contexts: ContextLoader) -> None:
        self._document = document
        self._contexts = contexts
        self._writer = TermWriter()
        self._fresh = self._writer.fresh_blank_node
        self._dataset = Dataset()
        self._links = self._dataset.links
        # References by their text, for texts that no prefix can change.
        self._resources: dict[str, str] = {}
        # Terms for keys that are no terms, IRIs for example: tables do not keep those.
        self._unnamed: dict[tuple[Table, str], Term] = {}
        self._room = MAX_STATEMENT_CHARACTERS
        self._depth = 0

    def run(self) -> Dataset:
        document = self._document
        table = table_for(document.get("@context"), self._contexts)
        if "@value" in document:
            raise NotCovered
        self._node(document, table, "", is_root=True)
        if not self._dataset:
            raise NotCovered
        return self._dataset

    # --- objects ---

    def _node(self, element: dict[str, Any], table: Table, graph: str, *, is_root: bool = False) -> str:
        """Write all that a node says. Gives the node as a term, for who refers to it."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotCovered
        if "@context" in element and not is_root:
            table = self._local(element, table)
        # Types are read under the table that was in force before their own contexts.
        members, type_key, typing = table, "", None
        for key in table.type_keys:
            if key in element:
                if typing is not None:
                    raise NotCovered
                typing, type_key = self._typing(element, key, table), key
                members = typing.members
        subject = ""
        for key in members.id_keys:
            if key in element:
                if subject:
                    raise NotCovered
                subject = self._reference(element, key, element[key], members)
        if not subject:
            subject = self._fresh()

        # Of blank nodes, and in a graph, only the tails of the lines are written.
        out, prefix = (self._dataset.ground, subject) if not graph and subject[0] != "_" else ([], "")
        width = len(prefix) + members.longest
        self._spend(len(element) * width)
        for key, value in element.items():
            term = members.terms.get(key) or self._term(element, key, members)
            kind = term.kind
            if kind == TEXT and type(value) is str and term.container == AS_SET:
                # Half of all values, so this is written out here.
                if '"' in value or "\\" in value or not value.isprintable():
                    value = _escaped(value)  # noqa: PLW2901
                out.append(f'{prefix}{term.head}"{value}"{term.tail}')
            elif kind <= LAST_PROPERTY:
                if kind == JSON:
                    objects = [self._literal({"@value": value, "@type": "@json"}, element, key)]
                elif term.container == AS_LIST:
                    self._spend(len(value) * width if type(value) is list else 0)
                    objects = [self._list(value if type(value) is list else [value], element, key, term, graph)]
                elif type(value) is list:
                    self._spend(len(value) * width)
                    objects = [self._object(entry, element, key, term, graph) for entry in value]
                else:
                    objects = [self._object(value, element, key, term, graph)]
                for object_ in objects:
                    if object_[0] == "_":
                        self._links.append((subject, term.predicate, object_, graph))
                    else:
                        out.append(f"{prefix}{term.head}{object_} .\n")
            elif kind == TYPE:
                if typing is None or key != type_key:
                    raise NotCovered
                out += [prefix + tail for tail in typing.tails]

        if not prefix and out:
            self._add_tails(subject, out, graph)
        self._depth -= 1
        return subject

    def _add_tails(self, subject: str, tails: list[str], graph: str) -> None:
        if graph:
            for tail in tails:
                _, predicate, rest = tail.split(" ", 2)
                self._links.append((subject, predicate, rest[:-3], graph))
        else:
            self._dataset.tails.setdefault(subject, []).extend(tails)

    def _local(self, element: dict[str, Any], table: Table) -> Table:
        try:
            return table.local(element["@context"], self._contexts)
        except VcwalletError as problem:
            raise problem.placed_under(self._place(element)) from problem

    def _typing(self, element: dict[str, Any], key: str, table: Table) -> Typing:
        names = element[key]
        try:
            known = table.typings.get(tuple(names) if type(names) is list else names)
        except TypeError:
            raise NotCovered from None
        if known is not None:
            return known
        if type(names) is not str and type(names) is not list:
            raise NotCovered
        try:
            typing = table.typing(names)
        except VcwalletError as problem:
            raise problem.placed_under(self._place(element)) from problem
        if isinstance(typing, Typing):
            return typing
        place = join(self._place(element), key)
        if type(names) is str:
            raise safe_mode.undefined_type(names, place)
        raise safe_mode.undefined_type(names[typing], join(place, typing))

    def _term(self, element: dict[str, Any], key: str, table: Table) -> Term:
        term = self._unnamed.get((table, key))
        if term is None:
            try:
                term = table.term(key)
                if term is None:
                    undefined = next(name for name in sorted(element) if table.term(name) is None)
                    raise safe_mode.undefined_term(undefined, "/" + escape(undefined))
            except VcwalletError as problem:
                raise problem.placed_under(self._place(element)) from problem
            self._unnamed[table, key] = term
        return term

    # --- values ---

    def _object(self, value: Any, element: dict[str, Any], key: str, term: Term, graph: str) -> str:
        """Write what a value says, and give it as a term."""
        kind = term.kind
        if type(value) is dict:
            if term.container == AS_GRAPH:
                return self._graph(value, term)
            if "@value" in value:
                return self._value_object(value, term.references if len(value) <= SMALL else term.nodes)
            if len(value) == 1 and term.references is not term.nodes:
                ((name, identifier),) = value.items()
                if name in term.references.id_keys:
                    return self._reference(value, name, identifier, term.references)
            return self._node(value, term.nodes, graph)
        if value is None:
            raise safe_mode.null_value(self._place_of(value, element, key))
        if term.container == AS_GRAPH or kind == OBJECTS_ONLY:
            raise NotCovered
        if type(value) is str:
            if kind == TEXT:
                if '"' in value or "\\" in value or not value.isprintable():
                    value = _escaped(value)
                return f'"{value}"{term.tail[:-3]}'
            if kind == REFERENCE:
                return self._reference(element, key, value, term.values)
            if kind == VOCABULARY:
                iri = term.values.meaning(value)
                return self._relative(value, element, key) if iri is None else self._resource(iri, value, element, key)
        elif type(value) is not bool and type(value) is not int and type(value) is not float:
            raise NotCovered
        return self._literal({"@value": value, "@type": term.datatype}, element, key)

    def _graph(self, value: dict[str, Any], term: Term) -> str:
        name = self._fresh()
        said = len(self._links)
        if "@value" in value:
            raise NotCovered
        self._node(value, term.nodes, name)
        if said == len(self._links):
            raise NotCovered
        return name

    def _list(self, values: Sequence[Any], element: dict[str, Any], key: str, term: Term, graph: str) -> str:
        """JSON-LD 1.1 API, section 8.7."""
        tails = self._dataset.tails
        rest = _NIL
        for item in reversed(values):
            cell = self._fresh()
            first = self._object(item, element, key, term, graph)
            for predicate, object_ in ((_FIRST, first), (_REST, rest)):
                if graph or object_[0] == "_":
                    self._links.append((cell, predicate, object_, graph))
                else:
                    tails.setdefault(cell, []).append(f" {predicate} {object_} .\n")
            rest = cell
        return rest

    def _value_object(self, value: dict[str, Any], table: Table) -> str:
        content, datatype, language = value["@value"], value.get("@type"), value.get("@language")
        if not value.keys() <= _VALUE_KEYWORDS or type(content) not in _SCALARS:
            raise NotCovered
        literal: dict[str, Any] = {"@value": content}
        if "@type" in value:
            if type(datatype) is not str or len(value) != SMALL or table.has_scope(datatype):
                raise NotCovered
            literal["@type"] = table.meaning(datatype)
            if literal["@type"] is None:
                raise NotCovered
        if "@language" in value:
            if type(language) is not str or type(content) is not str or not is_language_tag(language):
                raise NotCovered
            literal["@language"] = language.lower()
        if "@direction" in value:
            if value["@direction"] not in _DIRECTIONS:
                raise NotCovered
            literal["@direction"] = value["@direction"]
        try:
            if type(content) is str:
                content.encode()
            return self._writer.literal(literal)
        except (Refused, UnicodeEncodeError):
            raise NotCovered from None

    def _literal(self, literal: dict[str, Any], element: dict[str, Any], key: str) -> str:
        try:
            return self._writer.literal(literal)
        except VcwalletError as problem:
            if problem.pointer or not isinstance(problem, Refused):
                raise
            raise safe_mode.placed(problem, self._place_of(literal["@value"], element, key)) from None

    def _reference(self, element: dict[str, Any], key: str, text: Any, table: Table) -> str:
        """A node that is named by its id, as a term."""
        if type(text) is not str:
            raise NotCovered
        if text.partition(":")[0] in table.prefixes:
            iri = table.expand(text)
            return self._relative(text, element, key) if iri is None else self._resource(iri, text, element, key)
        known = self._resources.get(text)
        if known is None:
            if is_absolute_iri(text) and text.isascii() and not text.startswith(RELATIVE_SCHEME):
                known = f"<{text}>"
            elif text[:2] == "_:":
                known = self._resource(text, text, element, key)
            else:
                iri = table.expand(text)
                known = self._relative(text, element, key) if iri is None else self._resource(iri, text, element, key)
            self._resources[text] = known
        return known

    def _resource(self, iri: str, text: str, element: dict[str, Any], key: str) -> str:
        if not iri.isascii():
            _refuse_surrogates(iri)
        try:
            return self._writer.resource(iri)
        except Refused as problem:
            raise safe_mode.placed(problem, self._place_of(text, element, key)) from None

    def _relative(self, text: str, element: dict[str, Any], key: str) -> str:
        return self._resource(RELATIVE_BASE + text, text, element, key)

    # --- limits and places ---

    def _spend(self, characters: int) -> None:
        self._room -= characters
        if self._room < 0:
            raise NotCovered

    def _place(self, element: dict[str, Any]) -> str:
        return pointer_to(self._document, element) or ""

    def _place_of(self, value: Any, element: dict[str, Any], key: str) -> str:
        place, found = join(self._place(element), key), element[key]
        if type(found) is list:
            index = next((number for number, entry in enumerate(found) if entry is value or entry == value), None)
            return place if index is None else join(place, index)
        return place


def _escaped(value: str) -> str:
    if not value.isascii():
        _refuse_surrogates(value)
    return escaped(value)


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCovered from None
