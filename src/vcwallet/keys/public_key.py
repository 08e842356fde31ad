"""A public key as a value, and the one place where signatures are checked.

The value is a kind and its canonical bytes, so two keys are equal exactly when they verify the same signatures, however
they were written down. The arithmetic is done by the cryptography library; refused here is what it would let pass:

1. Ed25519 points of small order, for which one signature fits every message, and points with two spellings;
2. RSA keys that are too short, have an unusual exponent, or came from the library broken by ROCA (CVE-2017-15361);
3. ECDSA signatures in any form but r and s side by side: JOSE and Data Integrity know no DER;
4. every pair of key and algorithm that does not belong together.

Whose key it is, and what it may be used for, is not known here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, get_args

from vcwallet.errors import Malformed, Refused, Undecided

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

KeyType = Literal["Ed25519", "P-256", "P-384", "P-521", "RSA", "secp256k1", "X25519", "BLS12-381-G1", "BLS12-381-G2"]
# "BBS" is over many messages at once, and is verified by `keys.bbs` and not here.
SignatureAlgorithm = Literal["Ed25519", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "BBS"]

KEY_TYPE_OF_ALGORITHM: Final[dict[str, KeyType]] = {
    "Ed25519": "Ed25519",
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
}

# The bytes of one coordinate, and of r and s in a signature: SEC 1 section 2.3.5.
COORDINATE_BYTES: Final[dict[KeyType, int]] = {"P-256": 32, "P-384": 48, "P-521": 66, "secp256k1": 32}

# NIST SP 800-131A disallows less for signatures; OpenSSL refuses to verify with more.
_MIN_RSA_BITS: Final = 2048
_MAX_RSA_BITS: Final = 16384
# FIPS 186-5 section A.1.1: 2^16 < e < 2^256. Small exponents have forgiven careless padding more than once
# (Bleichenbacher 2006), and nobody who generates keys today needs one.
_MIN_RSA_EXPONENT: Final = 65537
_MAX_RSA_EXPONENT: Final = 2**256
# Keys of one busy issuer or one large batch; a cached key saves 15 to 100 µs.
_CACHED_KEYS: Final = 256


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key.

    `data` is canonical for its kind: the 32 bytes of Ed25519 and X25519, the compressed SEC 1 point of the elliptic
    curves, the DER SubjectPublicKeyInfo of RSA, the compressed point of BLS12-381. `checked` makes keys from bytes of
    strangers; `verify` repeats its checks, so that a key made otherwise cannot be used either when it is weak.
    """

    key_type: KeyType
    data: bytes

    @classmethod
    def checked(cls, key_type: KeyType, data: bytes, *, pointer: str = "") -> "PublicKey":
        """The key of that kind which the bytes stand for.

        Elliptic points may be compressed or uncompressed (SEC 1 section 2.3.3), RSA keys a SubjectPublicKeyInfo
        (RFC 5280) or an RSAPublicKey (RFC 8017), in DER.

        Raises Malformed key_malformed, Refused weak_key, and Undecided key_type_unsupported for a curve that this
        build of OpenSSL does not know. For BLS12-381 only length, flags and range are checked: whether the point is on
        the curve and in the right subgroup is for the suite that computes with it.
        """
        if key_type not in get_args(KeyType):
            raise ValueError(f"unknown key type {key_type!r}")
        try:
            return cls(key_type, _canonical(key_type, bytes(data)))
        except (Malformed, Refused, Undecided) as exc:
            if not pointer:
                raise
            raise type(exc)(exc.code, exc.problem.message, pointer=pointer) from exc

    def verify(self, signature: bytes, message: bytes, *, algorithm: SignatureAlgorithm) -> None:
        """Return only if the signature is this key's for the message.

        ECDSA signatures are r and s, each as long as a coordinate (RFC 7518 section 3.4). Raises Refused
        signature_invalid, key_algorithm_mismatch, weak_key, and what `checked` raises for a key made without it.
        """
        wanted = KEY_TYPE_OF_ALGORITHM.get(algorithm)
        if wanted is None:
            raise ValueError(f"unknown signature algorithm {algorithm!r}")
        if wanted != self.key_type:
            raise Refused("key_algorithm_mismatch", f"{algorithm} needs a key of type {wanted}, found {self.key_type}")
        if not _verifier(self.key_type, self.data, algorithm)(signature, message):
            raise Refused("signature_invalid", f"the {algorithm} signature does not fit the key and the signed bytes")


