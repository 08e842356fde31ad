"""openbadgeslib: its Data Integrity verifier, with the issuer's key as trust anchor, and the signer beside it."""

import json
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import add_data_integrity_proof, verify_data_integrity_proof
from serving import serve


def verify(file: Path) -> Callable[[], object]:
    text = file.read_bytes()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex((file.parent / "key.hex").read_text()))
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def run() -> None:
        document = json.loads(text)
        for member in document["credentialSubject"].get("verifiableCredential", []):
            verify_data_integrity_proof(member, pem)
        verify_data_integrity_proof(document, pem)

    return run


def sign(file: Path) -> Callable[[], object]:
    document = {name: value for name, value in json.loads(file.read_text()).items() if name != "proof"}
    pem = (file.parent / "key.pem").read_bytes()
    method = json.loads((file.parent / "key.json").read_text())["id"]
    return lambda: json.dumps(add_data_integrity_proof(document, pem, method))


serve({"verify": verify, "sign": sign})
