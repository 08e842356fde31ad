"""Values that break something: odd texts, dates, forms, uploads and JSON, handler by handler. None is an error of ours."""

import pytest

from tests.vcwallet_api.threats.hostile_values import FORM, JSON, ROPE, UNKNOWN
from tests.vcwallet_api.wallet_world import code_of
from tools.make_learner_example import ANA, badge, by_harbour

ODD_TEXTS = ["\\u0000", "a\\u0000b", "\\r\\nX: y", "\\u202e", "\\ud800", "%00", "\\uffff"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_no_text_in_json_breaks_a_handler(ana, text):
    address = ana.addresses()[ANA]["id"]
    asked = [
        ("PATCH", "/me", f'{{"display_name":"{text}"}}'),
        ("POST", "/me/tokens", f'{{"name":"{text}","scopes":["backpack:read"]}}'),
        ("POST", "/me/addresses", f'{{"address":"a{text}@x.example"}}'),
        ("PATCH", f"/me/addresses/{address}", f'{{"spellings":["{text}"]}}'),
        ("POST", "/sign-ins", f'{{"address":"a{text}@x.example"}}'),
        ("POST", "/sessions", f'{{"challenge":"{UNKNOWN}","code":"{text}"}}'),
        ("POST", f"/me/proof/{UNKNOWN}", f'{{"code":"{text}"}}'),
        ("POST", "/backpack/imports", f'{{"text":"{text}"}}'),
        ("POST", "/backpack/imports", f'{{"url":"https://a{text}.example/"}}'),
        ("POST", "/verify", f'{{"credential":"{text}"}}'),
        ("POST", "/verify", f'{{"credential":{{"a":"{text}"}}}}'),
        ("POST", "/verify", f'{{"url":"https://{text}.example"}}'),
    ]

    for method, path, content in asked:
        answer = ana.request(method, path, content=content, headers=JSON)
        assert answer.status_code < 500, (method, path, answer.text)
    assert ana.get("/me").status_code == 200
    assert ana.get("/me/tokens").status_code == 200


@pytest.mark.parametrize("text", ["%00", "%ff", "%ed%a0%80", "a%0d%0aSet-Cookie:x=y", "%25", "'--", "%F0%9F%98%80"])
def test_no_text_in_an_address_breaks_a_handler_or_adds_a_header(ana, text):
    client = ana.client
    for path in (
        f"/api/v1/backpack?q={text}",
        f"/api/v1/backpack?issuer={text}",
        f"/api/v1/backpack?cursor={text}",
        f"/api/v1/backpack?unknown={text}",
        f"/api/v1/backpack/{text}",
        f"/api/v1/claims/{text}",
        f"/backpack?q={text}&issuer={text}&state={text}&sort={text}",
        f"/backpack?cursor={text}",
        f"/sign-in?next=/{text}",
        f"/account/prove?next={text}",
        f"/claim/{text}",
        f"/static/{text}",
        f"/medals/{text}.svg?i={text}",
        f"/?done={text}",
    ):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code < 500, (path, answer.text)
        assert "set-cookie" not in answer.headers, path


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", "2999-01-01T00:00:00+14:00"])
def test_a_token_may_end_as_late_as_it_likes_and_is_still_listed(ana, end):
    made = ana.post("/me/tokens", json={"name": "late", "scopes": ["backpack:read"], "expires_at": end})

    assert made.status_code == 201
    assert [token["name"] for token in ana.get("/me/tokens").json()] == ["late"]


@pytest.mark.parametrize(
    "dates",
    [
        {"validUntil": "9999-12-31T23:59:59-12:00"},
        {"validUntil": "9999-12-31T23:59:59Z"},
        {"validFrom": "0001-01-01T00:00:00+12:00"},
        {"validFrom": "0001-01-01T00:00:00Z"},
    ],
)
def test_no_date_of_a_badge_breaks_the_backpack(ana, dates):
    document = badge(31, "Odd dates", "2024-01-01T00:00:00Z") | dates

    assert ana.import_file(by_harbour(document)).status_code in {201, 422}

    assert "Rope Work" in ana.names()
    assert ana.client.get("/backpack").status_code == 200


@pytest.mark.parametrize(
    "path", ["//[", "http://[", "//a\u2100b", "/\\evil.example", "//evil.example", "/\t/evil.example"]
)
def test_no_way_back_breaks_a_page_or_leads_elsewhere(learner, path):
    shown = learner.client.get("/sign-in", params={"next": path})
    sent = learner.client.post("/language", data={"language": "nl", "path": path}, follow_redirects=False)

    assert shown.status_code == 200
    assert sent.headers["location"] == "/"


PAGE_FORMS = [
    "/account/profile",
    "/account/addresses",
    "/language",
    "/account/proof",
    f"/sign-in/{UNKNOWN}",
    "/sign-in",
]


@pytest.mark.parametrize("path", PAGE_FORMS)
def test_no_form_breaks_a_page(ana, path):
    names = ("display_name", "language", "address", "code", "next", "path")
    bodies = [
        "&".join(f"{name}=a&{name}=b" for name in names),
        "&".join(f"{name}=%00" for name in names),
        "&".join(f"{name}=%ff" for name in names),
        "",
        "&&==&=",
    ]

    for body in bodies:
        assert ana.client.post(path, content=body, headers=FORM, follow_redirects=False).status_code < 500, body
    as_files = dict.fromkeys(names, ("x", b"y"))
    assert ana.client.post(path, files=as_files, follow_redirects=False).status_code < 500
    assert ana.client.get("/account").status_code == 200


def part(*lines):
    return "\r\n".join(["--x", *lines, "--x--", ""]).encode("latin-1")


UPLOADS = [
    (part('Content-Disposition: form-data; name="file"', "", "text"), "multipart/form-data; boundary=x"),
    (part('Content-Disposition: form-data; name="text"', "", "\xff\xfe"), "multipart/form-data; boundary=x"),
    (
        part('Content-Disposition: form-data; name="text"', "Content-Type: text/plain; charset=nosuch", "", "a"),
        "multipart/form-data; boundary=x",
    ),
    (b"abc", "multipart/form-data"),
    (b"abc", "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data; boundary=x"),
    (b"--x\r\n\r\n", "multipart/form-data; boundary=" + "x" * 5000),
    (part('Content-Disposition: form-data; name="file"; filename="a"', "", "a") * 2, "multipart/form-data; boundary=x"),
]


@pytest.mark.parametrize("path", ["/api/v1/backpack/imports/file", "/import", "/verify"])
@pytest.mark.parametrize(("content", "media_type"), UPLOADS)
def test_no_upload_breaks_a_handler(learner, path, content, media_type):
    answer = learner.client.post(path, content=content, headers={"Content-Type": media_type})

    assert 400 <= answer.status_code < 500 or path == "/verify"
    assert answer.status_code < 500


def test_a_file_that_is_sent_twice_or_not_at_all_is_refused(learner):
    twice = learner.post("/backpack/imports/file", files=[("file", ("a", ROPE)), ("file", ("b", ROPE))])
    other = learner.post("/backpack/imports/file", files={"else": ("a", ROPE)})

    assert (twice.status_code, code_of(twice)) == (400, "request_malformed")
    assert (other.status_code, code_of(other)) == (400, "request_malformed")


@pytest.mark.parametrize(
    "body",
    [
        *("NaN", "[]", "null", "1e999", '{"credential":{"a":1e400}}', '{"credential":NaN}', "", "{", "\ufeff{}", '"x"'),
        '{"credential":{"a":' + "9" * 5000 + "}}",
        '{"credential":{"x":' + "[" * 900 + "]" * 900 + "}}",
    ],
)
def test_no_json_breaks_a_handler(learner, body):
    for path in ("/verify", "/backpack/imports", "/sign-ins"):
        answer = learner.post(path, content=body.encode(), headers=JSON)
        assert answer.status_code in {200, 400, 422}, answer.text
    assert learner.post("/verify", content='{"url":"x"}'.encode("utf-16"), headers=JSON).status_code == 400
