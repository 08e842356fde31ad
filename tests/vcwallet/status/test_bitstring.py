"""Statuses are where the specification puts them, whatever their size, and nothing outside the bits is ever read."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.status import bitstring

SIZES = st.integers(1, 8)


def as_digits(bits):
    """The bits as a text of 0 and 1, left to right: another way to see them than the module's."""
    return "".join(f"{byte:08b}" for byte in bits)


@given(st.binary(min_size=1, max_size=40), SIZES)
def test_every_status_is_the_slice_of_digits_at_its_place(bits, size):
    digits = as_digits(bits)
    expected = [int(digits[at : at + size], 2) for at in range(0, len(digits) - size + 1, size)]

    assert bitstring.capacity(bits, size) == len(expected)
    assert [bitstring.value_at(bits, index, size) for index in range(len(expected))] == expected


@given(st.binary(min_size=2, max_size=40), SIZES, st.data())
def test_writing_changes_these_digits_and_no_others(bits, size, data):
    index = data.draw(st.integers(0, bitstring.capacity(bits, size) - 1))
    value = data.draw(st.integers(0, (1 << size) - 1))
    digits = as_digits(bits)

    changed = bitstring.with_values(bits, {index: value}, size)

    expected = digits[: index * size] + f"{value:0{size}b}" + digits[(index + 1) * size :]
    assert as_digits(changed) == expected


def test_the_first_index_is_the_leftmost_bit():
    assert bitstring.value_at(b"\x80\x00", 0) == 1
    assert bitstring.value_at(b"\x00\x01", 15) == 1
    assert bitstring.with_values(bytes(2), {0: 1, 15: 1}) == b"\x80\x01"


def test_a_status_may_reach_across_bytes():
    assert bitstring.value_at(b"\x03\x80", 2, 3) == 0b111  # the bits 6, 7 and 8


@pytest.mark.parametrize("index", [-1, -16, 16, 10**30])
def test_an_index_outside_is_an_error_and_never_counted_from_the_end(index):
    with pytest.raises(IndexError):
        bitstring.value_at(b"\xff\xff", index)
    with pytest.raises(IndexError):
        bitstring.with_values(b"\xff\xff", {index: 0})


def test_half_a_status_at_the_end_is_none():
    assert bitstring.capacity(b"\xff", 3) == 2
    with pytest.raises(IndexError):
        bitstring.value_at(b"\xff", 2, 3)


@pytest.mark.parametrize("size", [0, -1, 9])
def test_sizes_that_do_not_exist_are_misuse(size):
    with pytest.raises(ValueError, match="bits"):
        bitstring.value_at(bytes(100), 0, size)


@pytest.mark.parametrize(("size", "value"), [(1, 2), (3, 8), (8, 256), (2, -1)])
def test_a_value_that_does_not_fit_is_misuse(size, value):
    with pytest.raises(ValueError, match="between 0 and"):
        bitstring.with_values(bytes(100), {0: value}, size)


@given(st.binary(max_size=3000))
def test_compressed_bits_come_back_and_other_readers_can_read_them(bits):
    data = bitstring.compress(bits)

    assert bitstring.expand(data) == bits
    assert gzip.decompress(data) == bits


def test_the_same_bits_give_the_same_bytes():
    bits = bytes(range(256)) * 64

    data = bitstring.compress(bits)

    assert data == bitstring.compress(bytearray(bits))
    assert data[4:8] == bytes(4)  # no time (RFC 1952, MTIME)
    assert data[3] == 0  # no name, no comment


def test_the_ceiling_is_exact():
    most = bitstring.compress(bytes(bitstring.MAX_BITSTRING_BYTES))
    more = bitstring.compress(bytes(bitstring.MAX_BITSTRING_BYTES + 1))

    assert len(bitstring.expand(most)) == bitstring.MAX_BITSTRING_BYTES
    with pytest.raises(Malformed) as refused:
        bitstring.expand(more)
    assert refused.value.code == "decompressed_too_large"
