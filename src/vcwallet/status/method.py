"""What a status method is: a way from one entry of `credentialStatus` to what the issuer says about the credential today.

A method reads; it neither fetches nor verifies. The list comes from a `ListSource` that `operations` gives, which has
fetched it, and verified it where it is a credential. What can come of it:

- the issuer says something: a `StatusValue`. What that means for the credential is `StatusValue.bearing`, and nowhere
  else;
- entry or list break their specification, or contradict each other: `Malformed` or `Refused`. A list that cannot be
  read is never "not revoked";
- the list cannot be had, is too old, or over a limit of ours: `Undecided`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

REVOCATION: Final = "revocation"
SUSPENSION: Final = "suspension"
REFRESH: Final = "refresh"
MESSAGE: Final = "message"


class Bearing(StrEnum):
    """What a status means for the credential that has it."""

    GOOD = "good"  # nothing is set
    NOTE = "note"  # something is set that the reader should know, and that takes nothing away
    WITHDRAWN = "withdrawn"  # revoked for good, or suspended for now: not to be accepted
    UNKNOWN = "unknown"  # something is set whose meaning is not defined here


@dataclass(frozen=True, slots=True)
class StatusValue:
    """What a status list says about one credential.

    - `purpose`: what was asked: "revocation", "suspension", "refresh", "message", or a word of the issuer's own.
    - `value`: what the list holds, 0 or more; `is_set` is whether it is more than 0.
    - `message`: the issuer's words for this value, None if it has none. Bitstring Status List 2.1 means them for
      developers, not for end users; the reason in a 1EdTech Revocation List is for readers.
    - `references`: addresses where the meaning of the value is explained.
    - `list_id`: the address of the list; `index` the place in it, None for a list that goes by credential ids.
    - `good_until`: until when this answer may be believed and reused, None if the list does not say.
    """

    purpose: str
    value: int
    list_id: str
    index: int | None = None
    message: str | None = None
    references: tuple[str, ...] = ()
    good_until: datetime | None = None

    @property
    def is_set(self) -> bool:
        return self.value != 0

    @property
    def bearing(self) -> Bearing:
        """What this status means for the credential: the one place where that is decided.

        Bitstring Status List 2.1: "revocation" cancels the validity, "suspension" prevents acceptance for a time,
        "refresh" and "message" do not invalidate. Issuers may use other words; what it means when those are set, only
        those who use them know, so that it is neither good nor bad news but unknown. For statuses of several bits
        every value but 0 counts as set (3.2, "valid").
        """
        return _MEANINGS.get(self.purpose, Bearing.UNKNOWN) if self.is_set else Bearing.GOOD

    @property
    def is_withdrawn(self) -> bool:
        """Whether the credential must not be accepted, for good or for now."""
        return self.bearing is Bearing.WITHDRAWN


_MEANINGS: Final = {
    REVOCATION: Bearing.WITHDRAWN,
    SUSPENSION: Bearing.WITHDRAWN,
    REFRESH: Bearing.NOTE,
    MESSAGE: Bearing.NOTE,
}


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list as it was found at its address: its JSON, and when it came from there.

    `fetched_at` is when the bytes left the publisher, as far as is known: a source that keeps lists says when it got
    them, not when it hands them out.
    """

    content: Any = field(repr=False)
    fetched_at: datetime


class ListSource(Protocol):
    """Where a method gets its lists from. Both functions raise `Undecided` for what cannot be had now, and `Refused`.

    `pointer` is where the entry names the list; problems are placed there. A source may hand out a list that it has kept,
    as long as that is fresh (`bitstring_list.good_until`).
    """

    def open_credential(self, url: str, *, pointer: str) -> OpenedList:
        """The list credential at an address, as its document.

        It has been verified like any other credential: its structure, its proof with a key of the issuer that it names,
        and its period of validity at the time asked about. Whose list it is and what it says, the method checks.
        """

    def open_json(self, url: str, *, pointer: str) -> OpenedList:
        """The JSON at an address, for lists that are not signed."""


class StatusMethod(Protocol):
    """One type of entry. `entry_type` is the `type` of the entries it reads, such as "BitstringStatusListEntry"."""

    @property
    def entry_type(self) -> str: ...

    def read(
        self,
        entry: Mapping[str, Any],
        *,
        credential_id: str | None,
        issuer_id: str,
        source: ListSource,
        at: datetime,
        pointer: str = "",
    ) -> StatusValue:
        """What the issuer's list says about the credential with this entry.

        `pointer` is where the entry stands; problems are placed there. Raises `Malformed` and `Refused` for an entry or a
        list that is wrong, `Undecided` for one that cannot be judged, and whatever `source` raises.
        """
