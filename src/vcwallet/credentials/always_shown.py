"""What the holder of a credential must not be able to leave out, whatever else the issuer allows.

A reader who does not see who issued a credential, when it ends, how it can be withdrawn or whom it is about would be
misled by a signature that fits (VC-DI-ECDSA 5.1, VC-DI-BBS 4.1).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from vcwallet.wire import json_pointer

_MEMBERS: Final = (
    "type",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "credentialStatus",
    "credentialSchema",
)
_SUBJECT_MEMBERS: Final = ("id", "type")
_NEVER_BY_THEMSELVES: Final = frozenset({"@context", "id", "type", "proof"})


def may_be_withheld(document: Mapping[str, Any], mandatory: Sequence[str] = ()) -> tuple[str, ...]:
    """Every member that a holder may leave out by itself, those inside others too; and every object in an array.

    The id and the type of an object stay with it: they say what it is.
    """
    kept = frozenset((*always_shown(document), *mandatory))
    return tuple(_parts(document, "", kept))


def _parts(value: Mapping[str, Any], pointer: str, kept: frozenset[str]) -> Iterator[str]:
    for name, member in value.items():
        place = json_pointer.join(pointer, name)
        if name in _NEVER_BY_THEMSELVES or place in kept:
            continue
        if not any(always.startswith(f"{place}/") for always in kept):
            yield place
        for index, item in enumerate(member if isinstance(member, list) else [member]):
            inside = json_pointer.join(place, index) if isinstance(member, list) else place
            if isinstance(item, Mapping) and "@value" not in item:
                if isinstance(member, list) and len(member) > 1:
                    yield inside
                yield from _parts(item, inside, kept)


def always_shown(document: Mapping[str, Any]) -> tuple[str, ...]:
    """JSON pointers to those of these members that the credential has. Never raises."""
    pointers = [json_pointer.join("", name) for name in _MEMBERS if name in document]
    subject = document.get("credentialSubject")
    subjects = enumerate(subject) if isinstance(subject, list) else [(None, subject)]
    for index, entry in subjects:
        place = "/credentialSubject" if index is None else json_pointer.join("/credentialSubject", index)
        if isinstance(entry, Mapping):
            pointers += [json_pointer.join(place, name) for name in _SUBJECT_MEMBERS if name in entry]
    return tuple(pointers)
