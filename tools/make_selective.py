"""Make `vectors/selective-disclosure/ours`: what vcwallet issues for its holders, and what it derives for others.

Keys and secrets follow from names, and so the files are the same in every run. tools/vectors/make_selective.js then derives
and verifies with Digital Bazaar's libraries, and makes files of its own in `theirs`; what it says is in `confirmed.json`.
Run this again afterwards: it writes the passport over all of them.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tools.make_vectors import VECTORS
from vcwallet import BbsSigner, LocalSigner, Signed, derive, issue, standard_toolkit
from vcwallet.securing.suites.bbs import Bbs
from vcwallet.securing.suites.ecdsa_sd import EcdsaSd
from vcwallet.testing.signing import SampleKey
from vcwallet.toolkit import Toolkit

FOLDER = VECTORS / "selective-disclosure"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

P_256 = SampleKey.from_seed("selective disclosure", "P-256").signer
BBS = BbsSigner.from_private_bytes(b"\0" + hashlib.sha256(b"selective disclosure").digest()[1:])
SIGNERS: dict[str, LocalSigner | BbsSigner] = {"ecdsa-sd-2023": P_256, "bbs-2023": BBS}

RESULT = "/credentialSubject/result"
# What is withheld from each kind of badge. The other libraries cannot derive from lists, nor from `geo`; what was derived
# from them they can verify. And they take what looks like a blank node for one inside of texts too.
WITHHELD = {
    "plain": [f"{RESULT}/0", "/evidence"],
    "rich": [f"{RESULT}/0", "/credentialSubject/achievement/tag"],
    "text": [f"{RESULT}/0"],
}


def badge(issuer: str, kind: str) -> dict[str, Any]:
    """A badge with two results; a rich one has an address with a place, and a list of grades; a text speaks of a label."""
    description: dict[str, Any] = {
        "id": "urn:uuid:00000000-0000-4000-8000-00000000d1f0",
        "type": ["ResultDescription"],
        "name": "Grade",
        "resultType": "LetterGrade",
    }
    profile: dict[str, Any] = {"id": issuer, "type": ["Profile"], "name": "Zeevaartschool"}
    if kind == "rich":
        description["allowedValue"] = ["C", "B", "A"]
        profile["address"] = {
            "type": ["Address"],
            "addressLocality": "Den Helder",
            "geo": {"type": "GeoCoordinates", "latitude": 52.95, "longitude": 4.76},
        }
    results = [{"type": ["Result"], "resultDescription": description["id"], "value": value} for value in ("A", "C")]
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:00000000-0000-4000-8000-00000000d1f1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Coastal navigation",
        "issuer": profile,
        "validFrom": "2026-01-15T09:00:00Z",
        "validUntil": "2029-01-15T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ana",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:00000000-0000-4000-8000-00000000d1f2",
                "type": ["Achievement"],
                "name": "Coastal navigation",
                "description": "Finds the way along a coast, by day and by night.",
                "criteria": {"narrative": "Two passages of twenty miles."},
                "tag": ["navigation", "zeevaart"],
                "resultDescription": [description],
            },
            "result": results,
        },
        "evidence": [
            {
                "id": "https://issued.example/log/7",
                "type": ["Evidence"],
                "name": "Log",
                "narrative": "Two nights _:c14n0." if kind == "text" else "Two nights.",
            }
        ],
    }


def secrets_from(name: str) -> Callable[[int], bytes]:
    """Bytes that look random and follow from a name, different at every call."""
    calls = 0

    def give(count: int) -> bytes:
        nonlocal calls
        calls += 1
        return hashlib.shake_256(f"{name} {calls}".encode()).digest(count)

    return give


def toolkit(name: str) -> Toolkit:
    """The standard toolkit, with secrets that follow from a name."""
    standard = standard_toolkit()
    own = {"ecdsa-sd-2023": EcdsaSd(secrets_from(name)), "bbs-2023": Bbs(secrets_from(name))}
    suites = tuple(own.get(suite.name or "", suite) for suite in standard.cryptosuites)
    return replace(standard, cryptosuites=suites)


def files() -> dict[str, bytes]:
    """Every file of ours, by its path."""
    made: dict[str, bytes] = {}
    for securing, signer in SIGNERS.items():
        for kind, withheld in WITHHELD.items():
            own = toolkit(f"{securing} {kind}")
            base = issue(badge(signer.controller, kind), signer, securing=securing, toolkit=own, at=AT)
            derived = derive(base, withhold=withheld, toolkit=own)
            made[f"ours/{securing}/{kind}-base.json"] = _text(base)
            made[f"ours/{securing}/{kind}-derived.json"] = _text(derived)
    return made


def _text(signed: Signed) -> bytes:
    return (json.dumps(signed.document, ensure_ascii=False, indent=2) + "\n").encode()


def main() -> None:
    for name, content in files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    names = sorted(
        str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file() and path.name != "SOURCE.toml"
    )
    passport = {
        "title": "Badges that can be shown in part, by us and by Digital Bazaar's libraries, each confirmed by the other",
        "origin": "Made for this project. People, institutions and keys are inventions, and the keys protect nothing.",
        "generator": "tools/make_selective.py, and tools/vectors/make_selective.js with the packages that its lock names",
        "licence": "Apache-2.0",
        "date": "2026-11-24",
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in passport.items()]
    lines += ["", "[sha256]"]
    lines += [
        f"{json.dumps(name)} = {json.dumps(hashlib.sha256((FOLDER / name).read_bytes()).hexdigest())}" for name in names
    ]
    (FOLDER / "SOURCE.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("made vectors/selective-disclosure\n")


if __name__ == "__main__":
    main()
