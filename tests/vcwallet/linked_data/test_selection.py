"""Choosing parts of documents: what a pointer brings along, what it must not cut, and which statements a part makes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.divisible_badges import JSON_CONTEXT, full_badge
from vcwallet.errors import Malformed, Refused
from vcwallet.linked_data import statements
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.selection import (
    MAX_POINTERS,
    Disclosure,
    everything_but,
    leaves,
    read_shown,
    select,
    shown_leaves,
)

CONTEXTS = standard_contexts()
DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:x:1",
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:example:i", "name": "I"},
    "list": [{"id": "urn:x:2", "a": 1}, {"type": "T", "a": 2, "b": [3, 4]}, 5],
}


def read(document):
    return statements.to_statements(dict(document), CONTEXTS)


def same(labels):
    return {label: label for label in labels}


def disclosure(document):
    return Disclosure.of(document, read, same)


# --- documents ---------------------------------------------------------------------------------------------------------


def test_what_encloses_something_is_shown_with_its_id_and_type():
    assert select(DOCUMENT, ["/list/1/b/1"]) == {
        "@context": DOCUMENT["@context"],
        "id": "urn:x:1",
        "type": ["VerifiableCredential"],
        "list": [{"type": "T", "b": [4]}],
    }


def test_what_a_pointer_names_is_taken_whole_whatever_others_name_inside_it():
    whole = select(DOCUMENT, ["/list/1"])

    assert whole["list"] == [DOCUMENT["list"][1]]
    assert select(DOCUMENT, ["/list/1/a", "/list/1", "/list/1/b/0"]) == whole
    assert select(DOCUMENT, [""]) == DOCUMENT


def test_types_are_never_taken_apart():
    document = {"@context": [], "type": ["A", "B"], "a": {"type": ["C", "D"], "b": 1}}

    assert select(document, ["/type/1", "/a/type/0"]) == {"@context": [], "type": ["A", "B"], "a": {"type": ["C", "D"]}}


def test_arrays_keep_their_order_and_lose_their_gaps():
    assert select(DOCUMENT, ["/list/2", "/list/0/a"])["list"] == [{"id": "urn:x:2", "a": 1}, 5]


def test_a_label_of_a_blank_node_is_no_identifier():
    document = {"@context": [], "id": "_:here", "type": "T", "a": 1}

    assert select(document, ["/a"]) == {"@context": [], "type": "T", "a": 1}


def test_nothing_is_selected_by_no_pointer():
    assert select(DOCUMENT, []) == {}


@pytest.mark.parametrize("pointer", ["/missing", "/list/3", "/list/-", "/list/01", "/issuer/name/x", "/issuer/0"])
def test_a_pointer_to_nothing_is_refused(pointer):
    with pytest.raises(Refused) as caught:
        select(DOCUMENT, ["/issuer", pointer])

    assert caught.value.code == "pointer_not_found"


def test_what_is_no_pointer_is_malformed():
    with pytest.raises(Malformed) as caught:
        select(DOCUMENT, ["issuer"])

    assert caught.value.code == "pointer_syntax"


def test_there_is_an_end_to_the_pointers():
    select(DOCUMENT, ["/issuer"] * MAX_POINTERS)
    with pytest.raises(Refused) as caught:
        select(DOCUMENT, ["/issuer"] * (MAX_POINTERS + 1))

    assert caught.value.code == "too_many_pointers"


@given(st.sets(st.sampled_from(leaves(DOCUMENT))))
def test_everything_but_some_places_is_everything_but_them(withheld):
    shown = frozenset(shown_leaves(DOCUMENT, everything_but(DOCUMENT, withheld)))
    with_something = {place for place in withheld if place.rpartition("/")[2] in ("id", "type") or "/type/" in place}

    assert frozenset(leaves(DOCUMENT)) - withheld <= shown
    # The id and the type of what encloses others come along; deriving says so and refuses.
    assert shown & withheld <= with_something | {place for place in withheld if place.startswith("/@context")}


def test_everything_but_everything_is_nothing():
    with pytest.raises(Refused) as caught:
        everything_but(DOCUMENT, [""])

    assert caught.value.code == "everything_withheld"


# --- statements --------------------------------------------------------------------------------------------------------


def test_the_statements_of_the_whole_are_those_of_the_document():
    document = full_badge()

    assert disclosure(document).lines == canonicalize(read(document)).lines


@pytest.mark.parametrize("pointer", ["", "/issuer/address/geo", "/issuer/address/geo/latitude", "/evidence", "/name"])
def test_a_part_has_statements_of_the_whole_and_its_reader_finds_the_same(pointer):
    document = full_badge()
    whole = disclosure(document)

    shown = whole.shown([pointer])

    found = read_shown(shown.document, read, lambda labels: {label: shown.labels[label] for label in labels})
    assert found == tuple(whole.lines[number] for number in shown.indexes)
    assert len(shown.indexes) == len(found)


DESCRIPTION = "/credentialSubject/achievement/resultDescription/0"


def test_a_list_is_shown_whole_and_its_cells_are_the_same_cells():
    whole = disclosure(full_badge())

    with_list, without = whole.indexes([f"{DESCRIPTION}/allowedValue"]), whole.indexes([f"{DESCRIPTION}/name"])

    lines = [whole.lines[number] for number in set(with_list) - set(without)]
    assert sum("#first>" in line for line in lines) == sum("#rest>" in line for line in lines) == 3


def test_equal_lists_in_different_places_are_different_lists():
    document = full_badge()
    descriptions = document["credentialSubject"]["achievement"]["resultDescription"]
    descriptions.append({**descriptions[0], "id": "urn:x:second"})
    whole = disclosure(document)

    one, other = (whole.indexes([f"/credentialSubject/achievement/resultDescription/{n}"]) for n in (0, 1))

    assert not any("#first>" in whole.lines[number] for number in set(one) & set(other))


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_pointer_into_a_list_is_refused(index):
    pointer = f"{DESCRIPTION}/allowedValue/{index}"

    with pytest.raises(Refused) as caught:
        disclosure(full_badge()).indexes(["/name", pointer])

    assert (caught.value.code, caught.value.pointer) == ("pointer_splits_statement", pointer)


def test_a_json_literal_is_one_value():
    data = {"id": "_:x", "rows": [{"points": 3}, {"points": 4}], "type": "_:y", "text": '_:"quoted"\n'}
    document = full_badge(sourceData=data)
    document["@context"] = [*document["@context"], JSON_CONTEXT]
    whole = disclosure(document)

    assert whole.lines == canonicalize(read(document)).lines
    (line,) = (line for line in map(whole.lines.__getitem__, whole.indexes(["/sourceData"])) if "rows" in line)
    assert "urn:bnid" not in line
    with pytest.raises(Refused) as caught:
        whole.indexes(["/sourceData/rows/0"])
    assert (caught.value.code, caught.value.pointer) == ("pointer_splits_statement", "/sourceData/rows/0")


def test_a_language_value_is_one_value():
    document = full_badge(name={"@value": "Roeien", "@language": "nl"})
    whole = disclosure(document)

    assert any('"Roeien"@nl' in whole.lines[number] for number in whole.indexes(["/name"]))
    with pytest.raises(Refused) as caught:
        whole.indexes(["/name/@value"])
    assert caught.value.code == "pointer_splits_statement"


@pytest.mark.parametrize("text", ["_:c14n0", "_:b1 and _:c14n3", "_: ", '_:"x"\n\\', "a _:c14n0", "_:ünï"])
def test_a_text_that_looks_like_a_blank_node_stays_a_text(text):
    document = full_badge(name=text, description=text)
    labels = {"_:c14n0": "_:changed0"}
    whole = Disclosure.of(document, read, lambda found: {label: labels.get(label, label) for label in found})

    assert canonicalize(read(document)).lines == disclosure(document).lines
    assert len([line for line in whole.lines if "changed0" in line.split('"')[0]]) > 0
    assert not any("changed0" in "".join(line.split('"')[1:]) for line in whole.lines)


def test_labels_of_the_documents_own_lead_to_the_same_node():
    document = full_badge()
    document["evidence"] = [{"id": "_:e", "type": ["Evidence"], "name": "a film"}]
    whole = disclosure(document)

    assert whole.lines == canonicalize(read(document)).lines
    assert any("a film" in whole.lines[number] for number in whole.indexes(["/evidence"]))


def test_credentials_inside_keep_the_graphs_of_their_proofs():
    inside = full_badge()
    inside["proof"] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-15T09:00:00Z",
        "verificationMethod": "did:example:i#k",
        "proofPurpose": "assertionMethod",
        "proofValue": "z3",
    }
    document = {
        "@context": [
            *inside["@context"][:1],
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            inside["@context"][1],
        ],
        "type": ["VerifiableCredential", "ClrCredential"],
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": [inside, {**inside, "id": "urn:x:9"}]},
    }
    whole = disclosure(document)

    assert whole.lines == canonicalize(read(document)).lines
    one, other = (whole.indexes([f"/credentialSubject/verifiableCredential/{n}"]) for n in (0, 1))
    assert sum("proofValue" in whole.lines[number] for number in one) == 1
    assert not any("proofValue" in whole.lines[number] for number in set(one) & set(other))


PLACES = [place for place in leaves(full_badge()) if "allowedValue" not in place and not place.startswith("/@context")]


@given(st.sets(st.sampled_from(PLACES), max_size=12))
def test_any_selection_reads_the_same_alone_as_in_the_whole(pointers):
    whole = disclosure(full_badge())

    shown = whole.shown(sorted(pointers))

    if pointers:
        found = read_shown(shown.document, read, lambda labels: {label: shown.labels[label] for label in labels})
        assert found == tuple(whole.lines[number] for number in shown.indexes)
