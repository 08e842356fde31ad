"""The internet of a test: what is published at which address, who cannot be reached, and what was asked for.

Unlike `StaticFetcher`, which is a value, this world changes while a test goes on: an issuer rotates a key, a list is
published again, a host goes down and comes back.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetched, StaticFetcher
from vcwallet.standard import standard_toolkit
from vcwallet.testing.issuers import SampleIssuer
from vcwallet.toolkit import Toolkit


class OutsideWorld:
    """A `Fetcher` that answers from memory. Documents are JSON values, `str` or `bytes`, or a whole `Fetched`.

    `asked` has every address that was asked for, in order, answered or not.
    """

    def __init__(self, documents: Mapping[str, Any] | None = None, *, issuers: Iterable[SampleIssuer] = ()) -> None:
        self._documents: dict[str, Any] = dict(documents or {})
        self._down: set[str] = set()
        self.asked: list[str] = []
        for issuer in issuers:
            self._documents.update(issuer.documents())

    def publish(self, url: str, document: Any) -> None:
        """Put a document at an address, in the place of what was there."""
        self._documents[url] = document

    def publish_issuer(self, issuer: SampleIssuer) -> None:
        """Put everything that an issuer publishes of itself at its addresses."""
        self._documents.update(issuer.documents())

    def remove(self, url: str) -> None:
        """Take a document away. Raises `KeyError` when there is none."""
        del self._documents[url]

    def goes_down(self, *hosts: str) -> None:
        """Nothing at these hosts ("college.example") can be reached any more; without a host, nothing at all."""
        self._down.update(hosts or {"*"})

    def comes_back(self) -> None:
        """Every host can be reached again."""
        self._down.clear()

    @property
    def documents(self) -> dict[str, Any]:
        """What can be reached now, by address."""
        reachable = {} if "*" in self._down else self._documents
        return {url: document for url, document in reachable.items() if url.split("/")[2] not in self._down}

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        """As `Fetcher.fetch`."""
        self.asked.append(url)
        return StaticFetcher(self.documents).fetch(url, accept=accept, max_bytes=max_bytes)

    def toolkit(self) -> Toolkit:
        """The standard toolkit in this world."""
        return standard_toolkit(self)
