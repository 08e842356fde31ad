"""The right to sign: what a signer is to the rest of the library, and one that holds its key in memory.

`Signer` is all that issuing and presenting know of a private key, so a key in a KMS or an HSM is a small class with five
members (examples/kms_signer.py). `LocalSigner` has the key in this process: it is made, read and written here, and shown
nowhere. What writes a private key down is called `private_…`; `repr` and tracebacks have only the public part.

Signatures have the form that JOSE and Data Integrity want: r and s side by side for ECDSA. ECDSA is deterministic
(RFC 6979) where OpenSSL can do that, from version 3.2 on, so that the same document signed again is the same document;
with older versions each signature is different, and just as good.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, get_args

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.jwk import jwk_from_public_key, public_key_from_jwk
from vcwallet.keys.multikey import multikey_from_public_key
from vcwallet.keys.public_key import (
    COORDINATE_BYTES,
    KEY_TYPE_OF_ALGORITHM,
    KeyType,
    PublicKey,
    SignatureAlgorithm,
)
from vcwallet.wire.base_encodings import (
    base64url_encode,
    multibase_decode,
    multibase_encode,
    multicodec_split,
    multicodec_wrap,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    _PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

SigningKeyType = Literal["Ed25519", "P-256", "P-384", "RSA"]

# NIST SP 800-57 part 1: 3072 bits are as strong as P-256; the 2048 that are still allowed end with the year 2030.
DEFAULT_RSA_BITS: Final = 3072
_DEFAULT_ALGORITHMS: Final[dict[KeyType, SignatureAlgorithm]] = {
    "Ed25519": "Ed25519",
    "P-256": "ES256",
    "P-384": "ES384",
    "RSA": "RS256",
}
# The codes of the multicodec table for private keys that Controlled Identifiers 1.0 (2.2.2) has a secretKeyMultibase for.
_PRIVATE_CODES: Final[dict[int, KeyType]] = {0x1300: "Ed25519", 0x1306: "P-256", 0x1307: "P-384"}
_PRIVATE_BYTES: Final[dict[KeyType, int]] = {"Ed25519": 32, "P-256": 32, "P-384": 48}
# A PEM of an RSA key of 16,384 bits, encrypted, has 13 kB.
_MAX_PEM_BYTES: Final = 64 * 1024


class Signer(Protocol):
    """Whoever can sign in somebody's name.

    - `verification_method`: the URL under which the public key is published; the `kid` of a token.
    - `controller`: who publishes it there. A credential is issued only if this is its issuer.
    - `public_key`: what the signatures are checked with before they go out.
    - `algorithm`: how `sign` signs; for ECDSA it gives r and s, each as long as a coordinate (RFC 7518, 3.4).

    `sign` may take its time, and may raise whatever it likes: it is reported as "signer_failed".
    """

    @property
    def verification_method(self) -> str: ...

    @property
    def controller(self) -> str: ...

    @property
    def public_key(self) -> PublicKey: ...

    @property
    def algorithm(self) -> SignatureAlgorithm: ...

    def sign(self, message: bytes) -> bytes: ...


def sign_with(signer: Signer, message: bytes, algorithm: SignatureAlgorithm) -> bytes:
    """What the signer signs, if it signs with this algorithm.

    Raises `Refused` key_algorithm_mismatch, and `Undecided` signer_failed for whatever the signer raises.
    """
    if signer.algorithm != algorithm:
        raise Refused("key_algorithm_mismatch", f"expected a signer for {algorithm}, found one for {signer.algorithm}")
    try:
        return signer.sign(message)
    except Exception as exc:
        message_ = f"the signer for {signer.verification_method[:200]} failed: {type(exc).__name__}"
        raise Undecided("signer_failed", message_, hint="nothing was issued; ask its log, and try again") from exc


class LocalSigner:
    """A private key in memory, and the name under which its public key is known. Never changed once made.

    Without a name of its own a key speaks for itself, as a did:key; `named` gives it another. It can be pickled, to be
    sent to other processes: the pickle holds the private key, and whoever reads that can sign.
    """

    __slots__ = ("_algorithm", "_controller", "_private_key", "_public_key", "_sign", "_verification_method")

    def __init__(
        self, private_key: "_PrivateKey", verification_method: str, controller: str, algorithm: SignatureAlgorithm
    ) -> None:
        """Not for callers: `generate`, `from_private_pem`, `from_private_jwk` and `from_private_multikey` make signers."""
        self._private_key = private_key
        self._public_key = _public_key(private_key)
        self._verification_method = verification_method
        self._controller = controller
        self._algorithm = algorithm
        self._sign = _signing_function(private_key, self._public_key.key_type, algorithm)

    # --- making and reading --------------------------------------------------------------------------------------------

    @classmethod
    def generate(cls, key_type: SigningKeyType = "Ed25519", *, rsa_bits: int = DEFAULT_RSA_BITS) -> "LocalSigner":
        """A new key, from the randomness of the operating system. Raises `Refused` weak_key for too few RSA bits."""
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415 - when first used: 13 ms

        if key_type not in get_args(SigningKeyType):
            raise ValueError(f"expected one of {', '.join(get_args(SigningKeyType))}, found {key_type!r}")
        if key_type == "Ed25519":
            return cls._own(ed25519.Ed25519PrivateKey.generate())
        if key_type == "RSA":
            try:
                return cls._own(rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits))
            except ValueError as exc:
                raise Refused("weak_key", f"an RSA key of {rsa_bits} bits cannot be made") from exc
        return cls._own(ec.generate_private_key(_curve(key_type)))

    @classmethod
    def from_private_pem(cls, pem: bytes | str, *, passphrase: bytes | str | None = None) -> "LocalSigner":
        """The key in a PEM file, PKCS #8 or the older kinds.

        Raises `Malformed` private_key_malformed, `Refused` private_key_passphrase when the passphrase is missing, wrong
        or of no use, `Refused` weak_key, and `Undecided` key_type_unsupported.
        """
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded when first used: 13 ms
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - likewise

        if len(pem) > _MAX_PEM_BYTES:
            raise Malformed("private_key_malformed", f"a private key of more than {_MAX_PEM_BYTES:,} bytes is not read")
        try:
            key = load_pem_private_key(_octets(pem), None if passphrase is None else _octets(passphrase))
        except TypeError:  # how cryptography says that there is a passphrase too few, or one too many
            problem = "is encrypted, and no passphrase was given" if passphrase is None else "is not encrypted"
            raise Refused("private_key_passphrase", f"the private key {problem}") from None
        except UnsupportedAlgorithm:
            raise Undecided("key_type_unsupported", "the private key is of a kind that cannot sign here") from None
        except ValueError:
            if passphrase is not None:
                raise Refused("private_key_passphrase", "the passphrase does not open the private key") from None
            raise Malformed("private_key_malformed", "expected a private key as PEM (PKCS #8)") from None
        return cls._own(key)

    @classmethod
    def from_private_jwk(cls, jwk: Mapping[str, Any]) -> "LocalSigner":
        """The key in a JWK with private members; `kid`, `use` and `alg` are not looked at.

        Raises `Malformed` private_key_malformed, and as `public_key_from_jwk` does.
        """
        from jwcrypto.common import JWException  # noqa: PLC0415 - loaded when first used: it takes 30 ms

        public_members = ("kty", "crv", "x", "y", "n", "e")
        public_key = public_key_from_jwk({name: jwk[name] for name in public_members if name in jwk})
        private_members = (*public_members, "d", "p", "q", "dp", "dq", "qi")
        if "d" not in jwk:
            raise Malformed("private_key_malformed", "expected a JWK with the member d: this one is public")
        try:
            key = _jwcrypto()(**{name: jwk[name] for name in private_members if name in jwk}).get_op_key("sign")
        except (JWException, ValueError, TypeError):
            raise Malformed("private_key_malformed", "the JWK does not describe a private key") from None
        signer = cls._own(key)
        if signer.public_key != public_key:
            raise Malformed(
                "private_key_malformed", "the private and the public part of the JWK do not belong together"
            )
        return signer

    @classmethod
    def from_private_multikey(cls, text: str) -> "LocalSigner":
        """The key in a `secretKeyMultibase` (CID 1.0, 2.2.2). Raises `Malformed` private_key_malformed or `Undecided`."""
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415 - when first used: 13 ms

        try:
            code, secret = multicodec_split(multibase_decode(text, allowed="z"))
        except Malformed:
            raise Malformed("private_key_malformed", "expected a private key as Multikey, beginning with z") from None
        key_type = _PRIVATE_CODES.get(code)
        if key_type is None:
            raise Undecided("key_type_unsupported", f"a Multikey with the multicodec 0x{code:x} cannot sign here")
        if len(secret) != _PRIVATE_BYTES[key_type]:
            raise Malformed("private_key_malformed", f"a private {key_type} key has {_PRIVATE_BYTES[key_type]} bytes")
        if key_type == "Ed25519":
            return cls._own(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
        try:
            return cls._own(ec.derive_private_key(int.from_bytes(secret, "big"), _curve(key_type)))
        except ValueError:
            raise Malformed("private_key_malformed", f"the number is not a private key of {key_type}") from None

    @classmethod
    def _own(cls, private_key: Any) -> "LocalSigner":
        public_key = _public_key(private_key)
        multikey = multikey_from_public_key(public_key)
        did = f"did:key:{multikey}"
        return cls(private_key, f"{did}#{multikey}", did, _DEFAULT_ALGORITHMS[public_key.key_type])

    def named(
        self,
        verification_method: str,
        *,
        controller: str | None = None,
        algorithm: SignatureAlgorithm | None = None,
    ) -> "LocalSigner":
        """The same key under another name, such as "did:web:college.example#key-1".

        `controller` is what stands before the fragment, unless it is given. `algorithm` is for RSA keys that sign with
        another than RS256. Raises `ValueError` for an algorithm of another kind of key, and for a name without a
        fragment and without a controller.
        """
        algorithm = algorithm or self._algorithm
        if KEY_TYPE_OF_ALGORITHM.get(algorithm) != self._public_key.key_type:
            raise ValueError(f"a key of type {self._public_key.key_type} cannot sign with {algorithm}")
        before, mark, fragment = verification_method.partition("#")
        if controller is None and not (before and mark and fragment):
            raise ValueError(f"expected a URL with a fragment, or its controller, found {verification_method[:200]!r}")
        return LocalSigner(self._private_key, verification_method, controller or before, algorithm)

    # --- what a signer is ----------------------------------------------------------------------------------------------

    @property
    def verification_method(self) -> str:
        return self._verification_method

    @property
    def controller(self) -> str:
        return self._controller

    @property
    def public_key(self) -> PublicKey:
        return self._public_key

    @property
    def algorithm(self) -> SignatureAlgorithm:
        return self._algorithm

    def sign(self, message: bytes) -> bytes:
        """The signature of the message, as `PublicKey.verify` checks it."""
        return self._sign(message)

    # --- writing down --------------------------------------------------------------------------------------------------

    def private_pem(self, *, passphrase: bytes | str | None) -> bytes:
        """The private key as PKCS #8 in PEM, encrypted with the passphrase. None, which must be said, leaves it open."""
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - loaded when first used: 10 ms

        protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase is not None:
            protection = serialization.BestAvailableEncryption(_octets(passphrase))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
        return self._private_key.private_bytes(*form, protection)

    def private_jwk(self) -> dict[str, str]:
        """The private key as a JWK (RFC 7517), with the members that its kind must have."""
        if self._public_key.key_type == "Ed25519":
            secret = base64url_encode(self._private_key.private_bytes_raw())  # type: ignore[union-attr]
            return {**jwk_from_public_key(self._public_key), "d": secret}
        members = _jwcrypto().from_pyca(self._private_key).export(as_dict=True)
        return {name: value for name, value in members.items() if name != "kid"}

    def private_multikey(self) -> str:
        """The private key as `secretKeyMultibase` (CID 1.0, 2.2.2). Raises `ValueError` for RSA, which has none."""
        key_type = self._public_key.key_type
        for code, name in _PRIVATE_CODES.items():
            if name == key_type:
                return multibase_encode(multicodec_wrap(code, self._secret_bytes()))
        raise ValueError(f"there is no secretKeyMultibase for a key of type {key_type}")

    def _secret_bytes(self) -> bytes:
        key: Any = self._private_key
        if self._public_key.key_type == "Ed25519":
            return bytes(key.private_bytes_raw())
        number: int = key.private_numbers().private_value
        return number.to_bytes(COORDINATE_BYTES[self._public_key.key_type], "big")

    # --- as a Python value ---------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"LocalSigner({self._algorithm}, {self._verification_method!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalSigner) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        # The public key stands for the private one: no secret is compared byte by byte.
        return self._public_key, self._verification_method, self._controller, self._algorithm

    def __reduce__(self) -> tuple[Any, ...]:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - loaded when first used: 10 ms

        form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        arguments = (self._verification_method, self._controller, self._algorithm)
        return _restore, (_Secret(self._private_key.private_bytes(*form)), *arguments)


