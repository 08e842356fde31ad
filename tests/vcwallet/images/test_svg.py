"""vcwallet.images.svg: which elements are found, what hostile documents get, and that a splice changes nothing else."""

import contextlib
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small_pictures import OB2_SVG, OB3_SVG, elements_of
from tests.small_pictures import svg as make_svg
from vcwallet.errors import Malformed
from vcwallet.images import svg
from vcwallet.images.svg import SvgText

DECLARED = f' xmlns:openbadges="{OB3_SVG}"'
PUBLIC_DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'


def read(image):
    return svg.read_elements(image, OB3_SVG, "credential")


def put(image, text, **options):
    return svg.put_element(image, OB3_SVG, "credential", text, **options)


def baked(body="<![CDATA[{}]]>", *, verify="", **options):
    return make_svg(f"<openbadges:credential{verify}>{body}</openbadges:credential>", attributes=DECLARED, **options)


def code_of(image, *, call=read):
    with pytest.raises(Malformed) as caught:
        call(image)
    return caught.value.code


# What is read


def test_the_attribute_verify_is_read():
    assert read(baked("", verify=' verify="a.b.c"')) == [SvgText(verify="a.b.c", body=None)]


def test_the_body_is_read_exactly_with_its_white_space():
    assert read(baked("\n  <![CDATA[ {} ]]>\n")) == [SvgText(verify=None, body="\n   {} \n")]


def test_escaped_text_and_cdata_sections_are_the_same_text():
    assert read(baked("a&lt;&#x1F393;<![CDATA[b<]]]]><![CDATA[>]]>")) == [SvgText(body="a<🎓b<]]>")]


def test_both_attribute_and_body_are_handed_over_when_both_are_there():
    assert read(baked("{}", verify=' verify="a.b.c"')) == [SvgText(verify="a.b.c", body="{}")]


def test_an_empty_element_has_neither():
    assert read(make_svg("<openbadges:credential/>", attributes=DECLARED)) == [SvgText()]


def test_several_elements_are_read_in_the_order_of_the_document_wherever_they_are():
    inside = (
        "<g><g><openbadges:credential>1</openbadges:credential></g></g><openbadges:credential>2</openbadges:credential>"
    )
    assert [found.body for found in read(make_svg(inside, attributes=DECLARED))] == ["1", "2"]


def test_the_namespace_counts_and_the_prefix_does_not():
    assert [found.body for found in read(make_svg(f'<x:credential xmlns:x="{OB3_SVG}">1</x:credential>'))] == ["1"]
    assert [found.body for found in read(make_svg(f'<credential xmlns="{OB3_SVG}">1</credential>'))] == ["1"]
    assert [
        found.body
        for found in read(make_svg(f'<a xmlns:b="{OB3_SVG}" xmlns="{OB3_SVG}"><b:credential>1</b:credential></a>'))
    ] == ["1"]


@pytest.mark.parametrize(
    "inside",
    [
        "<credential>1</credential>",
        '<openbadges:credential xmlns:openbadges="http://openbadges.org">1</openbadges:credential>',
        '<openbadges:credential xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0/">1</openbadges:credential>',
        '<openbadges:credential xmlns:openbadges="HTTPS://purl.imsglobal.org/ob/v3p0">1</openbadges:credential>',
        f'<openbadges:Credential xmlns:openbadges="{OB3_SVG}">1</openbadges:Credential>',
        f'<openbadges:assertion xmlns:openbadges="{OB3_SVG}">1</openbadges:assertion>',
        f'<g xmlns:openbadges="{OB3_SVG}" openbadges:credential="1"/>',
        f'<g xmlns:openbadges="{OB3_SVG}"/><!--<openbadges:credential>1</openbadges:credential>-->',
        f'<g xmlns:openbadges="{OB3_SVG}"><![CDATA[<openbadges:credential>1</openbadges:credential>]]></g>',
    ],
)
def test_the_name_alone_or_something_that_only_looks_like_the_element_is_not_found(inside):
    assert read(make_svg(inside)) == []


