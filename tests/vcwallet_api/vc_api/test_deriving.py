"""The VC API for holders: what is issued so that it can be divided, and what is derived from it."""

import sys

import pytest

from tests.vcwallet_api.vc_api.callers import (
    BASE_PROOFS,
    ask_to_derive,
    ask_to_issue,
    ask_to_verify,
    controller,
    credential_for,
    old_credential_for,
)
from vcwallet import Undecided
from vcwallet_api.vc_api.profiles import PROFILES, ProfileKeys

SELECTIVE = [name for name, profile in PROFILES.items() if profile.is_selective]
SUBJECT = {"id": "did:example:subject", "name": "Ana", "description": "Rows.", "colour": "green"}


def _subject(answer):
    """What a derived credential, or the token in an envelope, says of its subject."""
    assert answer.status_code == 201, answer.text
    return answer.json()["verifiableCredential"]["credentialSubject"]


def _issued(client, profile, **options):
    credential = credential_for(profile, credentialSubject=SUBJECT)
    issued = ask_to_issue(client, profile, credential, options=options)
    assert issued.status_code == 201, issued.text
    return issued.json()["verifiableCredential"]


@pytest.mark.parametrize("profile", BASE_PROOFS)
def test_a_part_is_what_was_mandatory_and_what_was_chosen_and_verifies(client, profile):
    issued = _issued(client, profile, mandatoryPointers=["/credentialSubject/name"])

    derived = ask_to_derive(client, issued, ["/credentialSubject/colour"])

    assert _subject(derived) == {"id": "did:example:subject", "name": "Ana", "colour": "green"}
    assert ask_to_verify(client, derived.json()["verifiableCredential"]).status_code == 200


@pytest.mark.parametrize("profile", BASE_PROOFS)
@pytest.mark.parametrize("options", [{}, None, {"mandatoryPointers": None}, {"mandatoryPointers": []}])
def test_with_no_pointers_sent_the_issuer_makes_its_own_mandatory(client, profile, options):
    credential = credential_for(profile, credentialSubject=SUBJECT)
    issued = ask_to_issue(client, profile, credential, options=options).json()["verifiableCredential"]

    derived = ask_to_derive(client, issued).json()["verifiableCredential"]

    assert derived["issuer"] == controller(profile)
    assert derived["credentialSubject"] == {"id": "did:example:subject"}
    assert ask_to_verify(client, derived).status_code == 200


@pytest.mark.parametrize("profile", SELECTIVE)
def test_a_pointer_that_matches_nothing_is_refused_by_issuer_and_holder(client, profile):
    pointers = ["/credentialSubject/nowhere"]
    credential = credential_for(profile, credentialSubject=SUBJECT)

    refused = ask_to_issue(client, profile, credential, options={"mandatoryPointers": pointers})
    derived = ask_to_derive(client, _issued(client, profile), pointers)

    for answer in (refused, derived):
        assert answer.status_code == 422
        assert [error["code"] for error in answer.json()["errors"]] == ["pointer_not_found"]


