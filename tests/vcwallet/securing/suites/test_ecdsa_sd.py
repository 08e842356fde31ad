"""ecdsa-sd-2023: what a verifier must not fall for. Every trap has an accepted neighbour."""

import itertools

import pytest

from tests.divisible_badges import COLLEGE, full_badge
from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.bbs_signer import BbsSigner
from vcwallet.keys.signer import LocalSigner
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.cryptosuite import SecuredDocument, Transformer
from vcwallet.securing.suites.disclosure_proofs import lines_hash, proof_hash, shown_lines
from vcwallet.securing.suites.ecdsa_sd import ECDSA_SD_2023, EcdsaSd
from vcwallet.wire import strict_cbor
from vcwallet.wire.base_encodings import multibase_decode, multibase_encode

KEY = COLLEGE.public_key
DERIVED = bytes.fromhex("d95d01")
MANDATORY = ("/issuer", "/validFrom", "/validUntil", "/credentialSubject/id")
REVEALED = ("/credentialSubject/achievement/name", "/credentialSubject/achievement/resultDescription", "/evidence")
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "ecdsa-sd-2023",
    "created": "2026-01-15T09:00:00Z",
    "verificationMethod": COLLEGE.verification_method,
    "proofPurpose": "assertionMethod",
}
SEED = {32: bytes(range(32)), 40: bytes(range(40))}


def transformer():
    return Transformer(standard_contexts())


def base(document=None, mandatory=MANDATORY, options=OPTIONS):
    secured = SecuredDocument(document or full_badge(), options)
    proof = EcdsaSd(SEED.__getitem__).making(mandatory).create(secured, COLLEGE, transformer())
    return SecuredDocument(secured.document, proof)


BASE = base()
DERIVATION = ECDSA_SD_2023.derive(BASE, REVEALED, transformer())


def parts():
    return strict_cbor.decode(multibase_decode(DERIVATION.proof["proofValue"])[3:])


def with_value(data, header=DERIVED):
    return {**DERIVATION.proof, "proofValue": multibase_encode(header + data, "u")}


def with_parts(*changed):
    return with_value(strict_cbor.encode(list(changed)))


def verify(proof=DERIVATION.proof, document=DERIVATION.document, key=KEY):
    ECDSA_SD_2023.verify(SecuredDocument(document, proof), key, transformer())


def refused(proof=DERIVATION.proof, document=DERIVATION.document, key=KEY):
    with pytest.raises((Refused, Malformed, Undecided)) as caught:
        verify(proof, document, key)
    return caught.value.code


def test_a_context_of_the_proofs_own_is_refused():
    assert refused({**DERIVATION.proof, "@context": {"created": "urn:example:made"}}) == "proof_context_mismatch"


# --- the good neighbour ------------------------------------------------------------------------------------------------


def test_what_is_derived_verifies():
    verify()
    verify(with_parts(*parts()))


def test_the_same_secrets_give_the_same_proof_and_others_another():
    assert base().proof == BASE.proof
    secured = SecuredDocument(full_badge(), OPTIONS)
    one, other = (ECDSA_SD_2023.making(MANDATORY).create(secured, COLLEGE, transformer()) for _ in range(2))
    assert one["proofValue"] != other["proofValue"]


def test_nothing_but_the_mandatory_part_can_be_shown():
    derivation = ECDSA_SD_2023.derive(BASE, [], transformer())

    verify(derivation.proof, derivation.document)
    assert "evidence" not in derivation.document
    assert derivation.document["credentialSubject"] == {
        "id": "did:example:ana",
        "type": ["AchievementSubject"],
    }


def test_everything_can_be_shown():
    derivation = ECDSA_SD_2023.derive(BASE, [""], transformer())

    verify(derivation.proof, derivation.document)
    assert derivation.document == BASE.document


def test_a_credential_without_any_mandatory_part():
    secured = base(mandatory=())
    derivation = ECDSA_SD_2023.derive(secured, ["/issuer"], transformer())

    verify(derivation.proof, derivation.document)
    with pytest.raises(Refused) as caught:
        ECDSA_SD_2023.verify(SecuredDocument(derivation.document, secured.proof), KEY, transformer())
    assert caught.value.code == "base_proof_shown"


# --- base proofs -------------------------------------------------------------------------------------------------------


def test_a_base_proof_is_for_its_holder_alone():
    ECDSA_SD_2023.verify_base(BASE, KEY, transformer())

    assert refused(BASE.proof, BASE.document) == "base_proof_shown"


def test_a_base_proof_under_the_header_of_a_derived_one_is_no_proof():
    data = multibase_decode(BASE.proof["proofValue"])[3:]

    assert refused(with_value(data), BASE.document) == "proof_value_malformed"