def check_rsa_numbers(modulus: int, exponent: int, *, pointer: str = "") -> None:
    """Refuse RSA keys that are weak for certain: Refused weak_key."""
    bits = modulus.bit_length()
    if not _MIN_RSA_BITS <= bits <= _MAX_RSA_BITS:
        problem = f"expected an RSA key of {_MIN_RSA_BITS} to {_MAX_RSA_BITS} bits, found {bits}"
    elif not _MIN_RSA_EXPONENT <= exponent < _MAX_RSA_EXPONENT or exponent % 2 == 0:
        problem = "expected an odd RSA exponent of at least 65537 and less than 2^256 (FIPS 186-5)"
    elif modulus % 2 == 0:
        problem = "the RSA modulus is even"
    elif _has_roca_fingerprint(modulus):
        problem = "the RSA key was made by a generator whose keys can be factored (ROCA, CVE-2017-15361)"
    else:
        return
    raise Refused("weak_key", problem, pointer=pointer)


# --- canonical bytes -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=_CACHED_KEYS)
def _canonical(key_type: KeyType, data: bytes) -> bytes:
    if key_type == "Ed25519":
        _check_ed25519_point(data)
    elif key_type == "X25519":
        _check_length(key_type, data, 32)
    elif key_type in {"BLS12-381-G1", "BLS12-381-G2"}:
        _check_bls_point(key_type, data)
    else:
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - loaded when first used: 10 ms
            Encoding,
            PublicFormat,
        )

        if key_type == "RSA":
            return _load_rsa_key(data).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return _load_point(key_type, data).public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return data


def _check_length(key_type: KeyType, data: bytes, length: int) -> None:
    if len(data) != length:
        raise Malformed("key_malformed", f"an {key_type} key has {length} bytes, found {len(data)}")


_P25519: Final = 2**255 - 19
_D25519: Final = -121665 * pow(121666, -1, _P25519) % _P25519


def _check_ed25519_point(data: bytes) -> None:
    """Hold 32 bytes to RFC 8032 section 5.1.3, and refuse the eight points of small order."""
    _check_length("Ed25519", data, 32)
    y = int.from_bytes(data, "little") & ((1 << 255) - 1)  # The highest bit is the sign of x.
    y2 = y * y % _P25519
    # y² = 1 are the points of order 1 and 2, y = 0 those of order 4. Doubling a point gives y = 0 when x² = −y², which
    # on the curve −x² + y² = 1 + d·x²·y² means d·y⁴ + 2·y² − 1 = 0: those of order 8. All modulo p, so that the
    # spellings with y ≥ p are caught too.
    if y2 * (y2 - 1) * (_D25519 * y2 * y2 + 2 * y2 - 1) % _P25519 == 0:
        raise Refused("weak_key", "the Ed25519 key is a point of small order, for which signatures mean nothing")
    if y >= _P25519:
        raise Refused("weak_key", "the Ed25519 key is a second spelling of another key (RFC 8032 section 5.1.3)")
    # x² = (y² − 1) / (d·y² + 1) must be a square: Euler's criterion for the product, which differs by a square.
    # x = 0, which would need sign 0, happens only for points of small order.
    if pow((y2 - 1) * (_D25519 * y2 + 1), (_P25519 - 1) // 2, _P25519) != 1:
        raise Malformed("key_malformed", "the Ed25519 key is not a point of the curve")


# The field of BLS12-381, and its compressed points: three flag bits, then x (draft-irtf-cfrg-pairing-friendly-curves,
# appendix C).
_P_BLS: Final = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
_BLS_FIELD_BYTES: Final = 48


def _check_bls_point(key_type: KeyType, data: bytes) -> None:
    _check_length(key_type, data, _BLS_FIELD_BYTES * (1 if key_type == "BLS12-381-G1" else 2))
    compressed, infinity = data[0] & 0x80, data[0] & 0x40
    if not compressed:
        raise Malformed("key_malformed", f"expected an {key_type} key as a compressed point")
    if infinity:
        raise Refused("weak_key", f"the {key_type} key is the point at infinity, for which signatures mean nothing")
    halves = [bytes([data[0] & 0x1F]) + data[1:_BLS_FIELD_BYTES], data[_BLS_FIELD_BYTES:]]
    if any(int.from_bytes(half, "big") >= _P_BLS for half in halves):
        raise Malformed("key_malformed", f"the {key_type} key is not a point of the curve")


# Discriminating primes and, for each, the powers of 65537: every prime made by the broken generator is one of them
# modulo all of these (Nemec et al., "The Return of Coppersmith's Attack", section 2). Of sound keys, one in 239 million
# looks so too.
_ROCA_PRIMES: Final = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
_ROCA_RESIDUES: Final = {prime: frozenset(pow(65537, n, prime) for n in range(prime)) for prime in _ROCA_PRIMES}


def _has_roca_fingerprint(modulus: int) -> bool:
    return all(modulus % prime in residues for prime, residues in _ROCA_RESIDUES.items())


# --- keys of the cryptography library ------------------------------------------------------------------------------


def _load_point(key_type: KeyType, data: bytes) -> "ec.EllipticCurvePublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - likewise

    curves: dict[KeyType, ec.EllipticCurve] = {
        "P-256": ec.SECP256R1(),
        "P-384": ec.SECP384R1(),
        "P-521": ec.SECP521R1(),
        "secp256k1": ec.SECP256K1(),
    }
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curves[key_type], data)
    except UnsupportedAlgorithm as exc:
        raise Undecided("key_type_unsupported", f"keys of type {key_type} are not supported here") from exc
    except ValueError as exc:
        raise Malformed("key_malformed", f"the {key_type} key is not a point of the curve (SEC 1)") from exc


