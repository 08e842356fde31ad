"""vcwallet.status.bitstring: places of bits, held against a string of noughts and ones, and lists that are no lists."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, Refused
from vcwallet.status.bitstring import MAX_BYTES, MINIMUM_ENTRIES, Bitstring, decode
from vcwallet.wire.base_encodings import base64url_encode


def naive(bits: Bitstring, index: int) -> int:
    """The specification's words: entry 0 leftmost, most significant bit first."""
    text = "".join(f"{byte:08b}" for byte in bits.content)
    start = index * bits.entry_bits
    return int(text[start : start + bits.entry_bits], 2)


@given(st.binary(min_size=1, max_size=40), st.integers(1, 8), st.data())
def test_an_entry_is_where_the_specification_says(content, entry_bits, data):
    bits = Bitstring(content, entry_bits)
    if len(bits):
        index = data.draw(st.integers(0, len(bits) - 1))
        assert bits[index] == naive(bits, index)


@given(st.integers(1, 8), st.dictionaries(st.integers(0, 99), st.integers(0, 1)), st.integers(0, 255))
def test_setting_changes_the_entries_named_and_no_other(entry_bits, chosen, seed):
    mask = (1 << entry_bits) - 1
    before = Bitstring(bytes((seed * (n + 1)) % 256 for n in range(100)), entry_bits)
    wanted = {index: (seed >> bit) & mask for index, bit in chosen.items()}

    after = before.with_values(wanted)

    assert [after[n] for n in range(100)] == [wanted.get(n, before[n]) for n in range(100)]


@given(st.sets(st.integers(0, MINIMUM_ENTRIES - 1), max_size=50))
def test_a_list_comes_back_from_its_encoding(chosen):
    bits = Bitstring.of_zeros(MINIMUM_ENTRIES).with_values(dict.fromkeys(chosen, 1))

    read = decode(bits.encoded(), entry_bits=1, is_multibase=True, pointer="")

    assert read == bits
    assert bits.encoded() == read.encoded()


@pytest.mark.parametrize("index", [-1, MINIMUM_ENTRIES, 10**12])
def test_an_index_outside_is_refused_and_its_neighbour_is_not(index):
    bits = Bitstring.of_zeros(MINIMUM_ENTRIES)

    assert bits[0] == bits[MINIMUM_ENTRIES - 1] == 0
    with pytest.raises(Refused, match="status_index_out_of_range"):
        bits[index]


def encoded(content):
    return "u" + base64url_encode(content)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H4sI", "status_list_malformed"),
        ("u!!", "status_list_malformed"),
        (encoded(b"not gzip"), "status_list_malformed"),
        (encoded(gzip.compress(bytes(16_384))[:-4]), "status_list_malformed"),
        (encoded(gzip.compress(bytes(16_384)) * 2), "status_list_malformed"),
        (encoded(gzip.compress(bytes(16_384)) + b"x"), "status_list_malformed"),
        (encoded(gzip.compress(bytes(MAX_BYTES + 1))), "status_list_malformed"),
        (encoded(gzip.compress(bytes(16_383))), "status_list_too_short"),
        (encoded(gzip.compress(b"")), "status_list_too_short"),
    ],
    # The compressed bytes carry the time, and workers must agree on names.
    ids=["no prefix", "no base64", "no gzip", "cut", "two members", "more behind", "too long", "too short", "empty"],
)
def test_what_is_no_list_is_refused(text, code):
    with pytest.raises((Malformed, Refused)) as caught:
        decode(text, entry_bits=1, is_multibase=True, pointer="/x")

    assert caught.value.code == code


@pytest.mark.parametrize("size", [16_384, MAX_BYTES])
def test_the_shortest_and_the_longest_list_are_read(size):
    assert len(decode(encoded(gzip.compress(bytes(size))), entry_bits=1, is_multibase=True, pointer="")) == size * 8


def test_wide_entries_need_a_longer_list():
    content = encoded(gzip.compress(bytes(16_384)))

    with pytest.raises(Refused, match="status_list_too_short"):
        decode(content, entry_bits=2, is_multibase=True, pointer="")


@pytest.mark.parametrize("entry_bits", [0, 9])
def test_a_width_that_cannot_be_is_misuse(entry_bits):
    with pytest.raises(ValueError, match="bits"):
        Bitstring(b"", entry_bits)


def test_a_value_too_large_is_misuse():
    with pytest.raises(ValueError, match="from 0 to 3"):
        Bitstring.of_zeros(8, 2).with_values({0: 4})
