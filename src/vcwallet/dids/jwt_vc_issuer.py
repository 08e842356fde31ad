"""Keys of an https issuer of SD-JWT VC: JWT VC Issuer Metadata (draft-ietf-oauth-sd-jwt-vc, section of that name).

1. `iss` is an https URL without query and fragment.
2. The metadata is at `/.well-known/jwt-vc-issuer`, which goes between host and path.
3. Its `issuer` is exactly `iss`, or nothing in it is used.
4. It has the keys in `jwks`, or their address in `jwks_uri`, and not both.
5. Which key is meant says the `kid` of the token. Without one there must be only one key that it could be.

Nothing else that the host publishes speaks for the issuer here, neither its `/.well-known/jwks.json` nor a controller
document: what an issuer of Open Badges publishes there was not meant for these tokens.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcwallet.dids.https_jwks import MAX_KEYS, JwkEntry
from vcwallet.errors import FetchFailed, Refused, Undecided, VcwalletError
from vcwallet.fetching.fetcher import Fetcher, fetch_json
from vcwallet.fetching.web_address import parse_web_address, shortened
from vcwallet.keys.jwk import public_key_from_jwk

WELL_KNOWN: Final = "/.well-known/jwt-vc-issuer"
_ACCEPT_SET: Final = "application/jwk-set+json, application/json;q=0.9"


def metadata_address(issuer: str) -> str:
    """Where the metadata of an issuer is. Raises `FetchFailed` for an issuer that cannot have any."""
    address = parse_web_address(issuer)
    if "?" in issuer or "#" in issuer:
        message = f"expected the issuer to be an address without query and fragment, found {shortened(issuer)}"
        raise FetchFailed("url_malformed", message, pointer="/iss")
    return f"https://{address.authority}{WELL_KNOWN}{address.target.rstrip('/')}"


def find_key(issuer: str, header: Mapping[str, Any], *, fetcher: Fetcher) -> JwkEntry:
    """The key that a token by this issuer names in its header.

    Raises `Refused` issuer_metadata_mismatch, key_not_in_document and jose_key_missing, `Undecided`
    issuer_metadata_malformed, and `FetchFailed`.
    """
    url = metadata_address(issuer)
    metadata, _ = fetch_json(fetcher, url)
    if not isinstance(metadata, Mapping):
        # An apology with status 200 is no statement about whose keys are whose.
        raise Undecided("issuer_metadata_malformed", f"expected {shortened(url)} to be a JSON object")
    if metadata.get("issuer") != issuer:
        found = metadata.get("issuer")
        says = shortened(found) if isinstance(found, str) else "somebody without a name"
        message = f"{shortened(url)} is about {says}, and the token is by {shortened(issuer)}"
        raise Refused("issuer_metadata_mismatch", message, pointer="/iss")
    entries, place = _entries(metadata, url, fetcher)
    return _meant(entries, header, place)


def _entries(metadata: Mapping[str, Any], url: str, fetcher: Fetcher) -> tuple[list[JwkEntry], str]:
    """Every key that can be read, and where they are published."""
    if ("jwks" in metadata) == ("jwks_uri" in metadata):
        message = f"expected {shortened(url)} to have either jwks or jwks_uri"
        raise Undecided("issuer_metadata_malformed", message)
    keys = metadata.get("jwks")
    if "jwks_uri" in metadata:
        address = metadata["jwks_uri"]
        if not isinstance(address, str):
            raise Undecided("issuer_metadata_malformed", f"expected jwks_uri in {shortened(url)} to be an address")
        parse_web_address(address)
        keys, _ = fetch_json(fetcher, address, accept=_ACCEPT_SET)
        url = address
    listed = keys.get("keys") if isinstance(keys, Mapping) else None
    if not isinstance(listed, list):
        raise Undecided("issuer_metadata_malformed", f"expected a set of JWKs at {shortened(url)}")
    found = []
    for jwk in listed[:MAX_KEYS]:
        if isinstance(jwk, Mapping):
            try:
                found.append(JwkEntry(public_key_from_jwk(jwk), jwk, url))
            except VcwalletError:
                continue  # RFC 7517, 5: keys that are not understood are ignored
    return found, url


def _meant(entries: list[JwkEntry], header: Mapping[str, Any], place: str) -> JwkEntry:
    if "kid" in header:
        meant = [entry for entry in entries if entry.jwk.get("kid") == header["kid"]]
    elif isinstance(header.get("jwk"), Mapping):
        key = public_key_from_jwk(header["jwk"], pointer="/jwk")
        meant = [entry for entry in entries if entry.key == key]
    else:
        meant = entries
    if not meant:
        message = f"{shortened(place)} does not list the key that the token names"
        raise Refused("key_not_in_document", message, pointer="/kid" if "kid" in header else "")
    if len(meant) > 1:
        raise Refused("jose_key_missing", f"expected the header to say which key of {shortened(place)} it means")
    return meant[0]
