"""What each class of Open Badges 2.0 must have, member by member → problems of form.

The documents are in the shape of 2.0 (`badge_v2_upgrade`). They are read as plain JSON by the names that the published
context gives: what an assertion says is decided by who serves or signs it, not by its statements in RDF, so there is
nothing that JSON-LD processing would protect. Members that are not listed here may be anything.

One rule is laxer than the text of the specification, as the public validator is: a badge class need not have an image.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.credentials import identity
from vcwallet.credentials.badge_v2 import VERIFICATION_TYPES, BadgeVersion, parse_moment
from vcwallet.credentials.badge_v2_upgrade import BadgeRole
from vcwallet.credentials.credential import as_list
from vcwallet.credentials.iri import is_absolute_iri
from vcwallet.errors import Malformed, Problem
from vcwallet.wire import json_pointer

# More would not help anybody to mend the document.
_MAX_PROBLEMS: Final = 40

# Terms of the published context that stand for JSON-LD keywords are used; the keywords themselves would be overlooked.
_ALLOWED_KEYWORDS: Final = frozenset({"@context", "@language", "@value", "@direction"})

_CLASSES: Final = frozenset({
    *("Assertion", "BadgeClass", "Issuer", "Profile", "Endorsement", "CryptographicKey", "RevocationList", "Extension"),
    *("AlignmentObject", "Criteria", "Evidence", "IdentityObject", "Image", "VerificationObject"),
    *("HostedBadge", "SignedBadge", "hosted", "signed", "FrameValidation", "TypeValidation"),
})  # fmt: skip

# The properties by which a recipient may be identified, as terms, and as the IRIs that the context maps them to.
RECIPIENT_TYPES: Final[Mapping[str, str]] = {
    **{term: term for term in ("email", "url", "telephone", "id")},
    **{
        f"{prefix}{term}": term
        for prefix in ("schema:", "http://schema.org/")
        for term in ("email", "url", "telephone")
    },
    "@id": "id",
}

_COMPACT_JWS: Final = re.compile(r"[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+", re.ASCII)

_Rule = Callable[[Any, str], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of a class. `since_2_0` is what only 2.0 demands; `many` allows several values."""

    name: str
    rule: _Rule
    required: bool = False
    since_2_0: bool = False
    many: bool = False


def problems(document: Mapping[str, Any], role: BadgeRole, version: BadgeVersion = "2.0") -> list[Problem]:
    """Everything that is wrong with the form of a document in that role, up to a limit. Empty when it is well formed."""
    found: list[Problem] = []
    for problem in _problems(document, role, version):
        found.append(problem)
        if len(found) == _MAX_PROBLEMS:
            break
    return found


def is_compact_jws(text: str) -> bool:
    """Whether a text is a signed badge rather than an address, by its form."""
    return _COMPACT_JWS.fullmatch(text) is not None


def _problems(document: Mapping[str, Any], role: BadgeRole, version: BadgeVersion) -> Iterator[Problem]:
    yield from _keyword_problems(document)
    if role in ("assertion", "endorsement") and document.get("revoked") is True:
        # OB 2.0, 4.3: of what was revoked only the id has to be left.
        yield from _member_problems(document, (_Member("id", _iri, required=True),), version)
        return
    if role in ("assertion", "endorsement") and "verify" in document and "verification" in document:
        yield _malformed("/verify", "expected only one of verify and verification, which are two names of one thing")
    names, members = _RULES[role]
    if version == "2.0" or "type" in document:
        yield from _type_problems(document.get("type"), names)
    yield from _member_problems(document, members, version)
    if role == "assertion":
        yield from _period_problems(document)


def _keyword_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for pointer, _ in json_pointer.walk(dict(document)):
        member = pointer.rpartition("/")[2]
        if member.startswith("@") and member not in _ALLOWED_KEYWORDS and "/@context/" not in pointer:
            yield Problem("keyword_not_allowed", f"{member[:40]} has a term that is to be used instead", pointer)


def _type_problems(value: Any, names: tuple[str, ...]) -> Iterator[Problem]:
    types = as_list(value)
    for entry in types:
        if not isinstance(entry, str) or (entry not in _CLASSES and ":" not in entry):
            yield Problem(
                "badge_type_unknown", f"{str(entry)[:80]!r} is no class of Open Badges 2.0 and no IRI", "/type"
            )
    if not any(name in types for name in names):
        yield Problem("type_missing", f"expected type to contain {' or '.join(names)}", "/type")


