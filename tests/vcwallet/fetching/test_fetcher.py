import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from vcwallet.errors import FetchFailed, Malformed
from vcwallet.fetching.fetcher import MAX_REDIRECTS, Fetched, NoNetwork, StaticFetcher, fetch_json

HERE = "https://a.example/here"


def _code(fetcher, url, **options):
    with pytest.raises(FetchFailed) as caught:
        fetcher.fetch(url, **options)
    return caught.value.code


def _redirect(location, status=302):
    return Fetched(status, {"Location": location}, b"")


def test_without_a_network_every_document_is_missing_and_the_message_says_what_to_give():
    with pytest.raises(FetchFailed) as caught:
        NoNetwork().fetch(HERE)

    assert caught.value.code == "no_network"
    assert "a.example/here" in str(caught.value)
    assert "fetcher" in caught.value.problem.hint


@pytest.mark.parametrize("value", [{"a": [1, None, "ü"]}, [1, 2], 3, 1.5, True, None])
def test_a_json_value_is_served_as_json(value):
    fetched = StaticFetcher({HERE: value}).fetch(HERE)

    assert fetched.json() == value
    assert (fetched.status, fetched.media_type, fetched.url) == (200, "application/json", HERE)


def test_text_and_bytes_are_served_as_they_are():
    fetcher = StaticFetcher({HERE: "eyJ.eyJ.sig ü", HERE + "2": b"\xff\x00"})

    assert fetcher.fetch(HERE).text == "eyJ.eyJ.sig ü"
    assert fetcher.fetch(HERE + "2").content == b"\xff\x00"
    with pytest.raises(Malformed) as caught:
        _ = fetcher.fetch(HERE + "2").text
    assert caught.value.code == "text_not_utf8"


def test_a_whole_response_is_served_with_its_status_and_headers():
    fetched = StaticFetcher({HERE: Fetched(404, {"Content-Type": "Text/HTML; charset=utf-8"}, "<p>")}).fetch(HERE)

    assert (fetched.status, fetched.text, fetched.media_type) == (404, "<p>", "text/html")
    assert fetched.header("CONTENT-TYPE") == "Text/HTML; charset=utf-8"
    assert fetched.header("etag") is None


def test_an_address_that_is_not_held_is_a_host_that_cannot_be_reached():
    fetcher = StaticFetcher({HERE: {}})

    for url in ("https://a.example/her", "https://a.example/here/", "https://A.example/here", "https://b.example/"):
        assert _code(fetcher, url) == "unreachable"


def test_the_fragment_is_not_part_of_what_is_asked_for():
    fetched = StaticFetcher({HERE: {"a": 1}}).fetch(HERE + "#key-1")

    assert (fetched.json(), fetched.url) == ({"a": 1}, HERE)


def test_neither_the_caller_nor_a_reader_can_change_what_is_served():
    document, headers = {"a": [1]}, {"x": "1"}
    fetcher = StaticFetcher({HERE: document, HERE + "2": Fetched(200, headers, document)})
    document["a"].append(2)
    headers["x"] = "2"
    fetcher.fetch(HERE).json()["a"].append(3)
    fetcher.fetch(HERE + "2").headers["x"] = "3"

    assert fetcher.fetch(HERE).json() == {"a": [1]}
    assert fetcher.fetch(HERE + "2").json() == {"a": [1]}
    assert fetcher.fetch(HERE + "2").header("X") == "1"
    with pytest.raises(AttributeError):
        fetcher.documents = {}


@pytest.mark.parametrize("value", [{"a": object()}, {"a": b"x"}, {1, 2}])
def test_a_value_that_json_cannot_express_is_a_mistake_of_the_caller(value):
    with pytest.raises(TypeError):
        StaticFetcher({HERE: value})


def test_a_static_fetcher_survives_pickling_and_threads():
    fetcher = pickle.loads(pickle.dumps(StaticFetcher({HERE: {"a": 1}})))

    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: fetcher.fetch(HERE).json(), range(64)))
    assert bodies == [{"a": 1}] * 64
    assert pickle.loads(pickle.dumps(fetcher.fetch(HERE))) == fetcher.fetch(HERE)
    assert isinstance(pickle.loads(pickle.dumps(NoNetwork())), NoNetwork)


