"""Group B of the acceptance scenarios: the Backpack, and more addresses. Each test is named by its scenario.

B13 as far as there is something to merge: collections, shares and pathways register what they move when they come.
"""

import json

import pytest

from tests.vcwallet_api.wallet_world import BEN, changed_by_one_byte, code_of
from tools.make_learner_example import (
    ANA,
    ANA_AT_HOME,
    KNOTS_REVOKED,
    MAKERS_AWARD,
    REVOCATIONS,
    badge,
    by_harbour,
    by_old_school,
    identity,
    revocations,
    samples,
)
from vcwallet_api.storage.tables import Account, BackpackItem

BADGES = samples()


@pytest.fixture
def ana(wallet):
    """Ana with badges of two institutions."""
    browser = wallet.signed_in()
    for name in ("safety-basics.jwt", "rope-work.json", "knots-2019.json", "first-aid.json"):
        wallet.deliver(BADGES[name])
    return browser


def test_b1_badges_of_all_institutions_are_shown_newest_award_first(ana):
    items = ana.backpack()

    assert [(item["name"], item["issuer"]["name"]) for item in items] == [
        ("Rope Work", "Harbour College"),
        ("Safety Basics", "Harbour College"),
        ("First Aid", "Old School"),
        ("Knots 2019", "Harbour College"),
    ]


def test_b2_sort_filter_and_search_ignore_case_and_accents(ana, wallet):
    named = {"id": "did:web:harbour.example", "type": ["Profile"], "name": "Academia Núñez"}
    wallet.deliver(by_harbour(badge(20, "Señales", "2024-05-01T09:00:00Z", issuer=named)))

    assert ana.names(sort="name") == ["First Aid", "Knots 2019", "Rope Work", "Safety Basics", "Señales"]
    assert ana.names(q="knot") == ["Knots 2019"]
    assert ana.names(q="KNOT harbour") == ["Knots 2019"]
    assert ana.names(q="knót") == ["Knots 2019"]
    assert ana.names(q="nunez") == ["Señales"]
    assert ana.names(q="SENALES") == ["Señales"]
    old_school = next(item["issuer"]["id"] for item in ana.backpack() if item["name"] == "First Aid")
    assert ana.names(issuer=old_school) == ["First Aid"]
    assert ana.names(sort="issuer")[0] == "Señales"
    assert {entry["name"] for entry in ana.get("/backpack/issuers").json()} >= {"Old School"}


def test_b2_sorted_filtered_and_searched_at_once_only_what_matches_all_remains(ana, wallet):
    wallet.deliver(by_harbour(badge(21, "Bowline Knot", "2018-05-01T09:00:00Z")))
    wallet.deliver(by_old_school(badge(22, "Knots", "2024-05-01T09:00:00Z")))
    harbour = next(item["issuer"]["id"] for item in ana.backpack() if item["name"] == "Rope Work")

    assert ana.names(q="knot") == ["Knots", "Knots 2019", "Bowline Knot"]
    assert ana.names(q="knot", issuer=harbour, sort="name") == ["Bowline Knot", "Knots 2019"]
    assert ana.names(q="knot", issuer=harbour, sort="name", state="expired") == []


def test_b3_an_expired_badge_is_listed_with_the_word_and_the_date(ana):
    (listed,) = [item for item in ana.backpack() if item["name"] == "First Aid"]

    assert listed["state"] == "expired"
    assert listed["valid_until"] == "2023-12-31T23:59:59Z"
    assert ana.names(state="expired") == ["First Aid"]
    assert ana.get(f"/backpack/{listed['id']}").json()["state"] == "expired"
    lists = (
        {},
        {"sort": "name"},
        {"sort": "issuer"},
        {"q": "first"},
        {"source": "award"},
        {"acceptance": "new"},
        {"limit": 3},
    )
    for query in lists:
        shown = [(item["state"], item["valid_until"]) for item in ana.backpack(**query) if item["name"] == "First Aid"]
        assert shown == [("expired", "2023-12-31T23:59:59Z")], query


