"""The worker: its lanes, and what is tried again."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from vcwallet_api.jobs.queue import MAX_ATTEMPTS, enqueue
from vcwallet_api.jobs.worker import Worker
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.tables import Job

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url):
    database = open_database(database_url)
    yield database
    database.close()


def put(database, kind, **options):
    with database.write() as session:
        enqueue(session, kind, {}, now=NOON, **options)


def waiting(database):
    with database.read() as session:
        return [(job.kind, job.attempts) for job in session.query(Job).order_by(Job.id)]


def test_a_mail_goes_out_while_a_check_waits_for_its_issuer(database):
    issuer_answers, checking, sent = threading.Event(), threading.Event(), threading.Event()

    def _check(_payload):
        checking.set()
        assert issuer_answers.wait(30)

    worker = Worker(database, [{"mail": lambda _payload: sent.set()}, {"check": _check}], lambda: NOON)
    for _ in range(3):
        put(database, "check")
    worker.start()
    try:
        assert checking.wait(30)
        put(database, "mail")
        assert sent.wait(30)
    finally:
        issuer_answers.set()
        worker.stop()


def test_a_job_that_this_worker_does_not_know_is_left_to_one_that_does(database):
    put(database, "of a later version")

    assert Worker(database, [{"mail": lambda _payload: None}], lambda: NOON).work_until_idle() == 0
    assert waiting(database) == [("of a later version", 0)]


@pytest.mark.parametrize(("once_key", "left"), [(None, [("check", MAX_ATTEMPTS)]), ("check 1", [])])
def test_a_job_that_fails_for_good_does_not_keep_its_like_from_being_planned(database, once_key, left):
    now = NOON

    def _fail(_payload):
        raise OSError("always")

    worker = Worker(database, [{"check": _fail}], lambda: now)
    put(database, "check", once_key=once_key)
    for _ in range(MAX_ATTEMPTS):
        assert worker.work_until_idle() == 1
        now += timedelta(hours=7)

    assert worker.work_until_idle() == 0
    assert waiting(database) == left
