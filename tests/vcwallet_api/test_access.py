"""Who may ask what: the rows of the threat catalogue about sessions, tokens, other people's things, and HTTP itself."""

import json
import logging
import re

import jsonschema_rs
import pytest

from tests.vcwallet_api.wallet_world import ADMINISTRATOR, BASE_URL, BEN, WalletWorld, code_of
from tools.make_learner_example import ANA, ANA_AT_HOME, samples
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.logs import JsonLines
from vcwallet_api.storage.tables import BackpackItem, PersonalToken, SignIn

ROPE = samples()["rope-work.json"]
UNKNOWN = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture
def ana(sqlite_wallet):
    browser = sqlite_wallet.signed_in()
    assert browser.import_file(ROPE).status_code == 201
    return browser


OWN_THINGS = [
    ("GET", "/backpack/{item}"),
    ("GET", "/backpack/{item}/raw"),
    ("DELETE", "/backpack/{item}"),
    ("PATCH", "/backpack/{item}"),
    ("POST", "/backpack/{item}/check"),
    ("DELETE", "/me/addresses/{address}"),
    ("PATCH", "/me/addresses/{address}"),
    ("POST", "/me/addresses/{address}/verify"),
    ("POST", "/me/addresses/{address}/resend"),
    ("DELETE", "/me/sessions/{session}"),
    ("DELETE", "/me/tokens/{token}"),
]


def test_what_is_somebody_elses_is_not_found_exactly_like_what_does_not_exist(wallet):
    ana, ben = wallet.signed_in(), wallet.signed_in(BEN)
    ana.import_file(ROPE)
    own = {
        "item": ana.backpack()[0]["id"],
        "address": ana.addresses()[ANA]["id"],
        "session": ana.get("/me/sessions").json()[0]["id"],
        "token": ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]}).json()["id"],
    }
    for method, path in OWN_THINGS:
        bodies = {
            "PATCH": {"spellings": [BEN]} if "addresses" in path else {"acceptance": "hidden"},
            "POST": {"code": "1"},
        }
        options = {"json": bodies[method]} if method in bodies and not path.endswith(("check", "resend")) else {}

        foreign = ben.request(method, path.format(**own), **options)
        missing = ben.request(method, path.format(**dict.fromkeys(own, UNKNOWN)), **options)
        uppercase = ben.request(method, path.format(**{name: value.upper() for name, value in own.items()}), **options)

        assert foreign.status_code == missing.status_code == uppercase.status_code == 404, (method, path)
        assert foreign.json() == missing.json() == uppercase.json()
    assert ana.names() == ["Rope Work"]
    assert ana.get("/me/tokens").json()
    assert ana.get("/me").status_code == 200


def test_members_that_nobody_may_set_are_refused(ana):
    item = ana.backpack()[0]["id"]

    response = ana.patch(f"/backpack/{item}", json={"acceptance": "hidden", "verdict": "valid", "account_id": UNKNOWN})

    assert (response.status_code, code_of(response)) == (400, "request_malformed")
    assert ana.backpack()[0]["acceptance"] == "accepted"


def test_a_method_override_is_ignored(ana):
    item = ana.backpack()[0]["id"]

    ana.get(f"/backpack/{item}", headers={"X-HTTP-Method-Override": "DELETE"})

    assert ana.names() == ["Rope Work"]


def test_without_a_cookie_nothing_private_answers(sqlite_wallet):
    for path in ("/me", "/backpack", f"/backpack/{UNKNOWN}", "/me/tokens"):
        response = sqlite_wallet.browser().get(path)
        assert (response.status_code, code_of(response)) == (401, "sign_in_needed")


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(sqlite_wallet):
    response = sqlite_wallet.browser().sign_in(ANA)

    (cookie,) = [value for name, value in response.headers.multi_items() if name == "set-cookie"]
    assert cookie.startswith(f"{COOKIE_NAME}=")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(attribute.startswith("domain") for attribute in attributes)


def test_signing_in_gives_a_new_cookie_and_ends_the_one_before(wallet):
    browser = wallet.signed_in()
    before = browser.client.cookies[COOKIE_NAME]

    browser.sign_in(ANA)

    assert browser.client.cookies[COOKIE_NAME] != before
    thief = wallet.browser(Cookie=f"{COOKIE_NAME}={before}")
    assert thief.get("/me").status_code == 401
    assert len(wallet.rows(SignIn)) == 1


