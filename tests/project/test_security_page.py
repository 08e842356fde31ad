"""docs/security.md names every row of the threat catalogue once, and shows tests that exist."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
CATALOGUE = ROOT.parent / "shared" / "facts" / "api-threats.md"

ROW = re.compile(r"^\| `(api/[\w/-]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)`: `(test_\w+)`")
NOT_YET = re.compile(r"comes with \w+|does not apply: ")


def names_of_tests(name):
    path = ROOT / "tests" / name if name.startswith("vcwallet/") else ROOT / "tests" / "vcwallet_api" / name
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_each_row_is_named_once():
    named = Counter(re.findall(r"^\| `(api/[^`]+)`", PAGE, re.MULTILINE))

    assert len(named) == 147
    assert set(named.values()) == {1}


def test_each_row_has_a_test_or_says_why_not():
    rows = ROW.findall(PAGE)

    assert len(rows) == 147
    assert [row for row, _, shown in rows if not TEST.search(shown) and not NOT_YET.match(shown)] == []


def test_each_test_that_is_named_is_there():
    shown = TEST.findall(PAGE)

    assert len(shown) > 100
    assert [f"{name}: {test}" for name, test in shown if test not in names_of_tests(name)] == []


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the threat catalogue is not here")
def test_the_rows_are_those_of_the_catalogue():
    wanted = set(re.findall(r"^\| (api/[^ ]+) \|", CATALOGUE.read_text(), re.MULTILINE))

    assert {row for row, _, _ in ROW.findall(PAGE)} == wanted
