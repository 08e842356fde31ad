"""Public keys in PEM, as Open Badges 2.0 publishes them: SubjectPublicKeyInfo (RFC 7468), or RSAPublicKey (RFC 8017)."""

from typing import Final

from vcwallet.errors import Malformed, Undecided
from vcwallet.keys.public_key import KeyType, PublicKey

# An RSA key of 16,384 bits has 3 kB; nobody writes a book before it.
_MAX_CHARACTERS: Final = 16 * 1024
_CURVES: Final[dict[str, KeyType]] = {"secp256r1": "P-256", "secp384r1": "P-384"}


def public_key_from_pem(text: str, *, pointer: str = "") -> PublicKey:
    """The one public key in a PEM text.

    Raises Malformed key_malformed, Refused weak_key, and Undecided key_type_unsupported.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded when first used
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415

    if len(text) > _MAX_CHARACTERS or text.count("-----BEGIN ") != 1:
        raise Malformed("key_malformed", "expected one public key in PEM", pointer=pointer)
    try:
        key = serialization.load_pem_public_key(text.encode("ascii", "replace"))
    except UnsupportedAlgorithm as exc:
        raise Undecided("key_type_unsupported", "this type of key is not supported", pointer=pointer) from exc
    except ValueError as exc:
        raise Malformed("key_malformed", "expected a public key in PEM that can be read", pointer=pointer) from exc
    if isinstance(key, rsa.RSAPublicKey):
        der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return PublicKey.checked("RSA", der, pointer=pointer)
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        return PublicKey.checked(_CURVES[key.curve.name], point, pointer=pointer)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey.checked("Ed25519", key.public_bytes_raw(), pointer=pointer)
    raise Undecided("key_type_unsupported", "expected a key of RSA, P-256, P-384 or Ed25519", pointer=pointer)
