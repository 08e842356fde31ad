"""vcwallet.operations.baking: which credential an image speaks for, and what is said when there is not exactly one."""

import contextlib
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_pictures import CLR2_SVG, OB2_SVG, OB3_SVG, SIGNATURE, chunk, compressed_text_chunk, itxt, text_chunk
from tests.small_pictures import png as make_png
from tests.small_pictures import svg as make_svg
from vcwallet.errors import Malformed
from vcwallet.operations.baking import is_image, unbake

JWS = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
JSON = '{"@context": ["https://www.w3.org/ns/credentials/v2"], "name": "Grüße"}'
HOSTED = "https://example.org/assertions/1"


def element(namespace=OB3_SVG, name="credential", *, verify=None, body=""):
    attribute = "" if verify is None else f' verify="{verify}"'
    return f'<x:{name} xmlns:x="{namespace}"{attribute}>{body}</x:{name}>'


def assertion(**options):
    return element(OB2_SVG, "assertion", **options)


def code_of(image):
    with pytest.raises(Malformed) as caught:
        unbake(image)
    return caught.value.code


# What comes out


@pytest.mark.parametrize("text", [JWS, JSON])
@pytest.mark.parametrize("keyword", ["openbadgecredential", "clrcredential", "openbadges"])
def test_the_text_in_a_png_comes_out_under_every_known_keyword(keyword, text):
    assert unbake(make_png(itxt(keyword, text))) == text


@pytest.mark.parametrize("make", [element, lambda **options: element(CLR2_SVG, **options), assertion])
def test_the_text_in_an_svg_comes_out_of_every_known_element(make):
    assert unbake(make_svg(make(verify=JWS))) == JWS
    assert unbake(make_svg(make(body=f"<![CDATA[{JSON}]]>"))) == JSON


@pytest.mark.parametrize("make", [text_chunk, compressed_text_chunk])
def test_the_address_of_a_hosted_assertion_of_old_comes_out(make):
    assert unbake(make_png(make("openbadges", HOSTED.encode()))) == HOSTED
    assert unbake(make_svg(assertion(verify=HOSTED))) == HOSTED


def test_the_body_of_a_hosted_assertion_comes_out_and_not_its_address():
    """Open Badges 2.0 baking: if there is a body, it is the JSON."""
    assert unbake(make_svg(assertion(verify=HOSTED, body=f"<![CDATA[{JSON}]]>"))) == JSON


def test_blanks_around_the_text_are_left_behind_and_blanks_inside_are_kept():
    text = '{\r\n\t"a" :  " b "}'
    assert unbake(make_png(itxt("openbadgecredential", f"\n {text}\r\n\t "))) == text
    assert unbake(make_svg(element(body="\n <![CDATA[\n {\n\t}\n ]]>\n"))) == "{\n\t}"


def test_white_space_that_is_no_blank_in_json_is_not_taken_away():
    assert unbake(make_png(itxt("openbadgecredential", f"\u00a0{JWS}\u2003"))) == f"\u00a0{JWS}\u2003"


def test_the_newer_credential_comes_out_when_an_issuer_who_changes_over_baked_both():
    assert unbake(make_png(itxt("openbadges", JSON), itxt("openbadgecredential", JWS))) == JWS
    assert unbake(make_svg(assertion(verify=HOSTED) + element(verify=JWS))) == JWS
    assert unbake(make_svg(assertion(verify=HOSTED) + element(CLR2_SVG, verify=JWS))) == JWS


def test_several_old_assertions_beside_a_newer_credential_do_not_matter():
    assert unbake(make_png(itxt("openbadges", JSON), itxt("openbadges", JSON), itxt("openbadgecredential", JWS))) == JWS


def test_a_text_of_another_name_beside_the_credential_does_not_matter():
    image = make_png(itxt("XML:com.adobe.xmp", "<x/>"), itxt("openbadgecredential", JWS), text_chunk("Author", b"A"))
    assert unbake(image) == JWS


def test_a_script_in_the_picture_is_not_our_concern_here():
    assert unbake(make_svg(f"<script>alert(1)</script>{element(verify=JWS)}")) == JWS


# When there is not exactly one


@pytest.mark.parametrize("second", [JWS, JSON])
@pytest.mark.parametrize("keyword", ["openbadgecredential", "clrcredential", "openbadges"])
@pytest.mark.parametrize(
    "make",
    [
        itxt,
        lambda keyword, text: text_chunk(keyword, text.encode()),
        lambda keyword, text: itxt(keyword, text, compressed=True),
    ],
)
def test_two_texts_in_a_png_are_refused_even_if_they_are_equal(make, keyword, second):
    assert code_of(make_png(itxt(keyword, JWS), make(keyword, second))) == "image_has_several_credentials"
    assert (
        code_of(make_png(itxt(keyword, JWS), end=make(keyword, second) + chunk(b"IEND")))
        == "image_has_several_credentials"
    )


def test_two_elements_in_an_svg_are_refused_even_if_they_are_equal():
    assert code_of(make_svg(element(verify=JWS) * 2)) == "image_has_several_credentials"
    assert code_of(make_svg(assertion(verify=JWS) * 2)) == "image_has_several_credentials"
    assert (
        code_of(make_svg(f"{element(verify=JWS)}<g><g>{element(body='{}')}</g></g>")) == "image_has_several_credentials"
    )


def test_an_empty_element_beside_the_credential_is_one_too_many():
    assert code_of(make_svg(element() + element(verify=JWS))) == "image_has_several_credentials"