def test_b4_a_revoked_badge_stays_marked_and_its_learner_is_told_why(ana, wallet):
    assert [item["state"] for item in ana.backpack(q="knots")] == ["valid"]
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)

    before = len(wallet.mails())

    wallet.check_all()

    (item,) = ana.backpack(q="knots")
    assert (item["state"], item["revocation_reason"]) == ("revoked", "awarded by mistake")
    assert ana.names() == ["Rope Work", "Safety Basics", "First Aid", "Knots 2019"]
    (mail,) = wallet.mails()[before:]
    assert (mail.to, mail.subject) == (ANA, "Revoked: Knots 2019")
    for part in (mail.text, mail.html):
        assert "awarded by mistake" in part
        assert "It stays in your Backpack, marked as revoked." in part
    news = [entry for entry in ana.get("/backpack/news").json() if entry["kind"] == "revoked"]
    assert [(entry["name"], entry["detail"]) for entry in news] == [("Knots 2019", "awarded by mistake")]


def test_b4_the_same_revocation_is_told_once(ana, wallet):
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    wallet.check_all()
    mails = len(wallet.mails())

    wallet.check_all()

    assert len(wallet.mails()) == mails


def test_b4_a_revocation_that_a_program_found_first_is_told_all_the_same(ana, wallet):
    (item,) = ana.backpack(q="knots")
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    assert ana.post(f"/backpack/{item['id']}/check").json()["state"] == "revoked"
    before = len(wallet.mails())

    wallet.check_all()

    assert [mail.subject for mail in wallet.mails()[before:]] == ["Revoked: Knots 2019"]


def test_b5_before_the_code_is_entered_no_badge_of_the_address_appears(wallet):
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = wallet.signed_in()

    added = ana.post("/me/addresses", json={"address": ANA_AT_HOME})

    assert added.status_code == 201
    assert added.json()["is_verified"] is False
    mail = wallet.mails(ANA_AT_HOME)[-1]
    assert mail.subject == f"{mail.code} confirms your address"
    assert ana.backpack() == ana.backpack(state="pending") == ana.backpack(acceptance="hidden") == []
    # Nor does anything tell that something waits for it.
    assert ana.addresses()[ANA_AT_HOME]["badges"] == 0
    assert ana.get("/backpack/news").json() == []
    wrong = "1111 1111" if mail.code != "1111 1111" else "2222 2222"
    refused = ana.post(f"/me/addresses/{added.json()['id']}/verify", json={"code": wrong})
    assert (refused.status_code, code_of(refused)) == (422, "code_wrong")
    assert ana.backpack() == []


def test_b6_with_the_code_the_waiting_badge_appears(wallet):
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = wallet.signed_in()

    ana.add_address(ANA_AT_HOME)

    (item,) = ana.backpack()
    assert (item["name"], item["issuer"]["name"], item["address"]) == ("Laser Cutting", "City Makers", ANA_AT_HOME)
    assert (item["state"], item["binding"], item["acceptance"]) == ("valid", "matched", "new")


def test_b7_a_new_code_within_five_minutes_is_too_soon(wallet):
    ana = wallet.signed_in()
    address = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()
    wallet.later(minutes=4)

    soon = ana.post(f"/me/addresses/{address['id']}/resend")

    assert (soon.status_code, code_of(soon)) == (429, "code_sent_recently")
    assert 55 <= int(soon.headers["retry-after"]) <= 65
    assert soon.json()["retry_after"] == int(soon.headers["retry-after"])
    assert len(wallet.mails(ANA_AT_HOME)) == 1
    wallet.later(minutes=2)
    first = wallet.mails(ANA_AT_HOME)[-1].code
    assert ana.post(f"/me/addresses/{address['id']}/resend").status_code == 202
    second = wallet.mails(ANA_AT_HOME)[-1].code
    if first != second:
        assert ana.post(f"/me/addresses/{address['id']}/verify", json={"code": first}).status_code == 422
    assert ana.post(f"/me/addresses/{address['id']}/verify", json={"code": second}).status_code == 200


