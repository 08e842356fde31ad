"""Documents that make use of what bundled contexts define: the terms of their types, coerced as they want it.

The generator follows the contexts as JSON, without any processor: where its idea of a scope is wrong, the document has a
fault, and that must be found too.
"""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from vcwallet.linked_data.context_loader import standard_contexts

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.{}.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
# The list for each kind of document in use, and then every bundled context behind a data model and alone.
LISTS = [
    [V2, OB.format(3)],
    [V2, CLR, OB.format(3)],
    [V2, OB.format(3), "https://w3id.org/security/suites/ed25519-2020/v1"],
    [V1, OB.format(1)],
    [V1, CLR, OB.format(2)],
    [V1, DATA_INTEGRITY],
    [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    *([url] for url in standard_contexts().pinned_urls()),
    *([V2, url] for url in standard_contexts().pinned_urls() if "credentials/v" not in url),
]

_TEXTS = st.one_of(
    st.sampled_from(
        ["A", "B", "Grün & 한글", 'with "quotes"', "back\\slash", "tab\there", "two\nlines", "", "\u00a0", "1.50"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
_IDS = st.sampled_from([
    "urn:uuid:00000000-0000-4000-8000-000000000001",
    "urn:uuid:00000000-0000-4000-8000-000000000002",
    "did:example:ana",
    "https://college.example/achievements/1",
    "https://college.example/ünïcode",
    "_:b0",
    "_:someone",
])  # fmt: skip
_NUMBERS = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False))
_SCALARS = st.one_of(_TEXTS, _NUMBERS, st.booleans())
_LANGUAGES = st.sampled_from(["en", "de-AT", "EN-us", "zh-Hant"])
_FAULTS = st.sampled_from([
    None, "relative", {"@value": None}, [["nested"]], {"@list": ["a"]}, {"@set": ["a"]}, {"@id": "urn:x", "@index": "1"},
    {"@value": "x", "@language": "not a tag"}, "urn:with space", "@type", {"@value": "x", "@type": "undefinedType"},
])  # fmt: skip
_JSON = st.recursive(
    st.none() | _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=4,
)


def documents(*, with_faults: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Documents under every list of contexts."""
    return st.sampled_from(LISTS).flatmap(lambda urls: _document(tuple(urls), with_faults=with_faults))


@st.composite
def _document(draw, urls: tuple[str, ...], *, with_faults: bool) -> dict[str, Any]:
    context = list(urls) if len(urls) > 1 or draw(st.booleans()) else urls[0]
    own = draw(
        st.sampled_from(
            [
                None,
                None,
                None,
                {"own": "https://own.example/#own", "ex": "https://own.example/#"},
                {"@vocab": "https://v.example/#"},
                {"@language": "de"},
            ]
        )
    )
    terms = _terms_of(urls)
    if own is not None:
        context = [*urls, own]
        terms = {**terms, **{name: value for name, value in own.items() if name[0] != "@"}}
    return {"@context": context, **draw(_node(terms, 3, with_faults=with_faults, is_root=True))}


@st.composite
def _node(draw, terms: dict[str, Any], depth: int, *, with_faults: bool, is_root: bool = False) -> dict[str, Any]:
    node: dict[str, Any] = {}
    classes = sorted(name for name in terms if name[:1].isupper())
    if classes and (is_root or draw(st.booleans())):
        types = draw(st.lists(st.sampled_from(classes), min_size=1, max_size=2, unique=True))
        scoped = sorted(name for name in types if isinstance(terms[name], dict))
        for name in scoped:
            terms = {**terms, **_terms_in(terms[name].get("@context"))}
        alias = "type" if terms.get("type") == "@type" and draw(st.booleans()) else "@type"
        node[alias] = types[0] if len(types) == 1 and draw(st.booleans()) else types
    if draw(st.booleans()):
        node["id" if _means(terms.get("id"), "@id") and draw(st.booleans()) else "@id"] = draw(_IDS)
    names = sorted(name for name in terms if not name[:1].isupper() and not _means(terms[name], "@id", "@type"))
    chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True)) if names else []
    for name in chosen:
        node[name] = draw(_values(terms, name, depth, with_faults=with_faults))
    if not chosen or draw(st.integers(0, 9)) == 0:
        node["https://own.example/#written-out"] = draw(_SCALARS)
    if with_faults and is_root and draw(st.booleans()):
        node[draw(st.sampled_from(["undefined", "@index", "@nest", "@reverse", "ex:y", "id", "type"]))] = draw(
            _FAULTS | _TEXTS
        )
    return node


@st.composite
def _values(draw, terms: dict[str, Any], name: str, depth: int, *, with_faults: bool) -> Any:
    definition = terms[name] if isinstance(terms[name], dict) else {}
    coerced = definition.get("@type")
    if with_faults and draw(st.integers(0, 7)) == 0:
        return draw(_FAULTS)
    if coerced == "@json":
        return draw(_JSON)
    inner = terms
    if "@context" in definition:
        inner = {**terms, **_terms_in(definition["@context"])} if definition["@context"] is not None else {}
    nodes = _node(inner, depth - 1, with_faults=with_faults)
    kinds = [nodes] if depth > 0 and "@graph" in str(definition.get("@container")) else []
    if not kinds:
        kinds = [_IDS] if coerced in ("@id", "@vocab") else [_SCALARS]
        kinds += [nodes, nodes] if depth > 0 else []
        kinds += [
            st.fixed_dictionaries({"id": _IDS}) if terms.get("id") == "@id" else st.fixed_dictionaries({"@id": _IDS})
        ]
        kinds += [
            st.fixed_dictionaries(
                {"@value": _TEXTS}, optional={"@language": _LANGUAGES, "@direction": st.sampled_from(["ltr", "rtl"])}
            )
        ]
        kinds += [
            st.fixed_dictionaries({"@value": _SCALARS, "@type": st.just("http://www.w3.org/2001/XMLSchema#string")})
        ]
    one = st.one_of(kinds)
    return draw(st.one_of(one, one, st.lists(one, max_size=3)))


def _means(definition: Any, *keywords: str) -> bool:
    named = definition.get("@id") if isinstance(definition, dict) else definition
    return named in keywords


@cache
def _terms_of(urls: tuple[str, ...]) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for url in urls:
        terms |= _terms_in(standard_contexts().load(url)["@context"])
    return terms


def _terms_in(context: Any) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, str) and standard_contexts().is_pinned(entry):
            terms |= _terms_of((entry,))
        elif isinstance(entry, dict):
            terms |= {name: value for name, value in entry.items() if name[0] != "@"}
    return terms
