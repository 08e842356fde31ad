"""Decompression stays within its limit, and takes one complete stream and nothing else."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.wire.bounded_gzip import inflate_gzip, inflate_zlib

WAYS = pytest.mark.parametrize(("compress", "inflate"), [(gzip.compress, inflate_gzip), (zlib.compress, inflate_zlib)])


@WAYS
def test_the_limit_is_exact(compress, inflate):
    assert inflate(compress(bytes(1000)), max_bytes=1000) == bytes(1000)
    with pytest.raises(Malformed) as refused:
        inflate(compress(bytes(1001)), max_bytes=1000)
    assert refused.value.code == "decompressed_too_large"


@WAYS
def test_nothing_may_be_allowed(compress, inflate):
    assert inflate(compress(b""), max_bytes=0) == b""
    with pytest.raises(Malformed) as refused:
        inflate(compress(b"1"), max_bytes=0)
    assert refused.value.code == "decompressed_too_large"


@WAYS
def test_a_bomb_costs_no_more_than_the_limit(compress, inflate):
    bomb = compress(bytes(50_000_000))
    tracemalloc.start()

    with pytest.raises(Malformed):
        inflate(bomb, max_bytes=10_000)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@WAYS
def test_a_stream_that_ends_early_is_malformed(compress, inflate):
    data = compress(b"0123456789" * 50)
    for end in range(len(data)):
        with pytest.raises(Malformed) as refused:
            inflate(data[:end], max_bytes=1000)
        assert refused.value.code == "compressed_data"


@WAYS
def test_a_stream_with_something_behind_it_is_malformed(compress, inflate):
    for rest in (b"\0", compress(b"more")):
        with pytest.raises(Malformed) as refused:
            inflate(compress(b"data") + rest, max_bytes=1000)
        assert refused.value.code == "compressed_data"


@WAYS
def test_a_changed_checksum_is_malformed(compress, inflate):
    data = bytearray(compress(b"data"))
    data[-5 if inflate is inflate_gzip else -1] ^= 1
    with pytest.raises(Malformed) as refused:
        inflate(bytes(data), max_bytes=1000)
    assert refused.value.code == "compressed_data"


def test_one_format_is_not_taken_for_the_other():
    for inflate, data in ((inflate_gzip, zlib.compress(b"a")), (inflate_zlib, gzip.compress(b"a"))):
        with pytest.raises(Malformed) as refused:
            inflate(data, max_bytes=10)
        assert refused.value.code == "compressed_data"


def test_a_negative_limit_is_misuse():
    with pytest.raises(ValueError, match="max_bytes"):
        inflate_gzip(b"", max_bytes=-1)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_compressed_data_or_malformed(data):
    for inflate in (inflate_gzip, inflate_zlib):
        try:
            content = inflate(data, max_bytes=50)
        except Malformed:
            continue
        assert len(content) <= 50
