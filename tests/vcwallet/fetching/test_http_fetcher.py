import gzip
import http.server
import pickle
import socket
import ssl
import struct
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme

from vcwallet.errors import FetchFailed
from vcwallet.fetching.http_fetcher import HttpFetcher, resolve_by_system

HOST = "issuer.example"


def _loopback(host):
    """A resolver for a network in which every name is this machine."""
    del host
    return ["127.0.0.1"]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers.items())))
        parts = urllib.parse.urlsplit(self.path)
        getattr(self, "answer_" + parts.path.strip("/"))(urllib.parse.unquote(parts.query))

    def _answer(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_document(self, query):
        self._answer(b'{"id": "x"}', content_type="application/json", cache_control="max-age=60")

    def answer_status(self, query):
        self._answer(b"<p>no</p>", int(query), content_type="text/html")

    def answer_redirect(self, query):
        self._answer(b"moved" * 1_000_000, 302, location=query, set_cookie="tracking=1; Path=/")

    def answer_large(self, query):
        self._answer(b"x" * int(query))

    def answer_claims_to_be_large(self, query):
        self._answer(b"x", content_length="999999999999999999999999")

    def answer_endless(self, query):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def answer_endless_chunks(self, query):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    def answer_drip(self, query):
        self.send_response(200)
        self.send_header("content-length", "1000000")
        self.end_headers()
        self._drip()

    def answer_drip_headers(self, query):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
        self._drip()

    def answer_continue_forever(self, query):
        while True:
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            time.sleep(0.05)

    def answer_header_of_a_megabyte(self, query):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1_000_000 + b"\r\ncontent-length: 0\r\n\r\n")

    def _drip(self):
        while True:
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def answer_nothing(self, query):
        self.server.released.wait(20)

    def answer_gzip(self, query):
        self._answer(gzip.compress(b"x" * int(query)), content_encoding="gzip")

    def answer_encoding(self, query):
        self._answer(b"\x00\x01", content_encoding=query)

    def answer_reset(self, query):
        raw = self.connection
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx")
        self.wfile.flush()
        raw.close()
        self.close_connection = True

    def answer_cut_off(self, query):
        self._answer(b"half", content_length="100")
        self.close_connection = True

    def answer_garbage(self, query):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        self.close_connection = True

    def log_message(self, *args):
        pass