def test_signing_out_ends_the_cookie_for_whoever_has_it(wallet):
    browser = wallet.signed_in()
    cookie = browser.client.cookies[COOKIE_NAME]

    assert browser.delete("/sessions/current").status_code == 204

    assert wallet.browser(Cookie=f"{COOKIE_NAME}={cookie}").get("/me").status_code == 401


def test_a_sign_in_ends_when_nobody_comes_and_in_any_case_after_half_a_year(wallet):
    idle, busy = wallet.signed_in(), wallet.signed_in(BEN)
    for _ in range(7):
        wallet.later(days=25)
        assert busy.get("/me").status_code == 200

    assert idle.get("/me").status_code == 401
    wallet.later(days=6)
    assert busy.get("/me").status_code == 401


def test_other_browsers_are_listed_and_can_be_signed_out(wallet):
    here, there = wallet.signed_in(), wallet.signed_in()
    listed = here.get("/me/sessions").json()
    assert sorted(entry["is_this"] for entry in listed) == [False, True]

    assert here.delete("/me/sessions").status_code == 204

    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 401


def test_a_token_may_do_what_its_scopes_say_and_nothing_about_the_account(ana, sqlite_wallet):
    made = ana.post("/me/tokens", json={"name": "reader", "scopes": ["backpack:read"]}).json()
    program = sqlite_wallet.browser()
    program.token = made["token"]
    item = program.backpack()[0]["id"]

    assert code_of(program.patch(f"/backpack/{item}", json={"acceptance": "hidden"})) == "scope_missing"
    assert code_of(program.get("/me")) == "scope_missing"
    for method, path in (("GET", "/me/tokens"), ("GET", "/me/sessions"), ("DELETE", "/sessions/current")):
        assert code_of(program.request(method, path)) == "browser_only"
    assert ana.delete(f"/me/tokens/{made['id']}").status_code == 204
    assert code_of(program.get("/backpack")) == "token_invalid"


def test_a_token_ends_and_only_its_digest_is_stored(ana, sqlite_wallet):
    end = "2024-06-02T12:00:00Z"
    made = ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"], "expires_at": end}).json()
    program = sqlite_wallet.browser()
    program.token = made["token"]
    assert program.get("/backpack").status_code == 200
    (row,) = sqlite_wallet.rows(PersonalToken)
    assert made["token"].rpartition(".")[2].encode() not in row.secret_sha256
    assert "token" not in {
        name for entry in ana.get("/me/tokens").json() for name, value in entry.items() if value == made["token"]
    }

    sqlite_wallet.later(days=1)

    assert program.get("/backpack").status_code == 401


def test_visitors_of_one_network_are_counted_together(sqlite_wallet, mail):
    world = WalletWorld(sqlite_wallet.settings.database_url, *mail, trusted_proxies=1)
    browser = world.browser()

    def _ask(number, network="2001:db8:0:1"):
        headers = {"X-Forwarded-For": f"{network}::{number:x}"}
        return browser.post("/sign-ins", json={"address": f"l{number}@campus.example"}, headers=headers).status_code

    assert [_ask(number) for number in range(21)] == [202] * 20 + [429]
    assert _ask(22, "2001:db8:0:2") == 202
    world.close()


def test_a_code_may_be_typed_in_the_digits_of_an_arabic_keyboard(sqlite_wallet):
    browser = sqlite_wallet.browser()
    challenge = browser.post("/sign-ins", json={"address": ANA}).json()["challenge"]
    code = sqlite_wallet.mails(ANA)[-1].code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert browser.post("/sessions", json={"challenge": challenge, "code": code, "agree": True}).status_code == 201


def test_only_administrators_make_tokens_that_deliver(sqlite_wallet):
    wanted = {"name": "x", "scopes": ["deliveries:write"]}

    assert code_of(sqlite_wallet.signed_in().post("/me/tokens", json=wanted)) == "not_an_administrator"
    assert sqlite_wallet.signed_in(ADMINISTRATOR).post("/me/tokens", json=wanted).status_code == 201


