"""Strangers who keep every process busy: the rest of the service goes on."""

import os
import shutil
import threading
import time

import httpx
import pytest

from tests.vcwallet_api.live_wallet import LiveWallet
from tools.make_learner_example import samples
from vcwallet_api.app import THREADS_BESIDE_CHECKS
from vcwallet_api.verification.worker_pool import WorkerLimits, WorkerPool

ROPE = samples()["rope-work.json"].decode()
# The service answers in a few milliseconds; a machine that runs other tests meanwhile takes longer.
PROMPTLY = 2.0


@pytest.fixture
def live(sqlite_template, tmp_path, mail):
    path = tmp_path / "wallet.db"
    shutil.copy(sqlite_template, path)
    wallet = LiveWallet(f"sqlite:///{path}", *mail)
    yield wallet
    wallet.close()


def test_health_and_pages_are_answered_while_strangers_keep_all_processes_busy(live):
    stuck = WorkerPool(WorkerLimits(processes=1, seconds=8, waiting=20), may_fetch=False)
    live.pool.ask = stuck.ask
    address, statuses = f"http://localhost:{live.port}", []

    def _verify():
        statuses.append(httpx.post(f"{address}/api/v1/verify", json={"credential": ROPE}, timeout=60).status_code)

    _verify()
    (worker,) = stuck._idle
    os.kill(worker._process.pid, 19)  # SIGSTOP
    threads = [threading.Thread(target=_verify) for _ in range(28)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while stuck._waiting < 20 and time.monotonic() < deadline:
        time.sleep(0.01)

    took = []
    for _ in range(20):
        started = time.monotonic()
        assert httpx.get(f"{address}/health", timeout=60).status_code == 200
        took.append(time.monotonic() - started)
    page = httpx.get(f"{address}/verify", timeout=PROMPTLY).status_code
    still_waiting = stuck._waiting
    worker._process.kill()
    for thread in threads:
        thread.join()
    stuck.close()

    assert still_waiting == 20
    assert max(took) < PROMPTLY
    assert page == 200
    # One was cut off, which is an answer; those who waited were served; the others were told to come back.
    assert sorted(set(statuses)) == [200, 429]


def test_all_who_may_wait_for_a_check_leave_threads_for_the_others(live):
    """Handlers run in threads: a check that waits has one."""
    found = httpx.get(f"http://localhost:{live.port}/health").status_code
    waiting = sum(pool.limits.processes + pool.limits.waiting for pool in (live.parts.pool, live.parts.learners_pool))

    assert found == 200
    assert live.parts.threads == waiting + THREADS_BESIDE_CHECKS
