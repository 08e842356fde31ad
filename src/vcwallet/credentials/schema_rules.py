"""Check a document against JSON Schemas: our own of Open Badges 3.0 and CLR 2.0, or one that the issuer points to.

Our own say the same as those that 1EdTech publishes, but for the stricter points listed in the tests; they are written
by tools/write_credential_schemas.py and answer for the published addresses, so that nothing is fetched for those. A
schema from elsewhere is evaluated only if that is certain to end soon (schema_cost.py). No schema ever causes a
document to be fetched. What a schema cannot say is in structure_rules.py.
"""

import json
import re
from functools import lru_cache
from pkgutil import get_data
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from vcwallet.credentials.credential import VCDM_2_0_CONTEXT, as_list
from vcwallet.credentials.schema_cost import cost_of, unusable
from vcwallet.errors import Malformed, Problem
from vcwallet.wire import json_pointer, strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema_rs import ValidationError, Validator

SchemaName = Literal[
    "achievement-credential",
    "endorsement-credential",
    "clr-credential",
    "any-achievement-credential",
    "any-endorsement-credential",
    "any-clr-credential",
    "profile",
    "verifiable-credential",
]

# What a person repairs in one go; a list of thousands is a burden to its reader and a cost to us.
MAX_PROBLEMS: Final = 20
# The validator collects every problem of a document before it shows the first one, at about 10 µs and some memory each.
# In a document of more values, where there could be millions, only the first problem of our own schemas is asked for …
MAX_NODES_FOR_ALL_PROBLEMS: Final = 20_000
# … and where a schema from elsewhere costs more (schema_cost.py), only whether there is one: a choice between schemas
# has all the problems of each of them.
MAX_COST_FOR_PROBLEMS: Final = 50_000
# Compiled schemas that are kept: more than an issuer uses, and at most a few megabytes each.
_FOREIGN_SCHEMAS_KEPT: Final = 16
_PATTERN_MEMORY_BYTES: Final = 256 * 1024  # of one compiled pattern; the published schemas need a hundredth
_SHOWN_CHARACTERS: Final = 60
_SHOWN_TERMS: Final = 8
_SHOWN_INTEGER: Final = 2**53

_PUBLISHED: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/(?:ob/v3p0/schema/(?:json|json-ld)/ob_v3p0|clr/v2p0/schema/(?:json|json-ld)/clr_v2p0)"
    r"_(?P<any>any)?(?P<kind>achievementcredential|endorsementcredential|clrcredential|profile)_schema\.json"
)
_ANSWERS: Final[dict[str, SchemaName]] = {
    "achievementcredential": "any-achievement-credential",
    "endorsementcredential": "any-endorsement-credential",
    "clrcredential": "any-clr-credential",
}
_DIALECTS: Final = {
    "json-schema.org/draft/2020-12/schema": "Draft202012Validator",
    "json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    "json-schema.org/draft-07/schema": "Draft7Validator",
}


def structure_schema_for(document: object) -> SchemaName | None:
    """The schema that a credential must satisfy, by its types and its data model; None if it is no credential at all.

    As the public validator of 1EdTech does, data model 2.0 is told by its context standing anywhere in the list.
    """
    if not isinstance(document, dict):
        return None
    types = [entry for entry in as_list(document.get("type")) if isinstance(entry, str)]
    is_2_0 = VCDM_2_0_CONTEXT in as_list(document.get("@context"))
    if "ClrCredential" in types:
        return "clr-credential" if is_2_0 else "any-clr-credential"
    if "AchievementCredential" in types or "OpenBadgeCredential" in types:
        return "achievement-credential" if is_2_0 else "any-achievement-credential"
    if "EndorsementCredential" in types:
        return "endorsement-credential" if is_2_0 else "any-endorsement-credential"
    return "verifiable-credential" if "VerifiableCredential" in types else None


def schema_problems(document: object, name: SchemaName) -> list[Problem]:
    """What one of our schemas finds wrong: at most MAX_PROBLEMS problems, each with code "schema_violation"."""
    return problems_found_by(_compiled(name), bundled(name), document)


def problems_found_by(validator: "Validator", schema: dict[str, Any], document: object) -> list[Problem]:
    """What another schema of our own, compiled by its owner, finds wrong; as `schema_problems`."""
    return _problems(
        validator,
        schema,
        document,
        ask_for=lambda: "all" if _has_at_most(MAX_NODES_FOR_ALL_PROBLEMS, document) else "first",
    )


