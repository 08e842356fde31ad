"""Pages: their models are documented, every sentence is in every language, and nobody is sent away by a link of ours."""

import ast
import dataclasses
import importlib
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from vcwallet_api import safe_markdown
from vcwallet_api.languages import Languages
from vcwallet_api.rendering import own_path, own_text
from vcwallet_api.safe_markdown import markdown_to_html, web_link

SOURCE = Path(__file__).resolve().parents[2] / "src" / "vcwallet_api"
MODELS = (
    "demo.mailbox",
    "account.page_models",
    "backpack.page_models",
    "verification.page_models",
    "rendering",
    "visiting",
    "report_wording",
    "credential_contents",
)
_PLACEHOLDERS = re.compile(r"\{(\w+)\}")


def _models():
    for name in MODELS:
        module = importlib.import_module(f"vcwallet_api.{name}")
        for value in vars(module).values():
            is_ours = isinstance(value, type) and value.__module__ == module.__name__
            if is_ours and dataclasses.is_dataclass(value) and value.__name__ not in ("LanguageChoice", "StaticFile"):
                yield value


@pytest.mark.parametrize("model", list(_models()), ids=lambda model: model.__name__)
def test_every_field_that_a_page_may_show_is_documented(model):
    assert model.__dataclass_params__.frozen
    undocumented = [field.name for field in dataclasses.fields(model) if f"`{field.name}`" not in (model.__doc__ or "")]
    assert undocumented == []


def test_every_template_belongs_to_a_page_and_shows_only_what_its_model_has():
    pages = {model.template: model for model in _models() if hasattr(model, "template")}
    files = {path.relative_to(SOURCE / "templates").as_posix() for path in (SOURCE / "templates").rglob("*.html")}
    assert {name for name in files if not name.startswith("parts/") and name != "base.html"} == set(pages)
    for name, model in pages.items():
        shown = set(re.findall(r"\bpage\.(\w+)", (SOURCE / "templates" / name).read_text()))
        assert shown <= {field.name for field in dataclasses.fields(model)} | {"uses_script"}, name


def _sentences():
    found = {}
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "message": None, "_T": None, "count": (1, 2), "counted": (1, 2)}
    for file, _, text, *_ in extract_from_dir(str(SOURCE), method_map=methods, keywords=keywords):
        found[text if isinstance(text, str) else text[0]] = file
    return found


