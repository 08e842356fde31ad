"""Deliveries by administrators: over the API, with the command, again, and at the same moment."""

import base64
import threading

import pytest

from tests.vcwallet_api.wallet_world import ADMINISTRATOR, BEN, changed_by_one_byte, code_of
from tools.make_learner_example import ANA, ANA_AT_HOME, samples
from vcwallet_api.storage.tables import Account, BackpackItem, Delivery, VerifiedAddress

BADGES = samples()
ROPE = BADGES["rope-work.json"]


@pytest.fixture
def administrator(wallet):
    return wallet.signed_in(ADMINISTRATOR)


def test_an_administrator_delivers_and_again_is_the_same_delivery(administrator, wallet):
    body = {"address": ANA, "credential": ROPE.decode()}

    first = administrator.post("/deliveries", json=body, headers={"Idempotency-Key": "award 7"})
    again = administrator.post("/deliveries", json=body, headers={"Idempotency-Key": "award 7"})
    without_key = administrator.post("/deliveries", json=body)

    assert (first.status_code, again.status_code, without_key.status_code) == (201, 200, 200)
    assert first.json() == again.json() == without_key.json()
    assert first.json()["has_arrived"] is False
    assert len(wallet.mails(ANA)) == 1


def test_a_key_that_is_too_long_is_refused_by_the_name_of_its_header(administrator):
    body = {"address": ANA, "credential": ROPE.decode()}
    refused = administrator.post("/deliveries", json=body, headers={"Idempotency-Key": "x" * 201})

    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("Idempotency-Key: ")


def test_a_key_names_one_delivery(administrator):
    headers = {"Idempotency-Key": "award 7"}
    administrator.post("/deliveries", json={"address": ANA, "credential": ROPE.decode()}, headers=headers)

    other = {"address": ANA, "credential": BADGES["safety-basics.jwt"].decode()}
    response = administrator.post("/deliveries", json=other, headers=headers)

    assert (response.status_code, code_of(response)) == (409, "idempotency_key_reused")


def test_what_its_learner_has_already_arrives_without_a_mail(wallet):
    ana = wallet.signed_in()
    ana.import_file(ROPE)
    mails = len(wallet.mails(ANA))

    delivered = wallet.deliver(ROPE)

    assert delivered.is_new
    assert delivered.delivery.arrived_at is not None
    assert ana.names() == ["Rope Work"]
    assert len(wallet.mails(ANA)) == mails


def test_one_badge_with_one_key_to_two_addresses_is_two_deliveries(wallet):
    first = wallet.deliver(ROPE, ANA, idempotency_key="award 7")

    second = wallet.deliver(ROPE, BEN, idempotency_key="award 7")
    other = wallet.deliver(BADGES["first-aid.json"], ANA_AT_HOME, idempotency_key="award 7")

    assert (first.is_new, second.is_new, other.is_new) == (True, True, True)
    assert [len(wallet.mails(address)) for address in (ANA, BEN, ANA_AT_HOME)] == [1, 1, 1]


def test_a_picture_is_delivered_in_base64_and_a_bad_credential_not_at_all(administrator, wallet):
    picture = base64.b64encode(BADGES["laser-cutting.png"]).decode()
    assert (
        administrator.post("/deliveries", json={"address": ANA_AT_HOME, "credential_base64": picture}).status_code
        == 201
    )

    bad = administrator.post("/deliveries", json={"address": ANA, "credential": changed_by_one_byte(ROPE).decode()})

    assert (bad.status_code, code_of(bad)) == (422, "proof_invalid")
    assert wallet.mails(ANA) == []
    assert len(wallet.rows(Delivery)) == 1


def test_nobody_else_delivers(wallet):
    body = {"address": ANA, "credential": ROPE.decode()}

    response = wallet.signed_in(BEN).post("/deliveries", json=body)

    assert (response.status_code, code_of(response)) == (403, "not_an_administrator")
    assert wallet.rows(Delivery) == []


def test_a_first_mail_is_in_the_language_that_the_delivery_names(wallet):
    wallet.deliver(ROPE, language="nl")

    (mail,) = wallet.mails(ANA)
    assert '<html lang="nl"' in mail.html


def _at_once(number, work):
    barrier, answers = threading.Barrier(number), []

    def _run():
        barrier.wait()
        answers.append(work())

    threads = [threading.Thread(target=_run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == number
    return answers


def test_twenty_deliveries_of_one_badge_at_once_are_one(wallet):
    wallet.signed_in()

    answers = _at_once(20, lambda: wallet.deliver(ROPE))

    assert sorted(answer.is_new for answer in answers) == [False] * 19 + [True]
    assert len(wallet.rows(Delivery)) == 1
    assert len(wallet.rows(BackpackItem)) == 1
    assert len([mail for mail in wallet.mails(ANA) if "Rope Work" in mail.subject]) == 1


def test_twenty_sign_ins_with_one_code_at_once_are_one(wallet):
    wallet.deliver(ROPE)
    sent = wallet.parts.signing_in.send_code(ANA, "en")
    code = wallet.mails(ANA)[-1].code

    def _sign_in():
        try:
            return wallet.parts.signing_in.complete(
                sent.challenge_id, code, agrees=True, display_name="", device="", former_cookie=None
            )
        except Exception as error:  # noqa: BLE001
            return error

    answers = _at_once(20, _sign_in)

    assert len([answer for answer in answers if not isinstance(answer, Exception)]) == 1
    assert {answer.code for answer in answers if isinstance(answer, Exception)} == {"code_used"}
    assert len(wallet.rows(Account)) == 1
    assert len(wallet.rows(BackpackItem)) == 1


def test_one_address_verified_by_two_accounts_at_once_is_one_accounts(wallet):
    codes, people = {}, [wallet.signed_in(ANA), wallet.signed_in(BEN)]
    for person in people:
        added = person.post("/me/addresses", json={"address": ANA_AT_HOME}).json()
        codes[added["id"]] = (person, wallet.mails(ANA_AT_HOME)[-1].code)
    waiting = list(codes.items())
    lock = threading.Lock()

    def _verify():
        with lock:
            address_id, (person, code) = waiting.pop()
        return person.post(f"/me/addresses/{address_id}/verify", json={"code": code}).status_code

    statuses = sorted(_at_once(2, _verify))

    # The one who comes second is told, or finds that the unverified address went to the other.
    assert statuses[0] == 200
    assert statuses[1] in {404, 409}
    assert len([row for row in wallet.rows(VerifiedAddress) if "home" in row.match_key]) == 1


def test_twenty_imports_of_one_badge_at_once_are_one(wallet):
    ana = wallet.signed_in()
    caller = wallet.parts.database
    from vcwallet_api.account.browsers import recognise_browser
    from vcwallet_api.account.cookies import COOKIE_NAME

    caller = recognise_browser(caller, ana.client.cookies[COOKIE_NAME], wallet.now)

    placed = _at_once(20, lambda: wallet.parts.importing.import_file(caller, ROPE))

    assert sorted(answer.outcome for answer in placed) == ["added"] + ["already_held"] * 19
    assert len({answer.item.id for answer in placed}) == 1
