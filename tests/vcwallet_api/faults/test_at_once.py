"""Many ask for the same at the same moment: one of them wins, and the others are told."""

import threading
from collections import Counter

import pytest

from tools.make_learner_example import ANA, badge, by_old_school, samples
from vcwallet_api.storage.tables import Account, BackpackItem, Delivery

BADGES = samples()
ROPE = BADGES["rope-work.json"]


def _at_once(number, work):
    """What each of so many threads gets that begin at the same moment; of a refusal its code."""
    barrier, answers = threading.Barrier(number), []

    def _run(place):
        barrier.wait()
        try:
            answers.append(work(place))
        except Exception as error:  # noqa: BLE001 - looked at by who asked
            answers.append(getattr(error, "code", repr(error)))

    threads = [threading.Thread(target=_run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def test_of_twenty_awards_at_once_with_one_key_for_two_badges_one_wins(wallet):
    contents = [ROPE, BADGES["first-aid.json"]]

    answers = _at_once(20, lambda place: wallet.deliver(contents[place % 2], idempotency_key="award 7").delivery.sha256)

    (delivery,) = wallet.rows(Delivery)
    assert answers == {delivery.sha256: 10, "idempotency_key_reused": 10}
    assert len(wallet.mails(ANA)) == 1
    assert wallet.rows(Account) == []


@pytest.mark.slow
def test_in_each_of_a_hundred_rounds_one_award_and_one_claim_of_twenty_win(wallet):
    for number in range(100):
        address = f"learner-{number}@campus.example"
        contents = [
            by_old_school(badge(7000 + 2 * number + other, f"{number}", "2024-05-01T09:00:00Z", address=address))
            for other in range(2)
        ]

        awards = _at_once(
            20,
            lambda place, address=address, contents=contents, number=number: (
                wallet.deliver(contents[place % 2], address, idempotency_key=f"award {number}").delivery.sha256
            ),
        )
        sent = wallet.parts.signing_in.send_code(address, "en")
        code = wallet.mails(address)[-1].code
        claims = _at_once(
            20,
            lambda _, sent=sent, code=code: (
                wallet.parts.signing_in.complete(
                    sent.challenge_id, code, agrees=True, display_name="", device="", former_cookie=None
                ).account_id
            ),
        )

        assert awards["idempotency_key_reused"] == 10, awards
        assert sorted(awards.values()) == [10, 10], awards
        assert claims["code_used"] == 19, claims
        assert sorted(claims.values()) == [1, 19], claims
    assert len(wallet.rows(Delivery)) == len(wallet.rows(Account)) == len(wallet.rows(BackpackItem)) == 100
    assert {row.name for row in wallet.rows(BackpackItem)} == {str(number) for number in range(100)}
