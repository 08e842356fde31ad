"""Every refusal has a sentence and a next step, in every language, and is documented."""

import ast
import re
from pathlib import Path

import pytest

from vcwallet_api.languages import Languages, isolated
from vcwallet_api.problems import PROBLEMS

# Spanish says it with the same word.
SAME_IN_SOME_LANGUAGE = {"No"}
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "vcwallet_api"
_RAISED = {
    "Unauthenticated",
    "NotAllowed",
    "NotFound",
    "Conflict",
    "Gone",
    "Misdirected",
    "Unusable",
    "TooMuch",
    "Unavailable",
}


def _calls():
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield getattr(node.func, "id", getattr(node.func, "attr", "")), node


def _strings(node):
    return [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)]


def _messages():
    return {text for name, node in _calls() if name in {"message", "_T"} for text in _strings(node.args[0])}


def test_every_refusal_has_its_sentence_and_no_sentence_is_left_over():
    raised = {text for name, node in _calls() if name in _RAISED and node.args for text in _strings(node.args[0])}
    everywhere = {
        text
        for path in SOURCE.rglob("*.py")
        if path.name != "problems.py"
        for text in _strings(ast.parse(path.read_text()))
    }
    by_status = set(_strings(ast.parse((SOURCE / "problems.py").read_text())))

    assert raised - set(PROBLEMS) == set()
    assert set(PROBLEMS) - everywhere - by_status == set()


def test_every_problem_is_documented_and_no_other():
    page = (ROOT / "docs" / "reference" / "problems.md").read_text()

    assert re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE) == list(PROBLEMS)


@pytest.mark.parametrize("code", ["nl", "es", "ar"])
def test_every_text_is_in_every_language_with_the_same_places_in_it(code):
    language = Languages()[code]
    messages = _messages()
    assert len(messages) > 140

    for text in messages:
        translated = language.translate(text)
        assert translated != text or text in SAME_IN_SOME_LANGUAGE, text
        assert set(re.findall(r"\{\w+\}", translated)) == set(re.findall(r"\{\w+\}", text)), text


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "en"),
        ("nl", "nl"),
        ("nl-BE,fr;q=0.9", "nl"),
        ("fr,es;q=0.4,ar;q=0.6", "ar"),
        ("de", "en"),
        ("nl;q=0,es", "es"),
        ("*", "en"),
        ("x" * 10_000 + ",nl", "en"),
        ("nl;q=many", "en"),
    ],
)
def test_the_language_is_what_the_browser_likes_best(header, code):
    assert Languages().preferred(header).code == code


def test_a_name_is_set_apart_and_cannot_turn_the_sentence_around():
    assert isolated("a\u202eb\r\nc\u2066") == "\u2068ab c\u2069"
