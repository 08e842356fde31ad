"""What the documentation shows works, and what it links to is there."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts),
        ROOT / "vectors" / "README.md",
    ]
)


def test_the_tutorial_says_what_happens(monkeypatch):
    monkeypatch.chdir(ROOT)
    options = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL

    result = doctest.testfile(
        str(ROOT / "docs" / "tutorial" / "first-badge.md"), module_relative=False, optionflags=options
    )

    assert result.attempted > 10
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_python_block_is_python(page):
    for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        if not block.lstrip().startswith(">>>"):
            compile(block, str(page), "exec")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_first_example_of_the_readme_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)

    exec(compile(block, "README.md", "exec"), {})

    assert capsys.readouterr().out == "valid: Boatbuilding\n"


def test_the_example_of_the_readme_that_issues_makes_a_valid_badge():
    from vcwallet import verify

    block = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    names = {}

    exec(compile(block, "README.md", "exec"), names)

    assert verify(names["signed"].data)


def test_the_demo_tells_a_story_and_verifies_samples_of_every_kind():
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "demo.py"], capture_output=True, text=True, check=True, env=environment
    )

    assert "revokes the badge" in done.stdout
    assert "13 checked: 9 valid, 3 not valid, 1 undecided" in done.stdout
    assert done.stderr == ""


def test_the_demo_goes_through_a_first_day_with_the_wallet_service():
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "wallet.py"],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )

    for said in (
        "Harbour College awarded you a badge: Safety Basics",
        "First Aid · Old School · expired",
        "Laser Cutting · City Makers · valid",
        "Navigation I: already_held",
        "422 proof_invalid",
        "invalid signature_invalid",
    ):
        assert said in done.stdout
    assert done.stderr == ""


def test_the_samples_are_what_the_tool_makes():
    from tools.make_examples import FOLDER, samples, world

    assert {name: (FOLDER / name).read_bytes() for name in samples()} == samples()
    import json

    assert json.loads((FOLDER.parent / "world.json").read_text()) == world()


def test_every_check_is_documented():
    from vcwallet.policy import CHECK_NAMES, PRESENTATION_CHECK_NAMES

    page = (ROOT / "docs" / "reference" / "report.md").read_text()
    assert re.findall(r"^\| `([a-z]+)` \| (?:is|does|did|has|are)", page, re.MULTILINE) == [
        *CHECK_NAMES,
        *PRESENTATION_CHECK_NAMES,
    ]


def test_every_module_says_what_it_is_responsible_for():
    import ast

    for path in (ROOT / "src").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text())), path
