"""What the Backpack keeps, and how: imports, versions, exact bytes, lists, checks and what can be made again."""

import hashlib
import json

import pytest
from sqlalchemy import update

from tests.vcwallet_api.wallet_world import BEN, changed_by_one_byte, code_of
from tools.make_learner_example import (
    ANA,
    ANA_AT_HOME,
    CONTEXTS,
    HARBOUR,
    KNOTS_REVOKED,
    REVOCATIONS,
    badge,
    by_harbour,
    revocations,
    samples,
)
from vcwallet.testing.signing import SampleKey, add_proof
from vcwallet_api.backpack import placing
from vcwallet_api.backpack.reindexing import reindex
from vcwallet_api.backpack.states import STATES
from vcwallet_api.storage.tables import BackpackItem

BADGES = samples()
ROPE = BADGES["rope-work.json"]
FORGER = SampleKey.from_seed("somebody else")


def rope(name="Rope Work", awarded="2024-04-12T09:00:00Z", **members):
    return badge(2, name, awarded, **members)


@pytest.mark.parametrize(
    "name",
    [
        "safety-basics.jwt",
        "rope-work.json",
        "laser-cutting.png",
        "navigation-1.sd-jwt",
        "navigation-1.json",
        "first-year.json",
    ],
)
def test_what_was_received_is_kept_byte_for_byte(sqlite_wallet, name):
    owner = sqlite_wallet.signed_in("ana@home.example" if "laser" in name else ANA)
    item = owner.import_file(BADGES[name]).json()["item"]

    raw = owner.get(f"/backpack/{item['id']}/raw")

    assert raw.content == BADGES[name]
    assert owner.get(f"/backpack/{item['id']}").json()["sha256"] == hashlib.sha256(BADGES[name]).hexdigest()
    assert raw.headers["content-disposition"].startswith('attachment; filename="badge.')
    assert raw.headers["content-security-policy"].startswith("sandbox")
    assert raw.headers["content-type"].partition(";")[0] == item["media_type"]


def test_what_an_issuer_made_for_the_holder_alone_is_good_in_the_wallet_and_nowhere_else(wallet):
    ana = wallet.signed_in()

    held = ana.import_file(BADGES["navigation-1.json"]).json()["item"]
    shown = ana.post("/verify", json={"credential": json.loads(BADGES["navigation-1.json"])}).json()

    assert (held["name"], held["state"]) == ("Navigation I", "valid")
    assert reindex(wallet.parts.database, wallet.parts.verifier) == (1, [])
    assert shown["verdict"] == "invalid"
    assert "base_proof_shown" in {check["code"] for check in shown["checks"]}


def test_a_newer_version_takes_the_place_of_the_older_and_not_the_other_way_round(wallet):
    ana = wallet.signed_in()
    older = ana.import_file(ROPE).json()["item"]
    newer = by_harbour(rope("Rope Work, revised", "2024-05-01T09:00:00Z"))

    replaced = ana.import_file(newer)
    back = ana.import_file(ROPE)

    assert (replaced.status_code, replaced.json()["outcome"]) == (200, "newer_version")
    assert replaced.json()["item"]["id"] == older["id"]
    assert (back.status_code, back.json()["outcome"]) == (200, "already_held")
    assert ana.names() == ["Rope Work, revised"]
    assert ana.get(f"/backpack/{older['id']}/raw").content == newer


def test_a_forged_newer_version_touches_nothing(wallet):
    ana = wallet.signed_in()
    ana.import_file(ROPE)
    forged = add_proof(rope("Forged", "2024-05-01T09:00:00Z"), FORGER, created="2024-05-01T09:00:00Z")

    response = ana.import_file(json.dumps(forged).encode())

    assert (response.status_code, code_of(response)) == (422, "issuer_invalid")
    assert ana.names() == ["Rope Work"]


def test_one_credential_spelled_otherwise_is_no_second_one(wallet):
    ana = wallet.signed_in()
    ana.import_file(by_harbour(rope(id="https://harbour.example/awards/a%62")))

    again = ana.import_file(by_harbour(rope(id="https://harbour.example/awards/ab")))

    assert again.json()["outcome"] == "already_held"
    assert len(ana.backpack()) == 1


