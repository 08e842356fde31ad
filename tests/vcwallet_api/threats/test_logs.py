"""Logs: nothing of anybody is in them, and nobody writes a line of them."""

import json
import logging

from tests.vcwallet_api.threats.hostile_values import MARKUP
from tools.make_learner_example import ANA, ANA_AT_HOME, badge, by_harbour
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.logs import JsonLines
from vcwallet_api.storage.tables import BackpackItem


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
