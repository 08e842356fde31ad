"""The string of bits that a status list carries: many entries of one size, compressed and encoded.

Bitstring Status List 1.0, 3.3 (generation) and 3.4 (expansion); StatusList2021 counts and compresses in the same way. Entry
0 begins with the leftmost bit; an entry of several bits has its most significant bit first.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vcwallet.errors import Malformed, Refused
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode
from vcwallet.wire.bounded_gzip import inflate_gzip

# 16 kB: a shorter list would tell its reader, who asks for few credentials, whose status somebody looks up (6.1).
MINIMUM_ENTRIES = 131_072
# Eight million bits, or a million entries of a byte: ten times what large issuers put into one list.
MAX_BYTES = 1024 * 1024
# A status of more bits than that would have 256 messages and more; the specification's examples have one or two.
MAX_ENTRY_BITS = 8


@dataclass(frozen=True, slots=True)
class Bitstring:
    """Entries of `entry_bits` bits each. Immutable: `with_values` gives another one."""

    content: bytes = field(repr=False)
    entry_bits: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.entry_bits <= MAX_ENTRY_BITS:
            raise ValueError(f"an entry has 1 to {MAX_ENTRY_BITS} bits")

    @classmethod
    def of_zeros(cls, entries: int, entry_bits: int = 1) -> "Bitstring":
        """A list in which nothing is set, with room for at least that many entries."""
        return cls(bytes(-(-entries * entry_bits // 8)), entry_bits)

    def __len__(self) -> int:
        return len(self.content) * 8 // self.entry_bits

    def __getitem__(self, index: int) -> int:
        """The value of one entry. Raises Refused status_index_out_of_range; there are no negative indexes."""
        self._refuse_unless_inside(index)
        first, shift = divmod(index * self.entry_bits, 8)
        # An entry of at most eight bits lies within two bytes.
        window = int.from_bytes(self.content[first : first + 2].ljust(2, b"\0"))
        return (window >> (16 - shift - self.entry_bits)) & ((1 << self.entry_bits) - 1)

    def with_values(self, values: Mapping[int, int] | Iterable[tuple[int, int]]) -> "Bitstring":
        """The list with other values at some indexes. Raises Refused for an index, ValueError for a value too large."""
        content = bytearray(self.content + b"\0")
        mask = (1 << self.entry_bits) - 1
        for index, value in values.items() if isinstance(values, Mapping) else values:
            self._refuse_unless_inside(index)
            if not 0 <= value <= mask:
                raise ValueError(f"expected a value from 0 to {mask}, found {value}")
            first, shift = divmod(index * self.entry_bits, 8)
            place = 16 - shift - self.entry_bits
            window = int.from_bytes(content[first : first + 2])
            content[first : first + 2] = (window & ~(mask << place) | value << place).to_bytes(2)
        return Bitstring(bytes(content[:-1]), self.entry_bits)

    def compressed(self) -> bytes:
        """As gzip, the same bytes for the same list on every day (RFC 1952: no time, unknown system)."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + 15)
        packed = bytearray(packer.compress(self.content) + packer.flush())
        packed[9] = 0xFF
        return bytes(packed)

    def encoded(self) -> str:
        """As `encodedList` of a BitstringStatusList: multibase base64url of the compressed list."""
        return "u" + base64url_encode(self.compressed())

    def _refuse_unless_inside(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise Refused(
                "status_index_out_of_range", f"the list has entries 0 to {len(self) - 1}, and {index} is asked for"
            )


def decode(encoded: str, *, entry_bits: int, is_multibase: bool, pointer: str) -> Bitstring:
    """Read `encodedList`. Raises Malformed status_list_malformed, Refused status_list_too_short."""
    text = encoded
    if is_multibase:
        if not encoded.startswith("u"):
            message = "expected encodedList to be multibase base64url, which begins with u"
            raise Malformed("status_list_malformed", message, pointer=pointer)
        text = encoded[1:]
    try:
        content = inflate_gzip(base64url_decode(text), max_bytes=MAX_BYTES)
    except Malformed as problem:
        raise Malformed(
            "status_list_malformed", f"encodedList: {problem.problem.message}", pointer=pointer
        ) from problem
    bits = Bitstring(content, entry_bits)
    if len(bits) < MINIMUM_ENTRIES:
        message = f"expected a list of at least {MINIMUM_ENTRIES} entries, found {len(bits)}"
        raise Refused("status_list_too_short", message, pointer=pointer)
    return bits
