"""What a list of JSON-LD contexts says, worked out once: for each key of an object what it means, ready to be written.

pyld processes the contexts (see pyld_contexts.py), so every context works and means what it means there; the commonest
were processed when the library was built (processed_ahead.py). The result, an active context, becomes a `Table`: term →
`Term`, with the property, its coercion and the texts around a value prepared. Contexts that a type or a property brings
along lead to further tables, worked out when they are first needed.

Tables are shared between threads. They only ever grow, by entries that depend on nothing but the documents of the
contexts, which the table holds: two threads that work out the same entry get equal ones, and `dict.setdefault` decides
which of them stays. The cache of tables is keyed by the digests of the contexts and bounded; so is what grows on them.

What a `Term` cannot express raises `NotCovered` when it is asked for. How documents are read
with the tables is in statements.py.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vcwallet.errors import Undecided
from vcwallet.linked_data import safe_mode
from vcwallet.linked_data.context_loader import ContextLoader, standard_contexts
from vcwallet.linked_data.expanded_form import I18N
from vcwallet.linked_data.processed_ahead import ProcessedContexts, processed_contexts
from vcwallet.linked_data.statement import RDF, XSD, is_absolute_iri, is_language_tag

if TYPE_CHECKING:
    from vcwallet.linked_data.pyld_contexts import ContextSource

# What a key stands for.
TEXT: Final = 0
"""A property whose strings are literals."""
REFERENCE: Final = 1
"""A property whose strings are IRIs (`"@type": "@id"`)."""
VOCABULARY: Final = 2
"""A property whose strings are terms or IRIs (`"@type": "@vocab"`)."""
JSON: Final = 3
"""A property whose values are JSON literals."""
NUMBER_TEXT: Final = 4
"""A property whose strings are read as numbers."""
OBJECTS_ONLY: Final = 5
"""A property whose scoped context takes its own meaning away, so that nothing can be said of its strings here."""
LAST_PROPERTY: Final = OBJECTS_ONLY
ID: Final = 6
TYPE: Final = 7
CONTEXT: Final = 8

# How many values of a property belong together.
AS_SET: Final = 0
AS_LIST: Final = 1
AS_GRAPH: Final = 2

# Lists of contexts in each of two generations. A service sees some ten, each with a few hundred kB.
MAX_LISTS_KEPT: Final = 48
# Definitions in the tables that one list has led to, some 200 bytes each. The lists in use lead to 2,000.
MAX_DEFINITIONS_KEPT: Final = 20_000
# Combinations of types that one table remembers. Badges have some fifty.
MAX_ENTRIES_KEPT: Final = 256
# A context of the document's own is hashed for every document; larger ones have no business in a credential.
MAX_OWN_CONTEXT_CHARACTERS: Final = 256 * 1024

_CONTAINERS: Final = {
    frozenset[str](): AS_SET,
    frozenset({"@set"}): AS_SET,
    frozenset({"@list"}): AS_LIST,
    frozenset({"@graph"}): AS_GRAPH,
    frozenset({"@graph", "@set"}): AS_GRAPH,
}
_DOUBLE: Final = XSD + "double"
_TYPE_PREDICATE: Final = f"<{RDF}type>"


class NotCovered(Exception):
    """Tables cannot express this; pyld has to read the whole document."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a key of an object means, under one table."""

    kind: int
    predicate: str = ""
    """The property as a term, and the same with a space on both sides."""
    head: str = ""
    tail: str = ""
    """What stands behind the closing quotation mark of a string: language or datatype, and the end of the line."""
    datatype: str | None = None
    container: int = AS_SET
    values: "Table" = None  # type: ignore[assignment] # every property has it, and keywords never use it
    """The table under which the values of the property are read."""
    nodes: "Table" = None  # type: ignore[assignment] # likewise
    """The one for objects among them: without what the type of the surrounding object brought along."""
    references: "Table" = None  # type: ignore[assignment] # likewise
    """The one for objects that are nothing but an id, or a value, and stay under that type."""


@dataclass(frozen=True, slots=True)
class Typing:
    """What it means that an object has certain types: the table for its members, and the statements of its types."""

    members: "Table"
    tails: tuple[str, ...]


_KEYWORDS: Final = {"@id": Term(ID), "@type": Term(TYPE), "@context": Term(CONTEXT)}


