"""The two worked examples of ecdsa-sd-2023 in VC-DI-ECDSA, step by step.

Everything in them follows from the document and the three keys, the signatures too: ECDSA is deterministic there and here.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.shared_data import SHARED_DATA, cases
from vcwallet import LocalSigner, Policy, standard_toolkit, verify
from vcwallet.linked_data.canonical_rdf import canonicalize
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.selection import Disclosure, select
from vcwallet.policy import DEFAULT_REQUIRED_CHECKS
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.suites.disclosure_proofs import Groups, hmac_labels, lines_hash, proof_hash
from vcwallet.securing.suites.ecdsa_sd import ECDSA_SD_2023, EcdsaSd

VECTORS = SHARED_DATA / "vectors"
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
AT = datetime(2025, 6, 1, tzinfo=UTC)
PROOF_ALONE = Policy(required_checks=DEFAULT_REQUIRED_CHECKS - {"issuer"})
POINTERS = {"prc": "prCred", "employ": "employ"}


def _folders(path):
    for name in ("employ", "prc"):
        yield pytest.param(path / name, id=name)


FOLDERS = cases("vectors/vc-di-ecdsa/TestVectors/ecdsa-sd-2023", 2, _folders)


def _json(file):
    return json.loads(file.read_text())


def _keys(folder):
    return _json(folder.parent / "SDKeyMaterial.json")


def _hmac_key(folder):
    return bytes.fromhex(_keys(folder)["hmacKeyString"])


def _transformer():
    return Transformer(_contexts())


def _contexts():
    return standard_contexts().adding({CITIZENSHIP: _json(VECTORS / "contexts" / "citizenship-v4rc1.jsonld")})


def _base(folder):
    document = _json(folder / "addSignedSDBase.json")
    return SecuredDocument(without_proof(document), document["proof"])


def _selective(folder):
    return _json(folder.parent.parent / f"{POINTERS[folder.name]}Selective.json")


def _disclosure(folder, transformer):
    key = _hmac_key(folder)
    return Disclosure.of(_base(folder).document, transformer.statements, lambda labels: hmac_labels(key, labels))


def _numbers(group):
    return [number for number, _ in group["value"]]


def _randomness(folder):
    """The two secrets in the order in which they are asked for."""
    secret = LocalSigner.from_private_multikey(_keys(folder)["proofKeyPair"]["secretKeyMultibase"])._secret_bytes()
    seed = (int.from_bytes(secret, "big") - 1).to_bytes(40, "big")
    return {32: _hmac_key(folder), 40: seed}.__getitem__


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_step_of_the_base_proof_is_reproduced(folder):
    transformer, secured = _transformer(), _base(folder)
    transform, hashes = _json(folder / "addBaseTransform.json"), _json(folder / "addHashData.json")

    canonical = canonicalize(transformer.statements(secured.document))
    disclosure = _disclosure(folder, transformer)
    groups = Groups.of(disclosure, transform["mandatoryPointers"])

    assert list(canonical.lines) == _json(folder / "addBaseDocCanon.json")
    assert list(disclosure.lines) == _json(folder / "addBaseDocHMACCanon.json")
    assert groups.other_numbers == _numbers(transform["nonMandatory"])
    assert list(disclosure.indexes(transform["mandatoryPointers"])) == _numbers(transform["mandatory"])
    assert lines_hash(groups.always).hex() == hashes["mandatoryHash"]
    assert proof_hash(secured, transformer).hex() == hashes["proofHash"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_base_proof_is_reproduced_byte_for_byte(folder):
    secured = _base(folder)
    signer = LocalSigner.from_private_multikey(_keys(folder)["baseKeyPair"]["secretKeyMultibase"])
    options = {name: value for name, value in secured.proof.items() if name != "proofValue"}
    suite = EcdsaSd(_randomness(folder)).making(["/issuer"])

    proof = suite.create(SecuredDocument(secured.document, options), signer, _transformer())

    assert proof == secured.proof
    suite.verify_base(secured, signer.public_key, _transformer())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_step_of_deriving_is_reproduced(folder):
    transformer, selective = _transformer(), _selective(folder)
    indexes = _json(folder / "derivedGroupIndexes.json")
    disclosure = _disclosure(folder, transformer)

    shown = disclosure.shown(["/issuer", *selective])

    assert list(shown.indexes) == indexes["combinedIndexes"]
    assert list(disclosure.indexes(["/issuer"])) == indexes["mandatoryIndexes"]
    assert list(disclosure.indexes(selective)) == indexes["selectiveIndexes"]
    assert shown.document == _json(folder / "derivedUnsignedReveal.json")
    labels = {label[2:]: own[2:] for label, own in shown.labels.items()}
    assert labels == dict(_json(folder / "verifyDerivedProofValue.json")["labelMap"])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_derived_proof_is_reproduced_byte_for_byte(folder):
    derivation = ECDSA_SD_2023.derive(_base(folder), _selective(folder), _transformer())

    assert {**derivation.document, "proof": derivation.proof} == _json(folder / "derivedRevealDocument.json")


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_derived_proof_verifies(folder):
    toolkit = standard_toolkit()
    toolkit = toolkit.adding(contexts={CITIZENSHIP: _json(VECTORS / "contexts" / "citizenship-v4rc1.jsonld")})
    report = verify((folder / "derivedRevealDocument.json").read_bytes(), toolkit=toolkit, policy=PROOF_ALONE, at=AT)

    assert report.check("proof").outcome == "passed", report.check("proof")
    assert report.check("context").outcome == "passed"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_base_proof_is_not_for_verifiers(folder):
    report = verify((folder / "addSignedSDBase.json").read_bytes(), policy=PROOF_ALONE, at=AT)

    assert report.check("proof").outcome != "passed"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_selection_has_the_form_of_the_specification(folder):
    document = _base(folder).document

    assert select(document, []) == {}
    for entry in _json(folder / "addPointerValues.json"):
        assert select(document, [entry["pointer"]])["issuer"] == entry["value"]
