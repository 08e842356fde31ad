"""docs/reference/vc-api.md names a test for every demand of the suites, and each is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "vc-api.md").read_text()
ROW = re.compile(r"^\| ([^|]+) \| ([^|]*`test_[^|]*) \|$", re.MULTILINE)
TESTS = re.compile(r"`(test_\w+\.py)`: ((?:`test_\w+`(?:, )?)+)")


def _named():
    return {
        (module, test)
        for _, shown in ROW.findall(PAGE)
        for module, tests in TESTS.findall(shown)
        for test in re.findall(r"`(test_\w+)`", tests)
    }


def test_every_test_that_is_named_is_there():
    folder = ROOT / "tests" / "vcwallet_api" / "vc_api"
    there = {
        (path.name, node.name)
        for path in folder.glob("test_*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }

    assert len(_named()) > 35
    assert _named() - there == set()


def test_every_demand_has_a_test():
    table = PAGE[PAGE.index("| demand | test |") :]
    rows = [line for line in table.splitlines()[2:] if line.startswith("|") and not line.startswith("| **")]

    assert len(rows) > 25
    assert [row for row in rows if not TESTS.search(row)] == []
