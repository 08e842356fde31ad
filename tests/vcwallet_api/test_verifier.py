"""One road for every check: the limited processes. What is cut off there is refused, and nothing is kept of it."""

import ast
import json
import os
from pathlib import Path

import pytest
from sqlalchemy import update

import vcwallet_api
from tests.vcwallet_api.wallet_world import NOON, Processes, code_of
from tools.make_learner_example import ANA, badge, samples
from vcwallet import Outcome, Recipient, issue
from vcwallet.testing.signing import SampleKey
from vcwallet_api.refusals import Unusable
from vcwallet_api.storage.tables import BackpackItem, Delivery, Job
from vcwallet_api.verification.worker_pool import WorkerLimits, WorkerPool
from vcwallet_api.verifier import Checked

BADGES = samples()
ROPE = BADGES["rope-work.json"]
CUT_OFF = ("verification_time_exceeded", "verification_memory_exceeded", "verification_worker_lost")


def test_only_the_limited_process_calls_the_library_about_what_others_wrote():
    reading = {"verify", "verify_many", "verify_presentation", "unbake", "HttpFetcher"}
    folder = Path(vcwallet_api.__file__).parent

    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] == "vcwallet"
        and reading & {alias.name for alias in node.names}
    }

    # A command for a test suite, which is run by hand and is in no running service, reads the file that it is given.
    assert found == {"verification/worker.py", "vc_api/jose_cose.py"}
    assert [path for path in folder.rglob("*.py") if "jose_cose import" in path.read_text(encoding="utf-8")] == []


def test_only_the_signing_process_calls_the_library_to_sign_what_others_wrote():
    folder = Path(vcwallet_api.__file__).parent
    signing = {"issue", "issue_many", "derive", "present", "bind"}

    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "vcwallet" and signing & {a.name for a in node.names}
    }

    # The status lists are our own words; the command of a test suite is run by hand.
    assert found - {path for path in found if path.startswith("demo/")} == {
        "vc_api/signing.py",
        "vc_api/status_lists.py",
        "vc_api/jose_cose.py",
    }


@pytest.mark.parametrize("name", sorted(BADGES))
def test_what_was_found_is_the_same_after_a_while_in_a_database(sqlite_wallet, name):
    candidates = [Recipient("emailAddress", ANA)]

    checked = sqlite_wallet.parts.verifier.check(BADGES[name], candidates)

    kept = json.loads(json.dumps(checked.to_json()))
    assert Checked.from_json(kept, evidence=checked.evidence) == checked
    assert checked.said.name


def test_an_earlier_check_is_read_again_without_the_network(sqlite_wallet):
    verifier = sqlite_wallet.parts.verifier
    checked = verifier.check(ROPE, [Recipient("emailAddress", ANA)])
    sqlite_wallet.internet.documents.clear()

    again = verifier.read(ROPE, [Recipient("emailAddress", ANA)], evidence=checked.evidence, at=NOON)
    without = verifier.read(ROPE, evidence="", at=NOON)
    other_version = verifier.read(ROPE, evidence='{"version": 99}', at=NOON)

    assert again.is_good
    assert again.recipient == checked.recipient == Recipient("emailAddress", ANA)
    assert without.outcome("proof") is other_version.outcome("proof") is Outcome.UNKNOWN
    assert not without.is_good


def test_what_an_issuer_made_for_the_holder_to_show_in_parts_belongs_into_the_backpack_and_is_no_strangers(
    sqlite_wallet,
):
    key = SampleKey.from_seed("old school in parts", "P-256")
    document = badge(77, "In Parts", "2024-05-01T09:00:00Z", issuer={"id": key.did, "type": ["Profile"], "name": "Old"})
    document.pop("credentialStatus", None)
    base = issue(document, key.signer, securing="ecdsa-sd-2023", at=NOON).data
    ana = sqlite_wallet.signed_in()

    assert ana.import_file(base).status_code == 201
    assert sqlite_wallet.pool.verify(base, at=NOON)["report"]["verdict"] == "invalid"