@pytest.mark.parametrize("pointers", ["/issuer", [4], [None], {}, 1, ["/issuer"] * 1001, ["issuer"]])
def test_what_is_no_list_of_pointers_cannot_be_read(client, pointers):
    issued = _issued(client, "ecdsa-sd-2023")

    answers = [
        ask_to_issue(client, "ecdsa-sd-2023", options={"mandatoryPointers": pointers}),
        ask_to_derive(client, issued, options={"selectivePointers": pointers}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert all(answer.json()["errors"] for answer in answers)


def test_a_profile_that_signs_everything_as_one_piece_has_nothing_to_make_mandatory(client):
    issued = _issued(client, "eddsa-rdfc-2022", mandatoryPointers=["/issuer"])

    assert issued["credentialSubject"] == SUBJECT


def test_a_token_is_divided_and_stays_in_its_envelope(client):
    issued = _issued(client, "vc-sd-jwt", mandatoryPointers=["/credentialSubject/name"])
    assert issued["id"].startswith("data:application/vc+sd-jwt,eyJ")

    derived = ask_to_derive(client, issued, ["/credentialSubject/colour"])

    assert derived.status_code == 201, derived.text
    shown = derived.json()["verifiableCredential"]
    assert shown["type"] == "EnvelopedVerifiableCredential"
    # Three members can be withheld, but the first is mandatory: one disclosure of the two is left.
    assert (issued["id"].count("~"), shown["id"].count("~")) == (3, 2)
    assert ask_to_verify(client, shown).status_code == 200


def test_a_token_as_text_is_divided_too(client):
    token = _issued(client, "vc-sd-jwt")["id"].partition(",")[2]

    assert ask_to_derive(client, token).status_code == 201


@pytest.mark.parametrize("profile", BASE_PROOFS)
def test_a_base_proof_is_for_the_holder_and_does_not_verify(client, profile):
    answer = ask_to_verify(client, _issued(client, profile))

    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["base_proof_shown"]


@pytest.mark.parametrize("profile", BASE_PROOFS)
def test_a_changed_part_does_not_verify(client, profile):
    credential = old_credential_for(profile, credentialSubject={"id": "did:example:subject"})
    issued = ask_to_issue(client, profile, credential).json()["verifiableCredential"]
    derived = ask_to_derive(client, issued).json()["verifiableCredential"]
    assert ask_to_verify(client, derived).status_code == 200

    changed = ask_to_verify(client, derived | {"credentialSubject": {"id": "did:example:other"}})

    assert changed.status_code == 422


@pytest.mark.parametrize(
    ("credential", "status"), [(None, 400), (4, 400), ([], 400), ({}, 422), ("text", 400), ({"proof": "text"}, 400)]
)
def test_what_is_no_credential_cannot_be_divided(client, credential, status):
    answer = ask_to_derive(client, credential)

    assert answer.status_code == status, answer.text
    assert answer.json()["errors"]


def test_nothing_can_be_withheld_from_what_is_signed_as_one_piece_or_was_derived_before(client):
    derived = ask_to_derive(client, _issued(client, "ecdsa-sd-2023")).json()["verifiableCredential"]

    for credential, code in (
        (_issued(client, "eddsa-jcs-2022"), "not_divisible"),
        (_issued(client, "vc-jose"), "not_divisible"),
        (derived, "not_a_base_proof"),
    ):
        answer = ask_to_derive(client, credential)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_key_that_signs_no_presentations_says_so(client):
    listed = {profile["name"]: profile for profile in client.get("/vc/").json()["profiles"]}

    answer = client.post("/vc/bbs-2023/presentations", json={"presentation": {"verifiableCredential": []}})

    assert (answer.status_code, answer.json()["code"]) == (422, "presenting_unsupported")
    assert listed["bbs-2023"]["present"] is None
    assert listed["ecdsa-sd-2023"]["present"] == "/vc/ecdsa-sd-2023/presentations"


def test_without_the_library_for_bbs_its_profile_says_so_and_the_others_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "py_arkworks_bls12381", None)
    keys = ProfileKeys(b"\x07" * 32)

    with pytest.raises(Undecided) as refusal:
        keys.signer(PROFILES["bbs-2023"])

    assert refusal.value.code == "bbs_unavailable"
    assert [name for name, profile in PROFILES.items() if not keys.has(profile)] == ["bbs-2023"]
    assert keys.signer(PROFILES["ecdsa-sd-2023"]).controller == controller("ecdsa-sd-2023")


def test_a_bbs_key_is_the_same_after_a_new_start_and_another_under_another_secret():
    again, other = (ProfileKeys(bytes([byte]) * 32).signer(PROFILES["bbs-2023"]).controller for byte in (7, 8))

    assert again == controller("bbs-2023")
    assert again.startswith("did:key:zUC7")
    assert other != again
