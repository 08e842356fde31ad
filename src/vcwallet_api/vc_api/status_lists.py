"""The status lists of the VC API (Bitstring Status List 1.0), kept in memory: for tests, and gone with the process."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from vcwallet import (
    Malformed,
    Signed,
    Signer,
    allocate_indexes,
    issue,
    new_status_list,
    set_status,
    standard_toolkit,
    status_list_document,
)

PURPOSES: Final = ("revocation", "suspension")
# How long a signed list is handed out while nothing in it changes: every verification is given all of them.
_SIGNED_FOR: Final = timedelta(minutes=5)


class StatusLists:
    """One list for each purpose. `base_url` is where the VC API is found."""

    def __init__(self, base_url: str, signer: Signer) -> None:
        self._base_url = base_url
        self._signer = signer
        self._lock = threading.Lock()
        self._lists = {purpose: new_status_list(self.url(purpose), signer.controller, purpose) for purpose in PURPOSES}
        self._toolkit = standard_toolkit()
        self._signed: dict[str, tuple[bytes, datetime, Signed]] = {}

    def url(self, purpose: str) -> str:
        return f"{self._base_url}/status-lists/{purpose}"

    def new_entries(self) -> list[dict[str, Any]]:
        """An entry in each list for a credential that is about to be issued. Raises `Refused` status_list_full."""
        with self._lock:
            given = {purpose: allocate_indexes(status_list) for purpose, status_list in self._lists.items()}
            self._lists = {purpose: status_list for purpose, (status_list, _) in given.items()}
        return [status_list.entry_for(index) for status_list, (index,) in given.values()]

    def set(self, purpose: str, index: int, *, value: bool) -> None:
        """Change one entry. Raises `Malformed` for one that nobody was given, `Refused` for a revocation to be lifted."""
        with self._lock:
            try:
                self._lists[purpose] = set_status(self._lists[purpose], index, int(value))
            except (KeyError, IndexError, ValueError) as exc:
                message = f"no credential was given the entry {index} for the purpose {purpose[:40]!r}"
                raise Malformed("status_entry_malformed", message) from exc

    def credential(self, purpose: str, at: datetime) -> Signed | None:
        """The list as a signed credential, as it is now; None when there is no list for this purpose."""
        if purpose not in PURPOSES:
            return None
        with self._lock:
            status_list = self._lists[purpose]
            known = self._signed.get(purpose)
        if known is not None and known[0] == status_list.bits and timedelta(0) <= at - known[1] < _SIGNED_FOR:
            return known[2]
        # Nothing can be lost from one version to the next: all changes are made above, to the newest one.
        document = status_list_document(status_list, valid_from=at, previous=None)
        signed = issue(document, self._signer, securing="eddsa-rdfc-2022", toolkit=self._toolkit, at=at)
        with self._lock:
            self._signed[purpose] = (status_list.bits, at, signed)
        return signed

    def documents(self, at: datetime) -> Mapping[str, Any]:
        """Every list by its address, for a verifier that need not ask us over the network."""
        found = {}
        for purpose in PURPOSES:
            signed = self.credential(purpose, at)
            if signed is not None:
                found[self.url(purpose)] = dict(signed.document)
        return found
