"""The compiled way against pyld's: generated documents, single faults, and what is left to pyld."""

import copy

import pytest
from hypothesis import given, settings

from tests.generated_documents import DATA_INTEGRITY, OB, V1, V2, documents
from tests.two_ways import both, reasons
from vcwallet.errors import VcwalletError
from vcwallet.linked_data import compiled_statements, statements
from vcwallet.linked_data.compiled_context import NotCovered
from vcwallet.linked_data.context_loader import standard_contexts

CONTEXTS = standard_contexts()


@given(documents())
@settings(max_examples=300)
def test_generated_documents_are_read_alike(document):
    both(document)


@given(documents(with_faults=True))
@settings(max_examples=200)
def test_generated_documents_with_faults_are_refused_by_both_or_neither(document):
    both(document)


@pytest.mark.slow
@given(documents())
@settings(max_examples=10_000)
def test_ten_thousand_generated_documents_are_read_alike(document):
    both(document)


@pytest.mark.slow
@given(documents(with_faults=True))
@settings(max_examples=5_000)
def test_thousands_of_generated_faults_are_found_by_both_or_neither(document):
    both(document)


def test_most_generated_documents_are_good_and_covered():
    """Otherwise the tests above would compare nothing."""
    seen = {"good": 0, "covered": 0, "all": 0}

    @given(documents())
    @settings(max_examples=200, database=None)
    def look(document):
        answers = both(document)
        seen["all"] += 1
        seen["good"] += answers.is_good
        seen["covered"] += answers.is_good and isinstance(answers.compiled, str)

    look()

    assert seen["good"] > seen["all"] / 2
    assert seen["covered"] > seen["good"] * 0.95


BADGE = {
    "@context": [V2, OB.format(3)],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:example:college", "type": ["Profile"], "name": "College"},
    "validFrom": "2026-01-15T09:00:00Z",
    "name": {"@value": "Lehrgang", "@language": "de", "@direction": "ltr"},
    "credentialSubject": {
        "id": "did:example:ana",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
            "type": ["Achievement"],
            "name": "Timing",
            "description": "Takes the time.",
            "creditsAvailable": 4.5,
            "criteria": {"narrative": "Often enough."},
            "image": {"id": "https://college.example/image.png", "type": "Image"},
            "tag": ["time", "clock"],
            "resultDescription": [
                {
                    "id": "urn:uuid:00000000-0000-4000-8000-000000000003",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "LetterGrade",
                    "allowedValue": ["B", "A"],
                }
            ],
        },
    },
    "evidence": [{"id": "https://college.example/evidence/1", "type": ["Evidence"], "name": "Video"}],
}
ACHIEVEMENT = "/credentialSubject/achievement"


def changed(pointer, value):
    document = copy.deepcopy(BADGE)
    *path, last = pointer.split("/")[1:]
    place = document
    for token in path:
        place = place[int(token)] if isinstance(place, list) else place[token]
    if isinstance(place, list):
        place.insert(int(last), value)
    else:
        place[last] = value
    return document


def test_the_badge_is_good_and_covered():
    answers = both(BADGE)

    assert isinstance(answers.compiled, str)
    assert answers.compiled.count("\n") == 32


FAULTS = {
    "undefined term": ("/nobodyKnows", "x", "undefined_term"),
    "undefined term inside": (f"{ACHIEVEMENT}/nobodyKnows", {"name": "x"}, "undefined_term"),
    "term of another type": ("/evidence/0/criteria", {"narrative": "x"}, "undefined_term"),
    "undefined type": ("/type/2", "NobodyKnows", "undefined_type"),
    "undefined single type": (f"{ACHIEVEMENT}/image/type", "Picture", "undefined_type"),
    "relative id": ("/id", "credentials/1", "relative_iri"),
    "relative id inside": (f"{ACHIEVEMENT}/id", "#1", "relative_iri"),
    "null": ("/description", None, "null_value"),
    "null in a list": (f"{ACHIEVEMENT}/tag/1", None, "null_value"),
    "null in an ordered list": (f"{ACHIEVEMENT}/resultDescription/0/allowedValue/1", None, "null_value"),
    "relative scheme of ours": ("/evidence/0/id", "vcwallet-relative://document/x", "relative_iri"),
    "relative context": (f"{ACHIEVEMENT}/@context", "context.json", "relative_iri"),
    "protected term": ("/@context/2", {"VerifiableCredential": "https://x.example/#"}, "protected_term_redefined"),
    "ill-formed context": ("/@context/2", {"x": 5}, "context_invalid"),
    "unavailable context": ("/@context/2", "https://nowhere.example/context", "context_unavailable"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_place_in_the_same_words(name):
    pointer, value, code = FAULTS[name]

    compiled, slow = reasons(both(changed(pointer, value)))

    assert compiled == slow
    assert compiled[0] == code


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        (f"{ACHIEVEMENT}/creditsAvailable", 2**60, "number_out_of_range"),
        (f"{ACHIEVEMENT}/creditsAvailable", float("inf"), "number_out_of_range"),
    ],
)
def test_a_number_that_rounds_is_refused_where_it_stands(pointer, value, code):
    """pyld's way knows that it is there, and not where."""
    compiled, slow = reasons(both(changed(pointer, value)))

    assert compiled[:2] == (code, pointer)
    assert (compiled[0], compiled[2]) == (slow[0], slow[2])


