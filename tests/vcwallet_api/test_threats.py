"""What an attacker sends, handler by handler: odd values, odd spellings, other people's things. docs/security.md has the list."""

import base64
import json
import logging
import socket

import pytest
from sqlalchemy import event

from tests.vcwallet_api.live_wallet import LiveWallet
from tests.vcwallet_api.wallet_world import BEN, code_of
from tools.make_learner_example import ANA, ANA_AT_HOME, HARBOUR, badge, by_harbour, samples
from vcwallet import HttpFetcher, StaticFetcher, standard_toolkit
from vcwallet.images import svg
from vcwallet.testing.pictures import svg_picture
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.limits import CODES_OF_ACCOUNT_LIMIT
from vcwallet_api.logs import JsonLines
from vcwallet_api.storage.tables import BackpackItem, ClaimLink, SignIn
from vcwallet_api.verification.worker import answer
from vcwallet_api.verifier import Unfinished

ROPE = samples()["rope-work.json"]
UNKNOWN = "0190a000-0000-7000-8000-000000000000"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MARKUP = '<img src=x onerror=alert(1)>"><svg/onload=alert(1)> [x](javascript:alert(1))'
SCRIPTED = svg_picture().replace(b"</svg>", b"<script>alert(1)</script></svg>")


@pytest.fixture
def ana(wallet):
    """Ana with one badge, on each database."""
    browser = wallet.signed_in()
    assert browser.import_file(ROPE).status_code == 201
    return browser


@pytest.fixture
def learner(sqlite_wallet):
    browser = sqlite_wallet.signed_in()
    assert browser.import_file(ROPE).status_code == 201
    return browser