def bundled_schema(url: str) -> SchemaName | None:
    """Our schema that answers for a published address of 1EdTech; None for every other address.

    The addresses once served the schemas of data model 1.1 and now serve those of 2.0, so the answer is the one for
    either: a credential is judged by the data model that it says it follows.
    """
    match = _PUBLISHED.fullmatch(url)
    if match is None or (match["kind"] == "clrcredential" and "/clr/" not in url):
        return None
    if match["kind"] == "profile":
        return None if match["any"] else "profile"
    return _ANSWERS[match["kind"]]


def problems_against(document: object, schema: object) -> list[Problem]:
    """What a schema that somebody else wrote finds wrong: at most MAX_PROBLEMS problems, code "schema_violation".

    JSON Schema 2020-12, 2019-09 and draft-07 are understood; one that does not say is read as 2019-09, as Open Badges
    wants. `format` asserts or informs as the draft prescribes. Raises Undecided credential_schema_unusable for a
    schema that is not a valid schema, needs other documents, or cannot be evaluated within the limits.
    """
    import jsonschema_rs  # noqa: PLC0415 - loaded when first used: it takes 23 ms

    try:
        strict_json.check(schema)
    except Malformed as exc:
        raise unusable(str(exc)) from exc
    if not isinstance(schema, dict):
        raise unusable("it is not a JSON object")
    dialect = _dialect(schema)
    cost = cost_of(schema, document)
    try:
        validator = _compiled_foreign(json.dumps(schema), dialect)
    except (ValueError, jsonschema_rs.ReferencingError) as exc:  # ValidationError is a ValueError
        raise unusable(f"it is not a valid schema: {_shortened(str(exc))}") from exc
    return _problems(validator, schema, document, ask_for=lambda: "all" if cost <= MAX_COST_FOR_PROBLEMS else "none")


@lru_cache(maxsize=8)
def bundled(name: SchemaName) -> dict[str, Any]:
    """One of our schemas as JSON; it must not be changed. Raises ValueError for a name that is not one of them."""
    if name not in SchemaName.__args__:  # type: ignore[attr-defined]
        raise ValueError(f"there is no schema called {name!r}")
    # Not importlib.resources, which takes 10 ms to load and brings zipfile along.
    data = get_data("vcwallet.credentials", f"schemas/{name}.json")
    if data is None:
        raise RuntimeError(f"this installation of vcwallet is damaged: the schema {name} cannot be read")
    return cast("dict[str, Any]", json.loads(data))


@lru_cache(maxsize=8)
def _compiled(name: SchemaName) -> "Validator":
    import jsonschema_rs  # noqa: PLC0415 - loaded when first used: it takes 23 ms

    return jsonschema_rs.Draft202012Validator(
        bundled(name), validate_formats=True, offline=True, mask="it", pattern_options=jsonschema_rs.RegexOptions()
    )


@lru_cache(maxsize=_FOREIGN_SCHEMAS_KEPT)
def _compiled_foreign(text: str, dialect: str) -> "Validator":
    import jsonschema_rs  # noqa: PLC0415 - loaded when first used: it takes 23 ms

    # RegexOptions chooses the engine whose time is linear in the text; it has no look-around and no back-references.
    limits = jsonschema_rs.RegexOptions(size_limit=_PATTERN_MEMORY_BYTES, dfa_size_limit=_PATTERN_MEMORY_BYTES)
    make = getattr(jsonschema_rs, dialect)
    return cast("Validator", make(json.loads(text), offline=True, mask="it", pattern_options=limits))


def _dialect(schema: dict[str, Any]) -> str:
    named = schema.get("$schema", "https://json-schema.org/draft/2019-09/schema")
    address = re.fullmatch(r"https?://([^#]*)#?", named) if isinstance(named, str) else None
    dialect = _DIALECTS.get(address[1]) if address else None
    if dialect is None:
        raise unusable(f"its $schema is {_shown(named)}; understood are JSON Schema 2020-12, 2019-09 and draft-07")
    return dialect


