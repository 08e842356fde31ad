"""A credential as a tree of fields, each with what its holder can do about it, and why.

- *can be withheld*: by itself. `needed_by` are other fields that make no sense without it and must then go too.
- *shown*: together with the field that `with_pointer` names, and withheld together with it: the id and the type of an
  object, the items of a list, a result and its status, a credential inside another.
- *cannot be hidden*: the issuer made it mandatory, the credential would be none of its kind without it, or the whole
  credential was signed as one piece.

That something can be withheld is found out and not looked up: by the proof, and by the rules of the credential's structure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from vcwallet.credentials.embedded import embedded_credentials
from vcwallet.errors import Problem, Refused, Undecided
from vcwallet.linked_data import selection
from vcwallet.operations import document_checks
from vcwallet.operations.deriving import DivisibleToken, divisible_places, find_divisible
from vcwallet.operations.signed import Signed, secured_text, unverified_document
from vcwallet.securing.envelope import recognise
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit
from vcwallet.wire import json_pointer

State = Literal["can be withheld", "shown", "cannot be hidden"]
Reason = Literal["", "mandatory", "required", "one_piece", "goes_with", "coupled"]

# Each field that may be withheld costs one look at the structure without it. The fullest badge seen has 120.
MAX_FIELDS: Final = 2_000

# What `find_divisible` says of a credential that can only be shown as it is.
_ONE_PIECE: Final = frozenset({"not_divisible", "not_a_base_proof"})
_RESULT: Final = "/credentialSubject/result/"
_WITH_AN_OBJECT: Final = frozenset({"id", "type", "@id", "@type"})


@dataclass(frozen=True, slots=True)
class Field:
    """One member or item of a credential. `value` is None for what has `children`."""

    pointer: str
    name: str
    value: Any
    state: State
    reason: Reason = ""
    because: str = ""
    with_pointer: str | None = None
    needed_by: tuple[str, ...] = ()
    children: "tuple[Field, ...]" = ()

    def walk(self) -> "Iterator[Field]":
        """This field and all inside it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    def at(self, pointer: str) -> "Field":
        """The field at a place. Raises `Refused` pointer_not_found."""
        for field in self.walk():
            if field.pointer == pointer:
                return field
        raise Refused("pointer_not_found", f"the credential has no field {pointer[:200]!r}", pointer=pointer)


def fields(credential: Signed | bytes | str | Mapping[str, Any], *, toolkit: Toolkit | None = None) -> Field:
    """The tree of a credential's fields; its root stands for the whole.

    Raises `Malformed` for what is no credential, `Undecided` too_many_fields and for contexts that are not at hand.
    """
    toolkit = toolkit or standard_toolkit()
    try:
        divisible = find_divisible(credential, toolkit)
    except Refused as refusal:
        if refusal.code not in _ONE_PIECE:
            raise
        document = unverified_document(recognise(secured_text(credential)))
        return _Tree(document, _OnePiece(refusal.problem)).root()
    document = dict(divisible.document)
    document.pop("proof", None)
    if isinstance(divisible, DivisibleToken):
        return _Tree(document, _Token(divisible)).root()
    return _Tree(document, _Places(document, divisible_places(divisible, toolkit), divisible.mandatory)).root()


def is_divisible(credential: Signed | bytes | str | Mapping[str, Any], *, toolkit: Toolkit | None = None) -> bool:
    """Whether its issuer left something that its holder may withhold: a base proof, or an SD-JWT, not all of it mandatory.

    What exactly may be withheld only `fields` says, which takes longer. Raises `Malformed` for what is no credential.
    """
    try:
        divisible = find_divisible(credential, toolkit or standard_toolkit())
    except Refused as refusal:
        if refusal.code not in _ONE_PIECE:
            raise
        return False
    if isinstance(divisible, DivisibleToken):
        return bool(divisible.disclosed)
    document = divisible.unsecured
    return set(selection.shown_leaves(document, divisible.mandatory)) != set(selection.leaves(document))


@dataclass(frozen=True, slots=True)
class _Fate:
    state: State
    reason: Reason = ""
    because: str = ""
    with_pointer: str | None = None


