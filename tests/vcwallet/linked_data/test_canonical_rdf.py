import itertools
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcwallet.errors import Undecided
from vcwallet.linked_data.canonical_rdf import WorkBudget, canonicalize
from vcwallet.linked_data.nquads import parse_nquads
from vcwallet.linked_data.statement import Statement, literal_term

PREDICATES = st.sampled_from(["<urn:p>", "<urn:q>"])
NODES = st.sampled_from([f"_:n{number}" for number in range(6)])
IRIS = st.sampled_from(["<urn:a>", "<urn:b>"])
LITERALS = st.builds(literal_term, st.text(max_size=4))
STATEMENTS = st.builds(Statement, NODES | IRIS, PREDICATES, NODES | IRIS | LITERALS, st.just("") | NODES | IRIS)
DATASETS = st.lists(STATEMENTS, max_size=12)


def relabelled(statements: list[Statement], labels: dict[str, str]) -> list[Statement]:
    return [
        Statement(labels.get(s, s), predicate, labels.get(o, o), labels.get(g, g)) for s, predicate, o, g in statements
    ]


def chain(length: int) -> list[Statement]:
    return [Statement(f"_:x{n}", "<urn:next>", f"_:x{n + 1}") for n in range(length)]


def clique(size: int) -> list[Statement]:
    return [
        Statement(f"_:x{first}", "<urn:knows>", f"_:x{second}")
        for first, second in itertools.permutations(range(size), 2)
    ]


def test_a_dataset_without_blank_nodes_is_sorted_and_freed_of_duplicates():
    b, a = Statement("<urn:b>", "<urn:p>", '"1"'), Statement("<urn:a>", "<urn:p>", '"1"', "<urn:g>")

    canonical = canonicalize([b, a, b])

    assert canonical.text == '<urn:a> <urn:p> "1" <urn:g> .\n<urn:b> <urn:p> "1" .\n'
    assert canonical.lines == ('<urn:a> <urn:p> "1" <urn:g> .\n', '<urn:b> <urn:p> "1" .\n')
    assert canonical.labels == {}


def test_an_empty_dataset_is_an_empty_text():
    assert canonicalize([]).text == ""


def test_the_labels_say_what_became_of_each_blank_node():
    canonical = canonicalize([Statement("_:other", "<urn:p>", "_:one"), Statement("_:one", "<urn:p>", '"x"')])

    assert sorted(canonical.labels) == ["_:one", "_:other"]
    assert sorted(canonical.labels.values()) == ["_:c14n0", "_:c14n1"]
    assert f'{canonical.labels["_:one"]} <urn:p> "x" .\n' in canonical.lines


def test_text_that_looks_like_a_blank_node_inside_a_literal_is_left_alone():
    canonical = canonicalize([Statement("_:x", "<urn:p>", '"see _:x"'), Statement("_:x", "<urn:p>", '"_:x"')])

    assert canonical.text == '_:c14n0 <urn:p> "_:x" .\n_:c14n0 <urn:p> "see _:x" .\n'


def test_lines_are_sorted_by_code_point_and_not_by_utf_16_unit():
    values = ["\uff5e", "\U0001f600"]

    canonical = canonicalize(Statement("<urn:a>", "<urn:p>", literal_term(value)) for value in reversed(values))

    assert canonical.lines == tuple(f'<urn:a> <urn:p> "{value}" .\n' for value in values)


def test_the_hash_decides_which_alike_node_comes_first():
    diamond = [
        Statement("_:top", "<urn:p>", "_:left"),
        Statement("_:top", "<urn:q>", "_:right"),
        Statement("_:left", "<urn:p>", "_:end"),
        Statement("_:right", "<urn:p>", "_:end"),
    ]

    assert canonicalize(diamond).labels != canonicalize(diamond, hash_name="sha384").labels


def test_an_unknown_hash_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="sha256 or sha384"):
        canonicalize([], hash_name="md5")


def test_a_canonical_dataset_can_be_pickled():
    canonical = canonicalize(chain(3))

    assert pickle.loads(pickle.dumps(canonical)) == canonical


