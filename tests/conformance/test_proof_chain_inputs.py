"""The proof-chain inputs of the W3C Data Integrity assertion suite: 12 documents, four of which must be accepted.

All twelve write their own context as an object with `@context` inside, which JSON-LD 1.1 does not allow there (API, 4.1.2:
a context's keys are its own keywords and terms) and jsonld.js reads in silence. `verify` refuses them for that, so the
chains are also shown to the part that checks proofs, which is what the inputs are about.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.shared_data import cases
from vcwallet import standard_toolkit, verify
from vcwallet.errors import VcwalletError
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.operations.key_lookup import find_key
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import ProofDemands, check_proofs, without_proof

AT = datetime(2025, 6, 1, tzinfo=UTC)
TOOLKIT = standard_toolkit()

# Which error says why, by the part of the name that tells what is wrong.
WHY = {
    "previousProofMissingFail": "previous_proof_missing",
    "previousProofStringMissingFail": "previous_proof_missing",
    "previousProofArrayMissingFail": "previous_proof_missing",
    "previousProofNotStringFail": "previous_proof_missing",
}


def _inputs(path):
    for file in sorted(path.rglob("*.json")):
        yield pytest.param(file, id=file.stem)


@pytest.mark.parametrize("file", cases("vectors/data-integrity-assertion-inputs/inputs", 12, _inputs))
def test_the_chain_is_as_its_name_says(file):
    document = json.loads(file.read_text())
    demands = ProofDemands("assertionMethod", AT, timedelta(minutes=5))

    try:
        findings = check_proofs(
            document,
            without_proof(document),
            suites=TOOLKIT.cryptosuites,
            find_key=lambda url: find_key(url, purpose="assertionMethod", toolkit=TOOLKIT),
            demands=demands,
            transformer=Transformer(standard_contexts()),
        )
        errors = [finding.error.code for finding in findings if finding.error is not None]
    except VcwalletError as error:
        errors = [error.code]

    name = file.stem.split("-")[1]
    if name.endswith("Ok"):
        assert errors == []
    else:
        assert WHY[name] in errors


@pytest.mark.parametrize("file", cases("vectors/data-integrity-assertion-inputs/inputs", 12, _inputs))
def test_the_document_itself_is_refused_for_its_context(file):
    assert verify(file.read_bytes(), at=AT).check("structure").code == "inline_context_keyword"
