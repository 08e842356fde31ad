"""The door to the outside world, as everything else in the library sees it: a protocol with one method.

Here are the protocol, what it returns, the rules for following redirects, and the two fetchers that have no network:
`NoNetwork`, which is the default, and `StaticFetcher`, which answers from memory. Sockets are in `http_fetcher` alone.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urljoin

from vcwallet.errors import FetchFailed, Malformed
from vcwallet.fetching.web_address import check_destination, parse_web_address, shortened
from vcwallet.wire import strict_json
from vcwallet.wire.strict_json import JsonValue

# A DID document has a few kB, a status list for a million badges at most 128 kB; a caller who expects more says so.
DEFAULT_MAX_BYTES = 1024 * 1024
# Real chains have one or two hops (http to https is not among them); five leaves room for URL shorteners.
MAX_REDIRECTS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_URI_REFERENCE = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?#\[\]%]*", re.ASCII)
# What would be said of a first address; of a later one it is said that the redirect is refused.
_ADDRESS_CODES = frozenset({"address_refused", "scheme_refused", "url_malformed"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back from one address: status, headers, body, and the address that answered after all redirects.

    `body` may be given as a JSON value, as text or as bytes; `content` is always the bytes. Header names are compared
    without regard to case.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue | bytes = b""
    url: str = ""

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def text(self) -> str:
        """The body as UTF-8 text. Raises Malformed `text_not_utf8`."""
        try:
            return self.content.decode()
        except UnicodeDecodeError as exc:
            raise Malformed("text_not_utf8", f"the body is not UTF-8 from byte {exc.start}") from exc

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; "" if the server names none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)

    def json(self) -> JsonValue:
        """The body as JSON, read strictly. Raises Malformed with the codes of `wire.strict_json`."""
        return strict_json.parse(self.content)


class Fetcher(Protocol):
    """Gets a document from an https URL.

    `fetch` raises nothing but FetchFailed, and returns whatever other status than 3xx ends the exchange: a caller who
    needs a 200 looks at it, or uses `fetch_json`. A fragment is not sent. At most `max_bytes` of decoded body are read.
    Implementations are used by several threads at once and cross process borders by pickling.
    """

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched: ...


@dataclass(frozen=True, slots=True)
class NoNetwork:
    """Fetches nothing. What would need a document from the network stays undecided, with code `no_network`."""

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        del accept, max_bytes
        raise FetchFailed(
            "no_network",
            f"{shortened(url)} is needed, and nothing is fetched from the network",
            hint="give a fetcher, such as HttpFetcher, or StaticFetcher with the documents at hand",
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StaticFetcher:
    """A little internet in memory: addresses and what answers there.

    A value that is a `str` or `bytes` is a body as it is; a `Fetched` is a whole response; everything else is a JSON
    value. An address that is not held is a host that cannot be reached. The first address is looked up as it is
    written, without its fragment; redirects are followed by the rules for the real network, to addresses that are held.

    The documents are copied, so that later changes by the caller are not seen, nor changes by a reader.
    Raises TypeError or ValueError for a value that JSON cannot express.
    """

    documents: Mapping[str, JsonValue | bytes | Fetched]

    def __post_init__(self) -> None:
        responses = {url: _response(document) for url, document in self.documents.items()}
        object.__setattr__(self, "documents", responses)

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        del accept
        fetched = follow_redirects(self._fetch_once, url)
        check_size(len(fetched.content), max_bytes, fetched.url)
        return fetched

    def _fetch_once(self, url: str) -> Fetched:
        response = self.documents.get(url)
        if not isinstance(response, Fetched):
            raise FetchFailed("unreachable", f"{shortened(url)} cannot be reached")
        return replace(response, headers=dict(response.headers))

    def __repr__(self) -> str:
        return f"StaticFetcher({len(self.documents)} addresses)"


def _response(document: JsonValue | bytes | Fetched) -> Fetched:
    if isinstance(document, Fetched):
        given = document
    else:
        media_type = "text/plain; charset=utf-8"
        if not isinstance(document, str):
            media_type = "application/octet-stream" if isinstance(document, bytes) else "application/json"
        given = Fetched(200, {"content-type": media_type}, document)
    return replace(given, headers=dict(given.headers), body=given.content)


def follow_redirects(
    fetch_once: Callable[[str], Fetched],
    url: str,
    *,
    allow_http: bool = False,
    allow_private_addresses: bool = False,
    max_redirects: int = MAX_REDIRECTS,
) -> Fetched:
    """Fetch `url`, and what it redirects to, until something else than a redirect answers.

    `fetch_once` does one exchange, and judges the address that it is given by itself; here the targets of redirects are
    judged: https only (never from https to http, whatever is allowed), no address or port that is not public, no
    circle. Raises FetchFailed `redirect_refused` or `too_many_redirects`, and what `fetch_once` raises.
    """
    current = url.partition("#")[0]
    seen = {current}
    while True:
        try:
            fetched = fetch_once(current)
        except FetchFailed as exc:
            if len(seen) == 1 or exc.code not in _ADDRESS_CODES:
                raise
            raise _redirect_refused(url, str(exc.problem.message)) from exc
        if not 300 <= fetched.status < 400:  # noqa: PLR2004 - the class of redirects, RFC 9110 15.4
            return replace(fetched, url=current)
        target = _redirect_target(fetched, current, url)
        try:
            address = parse_web_address(target, allow_http=allow_http)
            check_destination(address, allow_private_addresses=allow_private_addresses)
        except FetchFailed as exc:
            raise _redirect_refused(url, exc.problem.message) from exc
        if address.scheme == "http" and current.lower().startswith("https:"):
            raise _redirect_refused(url, "it leads from https to http")
        if target in seen or len(seen) > max_redirects:
            reason = "redirects in a circle" if target in seen else f"redirects more than {max_redirects} times"
            raise FetchFailed("too_many_redirects", f"{shortened(url)} {reason}")
        seen.add(target)
        current = target


def _redirect_target(fetched: Fetched, current: str, url: str) -> str:
    location = fetched.header("location")
    if fetched.status not in _REDIRECTS or location is None:
        raise _redirect_refused(url, f"status {fetched.status} does not say where to go")
    # urljoin silently drops tabs and line breaks and treats "\\" in its own way, so they must not get there.
    if not _URI_REFERENCE.fullmatch(location):
        raise _redirect_refused(url, f"{shortened(location)} is not a URI reference")
    try:
        return urljoin(current, location).partition("#")[0]
    except ValueError as exc:
        raise _redirect_refused(url, f"{shortened(location)} is not a URI reference") from exc


def _redirect_refused(url: str, reason: str) -> FetchFailed:
    return FetchFailed("redirect_refused", f"{shortened(url)} redirects to where we do not go: {reason}")


def check_size(size: int, max_bytes: int, url: str) -> None:
    """Raise FetchFailed `response_too_large` if a body has more than `max_bytes`."""
    if size > max_bytes:
        raise FetchFailed("response_too_large", f"{shortened(url)} answers with more than {max_bytes} bytes")


def fetch_json(
    fetcher: Fetcher, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES
) -> tuple[JsonValue, Fetched]:
    """Fetch a JSON document that must be there.

    The media type is not looked at: much JSON is published as text/plain, and what matters is that it reads as strict
    JSON. Raises FetchFailed, also `http_status` for every status but 200 and `fetched_document_unreadable` for a body
    that is not JSON.
    """
    fetched = fetcher.fetch(url, accept=accept, max_bytes=max_bytes)
    if fetched.status != 200:  # noqa: PLR2004 - 204 or 206 do not carry the document either
        raise FetchFailed("http_status", f"{shortened(url)} answers with status {fetched.status}; 200 was expected")
    try:
        return fetched.json(), fetched
    except Malformed as exc:
        message = f"{shortened(url)} does not answer with JSON: {exc.problem.message}"
        raise FetchFailed("fetched_document_unreadable", message) from exc
