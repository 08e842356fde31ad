"""The two worked examples of bbs-2023 in VC-DI-BBS (baseline), step by step; and what has features beyond the baseline.

Signatures follow from document and keys. Proofs are random: those of the specification verify here, and ours hide the same.
"""

import json

import pytest

from tests.shared_data import SHARED_DATA, cases
from vcwallet.errors import Refused, Undecided
from vcwallet.keys.bbs import is_available
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.selection import Disclosure
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.suites.bbs import BBS_2023, Bbs, shuffled_labels
from vcwallet.securing.suites.disclosure_proofs import Groups, lines_hash, proof_hash

pytestmark = pytest.mark.skipif(not is_available(), reason='the extra "bbs" is not installed')

VECTORS = SHARED_DATA / "vectors"
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
NAMES = {"TestVectors": "wind", "prc": "prCred"}


def _folders(path):
    yield pytest.param(path, id="wind")
    yield pytest.param(path / "prc", id="prc")


def _other_features(path):
    for name in ("HolderBinding", "Pseudonym", "PseudonymHB"):
        for file in ("addSignedSDBase.json", "derivedRevealDocument.json"):
            yield pytest.param(path / name / file, id=f"{name}-{file}")


FOLDERS = cases("vectors/vc-di-bbs/TestVectors", 2, _folders)


def _json(file):
    return json.loads(file.read_text())


def _materials(folder):
    folder = folder if folder.name == "TestVectors" else folder.parent
    keys, derive = _json(folder / "BBSKeyMaterial.json"), _json(folder / "BBSDeriveMaterial.json")
    return BbsSigner.from_private_bytes(bytes.fromhex(keys["privateKeyHex"])), keys, derive


def _hmac_key(folder):
    return bytes.fromhex(_materials(folder)[1]["hmacKeyString"])


def _transformer():
    contexts = {CITIZENSHIP: _json(VECTORS / "contexts" / "citizenship-v4rc1.jsonld")}
    return Transformer(standard_contexts().adding(contexts))


def _secured(file):
    document = _json(file)
    return SecuredDocument(without_proof(document), document["proof"])


def _pointers(folder, kind):
    return _json((folder if folder.name == "TestVectors" else folder.parent) / f"{NAMES[folder.name]}{kind}.json")


def _disclosure(folder, transformer):
    document = _secured(folder / "addSignedSDBase.json").document
    return Disclosure.of(document, transformer.statements, lambda labels: shuffled_labels(_hmac_key(folder), labels))


def _numbers(group):
    return [number for number, _ in group["value"]]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_step_of_the_base_proof_is_reproduced(folder):
    transformer, secured = _transformer(), _secured(folder / "addSignedSDBase.json")
    transform, hashes = _json(folder / "addBaseTransform.json"), _json(folder / "addHashData.json")

    disclosure = _disclosure(folder, transformer)
    groups = Groups.of(disclosure, _pointers(folder, "Mandatory"))

    assert list(disclosure.lines) == _json(folder / "addBaseDocHMACCanon.json")
    assert groups.other_numbers == _numbers(transform["nonMandatory"])
    assert lines_hash(groups.always).hex() == hashes["mandatoryHash"]
    assert proof_hash(secured, transformer).hex() == hashes["proofHash"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_base_proof_is_reproduced_byte_for_byte(folder):
    secured, (signer, _, _) = _secured(folder / "addSignedSDBase.json"), _materials(folder)
    options = {name: value for name, value in secured.proof.items() if name != "proofValue"}
    suite = Bbs(lambda _: _hmac_key(folder)).making(_pointers(folder, "Mandatory"))

    proof = suite.create(SecuredDocument(secured.document, options), signer, _transformer())

    assert proof == secured.proof
    BBS_2023.verify_base(secured, signer.public_key, _transformer())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_step_of_deriving_is_reproduced(folder):
    mandatory, selective = _pointers(folder, "Mandatory"), _pointers(folder, "Selective")
    indexes, adjusted = _json(folder / "derivedGroupIndexes.json"), _json(folder / "derivedAdjIndexes.json")
    disclosure = _disclosure(folder, _transformer())
    groups = Groups.of(disclosure, mandatory)

    shown = disclosure.shown([*mandatory, *selective])

    assert list(shown.indexes) == indexes["combinedIndexes"]
    assert list(disclosure.indexes(selective)) == indexes["selectiveIndexes"]
    assert groups.other_numbers == indexes["nonMandatoryIndexes"]
    places = [place for place, number in enumerate(groups.other_numbers) if number in shown.indexes]
    assert places == adjusted["adjSelectiveIndexes"]
    assert shown.document == _json(folder / "derivedUnsignedReveal.json")


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_derived_proof_of_the_specification_verifies_and_a_changed_document_does_not(folder):
    signer, _, _ = _materials(folder)
    secured = _secured(folder / "derivedRevealDocument.json")

    BBS_2023.verify(secured, signer.public_key, _transformer())

    changed = {**secured.document, "validFrom": "1999-01-01T00:00:00Z"}
    with pytest.raises(Refused):
        BBS_2023.verify(SecuredDocument(changed, secured.proof), signer.public_key, _transformer())


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_we_derive_shows_the_same_and_verifies(folder):
    signer, _, _ = _materials(folder)
    base = _secured(folder / "addSignedSDBase.json")

    derivation = BBS_2023.derive(base, _pointers(folder, "Selective"), _transformer())

    assert derivation.document == _json(folder / "derivedUnsignedReveal.json")
    BBS_2023.verify(SecuredDocument(derivation.document, derivation.proof), signer.public_key, _transformer())


@pytest.mark.parametrize("file", cases("vectors/vc-di-bbs/TestVectors", 6, _other_features))
def test_features_beyond_the_baseline_are_undecided_by_name(file):
    secured, (signer, _, _) = _secured(file), _materials(SHARED_DATA / "vectors/vc-di-bbs/TestVectors")
    if BBS_2023.is_base(secured.proof):
        with pytest.raises(Undecided) as caught:
            BBS_2023.derive(secured, [], _transformer())
    else:
        with pytest.raises(Undecided) as caught:
            BBS_2023.verify(secured, signer.public_key, _transformer())

    assert caught.value.code == "bbs_feature_unsupported"
