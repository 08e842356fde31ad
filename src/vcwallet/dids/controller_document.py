"""Documents that an issuer publishes, so that everybody finds its keys: did.json, jwks.json, or a document at its address.

An identity is a list of keys with a name each. Keys are added and never taken out as long as something that they signed
is to verify: a verifier looks today for the key of a badge of five years ago. So a key that is no longer used stays where
it is (`rotated`). A key that somebody else may have is revoked: from that moment on nothing that it ever signed verifies,
whenever that was signed, because a thief can write any date (CID 1.0, 2.2).

What is published about keys of strangers is read in `document`; here we write about our own.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from vcwallet.dids.did import parse_did
from vcwallet.dids.did_jwk import DidJwk
from vcwallet.dids.did_key import DidKey
from vcwallet.dids.did_web import document_address
from vcwallet.dids.https_jwks import jwks_address
from vcwallet.fetching.fetcher import NoNetwork
from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.public_key import PublicKey
from vcwallet.wire.base_encodings import base64url_encode
from vcwallet.wire.timestamps import format_timestamp

KeyForm = Literal["Multikey", "JsonWebKey"]
Purpose = Literal["assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"]

_DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
_CID_CONTEXT: Final = "https://www.w3.org/ns/cid/v1"
# The terms of a method, which the context of DID 1.0 leaves to others.
_METHOD_CONTEXTS: Final[dict[KeyForm, str]] = {
    "Multikey": "https://w3id.org/security/multikey/v1",
    "JsonWebKey": "https://w3id.org/security/jwk/v1",
}


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key under its name. `purposes` are what it may be used for; `expires` and `revoked` end all use of it.

    `verification_method` is the URL by which proofs name it. RSA keys are written as JsonWebKey, whatever `form` says:
    no verifier expects them as Multikey.
    """

    verification_method: str
    key: PublicKey
    purposes: tuple[Purpose, ...] = ("assertionMethod",)
    form: KeyForm = "Multikey"
    expires: datetime | None = None
    revoked: datetime | None = None

    @property
    def written_form(self) -> KeyForm:
        """The form in which it is written."""
        return "JsonWebKey" if self.key.key_type == "RSA" else self.form

    def to_document(self, controller: str) -> dict[str, Any]:
        """The verification method as JSON (CID 1.0, 2.2)."""
        if self.written_form == "Multikey":
            material: dict[str, Any] = {"publicKeyMultibase": multikey_from_public_key(self.key)}
        else:
            material = {"publicKeyJwk": jwk_from_public_key(self.key)}
        ends = {"expires": self.expires, "revoked": self.revoked}
        return {
            "id": self.verification_method,
            "type": self.written_form,
            "controller": controller,
            **material,
            **{name: format_timestamp(moment) for name, moment in ends.items() if moment is not None},
        }