class _Secret(bytes):
    """Bytes that a traceback with local variables, or a log of arguments, does not show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<private key>"

    __str__ = __repr__


def _restore(pkcs8: _Secret, verification_method: str, controller: str, algorithm: SignatureAlgorithm) -> LocalSigner:
    from cryptography.hazmat.primitives.serialization import load_der_private_key  # noqa: PLC0415 - first used: 10 ms

    key: Any = load_der_private_key(bytes(pkcs8), None)
    return LocalSigner(key, verification_method, controller, algorithm)


def _jwcrypto() -> Any:
    """The class JWK of jwcrypto, which has no type annotations."""
    from jwcrypto.jwk import JWK  # noqa: PLC0415 - loaded when first used: it takes 30 ms

    return JWK


def _octets(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text)


def _curve(key_type: KeyType) -> "ec.EllipticCurve":
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - loaded when first used: 13 ms

    return ec.SECP256R1() if key_type == "P-256" else ec.SECP384R1()


def _public_key(private_key: Any) -> PublicKey:
    """The public half, held to the rules for public keys; `Undecided` for kinds that do not sign credentials."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415 - when first used: 13 ms
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - likewise

    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return PublicKey.checked("Ed25519", private_key.public_key().public_bytes_raw())
    if isinstance(private_key, rsa.RSAPrivateKey):
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return PublicKey.checked("RSA", private_key.public_key().public_bytes(*form))
    curves: dict[str, KeyType] = {"secp256r1": "P-256", "secp384r1": "P-384"}
    if isinstance(private_key, ec.EllipticCurvePrivateKey) and private_key.curve.name in curves:
        point = private_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return PublicKey.checked(curves[private_key.curve.name], point)
    raise Undecided("key_type_unsupported", "expected a private key of Ed25519, P-256, P-384 or RSA")


def _signing_function(key: Any, key_type: KeyType, algorithm: SignatureAlgorithm) -> "Callable[[bytes], bytes]":
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415 - likewise

    if key_type == "Ed25519":
        return lambda message: bytes(key.sign(message))
    digests: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
    digest = digests[algorithm[2:]]
    if key_type == "RSA":
        rule: padding.AsymmetricPadding = padding.PKCS1v15()
        if algorithm == "PS256":
            # RFC 7518 section 3.5: MGF1 with the same hash, and a salt exactly as long as the digest.
            rule = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return lambda message: bytes(key.sign(message, rule, digest))
    return _ecdsa(key, key_type, digest)


def _ecdsa(key: Any, key_type: KeyType, digest: Any) -> "Callable[[bytes], bytes]":
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature  # noqa: PLC0415 - likewise

    try:
        rule = ec.ECDSA(digest, deterministic_signing=True)
    except UnsupportedAlgorithm:  # OpenSSL before 3.2
        rule = ec.ECDSA(digest)
    size = COORDINATE_BYTES[key_type]

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, rule))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    return sign
