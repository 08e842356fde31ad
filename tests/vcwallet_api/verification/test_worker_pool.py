"""Processes that verify for strangers: what is over its limits is killed, and the next one is served."""

import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.make_learner_example import samples, world
from vcwallet import StaticFetcher
from vcwallet_api.refusals import TooMuch
from vcwallet_api.verification.worker_pool import WorkerLimits, WorkerPool
from vcwallet_api.verifier import Unfinished

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
GOOD = samples()["rope-work.json"]


def _pool(**limits):
    return WorkerPool(WorkerLimits(**{"processes": 1, **limits}), StaticFetcher(world()), may_fetch=False)


@pytest.fixture(scope="module")
def pool():
    pool = _pool()
    yield pool
    pool.close()


def _process(pool):
    (worker,) = pool._idle
    return worker._process


def test_a_good_badge_is_valid_and_says_what_it_says(pool):
    found = pool.verify(GOOD, at=AT)

    assert found["report"]["verdict"] == "valid"
    assert found["contents"][0]["name"] == "Rope Work"


def test_a_presentation_is_recognised_and_verified_as_one(pool):
    found = pool.verify(
        b'{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation"}', at=AT
    )

    assert "presentation" in found["report"]
    assert found["report"]["verdict"] != "valid"


@pytest.mark.parametrize("data", [b"", b"\xff" * 100, b"[" * 100_000, b"{}", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_whatever_is_sent_gets_an_answer_and_the_same_process_goes_on(pool, data):
    pool.verify(GOOD, at=AT)
    before = _process(pool).pid

    assert pool.verify(data, at=AT)["report"]["verdict"] in ("malformed", "indeterminate")

    assert _process(pool).pid == before


def test_a_process_over_its_time_is_killed_and_the_next_request_is_served():
    pool = _pool(seconds=0.5, processor_seconds=60)
    try:
        pool.verify(GOOD, at=AT)
        stuck = _process(pool)
        os.kill(stuck.pid, 19)  # SIGSTOP: whatever it does, it does not answer

        with pytest.raises(Unfinished) as failure:
            pool.verify(GOOD, at=AT)

        assert failure.value.code == "verification_time_exceeded"
        assert stuck.poll() is not None
        assert pool.verify(GOOD, at=AT)["report"]["verdict"] == "valid"
    finally:
        pool.close()


def test_a_process_that_works_too_long_is_ended_by_the_system():
    pool = _pool(seconds=30, processor_seconds=0)
    hard = {
        "@context": ["https://www.w3.org/ns/credentials/v2", {f"t{n}": f"https://x.example/{n}" for n in range(5000)}],
        "type": "VerifiableCredential",
        "credentialSubject": [{f"t{n % 5000}": [str(n)] * 40} for n in range(20_000)],
    }
    try:
        with pytest.raises(Unfinished) as failure:
            pool.verify(json.dumps(hard).encode(), at=AT)

        assert failure.value.code == "verification_time_exceeded"
    finally:
        pool.close()


def test_a_process_over_its_memory_says_so_and_is_replaced():
    pool = _pool(memory_bytes=140 * 1024 * 1024)
    large = json.dumps({"type": "VerifiableCredential", "x": [[n] for n in range(600_000)]}).encode()
    try:
        with pytest.raises(Unfinished) as failure:
            pool.verify(large, at=AT)

        assert failure.value.code == "verification_memory_exceeded"
        assert pool.verify(GOOD, at=AT)["report"]["verdict"] == "valid"
    finally:
        pool.close()


def test_a_process_that_dies_is_an_answer_too_and_is_replaced():
    pool = _pool()
    try:
        pool.verify(GOOD, at=AT)
        _process(pool).kill()

        with pytest.raises(Unfinished) as failure:
            pool.verify(GOOD, at=AT)

        assert failure.value.code == "verification_worker_lost"
        assert pool.verify(GOOD, at=AT)["report"]["verdict"] == "valid"
    finally:
        pool.close()


def test_when_all_are_busy_and_enough_wait_the_next_is_told_to_come_back():
    pool = _pool(seconds=3, waiting=1)
    try:
        pool.verify(GOOD, at=AT)
        os.kill(_process(pool).pid, 19)
        outcomes = []

        def _ask():
            try:
                outcomes.append(pool.verify(GOOD, at=AT)["report"]["verdict"])
            except (Unfinished, TooMuch) as refusal:
                outcomes.append(refusal.code)

        threads = [threading.Thread(target=_ask) for _ in range(3)]
        for thread in threads:
            thread.start()
            time.sleep(0.2)
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["valid", "verification_busy", "verification_time_exceeded"]
    finally:
        pool.close()


def test_a_process_is_replaced_after_so_many_requests():
    pool = _pool(requests=2)
    try:
        pool.verify(GOOD, at=AT)
        first = _process(pool)
        pool.verify(GOOD, at=AT)

        assert first.poll() is not None
        assert pool._idle == []
        assert pool.verify(GOOD, at=AT)["report"]["verdict"] == "valid"
    finally:
        pool.close()


def test_a_process_has_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("VCWALLET_SECRET_KEY", "a secret")
    pool = _pool()
    try:
        pool.verify(GOOD, at=AT)
        assert b"a secret" not in Path(f"/proc/{_process(pool).pid}/environ").read_bytes()
    finally:
        pool.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://127.1/",
        "http://10.0.0.1/",
        "http://user@127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_",
        "ftp://x/",
        "https://not.held.example:22/",
        "javascript:alert(1)",
        "",
    ],
)
def test_an_address_that_is_not_fetched_has_one_answer_whatever_the_reason(url):
    pool = WorkerPool(WorkerLimits(processes=1)) if "127.0.0.1" in url else _SHARED
    with pytest.raises(Unfinished) as failure:
        pool.verify_link(url, at=AT, max_bytes=1000)

    assert failure.value.code == "link_not_fetched"
    if pool is not _SHARED:
        pool.close()


_SHARED = WorkerPool(WorkerLimits(processes=1), StaticFetcher(world()), may_fetch=False)


def test_a_badge_behind_a_link_is_fetched_and_checked(pool):
    found = pool.verify_link("https://makers.example/awards/laser-cutting-1", at=AT, max_bytes=100_000)

    assert found["contents"][0]["name"] == "Laser Cutting"


def teardown_module():
    _SHARED.close()
