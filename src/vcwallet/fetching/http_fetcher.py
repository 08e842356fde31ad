"""The only module that opens sockets.

Whoever writes a credential chooses addresses that we then ask, so one exchange goes like this:

    1. the URL is read strictly (`web_address`): https, a plain host name, no user information
    2. its host name is resolved, once; one address that is not public refuses the name
    3. a connection is made to exactly such an address; TLS is checked against the host name
    4. nothing is sent that says who we are to the host: no cookies, no credentials, no proxies from the environment
    5. the answer is read up to a size, counted before and after decompression
    6. a redirect starts at 1 again; everything together, names and redirects included, has one deadline

No connection outlives a fetch: a checked address is never kept for another time.
"""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from vcwallet.errors import FetchFailed, Malformed
from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetched, check_size, follow_redirects
from vcwallet.fetching.web_address import (
    IpAddress,
    WebAddress,
    check_destination,
    is_public,
    parse_web_address,
    shortened,
)
from vcwallet.wire import bounded_gzip

# Long enough for a slow server on another continent, short enough for a person who waits for a verdict.
DEFAULT_TIMEOUT_SECONDS = 10.0
# A name may have dozens of addresses; whoever has four dead ones in a row is down.
MAX_ADDRESSES_TRIED = 4

_DECIMAL = re.compile(r"[0-9]{1,18}", re.ASCII)


