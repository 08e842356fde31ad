"""The rules of Open Badges 3.0 and CLR 2.0 that go beyond the data model of Verifiable Credentials.

`RULES` lists them. Each takes the document and yields a `Problem` for each place where it is broken, and never raises,
whatever JSON it is given. What is merely unusual is in `notes`.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from vcwallet.credentials.credential import as_list
from vcwallet.credentials.identity import is_well_formed_hash
from vcwallet.errors import Malformed, Problem
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import parse_timestamp

_OB_CONTEXT: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(?:-3\.[0-9]\.[0-9])*\.json", re.ASCII
)
_CLR_CONTEXT: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(?:-2\.[0-9]\.[0-9])*\.json", re.ASCII
)
_LATEST_OB_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

# The type of the subject by the type of the credential (OB 3.0, B.1; CLR 2.0).
_SUBJECT_TYPES: Final = {
    "AchievementCredential": "AchievementSubject",
    "OpenBadgeCredential": "AchievementSubject",
    "EndorsementCredential": "EndorsementSubject",
    "ClrCredential": "ClrSubject",
}

# ResultStatusType (OB 3.0, B.6.8).
_RESULT_STATUSES: Final = frozenset(
    {"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"}
)


def is_about_achievements(document: dict[str, Any]) -> bool:
    """Whether this is, or claims to be, a credential of Open Badges or CLR: by type, by context or by subject."""
    if not _SUBJECT_TYPES.keys().isdisjoint(type_names(document)):
        return True
    if any(
        _matches(pattern, entry)
        for entry in as_list(document.get("@context"))
        for pattern in (_OB_CONTEXT, _CLR_CONTEXT)
    ):
        return True
    subjects = [entry for entry in as_list(document.get("credentialSubject")) if isinstance(entry, dict)]
    return any(name in _SUBJECT_TYPES.values() for subject in subjects for name in type_names(subject))


def type_names(holder: dict[str, Any]) -> list[str]:
    """The words in `type`, whether it is one or a list."""
    return [entry for entry in as_list(holder.get("type")) if isinstance(entry, str) and entry]


def has_type(holder: dict[str, Any], name: str) -> bool:
    """Whether `name` is the word in `type`, or one of several there."""
    types = holder.get("type")
    return types == name or (isinstance(types, list) and name in types)


def timestamp_problems(holder: dict[str, Any], member: str, pointer: str) -> Iterator[Problem]:
    """What is wrong with a date, where there is one: XML Schema dateTimeStamp, as a string."""
    if member in holder:
        try:
            parse_timestamp(holder[member], pointer=f"{pointer}/{member}")
        except Malformed as exc:
            yield exc.problem


# --- rules ---------------------------------------------------------------------------------------------------------------


def _contexts_are_in_order(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, 8.1 and B.1.1: after the data model the CLR context, for a record, and the Open Badges context."""
    contexts = document.get("@context")
    if not isinstance(contexts, list):
        yield Problem("context_order", "expected @context to be a list of at least two contexts", "/@context")
        return
    wanted = [("Open Badges 3.0", _OB_CONTEXT)]
    if has_type(document, "ClrCredential"):
        wanted.insert(0, ("CLR 2.0", _CLR_CONTEXT))
    for position, (name, pattern) in enumerate(wanted, start=1):
        if len(contexts) <= position or not _matches(pattern, contexts[position]):
            yield Problem(
                "context_order",
                f"expected the context of {name} at this place",
                json_pointer.join("/@context", position),
                f"for example {_LATEST_OB_CONTEXT}" if pattern is _OB_CONTEXT else "",
            )


