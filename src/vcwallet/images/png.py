"""Texts in and out of a PNG image, chunk by chunk; the pixels are never decoded.

A PNG (ISO/IEC 15948, W3C PNG Third Edition) is a signature and a row of chunks. A text sits in a chunk of its own,
under a keyword: iTXt (UTF-8), or the older tEXt and zTXt (Latin-1). Badges are written as iTXt; all three are read,
because bakers of old and the public validator use all three.

What is checked: signature, IHDR first and once, lengths, IEND, and the checksum of every critical and every text chunk.
Checksums of other ancillary chunks are not, as in libpng: a wrong one spoils a colour profile, not the text.
What follows IEND is ignored, as every viewer does, so nothing there is ever taken for a text. Which keywords mean a
credential, and whether there may be two, is not decided here.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vcwallet.errors import Malformed
from vcwallet.wire.bounded_gzip import inflate_zlib

# A poster-sized photograph; an image larger than this is no badge, and everything is held in memory at once.
MAX_IMAGE_BYTES: Final = 32 * 1024 * 1024
# An encoder that writes 512 bytes of pixels per chunk still fits the largest image into this many.
MAX_CHUNKS: Final = 100_000
# As much as one JSON document may have (wire.strict_json); it holds for all texts of a keyword together, so that a
# thousand compressed texts cannot cost a thousand times this.
MAX_TEXT_BYTES: Final = 8 * 1024 * 1024

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# Enough to know that a PNG was meant, although its signature was damaged: the rest of it exists to be damaged by
# programs that convert line ends.
_SIGNATURE_START: Final = _SIGNATURE[:4]
_HEADER: Final = struct.Struct(">I4s")
_CHECKSUM: Final = struct.Struct(">I")
_FRAME_BYTES: Final = _HEADER.size + _CHECKSUM.size
_IHDR_BYTES: Final = 13
_MAX_CHUNK_LENGTH: Final = 2**31 - 1
_MAX_KEYWORD_BYTES: Final = 79
_TEXT_KINDS: Final = frozenset({b"iTXt", b"tEXt", b"zTXt"})
# Bit 5 of the first letter: lower case means that a decoder may do without the chunk (PNG 5.4).
_ANCILLARY_BIT: Final = 0x20


@dataclass(frozen=True, slots=True)
class _Chunk:
    """One chunk, and where it lies in the image: `start` is its length field, `end` the byte after its checksum."""

    kind: bytes
    data: memoryview
    start: int
    end: int


def is_png(data: bytes) -> bool:
    """Whether the bytes begin as a PNG does; it may still be damaged or cut off."""
    return data.startswith(_SIGNATURE_START)


def read_texts(image: bytes, keyword: str) -> list[str]:
    """Every text under this keyword, in the order of the image, exactly as it is written there.

    iTXt is UTF-8. tEXt and zTXt are Latin-1 by the standard, yet bakers put UTF-8 into them: bytes that are valid
    UTF-8 are read as that, all others as Latin-1. A wrong guess cannot make a signature good.
    Raises Malformed png_malformed, png_crc, image_too_large, image_too_complex, compressed_data,
    decompressed_too_large.
    """
    prefix = _keyword_bytes(keyword) + b"\0"
    texts = []
    remaining = MAX_TEXT_BYTES
    for chunk in _chunks(image):
        if chunk.kind in _TEXT_KINDS and chunk.data[: len(prefix)] == prefix:
            content = _text_bytes(chunk.kind, bytes(chunk.data[len(prefix) :]), max_bytes=remaining)
            remaining -= len(content)
            texts.append(_decode_text(chunk.kind, content))
    return texts


def put_text(image: bytes, keyword: str, text: str) -> bytes:
    """The same image with exactly this text under the keyword, as an uncompressed iTXt chunk right after IHDR.

    Texts that the image already has under this keyword, in whatever kind of chunk, are replaced: a caller who wants
    to keep them reads first. Every other byte stays as it is, also what follows IEND.
    Raises Malformed image_text_unrepresentable, and what `read_texts` raises about the image.
    """
    prefix = _keyword_bytes(keyword) + b"\0"
    # Compression flag 0, compression method 0, no language tag, no translated keyword (OB 3.0, Baked Badge, PNG).
    chunk = _write_chunk(b"iTXt", prefix + b"\0\0" + b"\0" + b"\0" + _encode_text(text))
    pieces = []
    kept_from = 0
    for found in _chunks(image):
        if found.kind == b"IHDR":
            pieces += [image[: found.end], chunk]
            kept_from = found.end
        elif found.kind in _TEXT_KINDS and found.data[: len(prefix)] == prefix:
            pieces.append(image[kept_from : found.start])
            kept_from = found.end
    pieces.append(image[kept_from:])
    result = b"".join(pieces)
    _check_size(result)
    return result


def _check_size(image: bytes) -> None:
    if len(image) > MAX_IMAGE_BYTES:
        raise Malformed("image_too_large", f"the PNG has {len(image):,} bytes; {MAX_IMAGE_BYTES:,} are allowed")


def _chunks(image: bytes) -> Iterator[_Chunk]:
    """Every chunk from IHDR to IEND, checked as the head of this module says."""
    _check_size(image)
    if not image.startswith(_SIGNATURE):
        raise Malformed(
            "png_malformed",
            "the first eight bytes are not the signature of a PNG",
            hint="A transfer that converts line ends damages exactly these bytes: send the file as binary.",
        )
    view = memoryview(image)
    position = len(_SIGNATURE)
    for number in range(MAX_CHUNKS):
        chunk = _chunk_at(view, position)
        _check_order(chunk, is_first=number == 0)
        yield chunk
        if chunk.kind == b"IEND":
            return
        position = chunk.end
    raise Malformed("image_too_complex", f"the PNG has more than {MAX_CHUNKS:,} chunks")


def _chunk_at(view: memoryview, position: int) -> _Chunk:
    available = len(view) - position - _FRAME_BYTES
    if available < 0:
        raise Malformed("png_malformed", f"the PNG ends at byte {len(view)}, before its IEND chunk")
    length, kind = _HEADER.unpack_from(view, position)
    if not kind.isalpha():
        raise Malformed("png_malformed", f"at byte {position} a chunk type of four letters was expected, not {kind!r}")
    if length > _MAX_CHUNK_LENGTH or length > available:
        raise Malformed(
            "png_malformed",
            f"the {kind.decode('ascii')} chunk at byte {position} claims {length:,} bytes; {available:,} are left",
        )
    start_of_data = position + _HEADER.size
    end_of_data = start_of_data + length
    is_critical = not kind[0] & _ANCILLARY_BIT
    if is_critical or kind in _TEXT_KINDS:
        # The checksum covers type and data, not the length (PNG 5.3).
        (expected,) = _CHECKSUM.unpack_from(view, end_of_data)
        if zlib.crc32(view[position + 4 : end_of_data]) != expected:
            raise Malformed(
                "png_crc",
                f"the checksum of the {kind.decode('ascii')} chunk at byte {position} does not fit its content",
            )
    return _Chunk(kind, view[start_of_data:end_of_data], position, end_of_data + _CHECKSUM.size)


def _check_order(chunk: _Chunk, *, is_first: bool) -> None:
    if is_first != (chunk.kind == b"IHDR"):
        raise Malformed(
            "png_malformed", f"IHDR must be the first chunk and occur once; at byte {chunk.start} it is not so"
        )
    if is_first and len(chunk.data) != _IHDR_BYTES:
        raise Malformed("png_malformed", f"IHDR must have {_IHDR_BYTES} bytes, not {len(chunk.data):,}")
    if chunk.kind == b"IEND" and len(chunk.data):
        raise Malformed("png_malformed", f"IEND must be empty, not of {len(chunk.data):,} bytes")


def _text_bytes(kind: bytes, content: bytes, *, max_bytes: int) -> bytes:
    """What stands after the keyword and its zero byte, without the fields before the text, decompressed."""
    if kind == b"tEXt":
        is_compressed, method, text = False, 0, content
    elif kind == b"zTXt":
        if not content:
            raise Malformed("png_malformed", "a zTXt chunk ends before its compression method")
        is_compressed, method, text = True, content[0], content[1:]
    else:
        is_compressed, method, text = _international_text(content)
    if is_compressed:
        if method != 0:
            raise Malformed("png_malformed", f"compression method 0 was expected in a text chunk, not {method}")
        return inflate_zlib(text, max_bytes=max_bytes)
    if len(text) > max_bytes:
        raise Malformed(
            "image_too_large", f"the texts under this keyword have more than the {MAX_TEXT_BYTES:,} bytes allowed"
        )
    return text


def _international_text(content: bytes) -> tuple[bool, int, bytes]:
    # PNG 11.3.3.4: flag, method, language tag, zero, translated keyword, zero, text. OB 3.0 wants the tag and the
    # translated keyword empty; they say nothing about the text, so others are tolerated.
    flags, rest = content[:2], content[2:]
    fields = rest.split(b"\0", 2)
    if len(fields) != 3:  # noqa: PLR2004 - language tag, translated keyword, text
        raise Malformed("png_malformed", "an iTXt chunk ends before its text")
    flag, method = flags
    if flag not in (0, 1):
        raise Malformed("png_malformed", f"the compression flag of an iTXt chunk must be 0 or 1, not {flag}")
    return flag == 1, method, fields[2]


def _decode_text(kind: bytes, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        if kind != b"iTXt":
            return content.decode("latin-1")
        raise Malformed("png_malformed", f"the text of an iTXt chunk is not UTF-8: {exc.reason}") from exc


def _encode_text(text: str) -> bytes:
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise Malformed(
            "image_text_unrepresentable", f"the text has a lone surrogate at {exc.start}; UTF-8 has no form for it"
        ) from exc
    # PNG 11.3.3.1 forbids the zero byte in a text: readers take it for an end.
    if b"\0" in content:
        raise Malformed("image_text_unrepresentable", "a text in a PNG must not contain the character U+0000")
    if len(content) > MAX_TEXT_BYTES:
        raise Malformed(
            "image_too_large", f"the text has {len(content):,} bytes; {MAX_TEXT_BYTES:,} are allowed in an image"
        )
    return content


def _write_chunk(kind: bytes, data: bytes) -> bytes:
    return _HEADER.pack(len(data), kind) + data + _CHECKSUM.pack(zlib.crc32(kind + data))


def _keyword_bytes(keyword: str) -> bytes:
    # PNG 11.3.3.1: 1 to 79 bytes of printable Latin-1. Ours are all ASCII, so more is not asked for.
    if not (keyword.isascii() and keyword.isprintable() and 0 < len(keyword) <= _MAX_KEYWORD_BYTES):
        raise ValueError(f"a PNG keyword has 1 to {_MAX_KEYWORD_BYTES} printable ASCII characters, not {keyword!r}")
    return keyword.encode("ascii")
