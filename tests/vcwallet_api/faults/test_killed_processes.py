"""The service and its worker are killed while they work: nothing acknowledged is lost, nothing is done twice."""

import base64
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest

from tests.vcwallet_api.faults.acknowledged_work import Writer, check_history, require_whole, tokens_for
from tests.vcwallet_api.faults.bad_mail_server import BadMailServer
from tests.vcwallet_api.faults.service_process import Service
from tools.make_learner_example import ANA, samples
from vcwallet_api.storage.tables import Job

ROPE = samples()["rope-work.json"]


def _killed_again_and_again(url, cycles, writers, seconds):
    random, service, history = Random(7), Service(url), []
    try:
        tokens = tokens_for(service)
        people = [Writer(service, number, tokens, history) for number in range(writers)]
        for _ in range(cycles):
            service.start()
            for person in people:
                person.start()
            # Every kill meets a service at work: processes that check take a while to start.
            known, deadline = len(history), time.monotonic() + 60
            while len(history) < known + writers and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(random.uniform(*seconds))
            service.kill()
            for person in people:
                person.join()
            people = [person.fresh() for person in people]
            check_history(service.parts.database, history)
        assert len(history) >= cycles * writers
        # Whatever was not answered is asked once more, and is then there once.
        service.start()
        with httpx.Client(base_url=f"http://localhost:{service.port}/api/v1", timeout=60) as client:
            for person in people:
                for task in list(person.open):
                    person.serial += 1
                    person.do(client, *task)
        service.kill()
        check_history(service.parts.database, history)
    finally:
        service.close()
    return history


def test_nothing_acknowledged_is_lost_or_doubled_when_the_service_is_killed(database_url):
    _killed_again_and_again(database_url, cycles=2, writers=4, seconds=(0.005, 0.5))
    require_whole(database_url)


@pytest.mark.slow
def test_nothing_is_lost_in_five_hundred_kills(database_url):
    _killed_again_and_again(database_url, cycles=500, writers=16, seconds=(0.005, 0.5))
    require_whole(database_url)


def test_a_worker_that_is_killed_in_a_job_leaves_it_to_the_next_which_does_it_once(wallet):
    server = BadMailServer("silent")
    wallet.deliver(ROPE)
    environment = {
        "VCWALLET_BASE_URL": "https://wallet.example",
        "VCWALLET_SECRET_KEY": base64.b64encode(b"s" * 32).decode(),
        "VCWALLET_DATABASE_URL": wallet.settings.database_url,
        "VCWALLET_SMTP_URL": f"smtp+plain://127.0.0.1:{server.port}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "vcwallet_api", "worker"], env=os.environ | environment, stderr=subprocess.DEVNULL
    )
    try:
        assert server.reached.wait(60)
    finally:
        process.kill()
        process.wait()
        server.close()
    # That process lived by the real clock.
    wallet.now = datetime.now(UTC)
    assert wallet.mails() == []

    wallet.now = datetime.now(UTC) + timedelta(minutes=6)

    assert [mail.to for mail in wallet.mails()] == [ANA]
    assert [row for row in wallet.rows(Job) if row.kind == "send_mail"] == []
