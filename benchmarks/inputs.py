"""What is measured: a small badge, a full one, and learner records of many full badges, all signed by us.

`python -m benchmarks.inputs FOLDER` writes them with the JSON-LD contexts that they use, for rivals of any language.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.make_examples import CONTEXTS
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEY = SampleKey.from_seed("benchmark")
UNIVERSITY = SampleKey.from_seed("benchmark", "P-256")
CLR_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
# For the rival that reads data model 1.1 only.
OB_CONTEXT_OF_1_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
RECORD_SIZES = (10, 100, 500)


def small_badge(issuer: str) -> dict[str, Any]:
    return {
        "@context": CONTEXTS,
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Benchmark College"},
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ana",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
                "type": ["Achievement"],
                "name": "Timing",
                "description": "Takes the time.",
                "criteria": {"narrative": "Often enough."},
            },
        },
    }


def full_badge(issuer: str) -> dict[str, Any]:
    document = small_badge(issuer)
    achievement = document["credentialSubject"]["achievement"]
    achievement |= {
        "image": {"id": "https://college.example/image.png", "type": "Image", "caption": "A clock"},
        "tag": ["time", "clock", "patience"],
        "alignment": [
            {"type": ["Alignment"], "targetName": f"Skill {n}", "targetUrl": f"https://college.example/skills/{n}"}
            for n in range(3)
        ],
        "resultDescription": [
            {
                "id": f"urn:uuid:00000000-0000-4000-8000-00000000010{n}",
                "type": ["ResultDescription"],
                "name": f"Grade {n}",
                "resultType": "LetterGrade",
                "allowedValue": ["C", "B", "A"],
            }
            for n in range(3)
        ],
    }
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "resultDescription": entry["id"], "value": "A"}
        for entry in achievement["resultDescription"]
    ]
    document["evidence"] = [
        {"id": f"https://college.example/evidence/{n}", "type": ["Evidence"], "name": f"Evidence {n}"} for n in range(3)
    ]
    return document


def record(size: int) -> dict[str, Any]:
    """A ClrCredential with that many full badges, each signed by itself."""
    members = []
    for number in range(size):
        badge = full_badge(KEY.did)
        badge["id"] = f"urn:uuid:00000000-0000-4000-8000-{number + 1000:012d}"
        badge["credentialSubject"]["achievement"]["id"] = f"urn:uuid:00000000-0000-4000-9000-{number:012d}"
        members.append(add_proof(badge, KEY))
    return {
        "@context": [CONTEXTS[0], CLR_CONTEXT, CONTEXTS[1]],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000003",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Everything that Ana learnt",
        "issuer": {"id": KEY.did, "type": ["Profile"], "name": "Benchmark College"},
        "validFrom": "2026-01-15T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ana",
            "type": ["ClrSubject"],
            "verifiableCredential": members,
        },
    }


def inputs() -> dict[str, bytes]:
    """Every input by its file name."""
    documents = {"ob3min.json": small_badge(KEY.did), "ob3.json": full_badge(KEY.did)}
    documents |= {f"clr{size}.json": record(size) for size in RECORD_SIZES}
    signed = {name: json.dumps(add_proof(document, KEY)).encode() for name, document in documents.items()}
    token = to_jwt(badge_claims(full_badge(UNIVERSITY.did), 1768467600), UNIVERSITY)
    return {**signed, "ob3.jwt": token.encode()}


def write(folder: Path) -> None:
    """The inputs and `contexts.json`, an object of contexts by URL."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in inputs().items():
        (folder / name).write_bytes(content)
    loader = standard_contexts()
    urls = [*CONTEXTS, CLR_CONTEXT, OB_CONTEXT_OF_1_1]
    # For rivals that want the issuer's key from their caller, and to sign with.
    (folder / "key.hex").write_text(KEY.public_key.data.hex())
    (folder / "key.pem").write_bytes(KEY.signer.private_pem(passphrase=None))
    key = {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": KEY.did_key_method,
        "type": "Multikey",
        "controller": KEY.did,
        "publicKeyMultibase": KEY.multikey,
        "secretKeyMultibase": KEY.signer.private_multikey(),
    }
    (folder / "key.json").write_text(json.dumps(key))
    (folder / "contexts.json").write_text(json.dumps({url: loader.load(url) for url in urls}))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
