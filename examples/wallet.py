"""Start the wallet with sample people, and go with Ana through her first day, by the API: `make demo` ends with this.

    python examples/wallet.py

Every step is one or two requests, as any program could send them. Where somebody looks at a terminal the wallet then stays
open, to look around in a browser, until Ctrl-C; its data are in a folder that is gone afterwards.
"""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from vcwallet.terminal.screen import Screen

LEARNER = Path(__file__).resolve().parents[1] / "src" / "vcwallet_api" / "demo" / "learner"
STARTED_WITHIN_SECONDS = 60

# Mails set names apart, so that one in another script turns nothing around (Unicode's "isolates").
_ISOLATES = {0x2068: None, 0x2069: None}


@contextmanager
def wallet(port: int, folder: Path) -> Iterator[str]:
    """The wallet as `vcwallet-api demo` starts it; its address."""
    with Path(folder, "log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "vcwallet_api", "demo", "--port", str(port), "--folder", str(folder)]
        server = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own command
        try:
            address = f"http://localhost:{port}"
            _wait_for(address, server, Path(log.name))
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def first_day(address: str, screen: Screen) -> None:
    """What Ana does."""
    step = _Steps(screen)
    ana = httpx.Client(base_url=f"{address}/api/v1", timeout=30)

    first = _mails(address, "ana@campus.example")[-1]
    step("Badges wait for people who have no account yet. Ana got a mail:", first["subject"].translate(_ISOLATES))

    step("She signs in: a code is mailed, there is no password. With it she has an account, and her badges are there.")
    challenge = _answer(ana.post("/sign-ins", json={"address": "ana@campus.example"}))["challenge"]
    who = {
        "challenge": challenge,
        "code": _code(address, "ana@campus.example"),
        "display_name": "Ana Núñez",
        "agree": True,
    }
    signed_in = ana.post("/sessions", json=who)
    _answer(signed_in)
    # A browser sends the cookie by itself; over plain http, httpx does not.
    ana.headers["Cookie"] = signed_in.headers["set-cookie"].partition(";")[0]
    step.show_badges(ana)

    step("Her other badge went to an older address. She adds that one too, with the code that is mailed there.")
    added = _answer(ana.post("/me/addresses", json={"address": "ana@home.example"}))
    _answer(ana.post(f"/me/addresses/{added['id']}/verify", json={"code": _code(address, "ana@home.example")}))
    step.show_badges(ana, q="laser")

    step("She imports a badge from a file, and then once more; and one that somebody tampered with.")
    badge = (LEARNER / "navigation-1.json").read_bytes()
    tampered = (LEARNER / "rope-work.json").read_bytes().replace(b"Rope Work", b"Rope Art")
    for content in (badge, badge, tampered):
        step.show_outcome(ana.post("/backpack/imports/file", files={"file": ("badge.json", content)}))

    step("Anybody can check a badge, without an account, and nothing is kept: first an honest one, then the other.")
    anybody = httpx.Client(base_url=f"{address}/api/v1", timeout=30)
    for content in ((LEARNER / "rope-work.json").read_bytes(), tampered):
        step.show_verdict(_answer(anybody.post("/verify", json={"credential": content.decode()})))


class _Steps:
    """Numbers what happens, and shows it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._number = 0

    def __call__(self, *words: str) -> None:
        self._number += 1
        self._screen.line(" ".join(words), label=(f"{self._number}.",), column=3)

    def show_badges(self, learner: httpx.Client, **wanted: str) -> None:
        for item in _answer(learner.get("/backpack", params=wanted))["items"]:
            self._screen.line(f"{item['name']} · {item['issuer']['name']} · {item['state']}", indent=5)

    def show_outcome(self, response: httpx.Response) -> None:
        answer = response.json()
        if response.is_success:
            self._screen.line(f"{answer['item']['name']}: {answer['outcome']}", indent=5)
        else:
            self._screen.line(
                f"{response.status_code} {answer['code']}: {answer['detail']} {answer['next_step']}", indent=5
            )

    def show_verdict(self, report: dict[str, Any]) -> None:
        codes = ", ".join(check["code"] for check in report["checks"] if check["outcome"] == "failed")
        self._screen.line(f"{report['verdict']} {codes}".strip(), indent=5)


def _answer(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json()


def _mails(address: str, to: str) -> list[dict[str, str]]:
    """The mails to this address that the demonstration shows instead of sending them, the latest first."""
    return [mail for mail in _answer(httpx.get(f"{address}/demo/mail")) if mail["to"] == to]


def _code(address: str, to: str) -> str:
    """The code at the beginning of the latest mail's subject."""
    return _mails(address, to)[0]["subject"][: len("1234 5678")]


def _free_port() -> int:
    """8000, as the documentation says, unless something else is there."""
    for wanted in (8000, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            port: int = probe.getsockname()[1]
            return port
    raise SystemExit("there is no free port on this machine")


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(STARTED_WITHIN_SECONDS * 10):
        if server.poll() is not None:
            break
        try:
            httpx.get(f"{address}/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the wallet did not start:\n{log.read_text(encoding='utf-8')}")


def main() -> None:
    # However this is ended, the server that it started ends too.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    port = _free_port()
    screen = Screen(sys.stdout)
    screen.blank()
    screen.line(("And Ana's first day with the wallet service, on SQLite:", "bold"))
    with tempfile.TemporaryDirectory() as folder, wallet(port, Path(folder)) as address:
        first_day(address, screen)
        if sys.stdin.isatty():
            screen.blank()
            screen.line(
                f"The wallet is open: {address}. Sign in as ana@campus.example; its mails are at {address}/demo/mail."
            )
            screen.line("End with Ctrl-C.")
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                screen.blank()


if __name__ == "__main__":
    main()
