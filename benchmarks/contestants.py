"""Ourselves, the limit, and pyld: the contestants that run in our own environment.

    python -m benchmarks.contestants NAME

The *limit* is what cannot be avoided: parse the JSON, hash the canonical text, check the Ed25519 signature. *pyld* expands
and canonicalizes document and proof options with contexts from memory, and checks the same signature; *pyld, memoised*
also keeps what it made of contexts, which is what our own fallback does.

Signing is the same the other way round; only ours also checks the document first and verifies what came out.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import disclosure
from benchmarks.inputs import AT, KEY
from benchmarks.rivals.serving import serve

from vcwallet import issue, standard_toolkit, verify
from vcwallet.linked_data import canonical_rdf, pyld_statements
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode

Run = Callable[[], object]


def verify_by_us(file: Path) -> Run:
    """The whole of verify(): every check of the report, and everything inside."""
    content, toolkit = file.read_bytes(), standard_toolkit()

    def run() -> None:
        report = verify(content, toolkit=toolkit, at=AT)
        if not report:
            raise ValueError(f"{file.name}: {report.problems[0].message}")

    return run


def limit_of_verifying(file: Path) -> Run:
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


def issue_by_us(file: Path) -> Run:
    """The whole of issue(): the document checked, signed, and its own output verified."""
    document, toolkit = _unsecured(json.loads(file.read_bytes())), standard_toolkit()
    return lambda: issue(document, KEY.signer, toolkit=toolkit, at=AT).data


def limit_of_signing(file: Path) -> Run:
    """Hash, sign, and write the JSON."""
    document = json.loads(file.read_bytes())
    text = Transformer(standard_contexts()).canonical_rdf(_unsecured(document), "sha256")

    def run() -> None:
        KEY.sign(hashlib.sha256(text).digest() * 2)
        json.dumps(document)

    return run


def bare_pyld() -> Callable[[dict[str, Any]], bytes]:
    from pyld import jsonld  # noqa: PLC0415 - only this contestant loads it here

    contexts = standard_contexts()

    def load(url: str, _options: object) -> dict[str, Any]:
        document = contexts.load(url)
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return lambda document: jsonld.normalize(document, options).encode()


def memoised_pyld() -> Callable[[dict[str, Any]], bytes]:
    contexts = standard_contexts()

    def canonicalize(document: dict[str, Any]) -> bytes:
        statements = pyld_statements.to_statements(document, contexts)
        return canonical_rdf.canonicalize(statements, hash_name="sha256").text.encode()

    return canonicalize


def _sign_only(file: Path, canonicalize: Callable[[dict[str, Any]], bytes]) -> Run:
    document = json.loads(file.read_bytes())
    unsecured = _unsecured(document)
    proof = {name: value for name, value in document["proof"].items() if name != "proofValue"}

    def run() -> None:
        options = {**proof, "@context": document["@context"]}
        message = b"".join(hashlib.sha256(canonicalize(part)).digest() for part in (options, unsecured))
        value = multibase_encode(KEY.sign(message))
        json.dumps({**unsecured, "proof": {**proof, "proofValue": value}})

    return run


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


def _by(make: Callable[[], Callable[[dict[str, Any]], bytes]]) -> dict[str, Callable[[Path], Run]]:
    return {"verify": lambda file: _proofs_only(file, make()), "sign": lambda file: _sign_only(file, make())}


CONTESTANTS: dict[str, dict[str, Callable[[Path], Run]]] = {
    "vcwallet": {"verify": verify_by_us, "sign": issue_by_us},
    "limit": {"verify": limit_of_verifying, "sign": limit_of_signing},
    "vcwallet, disclosure": {
        "sign": disclosure.sign_by_us,
        "derive": disclosure.derive_by_us,
        "verify": disclosure.verify_by_us,
    },
    "pyld": _by(bare_pyld),
    "pyld, memoised": _by(memoised_pyld),
}

if __name__ == "__main__":
    serve(CONTESTANTS[sys.argv[1]])