def _member_problems(
    document: Mapping[str, Any], members: tuple[_Member, ...], version: BadgeVersion
) -> Iterator[Problem]:
    for member in members:
        pointer = f"/{member.name}"
        value = document.get(member.name)
        if value is None or value == []:
            if member.required and not (member.since_2_0 and version != "2.0"):
                yield Problem("badge_member_missing", f"expected the member {member.name}", pointer)
            elif member.name in document and value is None:
                yield Problem("value_missing", f"{member.name} is null", pointer)
            continue
        if isinstance(value, list):
            if not member.many and len(value) > 1:
                yield _malformed(pointer, f"expected one {member.name}, found {len(value)}")
                continue
            for index, entry in enumerate(value):
                yield from member.rule(entry, json_pointer.join(pointer, index))
        else:
            yield from member.rule(value, pointer)


def _period_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        begin, end = parse_moment(document.get("issuedOn")), parse_moment(document.get("expires"))
    except Malformed:
        return  # the members have been judged already
    if end < begin:
        yield Problem("period_reversed", "the badge expires before it is issued", "/expires")


# --- rules for one value -------------------------------------------------------------------------------------------


def _malformed(pointer: str, message: str) -> Problem:
    return Problem("badge_member_malformed", message, pointer)


def _iri(value: Any, pointer: str) -> Iterator[Problem]:
    if not is_absolute_iri(value):
        yield Problem("id_not_absolute", "expected an absolute IRI", pointer)


def _text(value: Any, pointer: str) -> Iterator[Problem]:
    text = value.get("@value") if isinstance(value, Mapping) else value
    if not isinstance(text, str) or not text.strip():
        yield Problem("text_malformed", "expected a text that is not empty", pointer)


