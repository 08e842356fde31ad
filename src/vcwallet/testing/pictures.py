"""Two small pictures that something can be baked into, made here byte by byte."""

import struct
import zlib
from typing import Final

_SIDE: Final = 32
_BLUE: Final = b"\x1f\x4e\x8c"


def png_picture() -> bytes:
    """A blue square of 32 by 32 pixels as PNG."""
    rows = b"".join(b"\0" + _BLUE * _SIDE for _ in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def svg_picture() -> bytes:
    """A blue disc as SVG."""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="96" height="96">'
        b'<title>Seamanship</title><circle cx="16" cy="16" r="15" fill="#1f4e8c"/></svg>\n'
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