def _kind_and_subject_fit(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, B.1: the credential has one of the known types, and its one subject the type that belongs to it."""
    kinds = [name for name in type_names(document) if name in _SUBJECT_TYPES]
    if not kinds:
        names = ", ".join(sorted(_SUBJECT_TYPES))
        yield Problem("type_missing", f"expected one of {names} among the types", "/type")
        return
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        yield Problem("subject_missing", "expected exactly one subject, as an object", "/credentialSubject")
        return
    wanted = _SUBJECT_TYPES[kinds[0]]
    if not has_type(subject, wanted):
        yield Problem("type_missing", f"expected {wanted} among the types of the subject", "/credentialSubject/type")


def _subject_is_somebody(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, 9.1 step 1: the subject has an id or an identifier; one that is empty identifies nobody."""
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and not subject.get("id") and not any(as_list(subject.get("identifier"))):
        yield Problem(
            "subject_unidentified",
            "expected the subject to have an id or an identifier: it could be anybody's",
            "/credentialSubject",
        )


def _objects_have_their_types(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, Appendix B: what stands where a class is expected says that it is of that class."""
    subject, issuer = _object(document, "credentialSubject"), _object(document, "issuer")
    places = [("", document, {"evidence": "Evidence"})]
    if issuer:
        if not has_type(issuer, "Profile"):
            yield Problem("type_missing", "expected Profile among the types of the issuer", "/issuer/type")
        places.append(("/issuer", issuer, {"otherIdentifier": "IdentifierEntry", "parentOrg": "Profile"}))
    places.append(
        ("/credentialSubject", subject, {"identifier": "IdentityObject", "result": "Result", "source": "Profile"})
    )
    for pointer, achievement in _achievements(document):
        wanted = {"resultDescription": "ResultDescription", "alignment": "Alignment", "creator": "Profile"}
        if not has_type(achievement, "Achievement"):
            yield Problem("type_missing", "expected Achievement among the types", f"{pointer}/type")
        places.append((pointer, achievement, wanted))
    for pointer, holder, wanted in places:
        for member, name in wanted.items():
            for place, entry in _entries(holder, member, pointer):
                if not isinstance(entry, dict) or not has_type(entry, name):
                    yield Problem("type_missing", f"expected an object with {name} among its types", f"{place}/type")


def _criteria_say_something(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, B.2.7: criteria have an id or a narrative; without either nobody knows what was achieved."""
    for pointer, achievement in _achievements(document):
        criteria = achievement.get("criteria")
        if isinstance(criteria, dict) and not criteria.get("id") and not criteria.get("narrative"):
            yield Problem("criteria_empty", "expected criteria to have an id or a narrative", f"{pointer}/criteria")


def _results_belong_to_descriptions(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, B.2.16: a result names a description of its achievement, and a level of that description."""
    subject = _object(document, "credentialSubject")
    achievement = _object(subject, "achievement")
    descriptions = {
        str(entry.get("id")): entry
        for _, entry in _entries(achievement, "resultDescription", "")
        if isinstance(entry, dict)
    }
    for pointer, result in _entries(subject, "result", "/credentialSubject"):
        if not isinstance(result, dict):
            continue
        name = result.get("resultDescription")
        description = descriptions.get(name) if isinstance(name, str) else None
        if name is not None and description is None:
            yield Problem(
                "result_description_unknown",
                "expected the id of one of the achievement's result descriptions",
                f"{pointer}/resultDescription",
            )
        if "achievedLevel" in result and result["achievedLevel"] not in _level_ids(list(descriptions.values())):
            message = "expected the id of one of the levels that the achievement describes"
            yield Problem("achieved_level_unknown", message, f"{pointer}/achievedLevel")
        if description is not None and description.get("resultType") == "Status" and "status" not in result:
            yield Problem("result_status_missing", "expected a status: the result description asks for one", pointer)
        if "status" in result and result["status"] not in list(_RESULT_STATUSES):
            message = f"expected one of {', '.join(sorted(_RESULT_STATUSES))}"
            yield Problem("result_status_unknown", message, f"{pointer}/status")


def _level_ids(descriptions: list[dict[str, Any]]) -> list[Any]:
    return [
        entry.get("id")
        for description in descriptions
        for _, entry in _entries(description, "rubricCriterionLevel", "")
        if isinstance(entry, dict)
    ]


def _identities_are_well_formed(document: dict[str, Any]) -> Iterator[Problem]:
    """OB 3.0, B.6.3: a hashed identity is an IdentityHash."""
    subject = _object(document, "credentialSubject")
    for pointer, entry in _entries(subject, "identifier", "/credentialSubject"):
        if isinstance(entry, dict) and entry.get("hashed") is True:
            identity = entry.get("identityHash")
            if not isinstance(identity, str) or not is_well_formed_hash(identity):
                message = "expected sha256$ or md5$ and the hash in hexadecimal digits"
                yield Problem("identity_hash_malformed", message, f"{pointer}/identityHash")


def _dates_of_the_award_are_dates(document: dict[str, Any]) -> Iterator[Problem]:
    yield from timestamp_problems(document, "awardedDate", "")
    subject = _object(document, "credentialSubject")
    for member in ("activityStartDate", "activityEndDate"):
        yield from timestamp_problems(subject, member, "/credentialSubject")


RULES: Final = (
    _contexts_are_in_order,
    _kind_and_subject_fit,
    _subject_is_somebody,
    _objects_have_their_types,
    _criteria_say_something,
    _results_belong_to_descriptions,
    _identities_are_well_formed,
    _dates_of_the_award_are_dates,
)


# --- notes -------------------------------------------------------------------------------------------------------------


def notes(document: dict[str, Any]) -> Iterator[Problem]:
    """What is allowed in a badge or record, and worth knowing."""
    contexts = as_list(document.get("@context"))
    for position, entry in enumerate(contexts):
        if _matches(_OB_CONTEXT, entry) and entry != _LATEST_OB_CONTEXT:
            message = f"an older version of the Open Badges context; the latest is {_LATEST_OB_CONTEXT}"
            yield Problem("context_outdated", message, json_pointer.join("/@context", position))
    if isinstance(document.get("issuer"), str):
        yield Problem("issuer_without_profile", "the issuer is an address without a name", "/issuer")
    subject = _object(document, "credentialSubject")
    descriptions = {
        entry.get("id"): entry
        for _, entry in _entries(_object(subject, "achievement"), "resultDescription", "")
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    }
    for pointer, result in _entries(subject, "result", "/credentialSubject"):
        name = result.get("resultDescription") if isinstance(result, dict) else None
        description = descriptions.get(name) if isinstance(name, str) else None
        if description is None:
            continue
        if "achievedLevel" in result and result["achievedLevel"] not in _level_ids([description]):
            # The specification's own complete sample does this.
            message = "the level belongs to another result description than the one that the result names"
            yield Problem("achieved_level_elsewhere", message, f"{pointer}/achievedLevel")
        if not _is_in_range(result.get("value"), description):
            message = "the value is not among those that the result description allows"
            yield Problem("result_out_of_range", message, f"{pointer}/value")


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)


def _is_in_range(value: Any, description: dict[str, Any]) -> bool:
    if not isinstance(value, str):
        return True
    allowed = as_list(description.get("allowedValue"))
    if allowed and value not in allowed:
        return False
    bounds = [description.get("valueMin"), value, description.get("valueMax")]
    numbers = [float(bound) if isinstance(bound, str) and _NUMBER.fullmatch(bound) else None for bound in bounds]
    low, number, high = numbers
    return number is None or ((low is None or low <= number) and (high is None or number <= high))


# --- reading -------------------------------------------------------------------------------------------------------------


def _achievements(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The achievement of a badge, or the achievements that a record describes."""
    subject = _object(document, "credentialSubject")
    for pointer, entry in _entries(subject, "achievement", "/credentialSubject"):
        if isinstance(entry, dict):
            yield pointer, entry


def _entries(holder: dict[str, Any], member: str, pointer: str) -> Iterator[tuple[str, Any]]:
    """The values of a member that may be one or a list, each with its place."""
    value = holder.get(member)
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield f"{pointer}/{member}/{index}", entry  # members of the model need no escaping
    elif value is not None:
        yield f"{pointer}/{member}", value


def _object(holder: dict[str, Any], member: str) -> dict[str, Any]:
    value = holder.get(member)
    return value if isinstance(value, dict) else {}


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