def cursor(*place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


# --- other people's things ---------------------------------------------------------------------------------------------


def test_pages_do_not_show_what_is_somebody_elses(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    item, address = ana.backpack()[0]["id"], ana.addresses()[ANA]["id"]
    session = ana.get("/me/sessions").json()[0]["id"]
    asked = [
        ("GET", f"/backpack/{{}}{end}", item) for end in ("", "/picture")
    ] + [
        ("POST", f"/backpack/{{}}/{end}", item) for end in ("check", "hide", "show")
    ] + [
        ("GET", "/account/addresses/{}", address),
        ("POST", "/account/addresses/{}/resend", address),
        ("POST", "/account/addresses/{}/primary", address),
        ("POST", "/account/browsers/{}/sign-out", session),
    ]  # fmt: skip

    for method, path, own in asked:
        foreign, missing = (ben.client.request(method, path.format(name)) for name in (own, UNKNOWN))
        assert foreign.status_code == missing.status_code == 404, path
        assert foreign.text.replace(own, "") == missing.text.replace(UNKNOWN, "")
    for confirmed in ({"confirmed": "1"}, {"confirmed": ""}):
        assert ben.client.post(f"/backpack/{item}/remove", data=confirmed).status_code == 404
    assert ana.names() == ["Rope Work"]
    assert ana.get("/me").status_code == 200


@pytest.mark.parametrize("spelling", ["{}", "{{{}}}", "urn:uuid:{}", "uuid:{}", "bare", "upper", "arabic"])
def test_an_identifier_in_another_spelling_opens_no_more_than_in_its_own(wallet, spelling):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    item = ana.backpack()[0]["id"]
    spelled = {"bare": item.replace("-", ""), "upper": item.upper(), "arabic": "\u0660" + item[1:]}.get(
        spelling, spelling.format(item)
    )

    for path in (f"/backpack/{spelled}", f"/backpack/{spelled}/raw"):
        assert ana.get(path).status_code == 200
        assert ben.get(path).status_code == 404
    assert ben.delete(f"/backpack/{spelled}").status_code == 404
    assert ana.names() == ["Rope Work"]


def test_a_place_in_somebody_elses_list_opens_no_list(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    item = ana.backpack()[0]["id"]

    for order, value in (("awarded", "2999-01-01T00:00:00+00:00"), ("name", ""), ("issuer", "")):
        assert ben.names(sort=order, cursor=cursor(value, item)) == []


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("/me", {"is_administrator": True}),
        ("/me", {"id": UNKNOWN}),
        ("/me", {"primary_address": BEN}),
        ("/me/addresses/{address}", {"is_verified": True}),
        ("/me/addresses/{address}", {"verified_at": "2024-01-01T00:00:00Z"}),
        ("/backpack/{item}", {"acceptance": "hidden", "state": "valid"}),
        ("/backpack/{item}", {"acceptance": "pending"}),
    ],
)
def test_no_member_can_be_set_that_is_not_offered(learner, path, members):
    own = {"address": learner.addresses()[ANA]["id"], "item": learner.backpack()[0]["id"]}

    refused = learner.patch(path.format(**own), json=members)

    assert (refused.status_code, code_of(refused)) == (400, "request_malformed")
    assert learner.get("/me").json()["is_administrator"] is False
    assert learner.names() == ["Rope Work"]


def test_there_is_nothing_for_administrators_that_could_be_guessed(learner):
    for path in ("/admin", "/admin/users", "/users", "/accounts"):
        assert learner.get(path).status_code == 404
    assert learner.post("/deliveries", json={"address": BEN, "credential": "x"}).status_code == 403


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_and_no_parameter_makes_another_method(learner, header):
    item = learner.backpack()[0]["id"]

    learner.get(f"/backpack/{item}", headers={header: "DELETE"}, params={"_method": "DELETE"})
    learner.client.post(f"/backpack/{item}/check", headers={header: "DELETE"}, data={"_method": "DELETE"})

    assert learner.names() == ["Rope Work"]


# --- accounts ----------------------------------------------------------------------------------------------------------


def test_a_cookie_that_somebody_else_made_up_is_never_signed_in(wallet):
    victim = wallet.browser(Cookie=f"{COOKIE_NAME}=chosen.by.attacker")

    victim.sign_in(ANA)

    (row,) = wallet.rows(SignIn)
    assert wallet.browser(Cookie=f"{COOKIE_NAME}=chosen.by.attacker").get("/me").status_code == 401
    assert row.account_id is not None


def test_signing_in_over_somebodys_cookie_ends_it_and_leaves_their_other_browsers(wallet):
    """Whoever plants the cookie of their own account in a victim's browser gets nothing that the victim does."""
    attacker = wallet.signed_in(BEN)
    planted = attacker.client.cookies[COOKIE_NAME]
    victim = wallet.browser(Cookie=f"{COOKIE_NAME}={planted}")

    assert victim.sign_in(ANA).status_code == 201

    assert attacker.get("/me").status_code == 401


def test_a_cookie_of_one_row_with_the_secret_of_another_opens_neither(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ours, theirs = (one.client.cookies[COOKIE_NAME].split(".") for one in (ana, ben))

    for mixed in ([ours[0], ours[1], theirs[2]], [ours[0], *theirs[1:]], [theirs[0], *ours[1:]], [*ours[:2], ""]):
        assert wallet.browser(Cookie=f"{COOKIE_NAME}={'.'.join(mixed)}").get("/me").status_code == 401


def test_whether_an_address_has_an_account_shows_neither_in_the_answer_nor_in_the_work(wallet):
    wallet.signed_in(ANA)
    wallet.later(hours=2)
    statements = []

    def _note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(wallet.parts.database.engine, "before_cursor_execute", _note)
    seen = {}
    for address in (ANA, "nobody@campus.example"):
        statements.clear()
        answer = wallet.browser().post("/sign-ins", json={"address": address})
        seen[address] = (answer.status_code, sorted(answer.json()), sorted(answer.headers), list(statements))
    event.remove(wallet.parts.database.engine, "before_cursor_execute", _note)

    assert seen[ANA] == seen["nobody@campus.example"]
    assert seen[ANA][3]
    one, other = wallet.mails(ANA)[-1], wallet.mails("nobody@campus.example")[-1]
    assert one.code != other.code
    assert one.subject.replace(one.code, "") == other.subject.replace(other.code, "")
    assert one.text.replace(one.code, "") == other.text.replace(other.code, "")


def test_adding_an_address_says_nothing_about_who_has_it(wallet):
    wallet.signed_in(BEN)
    ana = wallet.signed_in()

    taken, free = (ana.post("/me/addresses", json={"address": one}) for one in (BEN, "free@other.example"))

    assert taken.status_code == free.status_code == 201
    varying = {"id", "address", "added_at", "resend_at"}
    assert {k: v for k, v in taken.json().items() if k not in varying} == {
        k: v for k, v in free.json().items() if k not in varying
    }


def test_an_address_in_look_alike_letters_is_another_mailbox_and_gets_no_code_of_the_first(wallet):
    wallet.signed_in("admin@x.example")
    wallet.later(hours=2)
    sent_before = len(wallet.mails("admin@x.example"))

    for other in ("\u0430dmin@x.example", "\u0131dmin@x.example", "adm\u0131n@x.example", "admin+a@x.example"):
        response = wallet.browser().sign_in(other)
        assert response.json()["is_new_account"] is True, other
    assert wallet.browser().post("/sign-ins", json={"address": "admin\uff20x.example"}).status_code == 422

    assert len(wallet.mails("admin@x.example")) == sent_before


@pytest.mark.parametrize(
    "end", ["\r\nBcc: all@x.example", "\n", "\r", "\0", "\u2028", ">, <b@x.example", ",b@x.example"]
)
def test_an_address_cannot_add_a_header_to_a_mail(sqlite_wallet, end):
    browser = sqlite_wallet.browser()

    refused = browser.post("/sign-ins", json={"address": f"a@x.example{end}x"})

    assert refused.status_code == 422
    assert sqlite_wallet.mails() == []


def test_a_name_of_a_badge_cannot_add_a_header_or_markup_to_a_mail(sqlite_wallet):
    name = "Fine\r\nBcc: all@x.example\r\n\r\n<a href=https://evil.example>"

    sqlite_wallet.deliver(by_harbour(badge(30, name, "2024-01-01T00:00:00Z")), ANA)

    (mail,) = sqlite_wallet.mails(ANA)
    assert mail.message["Bcc"] is None
    assert "<a href=https://evil.example" not in mail.html
    assert "&lt;a href=https://evil.example" in mail.html


def test_adding_an_address_needs_a_fresh_proof_because_it_opens_the_account(wallet):
    ana = wallet.signed_in()
    waiting = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()["id"]
    code = wallet.mails(ANA_AT_HOME)[-1].code
    wallet.later(minutes=14, seconds=50)
    assert ana.get("/me").status_code == 200
    wallet.later(seconds=20)

    added = ana.post("/me/addresses", json={"address": "thief@x.example"})
    verified = ana.post(f"/me/addresses/{waiting}/verify", json={"code": code})
    by_page = ana.client.post("/account/addresses", data={"address": "thief@x.example"}, follow_redirects=False)

    assert (added.status_code, code_of(added)) == (403, "proof_needed")
    assert (verified.status_code, code_of(verified)) == (403, "proof_needed")
    assert by_page.headers["location"].startswith("/account/prove")
    assert wallet.mails("thief@x.example") == []
    assert ana.addresses()[ANA_AT_HOME]["is_verified"] is False


def test_a_token_adds_no_address_by_way_of_a_claim_link(wallet):
    ana = wallet.signed_in()
    token = ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]}).json()["token"]
    wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = wallet.mails(ANA_AT_HOME)[-1].claim_token
    program = wallet.browser()
    program.token = token

    assert program.post(f"/claims/{claim}").status_code == 202

    assert list(ana.addresses()) == [ANA]


