"""Our JSON Schemas give the same verdict as the published ones, but for the differences listed here."""

import copy
import json
import random
import re
import runpy
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import pytest

from tests.credential_samples import credentials
from tests.shared_data import SHARED_DATA, needs
from vcwallet.credentials.schema_rules import (
    bundled,
    structure_schema_for,
)
from vcwallet.wire import json_pointer

REPOSITORY = Path(__file__).resolve().parents[3]
TOOL = runpy.run_path(str(REPOSITORY / "tools" / "write_credential_schemas.py"), run_name="tool")

PUBLISHED = {
    "achievement-credential": "ob3/published-json/ob_v3p0_achievementcredential_schema.json",
    "endorsement-credential": "ob3/published-json/ob_v3p0_endorsementcredential_schema.json",
    "clr-credential": "clr2/published-json/clr_v2p0_clrcredential_schema.json",
    "profile": "ob3/published-json/ob_v3p0_profile_schema.json",
}
# For data model 1.1 only schemas of April 2024 are public, in the array-only form.
PUBLISHED_1_1 = {
    "any-achievement-credential": "ob3/spec-appendix-2024-04-03/ob_v3p0_achievementcredentialv1p1_schema.json",
    "any-endorsement-credential": "ob3/spec-appendix-2024-04-03/ob_v3p0_endorsementcredentialv1p1_schema.json",
}
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def is_language_map(value: Any) -> bool:
    return isinstance(value, dict) and all(LANGUAGE.fullmatch(key) and isinstance(value[key], str) for key in value)


class Difference(NamedTuple):
    """Something that the published schemas accept and ours refuse, told by the place and the value there."""

    reason: str
    covers: Callable[[str, Any], bool]


DIFFERENCES = {
    "language map in place of a word": Difference(
        "the published schemas allow a text per language wherever a string may stand: as an id, a type, a hash, a date "
        "of a proof, or an issuer. Nothing can be identified, compared or verified by such an object",
        lambda _place, value: is_language_map(value),
    ),
    "type is one string, and the wrong one": Difference(
        "the published schemas look for the required word only in arrays. JSON-LD lets an array of one be compacted to "
        "its item (OB 3.0, D.1), so one string counts as an array of one",
        lambda place, value: place.endswith("/type") and isinstance(value, str),
    ),
    "@context is not an array": Difference(
        "the context must be an ordered list of at least two (OB 3.0, B.1.1); a string or an object cannot be",
        lambda place, value: place.endswith("/@context") and not isinstance(value, list),
    ),
    "ext: is not at the beginning": Difference(
        'extension terms begin with "ext:" (OB 3.0, section 5); the published pattern is not anchored',
        lambda _place, value: isinstance(value, str) and "ext:" in value and not value.startswith("ext:"),
    ),
}


def published(path: str) -> dict[str, Any]:
    return json.loads((SHARED_DATA / "schemas" / path).read_text(encoding="utf-8"))


def validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema, validate_formats=True, offline=True, mask="it")


def difference(ours: jsonschema_rs.Validator, oracle: jsonschema_rs.Validator, document: Any, *, arrays: bool) -> str:
    """Why the two verdicts on a document differ without a reason from the table; "" when all is well.

    `arrays` says that the oracle knows only arrays and plain texts, so that single values are widened for it.
    """
    accepted = ours.is_valid(document)
    widened = widened_for(oracle, document) if arrays else document
    if accepted == oracle.is_valid(widened):
        return ""
    if accepted:
        return f"only the published one refuses: {[error.message for error in oracle.iter_errors(widened)][:2]}"
    for error in ours.iter_errors(document):
        place = json_pointer.join("", *error.instance_path)
        if not any(entry.covers(place, error.instance) for entry in DIFFERENCES.values()):
            return f"only ours refuses, at {place}: {error.message}"
    return ""


def widened_for(oracle: jsonschema_rs.Validator, document: Any) -> Any:
    """The document with each single value that must be an array in one, and each text per language as plain text."""
    document = copy.deepcopy(document)
    for _ in range(50):
        changed = False
        for error in oracle.iter_errors(document):
            if not error.instance_path or error.kind.name != "type":
                continue
            *path, last = error.instance_path
            parent = document
            for step in path:
                parent = parent[step]
            if error.kind.types == ["array"] and not isinstance(parent[last], list):
                parent[last] = [parent[last]]
                changed = True
            elif error.kind.types == ["string"] and is_language_map(parent[last]):
                parent[last] = "text"
                changed = True
        if not changed:
            return document
    raise AssertionError("widening does not end")


