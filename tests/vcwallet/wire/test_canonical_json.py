"""RFC 8785 through our entry point; the official vectors are in tests/conformance/test_json_canonicalization.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.wire.canonical_json import canonicalize


def test_members_are_sorted_by_utf16_code_units():
    assert canonicalize({"\ufb33": 1, "😀": 2, "é": 3, "\r": 4}).decode() == '{"\\r":4,"é":3,"😀":2,"\ufb33":1}'


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": float("nan")}, "json_number"),
        ({"a": float("inf")}, "json_number"),
        ({"a": 2**53}, "json_number"),
        ({"a": "\ud800"}, "json_lone_surrogate"),
        ({"a": b""}, "json_not_a_json_value"),
        ({1: 2}, "json_not_a_json_value"),
    ],
)
def test_a_value_without_canonical_form_is_malformed(value, code):
    with pytest.raises(Malformed) as refused:
        canonicalize(value)
    assert refused.value.code == code


def test_a_cycle_is_malformed():
    value = []
    value.append(value)
    with pytest.raises(Malformed) as refused:
        canonicalize(value)
    assert refused.value.code == "json_too_deep"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
        max_leaves=20,
    )
)
def test_the_canonical_text_reads_as_the_same_value_and_is_its_own_canonical_form(value):
    text = canonicalize(value)

    read_again = json.loads(text, parse_int=as_javascript_reads_it)
    assert read_again == value
    assert canonicalize(read_again) == text


def as_javascript_reads_it(digits):
    """The form is ECMAScript's, which writes doubles up to 10^21 without an exponent."""
    return int(digits) if abs(int(digits)) < 2**53 else float(digits)