def test_one_account_cannot_have_codes_sent_to_one_stranger_after_the_other(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    for number in range(CODES_OF_ACCOUNT_LIMIT.times):
        added = ana.post("/me/addresses", json={"address": f"victim{number}@x.example"})
        assert added.status_code == 201, number
        assert ana.delete(f"/me/addresses/{added.json()['id']}").status_code == 204

    refused = ana.post("/me/addresses", json={"address": "one-more@x.example"})

    assert (refused.status_code, code_of(refused)) == (429, "too_many_requests")
    assert sqlite_wallet.signed_in(BEN).post("/me/addresses", json={"address": "b@x.example"}).status_code == 201


def test_wrong_codes_are_counted_for_the_code_whoever_tries_them(wallet):
    browser = wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    right = wallet.mails(ANA)[-1].code
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08}"

    answers = [
        wallet.browser().post("/sessions", json={"challenge": challenge, "code": wrong, "agree": True})
        for _ in range(5)
    ]

    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    late = browser.post("/sessions", json={"challenge": challenge, "code": right, "agree": True})
    assert (late.status_code, code_of(late)) == (429, "too_many_tries")


def test_a_code_is_over_after_fifteen_minutes(sqlite_wallet):
    browser = sqlite_wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    code = sqlite_wallet.mails(ANA)[-1].code
    sqlite_wallet.later(minutes=15)

    late = browser.post("/sessions", json={"challenge": challenge, "code": code, "agree": True})

    assert (late.status_code, code_of(late)) == (410, "code_expired")


