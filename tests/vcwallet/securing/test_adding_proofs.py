"""Adding embedded proofs: alone, beside others, on top of others."""

from datetime import UTC, datetime, timedelta

import pytest

from tools.make_examples import badge
from vcwallet import standard_toolkit
from vcwallet.errors import Refused, Undecided
from vcwallet.keys.signer import LocalSigner
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.operations import key_lookup
from vcwallet.securing.adding_proofs import ProofOptions, add_proof
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import MAX_PROOFS, ProofDemands, check_proofs, without_proof
from vcwallet.securing.suites.ecdsa import ECDSA_JCS_2019, ECDSA_RDFC_2019
from vcwallet.securing.suites.eddsa import ED25519_SIGNATURE_2020, EDDSA_JCS_2022, EDDSA_RDFC_2022

AT = datetime(2026, 1, 1, tzinfo=UTC)
ED25519, P_256, P_384 = (LocalSigner.generate(key_type) for key_type in ("Ed25519", "P-256", "P-384"))
SUITES = [
    (EDDSA_RDFC_2022, ED25519),
    (EDDSA_JCS_2022, ED25519),
    (ECDSA_RDFC_2019, P_256),
    (ECDSA_JCS_2019, P_256),
    (ECDSA_RDFC_2019, P_384),
    (ECDSA_JCS_2019, P_384),
]
each_suite = pytest.mark.parametrize(("suite", "signer"), SUITES, ids=lambda value: getattr(value, "name", ""))


def _add(document, signer=ED25519, suite=EDDSA_RDFC_2022, **options):
    options = {"purpose": "assertionMethod", "created": AT} | options
    return add_proof(
        document,
        without_proof(document),
        signer,
        suite=suite,
        options=ProofOptions(**options),
        transformer=Transformer(standard_contexts()),
    )


def _errors(document, *, purpose="assertionMethod", at=AT, **demands):
    toolkit = standard_toolkit()
    findings = check_proofs(
        document,
        without_proof(document),
        suites=toolkit.cryptosuites,
        find_key=lambda url: key_lookup.find_key(url, purpose=purpose, toolkit=toolkit),
        demands=ProofDemands(purpose, at, timedelta(0), **demands),
        transformer=Transformer(toolkit.contexts),
    )
    return [finding.error for finding in findings]


@each_suite
def test_a_proof_that_was_added_is_good(suite, signer):
    document = badge(1, signer.controller, "Rowing")
    signed = _add(document, signer, suite)

    assert _errors(signed) == [None]
    assert "proof" not in document
    assert _errors({**signed, "validFrom": "2026-01-16T09:00:00Z"})[0].code == "signature_invalid"


@each_suite
def test_every_option_is_written_and_covered(suite, signer):
    options = {
        "purpose": "authentication",
        "id": "urn:uuid:0f8a1f0a-7d53-4d5c-9a3e-0e1f1a1b1c1d",
        "expires": AT + timedelta(days=1),
        "challenge": "abc",
        "domain": ("one.example", "two.example"),
    }
    signed = _add(badge(1, signer.controller, "Rowing"), signer, suite, **options)

    proof = signed["proof"]
    assert _errors(signed, purpose="authentication", challenge="abc", domain="two.example") == [None]
    assert (proof["id"], proof["challenge"], proof["domain"]) == (options["id"], "abc", ["one.example", "two.example"])
    assert (proof["created"], proof["expires"]) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    for member in ("created", "expires", "challenge", "domain", "id"):
        spoiled = {**signed, "proof": {name: value for name, value in proof.items() if name != member}}
        assert _errors(spoiled, purpose="authentication")[0].code == "signature_invalid", member


