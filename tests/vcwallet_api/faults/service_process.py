"""`vcwallet-api serve` as a process of its own, which can be killed and started again."""

import base64
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx

from tests.vcwallet_api.live_wallet import free_port
from tests.vcwallet_api.wallet_world import ADMINISTRATOR
from vcwallet_api.account.addresses import parse_address
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.personal_tokens import create_token
from vcwallet_api.app import build_parts
from vcwallet_api.settings import read_settings
from vcwallet_api.storage.tables import OutboxMail, VerifiedAddress


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
