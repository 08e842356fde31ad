"""What a DID or a DID URL leads to, in the form of DID Resolution, for tests of did:key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from vcwallet import Malformed, Refused, Toolkit, VcwalletError

CONTEXT: Final = "https://w3id.org/did-resolution/v1"
MEDIA_TYPE: Final = 'application/ld+json;profile="https://w3id.org/did-resolution"'
# No key that is read here makes a longer one; RSA of 16,384 bits has 2,800 characters.
_MAX_DID_LENGTH: Final = 4096

# The formats of public keys that are given here.
_FORMATS: Final = frozenset({"Multikey", "Ed25519VerificationKey2020"})
# Those that did:key knows and calls experimental: they are given only to whoever asks for such, which nobody can here.
_EXPERIMENTAL: Final = frozenset(
    {
        "Ed25519VerificationKey2018",
        "X25519KeyAgreementKey2019",
        "X25519KeyAgreementKey2020",
        "EcdsaSecp256k1VerificationKey2019",
    }
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer: `error` is "" or one of the names that did:key has for what went wrong."""

    error: str
    result: Mapping[str, Any]


def resolve(url: str, toolkit: Toolkit, *, public_key_format: str = "Multikey") -> Resolution:
    """The document of a DID, or the part of it that a DID URL names."""
    did, mark, fragment = url.partition("#")
    is_url = bool(mark) or "/" in did or "?" in did
    error, document = _document(did, toolkit, public_key_format, is_url=is_url)
    found: Any = document
    if not error and mark:
        found = next((entry for entry in _entries(document) if entry.get("id") in (url, f"#{fragment}")), None)
        error = "" if found is not None else "notFound"
    metadata = {"error": error} if error else {"contentType": "application/did"}
    context = {"@context": document["@context"]} if "@context" in document else {}
    # DID Core, 7.1: it MUST be empty when the resolution was not successful.
    shown = {} if error else {**context, **found}
    return Resolution(
        error,
        {
            "@context": CONTEXT,
            "didDocument": shown,
            "didDocumentMetadata": {},
            "didDereferencingMetadata" if is_url else "didResolutionMetadata": metadata,
        },
    )


def _document(did: str, toolkit: Toolkit, public_key_format: str, *, is_url: bool) -> tuple[str, dict[str, Any]]:
    parts = did.split(":", 2)
    if len(did) > _MAX_DID_LENGTH or len(parts) != len(("did", "method", "id")) or parts[0] != "did":
        return ("invalidDidUrl" if is_url else "invalidDid"), {}
    if urlsplit(did).path != did.partition(":")[2] or "/" in did or "?" in did:
        return "invalidDidUrl", {}
    if public_key_format not in _FORMATS:
        return ("invalidPublicKeyType" if public_key_format in _EXPERIMENTAL else "unsupportedPublicKeyType"), {}
    method = next((method for method in toolkit.did_methods if method.name == parts[1]), None)
    if method is None:
        return "methodNotSupported", {}
    try:
        content = dict(method.resolve(did, toolkit.fetcher).content)
    except (Malformed, Refused) as error:
        return ("invalidPublicKeyLength" if error.code in ("key_malformed", "weak_key") else "invalidDid"), {}
    except VcwalletError as error:
        return ("unsupportedPublicKeyType" if error.code == "key_type_unsupported" else "notFound"), {}
    if public_key_format != "Multikey":
        return _in_format(content, public_key_format)
    return "", content


def _in_format(content: dict[str, Any], public_key_format: str) -> tuple[str, dict[str, Any]]:
    """The same document with keys of another type, where that type is made for them."""
    methods = content.get("verificationMethod", [])
    if not all(str(method.get("publicKeyMultibase", "")).startswith("z6Mk") for method in methods):
        return "invalidPublicKeyType", {}
    return "", {**content, "verificationMethod": [{**method, "type": public_key_format} for method in methods]}


def _entries(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        entry for value in document.values() if isinstance(value, list) for entry in value if isinstance(entry, Mapping)
    ]
