"""verify_many(): order, isolation, bounded memory, and what happens when a process dies."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from tools.make_examples import WORKSHOP, badge
from vcwallet import CachingFetcher, Policy, Recipient, StaticFetcher, standard_toolkit, verify, verify_many
from vcwallet.operations import batches
from vcwallet.testing.signing import add_proof

AT = datetime(2026, 3, 1, tzinfo=UTC)


def signed(number):
    return json.dumps(add_proof(badge(number, WORKSHOP.did, f"Knot {number}"), WORKSHOP)).encode()


GOOD = [signed(number) for number in range(5)]
FORGED = GOOD[0].replace(b"Knot 0", b"Knot 9")


def names(reports):
    return [report.credential.name for report in reports]


@pytest.mark.parametrize("jobs", [1, 2])
def test_reports_come_in_the_order_of_the_items(jobs):
    items = [GOOD[number % 5] for number in range(100)]

    reports = list(verify_many(items, jobs=jobs, at=AT))

    assert names(reports) == [f"Knot {number % 5}" for number in range(100)]
    assert all(reports)


def test_the_reports_are_those_of_verify():
    items = [GOOD[0], FORGED, b"hello", json.loads(GOOD[1])]

    many = list(verify_many(items, jobs=2, at=AT))

    assert [report.to_json() for report in many] == [verify(item, at=AT).to_json() for item in items]


def test_a_bad_item_spoils_nothing_but_itself():
    items = [GOOD[0], None, b"", FORGED, GOOD[1]]

    verdicts = [report.verdict for report in verify_many(items, jobs=1, at=AT)]

    assert verdicts == ["valid", "malformed", "malformed", "invalid", "valid"]


def test_any_executor_will_do_and_stays_open():
    with ThreadPoolExecutor(3) as executor:
        assert all(verify_many(GOOD * 20, executor=executor, at=AT))
        assert executor.submit(int, "5").result() == 5


def test_items_are_taken_only_as_they_are_needed():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield GOOD[0]

    reports = verify_many(endless(), jobs=2, at=AT)
    for _ in range(10):
        assert next(reports)
    reports.close()

    assert taken <= (2 * 2 + 1) * batches.CHUNK_ITEMS


def test_progress_counts_what_was_handed_out():
    seen = []

    list(verify_many(GOOD, jobs=1, at=AT, progress=seen.append))

    assert seen == [1, 2, 3, 4, 5]


def test_toolkit_and_policy_go_along():
    toolkit = standard_toolkit(CachingFetcher(StaticFetcher({})))
    policy = Policy(recipient=Recipient("id", "did:example:nobody"))

    reports = list(verify_many(GOOD, jobs=2, at=AT, toolkit=toolkit, policy=policy))

    assert {report.check("recipient").code for report in reports} == {"recipient_mismatch"}


@dataclass(frozen=True)
class _Deadly:
    """A fetcher that takes its process with it."""

    def fetch(self, url, *, accept="", max_bytes=0):
        os._exit(1)


def test_an_item_that_takes_its_process_with_it_is_named_and_the_others_are_verified():
    deadly = json.loads(GOOD[0])
    deadly["proof"]["verificationMethod"] = "did:web:deadly.example#key-1"
    items = [GOOD[0], deadly, *GOOD[1:]]
    toolkit = replace(standard_toolkit(), fetcher=_Deadly())

    reports = list(verify_many(items, jobs=2, at=AT, toolkit=toolkit))

    assert [report.verdict for report in reports] == ["valid", "indeterminate", *["valid"] * 4]
    assert reports[1].problems[0].code == "worker_lost"


@pytest.mark.parametrize("misuse", [{"jobs": 0}, {"at": datetime(2026, 1, 1)}])  # noqa: DTZ001
def test_misuse_raises(misuse):
    with pytest.raises(ValueError, match=r"job|time zone"):
        next(verify_many(GOOD, **misuse))