def test_a_derived_proof_is_no_base_proof():
    for ask in (
        lambda secured: ECDSA_SD_2023.derive(secured, [], transformer()),
        lambda secured: ECDSA_SD_2023.verify_base(secured, KEY, transformer()),
    ):
        with pytest.raises(Refused) as caught:
            ask(SecuredDocument(DERIVATION.document, DERIVATION.proof))
        assert caught.value.code == "not_a_base_proof"


@pytest.mark.parametrize("change", ["mandatory", "other", "options"])
def test_a_base_proof_over_something_else_is_refused(change):
    document, proof = dict(BASE.document), dict(BASE.proof)
    if change == "mandatory":
        document["validUntil"] = "2039-01-15T09:00:00Z"
    elif change == "other":
        document["name"] = "Deep Sea Rowing"
    else:
        proof["created"] = "2026-01-16T09:00:00Z"

    with pytest.raises(Refused) as caught:
        ECDSA_SD_2023.verify_base(SecuredDocument(document, proof), KEY, transformer())

    assert caught.value.code == "signature_invalid"


def base_with(**changed):
    """The base proof with some of its components changed."""
    names = ("signature", "public_key", "hmac_key", "signatures", "mandatory")
    components = dict(zip(names, strict_cbor.decode(multibase_decode(BASE.proof["proofValue"])[3:]), strict=True))
    value = multibase_encode(bytes.fromhex("d95d00") + strict_cbor.encode(list((components | changed).values())), "u")
    return components, SecuredDocument(BASE.document, {**BASE.proof, "proofValue": value})


def test_who_has_just_made_a_proof_checks_the_issuers_signature_and_the_key_of_the_statements():
    components, same = base_with()
    ECDSA_SD_2023.verify_made(same, KEY, transformer())
    another = LocalSigner.generate("P-256")
    first, *rest = components["signatures"]
    wrong = {
        "signature_invalid": (
            (KEY, {"signature": another.sign(b"")}),
            (another.public_key, {}),
            (KEY, {"public_key": bytes.fromhex("8024") + another.public_key.data}),
            (KEY, {"hmac_key": bytes(32)}),
            (KEY, {"mandatory": list(MANDATORY[1:])}),
            (KEY, {"signatures": [another.sign(b""), *rest]}),
        ),
        "signature_count_mismatch": ((KEY, {"signatures": rest}), (KEY, {"signatures": [first, first, *rest]})),
    }

    for code, changes in wrong.items():
        for key, changed in changes:
            with pytest.raises(Refused) as caught:
                ECDSA_SD_2023.verify_made(base_with(**changed)[1], key, transformer())
            assert caught.value.code == code


def test_only_who_has_made_a_proof_may_leave_a_statement_unverified():
    components, _ = base_with()
    *rest, _last = components["signatures"]
    _, secured = base_with(signatures=[*rest, LocalSigner.generate("P-256").sign(b"")])

    ECDSA_SD_2023.verify_made(secured, KEY, transformer())
    with pytest.raises(Refused, match="signature_invalid"):
        ECDSA_SD_2023.verify_base(secured, KEY, transformer())


def test_the_mandatory_pointers_of_a_base_proof_are_the_issuers():
    assert ECDSA_SD_2023.mandatory_pointers(BASE.proof) == MANDATORY
    with pytest.raises(Refused):
        ECDSA_SD_2023.mandatory_pointers(DERIVATION.proof)


# --- the key of the proof is nobody's -----------------------------------------------------------------------------------


def test_the_base_signature_is_not_verified_with_the_key_in_the_proof():
    """VC-DI-ECDSA 3.6.7 can be read so. Whoever did could be shown anything: here the proof's own key signs all of it."""
    forger = LocalSigner.generate("P-256")
    document = {**DERIVATION.document, "validUntil": "2099-01-01T00:00:00Z"}
    _, _, _, labels, mandatory = parts()
    public_key = bytes.fromhex("8024") + forger.public_key.data
    texts = {number: "_:" + multibase_encode(label, "u") for number, label in labels.items()}
    always, others = shown_lines(SecuredDocument(document, DERIVATION.proof), texts, mandatory, transformer())
    message = proof_hash(SecuredDocument(document, DERIVATION.proof), transformer()) + public_key + lines_hash(always)
    forged = with_parts(
        forger.sign(message), public_key, [forger.sign(line.encode()) for line in others], labels, mandatory
    )

    assert refused(forged, document) == "signature_invalid"
    verify(
        forged, document, forger.public_key
    )  # the neighbour: all of it is in order, only the key is not the issuer's


def test_another_key_of_the_right_kind_is_refused():
    assert refused(key=LocalSigner.generate("P-256").public_key) == "signature_invalid"


