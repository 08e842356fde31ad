"""One RDF statement, and how each kind of term is written in it.

A term is held as the text that canonical N-Quads gives it (RDF Dataset Canonicalization, section 5), so that statements
are compared, sorted and hashed without being serialized again. Whatever makes statements writes their terms with the
functions of this module. What a document has to say to become a statement is decided elsewhere.
"""

import re
from typing import Final, NamedTuple

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

# The IRIREF of N-Quads with a scheme of RFC 3986, and without the white space and control characters that other
# processors take for a reason to drop a whole statement.
_ABSOLUTE_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f-\xa0\s\ufeff<>"{}|^`\\]*')
# BCP 47 as far as JSON-LD demands it, and so narrow that a tag can never end the literal it stands behind.
_LANGUAGE_TAG: Final = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_MUST_BE_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
# Canonical N-Quads: these seven by name, every other control character by number, nothing else.
_ESCAPES: Final = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}
_PLAIN_DATATYPE: Final = XSD + "string"


class Statement(NamedTuple):
    """A quad, each term written as canonical N-Quads: `<iri>`, `_:label`, `"literal"^^<datatype>`.

    `graph` is "" in the default graph. A blank node is known by its first character, `_`, which no other term has.
    """

    subject: str
    predicate: str
    object: str
    graph: str = ""

    def line(self) -> str:
        """The statement as a line of N-Quads, with its line feed."""
        if self.graph:
            return f"{self.subject} {self.predicate} {self.object} {self.graph} .\n"
        return f"{self.subject} {self.predicate} {self.object} .\n"


def is_absolute_iri(text: str) -> bool:
    """Whether `text` can stand between angle brackets as it is: it has a scheme, and no character that is forbidden."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def is_language_tag(text: str) -> bool:
    """Whether `text` has the form of a BCP 47 language tag, in ASCII."""
    return _LANGUAGE_TAG.fullmatch(text) is not None


def iri_term(iri: str) -> str:
    """An IRI as a term. The caller has checked it with `is_absolute_iri`."""
    return f"<{iri}>"


def escaped(value: str) -> str:
    """A text as it stands between the quotation marks of a literal."""
    return value.translate(_ESCAPES) if _MUST_BE_ESCAPED.search(value) else value


def literal_term(value: str, *, datatype: str = _PLAIN_DATATYPE, language: str = "") -> str:
    """A literal as a term. With a language, the datatype is rdf:langString and is not written.

    The caller has checked the datatype with `is_absolute_iri` and the language with `is_language_tag`.
    """
    value = escaped(value)
    if language:
        return f'"{value}"@{language}'
    if datatype == _PLAIN_DATATYPE:
        return f'"{value}"'
    return f'"{value}"^^<{datatype}>'
