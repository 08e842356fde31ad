"""The view of a presentation reads what is there and never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.credentials.presentation import Presentation, is_presentation
from vcwallet.credentials.presentation_rules import MAX_PROBLEMS, presentation_notes, presentation_problems

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
MEMBERS = st.sampled_from(["@context", "id", "type", "holder", "verifiableCredential", "proof"])


@pytest.mark.parametrize(
    ("holder", "expected"),
    [("did:a:b", "did:a:b"), ({"id": "did:a:b"}, "did:a:b"), ({}, None), (5, None), (None, None), (["did:a:b"], None)],
)
def test_the_holder_is_an_identifier_or_an_object_with_one(holder, expected):
    assert Presentation({"holder": holder}).holder_id == expected


def test_what_is_presented_is_handed_out_in_order():
    assert Presentation({"verifiableCredential": [{"id": 1}, "token"]}).credentials == ({"id": 1}, "token")
    assert Presentation({"verifiableCredential": {"id": 1}}).credentials == ({"id": 1},)
    assert Presentation({}).credentials == ()


def test_the_data_model_is_that_of_the_first_context():
    assert Presentation({"@context": ["https://www.w3.org/ns/credentials/v2", "x"]}).version == "2.0"
    assert Presentation({"@context": "https://www.w3.org/2018/credentials/v1"}).version == "1.1"
    assert Presentation({"@context": ["x", "https://www.w3.org/ns/credentials/v2"]}).version is None


@given(st.dictionaries(MEMBERS, JSON, max_size=6), st.booleans())
def test_any_json_is_read_and_judged_without_an_exception(document, tokens_allowed):
    view = Presentation(document)

    assert isinstance(view.types, tuple)
    assert view.id is None or isinstance(view.id, str)
    assert view.holder_id is None or isinstance(view.holder_id, str)
    assert is_presentation(document) in (True, False)
    assert len(presentation_problems(document, tokens_allowed=tokens_allowed)) <= MAX_PROBLEMS
    assert len(presentation_notes(document)) <= 1


def test_a_token_is_a_credential_only_where_tokens_are_allowed():
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": "VerifiablePresentation",
        "verifiableCredential": ["a.b.c"],
    }

    assert presentation_problems(document, tokens_allowed=True) == []
    refused = presentation_problems(document, tokens_allowed=False)
    assert [problem.code for problem in refused] == ["presented_not_a_credential"]
