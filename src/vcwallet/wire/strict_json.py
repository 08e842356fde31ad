"""Read JSON so that every reader of the same bytes sees the same value, or read nothing.

What is signed is bytes; what is judged is the value they stand for. Wherever two parsers could differ about that value,
the text is refused: members given twice, numbers that a JavaScript program would round, NaN and Infinity, lone
surrogates, byte order marks and every encoding but UTF-8 (RFC 8259 section 8.1, I-JSON: RFC 7493 section 2).

Size and depth are limited before anything is built, so that no text can end in a RecursionError. Readers of the parsed
value may therefore recurse. What the members mean is not judged here.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, NoReturn, TypeAlias

from vcwallet.errors import Malformed
from vcwallet.wire.json_pointer import join

JsonValue: TypeAlias = dict[str, Any] | list[Any] | str | int | float | bool | None

# Beyond this, neighbouring integers share one IEEE 754 double: RFC 7493 section 2.2.
_MAX_SAFE_INTEGER: Final = 2**53 - 1
# The longest safe integer with its sign. Anything longer is refused before it is converted, which is quadratic.
_MAX_INTEGER_CHARACTERS: Final = 17
# A double never needs more than 17 significant digits; this admits any sensible notation and keeps float() cheap.
_MAX_NUMBER_CHARACTERS: Final = 400
# Python stops at about 1,000 nested calls; half of them remain for those who walk the parsed value.
_GREATEST_DEPTH_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """How large a text may be. The defaults admit a CLR with 500 full badges (3.6 MB) with room to spare.

    Raises ValueError for limits that cannot be kept.
    """

    max_bytes: int = 8 * 1024 * 1024
    max_depth: int = 64

    def __post_init__(self) -> None:
        if self.max_bytes < 1 or not 1 <= self.max_depth <= _GREATEST_DEPTH_LIMIT:
            raise ValueError(f"max_bytes must be positive, and max_depth between 1 and {_GREATEST_DEPTH_LIMIT}")


DEFAULT_LIMITS: Final = JsonLimits()


def parse(data: bytes | str, *, limits: JsonLimits = DEFAULT_LIMITS) -> JsonValue:
    """The value of one JSON text.

    Raises Malformed: json_too_large, json_not_utf8, json_syntax, json_too_deep, json_duplicate_member, json_number,
    json_lone_surrogate.
    """
    raw, text = _decode(data, limits)
    _check_depth(raw, limits)
    try:
        value: JsonValue = _DECODER.decode(text)
        if b"\\u" in raw and _ESCAPED_SURROGATE.search(raw):
            # Pairs of surrogates have become one character by now, so only a lone one cannot be encoded.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as exc:
        raise _syntax_error(exc) from exc
    except RecursionError as exc:  # The depth is within bounds, so the caller's own stack was nearly full.
        raise _too_deep(limits) from exc
    except (_Unfit, UnicodeEncodeError):
        # The quick reading knows that something is wrong, not where: that is worth a second, slow reading.
        _raise_diagnosis(text)
    return value


def parse_object(data: bytes | str, *, limits: JsonLimits = DEFAULT_LIMITS) -> dict[str, Any]:
    """As `parse`, for a text that must hold an object. Raises also Malformed json_not_an_object."""
    value = parse(data, limits=limits)
    if not isinstance(value, dict):
        raise Malformed("json_not_an_object", f"expected a JSON object, found {describe_kind(value)}")
    return value


def check(value: object, *, limits: JsonLimits = DEFAULT_LIMITS) -> JsonValue:
    """Hold a value that was built in Python to the promises of `parse`, and return the same object.

    Exactly dict, list, str, int, float, bool and None are taken: a subclass could say one thing to this check and
    another to the next reader. The value counts as too large when its JSON text certainly would be. Cycles are refused
    as too deep.

    Raises Malformed: json_too_large, json_too_deep, json_number, json_lone_surrogate, json_not_a_json_value.
    """
    budget = [limits.max_bytes]
    try:
        _check_value(value, limits, limits.max_depth, budget)
    except _Unfit as unfit:
        # A limit is passed by the whole, and the pointer to the last straw would be long.
        pointer = "" if unfit.code in {"json_too_large", "json_too_deep"} else join("", *reversed(unfit.tokens))
        raise Malformed(unfit.code, unfit.message, pointer=pointer) from None
    except RecursionError as exc:
        raise _too_deep(limits) from exc
    return value  # type: ignore[return-value] # _check_value has just established it


def describe_kind(value: object) -> str:
    """The JSON name of a value's kind, with its article, for messages: "an object", "a string", "null"."""
    if value is None:
        return "null"
    return _KINDS.get(type(value), f"a Python {type(value).__name__}")