def _problems(
    validator: "Validator",
    schema: dict[str, Any],
    document: object,
    *,
    ask_for: "Callable[[], Literal['all', 'first', 'none']]",
) -> list[Problem]:
    """`ask_for` says how many problems may be looked for, and is asked only where there are any."""
    try:
        if validator.is_valid(document):
            return []
        wanted = ask_for()
        if wanted == "none":
            return [Problem("schema_violation", "the document does not satisfy the schema")]
        errors = validator.iter_errors(document) if wanted == "all" else _first_error(validator, document)
    except ValueError as exc:  # a Python value that is not JSON, or an unpaired surrogate
        return [Problem("schema_violation", f"the document cannot be read as JSON: {_shortened(str(exc))}")]
    found: dict[tuple[str, str], Problem] = {}
    for error in errors:
        pointer = json_pointer.join("", *error.instance_path)
        # A value of the wrong type breaks other rules too; the first says it. Each missing member is its own problem.
        reason = error.message if error.kind.name == "required" else ""
        found.setdefault((pointer, reason), Problem("schema_violation", _explanation(error, schema), pointer))
        if len(found) == MAX_PROBLEMS:
            break
    return list(found.values())


def _first_error(validator: "Validator", document: object) -> "Iterator[ValidationError]":
    try:
        validator.validate(document)
    except ValueError as exc:
        yield cast("ValidationError", exc)


def _explanation(error: "ValidationError", schema: dict[str, Any]) -> str:
    """What was expected and what came, in words; `description` of our own schemas says what a rule means."""
    keyword = error.kind.name
    detail = error.kind.as_dict()
    rule = _at(schema, error.schema_path[:-1])
    meaning = rule.get("description") if schema.get("$id", "").startswith("urn:vcwallet:") else None
    came = f"came {_shown(error.instance)}"
    if keyword == "required":
        return f"the member {_shown(detail['property'])} is missing"
    if keyword == "type":
        expected = meaning or " or ".join(_TYPE_NAMES.get(name, name) for name in detail["types"])
        return f"expected {expected}, came {_TYPE_NAMES[_type_of(error.instance)]}"
    if keyword == "const":
        return f"expected {_shown(detail['expected_value'])}, {came}"
    if keyword == "enum":
        return f"expected {_terms(detail['options'])}, {came}"
    if keyword == "contains":
        contained = _at(schema, error.schema_path)
        terms = contained.get("enum", [contained["const"]] if "const" in contained else [])
        return f"expected an array that contains {_terms(terms)}" if terms else "an item that is required is missing"
    if keyword == "minItems":
        return f"expected at least {detail['limit']} items"
    if keyword in {"pattern", "anyOf"} and isinstance(meaning, str):
        return f"expected {meaning}, {came}"
    if keyword == "pattern":
        return f"expected a string that matches {_shortened(detail['pattern'])}, {came}"
    if keyword == "format":
        return f"expected a string in the format {_FORMATS.get(detail['format'], _shortened(detail['format']))}, {came}"
    if keyword == "additionalProperties":
        return f"members that are not allowed here: {', '.join(map(_shown, detail['unexpected'][:_SHOWN_TERMS]))}"
    if keyword == "propertyNames":
        return f"a member has a name that is not allowed: {_shortened(detail['error'].message)}"
    return f"the rule {keyword!r} is broken: {_shortened(error.message)}"


_TYPE_NAMES: Final = {
    "null": "null",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an object",
}
_FORMATS: Final = {"date-time": "2026-01-31T09:30:00Z", "date": "2026-01-31"}


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(_shortened(value), ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) <= _SHOWN_INTEGER):
        return str(value)
    return _TYPE_NAMES[_type_of(value)]


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _terms(values: list[Any]) -> str:
    shown = " or ".join(_shown(value) for value in values[:_SHOWN_TERMS])
    return f"{shown} or {len(values) - _SHOWN_TERMS} others" if len(values) > _SHOWN_TERMS else shown


def _at(schema: Any, path: list[str | int]) -> dict[str, Any]:
    for step in path:
        if isinstance(schema, dict):
            schema = schema.get(str(step))
        else:
            schema = schema[int(step)] if isinstance(schema, list) else None
    return schema if isinstance(schema, dict) else {}


def _has_at_most(limit: int, document: object) -> bool:
    waiting = [document]
    for _ in range(limit):
        if not waiting:
            return True
        value = waiting.pop()
        if type(value) is dict:
            waiting += value.values()
        elif type(value) is list:
            waiting += value
    return not waiting