INSTEAD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 3.5, "", "word", "urn:example:1", [], {}, [None], [[]], [{}]),
    *("2026-01-31", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00", "2026-02-30T09:30:00Z", "2026-01-31T09:30:00+01:00"),
    *("ext:own", "ext:-", "ext:", "text:own", "EXT:own", "ext:an own term", "a.b.c", "a..c", ".b.c", "a.b.c="),
    *(
        "Profile",
        "Achievement",
        ["Profile"],
        ["Achievement", "Profile"],
        "VerifiableCredential",
        "en",
        "de-AT",
        "english",
    ),
    *({"en": "text", "de-AT": "Text"}, {"EN": "text"}, {"english": "text"}, {"en": 1}, {"@value": "text"}),
    *({"id": "urn:example:1", "type": ["Profile"]}, {"id": "urn:example:1", "type": "Image"}, {"type": "Word"}),
    *("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"),
    *("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3-3.0.2.json", "Completed", "isChildOf", "Degree"),
)


def changed_once(document: Any, dice: random.Random) -> Any:
    """A copy of the document that differs in one place."""
    document = copy.deepcopy(document)
    containers = [value for _, value in json_pointer.walk(document) if isinstance(value, dict | list) and value]
    if not containers:
        return document
    parent = dice.choice(containers)
    key = dice.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    change = dice.randrange(8)
    if change == 0:
        del parent[key]
    elif change == 1:
        parent[key] = [parent[key]]
    elif change == 2:
        parent[key] = [parent[key], copy.deepcopy(parent[key])]
    elif change == 3:
        parent[key] = parent[key][0] if isinstance(parent[key], list) and parent[key] else {"en": "text"}
    elif change == 4 and isinstance(parent, dict):
        parent["another"] = dice.choice(INSTEAD)
    elif change == 5 and isinstance(parent, list):
        parent.insert(key, dice.choice(INSTEAD))
    else:
        parent[key] = copy.deepcopy(dice.choice(INSTEAD))
    return document


def samples() -> dict[str, list[Any]]:
    """The credentials of the shared data, and the profiles of their issuers, by the name of our schema for them."""
    result: dict[str, list[Any]] = {name: [] for name in {**PUBLISHED, **PUBLISHED_1_1}}
    for document in credentials().values():
        name = structure_schema_for(document)
        if name in PUBLISHED or (name in PUBLISHED_1_1 and says_1_1(document)):
            result[name].append(document)
        if isinstance(document.get("issuer"), dict):
            result["profile"].append(document["issuer"])
    return result


def says_1_1(document: Any) -> bool:
    context = document.get("@context") if isinstance(document, dict) else None
    return isinstance(context, list) and context[:1] == ["https://www.w3.org/2018/credentials/v1"]


