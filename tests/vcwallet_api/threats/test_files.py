"""Files that others made, and files of ours: what is served is what it says, and runs nothing."""

import pytest

from tests.vcwallet_api.threats.hostile_values import MARKUP, ROPE
from tools.make_learner_example import badge, by_harbour
from vcwallet.images import svg
from vcwallet.testing.pictures import svg_picture

SCRIPTED = svg_picture().replace(b"</svg>", b"<script>alert(1)</script></svg>")


def test_a_picture_with_a_script_is_a_download_that_runs_nothing(wallet):
    ana = wallet.signed_in()
    scripted = svg.put_element(
        SCRIPTED, "https://purl.imsglobal.org/ob/v3p0", "credential", svg.SvgText(body=ROPE.decode())
    )
    assert ana.import_file(scripted).status_code == 201
    item = ana.backpack()[0]["id"]

    for path in (f"/backpack/{item}/picture", f"/api/v1/backpack/{item}/raw"):
        answer = ana.client.get(path)
        assert answer.content == scripted
        assert answer.headers["content-type"].partition(";")[0] == "image/svg+xml"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert "allow-scripts" not in policy
        assert answer.headers["cache-control"].startswith("private")


def test_what_is_served_is_called_what_its_bytes_are_and_not_what_the_sender_says(learner):
    polyglot = ROPE.replace(b"Rope Work", b"<script>alert(1)</script>")
    files = {"file": ("x.html", polyglot, "text/html")}
    assert learner.post("/backpack/imports/file", files=files).status_code == 422
    html = b"<!doctype html><script>alert(1)</script>"
    assert learner.post("/backpack/imports/file", files={"file": ("x.png", html, "image/png")}).status_code == 422
    sent = {"file": ("x.html", by_harbour(badge(32, MARKUP, "2024-01-01T00:00:00Z")), "text/html")}
    item = learner.post("/backpack/imports/file", files=sent).json()["item"]["id"]

    answer = learner.get(f"/backpack/{item}/raw")

    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert learner.client.get(f"/backpack/{item}/picture").status_code == 404


@pytest.mark.parametrize(
    "name", ['a";x=\r\nSet-Cookie: y=z', "../../etc/passwd", "..\\..\\x", "\u202egnp.exe", "a" * 900]
)
def test_the_name_of_a_download_is_a_name_and_nothing_else(learner, name):
    sent = {"file": ("x", by_harbour(badge(33, name, "2024-01-01T00:00:00Z")))}
    item = learner.post("/backpack/imports/file", files=sent).json()["item"]["id"]

    answer = learner.get(f"/backpack/{item}/raw")

    disposition = answer.headers["content-disposition"]
    assert "set-cookie" not in answer.headers
    assert disposition.isascii()
    assert disposition.startswith("attachment; filename=\"badge.json\"; filename*=UTF-8''")
    assert not set(disposition.partition("UTF-8''")[2]) & set('/\\\r\n";')
    assert ".." not in disposition
    assert "%E2%80%AE" not in disposition


@pytest.mark.parametrize(
    "path",
    [
        "..%2f..%2fapp.py",
        "%2e%2e/app.py",
        "..%5capp.py",
        "%2e%2e%2f%2e%2e%2flocale%2fnl.po",
        "wallet.css%00",
        "/etc/passwd",
    ],
)
def test_nothing_but_our_files_is_served_as_a_file(learner, path):
    for start in ("/static/", "/medals/"):
        assert learner.client.get(start + path).status_code == 404
