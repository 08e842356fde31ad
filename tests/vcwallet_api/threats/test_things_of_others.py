"""What belongs to somebody else: found by nobody but its owner, under no spelling, member, method or route."""

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.vcwallet_api.account.test_passkeys import Authenticator
from tests.vcwallet_api.account.test_passkeys import add as add_passkey
from tests.vcwallet_api.threats.hostile_values import ROPE, UNKNOWN
from tests.vcwallet_api.wallet_world import ADMINISTRATOR, BEN, code_of
from tools.make_learner_example import ANA, ANA_AT_HOME
from vcwallet_api.storage.tables import Table


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


def test_no_address_that_only_was_said_and_no_administrator_elsewhere_makes_anybody_one(sqlite_wallet):
    ben = sqlite_wallet.signed_in(BEN)
    body, wanted = {"address": ANA, "credential": "x"}, {"name": "x", "scopes": ["deliveries:write"]}

    for step in ("said", "somebody's"):
        if step == "said":
            assert ben.post("/me/addresses", json={"address": ADMINISTRATOR}).status_code == 201
        else:
            assert sqlite_wallet.signed_in(ADMINISTRATOR).get("/me").json()["is_administrator"] is True
        assert ben.get("/me").json()["is_administrator"] is False
        assert code_of(ben.post("/deliveries", json=body)) == "not_an_administrator"
        assert code_of(ben.post("/me/tokens", json=wanted)) == "not_an_administrator"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_and_no_parameter_makes_another_method(learner, header):
    item = learner.backpack()[0]["id"]

    learner.get(f"/backpack/{item}", headers={header: "DELETE"}, params={"_method": "DELETE"})
    learner.client.post(f"/backpack/{item}/check", headers={header: "DELETE"}, data={"_method": "DELETE"})

    assert learner.names() == ["Rope Work"]


# What a change asks for that would be right if the thing were one's own.
ASKED = {
    "/backpack/{item} PATCH": {"acceptance": "hidden"},
    "/me/addresses/{address} PATCH": {"spellings": [ANA.upper()]},
    "/me/passkeys/{passkey} PATCH": {"name": "Mine"},
}


@pytest.fixture
def all_hers(sqlite_wallet):
    """Ana with one of everything that an account can have: her browser, and by its name in paths what each is called."""
    home = sqlite_wallet.signed_in("ana@third.example")
    ana = sqlite_wallet.signed_in()
    ana.import_file(ROPE)
    ana.post("/me/tokens", json={"name": "Unmistakable", "scopes": ["backpack:read"]})
    add_passkey(ana, Authenticator())
    merging = ana.post("/me/addresses", json={"address": "ana@third.example"}).json()["id"]
    code = sqlite_wallet.mails("ana@third.example")[-1].code
    merge = ana.post(f"/me/addresses/{merging}/verify", json={"code": code}).json()["merge"]
    waiting = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()["id"]
    names = {
        "item": ana.backpack()[0]["id"],
        "address": waiting,
        "session": ana.get("/me/sessions").json()[0]["id"],
        "token": ana.get("/me/tokens").json()[0]["id"],
        "passkey": ana.get("/me/passkeys").json()[0]["id"],
        "challenge": ana.post("/me/proof").json()["challenge"],
        "merge": merge,
    }
    names["browser"] = names["session"]
    rights = {
        "version": ana.get(f"/me/merges/{merge}").json()["version"],
        "code": sqlite_wallet.mails(ANA_AT_HOME)[-1].code,
        "proof": sqlite_wallet.mails(ANA)[-1].code,
    }
    assert home.get("/me").status_code == 200
    return ana, names, rights


def _routes(world):
    """Method and path of every route that is for who is signed in."""
    for route in world.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if "caller" in handler.parsed_fn_signature.parameters:
                for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"}):
                    yield method, route.path_format


def _rows(world, account):
    """Everything that the database has of an account."""
    with world.parts.database.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table).where(table.c.account_id == account)).all()))
            for table in Table.metadata.sorted_tables
            if "account_id" in table.c
        }


def test_no_route_finds_or_changes_what_is_somebody_elses(sqlite_wallet, all_hers):
    """Every route with a name in its path, asked by Ben for what is Ana's, with everything else as it should be."""
    ana, names, rights = all_hers
    ben = sqlite_wallet.signed_in(BEN)
    account = UUID(ana.get("/me").json()["id"])
    before, asked = _rows(sqlite_wallet, account), 0
    for method, path in _routes(sqlite_wallet):
        if "{" not in path:
            continue
        asked += 1
        code = rights["proof"] if "{challenge}" in path else rights["code"]
        whole = {"code": code, "version": rights["version"], "confirmed": "1", "spellings": ANA.upper(), "name": "Mine"}
        if path.startswith("/api/"):
            member = "version" if path.endswith("confirm") else "code"
            body = ASKED.get(f"{path.removeprefix('/api/v1')} {method}", {member: whole[member]})
            options = {"json": body} if method in {"POST", "PATCH"} else {}
        else:
            options = {"data": whole} if method == "POST" else {}

        foreign = ben.client.request(method, path.format(**names), follow_redirects=False, **options)
        missing = ben.client.request(method, path.format(**dict.fromkeys(names, UNKNOWN)), **options)

        assert (foreign.status_code, missing.status_code) == (404, 404), (method, path, foreign.text)
        for name in names.values():
            missing_text, foreign_text = missing.text.replace(UNKNOWN, ""), foreign.text.replace(name, "")
            if name in path.format(**names):
                assert foreign_text == missing_text, (method, path)
    assert asked > 30
    assert _rows(sqlite_wallet, account) == before


def test_nothing_that_is_ones_own_shows_or_changes_what_is_somebody_elses(sqlite_wallet, request):
    """What Ben sees is the same before Ana was ever there and afterwards; and what he does to all of his own is not hers."""
    ben = sqlite_wallet.signed_in(BEN)
    paths = [path for method, path in _routes(sqlite_wallet) if method == "GET" and "{" not in path]
    paths += [f"/api/v1/backpack?{more}" for more in ("acceptance=hidden", "state=pending", "sort=name")]
    before = {path: ben.client.get(path).text for path in paths}
    ana, _, _ = request.getfixturevalue("all_hers")
    account = UUID(ana.get("/me").json()["id"])

    after = {path: ben.client.get(path).text for path in paths}

    assert len(paths) > 15
    assert after == before
    hers = _rows(sqlite_wallet, account)
    assert ben.delete("/me/sessions").status_code == 204
    for path in ("/account/browsers/sign-out-others", "/news/seen"):
        assert ben.client.post(path, follow_redirects=False).status_code == 303
    assert ben.patch("/me", json={"display_name": "Ben", "language": "nl"}).status_code == 200
    assert _rows(sqlite_wallet, account) == hers
    assert {name: ana.get("/me").json()[name] for name in ("language", "display_name", "primary_address")} == {
        "language": "en",
        "display_name": "",
        "primary_address": ANA,
    }
