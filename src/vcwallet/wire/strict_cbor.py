"""CBOR (RFC 8949) as proofs of selective disclosure use it: arrays, maps with integer keys, bytes, text and integers.

Read is only what this module would write for the same value, so a value has one spelling: no tags, floats or simple
values, no indefinite or over-long lengths, no key twice, nothing behind the end.
"""

from typing import Any, Final

from vcwallet.errors import Malformed

# The base proof of a learner record with 500 full badges has 75,000 statements, and a signature of 64 bytes for each.
MAX_BYTES: Final = 6 * 1024 * 1024
# Proofs are arrays that hold arrays or maps of plain values.
_MAX_DEPTH: Final = 2
# Big numbers and fractions are tags that are computed while they are read, and some take very long to compute.
_ARITHMETIC_TAGS: Final = (2, 3, 4, 5, 30)


def encode(value: Any) -> bytes:
    """The bytes of a value made of lists, dicts with integer keys, bytes, str and integers."""
    import cbor2  # noqa: PLC0415 - loaded when first used: it takes 15 ms

    return cbor2.dumps(value)


def decode(data: bytes, *, pointer: str = "") -> Any:
    """The value of these bytes. Raises Malformed cbor."""
    import cbor2  # noqa: PLC0415 - loaded when first used: it takes 15 ms

    if len(data) > MAX_BYTES:
        raise Malformed("cbor", f"CBOR of more than {MAX_BYTES} bytes is not read", pointer=pointer)
    try:
        value = cbor2.loads(
            data,
            max_depth=_MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            semantic_decoders=dict.fromkeys(_ARITHMETIC_TAGS, _refuse_tag),
        )
    except cbor2.CBORError as exc:
        raise Malformed("cbor", f"this is not CBOR ({type(exc).__name__})", pointer=pointer) from exc
    if not _is_plain(value):
        message = "expected CBOR of arrays, maps with integer keys, bytes, text and integers, two levels deep, untagged"
        raise Malformed("cbor", message, pointer=pointer)
    if cbor2.dumps(value) != data:
        message = (
            "expected the one spelling of this CBOR: definite and shortest lengths, no key twice, nothing behind it"
        )
        raise Malformed("cbor", message, pointer=pointer)
    return value


def _refuse_tag(*_: object) -> Any:
    raise ValueError("tagged")


def _is_plain(value: Any) -> bool:
    # By exact type: tags and simple values come as objects of many kinds, some of which are kinds of numbers.
    kind = type(value)
    if kind is list:
        return all(map(_is_plain, value))
    if kind is dict:
        return all(type(key) is int and _is_plain(item) for key, item in value.items())
    return kind in (bytes, str, int)
