"""A bundle under a passphrase: Argon2id makes a key of it, AES-256-GCM seals the archive in chunks.

The format, in bytes and with numbers in network order:

    0   8   "vcwallet"
    8   1   1, the version of this format
    9   1   1, Argon2id (RFC 9106)
    10  4   its memory in KiB
    14  4   its passes
    18  1   its lanes
    19  1   16, the chunk size as a power of two
    20  16  salt
    36  7   nonce prefix
    43  32  key check
    75  …   chunks

Argon2id gives 32 bytes, from which HKDF-SHA-256 (info "vcwallet bundle 1") makes the key, and the key check that tells a
wrong passphrase from an altered file and binds the file to one key. Every chunk but the last holds 64 KiB. A chunk is
sealed with the nonce prefix ‖ number (4) ‖ 1 if it is the last else 0 (1), and with the 75 bytes above as associated data:
so none can be changed, left out, repeated, moved or cut off at the end (this is the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015). The passphrase is taken as UTF-8 in normalization form C.
"""

import hmac
import io
import os
import struct
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

from vcwallet.errors import Malformed, Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"vcwallet"
_VERSION: Final = 1
_ARGON2ID: Final = 1
_CHUNK_POWER: Final = 16
CHUNK_BYTES: Final = 1 << _CHUNK_POWER
_TAG_BYTES: Final = 16
_SALT_BYTES: Final = 16
_PREFIX_BYTES: Final = 7
_HEAD: Final = struct.Struct(">8sBBIIBB16s7s")
_CHECK_BYTES: Final = 32
HEADER_BYTES: Final = _HEAD.size + _CHECK_BYTES
_INFO: Final = b"vcwallet bundle 1"

# RFC 9106, section 4, the second recommended choice: three passes over 64 MiB, about a tenth of a second.
_MEMORY_KIB: Final = 64 * 1024
_PASSES: Final = 3
_LANES: Final = 4
# What a file may ask of us; four times ours in memory, so that a hostile one costs a second and not the machine.
MAX_MEMORY_KIB: Final = 256 * 1024
MAX_PASSES: Final = 10
MAX_LANES: Final = 16
# Shorter ones are found by trying, whatever the hashing costs.
MIN_PASSPHRASE: Final = 8
# The number of a chunk has four bytes; the ceiling of a bundle comes far earlier.
_MAX_CHUNKS: Final = 1 << 20

Randomness = Callable[[int], bytes]


def is_encrypted(source: BinaryIO) -> bool:
    """Whether a file begins as an encrypted bundle does. The file is left at its beginning."""
    source.seek(0)
    head = source.read(len(MAGIC))
    source.seek(0)
    return head == MAGIC


