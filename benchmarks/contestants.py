"""Ourselves, the limit, and pyld: the contestants that run in our own environment.

    python -m benchmarks.contestants NAME

The *limit* is what cannot be avoided: parse the JSON, hash the canonical text, check the Ed25519 signature. *pyld* expands
and canonicalizes document and proof options with contexts from memory, and checks the same signature; *pyld, memoised*
also keeps what it made of contexts, which is what our own fallback does.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.inputs import KEY
from benchmarks.rivals.serving import serve

from vcwallet import standard_toolkit, verify
from vcwallet.linked_data import canonical_rdf, pyld_statements
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.wire.base_encodings import multibase_decode

AT = datetime(2026, 3, 1, tzinfo=UTC)
Run = Callable[[], object]


def vcwallet(file: Path) -> Run:
    """The whole of verify(): every check of the report, and everything inside."""
    content, toolkit = file.read_bytes(), standard_toolkit()

    def run() -> None:
        report = verify(content, toolkit=toolkit, at=AT)
        if not report:
            raise ValueError(f"{file.name}: {report.problems[0].message}")

    return run


def limit(file: Path) -> Run:
    """Parse, hash, signature; for a record that for every member and for the whole. Canonical texts are made beforehand."""
    content = file.read_bytes()
    document = json.loads(content)
    transformer = Transformer(standard_contexts())
    texts = [transformer.canonical_rdf(_unsecured(part), "sha256") for part in _parts(document)]
    message = bytes(64)
    signature = KEY.sign(message)
    proof_value = document["proof"]["proofValue"]

    def run() -> None:
        json.loads(content)
        for text in texts:
            hashlib.sha256(text).digest()
            multibase_decode(proof_value)
            KEY.public_key.verify(signature, message, algorithm="Ed25519")

    return run


def pyld(file: Path) -> Run:
    from pyld import jsonld  # noqa: PLC0415 - only this contestant loads it here

    contexts = standard_contexts()

    def load(url: str, _options: object) -> dict[str, Any]:
        document = contexts.load(url)
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return _proofs_only(file, lambda document: jsonld.normalize(document, options).encode())


def pyld_memoised(file: Path) -> Run:
    contexts = standard_contexts()

    def canonicalize(document: dict[str, Any]) -> bytes:
        statements = pyld_statements.to_statements(document, contexts)
        return canonical_rdf.canonicalize(statements, hash_name="sha256").text.encode()

    return _proofs_only(file, canonicalize)


def _proofs_only(file: Path, canonicalize: Callable[[dict[str, Any]], bytes]) -> Run:
    content = file.read_bytes()

    def run() -> None:
        for document in _parts(json.loads(content)):
            proof = dict(document["proof"])
            signature = multibase_decode(proof.pop("proofValue"))
            proof["@context"] = document["@context"]
            hashes = [hashlib.sha256(canonicalize(part)).digest() for part in (proof, _unsecured(document))]
            KEY.public_key.verify(signature, b"".join(hashes), algorithm="Ed25519")

    return run


def _parts(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document["credentialSubject"].get("verifiableCredential", [])
    yield document


def _unsecured(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


CONTESTANTS = {"vcwallet": vcwallet, "limit": limit, "pyld": pyld, "pyld, memoised": pyld_memoised}

if __name__ == "__main__":
    serve(CONTESTANTS[sys.argv[1]])
