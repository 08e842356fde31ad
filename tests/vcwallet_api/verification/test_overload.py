"""A hundred hostile documents at the same moment: the limits hold, and the service answers everybody else."""

import json
import os
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.hostile_documents import MEGABYTE, SHAPES
from tests.vcwallet_api.live_wallet import LiveWallet
from tools.make_learner_example import samples
from vcwallet_api.verification.worker_pool import WorkerPool

VISITORS = 100
# The service answers in a few milliseconds; a machine whose every processor is busy takes longer.
PROMPTLY = 2.0
# What a hundred requests of a megabyte may take of the service itself, while they are there.
MAX_GROWTH = 600 * 1024**2


@pytest.fixture
def live(sqlite_template, tmp_path, mail):
    path = tmp_path / "wallet.db"
    shutil.copy(sqlite_template, path)
    # Each of them comes from an address of its own: it is not the limit on visitors that is tried.
    wallet = LiveWallet(f"sqlite:///{path}", *mail, trusted_proxies=1)
    yield wallet
    wallet.close()


def _resident(process_id):
    pages = Path(f"/proc/{process_id}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _hostile():
    """Every shape, with a proof on it, so that the check comes to what is hard."""
    proof = json.loads(samples()["rope-work.json"])["proof"]
    return [json.dumps({**make(MEGABYTE), "proof": proof}) for make in SHAPES.values()]


@pytest.mark.slow
def test_a_hundred_hostile_documents_at_once_stay_within_the_limits_and_health_answers(live):
    pool, documents = WorkerPool(may_fetch=False), _hostile()
    live.pool.ask = pool.ask
    address, statuses, verdicts = f"http://localhost:{live.port}", [], []
    before = _resident(os.getpid())

    def _verify(number):
        said = httpx.post(
            f"{address}/api/v1/verify",
            json={"credential": documents[number % len(documents)]},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
            timeout=300,
        )
        statuses.append(said.status_code)
        if said.status_code == 200:
            verdicts.append(said.json()["verdict"])

    threads = [threading.Thread(target=_verify, args=(number,)) for number in range(VISITORS)]
    for thread in threads:
        thread.start()
    took, own, theirs = [], [], []
    while any(thread.is_alive() for thread in threads):
        took.append(httpx.get(f"{address}/health", timeout=60).elapsed.total_seconds())
        own.append(_resident(os.getpid()) - before)
        theirs += [_resident(worker._process.pid) for worker in list(pool._idle)]
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    after = httpx.post(
        f"{address}/api/v1/verify", json={"credential": samples()["first-aid.json"].decode()}, timeout=60
    )
    pool.close()

    assert Counter(statuses).keys() <= {200, 429}
    assert len(statuses) == VISITORS
    assert verdicts
    assert "valid" not in verdicts
    assert sorted(took)[int(len(took) * 0.99)] < PROMPTLY
    assert max(own) < MAX_GROWTH
    assert max(theirs, default=0) < pool.limits.memory_bytes
    assert after.status_code == 200
