"""Give the same text to every way of writing the same RDF dataset: RDF Dataset Canonicalization, RDFC-1.0.

Statements come in as a Dataset, with terms that are canonical N-Quads already, and leave as sorted lines in which every
blank node has a canonical label. Nearly all blank nodes are told apart by the statements that mention them (section
4.6); those that look alike go through section 4.8, which takes factorial time on datasets made for it. Its work is
therefore counted, and at a limit that depends only on the dataset the answer is that there is none. A clock plays no
part.

JSON-LD is not known here.
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Final, Literal, TypeAlias

from vcwallet.errors import Undecided
from vcwallet.linked_data.dataset import Dataset, Link
from vcwallet.linked_data.statement import Statement

HashName = Literal["sha256", "sha384"]


@dataclass(frozen=True, slots=True)
class WorkBudget:
    """How much work may go into telling alike blank nodes apart.

    A step is one mention of a blank node looked at, or one place of a permutation. Allowed are
    `basic_steps + steps_per_node` × the number of alike blank nodes, but at most `max_steps`.
    """

    # Two objects with six equal children each take 26,000 steps; every further child multiplies that by seven.
    basic_steps: int = 75_000
    # In a chain of n blank nodes each is explored from each, which takes 3 n steps for every node: n = 250 passes.
    steps_per_node: int = 2_000
    # Two to four µs each. The chain of 250 takes 187,000, a CLR with 500 full badges 11,000.
    max_steps: int = 250_000

    def limit(self, alike_nodes: int) -> int:
        """The steps that are allowed for a dataset with so many blank nodes that look alike."""
        return min(self.basic_steps + self.steps_per_node * alike_nodes, self.max_steps)


DEFAULT_BUDGET: Final = WorkBudget()


@dataclass(frozen=True, slots=True)
class CanonicalRdf:
    """A canonical dataset: its lines in code point order, each with its line feed, and the fate of its blank nodes."""

    lines: tuple[str, ...]
    labels: Mapping[str, str]
    """The canonical label of every blank node of the input, both with `_:`."""

    @property
    def text(self) -> str:
        """The canonical N-Quads document, which is what gets hashed."""
        return "".join(self.lines)


def canonicalize(
    statements: Iterable[Statement] | Dataset, *, hash_name: HashName = "sha256", budget: WorkBudget = DEFAULT_BUDGET
) -> CanonicalRdf:
    """RDFC-1.0 section 4.4. A statement given twice counts once.

    The terms must be canonical N-Quads; they are not looked into. Raises Undecided canonicalization_budget_exceeded.
    """
    if hash_name not in ("sha256", "sha384"):
        raise ValueError(f"hash_name must be sha256 or sha384, not {hash_name!r}")
    dataset = statements if isinstance(statements, Dataset) else Dataset.of(statements)
    labels = _Labelling(dataset, hashlib.sha256 if hash_name == "sha256" else hashlib.sha384, budget).labels()
    lines = set(dataset.ground)
    for node, tails in dataset.tails.items():
        label = labels[node]
        lines.update([label + tail for tail in tails])
    get = labels.get
    for subject, predicate, object_, graph in dataset.links:
        ending = f" {get(graph, graph)} .\n" if graph else " .\n"
        lines.add(f"{get(subject, subject)} {predicate} {get(object_, object_)}{ending}")
    return CanonicalRdf(tuple(sorted(lines)), labels)


_Issued: TypeAlias = dict[str, str]
"""An identifier issuer of section 4.5: the temporary label of each node, in the order of issue."""
_Visit: TypeAlias = tuple[str, _Issued]
"""The arguments of section 4.8 (node, issuer), and its result (hash, issuer)."""


class _Labelling:
    """One run of the algorithm: the canonicalization state of section 4.2."""

    def __init__(self, dataset: Dataset, hash_function: Callable[[bytes], "hashlib._Hash"], budget: WorkBudget) -> None:
        self._hash_function = hash_function
        self._budget = budget
        self._steps_left = 0
        self._labels: dict[str, str] = {}
        self._first_degree: dict[str, str] = {}
        self._related: dict[str, list[tuple[str, str]]] = {}
        self._related_hashes: dict[str, str] = {}
        self._tails = dataset.tails
        # For every blank node the statements that mention it and are not among its tails.
        self._links: dict[str, list[Link]] = {node: [] for node in dataset.tails}
        for link in dict.fromkeys(dataset.links):
            subject, _, object_, graph = link
            if subject[0] == "_":
                self._links.setdefault(subject, []).append(link)
            if object_[0] == "_" and object_ != subject:
                self._links.setdefault(object_, []).append(link)
            if graph[:1] == "_" and graph not in (subject, object_):
                self._links.setdefault(graph, []).append(link)

    def labels(self) -> dict[str, str]:
        """Steps 3 to 5 of section 4.4."""
        if len(self._links) == 1:  # as in the options of a proof: there is nothing to tell it from
            self._label(*self._links)
            return self._labels
        by_hash: dict[str, list[str]] = {}
        for node in self._links:
            self._first_degree[node] = first = self._hash_first_degree(node)
            by_hash.setdefault(first, []).append(node)
        alike = []
        for _, nodes in sorted(by_hash.items()):
            if len(nodes) == 1:
                self._label(nodes[0])
            else:
                alike.append(nodes)
        self._steps_left = self._budget.limit(sum(map(len, alike)))
        for nodes in alike:
            results = []
            for node in nodes:
                if not self._related_nodes(node):
                    # No blank node is beside it, so there is nothing to explore, and what looks like it is equal to it.
                    self._label(node)
                elif node not in self._labels:
                    issued: _Issued = {}
                    _issue(issued, node)
                    results.append(self._hash_n_degree(node, issued))
            for _, issued in sorted(results, key=_hash_of):
                for node in issued:
                    self._label(node)
        return self._labels

    def _label(self, node: str) -> None:
        if node not in self._labels:
            self._labels[node] = f"_:c14n{len(self._labels)}"

    def _hash(self, text: str) -> str:
        return self._hash_function(text.encode()).hexdigest()

    def _hash_first_degree(self, node: str) -> str:
        """Section 4.6: the statements that mention a node, with `_:a` for it and `_:z` for every other blank node."""
        # A set, because the hash is of the statements of a dataset, and none of them is in it twice.
        lines = ["_:a" + tail for tail in set(self._tails.get(node, ()))]
        for subject, predicate, object_, graph in self._links[node]:
            if subject[0] == "_":
                subject = "_:a" if subject == node else "_:z"  # noqa: PLW2901 - as it is written here
            if object_[0] == "_":
                object_ = "_:a" if object_ == node else "_:z"  # noqa: PLW2901
            if graph:
                if graph[0] == "_":
                    graph = "_:a" if graph == node else "_:z"  # noqa: PLW2901
                lines.append(f"{subject} {predicate} {object_} {graph} .\n")
            else:
                lines.append(f"{subject} {predicate} {object_} .\n")
        lines.sort()
        return self._hash("".join(lines))

    def _related_nodes(self, node: str) -> list[tuple[str, str]]:
        """Every blank node beside `node` in a statement, behind the part of its hash (section 4.7) that is fixed."""
        related = self._related.get(node)
        if related is None:
            related = self._related[node] = [
                (position, other)
                for subject, predicate, object_, graph in self._links[node]
                for position, other in (("s" + predicate, subject), ("o" + predicate, object_), ("g", graph))
                if other[:1] == "_" and other != node
            ]
        return related

    def _hash_related(self, position: str, related: str, issued: _Issued) -> str:
        """Section 4.7."""
        identifier = self._labels.get(related) or issued.get(related) or self._first_degree[related]
        text = position + identifier
        known = self._related_hashes.get(text)
        if known is None:
            known = self._related_hashes[text] = self._hash(text)
        return known

    def _hash_n_degree(self, node: str, issued: _Issued) -> _Visit:
        """Section 4.8, with the recursion on a list of our own: a chain of blank nodes may be longer than any stack."""
        visits = [self._visit(node, issued)]
        answer: _Visit | None = None
        while True:
            try:
                request = visits[-1].send(answer)
            except StopIteration as finished:
                visits.pop()
                result: _Visit = finished.value
                if not visits:
                    return result
                answer = result
            else:
                visits.append(self._visit(*request))
                answer = None

    def _visit(self, node: str, issued: _Issued) -> Generator[_Visit, _Visit | None, _Visit]:
        """One call of section 4.8. Where that calls itself, this yields the arguments and is sent the result.

        `issued` is changed, which its section avoids by copying: here a copy is made where there are alternatives.
        """
        related_nodes = self._related_nodes(node)
        self._spend(1 + len(related_nodes))
        groups: dict[str, list[str]] = {}
        for position, related in related_nodes:
            groups.setdefault(self._hash_related(position, related, issued), []).append(related)
        data_to_hash = []
        for related_hash in sorted(groups):
            group = groups[related_hash]
            if len(group) == 1:
                # There is one permutation, as there nearly always is. It cannot be worse than another.
                related = group[0]
                path = self._labels.get(related) or issued.get(related) or ""
                if not path:
                    label = path = _issue(issued, related)
                    visited = yield related, issued
                    assert visited is not None
                    result_hash, issued = visited
                    path += f"{label}<{result_hash}>"
                data_to_hash += [related_hash, path]
                continue
            chosen_path, chosen_issued = "", issued
            for permutation in permutations(group):
                self._spend(len(group))
                issued_here = issued.copy()
                # Step 5.4.4: what was not labelled yet is explored from here, after all have got a temporary label.
                unexplored = []
                path = ""
                for related in permutation:
                    if related in self._labels:
                        path += self._labels[related]
                    else:
                        if related not in issued_here:
                            unexplored.append(related)
                        path += _issue(issued_here, related)
                    if _is_worse(path, chosen_path):
                        break
                else:
                    for related in unexplored:
                        visited = yield related, issued_here
                        assert visited is not None
                        result_hash, issued_there = visited
                        path += f"{issued_here[related]}<{result_hash}>"
                        issued_here = issued_there
                        if _is_worse(path, chosen_path):
                            break
                    else:
                        if not chosen_path or path < chosen_path:
                            chosen_path, chosen_issued = path, issued_here
            data_to_hash += [related_hash, chosen_path]
            issued = chosen_issued
        return self._hash("".join(data_to_hash)), issued

    def _spend(self, steps: int) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise Undecided(
                "canonicalization_budget_exceeded",
                "the document has too many blank nodes that look alike to be canonicalized with a bounded effort",
                hint="give the objects of the document ids of their own",
            )


def _issue(issued: _Issued, node: str) -> str:
    """Section 4.5."""
    label = issued.get(node)
    if label is None:
        label = issued[node] = f"_:b{len(issued)}"
    return label


def _is_worse(path: str, chosen_path: str) -> bool:
    return bool(chosen_path) and len(path) >= len(chosen_path) and path > chosen_path


def _hash_of(result: _Visit) -> str:
    return result[0]
