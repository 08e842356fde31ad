"""JSON Canonicalization Scheme (RFC 8785): one value, one sequence of bytes.

The work is done by the rfc8785 library. What it refuses is refused here under the codes of strict JSON.
"""

from vcwallet.errors import Malformed
from vcwallet.wire.strict_json import JsonValue, check


def canonicalize(value: JsonValue) -> bytes:
    """The canonical bytes of a value that `strict_json` has parsed or checked.

    Raises Malformed with the codes of `strict_json.check` for a value that has no canonical form.
    """
    import rfc8785  # noqa: PLC0415 - loaded when first used: few credentials need it

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as exc:
        check(value)
        raise Malformed("json_not_a_json_value", f"the value has no canonical form: {exc}") from exc
