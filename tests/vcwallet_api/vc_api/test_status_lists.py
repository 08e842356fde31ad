"""Status lists of the VC API: entries that are given, the lists that are served, and what changing an entry does."""

from datetime import timedelta

import pytest

from tests.vcwallet_api.vc_api.callers import AT
from tests.vcwallet_api.vc_api.callers import (
    ask_to_issue as _issue,
)
from tests.vcwallet_api.vc_api.callers import (
    ask_to_verify as _verify,
)

STATUS = {"checks": ["proof", "credentialStatus"]}


def test_an_issued_entry_names_a_list_that_is_served_and_a_revoked_credential_is_refused(client):
    credential = _issue(client, "bitstring-status-list").json()["verifiableCredential"]
    revocation, suspension = credential["credentialStatus"]
    assert revocation["statusListCredential"].startswith("https://")
    assert "statusSize" not in revocation
    listed = client.get(revocation["statusListCredential"].removeprefix("https://wallet.example"))
    assert listed.status_code == 200
    assert "BitstringStatusListCredential" in listed.json()["type"]
    assert listed.json()["credentialSubject"]["encodedList"].startswith("u")
    assert _verify(client, credential, options=STATUS).status_code == 200

    for entry, code in ((suspension, "suspended"), (revocation, "revoked")):
        change = {"statusPurpose": entry["statusPurpose"], "statusListIndex": entry["statusListIndex"]}
        assert client.post("/vc/credentials/status", json={**change, "status": True}).status_code == 200
        for options in (STATUS, {}):
            answer = _verify(client, credential, options=options)
            assert answer.status_code == 422
            assert [error["code"] for error in answer.json()["errors"]] == [code]
        proof_alone = _verify(client, credential, options={"checks": ["proof"]})
        assert proof_alone.status_code == 200
        assert f"[{code}]" in proof_alone.json()["warnings"][-1]
        lifted = client.post("/vc/credentials/status", json={**change, "status": False})
        # Bitstring Status List, 2.1: a revocation is not reversible.
        assert (lifted.status_code, lifted.json().get("code")) == (
            (200, None) if code == "suspended" else (422, "status_not_reversible")
        )
        assert (_verify(client, credential, options=STATUS).status_code == 200) is (code == "suspended")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json, application/ld+json, */*", "application/json"),
        ("*/*", "application/json"),
        ("application/vc, application/json;q=0.8", "application/vc"),
        ("application/json;q=0.8, application/VC;q=1", "application/vc"),
    ],
)
def test_a_status_list_is_json_to_whoever_does_not_know_the_media_type_of_credentials(client, accept, media_type):
    answer = client.get("/vc/status-lists/revocation", headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert answer.json()["credentialSubject"]["type"] == "BitstringStatusList"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"statusPurpose": "revocation", "statusListIndex": "131072", "status": True},
        {"statusPurpose": "revocation", "statusListIndex": "-1", "status": True},
        {"statusPurpose": "revocation", "statusListIndex": "٣", "status": True},
        {"statusPurpose": "other", "statusListIndex": "1", "status": True},
        {"statusPurpose": "revocation", "statusListIndex": "UNGIVEN", "status": True},
        {"statusPurpose": "revocation", "statusListIndex": "1", "status": "yes"},
    ],
)
def test_an_entry_that_is_not_there_cannot_be_changed(api, client, change):
    if change.get("statusListIndex") == "UNGIVEN":
        given = api.lists._lists["revocation"]
        change |= {"statusListIndex": str(next(n for n in range(given.entries) if not given.is_allocated(n)))}

    assert client.post("/vc/credentials/status", json=change).status_code == 400


def test_a_list_is_signed_again_when_it_changes_and_when_its_signature_is_old(api):
    first, again = (api.lists.credential("suspension", AT) for _ in range(2))
    later, before = (api.lists.credential("suspension", AT + timedelta(minutes=minutes)) for minutes in (6, -6))
    index = int(api.lists.new_entries()[1]["statusListIndex"])
    api.lists.set("suspension", index, value=True)
    changed = api.lists.credential("suspension", AT)
    api.lists.set("suspension", index, value=False)

    assert again is first
    assert len({first.data, later.data, before.data, changed.data}) == 4
    assert "2025-06-01T12:06:00Z" in later.text


def test_two_credentials_never_share_an_entry(api):
    taken = {api.lists.new_entries()[0]["statusListIndex"] for _ in range(500)}

    assert len(taken) == 500
