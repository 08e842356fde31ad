"""BBS keys as files. No standard gives such keys a place in PKCS #8, so what stands in the PEM is a Multikey of CID 1.0.

    BBS PUBLIC KEY              the bytes of `publicKeyMultibase`: a multicodec and 96 bytes
    BBS PRIVATE KEY             the bytes of `secretKeyMultibase`: a multicodec and 32 bytes
    ENCRYPTED BBS PRIVATE KEY   salt (16), nonce (12), and the private key under AES-256-GCM, whose key scrypt (RFC 7914)
                                makes of the passphrase in UTF-8; the label is the associated data

The labels are of our own: another reader sees that it does not know the kind, rather than taking it for another.
"""

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Final

from vcwallet.errors import Malformed, Refused
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.multikey import multikey_from_public_key, public_key_from_multikey
from vcwallet.keys.public_key import PublicKey
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode, multicodec_wrap

_PUBLIC: Final = "BBS PUBLIC KEY"
_PRIVATE: Final = "BBS PRIVATE KEY"
_ENCRYPTED: Final = "ENCRYPTED BBS PRIVATE KEY"
# CID 1.0, 2.2.2: "BLS 12-381 secret key", 0x8a26 as a variable-length integer.
_PRIVATE_CODE: Final = 0x130A
_PRIVATE_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
# 32 MiB and about a tenth of a second for each try, and what scrypt needs beside it.
_SCRYPT: Final = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
# The longest of the three has 300 characters; more is another file.
_MAX_BYTES: Final = 4096
_PEM: Final = re.compile(
    r"\s*-----BEGIN (?P<label>[A-Z ]+)-----\s+(?P<content>[A-Za-z0-9+/=\s]+)-----END (?P=label)-----\s*", re.ASCII
)


def is_bbs_pem(pem: bytes) -> bool:
    """Whether the file says that it holds a BBS key."""
    return any(f"-----BEGIN {label}-----".encode() in pem for label in (_PUBLIC, _PRIVATE, _ENCRYPTED))


def bbs_public_key_to_pem(key: PublicKey) -> bytes:
    """The public half. Raises `ValueError` for other keys."""
    if key.key_type != "BLS12-381-G2":
        raise ValueError(f"expected a BBS key, found one of type {key.key_type}")
    return _to_pem(_PUBLIC, multibase_decode(multikey_from_public_key(key), allowed="z"))


def bbs_public_key_from_pem(pem: bytes) -> PublicKey:
    """The public key in such a file. Raises `Malformed` key_malformed, `Refused` key_file_is_private and weak_key."""
    label, content = _from_pem(pem, "key_malformed")
    if label != _PUBLIC:
        raise Refused("key_file_is_private", "expected a public key, found a private one")
    key = public_key_from_multikey(multibase_encode(content, "z"))
    if key.key_type != "BLS12-381-G2":
        raise Malformed("key_malformed", f"expected a BBS key, found one of type {key.key_type}")
    return key


def bbs_signer_to_pem(
    signer: BbsSigner, *, passphrase: bytes | None, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> bytes:
    """The private key, encrypted with the passphrase. None, which must be said, leaves it open."""
    secret = multicodec_wrap(_PRIVATE_CODE, signer.private_bytes())
    if passphrase is None:
        return _to_pem(_PRIVATE, secret)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - loaded when first used: 13 ms

    salt, nonce = random_bytes(_SALT_BYTES), random_bytes(_NONCE_BYTES)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, secret, _ENCRYPTED.encode())
    return _to_pem(_ENCRYPTED, salt + nonce + sealed)


def bbs_signer_from_pem(pem: bytes, *, passphrase: bytes | None = None) -> BbsSigner:
    """The signer in such a file.

    Raises `Malformed` private_key_malformed, `Refused` private_key_passphrase when the passphrase is missing, wrong
    or of no use, and `Undecided` bbs_unavailable.
    """
    label, content = _from_pem(pem, "private_key_malformed")
    if label not in (_PRIVATE, _ENCRYPTED):
        raise Malformed("private_key_malformed", "expected a private BBS key, found a public one")
    if (label == _ENCRYPTED) != (passphrase is not None):
        problem = "is encrypted, and no passphrase was given" if passphrase is None else "is not encrypted"
        raise Refused("private_key_passphrase", f"the private key {problem}")
    if passphrase is not None:
        content = _opened(content, passphrase)
    wrapped = multicodec_wrap(_PRIVATE_CODE, b"")
    if not content.startswith(wrapped) or len(content) != len(wrapped) + _PRIVATE_BYTES:
        raise Malformed("private_key_malformed", "expected the secret key of a BBS Multikey")
    return BbsSigner.from_private_bytes(content[len(wrapped) :])


def _opened(content: bytes, passphrase: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - loaded when first used: 13 ms
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - likewise

    if len(content) < _SALT_BYTES + _NONCE_BYTES + _TAG_BYTES:
        raise Malformed("private_key_malformed", "the encrypted private key is cut off")
    salt, nonce = content[:_SALT_BYTES], content[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES]
    sealed = content[_SALT_BYTES + _NONCE_BYTES :]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _ENCRYPTED.encode())
    except InvalidTag:
        raise Refused("private_key_passphrase", "the passphrase does not open the private key") from None


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, **_SCRYPT)


def _to_pem(label: str, content: bytes) -> bytes:
    text = base64.encodebytes(content).decode().replace("\n", "")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", "")).encode()


def _from_pem(pem: bytes, code: str) -> tuple[str, bytes]:
    match = _PEM.fullmatch(pem.decode("ascii", "replace")) if len(pem) <= _MAX_BYTES else None
    if match is None or match["label"] not in (_PUBLIC, _PRIVATE, _ENCRYPTED):
        raise Malformed(code, "expected one BBS key as PEM")
    try:
        return match["label"], base64.b64decode("".join(match["content"].split()), validate=True)
    except binascii.Error:
        raise Malformed(code, "expected base64 in the PEM of the BBS key") from None
