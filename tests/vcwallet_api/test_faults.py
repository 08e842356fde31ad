"""What breaks under the service while it works: its process, its database, its disk, its mail server.

The client remembers what was acknowledged; afterwards the database must have all of it, each once, and nothing by halves.
"""

import base64
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import text

from tests.vcwallet_api.live_wallet import free_port
from tests.vcwallet_api.wallet_world import ADMINISTRATOR, WalletWorld, code_of
from tools.make_learner_example import ANA, badge, by_old_school, samples
from vcwallet_api.account.addresses import parse_address
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.personal_tokens import create_token
from vcwallet_api.app import build_parts
from vcwallet_api.mail import sender as sender_module
from vcwallet_api.mail.sender import MailToSend, SmtpSender
from vcwallet_api.refusals import Unavailable
from vcwallet_api.settings import SmtpServer, read_settings
from vcwallet_api.storage import database as database_module
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.tables import (
    Account,
    BackpackItem,
    ClaimLink,
    DeclinedMail,
    Delivery,
    Job,
    OutboxMail,
    VerifiedAddress,
)

BADGES = samples()
ROPE = BADGES["rope-work.json"]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Service:
    """`vcwallet-api serve` as a process of its own, which can be killed and started again."""

    def __init__(self, database_url):
        self.port = free_port()
        self.environment = {
            "VCWALLET_BASE_URL": f"http://localhost:{self.port}",
            "VCWALLET_SECRET_KEY": base64.b64encode(b"s" * 32).decode(),
            "VCWALLET_DATABASE_URL": database_url,
            "VCWALLET_ADMINISTRATORS": ADMINISTRATOR,
            "VCWALLET_KEEP_SENT_MAIL": "on",
            # So that a test can be many visitors.
            "VCWALLET_TRUSTED_PROXIES": "1",
        }
        self.parts = build_parts(read_settings(self.environment))
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vcwallet_api", "serve", "--port", str(self.port)],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(1200):
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the service did not start")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.parts.close()

    def code(self, address, subject="is your code"):
        """The code that was mailed last: it is in the outbox."""
        with self.parts.database.read() as session:
            mails = list(session.query(OutboxMail).filter_by(to_address=address).order_by(OutboxMail.id).all())
        found = [mail.subject for mail in mails if subject in mail.subject]
        return found[-1].partition(" is your")[0].strip("\u2068\u2069")

    def account(self, address, scopes):
        """An account of this address, and a token of it."""
        sent = self.parts.signing_in.send_code(address, "en")
        self.parts.signing_in.complete(
            sent.challenge_id, self.code(address), agrees=True, display_name="", device="", former_cookie=None
        )
        now = datetime.now(UTC)
        with self.parts.database.read() as session:
            (account_id,) = (
                session.query(VerifiedAddress.account_id).filter_by(match_key=parse_address(address).match_key).one()
            )
        caller = Caller(account_id, None, None, now)
        _, token = create_token(
            self.parts.database,
            caller,
            name="test",
            scopes=scopes,
            expires_at=None,
            administrators=frozenset({ADMINISTRATOR}),
            now=now,
        )
        return token


class Writer(threading.Thread):
    """Awards, imports and claims, one after the other, until the service is gone. What is not answered is asked again."""

    def __init__(self, service, number, tokens, history):
        super().__init__()
        self.service, self.number, self.tokens, self.history = service, number, tokens, history
        self.serial = 0
        self.open = []

    def fresh(self):
        later = Writer(self.service, self.number, self.tokens, self.history)
        later.serial, later.open = self.serial, self.open
        return later

    def run(self):
        with httpx.Client(base_url=f"http://localhost:{self.service.port}/api/v1", timeout=60) as client:
            try:
                while True:
                    for task in list(self.open):
                        self.do(client, *task)
                    self.serial += 1
                    name = f"{self.number}-{self.serial}"
                    content = by_old_school(
                        badge(1000 + self.number * 100_000 + self.serial, name, "2024-05-01T09:00:00Z")
                    ).decode()
                    self.open.append((("award", "import", "claim")[self.serial % 3], name, content))
            except httpx.TransportError:
                return

    def do(self, client, kind, name, content):
        address = f"learner-{name}@campus.example"
        ask = {"X-Forwarded-For": f"192.0.2.{self.serial % 250}, 198.51.{self.number}.{self.serial % 250}"}
        if kind == "import":
            token = {"Authorization": f"Bearer {self.tokens[1]}"}
            answer = client.post("/backpack/imports", json={"text": content}, headers=ask | token)
        else:
            token = {"Authorization": f"Bearer {self.tokens[0]}", "Idempotency-Key": name}
            body = {"address": address, "credential": content}
            answer = client.post("/deliveries", json=body, headers=ask | token)
        if answer.status_code == 503:
            # Busy, and nothing was done: asked again later.
            return
        assert answer.status_code in (200, 201), answer.text
        if kind == "claim":
            sent = client.post("/sign-ins", json={"address": address}, headers=ask)
            if sent.status_code in (429, 503):
                # A code was sent before the kill, or it is busy. Not claimed: asked again later.
                return
            body = {"challenge": sent.json()["challenge"], "code": self.service.code(address), "agree": True}
            answer = client.post("/sessions", json=body, headers=ask)
            if answer.status_code == 503:
                return
            assert answer.status_code in (200, 201), answer.text
        self.history.append((kind, name, content))
        self.open.remove((kind, name, content))