def test_opening_a_claim_link_changes_nothing(sqlite_wallet):
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token
    mails = len(sqlite_wallet.mails())
    ana = sqlite_wallet.signed_in()
    mails_after = len(sqlite_wallet.mails())

    for path in (f"/claim/{claim}", f"/claim/{claim}/decline", f"/api/v1/claims/{claim}"):
        for _ in range(2):
            assert ana.client.get(path).status_code == 200
        ana.client.head(path)

    assert len(sqlite_wallet.mails()) == mails_after > mails
    assert list(ana.addresses()) == [ANA]
    assert sqlite_wallet.browser().get(f"/claims/{claim}").status_code == 200


def test_a_code_that_is_a_megabyte_is_refused_unread(sqlite_wallet):
    browser = sqlite_wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]

    refused = browser.post("/sessions", json={"challenge": challenge, "code": "1" * 2**20, "agree": True})

    assert (refused.status_code, code_of(refused)) == (400, "request_malformed")


def test_a_link_in_a_mail_is_made_of_the_configured_address_whatever_a_request_says(sqlite_wallet):
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"}
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token

    sqlite_wallet.browser(**headers).post(f"/claims/{claim}")

    for mail in sqlite_wallet.mails():
        assert "evil.example" not in mail.text + mail.html


def test_claim_links_are_random_and_nothing_but_the_whole_link_opens_one(sqlite_wallet):
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    token = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token
    assert len(token) == 43
    (row,) = sqlite_wallet.rows(ClaimLink)
    assert token.encode() not in row.token_sha256
    browser = sqlite_wallet.browser()

    for other in (token[:-1], token.swapcase(), token + "A", token + "%00", "A" * 43, "A" * 5000):
        assert browser.get(f"/claims/{other}").status_code == 404
    found = browser.get(f"/claims/{token}")
    assert found.status_code == 200
    assert ANA_AT_HOME not in found.text
    assert ANA_AT_HOME not in browser.client.get(f"/claim/{token}").text


def test_links_that_are_guessed_are_limited(sqlite_wallet):
    browser = sqlite_wallet.browser()

    answers = [browser.get(f"/claims/guess-{number}").status_code for number in range(130)]

    assert set(answers[:120]) == {404}
    assert set(answers[120:]) == {429}


# --- values that break something ---------------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("name", "\ud800"),
        ("name", "\0"),
        ("awarded", "0001-01-01T00:00:00+23:59"),
        ("awarded", "9999-12-31T23:59:59-23:59"),
        ("issuer", "x" * 1400),
    ],
)
def test_no_forged_place_in_a_list_breaks_it(ana, order, value):
    for path in ("/api/v1/backpack", "/backpack"):
        answer = ana.client.get(path, params={"sort": order, "cursor": cursor(value, UNKNOWN)})
        assert answer.status_code in {200, 422}, answer.text


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


PASSKEY_ANSWERS = [
    {},
    {"id": 1, "rawId": 1, "type": 1, "response": []},
    {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"attestationObject": "!!", "clientDataJSON": "é"}},
    {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"attestationObject": "oA", "clientDataJSON": "W10"}},
    {
        "id": "YQ",
        "rawId": "YQ",
        "type": "public-key",
        "response": {
            "clientDataJSON": "W10",
            "authenticatorData": "YQ",
            "signature": "YQ",
            "userHandle": base64.urlsafe_b64encode(b"0" * 16).decode(),
        },
    },
]


@pytest.mark.parametrize("answer", PASSKEY_ANSWERS)
def test_no_answer_of_an_authenticator_breaks_a_ceremony_and_each_ends_it(learner, answer):
    adding = learner.post("/me/passkeys/options").json()["ceremony"]
    signing = learner.post("/sessions/passkey/options").json()["ceremony"]
    for path, body in (
        ("/me/passkeys", {"ceremony": adding, "credential": answer, "name": "x"}),
        ("/sessions/passkey", {"ceremony": signing, "credential": answer}),
    ):
        first, again = learner.post(path, json=body), learner.post(path, json=body)
        assert (first.status_code, code_of(first)) == (422, "passkey_invalid")
        assert (again.status_code, code_of(again)) == (410, "ceremony_over")


