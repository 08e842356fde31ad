"""The worked examples of VC-DI-EDDSA and VC-DI-ECDSA, and those of the Open Badges implementation guide.

Each folder shows every intermediate step, so each is asked for: canonical text of document and proof options, both hashes,
and the proof itself through `verify()`. Selective disclosure has its own vectors.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.shared_data import cases
from vcwallet import Policy, standard_toolkit, verify
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.policy import DEFAULT_REQUIRED_CHECKS
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.data_integrity import find_suite, without_proof

AT = datetime(2025, 6, 1, tzinfo=UTC)
TOOLKIT = standard_toolkit()

# The issuer of these examples is an https address, and the keys are did:key: they are about the proof alone.
PROOF_ALONE = Policy(required_checks=DEFAULT_REQUIRED_CHECKS - {"issuer"})

KEY_TYPES = {"P256": "P-256", "P384": "P-384"}


def _single_proofs(path):
    for folder in ("vc-di-eddsa", "vc-di-ecdsa"):
        for file in sorted((path / folder / "TestVectors").rglob("signed*.json")):
            if "sd-2023" not in str(file) and "proof-set-chain" not in str(file):
                yield pytest.param(file, id=str(file.relative_to(path)))


def _sets_and_chains(path):
    for file in sorted((path / "vc-di-eddsa" / "TestVectors" / "proof-set-chain").glob("signed*.json")):
        yield pytest.param(file, id=file.name)


def _step(file, kind):
    (found,) = file.parent.glob(f"{kind}*")
    return found.read_text()


def _secured(file):
    document = json.loads(file.read_text())
    return SecuredDocument(without_proof(document), document["proof"])


def _key_type(file):
    return next((key_type for mark, key_type in KEY_TYPES.items() if mark in file.name), "Ed25519")


@pytest.mark.parametrize("file", cases("vectors", 10, _single_proofs))
def test_every_intermediate_step_is_reproduced(file):
    secured, transformer = _secured(file), Transformer(standard_contexts())
    suite = find_suite(secured.proof, TOOLKIT.cryptosuites)
    hash_name = "sha384" if _key_type(file) == "P-384" else "sha256"
    options = {name: value for name, value in secured.proof.items() if name != "proofValue"}

    if suite.transformation == "rdfc":
        options["@context"] = secured.document["@context"]
        texts = transformer.canonical_rdf(options, hash_name), transformer.canonical_rdf(secured.document, hash_name)
    else:
        texts = transformer.canonical_json(options), transformer.canonical_json(secured.document)

    assert texts[0].decode().strip() == _step(file, "proofCanon").strip()
    assert texts[1].decode().strip() == _step(file, "canonDoc").strip()
    signing_input = suite.signing_input(secured, _key_type(file), transformer).hex()
    assert signing_input == _step(file, "combinedHash").strip()
    assert signing_input == _step(file, "proofHash").strip() + _step(file, "docHash").strip()


@pytest.mark.parametrize("file", cases("vectors", 10, _single_proofs))
def test_the_proof_verifies(file):
    report = verify(file.read_bytes(), toolkit=TOOLKIT, policy=PROOF_ALONE, at=AT)

    assert report.check("proof").outcome == "passed", report.check("proof")
    assert report.check("context").outcome == "passed", report.check("context")
    # The issuer did not publish the key, and that is seen too.
    assert report.check("issuer").code == "key_not_bound_to_issuer"


@pytest.mark.parametrize("file", cases("vectors", 10, _single_proofs))
@pytest.mark.parametrize("member", ["description", "created", "proofValue"])
def test_one_changed_character_fails(file, member):
    document = json.loads(file.read_text())
    holder = document if member in document else document["proof"]
    if member not in holder:
        member, holder = "validFrom", document
    old = holder[member]
    holder[member] = old[:3] + ("3" if old[3] != "3" else "4") + old[4:]

    report = verify(document, toolkit=TOOLKIT, policy=PROOF_ALONE, at=AT)

    assert report.check("proof").outcome == "failed"
    assert report.verdict in ("invalid", "malformed")


@pytest.mark.parametrize(
    "file", cases("vectors/vc-di-eddsa/TestVectors/proof-set-chain", 4, lambda path: _sets_and_chains(path.parents[2]))
)
def test_proof_sets_and_chains_verify(file):
    report = verify(file.read_bytes(), toolkit=TOOLKIT, policy=PROOF_ALONE, at=AT)

    assert report.check("proof").outcome == "passed", report.check("proof")


@pytest.mark.parametrize(
    "file", cases("vectors/vc-di-eddsa/TestVectors/proof-set-chain", 4, lambda path: _sets_and_chains(path.parents[2]))
)
def test_one_bad_proof_of_several_is_enough_to_fail(file):
    proofs = json.loads(file.read_text())["proof"]
    for index in range(len(proofs) if isinstance(proofs, list) else 1):
        spoiled = json.loads(file.read_text())
        proof = spoiled["proof"][index] if isinstance(proofs, list) else spoiled["proof"]
        value = proof["proofValue"]
        proof["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")

        assert verify(spoiled, toolkit=TOOLKIT, policy=PROOF_ALONE, at=AT).check("proof").outcome == "failed"


def _guide(path):
    return [pytest.param(folder, id=folder.name) for folder in sorted(path.iterdir())]


@pytest.mark.parametrize("folder", cases("examples/impl-guide-test-vectors", 2, _guide))
def test_the_implementation_guide_is_reproduced_byte_for_byte(folder):
    figures = json.loads((folder / "vector.json").read_text())
    document = json.loads((folder / "signed-credential.json").read_text())
    proof = document["proof"][0] if isinstance(document["proof"], list) else document["proof"]
    transformer, unsecured = Transformer(standard_contexts()), without_proof(document)
    options = {name: value for name, value in proof.items() if name != "proofValue"} | {
        "@context": document["@context"]
    }

    assert transformer.canonical_rdf(unsecured, "sha256") == (folder / "document-canon.txt").read_bytes()
    assert transformer.canonical_rdf(options, "sha256") == (folder / "proof-canon.txt").read_bytes()
    suite = find_suite(proof, TOOLKIT.cryptosuites)
    signing_input = suite.signing_input(SecuredDocument(unsecured, proof), "Ed25519", transformer).hex()
    assert signing_input[:64] in json.dumps(figures)
    assert signing_input[64:] in json.dumps(figures)
