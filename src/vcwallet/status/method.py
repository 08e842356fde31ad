"""What a status method is: how one kind of `credentialStatus` entry is looked up in its list.

A method reads; it neither fetches nor verifies. Lists that are credentials come to it verified, through the `ListSource`
that the operations give. What an entry says is a `StatusValue`, and `is_withdrawn` is the one place where it is decided
which values are bad news.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from vcwallet.errors import Malformed

# Purposes whose set value means that the credential must not be relied on (Bitstring Status List 1.0, 2.2): revoked for
# good, or suspended for now. "refresh" and "message" say something about the credential and withdraw nothing.
WITHDRAWING_PURPOSES = frozenset({"revocation", "suspension"})


@dataclass(frozen=True, slots=True)
class StatusValue:
    """What a list says about one credential. `value` is the number at its place; 0 means that nothing is set.

    `message` is the text that the issuer gives for the value, or its reason for revoking.
    """

    purpose: str
    value: int
    message: str = ""

    @property
    def is_set(self) -> bool:
        return self.value != 0

    @property
    def is_withdrawn(self) -> bool:
        """Whether the credential must not be relied on."""
        return self.is_set and self.purpose in WITHDRAWING_PURPOSES


class ListSource(Protocol):
    """Where a method gets its lists from. Both raise `Undecided` for what cannot be had now, and `Refused`."""

    def open_credential(self, url: str, *, pointer: str) -> Mapping[str, Any]:
        """A list that is a credential: verified, in its period, and by the issuer of the credential it speaks of."""

    def open_json(self, url: str, *, pointer: str) -> Any:
        """A list that is just JSON at an address of the issuer's."""


class StatusMethod(Protocol):
    """One kind of `credentialStatus` entry. A plain value, listed in `standard.py`."""

    @property
    def entry_type(self) -> str:
        """The entry's `type`."""

    def read(
        self, entry: Mapping[str, Any], *, credential_id: str | None, issuer_id: str, source: ListSource, pointer: str
    ) -> StatusValue:
        """What the list says about this credential.

        `pointer` is where the entry stands. Raises `Malformed` and `Refused` for an entry or a list that is wrong, and
        what `source` raises.
        """


def required_text(holder: Mapping[str, Any], member: str, pointer: str) -> str:
    """A member of an entry that must be a string with something in it. Raises Malformed status_entry_malformed."""
    value = holder.get(member)
    if not isinstance(value, str) or not value:
        raise Malformed("status_entry_malformed", f"expected {member} to be a string", pointer=f"{pointer}/{member}")
    return value
