"""The documents that an Open Badges 2.0 assertion refers to: each fetched once, found by its own id, in any version.

What an address serves speaks for itself only where it names that address as its id. Where it names another, the document
is looked for there: so nobody can put words into the mouth of a host that is not theirs. How often that is done, and how
much is fetched for one verification, is bounded; there is no recursion, so circles end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vcwallet.credentials.badge_v2 import BadgeVersion, first_text
from vcwallet.credentials.badge_v2_upgrade import BadgeRole, upgrade
from vcwallet.errors import FetchFailed, Malformed, Problem, Undecided
from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetcher
from vcwallet.fetching.web_address import parse_web_address, shortened

_ACCEPT: Final = "application/ld+json, application/json"
_OK: Final = 200
_GONE: Final = 410

# An address of old, the one it moved to, and one more: real documents name themselves at once.
_MAX_REFERENCES: Final = 3
# A signed badge needs four documents, each endorsement two; twenty endorsements are the most that are looked at.
_MAX_FETCHES: Final = 64
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


@dataclass(slots=True)
class Documents:
    """What one verification fetched. Not shared: it remembers, and counts."""

    fetcher: Fetcher
    _answers: dict[str, tuple[int, Any, str]] = field(default_factory=dict)

    def find(self, address: str, role: BadgeRole) -> FoundDocument:
        """The document in that role which this address leads to.

        Raises FetchFailed, and Undecided hosted_id_elsewhere and too_many_documents.
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
        key = address.partition("#")[0]
        if key not in self._answers:
            if len(self._answers) >= _MAX_FETCHES:
                raise Undecided("too_many_documents", f"the badge needs more than {_MAX_FETCHES} documents")
            max_bytes = _MAX_LIST_BYTES if role == "revocation list" else _MAX_BYTES
            # A failure is remembered too, so that twenty endorsements by one silent host cost one timeout.
            self._answers[key] = _ask(self.fetcher, key, max_bytes)
        status, content, served_from = self._answers[key]
        if isinstance(content, FetchFailed):
            raise FetchFailed.from_problem(content.problem)
        return status, content, served_from


def _ask(fetcher: Fetcher, address: str, max_bytes: int) -> tuple[int, Any, str]:
    try:
        fetched = fetcher.fetch(address, accept=_ACCEPT, max_bytes=max_bytes)
    except FetchFailed as error:
        return 0, error, address
    served_from = fetched.url or address
    if fetched.status not in (_OK, _GONE):
        message = f"{shortened(address)} answers with status {fetched.status}; 200 was expected"
        return fetched.status, FetchFailed("http_status", message), served_from
    try:
        content = fetched.json()
    except Malformed as error:
        if fetched.status == _GONE:
            return _GONE, None, served_from
        message = f"{shortened(address)} does not answer with JSON: {error.problem.message}"
        return fetched.status, FetchFailed("fetched_document_unreadable", message), served_from
    if not isinstance(content, dict) and fetched.status == _OK:
        message = f"{shortened(address)} answers with JSON that is not an object"
        return fetched.status, FetchFailed("fetched_document_unreadable", message), served_from
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