@pytest.mark.parametrize("key", [LocalSigner.generate("P-384"), LocalSigner.generate("Ed25519"), BbsSigner.generate()])
def test_another_kind_of_key_is_refused(key):
    assert refused(key=key.public_key) == "key_type_mismatch"
    with pytest.raises(Refused) as caught:
        ECDSA_SD_2023.making(()).create(BASE, key, transformer())
    assert caught.value.code == "key_type_mismatch"


@pytest.mark.parametrize(
    "public_key",
    [
        bytes.fromhex("8124") + KEY.data[1:] + b"\2",
        bytes.fromhex("8024") + b"\4" + KEY.data[1:],
        bytes.fromhex("8024") + bytes(33),
        bytes.fromhex("ed01") + KEY.data,
    ],
)
def test_the_key_in_the_proof_is_one_of_p_256(public_key):
    signature, _, *rest = parts()

    assert refused(with_parts(signature, public_key, *rest)) in {
        "proof_value_malformed",
        "key_malformed",
        "signature_invalid",
    }


# --- labels, indexes, signatures ----------------------------------------------------------------------------------------


def _labels(change):
    signature, key, signatures, labels, mandatory = parts()
    return with_parts(signature, key, signatures, change(dict(labels)), mandatory)


def test_two_nodes_with_one_label_are_refused():
    assert refused(_labels(lambda labels: {**labels, 1: labels[0]})) == "label_map_invalid"


def test_a_label_map_that_lacks_a_node_is_refused():
    assert refused(_labels(lambda labels: {n: label for n, label in labels.items() if n})) == "label_map_invalid"


def test_a_label_map_with_a_node_that_is_not_there_is_refused():
    assert refused(_labels(lambda labels: {**labels, len(labels): bytes(32)})) == "label_map_invalid"
    assert refused(_labels(lambda labels: {**labels, 99: bytes(32)})) == "label_map_invalid"


def test_exchanged_labels_are_refused():
    assert refused(_labels(lambda labels: {**labels, 0: labels[1], 1: labels[0]})) == "signature_invalid"


@pytest.mark.parametrize("label", [bytes(31), bytes(33), "text", 7])
def test_a_label_is_32_bytes(label):
    assert refused(_labels(lambda labels: {**labels, 0: label})) == "proof_value_malformed"


def test_a_key_below_zero_is_refused():
    assert refused(_labels(lambda labels: {**labels, -1: bytes(32)})) == "proof_value_malformed"


def _indexes(change):
    *rest, mandatory = parts()
    return with_parts(*rest, change(list(mandatory)))


def test_indexes_beyond_the_statements_are_refused():
    assert refused(_indexes(lambda found: [*found[:-1], 10_000])) == "mandatory_indexes_invalid"


def test_repeated_indexes_are_refused():
    assert refused(_indexes(lambda found: [*found, found[0]])) == "proof_value_malformed"


@pytest.mark.parametrize("index", [-1, "0", b"0"])
def test_an_index_is_a_number(index):
    assert refused(_indexes(lambda found: [*found[:-1], index])) == "proof_value_malformed"


def test_an_optional_statement_cannot_become_mandatory_nor_the_other_way_round():
    missing = next(number for number in itertools.count() if number not in parts()[-1])

    assert refused(_indexes(lambda found: sorted([*found, missing]))) == "signature_invalid"
    assert refused(_indexes(lambda found: found[1:])) == "signature_invalid"


def test_every_optional_statement_has_a_signature_and_no_other():
    signature, key, signatures, labels, mandatory = parts()

    fewer, more = signatures[:-1], [*signatures, signatures[0]]
    assert refused(with_parts(signature, key, fewer, labels, mandatory)) == "signature_count_mismatch"
    assert refused(with_parts(signature, key, more, labels, mandatory)) == "signature_count_mismatch"
    assert refused(with_parts(signature, key, signatures[::-1], labels, mandatory)) == "signature_invalid"


def test_the_statements_of_another_credential_of_the_same_issuer_do_not_fit():
    other = base(full_badge(name="Deep Sea Rowing"))
    stolen = ECDSA_SD_2023.derive(other, ["/name"], transformer())
    mine = ECDSA_SD_2023.derive(BASE, ["/name"], transformer())

    document = {**mine.document, "name": "Deep Sea Rowing"}
    verify(stolen.proof, stolen.document)
    verify(stolen.proof, document)  # what is mandatory is the same: it is the other credential, under its own proof
    assert refused(mine.proof, document) == "signature_invalid"


# --- the form of the value ---------------------------------------------------------------------------------------------


def test_a_proof_value_is_there_and_a_text():
    assert (
        refused({name: value for name, value in DERIVATION.proof.items() if name != "proofValue"})
        == "proof_value_missing"
    )
    assert refused({**DERIVATION.proof, "proofValue": 7}) == "proof_value_missing"


