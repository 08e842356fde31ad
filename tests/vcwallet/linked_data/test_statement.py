import pytest

from vcwallet.linked_data.statement import XSD, Statement, is_absolute_iri, is_language_tag, literal_term


def test_a_statement_in_the_default_graph_is_a_line_of_three_terms():
    assert Statement("_:a", "<urn:p>", '"o"').line() == '_:a <urn:p> "o" .\n'
    assert Statement("_:a", "<urn:p>", '"o"', "<urn:g>").line() == '_:a <urn:p> "o" <urn:g> .\n'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", '"plain"'),
        ('a "quote" and a \\', '"a \\"quote\\" and a \\\\"'),
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ("\x00\x07\x0b\x1f\x7f", '"\\u0000\\u0007\\u000B\\u001F\\u007F"'),
        ("é\u0085\u2028\U0001f600", '"é\u0085\u2028\U0001f600"'),
        ("C:\\temp", '"C:\\\\temp"'),
    ],
)
def test_a_literal_is_escaped_as_canonical_n_quads_demand(value, written):
    assert literal_term(value) == written


def test_a_literal_names_its_datatype_or_its_language_but_not_that_it_is_a_string():
    assert literal_term("1", datatype=XSD + "integer") == f'"1"^^<{XSD}integer>'
    assert literal_term("hi", language="en-gb") == '"hi"@en-gb'
    assert literal_term("hi", datatype=XSD + "string") == '"hi"'


@pytest.mark.parametrize(
    "iri",
    [
        "urn:uuid:1",
        "https://example.org/a?b#c",
        "did:key:z6Mk",
        "xsd:dateTime",
        "data:image/png;base64,AA==",
        "urn:é",
        "x:",
    ],
)
def test_an_absolute_iri_has_a_scheme(iri):
    assert is_absolute_iri(iri)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "/path",
        "#fragment",
        "//host/path",
        ":a",
        "1a:b",
        "_:b0",
        "a,b:c",
        "urn:a b",
        "urn:a\n",
        "urn:a\u0085",
        "urn:a\u00a0b",
        "urn:a\u2028b",
        "urn:a\ufeff",
        "urn:a\x00",
        "urn:a\x7f",
        *(f"urn:a{character}b" for character in '<>"{}|\\^`'),
    ],
)
def test_text_that_other_processors_drop_or_that_would_break_the_line_is_no_iri(text):
    assert not is_absolute_iri(text)


@pytest.mark.parametrize("tag", ["en", "en-GB", "zh-Hant-TW", "x-a-1", "abcdefgh"])
def test_a_language_tag_has_the_form_of_bcp_47(tag):
    assert is_language_tag(tag)


@pytest.mark.parametrize(
    "tag",
    ["", "en ", "en\n", "en_GB", "-en", "en-", "abcdefghi", "1n", "\u212aa", "é", "en .\n<urn:a> <urn:b> <urn:c>"],
)
def test_anything_else_is_no_language_tag(tag):
    assert not is_language_tag(tag)
