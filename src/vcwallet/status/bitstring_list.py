"""Read one entry of a status list that is a credential: BitstringStatusList, and StatusList2021 before it.

Bitstring Status List 1.0, 3.2 (Validate Algorithm). Where the list comes from, and whether it is to be believed, is for
the operations. Its `statusSize` names the width of entries, and where both entry and list state one they must agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vcwallet.errors import Malformed, Refused
from vcwallet.status.bitstring import MAX_ENTRY_BITS, decode
from vcwallet.status.method import ListSource, StatusValue, required_text

# `int()` takes spaces, underscores and digits of other scripts; a list has at most eight million entries.
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_MAX_INDEX = 10**10


@dataclass(frozen=True, slots=True)
class BitstringStatusListEntry:
    """Entries of Bitstring Status List 1.0: every purpose, several bits, messages."""

    entry_type: str = "BitstringStatusListEntry"

    def read(
        self, entry: Mapping[str, Any], *, credential_id: str | None, issuer_id: str, source: ListSource, pointer: str
    ) -> StatusValue:
        del credential_id, issuer_id
        purpose = required_text(entry, "statusPurpose", pointer)
        index = _index(entry, pointer)
        credential = source.open_credential(_list_url(entry, pointer), pointer=f"{pointer}/statusListCredential")
        subject = _list_subject(credential, "BitstringStatusListCredential", "BitstringStatusList", pointer)
        _refuse_other_purpose(subject, purpose, pointer)
        entry_bits = _entry_bits(entry, subject, pointer)
        bits = decode(
            _encoded_list(subject, pointer),
            entry_bits=entry_bits,
            is_multibase=True,
            pointer=f"{pointer}/statusListCredential",
        )
        value = _at(bits, index, pointer)
        return StatusValue(purpose, value, _message(entry, value, entry_bits, pointer))


@dataclass(frozen=True, slots=True)
class StatusList2021Entry:
    """Entries of StatusList2021, the draft before Bitstring Status List: one bit, and no multibase. Read, never made."""

    entry_type: str = "StatusList2021Entry"

    def read(
        self, entry: Mapping[str, Any], *, credential_id: str | None, issuer_id: str, source: ListSource, pointer: str
    ) -> StatusValue:
        del credential_id, issuer_id
        purpose = required_text(entry, "statusPurpose", pointer)
        index = _index(entry, pointer)
        credential = source.open_credential(_list_url(entry, pointer), pointer=f"{pointer}/statusListCredential")
        subject = _list_subject(credential, "StatusList2021Credential", "StatusList2021", pointer)
        _refuse_other_purpose(subject, purpose, pointer)
        encoded = _encoded_list(subject, pointer)
        bits = decode(encoded, entry_bits=1, is_multibase=False, pointer=f"{pointer}/statusListCredential")
        return StatusValue(purpose, _at(bits, index, pointer))


def _index(entry: Mapping[str, Any], pointer: str) -> int:
    """The specification wants a string of digits; the public validator's own samples have a number."""
    value = entry.get("statusListIndex")
    if isinstance(value, str) and _INDEX.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_INDEX:
        return value
    message = "expected statusListIndex to be a whole number, not negative, as a string"
    raise Malformed("status_entry_malformed", message, pointer=f"{pointer}/statusListIndex")


def _list_url(entry: Mapping[str, Any], pointer: str) -> str:
    return required_text(entry, "statusListCredential", pointer)


def _list_subject(
    credential: Mapping[str, Any], credential_type: str, subject_type: str, pointer: str
) -> Mapping[str, Any]:
    subject = credential.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    is_list = credential_type in _texts(credential.get("type"))
    if not is_list or not isinstance(subject, Mapping) or subject_type not in _texts(subject.get("type")):
        message = f"expected a {credential_type} about a {subject_type}"
        raise Refused("status_list_kind_wrong", message, pointer=f"{pointer}/statusListCredential")
    return subject


def _refuse_other_purpose(subject: Mapping[str, Any], purpose: str, pointer: str) -> None:
    if purpose not in _texts(subject.get("statusPurpose")):
        message = f"the list does not speak of the purpose {purpose[:60]!r}"
        raise Refused("status_purpose_mismatch", message, pointer=f"{pointer}/statusPurpose")


def _entry_bits(entry: Mapping[str, Any], subject: Mapping[str, Any], pointer: str) -> int:
    sizes = {holder["statusSize"] for holder in (entry, subject) if _is_size(holder.get("statusSize"))}
    stated = [holder for holder in (entry, subject) if "statusSize" in holder]
    if len(sizes) > 1 or (stated and not sizes) or any(not _is_size(holder["statusSize"]) for holder in stated):
        message = f"expected statusSize to be one number from 1 to {MAX_ENTRY_BITS}, the same in entry and list"
        raise Malformed("status_entry_malformed", message, pointer=f"{pointer}/statusSize")
    return sizes.pop() if sizes else 1


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_ENTRY_BITS


def _encoded_list(subject: Mapping[str, Any], pointer: str) -> str:
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        message = "expected the list to have a string encodedList"
        raise Malformed("status_list_malformed", message, pointer=f"{pointer}/statusListCredential")
    return encoded


def _at(bits: Any, index: int, pointer: str) -> int:
    try:
        return int(bits[index])
    except Refused as problem:
        raise problem.placed_under(f"{pointer}/statusListIndex") from problem


def _message(entry: Mapping[str, Any], value: int, entry_bits: int, pointer: str) -> str:
    """What the issuer says that a value means: required for entries of several bits and for the purpose "message"."""
    messages = entry.get("statusMessage")
    if messages is None:
        if entry_bits > 1 or entry.get("statusPurpose") == "message":
            message = f"expected statusMessage with the meaning of each of the {2**entry_bits} values"
            raise Malformed("status_entry_malformed", message, pointer=f"{pointer}/statusMessage")
        return ""
    meanings = {}
    for meaning in messages if isinstance(messages, list) else [messages]:
        status = meaning.get("status") if isinstance(meaning, Mapping) else None
        text = meaning.get("message") if isinstance(meaning, Mapping) else None
        if not isinstance(status, str) or not re.fullmatch(r"0x[0-9A-Fa-f]{1,4}", status) or not isinstance(text, str):
            message = 'expected objects such as {"status": "0x0", "message": "…"}'
            raise Malformed("status_entry_malformed", message, pointer=f"{pointer}/statusMessage")
        meanings[int(status, 16)] = text
    if len(meanings) != 2**entry_bits:
        message = f"expected the meaning of each of {2**entry_bits} values, found {len(meanings)}"
        raise Malformed("status_entry_malformed", message, pointer=f"{pointer}/statusMessage")
    return meanings.get(value, "")


def _texts(value: Any) -> list[str]:
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, str)]
