"""What the specifications and suites publish of signed documents, through the endpoints.

tests/conformance asks the library about all of it; here it is what a suite sees: status codes, with the time that it was for them.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.shared_data import SHARED_DATA, cases
from tests.vcwallet_api.vc_api.callers import ask_to_derive, ask_to_verify, codes

# Before and after 2025-12-16, when the permanent resident cards of the specifications expired.
BEFORE, AFTER = datetime(2025, 6, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)


def _files(*patterns):
    def load(path):
        for pattern in patterns:
            for file in sorted(path.glob(pattern)):
                yield pytest.param(file, id="-".join(file.relative_to(path).with_suffix("").parts[-2:]))

    return load


SIGNED = [
    *cases("vectors/vc-di-eddsa/TestVectors", 8, _files("**/signed*.json")),
    *cases("vectors/vc-di-ecdsa/TestVectors", 8, _files("**/signed*.json", "**/derivedRevealDocument.json")),
    *cases("vectors/vc-di-bbs/TestVectors/prc", 1, _files("derivedRevealDocument.json")),
]
BASES = [
    *cases("vectors/vc-di-ecdsa/TestVectors/ecdsa-sd-2023", 2, _files("*/addSignedSDBase.json")),
    *cases("vectors/vc-di-bbs/TestVectors/prc", 1, _files("addSignedSDBase.json")),
]
CARDS = [
    *cases("vectors/vc-di-ecdsa/TestVectors/ecdsa-sd-2023/prc", 1, _files("derivedRevealDocument.json")),
    *cases("vectors/vc-di-bbs/TestVectors/prc", 1, _files("derivedRevealDocument.json")),
]


@pytest.mark.parametrize("file", SIGNED)
def test_a_signed_document_of_the_specifications_verifies_and_changed_ones_do_not(client, clock, file):
    clock[0] = BEFORE
    document = json.loads(file.read_text())
    issuer = document["issuer"]

    answers = [
        ask_to_verify(client, document),
        ask_to_verify(client, document, options={}),
        ask_to_verify(client, document, options=None),
    ]
    other_issuer = "did:example:other" if isinstance(issuer, str) else issuer | {"id": "did:example:other"}
    refusals = [
        ask_to_verify(client, document | {"issuer": other_issuer}),
        ask_to_verify(client, {name: value for name, value in document.items() if name != "proof"}),
        ask_to_verify(client, json.dumps(document)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200], answers[0].text
    for refusal in refusals:
        assert refusal.status_code in (400, 422)
        assert refusal.json()["verified"] is False
        assert refusal.json()["errors"]


# What the specification prints on the way to a chain: file → status and code. The first is a whole document by itself.
UNFINISHED = {"proofChainTempDoc1": (200, []), "proofChainTempDoc2": (422, ["previous_proof_missing"])}


def _unfinished(path):
    for name in UNFINISHED:
        yield pytest.param(path / f"{name}.json", id=name)


@pytest.mark.parametrize("file", cases("vectors/vc-di-eddsa/TestVectors/proof-set-chain", 2, _unfinished))
def test_a_step_on_the_way_to_a_proof_chain_verifies_only_if_it_lacks_nothing(client, file):
    answer = ask_to_verify(client, json.loads(file.read_text()))

    assert (answer.status_code, codes(answer)) == UNFINISHED[file.stem]


def _beyond_the_baseline(path):
    for name in ("HolderBinding", "Pseudonym", "PseudonymHB"):
        for file in ("addSignedSDBase.json", "derivedRevealDocument.json"):
            yield pytest.param(path / name / file, id=f"{name}-{file}")


@pytest.mark.parametrize("file", cases("vectors/vc-di-bbs/TestVectors", 6, _beyond_the_baseline))
def test_what_has_features_of_bbs_beyond_the_baseline_does_not_verify(client, file):
    """Besides, the specification's example is of data model 1.1 without a date, in a context that is not published."""
    answer = ask_to_verify(client, json.loads(file.read_text()))

    assert answer.status_code in (400, 422)
    assert {"bbs_feature_unsupported", "base_proof_shown"} & set(codes(answer))


@pytest.mark.parametrize("name", ["addSignedSDBase", "derivedRevealDocument"])
def test_the_race_of_the_bbs_specification_has_a_context_of_its_own_that_gives_every_term_a_meaning(client, name):
    document = json.loads((SHARED_DATA / "vectors/vc-di-bbs/TestVectors" / f"{name}.json").read_text())

    answer = ask_to_verify(client, document)

    assert answer.status_code == 400
    assert "inline_context_keyword" in codes(answer)


@pytest.mark.parametrize("file", CARDS)
def test_a_card_that_has_expired_is_refused_unless_the_proof_alone_is_asked_for(client, clock, file):
    document = json.loads(file.read_text())
    clock[0] = AFTER

    whole, proof = ask_to_verify(client, document, options={}), ask_to_verify(client, document)

    assert (whole.status_code, proof.status_code) == (422, 200)
    assert [error["code"] for error in whole.json()["errors"]] == ["expired"]


@pytest.mark.parametrize("file", BASES)
def test_of_a_base_proof_of_the_specifications_a_part_is_derived_that_verifies(client, clock, file):
    clock[0] = BEFORE
    document = json.loads(file.read_text())

    base, derived = ask_to_verify(client, document), ask_to_derive(client, document, ["/credentialSubject"])

    assert base.status_code == 422
    assert [error["code"] for error in base.json()["errors"]] == ["base_proof_shown"]
    assert derived.status_code == 201, derived.text
    assert ask_to_verify(client, derived.json()["verifiableCredential"]).status_code == 200


@pytest.mark.parametrize("file", cases("vectors/data-integrity-assertion-inputs/inputs", 12, _files("*/*.json")))
def test_a_proof_chain_of_the_assertion_suite_has_a_context_that_json_ld_forbids(client, file):
    """Among them are two that the suite wants verified: docs/reference/vc-api.md says why they cannot be."""
    answer = ask_to_verify(client, json.loads(file.read_text()))

    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["inline_context_keyword"]
