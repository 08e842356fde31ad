"""I2 of the acceptance scenarios where there is no page: what programs and mailboxes get is in the reader's language too."""

import pytest

from tools.make_learner_example import ANA, KNOTS_REVOKED, REVOCATIONS, badge, by_harbour, revocations, samples

BADGES = samples()
DUTCH = {"Accept-Language": "nl-BE, en;q=0.5"}


def test_i2_a_refusal_is_dutch_for_whoever_asks_for_dutch_and_its_code_the_same(wallet):
    english, dutch = wallet.browser().get("/backpack"), wallet.browser().get("/backpack", headers=DUTCH)

    assert english.json()["title"] == "You are not signed in."
    assert dutch.json()["title"] == "Je bent niet ingelogd."
    assert dutch.json()["next_step"] == "Log in en probeer het opnieuw."
    assert dutch.json()["code"] == english.json()["code"] == "sign_in_needed"
    assert dutch.headers["content-language"] == "nl"


def test_i2_the_mails_to_an_account_are_in_its_language_with_dates_and_numbers(wallet):
    ana = wallet.browser()
    ana.sign_in(ANA, headers=DUTCH)
    (code,) = wallet.mails(ANA)
    assert code.subject == f"{code.code} is je code om in te loggen"
    assert "De code werkt 15 minuten." in code.text
    wallet.deliver(BADGES["knots-2019.json"])
    wallet.deliver(by_harbour(badge(42, "Señales", "2024-05-01T09:00:00Z", validUntil="2024-06-20T09:00:00Z")))
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)

    wallet.check_all()

    mails = {mail.subject: mail for mail in wallet.mails(ANA)}
    assert "20 juni 2024" in mails["Verloopt binnenkort: Señales"].text
    assert "De opgegeven reden: awarded by mistake" in mails["Ingetrokken: Knots 2019"].text
    for mail in mails.values():
        assert 'lang="nl"' in mail.html


@pytest.mark.parametrize("language", ["es", "ar"])
def test_i2_so_are_those_in_the_other_languages(wallet, language):
    ana = wallet.browser()
    ana.sign_in(ANA, headers={"Accept-Language": language})

    (code,) = wallet.mails(ANA)

    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in code.html
    assert "code" not in code.subject.replace(code.code, "")
    assert ana.get("/me").json()["language"] == language