def test_a_body_may_have_as_many_bytes_as_allowed_and_not_one_more():
    fetcher = StaticFetcher({HERE: b"12345"})

    assert fetcher.fetch(HERE, max_bytes=5).content == b"12345"
    assert _code(fetcher, HERE, max_bytes=4) == "response_too_large"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    ["/there?x=1", "there?x=1", "//a.example/there?x=1", "https://a.example/there?x=1", "./there?x=1#fragment"],
)
def test_a_redirect_is_followed_wherever_a_location_may_be_relative(status, location):
    fetcher = StaticFetcher({HERE: _redirect(location, status), "https://a.example/there?x=1": {"a": 1}})

    fetched = fetcher.fetch(HERE + "#old")

    assert fetched.json() == {"a": 1}
    assert fetched.url == "https://a.example/there?x=1"


def test_a_redirect_to_an_address_that_is_not_held_is_unreachable():
    assert _code(StaticFetcher({HERE: _redirect("/there")}), HERE) == "unreachable"


@pytest.mark.parametrize(
    "location",
    [
        "http://a.example/there",
        "ftp://a.example/there",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://127.0.0.1/there",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://localhost/",
        "https://0x7f.1/",
        "https://a.example:22/",
        "https://user@a.example/there",
        "https://a.example./there",
        "//[::1",
        "/the\nre",
        "/the\\re",
        "/thére",
        "",
    ],
)
def test_a_redirect_to_where_we_do_not_go_is_refused(location):
    code = _code(StaticFetcher({HERE: _redirect(location), "https://a.example/there": {}}), HERE)

    # An empty location is the same address again.
    assert code == ("too_many_redirects" if not location else "redirect_refused")


@pytest.mark.parametrize("response", [Fetched(300), Fetched(302), Fetched(304), Fetched(306, {"location": "/there"})])
def test_a_redirect_that_does_not_say_where_to_is_refused(response):
    assert _code(StaticFetcher({HERE: response, "https://a.example/there": {}}), HERE) == "redirect_refused"


def _chain(length):
    chain = {f"https://a.example/{n}": _redirect(f"/{n + 1}") for n in range(length)}
    return StaticFetcher(chain | {f"https://a.example/{length}": {"a": 1}})


def test_five_redirects_are_followed_and_six_are_not():
    assert _chain(MAX_REDIRECTS).fetch("https://a.example/0").json() == {"a": 1}
    assert _code(_chain(MAX_REDIRECTS + 1), "https://a.example/0") == "too_many_redirects"


def test_redirects_in_a_circle_are_refused():
    circle = {HERE: _redirect("/there"), "https://a.example/there": _redirect("/here#again")}

    assert _code(StaticFetcher(circle), HERE) == "too_many_redirects"


def test_fetching_json_gives_the_value_and_the_response():
    value, fetched = fetch_json(StaticFetcher({HERE: {"a": 1}}), HERE)

    assert value == {"a": 1}
    assert fetched.url == HERE


@pytest.mark.parametrize("status", [201, 204, 206, 400, 404, 410, 500, 503])
def test_fetching_json_needs_status_200_and_says_which_came(status):
    with pytest.raises(FetchFailed) as caught:
        fetch_json(StaticFetcher({HERE: Fetched(status, {}, {"a": 1})}), HERE)

    assert caught.value.code == "http_status"
    assert str(status) in str(caught.value)


@pytest.mark.parametrize("body", ["<html>", b"", b"\xff", '{"a":1,"a":2}', "NaN", "{" * 100_000, '"\\ud800"'])
def test_fetching_json_needs_strict_json(body):
    with pytest.raises(FetchFailed) as caught:
        fetch_json(StaticFetcher({HERE: body}), HERE)

    assert caught.value.code == "fetched_document_unreadable"