class Table:
    """One active context, prepared. Made here only; read by anybody, in any thread."""

    __slots__ = (
        "_locals",
        "_scopes",
        "active",
        "id_keys",
        "longest",
        "prefixes",
        "previous",
        "source",
        "terms",
        "type_keys",
        "typings",
        "vocabulary",
    )

    def __init__(self, active: Mapping[str, Any], previous: "Table | None", source: "_Source") -> None:
        mappings = active["mappings"]
        defined = [(term, mapping) for term, mapping in mappings.items() if mapping and mapping["@id"]]
        self.active = active
        self.source = source
        # Contexts by their text, and tables that come of them on top of this one.
        self._scopes: dict[tuple[str, bool, bool], Table] = {}
        self._locals: dict[tuple[str, ...], Table] = {}
        self.previous = previous
        """The table to go back to in objects below: this one holds only for members of one typed object."""
        self.terms: dict[str, Term] = dict(_KEYWORDS)
        """What was asked of `term` already."""
        self.typings: dict[Any, Typing] = {}
        """What was asked of `typing` already, by the string or the tuple of strings that names the types."""
        self.prefixes: dict[str, str] = {term: mapping["@id"] for term, mapping in defined if mapping["_prefix"]}
        self.vocabulary: str | None = active.get("@vocab")
        self.id_keys = ("@id", *(term for term, mapping in defined if mapping["@id"] == "@id" != term))
        self.type_keys = ("@type", *(term for term, mapping in defined if mapping["@id"] == "@type" != term))
        self.longest = max((len(mapping["@id"]) + len(mapping.get("@type") or "") for _, mapping in defined), default=0)
        """No property with its datatype is longer, unless the document writes it out."""
        if "@base" in active or any(mapping["@id"] == "@value" for _, mapping in defined):
            raise NotCovered

    def term(self, key: str) -> Term | None:
        """What a key means; None when it means nothing. Raises NotCovered, and what pyld finds wrong with contexts."""
        mappings = self.active["mappings"]
        if key in mappings:
            definition = mappings[key]
            if definition is None or definition["@id"] is None:
                return None
            return self.terms.setdefault(key, self._property(key, definition["@id"], definition))
        if key in _KEYWORDS:
            return self.terms.setdefault(key, _KEYWORDS[key])
        iri = self.expand(key, with_vocabulary=True)
        return None if iri is None else self._property(key, iri, {})

    def typing(self, names: str | list[str]) -> Typing | int:
        """What the types of an object mean; the index of the first that means nothing. Raises as `term`."""
        mappings = self.active["mappings"]
        tails = []
        is_bounded = True
        each = [names] if isinstance(names, str) else names
        for index, name in enumerate(each):
            if not isinstance(name, str):
                raise NotCovered
            definition = mappings.get(name)
            if name in mappings:
                iri = definition and definition["@id"]
                if iri is None:
                    raise NotCovered
            else:
                is_bounded = False
                iri = self.expand(name, with_vocabulary=True)
                if iri is None:
                    return index
            tails.append(f" {_TYPE_PREDICATE} <{_checked(iri)}> .\n")
        members = self
        for name in sorted(each):
            definition = mappings.get(name)
            if definition and definition.get("@context") not in (None, False):
                members = members.scoped(definition["@context"], propagate=False)
        typing = Typing(members, tuple(tails))
        if is_bounded and len(self.typings) < MAX_ENTRIES_KEPT:
            self.typings[names if isinstance(names, str) else tuple(names)] = typing
        return typing

    def expand(self, text: str, *, with_vocabulary: bool = False) -> str | None:
        """The IRI that a key, a type or a reference stands for unless it is a term; None for a relative one.

        Raises NotCovered for what has the looks of neither.
        """
        prefix, colon, suffix = text.partition(":")
        if text[:1] == "@":
            raise NotCovered
        if colon:
            if prefix in self.prefixes and not suffix.startswith("//"):
                return self.prefixes[prefix] + suffix
            if is_absolute_iri(text):
                return text
            raise NotCovered
        if with_vocabulary and self.vocabulary is not None:
            return self.vocabulary + text
        return None

    def meaning(self, name: str) -> str | None:
        """The IRI of a value that may be a term; None for a relative one. Raises NotCovered."""
        definition = self.active["mappings"].get(name)
        if name in self.active["mappings"]:
            if definition is None or definition["@id"] is None:
                raise NotCovered
            return _checked(definition["@id"])
        return self.expand(name, with_vocabulary=True)

    def has_scope(self, type_name: str) -> bool:
        """Whether a type brings a context along."""
        definition = self.active["mappings"].get(type_name)
        return bool(definition and definition.get("@context"))

    def scoped(self, context: Any, *, override_protected: bool = False, propagate: bool = True) -> "Table":
        """The table that a context of a type or property leads to, which the source has validated already."""
        key = (_text_of(context), override_protected, propagate)
        known = self._scopes.get(key)
        if known is None:
            active = self.source.process(
                self.active, context, override_protected=override_protected, propagate=propagate
            )
            is_new = not _is_same(active, self.active)
            table = Table(active, _previous(active, self, self.source), self.source) if is_new else self
            known = self._kept(self._scopes, key, table)
        return known

    def local(self, context: Any, contexts: ContextLoader) -> "Table":
        """The table that an `@context` in the middle of a document leads to. Raises as `table_for` does."""
        key = _key_of(context, contexts)
        if not key:
            return self
        known = self._locals.get(key)
        if known is None or not known.source.fits(contexts):
            source = self.source.beside(contexts)
            active = source.process(self.active, context)
            known = self._kept(self._locals, key, Table(active, _previous(active, self, source), source))
        return known

    def _kept(self, entries: dict[Any, "Table"], key: Any, entry: "Table") -> "Table":
        if entry is not self:
            self.source.take_room(len(entry.active["mappings"]))
        return entries.setdefault(key, entry)

    def _property(self, key: str, iri: str, definition: Mapping[str, Any]) -> Term:
        if iri in _KEYWORDS:
            return _KEYWORDS[iri]
        if iri[:1] == "@":
            raise NotCovered
        container = _CONTAINERS.get(frozenset(definition.get("@container", ())))
        if not is_absolute_iri(iri) or container is None or definition.get("reverse"):
            raise NotCovered
        values = self
        if "@context" in definition:
            values = self.scoped(definition["@context"], override_protected=True)
        nodes = values.previous or values
        references = values
        inside = values.active["mappings"].get(key)
        if inside and "@context" in inside:
            nodes = nodes.scoped(inside["@context"], override_protected=True)
            references = references.scoped(inside["@context"], override_protected=True)
        kind, datatype, tail = values.coercion_of(inside or {})
        if values is not self and (inside is None or inside["@id"] != iri or inside.get("reverse")):
            kind = OBJECTS_ONLY
        if definition.get("@type") == "@json":
            kind = JSON
        if kind == JSON and container != AS_SET:
            raise NotCovered
        return Term(kind, f"<{iri}>", f" <{iri}> ", tail, datatype, container, values, nodes, references)

    def coercion_of(self, definition: Mapping[str, Any]) -> tuple[int, str | None, str]:
        """What strings of a property are: the kind, the datatype, and what stands behind the closing quotation mark."""
        coerced = definition.get("@type")
        if coerced == "@id":
            return REFERENCE, None, ""
        if coerced == "@vocab":
            return VOCABULARY, None, ""
        if coerced == "@json":
            return JSON, None, ""
        if coerced is not None and coerced != "@none":
            return NUMBER_TEXT if coerced == _DOUBLE else TEXT, coerced, _tail(_checked(coerced))
        language = definition.get("@language", self.active.get("@language"))
        direction = definition.get("@direction", self.active.get("@direction"))
        if language is not None and not is_language_tag(language):
            raise NotCovered
        if direction is not None:
            return TEXT, None, _tail(f"{I18N}{language or ''}_{direction}")
        return TEXT, None, f"@{language} .\n" if language else " .\n"


