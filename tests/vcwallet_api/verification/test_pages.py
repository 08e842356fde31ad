"""The verifier's page and POST /api/v1/verify, through the whole service on SQLite: nothing is kept, whoever asks."""

import base64
import json
import re

import pytest

from tests.vcwallet_api.wallet_world import changed_by_one_byte, code_of
from tools.make_learner_example import HARBOUR, HARBOUR_KEY, badge, by_harbour, samples
from vcwallet.testing.signing import badge_claims, to_jwt
from vcwallet_api.storage.tables import Table

BADGES = samples()
GOOD = BADGES["rope-work.json"]
MEMBERS = ["Knots", "Signals", "Swimming"]
HOSTILE = "<img src=x onerror=alert(1)>"
MARKDOWN = f'{HOSTILE} [x](javascript:alert(1)) "><svg/onload=alert(1)> [fine](https://harbour.example/a)'


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def page(wallet):
    """Somebody without an account, with a browser."""
    client = wallet.browser(accept="text/html").client

    def _give(**fields):
        files = {name: value if isinstance(value, tuple) else (None, value) for name, value in fields.items()}
        return client.post("/verify", files=files)

    return _give


def _text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_h1_every_question_has_an_answer_in_words_with_the_time_of_the_check(page):
    answer = page(file=("badge.json", GOOD))

    assert answer.status_code == 200
    text = _text(answer)
    assert "Yes, this is genuine." in text
    assert "Checked on 1 June 2024, 12:00 UTC" in text
    for line in ("Signature Yes", "Signed by its issuer Yes", "Valid today Yes", "Not revoked Not checked"):
        assert line in text, line
    assert "Its issuer did not set up a way to revoke it." in text
    assert "did:web:harbour.example" in text


def test_h1_an_unreachable_status_list_is_never_valid(page, wallet):
    wallet.internet.documents.pop("https://harbour.example/revocations.json")

    answer = page(file=("badge.json", BADGES["knots-2019.json"]))

    assert "This could not be checked completely." in _text(answer)
    assert "Yes, this is genuine." not in _text(answer)
    assert 'class="verdict unsure"' in answer.text


def test_a_learner_record_shows_what_is_in_it(page):
    text = _text(page(file=("record.json", BADGES["first-year.json"])))

    said = text[text.index("In this record") : text.index("All the checks")]
    assert [name for name in MEMBERS if name in said] == MEMBERS
    assert "In this record" not in _text(page(file=("badge.json", GOOD)))


@pytest.mark.parametrize(
    ("content", "headline"),
    [
        (changed_by_one_byte(GOOD), "No: something was changed after it was signed."),
        (BADGES["first-aid.json"], "This was genuine, and has expired."),
        (BADGES["navigation-1.json"], "This is only for its owner."),
        (b"nothing of the kind", "There is no badge in this."),
        (b'{"credential": ' + GOOD + b"}", "There is a badge in this, with something around it."),
        (json.dumps(badge(9, "Unsigned", "2024-01-01T00:00:00Z")).encode(), "No: nobody has signed this."),
    ],
)
def test_what_is_not_good_is_said_first_and_what_to_do_next(page, content, headline):
    answer = page(file=("badge", content))

    assert answer.status_code == 200
    assert headline in _text(answer)
    assert 'class="next"' in answer.text


def test_a_token_for_somebody_in_particular_says_for_whom(page):
    """Who looks at the page is a stranger: whether the token is for them, only they know."""
    claims = badge_claims(badge(10, "For you", "2024-01-01T00:00:00Z"), 1704067200, aud="https://jobs.example")
    answer = page(file=("badge.jwt", to_jwt(claims, HARBOUR_KEY, kid=f"{HARBOUR}#key-1").encode()))

    assert "the token is meant for https://jobs.example" in _text(answer)
    assert 'class="verdict good"' in answer.text


@pytest.mark.parametrize("fields", [{"text": GOOD.decode()}, {"link": "https://makers.example/awards/laser-cutting-1"}])
def test_a_text_and_a_link_are_checked_too(page, fields):
    assert "What it says" in page(**fields).text


def test_nothing_to_check_says_so_and_keeps_what_was_typed(page):
    answer = page(text="   ", link="")

    assert answer.status_code == 422
    assert "There was nothing to check." in answer.text
    assert 'role="alert"' in answer.text


def test_nothing_of_it_is_kept(page, wallet):
    page(file=("badge.json", GOOD))

    assert [name for name, table in Table.metadata.tables.items() if _count(wallet, table)] == []


def _count(wallet, table):
    from sqlalchemy import func, select

    with wallet.parts.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("member", ["name", "description", "narrative", "issuer", "tag"])
def test_text_of_a_badge_is_text_wherever_it_is_shown(page, member):
    document = badge(10, "Fine", "2024-01-01T00:00:00Z")
    achievement = document["credentialSubject"]["achievement"]
    if member == "issuer":
        document["issuer"]["name"] = MARKDOWN
    elif member == "narrative":
        achievement["criteria"]["narrative"] = MARKDOWN
    else:
        achievement[member] = [MARKDOWN] if member == "tag" else MARKDOWN

    answer = page(file=("badge.json", by_harbour(document)))

    assert answer.status_code == 200
    assert "<img src=x" not in answer.text
    assert "<svg/onload" not in answer.text
    assert 'href="javascript' not in answer.text
    if member == "narrative":
        assert '<a href="https://harbour.example/a" rel="noopener noreferrer nofollow">fine</a>' in answer.text