def test_only_the_attribute_without_a_namespace_is_verify():
    assert read(baked("{}", verify=' openbadges:verify="a.b.c"')) == [SvgText(verify=None, body="{}")]


def test_a_prefix_that_is_not_declared_makes_no_attribute_verify():
    """libxml2 would go on and call it `verify`."""
    assert code_of(baked("{}", verify=' stranger:verify="a.b.c"')) == "svg_malformed"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\ufeff",
        '<?xml version="1.0"?>',
        "\ufeff<?xml version='1.0' encoding='UTF-8' standalone='no' ?>\r\n",
        '<?xml version = "1.0" encoding = "utf8"?>',
        '<?xml version="1.0" encoding="iso-8859-1"?>',
        '<?xml version="1.0" encoding="US-ASCII"?>',
        "\n<!-- Generator: a drawing program, <svg> & - more -->\n<?xml-stylesheet href='https://example.org/x.css'?>\n",
        PUBLIC_DOCTYPE,
        "<!DOCTYPE svg>",
        "<!DOCTYPE svg SYSTEM 'svg10.dtd' >",
        '<!DOCTYPE svg PUBLIC "-" "[\']>">',
    ],
)
def test_whatever_may_stand_before_the_root_is_passed_over(before):
    assert read(baked(before=before)) == [SvgText(body="{}")]


def test_a_root_without_a_namespace_is_read_as_well():
    assert read(f'<svg><x:credential xmlns:x="{OB3_SVG}">1</x:credential></svg>'.encode()) == [SvgText(body="1")]


def test_a_prefixed_root_is_read_as_well():
    image = f'<s:svg xmlns:s="http://www.w3.org/2000/svg"><x:credential xmlns:x="{OB3_SVG}">1</x:credential></s:svg>'
    assert read(image.encode()) == [SvgText(body="1")]


def test_scripts_handlers_and_remote_references_change_nothing():
    hostile = (
        '<script>alert(1)</script><g onload="alert(1)"/><image href="https://example.org/x.png"/>'
        '<use href="file:///etc/passwd#x"/><foreignObject><b>x</b></foreignObject>'
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    )
    inside = f"{hostile}<openbadges:credential>{{}}</openbadges:credential>{hostile}"
    assert read(make_svg(inside, attributes=DECLARED)) == [SvgText(body="{}")]


# What is refused


@pytest.mark.parametrize(
    "declarations",
    [
        "",
        '<!ENTITY e "text">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY e SYSTEM "file:///etc/passwd">',
        '<!ENTITY e SYSTEM "https://example.org/e">',
        '<!ENTITY % p SYSTEM "https://example.org/p"> %p;',
        f'<!ATTLIST svg xmlns:openbadges CDATA "{OB3_SVG}">',
        '<!ATTLIST openbadges:credential verify CDATA "a.b.c">',
        "<!-- ]> -->",
    ],
)
@pytest.mark.parametrize("external", ["", ' SYSTEM "x.dtd"', ' PUBLIC "x" "x.dtd"', " SYSTEM '>'"])
@pytest.mark.parametrize("space", ["", "\n"])
def test_a_document_type_that_declares_anything_is_refused(declarations, external, space):
    image = baked("&e;", before=f"<!DOCTYPE svg{external}{space}[{declarations}]>")
    assert code_of(image) == "svg_has_internal_subset"


@pytest.mark.parametrize("before", ["", PUBLIC_DOCTYPE, '<?xml version="1.0" standalone="no"?>' + PUBLIC_DOCTYPE])
@pytest.mark.parametrize(
    "image", [{"body": "a&e;b"}, {"verify": ' verify="a&e;b"'}, {"body": "<![CDATA[{}]]>&e;"}, {"body": "&nbsp;"}]
)
def test_an_entity_that_nobody_declared_is_refused_and_not_dropped(image, before):
    assert code_of(baked(**image, before=before)) == "svg_malformed"


