"""Decide, before a schema from elsewhere is evaluated, that doing so is certain to end soon.

A JSON Schema is a program: with references to itself it can run for ever, or double its work with every level of the
document. The validator cannot be interrupted, so the work is added up first: each pair of a subschema and a value
counts once, with what the pairs below it cost. Where the sum cannot be known from the schema itself (other documents,
embedded resources), or is too high, the answer is Undecided credential_schema_unusable.

Patterns are not looked at here: they are run by an engine whose time is linear, and only their number is limited.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.wire import json_pointer

MAX_SCHEMA_NODES: Final = 20_000  # the largest published schema (any achievement credential) has 4,000
MAX_PATTERNS: Final = 200  # each may take a quarter of a megabyte when compiled; the published schemas have 160
MAX_PAIRS: Final = 300_000  # about a second of adding up; the largest sample with the published schema has 5,000
MAX_COST: Final = 3_000_000  # about a second in the validator
MAX_NESTING: Final = 200  # subschemas inside each other, over all levels of the document
# The validator looks at what `unevaluated…` depends on more than once: measured, between two and three times per level.
UNEVALUATED_FACTOR: Final = 4
TEXT_PER_STEP: Final = 64  # characters that a pattern or a length covers in the time of one simple rule

# Keywords whose value is a schema, or schemas, for the very value they stand at …
_HERE_ONE: Final = ("not", "if", "then", "else")
_HERE_MANY: Final = ("allOf", "anyOf", "oneOf")
_HERE_BY_NAME: Final = ("dependentSchemas", "dependencies")
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
# … for the members of an object, for the items of an array, and for nothing unless referred to.
_FOR_MEMBERS: Final = ("additionalProperties", "unevaluatedProperties")
_MEMBERS_BY_NAME: Final = ("properties", "patternProperties")
_FOR_ITEMS: Final = ("items", "additionalItems", "unevaluatedItems", "contains")
_DEFINITIONS: Final = ("$defs", "definitions")


def unusable(why: str) -> Undecided:
    """The error for a schema that cannot be evaluated, which is no statement about the credential."""
    return Undecided("credential_schema_unusable", f"the schema that the credential names cannot be applied: {why}")


def cost_of(schema: dict[str, Any], document: object) -> int:
    """What evaluating the schema on the document costs at most, in simple rules.

    Both must be JSON (wire.strict_json). Nothing is said about whether the schema is a valid one. Raises Undecided
    credential_schema_unusable for more than MAX_COST, and where the other limits are passed.
    """
    return _Estimate(schema).cost(schema, document, 0)


class _Estimate:
    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._own_id = root["$id"].rstrip("#") if isinstance(root.get("$id"), str) else None
        self._anchors: dict[str, Any] = {}
        self._targets: dict[int, list[Any]] = {}
        self._weights: dict[int, int] = {}
        self._costs: dict[tuple[int, int], int | None] = {}
        self._read()

    def cost(self, schema: Any, value: Any, nesting: int) -> int:
        """What applying a subschema to a value costs at most, in simple rules."""
        if not isinstance(schema, dict):
            return 1
        pair = (id(schema), id(value))
        if pair in self._costs:
            known = self._costs[pair]
            if known is None:
                raise unusable("it refers to itself without going further into the document")
            return known
        if len(self._costs) >= MAX_PAIRS or nesting > MAX_NESTING:
            raise unusable("applying it to this document would take too long")
        self._costs[pair] = None
        factor = UNEVALUATED_FACTOR if "unevaluatedProperties" in schema or "unevaluatedItems" in schema else 1
        total = self._weights[id(schema)]
        if isinstance(value, str):
            total += len(value) // TEXT_PER_STEP * len(schema)
        for applied, to in self._applied(schema, value):
            total += factor * self.cost(applied, to, nesting + 1)
            if total > MAX_COST:
                raise unusable("applying it to this document would take too long")
        self._costs[pair] = total
        return total

    def _applied(self, schema: dict[str, Any], value: Any) -> Iterator[tuple[Any, Any]]:
        """Each subschema with each value that it may be applied to; more than in truth, never less."""
        for here in (*_subschemas_here(schema), *self._targets.get(id(schema), ())):
            yield here, value
        if isinstance(value, dict):
            properties = _by_name(schema, "properties")
            others = [schema[keyword] for keyword in _FOR_MEMBERS if keyword in schema]
            others.extend(_by_name(schema, "patternProperties").values())
            for name, member in value.items():
                if name in properties:
                    yield properties[name], member
                for other in others:
                    yield other, member
                if "propertyNames" in schema:
                    yield schema["propertyNames"], name
        elif isinstance(value, list):
            positional = [*_listed(schema, "prefixItems"), *_listed(schema, "items")]
            yield from zip(positional, value, strict=False)
            for keyword in _FOR_ITEMS:
                if keyword in schema and not isinstance(schema[keyword], list):
                    for item in value:
                        yield schema[keyword], item

    def _read(self) -> None:
        """Visit every subschema once: count it, weigh it, remember its anchors and what it refers to."""
        seen: set[int] = set()
        referring: list[tuple[dict[str, Any], str]] = []
        patterns = nodes = 0
        waiting: list[Any] = [self._root]
        while waiting or referring:
            while waiting:
                schema = waiting.pop()
                if not isinstance(schema, dict) or id(schema) in seen:
                    continue
                seen.add(id(schema))
                if "$id" in schema and schema is not self._root:
                    raise unusable("it contains another schema with an identifier of its own")
                self._weights[id(schema)] = weight = _weight(schema)
                nodes += weight
                patterns += ("pattern" in schema) + len(_by_name(schema, "patternProperties"))
                if nodes > MAX_SCHEMA_NODES or patterns > MAX_PATTERNS:
                    raise unusable("it is too large")
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(schema.get(keyword), str):
                        self._anchors[schema[keyword]] = schema
                referring.extend((schema, schema[key]) for key in _REFERENCES if key in schema)
                waiting.extend(_subschemas(schema))
            # References last: only now all anchors are known. What they lead to may be new, so the search goes on.
            for schema, reference in referring:
                target = self._target(reference)
                self._targets.setdefault(id(schema), []).append(target)
                waiting.append(target)
            referring.clear()

    def _target(self, reference: Any) -> Any:
        address, _, fragment = reference.partition("#") if isinstance(reference, str) else ("?", "", "")
        if address not in {"", self._own_id}:
            raise unusable("it refers to another document")
        fragment = unquote(fragment)
        if fragment in self._anchors:
            return self._anchors[fragment]
        try:
            return json_pointer.resolve(self._root, fragment)
        except (Malformed, Refused) as exc:
            raise unusable("it refers to something that it does not contain") from exc


def _subschemas(schema: dict[str, Any]) -> Iterator[Any]:
    yield from _subschemas_here(schema)
    for keyword in (*_MEMBERS_BY_NAME, *_DEFINITIONS):
        yield from _by_name(schema, keyword).values()
    for keyword in (*_FOR_MEMBERS, *_FOR_ITEMS, "propertyNames"):
        if keyword in schema and not isinstance(schema[keyword], list):
            yield schema[keyword]
    yield from _listed(schema, "prefixItems")
    yield from _listed(schema, "items")


def _subschemas_here(schema: dict[str, Any]) -> Iterator[Any]:
    for keyword in _HERE_ONE:
        if keyword in schema:
            yield schema[keyword]
    for keyword in _HERE_MANY:
        yield from _listed(schema, keyword)
    for keyword in _HERE_BY_NAME:
        yield from _by_name(schema, keyword).values()


def _by_name(schema: dict[str, Any], keyword: str) -> dict[str, Any]:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}


def _listed(schema: dict[str, Any], keyword: str) -> list[Any]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def _weight(schema: dict[str, Any]) -> int:
    """How many simple rules a schema states by itself: its keywords, and the values that they list."""
    listed: Iterable[Any] = [schema[key] for key in ("enum", "const", "required", "dependentRequired") if key in schema]
    return 1 + len(schema) + sum(_size(value) for value in listed)


def _size(value: Any) -> int:
    total, waiting = 0, [value]
    while waiting and total <= MAX_SCHEMA_NODES:
        entry = waiting.pop()
        total += 1
        if isinstance(entry, dict):
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
    return total
