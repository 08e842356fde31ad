"""openbadgeslib: its Data Integrity verifier, with the issuer's key as trust anchor."""

import json
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from serving import serve


def prepare(file: Path) -> Callable[[], object]:
    text = file.read_bytes()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex((file.parent / "key.hex").read_text()))
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def run() -> None:
        document = json.loads(text)
        for member in document["credentialSubject"].get("verifiableCredential", []):
            verify_data_integrity_proof(member, pem)
        verify_data_integrity_proof(document, pem)

    return run


serve(prepare)
