import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.credentials.issuer_registry import IssuerRegistry
from vcwallet.errors import Malformed

A, B = "did:web:a.example", "https://b.example/1"


def read(value, name="Schools"):
    return IssuerRegistry.from_json(name, value if isinstance(value, bytes | str) else json.dumps(value))


@pytest.mark.parametrize(
    ("value", "issuers"),
    [
        ([A, B], {A: "", B: ""}),
        ([{"id": A, "name": "School A"}, {"id": B}], {A: "School A", B: ""}),
        ([A, {"id": B, "name": "School B"}], {A: "", B: "School B"}),
        ({"registry": {A: {"name": "School A", "location": "x", "url": "y"}, B: {}}}, {A: "School A", B: ""}),
        ({"meta": {"created": "2026"}, "registry": {A: {"name": "School A"}}}, {A: "School A"}),
        ({"issuers": [{"id": A, "name": "School A"}]}, {A: "School A"}),
        ({"issuers": {A: "School A"}}, {A: "School A"}),
        ([{"id": A, "name": 7}], {A: ""}),
        ([], {}),
        ({"registry": {}}, {}),
    ],
)
def test_every_form_that_circulates_is_read(value, issuers):
    registry = read(value)

    assert (registry.name, dict(registry.issuers)) == ("Schools", issuers)


@pytest.mark.parametrize(
    "value",
    [None, 7, "text", {}, {"registry": 7}, {"other": []}, [7], [None], [[]], [{}], [{"id": 7}], [""], [{"name": "x"}]],
)
def test_what_is_no_list_of_issuers_is_malformed(value):
    with pytest.raises(Malformed) as caught:
        read(json.dumps(value))
    assert caught.value.code == "issuer_registry_malformed"
    assert "Schools" in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"{", b'{"registry":{"a":{},"a":{}}}', b"\xff", b"[" * 1000])
def test_what_is_no_json_is_malformed(text):
    with pytest.raises(Malformed):
        read(text)


def test_an_issuer_listed_twice_under_two_names_is_listed():
    assert dict(read([{"id": A, "name": "one"}, {"id": A, "name": "two"}]).issuers) in ({A: "one"}, {A: "two"})


def test_the_digest_is_of_what_the_list_says():
    assert read([A, B]).sha256 == read([{"id": B}, {"id": A}]).sha256 == read({"registry": {A: {}, B: {}}}).sha256
    assert read([A, B]).sha256 != read([A]).sha256
    assert read([{"id": A, "name": "x"}]).sha256 != read([A]).sha256


def test_a_registry_is_a_value():
    source = {A: "School A"}
    registry = IssuerRegistry("Schools", source)
    source[B] = "smuggled"

    assert dict(registry.issuers) == {A: "School A"}
    with pytest.raises(TypeError):
        registry.issuers[B] = "smuggled"
    copy = pickle.loads(pickle.dumps(registry))
    assert (copy.name, copy.sha256) == (registry.name, registry.sha256)


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=10), max_size=5))
def test_all_forms_say_the_same(issuers):
    as_objects = [{"id": identifier, "name": name} for identifier, name in issuers.items()]
    as_registry = {"registry": {identifier: {"name": name} for identifier, name in issuers.items()}}

    for value in (as_objects, as_registry, {"issuers": as_objects}, {"issuers": issuers}):
        assert dict(read(value).issuers) == issuers
