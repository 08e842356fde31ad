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

import copy
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

from cachetools import LRUCache
from pyld import jsonld

from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.linked_data import expanded_form
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.expanded_form import RELATIVE_BASE, TermWriter
from vcwallet.linked_data.statement import Statement, is_absolute_iri, is_language_tag
from vcwallet.wire.json_pointer import join, walk

# As much as strict_json reads.
MAX_CHARACTERS: Final = 8 * 1024 * 1024
# A CLR with 500 full badges has 130,000 values. pyld needs some 10 µs for each.
MAX_VALUES: Final = 250_000
# As deep as strict_json reads. Every level takes at most four calls of the 1,000 that Python allows.
MAX_DEPTH: Final = 64
# One unit is the definition of a term, some 10 µs. The contexts of a badge take about 2,000 when they are new to the
# thread, those of a record with endorsements 5,000.
MAX_CONTEXT_WORK: Final = 100_000
# What a definition puts in front of short names is repeated for every name. The longest in use has 100 characters.
MAX_DEFINED_IRI_CHARACTERS: Final = 512
# Contexts with their active terms: some 50 kB each, and per thread.
_PROCESSED_CONTEXTS_KEPT: Final = 128
_RESOLVED_CONTEXTS_KEPT: Final = 64
# Loaders with different documents that one thread can alternate between without paying again.
_CACHES_PER_THREAD: Final = 4
# Copying so many definitions takes as long as making one.
_COPIES_PER_UNIT: Final = 64

_RESERVED: Final = re.compile(r"@[a-zA-Z]+\s*")
_CONTEXT_ERRORS: Final = frozenset({
    "cyclic IRI mapping",
    "invalid @import value",
    "invalid @nest value",
    "invalid @prefix value",
    "invalid @propagate value",
    "invalid @version value",
    "invalid IRI mapping",
    "invalid base IRI",
    "invalid base direction",
    "invalid container mapping",
    "invalid context entry",
    "invalid context nullification",
    "invalid default language",
    "invalid keyword alias",
    "invalid language mapping",
    "invalid local context",
    "invalid remote context",
    "invalid reverse property",
    "invalid scoped context",
    "invalid term definition",
    "invalid type mapping",
    "invalid vocab mapping",
    "keyword redefinition",
    "processing mode conflict",
})  # fmt: skip


def to_statements(document: dict[str, Any], contexts: ContextLoader) -> list[Statement]:
    """As `statements.to_statements`, for every document."""
    if _check_limits(document, contexts):
        try:
            return _read(document, contexts, _cache_of_this_thread(contexts))
        except _NotPinnedError:
            pass  # A pinned context names one that is not, and what that says may be another thing tomorrow.
    return _read(document, contexts, _ContextCache(is_kept=False))


def _read(document: dict[str, Any], contexts: ContextLoader, cache: "_ContextCache") -> list[Statement]:
    terms = TermWriter()
    loader = _Loader(contexts, cache)
    processor = _SafeProcessor(document, terms, loader, cache)
    try:
        return expanded_form.to_statements(processor.expand_safely(), terms)
    except Exception as exc:
        # pyld wraps exceptions that come from inside it, ours included.
        chain = list(_chain(exc))
        for inner in chain:
            if isinstance(inner, RecursionError):
                raise Undecided(
                    "document_too_complex", "the definitions of the contexts are nested too deeply"
                ) from exc
            # The last three are no fault of the document, whatever its shape is.
            if inner is loader.failure or isinstance(inner, VcwalletError | MemoryError | OSError | RuntimeError):
                raise inner from inner.__cause__
        raise _malformed(chain, processor.innermost_place()) from exc


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__