def _boolean(value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield _malformed(pointer, "expected true or false")


def _moment(value: Any, pointer: str) -> Iterator[Problem]:
    try:
        parse_moment(value, pointer=pointer)
    except Malformed as error:
        yield error.problem


def _reference(value: Any, pointer: str) -> Iterator[Problem]:
    """Something that is elsewhere, or here as an object."""
    if isinstance(value, Mapping):
        if "id" in value and not (is_absolute_iri(value["id"]) or str(value["id"]).startswith("_:")):
            yield Problem("id_not_absolute", "expected an absolute IRI", f"{pointer}/id")
    else:
        yield from _iri(value, pointer)


def _endorsement_reference(value: Any, pointer: str) -> Iterator[Problem]:
    if not (isinstance(value, str) and is_compact_jws(value)):
        yield from _reference(value, pointer)


def _evidence(value: Any, pointer: str) -> Iterator[Problem]:
    """0.5 and 1.x have a URL here, 2.0 a URL or an object; a text of words is seen, and harms nobody."""
    if not isinstance(value, str | Mapping):
        yield _malformed(pointer, "expected a URL or an object")


def _linked_image(value: Any, pointer: str) -> Iterator[Problem]:
    """The picture of an assertion: a URL. A picture inside would have to hold the assertion that it is inside of."""
    yield from _image(value, pointer)
    address = value.get("id") if isinstance(value, Mapping) else value
    if isinstance(address, str) and address[:5].lower() == "data:":
        yield Problem(
            "badge_image_embedded", "the picture of an assertion must be linked, and not be inside it", pointer
        )


def _image(value: Any, pointer: str) -> Iterator[Problem]:
    address = value.get("id") if isinstance(value, Mapping) else value
    if not is_absolute_iri(address):
        yield _malformed(pointer, "expected the URL of a picture, or an object with it as id")


def _criteria(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        if not (value.get("id") or value.get("narrative")):
            yield Problem("criteria_empty", "expected criteria to have an id or a narrative", pointer)
    else:
        yield from _iri(value, pointer)


def _alignment(value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _iri(value, pointer)
    elif not isinstance(value, Mapping) or not (value.get("targetName") and value.get("targetUrl")):
        yield _malformed(pointer, "expected an alignment to have targetName and targetUrl")


def _recipient(value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _malformed(pointer, "expected the recipient to be an object with type, identity and hashed")
        return
    kinds = as_list(value.get("type"))
    if len([kind for kind in kinds if isinstance(kind, str) and kind in RECIPIENT_TYPES]) != 1:
        yield _malformed(f"{pointer}/type", f"expected one of {', '.join(sorted(set(RECIPIENT_TYPES.values())))}")
    who, hashed = value.get("identity"), value.get("hashed")
    if not isinstance(who, str) or not who:
        yield _malformed(f"{pointer}/identity", "expected a text that is not empty")
    if not isinstance(hashed, bool):
        yield _malformed(f"{pointer}/hashed", "expected true or false")
    elif hashed and isinstance(who, str) and who and not identity.is_well_formed_hash(who):
        message = "expected sha256$ or md5$ and as many hexadecimal digits as that hash has"
        yield Problem("identity_hash_malformed", message, f"{pointer}/identity")
    if not isinstance(value.get("salt", ""), str):
        yield _malformed(f"{pointer}/salt", "expected a text")


def _verification(value: Any, pointer: str) -> Iterator[Problem]:
    kinds = as_list(value.get("type")) if isinstance(value, Mapping) else []
    if not any(isinstance(kind, str) and kind in VERIFICATION_TYPES for kind in kinds):
        yield _malformed(pointer, "expected an object whose type is HostedBadge or SignedBadge")


def _scope(value: Any, pointer: str) -> Iterator[Problem]:
    """What an issuer says of where its badges are hosted (OB 2.0, VerificationObject)."""
    if not isinstance(value, Mapping):
        yield _malformed(pointer, "expected an object")
        return
    for member in ("startsWith", "allowedOrigins"):
        if not all(isinstance(entry, str) and entry for entry in as_list(value.get(member))):
            yield _malformed(f"{pointer}/{member}", "expected texts that are not empty")


def _claim(value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping) or not is_absolute_iri(value.get("id")):
        yield _malformed(pointer, "expected an object whose id says what is endorsed")


def _embedded(role: BadgeRole) -> _Rule:
    """A reference, or the thing itself: then by the rules for its role, as far as it is meant to be whole."""

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield from _iri(value, pointer)
        elif set(value) <= {"id", "type"}:
            yield from _iri(value.get("id"), f"{pointer}/id")
        else:
            # Of an old badge only the embedded objects of 0.5 come here; they have no ids.
            for problem in _problems(value, role, "2.0" if "id" in value else "0.5"):
                yield Problem(problem.code, problem.message, pointer + problem.pointer, problem.hint)

    return rule


_ID: Final = _Member("id", _iri, required=True)
_ENDORSEMENTS: Final = _Member("endorsement", _endorsement_reference, many=True)

_RULES: Final[Mapping[BadgeRole, tuple[tuple[str, ...], tuple[_Member, ...]]]] = {
    "assertion": (
        ("Assertion",),
        (
            _Member("id", _iri, required=True, since_2_0=True),
            _Member("recipient", _recipient, required=True),
            _Member("badge", _embedded("badge class"), required=True),
            _Member("verification", _verification, required=True),
            _Member("issuedOn", _moment, required=True, since_2_0=True),
            _Member("expires", _moment),
            _Member("image", _linked_image),
            _Member("evidence", _evidence, many=True),
            _Member("narrative", _text),
            _Member("revoked", _boolean),
            _Member("revocationReason", _text),
            _ENDORSEMENTS,
        ),
    ),
    "endorsement": (
        ("Endorsement",),
        (
            _ID,
            _Member("claim", _claim, required=True),
            _Member("issuer", _embedded("profile"), required=True),
            _Member("issuedOn", _moment, required=True),
            _Member("verification", _verification, required=True),
            _Member("revoked", _boolean),
            _Member("revocationReason", _text),
        ),
    ),
    "badge class": (
        ("BadgeClass",),
        (
            _Member("id", _iri, required=True, since_2_0=True),
            _Member("name", _text, required=True, many=True),
            _Member("description", _text, required=True, many=True),
            _Member("criteria", _criteria, required=True, many=True),
            _Member("issuer", _embedded("profile"), required=True),
            _Member("image", _image),
            _Member("alignment", _alignment, many=True),
            _Member("tags", _text, many=True),
            _ENDORSEMENTS,
        ),
    ),
    "profile": (
        ("Issuer", "Profile"),
        (
            _Member("id", _iri, required=True, since_2_0=True),
            _Member("name", _text, required=True, many=True),
            _Member("url", _iri, required=True),
            _Member("email", _text, required=True, since_2_0=True, many=True),
            _Member("image", _image),
            _Member("publicKey", _reference, many=True),
            _Member("revocationList", _reference),
            _Member("verification", _scope),
            _ENDORSEMENTS,
        ),
    ),
    "key": (
        ("CryptographicKey",),
        (_ID, _Member("owner", _reference, required=True), _Member("publicKeyPem", _text, required=True)),
    ),
    "revocation list": (("RevocationList",), (_Member("id", _iri),)),
}