def compared_on_samples(changes: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Compare on each sample, and on so many changed ones per schema; the tally, and the unexplained differences."""
    tally: Counter[str] = Counter()
    found = []
    dice = random.Random(seed)
    for name, documents in samples().items():
        ours, oracle = validator(bundled(name)), validator(published({**PUBLISHED, **PUBLISHED_1_1}[name]))
        for number in range(len(documents) + changes):
            document = documents[number] if number < len(documents) else dice.choice(documents)
            for _ in range(0 if number < len(documents) else dice.choice([1, 1, 2, 3])):
                document = changed_once(document, dice)
            if name in PUBLISHED_1_1 and not says_1_1(document):
                continue  # the schema for any data model would rightly apply the rules of 2.0
            tally[f"{name} {'accepted' if ours.is_valid(document) else 'refused'}"] += 1
            if reason := difference(ours, oracle, document, arrays=name in PUBLISHED_1_1):
                found.append(f"{name}: {reason} in {json.dumps(document)[:2000]}")
    return tally, found


# What a published class is called in our schemas, where the name is another one.
RENAMED = {"VerifiableCredential": "RecordedCredential"}
RENAMED_1_1 = {"CredentialStatus": "CredentialStatusV1p1"}
# Definitions of the published schemas that are not compared one by one.
NOT_COMPARED = {"Context": "ours is part of the rule for @context"}
NOT_COMPARED_1_1 = {
    **NOT_COMPARED,
    "Profile": "reached only through parentOrg; ours is that of 2026, as in the schemas of data model 2.0",
    "EndorsementCredential": "likewise",
}

STRINGS_FOR_PATTERNS = {
    "ob": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "clr": "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "a-zA-Z0-9_-": "YQ.YQ.YQ",
    "ext:": "ext:own",
    "a-z]{2,4}": "de-AT",
}
STRINGS_FOR_FORMATS = {"date-time": "2026-01-31T09:30:00Z", "date": "2026-01-31"}


def example(schema: dict[str, Any], definitions: dict[str, Any], depth: int) -> Any:
    """A value that a published schema accepts: with all members that it names, down to a depth, then only the required."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rpartition("/")[2]], definitions, depth)
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return example(
                schema[keyword][
                    -1
                    if keyword == "oneOf"
                    and "pattern" not in schema[keyword][-1]
                    and "additionalProperties" not in schema[keyword][-1]
                    else 0
                ],
                definitions,
                depth,
            )
    if "allOf" in schema:
        return [part["contains"]["enum"][0] for part in schema["allOf"]]
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "array":
        items = schema["items"]
        if isinstance(items, list):
            return [example(item, definitions, depth) for item in items]
        return [schema["contains"]["enum"][0]] if "contains" in schema else [example(items, definitions, depth)]
    if schema["type"] == "object":
        members = schema["properties"] if depth > 0 else schema.get("required", ())
        return {name: example(schema["properties"][name], definitions, depth - 1) for name in members}
    if schema["type"] == "string":
        if "pattern" in schema:
            return next(
                text
                for part, text in STRINGS_FOR_PATTERNS.items()
                if part in schema["pattern"].replace("\\/", "/")
                and (part != "ob" or "/ob/" in schema["pattern"].replace("\\/", "/"))
            )
        return STRINGS_FOR_FORMATS.get(schema.get("format"), "urn:example:1")
    return {"number": 2.5, "boolean": True}[schema["type"]]


def compared_class_by_class(path: str, name: str, *, arrays: bool) -> tuple[Counter[str], list[str]]:
    """Compare every class of a schema on an example of it, with each member left out, and with each replaced in turn."""
    theirs, mine = published(path), bundled(name)
    tally: Counter[str] = Counter()
    found = []
    roots = {"": {key: value for key, value in theirs.items() if key not in {"$id", "$schema", "$defs"}}}
    for label, root in {**roots, **theirs["$defs"]}.items():
        if label in (NOT_COMPARED_1_1 if arrays else NOT_COMPARED):
            continue
        own = (RENAMED_1_1 if arrays else RENAMED).get(label, label).replace("v1p1", "V1p1")
        own_root = {"$ref": f"#/$defs/{own}"} if label else {k: v for k, v in mine.items() if k != "$defs"}
        ours = validator({**own_root, "$schema": mine["$schema"], "$defs": mine["$defs"]})
        oracle = validator({**root, "$schema": theirs["$schema"], "$defs": theirs["$defs"]})
        sample = example(root, theirs["$defs"], 2)
        assert oracle.is_valid(sample), f"the example of {label or 'the root'} is no good: {sample}"
        for document in variants(sample):
            tally["accepted" if ours.is_valid(document) else "refused"] += 1
            if reason := difference(ours, oracle, document, arrays=arrays):
                found.append(f"{label or 'root'}: {reason} in {json.dumps(document)[:500]}")
    return tally, found


def variants(sample: Any) -> Iterator[Any]:
    yield sample
    yield from INSTEAD
    if isinstance(sample, dict):
        yield {**sample, "another": "member"}
        for member, value in sample.items():
            yield {name: other for name, other in sample.items() if name != member}
            yield {**sample, member: [value]}
            yield {**sample, member: [value, value]}
            if isinstance(value, list):
                yield {**sample, member: value[0]}
                yield {**sample, member: value[::-1]}
                for place in range(len(value)):
                    before, after = value[:place], value[place + 1 :]
                    yield {**sample, member: before + after}
                    yield from ({**sample, member: [*before, other, *after]} for other in INSTEAD)
                yield from ({**sample, member: [*value, other]} for other in INSTEAD)
            yield from ({**sample, member: other} for other in INSTEAD)


@needs("schemas")
@pytest.mark.parametrize(("name", "path"), [*PUBLISHED.items(), *PUBLISHED_1_1.items()])
def test_every_class_of_our_schemas_agrees_with_the_published_one_member_by_member(name, path):
    tally, found = compared_class_by_class(path, name, arrays=name in PUBLISHED_1_1)

    assert found == []
    assert min(tally["accepted"], tally["refused"]) > 500  # else nothing was compared


@pytest.mark.parametrize("kind", ["achievement", "endorsement", "clr"])
def test_a_schema_for_any_data_model_has_the_classes_of_2_0_unchanged(kind):
    either, newer = bundled(f"any-{kind}-credential"), bundled(f"{kind}-credential")

    root = {key: value for key, value in newer.items() if key not in {"$schema", "$id", "$comment", "$defs"}}
    assert either["$defs"][either["else"]["$ref"].removeprefix("#/$defs/")] == root
    assert {name: either["$defs"][name] for name in newer["$defs"]} == newer["$defs"]


@needs("schemas")
def test_our_schemas_agree_with_the_published_ones_on_samples_and_changed_samples():
    tally, found = compared_on_samples(150, seed=20261124)

    assert found == []
    assert tally.total() > 900
    assert all(tally[f"{name} refused"] > 20 for name in {**PUBLISHED, **PUBLISHED_1_1})


@needs("schemas")
@pytest.mark.slow
def test_our_schemas_agree_with_the_published_ones_on_many_changed_samples():
    tally, found = compared_on_samples(20_000, seed=1)

    assert found == []
    assert tally.total() > 100_000
