"""Links that are given away: nobody guesses one, and opening one changes nothing."""

from tools.make_learner_example import ANA, ANA_AT_HOME, samples
from vcwallet_api.storage.tables import ClaimLink


def test_claim_links_are_random_and_nothing_but_the_whole_link_opens_one(sqlite_wallet):
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    token = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token
    assert len(token) == 43
    (row,) = sqlite_wallet.rows(ClaimLink)
    assert token.encode() not in row.token_sha256
    browser = sqlite_wallet.browser()

    for other in (token[:-1], token.swapcase(), token + "A", token + "%00", "A" * 43, "A" * 5000):
        assert browser.get(f"/claims/{other}").status_code == 404
    found = browser.get(f"/claims/{token}")
    assert found.status_code == 200
    assert ANA_AT_HOME not in found.text
    assert ANA_AT_HOME not in browser.client.get(f"/claim/{token}").text


def test_links_that_are_guessed_are_limited(sqlite_wallet):
    browser = sqlite_wallet.browser()

    answers = [browser.get(f"/claims/guess-{number}").status_code for number in range(130)]

    assert set(answers[:120]) == {404}
    assert set(answers[120:]) == {429}


def test_opening_a_claim_link_changes_nothing(sqlite_wallet):
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token
    mails = len(sqlite_wallet.mails())
    ana = sqlite_wallet.signed_in()
    mails_after = len(sqlite_wallet.mails())

    for path in (f"/claim/{claim}", f"/claim/{claim}/decline", f"/api/v1/claims/{claim}"):
        for _ in range(2):
            assert ana.client.get(path).status_code == 200
        ana.client.head(path)

    assert len(sqlite_wallet.mails()) == mails_after > mails
    assert list(ana.addresses()) == [ANA]
    assert sqlite_wallet.browser().get(f"/claims/{claim}").status_code == 200


def test_a_token_adds_no_address_by_way_of_a_claim_link(wallet):
    ana = wallet.signed_in()
    token = ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]}).json()["token"]
    wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = wallet.mails(ANA_AT_HOME)[-1].claim_token
    program = wallet.browser()
    program.token = token

    assert program.post(f"/claims/{claim}").status_code == 202

    assert list(ana.addresses()) == [ANA]


def test_a_link_in_a_mail_is_made_of_the_configured_address_whatever_a_request_says(sqlite_wallet):
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"}
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token

    sqlite_wallet.browser(**headers).post(f"/claims/{claim}")

    for mail in sqlite_wallet.mails():
        assert "evil.example" not in mail.text + mail.html
