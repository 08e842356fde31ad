"""Reading CTDL JSON-LD as it is published: nodes by id, and values whatever way they were written.

The Credential Registry and its tools write a graph of nodes with prefixed terms. References are strings or objects with
an `@id`, texts are strings or language maps, membership terms come from two vocabularies, and a single value may stand
without its list. Nothing of JSON-LD is processed here: the prefixes are read as they stand, and no context is fetched.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcwallet.credentials.credential import as_list
from vcwallet.errors import Malformed
from vcwallet.pathways.language_text import UNDETERMINED, LanguageText

CONTEXT: Final = "https://credreg.net/ctdl/schema/context/json"

# Terms that are published under more than one name; the first is the one that we write.
HAS_PART: Final = ("ceasn:hasPart", "ceterms:hasPart")
HAS_CHILD: Final = ("ceasn:hasChild", "ceterms:hasChild")
IS_CHILD_OF: Final = ("ceasn:isChildOf", "ceterms:isChildOf")
IS_PART_OF: Final = ("ceasn:isPartOf", "ceterms:isPartOf")
DESTINATION: Final = ("ceterms:hasDestinationComponent",)
DESTINATION_OF: Final = ("ceterms:isDestinationComponentOf",)
CONDITION: Final = ("ceterms:hasCondition",)
TARGET: Final = ("ceterms:targetComponent",)
CONSTRAINT: Final = ("ceterms:hasConstraint",)
PREREQUISITE: Final = ("ceterms:prerequisite",)
PRECEDED_BY: Final = ("ceterms:precededBy",)
PRECEDES: Final = ("ceterms:precedes",)
SOURCE: Final = ("ceterms:sourceData", "ceterms:proxyFor")
OFFERED_BY: Final = ("ceterms:offeredBy", "ceterms:ownedBy", "ceterms:publishedBy")

# What we write between the address of a step and the place of one of its requirements, which is a component in CTDL.
PART_MARK: Final = "~requires"
# The type of the identifier under which a component carries the key of something that is confirmed by hand.
MANUAL_KEY: Final = "urn:vcwallet:manual-key"

Node = Mapping[str, Any]


def step_prefix(pathway_id: str) -> str:
    """What stands before a step's id where it is no address of its own."""
    return f"{pathway_id}#step-"


def nodes_of(document: Mapping[str, Any]) -> dict[str, Node]:
    """Every node of a document by its id: those of `@graph`, those beside it, and those written inside others.

    Raises Malformed ctdl_no_graph.
    """
    graph = document.get("@graph", [document])
    if not isinstance(graph, list):
        raise Malformed("ctdl_no_graph", "expected @graph to be a list of nodes", pointer="/@graph")
    found: dict[str, Node] = {}
    waiting: list[Any] = list(reversed(graph))
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, Mapping):
            node_id = value.get("@id")
            # An object with nothing but an id is a reference; the first node with an id is the one that counts.
            if isinstance(node_id, str) and len(value) > 1:
                found.setdefault(node_id, value)
            waiting.extend(reversed([inner for inner in value.values() if isinstance(inner, list | Mapping)]))
    return found


def types_of(node: Node) -> tuple[str, ...]:
    """The types of a node, without their prefix."""
    return tuple(local(name) for name in as_list(node.get("@type")) if isinstance(name, str))


def local(name: str) -> str:
    """A prefixed term or the address of one without what comes before its last part."""
    return name.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]


def references(node: Node, terms: tuple[str, ...]) -> tuple[str, ...]:
    """The ids that a node names under any of these terms, each once."""
    return tuple(dict.fromkeys(reference for term in terms for reference in _references(node.get(term))))


def _references(value: Any) -> Iterator[str]:
    for entry in as_list(value):
        reference = entry.get("@id") if isinstance(entry, Mapping) else entry
        if isinstance(reference, str) and reference:
            yield reference


def objects(node: Node, terms: tuple[str, ...], nodes: Mapping[str, Node]) -> list[Node]:
    """The nodes under these terms: written in place, or referred to."""
    found: list[Node] = []
    for term in terms:
        for entry in as_list(node.get(term)):
            if isinstance(entry, Mapping) and not set(entry) <= {"@id"}:
                found.append(entry)
            else:
                found.extend(nodes[reference] for reference in _references(entry) if reference in nodes)
    return found


def text(node: Node, term: str) -> LanguageText:
    """A text: a string, a language map, or value objects; texts that are not strings are left out."""
    entries: dict[str, str] = {}
    for value in as_list(node.get(term)):
        if isinstance(value, str):
            entries.setdefault(UNDETERMINED, value)
        elif isinstance(value, Mapping) and isinstance(value.get("@value"), str):
            tag = value.get("@language")
            entries.setdefault(tag if isinstance(tag, str) else UNDETERMINED, value["@value"])
        elif isinstance(value, Mapping):
            entries.update(
                {tag: one for tag, one in value.items() if isinstance(one, str) and one and tag not in entries}
            )
    return LanguageText.of({tag: one for tag, one in entries.items() if one})


def whole_number(node: Node, term: str) -> int | None:
    """A number that may have been written as a text; None for anything else."""
    value = node.get(term)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - cheap to read
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
