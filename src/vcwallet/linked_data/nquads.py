"""A strict reader of N-Quads text (RDF 1.1 N-Quads): for statements that somebody else has written out."""

import re
from typing import Final

from vcwallet.errors import Malformed
from vcwallet.linked_data.statement import Statement, iri_term, literal_term

# The productions of RDF 1.1 N-Quads, section 4, under their names.
_UCHAR: Final = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRIREF: Final = rf'<([^\x00-\x20<>"{{}}|^`\\]*(?:(?:{_UCHAR})[^\x00-\x20<>"{{}}|^`\\]*)*)>'
_PN_CHARS_U: Final = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF_:"
)
_PN_CHARS: Final = rf"{_PN_CHARS_U}\-0-9\u00B7\u0300-\u036F\u203F-\u2040"
_BLANK_NODE_LABEL: Final = rf"(_:[{_PN_CHARS_U}0-9](?:[{_PN_CHARS}.]*[{_PN_CHARS}])?)"
_STRING_LITERAL_QUOTE: Final = rf'"([^"\\\n\r]*(?:(?:\\[tbnrf"\'\\]|{_UCHAR})[^"\\\n\r]*)*)"'
_LANGTAG: Final = r"@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*)"
_STATEMENT: Final = re.compile(
    rf"[ \t]*(?:{_IRIREF}|{_BLANK_NODE_LABEL})"
    rf"[ \t]*{_IRIREF}"
    rf"[ \t]*(?:{_IRIREF}|{_BLANK_NODE_LABEL}|{_STRING_LITERAL_QUOTE}(?:[ \t]*\^\^[ \t]*{_IRIREF}|[ \t]*{_LANGTAG})?)"
    rf"[ \t]*(?:{_IRIREF}|{_BLANK_NODE_LABEL})?"
    r"[ \t]*\.[ \t]*(?:#.*)?"
)
_EMPTY_LINE: Final = re.compile(r"[ \t]*(?:#.*)?")
_END_OF_LINE: Final = re.compile(r"[\n\r]")
_ESCAPE: Final = re.compile(rf"{_UCHAR}|\\.")
_NAMED_ESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|^`\\]*')
_GREATEST_CODE_POINT: Final = 0x10FFFF
_SHOWN_CHARACTERS: Final = 80


def parse_nquads(text: str) -> list[Statement]:
    """The statements of an N-Quads document, one for each line, their terms in canonical form.

    Lines end with a line feed or a carriage return and nothing else: U+0085 and its like are text. Raises Malformed
    nquads_syntax.
    """
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise Malformed("nquads_syntax", "expected N-Quads, found a lone surrogate") from exc
    statements = []
    for number, line in enumerate(_END_OF_LINE.split(text), start=1):
        if _EMPTY_LINE.fullmatch(line):
            continue
        match = _STATEMENT.fullmatch(line)
        if match is None:
            raise _not_a_statement(number, line)
        try:
            statements.append(_statement(*match.groups()))
        except ValueError as exc:
            raise _not_a_statement(number, line) from exc
    return statements


def _statement(  # noqa: PLR0913, PLR0917 - one for each group of the expression above
    subject_iri: str | None,
    subject_label: str | None,
    predicate_iri: str,
    object_iri: str | None,
    object_label: str | None,
    value: str | None,
    datatype: str | None,
    language: str | None,
    graph_iri: str | None,
    graph_label: str | None,
) -> Statement:
    subject = subject_label or _iri_term(subject_iri)
    object_ = object_label
    if value is not None:
        if datatype is not None:
            object_ = literal_term(_unescaped(value), datatype=_checked_iri(datatype))
        else:
            object_ = literal_term(_unescaped(value), language=language or "")
    graph = graph_label or ("" if graph_iri is None else _iri_term(graph_iri))
    return Statement(subject, _iri_term(predicate_iri), object_ or _iri_term(object_iri), graph)


def _iri_term(text: str | None) -> str:
    assert text is not None
    return iri_term(_checked_iri(text))


def _checked_iri(text: str) -> str:
    iri = _unescaped(text)
    if not _IRI.fullmatch(iri):
        raise ValueError("not an absolute IRI")
    return iri


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    kind, digits = escape[0][1], escape[0][2:]
    if kind not in "uU":
        return _NAMED_ESCAPES[kind]
    code = int(digits, 16)
    if code > _GREATEST_CODE_POINT or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        raise ValueError("not a character")
    return chr(code)


def _not_a_statement(number: int, line: str) -> Malformed:
    shown = line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"
    return Malformed("nquads_syntax", f"expected an N-Quads statement in line {number}, found {shown!r}")
