"""Clients that remember what was acknowledged; afterwards the database must have all of it, each once, and nothing by halves."""

import sqlite3
import threading
from collections import Counter

import httpx

from tests.vcwallet_api.wallet_world import ADMINISTRATOR
from tools.make_learner_example import ANA, badge, by_old_school
from vcwallet_api.account.addresses import parse_address
from vcwallet_api.storage.tables import BackpackItem, ClaimLink, Delivery, OutboxMail, VerifiedAddress


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


def require_whole(url):
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()


def tokens_for(service):
    """What writers go by: a token for awards, and one for imports."""
    return (
        service.account(ADMINISTRATOR, ["deliveries:write"]),
        service.account(ANA, ["backpack:write", "backpack:read"]),
    )