def _malformed(chain: list[BaseException], pointer: str) -> VcwalletError:
    found = [exc for exc in chain if isinstance(exc, jsonld.JsonLdError) and exc.code]
    if not found:
        # A crash inside pyld: it takes the shape of a value for granted, and this one has another.
        return Malformed("linked_data_error", f"this is not JSON-LD ({type(chain[0]).__name__})", pointer=pointer)
    code = found[-1].code
    reason = f"{found[-1].args[0]} ({code})"
    if code == "protected term redefinition":
        return Malformed(
            "protected_term_redefined",
            f"a context gives another meaning to a protected term: {reason}",
            pointer=pointer,
        )
    if code == "context overflow":
        return Undecided("document_too_complex", f"the contexts name too many others: {reason}", pointer=pointer)
    if code in _CONTEXT_ERRORS:
        return Malformed("context_invalid", f"a context is not well formed: {reason}", pointer=pointer)
    return Malformed("linked_data_error", f"this is not JSON-LD: {reason}", pointer=pointer)


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
                        pointer=_pointer_to(document, value) or "",
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


def _pointer_to(document: Any, container: Any) -> str | None:
    return next((pointer for pointer, value in walk(document) if value is container), None)


# --- contexts ------------------------------------------------------------------------------------------------------


class _NotPinnedError(Exception):
    """A context that is not pinned was asked for on behalf of a cache that is kept."""


class _ContextCache:
    """What one thread has worked out about contexts: a function of the documents that it has loaded, and of nothing else.

    Kept caches hold only what follows from pinned contexts. Documents with contexts of their own get a cache of their own,
    so that they can neither fill nor colour that of others.
    """

    def __init__(self, *, is_kept: bool) -> None:
        self.is_kept = is_kept
        self.documents: dict[str, Any] = {}
        # pyld's caches. It does not distinguish whether protected terms may be overridden, which changes the result.
        self.resolved: dict[bool, Any] = {flag: LRUCache(maxsize=_RESOLVED_CONTEXTS_KEPT) for flag in (False, True)}
        # (uuid of the active context, local context, flags) → (local context, result). pyld has no such cache for scoped
        # contexts, and spends half its time on them. The local context is held so that its id stays its own.
        self.processed: Any = LRUCache(maxsize=_PROCESSED_CONTEXTS_KEPT)

    def fits(self, contexts: ContextLoader) -> bool:
        """Whether this loader would give the very documents from which all this was worked out."""
        return all(contexts.is_pinned(url) and contexts.load(url) is known for url, known in self.documents.items())


class _CachesOfOneThread(threading.local):
    def __init__(self) -> None:
        self.caches: list[_ContextCache] = []


_thread: Final = _CachesOfOneThread()


def _cache_of_this_thread(contexts: ContextLoader) -> _ContextCache:
    caches = _thread.caches
    cache = next((cache for cache in caches if cache.fits(contexts)), None)
    if cache is None:
        cache = _ContextCache(is_kept=True)
    else:
        caches.remove(cache)
    caches.insert(0, cache)
    del caches[_CACHES_PER_THREAD:]
    return cache


class _Loader:
    """The document loader that pyld is given: our contexts, as copies, because pyld edits what it loads."""

    def __init__(self, contexts: ContextLoader, cache: _ContextCache) -> None:
        self._contexts = contexts
        self._cache = cache
        self.failure: Exception | None = None

    def __call__(self, url: str, _options: object) -> dict[str, Any]:
        try:
            if self._cache.is_kept and not self._contexts.is_pinned(url):
                raise _NotPinnedError
            document = self._contexts.load(url)
        except Exception as exc:
            self.failure = exc
            raise
        self._cache.documents[url] = document
        content = copy.deepcopy(document["@context"])
        # "static" lets pyld cache it, and "documentUrl" is what relative URLs inside are resolved against.
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": {"@context": content},
            "tag": "static",
        }


# --- the processor -------------------------------------------------------------------------------------------------


