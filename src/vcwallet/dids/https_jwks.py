"""Keys that an https issuer publishes as JWKs: the set of its host, and single keys at addresses of their own.

This is how Open Badges 3.0 issuers publish the keys of their tokens (OB 3.0, 8.2.4.1, and the implementation guide on key
provenance): `https://{host}/.well-known/jwks.json` of the host in the issuer's id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.errors import Refused, Undecided, VcwalletError
from vcwallet.fetching.fetcher import Fetcher, fetch_json
from vcwallet.fetching.web_address import parse_web_address, shortened
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.keys.public_key import PublicKey

_ACCEPT: Final = "application/jwk-set+json, application/jwk+json, application/json;q=0.9"
# Platforms that sign for many issuers publish some hundred keys at one address.
MAX_KEYS: Final = 1000


@dataclass(frozen=True, slots=True)
class JwkEntry:
    """A published key: as it can be used, as it is written, and where."""

    key: PublicKey
    jwk: Mapping[str, Any]
    url: str


def jwks_address(issuer: str) -> str:
    """The address of the key set that speaks for an https issuer. Raises `FetchFailed` when the issuer is no address."""
    address = parse_web_address(issuer)
    port = "" if address.port == 443 else f":{address.port}"  # noqa: PLR2004 - the port of https
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"https://{host}{port}/.well-known/jwks.json"


def find_in_jwks(issuer: str, *, kid: str | None, key: PublicKey | None, fetcher: Fetcher) -> JwkEntry:
    """The entry of the issuer's key set that is meant by `kid`, or that holds `key`, or both.

    Raises `Refused` ("key_not_in_document") when the set can be read and has no such key for this issuer, `FetchFailed`
    and `Undecided` when it cannot be read.
    """
    url = jwks_address(issuer)
    for entry in _entries(fetcher, url):
        # On a platform with several issuers a key says whose it is.
        if "iss" in entry.jwk and entry.jwk["iss"] != issuer:
            continue
        if key is not None and entry.key != key:
            continue
        if kid is not None and key is None and not _is_named(entry, kid):
            continue
        return entry
    raise Refused("key_not_in_document", f"{shortened(url)} does not list the key for {issuer[:200]}")


def fetch_jwk(url: str, *, fetcher: Fetcher) -> JwkEntry:
    """The key that an https `kid` leads to: a single JWK, or one of a set, chosen by `kid` or by being alone.

    Raises `Refused` ("key_not_in_document") when none of them is meant, and as `fetch_json`.
    """
    entries = _entries(fetcher, url.partition("#")[0])
    named = [entry for entry in entries if _is_named(entry, url)] or (entries if len(entries) == 1 else [])
    if not named:
        raise Refused("key_not_in_document", f"{shortened(url)} leads to {len(entries)} keys, and none has that kid")
    return named[0]


def _entries(fetcher: Fetcher, url: str) -> list[JwkEntry]:
    value, _ = fetch_json(fetcher, url, accept=_ACCEPT)
    document = value if isinstance(value, Mapping) else {}
    listed = [document] if "kty" in document and "keys" not in document else document.get("keys")
    if not isinstance(listed, list):
        # An apology with status 200 is no statement about whose keys are whose.
        raise Undecided("controller_document_malformed", f"expected {shortened(url)} to be a JWK or a set of them")
    found = []
    for jwk in listed[:MAX_KEYS]:
        if isinstance(jwk, Mapping):
            try:
                found.append(JwkEntry(public_key_from_jwk(jwk), jwk, url))
            except VcwalletError:
                continue  # RFC 7517, 5: keys that are not understood are ignored
    return found


def _is_named(entry: JwkEntry, kid: str) -> bool:
    """Whether a key is called `kid`: in full, or by the fragment of the address that `kid` is."""
    name = entry.jwk.get("kid")
    return isinstance(name, str) and name in (kid, kid.rpartition("#")[2])
