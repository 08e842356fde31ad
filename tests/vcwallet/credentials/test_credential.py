"""Equality and replacement (OB 3.0, 10), which decide what a refresh may return and what a wallet keeps."""

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import Credential, is_newer, is_same_credential
from vcwallet.wire.timestamps import format_timestamp

# What appears in identifiers, and what could blur where one begins and another ends.
IDENTIFIERS = st.text(st.sampled_from("ab/:%20AB é#?"), min_size=1, max_size=8).filter(lambda text: text.strip())
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def credential(credential_id="urn:1", issuer="urn:issuer", valid_from=None, member="validFrom"):
    document = {"id": credential_id, "issuer": issuer}
    if valid_from is not None:
        document[member] = valid_from
    return Credential({name: value for name, value in document.items() if value is not None})


def test_the_same_are_the_same_whatever_else_they_say():
    one = credential(valid_from="2026-01-01T00:00:00Z")

    assert is_same_credential(one, credential(issuer={"id": "urn:issuer", "name": "X"}))
    assert not is_same_credential(one, credential("urn:2"))
    assert not is_same_credential(one, credential(issuer="urn:other"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x%20y", "https://a.example/x y", True),
        ("https://a.example/%C3%A9", "https://a.example/é", True),
        ("https://a.example/%41", "https://a.example/A", True),
        (" https://a.example/1\n", "https://a.example/1", True),
        ("https://a.example/1%20", "https://a.example/1", True),
        ("https://a.example/A", "https://a.example/a", False),
        ("https://A.example/1", "https://a.example/1", False),
        ("https://a.example/1", "https://a.example/1/", False),
        ("https://a.example/1", "https://a.example/1#", False),
        ("urn:uuid:1", "urn:uuid:1 2", False),
    ],
)
def test_identifiers_are_compared_decoded_and_trimmed_and_in_no_other_way(one, other, same):
    assert is_same_credential(credential(one), credential(other)) is same
    assert is_same_credential(credential(issuer=one), credential(issuer=other)) is same


@pytest.mark.parametrize("missing", [None, "", 7, []])
def test_who_has_no_identifier_is_nobodys_equal_not_even_its_own(missing):
    for one in (credential(missing), credential(issuer=missing), credential(issuer={"id": missing})):
        assert not is_same_credential(one, one)
        assert not is_newer(one, one)


@given(IDENTIFIERS, IDENTIFIERS, IDENTIFIERS, IDENTIFIERS)
def test_equality_is_an_equivalence(a, b, c, d):
    one, two, three = credential(a, b), credential(c, d), credential(a, d)

    assert is_same_credential(one, one)
    assert is_same_credential(one, two) == is_same_credential(two, one)
    if is_same_credential(one, two) and is_same_credential(two, three):
        assert is_same_credential(one, three)


@given(IDENTIFIERS, st.text(" \t\n", max_size=3), st.text(" \t\n", max_size=3))
def test_encoding_and_blanks_make_no_other_credential(identifier, before, after):
    plain = identifier.replace("%", "_")  # what a decoder leaves alone

    assert is_same_credential(credential(plain), credential(before + quote(plain, safe="") + after))
    assert not is_same_credential(credential(plain), credential(plain + "x"))


@given(MOMENTS, MOMENTS, st.integers(-14, 14), st.integers(-14, 14))
def test_the_later_replaces_whatever_zone_it_is_written_in(a, b, here, there):
    def written(moment, hours):
        return moment.astimezone(timezone(timedelta(hours=hours))).isoformat()

    one, two = credential(valid_from=written(a, here)), credential(valid_from=written(b, there))

    assert is_newer(one, two) == (a > b)
    assert not (is_newer(one, two) and is_newer(two, one))
    assert not is_newer(one, credential("urn:2", valid_from=format_timestamp(b)))


@pytest.mark.parametrize("unreadable", [None, "", "yesterday", "2026-01-01", 7])
def test_without_a_beginning_nothing_replaces_and_nothing_is_replaced(unreadable):
    dated = credential(valid_from="2026-01-01T00:00:00Z")

    assert not is_newer(credential(valid_from=unreadable), dated)
    assert not is_newer(dated, credential(valid_from=unreadable))


def test_the_older_data_model_is_compared_with_the_newer():
    older = credential(valid_from="2026-01-01T00:00:00Z", member="issuanceDate")

    assert is_newer(credential(valid_from="2026-01-01T00:00:00.001Z"), older)
    assert not is_newer(older, credential(valid_from="2026-01-01T00:00:00Z"))


def test_the_members_of_a_record_are_seen_one_by_one_and_nothing_else_has_any():
    inside = {"id": "urn:1", "name": "Knots"}

    record = Credential({"credentialSubject": {"verifiableCredential": [inside, "a.b.c"]}})
    of_one = Credential({"credentialSubject": {"verifiableCredential": inside}})

    assert [member.name for member in record.members] == ["Knots"]
    assert of_one.members == record.members
    assert Credential({"credentialSubject": [{"verifiableCredential": inside}, {}]}).members == ()
    assert credential().members == ()