@settings(max_examples=150, deadline=None)
@given(DATASETS, st.permutations([f"_:n{number}" for number in range(6)]), st.randoms(use_true_random=False))
def test_neither_the_labels_nor_the_order_of_the_input_change_the_text(dataset, new_labels, random):
    labels = {f"_:n{number}": label.replace("n", "other") for number, label in enumerate(new_labels)}
    shuffled = relabelled(dataset, labels)
    random.shuffle(shuffled)

    assert canonicalize(shuffled).text == canonicalize(dataset).text


@settings(max_examples=150, deadline=None)
@given(DATASETS)
def test_canonicalizing_twice_is_canonicalizing_once(dataset):
    text = canonicalize(dataset).text

    assert canonicalize(parse_nquads(text)).text == text


@settings(max_examples=60, deadline=None)
@given(DATASETS, DATASETS)
def test_two_datasets_have_the_same_text_exactly_if_one_is_a_relabelling_of_the_other(first, second):
    # Small enough to try every mapping of at most six blank nodes.
    nodes = [sorted({term for quad in dataset for term in quad if term[:2] == "_:"}) for dataset in (first, second)]
    isomorphic = len(nodes[0]) == len(nodes[1]) and any(
        set(relabelled(first, dict(zip(nodes[0], mapping, strict=True)))) == set(second)
        for mapping in itertools.permutations(nodes[1])
    )

    assert (canonicalize(first).text == canonicalize(second).text) == isomorphic


def test_a_statement_that_mentions_a_blank_node_twice_counts_once():
    """As in rdf-canonize 5.0 for JavaScript; the suite has no such case."""
    canonical = canonicalize([Statement("_:x", "<urn:p>", "_:x"), Statement("<urn:a>", "<urn:p>", "_:y")])

    assert canonical.labels == {"_:x": "_:c14n1", "_:y": "_:c14n0"}


@settings(max_examples=150, deadline=None)
@given(DATASETS)
def test_pyld_gives_the_same_text_where_it_is_right(dataset):
    """pyld does not escape control characters, and counts a statement twice for a blank node that is in it twice."""
    from pyld import jsonld

    plain = [
        quad
        for quad in dataset
        if not re.search("[\\x00-\\x1f\\x7f\\x85\u2028\u2029\\\\]", quad.object)
        and len({term for term in quad if term[:2] == "_:"}) == sum(term[:2] == "_:" for term in quad)
    ]
    nquads = "".join(quad.line() for quad in plain)
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}

    assert canonicalize(plain).text == jsonld.normalize(nquads, options)


def test_a_chain_of_two_hundred_and_fifty_blank_nodes_is_canonicalized():
    canonical = canonicalize(chain(250))

    assert len(canonical.labels) == 251
    assert (
        canonicalize(reversed(relabelled(chain(250), {f"_:x{n}": f"_:y{n}" for n in range(251)}))).text
        == canonical.text
    )


@pytest.mark.parametrize("dataset", [clique(8), clique(12), clique(60), chain(1_000)], ids=["8", "12", "60", "chain"])
def test_a_poison_dataset_is_given_up_after_bounded_work(dataset):
    with pytest.raises(Undecided) as caught:
        canonicalize(dataset)

    assert caught.value.code == "canonicalization_budget_exceeded"


def test_the_budget_counts_steps_and_not_time():
    # A clique of four needs 676 steps.
    assert canonicalize(clique(4), budget=WorkBudget(basic_steps=676, steps_per_node=0)).labels
    with pytest.raises(Undecided):
        canonicalize(clique(4), budget=WorkBudget(basic_steps=675, steps_per_node=0))


def test_many_blank_nodes_that_differ_cost_no_budget():
    dataset = [Statement(f"_:x{n}", "<urn:p>", f'"{n}"') for n in range(2_000)]

    assert len(canonicalize(dataset, budget=WorkBudget(0, 0, 0)).labels) == 2_000


# --- N-Quads -------------------------------------------------------------------------------------------------------
