"""What a web address may look like, and which hosts may be asked.

Credentials are written by strangers and are full of URLs, so every URL is read by one strict grammar (RFC 3986 without
user information, ASCII only) that leaves no two readers room to see different hosts in it, and every host must be on
the public internet: otherwise a credential could make the machine that verifies it talk to its private neighbours.
Nothing here resolves names; `http_fetcher` does, and asks `is_public` about every address that it gets.
"""

import ipaddress
import re
from dataclasses import dataclass

from vcwallet.errors import FetchFailed

# Longer than any published address that we have seen, and what every common server still accepts.
MAX_URL_LENGTH = 2048
# RFC 1035 2.3.4: 255 octets on the wire are 253 characters of text.
MAX_HOST_LENGTH = 253
# Ports below belong to other protocols (22 is SSH, 25 is mail), which must not be spoken to on a stranger's behalf.
FIRST_UNPRIVILEGED_PORT = 1024

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"https": 443, "http": 80}

_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_URL = re.compile(
    rf"""
    (?P<scheme>https?)://
    (?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)
    (?::(?P<port>[0-9]{{1,5}}))?
    (?P<target>(?:/{_PCHAR}*)*(?:\?(?:{_PCHAR}|[/?])*)?)
    (?:\#(?P<fragment>(?:{_PCHAR}|[/?])*))?
    """,
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):.*", re.ASCII | re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?", re.ASCII)
# How old resolvers spell numbers; a last label of this kind makes the whole host an IPv4 address for some of them.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

# IANA special-purpose registries, stated here because ipaddress.is_global changes between Python releases.
_NOT_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
    )
)
# Only 2000::/3 is handed out for global unicast. All ways to write an IPv4 address as IPv6 (mapped ::ffff:0:0/96,
# compatible ::/96, NAT64 64:ff9b::/96 and 64:ff9b:1::/48) lie outside of it, but these lie inside:
_GLOBAL_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """One http or https URL, taken apart. `host` is lower case; an IPv6 address has no brackets."""

    scheme: str
    host: str
    port: int
    target: str
    literal: IpAddress | None

    @property
    def authority(self) -> str:
        """Host and, unless it is the default, port, as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_web_address(url: str, *, allow_http: bool = False) -> WebAddress:
    """Read an absolute https URL (or http, if allowed); a fragment is allowed and left out.

    Raises FetchFailed: `scheme_refused` for any other scheme, `url_malformed` for what RFC 3986 does not allow, for
    user information, international host names that are not written in their ASCII form, and trailing dots;
    `address_refused` for IPv4 addresses that are not written as four plain decimal numbers.
    """
    if len(url) > MAX_URL_LENGTH:
        raise FetchFailed("url_malformed", f"a URL has {len(url)} characters; at most {MAX_URL_LENGTH} are accepted")
    scheme = _SCHEME.fullmatch(url)
    allowed = ("https", "http") if allow_http else ("https",)
    if scheme is not None and scheme[1].lower() not in allowed:
        raise FetchFailed("scheme_refused", f"only {' and '.join(allowed)} URLs are fetched, not {shortened(url)}")
    parts = _URL.fullmatch(url)
    if parts is None:
        raise FetchFailed("url_malformed", f"{shortened(url)} is not a URL by RFC 3986 with a plain host name")
    port = int(parts["port"]) if parts["port"] else _DEFAULT_PORTS[parts["scheme"].lower()]
    if not 0 < port <= 65535:  # noqa: PLR2004 - the range of TCP ports
        raise FetchFailed("url_malformed", f"{shortened(url)} names port {port}, which does not exist")
    host, literal = _parse_host(parts["host"].lower(), url)
    target = parts["target"] if parts["target"].startswith("/") else "/" + parts["target"]
    return WebAddress(parts["scheme"].lower(), host, port, target, literal)


def _parse_host(host: str, url: str) -> tuple[str, IpAddress | None]:
    if host.startswith("["):
        try:
            v6 = ipaddress.IPv6Address(host[1:-1])
        except ValueError as exc:
            raise FetchFailed("url_malformed", f"{shortened(url)} does not hold an IPv6 address") from exc
        return str(v6), v6
    labels = host.split(".")
    if len(host) > MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise FetchFailed("url_malformed", f"{shortened(url)} does not have a valid host name")
    if not _NUMBER.fullmatch(labels[-1]):
        return host, None
    try:
        v4 = ipaddress.IPv4Address(host)
    except ValueError as exc:
        message = f"the host in {shortened(url)} is an IPv4 address in disguise; four decimal numbers were expected"
        raise FetchFailed("address_refused", message) from exc
    return host, v4


def check_destination(address: WebAddress, *, allow_private_addresses: bool = False) -> None:
    """Refuse, before any name is resolved, hosts and ports that are certainly not a public web server.

    Ports: 443 (80 for http) and everything from 1024 up; the rest belongs to other protocols. Raises FetchFailed
    `address_refused`.
    """
    if address.port != _DEFAULT_PORTS[address.scheme] and address.port < FIRST_UNPRIVILEGED_PORT:
        raise FetchFailed("address_refused", f"port {address.port} of {address.host} is not a web server's port")
    if allow_private_addresses:
        return
    # RFC 6761 6.3: every name below localhost is the loopback, whatever the resolver says.
    if address.host.rpartition(".")[2] == "localhost" or (address.literal and not is_public(address.literal)):
        raise FetchFailed("address_refused", f"{address.host} is not on the public internet")


def is_public(address: IpAddress) -> bool:
    """Whether an address is global unicast: assigned to a host that anybody on the internet may talk to."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    return address in _GLOBAL_UNICAST_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


def shortened(text: str, *, limit: int = 200) -> str:
    """Foreign text for a message: printable, quoted, and not longer than a reader wants."""
    return ascii(text if len(text) <= limit else text[: limit - 1] + "…")
