"""did:key: the identifier is the key (W3C CCG did:key 0.9). Nothing is fetched, and nothing can be rotated."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from vcwallet.dids.did import parse_did
from vcwallet.dids.document import ControllerDocument, document_of_one_key
from vcwallet.errors import Undecided
from vcwallet.fetching.fetcher import Fetcher
from vcwallet.keys.multikey import has_public_key_code, public_key_from_multikey


@dataclass(frozen=True, slots=True)
class DidKey:
    """The method "key". Its one verification method is the DID with the key once more as fragment."""

    name: str = "key"

    def resolve(self, did: str, fetcher: Fetcher) -> ControllerDocument:
        """The document of the key. Raises as `public_key_from_multikey`, except for known types that are not read here."""
        del fetcher
        return _document(did) if len(did) <= _LONGEST_KEPT else _document.__wrapped__(did)


# The document follows from the identifier alone, and an issuer's is asked for with every credential.
_DOCUMENTS_KEPT: Final = 256
# Identifiers of keys on curves; RSA keys are longer, and rare.
_LONGEST_KEPT: Final = 150


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _document(did: str) -> ControllerDocument:
    multikey = parse_did(did).method_specific_id
    # A DID that is no key is malformed, and that shows here rather than when the key is used. A key of a type that is not
    # read here is one all the same; behind a code that nobody gave to a type of key there need not be any.
    try:
        public_key_from_multikey(multikey)
    except Undecided:
        if not has_public_key_code(multikey):
            raise
    return document_of_one_key(did, f"{did}#{multikey}", {"type": "Multikey", "publicKeyMultibase": multikey})
