"""Mail that is written with the data, sent later, tried again, and forgotten."""

import re

from tests.vcwallet_api.wallet_world import code_of
from tools.make_learner_example import ANA, samples
from vcwallet_api.jobs.queue import MAX_ATTEMPTS
from vcwallet_api.mail.outbox import SEND_MAIL
from vcwallet_api.storage.tables import Challenge, Delivery, Job, OutboxMail

ROPE = samples()["rope-work.json"]


def test_a_mail_server_that_refuses_is_asked_again_and_nothing_is_undone(wallet):
    wallet.catcher.refusing = "451 later, please"
    wallet.deliver(ROPE)
    assert wallet.mails() == []
    assert len(wallet.rows(Delivery)) == 1
    (job,) = wallet.rows(Job)
    assert job.attempts == 1
    assert "SMTP" in job.last_error

    wallet.catcher.refusing = None
    wallet.later(minutes=1)

    assert len(wallet.mails(ANA)) == 1
    assert wallet.rows(Job) == []
    wallet.work()
    assert len(wallet.mails(ANA)) == 1


def test_a_mail_that_is_never_taken_is_given_up_and_stays_for_an_operator(sqlite_wallet):
    sqlite_wallet.catcher.refusing = "550 never"
    sqlite_wallet.deliver(ROPE)
    for _ in range(MAX_ATTEMPTS + 3):
        sqlite_wallet.work()
        sqlite_wallet.later(hours=7)

    (job,) = sqlite_wallet.rows(Job)

    assert job.attempts == MAX_ATTEMPTS


def test_a_mail_that_is_not_taken_is_tried_less_and_less_often(sqlite_wallet):
    sqlite_wallet.catcher.refusing = "451 later, please"
    sqlite_wallet.deliver(ROPE)
    pauses = []
    for _ in range(5):
        sqlite_wallet.work()
        (job,) = sqlite_wallet.rows(Job)
        pauses.append((job.run_at - sqlite_wallet.now).total_seconds())
        sqlite_wallet.now = job.run_at

    assert [round(pause, -1) for pause in pauses] == [10, 20, 40, 80, 160]


def test_a_mail_whose_worker_died_before_the_job_was_done_is_not_sent_again(sqlite_wallet):
    sqlite_wallet.deliver(ROPE)
    (mail,), send = sqlite_wallet.rows(OutboxMail), sqlite_wallet.parts.worker._lanes[0].handlers["send_mail"]

    send({"mail": str(mail.id)})

    assert len(sqlite_wallet.mails(ANA)) == 1
    assert sqlite_wallet.rows(Job) == []


def test_what_a_mail_said_is_forgotten_once_it_is_sent(wallet):
    wallet.browser().post("/sign-ins", json={"address": ANA})
    (mail,) = wallet.mails(ANA)

    (row,) = wallet.rows(OutboxMail)
    (challenge,) = wallet.rows(Challenge)

    assert row.sent_at is not None
    assert (row.subject, row.text, row.html) == ("", "", "")
    assert mail.code.replace(" ", "").encode() not in challenge.code_digest
    assert mail.message["Message-ID"] == f"<{row.id}@wallet.example>"


def test_a_worker_that_dies_leaves_its_job_to_the_next(wallet):
    from vcwallet_api.jobs import queue

    wallet.deliver(ROPE)
    taken = queue.take(wallet.parts.database, wallet.now, [SEND_MAIL])
    assert taken is not None
    assert queue.take(wallet.parts.database, wallet.now, [SEND_MAIL]) is None

    wallet.later(minutes=6)

    assert len(wallet.mails(ANA)) == 1


def test_mail_has_text_and_html_in_the_language_that_was_asked_for(sqlite_wallet):
    for language, direction in (("nl", "ltr"), ("es", "ltr"), ("ar", "rtl")):
        address = f"{language}@campus.example"
        sqlite_wallet.browser().post(
            "/sign-ins", json={"address": address}, headers={"Accept-Language": f"{language},en;q=0.5"}
        )
        (mail,) = sqlite_wallet.mails(address)
        assert f'<html lang="{language}" dir="{direction}">' in mail.html
        assert "is your code to sign in" not in mail.subject
        assert mail.code in mail.html
        assert re.search(r"\d{4} \d{4}", mail.subject)


def test_an_address_gets_few_codes_whoever_asks(wallet):
    statuses = [wallet.browser().post("/sign-ins", json={"address": ANA}).status_code for _ in range(7)]

    assert statuses == [202] * 5 + [429] * 2
    assert len(wallet.mails(ANA)) == 5
    # Nobody else is kept from signing in, and after an hour neither is she.
    assert wallet.browser().post("/sign-ins", json={"address": "ben@other.example"}).status_code == 202
    wallet.later(hours=1)
    assert wallet.browser().post("/sign-ins", json={"address": ANA}).status_code == 202


def test_an_address_with_a_line_break_is_no_address(sqlite_wallet):
    for address in (
        "a@x.example\r\nBcc: all@x.example",
        "a b@x.example",
        "a@x",
        "@x.example",
        "a@@x.example",
        "ａ＠x.example",
    ):
        response = sqlite_wallet.browser().post("/sign-ins", json={"address": address})
        assert (response.status_code, code_of(response)) == (422, "address_malformed")
    assert sqlite_wallet.mails() == []
