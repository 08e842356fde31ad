"""An entry is answered from the right list only, and what cannot be read is never taken for "not revoked"."""

import contextlib
import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import SHARED_DATA, needs
from tests.status_samples import (
    AT,
    BYTES,
    CREDENTIAL_ID,
    FETCHED,
    ISSUER,
    URL,
    Source,
    bits_with,
    list_document,
    list_entry,
    without,
)
from vcwallet.errors import FetchFailed, Malformed, Refused, Undecided, VcwalletError
from vcwallet.status.bitstring_list import BITSTRING_STATUS_LIST, decode_list, encode_list, good_until
from vcwallet.status.method import Bearing
from vcwallet.wire.base_encodings import base64url_encode, multibase_encode

MESSAGES = [
    {"status": "0x0", "message": "pending"},
    {"status": "0x1", "message": "accepted"},
    {"status": "0x2", "message": "rejected"},
    {"status": "0x3", "message": "undefined"},
]
NAMES = [{"status": "0x0", "message": "fine"}, {"status": "0x1", "message": "withdrawn"}]


def read(entry, document=None, *, source=None, at=AT, method=BITSTRING_STATUS_LIST, issuer=ISSUER):
    source = source or Source({URL: list_document() if document is None else document})
    return method.read(
        entry, credential_id=CREDENTIAL_ID, issuer_id=issuer, source=source, at=at, pointer="/credentialStatus/0"
    )


def refusal(kind, *args, **options):
    with pytest.raises(VcwalletError) as refused:
        read(*args, **options)
    assert type(refused.value) is kind, refused.value
    assert refused.value.pointer.startswith("/credentialStatus/0")
    return refused.value.code


# --- answers -------------------------------------------------------------------------------------------------------


def test_a_credential_is_revoked_when_its_own_bit_is_set():
    document = list_document([94_567])

    revoked = read(list_entry("94567"), document)

    assert (revoked.value, revoked.is_set, revoked.is_withdrawn) == (1, True, True)
    assert (revoked.index, revoked.list_id, revoked.purpose, revoked.message) == (94_567, URL, "revocation", None)
    for neighbour in ("94566", "94568", "0", "131071"):
        value = read(list_entry(neighbour), document)
        assert (value.is_withdrawn, value.bearing, value.message) == (False, Bearing.GOOD, None)


@pytest.mark.parametrize(
    ("purpose", "bearing"),
    [
        ("revocation", Bearing.WITHDRAWN),
        ("suspension", Bearing.WITHDRAWN),
        ("refresh", Bearing.NOTE),
        ("message", Bearing.NOTE),
        ("audit", Bearing.UNKNOWN),
        ("Revocation", Bearing.UNKNOWN),
    ],
)
def test_what_a_set_status_means_depends_on_its_purpose(purpose, bearing):
    document = list_document([5], subject={"statusPurpose": purpose})
    members = {"statusPurpose": purpose, "statusMessage": NAMES}

    assert read(list_entry("5", **members), document).bearing is bearing
    assert read(list_entry("6", **members), document).bearing is Bearing.GOOD


def test_a_list_may_have_several_purposes():
    document = list_document([5], subject={"statusPurpose": ["suspension", "revocation"]})

    assert read(list_entry("5"), document).is_withdrawn
    assert read(list_entry("6", statusPurpose="suspension"), document).bearing is Bearing.GOOD


@given(st.integers(1, 8), st.data())
def test_a_status_of_several_bits_has_its_message(size, data):
    index = data.draw(st.integers(0, 131_071))
    value = data.draw(st.integers(0, (1 << size) - 1))
    messages = [{"status": f"0x{number:x}", "message": f"message {number}"} for number in range(1 << size)]
    document = list_document(bits=bits_with({index: value}, size), subject={"statusPurpose": "message"})
    entry = list_entry(
        str(index), statusPurpose="message", statusSize=size, statusMessage=data.draw(st.permutations(messages))
    )

    answer = read(entry, document)

    assert (answer.value, answer.message) == (value, f"message {value}")


def test_references_are_handed_on():
    one = list_entry(statusReference="https://college.example/words")
    two = list_entry(statusReference=["https://college.example/words", "https://college.example/words/lt"])

    assert read(list_entry()).references == ()
    assert read(one).references == ("https://college.example/words",)
    assert len(read(two).references) == 2