@pytest.mark.parametrize(
    "body",
    [
        "<b>{}</b>",
        "{}<b/>",
        "{}<!-- comment -->",
        "<?php ?>{}",
        "<openbadges:credential>{}</openbadges:credential>",
        f'<x:credential xmlns:x="{OB3_SVG}"/>',
    ],
)
def test_anything_but_text_inside_the_element_is_refused(body):
    assert code_of(baked(body)) == "svg_body_not_text"


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"text",
        b"<",
        b"<svg",
        b"<svg>",
        b"<svg></SVG>",
        b"<svg></svg><svg></svg>",
        b"<svg></svg>text",
        b"text<svg></svg>",
        b"<svg a=b></svg>",
        b"<svg a='1' a='2'></svg>",
        b"<svg a='<'></svg>",
        b"<svg>&</svg>",
        b"<svg>\0</svg>",
        b"<svg>\x01</svg>",
        b"<svg>]]></svg>",
        b"<svg><!-- -- --></svg>",
        b"<!-- -- --><svg></svg>",
        b"<!-- <svg></svg>",
        b"<?xml version='1.1'?><svg></svg>",
        b"<?xml version='1.0'?><?xml version='1.0'?><svg></svg>",
        b" <?xml version='1.0'?><svg></svg>",
        b"<?XML version='1.0'?><svg></svg>",
        b"<?xml encoding='utf-8'?><svg></svg>",
        b"<!DOCTYPE svg><!DOCTYPE svg><svg></svg>",
        b"<!DOCTYPE svg PUBLIC 'x'><svg></svg>",
        b"<!DOCTYPE svg SYSTEM '\x01'><svg></svg>",
        b"<!DOCTYPE svg PUBLIC '{' 'x'><svg></svg>",
        b"<svg></svg><!DOCTYPE svg>",
        b"<svg><!DOCTYPE svg [<!ENTITY e 'x'>]></svg>",
        b"<svg><a:b/></svg>",
        b"<svg xmlns:a=''/>",
        b"<svg xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'/>",
        b"<!doctype html><html><svg></svg></html>",
    ],
)
def test_what_is_not_well_formed_xml_with_namespaces_is_malformed(image):
    assert code_of(image) == "svg_malformed"


@pytest.mark.parametrize(
    "image",
    [
        b"<!DOCTYPE html><html><svg xmlns='http://www.w3.org/2000/svg'/></html>",
        b"<SVG/>",
        b"<svg xmlns='http://www.w3.org/1999/xhtml'/>",
        f"<credential xmlns='{OB3_SVG}'>1</credential>".encode(),
    ],
)
def test_a_document_whose_root_is_not_svg_is_malformed(image):
    assert code_of(image) == "svg_malformed"


@pytest.mark.parametrize(
    "image",
    [
        "<svg>é</svg>".encode("latin-1"),
        b"<svg>\xed\xa0\x80</svg>",
        b"<svg>\xc0\xbcb></svg>",
        "<?xml version='1.0' encoding='iso-8859-1'?><svg>é</svg>".encode("latin-1"),
        "<?xml version='1.0' encoding='iso-8859-1'?><svg>é</svg>".encode(),
        b"<?xml version='1.0' encoding='utf-16'?><svg></svg>",
        b"<?xml version='1.0' encoding='utf-7'?><svg>+ADw-g/+AD4-</svg>",
        b"<?xml version='1.0' encoding='x-user-defined'?><svg></svg>",
        "<svg></svg>".encode("utf-16"),
        "<svg></svg>".encode("utf-16-le"),
        "<svg></svg>".encode("utf-16-be"),
        "<svg></svg>".encode("utf-32"),
    ],
)
def test_an_encoding_that_readers_could_read_differently_is_refused(image):
    assert code_of(image) == "svg_encoding"


def test_elements_may_be_nested_as_deep_as_the_limit_and_no_deeper():
    deepest = svg.MAX_DEPTH - 1
    assert read(b"<svg>" + b"<g>" * deepest + b"</g>" * deepest + b"</svg>") == []
    assert code_of(b"<svg>" + b"<g>" * (deepest + 1) + b"</g>" * (deepest + 1) + b"</svg>") == "image_too_complex"
    assert code_of(b"<svg>" + b"<g>" * 1_000_000) == "image_too_complex"


