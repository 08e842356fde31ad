"""Every acceptance scenario that the wallet is held to so far has tests that are named by its id, at each level.

Over HTTP on both databases they are in `test_scenarios_*.py`; through the pages, in a real browser, in `browser/`.
"""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1] / "vcwallet_api"
# Account and e-mail, Backpack and addresses, the verifier: Groups A and B, and H1.
AT_BOTH_LEVELS = [*(f"a{number}" for number in range(1, 8)), *(f"b{number}" for number in range(1, 17)), "h1"]
# Accessibility, languages, print: what is about pages.
IN_THE_BROWSER = [*AT_BOTH_LEVELS, *(f"i{number}" for number in range(1, 6))]


def ids_of_tests(files):
    functions = [
        node for path in files for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)
    ]
    named = [match.group() for each in functions if (match := re.match(r"test_([a-j]\d+_)+", each.name))]
    return {each for name in named for each in re.findall(r"[a-j]\d+", name)}


def over_http():
    return sorted(TESTS.glob("test_scenarios_*.py"))


@pytest.mark.parametrize("scenario", AT_BOTH_LEVELS)
def test_a_scenario_is_tested_over_http(scenario):
    assert scenario in ids_of_tests(over_http())


@pytest.mark.parametrize("scenario", IN_THE_BROWSER)
def test_a_scenario_is_tested_through_the_pages(scenario):
    assert scenario in ids_of_tests(sorted((TESTS / "browser").glob("test_*.py")))


def test_over_http_each_is_tried_on_both_databases():
    assert [path.name for path in over_http() if re.search(r"sqlite_(wallet|url)|database_url", path.read_text())] == []
