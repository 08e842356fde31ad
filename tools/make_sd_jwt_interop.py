"""Write `vectors/sd-jwt-interop`: SD-JWTs by us, those that others made, and what each says of the other's.

What others make and say comes from tools/confirm_sd_jwt.py, which runs where they are installed and vcwallet is not,
between two runs of this. Salts and times are fixed and Ed25519 is deterministic, so that a second run changes nothing.
"""

import hashlib
import itertools
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tools.make_sd_jwt_vectors import AT, AUDIENCE, HOLDER, ISSUER, NONCE
from tools.make_vectors import VECTORS, write_family
from vcwallet.securing.sd_jwt.concealing import conceal, issue
from vcwallet.securing.sd_jwt.disclosing import disclose
from vcwallet.securing.sd_jwt.key_binding import bind, confirmation

FAMILY = "sd-jwt-interop"
COLLEGE = "https://college.example"

DIPLOMA = {
    "iss": COLLEGE,
    "vct": f"{COLLEGE}/diploma",
    "iat": AT - 86400,
    "given_name": "Ada",
    "score": 97,
    "courses": ["Boatbuilding", "Knots", "Sails"],
    "address": {"locality": "Lund", "country": "SE"},
    "cnf": confirmation(HOLDER.public_key),
}
BADGE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:6f0d2f6c-2b0c-4f3e-9d57-0d1b6c9f3a11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": COLLEGE, "type": ["Profile"], "name": "The College"},
    "validFrom": "2026-01-01T00:00:00Z",
    "name": "Boatbuilding",
    "credentialSubject": {
        "id": "did:example:ada",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": f"{COLLEGE}/boatbuilding",
            "type": ["Achievement"],
            "name": "Boatbuilding",
            "description": "Builds a boat.",
            "criteria": {"narrative": "It floats."},
            "tag": ["boats", "wood"],
        },
    },
}


def _counting(name: str) -> Callable[[int], bytes]:
    numbers = itertools.count()
    return lambda size: hashlib.shake_128(f"{name} {next(numbers)}".encode()).digest(size)


def _issued(claims: dict[str, Any], disclosable: tuple[str, ...], typ: str) -> str:
    concealed = conceal(claims, disclosable=disclosable, random_bytes=_counting(typ), decoys={"": 2})
    return issue(concealed, ISSUER, header={"typ": typ, "kid": "1"})


def _bound(token: str) -> str:
    return bind(token, HOLDER, audience=AUDIENCE, nonce=NONCE, at=datetime.fromtimestamp(AT, UTC))


def _ours() -> dict[str, Any]:
    places = ("/given_name", "/score", "/courses/1", "/address", "/address/locality")
    diploma = _issued(DIPLOMA, places, "dc+sd-jwt")
    badge = _issued(BADGE, ("/name", "/credentialSubject/achievement/tag/0"), "vc+sd-jwt")
    tokens = {
        "diploma": diploma,
        "diploma-shown": disclose(diploma, reveal=["/given_name", "/address/locality"]),
        "diploma-bound": _bound(disclose(diploma, withhold=["/score"])),
        "badge": badge,
        "badge-shown": disclose(badge, withhold=["/name"]),
    }
    keys = {"issuer": {**ISSUER.private_jwk(), "kid": "1"}, "holder": HOLDER.private_jwk()}
    return {"at": AT, "audience": AUDIENCE, "nonce": NONCE, "keys": keys, "tokens": tokens}


def main() -> None:
    """Write the family: ours anew, and what is there of others as it is."""
    files = {"ours.json": (json.dumps(_ours(), ensure_ascii=False, indent=2) + "\n").encode()}
    for name in ("theirs.json", "confirmed.json"):
        if (VECTORS / FAMILY / name).exists():
            files[name] = (VECTORS / FAMILY / name).read_bytes()
    passport = {
        "title": "SD-JWTs by us, by openvc-core and by jose, and what each says of the other's",
        "origin": "Made for this project. People, institutions and keys are inventions, and the keys protect nothing.",
        "generator": "tools/make_sd_jwt_interop.py, tools/confirm_sd_jwt.py and tools/vectors/confirm_sd_jwt.js",
        "licence": "Apache-2.0",
        "date": "2026-11-24",
    }
    write_family(FAMILY, files, passport)
    sys.stdout.write(f"made vectors/{FAMILY}\n")


if __name__ == "__main__":
    main()
