"""bbs-2023: what a verifier must not fall for, and that proofs of one credential are not alike. Needs the extra "bbs"."""

import pytest

from tests.divisible_badges import full_badge
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.bbs import is_available
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.signer import LocalSigner
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.cryptosuite import Derivation, SecuredDocument, Transformer
from vcwallet.securing.suites.bbs import BBS_2023, Bbs, shuffled_labels
from vcwallet.wire import strict_cbor
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode

pytestmark = pytest.mark.skipif(not is_available(), reason='the extra "bbs" is not installed')

SIGNER = BbsSigner.from_private_bytes(bytes(31) + b"\x2a")
DERIVED = bytes.fromhex("d95d03")
MANDATORY = ("/issuer", "/validFrom", "/validUntil", "/credentialSubject/id")
REVEALED = ("/credentialSubject/achievement/name", "/credentialSubject/achievement/resultDescription", "/evidence")
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "bbs-2023",
    "created": "2026-01-15T09:00:00Z",
    "verificationMethod": SIGNER.verification_method,
    "proofPurpose": "assertionMethod",
}


def transformer():
    return Transformer(standard_contexts())


def _base():
    secured = SecuredDocument(full_badge(SIGNER.controller), OPTIONS)
    return SecuredDocument(secured.document, Bbs(bytes).making(MANDATORY).create(secured, SIGNER, transformer()))


BASE = _base()
DERIVATION = BBS_2023.derive(BASE, REVEALED, transformer())


def parts(proof=DERIVATION.proof):
    return strict_cbor.decode(multibase_decode(proof["proofValue"])[3:])


def with_parts(*changed, header=DERIVED):
    return {**DERIVATION.proof, "proofValue": multibase_encode(header + strict_cbor.encode(list(changed)), "u")}


def verify(proof=DERIVATION.proof, document=DERIVATION.document, key=SIGNER.public_key):
    BBS_2023.verify(SecuredDocument(document, proof), key, transformer())


def refused(proof=DERIVATION.proof, document=DERIVATION.document, key=SIGNER.public_key):
    with pytest.raises((Refused, Malformed, Undecided)) as caught:
        verify(proof, document, key)
    assert caught.value.pointer.startswith("/proof")
    return caught.value.code


def test_a_context_of_the_proofs_own_is_refused():
    assert refused({**DERIVATION.proof, "@context": {"created": "urn:example:made"}}) == "proof_context_mismatch"


def test_what_is_derived_verifies():
    verify()
    verify(with_parts(*parts()))
    BBS_2023.verify_base(BASE, SIGNER.public_key, transformer())
    BBS_2023.verify_shown(DERIVATION, transformer())


def test_two_proofs_of_one_credential_have_no_16_bytes_in_common():
    one, other = (parts(BBS_2023.derive(BASE, REVEALED, transformer()).proof)[0] for _ in range(2))

    places = {one[place : place + 16] for place in range(len(one) - 15)}
    assert not any(other[place : place + 16] in places for place in range(len(other) - 15))


def test_labels_are_the_places_of_their_hashes_and_say_nothing_of_the_nodes():
    labels = shuffled_labels(bytes(range(32)), [f"_:c14n{n}" for n in range(20)])

    assert sorted(labels.values()) == sorted(f"_:b{n}" for n in range(20))
    assert [int(label[3:]) for label in labels.values()] != list(range(20))
    assert labels != shuffled_labels(bytes(32), labels)


def test_a_base_proof_is_for_its_holder_alone():
    assert refused(BASE.proof, BASE.document) == "base_proof_shown"
    assert refused(with_parts(*parts(BASE.proof)), BASE.document) == "proof_value_malformed"
    with pytest.raises(Refused) as caught:
        BBS_2023.derive(SecuredDocument(DERIVATION.document, DERIVATION.proof), [], transformer())
    assert caught.value.code == "not_a_base_proof"


@pytest.mark.parametrize("member", ["validUntil", "name"])
def test_a_base_proof_over_something_else_is_refused(member):
    secured = SecuredDocument({**BASE.document, member: "2039-01-15T09:00:00Z"}, BASE.proof)

    with pytest.raises(Refused) as caught:
        BBS_2023.verify_base(secured, SIGNER.public_key, transformer())
    assert caught.value.code == "signature_invalid"
    if member == "validUntil":
        with pytest.raises(Refused):
            BBS_2023.derive(secured, [], transformer())
    else:
        derivation = BBS_2023.derive(secured, ["/name"], transformer())
        with pytest.raises(Refused):
            BBS_2023.verify_shown(derivation, transformer())