def check_history(database, history):
    """Everything that was acknowledged is there, once; and whatever is there is whole."""
    with database.read() as session:
        deliveries = Counter(row.idempotency_key for row in session.query(Delivery))
        names = Counter(row.name for row in session.query(BackpackItem))
        arrived = {row.idempotency_key for row in session.query(Delivery) if row.arrived_at is not None}
        invited = Counter((row.match_key, row.delivery_id) for row in session.query(ClaimLink))
        mails = Counter(row.to_address for row in session.query(OutboxMail).filter_by(kind="first_badge"))
        owned = {row.match_key for row in session.query(VerifiedAddress)}
        rows = session.query(Delivery).all()
    for kind, name, _content in history:
        assert (deliveries if kind != "import" else names)[name] == 1
        if kind == "claim":
            assert names[name] == 1
            assert name in arrived
            assert parse_address(f"learner-{name}@campus.example").match_key in owned
    assert set(deliveries.values()) | set(names.values()) | set(invited.values()) | set(mails.values()) <= {1}
    for row in rows:
        assert invited[row.match_key, row.id] == mails[row.address] == 1
        assert (names[row.name] == 1) is (row.arrived_at is not None)


def _killed_again_and_again(url, cycles, writers, seconds):
    random, service, history = Random(7), Service(url), []
    try:
        tokens = (
            service.account(ADMINISTRATOR, ["deliveries:write"]),
            service.account(ANA, ["backpack:write", "backpack:read"]),
        )
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
    _require_whole(database_url)


@pytest.mark.slow
def test_nothing_is_lost_in_five_hundred_kills(database_url):
    _killed_again_and_again(database_url, cycles=500, writers=16, seconds=(0.005, 0.5))
    _require_whole(database_url)


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
    """A power cut on a disk that keeps what it said it kept."""
    path, random, history, copies = tmp_path / "wallet.db", Random(11), [], []
    shutil.copy(sqlite_template, path)
    service = Service(f"sqlite:///{path}")
    try:
        tokens = (
            service.account(ADMINISTRATOR, ["deliveries:write"]),
            service.account(ANA, ["backpack:write", "backpack:read"]),
        )
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
        _require_whole(f"sqlite:///{place}")


def _require_whole(url):
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()


# Holds the whole database until its input ends.
_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def impatient_wallet(sqlite_template, tmp_path, mail, monkeypatch):
    """A wallet that waits for its database for a fifth of a second only, and the file of it."""
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 200)
    path = tmp_path / "wallet.db"
    path.write_bytes(sqlite_template.read_bytes())
    world = WalletWorld(f"sqlite:///{path}", *mail)
    yield world, path
    world.close()