def test_two_learners_may_hold_the_same_bytes(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    both = by_harbour(
        rope(
            credentialSubject={
                **rope()["credentialSubject"],
                "identifier": [
                    *rope()["credentialSubject"]["identifier"],
                    {
                        "type": "IdentityObject",
                        "identityType": "emailAddress",
                        "hashed": False,
                        "identityHash": BEN,
                    },
                ],
            }
        )
    )

    assert ana.import_file(both).status_code == ben.import_file(both).status_code == 201


def test_pasted_text_may_be_a_badge_or_its_address(sqlite_wallet):
    ana = sqlite_wallet.signed_in("ana@home.example")

    by_address = ana.post("/backpack/imports", json={"text": "  https://makers.example/awards/laser-cutting-1\n"})
    by_text = ana.post("/backpack/imports", json={"text": BADGES["laser-cutting.json"].decode()})
    neither = ana.post("/backpack/imports", json={})
    both = ana.post("/backpack/imports", json={"text": "x", "url": "https://x.example"})

    assert (by_address.status_code, by_text.status_code) == (201, 200)
    assert code_of(neither) == code_of(both) == "import_ambiguous"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "https://nobody.example/",
        "file:///etc/passwd",
        "ftp://x/",
        "https://harbour.example/404",
    ],
)
def test_why_an_address_was_not_fetched_is_not_told(sqlite_wallet, url):
    sqlite_wallet.internet.gone("https://harbour.example/404")
    ana = sqlite_wallet.signed_in()

    response = ana.post("/backpack/imports", json={"url": url})

    assert (response.status_code, code_of(response)) == (422, "url_not_fetched")
    assert response.json()["detail"] == "No badge could be fetched from this address."
    assert "problems" not in response.json()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "not_a_credential"),
        (b"{}", "not_a_credential"),
        (b"\x89PNG\r\n\x1a\nbroken", "not_a_credential"),
        (b"", "not_a_credential"),
        (json.dumps(rope()).encode(), "proof_invalid"),
        (changed_by_one_byte(ROPE), "proof_invalid"),
    ],
    ids=["words", "an empty object", "a broken picture", "nothing", "no signature", "a changed letter"],
)
def test_what_is_no_good_is_refused_with_its_reason_and_a_next_step(sqlite_wallet, content, code):
    response = sqlite_wallet.signed_in().import_file(content)

    assert (response.status_code, code_of(response)) == (422, code)
    assert sqlite_wallet.rows(BackpackItem) == []


