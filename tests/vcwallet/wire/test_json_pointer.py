"""JSON pointers: RFC 6901's own examples, what is no pointer, and that every place of a document can be named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed, Refused
from vcwallet.wire.json_pointer import escape, join, resolve, split, walk

# RFC 6901 section 5.
RFC_DOCUMENT = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC_DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_the_rfc_resolve(pointer, value):
    assert resolve(RFC_DOCUMENT, pointer) == value


@pytest.mark.parametrize("pointer", ["foo", "~0", "/a~", "/a~2b", "/~~0", "#/foo", " /foo"])
def test_what_is_no_pointer_is_malformed(pointer):
    with pytest.raises(Malformed) as refused:
        split(pointer)
    assert refused.value.code == "pointer_syntax"


@pytest.mark.parametrize(
    "pointer",
    [
        "/bar",
        "/foo/2",
        "/foo/-",
        "/foo/00",
        "/foo/01",
        "/foo/-1",
        "/foo/+1",
        "/foo/1.0",
        "/foo/٠",
        "/foo/0\n",
        "/foo/0/0",
        "/foo/" + "9" * 5000,
        "/foo//0",
        "/a~1b/x",
    ],
)
def test_a_place_that_the_document_does_not_have_is_refused(pointer):
    with pytest.raises(Refused) as refused:
        resolve(RFC_DOCUMENT, pointer)
    assert refused.value.code == "pointer_not_found"
    assert len(str(refused.value)) < 200


def test_a_tilde_is_unescaped_after_the_slash():
    assert split("/~01") == ("~1",)
    assert escape("~1/") == "~01~1"


def test_join_escapes_names_and_takes_indexes():
    assert join("/a", "b/c", 0, "~") == "/a/b~1c/0/~0"
    assert join("") == ""


def test_walk_visits_everything_in_the_order_of_the_text():
    document = {"a": [1, {"b": None}], "c/d": {}}
    assert list(walk(document)) == [
        ("", document),
        ("/a", [1, {"b": None}]),
        ("/a/0", 1),
        ("/a/1", {"b": None}),
        ("/a/1/b", None),
        ("/c~1d", {}),
    ]


@given(st.lists(st.text()))
def test_what_is_joined_can_be_split(tokens):
    assert split(join("", *tokens)) == tuple(tokens)


@given(
    st.recursive(
        st.none() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.sampled_from("ab/~01-"), max_size=3), inner),
        max_leaves=15,
    )
)
def test_every_place_of_a_document_resolves_to_its_value(document):
    places = list(walk(document))

    assert len({pointer for pointer, _ in places}) == len(places)
    assert all(resolve(document, pointer) is value for pointer, value in places)


@given(st.text())
def test_arbitrary_text_is_a_pointer_or_malformed(text):
    try:
        tokens = split(text)
    except Malformed:
        return
    assert join("", *tokens) == text
