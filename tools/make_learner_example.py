"""Make the badges of the sample learner, and the part of the internet that their issuers are.

Ana, Harbour College, the City Makers and Old School are inventions. The files are what `vcwallet-api demo` delivers and
imports, and what the tests of the service begin with; every one comes out the same each time.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.make_selective import secrets_from
from vcwallet import Identity, LearnerRecord, Profile, issue, standard_toolkit
from vcwallet.images import png
from vcwallet.securing.signing_tokens import sign_vc_sd_jwt
from vcwallet.securing.suites.ecdsa_sd import EcdsaSd
from vcwallet.testing.pictures import png_picture
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt

FOLDER = Path(__file__).resolve().parents[1] / "src" / "vcwallet_api" / "demo" / "learner"

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
ANA = "ana@campus.example"
ANA_AT_HOME = "ana@home.example"

HARBOUR, HARBOUR_KEY = "did:web:harbour.example", SampleKey.from_seed("Harbour College")
# Signs what can be shown in part.
HARBOUR_PARTS = SampleKey.from_seed("Harbour College, parts", "P-256").named(f"{HARBOUR}#key-2")
OLD_SCHOOL_KEY = SampleKey.from_seed("Old School", "P-256")
REVOCATIONS = "https://harbour.example/revocations.json"

MAKERS = "https://makers.example"
MAKERS_AWARD = f"{MAKERS}/awards/laser-cutting-1"


def identity(address: str, salt: str = "salt of the sea") -> dict[str, Any]:
    """Somebody known by a hashed address, exactly as it is spelled."""
    return {
        "type": "IdentityObject",
        "identityType": "emailAddress",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((address + salt).encode()).hexdigest(),
        "salt": salt,
    }


def badge(number: int, name: str, awarded: str, *, address: str = ANA, **members: Any) -> dict[str, Any]:
    """An Open Badge of Harbour College about whoever has this address; members given are put in or replaced."""
    return {
        "@context": CONTEXTS,
        "id": f"urn:uuid:00000000-0000-4000-9000-{number:012d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": HARBOUR, "type": ["Profile"], "name": "Harbour College"},
        "validFrom": awarded,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [identity(address)],
            "achievement": {
                "id": f"https://harbour.example/achievements/{number}",
                "type": ["Achievement"],
                "name": name,
                "description": f"Awarded for {name}.",
                "criteria": {"narrative": "Shown at the quay, and assessed by two instructors."},
            },
        },
    } | members


def by_harbour(document: Mapping[str, Any]) -> bytes:
    """Signed by Harbour College with an embedded proof."""
    signed = add_proof(document, HARBOUR_KEY, verificationMethod=f"{HARBOUR}#key-1", created="2024-03-01T09:00:00Z")
    return (json.dumps(signed, ensure_ascii=False, indent=2) + "\n").encode()


def by_harbour_as_token(document: Mapping[str, Any]) -> bytes:
    """Signed by Harbour College as a token (VC-JWT)."""
    moment = 1709283600  # 2024-03-01T09:00:00Z
    return to_jwt(badge_claims(document, moment), HARBOUR_KEY, kid=f"{HARBOUR}#key-1").encode()


def navigation(number: int) -> dict[str, Any]:
    """Navigation I with a score and evidence, which the learner may withhold."""
    score = f"https://harbour.example/achievements/{number}#score"
    document = badge(number, "Navigation I", "2024-05-17T09:00:00Z")
    subject = document["credentialSubject"]
    subject["achievement"]["resultDescription"] = [
        {
            "id": score,
            "type": ["ResultDescription"],
            "name": "Score",
            "resultType": "Percent",
            "valueMin": "0",
            "valueMax": "100",
        }
    ]
    subject["result"] = [{"type": ["Result"], "resultDescription": score, "value": "87", "status": "Completed"}]
    evidence = {
        "id": f"https://harbour.example/evidence/{number}",
        "type": ["Evidence"],
        "name": "Passage plan",
        "narrative": "From Harlingen to Terschelling, against the tide.",
    }
    return document | {"evidence": [evidence]}


def by_harbour_in_parts(document: Mapping[str, Any]) -> bytes:
    """Signed by Harbour College with ecdsa-sd-2023: for the learner alone, who derives from it what others are shown."""
    standard = standard_toolkit()
    suites = tuple(
        EcdsaSd(secrets_from(document["id"])) if suite.name == "ecdsa-sd-2023" else suite
        for suite in standard.cryptosuites
    )
    subject = "/credentialSubject"
    signed = issue(
        document,
        HARBOUR_PARTS.signer,
        securing="ecdsa-sd-2023",
        mandatory=["/id", f"{subject}/identifier", f"{subject}/achievement"],
        toolkit=replace(standard, cryptosuites=suites),
        at=datetime(2024, 5, 17, 9, tzinfo=UTC),
    )
    return (json.dumps(signed.document, ensure_ascii=False, indent=2) + "\n").encode()


def by_harbour_as_sd_jwt(document: Mapping[str, Any]) -> bytes:
    """Signed by Harbour College as vc+sd-jwt, with all disclosures."""
    return sign_vc_sd_jwt(
        document,
        HARBOUR_PARTS.signer,
        disclosable=["/credentialSubject/result", "/evidence"],
        holder=None,
        random_bytes=secrets_from(document["id"]),
    ).encode()


def record() -> bytes:
    """Three badges of Harbour College in a record that it signed: each has its own proof as well."""
    names = {7: "Knots", 8: "Signals", 9: "Swimming"}
    badges = [json.loads(by_harbour(badge(number, name, "2024-02-09T09:00:00Z"))) for number, name in names.items()]
    document = LearnerRecord(
        id="urn:uuid:00000000-0000-4000-9000-000000000010",
        issuer=Profile(HARBOUR, "Harbour College"),
        recipient=Identity.email(ANA, salt="salt of the sea"),
        name="First year at sea",
        badges=badges,
        valid_from=datetime(2024, 5, 24, 9, tzinfo=UTC),
    ).to_document()
    return by_harbour(document)


def by_old_school(document: Mapping[str, Any]) -> bytes:
    """Signed by Old School, which has nothing but its key."""
    issued = {**document, "issuer": {"id": OLD_SCHOOL_KEY.did, "type": ["Profile"], "name": "Old School"}}
    signed = add_proof(issued, OLD_SCHOOL_KEY, created="2021-05-02T09:00:00Z")
    return (json.dumps(signed, ensure_ascii=False, indent=2) + "\n").encode()


def laser_cutting(address: str = ANA_AT_HOME) -> dict[str, Any]:
    """The assertion that the City Makers host (Open Badges 2.0)."""
    hashed = identity(address)
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": MAKERS_AWARD,
        "recipient": {"type": "email", "hashed": True, "salt": hashed["salt"], "identity": hashed["identityHash"]},
        "badge": f"{MAKERS}/badges/laser-cutting",
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2023-11-11T18:00:00Z",
    }


def samples() -> dict[str, bytes]:
    """Every file by name."""
    revocable = {
        "@context": [*CONTEXTS, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
        "credentialStatus": {"id": REVOCATIONS, "type": "1EdTechRevocationList"},
    }
    hosted = (json.dumps(laser_cutting(), ensure_ascii=False, indent=2) + "\n").encode()
    return {
        "safety-basics.jwt": by_harbour_as_token(badge(1, "Safety Basics", "2024-03-01T09:00:00Z")),
        "rope-work.json": by_harbour(badge(2, "Rope Work", "2024-04-12T09:00:00Z")),
        "knots-2019.json": by_harbour(badge(3, "Knots 2019", "2019-06-03T09:00:00Z", **revocable)),
        "first-aid.json": by_old_school(
            badge(4, "First Aid", "2021-05-02T09:00:00Z", validUntil="2023-12-31T23:59:59Z")
        ),
        "navigation-1.sd-jwt": by_harbour_as_sd_jwt(navigation(5)),
        "navigation-1.json": by_harbour_in_parts(navigation(6)),
        "first-year.json": record(),
        "laser-cutting.json": hosted,
        "laser-cutting.png": png.put_text(png_picture(), "openbadges", hosted.decode()),
    }


def revocations(*entries: Mapping[str, Any]) -> dict[str, Any]:
    """The list of what Harbour College has revoked."""
    return {"id": REVOCATIONS, "type": "1EdTechRevocationList", "issuer": HARBOUR, "revokedCredential": list(entries)}


KNOTS_REVOKED = {
    "id": "urn:uuid:00000000-0000-4000-9000-000000000003",
    "revoked": True,
    "revocationReason": "awarded by mistake",
}


def world() -> dict[str, Any]:
    """What the issuers publish, by address. The badge Knots 2019 is not revoked yet."""
    keys = {f"{HARBOUR}#key-1": HARBOUR_KEY, f"{HARBOUR}#key-2": HARBOUR_PARTS}
    context = "https://w3id.org/openbadges/v2"
    return {
        "https://harbour.example/.well-known/did.json": {
            "id": HARBOUR,
            "verificationMethod": [
                {"id": method, "type": "Multikey", "controller": HARBOUR, "publicKeyMultibase": key.multikey}
                for method, key in keys.items()
            ],
            "assertionMethod": list(keys),
        },
        REVOCATIONS: revocations(),
        MAKERS_AWARD: laser_cutting(),
        f"{MAKERS}/badges/laser-cutting": {
            "@context": context,
            "type": "BadgeClass",
            "id": f"{MAKERS}/badges/laser-cutting",
            "name": "Laser Cutting",
            "description": "Cuts plywood and acrylic without setting either on fire.",
            "image": f"{MAKERS}/badges/laser-cutting.png",
            "criteria": {"narrative": "Made three things, and kept all fingers."},
            "issuer": f"{MAKERS}/issuer",
        },
        f"{MAKERS}/issuer": {
            "@context": context,
            "type": "Issuer",
            "id": f"{MAKERS}/issuer",
            "name": "City Makers",
            "url": MAKERS,
            "email": "badges@makers.example",
        },
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in samples().items():
        (FOLDER / name).write_bytes(content)
    text = json.dumps(world(), ensure_ascii=False, indent=2)
    (FOLDER / "world.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(samples())} samples in {FOLDER.name}\n")


if __name__ == "__main__":
    main()
