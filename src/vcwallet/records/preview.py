"""What a plan will show: the documents that leave, what of them cannot be hidden, and by what they can be recognised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from vcwallet.credentials.credential import as_list
from vcwallet.errors import Problem
from vcwallet.records.field_tree import Field
from vcwallet.wire import json_pointer

LinkKind = Literal["id", "salt", "status", "signature", "date"]

_SIGNATURES: Final = {
    "ecdsa-sd-2023": "whatever is derived from this credential has the same signature of the issuer",
    "vc+sd-jwt": "whatever is derived from this credential has the same signature, salts and digests",
}
_ANY_SIGNATURE: Final = "whoever is shown this credential sees the same signature of the issuer"


@dataclass(frozen=True, slots=True)
class Link:
    """Something by which two who were shown a credential can tell that it is the same one."""

    kind: LinkKind
    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One credential as it will leave: `document` is all that it says, without its proof.

    `withheld` is what the learner chose not to show, `fixed` what cannot be hidden, and `links` what stays linkable.
    """

    item: int
    title: str
    securing: str
    document: Mapping[str, Any]
    withheld: tuple[str, ...]
    fixed: tuple[Field, ...]
    links: tuple[Link, ...]
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what a plan will show, in its order. `notes` are about the whole."""

    items: tuple[Shown, ...]
    notes: tuple[Problem, ...]


def links(document: Mapping[str, Any], securing: str) -> tuple[Link, ...]:
    """By what this credential can be recognised when it is shown again."""
    return tuple(_links(document, securing))


def _links(document: Mapping[str, Any], securing: str) -> Iterator[Link]:
    if securing != "bbs-2023":
        yield Link("signature", "/proof", _SIGNATURES.get(securing, _ANY_SIGNATURE))
    if "id" in document:
        yield Link("id", "/id", "the credential has an id of its own")
    for place, subject in _entries(document, "credentialSubject"):
        if "id" in subject:
            yield Link("id", f"{place}/id", "the learner has the same id everywhere")
        for inside, identifier in _entries(subject, "identifier", place):
            kind: LinkKind = "salt" if "salt" in identifier else "id"
            yield Link(kind, inside, "the learner has the same identifier, with the same salt, wherever this is shown")
    for place, entry in _entries(document, "credentialStatus"):
        if entry:
            yield Link("status", place, "the place in a status list is this credential's own")
    for member in ("validFrom", "awardedDate", "issuanceDate", "validUntil", "expirationDate"):
        if member in document:
            yield Link("date", f"/{member}", "a date, with its time of day, may be this credential's own")


def _entries(holder: Mapping[str, Any], member: str, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    value, place = holder.get(member), json_pointer.join(pointer, member)
    for index, entry in enumerate(as_list(value)):
        if isinstance(entry, Mapping):
            yield (json_pointer.join(place, index) if isinstance(value, list) else place), entry
