"""vcwallet.images.png: which texts are found, what is refused, and that a splice changes nothing else."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_pictures import (
    SIGNATURE,
    chunk,
    chunks_of,
    compressed_text_chunk,
    header,
    itxt,
    pixels,
    text_chunk,
)
from tests.small_pictures import png as make_png
from vcwallet.errors import Malformed
from vcwallet.images import png

KEYWORD = "openbadgecredential"


def code_of(call, *arguments):
    with pytest.raises(Malformed) as caught:
        call(*arguments)
    return caught.value.code


# What is read


def test_the_text_of_an_itxt_chunk_is_read_as_utf_8():
    assert png.read_texts(make_png(itxt(KEYWORD, "Grüße 🎓")), KEYWORD) == ["Grüße 🎓"]


def test_a_compressed_itxt_chunk_is_inflated():
    assert png.read_texts(make_png(itxt(KEYWORD, "Grüße", compressed=True)), KEYWORD) == ["Grüße"]


def test_a_language_tag_and_a_translated_keyword_do_not_belong_to_the_text():
    image = make_png(itxt(KEYWORD, "text", language=b"de", translated=b"Abzeichen"))
    assert png.read_texts(image, KEYWORD) == ["text"]


def test_a_zero_byte_later_on_belongs_to_the_text_of_an_itxt_chunk():
    assert png.read_texts(make_png(itxt(KEYWORD, "a\0b")), KEYWORD) == ["a\0b"]


def test_the_compression_method_of_an_uncompressed_itxt_chunk_does_not_matter():
    """PNG 11.3.3.4: where the flag is 0, the method should be 0, and decoders need not look at it."""
    image = make_png(chunk(b"iTXt", KEYWORD.encode() + b"\0\0\x07\0\0text"))
    assert png.read_texts(image, KEYWORD) == ["text"]


@pytest.mark.parametrize("make", [text_chunk, compressed_text_chunk])
def test_a_text_chunk_of_old_is_read_as_latin_1(make):
    assert png.read_texts(make_png(make(KEYWORD, b"Gr\xfc\xdfe")), KEYWORD) == ["Grüße"]


@pytest.mark.parametrize("make", [text_chunk, compressed_text_chunk])
def test_a_text_chunk_of_old_that_really_is_utf_8_is_read_as_that(make):
    assert png.read_texts(make_png(make(KEYWORD, "Grüße".encode())), KEYWORD) == ["Grüße"]


def test_texts_are_found_before_and_after_the_pixels_in_the_order_of_the_image():
    image = make_png(itxt(KEYWORD, "one"), end=text_chunk(KEYWORD, b"two") + chunk(b"IEND"))
    assert png.read_texts(image, KEYWORD) == ["one", "two"]


def test_white_space_around_a_text_is_kept():
    assert png.read_texts(make_png(itxt(KEYWORD, "\n {} \r\n")), KEYWORD) == ["\n {} \r\n"]


@pytest.mark.parametrize(
    "keyword", ["openbadges", "OpenBadgeCredential", "openbadgecredentials", "openbadgecredential "]
)
def test_a_text_under_another_keyword_is_not_found(keyword):
    assert png.read_texts(make_png(itxt(keyword, "text")), KEYWORD) == []


def test_a_keyword_without_its_zero_byte_is_no_keyword():
    assert png.read_texts(make_png(chunk(b"tEXt", KEYWORD.encode())), KEYWORD) == []


def test_the_keyword_inside_another_kind_of_chunk_is_no_text():
    assert png.read_texts(make_png(chunk(b"prVt", KEYWORD.encode() + b"\0text")), KEYWORD) == []


def test_a_broken_text_under_another_keyword_does_not_matter():
    image = make_png(chunk(b"zTXt", b"other\0\0not zlib"), chunk(b"iTXt", b"other\0"), itxt(KEYWORD, "text"))
    assert png.read_texts(image, KEYWORD) == ["text"]


def test_what_follows_the_end_of_the_image_is_never_a_text():
    image = make_png(itxt(KEYWORD, "inside")) + itxt(KEYWORD, "after the end") + chunk(b"IEND")
    assert png.read_texts(image, KEYWORD) == ["inside"]


# What is refused about the image


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"\x89PNG",
        SIGNATURE[:7],
        SIGNATURE,
        make_png().replace(b"\r\n", b"\n"),  # a transfer that converts line ends
        make_png().replace(b"\r\n\x1a", b"\n\n\x1a"),
        SIGNATURE + b"\0" * 40,
        SIGNATURE + pixels() + header() + chunk(b"IEND"),
        SIGNATURE + chunk(b"CgBI", b"\0\0\0\0") + header() + chunk(b"IEND"),  # Apple's variant is no PNG
        SIGNATURE + header() + header() + chunk(b"IEND"),
        SIGNATURE + chunk(b"IHDR", b"\0" * 12) + chunk(b"IEND"),
        SIGNATURE + header() + chunk(b"IEND", b"x"),
        SIGNATURE + header() + chunk(b"ID T") + chunk(b"IEND"),
        SIGNATURE + header() + chunk(b"ID\xc3\xa4") + chunk(b"IEND"),
        SIGNATURE + header() + pixels(),
        make_png(end=b""),
    ],
)
def test_what_is_no_png_from_signature_to_iend_is_malformed(image):
    assert code_of(png.read_texts, image, KEYWORD) == "png_malformed"


@given(st.integers(min_value=0, max_value=len(make_png(itxt(KEYWORD, "text"))) - 1))
@settings(max_examples=60)
def test_a_png_that_was_cut_off_anywhere_is_malformed(length):
    assert code_of(png.read_texts, make_png(itxt(KEYWORD, "text"))[:length], KEYWORD) == "png_malformed"


@pytest.mark.parametrize("length", [2**32 - 1, 2**31, 2**31 - 1, 1000])
def test_a_chunk_that_claims_more_bytes_than_there_are_is_malformed(length):
    image = SIGNATURE + header() + struct.pack(">I4s", length, b"tEXt") + KEYWORD.encode() + b"\0text" + chunk(b"IEND")
    assert code_of(png.read_texts, image, KEYWORD) == "png_malformed"


@pytest.mark.parametrize("position", [0, 1, 2, 4])
def test_a_wrong_checksum_of_a_critical_or_text_chunk_is_malformed(position):
    parts = [header(), itxt(KEYWORD, "text"), pixels(), text_chunk("other", b"x"), chunk(b"IEND")]
    parts[position] = parts[position][:-1] + bytes([parts[position][-1] ^ 1])
    assert code_of(png.read_texts, SIGNATURE + b"".join(parts), KEYWORD) == "png_crc"


def test_a_text_whose_keyword_was_damaged_is_not_taken_for_the_absence_of_a_text():
    image = make_png(itxt(KEYWORD, "text")).replace(b"openbadgecred", b"openbadgecrad")
    assert code_of(png.read_texts, image, KEYWORD) == "png_crc"


def test_a_wrong_checksum_of_another_ancillary_chunk_does_not_matter():
    image = make_png(chunk(b"gAMA", b"\0\0\0\x01", crc=0), itxt(KEYWORD, "text"))
    assert png.read_texts(image, KEYWORD) == ["text"]


# What is refused about the text


@pytest.mark.parametrize(
    "broken",
    [
        chunk(b"iTXt", KEYWORD.encode() + b"\0"),
        chunk(b"iTXt", KEYWORD.encode() + b"\0\0"),
        chunk(b"iTXt", KEYWORD.encode() + b"\0\0\0"),
        chunk(b"iTXt", KEYWORD.encode() + b"\0\0\0no zero bytes"),
        chunk(b"iTXt", KEYWORD.encode() + b"\0\0\0one\0zero byte"),
        chunk(b"iTXt", KEYWORD.encode() + b"\0\x02\0\0\0text"),
        chunk(b"iTXt", KEYWORD.encode() + b"\0\x01\x01\0\0" + zlib.compress(b"text")),
        chunk(b"zTXt", KEYWORD.encode() + b"\0"),
        chunk(b"zTXt", KEYWORD.encode() + b"\0\x01" + zlib.compress(b"text")),
        itxt(KEYWORD, b"Gr\xfc\xdfe"),
        itxt(KEYWORD, b"\xed\xa0\x80"),  # a surrogate written as if UTF-8 had one
    ],
)
def test_a_text_that_does_not_follow_its_kind_is_malformed(broken):
    assert code_of(png.read_texts, make_png(broken), KEYWORD) == "png_malformed"


@pytest.mark.parametrize("content", [b"", b"not zlib", zlib.compress(b"text")[:-3], zlib.compress(b"text") + b"more"])
def test_a_compressed_text_that_is_not_exactly_one_zlib_stream_is_malformed(content):
    assert (
        code_of(png.read_texts, make_png(chunk(b"zTXt", KEYWORD.encode() + b"\0\0" + content)), KEYWORD)
        == "compressed_data"
    )


@pytest.mark.parametrize("kind", ["iTXt", "zTXt"])
def test_a_small_text_that_inflates_to_a_huge_one_is_refused(kind):
    bomb = zlib.compress(bytes(64 * 1024 * 1024), 9)
    fields = {"iTXt": b"\0\x01\0\0\0", "zTXt": b"\0\0"}[kind]
    image = make_png(chunk(kind.encode(), KEYWORD.encode() + fields + bomb))

    assert len(image) < 100_000
    assert code_of(png.read_texts, image, KEYWORD) == "decompressed_too_large"


def test_many_compressed_texts_share_one_limit():
    """Each alone would pass; together they would cost a thousand times what one may."""
    half = compressed_text_chunk(KEYWORD, bytes(png.MAX_TEXT_BYTES // 2 + 1))

    assert len(png.read_texts(make_png(half), KEYWORD)) == 1
    assert code_of(png.read_texts, make_png(half, half), KEYWORD) == "decompressed_too_large"


def test_a_text_of_the_largest_size_is_read_and_one_byte_more_is_not():
    assert len(png.read_texts(make_png(itxt(KEYWORD, b"x" * png.MAX_TEXT_BYTES)), KEYWORD)[0]) == png.MAX_TEXT_BYTES
    assert (
        code_of(png.read_texts, make_png(itxt(KEYWORD, b"x" * (png.MAX_TEXT_BYTES + 1))), KEYWORD) == "image_too_large"
    )


def test_an_image_larger_than_the_limit_is_refused():
    image = make_png() + bytes(png.MAX_IMAGE_BYTES)
    assert code_of(png.read_texts, image, KEYWORD) == "image_too_large"
    assert code_of(png.put_text, image, KEYWORD, "text") == "image_too_large"


def test_an_image_of_more_chunks_than_the_limit_is_refused():
    empty = chunk(b"IDAT") * (png.MAX_CHUNKS - 2)
    assert png.read_texts(SIGNATURE + header() + empty + chunk(b"IEND"), KEYWORD) == []
    assert (
        code_of(png.read_texts, SIGNATURE + header() + empty + chunk(b"IDAT") + chunk(b"IEND"), KEYWORD)
        == "image_too_complex"
    )


# The splice

keywords = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=79)
other_chunks = st.lists(
    st.builds(chunk, st.sampled_from([b"gAMA", b"pHYs", b"IDAT", b"prVt", b"eXIf"]), st.binary(max_size=40))
    | st.builds(text_chunk, st.just("other"), st.binary(max_size=20)),
    max_size=5,
)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


@given(keyword=keywords, text=texts, before=other_chunks, trailer=st.binary(max_size=20))
@settings(max_examples=100)
def test_a_text_put_into_an_image_is_read_back_and_every_other_byte_stays(keyword, text, before, trailer):
    keyword += "x"  # so that it cannot be "other"
    image = make_png(*before) + trailer

    baked = png.put_text(image, keyword, text)

    assert png.read_texts(baked, keyword) == [text]
    inserted = itxt(keyword, text)
    after_header = len(SIGNATURE + header())
    assert baked == image[:after_header] + inserted + image[after_header:]
    assert chunks_of(baked)[1] == (b"iTXt", keyword.encode() + b"\0\0\0\0\0" + text.encode())


@given(
    text=texts,
    old=st.lists(
        st.sampled_from([itxt(KEYWORD, "a"), text_chunk(KEYWORD, b"b"), compressed_text_chunk(KEYWORD, b"c")]),
        max_size=3,
    ),
    others=other_chunks,
)
@settings(max_examples=60)
def test_putting_a_text_replaces_every_text_of_that_keyword_and_nothing_else(text, old, others):
    mixed = [part for pair in zip(old, others, strict=False) for part in pair] + others[len(old) :] + old[len(others) :]

    baked = png.put_text(make_png(*mixed) + b"trailer", KEYWORD, text)

    assert baked == make_png(itxt(KEYWORD, text), *others) + b"trailer"
    assert png.put_text(baked, KEYWORD, "another") == png.put_text(make_png(*others) + b"trailer", KEYWORD, "another")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_text_that_no_png_can_hold_is_refused(text):
    assert code_of(png.put_text, make_png(), KEYWORD, text) == "image_text_unrepresentable"


def test_a_text_that_would_not_be_read_back_for_its_size_is_refused():
    assert code_of(png.put_text, make_png(), KEYWORD, "x" * (png.MAX_TEXT_BYTES + 1)) == "image_too_large"


def test_an_image_that_would_not_be_read_back_for_its_size_is_refused():
    almost = make_png() + bytes(png.MAX_IMAGE_BYTES - len(make_png()))
    assert code_of(png.put_text, almost, KEYWORD, "text") == "image_too_large"


@pytest.mark.parametrize("image", [b"", SIGNATURE, make_png()[:-1], make_png().replace(b"IDAT", b"IDAX")])
def test_a_text_is_not_put_into_a_damaged_image(image):
    assert code_of(png.put_text, image, KEYWORD, "text") in {"png_malformed", "png_crc"}


@pytest.mark.parametrize("keyword", ["", "x" * 80, "Grüße", "a\0b", "line\nbreak"])
def test_a_keyword_that_no_png_can_have_is_a_mistake_of_the_programmer(keyword):
    with pytest.raises(ValueError, match="keyword"):
        png.read_texts(make_png(), keyword)
    with pytest.raises(ValueError, match="keyword"):
        png.put_text(make_png(), keyword, "text")


# Anything at all


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: SIGNATURE + header() + tail))
@settings(max_examples=300)
def test_no_bytes_make_the_reader_fail_in_another_way_than_malformed(data):
    with contextlib.suppress(Malformed):
        png.read_texts(data, KEYWORD)


@given(data=st.data())
@settings(max_examples=200)
def test_a_changed_byte_never_makes_another_text(data):
    """At worst the text is gone: when the type of its chunk has become one that nobody knows."""
    image = bytearray(make_png(chunk(b"gAMA", b"\0\0\0\x01"), itxt(KEYWORD, "text", compressed=True)))
    image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))

    with contextlib.suppress(Malformed):
        assert png.read_texts(bytes(image), KEYWORD) in (["text"], [])
