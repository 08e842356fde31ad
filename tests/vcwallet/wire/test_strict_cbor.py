"""CBOR as proofs use it: every value has one spelling, and everything else is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.wire import strict_cbor

PLAIN = st.binary(max_size=40) | st.text(max_size=20) | st.integers(-(2**63), 2**64 - 1)
VALUES = PLAIN | st.lists(PLAIN, max_size=5) | st.dictionaries(st.integers(0, 2**32), PLAIN, max_size=5)


@given(st.lists(VALUES, max_size=6))
def test_what_is_written_is_read(value):
    assert strict_cbor.decode(strict_cbor.encode(value)) == value


@given(st.binary(max_size=60))
def test_whatever_is_read_is_the_one_spelling_of_its_value(data):
    with suppress(Malformed):
        assert strict_cbor.encode(strict_cbor.decode(data)) == data


@pytest.mark.parametrize("good", ["83010203", "a2014102024103", "8141ff", "816161", "8101"])
def test_the_neighbours_of_what_is_refused_are_read(good):
    strict_cbor.decode(bytes.fromhex(good))


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ("", "nothing"),
        ("8301020300", "something behind the end"),
        ("830102", "too little"),
        ("9f010203ff", "an array without a length"),
        ("5f4101ff", "bytes without a length"),
        ("a2014102014103", "a key twice"),
        ("811801", "a number longer than it need be"),
        ("98020102", "a length longer than it need be"),
        ("81d84041ff", "bytes with tag 64"),
        ("81d9d9f701", "a value that says that it is CBOR"),
        ("81c24101", "a number with a tag"),
        ("81c349ffffffffffffffffff", "a number below 64 bits"),
        ("81c249ffffffffffffffffff", "a number beyond 64 bits"),
        ("81c5821b7fffffffffffffff03", "a number with a billion digits"),
        ("81fb3ff0000000000000", "a float"),
        ("81f93c00", "a short float"),
        ("81f5", "true"),
        ("81f6", "null"),
        ("81f7", "undefined"),
        ("81e5", "a simple value"),
        ("a1616101", "a text as key"),
        ("8162c328", "text that is not UTF-8"),
        ("818181818101", "arrays in arrays in arrays"),
        ("81d81c8100", "something that others may share"),
        ("9bffffffffffffffff", "a length that nobody has"),
        ("5bffffffffffffffff", "bytes that nobody has"),
    ],
)
def test_other_cbor_is_refused(bad, what):
    with pytest.raises(Malformed) as caught:
        strict_cbor.decode(bytes.fromhex(bad), pointer="/proof/proofValue")

    assert (caught.value.code, caught.value.pointer) == ("cbor", "/proof/proofValue"), what


def test_there_is_an_end_to_what_is_read():
    size = strict_cbor.MAX_BYTES - 5

    assert len(strict_cbor.decode(strict_cbor.encode(bytes(size)))) == size
    with pytest.raises(Malformed, match="more than"):
        strict_cbor.decode(strict_cbor.encode(bytes(size + 1)))