def test_a_proof_value_is_base64url_and_nothing_else():
    data = multibase_decode(DERIVATION.proof["proofValue"])

    assert refused({**DERIVATION.proof, "proofValue": multibase_encode(data[:300], "z")}) == "multibase"
    assert refused({**DERIVATION.proof, "proofValue": DERIVATION.proof["proofValue"] + "="}) == "multibase"


@pytest.mark.parametrize("header", ["d95d02", "d95d03", "d95d04", "d95e01", "d85d01", "000000"])
def test_the_header_of_another_proof_is_refused(header):
    data = multibase_decode(DERIVATION.proof["proofValue"])[3:]

    assert refused(with_value(data, bytes.fromhex(header))) == "proof_value_malformed"


def test_the_value_is_the_array_that_it_must_be():
    for wrong in ([], parts()[:4], [*parts(), 0], {1: b""}):
        assert refused(with_value(strict_cbor.encode(wrong))) == "proof_value_malformed"
    signature, key, signatures, labels, mandatory = parts()
    for wrong in (
        [signature[:-1], key, signatures, labels, mandatory],
        [signature, key[:-1], signatures, labels, mandatory],
        [signature, key, [*signatures[:-1], b""], labels, mandatory],
        [signature, key, b"", labels, mandatory],
        [signature, key, signatures, [], mandatory],
        [signature, key, signatures, labels, {}],
    ):
        assert refused(with_parts(*wrong)) == "proof_value_malformed"


def _spelled_otherwise():
    data = multibase_decode(DERIVATION.proof["proofValue"])[3:]
    signature = data[1:67]
    assert data[0] == 0x85
    assert signature[:2] == b"\x58\x40"
    yield "something behind the end", data + b"\0"
    yield "an array without a length", b"\x9f" + data[1:] + b"\xff"
    yield "a longer length of the array", b"\x98\5" + data[1:]
    yield "a longer length of the signature", data[:1] + b"\x59\0\x40" + data[3:]
    yield "bytes with tag 64", data[:1] + b"\xd8\x40" + data[1:]
    yield "a value that says that it is CBOR", b"\xd9\xd9\xf7" + data


@pytest.mark.parametrize(("what", "data"), list(_spelled_otherwise()))
def test_the_same_value_in_another_spelling_is_refused(what, data):
    assert refused(with_value(data)) == "cbor", what


def test_the_options_of_the_proof_are_signed():
    assert refused({**DERIVATION.proof, "created": "2026-01-16T09:00:00Z"}) == "signature_invalid"
    assert refused({**DERIVATION.proof, "expires": "2099-01-16T09:00:00Z"}) == "signature_invalid"


def test_a_proof_on_top_of_others_is_refused():
    with pytest.raises(Refused) as caught:
        base(options={**OPTIONS, "previousProof": "urn:x:1"})

    assert caught.value.code == "previous_proof_unsupported"


# --- documents ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["_:c14n0", "_:b0 _:c14n1", '_:c14n0" .\n', "urn:bnid:x", "_:u"])
def test_texts_that_look_like_blank_nodes_are_texts(name):
    secured = base(full_badge(name=name))
    derivation = ECDSA_SD_2023.derive(secured, ["/name"], transformer())

    assert derivation.document["name"] == name
    verify(derivation.proof, derivation.document)
    assert (
        refused(derivation.proof, {**derivation.document, "name": name.replace("0", "1") + "."}) == "signature_invalid"
    )


def test_names_for_blank_nodes_in_the_document_shown_are_not_taken_for_them():
    """Somebody could name an object as the holder's tools do while they work: that is an IRI, and was not signed."""
    document = {**DERIVATION.document}
    document["evidence"] = [{**document["evidence"][0], "id": "urn:bnid:_:c14n0"}]

    assert refused(document=document) in {"signature_invalid", "label_map_invalid"}


@pytest.mark.parametrize("pointer", ["/nothing", "/credentialSubject/result/9", "name"])
def test_what_is_not_there_cannot_be_made_mandatory(pointer):
    with pytest.raises((Refused, Malformed)) as caught:
        base(mandatory=(pointer,))

    assert caught.value.code in {"pointer_not_found", "pointer_syntax"}


def test_every_changed_byte_of_the_proof_is_noticed():
    data = multibase_decode(DERIVATION.proof["proofValue"])
    # Not each, because each takes a verification; there is no part of the value that none of these is in.
    for place in (0, 1, 2, *range(3, len(data), 37)):
        changed = bytearray(data)
        changed[place] ^= 1
        assert refused({**DERIVATION.proof, "proofValue": multibase_encode(bytes(changed), "u")})
