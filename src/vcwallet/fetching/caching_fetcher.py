"""Remember fetched documents for as long as their publisher allows, within fixed bounds.

A small private cache (RFC 9111): it honours `Cache-Control` (max-age, no-store, no-cache), `Age` and `Vary: *`, and
keeps nothing but answers with status 200. Failures are asked for again. It does not revalidate, and it does not look
into documents: how old a status list may be is for those to judge who read it.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetched, Fetcher, check_size

# A batch from one school touches a handful of documents, a busy verifier some hundreds.
DEFAULT_MAX_ENTRIES = 1000
# All of it together: 64 documents of the greatest size that is fetched by default.
DEFAULT_CACHE_BYTES = 64 * 1024 * 1024
# For answers that do not say: long enough for a batch, short enough that a revocation is noticed.
DEFAULT_TTL_SECONDS = 300.0
# A publisher who says "a year" is not believed: keys are withdrawn, and domains change hands.
MAX_TTL_SECONDS = 24 * 60 * 60.0

# What an entry takes beside its body: addresses, headers, Python's own objects.
_ENTRY_OVERHEAD_BYTES = 2048

_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)
# One directive of RFC 9111 5.2, whose argument may be a token or a quoted string.
_DIRECTIVE = re.compile(
    r"([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*=[ \t]*(?:\"([^\"\\]*)\"|([^\s\",;]*)))?[ \t]*(?:,|\Z)", re.ASCII
)
# Real ones have less than a hundred characters; whoever sends pages of them gets nothing remembered.
_MAX_HEADER_LENGTH = 1000

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    fetched: Fetched
    fresh_until: float
    size: int


class CachingFetcher:
    """Asks `inner` for what is not remembered, and forgets what was used longest ago when a bound is reached.

    Of a chain of redirects only the last answer is looked at: what it allows holds for the address that was asked for.
    Shared by threads; two that ask for the same missing document at the same time both fetch it. Pickles without what
    it remembers. `clock` counts seconds and never goes back.
    """

    def __init__(
        self,
        inner: Fetcher,
        *,
        max_entries: int = DEFAULT_MAX_ENTRIES,
        max_bytes: int = DEFAULT_CACHE_BYTES,
        default_ttl_seconds: float = DEFAULT_TTL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if max_entries < 0 or max_bytes < 0 or not default_ttl_seconds >= 0:
            raise ValueError("the bounds of a cache must not be negative")
        self._inner = inner
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._default_ttl_seconds = default_ttl_seconds
        self._clock = clock
        self._forget()

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._size = 0

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        """The remembered answer while it is fresh, otherwise a new one. Raises FetchFailed as `inner` does."""
        key = (url.partition("#")[0], accept)
        fetched = self._remembered(key)
        if fetched is not None:
            check_size(len(fetched.content), max_bytes, url)
            return replace(fetched, headers=dict(fetched.headers))
        asked_at = self._clock()
        fetched = self._inner.fetch(url, accept=accept, max_bytes=max_bytes)
        ttl_seconds = self._ttl_seconds(fetched)
        if ttl_seconds > 0:
            # Counted from the question: how long the answer was on its way is not known (RFC 9111 4.2.3).
            self._remember(key, fetched, asked_at + ttl_seconds)
        return fetched

    def _remembered(self, key: _Key) -> Fetched | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if self._clock() >= entry.fresh_until:
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry.fetched

    def _remember(self, key: _Key, fetched: Fetched, fresh_until: float) -> None:
        # The copy is ours alone: bytes cannot be changed by a reader, and the headers are copied for each.
        kept = replace(fetched, headers=dict(fetched.headers), body=fetched.content)
        size = len(fetched.content) + sum(len(name) + len(value) for name, value in kept.headers.items())
        entry = _Entry(kept, fresh_until, size + _ENTRY_OVERHEAD_BYTES)
        with self._lock:
            if key in self._entries:
                self._drop(key)
            self._entries[key] = entry
            self._size += entry.size
            while self._entries and (len(self._entries) > self._max_entries or self._size > self._max_bytes):
                self._drop(next(iter(self._entries)))

    def _drop(self, key: _Key) -> None:
        self._size -= self._entries.pop(key).size

    def _ttl_seconds(self, fetched: Fetched) -> float:
        if fetched.status != 200 or (fetched.header("vary") or "").strip() == "*":  # noqa: PLR2004 - OK
            return 0.0
        directives = _directives(fetched.header("cache-control") or "")
        if directives is None or "no-store" in directives or "no-cache" in directives:
            return 0.0
        if "max-age" not in directives:
            return min(self._default_ttl_seconds, MAX_TTL_SECONDS)
        age = (fetched.header("age") or "0").strip()
        # RFC 9111 4.2.1: what cannot be read is treated as stale.
        if not _SECONDS.fullmatch(directives["max-age"]) or not _SECONDS.fullmatch(age):
            return 0.0
        return min(float(directives["max-age"]) - float(age), MAX_TTL_SECONDS)

    def __getstate__(self) -> dict[str, Any]:
        own = {"_lock", "_entries", "_size"}
        return {name: value for name, value in self.__dict__.items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    def __repr__(self) -> str:
        return f"CachingFetcher({self._inner!r})"


def _directives(header: str) -> dict[str, str] | None:
    """The directives of a Cache-Control header with their arguments; None if it cannot be read.

    Of a directive that is given twice the first counts, unless they disagree, which cannot be read (RFC 9111 4.2.1).
    """
    if len(header) > _MAX_HEADER_LENGTH:
        return None
    found: dict[str, str] = {}
    text, position = header.lower(), 0
    while position < len(text):
        if text[position] in ", \t":  # empty elements of a list are allowed (RFC 9110 5.6.1)
            position += 1
            continue
        directive = _DIRECTIVE.match(text, position)
        if directive is None:
            return None
        name, value = directive[1], directive[2] or directive[3] or ""
        if found.setdefault(name, value) != value:
            return None
        position = directive.end()
    return found