def test_a_ceremony_of_one_account_is_of_no_use_to_another_or_for_another_purpose(sqlite_wallet):
    ana, ben = sqlite_wallet.signed_in(), sqlite_wallet.signed_in(BEN)
    adding = ana.post("/me/passkeys/options").json()["ceremony"]

    foreign = ben.post("/me/passkeys", json={"ceremony": adding, "credential": {}, "name": "x"})
    crossed = ben.post("/sessions/passkey", json={"ceremony": adding, "credential": {}})

    assert code_of(foreign) == code_of(crossed) == "ceremony_over"


# --- what is served ----------------------------------------------------------------------------------------------------


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


MEMBERS = ["name", "description", "narrative", "issuer", "tag", "targetName", "evidence", "result", "caption"]


@pytest.mark.parametrize("member", MEMBERS)
def test_text_of_a_badge_is_text_on_the_learners_pages(learner, member):
    document = badge(34, "Fine", "2024-01-01T00:00:00Z")
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    if member == "issuer":
        document["issuer"]["name"] = MARKUP
    elif member == "narrative":
        achievement["criteria"]["narrative"] = MARKUP
    elif member == "targetName":
        target = {"type": ["Alignment"], "targetName": MARKUP, "targetUrl": "https://harbour.example/t"}
        achievement["alignment"] = [target]
    elif member == "evidence":
        document["evidence"] = [{"type": ["Evidence"], "name": MARKUP, "narrative": MARKUP}]
    elif member == "result":
        subject["result"] = [{"type": ["Result"], "value": MARKUP}]
    elif member == "caption":
        achievement["image"] = {"id": "https://harbour.example/i.png", "type": "Image", "caption": MARKUP}
    else:
        achievement[member] = [MARKUP] if member == "tag" else MARKUP
    answer = learner.import_file(by_harbour(document))
    assert answer.status_code == 201, answer.text
    item = answer.json()["item"]["id"]

    for path in (f"/backpack/{item}", "/backpack", "/news"):
        page = learner.client.get(path)
        assert page.status_code == 200
        for hostile in ("<img src=x", "<svg/onload", 'href="javascript', "<script>"):
            assert hostile not in page.text
        assert "unsafe" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_an_address_of_a_badge_that_could_run_is_no_link(learner, address):
    document = badge(35, "Linked", "2024-01-01T00:00:00Z")
    document["credentialSubject"]["achievement"]["criteria"] = {"id": address}
    document["evidence"] = [{"id": address, "type": ["Evidence"], "name": "E"}]
    document["issuer"]["url"] = address
    item = learner.import_file(by_harbour(document))
    if item.status_code != 201:
        assert item.status_code == 422
        return

    page = learner.client.get(f"/backpack/{item.json()['item']['id']}")

    assert f'href="{address[:4]}' not in page.text
    assert f'src="{address[:4]}' not in page.text or address.startswith("data:image")


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


def test_a_display_name_is_text_and_kept_in_one_line(ana):
    assert ana.patch("/me", json={"display_name": f" {MARKUP}\0\r\nX "}).status_code == 200

    page = ana.client.get("/account")

    assert ana.get("/me").json()["display_name"] == f"{MARKUP}X"
    assert "<img src=x" not in page.text
    assert "<svg/onload" not in page.text


def test_an_issuer_that_calls_itself_a_famous_name_is_shown_with_its_address(learner):
    document = badge(36, "Degree", "2024-01-01T00:00:00Z")
    document["issuer"]["name"] = "Harvard University"
    item = learner.import_file(by_harbour(document)).json()["item"]

    assert HARBOUR in learner.client.get(f"/backpack/{item['id']}").text
    assert item["issuer"] == {"id": HARBOUR, "name": "Harvard University"}


