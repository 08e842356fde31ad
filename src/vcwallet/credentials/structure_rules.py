"""The rules of a credential's structure that a JSON Schema cannot state, or states without saying what is meant.

The list `_RULES` at the end is what this module is about: rules of the Verifiable Credentials data model for every
credential, and those of Open Badges 3.0 and CLR 2.0 (in `achievement_rules`) for theirs. A rule takes the document and
yields a `Problem` for each place where it is broken. It never raises, whatever JSON it is given.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from vcwallet.credentials import achievement_rules
from vcwallet.credentials.achievement_rules import is_about_achievements, timestamp_problems, type_names
from vcwallet.credentials.credential import VCDM_1_1_CONTEXT, VCDM_2_0_CONTEXT, as_list
from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.errors import Problem
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import parse_timestamp

Rule = Callable[[dict[str, Any]], Iterator[Problem]]

# A reader mends what is named first; a hostile document could break a rule a million times.
MAX_PROBLEMS: Final = 50

_PERIOD_OF_2_0: Final = ("validFrom", "validUntil")
_PERIOD_OF_1_1: Final = ("issuanceDate", "expirationDate")

# Members whose entries are objects with a type (VCDM 2.0, 4.5), and whether an entry needs an id.
_TYPED_MEMBERS: Final = {
    "credentialStatus": False,
    "credentialSchema": True,
    "refreshService": False,
    "termsOfUse": False,
    "evidence": False,
}

# Members that are single values wherever they stand in a credential: null says nothing and is not signed.
_SINGLE_MEMBERS: Final = ("id", "type", "issuer", "credentialSubject", "proof", *_PERIOD_OF_2_0, *_PERIOD_OF_1_1)


def structure_problems(document: dict[str, Any]) -> list[Problem]:
    """Every rule that a credential breaks, in the order of the rules and at most MAX_PROBLEMS. Never raises."""
    problems: list[Problem] = []
    rules = _RULES + (achievement_rules.RULES if is_about_achievements(document) else ())
    for rule in rules:
        for problem in rule(document):
            problems.append(problem)
            if len(problems) == MAX_PROBLEMS:
                return problems
    return problems


def structure_notes(document: dict[str, Any]) -> list[Problem]:
    """What is allowed but worth knowing. Never raises."""
    notes = []
    if _first_context(document) == VCDM_1_1_CONTEXT:
        message = "the credential follows data model 1.1, which new credentials no longer do"
        notes.append(Problem("data_model_1_1", message, "/@context"))
    if is_about_achievements(document):
        notes += achievement_rules.notes(document)
    return notes[:MAX_PROBLEMS]


# --- rules for every credential ----------------------------------------------------------------------------------------


def _context_begins_with_the_data_model(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.3: the first entry is the context of the data model."""
    if _first_context(document) not in (VCDM_2_0_CONTEXT, VCDM_1_1_CONTEXT):
        yield Problem(
            "context_order",
            f"expected @context to begin with {VCDM_2_0_CONTEXT}",
            "/@context",
            "a credential says first which data model it follows; contexts of Open Badges come after that",
        )


