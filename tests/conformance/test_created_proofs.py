"""The worked examples of VC-DI-EDDSA and VC-DI-ECDSA, made again from their private keys: the same proof to the last letter.

EdDSA is deterministic by definition. The ECDSA examples were made with RFC 6979, and so are our signatures.
"""

import json
from datetime import datetime

import pytest

from tests.shared_data import SHARED_DATA, cases
from vcwallet import standard_toolkit
from vcwallet.keys.signer import LocalSigner
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.adding_proofs import ProofOptions, add_proof
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import find_suite, without_proof

VECTORS = SHARED_DATA / "vectors"


def _examples(path):
    for folder in ("vc-di-eddsa", "vc-di-ecdsa"):
        for file in sorted((path / folder / "TestVectors").rglob("signed*.json")):
            if not any(other in str(file) for other in ("sd-2023", "proof-set-chain", "2020")):
                yield pytest.param(file, id=str(file.relative_to(path)))


def _signer(method):
    """The private key beside the examples whose public key the method names."""
    for file in [*VECTORS.glob("vc-di-eddsa/**/*ey*air*.json"), *VECTORS.glob("vc-di-ecdsa/**/*ey*air*.json")]:
        pairs = json.loads(file.read_text())
        for pair in [pairs] if "publicKeyMultibase" in pairs else pairs.values():
            if isinstance(pair, dict) and pair.get("publicKeyMultibase") == method.partition("#")[2]:
                secret = pair.get("secretKeyMultibase") or pair["privateKeyMultibase"]
                return LocalSigner.from_private_multikey(secret).named(method)
    raise AssertionError(f"no key for {method}")


def _made_again(document, proof, earlier=()):
    previous = proof.get("previousProof", ())
    unsecured = without_proof(document)
    made = add_proof(
        {**unsecured, "proof": list(earlier)} if earlier else unsecured,
        unsecured,
        _signer(proof["verificationMethod"]),
        suite=find_suite(proof, standard_toolkit().cryptosuites),
        options=ProofOptions(
            purpose=proof["proofPurpose"],
            created=datetime.fromisoformat(proof["created"]),
            id=proof.get("id"),
            previous_proof=(previous,) if isinstance(previous, str) else tuple(previous),
        ),
        transformer=Transformer(standard_contexts()),
    )
    return made["proof"][-1] if earlier else made["proof"]


@pytest.mark.parametrize("file", cases("vectors", 9, _examples))
def test_the_proof_is_the_same_to_the_last_letter(file):
    document = json.loads(file.read_text())

    assert _made_again(document, document["proof"]) == document["proof"]


def _sets_and_chains(path):
    return [pytest.param(file, id=file.name) for file in sorted(path.glob("signed*.json"))]


@pytest.mark.parametrize("file", cases("vectors/vc-di-eddsa/TestVectors/proof-set-chain", 4, _sets_and_chains))
def test_every_proof_of_a_set_or_chain_is_the_same_to_the_last_letter(file):
    document = json.loads(file.read_text())
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]

    for index, proof in enumerate(proofs):
        assert _made_again(document, proof, proofs[:index]) == proof
