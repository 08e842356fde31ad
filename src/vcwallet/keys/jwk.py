"""Public keys as JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037): read, write, thumbprint.

Only the spelling that the specifications give a key is read: base64url of exactly the right length. A JWK with a
private member is refused before anything else looks at it, and no message repeats the value of a member.

Ed25519, P-256 and P-384, the keys that most signatures need, are taken apart here, which saves the 30 ms of loading
jwcrypto; that library reads all others, writes keys and makes thumbprints.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.public_key import (
    COORDINATE_BYTES,
    KEY_TYPE_OF_ALGORITHM,
    KeyType,
    PublicKey,
    check_rsa_numbers,
)
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode
from vcwallet.wire.json_pointer import join

# RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2; "priv" is the AKP key type's (RFC 9864 and successors).
_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})

_CURVES: Final[dict[str, dict[str, KeyType]]] = {
    "EC": {"P-256": "P-256", "P-384": "P-384", "P-521": "P-521", "secp256k1": "secp256k1"},
    "OKP": {"Ed25519": "Ed25519", "X25519": "X25519"},
}
_OKP_BYTES: Final = 32
# The numbers of an RSA key of 16,384 bits, the largest that `public_key` takes, have 2,731 characters.
_MAX_RSA_NUMBER_CHARACTERS: Final = 4096

# RFC 9864 names the curve where RFC 8037 did not; both mean the same for a key that says crv.
_ALGORITHM_ALIASES: Final = {"EdDSA": "Ed25519"}


def public_key_from_jwk(jwk: Mapping[str, Any], *, pointer: str = "") -> PublicKey:
    """The key that a JWK describes.

    What else the JWK says, such as use and alg, is for `check_jwk_may_verify`. Raises Malformed jwk_malformed and
    key_malformed, Refused jwk_has_private_members and weak_key, Undecided key_type_unsupported.
    """
    kty = jwk.get("kty")
    private = sorted(_PRIVATE_MEMBERS.intersection(jwk))
    if private or kty == "oct":
        raise Refused(
            "jwk_has_private_members",
            f"expected a public key, found {'the members ' + ', '.join(private) if private else 'a symmetric one'}",
            pointer=pointer,
            hint="whoever published this key must replace it: it is no longer secret",
        )
    if not isinstance(kty, str):
        raise Malformed("jwk_malformed", "expected a JWK with the member kty", pointer=pointer)
    if kty == "RSA":
        return _rsa_key(jwk, pointer)
    crv = jwk.get("crv")
    if kty in _CURVES and not isinstance(crv, str):
        raise Malformed("jwk_malformed", f"expected a JWK of kty {kty} with the member crv", pointer=pointer)
    key_type = _CURVES.get(kty, {}).get(crv) if isinstance(crv, str) else None
    if key_type is None:
        raise Undecided(
            "key_type_unsupported", f"a JWK of kty {_shown(kty)} and crv {_shown(crv)} is not known", pointer=pointer
        )
    if kty == "OKP":
        return PublicKey.checked(key_type, _octets(jwk, "x", _OKP_BYTES, pointer), pointer=pointer)
    size = COORDINATE_BYTES[key_type]
    # RFC 7518 section 6.2.1.2: "The length of this octet string MUST be the full size of a coordinate".
    x, y = _octets(jwk, "x", size, pointer), _octets(jwk, "y", size, pointer)
    if key_type in {"P-256", "P-384"}:
        return PublicKey.checked(key_type, b"\x04" + x + y, pointer=pointer)
    return _by_jwcrypto(key_type, {"kty": kty, "crv": crv, "x": jwk["x"], "y": jwk["y"]}, pointer)


def check_jwk_may_verify(jwk: Mapping[str, Any], algorithm: str | None, *, pointer: str = "") -> None:
    """Hold a JWK to its own members use, key_ops and alg (RFC 7517 sections 4.2 to 4.4), where it has them.

    `algorithm` is the JOSE name of the signature to be verified; None when the proof does not name one that way, and
    then a member alg need only be one that fits the key. Raises Refused jwk_not_for_verifying.
    """
    if "use" in jwk and jwk["use"] != "sig":
        raise Refused("jwk_not_for_verifying", 'expected use to be "sig" or absent', pointer=join(pointer, "use"))
    if "key_ops" in jwk:
        operations = jwk["key_ops"]
        if not isinstance(operations, list) or "verify" not in operations:
            raise Refused(
                "jwk_not_for_verifying",
                'expected key_ops to hold "verify", or to be absent',
                pointer=join(pointer, "key_ops"),
            )
    if "alg" in jwk:
        stated = jwk["alg"]
        stated = _ALGORITHM_ALIASES.get(stated, stated) if isinstance(stated, str) else None
        if algorithm is not None:
            fits = stated == _ALGORITHM_ALIASES.get(algorithm, algorithm)
        else:
            fits = stated is not None and KEY_TYPE_OF_ALGORITHM.get(stated, "none") == jwk.get("crv", jwk.get("kty"))
        if not fits:
            raise Refused(
                "jwk_not_for_verifying",
                f"expected alg to be {algorithm or 'an algorithm of this kind of key'}, or to be absent",
                pointer=join(pointer, "alg"),
            )


def jwk_from_public_key(key: PublicKey) -> dict[str, str]:
    """The required members of the key's JWK, and no others.

    Raises ValueError for BLS12-381, which has no registered JWK.
    """
    if key.key_type in {"Ed25519", "X25519"}:
        return {"kty": "OKP", "crv": key.key_type, "x": base64url_encode(key.data)}
    members = _jwcrypto_key(key).export_public(as_dict=True)
    return {name: value for name, value in members.items() if name != "kid"}


def thumbprint(key: PublicKey) -> str:
    """The SHA-256 thumbprint of the key's JWK (RFC 7638), as base64url. Raises ValueError as `jwk_from_public_key`."""
    result: str = _jwcrypto()(**jwk_from_public_key(key)).thumbprint()
    return result


