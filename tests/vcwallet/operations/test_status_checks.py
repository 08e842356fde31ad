"""Withdrawal, as verify() answers it: every kind of entry, every kind of list, and lists that cannot be had or believed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tools.make_examples import FORGER, WORKSHOP, badge
from vcwallet import Fetched, StaticFetcher, standard_toolkit, verify
from vcwallet.status.bitstring import MINIMUM_ENTRIES, compress, with_values
from vcwallet.status.bitstring_list import BITSTRING_STATUS_LIST, encode_list
from vcwallet.testing.signing import SampleKey, add_proof, badge_claims, to_jwt
from vcwallet.wire.base_encodings import base64url_encode

AT = datetime(2026, 3, 1, tzinfo=UTC)
LIST = "https://lists.example/1"
OTHER_LIST = "https://lists.example/2"
FILE = "https://lists.example/revoked.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
STATUS_LIST_2021 = "https://w3id.org/vc/status-list/2021/v1"
UNIVERSITY = SampleKey.from_seed("lists", "P-256")


def entry(index="7", purpose="revocation", url=LIST, **members):
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": url,
        **members,
    }


def list_document(set_values=(), *, purpose="revocation", entry_bits=1, issuer=None, subject=None, **members):
    bits = with_values(bytes(MINIMUM_ENTRIES * entry_bits // 8), dict(set_values), entry_bits)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer or WORKSHOP.did,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode_list(bits),
            **(subject or {}),
        },
        **members,
    }


def signed_list(*values, key=WORKSHOP, **options):
    return add_proof(list_document(values, **options), key)


def check(status, world, *, at=AT, key=WORKSHOP, evidence=None, **members):
    document = add_proof(badge(30, key.did, "Knots", credentialStatus=status, **members), key)
    return verify(document, toolkit=standard_toolkit(StaticFetcher(world)), at=at, evidence=evidence)


def code(report):
    return report.verdict, report.check("status").code


def test_a_credential_that_is_not_on_the_list_is_valid():
    report = check(entry(), {LIST: signed_list((8, 1))})

    assert code(report) == ("valid", "not_withdrawn")
    assert report.nested["/credentialStatus/statusListCredential"]


@pytest.mark.parametrize(("purpose", "expected"), [("revocation", "revoked"), ("suspension", "suspended")])
def test_a_set_bit_withdraws(purpose, expected):
    assert code(check(entry(purpose=purpose), {LIST: signed_list((7, 1), purpose=purpose)})) == ("invalid", expected)


@pytest.mark.parametrize(("purpose", "note"), [("refresh", "status_refresh"), ("message", "status_message")])
def test_other_purposes_say_something_and_withdraw_nothing(purpose, note):
    messages = [{"status": "0x0", "message": "fine"}, {"status": "0x1", "message": "see page 4"}]
    report = check(entry(purpose=purpose, statusMessage=messages), {LIST: signed_list((7, 1), purpose=purpose)})

    assert report.verdict == "valid"
    assert [(found.code, "see page 4" in found.message) for found in report.notes if "status" in found.code] == [
        (note, True)
    ]


def test_entries_of_several_bits_have_a_meaning():
    messages = [{"status": f"0x{n}", "message": f"meaning {n}"} for n in range(4)]
    status = entry(purpose="message", statusSize=2, statusMessage=messages)
    report = check(status, {LIST: signed_list((7, 3), purpose="message", entry_bits=2)})

    assert report.verdict == "valid"
    assert any("meaning 3" in found.message for found in report.notes)


def test_every_entry_counts():
    world = {LIST: signed_list(), OTHER_LIST: signed_list((9, 1), purpose="suspension", id=OTHER_LIST)}
    good, bad = entry(), entry("9", "suspension", OTHER_LIST)

    assert code(check([good, entry("8", "suspension", OTHER_LIST)], world)) == ("valid", "not_withdrawn")
    assert code(check([good, bad], world)) == ("invalid", "suspended")
    assert code(check([entry(url="https://gone.example/"), bad], world)) == ("invalid", "suspended")
    assert code(check([good, entry(url="https://gone.example/")], world)) == ("indeterminate", "unreachable")


def test_a_list_may_speak_of_several_purposes():
    world = {LIST: signed_list((7, 1), purpose=["revocation", "suspension"])}

    assert code(check(entry(purpose="suspension"), world)) == ("invalid", "suspended")


@pytest.mark.parametrize("answer", [Fetched(404), Fetched(500), "<html>", b"\x00", [], {}, Fetched(200, {}, "")])
def test_a_list_that_cannot_be_had_is_never_not_revoked(answer):
    assert check(entry(), {LIST: answer}).verdict in ("indeterminate", "invalid")
    assert check(entry(), {}).verdict == "indeterminate"


def test_offline_the_status_is_unknown():
    document = add_proof(badge(30, WORKSHOP.did, "Knots", credentialStatus=entry()), WORKSHOP)

    assert code(verify(document, at=AT)) == ("indeterminate", "no_network")


def test_a_list_must_be_the_issuers():
    stranger = signed_list(key=FORGER, issuer=FORGER.did)

    assert code(check(entry(), {LIST: stranger})) == ("invalid", "status_list_issuer_mismatch")


def test_another_list_of_the_issuer_does_not_stand_for_the_right_one():
    assert code(check(entry(), {LIST: signed_list(id=OTHER_LIST)})) == ("invalid", "status_list_mismatch")


def test_a_set_status_whose_meaning_only_the_issuer_knows_is_unknown():
    listed = signed_list((7, 1), purpose="audit")

    assert code(check(entry(purpose="audit"), {LIST: listed})) == ("indeterminate", "status_purpose_unknown")
    assert code(check(entry("8", purpose="audit"), {LIST: listed})) == ("valid", "not_withdrawn")


def test_the_verifier_may_name_who_else_may_publish_lists():
    listed = signed_list((7, 1), key=FORGER, issuer=FORGER.did)
    trusting = replace(BITSTRING_STATUS_LIST, other_issuers=frozenset({FORGER.did}))
    toolkit = replace(standard_toolkit(StaticFetcher({LIST: listed})), status_methods=(trusting,))
    document = add_proof(badge(30, WORKSHOP.did, "Knots", credentialStatus=entry()), WORKSHOP)

    assert code(verify(document, toolkit=toolkit, at=AT)) == ("invalid", "revoked")


def test_a_list_must_be_signed_by_its_issuer():
    unsigned, forged = list_document(), signed_list(key=FORGER)
    changed = signed_list((7, 1))
    changed["credentialSubject"]["encodedList"] = encode_list(bytes(MINIMUM_ENTRIES // 8))

    for world in (unsigned, forged, changed):
        assert code(check(entry(), {LIST: world})) == ("invalid", "status_list_not_verified")


def test_a_list_that_has_run_out_does_not_speak_for_today():
    ended = signed_list(validUntil="2026-02-01T00:00:00Z")

    assert code(check(entry(), {LIST: ended})) == ("indeterminate", "status_list_expired")
    assert check(entry(), {LIST: ended}, at=datetime(2026, 1, 20, tzinfo=UTC)).verdict == "valid"


def test_a_list_may_be_a_token():
    document = list_document((), issuer=UNIVERSITY.did)
    token = to_jwt(badge_claims(document, 1767225600, sub=None), UNIVERSITY)

    assert code(check(entry(), {LIST: token}, key=UNIVERSITY)) == ("valid", "not_withdrawn")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"statusListIndex": -1}, "status_entry_malformed"),
        ({"statusListIndex": "-1"}, "status_entry_malformed"),
        ({"statusListIndex": "abc"}, "status_entry_malformed"),
        ({"statusListIndex": " 7"}, "status_entry_malformed"),
        ({"statusListIndex": "٧"}, "status_entry_malformed"),
        ({"statusListIndex": "0_7"}, "status_entry_malformed"),
        ({"statusListIndex": "007"}, "status_entry_malformed"),
        ({"statusListIndex": True}, "status_entry_malformed"),
        ({"statusListIndex": "131072"}, "status_index_out_of_range"),
        ({"statusPurpose": "suspension"}, "status_purpose_mismatch"),
        ({"statusSize": 0}, "status_entry_malformed"),
        ({"statusSize": 2}, "status_entry_malformed"),
        ({"statusSize": "1"}, "status_entry_malformed"),
        ({"statusMessage": [{"status": "0x0", "message": "one of two"}]}, "status_entry_malformed"),
    ],
)
def test_an_entry_out_of_form_is_refused(change, expected):
    document = add_proof(
        badge(30, WORKSHOP.did, "Knots", credentialStatus=entry() | change), WORKSHOP, suite="ecdsa-jcs-2019"
    )
    report = verify(document, toolkit=standard_toolkit(StaticFetcher({LIST: signed_list()})), at=AT)

    assert code(report) == ("invalid", expected)


def test_an_index_may_be_a_number_as_in_the_public_validators_samples():
    document = add_proof(badge(30, WORKSHOP.did, "Knots", credentialStatus=entry(7)), WORKSHOP, suite="ecdsa-jcs-2019")
    report = verify(document, toolkit=standard_toolkit(StaticFetcher({LIST: signed_list((7, 1))})), at=AT)

    assert code(report) == ("invalid", "revoked")


def test_a_type_that_nobody_knows_is_unknown():
    status = {"id": "https://lists.example/x", "type": "https://lists.example/#Novel"}

    assert code(check(status, {})) == ("indeterminate", "status_type_unsupported")


def test_a_list_of_another_kind_is_no_list():
    ordinary = add_proof(badge(31, WORKSHOP.did, "Not a list"), WORKSHOP)

    assert code(check(entry(), {LIST: ordinary})) == ("invalid", "status_list_kind_wrong")


@pytest.mark.parametrize(("value", "expected"), [(0, ("valid", "not_withdrawn")), (1, ("invalid", "revoked"))])
def test_lists_of_2021_are_read(value, expected):
    bits = with_values(bytes(MINIMUM_ENTRIES // 8), {7: value})
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1", STATUS_LIST_2021],
        "id": LIST,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": WORKSHOP.did,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": base64url_encode(compress(bits)),
        },
    }
    listed = add_proof(document, WORKSHOP, suite="ecdsa-jcs-2019")
    status = entry() | {"type": "StatusList2021Entry", "id": f"{LIST}#7"}
    holder = badge(30, WORKSHOP.did, "Knots", credentialStatus=status)
    holder["@context"] = [*holder["@context"], STATUS_LIST_2021]
    report = verify(
        add_proof(holder, WORKSHOP, suite="ecdsa-jcs-2019"),
        toolkit=standard_toolkit(StaticFetcher({LIST: listed})),
        at=AT,
    )

    assert (report.verdict, report.check("status").code) == expected, report.problems


def with_file(document):
    holder = badge(30, WORKSHOP.did, "Knots", credentialStatus={"id": FILE, "type": "1EdTechRevocationList"})
    holder["@context"] = [*holder["@context"], EXTENSIONS]
    world = {} if document is None else {FILE: document}
    return verify(add_proof(holder, WORKSHOP), toolkit=standard_toolkit(StaticFetcher(world)), at=AT)


def revocations(*entries, member="revokedCredential", **members):
    return {"id": FILE, "issuer": WORKSHOP.did, member: list(entries), **members}


OWN_ID = "urn:uuid:00000000-0000-4000-8000-000000000030"


@pytest.mark.parametrize("member", ["revokedCredential", "revokedCredentials"])
def test_a_revocation_list_is_read_in_both_spellings(member):
    named = {"id": OWN_ID, "revocationReason": "Issued in error"}

    assert code(with_file(revocations({"id": "urn:x:other"}, member=member))) == ("valid", "not_withdrawn")
    report = with_file(revocations({"id": "urn:x:other"}, named, member=member))
    assert code(report) == ("invalid", "revoked")
    assert "Issued in error" in report.check("status").message
    assert code(with_file(revocations({**named, "revoked": False}, member=member))) == ("valid", "not_withdrawn")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, ("indeterminate", "unreachable")),
        ("<html>", ("indeterminate", "fetched_document_unreadable")),
        ([], ("invalid", "status_list_malformed")),
        ({"id": FILE}, ("invalid", "status_list_malformed")),
        ({"id": FILE, "issuer": WORKSHOP.did, "type": "Letter"}, ("indeterminate", "status_list_kind_unknown")),
        (revocations("urn:x"), ("invalid", "status_list_malformed")),
        (revocations({"id": "urn:x", "revoked": "no"}), ("invalid", "status_list_malformed")),
        (revocations(issuer="did:example:another"), ("invalid", "status_list_issuer_mismatch")),
    ],
)
def test_a_revocation_list_that_cannot_be_read_is_never_not_revoked(document, expected):
    assert code(with_file(document)) == expected


def test_nothing_is_fetched_for_an_unproven_credential():
    asked = []

    class Watched:
        def fetch(self, url, *, accept="", max_bytes=0):
            asked.append(url)
            return Fetched(404)

    document = add_proof(badge(30, WORKSHOP.did, "Knots", credentialStatus=entry()), WORKSHOP)
    document["name"] = "Admiral"
    report = verify(document, toolkit=standard_toolkit(Watched()), at=AT)

    assert report.verdict == "invalid"
    assert asked == []


def test_recorded_lists_speak_for_their_own_time_only():
    then = check(entry(), {LIST: signed_list(validUntil="2026-03-05T00:00:00Z")})
    later = {days: check(entry(), {}, evidence=then.evidence, at=AT + timedelta(days=days)) for days in (1, 10)}

    assert then.verdict == "valid"
    assert code(later[1]) == ("valid", "not_withdrawn")
    assert later[1].check("status").confirmation == "last confirmed on 2026-03-01T00:00:00Z"
    assert code(later[10]) == ("indeterminate", "status_list_expired")
    assert later[10].check("status").confirmation == "last confirmed on 2026-03-01T00:00:00Z"


@pytest.mark.parametrize(
    ("ttl", "hours", "verdict"), [(None, 20, "valid"), (None, 30, "indeterminate"), (3_600_000, 2, "indeterminate")]
)
def test_a_recorded_list_without_an_end_speaks_for_its_ttl_or_a_day(ttl, hours, verdict):
    listed = signed_list(subject={} if ttl is None else {"ttl": ttl})
    then = check(entry(), {LIST: listed})

    assert check(entry(), {}, evidence=then.evidence, at=AT + timedelta(hours=hours)).verdict == verdict


def test_a_list_is_verified_once_for_all_entries():
    asked = []

    class Counting:
        def fetch(self, url, *, accept="", max_bytes=0):
            asked.append(url)
            return Fetched(200, {}, json.dumps(signed_list()))

    document = add_proof(badge(30, WORKSHOP.did, "Knots", credentialStatus=[entry("1"), entry("2")]), WORKSHOP)

    assert verify(document, toolkit=standard_toolkit(Counting()), at=AT)
    assert asked == [LIST]
