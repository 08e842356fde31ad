"""Group A of the acceptance scenarios: account and email prompt. Each test is named by its scenario."""

import pytest

from tests.vcwallet_api.wallet_world import ADMINISTRATOR, BASE_URL, BEN, code_of
from tools.make_learner_example import ANA, samples
from vcwallet_api.storage.tables import Account, Address, BackpackItem

BADGES = samples()
SAFETY, ROPE = BADGES["safety-basics.jwt"], BADGES["rope-work.json"]


@pytest.fixture
def prompted(wallet):
    """Harbour awarded Safety Basics to somebody without an account."""
    wallet.deliver(SAFETY)
    return wallet


def test_a1_the_first_award_mails_one_prompt_and_makes_no_account(prompted):
    (mail,) = prompted.mails()

    assert mail.to == ANA
    for part in (mail.subject, mail.text, mail.html):
        assert "Safety Basics" in part
        assert "Harbour College" in part
    claim = f"{BASE_URL}/claim/{mail.claim_token}"
    assert mail.links == mail.html_links == [claim, f"{claim}/badge", f"{claim}/decline"]
    assert mail.message["List-Unsubscribe"] == f"<{claim}/decline>"
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert prompted.rows(Account) == []
    assert prompted.rows(BackpackItem) == []


def test_a1_an_award_that_comes_over_the_api_sends_the_same_mail(wallet):
    administrator = wallet.signed_in(ADMINISTRATOR)

    made = administrator.post("/deliveries", json={"address": ANA, "credential": SAFETY.decode()})

    assert (made.status_code, made.json()["has_arrived"]) == (201, False)
    (mail,) = wallet.mails(ANA)
    assert mail.subject == "Harbour College awarded you a badge: Safety Basics"
    assert mail.links[0] == f"{BASE_URL}/claim/{mail.claim_token}"
    assert len(wallet.rows(Account)) == 1


def test_a1_the_signed_badge_can_be_downloaded_without_an_account(prompted):
    token = prompted.mails()[0].claim_token

    response = prompted.browser().get(f"/claim/{token}/badge")

    assert response.content == SAFETY
    assert response.headers["content-disposition"].startswith("attachment;")
    assert prompted.rows(Account) == []


def test_a1_whoever_declines_gets_no_further_mail_and_the_badge_still_waits(prompted):
    token = prompted.mails()[0].claim_token
    assert prompted.browser().post(f"/claim/{token}/decline").status_code == 204

    prompted.deliver(ROPE)

    assert len(prompted.mails()) == 1
    assert sorted(prompted.signed_in().names()) == ["Rope Work", "Safety Basics"]


def test_a2_the_code_and_consent_make_the_account_with_the_badge_in_it(prompted):
    ana = prompted.browser()
    token = prompted.mails()[0].claim_token
    opened = ana.get(f"/claims/{token}").json()
    assert (opened["name"], opened["issuer_name"]) == ("Safety Basics", "Harbour College")
    started = ana.post(f"/claims/{token}").json()
    assert started["next"] == "sign_in"
    code = prompted.mails(ANA)[-1].code
    unasked = ana.post("/sessions", json={"challenge": started["challenge"], "code": code})
    assert (unasked.status_code, code_of(unasked)) == (422, "agreement_needed")
    assert prompted.rows(Account) == []

    agreed = ana.post("/sessions", json={"challenge": started["challenge"], "code": code, "agree": True})

    assert agreed.status_code == 201
    assert agreed.json()["is_new_account"] is True
    (address,) = ana.addresses().values()
    assert (address["address"], address["is_verified"], address["is_primary"]) == (ANA, True, True)
    (item,) = ana.backpack()
    assert (item["name"], item["acceptance"], item["state"]) == ("Safety Basics", "new", "valid")
    assert ana.names(acceptance="new") == ["Safety Basics"]
    assert ana.get(f"/backpack/{item['id']}/raw").content == SAFETY


def test_a2_a_badge_is_new_until_its_learner_has_seen_it(prompted):
    ana = prompted.signed_in()
    (item,) = ana.backpack()
    ana.get(f"/backpack/{item['id']}")
    assert ana.names(acceptance="new") == ["Safety Basics"]

    seen = ana.patch(f"/backpack/{item['id']}", json={"acceptance": "accepted"})

    assert seen.json()["acceptance"] == "accepted"
    assert ana.names(acceptance="new") == []
    assert ana.names() == ["Safety Basics"]


def test_a3_with_an_account_the_mail_only_says_that_it_was_added(prompted):
    ana = prompted.signed_in()
    before = len(prompted.mails())

    prompted.deliver(ROPE)

    (mail,) = prompted.mails()[before:]
    (item,) = ana.backpack(q="rope")
    assert (mail.to, mail.subject) == (ANA, "Added to your Backpack: Rope Work")
    assert mail.links == mail.html_links == [f"{BASE_URL}/backpack/{item['id']}"]
    assert "Harbour College awarded you the badge Rope Work. It is in your Backpack." in mail.text
    assert "account" not in mail.text + mail.subject
    assert ana.names() == ["Rope Work", "Safety Basics"]
    assert {item["acceptance"] for item in ana.backpack()} == {"new"}


