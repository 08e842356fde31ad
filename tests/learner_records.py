"""Learner records and endorsements for tests, of the same people and institutions as the sample badges."""

import copy
from collections.abc import Mapping
from typing import Any

from tools.make_examples import COLLEGE, CONTEXTS, FORGER, UNIVERSITY, WORKSHOP, badge
from tools.signing import SampleKey, add_proof, badge_claims, to_jwt

CLR_CONTEXTS = [
    CONTEXTS[0],
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    CONTEXTS[1],
]
MOMENT = 1768467600  # 2026-01-15T09:00:00Z

ANA = "did:example:ana"
EVA = "did:example:eva"

__all__ = [
    "ANA",
    "CLR_CONTEXTS",
    "COLLEGE",
    "EVA",
    "FORGER",
    "MOMENT",
    "UNIVERSITY",
    "WORKSHOP",
    "changed",
    "endorsed_places",
    "endorsement",
    "endorsement_token",
    "member",
    "record",
    "record_token",
    "signed_badge",
]


def member(number: int, key: SampleKey = COLLEGE, *, about: str | None = ANA, **members: Any) -> dict[str, Any]:
    """A badge as it stands in a record, not signed yet."""
    document = badge(number, key.did, f"Course {number}", **members)
    if about is not None:
        document["credentialSubject"]["id"] = about
    return document


def signed_badge(number: int, key: SampleKey = COLLEGE, *, suite: str | None = None, **options: Any) -> dict[str, Any]:
    """A member with its own proof."""
    return add_proof(member(number, key, **options), key, suite=suite)


def record(*members: Any, issuer: str = UNIVERSITY.did, about: str = ANA, **more: Any) -> dict[str, Any]:
    """A learner record with these members, not signed yet. `more` are members of the subject."""
    return {
        "@context": CLR_CONTEXTS,
        "id": "urn:uuid:00000000-0000-4000-8000-00000000c100",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Universidad del Sur"},
        "name": "Record of Ana",
        "validFrom": "2026-02-01T09:00:00Z",
        "credentialSubject": {
            "id": about,
            "type": ["ClrSubject"],
            "verifiableCredential": list(members),
            **more,
        },
    }


def record_token(document: Mapping[str, Any], key: SampleKey = UNIVERSITY) -> str:
    """The record as a token; 2026-02-01T09:00:00Z."""
    return to_jwt(badge_claims(document, 1769936400), key)


def endorsement(number: int, about: str, key: SampleKey = WORKSHOP, **members: Any) -> dict[str, Any]:
    """Somebody speaks well of `about`; not signed yet."""
    return {
        "@context": CONTEXTS,
        "id": f"urn:uuid:00000000-0000-4000-8000-0000e{number:07d}",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": key.did, "type": ["Profile"], "name": "Hafenwerkstatt"},
        "name": "Endorsement",
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "id": about,
            "type": ["EndorsementSubject"],
            "endorsementComment": "We hire whoever has this.",
        },
        **members,
    }


def endorsement_token(number: int, about: str, key: SampleKey = WORKSHOP, **members: Any) -> str:
    return to_jwt(badge_claims(endorsement(number, about, key, **members), MOMENT), key)


def changed(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy in which something else stands at a path such as "credentialSubject/achievement/name"."""
    copied: Any = copy.deepcopy(dict(document))
    *steps, last = path.split("/")
    place = copied
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return copied


def endorsed_places() -> dict[str, tuple[dict[str, Any], str, str]]:
    """For every place where an endorsement may stand: a badge, the pointer of what is endorsed, and its id."""
    source = {"id": "https://assessors.example/1", "type": ["Profile"], "name": "Assessors"}
    creator = {"id": "https://authors.example/1", "type": ["Profile"], "name": "Authors"}
    parent = {"id": "https://ministry.example/1", "type": ["Profile"], "name": "Ministry"}
    document = member(900)
    document["issuer"]["parentOrg"] = parent
    document["credentialSubject"]["source"] = source
    document["credentialSubject"]["achievement"]["creator"] = creator
    achievement = document["credentialSubject"]["achievement"]
    return {
        "credential": (document, "", document["id"]),
        "achievement": (document, "/credentialSubject/achievement", achievement["id"]),
        "issuer": (document, "/issuer", document["issuer"]["id"]),
        "parentOrg": (document, "/issuer/parentOrg", parent["id"]),
        "creator": (document, "/credentialSubject/achievement/creator", creator["id"]),
        "source": (document, "/credentialSubject/source", source["id"]),
    }