def test_there_may_be_as_many_elements_as_the_limit_and_no_more():
    assert read(b"<svg>" + b"<g/>" * (svg.MAX_ELEMENTS - 1) + b"</svg>") == []
    assert code_of(b"<svg>" + b"<g/>" * svg.MAX_ELEMENTS + b"</svg>") == "image_too_complex"


def test_there_may_be_as_many_namespaces_as_the_limit_and_no_more():
    declarations = " ".join(f'xmlns:n{number}="urn:n"' for number in range(svg.MAX_NAMESPACE_DECLARATIONS))
    assert read(f"<svg {declarations}/>".encode()) == []
    assert code_of(f'<svg xmlns="http://www.w3.org/2000/svg" {declarations}/>'.encode()) == "image_too_complex"


def test_an_image_larger_than_the_limit_is_refused():
    image = b"<svg></svg>"
    full = image + b" " * (svg.MAX_IMAGE_BYTES - len(image))
    assert read(full) == []
    assert code_of(full + b" ") == "image_too_large"


def test_a_credential_of_the_largest_size_is_read():
    """The limit of wire.strict_json must fit under the 10 MB that libxml2 allows one text."""
    largest = "x" * (8 * 1024 * 1024)
    assert read(baked(f"<![CDATA[{largest}]]>")) == [SvgText(body=largest)]
    assert read(baked("", verify=f' verify="{largest}"')) == [SvgText(verify=largest)]


def test_line_numbers_in_messages_are_those_of_the_file():
    with pytest.raises(Malformed, match="line 6"):
        read(b"<?xml\nversion='1.0'?>\n<!DOCTYPE svg SYSTEM\n'x'><!--\n-->\n<svg></SVG>")


def test_what_begins_like_xml_looks_like_an_svg():
    assert svg.looks_like_svg(b"<svg/>")
    assert svg.looks_like_svg(b"\xef\xbb\xbf \r\n<?xml")
    assert svg.looks_like_svg("<svg/>".encode("utf-16"))
    assert not svg.looks_like_svg(b"")
    assert not svg.looks_like_svg(b'{"a": "<svg/>"}')
    assert not svg.looks_like_svg(b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln")


# The splice


def test_an_element_is_put_directly_after_the_start_tag_of_the_root_as_the_specification_shows_it():
    image = make_svg()
    tag = image[: image.index(b">")]

    assert put(image, SvgText(verify="a.b.c")) == (
        tag
        + DECLARED.encode()
        + b'><openbadges:credential verify="a.b.c"></openbadges:credential>'
        + image[len(tag) + 1 :]
    )
    assert put(image, SvgText(body='{"a": 1}')) == (
        tag
        + DECLARED.encode()
        + b'><openbadges:credential><![CDATA[{"a": 1}]]></openbadges:credential>'
        + image[len(tag) + 1 :]
    )


xml_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r]<>&\"'"),
    min_size=1,
    max_size=40,
)
texts = st.builds(SvgText, verify=st.none() | xml_text, body=xml_text) | st.builds(SvgText, verify=xml_text)
prologs = st.sampled_from(
    [
        "",
        "\ufeff",
        '<?xml version="1.0" encoding="utf-8"?>\r\n<!-- > <svg> -->\n' + PUBLIC_DOCTYPE + "\n<?a <svg x='?>",
    ]
)
attributes = st.lists(
    st.sampled_from([" a='>'", ' b="/>"', "\n\tc = 'xmlns:openbadges=\"x\"'", DECLARED, f' xmlns:o="{OB3_SVG}"']),
    unique=True,
)
insides = st.sampled_from(["", "é<g/>", "<!-- </svg> --><![CDATA[ </svg> ]]><?x <openbadges:credential> ?>"])


