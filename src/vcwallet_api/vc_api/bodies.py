"""What callers of the VC API send: JSON of any shape, read strictly, because some of it will be signed."""

import json
from collections.abc import Mapping
from typing import Any, Final

from vcwallet import Malformed

# Each is looked for in the document; a record with more members than this is named by the objects that enclose them.
_MAX_POINTERS: Final = 1000
# What callers say, and the check that is meant.
_CHECKS: Final[Mapping[str, str]] = {
    **{name: name for name in ("structure", "context", "proof", "issuer", "schema", "period", "status", "nested")},
    "credentialStatus": "status",
    "credentialSchema": "schema",
}


def read_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object. Raises `Malformed` for anything else, and for a member that occurs twice."""
    try:
        value = json.loads(body, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise Malformed("json_syntax", "expected a body that is JSON") from exc
    if not isinstance(value, dict):
        raise Malformed("json_not_an_object", "expected a body that is a JSON object")
    return value


def member(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A member that must be an object. Raises `Malformed`."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise Malformed("value_missing", f"expected an object as {name}", pointer=f"/{name}")
    return value


def options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The options, which may be absent or null. Raises `Malformed` when they are something else than an object."""
    return {} if body.get("options") is None else member(body, "options")


def text_option(given: Mapping[str, Any], name: str) -> str | None:
    """An option that is text; None when it is absent or null. Raises `Malformed` for anything else."""
    value = given.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Malformed("value_missing", f"expected text as {name}", pointer=f"/options/{name}")


def pointers_option(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """An option that is a list of JSON pointers; empty when it is absent or null. Raises `Malformed` for anything else."""
    value = given.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MAX_POINTERS or not all(isinstance(entry, str) for entry in value):
        raise Malformed(
            "value_missing", f"expected {_MAX_POINTERS} JSON pointers at most as {name}", pointer=f"/options/{name}"
        )
    return tuple(value)


def checks_option(given: Mapping[str, Any]) -> frozenset[str] | None:
    """Which checks are to decide, by our names; None when the caller does not say.

    Suites say "proof" and "credentialStatus". Raises `Malformed` for a check that there is not: it would be left undone.
    """
    value = given.get("checks")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) and name in _CHECKS for name in value):
        names = ", ".join(sorted(_CHECKS))
        raise Malformed("value_missing", f"expected checks to be a list of some of {names}", pointer="/options/checks")
    return frozenset(_CHECKS[name] for name in value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("json_duplicate_member", "a member occurs twice, and readers would disagree about it")
    return found


def _refuse_constant(name: str) -> Any:
    raise Malformed("json_number", f"{name} is no JSON")