class _SafeProcessor(jsonld.JsonLdProcessor):
    """pyld's processor for one document, in safe mode. The methods it overrides keep their signatures."""

    def __init__(self, document: dict[str, Any], terms: TermWriter, loader: _Loader, cache: _ContextCache) -> None:
        super().__init__(on_property_dropped=self._refuse_undefined)
        self._document = document
        self._terms = terms
        self._loader = loader
        self._cache = cache
        self._resolvers = {flag: jsonld.ContextResolver(cache.resolved[flag], loader) for flag in (False, True)}
        self._work_left = MAX_CONTEXT_WORK
        # Both grow with the recursion, and stay as they are when an exception ends it.
        self._open: list[Any] = []
        self._objects: list[tuple[dict[str, Any], Any]] = []

    def expand_safely(self) -> list[Any]:
        """The expanded document. The published `expand` would copy the document first, which takes longer than this."""
        options = {
            "base": RELATIVE_BASE,
            "contextResolver": self._resolvers[False],
            "documentLoader": self._loader,
            "extractAllScripts": False,
            "isFrame": False,
            "keepFreeFloatingNodes": False,
            "processingMode": "json-ld-1.1",
        }
        expanded = self._expand(self._get_initial_context(options), None, self._document, options)
        if isinstance(expanded, dict) and expanded.keys() == {"@graph"}:
            expanded = expanded["@graph"]
        return expanded if isinstance(expanded, list) else [expanded]

    def innermost_place(self) -> str:
        """The pointer to what was being expanded last: after an exception, to where it happened."""
        for container in reversed(self._open):
            # What pyld has made itself is not in the document.
            if (pointer := _pointer_to(self._document, container)) is not None:
                return pointer
        return ""

    # --- values ---

    def _expand(
        self, active_ctx, active_property, element, options, inside_list=False, inside_index=False, type_scoped_ctx=None
    ):
        if element is None:
            raise self._null_refused(self._place_of_value(None, active_property))
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
                raise _placed(exc, self._place_of_value(value, active_property)) from None
        return expanded

    def _expand_language_map(self, active_ctx, language_map, direction):
        for key, values in language_map.items():
            place = join(_pointer_to(self._document, language_map) or "", key)
            if values is None or (isinstance(values, list) and None in values):
                raise self._null_refused(place)
            # Checked before pyld makes it lower case: the Kelvin sign would become a k.
            if self._expand_iri(active_ctx, key, vocab=True) != "@none" and not is_language_tag(key):
                raise self._language_refused(key, place)
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
            place = join(_pointer_to(self._document, value) or "", key)
            is_none = self._expand_iri(active_ctx, key, vocab=True) == "@none"
            if index_key == "@index" and not is_none:
                raise self._index_refused(place)
            items = expand({key: value[key]})
            iri = self._expand_iri(active_ctx, key, base=options["base"])
            if index_key == "@id" and not is_none and any(item["@id"] != iri for item in items):
                raise self._index_refused(place)
            expanded += items
        return expanded

    # --- contexts ---

    def _process_context(
        self,
        active_ctx,
        local_ctx,
        options,
        override_protected=False,
        propagate=True,
        validate_scoped=True,
        cycles=None,
    ):
        urls = [
            entry for entry in (local_ctx if isinstance(local_ctx, list) else [local_ctx]) if isinstance(entry, str)
        ]
        for url in urls:
            # Also because pyld has one table for contexts by URL and for contexts by their JSON text.
            if not is_absolute_iri(url):
                raise Refused(
                    "relative_iri",
                    f"expected a context with an absolute URL, found {url!r}",
                    pointer=join(self.innermost_place(), "@context"),
                )
        key = None
        if cycles is None and "_uuid" in active_ctx and isinstance(local_ctx, str | list | dict):
            identity = tuple(urls) if isinstance(local_ctx, str) or len(urls) == len(local_ctx) else id(local_ctx)
            key = (active_ctx["_uuid"], identity, override_protected, propagate)
            if (known := self._cache.processed.get(key)) is not None:
                return known[1]
        self._spend(1 + len(active_ctx["mappings"]) // _COPIES_PER_UNIT)
        processed = super()._process_context(
            active_ctx,
            local_ctx,
            {**options, "contextResolver": self._resolvers[override_protected]},
            override_protected,
            propagate,
            validate_scoped,
            cycles,
        )
        for keyword in ("@vocab", "@base"):
            self._check_length(processed.get(keyword))
        if key is not None and "_uuid" in processed:
            self._cache.processed[key] = (local_ctx, processed)
        return processed

    def _clone_active_context(self, active_ctx):
        self._spend(len(active_ctx["mappings"]) // _COPIES_PER_UNIT)
        clone = super()._clone_active_context(active_ctx)
        # pyld 3.3 forgets these two.
        clone.update({key: active_ctx[key] for key in ("@direction", "processingMode") if key in active_ctx})
        return clone

    def _create_term_definition(
        self, active_ctx, local_ctx, term, defined, options, override_protected=False, validate_scoped=True
    ):
        if term not in defined:
            self._spend(1)
            self._check_reserved(term, local_ctx.get(term))
        super()._create_term_definition(
            active_ctx, local_ctx, term, defined, options, override_protected, validate_scoped
        )
        if (mapping := active_ctx["mappings"].get(term)) is not None:
            self._check_length(mapping["@id"])

    # --- what is refused, and where ---

    def _refuse_undefined(self, _expanded: Any) -> None:
        """Pyld drops a property of the innermost object because its key is no IRI; it does not say which one."""
        element, active_ctx = self._objects[-1]
        for key in sorted(element):
            if key != "@context" and not _is_iri_or_keyword(self._expand_iri(active_ctx, key, vocab=True)):
                raise Refused(
                    "undefined_term",
                    f"no context of this document defines the term {key[:100]!r}, so no signature covers it",
                    pointer=join(self._place_of(element), key),
                    hint="remove it, or name the context that defines it in @context before signing",
                )
        raise Refused("undefined_term", "a term is defined by no context", pointer=self._place_of(element))

    def _check(self, check: Callable[[Any], str], value: Any, active_ctx: Any, element: Any, key: str) -> None:
        """Let `check` look at what `key`, a keyword or property in expanded form, says in `element`."""
        try:
            check(value)
        except Refused as exc:
            raise _placed(exc, self._place_of_keyword(key, active_ctx, element)) from None

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
                    raise _placed(exc, place) from None
                name = str(type_).removeprefix(RELATIVE_BASE)[:100]
                raise Refused(
                    "undefined_type",
                    f"no context of this document defines the type {name!r}",
                    pointer=place,
                    hint="name the context that defines it in @context before signing",
                ) from None

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
                    raise self._null_refused(join(self._place_of(element), key))

    def _check_reserved(self, term: str, definition: Any) -> None:
        """Pyld passes over definitions that look like keywords and are none, and what they would have defined."""
        names = [term, definition]
        if isinstance(definition, dict):
            names = [term, definition.get("@id"), definition.get("@reverse")]
        for name in names:
            if isinstance(name, str) and _RESERVED.fullmatch(name) and name not in jsonld.KEYWORDS:
                raise Refused(
                    "reserved_term",
                    f"{name[:100]!r} looks like a keyword of JSON-LD and is none",
                    pointer=join(self.innermost_place(), "@context"),
                )

    def _check_length(self, iri: Any) -> None:
        if isinstance(iri, str) and len(iri) > MAX_DEFINED_IRI_CHARACTERS:
            raise Undecided(
                "document_too_complex",
                f"a context defines an IRI of more than {MAX_DEFINED_IRI_CHARACTERS} characters",
            )

    def _spend(self, units: int) -> None:
        self._work_left -= units
        if self._work_left < 0:
            raise Undecided("document_too_complex", "the contexts of the document take too much work")

    def _null_refused(self, place: str) -> Refused:
        return Refused(
            "null_value",
            "a null makes no statement, so no signature covers it",
            pointer=place,
            hint="leave the member out instead",
        )

    def _index_refused(self, place: str) -> Refused:
        return Refused("index_not_signed", "an index makes no statement, so no signature covers it", pointer=place)

    def _language_refused(self, tag: Any, place: str) -> Refused:
        return Refused(
            "invalid_language_tag", f"expected a BCP 47 language tag, found {ascii(tag)[:60]}", pointer=place
        )

    def _place_of(self, container: Any) -> str:
        """The pointer to an object of the document; to the innermost known one for what pyld made itself."""
        pointer = _pointer_to(self._document, container)
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


def _placed(exc: Refused, pointer: str) -> Refused:
    problem = exc.problem
    return exc if problem.pointer else Refused(problem.code, problem.message, pointer=pointer, hint=problem.hint)
