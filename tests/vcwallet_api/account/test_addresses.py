"""Which text is an address, and which two are one mailbox."""

import pytest

from vcwallet_api.account.addresses import EmailAddress, parse_address, spellings
from vcwallet_api.refusals import Unusable


@pytest.mark.parametrize(
    "text", ["ana@campus.example", " ana@campus.example ", "a.n+x@sub.campus.example", "añá@ñandú.example"]
)
def test_addresses_are_taken_as_they_are_typed(text):
    assert parse_address(text).value == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@x.example",
        "ana@x",
        "a@b@x.example",
        ".a@x.example",
        "a..b@x.example",
        "a@-x.example",
        "a@x..example",
        "a\0@x.example",
        "a@x.example\n.y",
        "<a@x.example>",
        "x" * 65 + "@x.example",
        "a@" + "x" * 250 + ".example",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Unusable, match="address_malformed"):
        parse_address(text)


def test_case_is_no_difference_and_everything_else_is():
    key = EmailAddress("ana@campus.example").match_key

    assert EmailAddress("ANA@Campus.Example").match_key == key
    for other in ("аna@campus.example", "ana+x@campus.example", "a.na@campus.example", "ana@campus.example.org"):
        assert EmailAddress(other).match_key != key
    # Letters that lower() would fold onto others.
    assert EmailAddress("adm\u0130n@x.example").match_key != EmailAddress("admin@x.example").match_key
    assert EmailAddress("\u212aa@x.example").match_key != EmailAddress("ka@x.example").match_key
    assert EmailAddress("straße@x.example").match_key != EmailAddress("strasse@x.example").match_key


def test_the_usual_spellings_are_tried_each_once_in_lower_case_first():
    tried = list(spellings(EmailAddress("Ana.nunez@campus.example"), ["aNa.nunez@campus.example"]))

    assert tried[:3] == ["ana.nunez@campus.example", "Ana.nunez@campus.example", "aNa.nunez@campus.example"]
    assert {"Ana.Nunez@campus.example", "Ana.nunez@Campus.example", "ANA.NUNEZ@CAMPUS.EXAMPLE"} <= set(tried)
    assert len(tried) == len(set(tried)) <= 30
