"""DIDs and DID URLs by their grammar (DID 1.0, 3.1 and 3.2): taken apart, never guessed at."""

import re
from dataclasses import dataclass
from typing import Final

from vcwallet.errors import Malformed

# A did:jwk of a 4096-bit RSA key has about 1,000 characters; nothing honest is longer than a few of these.
MAX_DID_CHARACTERS: Final = 8192

_DID_URL: Final = re.compile(
    r"(?P<did>did:(?P<method>[a-z0-9]+):(?P<id>(?:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})*:)*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+))"
    r"(?P<path>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*)"
    r"(?:\?(?P<query>(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*))?"
    r"(?:\#(?P<fragment>(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class DidUrl:
    """A DID URL in its parts; `query` and `fragment` are None when absent, which is not the same as empty."""

    did: str
    method: str
    method_specific_id: str
    path: str = ""
    query: str | None = None
    fragment: str | None = None


def parse_did_url(text: str, *, pointer: str = "") -> DidUrl:
    """Take a DID, or a DID with path, query or fragment, apart. Raises `Malformed` ("did_malformed")."""
    match = _DID_URL.fullmatch(text) if len(text) <= MAX_DID_CHARACTERS else None
    if match is None:
        raise Malformed(
            "did_malformed", f"expected a DID such as did:web:college.example, found {text[:80]!r}", pointer=pointer
        )
    return DidUrl(match["did"], match["method"], match["id"], match["path"], match["query"], match["fragment"])


def parse_did(text: str, *, pointer: str = "") -> DidUrl:
    """Take a DID apart that has nothing behind it. Raises `Malformed` ("did_malformed")."""
    url = parse_did_url(text, pointer=pointer)
    if url.did != text:
        raise Malformed(
            "did_malformed", f"expected a DID without path, query and fragment, found {text[:80]!r}", pointer=pointer
        )
    return url
