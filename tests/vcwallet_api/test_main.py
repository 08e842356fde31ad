"""The commands: migrate, deliver, reindex, and the demonstration."""

import base64
import json
import socket
import sys

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from tests.vcwallet_api.wallet_world import changed_by_one_byte
from tools.make_learner_example import FOLDER, samples, world
from vcwallet_api.__main__ import main
from vcwallet_api.demo import people
from vcwallet_api.demo.mailbox import _is_this_machine
from vcwallet_api.demo.serving import demo_app, demo_environment, prepare
from vcwallet_api.settings import read_settings


@pytest.fixture
def environment(tmp_path, monkeypatch):
    values = {
        "VCWALLET_BASE_URL": "https://wallet.example",
        "VCWALLET_SECRET_KEY": base64.b64encode(b"x" * 32).decode(),
        "VCWALLET_DATABASE_URL": f"sqlite:///{tmp_path}/wallet.db",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_serving_and_working_want_the_tables_first(environment):
    for command in ("serve", "worker"):
        result = run(command)
        assert result.exit_code == 1
        assert "vcwallet-api migrate" in result.output


def test_the_vc_api_is_not_served_by_several_processes_of_which_each_would_have_its_own_lists(environment, monkeypatch):
    assert run("migrate").exit_code == 0
    started = []
    monkeypatch.setattr("vcwallet_api.__main__._run", lambda *given: started.append(given[-1]))

    without = run("serve", "--processes", "2")
    monkeypatch.setenv("VCWALLET_VC_API", "on")
    refused, alone = run("serve", "--processes", "2"), run("serve")

    assert (without.exit_code, refused.exit_code, alone.exit_code) == (0, 1, 0)
    assert "--processes 1" in refused.output
    assert started == [2, 1]


def test_a_setting_that_is_wrong_is_told_by_its_name(environment, monkeypatch):
    monkeypatch.setenv("VCWALLET_BASE_URL", "wallet.example")

    result = run("migrate")

    assert result.exit_code == 1
    assert "VCWALLET_BASE_URL" in result.output


def test_a_credential_is_delivered_once_and_a_bad_one_refused_with_its_reason(environment, tmp_path):
    good, bad = tmp_path / "first-aid.json", tmp_path / "bad.json"
    # Signed by a did:key: nothing has to be fetched.
    good.write_bytes(samples()["first-aid.json"])
    bad.write_bytes(changed_by_one_byte(samples()["rope-work.json"]))
    assert run("migrate").exit_code == 0

    first, again = (
        run("deliver", good, "--to", "ana@campus.example"),
        run("deliver", good, "--to", "ana@campus.example"),
    )
    refused = run("deliver", bad, good, "--to", "ana@campus.example")

    assert "delivered, waits for the address" in first.output
    assert "was delivered before" in again.output
    assert refused.exit_code == 1
    assert "not_checkable" in refused.output or "proof_invalid" in refused.output
    assert "was delivered before" in refused.output
    assert "0 read again" in run("reindex").output


def test_the_sample_files_are_what_the_tool_makes():
    assert {name: (FOLDER / name).read_bytes() for name in samples()} == samples()
    assert json.loads((FOLDER / "world.json").read_text()) == world()


def test_the_demonstration_awards_badges_and_shows_its_mails_to_this_machine_only(tmp_path, monkeypatch):
    values = demo_environment(tmp_path / "demo", 8000)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("vcwallet_api.demo.serving.log_to_stderr", lambda: None)
    prepare(read_settings(values))
    prepare(read_settings(values))
    app = demo_app()

    with TestClient(app, base_url="http://localhost.local") as client:
        client.headers["Host"] = "localhost:8000"
        # The test client comes from nowhere: it is not this machine.
        stranger = client.get("/demo/mail")
        monkeypatch.setattr("vcwallet_api.demo.mailbox._is_this_machine", lambda _host: True)
        mails = client.get("/demo/mail").json()
        page = client.get("/demo/mail", headers={"Accept": "text/html"}).text

    assert stranger.status_code == 404
    assert [mail["to"] for mail in mails] == ["ana@home.example"] + ["ana@campus.example"] * 6
    assert 'href="http://localhost:8000/claim/' in page
    assert _is_this_machine("127.0.0.1")
    assert not _is_this_machine("192.0.2.1")
    assert people.sample("rope-work.json") == samples()["rope-work.json"]
    assert (tmp_path / "demo" / "secret-key").stat().st_mode & 0o077 == 0


def test_without_the_extra_the_command_says_what_to_install(environment, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy.exc", None)

    result = run("migrate")

    assert result.exit_code == 1
    assert "pip install 'vcwallet[service]'" in result.output


def test_a_port_that_is_taken_is_not_shared(environment, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr("vcwallet_api.__main__._run", lambda *given: started.append(given[2]))
    assert run("migrate").exit_code == 0
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        served, shown = run("serve", "--port", port), run("demo", "--port", port, "--folder", tmp_path / "new")
    free = run("serve", "--port", port)

    assert (served.exit_code, shown.exit_code, free.exit_code) == (1, 1, 0)
    assert f"port {port}" in served.output
    assert "--port" in shown.output
    assert not (tmp_path / "new").exists()
    assert started == [port]


def test_a_demonstration_that_can_keep_nothing_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("vcwallet_api.__main__._require_free", lambda host, port: None)

    result = run("demo", "--folder", tmp_path / "file" / "inside")

    assert result.exit_code == 1
    assert "--folder" in result.output


@pytest.mark.parametrize("command", ["migrate", "serve", "worker", "reindex", "deliver"])
def test_a_database_that_cannot_be_opened_is_told_by_the_setting(environment, tmp_path, monkeypatch, command):
    monkeypatch.setenv("VCWALLET_DATABASE_URL", f"sqlite:///{tmp_path}/missing/wallet.db")
    arguments = ["--to", "ana@campus.example", __file__] if command == "deliver" else []

    result = run(command, *arguments)

    assert result.exit_code == 1
    assert "VCWALLET_DATABASE_URL" in result.output
    assert "unable to open" in result.output


@pytest.mark.parametrize("command", ["reindex", "deliver"])
def test_what_reads_and_delivers_wants_the_tables_first_too(environment, command):
    arguments = ["--to", "ana@campus.example", __file__] if command == "deliver" else []

    result = run(command, *arguments)

    assert result.exit_code == 1
    assert "vcwallet-api migrate" in result.output