def _rsa_key(jwk: Mapping[str, Any], pointer: str) -> PublicKey:
    numbers = {name: _number(jwk, name, pointer) for name in ("n", "e")}
    check_rsa_numbers(numbers["n"], numbers["e"], pointer=pointer)
    return _by_jwcrypto("RSA", {"kty": "RSA", "n": jwk["n"], "e": jwk["e"]}, pointer)


def _by_jwcrypto(key_type: KeyType, members: dict[str, Any], pointer: str) -> PublicKey:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - loaded when first used: 10 ms
        Encoding,
        PublicFormat,
    )
    from jwcrypto.common import JWException  # noqa: PLC0415 - loaded when first used: it takes 30 ms

    try:
        key = _jwcrypto()(**members).get_op_key("verify")
    except (JWException, ValueError) as exc:
        raise Malformed("key_malformed", f"the JWK does not describe a {key_type} key", pointer=pointer) from exc
    if key_type == "RSA":
        data = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        data = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return PublicKey.checked(key_type, data, pointer=pointer)


def _jwcrypto() -> Any:
    """The class JWK of jwcrypto, which has no type annotations."""
    from jwcrypto.jwk import JWK  # noqa: PLC0415 - loaded when first used: it takes 30 ms

    return JWK


def _jwcrypto_key(key: PublicKey) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - likewise

    curves: dict[KeyType, ec.EllipticCurve] = {
        "P-256": ec.SECP256R1(),
        "P-384": ec.SECP384R1(),
        "P-521": ec.SECP521R1(),
        "secp256k1": ec.SECP256K1(),
    }
    if key.key_type == "RSA":
        return _jwcrypto().from_pyca(load_der_public_key(key.data))
    if key.key_type in curves:
        return _jwcrypto().from_pyca(ec.EllipticCurvePublicKey.from_encoded_point(curves[key.key_type], key.data))
    raise ValueError(f"there is no JWK for a key of type {key.key_type}")


def _octets(jwk: Mapping[str, Any], member: str, size: int, pointer: str) -> bytes:
    data = _base64url_member(jwk, member, pointer)
    if len(data) != size:
        raise Malformed(
            "jwk_malformed",
            f"expected {member} to stand for {size} bytes, found {len(data)}",
            pointer=join(pointer, member),
        )
    return data


def _number(jwk: Mapping[str, Any], member: str, pointer: str) -> int:
    data = _base64url_member(jwk, member, pointer)
    # RFC 7518 section 2, Base64urlUInt: "the minimum number of octets".
    if not data or data[0] == 0:
        raise Malformed(
            "jwk_malformed",
            f"expected {member} to be a positive number without leading zeros",
            pointer=join(pointer, member),
        )
    return int.from_bytes(data, "big")


def _base64url_member(jwk: Mapping[str, Any], member: str, pointer: str) -> bytes:
    text = jwk.get(member)
    if not isinstance(text, str) or len(text) > _MAX_RSA_NUMBER_CHARACTERS:
        raise Malformed("jwk_malformed", f"expected a JWK with the base64url member {member}", pointer=pointer)
    try:
        return base64url_decode(text)
    except Malformed as exc:
        raise Malformed(
            "jwk_malformed", f"expected {member} to be base64url without padding", pointer=join(pointer, member)
        ) from exc


def _shown(name: object) -> str:
    return repr(name[:20]) if isinstance(name, str) else "none"