@pytest.mark.parametrize("suite", [EDDSA_JCS_2022, ECDSA_JCS_2019])
def test_a_jcs_proof_survives_contexts_that_are_appended_later(suite):
    signer = ED25519 if suite is EDDSA_JCS_2022 else P_256
    signed = _add(badge(1, signer.controller, "Rowing"), signer, suite)
    more = [*signed["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]

    assert signed["proof"]["@context"] == signed["@context"]
    assert _errors({**signed, "@context": more}) == [None]
    assert _errors({**signed, "@context": more[::-1]})[0].code == "proof_context_mismatch"


@each_suite
def test_a_context_that_somebody_gave_the_proof_later_is_refused(suite, signer):
    # The suites that sign statements read the options with the document's context: no signature covers the proof's own.
    signed = _add(badge(1, signer.controller, "Rowing"), signer, suite)
    foreign = {**signed["proof"], "@context": {"created": "https://elsewhere.example/terms#made"}}

    assert _errors({**signed, "proof": foreign})[0].code == "proof_context_mismatch"
    assert _errors({**signed, "proof": {**foreign, "@context": signed["@context"]}}) == [None]


def test_an_older_proof_may_bring_the_context_of_its_suite():
    """DIDKit, and with it LearnCard, leaves the document's @context alone. The statements are the same either way."""
    suites_own = "https://w3id.org/security/suites/ed25519-2020/v1"
    plain = badge(1, ED25519.controller, "Rowing")
    signed = _add({**plain, "@context": [*plain["@context"], suites_own]}, suite=ED25519_SIGNATURE_2020)

    for brought in (suites_own, [suites_own]):
        moved = {**plain, "proof": {**signed["proof"], "@context": brought}}
        assert _errors(moved) == [None]
        assert _errors({**moved, "name": "Sculling"})[0].code == "signature_invalid"
    for other in (
        [suites_own, {"created": "urn:x:y"}],
        [{"created": "urn:x:y"}, suites_own],
        "https://w3id.org/security/v2",
    ):
        assert _errors({**plain, "proof": {**signed["proof"], "@context": other}})[0].code == "proof_context_mismatch"


def test_proofs_stand_beside_each_other():
    signed = _add(badge(1, ED25519.controller, "Rowing"))
    twice = _add(signed, P_384, ECDSA_JCS_2019)
    three = _add(twice, P_256, ECDSA_RDFC_2019)

    assert isinstance(signed["proof"], dict)
    assert _errors(three) == [None, None, None]
    assert three["proof"][0] == signed["proof"]


def test_a_chain_holds_as_long_as_what_it_stands_on():
    first = _add(badge(1, ED25519.controller, "Rowing"), id="urn:uuid:00000000-0000-4000-8000-000000000001")
    chained = _add(first, P_256, ECDSA_RDFC_2019, previous_proof=(first["proof"]["id"],))

    assert chained["proof"][1]["previousProof"] == first["proof"]["id"]
    assert _errors(chained) == [None, None]
    other = _add(badge(1, ED25519.controller, "Rowing"), id=first["proof"]["id"], created=AT - timedelta(days=1))
    assert [error and error.code for error in _errors({**chained, "proof": [other["proof"], chained["proof"][1]]})] == [
        None,
        "signature_invalid",
    ]


def test_what_is_not_there_is_nothing_to_stand_on():
    signed = _add(badge(1, ED25519.controller, "Rowing"))

    with pytest.raises(Refused, match="previous_proof_missing"):
        _add(signed, previous_proof=("urn:uuid:00000000-0000-4000-8000-000000000001",))


def test_an_id_is_given_once():
    name = "urn:uuid:00000000-0000-4000-8000-000000000001"
    signed = _add(badge(1, ED25519.controller, "Rowing"), id=name)

    with pytest.raises(Refused, match="proof_id_taken"):
        _add(signed, id=name)


def test_there_are_no_more_proofs_than_a_verifier_reads():
    document = badge(1, ED25519.controller, "Rowing")
    for _ in range(MAX_PROOFS):
        document = _add(document, suite=EDDSA_JCS_2022)

    assert _errors(document) == [None] * MAX_PROOFS
    with pytest.raises(Refused, match="too_many_proofs"):
        _add(document, suite=EDDSA_JCS_2022)


def test_a_key_of_another_kind_makes_no_proof():
    with pytest.raises(Refused, match="key_type_mismatch"):
        _add(badge(1, P_256.controller, "Rowing"), P_256, EDDSA_RDFC_2022)


def test_data_model_1_1_needs_the_context_that_defines_proofs():
    contexts = ["https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"]
    document = badge(1, ED25519.controller, "Rowing") | {"@context": contexts}
    document["issuanceDate"] = document.pop("validFrom")

    with pytest.raises(Refused, match="proof_terms_undefined") as caught:
        _add(document)
    assert "data-integrity/v2" in caught.value.problem.hint
    document["@context"] = [*contexts, "https://w3id.org/security/data-integrity/v2"]
    assert _errors(_add(document)) == [None]


class _Failing:
    verification_method, controller = ED25519.verification_method, ED25519.controller
    public_key, algorithm = ED25519.public_key, ED25519.algorithm

    def sign(self, message):
        raise ConnectionError("the address of the HSM, and a token")


def test_a_signer_that_fails_leaves_no_trace_of_why_in_the_message():
    with pytest.raises(Undecided, match="signer_failed") as caught:
        _add(badge(1, ED25519.controller, "Rowing"), _Failing())
    assert "token" not in str(caught.value)
    assert isinstance(caught.value.__cause__, ConnectionError)