def test_the_key_that_a_base_proof_names_is_the_one_that_signed():
    """It is what a derivation is checked with when the issuer cannot be asked; the issuer's key decides all the same."""
    other = BbsSigner.from_private_bytes(bytes(31) + b"\x2b")
    signature, header, _, *rest = parts(BASE.proof)
    proof = with_parts(signature, header, other.public_key.data, *rest, header=bytes.fromhex("d95d02"))

    with pytest.raises(Refused) as caught:
        BBS_2023.verify_base(SecuredDocument(BASE.document, proof), SIGNER.public_key, transformer())
    assert caught.value.code == "signature_invalid"


def test_other_keys_are_refused():
    assert refused(key=BbsSigner.generate().public_key) == "signature_invalid"
    assert refused(key=LocalSigner.generate("P-256").public_key) == "key_type_mismatch"
    with pytest.raises(Refused) as caught:
        BBS_2023.making(()).create(BASE, LocalSigner.generate("P-256"), transformer())
    assert caught.value.code == "key_type_mismatch"


def test_labels_that_do_not_fit_are_refused():
    proof, labels, *rest = parts()

    for change, code in (
        ({**labels, 1: labels[0]}, "label_map_invalid"),
        ({n: label for n, label in labels.items() if n}, "label_map_invalid"),
        ({**labels, len(labels): 99}, "label_map_invalid"),
        ({**labels, 0: labels[1], 1: labels[0]}, "signature_invalid"),
        ({**labels, 0: b"0"}, "proof_value_malformed"),
        ({**labels, 0: -1}, "proof_value_malformed"),
    ):
        assert refused(with_parts(proof, change, *rest)) == code


def test_indexes_that_do_not_fit_are_refused():
    proof, labels, mandatory, selective, header = parts()
    unused = min(set(range(max(selective) + 1)) - set(selective))

    for mandatory_, selective_, code in (
        ([*mandatory[:-1], 10_000], selective, "mandatory_indexes_invalid"),
        ([*mandatory, mandatory[0]], selective, "proof_value_malformed"),
        (mandatory[1:], selective, "signature_count_mismatch"),
        (mandatory, selective[1:], "signature_count_mismatch"),
        (mandatory, [*selective, 0], "proof_value_malformed" if 0 in selective else "signature_count_mismatch"),
        (mandatory, [*selective[:-1], 10_000], "bbs_index_out_of_range"),
        (mandatory, [*selective[1:], unused], "signature_invalid"),
    ):
        assert refused(with_parts(proof, labels, mandatory_, selective_, header)) == code


def test_the_header_of_a_presentation_is_part_of_the_proof():
    assert refused(with_parts(*parts()[:4], b"for somebody else")) == "signature_invalid"


def test_a_proof_of_another_length_is_refused():
    proof, *rest = parts()

    assert refused(with_parts(proof[:-1], *rest)) == "bbs_proof_malformed"
    assert refused(with_parts(b"", *rest)) == "bbs_proof_malformed"
    assert refused(with_parts(proof + bytes(31) + b"\1", *rest)) == "signature_invalid"


def test_changed_documents_and_options_are_refused():
    assert refused(document={**DERIVATION.document, "validUntil": "2039-01-15T09:00:00Z"}) == "signature_invalid"
    evidence = [{**DERIVATION.document["evidence"][0], "name": "Another"}]
    assert refused(document={**DERIVATION.document, "evidence": evidence}) == "signature_invalid"
    assert refused({**DERIVATION.proof, "created": "2026-01-16T09:00:00Z"}) == "signature_invalid"


@pytest.mark.parametrize("number", range(4, 10))
def test_features_beyond_the_baseline_have_a_name(number):
    header = bytes.fromhex(f"d95d0{number}")
    proof = with_parts(*parts(), header=header)

    if number % 2:
        assert refused(proof) == "bbs_feature_unsupported"
    else:
        assert refused(proof) == "base_proof_shown"
        for ask in (
            BBS_2023.mandatory_pointers,
            lambda proof: BBS_2023.derive(SecuredDocument({}, proof), [], transformer()),
        ):
            with pytest.raises(Undecided) as caught:
                ask(proof)
            assert caught.value.code == "bbs_feature_unsupported"


def test_only_what_was_derived_here_can_be_checked_without_the_issuers_key():
    with pytest.raises(ValueError, match="made"):
        BBS_2023.verify_shown(Derivation(DERIVATION.document, DERIVATION.proof), transformer())


@pytest.mark.parametrize("name", ["_:c14n0", "_:b0", '_:b1" .\n'])
def test_texts_that_look_like_blank_nodes_are_texts(name):
    secured = SecuredDocument(full_badge(SIGNER.controller, name=name), OPTIONS)
    base = SecuredDocument(secured.document, BBS_2023.making(MANDATORY).create(secured, SIGNER, transformer()))
    derivation = BBS_2023.derive(base, ["/name"], transformer())

    verify(derivation.proof, derivation.document)
    assert refused(derivation.proof, {**derivation.document, "name": f"{name}."}) == "signature_invalid"
