"""Write the JSON Schemas under src/vcwallet/credentials/schemas/ from one table of the data model.

    python tools/write_credential_schemas.py           write them
    python tools/write_credential_schemas.py --check   exit with 1 if the files are not what the table says

The table is ours, written from the data models of Open Badges 3.0 (appendix B) and CLR 2.0 as published in 2026: names,
cardinalities and kinds of value, no prose. tests/vcwallet/credentials/test_schemas.py compares the outcome with the
published schemas, verdict for verdict, and lists each difference.

Two choices keep the messages readable and hostile documents cheap: "one or an array of" and "this version or that" are
written with if/then/else and not with oneOf, so that a validator walks one way only; and every choice between terms has
a description that can be quoted.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

SCHEMAS = Path(__file__).resolve().parents[1] / "src" / "vcwallet" / "credentials" / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER_PREFIX = "urn:vcwallet:schema:"

VCDM_2_0 = "https://www.w3.org/ns/credentials/v2"
VCDM_1_1 = "https://www.w3.org/2018/credentials/v1"
PUBLISHED_CONTEXTS: dict[str, Schema] = {
    "OPEN_BADGES": {
        "description": "the address of the Open Badges 3.0 context",
        "type": "string",
        "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json$",
    },
    "CLR": {
        "description": "the address of the CLR 2.0 context",
        "type": "string",
        "pattern": r"^https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.[0-9]\.[0-9])*\.json$",
    },
}

# One class is a heading and its members: a name, its cardinality, and the kind of its value. "!" is required, "*" is
# any number, "+" at least one. The kinds are the names of other classes, of term lists and of VALUES below; "has A"
# is a set of types that contains A (A/B: either), "is A" is exactly the string "A". "closed" allows nothing else.
CLASSES = """
AchievementCredential
    @context! VCDM,OPEN_BADGES; id! Uri; type! has VerifiableCredential has AchievementCredential/OpenBadgeCredential
    name Text; description Text; image Image; awardedDate DateTime; credentialSubject! AchievementSubject
    endorsement* EndorsementCredential; endorsementJwt* CompactJws; evidence* Evidence
    issuer! ProfileRef; validFrom! DateTime; validUntil DateTime; proof* Proof; credentialSchema* CredentialSchema
    credentialStatus CredentialStatus; refreshService RefreshService; termsOfUse* TermsOfUse

EndorsementCredential
    @context! VCDM,OPEN_BADGES; id! Uri; type! has VerifiableCredential has EndorsementCredential
    name! Text; description Text; awardedDate DateTime; credentialSubject! EndorsementSubject; evidence* Evidence
    issuer! ProfileRef; validFrom! DateTime; validUntil DateTime; proof* Proof; credentialSchema* CredentialSchema
    credentialStatus CredentialStatus; refreshService RefreshService; termsOfUse* TermsOfUse

ClrCredential
    @context! VCDM,CLR,OPEN_BADGES; id! Uri; type! has VerifiableCredential has ClrCredential
    name! Text; description Text; image Image; awardedDate DateTime; credentialSubject! ClrSubject; partial Boolean
    endorsement* EndorsementCredential; endorsementJwt* CompactJws; evidence* Evidence
    issuer! ProfileRef; validFrom! DateTime; validUntil DateTime; proof* Proof; credentialSchema* CredentialSchema
    credentialStatus CredentialStatus; refreshService RefreshService; termsOfUse* TermsOfUse

RecordedCredential
    @context! VCDM; id Uri; type! has VerifiableCredential; credentialSubject! CredentialSubject; evidence* Evidence
    issuer! ProfileRef; validFrom! DateTime; validUntil DateTime; proof* Proof; credentialSchema* CredentialSchema
    credentialStatus CredentialStatus; refreshService RefreshService; termsOfUse* TermsOfUse

AchievementSubject
    id Uri; type! has AchievementSubject; activityEndDate DateTime; activityStartDate DateTime; creditsEarned Number
    achievement! Achievement; identifier* IdentityObject; image Image; licenseNumber Text; narrative Text
    result* Result; role Text; source Profile; term Text

EndorsementSubject
    id! Uri; type! has EndorsementSubject; endorsementComment Text

ClrSubject
    id Uri; type! has ClrSubject; identifier* IdentityObject; achievement* Achievement
    verifiableCredential!+ RecordedCredential; association* Association

CredentialSubject
    id Uri

Achievement
    id! Uri; type! has Achievement; alignment* Alignment; achievementType AchievementType; creator Profile
    creditsAvailable Number; criteria! Criteria; description! Text; endorsement* EndorsementCredential
    endorsementJwt* CompactJws; fieldOfStudy Text; humanCode Text; image Image; inLanguage LanguageCode; name! Text
    otherIdentifier* IdentifierEntry; related* Related; resultDescription* ResultDescription; specialization Text
    tag* Text; version Text

