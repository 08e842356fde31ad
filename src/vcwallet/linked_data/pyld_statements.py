"""Read the statements of any JSON-LD document through pyld, and let nothing of it get lost.

pyld processes the contexts and expands the document; the statements are then written by expanded_form.py. What stands
around pyld here makes up for what it does not promise (version 3.3 has no safe mode):

- limits, because it is quadratic or worse on some shapes: `document_too_complex`, before and while it works;
- a processor that notices each value that expansion drops, normalizes or resolves, and where it was;
- no network and no shared state: contexts come from the ContextLoader alone, and every thread has caches of its own,
  which serve again only for a loader that has the very same documents;
- our three kinds of errors instead of any exception.

The processor overrides methods that pyld does not publish; a test compares their signatures with what is expected here.
Should pyld stop calling them, its published hook for dropped properties and the checks of expanded_form.py remain.
"""

from collections.abc import Callable
from typing import Any, Final

from pyld import jsonld

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.linked_data import expanded_form, safe_mode
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.expanded_form import RELATIVE_BASE, TermWriter
from vcwallet.linked_data.pyld_contexts import (
    ContextCache,
    ContextProcessor,
    CopyingLoader,
    NotPinnedError,
    answering_in_our_errors,
    cache_of_this_thread,
)
from vcwallet.linked_data.statement import Statement, is_language_tag
from vcwallet.wire.json_pointer import join, pointer_to

# What is larger is read by the compiled way or not at all. pyld needs some 10 µs for each value, and more for some shapes;
# a CLR with 100 full badges has 26,000.
MAX_VALUES: Final = 40_000
MAX_CHARACTERS: Final = 1024 * 1024
# As deep as strict_json reads. Every level takes at most four calls of the 1,000 that Python allows.
MAX_DEPTH: Final = 64


def to_statements(document: dict[str, Any], contexts: ContextLoader) -> list[Statement]:
    """As `statements.to_statements`, for every document."""
    if _check_limits(document, contexts):
        try:
            return _read(document, contexts, cache_of_this_thread(contexts))
        except NotPinnedError:
            pass  # A pinned context names one that is not, and what that says may be another thing tomorrow.
    return _read(document, contexts, ContextCache(is_kept=False))


def is_within_limits(document: dict[str, Any]) -> bool:
    """Whether the document is small enough to be read here. Raises Malformed for what is not JSON."""
    try:
        _check_limits(document, ContextLoader())
    except Undecided as problem:
        return problem.code != "document_too_complex"
    return True


def _read(document: dict[str, Any], contexts: ContextLoader, cache: ContextCache) -> list[Statement]:
    terms = TermWriter()
    loader = CopyingLoader(contexts, cache)
    processor = _SafeProcessor(document, terms, loader, cache)
    return answering_in_our_errors(
        lambda: expanded_form.to_statements(processor.expand_safely(), terms),
        loader=loader,
        innermost_place=processor.innermost_place,
    )


# --- limits --------------------------------------------------------------------------------------------------------


def _check_limits(document: dict[str, Any], contexts: ContextLoader) -> bool:
    """Raise for what is too large for pyld, or not JSON. Gives whether the cache of the thread may be used."""
    may_use_cache = True
    characters = values = 0
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        values += len(level)
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, str):
                characters += _length(value)
            elif isinstance(value, dict):
                for key in value:
                    characters += _length(key)
                if "@context" in value and not _is_pinned(value["@context"], contexts):
                    may_use_cache = False
                if "@import" in value:
                    # pyld would keep the merged context under the name of the imported one.
                    raise Undecided(
                        "context_feature_unsupported",
                        "contexts with @import are not supported",
                        pointer=pointer_to(document, value) or "",
                    )
                deeper.extend(value.values())
            elif isinstance(value, list):
                deeper.extend(value)
            elif not (value is None or isinstance(value, int | float)):
                raise _not_json(value)
        if characters > MAX_CHARACTERS or values > MAX_VALUES:
            break
        if not deeper:
            return may_use_cache
        level = deeper
    raise Undecided(
        "document_too_complex",
        f"the document has more than {MAX_VALUES} values, {MAX_CHARACTERS} characters or {MAX_DEPTH} levels",
    )


def _length(text: Any) -> int:
    if not isinstance(text, str):
        raise _not_json(text)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as exc:
            raise _not_json(text) from exc
    return len(text)


def _not_json(value: object) -> Malformed:
    return Malformed("linked_data_error", f"expected a JSON value, found {type(value).__name__} {ascii(value)[:80]}")