def test_private_answers_are_kept_by_nobody(learner):
    for path in ("/api/v1/me", "/api/v1/backpack", "/backpack", "/account", "/sign-in", "/api/v1/nothing"):
        assert learner.client.get(path).headers["cache-control"] == "no-store", path
    shown = learner.client.get("/", follow_redirects=True).text
    address = next(piece for piece in shown.split('"') if piece.startswith("/static/"))
    assert "immutable" in learner.client.get(address).headers["cache-control"]


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


def test_a_sign_in_that_another_site_sends_is_refused_on_pages_too(learner):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/sign-in", f"/sign-in/{UNKNOWN}", "/sign-out", "/language", "/import", "/account/profile"):
            answer = learner.client.post(path, data={"address": ANA, "code": "1"}, headers=headers)
            assert answer.status_code == 403, path
    assert learner.get("/me").status_code == 200


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


# --- the server, over a real wire --------------------------------------------------------------------------------------


@pytest.fixture
def live(sqlite_template, tmp_path, mail):
    import shutil

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


# --- logs --------------------------------------------------------------------------------------------------------------


def test_a_journey_leaves_nothing_of_anybody_in_the_logs(sqlite_wallet, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    names = [f"Unmistakable {MARKUP}\r\nforged line", "Unmistakable display name", "Unmistakable issuer"]
    document = badge(40, names[0], "2024-01-01T00:00:00Z", address=ANA_AT_HOME)
    document["issuer"]["name"] = names[2]
    hostile = by_harbour(document)

    sqlite_wallet.deliver(hostile, ANA_AT_HOME)
    claim = sqlite_wallet.mails(ANA_AT_HOME)[-1].claim_token
    ana = sqlite_wallet.signed_in()
    ana.patch("/me", json={"display_name": names[1]})
    ana.client.get(f"/claim/{claim}")
    ana.client.post(f"/claim/{claim}")
    address = ana.addresses()[ANA_AT_HOME]["id"]
    code = sqlite_wallet.mails(ANA_AT_HOME)[-1].code
    ana.post(f"/me/addresses/{address}/verify", json={"code": "0000 0000"})
    ana.post(f"/me/addresses/{address}/verify", json={"code": code})
    ana.import_file(hostile)
    ana.post("/backpack/imports", json={"url": "https://unmistakable-host.example/badge?token=unmistakable"})
    ana.client.post("/verify", files={"file": ("unmistakable-file", hostile)})
    token = ana.post("/me/tokens", json={"name": "Unmistakable token", "scopes": ["backpack:read"]}).json()["token"]
    program = sqlite_wallet.browser()
    program.token = token
    program.get("/backpack", params={"q": "unmistakable query"})
    program.get("/me/tokens")
    cookie = ana.client.cookies[COOKIE_NAME]
    sqlite_wallet.check_all()
    sqlite_wallet.catcher.refusing = f"550 no such user {ANA}"
    ana.post("/me/proof")
    sqlite_wallet.work()
    monkeypatch.setattr(type(sqlite_wallet.parts.shelf), "page", lambda *_: (_ for _ in ()).throw(ValueError(ANA)))
    assert ana.get("/backpack").status_code == 500
    assert ana.client.get("/backpack").status_code == 500

    # The browsers of this test are httpx, and the mail server that catches logs too; `log_to_stderr` quiets httpx as here.
    quiet = ("httpx", "httpcore", "alembic", "aiosmtpd", "mail.log")
    ours = [
        record for record in caplog.records if not record.name.startswith(quiet) or record.levelno >= logging.WARNING
    ]
    lines = [JsonLines().format(record) for record in ours if record.levelno >= logging.INFO]

    assert len([line for line in lines if '"message": "request"' in line]) >= 15
    assert any('"exception": "ValueError"' in line for line in lines)
    assert any('"a job failed"' in line for line in lines)
    assert all("\n" not in line and json.loads(line) for line in lines)
    codes = [digits for mail in sqlite_wallet.catcher.caught if "code" in mail.text for digits in mail.text.split("\n")]
    codes = [line.strip() for line in codes if line.startswith("    ") and line.strip()[:4].isdigit()]
    assert codes
    written = "\n".join(lines)
    for secret in (ANA, ANA_AT_HOME, claim, cookie, token, cookie.rpartition(".")[2], *codes):
        assert secret not in written
        assert secret.replace(" ", "") not in written
    assert "nmistakable" not in written
    assert "forged line" not in written
    assert len(sqlite_wallet.rows(BackpackItem)) == 1