def _held(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_database_that_another_process_holds_is_503_and_nothing_is_half_done(impatient_wallet):
    world, path = impatient_wallet
    ana = world.signed_in()
    holder = _held(path)
    try:
        refused = ana.import_file(ROPE)
        with pytest.raises(Unavailable) as delivered:
            world.deliver(ROPE, "somebody@campus.example")
        read = ana.get("/backpack")
        health = ana.client.get("/health")
    finally:
        holder.communicate("")

    assert (refused.status_code, code_of(refused)) == (503, "database_busy")
    assert int(refused.headers["retry-after"]) > 0
    assert delivered.value.code == "database_busy"
    assert (read.status_code, read.json()["items"], health.status_code) == (200, [], 200)
    assert world.rows(BackpackItem) == world.rows(Delivery) == world.rows(Job) == []
    assert ana.import_file(ROPE).status_code == 201


def test_a_database_that_is_held_for_a_moment_is_waited_for(impatient_wallet, monkeypatch):
    world, path = impatient_wallet
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 20_000)
    world.parts.database.engine.dispose()
    ana = world.signed_in()
    holder = _held(path)
    threading.Timer(0.3, lambda: holder.communicate("")).start()

    assert ana.import_file(ROPE).status_code == 201


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "status"), [(0.5, 201), (6, 503), (60, 503)])
def test_a_database_that_is_held_is_waited_for_as_long_as_is_said_and_no_longer(
    sqlite_wallet, tmp_path, seconds, status
):
    ana = sqlite_wallet.signed_in()
    holder = _held(tmp_path / "wallet.db")
    released = threading.Timer(seconds, lambda: holder.communicate(""))
    released.start()
    began = time.monotonic()

    answer = ana.import_file(ROPE)
    took = time.monotonic() - began
    meanwhile = (ana.get("/backpack").status_code, ana.client.get("/health").status_code, ana.names())

    released.join()
    assert answer.status_code == status
    assert seconds < took if status == 201 else took > database_module.BUSY_TIMEOUT_MS / 1000
    # The check of the badge comes first, on a machine that may be busy.
    assert took < database_module.BUSY_TIMEOUT_MS / 1000 + 10
    assert meanwhile == (200, 200, ["Rope Work"] if status == 201 else [])
    if status == 503:
        assert code_of(answer) == "database_busy"
        assert int(answer.headers["retry-after"]) > 0
        assert ana.import_file(ROPE).status_code == 201
    assert ana.names() == ["Rope Work"]


def test_a_service_without_its_database_says_503(sqlite_wallet):
    browser = sqlite_wallet.browser()
    lost = open_database("sqlite:////nowhere/wallet.db")
    sqlite_wallet.parts.database.engine.dispose()
    sqlite_wallet.parts.database.engine = lost.engine

    answers = [browser.client.get("/health"), browser.client.get("/api/v1/me", headers={"Authorization": "Bearer x"})]

    assert answers[0].status_code == 503


def _terminate(database):
    """End every other connection to this PostgreSQL, whatever it is doing."""
    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )


@pytest.fixture
def postgresql(request, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no connection that could be lost")
    database, killer = open_database(database_url), open_database(database_url)
    yield database, killer
    database.close()
    killer.close()


def test_a_connection_that_is_lost_in_a_transaction_is_made_again_and_the_work_done_once(postgresql):
    database, killer = postgresql
    tries = []

    def _write(session):
        tries.append(1)
        session.add(DeclinedMail(address_digest=b"one", declined_at=NOW))
        session.flush()
        if len(tries) == 1:
            _terminate(killer)
        session.execute(text("SELECT 1"))

    database.retrying(_write)

    assert len(tries) == 2
    with database.read() as session:
        assert session.query(DeclinedMail).count() == 1


def test_a_connection_that_is_always_lost_is_unavailable_after_some_tries(postgresql):
    database, killer = postgresql
    tries = []

    def _write(session):
        tries.append(1)
        session.add(DeclinedMail(address_digest=b"one", declined_at=NOW))
        session.flush()
        _terminate(killer)
        session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        database.retrying(_write)

    assert 2 <= len(tries) <= 10
    with database.read() as session:
        assert session.query(DeclinedMail).count() == 0


def test_a_connection_that_is_lost_at_the_commit_is_not_tried_again(postgresql):
    database, killer = postgresql
    tries = []

    def _write(session):
        tries.append(1)
        session.add(DeclinedMail(address_digest=b"one", declined_at=NOW))
        session.flush()
        _terminate(killer)

    with pytest.raises(Unavailable) as refusal:
        database.retrying(_write)

    assert refusal.value.code == "outcome_unknown"
    assert len(tries) == 1


def test_whoever_gets_no_connection_in_time_is_told_to_come_back(database_url, monkeypatch):
    monkeypatch.setattr(database_module, "_POOL_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(database_module, "_POOL_SIZE", 1)
    monkeypatch.setattr(database_module, "_MAX_OVERFLOW", 0)
    database = open_database(database_url)

    with database.read() as session:
        session.query(Job).all()
        with pytest.raises(Unavailable) as refusal, database.read() as other:
            other.query(Job).all()

    assert refusal.value.code == "database_busy"
    with database.read() as session:
        assert session.query(Job).all() == []
    database.close()


# Writes until the disk is full, which a limit on the size of files looks like; then goes on without the limit.
_FILLER = """
import resource, sys
from datetime import UTC, datetime
from vcwallet_api.refusals import Unavailable
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.tables import DeclinedMail

database, kept, refused = open_database(sys.argv[1]), 0, []
limit = resource.getrlimit(resource.RLIMIT_FSIZE)

def write(number):
    row = DeclinedMail(address_digest=b"%06d" % number * 2000, declined_at=datetime.now(UTC))
    database.retrying(lambda session: session.add(row))

write(0)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, limit[1]))
for kept in range(1, 500):
    try:
        write(kept)
    except Unavailable as refusal:
        refused.append(refusal.code)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, limit)
write(1000)
with database.read() as session:
    print(kept, refused, session.query(DeclinedMail).count())
database.close()
"""


def test_a_full_disk_is_unavailable_keeps_what_was_kept_and_goes_on_when_there_is_room(sqlite_template, tmp_path):
    path = tmp_path / "wallet.db"
    path.write_bytes(sqlite_template.read_bytes())

    run = subprocess.run(
        [sys.executable, "-c", _FILLER, f"sqlite:///{path}"], capture_output=True, text=True, check=True
    )

    kept, refused, count = run.stdout.split(maxsplit=2)[0], "database_busy" in run.stdout, run.stdout.split()[-1]
    assert refused
    # What was there, what was kept before the disk was full, and what came when there was room again.
    assert int(count) == int(kept) + 1
    _require_whole(f"sqlite:///{path}")


class BadMailServer:
    """Speaks SMTP up to a point.

    `slow` greets nobody, `drops` hangs up on a mail, `rude` answers QUIT with an error and `gone` not at all.
    """

    def __init__(self, kind):
        self.kind, self.mails = kind, []
        self.reached = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        # Closing alone would not wake whoever waits for a connection.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection):
        with connection, connection.makefile("rwb", buffering=0) as lines:
            if self.kind == "slow":
                # Until the other side has had enough.
                lines.read(1000)
                return
            lines.write(b"220 here\r\n")
            while line := lines.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    lines.write(b"354 go on\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                    self.reached.set()
                    if self.kind == "drops":
                        return
                    if self.kind == "silent":
                        lines.read(1000)
                        return
                    self.mails.append(1)
                    lines.write(b"250 taken\r\n")
                elif word == b"QUIT":
                    if self.kind != "gone":
                        lines.write(b"421 no\r\n" if self.kind == "rude" else b"221 bye\r\n")
                    return
                else:
                    lines.write(b"250 ok\r\n")


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


def _at_once(number, work):
    """What each of so many threads gets that begin at the same moment; of a refusal its code."""
    barrier, answers = threading.Barrier(number), []

    def _run(place):
        barrier.wait()
        try:
            answers.append(work(place))
        except Exception as error:  # noqa: BLE001 - looked at by who asked
            answers.append(getattr(error, "code", repr(error)))

    threads = [threading.Thread(target=_run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def test_of_twenty_awards_at_once_with_one_key_for_two_badges_one_wins(wallet):
    contents = [ROPE, BADGES["first-aid.json"]]

    answers = _at_once(20, lambda place: wallet.deliver(contents[place % 2], idempotency_key="award 7").delivery.sha256)

    (delivery,) = wallet.rows(Delivery)
    assert answers == {delivery.sha256: 10, "idempotency_key_reused": 10}
    assert len(wallet.mails(ANA)) == 1
    assert wallet.rows(Account) == []


@pytest.mark.slow
def test_in_each_of_a_hundred_rounds_one_award_and_one_claim_of_twenty_win(wallet):
    for number in range(100):
        address = f"learner-{number}@campus.example"
        contents = [
            by_old_school(badge(7000 + 2 * number + other, f"{number}", "2024-05-01T09:00:00Z", address=address))
            for other in range(2)
        ]

        awards = _at_once(
            20,
            lambda place, address=address, contents=contents, number=number: (
                wallet.deliver(contents[place % 2], address, idempotency_key=f"award {number}").delivery.sha256
            ),
        )
        sent = wallet.parts.signing_in.send_code(address, "en")
        code = wallet.mails(address)[-1].code
        claims = _at_once(
            20,
            lambda _, sent=sent, code=code: (
                wallet.parts.signing_in.complete(
                    sent.challenge_id, code, agrees=True, display_name="", device="", former_cookie=None
                ).account_id
            ),
        )

        assert awards["idempotency_key_reused"] == 10, awards
        assert sorted(awards.values()) == [10, 10], awards
        assert claims["code_used"] == 19, claims
        assert sorted(claims.values()) == [1, 19], claims
    assert len(wallet.rows(Delivery)) == len(wallet.rows(Account)) == len(wallet.rows(BackpackItem)) == 100
    assert {row.name for row in wallet.rows(BackpackItem)} == {str(number) for number in range(100)}
