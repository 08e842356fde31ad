"""A clock that jumps: what has ended has ended, what was used or withdrawn stays so, and a wrong clock makes nothing live long."""

from datetime import timedelta

import pytest

from tests.vcwallet_api.wallet_world import code_of
from tools.make_learner_example import ANA, ANA_AT_HOME, KNOTS_REVOKED, REVOCATIONS, revocations, samples
from vcwallet_api.account.browsers import IDLE_LIFETIME
from vcwallet_api.account.callers import FRESH_PROOF
from vcwallet_api.account.codes import LIFETIME
from vcwallet_api.backpack.delivering import CLAIM_LIFETIME
from vcwallet_api.clock import CLOCK_SKEW

BADGES = samples()
A_MOMENT = timedelta(seconds=1)


def _jump(wallet, duration):
    wallet.now += duration


def _code_works(wallet):
    browser = wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    code = wallet.mails(ANA)[-1].code
    return lambda: browser.post("/sessions", json={"challenge": challenge, "code": code, "agree": True})


def _claim_link_works(wallet):
    wallet.deliver(BADGES["laser-cutting.json"], ANA_AT_HOME)
    token = wallet.mails(ANA_AT_HOME)[-1].claim_token
    browser = wallet.browser()
    return lambda: browser.get(f"/claims/{token}")


def _sign_in_works(wallet):
    ana = wallet.signed_in()
    return lambda: ana.get("/me")


def _proof_works(wallet):
    ana = wallet.signed_in()
    return lambda: ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]})


def _token_works(wallet):
    end = (wallet.now + timedelta(hours=1)).isoformat()
    body = {"name": "x", "scopes": ["backpack:read"], "expires_at": end}
    program = wallet.browser()
    program.token = wallet.signed_in().post("/me/tokens", json=body).json()["token"]
    return lambda: program.get("/backpack")


ENDING = [
    (_code_works, LIFETIME, "code_expired"),
    (_claim_link_works, CLAIM_LIFETIME, "claim_ended"),
    (_sign_in_works, IDLE_LIFETIME, "sign_in_needed"),
    (_proof_works, FRESH_PROOF, "proof_needed"),
    (_token_works, timedelta(hours=1), "token_invalid"),
]


@pytest.mark.parametrize(("begin", "lifetime", "code"), ENDING, ids=["code", "claim link", "sign-in", "proof", "token"])
def test_a_jump_ahead_ends_what_has_its_end_between_and_nothing_before(sqlite_wallet, begin, lifetime, code):
    ends_soon = begin(sqlite_wallet)
    _jump(sqlite_wallet, lifetime - 5 * A_MOMENT)
    assert ends_soon().status_code < 300
    if code == "sign_in_needed":
        # Being there is what it lives by.
        _jump(sqlite_wallet, lifetime - 5 * A_MOMENT)
    sqlite_wallet.later(hours=2)
    # A code is used up by then; another is asked for.
    ended = begin(sqlite_wallet)
    _jump(sqlite_wallet, lifetime + A_MOMENT)

    assert code_of(ended()) == code


@pytest.mark.parametrize(
    ("begin", "code"), [(_code_works, "code_expired"), (_sign_in_works, "sign_in_needed")], ids=["code", "sign-in"]
)
def test_what_was_made_by_a_clock_that_was_ahead_is_worth_nothing_when_it_is_put_right(sqlite_wallet, begin, code):
    """It would live for as long as the clock was ahead, and longer than anybody wanted."""
    _jump(sqlite_wallet, timedelta(days=1))
    made = begin(sqlite_wallet)

    _jump(sqlite_wallet, -timedelta(days=1))

    assert code_of(made()) == code


def test_a_proof_by_a_clock_that_was_ahead_is_none_when_it_is_put_right(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    _jump(sqlite_wallet, timedelta(days=1))
    challenge = ana.post("/me/proof").json()["challenge"]
    assert ana.post(f"/me/proof/{challenge}", json={"code": sqlite_wallet.mails(ANA)[-1].code}).status_code == 204

    _jump(sqlite_wallet, -timedelta(days=1))

    assert code_of(ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]})) == "proof_needed"
    assert ana.get("/me").status_code == 200


@pytest.mark.parametrize("begin", [_code_works, _sign_in_works, _proof_works, _claim_link_works, _token_works])
def test_a_clock_that_is_put_back_a_little_ends_nothing(sqlite_wallet, begin):
    made = begin(sqlite_wallet)
    _jump(sqlite_wallet, A_MOMENT - CLOCK_SKEW)

    assert made().status_code < 300


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(days=1), timedelta(days=400)])
def test_what_was_used_closed_or_withdrawn_stays_so_when_the_clock_goes_back(sqlite_wallet, back):
    used = _code_works(sqlite_wallet)
    used()
    claimed = _claim_link_works(sqlite_wallet)
    ana = sqlite_wallet.signed_in()
    ana.add_address(ANA_AT_HOME)
    item = ana.import_file(BADGES["knots-2019.json"]).json()["item"]["id"]
    sqlite_wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)
    assert ana.post(f"/backpack/{item}/check").json()["state"] == "revoked"
    closed = sqlite_wallet.signed_in()
    assert closed.delete("/sessions/current").status_code == 204
    token = ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]}).json()
    assert ana.delete(f"/me/tokens/{token['id']}").status_code == 204
    program = sqlite_wallet.browser()
    program.token = token["token"]
    sqlite_wallet.internet.documents.clear()

    _jump(sqlite_wallet, -back)

    assert code_of(used()) in {"code_used", "code_expired"}
    assert code_of(claimed()) == "claim_used"
    assert closed.get("/me").status_code == 401
    assert code_of(program.get("/backpack")) == "token_invalid"
    later = sqlite_wallet.signed_in() if back > CLOCK_SKEW else ana
    assert later.post(f"/backpack/{item}/check").status_code == 200
    assert later.get(f"/backpack/{item}").json()["state"] == "revoked"
