"""The internet as a verification meets it: issuers who publish, and everything that can go wrong between them and us.

`OutsideWorld` is a `Fetcher`. It begins empty, and a test tells it what happens:

    world = OutsideWorld()
    world.issuer_opens(COLLEGE_DID, COLLEGE)              # publishes a DID document, a controller document or a key set
    world.publish("https://…/badges/1", newer_badge)      # whatever is at an address: lists, refresh services, schemas
    world.goes_dark("noordzee-college.example")           # the host does not answer any more
    world.breaks(address, OUTAGES["endless body"])        # or answers in one of many useless ways
    world.changes(address, other)                         # from the next question on something else stands there
    world.tells_in_turn(address, truth, lie)              # the first who asks hears the truth, the second a lie
    world.falls_to_strangers("noordzee-college.example")  # the domain was sold, and a page of adverts is on every address

Trouble shows in the way in which `HttpFetcher` would show it, with the same codes of `FetchFailed`; a body has a size and
takes a time, both counted as the real one counts them. `world.asked` is every question in the order it was put.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from tools.signing import SampleKey
from vcwallet.dids.did_web import document_address
from vcwallet.dids.https_jwks import jwks_address
from vcwallet.errors import FetchFailed
from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetched, check_size, follow_redirects

TIMEOUT_SECONDS = 10.0

ADVERTS = Fetched(200, {"content-type": "text/html; charset=utf-8"}, "<!doctype html><h1>This domain is for sale</h1>")


@dataclass(frozen=True)
class Stream:
    """A body that arrives in pieces, each after a while; it may have no end."""

    pieces: Callable[[], Iterator[bytes]]
    seconds_each: float = 0.0
    status: int = 200

    def received(self, url: str, max_bytes: int) -> Fetched:
        content, seconds = bytearray(), 0.0
        for piece in self.pieces():
            seconds += self.seconds_each
            if seconds > TIMEOUT_SECONDS:
                raise FetchFailed("timeout", f"{url} did not answer completely in time")
            content += piece
            check_size(len(content), max_bytes, url)
        return Fetched(self.status, {"content-type": "application/json"}, bytes(content))


Answer = Any  # JSON, text, bytes, `Fetched`, `Stream`, or the `FetchFailed` that asking ends in

_DOWN = FetchFailed("unreachable", "the host cannot be reached")

# Every way in which a document cannot be had, by what a person would say of it.
OUTAGES: Mapping[str, Answer] = {
    "no such host": _DOWN,
    "connection reset": FetchFailed("unreachable", "connection reset by peer"),
    "cut off within the body": FetchFailed("unreachable", "peer closed connection without sending complete message"),
    "wrong certificate": FetchFailed("tls_failed", "certificate verify failed"),
    "hangs before the headers": FetchFailed("timeout", "did not answer completely in time"),
    "slow body": Stream(lambda: repeat(b" ", 200), seconds_each=0.1),
    "endless body": Stream(lambda: repeat(b" " * 65536)),
    "endless drip": Stream(lambda: repeat(b" "), seconds_each=0.05),
    "huge body": Stream(lambda: iter([b'{"a":"' + b"x" * (DEFAULT_MAX_BYTES * 9) + b'"}'])),
    "gzip bomb": FetchFailed("response_too_large", "more than 1048576 bytes after decompression"),
    "unknown encoding": FetchFailed("fetched_document_unreadable", "content encoding br"),
    "moved to http": Fetched(301, {"location": "http://elsewhere.example/"}),
    "moved to this machine": Fetched(302, {"location": "https://127.0.0.1/admin"}),
    "moved to a private network": Fetched(307, {"location": "https://10.0.0.1/"}),
    "moved nowhere": Fetched(302),
    "moved to where nobody is": Fetched(308, {"location": "https://nobody.example/"}),
    "moved in a circle": Fetched(302, {"location": "?"}),
    "choice of several": Fetched(300),
    "no content": Fetched(204),
    "part of it": Fetched(206, {"content-type": "application/json"}, b'{"id"'),
    "unauthorised": Fetched(401, {}, {"error": "login"}),
    "forbidden": Fetched(403),
    "not found": Fetched(404, {"content-type": "application/json"}, {"error": "not found"}),
    "gone": Fetched(410, {"content-type": "text/html"}, "<h1>Gone</h1>"),
    "too many requests": Fetched(429, {"retry-after": "60"}),
    "server error": Fetched(500, {"content-type": "application/json"}, {}),
    "maintenance": Fetched(503, {"content-type": "text/html"}, "<h1>Back soon</h1>"),
    "empty": b"",
    "adverts": ADVERTS,
    "a login page called JSON": Fetched(200, {"content-type": "application/json"}, "<html><form>"),
    "half the JSON": Fetched(200, {"content-type": "application/json"}, b'{"id": "did:web:'),
    "two answers in one": Fetched(200, {"content-type": "application/json"}, b"{}{}"),
    "JSON with a member twice": Fetched(200, {"content-type": "application/json"}, b'{"id":"a","id":"b"}'),
    "JSON in UTF-16": Fetched(200, {"content-type": "application/json"}, '{"id":"a"}'.encode("utf-16")),
    "deep JSON": Fetched(200, {"content-type": "application/json"}, b"[" * 5000),
    "a picture": Fetched(200, {"content-type": "image/png"}, b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "null": Fetched(200, {"content-type": "application/json"}, b"null"),
    "a number": Fetched(200, {"content-type": "application/json"}, b"7"),
    "a list": Fetched(200, {"content-type": "application/json"}, b"[]"),
}


class OutsideWorld:
    """What stands at which address, and who asked."""

    def __init__(self, documents: Mapping[str, Answer] | None = None) -> None:
        self._answers: dict[str, list[Answer]] = {url: [answer] for url, answer in (documents or {}).items()}
        self._hosts: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []

    # --- what people publish ---------------------------------------------------------------------------------------

    def publish(self, url: str, answer: Answer) -> None:
        """From now on this stands at `url`."""
        self._answers[url] = [answer]

    changes = publish

    def tells_in_turn(self, url: str, *answers: Answer) -> None:
        """The first who asks hears the first answer, the next the second; the last is repeated."""
        self._answers[url] = list(answers)

    def issuer_opens(self, identifier: str, *keys: SampleKey) -> str:
        """An issuer publishes the document that names its keys; the address is returned."""
        address = document_address(identifier) if identifier.startswith("did:web:") else identifier
        methods = [
            {
                "id": f"{identifier}#key-{number}",
                "type": "Multikey",
                "controller": identifier,
                "publicKeyMultibase": key.multikey,
            }
            for number, key in enumerate(keys, start=1)
        ]
        names = [method["id"] for method in methods]
        self.publish(address, {"id": identifier, "verificationMethod": methods, "assertionMethod": names})
        return address

    def key_set_of(self, issuer: str, *keys: SampleKey) -> str:
        """An https issuer publishes the keys of its tokens; the address is returned."""
        address = jwks_address(issuer)
        self.publish(address, {"keys": [key.jwk for key in keys]})
        return address

    # --- what goes wrong -------------------------------------------------------------------------------------------

    def breaks(self, url: str, outage: Answer) -> None:
        """One address answers uselessly from now on."""
        self._answers[url] = [outage]

    def goes_dark(self, host: str, outage: Answer = _DOWN) -> None:
        """A whole host does, whatever was published there."""
        self._hosts[host] = outage

    def falls_to_strangers(self, host: str) -> None:
        """Somebody bought the domain and shows the same page at every address."""
        self._hosts[host] = ADVERTS

    def comes_back(self, host: str) -> None:
        """What was published before the trouble can be had again."""
        self._hosts.pop(host, None)

    # --- what a verification sees ----------------------------------------------------------------------------------

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        self.asked.append((url, accept))
        return follow_redirects(lambda hop: self._once(hop, max_bytes), url)

    def _once(self, url: str, max_bytes: int) -> Fetched:
        host = url.split("/")[2] if "//" in url else ""
        answer = self._hosts.get(host)
        if answer is None:
            waiting = self._answers.get(url, [_DOWN])
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, FetchFailed):
            raise FetchFailed.from_problem(answer.problem)
        if isinstance(answer, Stream):
            return answer.received(url, max_bytes)
        if not isinstance(answer, Fetched):
            is_data = isinstance(answer, str | bytes)
            answer = Fetched(200, {"content-type": "text/plain" if is_data else "application/json"}, answer)
        check_size(len(answer.content), max_bytes, url)
        return replace(answer, headers=dict(answer.headers), body=answer.content)

    @property
    def addresses_asked(self) -> list[str]:
        return [url for url, _ in self.asked]
