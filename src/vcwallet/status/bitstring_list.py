"""Read one entry of a Bitstring Status List 1.0 (W3C Recommendation of 15 May 2025).

The list arrives verified (`method.ListSource`). What is checked here, in the order of section 3.2:

1. the entry keeps to 2.1: type, purpose, index, address, size, messages, references;
2. the list is the one that the entry names, and of an issuer who may speak about the credential;
3. it keeps to 2.2, and one of its purposes is the entry's;
4. it is no older than its `ttl` says; its period of validity was checked when it was verified;
5. its bits are at least the minimum, and the entry is among them.

Two places where we are more lenient than the letter: an index may be a JSON number, because the public validator's own
sample has one and JavaScript readers take it, and the list's `id` may be missing (2.2: "MAY express").
Two where we are stricter: a list of another issuer counts only if the verifier named that issuer (3.2, last note), and
an `id` that is there must be the address of the entry, or another genuine list could be put in the place of the right one.
An index with zeros in front is refused: some readers take it for an octal number.

2.2 wants `statusSize` and `statusMessages` in the list too when its purpose is "message". No published context defines
them there, so that a signed list cannot have them; the entry's count, as in 2.1.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.status import bitstring
from vcwallet.status.method import MESSAGE, ListSource, OpenedList, StatusValue
from vcwallet.wire import json_pointer
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode
from vcwallet.wire.timestamps import parse_timestamp

# str.isdigit() and int() take the digits of every script, signs, blanks and underscores; other readers do not.
_INDEX: Final = re.compile(r"0|[1-9][0-9]*")
_MAX_INDEX_DIGITS: Final = len(str(bitstring.MAX_BITSTRING_BYTES * 8))
# JSON numbers are no longer, and turning a very long one into digits is slow.
_MAX_INDEX_BITS: Final = 64
_STATUS: Final = re.compile(r"0x[0-9A-Fa-f]{1,8}")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f]+")
# One place explains a status; a handful, if it is explained in several languages.
_MAX_REFERENCES: Final = 16
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def encode_list(bits: bytes) -> str:
    """The bits as the `encodedList` of a list: compressed, in base64url with the multibase prefix (3.3)."""
    return multibase_encode(bitstring.compress(bits), "u")


def decode_list(text: str) -> bytes:
    """The bits of an `encodedList` (3.4). Raises Malformed multibase, compressed_data, decompressed_too_large."""
    return bitstring.expand(multibase_decode(text, allowed="u"))


def good_until(document: Mapping[str, Any], fetched_at: datetime) -> datetime | None:
    """Until when a list credential that was fetched at that time may be used: its `validUntil` or its `ttl`, if earlier.

    None if it has neither. Raises `Malformed` ("status_list_malformed") for one that cannot be read.
    """
    subject = document.get("credentialSubject")
    return _good_until(document, subject if isinstance(subject, Mapping) else {}, fetched_at, "")


@dataclass(frozen=True, slots=True)
class BitstringListMethod:
    """Lists of bits inside a credential: what Bitstring Status List and its forerunner StatusList2021 have in common.

    `other_issuers` may publish lists about the credentials of any issuer: a registry that the verifier knows, for
    example. A toolkit with such a method is made with `dataclasses.replace`.
    """

    entry_type: str
    credential_type: str
    list_type: str
    decode: Callable[[str], bytes]
    has_sizes: bool
    other_issuers: frozenset[str] = frozenset()

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
        """As `StatusMethod.read`, with the codes `status_…` of the reference."""
        del credential_id  # 2.1: the index is the only link between a credential and its status
        wanted = _read_entry(entry, self.entry_type, pointer, has_sizes=self.has_sizes)
        entry_pointer, pointer = pointer, json_pointer.join(pointer, "statusListCredential")
        opened = source.open_credential(wanted.list_id, pointer=pointer)
        subject = self._subject_for(wanted, opened, issuer_id, pointer)
        if at > _fresh_until(subject, opened.fetched_at, pointer):
            message = f"the list {_shortened(wanted.list_id)} is older than its ttl allows, and no newer one is at hand"
            raise Undecided("status_list_expired", message, pointer=pointer)
        value = _value(self._bits(subject, pointer), wanted, entry_pointer)
        return StatusValue(
            purpose=wanted.purpose,
            value=value,
            list_id=wanted.list_id,
            index=wanted.index,
            message=wanted.messages[value] if wanted.messages is not None else None,
            references=wanted.references,
            good_until=_good_until(opened.content, subject, opened.fetched_at, pointer),
        )

    def _subject_for(self, wanted: "_Entry", opened: OpenedList, issuer_id: str, pointer: str) -> Mapping[str, Any]:
        """The list inside the list credential, if that is the one that the entry means."""
        document = opened.content
        if not isinstance(document, Mapping) or self.credential_type not in _as_list(document.get("type")):
            message = f"expected {_shortened(wanted.list_id)} to be a {self.credential_type}"
            raise Refused("status_list_kind_wrong", message, pointer=pointer)
        if "id" in document and document["id"] != wanted.list_id:
            found = _shortened(document["id"])
            message = f"expected the list {_shortened(wanted.list_id)}, and it says that it is {found}"
            raise Refused("status_list_mismatch", message, pointer=pointer)
        refuse_other_issuer(document.get("issuer"), issuer_id, pointer, also=self.other_issuers)
        subjects = [
            subject
            for subject in _as_list(document.get("credentialSubject"))
            if isinstance(subject, Mapping) and self.list_type in _as_list(subject.get("type"))
        ]
        if len(subjects) != 1:
            message = f"expected one {self.list_type} in {_shortened(wanted.list_id)}, found {len(subjects)}"
            raise Refused("status_list_kind_wrong", message, pointer=pointer)
        purposes = _as_list(subjects[0].get("statusPurpose"))
        if not purposes or not all(isinstance(purpose, str) for purpose in purposes):
            raise _list_fault(pointer, f"expected {_shortened(wanted.list_id)} to have a statusPurpose")
        if wanted.purpose not in purposes:
            found = ", ".join(_shortened(purpose) for purpose in purposes[:8])
            message = f"expected a list for {_shortened(wanted.purpose)}, and this one is for {found}"
            raise Refused("status_purpose_mismatch", message, pointer=pointer)
        if self.has_sizes and subjects[0].get("statusSize", wanted.size) != wanted.size:
            message = f"the entry has statuses of {wanted.size} bits, and the list says otherwise"
            raise Refused("status_list_mismatch", message, pointer=pointer)
        return subjects[0]

    def _bits(self, subject: Mapping[str, Any], pointer: str) -> bytes:
        encoded = subject.get("encodedList")
        if not isinstance(encoded, str):
            raise _list_fault(pointer, "expected encodedList to be a string")
        try:
            return self.decode(encoded)
        except Malformed as exc:
            if exc.code == "decompressed_too_large":
                raise Undecided("status_list_too_large", exc.problem.message, pointer=pointer) from exc
            raise _list_fault(pointer, f"encodedList cannot be read: {exc.problem.message}") from exc


BITSTRING_STATUS_LIST: Final = BitstringListMethod(
    entry_type="BitstringStatusListEntry",
    credential_type="BitstringStatusListCredential",
    list_type="BitstringStatusList",
    decode=decode_list,
    has_sizes=True,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry whose form is right. `messages` has one text for each value, or the values have no names."""

    purpose: str
    index: int
    list_id: str
    size: int
    messages: tuple[str, ...] | None
    references: tuple[str, ...]