class _Server(http.server.ThreadingHTTPServer):
    """A web server on the loopback; `requests` is what it was asked, `names` the host names by TLS (SNI)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, context=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests, self.names, self.connections = [], [], 0
        self.released = threading.Event()
        self.scheme = "https" if context else "http"
        if context:
            context.sni_callback = lambda sock, name, ctx: self.names.append(name)
            self.context = context
        else:
            self.context = None

    def finish_request(self, request, client_address):
        self.connections += 1
        if self.context is None:
            super().finish_request(request, client_address)
            return
        # The handshake belongs to the thread of the connection, or one silent client would stop the server.
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        """Clients that hang up are what these tests are about."""

    def url(self, path="/document", host=HOST):
        return f"{self.scheme}://{host}:{self.server_address[1]}{path}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *args):
        self.released.set()
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


def _context(authority, *names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def server(authority):
    with _Server(_context(authority, HOST)) as running:
        yield running


@pytest.fixture
def fetcher(ca_file):
    return HttpFetcher(ca_file=ca_file, allow_private_addresses=True, resolve=_loopback, timeout_seconds=5)


def _code(fetcher, url, **options):
    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch(url, **options)
    return caught.value.code


def test_a_document_is_fetched_with_status_headers_body_and_final_address(server, fetcher):
    fetched = fetcher.fetch(server.url() + "#fragment", accept="application/did+json")

    assert fetched.json() == {"id": "x"}
    assert (fetched.status, fetched.media_type, fetched.header("Cache-Control")) == (
        200,
        "application/json",
        "max-age=60",
    )
    assert fetched.url == server.url()


def test_the_server_learns_what_is_asked_for_and_nothing_about_us(server, fetcher, monkeypatch, tmp_path):
    # The environment offers a proxy, credentials and other certificates: none of it may be used.
    (tmp_path / ".netrc").write_text(f"machine {HOST} login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    fetcher.fetch(server.url("/document?a=b%20c#fragment"), accept="application/did+json")

    [(path, headers)] = server.requests
    assert path == "/document?a=b%20c"
    agent = headers.pop("User-Agent")
    assert agent.startswith("vcwallet")
    assert headers == {
        "Host": f"{HOST}:{server.server_address[1]}",
        "Accept": "application/did+json",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_tls_names_the_host_while_the_connection_goes_to_the_resolved_address(server, fetcher):
    fetcher.fetch(server.url())

    assert server.names == [HOST]


def test_a_certificate_for_another_name_is_refused(authority, fetcher):
    with _Server(_context(authority, "other.example")) as server:
        assert _code(fetcher, server.url()) == "tls_failed"
        assert server.requests == []


def test_a_certificate_of_an_unknown_authority_is_refused(fetcher):
    with _Server(_context(trustme.CA(), HOST)) as server:
        assert _code(fetcher, server.url()) == "tls_failed"


def test_by_default_only_public_authorities_are_trusted(server):
    fetcher = HttpFetcher(allow_private_addresses=True, resolve=_loopback)

    assert _code(fetcher, server.url()) == "tls_failed"


def test_a_certificate_for_an_ip_address_is_checked_too(authority, fetcher):
    with _Server(_context(authority, "127.0.0.1")) as server:
        assert fetcher.fetch(server.url(host="127.0.0.1")).status == 200
        assert _code(fetcher, server.url()) == "tls_failed"


def test_a_server_that_does_not_speak_tls_fails_as_tls(fetcher):
    with _Server() as server:
        assert _code(fetcher, server.url().replace("http:", "https:")) == "tls_failed"


def test_http_is_refused_unless_it_is_allowed(ca_file):
    with _Server() as server:
        assert _code(HttpFetcher(allow_private_addresses=True, resolve=_loopback), server.url()) == "scheme_refused"

        allowing = HttpFetcher(allow_private_addresses=True, allow_http=True, resolve=_loopback)
        assert allowing.fetch(server.url()).json() == {"id": "x"}


@pytest.mark.parametrize("status", [201, 204, 206, 400, 401, 404, 410, 429, 500, 503])
def test_every_final_status_is_returned(server, fetcher, status):
    assert fetcher.fetch(server.url(f"/status?{status}")).status == status


# --- where we connect to -------------------------------------------------------------------------------------------


def test_a_name_with_a_private_address_is_refused_before_anything_is_sent(server, ca_file):
    fetcher = HttpFetcher(ca_file=ca_file, resolve=_loopback)

    assert _code(fetcher, server.url()) == "address_refused"
    assert server.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["93.184.215.14", "10.0.0.1"],
        ["127.0.0.1", "93.184.215.14"],
        ["2606:2800:21f::1", "fe80::1"],
        ["93.184.215.14", "::ffff:127.0.0.1"],
        ["fe80::1%eth0"],
        ["64:ff9b::7f00:1"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::"],
    ],
)
def test_one_private_address_among_several_refuses_the_name(monkeypatch, addresses):
    monkeypatch.setattr(socket, "create_connection", _must_not_connect)

    assert _code(HttpFetcher(resolve=lambda host: addresses), "https://mixed.example/") == "address_refused"


def _must_not_connect(address, *args, **kwargs):
    pytest.fail(f"connected to {address}")


def test_the_address_that_was_checked_is_the_address_that_is_connected_to(monkeypatch):
    """DNS rebinding: the second answer for the name is private, and nobody may ask for it."""
    answers, connected = iter([["93.184.215.14"], ["127.0.0.1"]]), []

    def refuse(address, *args, **kwargs):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)

    assert _code(HttpFetcher(resolve=lambda host: next(answers)), "https://rebind.example:8443/") == "unreachable"
    assert connected == [("93.184.215.14", 8443)]
    assert next(answers) == ["127.0.0.1"]


def test_every_redirect_resolves_and_checks_again(server, ca_file, monkeypatch):
    """The first hop is public; the second, by the same name, has become private."""
    asked = []

    def resolve(host):
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda address, *rest, **named: connect(server.server_address))
    fetcher = HttpFetcher(ca_file=ca_file, resolve=resolve)

    assert _code(fetcher, server.url("/redirect?/document")) == "redirect_refused"
    assert asked == [HOST, HOST]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "https://localhost:8443/", "https://2130706433/", "https://a.b:22/"]
)
def test_what_is_certainly_private_is_refused_without_asking_for_a_name(url):
    fetcher = HttpFetcher(resolve=lambda host: pytest.fail(f"resolved {host}"))

    assert _code(fetcher, url) == "address_refused"


def test_the_systems_resolver_is_guarded_like_any_other(server):
    port = server.server_address[1]

    assert resolve_by_system("localhost")
    assert _code(HttpFetcher(), f"https://localhost:{port}/") == "address_refused"
    assert server.connections == 0


def test_a_dead_address_does_not_hide_a_living_one(server, ca_file):
    fetcher = HttpFetcher(ca_file=ca_file, allow_private_addresses=True, resolve=lambda host: ["::1", "127.0.0.1"])

    assert fetcher.fetch(server.url()).status == 200


def test_only_some_of_very_many_addresses_are_tried(monkeypatch):
    connected = []

    def refuse(address, *args, **kwargs):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    many = [f"93.184.215.{n}" for n in range(100)] * 2

    assert _code(HttpFetcher(resolve=lambda host: many), "https://many.example/") == "unreachable"
    assert len(connected) == 4


def _raise_gaierror(host):
    raise socket.gaierror(-2, "Name or service not known")


def _raise_timeout(host):
    raise TimeoutError("the resolver itself gave up")


@pytest.mark.parametrize("resolve", [_raise_gaierror, _raise_timeout, lambda host: [], lambda host: ["not an address"]])
def test_a_name_that_does_not_resolve_is_unreachable(resolve):
    assert _code(HttpFetcher(resolve=resolve), "https://nowhere.example/") == "unreachable"


@pytest.mark.parametrize(
    "host", ["xn--a", "xn--", "xn--zz.example", "xn--0.xn--0", "a_b.example", "xn--bcher-kva.example"]
)
def test_odd_names_are_a_fetch_failure_like_any_other(host, monkeypatch):
    def refuse(address, *args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)

    assert _code(HttpFetcher(resolve=lambda name: ["93.184.215.14"]), f"https://{host}/") in {
        "unreachable",
        "url_malformed",
    }


def test_a_mistake_in_the_callers_resolver_is_shown_to_the_caller():
    with pytest.raises(ZeroDivisionError):
        HttpFetcher(resolve=lambda host: 1 / 0).fetch("https://a.example/")


def test_a_closed_port_is_unreachable(fetcher):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        assert _code(fetcher, f"https://{HOST}:{reserved.getsockname()[1]}/") == "unreachable"


# --- redirects ------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed_and_carries_no_cookie(server, fetcher):
    fetched = fetcher.fetch(server.url("/redirect?/document"))

    assert fetched.url == server.url("/document")
    assert [path for path, _ in server.requests] == ["/redirect?/document", "/document"]
    assert "Cookie" not in server.requests[1][1]


def test_a_redirect_to_another_host_is_resolved_and_secured_by_its_own_name(server, fetcher):
    elsewhere = server.url("/document", host="other.example")

    assert _code(fetcher, server.url("/redirect?" + elsewhere)) == "tls_failed"
    assert server.names == [HOST, "other.example"]


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1:8443/", "http://issuer.example/", "https://169.254.169.254/", "file:///etc/passwd"]
)
def test_a_redirect_to_where_we_do_not_go_is_refused(authority, ca_file, location, monkeypatch):
    with _Server(_context(authority, HOST)) as server:
        connect = socket.create_connection
        monkeypatch.setattr(socket, "create_connection", lambda address, *rest, **named: connect(server.server_address))
        fetcher = HttpFetcher(ca_file=ca_file, resolve=lambda host: ["93.184.215.14"])

        assert _code(fetcher, server.url("/redirect?" + location)) == "redirect_refused"
        assert len(server.requests) == 1


def test_a_redirect_from_https_to_http_is_refused_even_where_http_is_allowed(server, ca_file):
    fetcher = HttpFetcher(ca_file=ca_file, allow_private_addresses=True, allow_http=True, resolve=_loopback)
    with _Server() as plain:
        assert _code(fetcher, server.url("/redirect?" + plain.url())) == "redirect_refused"
        assert fetcher.fetch(plain.url("/redirect?" + server.url())).url == server.url()


def test_a_redirect_to_itself_ends(server, fetcher):
    assert _code(fetcher, server.url("/redirect?")) == "too_many_redirects"


# --- size and time --------------------------------------------------------------------------------------------------


def test_a_body_may_have_as_many_bytes_as_allowed_and_not_one_more(server, fetcher):
    assert len(fetcher.fetch(server.url("/large?1000"), max_bytes=1000).content) == 1000
    assert _code(fetcher, server.url("/large?1001"), max_bytes=1000) == "response_too_large"


@pytest.mark.parametrize("path", ["/endless", "/endless_chunks"])
def test_an_endless_body_is_cut_at_the_limit(server, fetcher, path):
    started = time.monotonic()

    assert _code(fetcher, server.url(path), max_bytes=100_000) == "response_too_large"
    assert time.monotonic() - started < 3


def test_a_length_that_no_number_can_hold_is_a_fetch_failure(server, fetcher):
    assert _code(fetcher, server.url("/claims_to_be_large")) in {"response_too_large", "unreachable"}


@pytest.mark.parametrize("path", ["/drip", "/drip_headers", "/nothing", "/continue_forever"])
def test_a_server_that_drips_or_stays_silent_is_left_at_the_deadline(server, fetcher, path, ca_file):
    impatient = HttpFetcher(ca_file=ca_file, allow_private_addresses=True, resolve=_loopback, timeout_seconds=0.5)
    started = time.monotonic()

    assert _code(impatient, server.url(path)) == "timeout"
    assert 0.4 < time.monotonic() - started < 2


def test_a_server_that_accepts_and_never_shakes_hands_is_left_at_the_deadline(ca_file):
    impatient = HttpFetcher(ca_file=ca_file, allow_private_addresses=True, resolve=_loopback, timeout_seconds=0.5)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        assert _code(impatient, f"https://{HOST}:{listening.getsockname()[1]}/") == "timeout"


def test_a_name_that_is_resolved_too_slowly_is_left_at_the_deadline():
    released = threading.Event()

    def resolve(host):
        released.wait(20)
        return ["93.184.215.14"]

    started = time.monotonic()

    assert _code(HttpFetcher(resolve=resolve, timeout_seconds=0.3), "https://slow.example/") == "timeout"
    assert time.monotonic() - started < 2
    released.set()


def test_the_deadline_is_one_for_all_redirects(server, ca_file):
    def resolve(host):
        time.sleep(0.3)
        return ["127.0.0.1"]

    impatient = HttpFetcher(ca_file=ca_file, allow_private_addresses=True, resolve=resolve, timeout_seconds=0.5)

    assert _code(impatient, server.url("/redirect?/document")) == "timeout"


def test_a_timeout_of_zero_is_a_mistake():
    for seconds in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="positive"):
            HttpFetcher(timeout_seconds=seconds)


def test_a_header_without_end_is_refused(server, fetcher):
    assert _code(fetcher, server.url("/header_of_a_megabyte")) == "unreachable"


def test_gzip_is_understood_within_the_limit(server, fetcher):
    assert fetcher.fetch(server.url("/gzip?5000"), max_bytes=5000).content == b"x" * 5000


def test_a_gzip_bomb_is_refused(server, fetcher):
    assert _code(fetcher, server.url("/gzip?20000000"), max_bytes=100_000) == "response_too_large"


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip", "x", "GZIP"])
def test_other_encodings_and_broken_gzip_are_unreadable(server, fetcher, encoding):
    assert _code(fetcher, server.url("/encoding?" + urllib.parse.quote(encoding))) == "fetched_document_unreadable"


def test_identity_may_be_named(server, fetcher):
    assert fetcher.fetch(server.url("/encoding?Identity")).content == b"\x00\x01"


@pytest.mark.parametrize("path", ["/reset", "/cut_off", "/garbage"])
def test_an_exchange_that_breaks_off_is_unreachable(server, fetcher, path):
    assert _code(fetcher, server.url(path)) == "unreachable"


# --- threads and processes ------------------------------------------------------------------------------------------


def test_a_fetcher_is_shared_by_threads(server, fetcher):
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda n: fetcher.fetch(server.url(f"/document?{n}")).json(), range(32)))

    assert bodies == [{"id": "x"}] * 32
    assert {path for path, _ in server.requests} == {f"/document?{n}" for n in range(32)}


def test_a_fetcher_that_was_used_still_pickles(authority, ca_file):
    fetcher = HttpFetcher(ca_file=ca_file, allow_private_addresses=True, timeout_seconds=3)
    with _Server(_context(authority, "127.0.0.1")) as server:
        fetcher.fetch(server.url(host="127.0.0.1"))
        copy = pickle.loads(pickle.dumps(fetcher))

        assert copy == fetcher
        assert copy.fetch(server.url(host="127.0.0.1")).status == 200