def test_a_name_that_turns_the_text_around_is_set_apart_and_shown(page):
    answer = page(file=("badge.json", by_harbour(badge(11, "Safe\u202eegdaB", "2024-01-01T00:00:00Z"))))

    assert "<bdi>Safe[U+202E]egdaB</bdi>" in answer.text
    assert "\u202e" not in answer.text


def test_a_page_may_run_nothing_and_load_nothing_from_elsewhere(page, wallet):
    answer = page(file=("badge.json", GOOD))

    policy = answer.headers["content-security-policy"]
    for part in (
        "default-src 'none'",
        "script-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    for name, value in (
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ):
        assert answer.headers[name] == value
    assert "max-age" in answer.headers["strict-transport-security"]
    assert re.findall(r'(?:src|href)="(?!/|https://harbour|#)([^"]*)"', answer.text) == []
    assert re.search(r"<script|\sstyle=|\son\w+=", answer.text) is None
    assert len(answer.content) < 60_000


def test_the_same_from_another_website_is_refused(page, wallet):
    client = wallet.browser(accept="text/html", origin="https://evil.example").client

    assert client.post("/verify", files={"text": (None, "x")}).status_code == 403


def test_a_large_file_is_refused_while_it_arrives(page, wallet):
    assert page(file=("badge.json", b" " * (9 * 1024 * 1024))).status_code == 413


def test_too_many_checks_are_refused_for_a_while(wallet):
    browser = wallet.browser()

    # More than twice as many as may be asked in a minute: a new one may begin meanwhile. What cannot be read counts too.
    answers = [browser.post("/verify", json={}).status_code for _ in range(62)]

    assert answers[0] == 422
    assert 429 in answers


# --- POST /api/v1/verify -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"credential": json.loads(GOOD)},
        {"credential": GOOD.decode()},
        {"credential": BADGES["safety-basics.jwt"].decode()},
        {"file": base64.b64encode(GOOD).decode()},
    ],
)
def test_a_program_gets_the_report(wallet, body):
    answer = wallet.browser().post("/verify", json=body)

    assert answer.status_code == 200
    assert answer.json()["verdict"] == "valid"
    assert answer.json()["credential"]["issuer"]["id"] == "did:web:harbour.example"


def test_a_program_gets_one_answer_for_every_link_that_leads_nowhere(wallet):
    answers = [
        wallet.browser().post("/verify", json={"url": url}).json()
        for url in ("https://127.0.0.1/", "x", "https://a.example/")
    ]

    assert {answer["verdict"] for answer in answers} == {"indeterminate"}
    assert {answer["checks"][0]["code"] for answer in answers} == {"link_not_fetched"}
    assert len({json.dumps(answer["checks"]) for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "one_input_expected"),
        ({"url": "x", "file": "eA=="}, "one_input_expected"),
        ({"file": "not base64!"}, "file_encoding_wrong"),
    ],
)
def test_a_request_that_says_nothing_or_too_much_is_refused(wallet, body, code):
    answer = wallet.browser().post("/verify", json=body)

    assert (answer.status_code, code_of(answer)) == (422, code)


def test_json_nested_without_end_is_refused_and_the_service_lives(wallet):
    client = wallet.browser().client

    deep = client.post("/api/v1/verify", content=b"[" * 100_000, headers={"content-type": "application/json"})

    assert deep.status_code == 400
    assert client.get("/health").status_code == 200


def test_a_credential_is_read_as_it_was_written(wallet):
    """Read into a value first, the last of two members counted, and the badge was valid whatever the first said."""
    twice = '{"id": "urn:uuid:00000000-0000-4000-8000-00000000beef", ' + GOOD.decode().lstrip().removeprefix("{")
    json_body = {"content-type": "application/json"}
    answer = wallet.browser().client.post("/api/v1/verify", content=f'{{"credential": {twice}}}', headers=json_body)

    assert answer.json()["checks"][0]["code"] == "json_duplicate_member"
    assert wallet.browser().post("/verify", json={"credential": json.loads(GOOD)}).json()["verdict"] == "valid"


@pytest.mark.parametrize("body", [b'{"credential": "\xff"}', b'{"\xff": 1}', b'{"credential": {"a": "\xc3("}}'])
def test_a_body_that_is_not_utf_8_is_the_callers_fault(wallet, body):
    """RFC 8259, 8.1. The decoder of the framework lets the error of Python through."""
    answer = wallet.browser().client.post("/api/v1/verify", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, code_of(answer)) == (400, "request_malformed")


def test_a_body_that_is_not_there_is_missed_in_words(wallet):
    answer = wallet.browser().client.post("/api/v1/verify", headers={"content-type": "application/json"})

    assert answer.json()["code"] == "request_malformed"
    assert "data" not in answer.json()["detail"]