def _read_entry(entry: Mapping[str, Any], entry_type: str, pointer: str, *, has_sizes: bool) -> _Entry:
    if entry_type not in _as_list(entry.get("type")):
        raise _entry_fault(f"expected an entry of type {entry_type}", pointer, "type")
    purpose, list_id = entry.get("statusPurpose"), entry.get("statusListCredential")
    if not isinstance(purpose, str) or not purpose:
        raise _entry_fault("expected statusPurpose to be one word", pointer, "statusPurpose")
    if not isinstance(list_id, str) or not _URL.fullmatch(list_id):
        raise _entry_fault("expected statusListCredential to be the address of a list", pointer, "statusListCredential")
    if entry.get("id") == list_id:
        raise _entry_fault("the id of an entry must not be the address of the list", pointer, "id")
    index = _read_index(entry.get("statusListIndex"), pointer)
    if not has_sizes:
        return _Entry(purpose, index, list_id, 1, None, ())
    size = _read_size(entry, pointer)
    messages = _read_messages(entry, size, pointer)
    return _Entry(purpose, index, list_id, size, messages, _read_references(entry, pointer))


def _read_index(value: Any, pointer: str) -> int:
    """2.1: an integer of any size, not negative, written as a string in base 10; a JSON integer is taken too."""
    if isinstance(value, int) and value.bit_length() <= _MAX_INDEX_BITS:
        value = str(value)  # True becomes "True", which is no number
    if not isinstance(value, str) or not _INDEX.fullmatch(value):
        message = "expected statusListIndex to be a number from 0 on, written as a string of the digits 0 to 9"
        raise _entry_fault(message, pointer, "statusListIndex")
    if len(value) > _MAX_INDEX_DIGITS:  # well formed, and beyond every list that is read; int() would be slow
        raise _out_of_range(f"an index of {len(value)} digits is in no list that is read here", pointer)
    return int(value)


