"""Make the sample files in `examples/badges`: one of every kind that can be verified, and one of every kind of no.

People, institutions and keys are inventions. Ed25519 and ECDSA samples come out the same each time. `world.json` is the
part of the internet that the issuers' documents would be at.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vcwallet.images import png, svg
from vcwallet.keys.signer import LocalSigner
from vcwallet.operations.issuing import issue
from vcwallet.testing.pictures import png_picture, svg_picture
from vcwallet.testing.signing import SampleKey, add_proof

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "badges"

OB_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]

COLLEGE = SampleKey.from_seed("Noordzee College")
UNIVERSITY = SampleKey.from_seed("Universidad del Sur", "P-256")
WORKSHOP = SampleKey.from_seed("Hafenwerkstatt", "P-384")
FORGER = SampleKey.from_seed("somebody else")

AT = datetime(2026, 1, 1, tzinfo=UTC)

COLLEGE_DID = "did:web:noordzee-college.example"
UNIVERSITY_URL = "https://sur.example/issuers/1"


def badge(number: int, issuer: str, name: str, **members: Any) -> dict[str, Any]:
    """A small Open Badge about Ana, who is known by her salted address."""
    names = {COLLEGE_DID: "Noordzee College", UNIVERSITY_URL: "Universidad del Sur", WORKSHOP.did: "Hafenwerkstatt"}
    return {
        "@context": CONTEXTS,
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": names.get(issuer, "Closed School")},
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "emailAddress",
                    "hashed": True,
                    # sha256 of "ana@campus.example" and the salt
                    "identityHash": "sha256$" + _hash("ana@campus.example", "zout"),
                    "salt": "zout",
                }
            ],
            "achievement": {
                "id": f"https://noordzee-college.example/achievements/{number}",
                "type": ["Achievement"],
                "name": name,
                "description": f"Awarded for {name.lower()}.",
                "criteria": {"narrative": "Shown in practice, and assessed by two teachers."},
            },
        },
        **members,
    }


def _hash(address: str, salt: str) -> str:
    import hashlib  # noqa: PLC0415 - used here alone

    return hashlib.sha256((address + salt).encode()).hexdigest()


def _named(key: SampleKey, controller: str) -> LocalSigner:
    return key.signer.named(f"{controller}#key-1")


def _issued(document: dict[str, Any], signer: LocalSigner, securing: str | None = None) -> dict[str, Any]:
    return dict(issue(document, signer, securing=securing, at=AT).document)


def samples() -> dict[str, bytes]:
    """Every file by name. The names say what there is to see."""
    college, university = _named(COLLEGE, COLLEGE_DID), _named(UNIVERSITY, UNIVERSITY_URL)
    good = _issued(badge(1, COLLEGE_DID, "Seamanship"), college)
    forged = json.loads(json.dumps(good))
    forged["credentialSubject"]["achievement"]["name"] = "Admiralty"
    token = issue(badge(3, UNIVERSITY_URL, "Marine biology"), university, securing="vc-jwt", at=AT).text
    expired = badge(6, COLLEGE_DID, "First aid", validUntil="2026-02-15T09:00:00Z")
    unreachable = badge(7, "did:web:closed-school.example", "Latin")
    files: dict[str, Any] = {
        "badge.json": good,
        "badge-by-address.json": _issued(badge(2, UNIVERSITY_URL, "Oceanography"), university),
        "badge-jcs.json": _issued(badge(4, WORKSHOP.did, "Boatbuilding"), WORKSHOP.signer, "ecdsa-jcs-2019"),
        "badge-signed-twice.json": add_proof(_issued(badge(5, COLLEGE_DID, "Navigation"), college), WORKSHOP),
        "badge-expired.json": _issued(expired, college),
        "badge-forged.json": forged,
        "badge-by-a-stranger.json": add_proof(badge(8, COLLEGE_DID, "Seamanship"), FORGER),
        "badge-issuer-unreachable.json": _issued(unreachable, _named(FORGER, "did:web:closed-school.example")),
    }
    texts = {
        name: (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode() for name, document in files.items()
    }
    compact = json.dumps(good, ensure_ascii=False, separators=(",", ":"))
    return texts | {
        "badge.jwt": token.encode() + b"\n",
        "badge.png": png.put_text(png_picture(), "openbadgecredential", compact),
        "badge-jwt.png": png.put_text(png_picture(), "openbadgecredential", token),
        "badge.svg": svg.put_element(svg_picture(), OB_NAMESPACE, "credential", svg.SvgText(body=compact)),
        "badge-jwt.svg": svg.put_element(svg_picture(), OB_NAMESPACE, "credential", svg.SvgText(verify=token)),
    }


def world() -> dict[str, Any]:
    """What the issuers publish, by address; the closed school publishes nothing any more."""

    def controller(identifier: str, key: SampleKey) -> dict[str, Any]:
        method = f"{identifier}#key-1"
        listed = {"id": method, "type": "Multikey", "controller": identifier, "publicKeyMultibase": key.multikey}
        return {"id": identifier, "verificationMethod": [listed], "assertionMethod": [method]}

    return {
        "https://noordzee-college.example/.well-known/did.json": controller(COLLEGE_DID, COLLEGE),
        UNIVERSITY_URL: controller(UNIVERSITY_URL, UNIVERSITY),
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in samples().items():
        (FOLDER / name).write_bytes(content)
    text = json.dumps(world(), ensure_ascii=False, indent=2)
    (FOLDER.parent / "world.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(samples())} samples in {FOLDER.name}\n")


if __name__ == "__main__":
    main()