NOT_COVERED = {
    "nested arrays": (f"{ACHIEVEMENT}/tag/0", ["x"]),
    "keyword list": (f"{ACHIEVEMENT}/tag", {"@list": ["x"]}),
    "keyword graph": ("/@graph", [{"id": "urn:x", "name": "x"}]),
    "keyword included": ("/@included", [{"id": "urn:x:1", "name": "x"}]),
    "keyword reverse": ("/@reverse", {"name": {"id": "urn:x:1"}}),
    "base": ("/@context/2", {"@base": "https://x.example/"}),
    "null context": (f"{ACHIEVEMENT}/@context", [None, V2]),
    "two ids": ("/@id", "urn:x:2"),
    "two types": ("/@type", "https://x.example/T"),
    "blank type": ("/type/2", "_:t"),
    "blank property": ("/_:p", "x"),
    "lone surrogate": ("/name", "\ud800"),
}


@pytest.mark.parametrize("name", NOT_COVERED)
def test_what_is_not_covered_is_left_to_pyld_whole(name):
    document = changed(*NOT_COVERED[name])

    with pytest.raises(NotCovered):
        compiled_statements.read(document, CONTEXTS)

    both(document)


def test_how_a_document_was_read_is_part_of_the_answer():
    assert not statements.read(BADGE, CONTEXTS).was_slow
    assert statements.read(changed("/@type", "https://x.example/T"), CONTEXTS).was_slow