def test_what_could_take_the_account_away_needs_a_fresh_proof(wallet):
    ana = wallet.signed_in()
    address = ana.add_address(ANA_AT_HOME)["id"]
    wallet.later(minutes=20)
    stale = ana.patch(f"/me/addresses/{address}", json={"is_primary": True})
    assert (stale.status_code, code_of(stale)) == (403, "proof_needed")
    before = ana.client.cookies[COOKIE_NAME]
    challenge = ana.post("/me/proof").json()["challenge"]
    assert ana.post(f"/me/proof/{challenge}", json={"code": wallet.mails(ANA)[-1].code}).status_code == 204
    assert ana.client.cookies[COOKIE_NAME] != before

    changed = ana.patch(f"/me/addresses/{address}", json={"is_primary": True})

    assert changed.json()["is_primary"] is True
    assert wallet.mails(ANA)[-1].subject == "Your main address was changed"
    assert wallet.browser(Cookie=f"{COOKIE_NAME}={before}").get("/me").status_code == 401


def test_a_change_of_an_address_is_done_as_a_whole_or_not_at_all(wallet):
    ana = wallet.signed_in()
    home = ana.post("/me/addresses", json={"address": ANA_AT_HOME}).json()["id"]
    changed = ana.patch(f"/me/addresses/{home}", json={"is_primary": True, "spellings": [ANA_AT_HOME.upper()]})

    assert (changed.status_code, code_of(changed)) == (409, "address_not_verified")
    assert ana.addresses()[ANA_AT_HOME]["spellings"] == []


def test_adding_an_address_and_verifying_it_need_a_fresh_proof(wallet):
    ana = wallet.signed_in()
    wallet.later(minutes=20)

    stale = ana.post("/me/addresses", json={"address": ANA_AT_HOME})

    assert (stale.status_code, code_of(stale)) == (403, "proof_needed")
    assert list(ana.addresses()) == [ANA]
    assert wallet.mails(ANA_AT_HOME) == []
    _prove(wallet, ana)
    wallet.later(minutes=10)
    added = ana.post("/me/addresses", json={"address": ANA_AT_HOME})
    assert added.status_code == 201
    code = {"code": wallet.mails(ANA_AT_HOME)[-1].code}
    # The code still holds when the proof does no more, and it is not used up by the refusal.
    wallet.later(minutes=10)
    late = ana.post(f"/me/addresses/{added.json()['id']}/verify", json=code)
    assert (late.status_code, code_of(late)) == (403, "proof_needed")
    assert ana.addresses()[ANA_AT_HOME]["is_verified"] is False
    _prove(wallet, ana)
    assert ana.post(f"/me/addresses/{added.json()['id']}/verify", json=code).status_code == 200


