"""The documents that an Open Badges 2.0 assertion refers to, found by their own ids, in any version.

What an address serves speaks for itself only where it names that address as its id. Where it names another, the document
is looked for there: so nobody can put words into the mouth of a host that is not theirs. How often that is done is
bounded; there is no recursion, so circles end. That one verification asks each address once, and only so many, is for its
fetcher to see to (fetching/evidence.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.credentials.badge_v2 import BadgeVersion, first_text
from vcwallet.credentials.badge_v2_upgrade import BadgeRole, upgrade
from vcwallet.credentials.credential import as_text
from vcwallet.errors import FetchFailed, Malformed, Problem, Undecided
from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetcher
from vcwallet.fetching.web_address import parse_web_address, shortened

_ACCEPT: Final = "application/ld+json, application/json"
_OK: Final = 200
_GONE: Final = 410

# An address of old, the one it moved to, and one more: real documents name themselves at once.
_MAX_REFERENCES: Final = 3
# Everything but lists of revoked badges: a badge class may hold its picture.
_MAX_BYTES: Final = 2 * DEFAULT_MAX_BYTES
# A hundred thousand revoked badges with a reason each.
_MAX_LIST_BYTES: Final = 8 * DEFAULT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """One document that was fetched, in the shape of 2.0.

    `address` is where it says it is, `hosts` are those that had a part in serving it: that of its address, and that to
    which it redirects. `is_gone` tells that the server says it withdrew it (HTTP 410).
    """

    address: str
    content: Mapping[str, Any]
    version: BadgeVersion = "2.0"
    hosts: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Documents:
    """Finds documents through the fetcher of one verification, which asks each address once and only so many."""

    fetcher: Fetcher

    def find(self, address: str, role: BadgeRole) -> FoundDocument:
        """The document in that role which this address leads to.

        Raises FetchFailed, and Undecided hosted_id_elsewhere.
        """
        notes: list[Problem] = []
        for _ in range(_MAX_REFERENCES):
            status, content, served_from = self._fetch(address, role)
            hosts = frozenset(host for host in (host_of(address), host_of(served_from)) if host is not None)
            if "http:" in (address[:5].lower(), served_from[:5].lower()):
                message = f"{shortened(address)} was fetched without TLS: whoever is on the way can change it"
                notes.append(Problem("fetched_without_tls", message))
            if status == _GONE:
                gone = content if isinstance(content, dict) else {}
                return FoundDocument(address, gone, hosts=hosts, notes=tuple(notes), is_gone=True)
            document, version = upgrade(content, role, address=address)
            stated = document.get("id")
            if not isinstance(stated, str) or stated == address or host_of(stated) is None:
                return FoundDocument(address, document, version, hosts, tuple(notes))
            notes.append(Problem("hosted_id_followed", f"{shortened(address)} says that it is {shortened(stated)}"))
            address = stated
        raise Undecided("hosted_id_elsewhere", f"{shortened(address)} is one of a chain of documents that name others")

    def find_at_home(self, address: str, role: BadgeRole) -> FoundDocument:
        """As `find`, for a document that only the host of its own address can speak for.

        Raises also Undecided redirected_elsewhere: a host with an open redirect would lend its name to everybody.
        """
        found = self.find(address, role)
        if len(found.hosts) > 1:
            raise Undecided(
                "redirected_elsewhere",
                f"{shortened(found.address)} is not served by its own host but by another",
                hint="whether the one speaks for the other cannot be told from outside",
            )
        if found.is_gone:
            raise FetchFailed("http_status", f"{shortened(address)} answers with status {_GONE}; 200 was expected")
        return found

    def _fetch(self, address: str, role: BadgeRole) -> tuple[int, Any, str]:
        fetched = self.fetcher.fetch(
            address, accept=_ACCEPT, max_bytes=_MAX_LIST_BYTES if role == "revocation list" else _MAX_BYTES
        )
        served_from = fetched.url or address
        if fetched.status not in (_OK, _GONE):
            message = f"{shortened(address)} answers with status {fetched.status}; 200 was expected"
            raise FetchFailed("http_status", message)
        try:
            content = fetched.json()
        except Malformed as error:
            if fetched.status == _GONE:
                return _GONE, {}, served_from
            message = f"{shortened(address)} does not answer with JSON: {error.problem.message}"
            raise FetchFailed("fetched_document_unreadable", message) from error
        if not isinstance(content, dict) and fetched.status == _OK:
            message = f"{shortened(address)} answers with JSON that is not an object"
            raise FetchFailed("fetched_document_unreadable", message)
        return fetched.status, content, served_from


def host_of(address: Any) -> str | None:
    """The authority of a web address, in lower case and without a default port; None for what is no web address."""
    try:
        return parse_web_address(address, allow_http=True).authority if isinstance(address, str) else None
    except FetchFailed:
        return None


def reason_of(document: Mapping[str, Any]) -> str:
    """Why something was revoked, as an end for a sentence; "" where no reason is given."""
    reason = first_text(document.get("revocationReason"))
    return f": {reason[:300]}" if reason else ""


def id_of(value: Any) -> str | None:
    """The id of something that is given by its id or as an object."""
    return as_text(value.get("id")) if isinstance(value, Mapping) else as_text(value)
