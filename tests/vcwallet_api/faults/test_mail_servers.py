"""The mail server fails: each mail goes out once, when it is back."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.vcwallet_api.faults.bad_mail_server import BadMailServer
from tools.make_learner_example import ANA, samples
from vcwallet_api.mail import sender as sender_module
from vcwallet_api.mail.sender import MailToSend, SmtpSender
from vcwallet_api.settings import SmtpServer
from vcwallet_api.storage.tables import Delivery, Job

ROPE = samples()["rope-work.json"]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["down", "slow", "drops", "451 later", "550 never"])
def test_a_mail_server_that_fails_gets_the_mail_once_when_it_is_back(sqlite_wallet, monkeypatch, kind):
    monkeypatch.setattr(sender_module, "_TIMEOUT_SECONDS", 0.3)
    job = sqlite_wallet.parts.worker._lanes[0].handlers["send_mail"]
    good = job._sender
    bad = BadMailServer(kind)
    if kind[0].isdigit():
        sqlite_wallet.catcher.refusing = kind
    else:
        if kind == "down":
            bad.close()
        job._sender = SmtpSender(replace(good._server, port=bad.port), "wallet@wallet.example")

    sqlite_wallet.deliver(ROPE)
    started = time.monotonic()
    sqlite_wallet.parts.worker.work_until_idle()

    assert time.monotonic() - started < 5
    assert sqlite_wallet.catcher.caught == []
    assert len(sqlite_wallet.rows(Delivery)) == 1
    assert [row.attempts for row in sqlite_wallet.rows(Job)] == [1]
    bad.close()
    job._sender, sqlite_wallet.catcher.refusing = good, None
    sqlite_wallet.later(minutes=1)
    assert [mail.to for mail in sqlite_wallet.mails()] == [ANA]
    sqlite_wallet.later(days=1)
    assert len(sqlite_wallet.mails()) == 1


@pytest.mark.parametrize("kind", ["rude", "gone"])
def test_a_server_that_took_the_mail_and_is_rude_afterwards_does_not_get_it_again(kind):
    server = BadMailServer(kind)
    mail = MailToSend("1", ANA, "Subject", "text", "<p>text</p>", None, NOW)

    SmtpSender(SmtpServer("127.0.0.1", server.port, "none"), "wallet@wallet.example").send(mail)

    assert server.mails == [1]
    server.close()
    with pytest.raises(ConnectionError):
        SmtpSender(SmtpServer("127.0.0.1", server.port, "none"), "wallet@wallet.example").send(mail)
