"""Entries of the forerunner are read by the same rules, with its own names and its own encoding."""

import gzip

import pytest

from tests.status_samples import AT, CREDENTIAL_ID, ISSUER, URL, Source, bits_with, list_document, list_entry
from vcwallet.errors import Malformed, Refused, Undecided, VcwalletError
from vcwallet.status.bitstring import MAX_BITSTRING_BYTES, compress
from vcwallet.status.bitstring_list import encode_list
from vcwallet.status.status_list_2021 import STATUS_LIST_2021, decode_list
from vcwallet.wire.base_encodings import base64url_encode

ENTRY = list_entry("94567", type="StatusList2021Entry")


def encoded(bits):
    return base64url_encode(compress(bits))


def list_2021(bits, **subject):
    members = {"type": "StatusList2021", "encodedList": encoded(bits), **subject}
    return list_document(type=["VerifiableCredential", "StatusList2021Credential"], subject=members)


def read(entry, document):
    source = Source({URL: document})
    return STATUS_LIST_2021.read(entry, credential_id=CREDENTIAL_ID, issuer_id=ISSUER, source=source, at=AT)


def code(entry, document):
    with pytest.raises(VcwalletError) as refused:
        read(entry, document)
    return type(refused.value), refused.value.code


def test_a_set_bit_is_a_revocation():
    document = list_2021(bits_with({94_567: 1}))

    assert read(ENTRY, document).is_withdrawn
    assert not read({**ENTRY, "statusListIndex": "94566"}, document).is_withdrawn


def test_its_list_has_no_multibase_prefix_and_the_recommendations_has():
    document = list_2021(bits_with({}), encodedList=encode_list(bits_with({})))

    assert code(ENTRY, document) == (Malformed, "status_list_malformed")
    assert decode_list(encoded(b"bits")) == b"bits"
    for wrong in ("", encoded(b"bits") + "=", " " + encoded(b"bits"), base64url_encode(b"bits")):
        with pytest.raises(Malformed):
            decode_list(wrong)


def test_the_two_kinds_are_not_taken_for_each_other():
    assert code(list_entry("94567"), list_2021(bits_with({}))) == (Malformed, "status_entry_malformed")
    assert code(ENTRY, list_document()) == (Refused, "status_list_kind_wrong")
    assert code(ENTRY, list_2021(bits_with({}), type="BitstringStatusList")) == (Refused, "status_list_kind_wrong")


def test_a_status_is_one_bit_whatever_else_the_entry_says():
    document = list_2021(bits_with({94_567: 1}))

    assert read({**ENTRY, "statusSize": 2}, document).value == 1


def test_the_limits_are_the_same():
    assert code(ENTRY, list_2021(bytes(12_500))) == (Refused, "status_list_too_short")
    bomb = base64url_encode(gzip.compress(bytes(MAX_BITSTRING_BYTES + 1)))
    assert code(ENTRY, list_2021(b"", encodedList=bomb)) == (Undecided, "status_list_too_large")


def test_an_answer_is_good_until_the_list_expires_in_the_words_of_data_model_1_1():
    document = list_2021(bits_with({})) | {"expirationDate": "2026-03-01T12:00:00Z"}

    assert read(ENTRY, document).good_until == AT
