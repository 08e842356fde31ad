"""The compacted form: whatever lets JSON and statements say different things is refused, its honest neighbour is not."""

import copy
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.linked_data.compact_form import compact_form_problems
from vcwallet.linked_data.context_loader import standard_contexts

CONTEXTS = standard_contexts()
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

BADGE = {
    "@context": [V2, OB],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:college.example", "type": ["Profile"], "name": "College"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2027-01-01T00:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "id": "did:example:ana",
        "achievement": {"id": "urn:uuid:2", "type": ["Achievement"], "name": "Teamwork"},
    },
}


def changed(**members):
    return {**copy.deepcopy(BADGE), **members}


def with_context(*entries):
    return changed(**{"@context": [V2, OB, *entries]})


def codes(document, contexts=CONTEXTS):
    return [problem.code for problem in compact_form_problems(document, contexts)]


HOSTILE = {
    "a member under its IRI": (
        changed(**{"https://www.w3.org/2018/credentials#validUntil": "2027-01-01T00:00:00Z"}),
        "key_is_iri",
    ),
    "a member under a compact IRI": (
        with_context({"cred": "https://www.w3.org/2018/credentials#"}) | {"cred:validUntil": "2027-01-01T00:00:00Z"},
        "key_is_iri",
    ),
    "a prefix of a prefix": (
        with_context({"w": "https://www.w3.org/", "c": "w:2018/credentials#"}) | {"c:credentialStatus": {"type": "X"}},
        "key_is_iri",
    ),
    "a type as IRI": (changed(type=["https://www.w3.org/2018/credentials#VerifiableCredential"]), "type_is_iri"),
    "@included": (
        changed(**{"@included": [{"id": "urn:uuid:1", "validUntil": "2027-01-01T00:00:00Z"}]}),
        "keyword_not_allowed",
    ),
    "@nest": (changed(**{"@nest": {"validUntil": "2027-01-01T00:00:00Z"}}), "keyword_not_allowed"),
    "@reverse": (changed(**{"@reverse": {"issuer": {"id": "urn:uuid:9"}}}), "keyword_not_allowed"),
    "@graph": (changed(**{"@graph": [{"id": "urn:uuid:9"}]}), "keyword_not_allowed"),
    "@id for id": (changed(issuer={"@id": "did:web:college.example"}), "keyword_not_allowed"),
    "a date as typed value": (
        changed(validUntil={"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2027-01-01T00:00:00Z"}),
        "keyword_not_allowed",
    ),
    "a language without a value": (changed(name={"@language": "en"}), "keyword_not_allowed"),
    "an array in an array": (changed(validUntil=[["2027-01-01T00:00:00Z"]]), "nested_array"),
    "a context in the subject": (
        changed(credentialSubject={"@context": {"x": "urn:x"}, "id": "did:example:ana"}),
        "context_below_root",
    ),
    "an empty context in the subject": (changed(credentialSubject={"@context": []}), "context_below_root"),
    "another name for a member": (
        with_context({"bestBefore": "https://www.w3.org/2018/credentials#validUntil"}),
        "inline_context_alias",
    ),
    "another name by another term": (with_context({"bestBefore": {"@id": "validUntil"}}), "inline_context_alias"),
    "another name by a prefix": (
        with_context({"c": "https://www.w3.org/2018/credentials#", "bestBefore": "c:validUntil"}),
        "inline_context_alias",
    ),
    "another name in a list of contexts": (with_context([{"uri": "@id"}]), "inline_context_alias"),
    "another name in a scoped context": (
        with_context(
            {"Mine": {"@id": "urn:mine", "@context": {"ends": "https://www.w3.org/2018/credentials#validUntil"}}}
        ),
        "inline_context_alias",
    ),
    "another name for a keyword": (with_context({"uri": "@id"}), "inline_context_alias"),
    "another name for @nest": (with_context({"more": "@nest"}), "inline_context_alias"),
    "a property backwards": (with_context({"awards": {"@reverse": "urn:issuer"}}), "inline_context_alias"),
    "a term taken away": (with_context({"motto": None}), "inline_context_alias"),
    "a known term with another meaning": (with_context({"Achievement": "urn:x"}), "inline_context_redefines"),
    "a known term taken away": (with_context({"achievement": None}), "inline_context_redefines"),
    "two known terms exchanged": (
        with_context({"sourceCode": "urn:a", "narrative": "https://schema.org/name"}),
        "inline_context_redefines",
    ),
    "@vocab": (with_context({"@vocab": "https://www.w3.org/2018/cred"}), "inline_context_keyword"),
    "@base": (with_context({"@base": "https://college.example/"}), "inline_context_keyword"),
    "@language": (with_context({"@language": "en"}), "inline_context_keyword"),
    "@import": (with_context({"@import": V2}), "inline_context_keyword"),
    "@propagate": (with_context({"@propagate": False, "motto": "urn:motto"}), "inline_context_keyword"),
    "a context that is null": (with_context(None), "inline_context_keyword"),
    "a context that is a number": (with_context(1), "inline_context_keyword"),
}