_KINDS: Final = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
}


class _Unfit(Exception):
    """Found while reading: what is wrong, and on the way up the path to it, innermost token first."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.tokens: list[str | int] = []


# --- bytes to text -------------------------------------------------------------------------------------------------


def _decode(data: bytes | str, limits: JsonLimits) -> tuple[bytes, str]:
    if len(data) > limits.max_bytes:
        raise _too_large(limits)
    if isinstance(data, str):
        try:
            raw, text = data.encode("utf-8"), data
        except UnicodeEncodeError as exc:
            raise Malformed("json_lone_surrogate", f"character {exc.start} of the text is a lone surrogate") from exc
        if len(raw) > limits.max_bytes:
            raise _too_large(limits)
    else:
        raw = bytes(data)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise Malformed("json_not_utf8", f"JSON must be UTF-8, and byte {exc.start} is not") from exc
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Malformed("json_not_utf8", "JSON must not begin with a byte order mark (RFC 8259 section 8.1)")
    if b"\0" in raw[:4]:  # ASCII in UTF-16 or UTF-32 happens to be valid UTF-8, full of NUL.
        raise Malformed("json_not_utf8", "JSON must be UTF-8; this looks like UTF-16 or UTF-32")
    return raw, text


def _too_large(limits: JsonLimits) -> Malformed:
    return Malformed("json_too_large", f"JSON of more than {limits.max_bytes:,} bytes is not read")


def _too_deep(limits: JsonLimits) -> Malformed:
    return Malformed("json_too_deep", f"JSON nested more than {limits.max_depth} levels deep is not read")


# --- depth, before anything recurses -------------------------------------------------------------------------------

_NOT_STRUCTURE: Final = bytes(byte for byte in range(256) if byte not in b'[]{}"')
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def _check_depth(raw: bytes, limits: JsonLimits) -> None:
    """Refuse text in which the parser would go deeper than allowed before it meets its first syntax error."""
    if raw.count(b"[") + raw.count(b"{") <= limits.max_depth:
        return
    if b"\\" in raw:
        # In this order: a run of backslashes pairs up from its left, and only an unpaired one escapes a quote.
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    # With all else deleted, every second piece between quotation marks is the inside of a string.
    brackets = b"".join(raw.translate(None, _NOT_STRUCTURE).split(b'"')[::2])
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > limits.max_depth:
        raise _too_deep(limits)


# --- the quick reading ---------------------------------------------------------------------------------------------

_ESCAPED_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unfit("json_duplicate_member", "a member is given twice")
    return members


def _integer(digits: str) -> int:
    # The scanner has already established the grammar: a sign and ASCII digits.
    if len(digits) <= _MAX_INTEGER_CHARACTERS:
        value = int(digits)
        if -_MAX_SAFE_INTEGER <= value <= _MAX_SAFE_INTEGER:
            return value
    raise _Unfit("json_number", f"{_shortened(digits)} is beyond ±(2^53−1), where readers begin to round (RFC 7493)")


def _float(digits: str) -> float:
    if len(digits) > _MAX_NUMBER_CHARACTERS:
        raise _Unfit("json_number", f"a number of {len(digits)} characters is not read")
    value = float(digits)
    if math.isinf(value):
        raise _Unfit("json_number", f"{_shortened(digits)} is beyond the range of a double")
    return value


def _constant(name: str) -> NoReturn:
    raise _Unfit("json_number", f"{name} is not JSON")


def _shortened(digits: str) -> str:
    return digits if len(digits) <= 24 else f"{digits[:20]}…"  # noqa: PLR2004 - only for reading


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


# --- the slow reading, which knows the place -----------------------------------------------------------------------


class _Pairs(list[tuple[str, Any]]):
    """The members of one object as they were written."""


def _or_unfit(read: Callable[[str], object]) -> Callable[[str], object]:
    def reading(text: str) -> object:
        try:
            return read(text)
        except _Unfit as unfit:
            return unfit

    return reading


_DIAGNOSING_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_int=_or_unfit(_integer),
    parse_float=_or_unfit(_float),
    parse_constant=_or_unfit(_constant),
)


def _raise_diagnosis(text: str) -> NoReturn:
    """Raise the first fault of a text that is known to have one, with its place."""
    try:
        fault = _first_fault(_DIAGNOSING_DECODER.decode(text), "")
    except json.JSONDecodeError as exc:
        raise _syntax_error(exc) from exc
    assert fault is not None, "the quick and the slow reading must agree"
    raise fault


def _first_fault(value: object, pointer: str) -> Malformed | None:
    if isinstance(value, _Unfit):
        return Malformed(value.code, value.message, pointer=pointer)
    if isinstance(value, str):
        return _lone_surrogate(value, pointer)
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, member in value:
            if (fault := _lone_surrogate(key, pointer)) is not None:
                return fault
            place = join(pointer, key)
            if key in seen:
                return Malformed("json_duplicate_member", f"the member {_quoted(key)} is given twice", pointer=place)
            seen.add(key)
            if (fault := _first_fault(member, place)) is not None:
                return fault
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if (fault := _first_fault(item, join(pointer, index))) is not None:
                return fault
    return None


def _lone_surrogate(text: str, pointer: str) -> Malformed | None:
    if _is_unicode(text):
        return None
    return Malformed("json_lone_surrogate", "a string holds a lone surrogate, which is no character", pointer=pointer)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _quoted(key: str) -> str:
    return json.dumps(key if len(key) <= 60 else f"{key[:60]}…", ensure_ascii=False)  # noqa: PLR2004 - only for reading


def _syntax_error(exc: json.JSONDecodeError) -> Malformed:
    return Malformed("json_syntax", f"not JSON: {exc.msg} at line {exc.lineno}, column {exc.colno}")


# --- values built in Python ----------------------------------------------------------------------------------------


def _check_value(value: object, limits: JsonLimits, levels_left: int, budget: list[int]) -> None:
    # `budget` falls by the least that each value needs as text. Without it, lists that share their items could hold
    # 2^64 values in 64 objects.
    budget[0] -= 1
    if type(value) is str:
        _check_text(value, budget)
    elif type(value) is dict:
        _check_level(limits, levels_left)
        for key, member in value.items():
            if type(key) is not str:
                raise _Unfit("json_not_a_json_value", f"expected a string as key, found {describe_kind(key)}")
            _check_text(key, budget)
            _check_inside(key, member, limits, levels_left, budget)
    elif type(value) is list:
        _check_level(limits, levels_left)
        for index, item in enumerate(value):
            _check_inside(index, item, limits, levels_left, budget)
    elif type(value) is int:
        if not -_MAX_SAFE_INTEGER <= value <= _MAX_SAFE_INTEGER:
            raise _Unfit("json_number", "an integer beyond ±(2^53−1), where readers begin to round (RFC 7493)")
    elif type(value) is float:
        if not math.isfinite(value):
            raise _Unfit("json_number", f"{value} is not JSON")
    elif type(value) is not bool and value is not None:
        raise _Unfit("json_not_a_json_value", f"expected a JSON value, found {describe_kind(value)}")
    if budget[0] < 0:
        raise _Unfit("json_too_large", f"JSON of more than {limits.max_bytes:,} bytes is not read")


def _check_level(limits: JsonLimits, levels_left: int) -> None:
    if levels_left == 0:
        raise _Unfit("json_too_deep", f"a value nested more than {limits.max_depth} levels deep is not read")


def _check_inside(token: str | int, value: object, limits: JsonLimits, levels_left: int, budget: list[int]) -> None:
    try:
        _check_value(value, limits, levels_left - 1, budget)
    except _Unfit as unfit:
        unfit.tokens.append(token)
        raise


def _check_text(text: str, budget: list[int]) -> None:
    budget[0] -= len(text)
    if not text.isascii() and not _is_unicode(text):
        raise _Unfit("json_lone_surrogate", "a string holds a lone surrogate, which is no character")
