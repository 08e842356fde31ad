"""Ask openvc-core and jose what they say of our SD-JWTs, and have both make some for us (vectors/sd-jwt-interop).

Runs in an environment of its own, in which openvc-core is (tools/oracles.txt) and vcwallet is not; jose is asked by
tools/vectors/confirm_sd_jwt.js. Each is asked about each token, and about the same with a claim more in the issuer's JWT.
Time and salts are put into openvc-core from outside, so that a second run changes nothing.
"""

import hashlib
import itertools
import json
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from openvc.keys import Ed25519SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status.issue import build_status_list_token
from openvc.status.token_status_list import new_status_list, set_status

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "vectors" / "sd-jwt-interop"
OURS = json.loads((FOLDER / "ours.json").read_text())
AT = OURS["at"]
SUITE = SdJwtVcProofSuite()
ISSUER = Ed25519SigningKey.from_jwk(OURS["keys"]["issuer"], "1")
HOLDER = Ed25519SigningKey.from_jwk(OURS["keys"]["holder"], "holder")
COLLEGE, LIST = "https://college.example", "https://college.example/status/1"


def _changed(token: str) -> str:
    """The same with one claim more in the issuer's JWT."""
    header, claims, rest = token.split(".", 2)
    said = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) | {"grade": "A"}
    return ".".join((header, urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode(), rest))


def _ask_openvc(token: str) -> None:
    is_bound = not token.endswith("~")
    named = {"audience": OURS["audience"], "nonce": OURS["nonce"]} if is_bound else {}
    SUITE.verify(
        token,
        public_key_jwk=ISSUER.public_jwk(),
        now=datetime.fromtimestamp(AT, UTC),
        require_key_binding=is_bound,
        **named,
    )


def _answer(ask: Callable[[str], None], token: str) -> Any:
    try:
        ask(token)
    except Exception as error:  # noqa: BLE001 - whatever it says is its answer
        return f"{type(error).__name__}: {error}".split("\n")[0][:160]
    return True


def _made_by_openvc() -> dict[str, str]:
    numbers = itertools.count()
    claims = {"iss": COLLEGE, "sub": "did:example:ada", "iat": AT - 86400, "given_name": "Ada", "score": 97}
    reference = {"status": {"status_list": {"idx": 1, "uri": LIST}}}
    issued: dict[str, Any] = {
        "signing_key": ISSUER,
        "disclosable": ["given_name", "score"],
        "vct": f"{COLLEGE}/diploma",
    }
    with (
        patch("openvc.proof.sd_jwt.secrets.token_bytes", lambda size: _bytes(next(numbers), size)),
        patch("openvc.proof.sd_jwt.time.time", lambda: AT),
    ):
        diploma = SUITE.issue(claims, decoys=2, **issued)
        bound = SUITE.issue(claims, holder_jwk=HOLDER.public_jwk(), **issued)
        presented = SUITE.create_presentation(bound, holder_key=HOLDER, audience=OURS["audience"], nonce=OURS["nonce"])
        revocable = SUITE.issue(claims | reference, **issued)
    return {"diploma": diploma, "diploma-bound": presented, "diploma-revocable": revocable}


def _bytes(number: int, size: int) -> bytes:
    return hashlib.shake_128(f"openvc {number}".encode()).digest(size)


def _lists_by_openvc() -> dict[str, str]:
    made = {}
    for name, value in (("good", 0), ("revoked", 1), ("suspended", 2)):
        statuses = new_status_list(1024, bits=2)
        set_status(statuses, 1, value, bits=2)
        made[name] = build_status_list_token(
            uri=LIST,
            status_list=bytes(statuses),
            bits=2,
            signing_key=ISSUER,
            issued_at=AT - 60,
            expires=AT + 3600,
            ttl=600,
        )
    return made


def main() -> None:
    done = subprocess.run(
        ["node", "confirm_sd_jwt.js"], cwd=ROOT / "tools" / "vectors", capture_output=True, text=True, check=True
    )
    by_jose = json.loads(done.stdout)
    name = f"openvc-core {version('openvc-core')}"
    theirs = {name: _made_by_openvc(), by_jose["name"]: by_jose["made"]}
    said = {
        name: {
            token: {"verified": _answer(_ask_openvc, text), "changed": _answer(_ask_openvc, _changed(text))}
            for token, text in OURS["tokens"].items()
        },
        by_jose["name"]: by_jose["said"],
    }
    _write("theirs.json", {"tokens": theirs, "status_lists": {name: _lists_by_openvc()}, "list": LIST})
    _write("confirmed.json", said)
    count = sum(answer["verified"] is True for answers in said.values() for answer in answers.values())
    sys.stdout.write(f"{count} confirmations by {', '.join(said)}\n")


def _write(name: str, value: Any) -> None:
    (FOLDER / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
