"""What belongs to somebody else: found by nobody but its owner, under no spelling, member, method or route."""

import pytest

from tests.vcwallet_api.threats.hostile_values import ROPE, UNKNOWN
from tests.vcwallet_api.wallet_world import BEN, code_of
from tools.make_learner_example import ANA


def test_pages_do_not_show_what_is_somebody_elses(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    item, address = ana.backpack()[0]["id"], ana.addresses()[ANA]["id"]
    session = ana.get("/me/sessions").json()[0]["id"]
    asked = [
        ("GET", f"/backpack/{{}}{end}", item) for end in ("", "/picture")
    ] + [
        ("POST", f"/backpack/{{}}/{end}", item) for end in ("check", "hide", "show")
    ] + [
        ("GET", "/account/addresses/{}", address),
        ("POST", "/account/addresses/{}/resend", address),
        ("POST", "/account/addresses/{}/primary", address),
        ("POST", "/account/browsers/{}/sign-out", session),
    ]  # fmt: skip

    for method, path, own in asked:
        foreign, missing = (ben.client.request(method, path.format(name)) for name in (own, UNKNOWN))
        assert foreign.status_code == missing.status_code == 404, path
        assert foreign.text.replace(own, "") == missing.text.replace(UNKNOWN, "")
    for confirmed in ({"confirmed": "1"}, {"confirmed": ""}):
        assert ben.client.post(f"/backpack/{item}/remove", data=confirmed).status_code == 404
    assert ana.names() == ["Rope Work"]
    assert ana.get("/me").status_code == 200


@pytest.mark.parametrize("spelling", ["{}", "{{{}}}", "urn:uuid:{}", "uuid:{}", "bare", "upper", "arabic"])
def test_an_identifier_in_another_spelling_opens_no_more_than_in_its_own(wallet, spelling):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    item = ana.backpack()[0]["id"]
    spelled = {"bare": item.replace("-", ""), "upper": item.upper(), "arabic": "\u0660" + item[1:]}.get(
        spelling, spelling.format(item)
    )

    for path in (f"/backpack/{spelled}", f"/backpack/{spelled}/raw"):
        assert ana.get(path).status_code == 200
        assert ben.get(path).status_code == 404
    assert ben.delete(f"/backpack/{spelled}").status_code == 404
    assert ana.names() == ["Rope Work"]


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("/me", {"is_administrator": True}),
        ("/me", {"id": UNKNOWN}),
        ("/me", {"primary_address": BEN}),
        ("/me/addresses/{address}", {"is_verified": True}),
        ("/me/addresses/{address}", {"verified_at": "2024-01-01T00:00:00Z"}),
        ("/backpack/{item}", {"acceptance": "hidden", "state": "valid"}),
        ("/backpack/{item}", {"acceptance": "pending"}),
    ],
)
def test_no_member_can_be_set_that_is_not_offered(learner, path, members):
    own = {"address": learner.addresses()[ANA]["id"], "item": learner.backpack()[0]["id"]}

    refused = learner.patch(path.format(**own), json=members)

    assert (refused.status_code, code_of(refused)) == (400, "request_malformed")
    assert learner.get("/me").json()["is_administrator"] is False
    assert learner.names() == ["Rope Work"]


def test_there_is_nothing_for_administrators_that_could_be_guessed(learner):
    for path in ("/admin", "/admin/users", "/users", "/accounts"):
        assert learner.get(path).status_code == 404
    assert learner.post("/deliveries", json={"address": BEN, "credential": "x"}).status_code == 403


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_and_no_parameter_makes_another_method(learner, header):
    item = learner.backpack()[0]["id"]

    learner.get(f"/backpack/{item}", headers={header: "DELETE"}, params={"_method": "DELETE"})
    learner.client.post(f"/backpack/{item}/check", headers={header: "DELETE"}, data={"_method": "DELETE"})

    assert learner.names() == ["Rope Work"]
