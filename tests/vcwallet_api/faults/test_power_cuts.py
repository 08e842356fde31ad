"""The power goes, on a disk that keeps what it said it kept: the files of any instant are a whole database."""

import os
import shutil
import signal
import time
from pathlib import Path
from random import Random

import pytest

from tests.vcwallet_api.faults.acknowledged_work import Writer, check_history, require_whole, tokens_for
from tests.vcwallet_api.faults.service_process import Service
from vcwallet_api.storage.database import open_database


def _copied_at_one_instant(service, path, place):
    """The files of the database as a disk has them at one instant, with the beginning of a page that was never finished."""
    os.killpg(service.process.pid, signal.SIGSTOP)
    try:
        shutil.copy(path, place)
        shutil.copy(f"{path}-wal", f"{place}-wal")
    finally:
        os.killpg(service.process.pid, signal.SIGCONT)
    with Path(f"{place}-wal").open("ab") as torn:
        torn.write(os.urandom(1000))


@pytest.mark.slow
def test_the_files_of_any_instant_have_all_that_was_acknowledged_before(sqlite_template, tmp_path):
    path, random, history, copies = tmp_path / "wallet.db", Random(11), [], []
    shutil.copy(sqlite_template, path)
    service = Service(f"sqlite:///{path}")
    try:
        tokens = tokens_for(service)
        service.start()
        people = [Writer(service, number, tokens, history) for number in range(8)]
        for person in people:
            person.start()
        while len(copies) < 30:
            time.sleep(random.uniform(0.05, 1))
            known = list(history)
            place = tmp_path / f"copy-{len(copies)}.db"
            _copied_at_one_instant(service, path, place)
            copies.append((place, known))
        service.kill()
        for person in people:
            person.join()
    finally:
        service.close()

    assert len(copies[-1][1]) > len(people)
    for place, known in copies:
        database = open_database(f"sqlite:///{place}")
        check_history(database, known)
        database.close()
        require_whole(f"sqlite:///{place}")
