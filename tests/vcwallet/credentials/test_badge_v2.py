"""Open Badges 2.0 as a view, its rules, and older versions brought into its shape: whatever comes, nothing but answers."""

import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.credentials import badge_v2_rules
from vcwallet.credentials.badge_v2 import Assertion, parse_moment
from vcwallet.credentials.badge_v2_upgrade import is_badge_document, upgrade, version_of
from vcwallet.errors import Malformed

CONTEXT = "https://w3id.org/openbadges/v2"
MEMBERS = (
    *("@context", "id", "type", "recipient", "badge", "verification", "verify", "issuedOn", "issued_on", "expires"),
    *("uid", "salt", "image", "evidence", "narrative", "revoked", "endorsement", "issuer", "name", "url", "email"),
    *("origin", "org", "contact", "alignment", "criteria", "claim", "publicKey", "identity", "hashed", "creator"),
)
ROLES = ("assertion", "endorsement", "badge class", "profile", "key", "revocation list")

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.text(max_size=10),
        st.sampled_from([CONTEXT, "Assertion", "BadgeClass", "email", "hosted", "https://a.example/1", "2026-01-15"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5),
    max_leaves=20,
)
documents = st.dictionaries(st.sampled_from(MEMBERS), values, max_size=10)


@given(document=documents, role=st.sampled_from(ROLES), address=st.none() | st.just("https://a.example/1"))
def test_any_json_is_read_without_a_fault_and_without_being_changed(document, role, address):
    before = copy.deepcopy(document)

    upgraded, version = upgrade(document, role, address=address)
    problems = badge_v2_rules.problems(upgraded, role, version)
    view = Assertion(upgraded, version=version)
    for name in dir(Assertion):
        if not name.startswith("_"):
            getattr(view, name)

    assert document == before
    assert len(problems) <= 40
    assert isinstance(is_badge_document(document), bool)
    json.dumps(upgraded)


@given(document=documents, role=st.sampled_from(ROLES))
def test_what_is_2_0_already_stays_as_it_is(document, role):
    document = {**document, "@context": CONTEXT}
    document.pop("verify", None)

    assert upgrade(document, role, address="https://a.example/1") == (document, "2.0")


def test_a_badge_of_0_5_gets_the_shape_of_2_0():
    old = {
        "recipient": "ana@campus.example",
        "salt": "sea",
        "issued_on": "2011-06-01",
        "expires": 1893456000,
        "badge": {
            "version": "0.5.0",
            "name": "Knots",
            "image": "/knots.png",
            "description": "Ties knots",
            "criteria": "https://college.example/knots",
            "issuer": {
                "origin": "https://college.example",
                "name": "College",
                "org": "Sailing",
                "contact": "a@b.example",
            },
        },
    }

    upgraded, version = upgrade(old, "assertion", address="https://college.example/1")

    assert version == "0.5"
    assert upgraded["id"] == "https://college.example/1"
    assert upgraded["recipient"] == {"type": "email", "identity": "ana@campus.example", "hashed": False, "salt": "sea"}
    assert (upgraded["issuedOn"], upgraded["expires"]) == ("2011-06-01T00:00:00Z", "2030-01-01T00:00:00Z")
    assert upgraded["verification"] == {"type": "HostedBadge"}
    assert upgraded["badge"]["issuer"] == {
        "type": "Issuer",
        "name": "College: Sailing",
        "email": "a@b.example",
        "url": "https://college.example",
    }


def test_a_badge_of_1_0_is_named_by_its_address_or_its_uid():
    old = {
        "uid": "1",
        "recipient": {},
        "badge": "https://a.example/b",
        "verify": {"type": "hosted", "url": "https://a.example/1"},
    }
    signed = {**old, "verify": {"type": "signed", "url": "https://a.example/key.pem"}}

    assert upgrade(old, "assertion")[0]["id"] == "https://a.example/1"
    assert upgrade(signed, "assertion")[0]["id"] == "uid:1"
    assert upgrade(signed, "assertion")[0]["verification"]["creator"] == "https://a.example/key.pem"


def test_old_alignments_get_the_names_of_2_0():
    old = {"name": "Knots", "alignment": [{"url": "https://a.example", "name": "Sailing", "description": "At sea"}]}

    upgraded, _ = upgrade(old, "badge class", address="https://a.example/b")

    assert upgraded["alignment"] == [
        {"targetUrl": "https://a.example", "targetName": "Sailing", "targetDescription": "At sea"}
    ]


@pytest.mark.parametrize(
    ("document", "is_badge"),
    [
        ({"@context": CONTEXT}, True),
        ({"@context": [CONTEXT, {"a": "b"}], "type": "Issuer"}, True),
        ({"@context": "https://w3id.org/openbadges/v1", "type": "Assertion"}, True),
        ({"@context": "https://w3id.org/openbadges/v9", "type": "Assertion"}, True),
        ({"badge": "https://a.example", "verify": {}}, True),
        ({"badge": {}, "recipient": "a@b.example"}, True),
        ({"badge": {}}, False),
        ({"@context": ["https://www.w3.org/ns/credentials/v2", CONTEXT], "type": ["VerifiableCredential"]}, False),
        ({"@context": CONTEXT, "credentialSubject": {}}, False),
        ({"@context": CONTEXT, "vc": {}}, False),
        ({"type": "Profile"}, False),
        ({}, False),
    ],
)
def test_old_badges_are_told_from_verifiable_credentials(document, is_badge):
    assert is_badge_document(document) is is_badge


@pytest.mark.parametrize(
    ("document", "version"),
    [
        ({"recipient": "a@b.example", "badge": {}}, "0.5"),
        ({"recipient": "a@b.example", "badge": {}, "verify": {}}, "1.0"),
        ({"recipient": {}, "badge": "https://a.example"}, "1.0"),
        ({"@context": "https://w3id.org/openbadges/v1"}, "1.1"),
        ({"@context": ["https://w3id.org/openbadges/v1", CONTEXT]}, "2.0"),
        ({"@context": {}}, "2.0"),
    ],
)
def test_the_version_shows_in_the_context_or_the_shape(document, version):
    assert version_of(document) == version


@given(minutes=st.integers(-400_000_000, 400_000_000), zone=st.sampled_from(["Z", "+00", "+0000", "-00:00"]))
def test_moments_are_the_same_in_every_spelling_of_utc(minutes, zone):
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    assert parse_moment(moment.strftime("%Y-%m-%dT%H:%M") + zone) == moment


@pytest.mark.parametrize(
    "text", ["2026-01-15T09:00", "2026-01-15T09:00z", "2026-01-15", "2026-01-15T09:00+1", 5, None, "2026-02-30T09:00Z"]
)
def test_what_is_no_moment_is_malformed(text):
    with pytest.raises(Malformed):
        parse_moment(text)


def test_a_view_of_nothing_says_nothing():
    view = Assertion({})

    assert (view.id, view.name, view.issuer_id, view.issuer_name, view.subject_id, view.valid_from) == (None,) * 6
    assert (view.types, view.kind, view.verification_type, view.is_revoked) == ((), "Assertion", None, False)
