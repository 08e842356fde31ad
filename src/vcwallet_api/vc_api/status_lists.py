"""The status lists of the VC API (Bitstring Status List 1.0), kept in memory: for tests, and gone with the process."""

import base64
import gzip
import secrets
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from vcwallet import Malformed, Refused, Signed, Signer, issue, standard_toolkit

PURPOSES: Final = ("revocation", "suspension")
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
# Bitstring Status List, 2.2: a list has 131,072 entries at least, so that an entry is hidden among others.
_ENTRIES: Final = 131_072
# How long a signed list is handed out while nothing in it changes: every verification is given all of them.
_SIGNED_FOR: Final = timedelta(minutes=5)


class StatusLists:
    """One list for each purpose. `base_url` is where the VC API is found."""

    def __init__(self, base_url: str, signer: Signer) -> None:
        self._base_url = base_url
        self._signer = signer
        self._lock = threading.Lock()
        self._bits = {purpose: bytearray(_ENTRIES // 8) for purpose in PURPOSES}
        self._taken: set[int] = set()
        self._toolkit = standard_toolkit()
        self._signed: dict[str, tuple[bytes, datetime, Signed]] = {}

    def url(self, purpose: str) -> str:
        return f"{self._base_url}/status-lists/{purpose}"

    def new_entries(self) -> list[dict[str, str]]:
        """An entry in each list for a credential that is about to be issued, at a place that nobody has yet."""
        with self._lock:
            if len(self._taken) > _ENTRIES // 2:
                raise Refused("status_list_full", "the status lists of this process are full: start it again")
            index = secrets.randbelow(_ENTRIES)
            while index in self._taken:
                index = secrets.randbelow(_ENTRIES)
            self._taken.add(index)
        return [
            {
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose,
                "statusListIndex": str(index),
                "statusListCredential": self.url(purpose),
            }
            for purpose in PURPOSES
        ]

    def set(self, purpose: str, index: int, *, value: bool) -> None:
        """Change one entry. Raises `Malformed` for one that is not there."""
        if purpose not in PURPOSES or not 0 <= index < _ENTRIES:
            raise Malformed("status_entry_malformed", f"there is no entry {index} for the purpose {purpose[:40]!r}")
        with self._lock:
            mask = 0x80 >> index % 8  # the first entry is the leftmost bit (Bitstring Status List, 3.1)
            if value:
                self._bits[purpose][index // 8] |= mask
            else:
                self._bits[purpose][index // 8] &= ~mask

    def credential(self, purpose: str, at: datetime) -> Signed | None:
        """The list as a signed credential, as it is now; None when there is no list for this purpose."""
        if purpose not in PURPOSES:
            return None
        with self._lock:
            content = bytes(self._bits[purpose])
            known = self._signed.get(purpose)
        if known is not None and known[0] == content and timedelta(0) <= at - known[1] < _SIGNED_FOR:
            return known[2]
        signed = self._sign(purpose, content, at)
        with self._lock:
            self._signed[purpose] = (content, at, signed)
        return signed

    def _sign(self, purpose: str, content: bytes, at: datetime) -> Signed:
        encoded = base64.urlsafe_b64encode(gzip.compress(content, mtime=0)).rstrip(b"=").decode()
        document = {
            "@context": [_CONTEXT],
            "id": self.url(purpose),
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self._signer.controller,
            "validFrom": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "credentialSubject": {
                "id": f"{self.url(purpose)}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose,
                "encodedList": f"u{encoded}",
            },
        }
        return issue(document, self._signer, securing="eddsa-rdfc-2022", toolkit=self._toolkit, at=at)

    def documents(self, at: datetime) -> Mapping[str, Any]:
        """Every list by its address, for a verifier that need not ask us over the network."""
        found = {}
        for purpose in PURPOSES:
            signed = self.credential(purpose, at)
            if signed is not None:
                found[self.url(purpose)] = dict(signed.document)
        return found
