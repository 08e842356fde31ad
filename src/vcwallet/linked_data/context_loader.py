"""Answer one question: which JSON-LD context document belongs to this URL?

A context decides what the signed words mean, so it must not depend on who serves it today. The published contexts of
the specifications are bundled, each with its digest; a caller may add documents, and replaces none with them. Only a
loader that was given a fetcher asks the network, and only for what is neither bundled nor added. A URL is compared
character by character: http instead of https, or another letter case, is another context.

What the contexts say is not read here, and the address that answered after redirects is not part of the answer, so a
context refers to others by absolute URL. HTTP Link headers (JSON-LD 1.1, 6.2) are not followed.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from vcwallet.errors import FetchFailed, Malformed, Problem, Undecided
from vcwallet.fetching.fetcher import Fetcher, fetch_json
from vcwallet.fetching.web_address import shortened
from vcwallet.linked_data.bundled_file import read_object
from vcwallet.wire import strict_json
from vcwallet.wire.canonical_json import canonicalize

# The contexts of badges have 15 kB, that of a whole vocabulary such as schema.org some hundred.
MAX_FETCHED_CONTEXT_BYTES: Final = 1024 * 1024
# A badge names two to four contexts, nearly all of them bundled; contexts seldom name others.
MAX_FETCHED_CONTEXTS_PER_DOCUMENT: Final = 16
# Parsed forms of added contexts that are kept; a caller with more pays for parsing again.
_PARSED_CONTEXTS_KEPT: Final = 64

_ACCEPT: Final = "application/ld+json, application/json;q=0.9"
_INDEX: Final = "contexts/index.json"
_ABSOLUTE_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _AddedContext:
    """A context of the caller's, held as canonical text: immutable, comparable, and cheap to send to a process."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class ContextLoader:
    """The contexts that a verification may use. A value: share it between threads, pickle it, compare it.

    Every loader holds the bundled contexts. `adding` and `with_fetcher` give a new loader and change nothing.
    """

    _added: tuple[_AddedContext, ...] = ()
    _fetcher: Fetcher | None = None
    # Only in a loader for one document. Two loaders are equal whatever they have fetched.
    _memory: "_Memory | None" = field(default=None, compare=False, repr=False)

    def load(self, url: str) -> Mapping[str, Any]:
        """The document at `url`: a JSON object with the member "@context".

        It is shared with all other readers and must not be changed. Raises Undecided `context_unavailable` if the
        document cannot be had, `context_malformed` if what was fetched is no context, and, in a loader made by
        `for_document`, `too_many_contexts`; RuntimeError if the installation is damaged.
        """
        if url in _bundle:
            return _bundle.document(url)
        if (text := self._added_text(url)) is not None:
            return _parsed(text)
        return self._fetched(url).document

    def digest(self, url: str) -> str:
        """The SHA-256 digest, in hexadecimal, that identifies what `load` returns; raises as `load` does.

        Of a bundled context it is the digest of the bytes that its publisher serves, which others can compare, of an
        added one that of its canonical form (RFC 8785), and of a fetched one that of the bytes that came. What a
        server says can change between `load` and `digest`, except in a loader of `for_document`.
        """
        if url in _bundle:
            return _bundle.published_sha256(url)
        if (text := self._added_text(url)) is not None:
            return _sha256(text)
        return self._fetched(url).sha256

    def is_pinned(self, url: str) -> bool:
        """Whether the content at `url` is fixed: bundled, or added by the caller. Such a URL is never fetched."""
        return url in _bundle or self._added_text(url) is not None

    def is_bundled(self, url: str) -> bool:
        """Whether the content at `url` is part of this installation."""
        return url in _bundle

    def pinned_urls(self) -> tuple[str, ...]:
        """Every URL whose content is fixed, in alphabetical order."""
        return tuple(sorted((*_bundle.urls(), *(context.url for context in self._added))))

    def adding(self, contexts: Mapping[str, Mapping[str, Any]]) -> "ContextLoader":
        """A loader that knows these documents too. They are copied.

        Raises ValueError for a URL that is already pinned (unless by an equal document), for one that is not absolute,
        and for a document that is not a JSON object with the member "@context".
        """
        added = {context.url: context for context in self._added}
        for url, document in contexts.items():
            context = _AddedContext(_checked_url(url), _canonical_text(url, document))
            if self.is_pinned(url) and context.text != _canonical_text(url, self.load(url)):
                raise ValueError(f"the context {url} is pinned and cannot be replaced")
            if url not in _bundle:
                added[url] = context
        return replace(self, _added=tuple(added[url] for url in sorted(added)))

    def with_fetcher(self, fetcher: Fetcher) -> "ContextLoader":
        """A loader that fetches what is not pinned, and so lets the servers that it asks say what the words mean."""
        return replace(self, _fetcher=fetcher, _memory=None)

    def for_document(self) -> "ContextLoader":
        """A loader for one document: what it has fetched stays the same, and it fetches only so many contexts.

        Without it, two readings of the same document could be given two meanings. Drop it with the document.
        """
        return replace(self, _memory=_Memory())

    def for_one_document(self) -> "ContextLoader":
        """This loader if its answers stay the same already, else what `for_document` makes of it."""
        return self if self._fetcher is None or self._memory is not None else self.for_document()

    def fetching_through(self, wrap: Callable[[Fetcher], Fetcher]) -> "ContextLoader":
        """The same loader with its fetcher wrapped; a loader without one stays as it is."""
        return self if self._fetcher is None else replace(self, _fetcher=wrap(self._fetcher), _memory=None)

    def _added_text(self, url: str) -> str | None:
        return next((context.text for context in self._added if context.url == url), None)

    def _fetched(self, url: str) -> "_FetchedContext":
        if self._fetcher is None:
            raise Undecided(
                "context_unavailable",
                f"the JSON-LD context {shortened(url)} is not among the known ones, and contexts are not fetched",
                hint="give the document with toolkit.adding(contexts={url: document}), or allow fetching of contexts",
            )
        if self._memory is None:
            return _fetch(self._fetcher, url)
        return self._memory.recall(url, self._fetcher)


