"""vcwallet status: a list is made, places are taken, credentials are withdrawn, and nothing is lost on the way."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tools.make_examples import badge
from vcwallet import LocalSigner, StaticFetcher, issue, standard_toolkit, verify
from vcwallet.__main__ import command_line
from vcwallet.status.bitstring import value_at
from vcwallet.status.bitstring_list import decode_list
from vcwallet.terminal.status_files import read_list
from vcwallet.testing import SIGNED_AT, VERIFIED_AT
from vcwallet.testing.signing import SampleKey

SIGNER = SampleKey.from_seed("status commands").signer
URL = "https://college.example/status/1"
AT = ["--at", "2026-02-01"]


def run(*arguments):
    return CliRunner().invoke(command_line, [str(argument) for argument in arguments])


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.pem").write_bytes(SIGNER.private_pem(passphrase=None))
    (tmp_path / "other.pem").write_bytes(LocalSigner.generate().private_pem(passphrase=None))
    return tmp_path


def new(*options, name="list.json"):
    return run("status", "new", "--key", "key.pem", "--url", URL, *AT, *options, name)


def take(name="list.json"):
    return json.loads(run("status", "take", name).output)


def issued(entry, name="badge.json"):
    signed = issue(badge(1, SIGNER.controller, "Rowing", credentialStatus=entry), SIGNER, at=SIGNED_AT)
    Path(name).write_bytes(signed.data)
    return signed.data


def report(data, desk, name="list.json"):
    world = StaticFetcher({URL: (desk / name).read_bytes()})
    return verify(data, toolkit=standard_toolkit(world), at=VERIFIED_AT)


def test_a_badge_is_good_until_it_is_revoked(desk):
    assert new().output == f"list.json is to be served at {URL}\n"
    one, other = issued(take()), issued(take(), "other.json")
    assert report(one, desk).verdict == report(other, desk).verdict == "valid"

    done = run("status", "set", "--key", "key.pem", "--at", "2026-02-02", "list.json", "badge.json")

    assert done.exit_code == 0, done.output
    assert report(one, desk).check("status").code == "revoked"
    assert report(other, desk).verdict == "valid"
    checked = run("status", "check", "--list", "list.json", "badge.json", "other.json", "--at", "2026-03-01")
    assert checked.exit_code == 1
    assert "badge.json: the issuer has revoked this credential [revoked]" in checked.output
    assert "[not_withdrawn]" in checked.output


def test_a_suspension_is_lifted_and_a_revocation_is_not(desk):
    for purpose, code in (("suspension", 0), ("revocation", 1)):
        name = f"{purpose}.json"
        assert new("--purpose", purpose, name=name).exit_code == 0
        data = issued(take(name))
        arguments = ["--key", "key.pem", name, "badge.json"]
        assert run("status", "set", "--at", "2026-02-02", *arguments).exit_code == 0
        assert report(data, desk, name).verdict == "invalid"

        lifted = run("status", "set", "--lift", "--at", "2026-02-03", *arguments)

        assert lifted.exit_code == code, lifted.output
        assert report(data, desk, name).verdict == ("valid" if code == 0 else "invalid")
    assert "status_not_reversible" in lifted.output


def test_messages_have_values(desk):
    texts = ["fine", "see your tutor", "pay the fee"]
    options = [part for text in [*texts, "unused"] for part in ("--message", text)]
    assert new("--purpose", "message", "--ttl", "60", *options).exit_code == 0
    data = issued(take())

    run("status", "set", "--key", "key.pem", "--value", "2", "--at", "2026-02-02", "list.json", "badge.json")

    assert any("pay the fee" in note.message for note in report(data, desk).notes)


def test_signing_again_moves_the_end(desk):
    new("--days", "7")
    data = issued(take())
    assert report(data, desk).check("status").code == "status_list_expired"

    assert run("status", "set", "--key", "key.pem", "--days", "60", "--at", "2026-02-08", "list.json").exit_code == 0

    assert report(data, desk).verdict == "valid"


def test_places_are_taken_once_and_say_nothing_of_the_order(desk):
    new()
    lines = run("status", "take", "--count", "500", "list.json").output.splitlines()
    indexes = [int(json.loads(line)["statusListIndex"]) for line in lines] + [int(take()["statusListIndex"])]

    assert len(set(indexes)) == 501
    assert indexes != sorted(indexes)
    assert stat.S_IMODE((desk / "list.private.json").stat().st_mode) == 0o600
    assert "allocated" not in (desk / "list.json").read_text()


def test_a_list_does_not_go_back(desk):
    """An old private file from a backup must not bring revoked badges back."""
    new()
    issued(take())
    backup = (desk / "list.private.json").read_bytes()
    run("status", "set", "--key", "key.pem", "--at", "2026-02-02", "list.json", "badge.json")
    published = (desk / "list.json").read_bytes()
    (desk / "list.private.json").write_bytes(backup)

    again = run("status", "set", "--key", "key.pem", "--at", "2026-02-03", "list.json")
    earlier = run("status", "set", "--key", "key.pem", "--at", "2026-02-01", "list.json")

    assert (again.exit_code, earlier.exit_code) == (1, 1)
    assert "status_list_goes_back" in again.output
    assert (desk / "list.json").read_bytes() == published
    assert not list(desk.glob("*.lock"))
    assert not list(desk.glob(".*"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["new", "--key", "key.pem", "--url", URL, "list.json"], 64),
        (["new", "--key", "key.pem", "--url", URL, "--entries", "5", "new.json"], 64),
        (["new", "--key", "key.pem", "--url", URL, "--purpose", "message", "new.json"], 64),
        (["new", "--key", "key.pem", "new.json"], 64),
        (["take", "nothing.json"], 64),
        (["take", "--count", "0", "list.json"], 64),
        (["take", "--count", "131072", "list.json"], 1),
        (["set", "--key", "other.pem", "list.json"], 1),
        (["set", "--key", "key.pem", "list.json", "stranger.json"], 64),
        (["set", "--key", "key.pem", "list.json", "7"], 64),
        (["set", "--key", "key.pem", "list.json", "999999"], 64),
        (["set", "--key", "key.pem", "--value", "2", "list.json", "badge.json"], 64),
        (["check", "--online", "--list", "list.json", "badge.json"], 64),
        (["check", "badge.json"], 2),
        (["check", "--list", "list.json", "stranger.json"], 0),
        (["check", "--list", "list.json", "badge.json"], 0),
    ],
)
def test_what_cannot_be_done_is_said_to_be_so(arguments, code, desk):
    new()
    issued(take())
    (desk / "stranger.json").write_bytes(issue(badge(1, SIGNER.controller, "Rowing"), SIGNER).data)
    before = (desk / "list.private.json").read_bytes()

    result = run("status", *arguments)

    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert (desk / "list.private.json").read_bytes() == before
    assert not (desk / "new.json").exists()


@pytest.mark.parametrize("content", [b"{}", b"[]", b"\x00", b'{"ttlMinutes":null,"url":5}'])
def test_a_private_file_that_is_something_else_is_said_to_be_so(content, desk):
    new()
    (desk / "list.private.json").write_bytes(content)

    result = run("status", "take", "list.json")

    assert result.exit_code == 64, result.output
    assert "is not what `vcwallet status new` writes" in result.output


def test_two_commands_at_once_are_kept_apart(desk):
    new()
    (desk / "list.private.json.lock").touch()

    result = run("status", "take", "list.json")

    assert result.exit_code == 64
    assert "another command is at work" in result.output
    (desk / "list.private.json.lock").unlink()
    assert take()


def test_a_file_that_cannot_be_replaced_stays_whole(desk, monkeypatch):
    new()
    before = (desk / "list.private.json").read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))

    result = run("status", "take", "list.json")

    assert result.exit_code == 64
    assert "No space left" in result.output
    assert (desk / "list.private.json").read_bytes() == before
    assert sorted(path.name for path in desk.iterdir()) == ["key.pem", "list.json", "list.private.json", "other.pem"]


BUSY = """
import sys
from click.testing import CliRunner
from vcwallet.__main__ import command_line

def run(*arguments):
    while True:
        done = CliRunner().invoke(command_line, ["status", *arguments])
        if "another command is at work" not in done.output and "status_list_goes_back" not in done.output:
            assert done.exit_code == 0, done.output
            return done.output

for number in range(int(sys.argv[1])):
    index = run("take", "list.json").partition('"statusListIndex": "')[2].partition('"')[0]
    run("set", "--key", "key.pem", "list.json", index)
    print(index)
"""


def test_many_processes_at_once_lose_nothing(desk):
    new()
    busy = [sys.executable, "-c", BUSY, "4"]

    workers = [subprocess.Popen(busy, cwd=desk, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    indexes = [int(line) for worker in workers for line in worker.communicate(timeout=60)[0].split()]

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(indexes) == 12 == len(set(indexes))
    kept = read_list(desk / "list.json")
    assert kept.allocated_count == 12
    published = decode_list(json.loads((desk / "list.json").read_bytes())["credentialSubject"]["encodedList"])
    assert [index for index in range(kept.entries) if value_at(published, index)] == sorted(indexes)
    assert not list(desk.glob("*.lock"))
