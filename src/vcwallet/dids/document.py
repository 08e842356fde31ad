"""Controller documents: who controls an identifier, and which keys may be used on its behalf, and for what.

DID documents and the plain documents of Controlled Identifiers (CID 1.0) have one form and are read alike. They come
from strangers, so whatever is not of that form is set aside or refused; a key that cannot be read spoils only itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.keys.multikey import public_key_from_multikey
from vcwallet.keys.public_key import PublicKey
from vcwallet.wire.base_encodings import base58btc_decode
from vcwallet.wire.timestamps import parse_timestamp

# Big platforms keep some dozens of keys; reading goes through all of them.
MAX_METHODS: Final = 256


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """One key of a controller (CID 1.0, 2.2). Its material is read when `key` is asked for."""

    id: str
    type: str
    controller: str
    material: Mapping[str, Any]
    expires: datetime | None = None
    revoked: datetime | None = None

    @property
    def jwk(self) -> Mapping[str, Any] | None:
        jwk = self.material.get("publicKeyJwk")
        return jwk if isinstance(jwk, Mapping) else None

    @property
    def key(self) -> PublicKey:
        """The public key. Raises `Malformed`, `Refused` or `Undecided` when there is none that can be used."""
        found = [name for name in ("publicKeyMultibase", "publicKeyJwk", "publicKeyBase58") if name in self.material]
        if len(found) != 1:
            raise Malformed("key_malformed", f"expected {self.id[:200]} to hold one public key, found {len(found)}")
        value = self.material[found[0]]
        if found[0] == "publicKeyJwk" and isinstance(value, Mapping):
            return public_key_from_jwk(value)
        if not isinstance(value, str):
            raise Malformed("key_malformed", f"expected {found[0]} of {self.id[:200]} to be a public key")
        if found[0] == "publicKeyMultibase":
            return public_key_from_multikey(value)
        # Ed25519VerificationKey2018: the bare key, without a prefix that says what it is.
        if self.type != "Ed25519VerificationKey2018":
            raise Undecided(
                "key_type_unsupported", f"publicKeyBase58 in a method of type {self.type[:80]!r} is not supported"
            )
        return PublicKey("Ed25519", base58btc_decode(value))


@dataclass(frozen=True, slots=True)
class ControllerDocument:
    """A document as its controller publishes it at `id`. `content` is the JSON and must not be changed."""

    id: str
    content: Mapping[str, Any]

    def methods_for(self, purpose: str) -> list[VerificationMethod]:
        """Every method that the controller authorises for a purpose such as "assertionMethod" (CID 1.0, 2.3)."""
        methods = []
        for url in self._authorised(purpose):
            try:
                methods.append(self.method(url, purpose))
            except VcwalletError:
                continue  # one that is not described rightly does not spoil the others
        return methods

    def method(self, url: str, purpose: str) -> VerificationMethod:
        """The method with this id, if it is authorised for the purpose (CID 1.0, 3.3 steps 6 to 11).

        Raises `Refused` when it is not there, not for the purpose, or another's; `Undecided` when the document does not
        say clearly.
        """
        entries = self.listed(url)
        if not entries:
            raise Refused("key_not_in_document", f"{self.id[:200]} does not publish a key {url[:300]}")
        if len(entries) > 1 and any(entry != entries[0] for entry in entries):
            raise Undecided(
                "controller_document_malformed", f"{self.id[:200]} publishes two different keys as {url[:300]}"
            )
        if url not in self._authorised(purpose):
            raise Refused("key_not_for_purpose", f"{self.id[:200]} does not use {url[:300]} as {purpose}")
        return self._method(url, entries[0])

    def listed(self, url: str) -> list[Mapping[str, Any]]:
        """Every entry that describes a method with this id, wherever in the document."""
        return [entry for entry_id, entry in self._entries() if entry_id == url]

    def _method(self, url: str, entry: Mapping[str, Any]) -> VerificationMethod:
        if entry.get("controller") != self.id:
            raise Refused(
                "key_not_bound_to_controller", f"the key {url[:300]} does not name {self.id[:200]} as its controller"
            )
        method_type = entry.get("type")
        if not isinstance(method_type, str):
            raise Undecided("controller_document_malformed", f"the key {url[:300]} has no type")
        try:
            moments = {name: parse_timestamp(entry[name]) for name in ("expires", "revoked") if name in entry}
        except Malformed as exc:
            message = f"the key {url[:300]} has an end that cannot be read: {exc.problem.message}"
            raise Undecided("controller_document_malformed", message) from exc
        return VerificationMethod(url, method_type, self.id, entry, **moments)

    def _authorised(self, purpose: str) -> list[str]:
        ids = []
        for entry in _as_list(self.content.get(purpose))[:MAX_METHODS]:
            name = entry.get("id") if isinstance(entry, Mapping) else entry
            if isinstance(name, str):
                ids.append(self._absolute(name))
        return list(dict.fromkeys(ids))

    def _entries(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Every method, listed or embedded in a relationship, by absolute id."""
        places = [self.content.get("verificationMethod"), self.content.get("publicKey")]
        places += [self.content.get(purpose) for purpose in _PURPOSES]
        return [
            (self._absolute(entry["id"]), entry)
            for place in places
            for entry in _as_list(place)[:MAX_METHODS]
            if isinstance(entry, Mapping) and isinstance(entry.get("id"), str)
        ]

    def _absolute(self, name: str) -> str:
        """DID 1.0, 3.2.2: a relative DID URL is meant relative to the document's id."""
        return self.id + name if name.startswith("#") else name


_PURPOSES: Final = (
    "assertionMethod",
    "authentication",
    "capabilityInvocation",
    "capabilityDelegation",
    "keyAgreement",
)


def read_document(value: Any, identifier: str) -> ControllerDocument:
    """The document that was published for `identifier` (CID 1.0, 2.1).

    Raises `Refused` ("controller_document_mismatch") when it says that it is about something else, and `Undecided`
    ("controller_document_malformed") when it is no controller document.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        raise Undecided(
            "controller_document_malformed", f"expected {identifier[:200]} to publish a JSON object with an id"
        )
    if value["id"] != identifier:
        message = f"expected a document about {identifier[:200]}, and it says that it is about {value['id'][:200]}"
        raise Refused("controller_document_mismatch", message)
    return ControllerDocument(identifier, value)


def document_of_one_key(identifier: str, method_id: str, material: Mapping[str, Any]) -> ControllerDocument:
    """The document of an identifier that is nothing but a key, as did:key and did:jwk are; good for signing only."""
    method = {"id": method_id, "controller": identifier, **material}
    return ControllerDocument(
        identifier,
        {
            "id": identifier,
            "verificationMethod": [method],
            "assertionMethod": [method_id],
            "authentication": [method_id],
            "capabilityInvocation": [method_id],
            "capabilityDelegation": [method_id],
        },
    )


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