Address
    type! has Address; addressCountry Text; addressCountryCode Text; addressRegion Text; addressLocality Text
    streetAddress Text; postOfficeBoxNumber Text; postalCode Text; geo GeoCoordinates

Alignment
    type! has Alignment; targetCode Text; targetDescription Text; targetName! Text; targetFramework Text
    targetType AlignmentTargetType; targetUrl! Uri

Association closed
    type! is Association; associationType! AssociationType; sourceId! Uri; targetId! Uri

Criteria
    id Uri; narrative Text

Evidence
    id Uri; type! has Evidence; narrative Text; name Text; description Text; genre Text; audience Text

GeoCoordinates
    type! is GeoCoordinates; latitude! Number; longitude! Number

IdentifierEntry closed
    type! is IdentifierEntry; identifier! Word; identifierType! IdentifierType

IdentityObject closed
    type! is IdentityObject; hashed! Boolean; identityHash! Word; identityType! IdentifierType; salt Word

Image closed
    id! Uri; type! is Image; caption Text

Profile
    id! Uri; type! has Profile; name Text; url Uri; phone Word; description Text; endorsement* EndorsementCredential
    endorsementJwt* CompactJws; image Image; email Word; address Address; otherIdentifier* IdentifierEntry
    official Word; parentOrg Profile; familyName Text; givenName Text; additionalName Text; patronymicName Text
    honorificPrefix Text; honorificSuffix Text; familyNamePrefix Text; dateOfBirth Date

Related
    id! Uri; type! has Related; inLanguage LanguageCode; version Text

Result
    type! has Result; achievedLevel Uri; alignment* Alignment; resultDescription Uri; status ResultStatusType
    value Text

ResultDescription
    id! Uri; type! has ResultDescription; alignment* Alignment; allowedValue* Text; name! Text; requiredLevel Uri
    requiredValue Text; resultType! ResultType; rubricCriterionLevel* RubricCriterionLevel; valueMax Text; valueMin Text

RubricCriterionLevel
    id! Uri; type! has RubricCriterionLevel; alignment* Alignment; description Text; level Text; name! Text; points Text

Proof
    type! Word; created DateTime; cryptosuite Word; challenge Word; domain Word; nonce Word; proofPurpose Word
    proofValue Word; verificationMethod Uri

CredentialSchema
    id! Uri; type! Word

CredentialStatus
    id Uri; type! Word

RefreshService
    id! Uri; type! Word

TermsOfUse
    id Uri; type! Word
