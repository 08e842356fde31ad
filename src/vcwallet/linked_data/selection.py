"""Choose a part of a document by JSON pointers, and tell which of its statements the part makes.

The selection is that of VC-DI-ECDSA 3.4.11 to 3.4.13: what a pointer names is taken whole, and of every object on the way
its `id` and its `type`, without which the part would mean something else; at the root also `@context`. Arrays lose their
gaps. The statements of a part must all be statements of the whole: a pointer that cuts through what is one statement, into
a list, a JSON literal or a language value, is refused.

`Disclosure` brings this together with canonicalization for the suites that sign every statement for itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from vcwallet.errors import Refused, VcwalletError
from vcwallet.linked_data.blank_nodes import Named, Read, name_objects, relabelled
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.statement import Statement
from vcwallet.wire import json_pointer

# A learner record of 500 badges with 20 fields each has 10,000 leaves; a selection needs a pointer for each at most.
MAX_POINTERS: Final = 10_000
# To name the pointer that is to blame, each is tried by itself, and each is a reading of a part.
_MAX_TRIED: Final = 100
_ALWAYS_WITH_AN_OBJECT: Final = frozenset({"id", "@id", "type", "@type"})

_Tree: TypeAlias = dict[str, "_Tree | None"]
"""Which members are selected, and what of them; None is everything."""

LabelMap = Callable[[Iterable[str]], Mapping[str, str]]
"""Gives the label that a suite has for each canonical label, both with `_:`."""


def select(document: Mapping[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """The part of the document that the pointers name, in the order of the document. Without pointers there is none: {}.

    Values are shared with the original. Raises `Malformed` pointer_syntax, `Refused` pointer_not_found, too_many_pointers.
    """
    tree = _tree(document, pointers)
    if tree is None:
        return dict(document)
    selected: dict[str, Any] = _selected(document, tree) if tree else {}
    return {"@context": document["@context"], **selected} if tree and "@context" in document else selected


def _tree(document: Mapping[str, Any], pointers: Iterable[str]) -> "_Tree | None":
    whole = dict(document)
    root: _Tree = {}
    for count, pointer in enumerate(pointers):
        if count >= MAX_POINTERS:
            raise Refused("too_many_pointers", f"at most {MAX_POINTERS} pointers make a selection")
        json_pointer.resolve(whole, pointer)
        tokens = json_pointer.split(pointer)
        if not tokens:
            return None
        branch = root
        for token in tokens[:-1]:
            next_branch = branch.setdefault(token, {})
            if next_branch is None:
                break
            branch = next_branch
        else:
            branch[tokens[-1]] = None
    return root


def _selected(value: Any, tree: "_Tree | None") -> Any:
    if tree is None:
        return value
    if isinstance(value, list):
        return [_selected(value[index], tree[str(index)]) for index in sorted(map(int, tree))]
    selected = {}
    for name, member in value.items():
        if name in _ALWAYS_WITH_AN_OBJECT and not _is_blank(member):
            selected[name] = member
        elif name in tree:
            selected[name] = _selected(member, tree[name])
    return selected


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and value[:2] == "_:"


def everything_but(document: Mapping[str, Any], withheld: Iterable[str]) -> tuple[str, ...]:
    """Pointers to all of the document except what these pointers name: as few as there can be.

    Raises `Malformed` pointer_syntax, `Refused` pointer_not_found, too_many_pointers, and everything_withheld for "".
    """
    tree = _tree(document, withheld)
    if tree is None:
        raise Refused("everything_withheld", "nothing is left when the whole document is withheld")
    return tuple(_kept(document, tree, ""))


def _kept(value: Any, tree: "_Tree | None", pointer: str) -> Iterable[str]:
    if tree is None:
        return
    if not tree:
        yield pointer
        return
    members = value.items() if isinstance(value, Mapping) else ((str(index), item) for index, item in enumerate(value))
    for name, member in members:
        if name != "@context" or pointer:
            yield from _kept(member, tree.get(name, {}), json_pointer.join(pointer, name))


def without(document: Mapping[str, Any], withheld: Iterable[str]) -> dict[str, Any]:
    """The document without what these pointers name, and with nothing else changed. Raises as `everything_but`."""
    tree = _tree(document, withheld)
    if tree is None:
        raise Refused("everything_withheld", "nothing is left when the whole document is withheld")
    left: dict[str, Any] = _left(document, tree)
    return left


def _left(value: Any, tree: _Tree) -> Any:
    if isinstance(value, Mapping):
        pairs = ((name, member, tree.get(name, {})) for name, member in value.items())
        return {
            name: _left(member, branch) if branch else member for name, member, branch in pairs if branch is not None
        }
    items = ((item, tree.get(str(index), {})) for index, item in enumerate(value))
    return [_left(item, branch) if branch else item for item, branch in items if branch is not None]


def shown_leaves(document: Mapping[str, Any], pointers: Iterable[str]) -> tuple[str, ...]:
    """The place in the document of every value that a selection shows, those that come along with others too."""
    return tuple(_texts(select(_places(document, ""), pointers)))


def leaves(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The place of every value that is no object and no array with something in it."""
    return tuple(_texts(_places(document, "")))


