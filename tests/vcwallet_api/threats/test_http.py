"""HTTP itself: methods, headers, caches, the description of the API, and requests that no client sends."""

import shutil
import socket

import pytest

from tests.vcwallet_api.live_wallet import LiveWallet
from tests.vcwallet_api.threats.hostile_values import UNKNOWN
from tests.vcwallet_api.wallet_world import code_of


def test_private_answers_are_kept_by_nobody(learner):
    for path in ("/api/v1/me", "/api/v1/backpack", "/backpack", "/account", "/sign-in", "/api/v1/nothing"):
        assert learner.client.get(path).headers["cache-control"] == "no-store", path
    shown = learner.client.get("/", follow_redirects=True).text
    address = next(piece for piece in shown.split('"') if piece.startswith("/static/"))
    assert "immutable" in learner.client.get(address).headers["cache-control"]


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "FOO"])
def test_no_method_is_answered_that_no_route_has(learner, method):
    for path in ("/", "/backpack", "/api/v1/me", "/api/v1/backpack"):
        answer = learner.client.request(method, path, headers={"X-Secret": "mirror"})
        assert answer.status_code == 405
        assert "mirror" not in answer.text


def test_head_is_get_without_content(learner):
    """RFC 9110, 9.1 and 9.3.2: monitors and programs that look at links ask so, and were told that nothing is there."""
    for path, headers in (
        ("/", {"Accept": "text/html"}),
        ("/health", {}),
        ("/api/v1/me", {}),
        ("/api/v1/openapi.json", {}),
        ("/nowhere", {}),
    ):
        whole, head = (learner.client.request(method, path, headers=headers) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert head.headers["content-length"] == str(len(whole.content)), path
        assert head.headers["content-type"] == whole.headers["content-type"], path
    assert learner.client.head("/api/v1/verify").status_code == 405


def test_what_is_allowed_says_head_where_there_is_get(learner):
    assert learner.client.options("/health").headers["allow"] == "GET, HEAD, OPTIONS"
    assert learner.client.put("/health").headers["allow"] == "GET, HEAD, OPTIONS"
    assert "HEAD" not in learner.client.get("/api/v1/verify").headers["allow"]


def test_asking_what_is_allowed_first_allows_another_site_nothing(learner):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    for path in ("/api/v1/backpack", "/api/v1/me", "/backpack"):
        answer = learner.client.options(path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_description_of_the_api_loads_nothing_and_shows_no_console(learner):
    for path in (
        "/schema",
        "/docs",
        "/redoc",
        "/swagger",
        "/api/v1/openapi.json/swagger",
        "/api/v1/openapi.json/elements",
    ):
        assert learner.client.get(path).status_code == 404
    assert learner.client.get("/api/v1/openapi.json").headers["content-type"].startswith("application/")


def test_the_description_says_of_each_route_who_may_use_it_and_that_is_so(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    scopes = ["account:read", "backpack:read", "backpack:write"]
    program = sqlite_wallet.browser()
    program.token = ana.post("/me/tokens", json={"name": "x", "scopes": scopes}).json()["token"]
    known = 0
    for path, operations in sqlite_wallet.answers.document["paths"].items():
        for method, operation in operations.items():
            if not path.startswith("/api/v1/"):
                assert "security" not in operation
                continue
            ways = {name for way in operation.get("security", []) for name in way}
            asked = path.removeprefix("/api/v1").replace("{token}", UNKNOWN).replace("{challenge}", UNKNOWN)
            for name in ("item", "address", "session", "passkey", "merge"):
                asked = asked.replace(f"{{{name}}}", UNKNOWN)
            kind = "multipart/form-data" if asked.endswith("/file") else "application/json"
            headers = {"Content-Type": kind}
            nobody = sqlite_wallet.browser().request(method.upper(), asked, headers=headers)
            by_token = program.request(method.upper(), asked, headers=headers)
            assert (nobody.status_code == 401) == bool(ways), (method, path)
            if ways:
                known += 1
                assert (by_token.status_code == 403 and code_of(by_token) == "browser_only") == (ways == {"browser"}), (
                    method,
                    path,
                )
    assert known > 25


@pytest.fixture
def live(sqlite_template, tmp_path, mail):
    path = tmp_path / "live.db"
    shutil.copy(sqlite_template, path)
    world = LiveWallet(f"sqlite:///{path}", *mail)
    yield world
    world.close()


def said(world, content):
    """What the server answers to these bytes until it hangs up or has nothing more to say."""
    answer = b""
    with socket.create_connection(("127.0.0.1", world.port), timeout=2) as wire:
        try:
            wire.sendall(content)
            while chunk := wire.recv(65536):
                answer += chunk
        except OSError:
            return answer.decode("latin-1")
    return answer.decode("latin-1")


def test_a_request_that_two_readers_would_take_apart_differently_is_refused(live):
    head = f"POST /api/v1/sign-ins HTTP/1.1\r\nHost: localhost:{live.port}\r\nContent-Type: application/json\r\n"
    smuggled = f"GET /health HTTP/1.1\r\nHost: localhost:{live.port}\r\n\r\n"
    hostile = [
        f"{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n0\r\n\r\n{smuggled}",
        f"{head}Transfer-Encoding: chunked, identity\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{smuggled}",
        f"{head}Content-Length: -1\r\n\r\n{smuggled}",
        f"{head} X: folded\r\nContent-Length: 0\r\n\r\n{smuggled}",
    ]
    for content in hostile:
        answer = said(live, content.encode())
        assert '{"status":"ok"}' not in answer, content
    both = said(live, f"{head}Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n{smuggled}".encode())
    # RFC 9112, 6.1: Transfer-Encoding counts, and what follows is a request of its own or none.
    assert both.startswith(("HTTP/1.1 400", "HTTP/1.1 415"))
    assert '{"status":"ok"}' in said(live, smuggled.encode())


def test_headers_without_end_are_refused_and_the_service_lives(live):
    line = f"GET /health HTTP/1.1\r\nHost: localhost:{live.port}\r\n"

    huge = said(live, f"{line}X: {'x' * 2**21}\r\n\r\n".encode())
    many = said(live, (line + "".join(f"X{number}: y\r\n" for number in range(5000)) + "\r\n").encode())

    assert not huge.startswith("HTTP/1.1 200")
    assert not many.startswith("HTTP/1.1 200")
    assert said(live, f"{line}Connection: close\r\n\r\n".encode()).startswith("HTTP/1.1 200")