def test_b8_only_with_the_code_she_is_told_that_the_address_is_anothers(wallet):
    ben = wallet.signed_in(BEN)
    ben.add_address(ANA_AT_HOME)
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = wallet.signed_in()
    free = ana.post("/me/addresses", json={"address": "free@home.example"})

    taken = ana.post("/me/addresses", json={"address": ANA_AT_HOME})

    assert taken.status_code == free.status_code == 201
    assert {name: type(value) for name, value in taken.json().items()} == {
        name: type(value) for name, value in free.json().items()
    }
    mails = [wallet.mails(address)[-1] for address in (ANA_AT_HOME, "free@home.example")]
    assert len({mail.text.replace(mail.code, "") for mail in mails}) == 1
    wrong = [ana.post(f"/me/addresses/{added.json()['id']}/verify", json={"code": "x"}) for added in (taken, free)]
    assert wrong[0].json() == wrong[1].json()
    before = ben.get("/me/addresses").json(), ben.get("/backpack").json(), ben.get("/me").json()
    code = wallet.mails(ANA_AT_HOME)[-1].code
    told = ana.post(f"/me/addresses/{taken.json()['id']}/verify", json={"code": code})
    assert (told.status_code, code_of(told)) == (409, "address_of_other_account")
    assert told.json()["merge_offered"] is True
    assert ana.backpack() == []
    assert (ben.get("/me/addresses").json(), ben.get("/backpack").json(), ben.get("/me").json()) == before
    assert ben.addresses()[ANA_AT_HOME]["is_verified"] is True
    assert ben.names() == ["Laser Cutting"]


def test_b9_an_address_that_was_never_verified_is_handed_over(wallet):
    ben = wallet.signed_in(BEN)
    ben.post("/me/addresses", json={"address": ANA_AT_HOME})
    ana = wallet.signed_in()

    ana.add_address(ANA_AT_HOME)

    assert ana.addresses()[ANA_AT_HOME]["is_verified"] is True
    assert list(ben.addresses()) == [BEN]
    assert len(wallet.rows(Account)) == 2


@pytest.mark.parametrize(
    "hashed_from",
    ["Ana@Campus.example", "ana@campus.example", "ANA@CAMPUS.EXAMPLE", "Ana@campus.example", "ana@Campus.Example"],
)
def test_b10_a_hashed_recipient_is_matched_in_every_usual_spelling(wallet, hashed_from):
    ana = wallet.signed_in(ANA)
    hashed = badge(30, "Signals", "2024-05-01T09:00:00Z", address=hashed_from)

    response = ana.import_file(by_harbour(hashed))

    assert response.status_code == 201, response.text
    detail = ana.get(f"/backpack/{response.json()['item']['id']}").json()
    assert detail["address"] == ANA
    assert detail["matched_spelling"] == hashed_from
    (check,) = [check for check in detail["report"]["checks"] if check["name"] == "recipient"]
    assert (check["outcome"], check["code"]) == ("passed", "recipient_matches")


def test_b10_the_address_as_it_was_verified_and_each_part_of_it_capitalised_are_tried(wallet):
    verified = "aNa.de-LA.cruz@Campus.example"
    ana = wallet.signed_in(verified)
    spelled = [verified, "Ana.De-La.Cruz@Campus.Example", "ana.de-la.cruz@campus.example"]

    for number, hashed_from in enumerate(spelled):
        signed = by_harbour(badge(60 + number, "Signals", "2024-05-01T09:00:00Z", address=hashed_from))
        imported = ana.import_file(signed)
        assert imported.status_code == 201, hashed_from
        detail = ana.get(f"/backpack/{imported.json()['item']['id']}").json()
        assert (detail["address"], detail["matched_spelling"]) == (verified, hashed_from)


def test_b10_a_badge_that_is_delivered_is_matched_in_another_spelling_too(wallet):
    ana = wallet.signed_in(ANA)

    wallet.deliver(by_harbour(badge(32, "Signals", "2024-05-01T09:00:00Z", address="Ana@Campus.example")))

    (item,) = ana.backpack()
    assert (item["binding"], item["address"]) == ("matched", ANA)
    assert ana.get(f"/backpack/{item['id']}").json()["matched_spelling"] == "Ana@Campus.example"


