"""Write Bitstring Status Lists, as their issuer: a list, indexes for credentials, statuses, and the document to publish.

    status_list = new_status_list("https://college.example/status/1", "did:web:college.example", "revocation")
    status_list, (index,) = allocate_indexes(status_list)
    credential["credentialStatus"] = status_list.entry_for(index)
    …
    status_list = set_status(status_list, index)
    document = status_list_document(status_list, valid_from=now, previous=what_is_published)

A `StatusList` is a value: each function gives a new one. The document is unsigned; it is issued like any credential.

Rules that are kept here, because breaking them cannot be mended once the list is out:

- an index is given away once, at random among those that are free, so that it tells neither order nor number (2.1);
- revocation and refresh are not reversible (2.1). They do not share a list with statuses that are, so that it can be told
  from the bits alone whether something was lost;
- a published list never goes back: what is set in the published version stays set, unless it is reversible and the
  caller says which statuses were lifted, and a later version begins later.

Two writers at once are not noticed here: whoever keeps the lists lets one write after the other. Under one lock (or in one
transaction that others cannot come between) belong:

- reading the list, changing it, and storing it: otherwise a place is given away twice, or a status is forgotten. Lists are
  values, so that a store that only takes a change of the list that it still has will do as well;
- reading list and published version, signing, and publishing: otherwise an older version may come out last. A version that
  forgets something which was published is refused whatever the caller does; what was not published yet, nobody can miss.
"""

import re
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from vcwallet.errors import Malformed, Refused
from vcwallet.status import bitstring
from vcwallet.status.bitstring_list import BITSTRING_STATUS_LIST, decode_list, encode_list
from vcwallet.status.method import MESSAGE, REFRESH, REVOCATION
from vcwallet.wire.timestamps import format_timestamp, parse_timestamp