class _OnePiece:
    """A credential that cannot be divided."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def fate(self, pointer: str, around: str | None) -> _Fate:
        del pointer, around
        return _Fate("cannot be hidden", "one_piece", self._problem.message)


class _Token:
    """A credential as SD-JWT."""

    def __init__(self, divisible: DivisibleToken) -> None:
        self._disclosed = divisible.disclosed

    def fate(self, pointer: str, around: str | None) -> _Fate | None:
        if pointer in self._disclosed:
            return None
        if around is not None:
            return _together("goes_with", "the issuer left no way to withhold it by itself", around)
        return _Fate("cannot be hidden", "mandatory", "the issuer left no way to withhold it")


class _Places:
    """A credential with a base proof."""

    def __init__(self, document: Mapping[str, Any], divisible: frozenset[str], mandatory: tuple[str, ...]) -> None:
        always = selection.shown_leaves(document, mandatory)
        self._always = frozenset(place for leaf in always for place in _enclosing(leaf))
        self._divisible = divisible

    def fate(self, pointer: str, around: str | None) -> _Fate | None:
        if pointer in self._always:
            return _Fate("cannot be hidden", "mandatory", "the issuer does not allow it to be withheld")
        if pointer.rpartition("/")[2] in _WITH_AN_OBJECT:
            return _together("goes_with", "the id and the type of an object are shown with it", around)
        if pointer not in self._divisible:
            return _together("goes_with", "it is signed as one piece with what encloses it", around)
        return None


def _together(reason: Reason, because: str, around: str | None) -> _Fate:
    """Withheld with what encloses it, if that can be withheld."""
    return _Fate("cannot be hidden" if around is None else "shown", reason, because, around)


def _enclosing(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


class _Tree:
    def __init__(self, document: Mapping[str, Any], choice: _OnePiece | _Token | _Places) -> None:
        self._document = dict(document)
        self._choice = choice
        self._faults = frozenset(_places_of(document_checks.structure_faults(self._document)))
        self._embedded = frozenset(inside.pointer for inside in embedded_credentials(self._document))
        self._left = MAX_FIELDS

    def root(self) -> Field:
        children = tuple(self._children("", self._document, None))
        if isinstance(self._choice, _OnePiece):
            whole = self._choice.fate("", None)
            return Field("", "", None, whole.state, whole.reason, whole.because, children=children)
        return Field("", "", None, "shown", because="leave the whole credential out instead", children=children)

    def _children(self, pointer: str, value: Any, around: str | None) -> Iterator[Field]:
        members = value.items() if isinstance(value, Mapping) else enumerate(value)
        for name, member in members:
            if not (name in ("@context", "proof") and not pointer):
                yield self._field(json_pointer.join(pointer, name), str(name), member, around)

    def _field(self, pointer: str, name: str, value: Any, around: str | None) -> Field:
        self._left -= 1
        if self._left < 0:
            raise Undecided("too_many_fields", f"only credentials of up to {MAX_FIELDS} fields are shown one by one")
        fate, needed_by = self._fate(pointer, around)
        children: tuple[Field, ...] = ()
        is_one = pointer in self._embedded or name in _WITH_AN_OBJECT
        if isinstance(value, dict | list) and value and not is_one and "@value" not in value:
            inner = pointer if fate.state == "can be withheld" else around
            children = tuple(self._children(pointer, value, inner))
        return Field(
            pointer,
            name,
            None if children else value,
            fate.state,
            fate.reason,
            fate.because,
            fate.with_pointer,
            needed_by,
            children,
        )

    def _fate(self, pointer: str, around: str | None) -> tuple[_Fate, tuple[str, ...]]:
        fate = self._choice.fate(pointer, around)
        if fate is not None:
            return fate, ()
        if pointer.startswith(_RESULT) and pointer.count("/") > _RESULT.count("/"):
            return _together("coupled", "a result is one thing with its value and its status", around), ()
        problems = document_checks.structure_faults(selection.without(self._document, [pointer]))
        new = [problem for problem in problems if (problem.code, problem.pointer) not in self._faults]
        parent = pointer.rpartition("/")[0]
        elsewhere = tuple(sorted({problem.pointer for problem in new if not _is_about(problem.pointer, parent)}))
        if len(elsewhere) < len({problem.pointer for problem in new}):
            because = f"without it this is no credential of its kind: {new[0].message}"
            return _together("required", because, around), ()
        if elsewhere:
            return _Fate("can be withheld", "coupled", "others refer to it, and must be withheld too"), elsewhere
        return _Fate("can be withheld"), ()


def _places_of(problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for problem in problems:
        yield problem.code, problem.pointer


def _is_about(place: str, parent: str) -> bool:
    """Whether a fault at a place is that something is missing in `parent`, or around it."""
    return place in {parent, ""} or parent.startswith(f"{place}/") or place.rpartition("/")[0] == parent
