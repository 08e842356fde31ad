"""The rival of one cold `vcwallet verify FILE`: as little as can be done with pyld to check the same proof.

    python benchmarks/cold_pyld.py FILE CONTEXTS

FILE is a document with an eddsa-rdfc-2022 proof by a did:key, CONTEXTS an object of contexts by URL. Only the proof is
checked: neither structure nor schema, dates, status, or whether the key is the issuer's.
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(text: str, length: int) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(length, "big")


def main(file: str, contexts_file: str) -> None:
    document = json.loads(Path(file).read_bytes())
    contexts = json.loads(Path(contexts_file).read_bytes())

    def load(url: str, _options: object) -> dict[str, object]:
        return {"contentType": None, "contextUrl": None, "documentUrl": url, "document": contexts[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    proof = document.pop("proof")
    signature = base58(proof.pop("proofValue")[1:], 64)
    proof["@context"] = document["@context"]
    hashes = [hashlib.sha256(jsonld.normalize(part, options).encode()).digest() for part in (proof, document)]
    # A Multikey is two bytes for its kind, and the key.
    key = base58(proof["verificationMethod"].partition("#")[2][1:], 34)[2:]
    Ed25519PublicKey.from_public_bytes(key).verify(signature, b"".join(hashes))


if __name__ == "__main__":
    main(*sys.argv[1:])
