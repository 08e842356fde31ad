"""Find the credentials inside a credential: members of a learner record, and endorsements wherever the model has them.

Every one is a document of its own, secured by itself, and is looked for only down to where it begins: what is inside of
it is found when it is verified itself. OB 3.0, B.1 to B.3, allows `endorsement` and `endorsementJwt` on credentials,
achievements and profiles; CLR 2.0 has `verifiableCredential` on the subject. They are looked for everywhere, because a
reader might show them wherever they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vcwallet.credentials.credential import as_text
from vcwallet.wire import json_pointer

Role = Literal["member", "endorsement"]

_ROLES: Mapping[str, Role] = {
    "verifiableCredential": "member",
    "endorsement": "endorsement",
    "endorsementJwt": "endorsement",
}
_NAMES = frozenset(_ROLES)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One credential inside another: where, as what, and beside whose `id` it stands. `value` is JSON or a token."""

    pointer: str
    role: Role
    value: Any
    holder_id: str | None


def embedded_credentials(document: Mapping[str, Any]) -> list[Embedded]:
    """Every credential inside `document`, in the order of the text, not looking into any of them.

    A value that cannot be a credential at all is handed out too: it stands where one should.
    """
    found: list[Embedded] = []
    if _has_any(document):
        _collect(document, (), found)
    return found


def _has_any(document: Mapping[str, Any]) -> bool:
    """Whether anything is inside, as in most documents nothing is: found out in half the time, without places."""
    waiting: list[Any] = [document]
    for value in waiting:  # which grows meanwhile
        if type(value) is dict and not _NAMES.isdisjoint(value):
            return True
        for inner in value.values() if type(value) is dict else value:
            if type(inner) is dict or type(inner) is list:
                waiting.append(inner)  # noqa: PERF401 - a list of its own for each object takes longer
    return False


# A place is spelled out only when there is something at it. The depth of a document is bounded by the JSON reader.
def _collect(value: Any, path: tuple[str | int, ...], found: list[Embedded]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _ROLES:
                found += _entries(json_pointer.join("", *path, name), _ROLES[name], inner, as_text(value.get("id")))
            elif type(inner) is dict or type(inner) is list:
                _collect(inner, (*path, name), found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if type(inner) is dict or type(inner) is list:
                _collect(inner, (*path, index), found)


def _entries(pointer: str, role: Role, value: Any, holder_id: str | None) -> list[Embedded]:
    if value is None:
        return []
    if not isinstance(value, list):
        return [Embedded(pointer, role, value, holder_id)]
    return [Embedded(json_pointer.join(pointer, index), role, entry, holder_id) for index, entry in enumerate(value)]