def test_a_revoked_badge_and_one_that_cannot_be_checked_are_not_imported(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    revoked = ana.import_file(BADGES["knots-2019.json"])
    sqlite_wallet.internet.gone(REVOCATIONS)
    unknown = ana.import_file(BADGES["knots-2019.json"])

    assert (code_of(revoked), code_of(unknown)) == ("credential_revoked", "not_checkable")
    assert {problem["code"] for problem in unknown.json()["problems"]} == {"http_status"}
    assert sqlite_wallet.rows(BackpackItem) == []


def test_a_list_is_read_page_by_page_without_gaps_in_every_order(wallet):
    ana = wallet.signed_in()
    for number in range(7):
        # Two share a name, and all share a day: the order must still be one.
        ana.import_file(by_harbour(badge(100 + number, f"Badge {number // 2}", "2024-04-12T09:00:00Z")))

    for sort in ("awarded", "name", "issuer"):
        seen, cursor = [], None
        while True:
            page = ana.get(
                "/backpack", params={"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
            ).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7
        assert seen == [item["id"] for item in ana.backpack(sort=sort)]


def test_every_item_is_in_exactly_the_state_that_it_shows(wallet):
    ana = wallet.signed_in()
    for name in ("rope-work.json", "first-aid.json", "knots-2019.json"):
        wallet.deliver(BADGES[name])
    wallet.deliver(by_harbour(badge(50, "Next month", "2024-07-02T09:00:00Z")))
    other = "https://harbour.example/other-revocations.json"
    wallet.internet.documents[other] = revocations() | {"id": other}
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    listed = {"credentialStatus": {"id": other, "type": "1EdTechRevocationList"}, "@context": [*CONTEXTS, extensions]}
    wallet.deliver(by_harbour(badge(51, "Signals", "2024-05-02T09:00:00Z", **listed)))
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    wallet.internet.gone(other)
    # What the list said holds for a day.
    wallet.later(days=1, minutes=1)
    for name in ("knots", "signals"):
        ana.post(f"/backpack/{ana.backpack(q=name)[0]['id']}/check")

    found = {state: [(item["name"], item["state"]) for item in ana.backpack(state=state)] for state in STATES}

    assert found == {
        "pending": [],
        "revoked": [("Knots 2019", "revoked")],
        "expired": [("First Aid", "expired")],
        "upcoming": [("Next month", "upcoming")],
        "failed": [],
        "indeterminate": [("Signals", "indeterminate")],
        "valid": [("Rope Work", "valid")],
    }


def test_a_hidden_badge_is_in_no_list_until_it_is_shown_again(wallet):
    ana = wallet.signed_in()
    item = ana.import_file(ROPE).json()["item"]["id"]
    ana.patch(f"/backpack/{item}", json={"acceptance": "hidden"})
    assert ana.names() == []
    assert ana.names(acceptance="hidden") == ["Rope Work"]

    ana.import_file(ROPE)

    assert ana.names() == ["Rope Work"]
    assert ana.delete(f"/backpack/{item}").status_code == 204
    assert wallet.rows(BackpackItem) == []


def test_checking_again_finds_a_revocation_and_keeps_it_when_the_issuer_is_away(wallet):
    ana = wallet.signed_in()
    item = ana.import_file(BADGES["knots-2019.json"]).json()["item"]["id"]
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    found = ana.post(f"/backpack/{item}/check").json()
    assert (found["state"], found["check"]["verdict"]) == ("revoked", "invalid")
    wallet.internet.documents.clear()
    wallet.later(days=400)

    kept = ana.sign_in(ANA) and ana.post(f"/backpack/{item}/check").json()

    assert kept["state"] == "revoked"
    assert kept["revocation_reason"] == "awarded by mistake"


def test_a_badge_whose_status_cannot_be_found_out_is_not_taken(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.internet.gone(REVOCATIONS)

    refused = ana.import_file(BADGES["knots-2019.json"])

    assert (refused.status_code, code_of(refused)) == (422, "not_checkable")
    assert refused.json()["verdict"] == "indeterminate"
    assert sqlite_wallet.rows(BackpackItem) == []


def test_a_check_that_took_so_long_that_a_newer_version_came_changes_nothing_of_it(sqlite_wallet, monkeypatch):
    ana = sqlite_wallet.signed_in()
    item = ana.import_file(ROPE).json()["item"]["id"]
    newer = by_harbour(rope("Rope Work, revised", "2024-05-01T09:00:00Z"))
    ask = sqlite_wallet.pool.ask

    def _slowly(request):
        found = ask(request)
        monkeypatch.setattr(sqlite_wallet.pool, "ask", ask)
        assert ana.import_file(newer).json()["outcome"] == "newer_version"
        return found

    monkeypatch.setattr(sqlite_wallet.pool, "ask", _slowly)
    checked = ana.post(f"/backpack/{item}/check")

    assert checked.json()["name"] == "Rope Work, revised"
    (row,) = sqlite_wallet.rows(BackpackItem)
    assert (row.name, row.received, row.sha256) == ("Rope Work, revised", newer, hashlib.sha256(newer).hexdigest())


def test_what_waits_for_its_address_cannot_be_accepted_or_hidden(wallet):
    ana = wallet.signed_in()
    ana.post("/me/addresses", json={"address": "ana@home.example"})
    item = ana.import_file(BADGES["laser-cutting.json"])
    assert item.status_code == 202

    for acceptance in ("accepted", "hidden"):
        refused = ana.patch(f"/backpack/{item.json()['item']['id']}", json={"acceptance": acceptance})
        assert (refused.status_code, code_of(refused)) == (409, "item_pending")

    assert ana.names() == []
    assert ana.names(state="pending") == ["Laser Cutting"]


def test_a_backpack_that_is_full_takes_no_more_and_still_takes_what_it_has(sqlite_wallet, monkeypatch):
    ana = sqlite_wallet.signed_in()
    ana.import_file(ROPE)
    monkeypatch.setattr(placing, "MAX_ITEMS", 1)

    refused, again = ana.import_file(BADGES["first-aid.json"]), ana.import_file(ROPE)

    assert (refused.status_code, code_of(refused)) == (409, "backpack_full")
    assert (again.status_code, again.json()["outcome"]) == (200, "already_held")
    assert ana.names() == ["Rope Work"]


@pytest.mark.parametrize("worthless", ["another issuer's", "no list", "a check that ends before it"])
def test_a_check_that_reads_no_list_it_believes_takes_no_revocation_back(sqlite_wallet, worthless):
    ana = sqlite_wallet.signed_in()
    item = ana.import_file(BADGES["knots-2019.json"]).json()["item"]["id"]
    sqlite_wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    ana.post(f"/backpack/{item}/check")
    if worthless == "a check that ends before it":
        # Its proof is from a time that is still to come, so that nobody looks at its status.
        sqlite_wallet.later(days=-4000)
        ana = sqlite_wallet.signed_in()
    else:
        sqlite_wallet.later(days=2)
        told = (
            {"issuer": "did:web:elsewhere.example"}
            if worthless == "another issuer's"
            else {"revokedCredential": "none"}
        )
        sqlite_wallet.internet.documents[REVOCATIONS] = revocations() | told

    found = ana.post(f"/backpack/{item}/check").json()

    assert found["check"]["verdict"] != "valid"
    assert (found["state"], found["revocation_reason"]) == ("revoked", "awarded by mistake")
    sqlite_wallet.internet.documents[REVOCATIONS] = revocations()
    sqlite_wallet.later(days=4002)
    ana = sqlite_wallet.signed_in()
    assert ana.post(f"/backpack/{item}/check").json()["state"] == "valid"


def test_every_derived_column_can_be_made_again_from_bytes_and_evidence(wallet):
    ana = wallet.signed_in()
    for name in ("safety-basics.jwt", "rope-work.json", "first-aid.json", "knots-2019.json"):
        wallet.deliver(BADGES[name])
    ana.add_address("ana@home.example")
    ana.import_file(BADGES["laser-cutting.json"])
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    wallet.check_all()
    columns = [
        "kind",
        "securing",
        "credential_id",
        "issuer_id",
        "credential_key",
        "issuer_key",
        "name",
        "name_key",
        "description",
        "issuer_name",
        "issuer_name_key",
        "search_text",
        "awarded_at",
        "valid_from",
        "valid_until",
        "verdict",
        "is_revoked",
        "revocation_reason",
        "matched_spelling",
    ]
    before = {row.id: [getattr(row, column) for column in columns] for row in wallet.rows(BackpackItem)}
    blank = {"name": "", "search_text": "", "issuer_name": "", "is_revoked": False, "verdict": "", "valid_until": None}
    with wallet.parts.database.write() as session:
        session.execute(update(BackpackItem).values(**blank))
    wallet.internet.documents.clear()
    wallet.pool.asked.clear()

    done, unreadable = reindex(wallet.parts.database, wallet.parts.verifier)

    assert (done, unreadable) == (5, [])
    assert [request["offline"] for request in wallet.pool.asked] == [True] * 5
    assert {row.id: [getattr(row, column) for column in columns] for row in wallet.rows(BackpackItem)} == before


def test_a_badge_that_ends_soon_is_told_once(wallet):
    ana = wallet.signed_in()
    wallet.deliver(by_harbour(badge(60, "Radio", "2024-01-01T00:00:00Z", validUntil="2024-06-20T00:00:00Z")))

    wallet.check_all()
    wallet.check_all()

    mails = [mail for mail in wallet.mails(ANA) if mail.subject == "Expires soon: Radio"]
    assert len(mails) == 1
    assert "20 June 2024" in mails[0].text
    assert [entry["kind"] for entry in ana.get("/backpack/news").json()].count("expiring") == 1


def test_a_name_that_looks_like_markup_is_text_everywhere(wallet):
    name = '<img src=x onerror=alert(1)>\r\nBcc: all@x.example "><svg/onload=alert(1)>'
    wallet.deliver(by_harbour(rope(name=name)))

    (mail,) = wallet.mails(ANA)

    assert "<img" not in mail.html
    assert "&lt;img src=x" in mail.html
    assert "Bcc" not in mail.message
    ana = wallet.signed_in()
    item = ana.backpack()[0]
    assert item["name"] == name
    raw = ana.get(f"/backpack/{item['id']}/raw")
    assert "\r" not in raw.headers["content-disposition"]
    assert "<" not in raw.headers["content-disposition"]
    assert HARBOUR in item["issuer"]["id"]


def test_what_was_delivered_and_what_was_brought_can_be_told_apart(wallet):
    ana = wallet.signed_in()
    wallet.deliver(BADGES["safety-basics.jwt"])
    ana.import_file(ROPE)

    assert ana.names(source="award") == ["Safety Basics"]
    assert ana.names(source="import") == ["Rope Work"]
    assert ana.names(source="import", q="safety") == []
    assert ana.get("/backpack", params={"source": "elsewhere"}).status_code == 400


IN_PARTS = "This badge is made so that you can show only parts of it."


@pytest.mark.parametrize("name", ["navigation-1.json", "navigation-1.sd-jwt", "rope-work.json", "safety-basics.jwt"])
def test_the_page_of_a_badge_says_whether_it_can_be_shown_in_parts(sqlite_wallet, name):
    ana = sqlite_wallet.signed_in()
    item = ana.import_file(BADGES[name]).json()["item"]["id"]

    page = ana.client.get(f"/backpack/{item}", headers={"Accept": "text/html"}).text

    assert (IN_PARTS in page) == name.startswith("navigation")


def test_an_address_that_was_removed_makes_its_badge_nobody_elses_when_everything_is_read_again(wallet):
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = wallet.signed_in()
    address = ana.add_address(ANA_AT_HOME)["id"]
    ana.delete(f"/me/addresses/{address}", params={"confirm": "true"})

    assert reindex(wallet.parts.database, wallet.parts.verifier) == (1, [])

    (item,) = ana.backpack()
    assert (item["state"], item["binding"], item["check"]["verdict"]) == ("valid", "address_removed", "valid")
    assert ana.get(f"/backpack/{item['id']}").json()["matched_spelling"] == ANA_AT_HOME