@pytest.mark.parametrize("language", ["nl", "es", "ar"])
def test_every_sentence_is_translated_and_keeps_its_values(language):
    with (SOURCE / "locale" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    sentences = _sentences()
    assert len(sentences) > 300

    translated = {entry.id if isinstance(entry.id, str) else entry.id[0]: entry for entry in catalogue if entry.id}
    assert set(sentences) - set(translated) == set()
    assert set(translated) - set(sentences) == set(), "no page and no mail says this any more"
    assert [text for text, entry in translated.items() if entry.fuzzy] == []
    assert list(catalogue.obsolete) == []
    for text, entry in translated.items():
        forms = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        assert len(forms) == (catalogue.num_plurals if entry.pluralizable else 1), text
        assert all(form.strip() for form in forms), text
        expected = sorted(_PLACEHOLDERS.findall(text))
        # "One badge" needs no number; the form for most numbers has it.
        assert sorted(_PLACEHOLDERS.findall(forms[-1])) == expected, text
        assert all(set(_PLACEHOLDERS.findall(form)) <= set(expected) for form in forms), text


@pytest.mark.parametrize("language", ["nl", "es", "ar"])
def test_a_translation_is_punctuated_like_the_sentence(language):
    with (SOURCE / "locale" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    ends = str.maketrans("؟", "?")

    def end(text):
        last = text.translate(ends).rstrip()[-1:]
        return last if last in ".?:!" else ""

    for entry in catalogue:
        if not entry.id:
            continue
        text = entry.id if isinstance(entry.id, str) else entry.id[0]
        for form in [entry.string] if isinstance(entry.string, str) else entry.string:
            assert end(form) == end(text), text
            assert form == form.strip(), text
            assert "  " not in form, text
            assert language != "ar" or not set(",;?") & set(form), text
            # The dot of ".json" would stand at its end.
            assert language != "ar" or not re.search(r"(?<![\u2066\w])\.[a-z]", form), text
            assert language != "es" or form.count("?") == form.count("¿"), text
            assert language != "es" or form.count("!") == form.count("¡"), text


def test_languages_are_called_by_their_names_and_unknown_ones_by_their_tags():
    languages = Languages()

    assert [languages[code].name_of("nl-BE") for code in ("en", "nl", "es")] == [
        "Dutch (Belgium)",
        "Nederlands (België)",
        "neerlandés (Bélgica)",
    ]
    for tag in ("x-harbour", "i-klingon", "", "../x", "a" * 35):
        assert languages["en"].name_of(tag) == tag


def test_every_language_writes_dates_numbers_and_counts():
    languages = Languages()
    from datetime import UTC, datetime

    moment = datetime(2024, 6, 1, 12, 5, tzinfo=UTC)
    assert [languages[code].date(moment) for code in ("en", "nl", "es")] == [
        "1 June 2024",
        "1 juni 2024",
        "1 de junio de 2024",
    ]
    assert languages["en"].moment(moment) == "1 June 2024, 12:05 UTC"
    assert languages["es"].moment(moment) == "1 de junio de 2024, 12:05 UTC"
    assert languages["ar"].moment(moment).endswith("\u206612:05 UTC\u2069")
    assert languages["ar"].direction == "rtl"
    counted = {languages["ar"].count("{number} badge", "{number} badges", number) for number in (1, 2, 3, 11, 100)}
    assert len(counted) == 5


@pytest.mark.parametrize("path", ["/backpack", "/account/addresses/1?done=saved", "/a b"])
def test_a_path_of_ours_is_gone_to(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "",
        "x",
        "/\n/evil",
        "\\/evil",
        "/a\\b",
    ],
)
def test_nobody_is_sent_to_another_website(path):
    assert own_path(path) == "/backpack"


@given(st.text())
def test_whatever_is_written_is_one_element_of_text(text):
    html = own_text(text)

    assert html.startswith("<bdi>")
    assert "<" not in html[5:-6]


@given(st.text(alphabet="ab*_[]()<>#`!\"'&\n:/.-1javscript", max_size=200))
def test_markdown_gives_no_element_and_no_address_that_is_not_allowed(text):
    html = markdown_to_html(text)

    assert set(re.findall(r"<([a-z0-9]+)", html)) <= {
        "p",
        "br",
        "em",
        "strong",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "a",
        "hr",
        "h4",
        "h5",
        "h6",
    }
    assert all(
        address.startswith(("http://", "https://", "mailto:")) or ":" not in address
        for address in re.findall(r'href="([^"]*)"', html)
    )


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", " https://x", None, {}, "//x"],
)
def test_what_could_run_is_no_link(address):
    assert web_link(address) is None


def test_no_template_opens_a_door_in_the_escaping():
    for path in (SOURCE / "templates").rglob("*.html"):
        assert "|safe" not in path.read_text(), path
    marked = [
        path.name for path in SOURCE.rglob("*.py") if "Markup(" in path.read_text() and ast.parse(path.read_text())
    ]
    assert sorted(marked) == ["rendering.py", "safe_markdown.py"]


def test_either_wall_of_markdown_holds_alone(monkeypatch):
    text = "[x](javascript:alert(1)) [y](https://harbour.example/) <script>alert(1)</script> ![z](https://harbour.example/z)"
    monkeypatch.setattr(safe_markdown, "_reader", lambda: MarkdownIt("commonmark", {"html": True}))

    html = safe_markdown.markdown_to_html(text)

    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript:", "")
    assert "<img" not in html
    assert 'rel="noopener noreferrer nofollow"' in html