@needs("vectors", "bitstring", "spec-examples.json")
def test_the_list_printed_in_the_specification_is_empty():
    (example,) = json.loads((SHARED_DATA / "vectors" / "bitstring" / "spec-examples.json").read_text())

    bits = decode_list(example["encodedList"])

    assert (len(bits), any(bits)) == (example["length_bytes"], False)


@needs("validator-corpus", "ob30", "bit-string-list", "testlist")
def test_the_public_validators_list_says_that_its_badge_is_revoked():
    """Its badge writes the index as a number, and its list gives another id than its address."""
    folder = SHARED_DATA / "validator-corpus" / "ob30" / "bit-string-list"
    entry = json.loads((folder / "credential-status-revoked.json").read_text())["credentialStatus"]
    document = json.loads((folder / "testlist").read_text())
    source = Source({entry["statusListCredential"]: {**document, "id": entry["statusListCredential"]}})

    assert read(entry, source=source, issuer="https://1edtech.edu/issuers/565049").is_withdrawn
    as_it_is = Source({entry["statusListCredential"]: document})
    assert refusal(Refused, entry, source=as_it_is, issuer=document["issuer"]) == "status_list_mismatch"


# --- the entry -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "index",
    [
        "-1",
        "+5",
        " 5",
        "5 ",
        "5\n",
        "1_0",
        "007",
        "00",
        "٩٤",
        "1٢",
        "５",
        "²",
        "0x5",
        "5.0",
        "",
        "1e3",
        "abc",
        None,
        True,
        -1,
        5.0,
        ["5"],
        {},
        10**5000,
    ],
    ids=lambda index: "enormous" if isinstance(index, int) and index > 5 else repr(index),
)
def test_an_index_that_is_no_plain_number_is_malformed(index):
    assert refusal(Malformed, list_entry(index)) == "status_entry_malformed"


@pytest.mark.parametrize("index", ["5", 5], ids=repr)
def test_an_index_may_be_written_in_plain_digits_or_as_a_number(index):
    assert read(list_entry(index), list_document([5])).index == 5


@pytest.mark.parametrize("index", ["131072", "1000000000", "9" * 10_000, 2**53 - 1], ids=lambda index: str(index)[:12])
def test_an_index_beyond_the_list_is_out_of_range(index):
    assert refusal(Refused, list_entry(index)) == "status_index_out_of_range"


@pytest.mark.parametrize(
    "members",
    [
        {"type": "StatusList2021Entry"},
        {"type": []},
        {"statusPurpose": None},
        {"statusPurpose": ""},
        {"statusPurpose": ["revocation"]},
        {"statusListCredential": None},
        {"statusListCredential": "status/1"},
        {"statusListCredential": ["https://college.example/status/1"]},
        {"statusListCredential": "https://college.example/status 1"},
        {"id": URL},
        {"statusSize": 0},
        {"statusSize": 0, "statusMessage": MESSAGES[:1]},
        {"statusSize": -1},
        {"statusSize": True},
        {"statusSize": "1"},
        {"statusSize": 1.0},
        {"statusSize": None},
        {"statusSize": 2},
        {"statusSize": 2, "statusMessage": MESSAGES[:3]},
        {"statusSize": 2, "statusMessage": [*MESSAGES, MESSAGES[0]]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], MESSAGES[0]]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], {"status": "0x4", "message": "?"}]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], {"status": "3", "message": "?"}]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], {"status": 3, "message": "?"}]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], {"status": "0x٣", "message": "?"}]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], {"status": "0x3"}]},
        {"statusSize": 2, "statusMessage": [*MESSAGES[:3], "0x3"]},
        {"statusSize": 2, "statusMessage": {"status": "0x0", "message": "pending"}},
        {"statusMessage": MESSAGES},
        {"statusMessage": None},
        {"statusPurpose": "message"},
        {"statusReference": 5},
        {"statusReference": ["words"]},
        {"statusReference": ["https://college.example/words"] * 17},
    ],
    ids=lambda members: json.dumps(members)[:60],
)
def test_an_entry_that_breaks_the_specification_is_malformed_and_fetches_nothing(members):
    source = Source({URL: list_document()})

    assert refusal(Malformed, list_entry(**members), source=source) == "status_entry_malformed"
    assert source.asked == []


def test_an_entry_says_where_it_is_wrong():
    with pytest.raises(Malformed) as refused:
        read(list_entry("x"))

    assert refused.value.pointer == "/credentialStatus/0/statusListIndex"


