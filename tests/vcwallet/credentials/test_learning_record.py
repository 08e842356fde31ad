import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.learner_records import ANA, EVA, member, record
from vcwallet.credentials import learning_record

PLACE = "/credentialSubject/verifiableCredential"


def codes(document):
    return [note.code for note in learning_record.notes(document)]


def about(*identifiers, subject_id=None):
    document = member(1, about=subject_id)
    document["credentialSubject"]["identifier"] = list(identifiers)
    return document


def identity(value, *, kind="emailAddress", hashed=False, **more):
    return {"type": "IdentityObject", "identityType": kind, "identityHash": value, "hashed": hashed, **more}


def with_identifiers(*identifiers, members):
    return record(*members, identifier=list(identifiers))


def test_members_are_listed_with_their_places():
    document = record({"n": 1}, "text", 7)

    assert learning_record.members(document) == [(f"{PLACE}/0", {"n": 1}), (f"{PLACE}/1", "text"), (f"{PLACE}/2", 7)]
    assert learning_record.members({"credentialSubject": {"verifiableCredential": {"n": 1}}}) == [(PLACE, {"n": 1})]


@pytest.mark.parametrize("document", [{}, {"credentialSubject": None}, {"credentialSubject": []}, record()])
def test_a_record_without_members_has_none(document):
    assert learning_record.members(document) == []
    assert learning_record.notes(document) == []
    assert learning_record.identity_problems(document) == []


def test_a_member_with_the_records_id_is_a_problem():
    document = record(member(1), member(2) | {"id": record()["id"]})

    [problem] = learning_record.identity_problems(document)
    assert (problem.code, problem.pointer) == ("member_id_of_record", f"{PLACE}/1/id")


def test_two_without_an_id_are_not_one():
    document = record({k: v for k, v in member(1).items() if k != "id"})
    del document["id"]

    assert learning_record.identity_problems(document) == []


@pytest.mark.parametrize(
    ("theirs", "is_other"),
    [
        (about(subject_id=ANA), False),
        (about(subject_id=EVA), True),
        (about(subject_id=None), False),
        (about(identity("ana@campus.example"), subject_id=ANA), False),
        (about(identity("ana@campus.example")), False),
        (about(identity("eva@campus.example")), True),
        (about(identity("eva@campus.example"), identity("ana@campus.example")), False),
        (about(identity("ana@campus.example"), subject_id=EVA), False),  # one identity in common is enough
        (about(identity("ana@campus.example", kind="sourcedId")), True),
        (about(identity("SHA256$AB", hashed=True)), False),
        (about(identity("sha256$cd", hashed=True)), True),
        (about(identity("sha256$cd", hashed=True, salt="x")), False),  # the same person has another hash each time
        (about(identity(7)), False),
        (about("ana@campus.example"), False),
    ],
)
def test_who_a_member_is_about(theirs, is_other):
    mine = [identity("ana@campus.example"), identity("sha256$ab", hashed=True)]
    document = with_identifiers(*mine, members=[theirs])

    assert ("member_about_another_subject" in codes(document)) == is_other


def test_a_record_about_nobody_in_particular_has_no_others():
    document = record(member(1, about=EVA))
    del document["credentialSubject"]["id"]

    assert codes(document) == []


def association(source, target):
    return {"type": "Association", "associationType": "isChildOf", "sourceId": source, "targetId": target}


def test_associations_know_the_achievements_of_the_record_and_of_its_members():
    own, foreign = "urn:own", member(1)["credentialSubject"]["achievement"]["id"]
    good = record(member(1), achievement=[{"id": own}], association=[association(own, foreign)])
    bad = record(
        member(1), achievement=[{"id": own}], association=[association("urn:x", own), association(own, "urn:y")]
    )

    assert codes(good) == []
    assert [(note.code, note.pointer) for note in learning_record.notes(bad)] == [
        ("association_points_nowhere", "/credentialSubject/association/0/sourceId"),
        ("association_points_nowhere", "/credentialSubject/association/1/targetId"),
    ]


def test_a_single_association_is_one():
    [note] = learning_record.notes(record(association=association("urn:x", None)))

    assert note.pointer == "/credentialSubject/association/sourceId"


def test_notes_come_to_an_end():
    document = record(association=[association("urn:x", "urn:y")] * 10_000)

    assert len(learning_record.notes(document)) == 50


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "identifier",
                    "credentialSubject",
                    "verifiableCredential",
                    "association",
                    "sourceId",
                    "targetId",
                    "achievement",
                    "identityType",
                    "identityHash",
                    "hashed",
                    "salt",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_whatever_stands_there_is_read_without_a_fault(value):
    for document in ({"credentialSubject": value, "id": "urn:a"}, record(value), record(association=value)):
        assert all(note.code for note in learning_record.notes(document))
        assert all(problem.code for problem in learning_record.identity_problems(document))