def _read_size(entry: Mapping[str, Any], pointer: str) -> int:
    size = entry.get("statusSize", 1)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise _entry_fault("expected statusSize to be a whole number from 1 on", pointer, "statusSize")
    if size > bitstring.MAX_STATUS_SIZE:
        message = f"statuses of more than {bitstring.MAX_STATUS_SIZE} bits are not read"
        raise Undecided("status_size_unsupported", message, pointer=json_pointer.join(pointer, "statusSize"))
    return size


def _read_messages(entry: Mapping[str, Any], size: int, pointer: str) -> tuple[str, ...] | None:
    """2.1 and 2.2: a text for every value of `size` bits, optional for a single bit that is no message."""
    if "statusMessage" not in entry and size == 1 and entry.get("statusPurpose") != MESSAGE:
        return None
    listed = entry.get("statusMessage")
    if not isinstance(listed, list) or len(listed) != 1 << size:
        message = f"expected statusMessage to be a list of {1 << size} messages, one for each value of {size} bits"
        raise _entry_fault(message, pointer, "statusMessage")
    texts: dict[int, str] = {}
    for place, item in enumerate(listed):
        status, text = (item.get("status"), item.get("message")) if isinstance(item, Mapping) else (None, None)
        if not isinstance(status, str) or not _STATUS.fullmatch(status) or not isinstance(text, str):
            message = "expected a message with a status like 0x1 and a text"
            raise _entry_fault(message, pointer, "statusMessage", place)
        texts[int(status, 0)] = text
    if sorted(texts) != list(range(1 << size)):
        message = "expected each value to have exactly one message"
        raise _entry_fault(message, pointer, "statusMessage")
    return tuple(texts[value] for value in range(1 << size))


def _read_references(entry: Mapping[str, Any], pointer: str) -> tuple[str, ...]:
    if "statusReference" not in entry:
        return ()
    references = _as_list(entry["statusReference"])
    if len(references) > _MAX_REFERENCES or not all(isinstance(url, str) and _URL.fullmatch(url) for url in references):
        message = f"expected statusReference to be an address, or a list of at most {_MAX_REFERENCES}"
        raise _entry_fault(message, pointer, "statusReference")
    return tuple(references)


def _value(bits: bytes, wanted: _Entry, pointer: str) -> int:
    entries = bitstring.capacity(bits, wanted.size)
    if entries < bitstring.MINIMUM_ENTRIES:
        message = f"the list has {entries:,} statuses, and fewer than {bitstring.MINIMUM_ENTRIES:,} hide nobody"
        raise Refused("status_list_too_short", message, pointer=json_pointer.join(pointer, "statusListCredential"))
    if wanted.index >= entries:
        raise _out_of_range(f"the list has {entries:,} statuses, and none at {wanted.index:,}", pointer)
    return bitstring.value_at(bits, wanted.index, wanted.size)


def refuse_other_issuer(listed: Any, issuer_id: str, pointer: str, *, also: frozenset[str] = frozenset()) -> None:
    """Raise `Refused` unless the `issuer` of a list, by id or as an object with one, is the credential's issuer."""
    found = listed.get("id") if isinstance(listed, Mapping) else listed
    if not isinstance(found, str) or (found != issuer_id and found not in also):
        message = f"the list is by {_shortened(found)}, who may not speak for the issuer {_shortened(issuer_id)}"
        raise Refused("status_list_issuer_mismatch", message, pointer=pointer)


def _good_until(
    document: Mapping[str, Any], subject: Mapping[str, Any], fetched_at: datetime, pointer: str
) -> datetime | None:
    moments = [_fresh_until(subject, fetched_at, pointer)]
    try:
        # expirationDate is what data model 1.1 calls it.
        moments += [parse_timestamp(document[name]) for name in ("validUntil", "expirationDate") if name in document]
    except Malformed as exc:
        raise _list_fault(pointer, f"the end of the list cannot be read: {exc.problem.message}") from exc
    earliest = min(moments)
    return None if earliest == _NEVER else earliest


def _fresh_until(subject: Mapping[str, Any], fetched_at: datetime, pointer: str) -> datetime:
    """2.2: a newer list should be fetched `ttl` milliseconds after this one was."""
    if "ttl" not in subject:
        return _NEVER
    ttl = subject["ttl"]
    if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
        raise _list_fault(pointer, "expected ttl to be a whole number of milliseconds")
    try:
        return fetched_at + timedelta(milliseconds=ttl)
    except OverflowError:
        return _NEVER


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _entry_fault(message: str, pointer: str, *tokens: str | int) -> Malformed:
    return Malformed("status_entry_malformed", message, pointer=json_pointer.join(pointer, *tokens))


def _list_fault(pointer: str, message: str) -> Malformed:
    return Malformed("status_list_malformed", message, pointer=pointer)


def _out_of_range(message: str, pointer: str) -> Refused:
    return Refused("status_index_out_of_range", message, pointer=json_pointer.join(pointer, "statusListIndex"))


def _shortened(value: Any) -> str:
    return repr(value)[:200]