def test_the_type_may_be_in_a_list_and_the_messages_of_one_bit_may_be_named():
    entry = list_entry("5", type=["BitstringStatusListEntry"], statusMessage=NAMES, statusSize=1)

    assert read(entry, list_document([5])).message == "withdrawn"


def test_sizes_beyond_what_is_read_are_undecided():
    assert refusal(Undecided, list_entry(statusSize=9)) == "status_size_unsupported"
    assert refusal(Undecided, list_entry(statusSize=10**18)) == "status_size_unsupported"


# --- the list ------------------------------------------------------------------------------------------------------

GZIP = gzip.compress(bytes(BYTES), mtime=0)


@pytest.mark.parametrize(
    "encoded",
    [
        None,
        5,
        "",
        "u",
        base64url_encode(GZIP),
        "z" + base64url_encode(GZIP),
        "m" + base64url_encode(GZIP),
        "U" + base64url_encode(GZIP),
        multibase_encode(GZIP[:300], "z"),
        "u" + base64url_encode(GZIP) + "==",
        " u" + base64url_encode(GZIP),
        "u" + base64url_encode(bytes(BYTES)),
        "u" + base64url_encode(GZIP[:-1]),
        "u" + base64url_encode(GZIP[: len(GZIP) // 2]),
        "u" + base64url_encode(GZIP + b"\0"),
        "u" + base64url_encode(GZIP + GZIP),
        "u" + base64url_encode(GZIP[:-5] + bytes([GZIP[-5] ^ 1]) + GZIP[-4:]),
    ],
    ids=lambda encoded: repr(encoded)[:30],
)
def test_a_list_that_cannot_be_unpacked_gives_no_answer(encoded):
    document = list_document(subject={"encodedList": encoded})

    assert refusal(Malformed, list_entry(), document) == "status_list_malformed"
    assert read(list_entry(), list_document(subject={"encodedList": "u" + base64url_encode(GZIP)})).value == 0


def test_a_bomb_is_not_unpacked():
    bomb = "u" + base64url_encode(gzip.compress(bytes(64 * 1024 * 1024)))

    assert refusal(Undecided, list_entry(), list_document(subject={"encodedList": bomb})) == "status_list_too_large"


@pytest.mark.parametrize(
    "document",
    [
        list_document(subject={"statusPurpose": None}),
        list_document(subject={"statusPurpose": []}),
        list_document(subject={"statusPurpose": ["revocation", 5]}),
        list_document(subject={"ttl": "300000"}),
        list_document(subject={"ttl": -1}),
        list_document(subject={"ttl": True}),
        list_document(subject={"ttl": None}),
        list_document(validUntil="tomorrow"),
        list_document(validUntil=None),
    ],
    ids=lambda document: json.dumps(document)[:40],
)
def test_a_list_that_breaks_the_specification_gives_no_answer(document):
    assert refusal(Malformed, list_entry(), document) == "status_list_malformed"


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "list",
        {},
        list_document(type="VerifiableCredential"),
        list_document(type=["VerifiableCredential", "BitstringStatusListCredentials"]),
        list_document(type="xBitstringStatusListCredential"),
        list_document(credentialSubject=None),
        list_document(credentialSubject=[]),
        list_document(credentialSubject=[list_document()["credentialSubject"]] * 2),
        list_document(subject={"type": "StatusList2021"}),
    ],
    ids=lambda document: json.dumps(document)[:40],
)
def test_what_is_no_status_list_gives_no_answer(document):
    assert refusal(Refused, list_entry(), source=Source({URL: document})) == "status_list_kind_wrong"


def test_the_list_may_be_the_one_subject_of_several_that_is_a_list():
    document = list_document([94_567])
    document["credentialSubject"] = [{"id": "did:example:x"}, document["credentialSubject"]]

    assert read(list_entry(), document).is_withdrawn


def test_another_genuine_list_does_not_stand_for_the_right_one():
    assert (
        refusal(Refused, list_entry(), list_document(id="https://college.example/status/2")) == "status_list_mismatch"
    )
    assert refusal(Refused, list_entry(), list_document(id=None)) == "status_list_mismatch"
    assert read(list_entry(), without(list_document([94_567]), "id")).is_withdrawn