def test_b10_an_odd_spelling_is_matched_once_it_is_added_and_another_mailbox_cannot_be(wallet):
    ana = wallet.signed_in(ANA)
    signed = by_harbour(badge(31, "Signals", "2024-05-01T09:00:00Z", address="aNA@campus.EXAMPLE"))
    refused = ana.import_file(signed)
    assert code_of(refused) == "recipient_mismatch"
    address = ana.addresses()[ANA]["id"]
    other = ana.patch(f"/me/addresses/{address}", json={"spellings": ["victim@campus.example"]})
    assert (other.status_code, code_of(other)) == (422, "spelling_of_other_mailbox")

    added = ana.patch(f"/me/addresses/{address}", json={"spellings": ["aNA@campus.EXAMPLE"]})

    assert added.json()["spellings"] == ["aNA@campus.EXAMPLE"]
    imported = ana.import_file(signed)
    assert imported.status_code == 201
    detail = ana.get(f"/backpack/{imported.json()['item']['id']}").json()
    assert detail["matched_spelling"] == "aNA@campus.EXAMPLE"


def test_b11_removing_an_address_warns_and_keeps_its_badge(wallet):
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    ana = wallet.signed_in()
    address = ana.add_address(ANA_AT_HOME)

    warned = ana.delete(f"/me/addresses/{address['id']}")

    assert (warned.status_code, code_of(warned)) == (409, "address_has_badges")
    assert warned.json()["badges"] == 1
    assert ANA_AT_HOME in ana.addresses()
    assert ana.delete(f"/me/addresses/{address['id']}", params={"confirm": "true"}).status_code == 204
    assert list(ana.addresses()) == [ANA]
    (item,) = ana.backpack()
    assert (item["name"], item["binding"], item["address"]) == ("Laser Cutting", "address_removed", "")
    # The check of the next day does not make it somebody else's.
    wallet.check_all()
    (item,) = ana.backpack()
    assert (item["state"], item["check"]["verdict"], item["binding"]) == ("valid", "valid", "address_removed")
    # Added again, it is hers again.
    wallet.later(hours=2)
    ana.sign_in(ANA)
    ana.add_address(ANA_AT_HOME)
    assert [item["binding"] for item in ana.backpack()] == ["matched"]


def test_b12_neither_the_only_nor_the_primary_address_can_be_removed(wallet):
    ana = wallet.signed_in()
    own = ana.addresses()[ANA]["id"]

    only = ana.delete(f"/me/addresses/{own}", params={"confirm": "true"})
    ana.add_address(ANA_AT_HOME)
    primary = ana.delete(f"/me/addresses/{own}", params={"confirm": "true"})

    assert (only.status_code, code_of(only)) == (409, "address_is_only")
    assert (primary.status_code, code_of(primary)) == (409, "address_is_primary")
    assert only.json()["title"] == "Your only address cannot be removed."
    assert only.json()["next_step"] == "Add and verify another address first."
    assert primary.json()["title"] == "Your main address cannot be removed."
    assert primary.json()["next_step"] == "Make another address your main address first."
    assert set(ana.addresses()) == {ANA, ANA_AT_HOME}


def test_b13_merged_with_the_mailed_code_everything_is_in_one_account_and_duplicates_appear_once(wallet):
    ana, home = wallet.signed_in(), wallet.signed_in(ANA_AT_HOME)
    home.add_address("ana@third.example")
    wallet.deliver(BADGES["rope-work.json"])
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    both = by_harbour(badge(50, "Signals", "2024-05-01T09:00:00Z", address="ana@third.example"))
    assert home.import_file(both).status_code == 201
    ana.post("/me/addresses", json={"address": "ana@third.example"})
    assert ana.import_file(both).status_code == 202
    added = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()
    code = wallet.mails(ANA_AT_HOME)[-1].code
    told = ana.post(f"/me/addresses/{added['id']}/verify", json={"code": code}).json()
    plan = ana.get(f"/me/merges/{told['merge']}").json()

    merged = ana.post(f"/me/merges/{plan['id']}/confirm", json={"version": plan["version"]})

    assert merged.status_code == 200, merged.text
    assert sorted(ana.names()) == ["Laser Cutting", "Rope Work", "Signals"]
    assert set(ana.addresses()) == {ANA, ANA_AT_HOME, "ana@third.example"}
    assert home.get("/backpack").status_code == 401
    assert len(wallet.rows(Account)) == 1


