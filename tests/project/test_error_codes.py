"""Every stable code that the library can answer with is explained in docs/reference/codes.md, and no other."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Calls whose first string argument (or second, after a check's name) is a code.
_RAISERS = {"Malformed", "Refused", "Undecided", "FetchFailed", "NotVerified", "Problem"}
_ANSWERS = {"passed", "skipped"}


def codes_in_source() -> set[str]:
    codes = set()
    for path in (ROOT / "src" / "vcwallet").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            position = 0 if name in _RAISERS else 1 if name in _ANSWERS else None
            if position is None or len(node.args) <= position:
                continue
            codes |= {
                leaf.value
                for leaf in ast.walk(node.args[position])
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
            }
    return {code for code in codes if re.fullmatch(r"[a-z][a-z0-9_]+", code)}


def codes_in_documentation() -> set[str]:
    page = (ROOT / "docs" / "reference" / "codes.md").read_text()
    return set(re.findall(r"^\| `([a-z0-9_]+)` \|", page, re.MULTILINE))


def test_every_code_is_documented():
    assert codes_in_source() - codes_in_documentation() == set()


def test_no_documented_code_is_gone():
    """Some codes are chosen before they are raised, so any string in the source counts here."""
    strings = {
        leaf.value
        for path in (ROOT / "src" / "vcwallet").rglob("*.py")
        for leaf in ast.walk(ast.parse(path.read_text()))
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
    }

    assert codes_in_documentation() - strings == set()


def test_no_code_is_documented_twice():
    page = (ROOT / "docs" / "reference" / "codes.md").read_text()
    codes = re.findall(r"^\| `([a-z0-9_]+)` \|", page, re.MULTILINE)

    assert len(codes) == len(set(codes))