@dataclass(frozen=True, slots=True)
class IssuerIdentity:
    """Who somebody is to verifiers: an identifier, and the keys that speak for it, the newest last.

    `id` is a did:web, or an https address at which the document will be served. `more` are other members of the document,
    and `more_contexts` define them: for an https issuer of Open Badges, for example, those of its profile.
    Raises `ValueError` for a name that two keys have, and for an identifier that nothing can be published for.
    """

    id: str
    keys: tuple[PublishedKey, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    more_contexts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.startswith(("did:web:", "https://")):
            raise ValueError(f"expected a did:web or an https address, found {self.id[:200]!r}")
        names = [key.verification_method for key in self.keys]
        if len(names) != len(set(names)):
            raise ValueError("two keys have one name: a key that replaces another gets a new one")

    @property
    def address(self) -> str:
        """Where the document has to be served."""
        return document_address(self.id) if self.id.startswith("did:") else self.id

    @property
    def jwks_address(self) -> str:
        """Where the key set of the host has to be served, which verifiers of tokens look for (OB 3.0 guide)."""
        return jwks_address(self.address)

    def document(self) -> dict[str, Any]:
        """The DID document, or controller document, as JSON."""
        forms = dict.fromkeys(key.written_form for key in self.keys)
        if self.id.startswith("did:"):
            contexts = [_DID_CONTEXT, *(_METHOD_CONTEXTS[form] for form in forms)]
        else:
            contexts = [_CID_CONTEXT]
        written: dict[str, Any] = {
            "@context": [*contexts, *self.more_contexts],
            "id": self.id,
            "verificationMethod": [key.to_document(self.id) for key in self.keys],
        }
        for key in self.keys:
            for purpose in key.purposes:
                written.setdefault(purpose, []).append(key.verification_method)
        twice = sorted(set(written).intersection(self.more))
        if twice:
            raise ValueError(f"`more` has what the identity says already: {', '.join(twice)}")
        return {**written, **self.more}

    def jwks(self) -> dict[str, Any]:
        """The keys as a JWK set, without those that were revoked: a JWK cannot say so of itself."""
        return key_set([self])

    def files(self) -> dict[str, bytes]:
        """What to publish: each text by the address that it has to be served at."""
        texts = {self.address: self.document(), self.jwks_address: self.jwks()}
        return {
            address: (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
            for address, value in texts.items()
        }

    def rotated(self, key: PublishedKey) -> "IssuerIdentity":
        """With one more key, to sign with from now on; the others stay, for what they signed.

        They are no longer for authentication and the like, because nothing that is verified later depends on that.
        """
        kept = tuple(
            replace(old, purposes=tuple(purpose for purpose in old.purposes if purpose == "assertionMethod"))
            for old in self.keys
        )
        return replace(self, keys=(*kept, key))

    def revoking(self, verification_method: str, at: datetime) -> "IssuerIdentity":
        """With one key revoked from that moment on: nothing that it signed, at any time, verifies after that.

        Raises `KeyError` when there is no such key, `ValueError` for a time without a zone.
        """
        if at.utcoffset() is None:
            raise ValueError("expected a datetime with a time zone")
        if all(key.verification_method != verification_method for key in self.keys):
            raise KeyError(verification_method)
        keys = tuple(
            replace(key, revoked=at) if key.verification_method == verification_method else key for key in self.keys
        )
        return replace(self, keys=keys)


def key_set(identities: Iterable[IssuerIdentity]) -> dict[str, Any]:
    """The JWK set of a host with one issuer or several; where there are several, each key says whose it is (`iss`)."""
    issuers: Sequence[IssuerIdentity] = list(identities)
    return {
        "keys": [
            {
                **jwk_from_public_key(key.key),
                "kid": key.verification_method,
                "use": "sig",
                **({"iss": issuer.id} if len(issuers) > 1 else {}),
            }
            for issuer in issuers
            for key in issuer.keys
            if key.revoked is None and "assertionMethod" in key.purposes
        ]
    }


def did_key_document(key: PublicKey) -> dict[str, Any]:
    """The document of a key as did:key. It need not be published: whoever has the DID has it."""
    content = DidKey().resolve(f"did:key:{multikey_from_public_key(key)}", NoNetwork()).content
    return {"@context": [_DID_CONTEXT, _METHOD_CONTEXTS["Multikey"]], **content}


def did_jwk(key: PublicKey) -> str:
    """The key as did:jwk, which is its JWK in base64url, members in the order of their names (RFC 8785)."""
    text = json.dumps(jwk_from_public_key(key), sort_keys=True, separators=(",", ":"))
    return parse_did(f"did:jwk:{base64url_encode(text.encode())}").did


def did_jwk_document(key: PublicKey) -> dict[str, Any]:
    """The document of a key as did:jwk. It need not be published: whoever has the DID has it."""
    content = DidJwk().resolve(did_jwk(key), NoNetwork()).content
    return {"@context": [_DID_CONTEXT, _METHOD_CONTEXTS["JsonWebKey"]], **content}