def test_b14_one_badge_by_address_file_and_picture_is_one_badge(wallet):
    ana = wallet.signed_in(ANA_AT_HOME)

    by_url = ana.post("/backpack/imports", json={"url": MAKERS_AWARD})
    by_file = ana.import_file(BADGES["laser-cutting.json"])
    by_picture = ana.import_file(BADGES["laser-cutting.png"])

    assert (by_url.status_code, by_url.json()["outcome"]) == (201, "added")
    own = by_url.json()["item"]["id"]
    for again in (by_file, by_picture):
        assert (again.status_code, again.json()["outcome"]) == (200, "already_held")
        assert again.json()["item"]["id"] == own
        assert again.headers["location"] == f"/api/v1/backpack/{own}"
    assert ana.names() == ["Laser Cutting"]
    assert len(wallet.rows(BackpackItem)) == 1


def test_b15_a_badge_of_somebody_else_is_refused_with_the_way_out(wallet):
    ana = wallet.signed_in()

    response = ana.import_file(by_harbour(badge(40, "Diving", "2024-05-01T09:00:00Z", address="eve@dive.example")))

    assert (response.status_code, code_of(response)) == (422, "recipient_mismatch")
    assert response.json()["next_step"] == "Add the address it was sent to, and try again."
    assert wallet.rows(BackpackItem) == []


def _with_one_letter_changed(text, place):
    return f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"


@pytest.mark.parametrize("name", ["rope-work.json", "navigation-1.json", "first-year.json", "first-aid.json"])
def test_b16_a_file_whose_signature_is_broken_by_one_byte_is_refused(wallet, name):
    ana = wallet.signed_in()
    document = json.loads(BADGES[name])
    document["proof"]["proofValue"] = _with_one_letter_changed(document["proof"]["proofValue"], 20)

    response = ana.import_file(json.dumps(document).encode())

    assert (response.status_code, code_of(response)) == (422, "proof_invalid")
    assert wallet.rows(BackpackItem) == []


@pytest.mark.parametrize("name", ["safety-basics.jwt", "navigation-1.sd-jwt"])
def test_b16_so_is_a_token(wallet, name):
    ana = wallet.signed_in()
    token = BADGES[name].decode()
    changed = _with_one_letter_changed(token, token.index(".", token.index(".") + 1) + 10).encode()

    response = ana.import_file(changed)

    assert (response.status_code, code_of(response)) == (422, "proof_invalid")
    assert wallet.rows(BackpackItem) == []
    assert ana.import_file(BADGES[name]).status_code == 201


def test_b16_a_badge_changed_by_one_byte_is_refused_and_nothing_is_stored(wallet):
    ana = wallet.signed_in()

    response = ana.import_file(changed_by_one_byte(BADGES["rope-work.json"]))

    assert (response.status_code, code_of(response)) == (422, "proof_invalid")
    assert "signature_invalid" in {problem["code"] for problem in response.json()["problems"]}
    assert wallet.rows(BackpackItem) == []
    assert ana.import_file(BADGES["rope-work.json"]).status_code == 201


def test_a_badge_for_an_address_that_is_not_verified_yet_waits_for_it(wallet):
    """The answer 202 of the model's endpoints."""
    ana = wallet.signed_in()
    address = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()

    response = ana.import_file(BADGES["laser-cutting.json"])

    assert (response.status_code, response.json()["outcome"]) == (202, "waiting_for_address")
    assert ana.names() == []
    assert ana.names(state="pending") == ["Laser Cutting"]
    code = wallet.mails(ANA_AT_HOME)[-1].code
    ana.post(f"/me/addresses/{address['id']}/verify", json={"code": code})
    assert ana.names() == ["Laser Cutting"]


def test_what_was_imported_for_an_unverified_address_goes_when_its_owner_verifies_it(wallet):
    ben = wallet.signed_in(BEN)
    ben.post("/me/addresses", json={"address": ANA_AT_HOME})
    assert ben.import_file(BADGES["laser-cutting.json"]).status_code == 202

    wallet.signed_in(ANA_AT_HOME)

    assert wallet.rows(BackpackItem) == []
    assert identity(ANA_AT_HOME)["hashed"] is True