def _prove(wallet, browser):
    challenge = browser.post("/me/proof").json()["challenge"]
    assert browser.post(f"/me/proof/{challenge}", json={"code": wallet.mails(ANA)[-1].code}).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://wallet.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_changes_that_another_site_asks_for_are_refused(ana, headers):
    item = ana.backpack()[0]["id"]

    response = ana.delete(f"/backpack/{item}", headers=headers)

    assert (response.status_code, code_of(response)) == (403, "cross_site")
    assert ana.post("/sign-ins", json={"address": ANA}, headers=headers).status_code == 403
    assert ana.names() == ["Rope Work"]
    assert (
        ana.delete(f"/backpack/{item}", headers={"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}).status_code
        == 204
    )


def test_no_answer_lets_another_site_read_it(ana):
    response = ana.get("/backpack", headers={"Origin": "https://evil.example"})

    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_json_is_not_read_from_forms_and_plain_text(ana):
    body = json.dumps({"address": "x@y.example"})
    for media_type in ("text/plain", "application/x-www-form-urlencoded"):
        response = ana.post("/me/addresses", content=body, headers={"Content-Type": media_type})
        assert response.status_code == 415, response.text
    assert list(ana.addresses()) == [ANA]


def test_another_host_name_is_not_ours_and_no_link_is_made_of_it(sqlite_wallet):
    response = sqlite_wallet.browser().post("/sign-ins", json={"address": ANA}, headers={"Host": "evil.example"})

    assert (response.status_code, code_of(response)) == (421, "host_unknown")
    assert sqlite_wallet.mails() == []


@pytest.mark.parametrize("path", ["/", "/verify", "/sign-in", "/backpack"])
def test_who_calls_us_by_another_name_is_told_ours_and_never_hears_theirs(sqlite_wallet, path):
    client = sqlite_wallet.browser().client
    theirs = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    page = client.get(path, headers={**theirs, "Accept": "text/html"})
    problem = client.get(path, headers=theirs)

    assert (page.status_code, problem.status_code) == (421, 421)
    assert f'<a class="button" href="{BASE_URL}">{BASE_URL}</a>' in page.text
    assert "The wallet has another address. Open it there:" in page.text
    assert problem.json()["address"] == BASE_URL
    assert "evil.example" not in page.text + problem.text + str(page.headers) + str(problem.headers)
    assert client.head(path, headers=theirs).status_code == 421


def test_the_page_about_another_name_is_drawn_under_that_name(sqlite_wallet):
    client = sqlite_wallet.browser().client
    page = client.get("/", headers={"Host": "127.0.0.1:8000", "Accept": "text/html"})
    styles = re.search(r'href="(/static/[^"]+css[^"]*)"', page.text)

    assert client.get(styles[1], headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_every_answer_has_the_headers_that_protect(ana, sqlite_wallet):
    for response in (ana.get("/backpack"), ana.get("/nothing"), sqlite_wallet.browser().client.get("/health")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"
        assert "max-age" in response.headers["strict-transport-security"]


def test_errors_are_problems_in_the_language_of_whoever_asks_and_pages_for_browsers(sqlite_wallet):
    client = sqlite_wallet.browser().client

    problem = client.get("/api/v1/nothing")
    page = client.get("/nothing", headers={"Accept": "text/html"})

    assert (problem.status_code, code_of(problem)) == (404, "not_found")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is nothing at this address." in page.text
    assert client.request("TRACE", "/api/v1/me").status_code == 405


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "1000000"},
        {"limit": "-1"},
        {"limit": "abc"},
        {"sort": "name;DROP TABLE account"},
        {"state": "anything"},
        {"cursor": "e30"},
        {"cursor": "WyJ4IiwgIjEiXQ"},
        {"cursor": "[" * 1500},
    ],
)
def test_a_list_is_asked_for_within_bounds(ana, query):
    response = ana.get("/backpack", params=query)

    assert response.status_code in {400, 422}
    assert code_of(response) in {"request_malformed", "cursor_invalid"}


@pytest.mark.parametrize("query", ["' OR 1=1--", "%", "_", "\\", "a\0c"])
def test_a_search_finds_what_was_typed_and_nothing_else(ana, query):
    assert ana.names(q=query) == []


def test_hostile_bodies_are_refused_and_the_service_lives(ana):
    deep = ana.post("/backpack/imports", content="[" * 100_000, headers={"Content-Type": "application/json"})
    large = ana.post(
        "/backpack/imports",
        content=b'{"text":"' + b"x" * (9 * 1024 * 1024) + b'"}',
        headers={"Content-Type": "application/json"},
    )
    parts = [("file", (f"f{number}", b"x")) for number in range(2000)]
    many = ana.post("/backpack/imports/file", files=parts)

    assert deep.status_code == 400
    assert (large.status_code, code_of(large)) == (413, "request_too_large")
    assert many.status_code in {400, 413}
    assert ana.get("/me").status_code == 200


def test_a_refusal_says_which_member_is_wrong_and_never_what_was_in_it(ana):
    sent = "not - for 'anybody"
    body = ana.patch("/me", json={"language": sent})
    listed = ana.post("/me/tokens", json={"name": "x", "scopes": [sent], "expires_at": sent})
    query = ana.get("/backpack", params={"state": sent, "sort": sent, "limit": sent})

    assert body.json()["detail"] == "language: Invalid enum value"
    assert listed.json()["detail"] == "scopes[0]: Invalid enum value"
    assert {part.partition(":")[0] for part in query.json()["detail"].split("; ")} == {"state", "sort", "limit"}
    assert not [answer.text for answer in (body, listed, query) if "not" in answer.json()["detail"]]


def test_a_refusal_names_parameters_as_their_route_is_described(ana):
    """What a function of ours calls a parameter is nobody's business, and nothing that a client could mend."""
    paths = ana.client.get("/api/v1/openapi.json").json()["paths"]
    described = {parameter["name"] for parameter in paths["/api/v1/backpack"]["get"]["parameters"]}
    refused = ana.get("/backpack", params=dict.fromkeys(described, "x" * 3000)).json()["detail"]

    assert {part.partition(":")[0] for part in refused.split("; ")} <= described
    assert "state" in refused


def test_a_name_that_nobody_knows_is_quoted_in_part(ana):
    answer = ana.patch("/me", json={"x" * 100_000: 1})

    assert answer.status_code == 400
    assert answer.json()["detail"].partition("`")[2].startswith("xxxx")
    assert len(answer.text) < 1000


def test_the_part_of_a_file_is_named_as_the_description_says(ana):
    described = ana.client.get("/api/v1/openapi.json").json()
    operation = described["paths"]["/api/v1/backpack/imports/file"]["post"]
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]

    assert list(described["components"]["schemas"][form]["properties"]) == ["file"]
    assert ana.import_file(ROPE).json()["item"]["name"] == "Rope Work"
    assert ana.post("/backpack/imports/file", files={"data": ("badge", ROPE)}).status_code == 400


