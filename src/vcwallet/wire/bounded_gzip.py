"""Decompress what a stranger sent, up to a size that was agreed before.

A kilobyte can stand for a megabyte, so nothing here decompresses without a limit. Status lists come as gzip (RFC 1952),
texts inside PNG images as zlib (RFC 1950).
"""

import zlib
from typing import Final

from vcwallet.errors import Malformed

# zlib's own way to say which wrapper is expected: 15 bits of window, plus 16 for gzip.
_ZLIB_FORMAT: Final = 15
_GZIP_FORMAT: Final = 15 + 16


def inflate_gzip(data: bytes, *, max_bytes: int) -> bytes:
    """The content of one gzip member; raises Malformed compressed_data, decompressed_too_large.

    A file of several members is refused: nobody who compresses a list needs it, and each would need its own limit.
    """
    return _inflate(data, _GZIP_FORMAT, "gzip", max_bytes)


def inflate_zlib(data: bytes, *, max_bytes: int) -> bytes:
    """The content of one zlib stream; raises Malformed compressed_data, decompressed_too_large."""
    return _inflate(data, _ZLIB_FORMAT, "zlib", max_bytes)


def _inflate(data: bytes, wbits: int, name: str, max_bytes: int) -> bytes:
    if max_bytes < 0:
        raise ValueError("max_bytes must not be negative")
    stream = zlib.decompressobj(wbits)
    try:
        # One byte more than allowed tells "just fits" from "too large"; zero would mean "no limit" to zlib.
        content = stream.decompress(data, max_bytes + 1)
    except zlib.error as exc:
        raise Malformed("compressed_data", f"expected {name} data: {exc}") from exc
    if len(content) > max_bytes:
        raise Malformed("decompressed_too_large", f"the {name} data hold more than the {max_bytes:,} bytes allowed")
    if not stream.eof:
        raise Malformed("compressed_data", f"the {name} data end too early")
    if stream.unused_data:
        raise Malformed("compressed_data", f"something follows the end of the {name} data")
    return content
