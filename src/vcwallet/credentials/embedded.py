"""Find the credentials inside a credential: members of a learner record, and endorsements wherever the model has them.

Every one is a document of its own, secured by itself, and is looked for only down to where it begins: what is inside of
it is found when it is verified itself. OB 3.0, B.1 to B.3, allows `endorsement` and `endorsementJwt` on credentials,
achievements and profiles; CLR 2.0 has `verifiableCredential` on the subject. They are looked for everywhere, because a
reader might show them wherever they stand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vcwallet.credentials.credential import as_list, as_text
from vcwallet.wire import json_pointer

Role = Literal["member", "endorsement"]

_ROLES: Mapping[str, Role] = {
    "verifiableCredential": "member",
    "endorsement": "endorsement",
    "endorsementJwt": "endorsement",
}


@dataclass(frozen=True, slots=True)
class Embedded:
    """One credential inside another: where, as what, and beside whose `id` it stands. `value` is JSON or a token."""

    pointer: str
    role: Role
    value: Any
    holder_id: str | None


def embedded_credentials(document: Mapping[str, Any]) -> Iterator[Embedded]:
    """Every credential inside `document`, in the order of the text, not looking into any of them.

    A value that cannot be a credential at all is handed out too: it stands where one should.
    """
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, Mapping):
            further = []
            for name, inner in value.items():
                place = json_pointer.join(pointer, name)
                if name in _ROLES:
                    yield from _entries(place, _ROLES[name], inner, as_text(value.get("id")))
                elif isinstance(inner, dict | list):
                    further.append((place, inner))
            waiting.extend(reversed(further))
        elif isinstance(value, list):
            inner_values = [
                (json_pointer.join(pointer, index), inner)
                for index, inner in enumerate(value)
                if isinstance(inner, dict | list)
            ]
            waiting.extend(reversed(inner_values))


def _entries(pointer: str, role: Role, value: Any, holder_id: str | None) -> Iterator[Embedded]:
    if not isinstance(value, list):
        if value is not None:
            yield Embedded(pointer, role, value, holder_id)
        return
    for index, entry in enumerate(as_list(value)):
        yield Embedded(json_pointer.join(pointer, index), role, entry, holder_id)
