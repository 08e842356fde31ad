"""The reader of N-Quads: what it takes, and that it takes nothing else."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.linked_data.nquads import parse_nquads
from vcwallet.linked_data.statement import Statement, literal_term

PREDICATES = st.sampled_from(["<urn:p>", "<urn:q>"])
NODES = st.sampled_from([f"_:n{number}" for number in range(6)])
IRIS = st.sampled_from(["<urn:a>", "<urn:b>"])
LITERALS = st.builds(literal_term, st.text(max_size=4))
STATEMENTS = st.builds(Statement, NODES | IRIS, PREDICATES, NODES | IRIS | LITERALS, st.just("") | NODES | IRIS)
DATASETS = st.lists(STATEMENTS, max_size=12)


@pytest.mark.parametrize(
    ("line", "statement"),
    [
        ("<urn:s> <urn:p> <urn:o> .", Statement("<urn:s>", "<urn:p>", "<urn:o>")),
        ("<urn:s><urn:p><urn:o>.", Statement("<urn:s>", "<urn:p>", "<urn:o>")),
        ("\t_:s  <urn:p>\t_:o _:g . # said", Statement("_:s", "<urn:p>", "_:o", "_:g")),
        ("_:s.x <urn:p> _:1 <urn:g>.", Statement("_:s.x", "<urn:p>", "_:1", "<urn:g>")),
        ('_:s <urn:p> "a" .', Statement("_:s", "<urn:p>", '"a"')),
        ('_:s <urn:p> "a"@en-GB .', Statement("_:s", "<urn:p>", '"a"@en-GB')),
        ('_:s <urn:p> "1"^^<urn:d> .', Statement("_:s", "<urn:p>", '"1"^^<urn:d>')),
        ('_:s <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#string> .', Statement("_:s", "<urn:p>", '"1"')),
        (r'_:s <urn:p> "\u0041\U0001F600\t\'\"\\" .', Statement("_:s", "<urn:p>", '"A\U0001f600\\t\'\\"\\\\"')),
        (r'_:s <urn:p> "C:\\temp" .', Statement("_:s", "<urn:p>", r'"C:\\temp"')),
        (r"<urn:\u00E9> <urn:p> <urn:o> .", Statement("<urn:é>", "<urn:p>", "<urn:o>")),
        ('_:s <urn:p> "a\u0085b\u2028c\x0bd" .', Statement("_:s", "<urn:p>", '"a\u0085b\u2028c\\u000Bd"')),
    ],
)
def test_a_statement_is_read_into_canonical_terms(line, statement):
    assert parse_nquads(f"# first\n\n{line}\r\n") == [statement]


@pytest.mark.parametrize(
    "text",
    [
        "<urn:s> <urn:p> <urn:o>",
        "<urn:s> <urn:p> .",
        "<urn:s> _:p <urn:o> .",
        '"s" <urn:p> <urn:o> .',
        '<urn:s> <urn:p> <urn:o> "g" .',
        "<urn:s> <urn:p> <urn:o> . <urn:s> <urn:p> <urn:o> .",
        "<urn:s> <urn:p> <urn:o> .\u0085<urn:s> <urn:p> <urn:o> .",
        "<s> <urn:p> <urn:o> .",
        "<urn:a b> <urn:p> <urn:o> .",
        r"<urn:a\u0020b> <urn:p> <urn:o> .",
        r"<urn:a\u003Eb> <urn:p> <urn:o> .",
        r"<urn:\n> <urn:p> <urn:o> .",
        '_:s <urn:p> "a .',
        '_:s <urn:p> "a"b" .',
        r'_:s <urn:p> "\x" .',
        r'_:s <urn:p> "\u00g0" .',
        r'_:s <urn:p> "\uD800" .',
        r'_:s <urn:p> "\U00110000" .',
        '_:s <urn:p> "a"@en_GB .',
        '_:s <urn:p> "a"@1 .',
        '_:s <urn:p> "a"^^d .',
        '_:s <urn:p> "a"^^<d> .',
        "_: <urn:p> <urn:o> .",
        "_:-a <urn:p> <urn:o> .",
        "\ufeff<urn:s> <urn:p> <urn:o> .",
        '_:s <urn:p> "\ud800" .',
    ],
)
def test_anything_else_is_malformed_and_never_skipped(text):
    with pytest.raises(Malformed) as caught:
        parse_nquads(text)

    assert caught.value.code == "nquads_syntax"


def test_the_message_names_the_line():
    with pytest.raises(Malformed, match="in line 3, found 'what'"):
        parse_nquads("# one\r\nwhat\n")


@settings(max_examples=200, deadline=None)
@given(DATASETS)
def test_what_is_written_is_read_again(dataset):
    assert parse_nquads("".join(statement.line() for statement in dataset)) == dataset


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='<>"_:.\\ ut#@^ab\n\r', max_size=40))
def test_no_text_makes_the_reader_fail_in_another_way(text):
    with contextlib.suppress(Malformed):
        parse_nquads(text)