@given(text=texts, prolog=prologs, attributes=attributes, inside=insides)
@settings(max_examples=150)
def test_an_element_put_into_an_image_is_read_back_and_every_other_byte_stays(text, prolog, attributes, inside):
    tag = prolog + "<svg" + "".join(attributes)
    rest = f"{inside}</svg>\r\n<!-- end -->"
    image = f"{tag} >{rest}".encode()

    result = put(image, text)

    assert read(result) == [text]
    # expat agrees, and so would any reader that goes by namespaces.
    assert elements_of(result, OB3_SVG, "credential") == [(text.verify, text.body or "")]
    assert result.startswith(tag.encode())
    assert result.endswith(rest.encode())
    inserted = result.removeprefix(tag.encode()).removesuffix(rest.encode()).decode()
    declared = "" if DECLARED in attributes else DECLARED
    assert inserted.startswith(f" {declared}><openbadges:credential")
    assert inserted.endswith("</openbadges:credential>")


@given(
    text=texts,
    old=st.lists(
        st.sampled_from(
            [
                "<openbadges:credential/>",
                '<openbadges:credential verify="/>" />',
                "<openbadges:credential><![CDATA[</openbadges:credential>]]></openbadges:credential >",
                f"<x:credential xmlns:x='{OB3_SVG}' y='>'>{{}}</x:credential>",
            ]
        ),
        max_size=3,
    ),
)
@settings(max_examples=60)
def test_putting_an_element_replaces_every_such_element_and_nothing_else(text, old):
    other = '<g a=">"/><!-- <openbadges:credential/> --><openbadges:other>1</openbadges:other>'
    many = make_svg(other.join(["", *old, ""]), attributes=DECLARED)
    none = make_svg(other * (len(old) + 1), attributes=DECLARED)

    assert put(many, text) == put(none, text)
    assert put(put(many, SvgText(body="first")), text) == put(none, text)


@pytest.mark.parametrize("body", ["]]>", "]]]>", "a]]>]]>b", "]]", ">", "a\rb\r\nc", "]]\r>", "<![CDATA[]]>", "&amp;"])
def test_what_a_cdata_section_cannot_hold_is_put_around_it(body):
    result = put(make_svg(), SvgText(body=body))

    assert read(result) == [SvgText(body=body)]
    assert elements_of(result, OB3_SVG, "credential") == [(None, body)]


@pytest.mark.parametrize("verify", ['"><script/>', "&amp;<'", " a\tb\nc\rd "])
def test_what_an_attribute_cannot_hold_is_escaped(verify):
    result = put(make_svg(), SvgText(verify=verify))

    assert read(result) == [SvgText(verify=verify)]
    assert elements_of(result, OB3_SVG, "credential") == [(verify, "")]


@pytest.mark.parametrize("root", ["<svg/>", '<svg a="/" />', '<s:svg xmlns:s="http://www.w3.org/2000/svg"\n/>'])
def test_an_empty_root_is_opened_for_the_element(root):
    result = put(root.encode(), SvgText(body="{}"))

    assert read(result) == [SvgText(body="{}")]
    assert result.startswith(root.removesuffix("/>").encode())


def test_a_prefix_that_the_root_uses_for_something_else_is_declared_on_the_element():
    inside = '<openbadges:assertion verify="https://example.org/1"></openbadges:assertion>'
    image = make_svg(inside, attributes=f' xmlns:openbadges="{OB2_SVG}"')

    result = put(image, SvgText(body="{}"))

    assert read(result) == [SvgText(body="{}")]
    assert svg.read_elements(result, OB2_SVG, "assertion") == [SvgText(verify="https://example.org/1")]
    inserted = f'<openbadges:credential xmlns:openbadges="{OB3_SVG}"><![CDATA[{{}}]]></openbadges:credential>'
    assert result == image.replace(inside.encode(), inserted.encode() + inside.encode())


def test_another_prefix_can_be_asked_for():
    assert b' xmlns:clr="https://purl.imsglobal.org/ob/v3p0"><clr:credential>' in put(
        make_svg(), SvgText(body="{}"), prefix="clr"
    )


def test_only_ascii_is_put_into_a_document_that_calls_itself_something_else_than_utf_8():
    image = make_svg(before='<?xml version="1.0" encoding="iso-8859-1"?>')

    assert read(put(image, SvgText(body='{"a": "\\u00e9"}'))) == [SvgText(body='{"a": "\\u00e9"}')]
    assert code_of(image, call=lambda it: put(it, SvgText(body='{"a": "é"}'))) == "image_text_unrepresentable"