class EncryptingWriter(io.RawIOBase):
    """Takes an archive as it is written and passes it on sealed. `close` writes the last chunk, and leaves `target` open.

    Raises ValueError for a passphrase of fewer than eight characters.
    """

    def __init__(self, target: BinaryIO, passphrase: str, *, randomness: Randomness = os.urandom) -> None:
        super().__init__()
        if len(passphrase) < MIN_PASSPHRASE:
            raise ValueError(f"expected a passphrase of at least {MIN_PASSPHRASE} characters")
        salt, self._prefix = randomness(_SALT_BYTES), randomness(_PREFIX_BYTES)
        head = _HEAD.pack(MAGIC, _VERSION, _ARGON2ID, _MEMORY_KIB, _PASSES, _LANES, _CHUNK_POWER, salt, self._prefix)
        self._cipher, check = _keys(passphrase, salt, _MEMORY_KIB, _PASSES, _LANES)
        self._header = head + check
        self._target = target
        self._waiting = bytearray()
        self._number = 0
        target.write(self._header)

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override] # narrower than Buffer
        self._waiting += data
        # The last chunk is never empty, so a full one waits until it is certain that more comes.
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
            super().close()

    def abandon(self) -> None:
        """End without a last chunk: what was written so far cannot be read as a whole bundle."""
        super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        if self._number >= _MAX_CHUNKS:
            raise Refused("bundle_too_large", "the bundle is larger than an encrypted one can be")
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class DecryptedFile(io.RawIOBase):
    """An encrypted bundle as the archive inside, of which any part can be read: a chunk is opened when it is needed.

    The last chunk is opened at once, so that a file that was cut off is never taken for a whole one.

    Raises Malformed bundle_not_readable, Refused bundle_passphrase_wrong, bundle_altered; reading raises the latter.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        super().__init__()
        self._source = source
        source.seek(0)
        self._header = source.read(HEADER_BYTES)
        body = source.seek(0, io.SEEK_END) - HEADER_BYTES
        self._chunks, self._size = _measured(body)
        self._prefix, self._cipher = _opened(self._header, passphrase)
        self._place = 0
        self._open: tuple[int, bytes] = (-1, b"")
        self._chunk(self._chunks - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("cannot seek before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # narrower than Buffer
        number, offset = divmod(self._place, CHUNK_BYTES)
        if self._place >= self._size or not len(buffer):
            return 0
        part = self._chunk(number)[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _chunk(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only for encrypted bundles

        if self._open[0] != number:
            self._source.seek(HEADER_BYTES + number * (CHUNK_BYTES + _TAG_BYTES))
            sealed = self._source.read(CHUNK_BYTES + _TAG_BYTES)
            nonce = _nonce(self._prefix, number, is_last=number == self._chunks - 1)
            try:
                self._open = (number, self._cipher.decrypt(nonce, sealed, self._header))
            except InvalidTag as error:
                message = f"the encrypted bundle was altered or cut off (chunk {number + 1} of {self._chunks})"
                raise Refused("bundle_altered", message, hint="use another copy of it") from error
        return self._open[1]


def _measured(body: int) -> tuple[int, int]:
    """How many chunks a body of that many bytes has, and how many bytes are inside."""
    sealed = CHUNK_BYTES + _TAG_BYTES
    chunks, rest = divmod(body, sealed)
    if rest:
        chunks += 1
    # Only an empty archive has an empty chunk; a ZIP is never empty.
    if chunks < 1 or chunks > _MAX_CHUNKS or 0 < rest <= _TAG_BYTES:
        raise Malformed("bundle_not_readable", "the encrypted bundle has a length that none can have: it was cut off")
    return chunks, body - chunks * _TAG_BYTES


def _opened(header: bytes, passphrase: str) -> tuple[bytes, "AESGCM"]:
    magic, version, kdf, memory, passes, lanes, power, salt, prefix = _HEAD.unpack(header[: _HEAD.size])
    if magic != MAGIC or version != _VERSION or kdf != _ARGON2ID or power != _CHUNK_POWER:
        raise Malformed("bundle_not_readable", "the bundle is encrypted in a way that this version does not know")
    if not (8 * lanes <= memory <= MAX_MEMORY_KIB and 1 <= passes <= MAX_PASSES and 1 <= lanes <= MAX_LANES):
        raise Malformed("bundle_not_readable", "the bundle asks for more work to be opened than is done here")
    cipher, check = _keys(passphrase, salt, memory, passes, lanes)
    if not hmac.compare_digest(check, header[_HEAD.size :]):
        raise Refused("bundle_passphrase_wrong", "the passphrase does not open this bundle")
    return prefix, cipher


def _keys(passphrase: str, salt: bytes, memory: int, passes: int, lanes: int) -> tuple["AESGCM", bytes]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only for encrypted bundles
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    try:
        secret = unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError as error:
        raise ValueError("expected a passphrase of Unicode characters") from error
    material = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(secret)
    both = HKDF(algorithm=SHA256(), length=64, salt=None, info=_INFO).derive(material)
    return AESGCM(both[:32]), both[32:]


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, is_last)