HONEST = {
    "the badge": BADGE,
    "a context object as before": changed(**{"@context": V2}),
    "a new term": with_context({"motto": "https://college.example/terms#motto"}) | {"motto": "Per aspera"},
    "a new term by a new prefix": with_context({"college": "https://college.example/terms#", "motto": "college:motto"}),
    "a prefix that a known context has under another name": with_context(
        {"credentials": "https://www.w3.org/2018/credentials#"}
    ),
    "a property that no context knows, as IRI": changed(**{"https://college.example/terms#motto": "Per aspera"}),
    "a type that no context knows, as IRI": changed(
        evidence=[{"type": ["Evidence", "https://w3id.org/openbadges#Assertion"]}]
    ),
    "a protected new term": with_context({"@version": 1.1, "@protected": True, "motto": "urn:motto"}),
    "the aliases everybody has": with_context({"id": "@id", "type": "@type"}),
    "language values": changed(
        name=[{"@value": "Badge", "@language": "en"}, {"@value": "شارة", "@language": "ar", "@direction": "rtl"}]
    ),
    "a member of a record with its own context": changed(
        credentialSubject={"type": ["ClrSubject"], "verifiableCredential": [BADGE, BADGE]}
    ),
    "an endorsement with its own context": changed(endorsement=[BADGE]),
    "a proof of a member with the context that was signed": changed(
        credentialSubject={
            "verifiableCredential": [{**BADGE, "proof": {"@context": [V2], "type": "DataIntegrityProof"}}]
        }
    ),
    "a context that is not at hand": with_context("https://college.example/context.json"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_hides_something_from_readers_of_the_json_is_refused(name):
    document, code = HOSTILE[name]

    assert code in codes(document)


@pytest.mark.parametrize("name", HONEST)
def test_what_hides_nothing_is_accepted(name):
    assert codes(HONEST[name]) == []


def test_a_member_of_a_record_is_looked_at_with_its_own_context():
    member = with_context({"bestBefore": "https://www.w3.org/2018/credentials#validUntil"})
    record = changed(credentialSubject={"verifiableCredential": [BADGE, member]})

    problem = compact_form_problems(record, CONTEXTS)[0]

    assert problem.code == "inline_context_alias"
    assert problem.pointer == "/credentialSubject/verifiableCredential/1/@context/2/bestBefore"


def test_a_context_added_by_the_caller_keeps_to_the_same_rules():
    url = "https://college.example/context.json"
    honest = CONTEXTS.adding({url: {"@context": {"motto": "urn:motto"}}})
    hostile = CONTEXTS.adding({url: {"@context": {"ends": "https://www.w3.org/2018/credentials#validUntil"}}})

    assert codes(with_context(url), honest) == []
    assert codes(with_context(url), hostile) == ["inline_context_alias"]


def test_the_number_of_problems_is_limited():
    assert len(compact_form_problems(changed(**{f"@k{n}": 1 for n in range(500)}), CONTEXTS)) <= 20


def test_a_context_of_many_terms_takes_no_more_time_for_each():
    own = {f"t{n}": f"https://noordzee.example/terms#{n}" for n in range(20_000)}
    document = {"@context": ["https://www.w3.org/ns/credentials/v2", own], "type": ["VerifiableCredential"], "t7": "x"}
    begin = process_time()

    assert compact_form_problems(document, standard_contexts()) == []
    # A tenth of a second; a quarter of a minute when each term is compared with a copy of all others.
    assert process_time() - begin < 3


def test_prefixes_that_go_round_in_a_circle_come_to_an_end():
    assert codes(with_context({"a": "b:", "b": "a:"}) | {"a:x": 1}) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@context", "@id", "type", "a:b", "@value", "proof", "endorsement", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["@context", "type", "credentialSubject", "endorsement", "a:b"]), JSON))
def test_no_json_object_makes_it_raise(document):
    compact_form_problems(document, CONTEXTS)
