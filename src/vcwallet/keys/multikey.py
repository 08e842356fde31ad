"""Public keys as Multikey text (Controlled Identifiers 1.0 section 2.2.2), which is also the key part of a did:key.

The text is base58btc with the prefix z, of a multicodec code and the key: the suites for Ed25519, ECDSA and BBS allow
no other base. RSA keys are an RSAPublicKey (RFC 8017) here, as in did:key. No message repeats the text, for it could be
somebody's private key put in the wrong place.
"""

from functools import lru_cache
from typing import Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.public_key import KeyType, PublicKey
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode, multicodec_split, multicodec_wrap

_KEY_TYPES: Final[dict[int, KeyType]] = {
    0xE7: "secp256k1",
    0xEA: "BLS12-381-G1",
    0xEB: "BLS12-381-G2",
    0xEC: "X25519",
    0xED: "Ed25519",
    0x1200: "P-256",
    0x1201: "P-384",
    0x1202: "P-521",
    0x1205: "RSA",
}
_CODES: Final = {key_type: code for code, key_type in _KEY_TYPES.items()}

# Every code that the multicodec table gives to a private key or to a share of one.
_PRIVATE_KEY_CODES: Final = frozenset(
    {
        *range(0x1300, 0x1304),
        *range(0x1305, 0x130C),
        *range(0x130E, 0x131D),
        0x1341,
        *range(0x1A24, 0x1A27),
        *range(0x1A34, 0x1A37),
    }
)

# SEC 1 section 2.3.3: in a Multikey the point is always compressed.
_COMPRESSED_POINT_BYTES: Final[dict[KeyType, int]] = {"secp256k1": 33, "P-256": 33, "P-384": 49, "P-521": 67}

# One key is read several times in a verification, and again for every credential of its issuer.
_CACHED_KEYS: Final = 256
# Of keys on curves. RSA keys are longer, and rare.
_LONGEST_CACHED: Final = 120


def public_key_from_multikey(text: str, *, pointer: str = "") -> PublicKey:
    """The key that a Multikey text stands for.

    Raises Malformed multibase, multicodec and key_malformed, Refused weak_key and multikey_is_private, Undecided
    key_type_unsupported.
    """
    # A key that is refused is not remembered, and its place belongs to the refusal.
    return _read(text, pointer) if pointer or len(text) > _LONGEST_CACHED else _cached(text)


@lru_cache(maxsize=_CACHED_KEYS)
def _cached(text: str) -> PublicKey:
    return _read(text, "")


def _read(text: str, pointer: str) -> PublicKey:
    try:
        code, data = multicodec_split(multibase_decode(text, allowed="z"))
    except Malformed as exc:
        raise Malformed(
            exc.code, "expected a Multikey: z, then base58btc of a multicodec code and a key", pointer=pointer
        ) from None
    if code in _PRIVATE_KEY_CODES:
        raise Refused(
            "multikey_is_private",
            "expected a public key, found a private one",
            pointer=pointer,
            hint="whoever published this key must replace it: it is no longer secret",
        )
    key_type = _KEY_TYPES.get(code)
    if key_type is None:
        raise Undecided("key_type_unsupported", f"keys with {_described(code)} are not supported", pointer=pointer)
    expected = _COMPRESSED_POINT_BYTES.get(key_type, len(data))
    if len(data) != expected:
        raise Malformed(
            "key_malformed",
            f"expected a {key_type} key as a compressed point of {expected} bytes, found {len(data)}",
            pointer=pointer,
        )
    key = PublicKey.checked(key_type, data, pointer=pointer)
    if key_type == "RSA" and key.data == data:
        raise Malformed("key_malformed", "expected an RSA key as RSAPublicKey (RFC 8017)", pointer=pointer)
    return key


def has_public_key_code(text: str) -> bool:
    """Whether the multicodec table gives the code of a Multikey to a type of public key, be it read here or not.

    Raises Malformed multibase and multicodec.
    """
    from multiformats import multicodec  # noqa: PLC0415 - loaded when first used: it takes 85 ms

    code, _ = multicodec_split(multibase_decode(text, allowed="z"))
    try:
        entry = multicodec.get(code=code)
    except KeyError:
        return False
    return bool(entry.tag == "key" and entry.name.endswith("-pub"))


def multikey_from_public_key(key: PublicKey) -> str:
    """The one Multikey text of a key."""
    data = key.data
    if key.key_type == "RSA":
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - loaded when first used: 10 ms
            Encoding,
            PublicFormat,
            load_der_public_key,
        )

        data = load_der_public_key(data).public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return multibase_encode(multicodec_wrap(_CODES[key.key_type], data))


def _described(code: int) -> str:
    from multiformats import multicodec  # noqa: PLC0415 - loaded when first used: it takes 85 ms

    try:
        return f"the multicodec {multicodec.get(code=code).name} (0x{code:x})"
    except KeyError:
        return f"the unknown multicodec 0x{code:x}"
