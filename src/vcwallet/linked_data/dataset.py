"""The statements of one document, held as the text that canonicalization hashes.

Most statements name no blank node, or one as their subject and nowhere else. Of the former the whole line is final
before anything is canonicalized, of the latter everything behind the subject. Only what remains has to be held term by
term. Whoever makes statements fills a dataset; `Dataset.of` sorts in those that somebody else has made.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from vcwallet.linked_data.statement import Statement

Link = tuple[str, str, str, str]
"""Subject, predicate, object and graph, as in Statement."""


@dataclass(slots=True)
class Dataset:
    """RDF statements, perhaps some of them more than once. Filled by one, and not changed any more once it is read."""

    ground: list[str] = field(default_factory=list)
    """Lines without blank nodes."""
    tails: dict[str, list[str]] = field(default_factory=dict)
    """For blank nodes as subjects: the rest of each line, from the space before the predicate, without blank nodes."""
    links: list[Link] = field(default_factory=list)
    """Every other statement with a blank node: as object, as graph, or beside a graph."""

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> "Dataset":
        """The dataset of these statements, whose terms are canonical N-Quads; they are not looked into."""
        dataset = cls()
        for statement in statements:
            subject, predicate, object_, graph = statement
            if object_[0] == "_" or graph[:1] == "_":
                dataset.links.append(statement)
            elif subject[0] != "_":
                dataset.ground.append(statement.line())
            elif graph:
                dataset.tails.setdefault(subject, []).append(f" {predicate} {object_} {graph} .\n")
            else:
                dataset.tails.setdefault(subject, []).append(f" {predicate} {object_} .\n")
        return dataset

    def statements(self) -> list[Statement]:
        """Every statement, each once."""
        found = dict.fromkeys(_split(line) for line in self.ground)
        for subject, tails in self.tails.items():
            found.update(dict.fromkeys(_split(subject + tail) for tail in tails))
        found.update(dict.fromkeys(Statement(*link) for link in self.links))
        return list(found)

    def __bool__(self) -> bool:
        return bool(self.ground or self.tails or self.links)


def _split(line: str) -> Statement:
    # Neither an IRI nor a label has a space or a quotation mark in it, so the last mark of a line ends its literal.
    subject, predicate, rest = line.split(" ", 2)
    end = rest.rfind('"') + 1
    object_, _, graph = rest[end:-3].partition(" ")
    return Statement(subject, predicate, rest[:end] + object_, graph)