def test_a4_a_used_claim_link_makes_nothing_and_says_how_to_sign_in(prompted):
    token = prompted.mails()[0].claim_token
    prompted.signed_in()
    mails, somebody = len(prompted.mails()), prompted.browser()

    for again in (
        somebody.get(f"/claims/{token}"),
        somebody.post(f"/claims/{token}"),
        somebody.get(f"/claim/{token}/badge"),
    ):
        assert (again.status_code, code_of(again)) == (410, "claim_used")
        assert again.json()["next_step"] == "Sign in with the address that the badge was sent to."

    assert len(prompted.mails()) == mails
    assert len(prompted.rows(Account)) == 1
    assert len(prompted.rows(BackpackItem)) == 1


def test_a4_a_claim_link_ends_and_the_badge_still_waits_for_its_address(prompted):
    token = prompted.mails()[0].claim_token
    prompted.later(days=91)
    mails, somebody = len(prompted.mails()), prompted.browser()

    for ended in (
        somebody.get(f"/claims/{token}"),
        somebody.post(f"/claims/{token}"),
        somebody.get(f"/claim/{token}/badge"),
    ):
        assert (ended.status_code, code_of(ended)) == (410, "claim_ended")
        assert ended.json()["next_step"] == "Sign in with the address that the badge was sent to."

    assert len(prompted.mails()) == mails
    assert prompted.rows(Account) == []
    assert prompted.signed_in().names() == ["Safety Basics"]


def test_a4_a_link_with_a_letter_missing_is_no_link(prompted):
    token = prompted.mails()[0].claim_token

    for wrong in (token[:-1], token.swapcase(), "x"):
        response = prompted.browser().get(f"/claims/{wrong}")
        assert (response.status_code, code_of(response)) == (404, "claim_unknown")


def test_a5_signed_in_as_somebody_else_the_badge_stays_where_it_is(prompted):
    ben = prompted.signed_in(BEN)
    token, to_ben = prompted.mails(ANA)[0].claim_token, len(prompted.mails(BEN))

    started = ben.post(f"/claims/{token}").json()

    assert started["next"] == "verify_address"
    assert len(prompted.mails(BEN)) == to_ben
    assert ben.addresses()[ANA]["is_verified"] is False
    assert ben.backpack() == ben.backpack(state="pending") == []
    wrong = ben.post(f"/me/addresses/{started['address_id']}/verify", json={"code": "0000 0000"})
    assert wrong.status_code == 422
    assert ben.backpack() == []
    # Ben reads Ana's mail after all: then the address is his to prove.
    code = prompted.mails(ANA)[-1].code
    assert ben.post(f"/me/addresses/{started['address_id']}/verify", json={"code": code}).status_code == 200
    assert ben.names() == ["Safety Basics"]


def test_a6_five_wrong_codes_end_in_429_alike_for_known_and_unknown_addresses(wallet):
    wallet.signed_in(ANA)
    answers = []
    for address in (ANA, "nobody@nowhere.example"):
        browser = wallet.browser()
        challenge = browser.post("/sign-ins", json={"address": address}).json()["challenge"]
        right = wallet.mails(address)[-1].code
        wrong = "1111 1111" if right != "1111 1111" else "2222 2222"
        tries = [
            browser.post("/sessions", json={"challenge": challenge, "code": wrong, "agree": True}) for _ in range(5)
        ]
        assert [response.status_code for response in tries] == [422, 422, 422, 422, 429]
        assert int(tries[-1].headers["retry-after"]) > 0
        # The right code comes too late.
        late = browser.post("/sessions", json={"challenge": challenge, "code": right, "agree": True})
        assert late.status_code == 429
        answers.append([response.json() for response in (*tries, late)])

    assert answers[0] == answers[1]
    assert len(wallet.rows(Account)) == 1


def test_a7_a_code_may_be_pasted_with_whatever_surrounds_it_and_the_address_is_not_asked_twice(prompted):
    ana = prompted.browser()
    token = prompted.mails()[0].claim_token
    challenge = ana.post(f"/claims/{token}").json()["challenge"]
    code = prompted.mails(ANA)[-1].code

    pasted = ana.post("/sessions", json={"challenge": challenge, "code": f"\u2068 {code}\n", "agree": True})

    assert pasted.status_code == 201
    assert [row.value for row in prompted.rows(Address)] == [ANA]


def test_a7_whoever_comes_by_the_link_of_a_mail_types_no_address_at_all(prompted):
    token = prompted.mails()[0].claim_token
    page = prompted.browser().page(f"/claim/{token}").text

    assert ANA not in page
    assert 'type="email"' not in page
    assert f'action="/claim/{token}"' in page
