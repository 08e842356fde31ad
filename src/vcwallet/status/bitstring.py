"""Statuses as bits in a row: pack, unpack and find one. Bytes and numbers only; what they mean is said elsewhere.

Index 0 is at the left: the most significant bits of the first byte (Bitstring Status List 1.0, 2.2 and 7.1). The status
at index i takes the `size` bits from bit i * size on, its own most significant bit first, across bytes where it must.
"""

import zlib
from collections.abc import Mapping
from typing import Final

from vcwallet.wire.bounded_gzip import inflate_gzip

# Bitstring Status List 2.2 and 3.2: a list with fewer statuses hides nobody.
MINIMUM_ENTRIES: Final = 131_072
# Eight million statuses of one bit, or a million of eight: 64 times the minimum, and expanded in five milliseconds.
MAX_BITSTRING_BYTES: Final = 1024 * 1024
# A credential has to spell out a message for every value: 8 bits are 256 messages, 9 would be 512.
MAX_STATUS_SIZE: Final = 8

# Measured with 1 % of a million bits set: level 6 takes 5 ms for 16 kB, level 9 takes 93 ms for 14 kB.
_LEVEL: Final = 6
_GZIP_FORMAT: Final = 15 + 16


def compress(bits: bytes) -> bytes:
    """The bits as one gzip member without name and time, so that the same bits give the same bytes."""
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return stream.compress(bits) + stream.flush()


def expand(data: bytes) -> bytes:
    """The bits in a gzip member. Raises Malformed compressed_data, decompressed_too_large."""
    return inflate_gzip(data, max_bytes=MAX_BITSTRING_BYTES)


def capacity(bits: bytes, size: int = 1) -> int:
    """How many whole statuses of `size` bits fit."""
    return len(bits) * 8 // size


def value_at(bits: bytes, index: int, size: int = 1) -> int:
    """The status at an index. Raises IndexError outside the bits, and never counts from the end."""
    first, last, shift, mask = _place(bits, index, size)
    return int.from_bytes(bits[first:last], "big") >> shift & mask


def with_values(bits: bytes, values: Mapping[int, int], size: int = 1) -> bytes:
    """The bits with some statuses changed. Raises IndexError, and ValueError for a value that `size` bits cannot hold."""
    changed = bytearray(bits)
    for index, value in values.items():
        first, last, shift, mask = _place(changed, index, size)
        if not 0 <= value <= mask:
            raise ValueError(f"a status of {size} bits is between 0 and {mask}, not {value}")
        window = int.from_bytes(changed[first:last], "big") & ~(mask << shift) | value << shift
        changed[first:last] = window.to_bytes(last - first, "big")
    return bytes(changed)


def _place(bits: bytes | bytearray, index: int, size: int) -> tuple[int, int, int, int]:
    """The bytes from first up to last that hold a status, how far it is from their right end, and its mask."""
    if not 1 <= size <= MAX_STATUS_SIZE:
        raise ValueError(f"a status has between 1 and {MAX_STATUS_SIZE} bits, not {size}")
    if not 0 <= index < len(bits) * 8 // size:
        raise IndexError(f"there are {len(bits) * 8 // size:,} statuses, and none at {index}")
    begin, end = index * size, (index + 1) * size
    first, last = begin // 8, (end + 7) // 8
    return first, last, last * 8 - end, (1 << size) - 1
