"""The list of revoked ids is read in every spelling that is about, and a list that cannot be read clears nobody."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.status_samples import AT, CREDENTIAL_ID, ISSUER, Source, without
from vcwallet.errors import FetchFailed, Malformed, Refused, Undecided, VcwalletError
from vcwallet.status.method import Bearing
from vcwallet.status.revocation_list import REVOCATION_LIST, new_revocation_list, revocation_list_entry

URL = "https://college.example/revocations"
ENTRY = {"id": URL, "type": "1EdTechRevocationList"}
OTHER = "https://college.example/credentials/8"
EMPTY = {"id": URL, "issuer": ISSUER, "revokedCredential": []}


def read(content, *, entry=ENTRY, credential_id=CREDENTIAL_ID):
    source = Source({URL: content})
    value = REVOCATION_LIST.read(
        entry, credential_id=credential_id, issuer_id=ISSUER, source=source, at=AT, pointer="/credentialStatus"
    )
    assert source.asked == [("json", URL)]
    return value


def listing(*items, **members):
    return {**EMPTY, "revokedCredential": list(items), **members}


def code(content, **options):
    with pytest.raises((Malformed, Refused, Undecided)) as refused:
        read(content, **options)
    return refused.value.code


@pytest.mark.parametrize(
    "content",
    [
        listing({"id": CREDENTIAL_ID}),
        listing({"id": CREDENTIAL_ID, "revoked": True}),
        listing({"id": OTHER}, {"id": CREDENTIAL_ID}),
        {**EMPTY, "revokedCredential": {"id": CREDENTIAL_ID}},
        {"id": URL, "issuer": ISSUER, "revokedCredentials": [{"id": CREDENTIAL_ID}]},
        {**EMPTY, "revokedCredentials": [{"id": CREDENTIAL_ID}]},
        listing({"id": CREDENTIAL_ID}, issuer={"id": ISSUER, "type": "Profile"}),
        listing({"id": CREDENTIAL_ID, "revoked": False}, {"id": CREDENTIAL_ID, "revoked": True}),
        listing({"id": CREDENTIAL_ID}, 5, None, {"revoked": "perhaps"}),
        {"revokedCredential": [{"id": CREDENTIAL_ID}]},
    ],
    ids=lambda content: json.dumps(without(content, "id", "issuer"))[:60],
)
def test_a_listed_credential_is_revoked(content):
    value = read(content)

    assert (value.is_withdrawn, value.purpose, value.index, value.list_id) == (True, "revocation", None, URL)


@pytest.mark.parametrize(
    "content",
    [
        EMPTY,
        without(EMPTY, "revokedCredential"),
        listing({"id": OTHER}),
        listing({"id": CREDENTIAL_ID, "revoked": False}),
        listing({"id": CREDENTIAL_ID + "7"}, {"id": CREDENTIAL_ID.upper()}),
    ],
    ids=lambda content: json.dumps(without(content, "id", "issuer"))[:60],
)
def test_a_credential_that_is_not_listed_is_good(content):
    assert read(content).bearing is Bearing.GOOD


@pytest.mark.parametrize(
    ("listed", "own"),
    [
        ("https://college.example/b%C3%A5dge/7", "https://college.example/bådge/7"),
        ("https://college.example/bådge/7", "https://college.example/b%c3%a5dge/7"),
        ("https://college.example/%62adge/7 ", "https://college.example/badge/7"),
    ],
)
def test_ids_are_compared_as_those_of_equal_credentials(listed, own):
    """OB 3.0, 10. Compared as they are spelt, a revoked credential was told to be good."""
    assert read(listing({"id": listed}), credential_id=own).is_withdrawn


def test_the_reason_is_handed_on():
    assert (
        read(listing({"id": CREDENTIAL_ID, "revocationReason": "awarded by mistake"})).message == "awarded by mistake"
    )
    assert read(listing({"id": CREDENTIAL_ID})).message is None
    assert read(listing({"id": CREDENTIAL_ID, "revocationReason": 5})).message is None


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        [{"id": CREDENTIAL_ID}],
        "revoked",
        {},
        {"error": "not found"},
        {"id": URL},
        {"issuer": ISSUER},
        {**EMPTY, "revokedCredential": None},
        {**EMPTY, "revokedCredential": "none"},
        {**EMPTY, "revokedCredentials": 0},
        listing({"revoked": True}),
        listing({"id": None}),
        listing({"id": ""}),
        listing(5),
        listing("urn:x"),
        listing(CREDENTIAL_ID),
        listing([CREDENTIAL_ID]),
        listing({"id": CREDENTIAL_ID, "revoked": "true"}),
        listing({"id": CREDENTIAL_ID, "revoked": None}),
        listing({"id": CREDENTIAL_ID, "revoked": 1}),
    ],
    ids=lambda content: json.dumps(content)[:60],
)
def test_a_list_that_cannot_be_read_gives_no_answer(content):
    assert code(content) == "status_list_malformed"


def test_the_list_of_somebody_else_does_not_answer():
    assert code(listing(issuer="did:web:other.example")) == "status_list_issuer_mismatch"
    assert code(listing(issuer=None)) == "status_list_issuer_mismatch"
    assert code(listing(id="https://college.example/other")) == "status_list_mismatch"
    assert read(without(EMPTY, "issuer")).bearing is Bearing.GOOD
    assert read(without(EMPTY, "id")).bearing is Bearing.GOOD


@pytest.mark.parametrize(
    "kind", ["Letter", ["Letter"], "1edtechrevocationlist", "", [], None, 5, {}, [["RevocationList"]]]
)
def test_what_says_that_it_is_something_else_is_no_list(kind):
    """A letter that names no revoked credential was taken for an empty list, and every badge called good by it."""
    assert code({**EMPTY, "type": kind}) == "status_list_kind_unknown"
    with pytest.raises(Undecided):
        new_revocation_list(URL, ISSUER, {}, previous={**EMPTY, "type": kind})


@pytest.mark.parametrize(
    "kind", ["1EdTechRevocationList", "RevocationList", ["1EdTechRevocationList"], ["X", "RevocationList"]]
)
def test_a_list_may_say_what_it_is(kind):
    assert read({**EMPTY, "type": kind}).bearing is Bearing.GOOD
    assert read(listing({"id": CREDENTIAL_ID}, type=kind)).is_withdrawn


def test_a_credential_without_an_id_cannot_be_looked_up():
    source = Source({URL: EMPTY})
    for nobody in (None, ""):
        with pytest.raises(Malformed) as refused:
            REVOCATION_LIST.read(ENTRY, credential_id=nobody, issuer_id=ISSUER, source=source, at=AT)
        assert refused.value.code == "status_entry_malformed"
    assert source.asked == []


@pytest.mark.parametrize("identifier", [None, "", 5, [URL]])
def test_an_entry_without_the_address_of_a_list_is_malformed(identifier):
    with pytest.raises(Malformed) as refused:
        REVOCATION_LIST.read(
            {**ENTRY, "id": identifier},
            credential_id=CREDENTIAL_ID,
            issuer_id=ISSUER,
            source=Source(),
            at=AT,
            pointer="/x",
        )

    assert (refused.value.code, refused.value.pointer) == ("status_entry_malformed", "/x/id")


def test_an_unreachable_list_is_the_sources_answer():
    with pytest.raises(FetchFailed):
        REVOCATION_LIST.read(ENTRY, credential_id=CREDENTIAL_ID, issuer_id=ISSUER, source=Source(), at=AT)


# --- writing -------------------------------------------------------------------------------------------------------


def test_what_is_written_is_read():
    content = new_revocation_list(URL, ISSUER, {OTHER: None, CREDENTIAL_ID: "awarded by mistake"})

    assert revocation_list_entry(URL) == ENTRY
    assert read(content).message == "awarded by mistake"
    assert read(content, credential_id=OTHER).is_withdrawn
    assert not read(content, credential_id="urn:uuid:7").is_withdrawn
    assert read(new_revocation_list(URL, ISSUER, {})).bearing is Bearing.GOOD


def test_the_order_of_revocation_does_not_show():
    one, other = {"urn:b": None, "urn:a": None}, {"urn:a": None, "urn:b": None}

    assert json.dumps(new_revocation_list(URL, ISSUER, one)) == json.dumps(new_revocation_list(URL, ISSUER, other))


def test_what_was_revoked_stays_revoked():
    published = new_revocation_list(URL, ISSUER, {OTHER: None})

    more = new_revocation_list(URL, ISSUER, {OTHER: None, CREDENTIAL_ID: None}, previous=published)

    assert len(more["revokedCredential"]) == 2
    with pytest.raises(Refused) as refused:
        new_revocation_list(URL, ISSUER, {CREDENTIAL_ID: None}, previous=more)
    assert refused.value.code == "status_list_goes_back"
    assert new_revocation_list(URL, ISSUER, {}, previous=listing({"id": OTHER, "revoked": False}))


@pytest.mark.parametrize("previous", [[], {}, listing({"revoked": True}), listing(id="https://college.example/other")])
def test_a_published_list_that_cannot_be_read_is_not_replaced(previous):
    with pytest.raises((Malformed, Refused)):
        new_revocation_list(URL, ISSUER, {}, previous=previous)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["id", CREDENTIAL_ID, URL, ISSUER]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "revoked", "issuer", "revokedCredential", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_found_gets_an_answer_or_an_error_of_ours(content):
    with contextlib.suppress(VcwalletError):
        read(content)
