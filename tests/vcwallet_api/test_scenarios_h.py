"""H1 of the acceptance scenarios, as far as there is something to open without sharing: whoever is shown a badge checks it.

The same holds in the Backpack: what could not be checked is not called valid there either.
"""

import json

import pytest

from tests.vcwallet_api.wallet_world import changed_by_one_byte, code_of
from tools.make_learner_example import (
    KNOTS_REVOKED,
    OLD_SCHOOL_KEY,
    REVOCATIONS,
    badge,
    by_harbour,
    revocations,
    samples,
)
from vcwallet.testing.signing import add_proof
from vcwallet_api.storage.tables import BackpackItem

BADGES = samples()
# What the scenario lists, as the report names it: signature, issuer, registry, status, dates, recipient.
READ = ("proof", "issuer", "trust", "status", "period", "recipient")


def checked(wallet, content):
    response = wallet.browser().post("/verify", json={"credential": content.decode()})
    assert response.status_code == 200, response.text
    return response.json()


def outcomes(report):
    found = {check["name"]: check["outcome"] for check in report["checks"]}
    return {name: found[name] for name in READ}


def test_h1_each_of_the_six_has_an_answer_of_its_own_and_the_check_its_time(wallet):
    report = checked(wallet, BADGES["knots-2019.json"])

    assert report["verdict"] == "valid"
    assert report["at"].startswith("2024-06-01T12:00:00")
    # Nobody said whom it should be about, or whom to trust: that is not a yes.
    assert outcomes(report) == {
        "proof": "passed",
        "issuer": "passed",
        "trust": "skipped",
        "status": "passed",
        "period": "passed",
        "recipient": "skipped",
    }


def test_h1_each_credential_of_a_record_has_its_own_answers(wallet):
    report = checked(wallet, BADGES["first-year.json"])

    assert len(report["nested"]) == 3
    for inner in report["nested"].values():
        assert inner["at"] == report["at"]
        assert outcomes(inner)["proof"] == outcomes(inner)["issuer"] == outcomes(inner)["period"] == "passed"


def test_h1_each_of_them_can_be_no(wallet):
    wallet.internet.documents[REVOCATIONS] = revocations(KNOTS_REVOKED)

    assert outcomes(checked(wallet, changed_by_one_byte(BADGES["rope-work.json"])))["proof"] == "failed"
    assert outcomes(checked(wallet, BADGES["knots-2019.json"]))["status"] == "failed"
    assert outcomes(checked(wallet, BADGES["first-aid.json"]))["period"] == "failed"
    by_another = add_proof(badge(34, "Signals", "2024-05-01T09:00:00Z"), OLD_SCHOOL_KEY, created="2024-05-01T09:00:00Z")
    assert outcomes(checked(wallet, json.dumps(by_another).encode()))["issuer"] == "failed"


@pytest.mark.parametrize(
    "listed",
    [
        {"id": REVOCATIONS, "type": "1EdTechRevocationList"},
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": REVOCATIONS,
        },
    ],
    ids=["1EdTechRevocationList", "BitstringStatusListEntry"],
)
def test_h1_a_status_list_that_cannot_be_reached_is_never_valid(wallet, listed):
    wallet.internet.gone(REVOCATIONS)
    context = [*badge(33, "Signals", "2024-05-01T09:00:00Z")["@context"]]
    if listed["type"] == "1EdTechRevocationList":
        context.append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    unreachable = {"credentialStatus": listed, "@context": context}
    signed = by_harbour(badge(33, "Signals", "2024-05-01T09:00:00Z", **unreachable))

    report = checked(wallet, signed)

    assert report["verdict"] == "indeterminate"
    assert outcomes(report) == {
        "proof": "passed",
        "issuer": "passed",
        "trust": "skipped",
        "status": "unknown",
        "period": "passed",
        "recipient": "skipped",
    }
    refused = wallet.signed_in().import_file(signed)
    assert (refused.status_code, code_of(refused)) == (422, "not_checkable")
    assert wallet.rows(BackpackItem) == []


def test_h1_a_badge_whose_list_cannot_be_reached_any_more_is_not_called_valid_in_the_backpack(wallet):
    ana = wallet.signed_in()
    wallet.deliver(BADGES["knots-2019.json"])
    wallet.deliver(BADGES["rope-work.json"])
    assert ana.names(state="valid") == ["Rope Work", "Knots 2019"]
    wallet.internet.gone(REVOCATIONS)

    wallet.check_all()

    (item,) = ana.backpack(q="knots")
    assert (item["state"], item["check"]["verdict"]) == ("indeterminate", "indeterminate")
    assert ana.names(state="valid") == ["Rope Work"]
    assert ana.names(state="indeterminate") == ["Knots 2019"]
    # It is there again as soon as the list is.
    wallet.internet.documents[REVOCATIONS] = revocations()
    assert ana.post(f"/backpack/{item['id']}/check").json()["state"] == "valid"