def _tail(datatype: str) -> str:
    return " .\n" if datatype == XSD + "string" else f"^^<{datatype}> .\n"


def _checked(iri: str) -> str:
    if not is_absolute_iri(iri):
        raise NotCovered
    return iri


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two active contexts differ only in their names."""
    return {**one, "_uuid": ""} == {**other, "_uuid": ""}


def _previous(active: Mapping[str, Any], base: Table, source: "_Source") -> Table | None:
    previous = active.get("previousContext")
    if not previous:
        return None
    for known in (base, base.previous):
        if known is not None and known.active is previous:
            return known
    return Table(previous, _previous(previous, base, source), source)


def _text_of(context: Any) -> str:
    return json.dumps(context, sort_keys=True, separators=(",", ":"))


# --- where tables come from ----------------------------------------------------------------------------------------


class _Source:
    """The documents that tables were made from, and what may still be made from them.

    A table is worked out in steps, later ones perhaps on behalf of another document. All of them see the documents that
    the first one saw, and none asks the loader again. `ahead` has the steps that were worked out before.
    """

    def __init__(
        self,
        contexts: ContextLoader,
        *,
        outer: "_Source | None" = None,
        ahead: ProcessedContexts | None = None,
    ) -> None:
        self._contexts: ContextSource = contexts
        self._ahead = ahead
        self.documents: dict[str, Any] = dict(outer.documents) if outer else {}
        self.room: list[int] = outer.room if outer else [MAX_DEFINITIONS_KEPT]
        self.digests: tuple[tuple[str, str], ...] = outer.digests if outer else ()

    def beside(self, contexts: ContextLoader) -> "_Source":
        """A source for a context in the middle of a document, whose surroundings come from this one."""
        return _Source(contexts, outer=self, ahead=self._ahead)

    def process(
        self, active: Any, context: Any, *, override_protected: bool = False, propagate: bool = True
    ) -> Mapping[str, Any]:
        """The active context that `context` leads to. Raises NotCovered and the errors of the statements."""
        if self._ahead is not None:
            known = self._ahead.after(active, context, override_protected=override_protected, propagate=propagate)
            if known is not None:
                return known
        from vcwallet.linked_data import pyld_contexts  # noqa: PLC0415 - loaded when first used: pyld takes 120 ms

        cache = pyld_contexts.ContextCache(is_kept=False)
        loader = pyld_contexts.CopyingLoader(self._contexts, cache)
        processor = pyld_contexts.ContextProcessor(loader, cache)
        processed: Mapping[str, Any] = pyld_contexts.answering_in_our_errors(
            lambda: processor.process(
                processor.initial_context() if active is None else active,
                context,
                override_protected=override_protected,
                propagate=propagate,
            ),
            loader=loader,
            innermost_place=processor.innermost_place,
        )
        if isinstance(self._contexts, ContextLoader):
            self._settle(cache.documents, self._contexts)
        if any(_IMPORT in _text_of(part) for part in (context, *cache.documents.values())):
            raise NotCovered
        return processed

    def _settle(self, documents: Mapping[str, Any], contexts: ContextLoader) -> None:
        self.documents.update(documents)
        self.digests += tuple((url, contexts.digest(url)) for url in documents if not contexts.is_bundled(url))
        # pyld validates scoped contexts where they are defined, so everything there is to load has been loaded.
        self._contexts = _Loaded(self.documents)

    def fits(self, contexts: ContextLoader) -> bool:
        """Whether this loader gives the very documents that the tables were made from."""
        for url, digest in self.digests:
            if contexts.digest(url) != digest:
                return False
        return self.room[0] >= 0

    def take_room(self, definitions: int) -> None:
        """Raises NotCovered when the tables get too large; they are then made anew for the next document."""
        self.room[0] -= definitions
        if self.room[0] < 0:
            raise NotCovered


_IMPORT: Final = '"@import"'


class _Loaded:
    """A loader that knows some documents beside the bundled ones, which never change, and cannot get others."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents

    def load(self, url: str) -> Mapping[str, Any]:
        document = self._documents.get(url)
        if document is None:
            if not _BUNDLED.is_bundled(url):
                message = "a scoped context was not loaded with the context that defines it"
                raise Undecided("context_unavailable", message)
            return _BUNDLED.load(url)
        return document  # type: ignore[no-any-return]

    def is_pinned(self, url: str) -> bool:
        return url in self._documents or _BUNDLED.is_bundled(url)