def standard_contexts() -> ContextLoader:
    """The bundled contexts and nothing else: no network."""
    return ContextLoader()


# --- the bundle ----------------------------------------------------------------------------------------------------


class _Bundle:
    """The files in `contexts/`, read when they are first asked for.

    What was parsed is kept: at most one document for each entry of the index. `dict.setdefault` decides between
    threads that read one file at the same time, so that all see one object, without a lock that a fork could catch.
    """

    def __init__(self) -> None:
        self._index: dict[str, dict[str, str]] = {}
        self._documents: dict[str, dict[str, Any]] = {}

    def __contains__(self, url: str) -> bool:
        return url in self._entries()

    def urls(self) -> tuple[str, ...]:
        return tuple(self._entries())

    def published_sha256(self, url: str) -> str:
        return self._entries()[url]["published_sha256"]

    def document(self, url: str) -> dict[str, Any]:
        document = self._documents.get(url)
        if document is None:
            entry = self._entries()[url]
            document = self._documents.setdefault(url, read_object(f"contexts/{entry['file']}", entry["sha256"]))
        return document

    def _entries(self) -> dict[str, dict[str, str]]:
        if not self._index:
            self._index = read_object(_INDEX)
        return self._index


_bundle: Final = _Bundle()


# --- contexts of the caller ----------------------------------------------------------------------------------------


def _checked_url(url: object) -> str:
    if not isinstance(url, str) or not _ABSOLUTE_URL.fullmatch(url):
        raise ValueError(f"a context is known by an absolute URL, not by {url!r}")
    return url


def _canonical_text(url: str, document: object) -> str:
    if not isinstance(document, Mapping) or "@context" not in document:
        raise ValueError(f"the context {url} must be an object with the member @context")
    try:
        return canonicalize(strict_json.check(dict(document))).decode()
    except Malformed as exc:
        raise ValueError(f"the context {url} is not a JSON value: {exc}") from exc


@lru_cache(maxsize=_PARSED_CONTEXTS_KEPT)
def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=_PARSED_CONTEXTS_KEPT)
def _parsed(text: str) -> Mapping[str, Any]:
    document: dict[str, Any] = json.loads(text)
    return document


# --- contexts from the network -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _FetchedContext:
    document: Mapping[str, Any]
    sha256: str


def _fetch(fetcher: Fetcher, url: str) -> _FetchedContext:
    try:
        document, fetched = fetch_json(fetcher, url, accept=_ACCEPT, max_bytes=MAX_FETCHED_CONTEXT_BYTES)
    except FetchFailed as exc:
        raise FetchFailed(
            "context_unavailable",
            f"the JSON-LD context {shortened(url)} could not be had: {exc.problem.message}",
            hint="try again later, or give the document with toolkit.adding(contexts={url: document})",
        ) from exc
    if not isinstance(document, dict) or "@context" not in document:
        raise Undecided(
            "context_malformed",
            f"{shortened(url)} does not answer with a JSON-LD context, which is an object with the member @context",
            hint="give the right document with toolkit.adding(contexts={url: document})",
        )
    return _FetchedContext(document, hashlib.sha256(fetched.content).hexdigest())


class _Memory:
    """What was fetched for one document, refusals included. It is not shared with another process."""

    def __init__(self) -> None:
        self._answers: dict[str, _FetchedContext | Problem] = {}

    def __reduce__(self) -> tuple[type["_Memory"], tuple[()]]:
        return _Memory, ()

    def recall(self, url: str, fetcher: Fetcher) -> _FetchedContext:
        answer = self._answers.get(url)
        if answer is None:
            if len(self._answers) >= MAX_FETCHED_CONTEXTS_PER_DOCUMENT:
                raise Undecided(
                    "too_many_contexts",
                    f"for one document, not more than {MAX_FETCHED_CONTEXTS_PER_DOCUMENT} JSON-LD contexts are fetched",
                )
            answer = self._answers.setdefault(url, _fetch_or_problem(fetcher, url))
        if isinstance(answer, Problem):
            raise Undecided.from_problem(answer)
        return answer


def _fetch_or_problem(fetcher: Fetcher, url: str) -> _FetchedContext | Problem:
    try:
        return _fetch(fetcher, url)
    except Undecided as exc:
        return exc.problem
