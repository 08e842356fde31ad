"""From the URL of a verification method to the key, by way of the document of its controller (CID 1.0, 3.3)."""

import re
from collections.abc import Mapping
from typing import Final

from vcwallet.dids import https_controller
from vcwallet.dids.did import DidUrl, parse_did, parse_did_url
from vcwallet.dids.document import ControllerDocument, VerificationMethod
from vcwallet.dids.method import DidMethod
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.fetching.fetcher import Fetcher

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):.+", re.ASCII | re.DOTALL)


def resolve_controller(identifier: str, *, methods: Mapping[str, DidMethod], fetcher: Fetcher) -> ControllerDocument:
    """The document of a controller, by DID or https address.

    Raises `Refused` ("verification_method_scheme") for an identifier of another kind, `Undecided`
    ("did_method_unsupported"), and as the method does.
    """
    if identifier.startswith("did:"):
        return _resolve(parse_did(identifier), methods, fetcher)
    if identifier.startswith("https://"):
        return https_controller.fetch_controller(identifier, fetcher)
    raise _unresolvable(identifier)


def _resolve(url: DidUrl, methods: Mapping[str, DidMethod], fetcher: Fetcher) -> ControllerDocument:
    method = methods.get(url.method)
    if method is None:
        raise Undecided("did_method_unsupported", f"DIDs of the method {url.method[:40]!r} cannot be resolved here")
    return method.resolve(url.did, fetcher)


def find_verification_method(
    url: str, *, purpose: str, methods: Mapping[str, DidMethod], fetcher: Fetcher
) -> VerificationMethod:
    """The verification method at `url`, if its controller authorises it for `purpose` (CID 1.0, 3.3).

    Method and controller must name each other. Raises `Malformed` when `url` is none, `Refused` when the controller does
    not authorise the method, `Undecided` and `FetchFailed` when that cannot be found out.
    """
    if url.startswith("did:"):
        parsed = parse_did_url(url)
        document = _resolve(parsed, methods, fetcher)
        if parsed.did == url:
            return _only_method(document, purpose)
    elif url.startswith("https://"):
        document = https_controller.fetch_controller_of_method(url, fetcher)
    else:
        raise _unresolvable(url)
    return document.method(url, purpose)


def _only_method(document: ControllerDocument, purpose: str) -> VerificationMethod:
    """A DID alone is clear enough where its document has one key for the purpose, as did:key and did:jwk always do."""
    found = document.methods_for(purpose)
    if len(found) != 1:
        message = f"expected one of the {len(found)} keys of {document.id[:200]} to be named by a fragment"
        raise Refused("key_not_in_document", message)
    return found[0]


def _unresolvable(url: str) -> Malformed | Refused:
    if not _SCHEME.fullmatch(url):
        return Malformed("verification_method_malformed", f"expected a DID URL or an https URL, found {url[:80]!r}")
    return Refused("verification_method_scheme", f"expected a DID URL or an https URL, found {url[:80]!r}")
