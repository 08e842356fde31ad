"""Every example in the help of `vcwallet pathway` and `vcwallet bundle` runs, and ends well."""

import json
import shlex
import shutil

import click
import pytest
from click.testing import CliRunner

from tests.vcwallet.pathways.harbour import DECK_OFFICER, DECK_OFFICER_FILE
from tools.make_examples import FOLDER, samples
from vcwallet.__main__ import command_line
from vcwallet.bundle import credential_path
from vcwallet.pathways import export_ctdl

PASSPHRASE = "correct horse\n"


def _commands():
    for name in ("pathway", "bundle"):
        group = command_line.get_command(click.Context(command_line), name)
        yield name, group
        yield from ((f"{name} {inner}", command) for inner, command in group.commands.items())


def _examples():
    for name, command in _commands():
        lines = [line.strip() for line in (command.epilog or "").splitlines() if line.startswith("  vcwallet ")]
        assert lines, name
        for line in lines:
            assert line.startswith(f"vcwallet {name} ")
            yield line


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(DECK_OFFICER_FILE, "deck-officer.json")
    (tmp_path / "from-the-registry.jsonld").write_text(json.dumps(export_ctdl(DECK_OFFICER)[0]))
    shutil.copytree(FOLDER, "badges")
    for source, target in (("badge.json", "a.json"), ("badge.png", "b.png"), ("badge.jwt", "diploma.jwt")):
        shutil.copy(FOLDER / source, target)
    items = [{"credential": credential_path(samples()["badge.json"])}]
    (tmp_path / "collections.json").write_text(json.dumps([{"name": "Ferry", "items": items}]))
    runner = CliRunner()
    assert runner.invoke(command_line, ["bundle", "make", "-o", "everything.zip", "badges"]).exit_code == 0
    sealed = ["bundle", "make", "--encrypt", "-o", "everything.vcw", "badges"]
    assert runner.invoke(command_line, sealed, input=PASSPHRASE * 2).exit_code == 0
    return tmp_path


@pytest.mark.parametrize("line", list(_examples()))
def test_every_example_in_the_help_runs(line, desk):
    words = shlex.split(line)[1:]
    if "-o" in words:
        (desk / words[words.index("-o") + 1]).unlink(missing_ok=True)

    result = CliRunner().invoke(command_line, words, input=PASSPHRASE * 2)

    assert result.exit_code == 0, result.output
