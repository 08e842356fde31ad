"""What a DID method is: a way from a DID to its document."""

from typing import Protocol

from vcwallet.dids.document import ControllerDocument
from vcwallet.fetching.fetcher import Fetcher


class DidMethod(Protocol):
    """One DID method. `name` is the part behind "did:", such as "web"."""

    @property
    def name(self) -> str: ...

    def resolve(self, did: str, fetcher: Fetcher) -> ControllerDocument:
        """The document of a DID of this method.

        Raises `Malformed` when the DID is not one of this method, `Refused` when the document is about another, and
        `Undecided` or `FetchFailed` when it cannot be had.
        """
