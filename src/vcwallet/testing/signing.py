"""Sign documents for samples and tests: whatever is asked for, right or wrong.

`issue` signs only what is right. Here hostile documents are signed as well as honest ones: the keys, the proofs and the
tokens are made by the library's own parts, and what it would refuse to sign is put together around them. Keys follow from
a text, so that the same samples come out every time; they protect nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.signer import LocalSigner, SigningKeyType
from vcwallet.linked_data.context_loader import ContextLoader, standard_contexts
from vcwallet.operations.securing_documents import DEFAULT_SUITES
from vcwallet.securing.cryptosuite import SecuredDocument, SigningCryptosuite, Transformer
from vcwallet.securing.data_integrity import find_suite, without_proof
from vcwallet.standard import standard_toolkit
from vcwallet.wire.base_encodings import base64url_encode, multibase_encode, multicodec_wrap

_GROUP_ORDERS: Final = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
_PRIVATE_CODES: Final = {"Ed25519": (0x1300, 32), "P-256": (0x1306, 32), "P-384": (0x1307, 48)}

_RSA_PRIME_BITS: Final = 1024
# Numbers with a factor below this are no primes, and trying these factors is far quicker than the real test.
_SMALL_FACTORS_BELOW: Final = 2000

JWS_ALGORITHMS: Final = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "RSA": "RS256"}


@dataclass(frozen=True)
class SampleKey:
    """A key for samples, and the name that it signs under. Keys from a seed are the same every time."""

    signer: LocalSigner

    @classmethod
    def from_seed(cls, seed: str, key_type: SigningKeyType = "Ed25519") -> "SampleKey":
        """The key that follows from a text, speaking for itself as a did:key. For RSA that takes half a second, once."""
        if key_type == "RSA":
            return cls(_rsa_signer(f"vcwallet sample key {seed}"))
        code, size = _PRIVATE_CODES[key_type]
        digest = hashlib.sha512(f"vcwallet sample key {seed}".encode()).digest()
        secret = digest[:size]
        if key_type in _GROUP_ORDERS:
            secret = (int.from_bytes(digest) % (_GROUP_ORDERS[key_type] - 1) + 1).to_bytes(size)
        return cls(LocalSigner.from_private_multikey(multibase_encode(multicodec_wrap(code, secret))))

    @classmethod
    def new_rsa(cls) -> "SampleKey":
        """Another RSA key each time."""
        return cls(LocalSigner.generate("RSA", rsa_bits=2048))

    def named(self, verification_method: str) -> "SampleKey":
        """The same key under another name, whether or not anybody publishes it there."""
        return SampleKey(self.signer.named(verification_method))

    @property
    def key_type(self) -> str:
        return self.public_key.key_type

    @property
    def public_key(self) -> PublicKey:
        return self.signer.public_key

    @property
    def multikey(self) -> str:
        return multikey_from_public_key(self.public_key)

    @property
    def did(self) -> str:
        return self.signer.controller

    @property
    def did_key_method(self) -> str:
        return self.signer.verification_method

    @property
    def jwk(self) -> dict[str, str]:
        return jwk_from_public_key(self.public_key)

    def sign(self, message: bytes) -> bytes:
        return self.signer.sign(message)


@lru_cache(maxsize=16)
def _rsa_signer(seed: str) -> LocalSigner:
    return LocalSigner.from_private_jwk(_rsa_jwk(seed))


def _rsa_jwk(seed: str) -> dict[str, str]:
    """An RSA key of 2048 bits from two primes that follow from a text."""
    p, q = (_prime_from(f"{seed} {name}") for name in "pq")
    n, e = p * q, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = {"n": n, "e": e, "d": d, "p": p, "q": q, "dp": d % (p - 1), "dq": d % (q - 1), "qi": pow(q, -1, p)}
    encoded = {name: base64url_encode(value.to_bytes((value.bit_length() + 7) // 8)) for name, value in numbers.items()}
    return {"kty": "RSA", **encoded}


def _prime_from(seed: str) -> int:
    """The first prime from a number on that follows from a text; its two highest bits are set."""
    digest = hashlib.shake_256(seed.encode()).digest(_RSA_PRIME_BITS // 8)
    number = int.from_bytes(digest) | 3 << (_RSA_PRIME_BITS - 2) | 1
    factors = [factor for factor in range(3, _SMALL_FACTORS_BELOW, 2) if _is_probably_prime(factor)]
    while any(number % factor == 0 for factor in factors) or not _is_probably_prime(number):
        number += 2
    return number


def _is_probably_prime(number: int) -> bool:
    """Miller and Rabin, with bases that leave no doubt for numbers nobody chose to deceive."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if number == base:
            return True
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        if not any((power := pow(power, 2, number)) == number - 1 for _ in range(twos - 1)):
            return False
    return True


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
    if found is None or not hasattr(found, "create"):
        raise ValueError(f"no suite {name}")
    unsecured = without_proof(document)
    secured = SecuredDocument(covered if covered is not None else unsecured, proof)
    transformer = Transformer(contexts or standard_contexts(), ignorable_terms=("endorsementJwt",))
    made = cast("SigningCryptosuite", found).create(secured, key.signer, transformer)
    earlier = document.get("proof", [])
    proofs = [*(earlier if isinstance(earlier, list) else [earlier]), made]
    return {**unsecured, "proof": proofs if len(proofs) > 1 else made}


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
