"""Sign documents for samples and tests: whatever is asked for, right or wrong.

The library verifies; until it issues too, this makes what it is tried on. Nothing is checked here, so that hostile
documents can be signed as well as honest ones. The transformation is the library's own; that it agrees with others is
what the vectors of other implementations show.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.public_key import PublicKey
from vcwallet.linked_data.context_loader import ContextLoader, standard_contexts
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.data_integrity import find_suite, without_proof
from vcwallet.standard import standard_toolkit
from vcwallet.wire.base_encodings import base64url_encode, multibase_encode

_CURVES = {"P-256": (ec.SECP256R1(), hashes.SHA256(), 32), "P-384": (ec.SECP384R1(), hashes.SHA384(), 48)}
_GROUP_ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}

DEFAULT_SUITES = {"Ed25519": "eddsa-rdfc-2022", "P-256": "ecdsa-rdfc-2019", "P-384": "ecdsa-rdfc-2019"}
JWS_ALGORITHMS = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "RSA": "RS256"}


@dataclass(frozen=True)
class SampleKey:
    """A key for samples. Keys from a seed are the same every time; RSA keys are not, because making one is random."""

    key_type: str
    private_key: Any = field(repr=False)
    public_key: PublicKey

    @classmethod
    def from_seed(cls, seed: str, key_type: str = "Ed25519") -> "SampleKey":
        digest = hashlib.sha512(f"vcwallet sample key {seed}".encode()).digest()
        if key_type == "Ed25519":
            private: Any = ed25519.Ed25519PrivateKey.from_private_bytes(digest[:32])
            return cls(key_type, private, PublicKey("Ed25519", private.public_key().public_bytes_raw()))
        curve, _, size = _CURVES[key_type]
        private = ec.derive_private_key(int.from_bytes(digest) % (_GROUP_ORDERS[key_type] - 1) + 1, curve)
        numbers = private.public_key().public_numbers()
        compressed = bytes([2 + (numbers.y & 1)]) + numbers.x.to_bytes(size)
        return cls(key_type, private, PublicKey(key_type, compressed))  # type: ignore[arg-type] - it is a KeyType

    @classmethod
    def new_rsa(cls, bits: int = 2048) -> "SampleKey":
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only for RSA

        private = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return cls("RSA", private, PublicKey("RSA", private.public_key().public_bytes(*form)))

    @property
    def multikey(self) -> str:
        return multikey_from_public_key(self.public_key)

    @property
    def did(self) -> str:
        return f"did:key:{self.multikey}"

    @property
    def did_key_method(self) -> str:
        return f"{self.did}#{self.multikey}"

    @property
    def jwk(self) -> dict[str, str]:
        return jwk_from_public_key(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """As DI cryptosuites and JOSE want it: raw r and s for ECDSA, PKCS #1 v1.5 with SHA-256 for RSA."""
        if self.key_type == "Ed25519":
            return bytes(self.private_key.sign(message))
        if self.key_type == "RSA":
            return bytes(self.private_key.sign(message, padding.PKCS1v15(), hashes.SHA256()))
        _, hash_algorithm, size = _CURVES[self.key_type]
        # Deterministic (RFC 6979), so that a sample made again is the same file.
        r, s = utils.decode_dss_signature(
            self.private_key.sign(message, ec.ECDSA(hash_algorithm, deterministic_signing=True))
        )
        return r.to_bytes(size) + s.to_bytes(size)


def add_proof(
    document: Mapping[str, Any],
    key: SampleKey,
    *,
    suite: str | None = None,
    contexts: ContextLoader | None = None,
    covered: Mapping[str, Any] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """The document with one more proof. `options` are members of the proof; None leaves one out.

    `suite` is a cryptosuite, or "Ed25519Signature2020". `covered` is what is signed, if not the document without proofs.
    """
    name = suite or DEFAULT_SUITES[key.key_type]
    is_type = name == "Ed25519Signature2020"
    proof = {
        "type": name if is_type else "DataIntegrityProof",
        **({} if is_type else {"cryptosuite": name}),
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": key.did_key_method,
        "proofPurpose": "assertionMethod",
    } | options
    proof = {member: value for member, value in proof.items() if value is not None}
    found = find_suite(proof, standard_toolkit().cryptosuites)
    if found is None or not hasattr(found, "signing_input"):
        raise ValueError(f"no suite {name}")
    unsecured = without_proof(document)
    secured = SecuredDocument(covered if covered is not None else unsecured, proof)
    transformer = Transformer(contexts or standard_contexts(), ignorable_terms=("endorsementJwt",))
    signature = key.sign(found.signing_input(secured, key.public_key.key_type, transformer))
    proof = {**proof, "proofValue": multibase_encode(signature)}
    earlier = document.get("proof", [])
    proofs = [*(earlier if isinstance(earlier, list) else [earlier]), proof]
    return {**unsecured, "proof": proofs if len(proofs) > 1 else proof}


def to_jwt(claims: Mapping[str, Any], key: SampleKey, **header: Any) -> str:
    """A compact JWS over the claims, exactly as they are. Header members given as None are left out."""
    members = {"alg": JWS_ALGORITHMS[key.key_type], "typ": "JWT", "kid": key.did_key_method} | header
    members = {member: value for member, value in members.items() if value is not None}
    parts = (json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode() for part in (members, claims))
    signing_input = ".".join(base64url_encode(part) for part in parts)
    return f"{signing_input}.{base64url_encode(key.sign(signing_input.encode()))}"


def badge_claims(document: Mapping[str, Any], moment: int | None = None, **claims: Any) -> dict[str, Any]:
    """The payload of a VC-JWT for a credential of data model 2.0 (OB 3.0, 8.2.4.2); None leaves a claim out."""
    issuer, subject = document["issuer"], document["credentialSubject"]
    registered = {
        "iss": issuer["id"] if isinstance(issuer, Mapping) else issuer,
        "jti": document.get("id"),
        "sub": subject.get("id"),
        "nbf": moment,
    } | claims
    return {**document, **{claim: value for claim, value in registered.items() if value is not None}}