def resolve_by_system(host: str) -> Sequence[str]:
    """The addresses of a host name, by the resolver of the operating system. Raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFetcher:
    """Fetches from the public internet over https, and from nowhere else.

    `timeout_seconds` bounds a whole fetch with its redirects. `ca_file` names a file of certificate authorities (PEM)
    that are trusted instead of the public ones. `resolve` turns a host name into addresses; it is called once for each
    exchange. `allow_http` and `allow_private_addresses` are for development and tests: with them, whoever writes a
    credential can reach the network that this machine is in.

    A value: it holds no connection, is safe to share between threads, and pickles if `resolve` does.
    """

    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    allow_http: bool = False
    allow_private_addresses: bool = False
    ca_file: str | None = None
    resolve: Callable[[str], Sequence[str]] = resolve_by_system

    def __post_init__(self) -> None:
        if not self.timeout_seconds > 0:
            raise ValueError("timeout_seconds must be positive")

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        """Get `url`. Raises FetchFailed.

        Its code is one of `url_malformed`, `scheme_refused`, `address_refused`, `unreachable`, `tls_failed`,
        `timeout`, `redirect_refused`, `too_many_redirects`, `response_too_large`, `fetched_document_unreadable`.
        """
        deadline = _Deadline(time.monotonic() + self.timeout_seconds)

        def exchange(hop: str) -> Fetched:
            return self._exchange(hop, accept=accept, max_bytes=max_bytes, deadline=deadline)

        return follow_redirects(
            exchange,
            url,
            allow_http=self.allow_http,
            allow_private_addresses=self.allow_private_addresses,
        )

    def _exchange(self, url: str, *, accept: str, max_bytes: int, deadline: "_Deadline") -> Fetched:
        address = parse_web_address(url, allow_http=self.allow_http)
        check_destination(address, allow_private_addresses=self.allow_private_addresses)
        reachable = _addresses(address, self.resolve, deadline, allow_private=self.allow_private_addresses)
        transport = _PinnedTransport(address, reachable, _tls_context(self.ca_file), deadline)
        headers = {
            "Accept": accept,
            # Compression would only save what a limit forbids anyway, and invites bombs.
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": _user_agent(),
        }
        try:
            with (
                httpx.Client(transport=transport, trust_env=False, timeout=None) as client,  # noqa: S113 - one deadline
                client.stream("GET", str(address), headers=headers) as response,
            ):
                is_final = not 300 <= response.status_code < 400  # noqa: PLR2004 - redirects, RFC 9110 15.4
                content = _read_body(response, max_bytes, url) if is_final else b""
                return Fetched(response.status_code, dict(response.headers), content, url)
        except httpcore.TimeoutException as exc:
            raise _timed_out(url) from exc
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as exc:
            if _is_caused_by_tls(exc):
                raise FetchFailed("tls_failed", f"no secure connection to {address.authority}: {exc}") from exc
            raise FetchFailed("unreachable", f"{shortened(url)} cannot be reached: {exc}") from exc
        except (httpx.InvalidURL, UnicodeError) as exc:
            # httpx decodes international names ("xn--…") on its way, and some are none.
            raise FetchFailed("url_malformed", f"{shortened(url)} does not have a valid host name") from exc


def _timed_out(url: str) -> FetchFailed:
    return FetchFailed("timeout", f"{shortened(url)} did not answer completely in time")


def _is_caused_by_tls(exc: BaseException | None) -> bool:
    while exc is not None:
        if isinstance(exc, ssl.SSLError):
            return True
        # The connection pool raises "from None", which hides the cause and leaves it as the context.
        exc = exc.__cause__ or exc.__context__
    return False


@lru_cache(maxsize=8)
def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    # Reading the certificate authorities takes 15 ms. The context itself is made for sharing between threads.
    if ca_file is None:
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context(cafile=ca_file)


@lru_cache(maxsize=1)
def _user_agent() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - used once, by the first request

    try:
        return f"vcwallet/{version('vcwallet')}"
    except PackageNotFoundError:
        return "vcwallet"


def _read_body(response: httpx.Response, max_bytes: int, url: str) -> bytes:
    declared = response.headers.get("content-length", "")
    if _DECIMAL.fullmatch(declared):
        check_size(int(declared), max_bytes, url)
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        check_size(len(content), max_bytes, url)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return bytes(content)
    if encoding not in {"gzip", "x-gzip"}:
        message = f"{shortened(url)} answers in the content encoding {shortened(encoding)}; identity was asked for"
        raise FetchFailed("fetched_document_unreadable", message)
    # Files that lie compressed on a server come as gzip whatever we ask for.
    try:
        return bounded_gzip.inflate_gzip(bytes(content), max_bytes=max_bytes)
    except Malformed as exc:
        if exc.code == "decompressed_too_large":
            raise FetchFailed("response_too_large", f"{shortened(url)}: {exc.problem.message}") from exc
        raise FetchFailed("fetched_document_unreadable", f"{shortened(url)}: {exc.problem.message}") from exc


def _addresses(
    address: WebAddress, resolve: Callable[[str], Sequence[str]], deadline: "_Deadline", *, allow_private: bool
) -> list[IpAddress]:
    """What may be connected to, resolved here and nowhere else.

    One address that is not public refuses the name, even if others are: no honest publisher mixes them, and trying the
    rest would answer an attacker's question which private addresses a name may point to.
    """
    if address.literal is not None:
        return [address.literal]
    try:
        texts = _resolve_in_time(address.host, resolve, deadline)
        found = list(dict.fromkeys(ipaddress.ip_address(text) for text in texts))
    except (OSError, ValueError) as exc:
        raise FetchFailed("unreachable", f"the host name {address.host} cannot be resolved") from exc
    if not found:
        raise FetchFailed("unreachable", f"the host name {address.host} has no address")
    if not allow_private and not all(is_public(ip) for ip in found):
        raise FetchFailed("address_refused", f"{address.host} is not on the public internet")
    return found[:MAX_ADDRESSES_TRIED]


def _resolve_in_time(host: str, resolve: Callable[[str], Sequence[str]], deadline: "_Deadline") -> Sequence[str]:
    # The system's resolver takes no timeout, and the name server that it waits for belongs to the attacker. The thread
    # that is left behind ends when the resolver gives up.
    answer: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(resolve(host))
        except Exception as exc:  # noqa: BLE001 - whatever it is, it is raised in the thread that waits
            answer.set_exception(exc)

    threading.Thread(target=ask, name="vcwallet-resolver", daemon=True).start()
    try:
        return answer.result(deadline.remaining())
    except TimeoutError as exc:
        if answer.done():  # the resolver's own timeout is an OSError like any other
            raise
        raise FetchFailed("timeout", f"the host name {host} was not resolved in time") from exc


@dataclass(frozen=True, slots=True)
class _Deadline:
    """The moment, on the monotonic clock, at which a fetch has failed."""

    moment: float

    def remaining(self) -> float:
        return max(self.moment - time.monotonic(), 0.0)


class _PinnedTransport(httpx.BaseTransport):
    """Speaks HTTP/1.1 with one web address over a connection to one of its checked IP addresses."""

    def __init__(
        self, address: WebAddress, reachable: Sequence[IpAddress], context: ssl.SSLContext, deadline: _Deadline
    ) -> None:
        self._url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        )
        backend = _PinnedBackend(reachable, deadline)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # Where we connect comes from our own reading of the URL; httpx has had a reading of its own.
        response = self._pool.handle_request(httpcore.Request("GET", self._url, headers=request.headers.raw))
        return httpx.Response(response.status, headers=response.headers, stream=_BodyStream(response))

    def close(self) -> None:
        self._pool.close()


class _BodyStream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses whatever host is asked for, and to nothing else."""

    def __init__(self, reachable: Sequence[IpAddress], deadline: _Deadline) -> None:
        self._reachable = reachable
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        del host, timeout, local_address
        for number, ip in enumerate(self._reachable, start=1):
            remaining = _remaining_or_raise(self._deadline, httpcore.ConnectTimeout)
            # One address that swallows packets must leave time for the others.
            share = remaining / (len(self._reachable) - number + 1)
            try:
                stream = self._sockets.connect_tcp(str(ip), port, timeout=share, socket_options=socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(self._reachable):
                    raise
            else:
                return _DeadlineStream(stream, self._deadline)
        raise httpcore.ConnectError("there is no address to connect to")


class _DeadlineStream(httpcore.NetworkStream):
    """A stream on which no operation may last beyond the deadline, so that dripping bytes gains an attacker nothing."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, _remaining_or_raise(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, _remaining_or_raise(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        remaining = _remaining_or_raise(self._deadline, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, remaining), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining_or_raise(deadline: _Deadline, error: type[httpcore.TimeoutException]) -> float:
    remaining = deadline.remaining()
    if remaining <= 0:  # a socket timeout of zero would mean "do not block" to Python
        raise error("the deadline of the whole fetch has passed")
    return remaining