def _types_are_credential_types(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.5: type has VerifiableCredential, exactly that word."""
    types = document.get("type")
    if not all(
        isinstance(entry, str) and entry for entry in as_list(types)
    ) or "VerifiableCredential" not in type_names(document):
        yield Problem(
            "type_missing", "expected type to be a list of words with VerifiableCredential among them", "/type"
        )


def _members_say_something(document: dict[str, Any]) -> Iterator[Problem]:
    """Null, an empty string, zero and false are no values for what every credential is read by."""
    for member in _SINGLE_MEMBERS:
        if member in document and not document[member] and not (member == "proof" and document[member] == []):
            yield Problem("value_missing", f"expected a value for {member}, found {document[member]!r}", f"/{member}")


def _identifiers_are_absolute(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.4: id is a URL, and a single one."""
    if document.get("id") and not is_absolute_iri(document["id"]):
        yield _not_absolute("/id", document["id"])
    for index, subject in enumerate(as_list(document.get("credentialSubject"))):
        if isinstance(subject, dict) and "id" in subject and not is_absolute_iri(subject["id"]):
            single = not isinstance(document["credentialSubject"], list)
            pointer = "/credentialSubject/id" if single else f"/credentialSubject/{index}/id"
            yield _not_absolute(pointer, subject["id"])


def _issuer_is_identified(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.7: the issuer is a URL, or an object that has one as id."""
    issuer = document.get("issuer")
    if isinstance(issuer, dict):
        if not is_absolute_iri(issuer.get("id")):
            yield _not_absolute("/issuer/id", issuer.get("id"))
    elif issuer is None:
        yield Problem("issuer_missing", "expected the credential to say who issued it", "/issuer")
    elif not is_absolute_iri(issuer):
        yield _not_absolute("/issuer", issuer)


def _subjects_say_something(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.8: there is a subject, and something is said about it."""
    subjects = as_list(document.get("credentialSubject"))
    if not subjects:
        yield Problem(
            "subject_missing",
            "expected a credentialSubject: whom or what the credential is about",
            "/credentialSubject",
        )
    for subject in subjects:
        if not isinstance(subject, dict) or not subject:
            yield Problem(
                "subject_missing", "expected the subject to be an object that says something", "/credentialSubject"
            )


def _period_is_of_one_data_model(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0 has validFrom and validUntil, VCDM 1.1 issuanceDate and expirationDate; no credential has both."""
    is_1_1 = _first_context(document) == VCDM_1_1_CONTEXT
    for member in _PERIOD_OF_2_0 if is_1_1 else _PERIOD_OF_1_1:
        if member in document:
            model = "1.1" if is_1_1 else "2.0"
            yield Problem(
                "period_of_another_data_model", f"{member} does not exist in data model {model}", f"/{member}"
            )
    if is_1_1 and "issuanceDate" not in document:
        yield Problem("period_missing", "expected issuanceDate, which data model 1.1 demands", "/issuanceDate")


def _dates_are_dates(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.9: dateTimeStamp, and an end that is not before the beginning."""
    for members in (_PERIOD_OF_2_0, _PERIOD_OF_1_1):
        broken = [problem for member in members for problem in timestamp_problems(document, member, "")]
        yield from broken
        begin, end = members
        has_both = not broken and begin in document and end in document
        if has_both and parse_timestamp(document[end]) < parse_timestamp(document[begin]):
            yield Problem("period_reversed", f"{end} is before {begin}", f"/{end}")


def _typed_members_have_types(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.5 and 4.10 to 5.6: status, schema, refresh, terms of use and evidence are objects with a type."""
    for member, needs_id in _TYPED_MEMBERS.items():
        if member not in document:
            continue
        value = document[member]
        for index, entry in enumerate(value if isinstance(value, list) else [value]):
            pointer = json_pointer.join("", member, index) if isinstance(value, list) else f"/{member}"
            if not isinstance(entry, dict) or not type_names(entry):
                yield Problem("type_missing", f"expected {member} to be an object with a type", pointer)
            elif needs_id and "id" not in entry:
                yield Problem("id_missing", f"expected {member} to have an id: the address of the schema", pointer)
            elif "id" in entry and not is_absolute_iri(entry["id"]):
                yield _not_absolute(f"{pointer}/id", entry["id"])


def _texts_are_texts(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 4.6 and 11.1: name and description are strings, or language values each with a @value."""
    issuer = document.get("issuer")
    for pointer, holder in (("", document), ("/issuer", issuer if isinstance(issuer, dict) else {})):
        for member in ("name", "description"):
            if member in holder and not all(_is_text(entry) for entry in as_list(holder[member]) or [None]):
                message = f"expected {member} to be a string, or objects with @value, @language and @direction"
                yield Problem("text_malformed", message, f"{pointer}/{member}")


def _is_text(value: Any) -> bool:
    if isinstance(value, dict) and _first_context(value) is None and "@value" in value:
        return isinstance(value["@value"], str) and value.keys() <= {"@value", "@language", "@direction"}
    # Open Badges also takes objects from language to text; its schema looks into those.
    return isinstance(value, str) or (
        isinstance(value, dict) and bool(value) and not any(key[:1] == "@" for key in value)
    )


def _proofs_are_objects(document: dict[str, Any]) -> Iterator[Problem]:
    """VC-DI 2.1: a proof is an object with a type; an empty set of proofs is for the proof check to say."""
    if "proof" not in document:
        return
    value = document["proof"]
    for index, proof in enumerate(value if isinstance(value, list) else [value]):
        pointer = f"/proof/{index}" if isinstance(value, list) else "/proof"
        if not isinstance(proof, dict) or not isinstance(proof.get("type"), str):
            yield Problem("type_missing", "expected a proof to be an object with a type", pointer)


def _related_resources_are_pinned(document: dict[str, Any]) -> Iterator[Problem]:
    """VCDM 2.0, 5.3: each related resource has an id of its own and a digest."""
    seen = set()
    for index, entry in enumerate(as_list(document.get("relatedResource"))):
        pointer = f"/relatedResource/{index}" if isinstance(document["relatedResource"], list) else "/relatedResource"
        if not isinstance(entry, dict) or not is_absolute_iri(entry.get("id")):
            yield Problem("id_missing", "expected a related resource to be an object with an absolute id", pointer)
            continue
        if not any(isinstance(entry.get(member), str) for member in ("digestSRI", "digestMultibase")):
            yield Problem("digest_missing", "expected digestSRI or digestMultibase", pointer)
        if entry["id"] in seen:
            yield Problem("id_repeated", "expected every related resource once", f"{pointer}/id")
        seen.add(entry["id"])


def _first_context(document: dict[str, Any]) -> Any:
    return next(iter(as_list(document.get("@context"))), None)


def _not_absolute(pointer: str, value: Any) -> Problem:
    shown = repr(value[:80]) if isinstance(value, str) else type(value).__name__
    return Problem("id_not_absolute", f"expected an absolute URL, found {shown}", pointer)


_RULES: Final[tuple[Rule, ...]] = (
    _context_begins_with_the_data_model,
    _types_are_credential_types,
    _members_say_something,
    _identifiers_are_absolute,
    _issuer_is_identified,
    _subjects_say_something,
    _period_is_of_one_data_model,
    _dates_are_dates,
    _typed_members_have_types,
    _texts_are_texts,
    _proofs_are_objects,
    _related_resources_are_pinned,
)
