import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.credentials.embedded import Embedded, embedded_credentials
from vcwallet.wire import json_pointer


def found(document):
    return [(place.pointer, place.role, place.holder_id) for place in embedded_credentials(document)]


def test_a_plain_badge_has_none():
    assert found({"id": "urn:a", "credentialSubject": {"achievement": {"name": "endorsement"}}}) == []


def test_members_and_endorsements_are_found_wherever_they_stand():
    document = {
        "id": "urn:record",
        "endorsement": [{"n": 1}, {"n": 2}],
        "issuer": {"id": "urn:issuer", "endorsementJwt": ["a.b.c"], "parentOrg": {"endorsement": {"n": 3}}},
        "credentialSubject": {
            "id": "urn:ana",
            "verifiableCredential": [{"n": 4}],
            "achievement": [{"id": "urn:one"}, {"id": "urn:two", "creator": {"id": "urn:c", "endorsement": [{}]}}],
        },
        "evidence": [{"anything": [[{"id": "urn:deep", "endorsement": {}}]]}],
    }

    assert found(document) == [
        ("/endorsement/0", "endorsement", "urn:record"),
        ("/endorsement/1", "endorsement", "urn:record"),
        ("/issuer/endorsementJwt/0", "endorsement", "urn:issuer"),
        ("/issuer/parentOrg/endorsement", "endorsement", None),
        ("/credentialSubject/verifiableCredential/0", "member", "urn:ana"),
        ("/credentialSubject/achievement/1/creator/endorsement/0", "endorsement", "urn:c"),
        ("/evidence/0/anything/0/0/endorsement", "endorsement", "urn:deep"),
    ]


def test_what_is_inside_of_one_is_left_to_that_one():
    inner = {"id": "urn:inner", "endorsement": [{"id": "urn:innermost"}], "verifiableCredential": [{}]}

    assert found({"credentialSubject": {"verifiableCredential": [inner]}}) == [
        ("/credentialSubject/verifiableCredential/0", "member", None)
    ]
    assert found({"endorsement": inner}) == [("/endorsement", "endorsement", None)]


@pytest.mark.parametrize("value", [5, "text", True, [], {}, [None], [[{}]], 0, ""])
def test_what_is_no_credential_is_handed_out_too(value):
    places = list(embedded_credentials({"id": "urn:a", "endorsement": value}))

    assert [place.value for place in places] == (value if isinstance(value, list) else [value])


def test_nothing_is_nothing():
    assert found({"endorsement": None, "endorsementJwt": []}) == []


def test_an_id_that_is_no_text_is_no_id():
    assert found({"id": 7, "endorsement": [{}]}) == [("/endorsement/0", "endorsement", None)]


def test_pointers_are_escaped():
    assert found({"a/b": {"c~d": [{"endorsement": {}}]}}) == [("/a~1b/c~0d/0/endorsement", "endorsement", None)]


NAMES = st.sampled_from(["endorsement", "endorsementJwt", "verifiableCredential", "id", "a", "a/b", "~"])
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


def by_recursion(value, pointer=""):
    """The same, as one would write it down first."""
    if isinstance(value, dict):
        for name, inner in value.items():
            place = json_pointer.join(pointer, name)
            if name in ("endorsement", "endorsementJwt", "verifiableCredential"):
                yield from (
                    [(json_pointer.join(place, n), entry) for n, entry in enumerate(inner)]
                    if isinstance(inner, list)
                    else []
                    if inner is None
                    else [(place, inner)]
                )
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in items:
            if name not in ("endorsement", "endorsementJwt", "verifiableCredential"):
                yield from by_recursion(inner, json_pointer.join(pointer, name))


@given(DOCUMENTS)
def test_every_place_is_found_once_and_the_pointer_leads_there(document):
    places = list(embedded_credentials(document))

    assert sorted((place.pointer, repr(place.value)) for place in places) == sorted(
        (pointer, repr(value)) for pointer, value in by_recursion(document)
    )
    assert len({place.pointer for place in places}) == len(places)
    for place in places:
        assert json_pointer.resolve(document, place.pointer) == place.value
        assert isinstance(place, Embedded)
