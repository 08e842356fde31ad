"""Texts in and out of an SVG image, in an element of a foreign namespace; the picture itself is not looked at.

The image is hostile. It is parsed without building a tree, under limits of size, depth and number of elements; nothing
is executed, followed or fetched, and no entity can be declared:

1. Only UTF-8 is read, or ASCII under the name of another encoding, so all readers see the same characters.
2. XML declaration and document type are read here, byte by byte, and never shown to the XML parser. A document type
   that only names the SVG DTD is common, three official samples have it, and it is harmless because nobody loads it;
   one with an internal subset is refused.
3. The rest goes through lxml. Elements are found by namespace, never by prefix.

Whether a picture is safe to show (scripts, remote references) is not decided here, nor what the texts mean.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from vcwallet.errors import Malformed

# Room for a credential of the largest size (wire.strict_json) and a small photograph. libxml2 gives up on any single
# text, tag or comment of ten million bytes: an image below that cannot meet this limit half-way.
MAX_IMAGE_BYTES: Final = 10_000_000
# Drawing programs nest groups a dozen deep; libxml2 itself stops at 256.
MAX_DEPTH: Final = 128
# The most detailed maps have tens of thousands of paths.
MAX_ELEMENTS: Final = 200_000
# Editors declare a dozen, exporters repeat one on each piece of embedded HTML. Half a million in one tag, which the
# largest image has room for, would cost 700 MB.
MAX_NAMESPACE_DECLARATIONS: Final = 20_000

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
# A byte order mark alone tells nothing of XML: JSON saved in UTF-16 has one too.
_UTF16_STARTS: Final = (b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")
# Encodings whose first 128 characters are ASCII: a document in one of them that has only these reads the same as UTF-8.
_ASCII_SUPERSETS: Final = frozenset({"us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_UTF_8_NAMES: Final = frozenset({"utf-8", "utf8"})

# The grammar of XML 1.0: production 22 (prolog) and what it needs; 40 and 44 (tags) as far as to find where they end.
# A document type has ASCII names only, which is all that a picture needs. Every repetition is possessive, so that no
# input makes one look at a byte twice.
_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_XML_DECLARATION: Final = re.compile(
    rb"""<\?xml[ \t\r\n]++version[ \t\r\n]*+=[ \t\r\n]*+(?:"1\.0"|'1\.0')"""
    rb"""(?:[ \t\r\n]++encoding[ \t\r\n]*+=[ \t\r\n]*+"""
    rb"""(?P<quote>["'])(?P<encoding>[A-Za-z][A-Za-z0-9._-]*+)(?P=quote))?+"""
    rb"""(?:[ \t\r\n]++standalone[ \t\r\n]*+=[ \t\r\n]*+(?:"(?:yes|no)"|'(?:yes|no)'))?+[ \t\r\n]*+\?>"""
)
_COMMENT: Final = re.compile(rb"<!--(?:[^-]++|-[^-])*+-->")
_PROCESSING_INSTRUCTION: Final = re.compile(rb"<\?(?![Xx][Mm][Ll][ \t\r\n?])(?:[^?]++|\?(?!>))*+\?>")
_DOCUMENT_TYPE: Final = re.compile(
    rb"""<!DOCTYPE[ \t\r\n]++[A-Za-z_][A-Za-z0-9_.-]*+(?::[A-Za-z_][A-Za-z0-9_.-]*+)?+"""
    rb"""(?:[ \t\r\n]++(?:SYSTEM|PUBLIC[ \t\r\n]++"""
    rb"""(?:"[-'()+,./:=?;!*#@$_% \r\nA-Za-z0-9]*+"|'[-()+,./:=?;!*#@$_% \r\nA-Za-z0-9]*+'))"""
    rb"""[ \t\r\n]++(?:"[^"]*+"|'[^']*+'))?+"""
    rb"""[ \t\r\n]*+(?P<end>[>\[])"""
)
_START_TAG: Final = re.compile(
    rb"""<(?P<name>[^ \t\r\n<>/"'=!?]++)(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+(?P<empty>/?+)>"""
)
# One piece of markup of a document that the XML parser has already accepted.
_MARKUP: Final = re.compile(
    rb"""<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>"""
    rb"""|<(?P<end>/?+)[^!?/](?:[^<>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+(?P<empty>/?+)>""",
    re.DOTALL,
)

_NOT_AN_XML_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_PREFIX: Final = re.compile(r"(?!xml)[A-Za-z][A-Za-z0-9_-]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SvgText:
    """What one element says: its attribute `verify`, and its character data; None where there is none."""

    verify: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class _Prolog:
    """What precedes the root element, and its start tag."""

    encoding: str
    start: int  # after the XML declaration
    document_type: tuple[int, int]  # where it lies; an empty stretch if there is none
    root: re.Match[bytes]


@dataclass(slots=True)
class _Found:
    """What a reader learns from the parser: the prefixes of the root, the elements, and which start tags they are."""

    root_prefixes: Mapping[str, str]
    texts: list[SvgText] = field(default_factory=list)
    ordinals: set[int] = field(default_factory=set)


def looks_like_svg(data: bytes) -> bool:
    """Whether the bytes begin as an XML document does; it may still be another one, or damaged."""
    if data.startswith(_UTF16_STARTS):
        return True
    start = _after_space(data, len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0)
    return data.startswith(b"<", start)


def read_elements(image: bytes, namespace: str, local_name: str) -> list[SvgText]:
    """Every element of this name, wherever it is, in document order, with its text exactly as XML defines it.

    CDATA sections and escaped text are the same thing and are joined. An element that has anything but text inside
    (a child, a comment, a processing instruction) is refused, because readers differ on what its text then is.
    The root must be `svg`, in the namespace of SVG or, as in snippets cut from web pages, in none.
    Raises Malformed svg_malformed, svg_encoding, svg_has_internal_subset, svg_body_not_text, image_too_large,
    image_too_complex.
    """
    return _read(image, _read_prolog(image), namespace, local_name).texts


def put_element(image: bytes, namespace: str, local_name: str, text: SvgText, *, prefix: str = "openbadges") -> bytes:
    r"""The same image with exactly one such element, directly after the start tag of the root.

    Elements of this name that the image already has are replaced: a caller who wants to keep them reads first. The
    prefix is declared in the root's start tag, as OB 3.0 (Baked Badge, SVG) shows it, or on the element itself where
    the root uses that prefix for something else. Every other byte stays, except that an empty root `<svg/>` is opened.

    The body is one CDATA section, and several only where XML cannot help it: `]]>` and carriage returns. A caller who
    knows that it is JSON can avoid that by writing `]]\u003e`.
    Raises Malformed image_text_unrepresentable, and what `read_elements` raises about the image.
    """
    _check_put(text, prefix)
    prolog = _read_prolog(image)
    found = _read(image, prolog, namespace, local_name)
    root = prolog.root
    name = f"{prefix}:{local_name}"
    declaration = f' xmlns:{prefix}="{namespace.translate(_ATTRIBUTE_ESCAPES)}"'
    root_has_prefix = prefix in found.root_prefixes
    on_element = declaration if root_has_prefix and found.root_prefixes[prefix] != namespace else ""
    element = _encode_element(name, on_element, text, prolog.encoding)

    end_of_tag = root.start("empty")
    pieces = [image[:end_of_tag], b"" if root_has_prefix else declaration.encode(), b">", element]
    if root["empty"]:
        pieces += [b"</", root["name"], b">"]
    kept_from = root.end()
    for start, end in _extents(image, root.start(), found.ordinals):
        pieces.append(image[kept_from:start])
        kept_from = end
    pieces.append(image[kept_from:])
    result = b"".join(pieces)
    # The splice trusts our reading of the bytes and the reader trusts lxml's: they must agree on what was written.
    if read_elements(result, namespace, local_name) != [text]:
        raise Malformed("svg_malformed", "the SVG is written so that an element cannot be put into it safely")
    return result


def _after_space(data: bytes, position: int) -> int:
    space = _SPACE.match(data, position)
    assert space is not None  # it matches nothing as well
    return space.end()


def _read_prolog(image: bytes) -> _Prolog:
    if len(image) > MAX_IMAGE_BYTES:
        raise Malformed("image_too_large", f"the SVG has {len(image):,} bytes; {MAX_IMAGE_BYTES:,} are allowed")
    if image.count(b"xmlns") > MAX_NAMESPACE_DECLARATIONS:
        raise Malformed("image_too_complex", f"the SVG declares more than {MAX_NAMESPACE_DECLARATIONS:,} namespaces")
    if image.startswith(_UTF16_STARTS):
        raise Malformed("svg_encoding", "the SVG is in UTF-16; only UTF-8 is read", hint="Save it as UTF-8.")
    position = len(_BYTE_ORDER_MARK) if image.startswith(_BYTE_ORDER_MARK) else 0
    encoding = "utf-8"
    xml_declaration = _XML_DECLARATION.match(image, position)
    if xml_declaration:
        position = xml_declaration.end()
        encoding = (xml_declaration["encoding"] or b"utf-8").decode("ascii").lower()
    _check_encoding(image, encoding)
    start = position
    document_type = (start, start)
    while True:
        position = _after_space(image, position)
        if skipped := _COMMENT.match(image, position) or _PROCESSING_INSTRUCTION.match(image, position):
            position = skipped.end()
        elif document_type == (start, start) and (declared := _DOCUMENT_TYPE.match(image, position)):
            if declared["end"] == b"[":
                raise Malformed(
                    "svg_has_internal_subset",
                    "the SVG declares things of its own in its document type; entities could hide or multiply text",
                    hint="Save the picture as plain SVG, without entities.",
                )
            if _NOT_AN_XML_CHARACTER.search(declared[0].decode("utf-8")):
                raise Malformed("svg_malformed", "the document type of the SVG has a character that XML forbids")
            document_type = declared.span()
            position = declared.end()
        elif root := _START_TAG.match(image, position):
            return _Prolog(encoding, start, document_type, root)
        else:
            beginning = image[position : position + 20].decode("utf-8", "replace")
            raise Malformed("svg_malformed", f"expected the start of an SVG document, found {beginning!r}")


def _check_encoding(image: bytes, encoding: str) -> None:
    if encoding in _UTF_8_NAMES:
        try:
            image.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise Malformed("svg_encoding", f"the SVG is not UTF-8 at byte {exc.start}") from exc
    elif encoding not in _ASCII_SUPERSETS:
        raise Malformed("svg_encoding", f"the SVG says its encoding is {encoding[:40]!r}; only UTF-8 is read")
    elif not image.isascii():
        raise Malformed(
            "svg_encoding",
            f"the SVG says its encoding is {encoding!r} and uses more of it than ASCII; only UTF-8 is read",
            hint="Save it as UTF-8.",
        )


def _read(image: bytes, prolog: _Prolog, namespace: str, local_name: str) -> _Found:
    from lxml import etree  # noqa: PLC0415 - loaded when first used: it takes 15 ms

    reader = _ElementReader(f"{{{namespace}}}{local_name}")
    # No document type reaches this parser, so it knows no entities but the five of XML, and any other is an error; the
    # switches repeat that, in case of a mistake above. Entities are "internal" rather than False because libxml2 would
    # then hand over an attribute with "&#38;" where "&amp;" stands.
    parser = etree.XMLParser(  # type: ignore[call-overload]  # the stubs lack the form of start() with prefixes
        target=reader, encoding="utf-8", resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        etree.fromstring(_without_declarations(image, prolog), parser)
    except etree.LxmlError as exc:
        reason = " ".join(str(exc).partition(" (<string>")[0].split())[:200]
        raise Malformed("svg_malformed", f"the SVG is not well-formed XML: {reason}") from exc
    # A prefix without a declaration is an error that libxml2 reports and lxml does not raise.
    errors = parser.error_log.filter_from_errors()
    if errors:
        raise Malformed("svg_malformed", f"the SVG is not well-formed XML: {errors[0].message[:200]}")
    return reader.found


def _without_declarations(image: bytes, prolog: _Prolog) -> bytes:
    """The document with blank lines for XML declaration and document type, so that line numbers stay as they are."""
    start, end = prolog.document_type
    blank_lines = b"\n" * image.count(b"\n", 0, prolog.start)
    more_blank_lines = b"\n" * image.count(b"\n", start, end)
    return b"".join([blank_lines, image[prolog.start : start], more_blank_lines, image[end:]])


class _ElementReader:
    """Collects the wanted elements from lxml's events; what it raises ends the parsing."""

    def __init__(self, wanted: str) -> None:
        self.found = _Found({})
        self._wanted = wanted
        self._depth = 0
        self._elements = 0
        self._verify: str | None = None
        self._body: list[str] | None = None  # a list while inside a wanted element

    def start(self, tag: str, attributes: Mapping[str, str], prefixes: Mapping[str, str]) -> None:
        self._refuse_inside("an element")
        if self._elements == 0:
            if tag not in ("svg", f"{{{SVG_NAMESPACE}}}svg"):
                raise Malformed(
                    "svg_malformed",
                    f"the root element must be svg, not {tag[:80]!r}",
                    hint="If this is a web page that shows the badge, save the picture itself.",
                )
            self.found.root_prefixes = dict(prefixes)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Malformed("image_too_complex", f"the SVG nests elements deeper than {MAX_DEPTH}")
        if self._elements == MAX_ELEMENTS:
            raise Malformed("image_too_complex", f"the SVG has more than {MAX_ELEMENTS:,} elements")
        if tag == self._wanted:
            self.found.ordinals.add(self._elements)
            self._verify = attributes.get("verify")
            self._body = []
        self._elements += 1

    def end(self, _tag: str) -> None:
        self._depth -= 1
        if self._body is not None:
            self.found.texts.append(SvgText(self._verify, "".join(self._body) or None))
            self._body = None

    def data(self, text: str) -> None:
        if self._body is not None:
            self._body.append(text)

    def comment(self, _text: str) -> None:
        self._refuse_inside("a comment")

    def pi(self, _target: str, _data: str | None = None) -> None:
        self._refuse_inside("a processing instruction")

    def close(self) -> None:
        """Nothing to hand over: lxml asks for this method."""

    def _refuse_inside(self, what: str) -> None:
        if self._body is not None:
            raise Malformed("svg_body_not_text", f"the element {self._wanted} must hold text only, and holds {what}")


def _check_put(text: SvgText, prefix: str) -> None:
    if text.body == "" or (text.verify is None and text.body is None):
        raise ValueError("an element needs an attribute verify, or a body that is not empty")
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} cannot be used as a namespace prefix")


def _encode_element(name: str, declaration: str, text: SvgText, encoding: str) -> bytes:
    for value in (text.verify, text.body):
        if value is not None and (character := _NOT_AN_XML_CHARACTER.search(value)):
            raise Malformed("image_text_unrepresentable", f"XML cannot contain the character {character[0]!r}")
    verify = "" if text.verify is None else f' verify="{text.verify.translate(_ATTRIBUTE_ESCAPES)}"'
    element = f"<{name}{declaration}{verify}>{'' if text.body is None else _character_data(text.body)}</{name}>"
    if encoding not in _UTF_8_NAMES and not element.isascii():
        raise Malformed(
            "image_text_unrepresentable",
            f"the SVG says its encoding is {encoding!r}, so only a text of ASCII characters fits into it",
            hint="Save the picture as UTF-8 first.",
        )
    return element.encode("utf-8")


def _character_data(text: str) -> str:
    # "]]>" would end the section (XML 2.7), and a bare carriage return would be read as a line feed (XML 2.11).
    split = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<![CDATA[{split}]]>"


def _extents(image: bytes, root_start: int, ordinals: AbstractSet[int]) -> list[tuple[int, int]]:
    """Where the elements lie whose start tags have these numbers in document order; they hold no other elements."""
    extents = []
    number = -1
    open_since: int | None = None
    for markup in _MARKUP.finditer(image, root_start) if ordinals else ():
        if markup["end"] is None:
            continue  # a comment, a processing instruction or a CDATA section
        if markup["end"]:
            if open_since is not None:
                extents.append((open_since, markup.end()))
                open_since = None
            continue
        number += 1
        if number in ordinals:
            if markup["empty"]:
                extents.append(markup.span())
            else:
                open_since = markup.start()
    return extents
