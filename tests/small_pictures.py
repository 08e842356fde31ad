"""Pictures for tests, made and read with nothing but struct, zlib and the standard XML parser.

The readers are the oracle for vcwallet.images: they share no code and no library with it.
"""

import struct
import xml.etree.ElementTree as ET
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"

OB3_SVG = "https://purl.imsglobal.org/ob/v3p0"
CLR2_SVG = "https://purl.imsglobal.org/clr/v2p0"
OB2_SVG = "http://openbadges.org"


def chunk(kind: bytes, data: bytes = b"", *, crc: int | None = None) -> bytes:
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) if crc is None else crc)
    )


def header(width: int = 2, height: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def pixels(width: int = 2, height: int = 2) -> bytes:
    return chunk(b"IDAT", zlib.compress((b"\0" + b"\x7f" * width) * height))


def png(*texts: bytes, end: bytes = chunk(b"IEND")) -> bytes:
    """A grey square with these chunks between the header and the pixels."""
    return SIGNATURE + header() + b"".join(texts) + pixels() + end


def itxt(
    keyword: str, text: str | bytes, *, compressed: bool = False, language: bytes = b"", translated: bytes = b""
) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    if compressed:
        content = zlib.compress(content)
    flags = b"\x01\0" if compressed else b"\0\0"
    return chunk(b"iTXt", keyword.encode() + b"\0" + flags + language + b"\0" + translated + b"\0" + content)


def text_chunk(keyword: str, content: bytes) -> bytes:
    return chunk(b"tEXt", keyword.encode() + b"\0" + content)


def compressed_text_chunk(keyword: str, content: bytes) -> bytes:
    return chunk(b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(content))


def chunks_of(image: bytes) -> list[tuple[bytes, bytes]]:
    """Type and data of every chunk up to IEND; fails on anything that a reader must not accept."""
    assert image[:8] == SIGNATURE
    found = []
    at = 8
    while not found or found[-1][0] != b"IEND":
        length, kind = struct.unpack(">I4s", image[at : at + 8])
        data = image[at + 8 : at + 8 + length]
        assert struct.unpack(">I", image[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + data),)
        found.append((kind, data))
        at += 12 + length
    return found


def svg(inside: str = "", *, before: str = "", attributes: str = "") -> bytes:
    """A drawing with this text directly after the start tag of the root."""
    root = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"{attributes}>'
    return f'{before}{root}{inside}<g><path d="M0 0 L2 2"/></g></svg>'.encode()


def elements_of(image: bytes, namespace: str, local_name: str) -> list[tuple[str | None, str]]:
    """Attribute and character data of every such element, as expat sees them."""
    return [
        (found.get("verify"), found.text or "") for found in ET.fromstring(image).iter(f"{{{namespace}}}{local_name}")
    ]