def test_a_badge_and_a_learner_record_in_one_image_are_refused():
    assert (
        code_of(make_png(itxt("openbadgecredential", JWS), itxt("clrcredential", JWS)))
        == "image_has_several_credentials"
    )
    assert code_of(make_svg(element(verify=JWS) + element(CLR2_SVG, verify=JWS))) == "image_has_several_credentials"


def test_an_element_that_says_two_things_is_refused():
    assert code_of(make_svg(element(verify=JWS, body="{}"))) == "image_credential_ambiguous"
    assert code_of(make_svg(element(verify=JWS, body=JWS))) == "image_credential_ambiguous"
    assert code_of(make_svg(element(verify=HOSTED, body="{}"))) == "image_credential_ambiguous"
    assert code_of(make_svg(element(CLR2_SVG, verify=JWS, body="{}"))) == "image_credential_ambiguous"
    assert code_of(make_svg(assertion(verify=JWS, body="{}"))) == "image_credential_ambiguous"


def test_an_attribute_or_a_body_of_blanks_says_nothing():
    assert unbake(make_svg(element(verify=JWS, body="\n  "))) == JWS
    assert unbake(make_svg(element(verify=" ", body="{}"))) == "{}"


@pytest.mark.parametrize(
    "image",
    [
        make_png(),
        make_png(itxt("openbadge", JWS)),
        make_png() + itxt("openbadgecredential", JWS),
        make_png(end=chunk(b"IEND") + itxt("openbadgecredential", JWS) + chunk(b"IEND")),
        make_png(itxt("openbadgecredential", "")),
        make_png(itxt("openbadgecredential", " \r\n\t")),
        make_svg(),
        make_svg(element("https://example.org/ob/v3p0", verify=JWS)),
        make_svg(element(OB3_SVG, "assertion", verify=JWS)),
        make_svg(f"<!--{element(verify=JWS)}-->"),
        make_svg(element()),
        make_svg(element(verify="", body=" \n")),
    ],
)
def test_an_image_without_a_credential_says_so(image):
    assert code_of(image) == "image_has_no_credential"


def test_an_empty_place_for_the_newer_credential_does_not_bring_back_the_older():
    """Otherwise whoever can blank the new one chooses which one is checked."""
    assert code_of(make_png(itxt("openbadges", JWS), itxt("openbadgecredential", ""))) == "image_has_no_credential"


# What is no PNG and no SVG

OTHER_PICTURES = {
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "GIF": b"GIF89a\1\0\1\0",
    "WebP": b"RIFF\x1a\0\0\0WEBPVP8L",
    "AVIF": b"\0\0\0\x20ftypavif\0\0\0\0",
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0",
}


@pytest.mark.parametrize("name", OTHER_PICTURES)
def test_another_kind_of_picture_is_named(name):
    with pytest.raises(Malformed, match=f"only PNG and SVG images carry badges, and this is an? {name}") as caught:
        unbake(OTHER_PICTURES[name] + JWS.encode())
    assert caught.value.code == "image_kind_unknown"


@pytest.mark.parametrize("data", [b"", b"\n", JWS.encode(), JSON.encode(), b"\x89PN", b"BM1234", b"\0" * 100])
def test_what_is_no_picture_at_all_is_refused(data):
    assert code_of(data) == "image_kind_unknown"


def test_a_compressed_svg_is_told_to_be_decompressed():
    assert code_of(gzip.compress(make_svg(element(verify=JWS)))) == "image_is_compressed"


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (SIGNATURE, "png_malformed"),
        (make_png(itxt("openbadgecredential", JWS)).replace(b"e30", b"e31"), "png_crc"),
        (make_png(itxt("openbadgecredential", JWS)).replace(b"\r\n", b"\n"), "png_malformed"),
        (b"<html><body>Not found</body></html>", "svg_malformed"),
        (make_svg(element(verify=JWS), before="<!DOCTYPE svg [<!ENTITY e 'x'>]>"), "svg_has_internal_subset"),
        ("<svg/>".encode("utf-16"), "svg_encoding"),
        (make_svg(element(body="<b/>")), "svg_body_not_text"),
    ],
)
def test_what_is_wrong_with_the_image_itself_is_said_by_its_reader(image, code):
    assert code_of(image) == code


@pytest.mark.parametrize(
    "data",
    [
        make_png(),
        SIGNATURE[:4],
        make_svg(),
        b"\xef\xbb\xbf \n<svg/>",
        b"<html>",
        gzip.compress(b"", mtime=0),
        *OTHER_PICTURES.values(),
    ],
)
def test_pictures_of_every_kind_are_images(data):
    assert is_image(data)


@pytest.mark.parametrize(
    "data", [b"", JWS.encode(), JSON.encode(), b" \n" + JSON.encode(), b"\xef\xbb\xbf{}", b'["<svg/>"]']
)
def test_a_credential_as_text_is_no_image(data):
    assert not is_image(data)


@given(
    st.binary(max_size=60)
    | st.sampled_from([make_png(), make_svg(), *OTHER_PICTURES.values(), b"\x1f\x8b", b"<"]).flatmap(
        lambda start: st.binary(max_size=60).map(lambda tail: start + tail)
    )
)
@settings(max_examples=200)
def test_no_bytes_make_it_fail_in_another_way_than_malformed(data):
    is_image(data)
    with contextlib.suppress(Malformed):
        unbake(data)