def _load_rsa_key(data: bytes) -> "rsa.RSAPublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - likewise
        Encoding,
        PublicFormat,
        load_der_public_key,
    )

    try:
        key = load_der_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise Malformed("key_malformed", "expected an RSA public key in DER") from exc
    if not isinstance(key, rsa.RSAPublicKey) or data not in (
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        key.public_bytes(Encoding.DER, PublicFormat.PKCS1),
    ):
        raise Malformed("key_malformed", "expected an RSA public key in DER, in its one spelling")
    numbers = key.public_numbers()
    check_rsa_numbers(numbers.n, numbers.e)
    return key


# --- verifying -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=_CACHED_KEYS)
def _verifier(key_type: KeyType, data: bytes, algorithm: SignatureAlgorithm) -> Callable[[bytes, bytes], bool]:
    """A function that says whether a signature fits a message, for one key."""
    if _canonical(key_type, data) != data:
        raise Malformed("key_malformed", f"the bytes of the {key_type} key are not in canonical form")
    if key_type == "Ed25519":
        return _ed25519_verifier(data)
    if key_type == "RSA":
        return _rsa_verifier(data, algorithm)
    return _ecdsa_verifier(key_type, data)


def _ed25519_verifier(data: bytes) -> Callable[[bytes, bytes], bool]:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - likewise

    key = Ed25519PublicKey.from_public_bytes(data)

    def fits(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return fits


def _ecdsa_verifier(key_type: KeyType, data: bytes) -> Callable[[bytes, bytes], bool]:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415 - likewise

    key = _load_point(key_type, data)
    size = COORDINATE_BYTES[key_type]
    digests: dict[KeyType, hashes.HashAlgorithm] = {
        "P-256": hashes.SHA256(),
        "P-384": hashes.SHA384(),
        "P-521": hashes.SHA512(),
    }
    ecdsa = ec.ECDSA(digests[key_type])

    def fits(signature: bytes, message: bytes) -> bool:
        if len(signature) != 2 * size:
            return False
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        try:
            key.verify(encode_dss_signature(r, s), message, ecdsa)
        except InvalidSignature:
            return False
        return True

    return fits


def _rsa_verifier(data: bytes, algorithm: SignatureAlgorithm) -> Callable[[bytes, bytes], bool]:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - likewise

    key = _load_rsa_key(data)
    digests: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
    digest = digests[algorithm[2:]]
    padding_rule: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm == "PS256":
        # RFC 7518 section 3.5: MGF1 with the same hash, and a salt exactly as long as the digest.
        padding_rule = padding.PSS(padding.MGF1(digest), digest.digest_size)

    def fits(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message, padding_rule, digest)
        except InvalidSignature:
            return False
        return True

    return fits