_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_NOT_REVERSIBLE: Final = frozenset({REVOCATION, REFRESH})
# Drawing again is quick while an eighth of the list is free: 8 draws on average. 256 failures mean that it is not.
_MAX_DRAWS: Final = 256
_NOT_ZERO: Final = re.compile(rb"[^\0]")


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list and everything that its issuer has to keep of it. All members are plain values, to be stored as they are.

    - `url`: where it is published; `issuer`: who signs it.
    - `purposes`: what its statuses are about; usually one.
    - `size`: bits of a status; `bits`: the statuses; `allocated`: one bit for each index that was given away.
    - `messages`: a text for each value, needed for more than one bit and for the purpose "message"; every credential of
      the list holds them all, so that they cannot change (6.9).
    - `references`: addresses that explain the values.
    - `ttl`: how long a verifier may keep the list.

    Raises `ValueError` for members that do not fit together.
    """

    url: str
    issuer: str
    purposes: tuple[str, ...]
    bits: bytes = field(repr=False)
    allocated: bytes = field(repr=False)
    size: int = 1
    messages: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    ttl: timedelta | None = None

    def __post_init__(self) -> None:
        for problem in _misfits(self):
            raise ValueError(problem)

    @property
    def entries(self) -> int:
        """How many statuses the list has, whether they are given away or not."""
        return bitstring.capacity(self.bits, self.size)

    @property
    def allocated_count(self) -> int:
        return int.from_bytes(self.allocated, "big").bit_count()

    @property
    def is_reversible(self) -> bool:
        """Whether what is set may be lifted again."""
        return _NOT_REVERSIBLE.isdisjoint(self.purposes)

    def is_allocated(self, index: int) -> bool:
        """Whether an index was given away. Raises IndexError outside the list."""
        return bitstring.value_at(self.allocated, index) == 1

    def value_at(self, index: int) -> int:
        """The status at an index. Raises IndexError outside the list."""
        return bitstring.value_at(self.bits, index, self.size)

    def entry_for(self, index: int, purpose: str | None = None) -> dict[str, Any]:
        """The `credentialStatus` of the credential that this index was given to (2.1).

        In a list of several purposes the purpose must be named, and each takes an index of its own. Raises `ValueError`
        for an index that was not given away, and for a purpose that the list does not have.
        """
        if purpose is None and len(self.purposes) == 1:
            purpose = self.purposes[0]
        if purpose not in self.purposes:
            raise ValueError(f"expected one of the purposes {', '.join(self.purposes)}, found {purpose!r}")
        if not self.is_allocated(index):
            raise ValueError(f"the index {index} has not been given away")
        entry: dict[str, Any] = {
            "id": f"{self.url}#{index}",
            "type": BITSTRING_STATUS_LIST.entry_type,
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": self.url,
        }
        if self.size > 1:
            entry["statusSize"] = self.size
        if self.messages:
            entry["statusMessage"] = [
                {"status": hex(value), "message": text} for value, text in enumerate(self.messages)
            ]
        if self.references:
            entry["statusReference"] = self.references[0] if len(self.references) == 1 else list(self.references)
        return entry


def new_status_list(
    url: str,
    issuer: str,
    *purposes: str,
    entries: int = bitstring.MINIMUM_ENTRIES,
    size: int = 1,
    messages: Collection[str] = (),
    references: Collection[str] = (),
    ttl: timedelta | None = None,
) -> StatusList:
    """An empty list, in which nothing is set and nothing given away. Raises `ValueError` as `StatusList`."""
    if not 1 <= size <= bitstring.MAX_STATUS_SIZE or not 0 <= entries <= bitstring.MAX_BITSTRING_BYTES * 8:
        raise ValueError(f"a list of {entries} statuses of {size} bits cannot be made")
    bits = bytes((entries * size + 7) // 8)
    allocated = bytes((bitstring.capacity(bits, size) + 7) // 8)
    return StatusList(url, issuer, purposes, bits, allocated, size, tuple(messages), tuple(references), ttl)


def allocate_indexes(
    status_list: StatusList, count: int = 1, *, randbelow: Callable[[int], int] = secrets.randbelow
) -> tuple[StatusList, tuple[int, ...]]:
    """Give indexes away, at random among those that are free, and never again.

    That holds once the new list is stored, and if no other was stored meanwhile (see the module). `randbelow` gives a
    number from 0 up to below its argument, each as likely.

    Raises `Refused` ("status_list_full") when fewer than `count` are free, `ValueError` for a negative `count`.
    """
    if count < 0:
        raise ValueError("a number of indexes is not negative")
    free = status_list.entries - status_list.allocated_count
    if count > free:
        raise Refused("status_list_full", f"{count} indexes are wanted, and {free} of the list are free")
    allocated = bytearray(status_list.allocated)
    indexes: list[int] = []
    left: list[int] | None = None
    for _ in range(count):
        index = _draw(allocated, status_list.entries, randbelow) if left is None else None
        if index is None:
            # The list is nearly full: list what is left, and draw from that. Both ways are even, so is their mixture.
            left = left if left is not None else list(_free_indexes(allocated, status_list.entries))
            place = randbelow(len(left))
            left[place], left[-1] = left[-1], left[place]
            index = left.pop()
        allocated[index // 8] |= 0x80 >> index % 8
        indexes.append(index)
    return replace(status_list, allocated=bytes(allocated)), tuple(indexes)


def reserve_indexes(status_list: StatusList, indexes: Collection[int]) -> StatusList:
    """Mark indexes as given away: those of a database, when a list is built again from it.

    Raises `ValueError` for one that is given away already, and IndexError outside the list.
    """
    wanted = dict.fromkeys(indexes, 1)
    for index in wanted:
        if index >= status_list.entries:
            raise IndexError(f"there are {status_list.entries:,} statuses, and none at {index}")
        if status_list.is_allocated(index):
            raise ValueError(f"the index {index} was given away before")
    return replace(status_list, allocated=bitstring.with_values(status_list.allocated, wanted))


def set_status(status_list: StatusList, index: int, value: int = 1) -> StatusList:
    """The list with one status changed. Raises as `set_statuses`."""
    return set_statuses(status_list, {index: value})


def set_statuses(status_list: StatusList, values: Mapping[int, int]) -> StatusList:
    """The list with several statuses changed.

    Raises `Refused` ("status_not_reversible") if a revocation or a refresh would be lifted, `ValueError` for an index that
    was not given away or a value that does not fit, IndexError outside the list.
    """
    for index, value in values.items():
        if not status_list.is_allocated(index):
            raise ValueError(f"the index {index} has not been given away")
        if value == 0 and not status_list.is_reversible and status_list.value_at(index) != 0:
            purposes = " or ".join(status_list.purposes)
            raise Refused("status_not_reversible", f"a {purposes} is for good: the status at {index} stays set")
    return replace(status_list, bits=bitstring.with_values(status_list.bits, values, status_list.size))


def status_list_document(
    status_list: StatusList,
    *,
    valid_from: datetime,
    valid_until: datetime | None = None,
    previous: Mapping[str, Any] | None,
    lifted: Collection[int] = (),
) -> dict[str, Any]:
    """The unsigned BitstringStatusListCredential to publish (2.2).

    `previous` is the list credential that is published now, signed or not; None only for the first. `lifted` names the
    statuses that are set there and are meant not to be any more.

    Raises `Refused` ("status_list_goes_back") if the new version would lose something else that is set, has less room or
    other purposes, or does not begin after `previous`; `Malformed` ("status_list_malformed") if `previous` cannot be read;
    `ValueError` for a time without zone, or an end that is not after the beginning.
    """
    if valid_until is not None and valid_until <= valid_from:
        raise ValueError("a list must be valid until later than it is valid from")
    purposes = status_list.purposes
    subject: dict[str, Any] = {
        "id": f"{status_list.url}#list",
        "type": BITSTRING_STATUS_LIST.list_type,
        "statusPurpose": purposes[0] if len(purposes) == 1 else list(purposes),
        "encodedList": encode_list(status_list.bits),
    }
    if status_list.ttl is not None:
        subject["ttl"] = status_list.ttl // timedelta(milliseconds=1)
    document: dict[str, Any] = {
        "@context": [_CONTEXT],
        "id": status_list.url,
        "type": ["VerifiableCredential", BITSTRING_STATUS_LIST.credential_type],
        "issuer": status_list.issuer,
        "validFrom": format_timestamp(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = format_timestamp(valid_until)
    document["credentialSubject"] = subject
    if previous is not None:
        _refuse_going_back(status_list, valid_from, previous, frozenset(lifted))
    return document


def _refuse_going_back(
    status_list: StatusList, valid_from: datetime, previous: Mapping[str, Any], lifted: frozenset[int]
) -> None:
    began, purposes, bits = _published(previous, status_list)
    if valid_from <= began:
        raise _goes_back(
            f"the published version begins at {format_timestamp(began)}, this one not later",
            hint="if the clock was set back, let the list begin just after the published one",
        )
    if purposes != set(status_list.purposes) or len(bits) > len(status_list.bits):
        raise _goes_back("it has other purposes than the published version, or less room")
    if lifted and not status_list.is_reversible:
        raise Refused("status_not_reversible", f"a {' or '.join(status_list.purposes)} is for good")
    lost = [index for index in _lost(bits, status_list) if index not in lifted]
    if lost:
        raise _goes_back(
            f"{len(lost):,} statuses are set in the published version, and would not be any more; the first at {lost[0]}",
            hint="begin with the newest version, and name the statuses that were lifted",
        )


def _published(previous: Mapping[str, Any], status_list: StatusList) -> tuple[datetime, frozenset[str], bytes]:
    """When the published version began, its purposes and its bits."""
    if (previous.get("id"), _id(previous.get("issuer"))) != (status_list.url, status_list.issuer):
        raise _goes_back("the published version has another address or another issuer")
    subject = previous.get("credentialSubject")
    subject = subject if isinstance(subject, Mapping) else {}
    encoded, listed = subject.get("encodedList"), subject.get("statusPurpose")
    purposes = listed if isinstance(listed, list) else [listed]
    if not isinstance(encoded, str) or not all(isinstance(purpose, str) for purpose in purposes):
        raise Malformed("status_list_malformed", "expected the published version to have statusPurpose and encodedList")
    try:
        return parse_timestamp(previous.get("validFrom")), frozenset(purposes), decode_list(encoded)
    except Malformed as exc:
        message = f"the published version cannot be read: {exc.problem.message}"
        raise Malformed("status_list_malformed", message) from exc


def _lost(before: bytes, status_list: StatusList) -> Iterator[int]:
    """Every index whose status was set before and is not now. Bytes that did not change are passed over at once."""
    size, now = status_list.size, status_list.bits[: len(before)]
    changed = (int.from_bytes(before, "big") ^ int.from_bytes(now, "big")).to_bytes(len(before), "big")
    entries = bitstring.capacity(before, size)
    done = 0
    for match in _NOT_ZERO.finditer(changed):
        byte = match.start()
        # Every status that has a bit in this byte, once: one may reach into the next byte.
        end = min(entries, (byte * 8 + 7) // size + 1)
        for index in range(max(done, byte * 8 // size), end):
            if bitstring.value_at(before, index, size) and not status_list.value_at(index):
                yield index
        done = end


def _draw(allocated: bytearray, entries: int, randbelow: Callable[[int], int]) -> int | None:
    for _ in range(_MAX_DRAWS):
        index = randbelow(entries)
        if not allocated[index // 8] & 0x80 >> index % 8:
            return index
    return None


def _free_indexes(allocated: bytearray, entries: int) -> Iterator[int]:
    return (index for index in range(entries) if not allocated[index // 8] & 0x80 >> index % 8)


def _misfits(status_list: StatusList) -> Iterator[str]:
    """Everything that does not fit together in a list, as sentences."""
    purposes, size, messages = status_list.purposes, status_list.size, status_list.messages
    if not purposes or not all(purposes) or len(set(purposes)) != len(purposes):
        yield "a list needs a purpose, and each only once"
    if not _NOT_REVERSIBLE.isdisjoint(purposes) and not _NOT_REVERSIBLE.issuperset(purposes):
        yield "statuses that are for good do not share a list with statuses that can be lifted"
    if not 1 <= size <= bitstring.MAX_STATUS_SIZE:
        yield f"a status has between 1 and {bitstring.MAX_STATUS_SIZE} bits"
        return
    if len(status_list.bits) > bitstring.MAX_BITSTRING_BYTES:
        yield f"a list has at most {bitstring.MAX_BITSTRING_BYTES:,} bytes, or verifiers would not read it"
    if status_list.entries < bitstring.MINIMUM_ENTRIES:
        yield f"a list has at least {bitstring.MINIMUM_ENTRIES:,} statuses, or it hides nobody"
    if len(status_list.allocated) != (status_list.entries + 7) // 8:
        yield "allocated needs one bit for each status"
    if messages and len(messages) != 1 << size:
        yield f"statuses of {size} bits need {1 << size} messages, one for each value"
    if not messages and (size > 1 or MESSAGE in purposes):
        yield "statuses of several bits, and messages, need a text for each value"
    if status_list.ttl is not None and status_list.ttl < timedelta(0):
        yield "a list cannot be kept for less than no time"


def _id(issuer: Any) -> Any:
    return issuer.get("id") if isinstance(issuer, Mapping) else issuer


def _goes_back(reason: str, *, hint: str = "") -> Refused:
    return Refused("status_list_goes_back", f"this is no later version of the published list: {reason}", hint=hint)
