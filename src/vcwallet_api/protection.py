"""What the service keeps secret at rest: encryption of keys, and digests that only we can make.

Every purpose has a key of its own, derived from the operator's secret (HKDF, RFC 5869), so that nothing made for one
purpose can be used for another. What is encrypted names the secret it was encrypted under; a former secret still opens it.

Secrets that we hand out are long and random, and are kept as plain SHA-256. Codes that people type are short: of them only
a keyed digest is kept, because without the key a stolen table would be searched through in a second.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT: Final = b"\x01"
_KEY_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
# 256 bits: nobody guesses one, and there is no reason to save characters.
_TOKEN_BYTES: Final = 32


class Protection:
    """Keys for every purpose, from the operator's current secret and former ones."""

    def __init__(self, secret_key: bytes, former_secret_keys: Sequence[bytes] = ()) -> None:
        self._current = secret_key
        self._by_id = {_key_id(secret): secret for secret in (*former_secret_keys, secret_key)}

    def key(self, purpose: str) -> bytes:
        """32 bytes for this purpose alone, the same after every start; nobody gets from them to our secret."""
        return _derived(self._current, purpose)

    def digest(self, purpose: str, text: str) -> bytes:
        """A digest of the text that nobody can make, or search for, without our secret."""
        return hmac.digest(_derived(self._current, purpose), text.encode(), "sha256")

    def encrypt(self, purpose: str, content: bytes, *, belongs_to: str) -> bytes:
        """Encrypted for this purpose and this owner: moved to another row it does not open (AES-256-GCM)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(_derived(self._current, purpose)).encrypt(nonce, content, belongs_to.encode())
        return _FORMAT + _key_id(self._current) + nonce + sealed

    def decrypt(self, purpose: str, encrypted: bytes, *, belongs_to: str) -> bytes:
        """What was encrypted. Raises ValueError for another owner or purpose, or a secret that we do not have."""
        key_id, nonce, sealed = _parts(encrypted)
        secret = self._by_id.get(key_id)
        if secret is None:
            raise ValueError("encrypted under a secret that is not among VCWALLET_FORMER_SECRET_KEYS")
        try:
            return AESGCM(_derived(secret, purpose)).decrypt(nonce, sealed, belongs_to.encode())
        except InvalidTag as exc:
            raise ValueError("damaged, or encrypted for something else") from exc


def new_token() -> str:
    """A secret to hand out, in letters that fit into a URL."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """What is kept of a token: enough to recognise it, too little to make it again."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def is_same_digest(one: bytes, other: bytes) -> bool:
    """Compared in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"vcwallet-api", info=purpose.encode()).derive(secret)


def _key_id(secret: bytes) -> bytes:
    return _derived(secret, "key id")[:_KEY_ID_BYTES]


def _parts(encrypted: bytes) -> tuple[bytes, bytes, bytes]:
    head, tail = len(_FORMAT) + _KEY_ID_BYTES, len(_FORMAT) + _KEY_ID_BYTES + _NONCE_BYTES
    if encrypted[:1] != _FORMAT or len(encrypted) <= tail:
        raise ValueError("not something that we encrypted")
    return encrypted[1:head], encrypted[head:tail], encrypted[tail:]