def _is_pinned(context: Any, contexts: ContextLoader) -> bool:
    entries = context if isinstance(context, list) else [context]
    return all(isinstance(entry, str) and contexts.is_pinned(entry) for entry in entries)


# --- the processor -------------------------------------------------------------------------------------------------


class _SafeProcessor(ContextProcessor):
    """pyld's processor for one document, in safe mode. The methods it overrides keep their signatures."""

    def __init__(self, document: dict[str, Any], terms: TermWriter, loader: CopyingLoader, cache: ContextCache) -> None:
        super().__init__(loader, cache, on_property_dropped=self._refuse_undefined)
        self._document = document
        self._terms = terms
        # Both grow with the recursion, and stay as they are when an exception ends it.
        self._open: list[Any] = []
        self._objects: list[tuple[dict[str, Any], Any]] = []

    def expand_safely(self) -> list[Any]:
        """The expanded document. The published `expand` would copy the document first, which takes longer than this."""
        expanded = self._expand(self.initial_context(), None, self._document, self._options)
        if isinstance(expanded, dict) and expanded.keys() == {"@graph"}:
            expanded = expanded["@graph"]
        return expanded if isinstance(expanded, list) else [expanded]

    def innermost_place(self) -> str:
        """The pointer to what was being expanded last: after an exception, to where it happened."""
        for container in reversed(self._open):
            # What pyld has made itself is not in the document.
            if (pointer := pointer_to(self._document, container)) is not None:
                return pointer
        return ""

    # --- values ---

    def _expand(
        self, active_ctx, active_property, element, options, inside_list=False, inside_index=False, type_scoped_ctx=None
    ):
        if element is None:
            raise safe_mode.null_value(self._place_of_value(None, active_property))
        is_container = isinstance(element, dict | list)
        if is_container:
            self._open.append(element)
        expanded = super()._expand(
            active_ctx, active_property, element, options, inside_list, inside_index, type_scoped_ctx
        )
        if expanded is None:
            raise Refused(
                "free_floating_value",
                "the value belongs to no property of an object, so no signature covers it",
                pointer=self._place_of_value(element, active_property) if not is_container else self.innermost_place(),
            )
        if is_container:
            self._open.pop()
        return expanded

    def _expand_object(
        self,
        active_ctx,
        active_property,
        expanded_active_property,
        element,
        expanded_parent,
        options,
        inside_list=False,
        type_key=None,
        type_scoped_ctx=None,
    ):
        self._objects.append((element, active_ctx))
        if None in element.values():
            self._check_nulls(active_ctx, element)
        super()._expand_object(
            active_ctx,
            active_property,
            expanded_active_property,
            element,
            expanded_parent,
            options,
            inside_list,
            type_key,
            type_scoped_ctx,
        )
        for key in expanded_parent:
            if key[0] != "@":
                self._check(self._terms.predicate, key, active_ctx, element, key)
        if "@id" in expanded_parent:
            self._check(self._terms.resource, expanded_parent["@id"], active_ctx, element, "@id")
        if "@type" in expanded_parent and "@value" not in expanded_parent:
            self._check_types(expanded_parent["@type"], active_ctx, element)
        if "@language" in expanded_parent:
            self._check_language(active_ctx, element)
        if "@index" in expanded_parent:
            raise self._index_refused(self._place_of_keyword("@index", active_ctx, element))
        self._objects.pop()

    def _expand_value(self, active_ctx, active_property, value, options):
        expanded = super()._expand_value(active_ctx, active_property, value, options)
        if isinstance(expanded, dict) and "@id" in expanded:
            try:
                self._terms.resource(expanded["@id"])
            except Refused as exc:
                raise safe_mode.placed(exc, self._place_of_value(value, active_property)) from None
        return expanded

    def _expand_language_map(self, active_ctx, language_map, direction):
        for key, values in language_map.items():
            if values is None or (isinstance(values, list) and None in values):
                raise safe_mode.null_value(self._place_in(language_map, key))
            # Checked before pyld makes it lower case: the Kelvin sign would become a k.
            if self._expand_iri(active_ctx, key, vocab=True) != "@none" and not is_language_tag(key):
                raise self._language_refused(key, self._place_in(language_map, key))
        return super()._expand_language_map(active_ctx, language_map, direction)

    def _expand_index_map(self, active_ctx, active_property, value, index_key, as_graph, property_index, options):
        def expand(entries):
            return super(_SafeProcessor, self)._expand_index_map(
                active_ctx, active_property, entries, index_key, as_graph, property_index, options
            )

        if index_key not in {"@id", "@index"}:
            return expand(value)
        expanded = []
        for key in value:
            is_none = self._expand_iri(active_ctx, key, vocab=True) == "@none"
            if index_key == "@index" and not is_none:
                raise self._index_refused(self._place_in(value, key))
            items = expand({key: value[key]})
            iri = self._expand_iri(active_ctx, key, base=options["base"])
            if index_key == "@id" and not is_none and any(item["@id"] != iri for item in items):
                raise self._index_refused(self._place_in(value, key))
            expanded += items
        return expanded

    # --- what is refused, and where ---

    def _refuse_undefined(self, _expanded: Any) -> None:
        """Pyld drops a property of the innermost object because its key is no IRI; it does not say which one."""
        element, active_ctx = self._objects[-1]
        for key in sorted(element):
            if key != "@context" and not _is_iri_or_keyword(self._expand_iri(active_ctx, key, vocab=True)):
                raise safe_mode.undefined_term(key, join(self._place_of(element), key))
        raise Refused("undefined_term", "a term is defined by no context", pointer=self._place_of(element))

    def _check(self, check: Callable[[Any], str], value: Any, active_ctx: Any, element: Any, key: str) -> None:
        """Let `check` look at what `key`, a keyword or property in expanded form, says in `element`."""
        try:
            check(value)
        except Refused as exc:
            raise safe_mode.placed(exc, self._place_of_keyword(key, active_ctx, element)) from None

    def _check_types(self, types: Any, active_ctx: Any, element: dict[str, Any]) -> None:
        for index, type_ in enumerate(types if isinstance(types, list) else [types]):
            try:
                self._terms.resource(type_)
            except Refused as exc:
                place = self._place_of_keyword("@type", active_ctx, element)
                if any(
                    isinstance(value, list) and join(self._place_of(element), key) == place
                    for key, value in element.items()
                ):
                    place = join(place, index)
                if exc.code != "relative_iri":
                    raise safe_mode.placed(exc, place) from None
                raise safe_mode.undefined_type(str(type_).removeprefix(RELATIVE_BASE), place) from None

    def _check_language(self, active_ctx: Any, element: dict[str, Any]) -> None:
        place = self._place_of_keyword("@language", active_ctx, element)
        for key, value in element.items():
            if self._expand_iri(active_ctx, key, vocab=True) == "@language" and not (
                isinstance(value, str) and is_language_tag(value)
            ):
                raise self._language_refused(value, place)

    def _check_nulls(self, active_ctx: Any, element: dict[str, Any]) -> None:
        """A null says nothing, so nothing of it is signed; only in JSON literals it is a value."""
        for key, value in element.items():
            if value is None and key != "@context":
                is_json = self.get_context_value(active_ctx, key, "@type") == "@json" or (
                    key == "@value" and element.get("@type") == "@json"
                )
                if not is_json:
                    raise safe_mode.null_value(join(self._place_of(element), key))

    def _index_refused(self, place: str) -> Refused:
        return Refused("index_not_signed", "an index makes no statement, so no signature covers it", pointer=place)

    def _language_refused(self, tag: Any, place: str) -> Refused:
        return Refused(
            "invalid_language_tag", f"expected a BCP 47 language tag, found {ascii(tag)[:60]}", pointer=place
        )

    def _place_in(self, container: Any, key: str) -> str:
        # Only for refusals: looking a container up takes as long as the document is large.
        return join(pointer_to(self._document, container) or "", key)

    def _place_of(self, container: Any) -> str:
        """The pointer to an object of the document; to the innermost known one for what pyld made itself."""
        pointer = pointer_to(self._document, container)
        return self.innermost_place() if pointer is None else pointer

    def _place_of_keyword(self, keyword: str, active_ctx: Any, element: dict[str, Any]) -> str:
        """The pointer to the member whose key stands for `keyword`, which may also be the IRI of a property."""
        for key in element:
            if key == keyword or self._expand_iri(active_ctx, key, vocab=True) == keyword:
                return join(self._place_of(element), key)
        return self._place_of(element)

    def _place_of_value(self, value: Any, active_property: str | None) -> str:
        """The pointer to a value that is being expanded; values that are equal are told apart by nothing but order."""
        if active_property is None or not self._objects:
            return self.innermost_place()
        element = self._objects[-1][0]
        if active_property not in element:
            return self.innermost_place()
        place, found = join(self._place_of(element), active_property), element[active_property]
        if isinstance(found, list):
            index = next((number for number, entry in enumerate(found) if entry is value or entry == value), None)
            return place if index is None else join(place, index)
        return place


def _is_iri_or_keyword(expanded: Any) -> bool:
    return isinstance(expanded, str) and (":" in expanded or expanded in jsonld.KEYWORDS)
