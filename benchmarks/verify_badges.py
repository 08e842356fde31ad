"""How long does verify() take, as a ratio to what cannot be avoided and to a bare pyld verification?

Everything is measured in one run and one process, in turns, so that ratios hold when the machine's speed drifts. The
limit is: parse the JSON, hash its canonical text, check the Ed25519 signature. The rival is pyld with its contexts in
memory, expanding and canonicalizing document and proof options, and the same signature.
"""

import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pyld import jsonld

from tools.make_examples import CONTEXTS
from tools.signing import SampleKey, add_proof, badge_claims, to_jwt
from vcwallet import standard_toolkit, verify
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.suites.eddsa import EDDSA_RDFC_2022
from vcwallet.wire.base_encodings import multibase_decode

KEY = SampleKey.from_seed("benchmark")
UNIVERSITY = SampleKey.from_seed("benchmark", "P-256")
AT = datetime(2026, 3, 1, tzinfo=UTC)
ROUNDS = 30


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


def limit(text: bytes, canonical: bytes, proof: dict[str, Any]) -> Callable[[], object]:
    signed = hashlib.sha256(canonical).digest() * 2
    signature = KEY.sign(signed)

    def run() -> None:
        json.loads(text)
        hashlib.sha256(canonical).digest()
        multibase_decode(proof["proofValue"])
        KEY.public_key.verify(signature, signed, algorithm="Ed25519")

    return run


def bare_pyld(text: bytes) -> Callable[[], object]:
    contexts = standard_contexts()

    def load(url: str, _options: object) -> dict[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": contexts.load(url),
        }

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}

    def run() -> None:
        document = json.loads(text)
        proof = document.pop("proof")
        signature = multibase_decode(proof.pop("proofValue"))
        proof["@context"] = document["@context"]
        hashes = [hashlib.sha256(jsonld.normalize(part, options).encode()).digest() for part in (proof, document)]
        KEY.public_key.verify(signature, b"".join(hashes), algorithm="Ed25519")

    return run


def measure(contestants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median milliseconds of each, taken in turns after a warm-up."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for round_number in range(ROUNDS + 3):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            if round_number >= 3:  # noqa: PLR2004 - the warm-up
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    toolkit = standard_toolkit()
    rows = []
    for name, make in (("small badge", small_badge), ("full badge", full_badge)):
        document = add_proof(make(KEY.did), KEY)
        text = json.dumps(document).encode()
        secured = SecuredDocument(without_proof(document), document["proof"])
        canonical = Transformer(standard_contexts()).canonical_rdf(secured.document, "sha256")
        EDDSA_RDFC_2022.verify(secured, KEY.public_key, Transformer(standard_contexts()))
        if not verify(text, toolkit=toolkit, at=AT):
            raise SystemExit("the benchmark's own badge is not valid")
        contestants = {
            "limit": limit(text, canonical, document["proof"]),
            "verify()": lambda text=text: verify(text, toolkit=toolkit, at=AT),
            "bare pyld": bare_pyld(text),
        }
        rows.append((name, measure(contestants)))
    token = to_jwt(badge_claims(full_badge(UNIVERSITY.did), 1768467600), UNIVERSITY)
    rows.append(("full badge as JWT", measure({"verify()": lambda: verify(token, toolkit=toolkit, at=AT)})))
    sys.stdout.write(
        "| input | verify() ms | bare pyld ms | limit ms | verify() / pyld | verify() / limit |\n"
        "|---|---|---|---|---|---|\n"
    )
    for name, taken in rows:
        ours, pyld, least = taken["verify()"], taken.get("bare pyld"), taken.get("limit")
        cells = [f"{ours:.2f}", f"{pyld:.2f}" if pyld else "–", f"{least:.3f}" if least else "–"]
        cells += [f"{ours / pyld:.2f}" if pyld else "–", f"{ours / least:.0f}" if least else "–"]
        sys.stdout.write(f"| {name} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