DOCUMENTS = {
    "context of a type in the order of names": {
        "@context": {
            "B": {"@id": "urn:t:B", "@context": {"p": "urn:p:of-b"}},
            "A": {"@id": "urn:t:A", "@context": {"p": "urn:p:of-a"}},
        },
        "@type": ["B", "A"],
        "p": "the later name wins",
    },
    "types do not reach into objects below": {
        "@context": {"q": "urn:q", "p": "urn:p", "T": {"@id": "urn:t", "@context": {"p": "urn:p:of-t"}}},
        "@type": "T",
        "p": "of t",
        "q": {"p": "not of t"},
    },
    "types reach into values and references": {
        "@context": {
            "q": {"@id": "urn:q", "@type": "@id"},
            "T": {"@id": "urn:t", "@context": {"key": "@id", "short": {"@id": "https://x.example/", "@prefix": True}}},
        },
        "@type": "T",
        "q": [{"key": "short:thing"}, {"@id": "short:thing"}, {"@value": 5}, "short:thing"],
    },
    "types reach into values and references also where the property has a context": {
        "@context": {
            "q": {"@id": "urn:q", "@context": {"extra": "urn:extra"}},
            "T": {
                "@id": "urn:t",
                "@context": {
                    "key": "@id",
                    "short": {"@id": "https://x.example/", "@prefix": True},
                    "kind": "https://x.example/#kind",
                },
            },
        },
        "@type": "T",
        "q": [{"key": "short:thing"}, {"@value": "x", "@type": "kind"}, {"@value": "x", "@type": "short:kind"}],
    },
    "contexts of types that propagate": {
        "@context": {
            "q": "urn:q",
            "T": {"@id": "urn:t", "@context": {"@propagate": True, "p": "urn:p:of-t"}},
        },
        "@type": "T",
        "q": {"p": "of t"},
    },
    "context of a property, also inside itself": {
        "@context": {"q": {"@id": "urn:q", "@context": {"p": "urn:p", "q": "urn:inner-q"}}},
        "q": {"p": "x", "q": {"p": "y"}},
    },
    "context of a property that forgets everything": {
        "@context": {"p": "urn:p", "q": {"@id": "urn:q", "@type": "@id", "@context": None}},
        "q": {"urn:r": {"@id": "urn:x:1"}},
    },
    "context of a property that changes its own coercion": {
        "@context": {"q": {"@id": "urn:q", "@type": "@id", "@context": {"q": {"@id": "urn:q", "@type": "urn:d"}}}},
        "q": ["urn:x:1", {"q": "urn:x:2"}],
    },
    "default language and direction": {
        "@context": {
            "@language": "DE",
            "@direction": "rtl",
            "p": "urn:p",
            "n": {"@id": "urn:n", "@language": None, "@direction": None},
            "d": {"@id": "urn:d", "@direction": None},
            "t": {"@id": "urn:t", "@type": "@none"},
        },
        "p": ["x", 5, True],
        "n": "x",
        "d": "x",
        "t": "x",
        "https://x.example/p": "x",
    },
    "numbers": {
        "@context": {"@vocab": "urn:v:", "d": {"@type": "http://www.w3.org/2001/XMLSchema#double"}},
        "i": [0, -0.0, 5, 5.0, 5.5, 1e21, 1e-7, 123456789.125, True, False],
        "d": [5, 5.5, "5.50", "five", True],
    },
    "JSON literals": {
        "@context": {"j": {"@id": "urn:j", "@type": "@json"}},
        "j": [None, {"b": 1, "a": [1.0, "é", "\u2028"]}],
    },
    "lists": {
        "@context": {"l": {"@id": "urn:l", "@container": "@list"}, "k": {"@id": "urn:k", "@container": "@list"}},
        "l": ["a", {"@id": "urn:x:1"}, {"urn:p": "y"}, 5],
        "k": [],
        "urn:m": {"l": "single"},
    },
    "graphs": {
        "@context": {
            "g": {"@id": "urn:g", "@container": ["@graph", "@set"]},
            "l": {"@id": "urn:l", "@container": "@list"},
        },
        "g": [{"@id": "urn:x:1", "urn:p": "y", "l": ["a", "b"]}, {"urn:p": {"g": {"urn:p": "y"}}}],
    },
    "vocabulary values": {
        "@context": {"v": {"@id": "urn:v", "@type": "@vocab"}, "Red": "urn:c:red", "@vocab": "urn:vocab:"},
        "v": ["Red", "Green", "urn:c:blue", 7],
    },
    "one node twice": {
        "@id": "_:a",
        "urn:p": [{"@id": "_:a", "urn:q": "x"}, {"@id": "_:b", "urn:q": "x"}, {"@id": "_:b"}],
    },
    "empty things": {"@id": "urn:x:1", "urn:p": [{}, ""], "urn:q": [], "@type": []},
    "an alias of an alias": {"@context": {"ident": "@id", "kind": "@type"}, "ident": "urn:x:1", "kind": "urn:t"},
    "context of a part": {
        "@context": [V2],
        "id": "urn:x:1",
        "type": "VerifiableCredential",
        "relatedResource": {"@context": [V2, {"extra": "urn:extra"}], "id": "urn:x:2", "extra": "x"},
    },
    "presentation": {
        "@context": [V2],
        "type": "VerifiablePresentation",
        "holder": "did:example:ana",
        "verifiableCredential": [BADGE, {**BADGE, "id": "urn:uuid:00000000-0000-4000-8000-000000000009"}],
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-15T09:00:00Z"},
    },
    "presentation of data model 1.1": {
        "@context": [V1, DATA_INTEGRITY],
        "type": "VerifiablePresentation",
        "verifiableCredential": {
            "@context": [V1],
            "id": "urn:x:1",
            "type": ["VerifiableCredential"],
            "issuer": "did:example:college",
            "credentialSubject": {"id": "did:example:ana"},
        },
    },
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_credentials_may_use_is_covered_and_read_alike(name):
    answers = both(DOCUMENTS[name])

    assert isinstance(answers.compiled, str), answers


def test_a_context_that_was_given_another_content_is_another_context():
    url = "https://x.example/context"
    document = {"@context": url, "p": "x"}

    for iri in ("urn:p:1", "urn:p:2", "urn:p:1"):
        contexts = standard_contexts().adding({url: {"@context": {"p": iri}}})
        assert both(document, contexts).compiled == f'_:c14n0 <{iri}> "x" .\n'


def test_a_context_that_is_named_inside_another_is_followed_when_its_content_changes():
    outer, inner = "https://x.example/outer", "https://x.example/inner"
    document = {"@context": outer, "q": {"p": "x"}, "@type": "T"}

    for iri in ("urn:p:1", "urn:p:2", "urn:p:1"):
        contexts = standard_contexts().adding(
            {
                outer: {
                    "@context": {"q": {"@id": "urn:q", "@context": inner}, "T": {"@id": "urn:t", "@context": inner}}
                },
                inner: {"@context": {"p": iri}},
            }
        )
        assert f"<{iri}>" in both(document, contexts).compiled


def test_a_document_is_not_changed():
    document = copy.deepcopy(BADGE)

    compiled_statements.read(document, CONTEXTS)

    assert document == BADGE


def test_an_error_of_the_fetcher_is_passed_on():
    with pytest.raises(VcwalletError, match="context_unavailable"):
        statements.read({"@context": "https://nowhere.example/context", "p": "x"}, CONTEXTS)