_BUNDLED: Final = standard_contexts()


def table_for(context: Any, contexts: ContextLoader) -> Table:
    """The table for the `@context` at the beginning of a document; None for one without.

    `contexts` must give the same document for the same URL throughout (`ContextLoader.for_one_document`). Raises
    NotCovered, and the errors of contexts that `statements.to_statements` lists.
    """
    key = _key_of(context, contexts)
    known = _cache.get(key)
    if known is None or not known.source.fits(contexts):
        source = _Source(contexts, ahead=processed_contexts(key))
        active = source.process(None, context if key else [{}])
        known = Table(active, None, source)
        source.take_room(len(active["mappings"]))
        _cache.put(key, known)
    return known


def _key_of(context: Any, contexts: ContextLoader) -> tuple[str, ...]:
    """What a list of contexts says, by digest; the empty tuple when it says nothing."""
    if context is None:
        return ()
    key: list[str] = []
    for entry in context if isinstance(context, list) else (context,):
        if isinstance(entry, str):
            if not contexts.is_bundled(entry) and not is_absolute_iri(entry):
                raise safe_mode.relative_context(entry, "/@context")
            key += (entry, contexts.digest(entry))
        elif isinstance(entry, dict) and (entry is not context or "@context" not in entry):
            text = _text_of(entry)
            if len(text) > MAX_OWN_CONTEXT_CHARACTERS or _IMPORT in text:
                raise NotCovered
            key.append(hashlib.sha256(text.encode("ascii")).hexdigest())
        else:
            raise NotCovered
    return tuple(key)


class _Cache:
    """Tables by key, in two generations: what was not asked for while the younger one filled up is forgotten.

    There is no lock. Two threads that change it at once may forget something too much, never find something wrong.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._younger: dict[tuple[str, ...], Table] = {}
        self._older: dict[tuple[str, ...], Table] = {}

    def get(self, key: tuple[str, ...]) -> Table | None:
        known = self._younger.get(key)
        if known is None and (known := self._older.get(key)) is not None:
            self.put(key, known)
        return known

    def put(self, key: tuple[str, ...], table: Table) -> None:
        younger = self._younger
        if len(younger) >= self._size:
            self._older, self._younger = younger, {key: table}
        else:
            younger[key] = table


_cache: Final = _Cache(MAX_LISTS_KEPT)
