"""The whole way on real sockets: verify(), HttpFetcher, TLS, and an issuer's server that misbehaves on the loopback.

What `tests/outside_world.py` simulates has to be what these tests see. Where time is to run out, a fetch has half a second;
where something else is to be noticed, it has time enough also on a busy machine.
"""

import gzip
import http.server
import json
import ssl
import threading
import time
from datetime import UTC, datetime

import pytest
import trustme

from tests.learner_records import member, record, record_token
from tools.make_examples import COLLEGE, FORGER, badge
from tools.signing import add_proof
from vcwallet import CachingFetcher, HttpFetcher, standard_toolkit, verify

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "issuer.example"
TIMEOUT_SECONDS = 0.5
TIME_ENOUGH_SECONDS = 5.0
# One fetch, a slow machine, and the verification itself.
PATIENCE_SECONDS = 8.0


def head(status="200 OK", **headers):
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def whole(body, status="200 OK", **headers):
    return head(status, content_type="application/json", content_length=len(body), **headers) + body


def good(send, document):
    send(whole(document))


def slow_body(send, document):
    send(head(content_length=len(document)))
    for byte in document:
        send(bytes([byte]))
        time.sleep(0.02)


def slow_headers(send, document):
    send(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        send(b"y")
        time.sleep(0.02)


def endless_body(send, document):
    send(head())
    while True:
        send(b" " * 65536)


def endless_chunks(send, document):
    send(head(transfer_encoding="chunked"))
    while True:
        send(b"1000\r\n" + b" " * 0x1000 + b"\r\n")


def huge_body(send, document):
    send(whole(document + b" " * 3_000_000))


def promises_a_huge_body(send, document):
    send(head(content_length=10**12) + document)


def chunks_that_stop(send, document):
    send(head(transfer_encoding="chunked") + f"{len(document):x}\r\n".encode() + document[:-20])


def body_that_stops(send, document):
    send(head(content_length=len(document)) + document[:-1])


def body_without_its_last_chunk(send, document):
    """All the JSON is there, and nothing says that it was all."""
    send(head(transfer_encoding="chunked") + f"{len(document):x}\r\n".encode() + document + b"\r\n")


BOMB = gzip.compress(b" " * 20_000_000)


def gzip_bomb(send, document):
    send(whole(BOMB, content_encoding="gzip"))


def broken_gzip(send, document):
    send(whole(gzip.compress(document)[:-9], content_encoding="gzip"))


def two_encodings(send, document):
    send(whole(gzip.compress(gzip.compress(document)), content_encoding="gzip, gzip"))


def hangs(send, document):
    time.sleep(TIMEOUT_SECONDS * 3)


def says_goodbye(send, document):
    """Closes without a word."""


def speaks_another_protocol(send, document):
    send(b"SSH-2.0-OpenSSH_9.6\r\n")


def moved_to(location, status="302 Found"):
    def answer(send, document):
        send(head(status, location=location, content_length=0))

    return answer


def status(line):
    def answer(send, document):
        send(whole(document, line))  # even with the true document below it: the status says that it is none

    return answer


def web_page(send, document):
    page = b"<!doctype html><h1>This domain is for sale</h1>"
    send(head(content_type="text/html", content_length=len(page)) + page)


FAULTS = {
    "slow body": (slow_body, "timeout"),
    "slow headers": (slow_headers, "timeout"),
    "hangs before the headers": (hangs, "timeout"),
    "endless body": (endless_body, "response_too_large"),
    "endless chunks": (endless_chunks, "response_too_large"),
    "huge body": (huge_body, "response_too_large"),
    "promises a huge body": (promises_a_huge_body, "response_too_large"),
    "gzip bomb": (gzip_bomb, "response_too_large"),
    "broken gzip": (broken_gzip, "fetched_document_unreadable"),
    "two encodings": (two_encodings, "fetched_document_unreadable"),
    "chunks that stop": (chunks_that_stop, "unreachable"),
    "no last chunk": (body_without_its_last_chunk, "unreachable"),
    "body that stops": (body_that_stops, "unreachable"),
    "closes without a word": (says_goodbye, "unreachable"),
    "another protocol": (speaks_another_protocol, "unreachable"),
    "moved to http": (moved_to("http://issuer.example/did.json"), "redirect_refused"),
    "moved to a file": (moved_to("file:///etc/passwd"), "redirect_refused"),
    "moved nowhere": (moved_to("", "304 Not Modified"), "redirect_refused"),
    "moved in a circle": (moved_to("/.well-known/did.json"), "too_many_redirects"),
    "not found": (status("404 Not Found"), "http_status"),
    "gone": (status("410 Gone"), "http_status"),
    "server error": (status("500 Internal Server Error"), "http_status"),
    "maintenance": (status("503 Service Unavailable"), "http_status"),
    "part of it": (status("206 Partial Content"), "http_status"),
    "a web page": (web_page, "fetched_document_unreadable"),
}


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        self.server.behave(self.wfile.write, self.server.document)

    def log_message(self, *args):
        pass


class IssuersServer(http.server.ThreadingHTTPServer):
    """The web server of one did:web issuer; `behave` is how it answers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, authority, name=HOST, key=COLLEGE):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(self.context)
        self.behave, self.paths = good, []
        self.did = f"did:web:{HOST}%3A{self.server_address[1]}"
        method = {
            "id": f"{self.did}#key-1",
            "type": "Multikey",
            "controller": self.did,
            "publicKeyMultibase": key.multikey,
        }
        content = {"id": self.did, "verificationMethod": [method], "assertionMethod": [method["id"]]}
        self.document = json.dumps(content).encode()

    def finish_request(self, request, client_address):
        # The handshake belongs to the thread of the connection, or one silent client would stop the server.
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        """Clients that hang up are what these tests are about."""

    def badge(self, key=COLLEGE, number=1):
        return add_proof(badge(number, self.did, "Seamanship"), key, verificationMethod=f"{self.did}#key-1")

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def server(authority):
    with IssuersServer(authority) as running:
        yield running


@pytest.fixture
def fetcher(ca_file):
    return loopback_fetcher(ca_file)


def loopback_fetcher(ca_file, seconds=TIME_ENOUGH_SECONDS):
    """A network in which every name is this machine."""
    return HttpFetcher(
        ca_file=ca_file, allow_private_addresses=True, resolve=lambda _: ["127.0.0.1"], timeout_seconds=seconds
    )


def fetcher_that_sees(code, ca_file):
    return loopback_fetcher(ca_file, TIMEOUT_SECONDS if code == "timeout" else TIME_ENOUGH_SECONDS)


def check(data, fetcher, **options):
    return verify(data, toolkit=standard_toolkit(fetcher), at=AT, **options)


def test_with_a_server_that_behaves_it_is_valid(server, ca_file):
    report = check(server.badge(), loopback_fetcher(ca_file))

    assert report.verdict == "valid", report.problems
    assert server.paths == ["/.well-known/did.json"]
    assert check(server.badge(key=FORGER), loopback_fetcher(ca_file)).verdict == "invalid"


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_leaves_it_undecided_in_bounded_time(server, ca_file, fault):
    server.behave, code = FAULTS[fault]
    started = time.monotonic()

    report = check(server.badge(), fetcher_that_sees(code, ca_file))

    assert (report.verdict, report.check("proof").code) == ("indeterminate", code), report.problems
    assert time.monotonic() - started < PATIENCE_SECONDS


@pytest.mark.parametrize("fault", ["hangs before the headers", "endless body", "slow headers"])
def test_ten_members_of_one_bad_issuer_cost_one_timeout(server, ca_file, fault):
    server.behave, code = FAULTS[fault]
    data = record_token(record(*[server.badge(number=number) for number in range(10)]))
    started = time.monotonic()

    report = check(data, fetcher_that_sees(code, ca_file))

    assert report.verdict == "indeterminate"
    assert {inner.check("proof").code for inner in report.nested.values()} == {code}
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert server.paths == ["/.well-known/did.json"]


def test_a_redirect_that_is_good_is_followed(server, ca_file):
    def move_once(send, document):
        (moved_to("/did.json") if len(server.paths) == 1 else good)(send, document)

    server.behave = move_once

    assert check(server.badge(), loopback_fetcher(ca_file)).verdict == "valid"
    assert server.paths == ["/.well-known/did.json", "/did.json"]


def test_a_redirect_to_a_private_address_is_not_followed(server, ca_file, monkeypatch):
    """By its name the issuer is public; where it sends us is not."""
    import socket

    port = server.server_address[1]
    connect = socket.create_connection
    connected = []

    def to_the_server(address, *rest, **named):
        connected.append(address[0])
        return connect(("127.0.0.1", port))

    monkeypatch.setattr(socket, "create_connection", to_the_server)
    public = HttpFetcher(ca_file=ca_file, resolve=lambda _: ["93.184.215.14"], timeout_seconds=5)
    document = badge(1, f"did:web:{HOST}", "Seamanship")
    data = add_proof(document, COLLEGE, verificationMethod=f"did:web:{HOST}#key-1")
    for location in ("https://10.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest"):
        server.behave = moved_to(location)

        report = check(data, public)
        assert (report.verdict, report.check("proof").code) == ("indeterminate", "redirect_refused")
    assert connected == ["93.184.215.14"] * 4


def test_the_certificate_is_the_issuers_or_nothing_is_believed(authority, fetcher, ca_file):
    for server in (IssuersServer(trustme.CA()), IssuersServer(authority, name="other.example")):
        with server:
            report = check(server.badge(), fetcher)

            assert (report.verdict, report.check("proof").code) == ("indeterminate", "tls_failed")
            assert server.paths == []
    with IssuersServer(authority) as server:
        assert check(server.badge(), loopback_fetcher(ca_file)).verdict == "valid"


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "gone"])
def test_what_was_recorded_answers_in_every_fault(server, ca_file, fault):
    evidence = check(server.badge(), loopback_fetcher(ca_file)).evidence
    server.behave, code = FAULTS[fault]

    report = check(server.badge(), fetcher_that_sees(code, ca_file), evidence=evidence)
    assert (report.verdict, report.check("proof").confirmation) == ("valid", "last confirmed on 2026-03-01T00:00:00Z")
    forged = check(server.badge(key=FORGER), fetcher_that_sees(code, ca_file), evidence=evidence)
    assert forged.verdict == "invalid"


def test_a_fault_is_not_remembered_by_a_cache(server, ca_file):
    fetcher = CachingFetcher(loopback_fetcher(ca_file))
    server.behave = body_that_stops
    assert check(server.badge(), fetcher).verdict == "indeterminate"

    server.behave = good
    assert check(server.badge(), fetcher).verdict == "valid"
    server.behave = status("500 Internal Server Error")
    assert check(server.badge(), fetcher).verdict == "valid"  # the answer is still fresh
    assert len(server.paths) == 2


def test_a_server_that_is_not_there_is_an_outage(authority, fetcher):
    server = IssuersServer(authority)
    server.server_close()

    assert check(server.badge(), fetcher).check("proof").code == "unreachable"


def test_nobody_is_asked_for_who_needs_nobody(server, fetcher):
    assert check(add_proof(member(1), COLLEGE), fetcher).verdict == "valid"
    assert server.paths == []
