"""did:jwk: the identifier is the key, as a JWK in base64url (https://github.com/quartzjer/did-jwk)."""

from dataclasses import dataclass

from vcwallet.dids.did import parse_did
from vcwallet.dids.document import ControllerDocument, document_of_one_key
from vcwallet.errors import Malformed
from vcwallet.fetching.fetcher import Fetcher
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.wire.base_encodings import base64url_decode
from vcwallet.wire.strict_json import parse_object


@dataclass(frozen=True, slots=True)
class DidJwk:
    """The method "jwk". Its one verification method is the DID with the fragment "0"."""

    name: str = "jwk"

    def resolve(self, did: str, fetcher: Fetcher) -> ControllerDocument:
        del fetcher
        try:
            jwk = parse_object(base64url_decode(parse_did(did).method_specific_id))
        except Malformed as exc:
            raise Malformed(
                "did_malformed", f"expected a JWK in base64url behind did:jwk: {exc.problem.message}"
            ) from exc
        public_key_from_jwk(jwk)
        return document_of_one_key(did, f"{did}#0", {"type": "JsonWebKey", "publicKeyJwk": jwk})