@pytest.mark.parametrize("character", ["\0", "\x1f", "\ufffe", "\uffff", "\ud800"])
@pytest.mark.parametrize("place", ["verify", "body"])
def test_a_character_that_xml_cannot_hold_is_refused(character, place):
    text = SvgText(**{place: f"a{character}b"})
    assert code_of(make_svg(), call=lambda it: put(it, text)) == "image_text_unrepresentable"


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"<html/>", "svg_malformed"),
        (b"<svg>", "svg_malformed"),
        (b"<!DOCTYPE svg []><svg/>", "svg_has_internal_subset"),
        (baked("<b/>"), "svg_body_not_text"),
        (b"<svg/>" + b" " * (svg.MAX_IMAGE_BYTES - 6), "image_too_large"),
    ],
)
def test_an_element_is_not_put_into_an_image_that_could_not_be_read(image, code):
    assert code_of(image, call=lambda it: put(it, SvgText(body="{}"))) == code


@pytest.mark.parametrize("text", [SvgText(), SvgText(body=""), SvgText(verify="a.b.c", body="")])
def test_an_element_with_nothing_in_it_is_a_mistake_of_the_programmer(text):
    with pytest.raises(ValueError, match="needs an attribute"):
        put(make_svg(), text)


@pytest.mark.parametrize("prefix", ["", "xml", "xmlns", "a:b", "1a", "a b", "é", "a\n"])
def test_a_prefix_that_is_none_is_a_mistake_of_the_programmer(prefix):
    with pytest.raises(ValueError, match="prefix"):
        put(make_svg(), SvgText(body="{}"), prefix=prefix)


# Anything at all

pieces = st.sampled_from(
    [
        "<svg>", "</svg>", "<svg", "/>", ">", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE svg", "[", "]>",
        "<!ENTITY e 'x'>", "&e;", "&amp;", "&#65;", "'", '"', " a=", "xmlns:o=", f"'{OB3_SVG}'", f' xmlns="{OB3_SVG}"',
        "<o:credential>", "</o:credential>", "<credential>", "</credential>", " verify='v'", "text", " ", "\n", "é", "\0",
        f"<svg xmlns:o='{OB3_SVG}'>", "<?xml version='1.0'?>", "\ufeff", "--", "]", "<g>", "</g>",
    ]
)  # fmt: skip


@given(st.binary(max_size=100) | st.lists(pieces, max_size=25).map(lambda parts: "".join(parts).encode()))
@settings(max_examples=400)
def test_no_bytes_make_reader_or_splice_fail_in_another_way_than_malformed(data):
    svg.looks_like_svg(data)
    with contextlib.suppress(Malformed):
        read(data)
    with contextlib.suppress(Malformed):
        put(data, SvgText(body="{}"))


mutable = baked(
    'a<![CDATA[b]]>&lt;"', verify=" verify='v&amp;w'", before=f"<?xml version='1.0'?><!-- c -->{PUBLIC_DOCTYPE}"
)

# Beyond ASCII the two know different editions of XML, and so different letters in names.
ascii_damage = st.binary(max_size=3).map(lambda damage: bytes(byte & 0x7F for byte in damage))


@given(data=st.data())
@settings(max_examples=400)
def test_what_is_read_from_a_damaged_image_is_what_another_parser_reads(data):
    """Two parsers that see different texts in one file are how a signed text and a shown text come apart."""
    image = bytearray(mutable)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(image)))
        image[start : start + data.draw(st.integers(0, 4))] = data.draw(
            ascii_damage | st.sampled_from([b"<", b">", b"&", b"'", b'"', b"/", b" ", b"-->", b"]]>", b"\r\n"])
        )
    try:
        found = read(bytes(image))
    except Malformed:
        return

    assert elements_of(bytes(image), OB3_SVG, "credential") == [(text.verify, text.body or "") for text in found]


def test_the_other_parser_of_these_tests_is_strict_itself():
    with pytest.raises(ET.ParseError):
        elements_of(b"<svg><a:b/></svg>", OB3_SVG, "credential")