def _places(value: Any, pointer: str) -> Any:
    """The value with its place instead of each value inside."""
    if isinstance(value, Mapping) and value:
        return {name: _places(member, json_pointer.join(pointer, name)) for name, member in value.items()}
    if isinstance(value, list) and value:
        return [_places(item, json_pointer.join(pointer, index)) for index, item in enumerate(value)]
    return pointer


def _texts(places: Any) -> Iterable[str]:
    if isinstance(places, str):
        yield places
    else:
        for place in places.values() if isinstance(places, Mapping) else places:
            yield from _texts(place)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A document whose statements can be shown one by one.

    `lines` are its canonical N-Quads under the suite's own labels, in code point order; signatures are numbered by them.
    """

    lines: tuple[str, ...]
    _original: Mapping[str, Any]
    _named: Named
    _read: Read
    _statements: frozenset[Statement]
    _labels: Mapping[str, str]

    @classmethod
    def of(cls, document: Mapping[str, Any], read: Read, label_map: LabelMap) -> "Disclosure":
        """Read and canonicalize a document (VC-DI-ECDSA 3.5.1). Raises what `read` and `canonicalize` raise."""
        named, statements = name_objects(document, read)
        labels = _own_labels(canonicalize(statements).labels, label_map)
        lines = sorted({statement.line() for statement in relabelled(statements, labels)})
        return cls(tuple(lines), document, named, read, frozenset(statements), labels)

    def indexes(self, pointers: Sequence[str]) -> tuple[int, ...]:
        """Which lines the pointers reach, in order.

        Raises as `select`, and `Refused` pointer_splits_statement for a pointer that cuts through what is one statement.
        """
        return self._numbers(self._selected(pointers))

    @property
    def named_document(self) -> Mapping[str, Any]:
        """The document with a name for every object in it."""
        return self._named.document

    def can_show(self, pointer: str) -> bool:
        """Whether the pointer names something that is signed by itself. Raises what reading raises."""
        try:
            self._selected([pointer])
        except Refused as problem:
            if problem.code != "pointer_splits_statement":
                raise
            return False
        return True

    def shown(self, pointers: Sequence[str]) -> "Shown":
        """The part that the pointers name, and what its reader finds in it. Raises as `indexes`."""
        statements = self._selected(pointers)
        labels = {new: self._labels[old] for old, new in canonicalize(statements).labels.items()}
        return Shown(select(self._original, pointers), self._numbers(statements), labels)

    def _numbers(self, statements: Iterable[Statement]) -> tuple[int, ...]:
        numbers = {line: number for number, line in enumerate(self.lines)}
        lines = {statement.line() for statement in relabelled(statements, self._labels)}
        return tuple(sorted(numbers[line] for line in lines))

    def _selected(self, pointers: Sequence[str]) -> list[Statement]:
        part = select(self._named.document, pointers)
        if not part:
            return []
        try:
            statements = self._named.unnamed(self._read(part))
        except VcwalletError as problem:
            raise self._splitting(pointers) or problem from problem
        if not self._statements.issuperset(statements):
            raise self._splitting(pointers) or _splits("")
        return statements

    def _splitting(self, pointers: Sequence[str]) -> Refused | None:
        """Name the pointer that is to blame, if it is one alone."""
        if len(pointers) == 1:
            return _splits(pointers[0])
        for pointer in pointers[:_MAX_TRIED]:
            try:
                self._selected([pointer])
            except VcwalletError:
                return _splits(pointer)
        return None


def divisible_places(document: Mapping[str, Any], read: Read) -> frozenset[str]:
    """Every place that can be selected without cutting through what is one statement. Raises what `read` raises."""
    whole = Disclosure.of(document, read, lambda labels: {label: label for label in labels})
    found: set[str] = set()

    def look(value: Any, named: Any, pointer: str) -> None:
        if isinstance(value, Mapping):
            # What got no name is no object to the contexts, but part of a literal.
            if "id" not in named and "@id" not in named:
                return
            members = [(name, member, named[name]) for name, member in value.items() if name != "@context"]
        else:
            members = [(str(index), item, named[index]) for index, item in enumerate(value)]
            if len(members) > 1 and not isinstance(value[0], Mapping) and not whole.can_show(f"{pointer}/0"):
                return
        for name, member, named_member in members:
            place = json_pointer.join(pointer, name)
            found.add(place)
            if isinstance(member, Mapping | list):
                look(member, named_member, place)

    look(document, whole.named_document, "")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a document: `indexes` are its lines in the whole, `labels` the suite's label for each canonical one."""

    document: dict[str, Any]
    indexes: tuple[int, ...]
    labels: Mapping[str, str]


def read_shown(document: Mapping[str, Any], read: Read, label_map: LabelMap) -> tuple[str, ...]:
    """The lines of a document as its reader finds it, under the labels that the map gives to the canonical ones."""
    statements = read(document)
    labels = _own_labels(canonicalize(statements).labels, label_map)
    return tuple(sorted({statement.line() for statement in relabelled(statements, labels)}))


def _own_labels(canonical: Mapping[str, str], label_map: LabelMap) -> dict[str, str]:
    own = label_map(canonical.values())
    return {node: own[label] for node, label in canonical.items()}


def _splits(pointer: str) -> Refused:
    return Refused(
        "pointer_splits_statement",
        "what the pointer names is signed as one piece with what is around it, so it cannot be shown without that",
        pointer=pointer,
        hint="name the whole list or value instead",
    )
