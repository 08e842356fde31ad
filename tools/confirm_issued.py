"""Ask other implementations what they say of `vectors/issued`, and keep their answers in `confirmed.json` there.

Runs in an environment of its own, in which openvc-core and openbadgeslib are (tools/oracles.txt) and vcwallet is not; the
JavaScript libraries are asked by tools/vectors/confirm_issued.js. Each is asked about each file that is of a kind it
reads, and about the same file with one word changed, which nobody may accept.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import openbadgeslib.ob3 as openbadges
import openvc
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWK

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "vectors" / "issued"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

WORLD = json.loads((FOLDER / "world.json").read_text())
_CONTEXTS = ROOT / "src" / "vcwallet" / "linked_data" / "contexts"
CONTEXTS = {
    url: json.loads((_CONTEXTS / entry["file"]).read_text())
    for url, entry in json.loads((_CONTEXTS / "index.json").read_text()).items()
    if isinstance(entry, dict) and "file" in entry
}


def ask_openvc(text: str) -> None:
    """A did:key credential with one proof, or a token with a vc claim."""
    data = json.loads(text) if text.startswith("{") else text
    openvc.verify_credential(data, policy=openvc.VerificationPolicy(now=AT), extra_contexts=CONTEXTS)


def ask_openbadgeslib(text: str) -> None:
    """A badge with an Ed25519 proof, or a token with the key that its issuer publishes."""
    if text.startswith("{"):
        openbadges.OB3LdpVerifier(_published(json.loads(text)["issuer"]["id"], "Ed25519")).verify(text)
        return
    header = json.loads(_decoded(text.split(".", maxsplit=1)[0]))
    issuer, _, name = header["kid"].partition("#")
    openbadges.OB3Verifier(_published(issuer, name)).verify(text)


def _published(issuer: str, name: str) -> bytes | None:
    """The PEM of a key that an https issuer or did:web publishes; None for a did:key, which is its key."""
    if issuer.startswith("did:key:"):
        return None
    for jwk in WORLD["https://issued.example/.well-known/jwks.json"]["keys"]:
        if jwk["kid"].partition("#")[2] == name:
            key = PyJWK({**jwk, "alg": "EdDSA" if jwk["kty"] == "OKP" else None}).key
            pem: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return pem
    raise LookupError(issuer)


def _decoded(part: str) -> bytes:
    from base64 import urlsafe_b64decode  # noqa: PLC0415 - used here alone

    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _changed(text: str) -> str:
    if text.startswith("{"):
        return text.replace("Zeevaartschool", "Zeevaartschoot", 1)
    from base64 import urlsafe_b64encode  # noqa: PLC0415 - used here alone

    header, payload, signature = text.split(".")
    claims = _decoded(payload).replace(b"Zeevaartschool", b"Zeevaartschoot", 1)
    return f"{header}.{urlsafe_b64encode(claims).rstrip(b'=').decode()}.{signature}"


def _answer(ask: Callable[[str], None], text: str) -> Any:
    try:
        ask(text)
    except Exception as error:  # noqa: BLE001 - whatever it says is its answer
        return f"{type(error).__name__}: {error}".split("\n")[0][:160]
    return True


def main() -> None:
    done = subprocess.run(
        ["node", "confirm_issued.js"], cwd=ROOT / "tools" / "vectors", capture_output=True, text=True, check=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    for name, ask in (("openvc-core", ask_openvc), ("openbadgeslib", ask_openbadgeslib)):
        answers = said[f"{name} {version(name)}"] = {}
        for file in sorted(FOLDER.rglob("credential.*")):
            text = file.read_text()
            answers[str(file.relative_to(FOLDER))] = {
                "verified": _answer(ask, text),
                "changed": _answer(ask, _changed(text)),
            }
    (FOLDER / "confirmed.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    count = sum(answer["verified"] is True for answers in said.values() for answer in answers.values())
    sys.stdout.write(f"{count} confirmations by {', '.join(said)}\n")


if __name__ == "__main__":
    main()