@pytest.mark.parametrize("code", CUT_OFF)
def test_an_import_that_was_cut_off_is_refused_and_nothing_is_stored(sqlite_wallet, code):
    ana = sqlite_wallet.signed_in()
    sqlite_wallet.pool.failing = code

    response = ana.import_file(ROPE)
    linked = ana.post("/backpack/imports", json={"url": "https://makers.example/awards/laser-cutting-1"})

    assert (response.status_code, code_of(response)) == (422, "not_checkable")
    assert [problem["code"] for problem in response.json()["problems"]] == [code]
    assert (linked.status_code, code_of(linked)) == (422, "not_checkable")
    assert sqlite_wallet.rows(BackpackItem) == []
    sqlite_wallet.pool.failing = None
    assert ana.import_file(ROPE).status_code == 201


@pytest.mark.parametrize("code", CUT_OFF)
def test_a_strangers_check_that_was_cut_off_is_an_answer_that_says_so(sqlite_wallet, code):
    sqlite_wallet.pool.failing = code

    found = sqlite_wallet.browser().post("/verify", json={"credential": json.loads(ROPE)})

    assert (found.status_code, found.json()["verdict"]) == (200, "indeterminate")
    assert code in {check["code"] for check in found.json()["checks"]}


def test_a_delivery_that_was_cut_off_is_none(sqlite_wallet):
    sqlite_wallet.pool.failing = "verification_time_exceeded"

    with pytest.raises(Unusable) as refusal:
        sqlite_wallet.deliver(ROPE)

    assert refusal.value.code == "not_checkable"
    assert sqlite_wallet.rows(Delivery) == sqlite_wallet.rows(Job) == []


def test_a_check_that_was_cut_off_leaves_the_badge_as_it_was_and_the_job_comes_back(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    item = ana.import_file(ROPE).json()["item"]
    before, checked_at = ana.get(f"/backpack/{item['id']}").json(), sqlite_wallet.rows(BackpackItem)[0].checked_at
    sqlite_wallet.pool.failing = "verification_time_exceeded"
    sqlite_wallet.later(days=1, minutes=1)

    asked = ana.post(f"/backpack/{item['id']}/check")
    sqlite_wallet.parts.worker._lanes[1].plan()
    sqlite_wallet.parts.worker.work_until_idle()

    assert (asked.status_code, code_of(asked)) == (422, "not_checkable")
    assert ana.get(f"/backpack/{item['id']}").json() == before
    assert sqlite_wallet.rows(BackpackItem)[0].checked_at == checked_at
    sqlite_wallet.pool.failing = None
    sqlite_wallet.later(minutes=1)
    sqlite_wallet.work()
    assert sqlite_wallet.rows(BackpackItem)[0].checked_at > checked_at


def test_a_process_that_is_stuck_is_killed_and_the_next_import_is_served(sqlite_wallet):
    ana = sqlite_wallet.signed_in()
    own = WorkerPool(WorkerLimits(processes=1, seconds=0.5), may_fetch=False)
    sqlite_wallet.parts.verifier._processes = Processes(sqlite_wallet.internet, own)
    try:
        assert ana.import_file(ROPE).status_code == 201
        (worker,) = own._idle
        os.kill(worker._process.pid, 19)  # SIGSTOP: whatever it does, it does not answer

        stuck = ana.import_file(BADGES["first-aid.json"])

        assert (stuck.status_code, code_of(stuck)) == (422, "not_checkable")
        assert worker._process.poll() is not None
        assert ana.names() == ["Rope Work"]
        assert ana.import_file(BADGES["first-aid.json"]).status_code == 201
    finally:
        own.close()


def test_what_waits_arrives_without_another_check_and_is_forgotten_beside_the_badge(wallet):
    wallet.deliver(ROPE)
    wallet.pool.asked.clear()

    ana = wallet.signed_in()

    assert ana.names() == ["Rope Work"]
    assert wallet.pool.asked == []
    (delivery,) = wallet.rows(Delivery)
    assert delivery.checked is None


def test_what_a_former_version_delivered_is_read_again_when_it_arrives(wallet):
    wallet.deliver(ROPE)
    with wallet.parts.database.write() as session:
        session.execute(update(Delivery).values(checked=None))
    wallet.internet.documents.clear()

    ana = wallet.signed_in()

    assert ana.names() == ["Rope Work"]
    (item,) = wallet.rows(BackpackItem)
    assert (item.binding, item.verdict) == ("matched", "valid")
