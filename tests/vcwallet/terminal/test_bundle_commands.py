"""`vcwallet bundle` as a person and a script meet it."""

import json
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from vcwallet.__main__ import command_line
from vcwallet.bundle import credential_path

BADGES = Path(__file__).parents[3] / "examples" / "badges"
GOOD = BADGES / "badge-jcs.json"


def run(*arguments, data=None):
    return CliRunner().invoke(command_line, [str(argument) for argument in arguments], input=data)


@pytest.fixture
def passphrase(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("correct horse\nnot this line\n")
    return ["--passphrase-file", file]


def test_made_checked_and_listed(tmp_path):
    target, folder = tmp_path / "all.zip", tmp_path / "badges"
    shutil.copytree(BADGES, folder)
    (folder / "notes.json").write_text("{}")

    made = run("bundle", "make", "-o", target, folder)
    assert "13 credentials" in made.output
    assert "notes.json is no credential" in made.stderr
    assert run("bundle", "check", target).exit_code == 0
    listed = run("bundle", "list", target).output
    assert credential_path(GOOD.read_bytes()) in listed
    manifest = json.loads(run("bundle", "list", "--json", target).output)
    assert manifest["counts"] == {"credentials": 13}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_sections_are_named_by_their_files(tmp_path):
    collections = tmp_path / "collections.json"
    collections.write_text(
        json.dumps([{"name": "Ferry", "items": [{"credential": credential_path(GOOD.read_bytes())}]}])
    )
    target = tmp_path / "all.zip"

    assert "1 collection" in run("bundle", "make", "-o", target, "--data", collections, GOOD).output
    assert run("bundle", "check", target).exit_code == 0
    other = tmp_path / "other.json"
    other.write_text("[]")
    assert run("bundle", "make", "-o", tmp_path / "no.zip", "--data", other, GOOD).exit_code == 64


@pytest.mark.parametrize("content", [b"", b"{}", b'{"a":', b"\x00\xff", b"A letter to Ana."])
def test_what_is_named_and_is_no_credential_is_refused(tmp_path, content):
    """It would be counted as one, and whoever opens the archive would look for it."""
    stray, target = tmp_path / "stray.json", tmp_path / "all.zip"
    stray.write_bytes(content)
    result = run("bundle", "make", "-o", target, GOOD, stray)

    assert result.exit_code == 64
    assert f"{stray} is no credential" in result.output
    assert not target.exists()


def test_old_badges_and_tokens_are_credentials_too(tmp_path):
    old, target = tmp_path / "old.json", tmp_path / "all.zip"
    old.write_text('{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://a.example/1"}')

    assert "2 credentials" in run("bundle", "make", "-o", target, old, BADGES / "badge.jwt").output


def test_an_archive_is_a_file(tmp_path):
    assert "not read from standard input" in run("bundle", "check", "-").output


def test_what_is_refused_leaves_no_file(tmp_path):
    shares = tmp_path / "shares.json"
    shares.write_text('[{"token": "4x"}]')
    target = tmp_path / "all.zip"
    result = run("bundle", "make", "-o", target, "--data", shares, GOOD)

    assert result.exit_code == 1
    assert "bundle_has_a_secret" in result.output
    assert "4x" not in result.output
    assert not target.exists()


def test_j3_an_altered_file_is_named(tmp_path):
    target, spoiled = tmp_path / "all.zip", tmp_path / "spoiled.zip"
    run("bundle", "make", "-o", target, GOOD)
    with zipfile.ZipFile(target) as archive, zipfile.ZipFile(spoiled, "w") as copy:
        for info in archive.infolist():
            copy.writestr(info.filename, archive.read(info).replace(b"Boatbuilding", b"Boatbuildinx"))
    result = run("bundle", "check", spoiled)

    assert result.exit_code == 1
    assert "ALTERED" in result.output
    assert credential_path(GOOD.read_bytes()) in "".join(result.output.split())


def test_under_a_passphrase(tmp_path, passphrase):
    target, plain = tmp_path / "all.vcw", tmp_path / "all.zip"

    assert "encrypted" in run("bundle", "make", "-o", target, *passphrase, GOOD).output
    assert run("bundle", "check", *passphrase, target).exit_code == 0
    assert run("bundle", "decrypt", *passphrase, target, "-o", plain).exit_code == 0
    assert zipfile.ZipFile(plain).testzip() is None
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong horse")
    result = run("bundle", "check", "--passphrase-file", wrong, target)
    assert result.exit_code == 1
    assert "bundle_passphrase_wrong" in result.output
    assert run("bundle", "decrypt", "--passphrase-file", wrong, target, "-o", tmp_path / "x").exit_code == 1
    assert not (tmp_path / "x").exists()
    assert run("bundle", "decrypt", *passphrase, plain, "-o", tmp_path / "x").exit_code == 64


def test_a_passphrase_can_be_typed(tmp_path):
    target = tmp_path / "all.vcw"

    assert run("bundle", "make", "-o", target, "--encrypt", GOOD, data="correct horse\ncorrect horse\n").exit_code == 0
    assert run("bundle", "check", target, data="correct horse\n").exit_code == 0


def test_where_nobody_can_type_a_passphrase_the_option_for_a_file_is_named(tmp_path):
    result = run("bundle", "make", "-o", tmp_path / "all.vcw", "--encrypt", GOOD, data="")

    assert result.exit_code == 64
    assert "--passphrase-file" in result.output
    assert not (tmp_path / "all.vcw").exists()


def test_a_short_passphrase_is_misuse_and_leaves_no_file(tmp_path):
    target = tmp_path / "all.vcw"

    assert run("bundle", "make", "-o", target, "--encrypt", GOOD, data="short\nshort\n").exit_code == 64
    assert not target.exists()


def test_misuse_is_64(tmp_path):
    target = tmp_path / "all.zip"
    target.write_bytes(b"")

    assert run("bundle", "make", "-o", target, GOOD).exit_code == 64
    assert target.read_bytes() == b""
    assert run("bundle", "make", GOOD).exit_code == 64
    assert run("bundle", "check", tmp_path / "none.zip").exit_code == 64
    assert run("bundle", "check", tmp_path).exit_code == 64


def test_what_is_no_bundle_is_refused():
    result = run("bundle", "check", GOOD)

    assert result.exit_code == 1
    assert "bundle_not_readable" in result.output


def test_every_command_has_help_with_an_example():
    for command in ("make", "check", "list", "decrypt"):
        assert "Example" in run("bundle", command, "--help").output


def test_help_loads_neither_the_library_nor_a_terminal():
    code = (
        "import sys; from vcwallet.__main__ import command_line; command_line.main(['bundle', '--help'], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith(('vcwallet.bundle', 'vcwallet.pathways', 'rich', 'cryptography'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
