"""Read a Token Status List in the form of a JWT (draft-ietf-oauth-status-list): the statuses of SD-JWT VC.

The list arrives with its signature checked. What is checked here, in the order of the draft's validation rules:

1. the reference in the claim `status` has an index and an address;
2. the token is of typ `statuslist+jwt`, and its `sub` is exactly that address;
3. `iat` is there and not later than now, `exp` is not past, `ttl` is not used up;
4. the list has statuses of 1, 2, 4 or 8 bits, and the index is among them.

Bits are counted from the least significant one of each byte, the other way round than in Bitstring Status List. There is no
least size. That a list cannot be used is never "not revoked".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.status.bitstring import MAX_BITSTRING_BYTES
from vcwallet.status.method import REVOCATION, SUSPENSION, StatusValue
from vcwallet.wire.base_encodings import base64url_decode
from vcwallet.wire.bounded_gzip import inflate_zlib
from vcwallet.wire.timestamps import from_numeric_date

LIST_TYPE: Final = "statuslist+jwt"
MECHANISM: Final = "status_list"

_SIZES: Final = frozenset({1, 2, 4, 8})
# Statuses with a meaning (section 7.1); for these two words exist here already. All other values mean what the issuer says.
_PURPOSES: Final = {0: REVOCATION, 1: REVOCATION, 2: SUSPENSION}
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StatusReference:
    """What `status_list` in the claim `status` says: which place of which list."""

    index: int
    list_id: str


def read_reference(reference: Any, pointer: str) -> StatusReference:
    """Raises `Malformed` status_entry_malformed."""
    if not isinstance(reference, Mapping):
        raise Malformed("status_entry_malformed", "expected status_list to be an object", pointer=pointer)
    index, list_id = reference.get("idx"), reference.get("uri")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        message = "expected idx to be a whole number from 0 on"
        raise Malformed("status_entry_malformed", message, pointer=f"{pointer}/idx")
    if not isinstance(list_id, str) or not list_id:
        raise Malformed("status_entry_malformed", "expected uri to be an address", pointer=f"{pointer}/uri")
    return StatusReference(index, list_id)


def read_status(
    header: Mapping[str, Any],
    claims: Mapping[str, Any],
    wanted: StatusReference,
    *,
    fetched_at: datetime,
    at: datetime,
    clock_skew: timedelta,
    pointer: str,
) -> StatusValue:
    """What a list whose signature is good says about the token with this reference.

    Raises `Malformed` status_list_malformed, `Refused` status_list_kind_wrong, status_list_mismatch and
    status_index_out_of_range, `Undecided` status_list_expired, status_list_too_large and status_list_from_the_future.
    """
    typ = header.get("typ")
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != LIST_TYPE:
        message = f"expected the list to be of typ {LIST_TYPE}"
        raise Refused("status_list_kind_wrong", message, pointer=pointer)
    if claims.get("sub") != wanted.list_id:
        message = "the list says that it is another than the one that the credential names"
        raise Refused("status_list_mismatch", message, pointer=pointer)
    until = _good_until(claims, fetched_at, at, clock_skew, pointer)
    bits, size = _bits(claims.get("status_list"), pointer)
    value = _value_at(bits, wanted.index, size, pointer)
    return StatusValue(
        purpose=_PURPOSES.get(value, f"status {value:#04x}"),
        value=value,
        list_id=wanted.list_id,
        index=wanted.index,
        good_until=until,
    )


def _good_until(
    claims: Mapping[str, Any], fetched_at: datetime, at: datetime, clock_skew: timedelta, pointer: str
) -> datetime | None:
    if "iat" not in claims:
        raise _list_fault(pointer, "expected the list to say when it was made")
    if _moment(claims, "iat", pointer) > at + clock_skew:
        message = "the list says that it was made later than the time asked about"
        raise Undecided("status_list_from_the_future", message, pointer=pointer)
    end = _moment(claims, "exp", pointer) if "exp" in claims else _NEVER
    if end <= at - clock_skew:
        raise Undecided(
            "status_list_expired",
            f"the status list is out of date: it was good until {end.isoformat()}",
            pointer=pointer,
            hint="try again when there is a new one",
        )
    used_up = _used_up(claims, fetched_at, pointer)
    if at > used_up:
        message = "the list is older than its ttl allows, and no newer one is at hand"
        raise Undecided("status_list_expired", message, pointer=pointer)
    earliest = min(end, used_up)
    return None if earliest == _NEVER else earliest


def _used_up(claims: Mapping[str, Any], fetched_at: datetime, pointer: str) -> datetime:
    if "ttl" not in claims:
        return _NEVER
    ttl = claims["ttl"]
    if not isinstance(ttl, int | float) or isinstance(ttl, bool) or ttl <= 0:
        raise _list_fault(pointer, "expected ttl to be a number of seconds more than 0")
    try:
        return fetched_at + timedelta(seconds=ttl)
    except OverflowError:
        return _NEVER


def _moment(claims: Mapping[str, Any], name: str, pointer: str) -> datetime:
    try:
        return from_numeric_date(claims[name])
    except Malformed as exc:
        raise _list_fault(pointer, f"{name} of the list cannot be read: {exc.problem.message}") from exc


def _bits(status_list: Any, pointer: str) -> tuple[bytes, int]:
    if not isinstance(status_list, Mapping):
        raise _list_fault(pointer, "expected status_list to be an object")
    size, encoded = status_list.get("bits"), status_list.get("lst")
    if not isinstance(size, int) or isinstance(size, bool) or size not in _SIZES:
        raise _list_fault(pointer, "expected bits to be 1, 2, 4 or 8")
    if not isinstance(encoded, str):
        raise _list_fault(pointer, "expected lst to be a string")
    try:
        return inflate_zlib(base64url_decode(encoded), max_bytes=MAX_BITSTRING_BYTES), size
    except Malformed as exc:
        if exc.code == "decompressed_too_large":
            raise Undecided("status_list_too_large", exc.problem.message, pointer=pointer) from exc
        raise _list_fault(pointer, f"lst cannot be read: {exc.problem.message}") from exc


def _value_at(bits: bytes, index: int, size: int, pointer: str) -> int:
    entries = len(bits) * 8 // size
    if index >= entries:
        message = f"the list has {entries:,} statuses, and none at the index of the credential"
        raise Refused("status_index_out_of_range", message, pointer=pointer)
    byte, place = divmod(index * size, 8)
    return bits[byte] >> place & ((1 << size) - 1)


def _list_fault(pointer: str, message: str) -> Malformed:
    return Malformed("status_list_malformed", message, pointer=pointer)
