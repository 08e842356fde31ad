"""The service behind a real socket, in this process, so that a real browser can visit it and a test can change its world."""

import asyncio
import socket
import threading
import time

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

from tests.vcwallet_api.wallet_world import WalletWorld


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveWallet(WalletWorld):
    """A wallet at `http://localhost:PORT`, which browsers trust as they trust https."""

    def __init__(self, database_url, smtp_port, catcher, **settings):
        self.port = free_port()
        self.base_url = f"http://localhost:{self.port}"
        super().__init__(database_url, smtp_port, catcher, base_url=self.base_url, **settings)
        self._loop = asyncio.new_event_loop()
        self._server = Server(
            self.app, address="127.0.0.1", port=self.port, interface=Interfaces.ASGI, log_enabled=False
        )
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._wait()

    def close(self):
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(timeout=10)
        self._loop.close()
        super().close()

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())

    def _wait(self):
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/health")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the service did not start")
