"""JSON pointers (RFC 6901): the names of places in a document.

Errors use them to say where, proofs of selective disclosure to say which. Only the string form is known here, not the
URI fragment form.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from vcwallet.errors import Malformed, Refused

if TYPE_CHECKING:
    from vcwallet.wire.strict_json import JsonValue  # which itself needs pointers for its messages

_POINTER: Final = re.compile(r"(?:/(?:[^/~]|~[01])*)*")
# RFC 6901 section 4: no leading zeros. Eighteen digits are beyond any list, and int() of them is cheap.
_ARRAY_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,17}")


def escape(token: str) -> str:
    """One reference token as it stands between the slashes."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer to something further inside: `join("/a", "b/c", 0)` is "/a/b~1c/0"."""
    for token in tokens:
        pointer = f"{pointer}/{token if isinstance(token, int) else escape(token)}"
    return pointer


def split(pointer: str) -> tuple[str, ...]:
    """The reference tokens, unescaped. Raises Malformed pointer_syntax."""
    if not _POINTER.fullmatch(pointer):
        raise Malformed(
            "pointer_syntax",
            f"expected a JSON pointer (RFC 6901): '' or '/…' with ~ only in ~0 and ~1; found {_shortened(pointer)}",
        )
    # RFC 6901 section 4: ~1 first, so that ~01 becomes ~1 and not /.
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def resolve(document: "JsonValue", pointer: str) -> "JsonValue":
    """The value at a place. Raises Malformed pointer_syntax, Refused pointer_not_found.

    "-", the place after the last item of an array, never names a value.
    """
    value = document
    for token in split(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _ARRAY_INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise Refused("pointer_not_found", f"the document has nothing at {_shortened(pointer)}")
    return value


def walk(document: "JsonValue") -> Iterator[tuple[str, "JsonValue"]]:
    """Every value of a document with its pointer, the document itself first, in the order of the text."""
    waiting: list[tuple[str, JsonValue]] = [("", document)]
    while waiting:
        pointer, value = waiting.pop()
        yield pointer, value
        if isinstance(value, dict):
            waiting.extend((join(pointer, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            waiting.extend((join(pointer, index), value[index]) for index in range(len(value) - 1, -1, -1))


def pointer_to(document: "JsonValue", container: object) -> str | None:
    """The first place of this very object, which may be equal to others; None if it is not in the document."""
    return next((pointer for pointer, value in walk(document) if value is container), None)


def _shortened(pointer: str) -> str:
    return repr(pointer if len(pointer) <= 80 else f"{pointer[:80]}…")  # noqa: PLR2004 - only for reading
