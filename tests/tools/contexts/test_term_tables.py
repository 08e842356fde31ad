import json
from importlib import resources

import pytest

from tools.contexts.term_tables import TABLES, TermTables

FOLDER = resources.files("vcwallet.linked_data") / "contexts"
INDEX = json.loads((FOLDER / "index.json").read_bytes())
URL = "https://school.example/v1"


def bundled(url):
    return json.loads((FOLDER / INDEX[url]["file"]).read_bytes())


def written(text, original=None):
    return TermTables(text).document(URL, lambda url: original)


def table(rows, more=""):
    return f"""
[abbreviations]
ex = "https://school.example/terms#"
[context."{URL}"]
terms = '''
{rows}
'''
{more}"""


@pytest.mark.parametrize(
    "url", sorted(url for url, entry in INDEX.items() if entry["source"].startswith("written out:"))
)
def test_a_context_that_is_written_out_is_what_its_table_says(url):
    tables = TermTables(TABLES.read_text("utf-8"))

    assert url in tables
    assert json.dumps(tables.document(url, bundled), sort_keys=True) == json.dumps(bundled(url), sort_keys=True)


def test_the_sign_decides_between_a_string_and_an_object():
    document = written(table("a = {ex}a\nb -> {ex}b"))

    assert document == {
        "@context": {"a": "https://school.example/terms#a", "b": {"@id": "https://school.example/terms#b"}}
    }


def test_several_terms_can_share_a_row_and_the_star_is_their_name():
    assert written(table("a b = ex:*"))["@context"] == {"a": "ex:a", "b": "ex:b"}


def test_what_follows_the_iri_is_type_container_and_scope():
    document = written(
        table("a -> ex:a type @id container @set scope inner", "[scope.inner]\nprotected = true\nterms = 'id = @id'")
    )

    assert document["@context"]["a"] == {
        "@id": "ex:a",
        "@type": "@id",
        "@container": "@set",
        "@context": {"@protected": True, "id": "@id"},
    }


def test_a_derived_context_is_the_original_with_the_differences():
    text = f"""
[context."{URL}"]
derived_from = "https://school.example/v2"
without = ["/@context/new"]
replacing = {{ "/@context/kept" = "x:old" }}
"""
    original = {"@context": {"new": "x:new", "kept": "x:kept"}}

    assert written(text, original) == {"@context": {"kept": "x:old"}}
    assert original == {"@context": {"new": "x:new", "kept": "x:kept"}}


@pytest.mark.parametrize(
    "row",
    ["a ex:a", "a = ex:a type @id", "a -> ex:a type", "a -> ex:a kind @id", "a = ex:a\na = ex:b", "a ="],
)
def test_a_faulty_row_is_refused(row):
    with pytest.raises(ValueError):
        written(table(row))


@pytest.mark.parametrize("difference", ['without = ["/@context/b"]', 'replacing = { "/@context/b" = "x:y" }'])
def test_a_difference_to_something_that_is_not_there_is_refused(difference):
    with pytest.raises(ValueError, match="/@context/b"):
        written(
            f'[context."{URL}"]\nderived_from = "https://school.example/v2"\n{difference}', {"@context": {"a": "x:a"}}
        )