def test_a_list_by_another_issuer_counts_only_if_the_verifier_named_that_issuer():
    registry = "did:web:registry.example"
    document = list_document([94_567], issuer={"id": registry})
    trusting = replace(BITSTRING_STATUS_LIST, other_issuers=frozenset({registry}))

    assert refusal(Refused, list_entry(), document) == "status_list_issuer_mismatch"
    assert refusal(Refused, list_entry(), without(document, "issuer")) == "status_list_issuer_mismatch"
    assert read(list_entry(), document, method=trusting).is_withdrawn
    assert read(list_entry(), list_document([94_567], issuer={"id": ISSUER})).is_withdrawn
    assert read(list_entry(), list_document([94_567]), method=trusting).is_withdrawn


def test_a_list_for_another_purpose_does_not_answer():
    document = list_document(subject={"statusPurpose": "suspension"})

    assert refusal(Refused, list_entry(), document) == "status_purpose_mismatch"
    assert refusal(Refused, list_entry(statusPurpose="revoc"), list_document()) == "status_purpose_mismatch"


def test_entry_and_list_must_agree_on_the_size_if_the_list_has_one():
    entry = list_entry("5", statusSize=2, statusMessage=MESSAGES)
    bits = bits_with({5: 2}, 2)

    assert read(entry, list_document(bits=bits)).message == "rejected"
    assert read(entry, list_document(bits=bits, subject={"statusSize": 2})).message == "rejected"
    assert refusal(Refused, entry, list_document(bits=bits, subject={"statusSize": 1})) == "status_list_mismatch"


def test_a_list_that_hides_nobody_is_not_read():
    short = list_document(bits=bytes(BYTES - 1))
    wide = list_entry("5", statusSize=2, statusMessage=MESSAGES)

    assert refusal(Refused, list_entry("5"), short) == "status_list_too_short"
    assert refusal(Refused, wide, list_document(bits=bytes(BYTES * 2 - 1))) == "status_list_too_short"
    assert read(wide, list_document(bits=bytes(BYTES * 2))).value == 0


def test_an_unreachable_list_is_the_sources_answer():
    with pytest.raises(FetchFailed) as refused:
        read(list_entry(), source=Source())

    assert refused.value.code == "unreachable"


# --- time ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_good_until_the_end_of_the_list_or_its_time_to_live():
    end = AT + timedelta(hours=2)
    until = {"validUntil": "2026-03-01T14:00:00Z"}

    assert read(list_entry()).good_until is None
    assert read(list_entry(), list_document(**until)).good_until == end
    assert read(list_entry(), list_document(**until, subject={"ttl": 600_000})).good_until == FETCHED + timedelta(
        minutes=10
    )
    assert read(list_entry(), list_document(**until, subject={"ttl": 86_400_000})).good_until == end
    assert read(list_entry(), list_document(subject={"ttl": 10**30})).good_until is None
    assert good_until(list_document(**until), FETCHED) == end


def test_a_list_older_than_its_time_to_live_leaves_the_status_unknown():
    document = list_document([94_567], subject={"ttl": 60_000})
    source = Source({URL: document})

    assert read(list_entry(), source=source.at(AT - timedelta(minutes=1))).is_withdrawn
    old = source.at(AT - timedelta(minutes=1, microseconds=1))
    assert refusal(Undecided, list_entry(), source=old) == "status_list_expired"


# --- arbitrary input -----------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(list_entry(statusSize=1, statusMessage=0, statusReference=0))), JSON)
def test_whatever_stands_in_an_entry_gets_an_answer_or_an_error_of_ours(member, value):
    with contextlib.suppress(VcwalletError):
        read(list_entry(**{member: value}))


@given(st.sampled_from(["id", "type", "issuer", "credentialSubject", "validUntil", "expirationDate"]), JSON)
def test_whatever_stands_in_a_list_gets_an_answer_or_an_error_of_ours(member, value):
    with contextlib.suppress(VcwalletError):
        read(list_entry(), list_document(**{member: value}))


@given(st.sampled_from(["type", "statusPurpose", "encodedList", "ttl", "statusSize"]), JSON)
def test_whatever_stands_in_the_subject_gets_an_answer_or_an_error_of_ours(member, value):
    with contextlib.suppress(VcwalletError):
        read(list_entry(), list_document(subject={member: value}))


@given(st.binary(max_size=5000))
def test_encoded_bits_come_back(bits):
    assert decode_list(encode_list(bits)) == bits


@given(st.text(alphabet="uzH4sIAAAAAAAAA-_=+/ ", max_size=60) | st.text(max_size=20))
def test_arbitrary_text_is_a_list_or_malformed(text):
    try:
        bits = decode_list(text)
    except Malformed:
        return
    assert isinstance(bits, bytes)
