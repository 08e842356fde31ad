"""did:web: the document is on the web, at the address that the identifier spells (W3C CCG did:web)."""

import re
from dataclasses import dataclass
from typing import Final

from vcwallet.dids.did import parse_did
from vcwallet.dids.document import ControllerDocument, read_document
from vcwallet.errors import Malformed
from vcwallet.fetching.fetcher import Fetcher, fetch_json

_ACCEPT: Final = "application/did+json, application/did+ld+json, application/json;q=0.9"
_HOST: Final = re.compile(
    r"(?=.{1,253}(?:%3A|\Z))[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:%3[Aa][0-9]{1,5})?", re.ASCII
)
# What stands between colons becomes a folder, so it must be one name: no dots that climb, and no hidden slashes.
_PATH_SEGMENT: Final = re.compile(r"(?!\.{1,2}\Z)(?:[A-Za-z0-9._-]|%(?!2[Ff]|5[Cc]|2[Ee])[0-9A-Fa-f]{2})+", re.ASCII)


@dataclass(frozen=True, slots=True)
class DidWeb:
    """The method "web"."""

    name: str = "web"

    def resolve(self, did: str, fetcher: Fetcher) -> ControllerDocument:
        value, _ = fetch_json(fetcher, document_address(did), accept=_ACCEPT)
        return read_document(value, did)


def document_address(did: str) -> str:
    """The https address of the document of a did:web (did:web, 3.2 "Read"). Raises `Malformed` ("did_malformed").

    >>> document_address("did:web:college.example:registrar")
    'https://college.example/registrar/did.json'
    """
    host, *segments = parse_did(did).method_specific_id.split(":")
    if not _HOST.fullmatch(host) or ".." in host or not all(_PATH_SEGMENT.fullmatch(segment) for segment in segments):
        raise Malformed("did_malformed", f"expected did:web with a host name and names of folders, found {did[:80]!r}")
    host = host.replace("%3A", ":").replace("%3a", ":")
    folder = "/".join(segments) if segments else ".well-known"
    return f"https://{host}/{folder}/did.json"
