"""Who has the service ask the network: only for what is public, and never on behalf of a badge that is shown."""

import socket

import pytest

from tests.vcwallet_api.wallet_world import code_of
from tools.make_learner_example import badge, by_harbour
from vcwallet import HttpFetcher, StaticFetcher, standard_toolkit
from vcwallet_api.verification.worker import answer
from vcwallet_api.verifier import Unfinished


def _checked_here(request, toolkit):
    """As the process that checks answers, but where it can be watched."""
    found = answer(request, toolkit)
    if "failed" in found:
        raise Unfinished(found["failed"])
    return found


class _Asked:
    """An internet that remembers what was asked."""

    def __init__(self, documents):
        self.known = StaticFetcher(documents)
        self.urls = []

    def fetch(self, url, **options):
        self.urls.append(url)
        return self.known.fetch(url, **options)


def test_an_address_of_a_badge_is_asked_by_nobody(learner, sqlite_wallet, monkeypatch):
    internet = _Asked(sqlite_wallet.internet.documents)
    toolkit = standard_toolkit(internet)
    monkeypatch.setattr(sqlite_wallet.pool, "ask", lambda request: _checked_here(request, toolkit))
    document = badge(37, "Addresses", "2024-01-01T00:00:00Z", id="https://inner.example/id")
    achievement = document["credentialSubject"]["achievement"]
    achievement["image"] = {"id": "https://inner.example/image.png", "type": "Image"}
    achievement["criteria"] = {"id": "https://inner.example/criteria"}
    document["evidence"] = [{"id": "https://inner.example/evidence", "type": ["Evidence"]}]
    item = learner.import_file(by_harbour(document)).json()["item"]["id"]

    for path in ("/backpack", f"/backpack/{item}"):
        assert "https://inner.example/image.png" not in learner.client.get(path).text

    assert [url for url in internet.urls if "inner.example" in url] == []
    assert internet.urls


INNER = [
    "http://127.0.0.1:8000/", "http://localhost/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/",
    "http://[::ffff:7f00:1]/", "http://0x7f000001/", "http://2130706433/", "http://127.1/", "http://10.0.0.1/",
    "http://user@127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_", "ftp://x/", "https://127.0.0.1:22/",
    "https://[::ffff:7f00:1]/", "https://0x7f000001/", "https://2130706433/", "https://127.1/", "https://user@10.0.0.1/",
    "https://xn--.example/", "https://\u24d4xample.localhost/", "https://localhost:1/", "not a url", "https://",
]  # fmt: skip


@pytest.mark.parametrize("url", INNER)
def test_an_address_inside_our_network_has_one_answer_in_every_spelling(sqlite_wallet, monkeypatch, url):
    """With the real door to the network, and a wire that fails the test as soon as anybody connects."""
    ana = sqlite_wallet.signed_in()
    toolkit = standard_toolkit(HttpFetcher())
    requests = []
    monkeypatch.setattr(
        sqlite_wallet.pool, "ask", lambda request: requests.append(request) or _checked_here(request, toolkit)
    )
    connected = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: connected.append(address))
    monkeypatch.setattr(socket, "create_connection", lambda address, *_more, **_options: connected.append(address))

    told = ana.post("/backpack/imports", json={"url": url})

    assert [request["url"] for request in requests] == [url]
    assert (told.status_code, code_of(told)) == (422, "url_not_fetched")
    assert set(told.json()) == {"type", "title", "status", "detail", "code", "next_step"}
    assert connected == []
