"""Ways into the account of somebody else: cookies, codes, addresses, passkeys."""

import base64

import pytest
from sqlalchemy import event

from tests.vcwallet_api.account.test_passkeys import Authenticator
from tests.vcwallet_api.account.test_passkeys import add as add_passkey
from tests.vcwallet_api.threats.hostile_values import UNKNOWN
from tests.vcwallet_api.wallet_world import BEN, code_of
from tools.make_learner_example import ANA, ANA_AT_HOME
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.limits import CODES_OF_ACCOUNT_LIMIT
from vcwallet_api.refusals import TooMuch
from vcwallet_api.storage.tables import SignIn


def test_a_cookie_that_somebody_else_made_up_is_never_signed_in(wallet):
    victim = wallet.browser(Cookie=f"{COOKIE_NAME}=chosen.by.attacker")

    victim.sign_in(ANA)

    (row,) = wallet.rows(SignIn)
    assert wallet.browser(Cookie=f"{COOKIE_NAME}=chosen.by.attacker").get("/me").status_code == 401
    assert row.account_id is not None


def test_signing_in_over_somebodys_cookie_ends_it_and_leaves_their_other_browsers(wallet):
    """Whoever plants the cookie of their own account in a victim's browser gets nothing that the victim does."""
    attacker = wallet.signed_in(BEN)
    planted = attacker.client.cookies[COOKIE_NAME]
    victim = wallet.browser(Cookie=f"{COOKIE_NAME}={planted}")

    assert victim.sign_in(ANA).status_code == 201

    assert attacker.get("/me").status_code == 401