"""

# Term lists. "ext:" terms extend those that are open (OB 3.0, 5: Extending and Profiling the Standard).
OPEN_TERMS = {
    "AchievementType": (
        "Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree "
        "Certificate CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree "
        "Diploma DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License "
        "Membership ProfessionalDoctorate QualityAssuranceCredential MasterCertificate MasterDegree MicroCredential "
        "ResearchDoctorate SecondarySchoolDiploma"
    ),
    "AlignmentTargetType": (
        "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL"
    ),
    "IdentifierType": (
        "name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn "
        "lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId "
        "identifier"
    ),
    "ResultType": (
        "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion "
        "RubricCriterionLevel RubricScore ScaledScore Status"
    ),
}
CLOSED_TERMS = {
    "AssociationType": "exactMatchOf isChildOf isParentOf isPartOf isPeerOf isRelatedTo precedes replacedBy",
    "ResultStatusType": "Completed Enrolled Failed InProgress OnHold Provisional Withdrew",
}

STRING: Schema = {"type": "string"}
# A text is read by people and may come in several languages, as an object with one text per language code. A word is
# read by programs: one string.
VALUES: dict[str, Schema] = {
    "Boolean": {"type": "boolean"},
    "CompactJws": {
        "description": "a compact JWS",
        "type": "string",
        "pattern": "^[a-zA-Z0-9_-]+\\.[a-zA-Z0-9_-]*\\.[a-zA-Z0-9_-]+$",
    },
    "Date": {"type": "string", "format": "date"},
    "DateTime": {"type": "string", "format": "date-time"},
    "LanguageCode": {
        "description": "a language code like en or de-AT",
        "type": "string",
        "pattern": "^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$",
    },
    "Number": {"type": "number"},
    "Text": {
        "if": {"type": "object"},
        "then": {
            "additionalProperties": STRING,
            "propertyNames": {"description": "a language code like en or de-AT", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
        },
        "else": STRING,
    },
    "ProfileRef": {"if": {"type": "object"}, "then": {"$ref": "#/$defs/Profile"}, "else": STRING},
    "Uri": STRING,
    "Word": STRING,
}

# The classes as they were under data model 1.1 ("v1p1" in the specification): these members have other names, …
RENAMED_IN_1_1 = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}
# … these classes exist once per data model, and refer to those of their own, but for one oversight, …
VERSIONED = {
    "AchievementCredential",
    "AchievementSubject",
    "Achievement",
    "ClrCredential",
    "ClrSubject",
    "EndorsementCredential",
    "Profile",
}
KEEPS_2_0 = {("Profile", "parentOrg")}
# … and these rules differ: what is required, what does not exist yet, what is closed.
REQUIRED_IN_1_1 = {("AchievementCredential", "name"), ("CredentialStatus", "id")}
MISSING_IN_1_1 = {("EndorsementCredential", "evidence")}
CLOSED_IN_1_1 = {"AchievementSubject"}


def classes() -> Iterator[tuple[str, bool, list[tuple[str, str, str]]]]:
    """Each class of the table: name, whether it is closed, and its members as (name, cardinality, kind)."""
    for block in CLASSES.strip().split("\n\n"):
        heading, *lines = block.splitlines()
        name, _, closed = heading.partition(" ")
        members = []
        for entry in "; ".join(line.strip() for line in lines).split("; "):
            label, _, kind = entry.partition(" ")
            member = label.rstrip("!*+")
            members.append((member, label[len(member) :], kind))
        yield name, closed == "closed", members


def definitions() -> dict[str, Schema]:
    """Every class of both data models as a schema, by name; those of 1.1 end in "V1p1"."""
    result: dict[str, Schema] = {**VALUES, **_terms()}
    for name, closed, members in classes():
        result[name] = _object([(member, card, _kind(kind)) for member, card, kind in members], closed=closed)
        if name in VERSIONED or name == "CredentialStatus":
            result[f"{name}V1p1"] = _object(list(_as_in_1_1(name, members)), closed=closed or name in CLOSED_IN_1_1)
    # A record of data model 1.1 may keep credentials of either.
    result["RecordedCredentialV1p1"] = result["VerifiableCredential"] = verifiable_credential()
    return result


def _as_in_1_1(name: str, members: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, Schema]]:
    for member, card, kind in members:
        if (name, member) in MISSING_IN_1_1:
            continue
        older = kind
        if kind in {*VERSIONED, "CredentialStatus", "RecordedCredential"} and (name, member) not in KEEPS_2_0:
            older = f"{kind}V1p1"
        elif kind == "ProfileRef":
            older = "ProfileV1p1"
        required = "!" if (name, member) in REQUIRED_IN_1_1 and "!" not in card else ""
        yield RENAMED_IN_1_1.get(member, member), card + required, _kind(older, base=VCDM_1_1)


def _object(members: list[tuple[str, str, Schema]], *, closed: bool) -> Schema:
    properties: Schema = {}
    for member, card, schema in members:
        if "+" in card:
            properties[member] = {
                "if": {"type": "array"},
                "then": {"items": schema, "minItems": 1},
                "else": schema,
            }
        elif "*" in card:
            properties[member] = {"if": {"type": "array"}, "then": {"items": schema}, "else": schema}
        else:
            properties[member] = schema
    result: Schema = {"type": "object", "properties": properties}
    required = [member for member, card, _ in members if "!" in card]
    if required:
        result["required"] = required
    if closed:
        result["additionalProperties"] = False
    return result


def _kind(kind: str, *, base: str = VCDM_2_0) -> Schema:
    if kind.startswith("VCDM"):
        return _context({"const": base}, *(PUBLISHED_CONTEXTS[name] for name in kind.split(",")[1:]))
    if kind.startswith("is "):
        return {"const": kind.removeprefix("is ")}
    if kind.startswith("has "):
        return _types([words.split("/") for words in kind.removeprefix("has ").split(" has ")])
    if VALUES.get(kind) == STRING:
        return STRING
    return {"$ref": f"#/$defs/{kind}"}


def _context(*first: Schema) -> Schema:
    # What follows the prescribed entries may be anything that a context can be.
    return {
        "type": "array",
        "minItems": len(first),
        "prefixItems": list(first),
        "items": {"description": "the address of a context, or a context itself", "type": ["string", "object"]},
    }


def _types(required: list[list[str]]) -> Schema:
    contains = [{"contains": {"enum": words}} for words in required]
    several: Schema = {"items": STRING, "allOf": contains} if len(contains) > 1 else {"items": STRING, **contains[0]}
    # One string can only be one of the words, so where two are required there must be an array.
    single: Schema = {"type": "array"} if len(required) > 1 else {"enum": required[0]}
    return {"if": {"type": "array"}, "then": several, "else": single}


def _terms() -> dict[str, Schema]:
    closed = {name: {"enum": terms.split()} for name, terms in CLOSED_TERMS.items()}
    extensible = {
        name: {
            "description": f'a term of {name}, or one that begins with "ext:"',
            "type": "string",
            "anyOf": [{"enum": terms.split()}, {"pattern": "^ext:[a-zA-Z0-9._|]"}],
        }
        for name, terms in OPEN_TERMS.items()
    }
    return {**closed, **extensible}


def verifiable_credential() -> Schema:
    """Any Verifiable Credential: what both data models say of all of them (VCDM 2.0 section 4, VCDM 1.1 section 4)."""
    typed: Schema = {
        "type": "object",
        "properties": {"type": {"$ref": "#/$defs/Types"}},
        "required": ["type"],
    }
    identified = {**typed, "properties": {**typed["properties"], "id": STRING}, "required": ["id", "type"]}

    def one_or_more(schema: Schema) -> Schema:
        return {"if": {"type": "array"}, "then": {"items": schema, "minItems": 1}, "else": schema}

    return {
        "type": "object",
        "properties": {
            "@context": _context({"enum": [VCDM_2_0, VCDM_1_1]}),
            "id": STRING,
            "type": _types([["VerifiableCredential"]]),
            "issuer": {
                "if": {"type": "object"},
                "then": {"properties": {"id": STRING}, "required": ["id"]},
                "else": STRING,
            },
            "credentialSubject": one_or_more({"type": "object", "properties": {"id": STRING}, "minProperties": 1}),
            "proof": one_or_more(typed),
            "credentialSchema": one_or_more(identified),
            **{
                member: one_or_more(typed)
                for member in ("credentialStatus", "refreshService", "termsOfUse", "evidence", "renderMethod")
            },
            **dict.fromkeys(("validFrom", "validUntil", "issuanceDate", "expirationDate"), STRING),
        },
        "required": ["@context", "type", "issuer", "credentialSubject"],
        # VCDM 1.1 section 4.6: issuanceDate must be there. VCDM 2.0 section 4.9: validFrom may.
        "if": {"properties": {"@context": {"type": "array", "prefixItems": [{"const": VCDM_1_1}]}}},
        "then": {"required": ["issuanceDate"]},
    }


def either_data_model(name: str) -> Schema:
    """The class of data model 1.1 for a document whose first context says 1.1, else that of 2.0."""
    says_1_1 = {"type": "array", "minItems": 1, "prefixItems": [{"const": VCDM_1_1}]}
    return {
        "if": {"type": "object", "properties": {"@context": says_1_1}, "required": ["@context"]},
        "then": {"$ref": f"#/$defs/{name}V1p1"},
        "else": {"$ref": f"#/$defs/{name}"},
    }


def documents() -> dict[str, Schema]:
    """The schemas that are shipped, by file name without ending."""
    known = definitions()
    known["Types"] = {"if": {"type": "array"}, "then": {"items": STRING, "minItems": 1}, "else": STRING}
    roots: dict[str, Schema] = {
        "achievement-credential": known["AchievementCredential"],
        "endorsement-credential": known["EndorsementCredential"],
        "clr-credential": known["ClrCredential"],
        "any-achievement-credential": either_data_model("AchievementCredential"),
        "any-endorsement-credential": either_data_model("EndorsementCredential"),
        "any-clr-credential": either_data_model("ClrCredential"),
        "profile": known["Profile"],
        "verifiable-credential": known["VerifiableCredential"],
    }
    return {name: _document(name, root, known) for name, root in roots.items()}


def _document(name: str, root: Schema, known: dict[str, Schema]) -> Schema:
    used: dict[str, Schema] = {}
    waiting = list(_references(root))
    while waiting:
        reference = waiting.pop()
        if reference not in used:
            used[reference] = known[reference]
            waiting.extend(_references(known[reference]))
    return {
        "$schema": DRAFT,
        "$id": IDENTIFIER_PREFIX + name,
        "$comment": "Written by tools/write_credential_schemas.py: change the table there.",
        **root,
        "$defs": dict(sorted(used.items())),
    }


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix("#/$defs/")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def files() -> dict[str, str]:
    """The text of each file, by name."""
    return {f"{name}.json": json.dumps(schema, indent=1) + "\n" for name, schema in documents().items()}


def main() -> int:
    wanted = files()
    if "--check" in sys.argv[1:]:
        present = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.glob("*.json")}
        different = sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))
        print("\n".join(f"differs: {name}" for name in different) or "all schemas are as the table says")
        return 1 if different else 0
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in wanted.items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(wanted)} schemas")
    return 0


if __name__ == "__main__":
    sys.exit(main())
