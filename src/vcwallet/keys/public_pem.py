"""Public keys as PEM files (SubjectPublicKeyInfo, RFC 7468), the form in which tools keep and pass them on."""

from typing import Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.public_key import KeyType, PublicKey

# The PEM of an RSA key of 16,384 bits has 2.8 kB.
_MAX_PEM_BYTES: Final = 16 * 1024


def public_key_from_pem(pem: bytes) -> PublicKey:
    """The public key in a PEM file.

    Raises `Malformed` key_malformed, `Refused` key_file_is_private and weak_key, and `Undecided` key_type_unsupported.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - likewise
        Encoding,
        PublicFormat,
        load_pem_public_key,
    )

    if b"PRIVATE KEY" in pem:
        raise Refused("key_file_is_private", "expected a public key, found a private one")
    try:
        key = load_pem_public_key(pem if len(pem) <= _MAX_PEM_BYTES else b"")
    except UnsupportedAlgorithm:
        raise Undecided("key_type_unsupported", "the public key is of a kind that is not known here") from None
    except ValueError:
        raise Malformed("key_malformed", "expected a public key as PEM") from None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey.checked("Ed25519", key.public_bytes_raw())
    if isinstance(key, rsa.RSAPublicKey):
        return PublicKey.checked("RSA", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    curves: dict[str, KeyType] = {"secp256r1": "P-256", "secp384r1": "P-384"}
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in curves:
        return PublicKey.checked(curves[key.curve.name], key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
    raise Undecided("key_type_unsupported", "expected a public key of Ed25519, P-256, P-384 or RSA")


def public_key_to_pem(key: PublicKey) -> bytes:
    """The key as PEM. Raises `ValueError` for kinds that do not sign credentials."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - likewise
        Encoding,
        PublicFormat,
        load_der_public_key,
    )

    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    curves: dict[KeyType, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
    if key.key_type == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(key.data).public_bytes(*form)
    if key.key_type == "RSA":
        return load_der_public_key(key.data).public_bytes(*form)
    if key.key_type in curves:
        return ec.EllipticCurvePublicKey.from_encoded_point(curves[key.key_type], key.data).public_bytes(*form)
    raise ValueError(f"a key of type {key.key_type} is not written as PEM")