def test_a_cookie_of_one_row_with_the_secret_of_another_opens_neither(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ours, theirs = (one.client.cookies[COOKIE_NAME].split(".") for one in (ana, ben))

    for mixed in ([ours[0], ours[1], theirs[2]], [ours[0], *theirs[1:]], [theirs[0], *ours[1:]], [*ours[:2], ""]):
        assert wallet.browser(Cookie=f"{COOKIE_NAME}={'.'.join(mixed)}").get("/me").status_code == 401


def test_a_cookie_that_names_somebodys_sign_in_without_its_secret_ends_nothing(wallet):
    ana = wallet.signed_in()
    account, row, _ = ana.client.cookies[COOKIE_NAME].split(".")
    thief = wallet.browser(Cookie=f"{COOKIE_NAME}={account}.{row}.guessed")

    assert thief.sign_in(BEN).status_code == 201

    assert ana.get("/me").status_code == 200


def test_a_token_of_one_row_with_the_secret_of_another_opens_neither(wallet):
    ours, theirs = (
        wallet.signed_in(one)
        .post("/me/tokens", json={"name": "x", "scopes": ["account:read"]})
        .json()["token"]
        .split(".")
        for one in (ANA, BEN)
    )
    program = wallet.browser()
    program.token = ".".join(ours)
    assert program.get("/me").status_code == 200

    for mixed in ([*ours[:2], theirs[2]], [ours[0], *theirs[1:]], [theirs[0], *ours[1:]], [*ours[:2], ""]):
        program.token = ".".join(mixed)
        assert code_of(program.get("/me")) == "token_invalid"


def test_whether_an_address_has_an_account_shows_neither_in_the_answer_nor_in_the_work(wallet):
    wallet.signed_in(ANA)
    wallet.later(hours=2)
    statements = []

    def _note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(wallet.parts.database.engine, "before_cursor_execute", _note)
    seen = {}
    for address in (ANA, "nobody@campus.example"):
        statements.clear()
        answer = wallet.browser().post("/sign-ins", json={"address": address})
        seen[address] = (answer.status_code, sorted(answer.json()), sorted(answer.headers), list(statements))
    event.remove(wallet.parts.database.engine, "before_cursor_execute", _note)

    assert seen[ANA] == seen["nobody@campus.example"]
    assert seen[ANA][3]
    one, other = wallet.mails(ANA)[-1], wallet.mails("nobody@campus.example")[-1]
    assert one.code != other.code
    assert one.subject.replace(one.code, "") == other.subject.replace(other.code, "")
    assert one.text.replace(one.code, "") == other.text.replace(other.code, "")


def test_adding_an_address_says_nothing_about_who_has_it(wallet):
    wallet.signed_in(BEN)
    ana = wallet.signed_in()

    taken, free = (ana.post("/me/addresses", json={"address": one}) for one in (BEN, "free@other.example"))

    assert taken.status_code == free.status_code == 201
    varying = {"id", "address", "added_at", "resend_at"}
    assert {k: v for k, v in taken.json().items() if k not in varying} == {
        k: v for k, v in free.json().items() if k not in varying
    }


def test_an_address_in_look_alike_letters_is_another_mailbox_and_gets_no_code_of_the_first(wallet):
    wallet.signed_in("admin@x.example")
    wallet.later(hours=2)
    sent_before = len(wallet.mails("admin@x.example"))

    for other in ("\u0430dmin@x.example", "\u0131dmin@x.example", "adm\u0131n@x.example", "admin+a@x.example"):
        response = wallet.browser().sign_in(other)
        assert response.json()["is_new_account"] is True, other
    assert wallet.browser().post("/sign-ins", json={"address": "admin\uff20x.example"}).status_code == 422

    assert len(wallet.mails("admin@x.example")) == sent_before


@pytest.mark.parametrize(
    "end", ["\r\nBcc: all@x.example", "\n", "\r", "\0", "\u2028", ">, <b@x.example", ",b@x.example"]
)
def test_an_address_cannot_add_a_header_to_a_mail(sqlite_wallet, end):
    browser = sqlite_wallet.browser()

    refused = browser.post("/sign-ins", json={"address": f"a@x.example{end}x"})

    assert refused.status_code == 422
    assert sqlite_wallet.mails() == []


def test_adding_an_address_needs_a_fresh_proof_because_it_opens_the_account(wallet):
    ana = wallet.signed_in()
    waiting = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()["id"]
    code = wallet.mails(ANA_AT_HOME)[-1].code
    wallet.later(minutes=14, seconds=50)
    assert ana.get("/me").status_code == 200
    wallet.later(seconds=20)

    added = ana.post("/me/addresses", json={"address": "thief@x.example"})
    verified = ana.post(f"/me/addresses/{waiting}/verify", json={"code": code})
    by_page = ana.client.post("/account/addresses", data={"address": "thief@x.example"}, follow_redirects=False)

    assert (added.status_code, code_of(added)) == (403, "proof_needed")
    assert (verified.status_code, code_of(verified)) == (403, "proof_needed")
    assert by_page.headers["location"].startswith("/account/prove")
    assert wallet.mails("thief@x.example") == []
    assert ana.addresses()[ANA_AT_HOME]["is_verified"] is False


def test_an_address_that_is_not_verified_does_not_become_the_main_one(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    waiting = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()["id"]

    refused = ana.patch(f"/me/addresses/{waiting}", json={"is_primary": True})

    assert (refused.status_code, code_of(refused)) == (409, "address_not_verified")
    assert ana.get("/me").json()["primary_address"] == ANA


def test_one_account_cannot_have_codes_sent_to_one_stranger_after_the_other(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    for number in range(CODES_OF_ACCOUNT_LIMIT.times):
        added = ana.post("/me/addresses", json={"address": f"victim{number}@x.example"})
        assert added.status_code == 201, number
        assert ana.delete(f"/me/addresses/{added.json()['id']}").status_code == 204

    refused = ana.post("/me/addresses", json={"address": "one-more@x.example"})

    assert (refused.status_code, code_of(refused)) == (429, "too_many_requests")
    assert sqlite_wallet.signed_in(BEN).post("/me/addresses", json={"address": "b@x.example"}).status_code == 201


def test_wrong_codes_are_counted_for_the_code_whoever_tries_them(wallet):
    browser = wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    right = wallet.mails(ANA)[-1].code
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08}"

    answers = [
        wallet.browser().post("/sessions", json={"challenge": challenge, "code": wrong, "agree": True})
        for _ in range(5)
    ]

    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    late = browser.post("/sessions", json={"challenge": challenge, "code": right, "agree": True})
    assert (late.status_code, code_of(late)) == (429, "too_many_tries")


def test_a_code_works_for_what_it_was_asked_for_and_nothing_else(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    proof = ana.post("/me/proof").json()["challenge"]
    proving = sqlite_wallet.mails(ANA)[-1].code
    browser = sqlite_wallet.browser()
    sign_in = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    signing_in = sqlite_wallet.mails(ANA)[-1].code
    sqlite_wallet.later(minutes=6)

    answers = [
        browser.post("/sessions", json={"challenge": proof, "code": proving, "agree": True}),
        browser.post(f"/sign-ins/{proof}/resend"),
        ana.post(f"/me/proof/{sign_in}", json={"code": signing_in}),
    ]

    assert [(answer.status_code, code_of(answer)) for answer in answers] == [(404, "challenge_unknown")] * 3
    assert ana.post(f"/me/proof/{proof}", json={"code": proving}).status_code == 204
    assert browser.post("/sessions", json={"challenge": sign_in, "code": signing_in, "agree": True}).status_code == 201
    assert code_of(browser.post(f"/sign-ins/{sign_in}/resend")) == "challenge_unknown"


def test_a_code_that_proves_works_once_and_its_tries_are_counted(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    first = ana.post("/me/proof").json()["challenge"]
    code = sqlite_wallet.mails(ANA)[-1].code
    assert ana.post(f"/me/proof/{first}", json={"code": code}).status_code == 204

    again = ana.post(f"/me/proof/{first}", json={"code": code})
    second = ana.post("/me/proof").json()["challenge"]
    tries = [ana.post(f"/me/proof/{second}", json={"code": "none"}).status_code for _ in range(6)]

    assert (again.status_code, code_of(again)) == (410, "code_used")
    assert tries == [422] * 4 + [429] * 2


def test_a_code_that_another_took_the_place_of_works_no_more(sqlite_wallet):
    browser = sqlite_wallet.browser()
    former = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    code = sqlite_wallet.mails(ANA)[-1].code
    sqlite_wallet.later(minutes=6)
    assert browser.post(f"/sign-ins/{former}/resend").status_code == 202

    late = browser.post("/sessions", json={"challenge": former, "code": code, "agree": True})

    assert (late.status_code, code_of(late)) == (410, "code_used")


def test_an_address_gets_so_many_codes_in_a_day(sqlite_wallet):
    """Without HTTP, where a visitor is counted before the address is."""
    for _ in range(20):
        sqlite_wallet.parts.signing_in.send_code(ANA, "en")
        sqlite_wallet.later(minutes=20)

    with pytest.raises(TooMuch) as refused:
        sqlite_wallet.parts.signing_in.send_code(ANA, "en")

    assert refused.value.code == "too_many_codes"
    sqlite_wallet.later(hours=18)
    assert sqlite_wallet.parts.signing_in.send_code(ANA, "en")


def test_a_code_is_over_after_fifteen_minutes(sqlite_wallet):
    browser = sqlite_wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    code = sqlite_wallet.mails(ANA)[-1].code
    sqlite_wallet.later(minutes=15)

    late = browser.post("/sessions", json={"challenge": challenge, "code": code, "agree": True})

    assert (late.status_code, code_of(late)) == (410, "code_expired")


def test_a_code_that_is_a_megabyte_is_refused_unread(sqlite_wallet):
    browser = sqlite_wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]

    refused = browser.post("/sessions", json={"challenge": challenge, "code": "1" * 2**20, "agree": True})

    assert (refused.status_code, code_of(refused)) == (400, "request_malformed")


PASSKEY_ANSWERS = [
    {},
    {"id": 1, "rawId": 1, "type": 1, "response": []},
    {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"attestationObject": "!!", "clientDataJSON": "é"}},
    {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"attestationObject": "oA", "clientDataJSON": "W10"}},
    {
        "id": "YQ",
        "rawId": "YQ",
        "type": "public-key",
        "response": {
            "clientDataJSON": "W10",
            "authenticatorData": "YQ",
            "signature": "YQ",
            "userHandle": base64.urlsafe_b64encode(b"0" * 16).decode(),
        },
    },
]


@pytest.mark.parametrize("answer", PASSKEY_ANSWERS)
def test_no_answer_of_an_authenticator_breaks_a_ceremony_and_each_ends_it(learner, answer):
    adding = learner.post("/me/passkeys/options").json()["ceremony"]
    signing = learner.post("/sessions/passkey/options").json()["ceremony"]
    for path, body in (
        ("/me/passkeys", {"ceremony": adding, "credential": answer, "name": "x"}),
        ("/sessions/passkey", {"ceremony": signing, "credential": answer}),
    ):
        first, again = learner.post(path, json=body), learner.post(path, json=body)
        assert (first.status_code, code_of(first)) == (422, "passkey_invalid")
        assert (again.status_code, code_of(again)) == (410, "ceremony_over")


def test_a_ceremony_of_one_account_is_of_no_use_to_another_or_for_another_purpose(sqlite_wallet):
    ana, ben = sqlite_wallet.signed_in(), sqlite_wallet.signed_in(BEN)
    adding = ana.post("/me/passkeys/options").json()["ceremony"]

    foreign = ben.post("/me/passkeys", json={"ceremony": adding, "credential": {}, "name": "x"})
    crossed = ben.post("/sessions/passkey", json={"ceremony": adding, "credential": {}})

    assert code_of(foreign) == code_of(crossed) == "ceremony_over"


def test_a_sign_in_that_another_site_sends_is_refused_on_pages_too(learner):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/sign-in", f"/sign-in/{UNKNOWN}", "/sign-out", "/language", "/import", "/account/profile"):
            answer = learner.client.post(path, data={"address": ANA, "code": "1"}, headers=headers)
            assert answer.status_code == 403, path
    assert learner.get("/me").status_code == 200


def test_whatever_could_take_the_account_away_or_opens_it_for_others_needs_a_fresh_proof(sqlite_wallet):
    """A cookie that was stolen an hour after the code was typed: each of the account's own changes that it must not make."""
    ana = sqlite_wallet.signed_in()
    passkey = add_passkey(ana, Authenticator()).json()["id"]
    second = ana.add_address(ANA_AT_HOME)["id"]
    waiting = ana.post("/me/addresses", json={"address": "ana@third.example"}).json()["id"]
    sqlite_wallet.later(minutes=15, seconds=1)
    asked = [
        ("POST", "/me/addresses", {"address": "thief@x.example"}),
        ("POST", f"/me/addresses/{waiting}/verify", {"code": "1"}),
        ("PATCH", f"/me/addresses/{second}", {"is_primary": True}),
        ("DELETE", f"/me/addresses/{second}", None),
        ("POST", "/me/tokens", {"name": "x", "scopes": ["backpack:read"]}),
        ("POST", "/me/passkeys/options", None),
        ("DELETE", f"/me/passkeys/{passkey}", None),
        ("POST", f"/me/merges/{UNKNOWN}/confirm", {"version": "x"}),
    ]

    for method, path, body in asked:
        refused = ana.request(method, path, **({"json": body} if body is not None else {}))
        assert (refused.status_code, code_of(refused)) == (403, "proof_needed"), (method, path)

    assert sorted(ana.addresses()) == sorted([ANA, ANA_AT_HOME, "ana@third.example"])
    assert ana.addresses()[ANA]["is_primary"] is True
    assert ana.get("/me/tokens").json() == []
    assert [entry["id"] for entry in ana.get("/me/passkeys").json()] == [passkey]
    assert sqlite_wallet.mails("thief@x.example") == []
