"""Merging two accounts: everything that is an account's moves, ends, or is told; all at once, and once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.vcwallet_api.account.test_passkeys import Authenticator, add
from tests.vcwallet_api.account.test_passkeys import sign_in as sign_in_with
from tests.vcwallet_api.wallet_world import BEN, code_of
from tools.make_learner_example import ANA, ANA_AT_HOME, badge, by_harbour, samples
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.holder_keys import open_private_key
from vcwallet_api.account.merging import OFFER_LIFETIME
from vcwallet_api.backpack.moving import BackpackMover
from vcwallet_api.storage.tables import Account, Activity, BackpackItem, HolderKey, Merge, Table

BADGES = samples()
# Once for each address, so that nobody's badge is somebody else's.
ROPE, SAFETY, LASER = BADGES["rope-work.json"], BADGES["safety-basics.jwt"], BADGES["laser-cutting.json"]


def offer(wallet, browser, address):
    """Add an address of another account, and type the code: what is answered names the offer."""
    added = browser.post("/me/addresses", json={"address": address}).json()
    code = wallet.mails(address)[-1].code
    told = browser.post(f"/me/addresses/{added['id']}/verify", json={"code": code})
    assert (told.status_code, code_of(told)) == (409, "address_of_other_account")
    return told.json()["merge"]


def merge(wallet, browser, address):
    made = offer(wallet, browser, address)
    plan = browser.get(f"/me/merges/{made}").json()
    return browser.post(f"/me/merges/{made}/confirm", json={"version": plan["version"]}), plan


def counts(plan):
    return {part["kind"]: part["count"] for part in plan["parts"]}


@pytest.fixture
def two(wallet):
    """Ana at the campus with Rope Work; Ana at home, an account of its own, with Laser Cutting."""
    campus, home = wallet.signed_in(ANA), wallet.signed_in(ANA_AT_HOME)
    wallet.deliver(ROPE)
    wallet.deliver(LASER, ANA_AT_HOME)
    return campus, home


def test_what_would_move_is_said_exactly_and_looking_changes_nothing(wallet, two):
    campus, home = two
    home.post("/me/tokens", json={"name": "My site", "scopes": ["backpack:read"]})
    add(home, Authenticator())

    made = offer(wallet, campus, ANA_AT_HOME)
    plan = campus.get(f"/me/merges/{made}").json()

    assert plan["address"] == ANA_AT_HOME
    assert {part["kind"]: part["names"] for part in plan["parts"] if part["kind"] != "holder_keys"} == {
        "addresses": [ANA_AT_HOME],
        "passkeys": ["Phone"],
        "revoked_tokens": ["My site"],
        "closed_sessions": ["testclient"],
        "badges": ["Laser Cutting"],
    }
    assert campus.names() == ["Rope Work"]
    assert home.names() == ["Laser Cutting"]


def test_everything_of_both_is_in_one_account_and_the_other_is_gone(wallet, two):
    campus, home = two
    token = home.post("/me/tokens", json={"name": "My site", "scopes": ["backpack:read"]}).json()["token"]
    old_key, own_key = home.get("/me").json()["holder_did"], campus.get("/me").json()["holder_did"]
    item = home.backpack()[0]["id"]

    done, _ = merge(wallet, campus, ANA_AT_HOME)

    assert done.status_code == 200, done.text
    assert done.json()["done_at"] is not None
    assert sorted(campus.names()) == ["Laser Cutting", "Rope Work"]
    assert campus.get(f"/backpack/{item}").json()["address"] == ANA_AT_HOME
    assert {text: entry["is_verified"] for text, entry in campus.addresses().items()} == {ANA: True, ANA_AT_HOME: True}
    assert [text for text, entry in campus.addresses().items() if entry["is_primary"]] == [ANA]
    assert home.get("/me").status_code == 401
    program = wallet.browser()
    program.token = token
    assert code_of(program.get("/backpack")) == "token_invalid"
    assert [row.id for row in wallet.rows(Account)] == [row.account_id for row in wallet.rows(BackpackItem)][:1]
    # The account goes on to sign with its own key, and has the other for badges that are bound to it.
    assert campus.get("/me").json()["holder_did"] == own_key
    keys = {row.did: row for row in wallet.rows(HolderKey)}
    assert set(keys) == {old_key, own_key}
    for row in keys.values():
        assert open_private_key(wallet.parts.protection, row)
    assert {entry["name"] for entry in campus.get("/backpack/news").json()} == {"Laser Cutting", "Rope Work"}


def test_both_addresses_open_the_one_account_and_both_are_told(wallet, two):
    campus, _ = two
    merge(wallet, campus, ANA_AT_HOME)

    told = [mail for mail in wallet.mails() if mail.subject == "Your two accounts are one now"]

    assert sorted(mail.to for mail in told) == [ANA, ANA_AT_HOME]
    assert wallet.signed_in(ANA_AT_HOME).get("/me").json()["id"] == campus.get("/me").json()["id"]
    wallet.deliver(by_harbour(badge(61, "Signals", "2024-05-02T09:00:00Z", address=ANA_AT_HOME)), ANA_AT_HOME)
    assert "Signals" in campus.names()


def test_done_again_it_answers_the_same_and_does_nothing(wallet, two):
    campus, _ = two
    done, plan = merge(wallet, campus, ANA_AT_HOME)
    mails, rows = len(wallet.mails()), len(wallet.rows(Activity))

    again = campus.post(f"/me/merges/{plan['id']}/confirm", json={"version": plan["version"]})

    assert again.json() == done.json()
    assert campus.get(f"/me/merges/{plan['id']}").json() == done.json()
    assert counts(done.json()) == counts(plan)
    assert (len(wallet.mails()), len(wallet.rows(Activity))) == (mails, rows)


def test_a_badge_of_both_appears_once_with_the_news_of_both(wallet, two):
    campus, home = two
    home.add_address("ana@third.example")
    both = by_harbour(badge(62, "Signals", "2024-05-02T09:00:00Z", address="ana@third.example"))
    home.import_file(both)
    # The campus account has it too, for an address that is not verified there.
    campus.post("/me/addresses", json={"address": "ana@third.example"})
    assert campus.import_file(both).status_code == 202
    assert "Signals" not in campus.names()

    done, plan = merge(wallet, campus, ANA_AT_HOME)

    assert done.status_code == 200, done.text
    assert counts(plan) == {
        "addresses": 2,
        "holder_keys": 1,
        "closed_sessions": 1,
        "badges": 1,
        "badges_in_both": 1,
    }
    assert sorted(campus.names()) == ["Laser Cutting", "Rope Work", "Signals"]
    assert campus.addresses()["ana@third.example"]["is_verified"]
    (item,) = campus.backpack(q="signals")
    assert (item["binding"], item["address"]) == ("matched", "ana@third.example")
    news = [entry for entry in campus.get("/backpack/news").json() if entry["name"] == "Signals"]
    assert [entry["kind"] for entry in news] == ["imported"]


@pytest.mark.parametrize(("here", "there"), [("2024-05-01", "2024-05-20"), ("2024-05-20", "2024-05-01")])
def test_of_two_versions_the_newer_is_kept_wherever_it_was(wallet, here, there):
    campus, home = wallet.signed_in(ANA), wallet.signed_in(ANA_AT_HOME)
    versions = {}
    for browser, address, day in ((campus, ANA, here), (home, ANA_AT_HOME, there)):
        signed = badge(63, f"Diving, {day}", f"{day}T09:00:00Z", address=address)
        versions[day] = by_harbour(signed)
        response = browser.import_file(versions[day])
        assert response.status_code == 201, response.text
    own = campus.backpack()[0]["id"]

    done, plan = merge(wallet, campus, ANA_AT_HOME)

    assert done.status_code == 200, done.text
    assert counts(plan)["badges_in_both"] == 1
    (item,) = campus.backpack()
    assert (item["name"], item["id"]) == ("Diving, 2024-05-20", own)
    assert campus.get(f"/backpack/{own}/raw").content == versions["2024-05-20"]


def test_a_hidden_badge_that_is_in_sight_in_the_other_account_is_in_sight(wallet):
    campus = wallet.signed_in(ANA)
    item = campus.import_file(ROPE).json()["item"]["id"]
    campus.patch(f"/backpack/{item}", json={"acceptance": "hidden"})
    # The same badge with the account of another address, which removed the address that it came by.
    home = wallet.signed_in(ANA_AT_HOME)
    with wallet.parts.database.write() as session:
        row = wallet.rows(BackpackItem)[0]
        values = {name: getattr(row, name) for name in BackpackItem.__table__.columns.keys()}  # noqa: SIM118
        other = home.get("/me").json()["id"]
        session.add(
            BackpackItem(
                **values
                | {
                    "account_id": UUID(other),
                    "acceptance": "accepted",
                    "address_id": None,
                    "binding": "address_removed",
                }
            )
        )

    merge(wallet, campus, ANA_AT_HOME)

    assert campus.names() == ["Rope Work"]


def test_a_passkey_of_the_other_account_opens_the_one_that_is_left_also_after_a_second_merge(wallet, two):
    campus, home = two
    phone = Authenticator()
    assert add(home, phone).status_code == 201
    merge(wallet, campus, ANA_AT_HOME)

    browser = wallet.browser()
    assert sign_in_with(browser, phone)[0].status_code == 201
    assert browser.get("/me").json()["id"] == campus.get("/me").json()["id"]

    ben = wallet.signed_in(BEN)
    assert merge(wallet, ben, ANA)[0].status_code == 200
    browser = wallet.browser()
    assert sign_in_with(browser, phone)[0].status_code == 201
    assert browser.get("/me").json()["id"] == ben.get("/me").json()["id"]
    assert sorted(ben.names()) == ["Laser Cutting", "Rope Work"]


def test_if_something_changed_since_it_was_shown_nothing_is_merged(wallet, two):
    campus, home = two
    made = offer(wallet, campus, ANA_AT_HOME)
    version = campus.get(f"/me/merges/{made}").json()["version"]
    wallet.deliver(by_harbour(badge(64, "Signals", "2024-05-02T09:00:00Z", address=ANA_AT_HOME)), ANA_AT_HOME)

    changed = campus.post(f"/me/merges/{made}/confirm", json={"version": version})

    assert (changed.status_code, code_of(changed)) == (409, "merge_changed")
    assert campus.names() == ["Rope Work"]
    assert len(home.names()) == 2
    version = campus.get(f"/me/merges/{made}").json()["version"]
    assert campus.post(f"/me/merges/{made}/confirm", json={"version": version}).status_code == 200


def test_an_offer_ends_and_belongs_to_whoever_proved_the_address(wallet, two):
    campus, home = two
    made = offer(wallet, campus, ANA_AT_HOME)
    plan = campus.get(f"/me/merges/{made}").json()

    for thief in (wallet.signed_in(BEN), home):
        for response in (
            thief.get(f"/me/merges/{made}"),
            thief.post(f"/me/merges/{made}/confirm", json={"version": plan["version"]}),
        ):
            assert (response.status_code, code_of(response)) == (404, "merge_unknown")
    wallet.later(seconds=OFFER_LIFETIME.total_seconds())
    assert code_of(campus.get(f"/me/merges/{made}")) == "merge_ended"
    campus.sign_in(ANA)
    late = campus.post(f"/me/merges/{made}/confirm", json={"version": plan["version"]})
    assert (late.status_code, code_of(late)) == (410, "merge_ended")
    assert len(wallet.rows(Account)) == 3


def test_an_address_that_left_the_other_account_meanwhile_opens_it_no_more(wallet, two):
    campus, home = two
    address = home.add_address("ana@third.example")
    made = offer(wallet, campus, "ana@third.example")
    assert home.delete(f"/me/addresses/{address['id']}").status_code == 204

    response = campus.get(f"/me/merges/{made}")

    assert (response.status_code, code_of(response)) == (410, "merge_ended")


def test_an_address_that_went_on_to_a_third_account_opens_neither(wallet, two):
    campus, home = two
    address = home.add_address("ana@third.example")
    made = offer(wallet, campus, "ana@third.example")
    version = campus.get(f"/me/merges/{made}").json()["version"]
    assert home.delete(f"/me/addresses/{address['id']}").status_code == 204
    wallet.signed_in(BEN).add_address("ana@third.example")

    for response in (
        campus.get(f"/me/merges/{made}"),
        campus.post(f"/me/merges/{made}/confirm", json={"version": version}),
    ):
        assert (response.status_code, code_of(response)) == (410, "merge_ended")
    assert len(wallet.rows(Account)) == 3


def test_merging_needs_a_fresh_proof_and_no_token_does_it(wallet, two):
    campus, _ = two
    wallet.later(minutes=10)
    made = offer(wallet, campus, ANA_AT_HOME)
    version = campus.get(f"/me/merges/{made}").json()["version"]
    wallet.later(minutes=10)

    stale = campus.post(f"/me/merges/{made}/confirm", json={"version": version})

    assert (stale.status_code, code_of(stale)) == (403, "proof_needed")
    assert all(row.done_at is None for row in wallet.rows(Merge))


def test_a_fault_half_way_leaves_both_accounts_as_they_were(sqlite_wallet, monkeypatch):
    campus, home = sqlite_wallet.signed_in(ANA), sqlite_wallet.signed_in(ANA_AT_HOME)
    sqlite_wallet.deliver(LASER, ANA_AT_HOME)

    def _fail(*_args):
        raise RuntimeError("half-way")

    with monkeypatch.context() as patched:
        patched.setattr(BackpackMover, "move", _fail)
        assert merge(sqlite_wallet, campus, ANA_AT_HOME)[0].status_code == 500

    assert home.names() == ["Laser Cutting"]
    assert home.addresses()[ANA_AT_HOME]["is_primary"]
    assert [mail for mail in sqlite_wallet.mails() if "are one now" in mail.subject] == []


def test_two_presses_at_the_same_moment_are_one_merge(wallet, two):
    campus, _ = two
    made = offer(wallet, campus, ANA_AT_HOME)
    version = campus.get(f"/me/merges/{made}").json()["version"]
    caller = Caller(UUID(campus.get("/me").json()["id"]), None, None, wallet.now)
    with ThreadPoolExecutor(4) as several:
        plans = list(several.map(lambda _: wallet.parts.merging.confirm(caller, UUID(made), version), range(4)))

    assert {plan.done_at for plan in plans} == {plans[0].done_at}
    assert len([mail for mail in wallet.mails() if "are one now" in mail.subject]) == 2
    assert sorted(campus.names()) == ["Laser Cutting", "Rope Work"]


def test_every_table_of_an_account_has_a_mover(sqlite_wallet):
    """Whoever adds a table says what becomes of it when two accounts are merged."""
    claimed = [table.__tablename__ for mover in sqlite_wallet.parts.merging.movers for table in mover.tables]
    of_accounts = [table.name for table in Table.metadata.sorted_tables if "account_id" in table.columns]

    assert sorted(claimed) == sorted(of_accounts)
