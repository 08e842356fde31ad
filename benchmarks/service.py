"""The wallet service beside what it cannot be faster than: a Litestar route that does nothing, and the query alone.

All in one process and in turns, over ASGI without a socket; SQLite on disk. Checks go to the real worker process.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar, get
from sqlalchemy import insert, select

from tools.make_learner_example import ANA, badge, by_old_school
from vcwallet import Recipient
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.personal_tokens import create_token
from vcwallet_api.app import Parts, build_parts, create_app
from vcwallet_api.backpack.placing import Arrival, place
from vcwallet_api.settings import Settings
from vcwallet_api.storage.migrating import migrate
from vcwallet_api.storage.tables import BackpackItem, OutboxMail, VerifiedAddress
from vcwallet_api.verification.worker_pool import WorkerLimits, WorkerPool

HELD = 1_000
PAGE = 50
TURNS = 40
WARM_UP_TURNS = 5


@get("/bare", sync_to_thread=True)
def _bare() -> dict[str, str]:
    return {"status": "ok"}


def _badges() -> Iterator[str]:
    number = 10_000
    while True:
        number += 1
        yield by_old_school(badge(number, f"Badge {number}", "2024-05-01T09:00:00Z")).decode()


def _learner(parts: Parts, first: str) -> tuple[Any, str]:
    """An account with a thousand badges, and a token of it."""
    now = datetime.now(UTC)
    sent = parts.signing_in.send_code(ANA, "en")
    with parts.database.read() as session:
        subject = session.scalars(select(OutboxMail.subject)).one()
    code = subject.partition(" is your")[0].strip("\u2068\u2069")
    parts.signing_in.complete(sent.challenge_id, code, agrees=True, display_name="", device="", former_cookie=None)
    with parts.database.read() as session:
        account_id = session.scalars(select(VerifiedAddress.account_id)).one()
    checked = parts.verifier.check(first.encode(), [Recipient("emailAddress", ANA)])
    arrival = Arrival(received=first.encode(), checked=checked, checked_at=now, source="import_text")
    with parts.database.write() as session:
        item = place(session, account_id, arrival, now=now).item
        row = {column.key: getattr(item, column.key) for column in BackpackItem.__mapper__.columns}
        copies = [
            {
                **row,
                "id": type(item.id)(int=item.id.int + number),
                "sha256": f"{number:064x}",
                "credential_key": f"{number:064x}",
                "awarded_at": item.awarded_at + timedelta(seconds=number),
            }
            for number in range(1, HELD)
        ]
        session.execute(insert(BackpackItem), copies)
    caller = Caller(account_id, None, None, now)
    scopes = ["backpack:read", "backpack:write"]
    _, token = create_token(
        parts.database, caller, name="bench", scopes=scopes, expires_at=None, administrators=frozenset(), now=now
    )
    return account_id, token


async def _measure(parts: Parts, app: Litestar) -> dict[str, float]:
    badges = _badges()
    account_id, token = _learner(parts, next(badges))
    columns = [BackpackItem.id, BackpackItem.name, BackpackItem.issuer_name, BackpackItem.awarded_at]
    question = select(*columns).where(BackpackItem.account_id == account_id, BackpackItem.acceptance != "hidden")
    question = question.order_by(BackpackItem.awarded_at.desc(), BackpackItem.id.desc()).limit(PAGE + 1)
    bearer, visits = {"Authorization": f"Bearer {token}"}, iter(range(1_000_000))
    first = next(badges)
    base = parts.settings.base_url
    bare_app = Litestar([_bare], logging_config=None)
    clients = [httpx.AsyncClient(transport=httpx.ASGITransport(which), base_url=base) for which in (app, bare_app)]
    wallet, bare = clients

    def _headers() -> dict[str, str]:
        # Each time another visitor: otherwise the limits would be what is measured.
        visit = next(visits)
        return {**bearer, "X-Forwarded-For": f"198.51.{visit // 250}.{visit % 250}"}

    async def _page() -> httpx.Response:
        return await wallet.get("/api/v1/backpack", params={"limit": PAGE}, headers=_headers())

    async def _html() -> httpx.Response:
        return await wallet.get("/verify", headers=_headers())

    async def _import() -> httpx.Response:
        return await wallet.post("/api/v1/backpack/imports", json={"text": next(badges)}, headers=_headers())

    async def _verify() -> httpx.Response:
        return await wallet.post("/api/v1/verify", json={"credential": first}, headers=_headers())

    async def _nothing() -> httpx.Response:
        return await bare.get("/bare")

    async def _query() -> None:
        with parts.database.read() as session:
            session.execute(question).all()

    async def _check() -> None:
        parts.verifier.check(first.encode())

    measured: dict[str, Callable[[], Awaitable[Any]]] = {
        "bare route": _nothing,
        "bare query": _query,
        "bare check": _check,
        f"page of {PAGE} of {HELD}": _page,
        "import": _import,
        "verify": _verify,
        "page without data": _html,
    }
    times: dict[str, list[float]] = {name: [] for name in measured}
    for turn in range(TURNS + WARM_UP_TURNS):
        for name, work in measured.items():
            started = time.perf_counter()
            answer = await work()
            took = time.perf_counter() - started
            if answer is not None and answer.status_code not in {200, 201}:
                raise RuntimeError(f"{name}: {answer.status_code} {answer.text[:300]}")
            if turn >= WARM_UP_TURNS:
                times[name].append(took)
    for client in clients:
        await client.aclose()
    return {name: statistics.median(taken) for name, taken in times.items()}


def report() -> str:
    """A table: milliseconds, and how many times the bare route, query and check."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            base_url="http://localhost:8000",
            secret_key=b"s" * 32,
            database_url=f"sqlite:///{Path(folder) / 'wallet.db'}",
            trusted_proxies=1,
            worker_in_process=False,
        )
        parts = build_parts(settings, pool=WorkerPool(WorkerLimits(processes=1), may_fetch=False))
        migrate(parts.database)
        try:
            found = asyncio.run(_measure(parts, create_app(settings, parts=parts)))
        finally:
            parts.close()
    names = ("bare route", "bare query", "bare check")
    lines = ["| | ms | × " + " | × ".join(names) + " |", "|---|---|---|---|---|"]
    for name, seconds in found.items():
        ratios = " | ".join(f"{seconds / found[other]:.1f}" for other in names)
        lines.append(f"| {name} | {seconds * 1000:.2f} | {ratios} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())
