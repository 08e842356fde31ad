"""Process JSON-LD contexts through pyld, within bounds, from our documents alone, and without state between threads.

What stands around pyld here makes up for what it does not promise (version 3.3):

- no network and no shared caches: contexts come from the ContextLoader, and what was worked out is kept by the caller;
- a count of the work, because some contexts are made to take long: `document_too_complex`;
- nothing passed over in silence: definitions that look like keywords are refused;
- our kinds of errors instead of any exception.

The processor overrides methods that pyld does not publish; a test compares their signatures with what is expected here.
"""

import copy
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeVar

from cachetools import LRUCache
from pyld import jsonld

from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.linked_data import safe_mode
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.expanded_form import RELATIVE_BASE
from vcwallet.linked_data.statement import is_absolute_iri
from vcwallet.wire.json_pointer import join

# One unit is the definition of a term, some 10 µs. The contexts of a badge take about 2,000 when they are new to the
# thread, those of a record with endorsements 5,000.
MAX_CONTEXT_WORK: Final = 40_000
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

_Result = TypeVar("_Result")


class NotPinnedError(Exception):
    """A context that is not pinned was asked for on behalf of a cache that is kept."""


class ContextCache:
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
        self.caches: list[ContextCache] = []


_thread: Final = _CachesOfOneThread()


def cache_of_this_thread(contexts: ContextLoader) -> ContextCache:
    """The cache of this thread that holds for the documents of this loader, or a new one."""
    caches = _thread.caches
    cache = next((cache for cache in caches if cache.fits(contexts)), None)
    if cache is None:
        cache = ContextCache(is_kept=True)
    else:
        caches.remove(cache)
    caches.insert(0, cache)
    del caches[_CACHES_PER_THREAD:]
    return cache


class ContextSource(Protocol):
    """What a processor needs of a ContextLoader."""

    def load(self, url: str) -> Mapping[str, Any]: ...

    def is_pinned(self, url: str) -> bool: ...


class CopyingLoader:
    """The document loader that pyld is given: our contexts, as copies, because pyld edits what it loads."""

    def __init__(self, contexts: ContextSource, cache: ContextCache) -> None:
        self._contexts = contexts
        self._cache = cache
        self.failure: Exception | None = None

    def __call__(self, url: str, _options: object) -> dict[str, Any]:
        try:
            if self._cache.is_kept and not self._contexts.is_pinned(url):
                raise NotPinnedError
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


# --- errors --------------------------------------------------------------------------------------------------------


def answering_in_our_errors(
    work: Callable[[], _Result], *, loader: CopyingLoader, innermost_place: Callable[[], str]
) -> _Result:
    """The result of `work`, which runs pyld. Whatever it raises becomes one of our errors, placed where it happened."""
    try:
        return work()
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
        raise _malformed(chain, innermost_place()) from exc


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


# --- the processor -------------------------------------------------------------------------------------------------

INITIAL_OPTIONS: Final = {
    "extractAllScripts": False,
    "isFrame": False,
    "keepFreeFloatingNodes": False,
    "processingMode": "json-ld-1.1",
}


class ContextProcessor(jsonld.JsonLdProcessor):
    """pyld's processor of contexts for one document. The methods it overrides keep their signatures."""

    def __init__(self, loader: CopyingLoader, cache: ContextCache, on_property_dropped: Any = jsonld.noop) -> None:
        super().__init__(on_property_dropped=on_property_dropped)
        self._cache = cache
        self._resolvers = {flag: jsonld.ContextResolver(cache.resolved[flag], loader) for flag in (False, True)}
        self._options = {
            **INITIAL_OPTIONS,
            "base": RELATIVE_BASE,
            "contextResolver": self._resolvers[False],
            "documentLoader": loader,
        }
        self._work_left = MAX_CONTEXT_WORK

    def innermost_place(self) -> str:
        """The pointer to what was being read last: after an exception, to where it happened."""
        return ""

    def initial_context(self) -> Any:
        """The active context in which no term is defined."""
        return self._get_initial_context(self._options)

    def process(self, active: Any, context: Any, *, override_protected: bool = False, propagate: bool = True) -> Any:
        """The active context that results when `context` is read while `active` is in force. Raises as pyld does."""
        return self._process_context(active, context, self._options, override_protected, propagate)

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
                raise safe_mode.relative_context(url, join(self.innermost_place(), "@context"))
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