@pytest.mark.parametrize("spelling", ["", "x" * 321], ids=["empty", "too long"])
def test_what_is_refused_in_a_list_is_not_described_as_allowed(ana, spelling):
    described = ana.client.get("/api/v1/openapi.json").json()["components"]["schemas"]["AddressChange"]
    own = ana.addresses()[ANA]["id"]

    assert ana.patch(f"/me/addresses/{own}", json={"spellings": [spelling]}).status_code == 400
    assert not jsonschema_rs.is_valid(described, {"spellings": [spelling]})
    assert jsonschema_rs.is_valid(described, {"spellings": [ANA.upper()]})


def test_a_member_that_is_refused_is_not_described_as_allowed(ana):
    described = ana.client.get("/api/v1/openapi.json").json()["components"]["schemas"]["MeChange"]

    assert ana.patch("/me", json={"display_name": "Ana", "is_administrator": True}).status_code == 400
    assert not jsonschema_rs.is_valid(described, {"display_name": "Ana", "is_administrator": True})
    assert jsonschema_rs.is_valid(described, {"display_name": "Ana"})


def test_nothing_personal_and_no_secret_is_in_the_logs(sqlite_wallet, caplog):
    caplog.set_level(logging.DEBUG, logger="vcwallet_api")
    ana = sqlite_wallet.signed_in()
    token = ana.post("/me/tokens", json={"name": "x", "scopes": ["backpack:read"]}).json()["token"]
    program = sqlite_wallet.browser()
    program.token = token
    program.get("/backpack", params={"q": ANA})
    sqlite_wallet.deliver(samples()["laser-cutting.json"], ANA_AT_HOME)
    claim = sqlite_wallet.mails(ANA_AT_HOME)[0].claim_token
    sqlite_wallet.browser().get(f"/claims/{claim}")
    ana.import_file(b"nonsense " + ANA.encode())

    # The browsers of this test and its mail server log too, once another test has asked the root logger for more.
    ours = [record for record in caplog.records if record.name not in ("httpx", "mail.log")]
    lines = [JsonLines().format(record) for record in ours]

    assert len([line for line in lines if '"message": "request"' in line]) >= 6
    cookie = ana.client.cookies[COOKIE_NAME]
    codes = [mail.code for mail in sqlite_wallet.mails(ANA)]
    for secret in (ANA, ANA_AT_HOME, token, cookie, claim, *codes):
        assert secret not in "\n".join(lines)


def test_a_line_of_the_log_stays_one_line():
    record = logging.LogRecord("x", logging.INFO, "", 0, "one\r\ntwo", None, None)

    assert "\n" not in JsonLines().format(record)
    assert json.loads(JsonLines().format(record))["message"] == "one\r\ntwo"


def test_a_fault_of_ours_says_nothing_about_us(ana, sqlite_wallet, monkeypatch):
    def _fail(*_arguments, **_options):
        raise RuntimeError(f"secret detail about {ANA}")

    monkeypatch.setattr(type(sqlite_wallet.parts.shelf), "page", _fail)
    response = ana.get("/backpack")

    assert (response.status_code, code_of(response)) == (500, "internal_error")
    assert "secret" not in response.text
    assert len(sqlite_wallet.rows(BackpackItem)) == 1
