"""Issuers whose servers are down, slow, endless or lead in a circle, on real sockets: what the service makes of them.

What the library does about each is tested there (`test_verifying_over_tls.py`). Here are the answers, their time, and everybody
else, who does not notice.
"""

import json
import shutil
import threading
import time

import httpx
import pytest
import trustme

from tests.vcwallet.operations.test_verifying_over_tls import AT, FAULTS, FORGER, IssuersServer, fetcher_that_sees
from tests.vcwallet_api.live_wallet import LiveWallet
from tools.make_learner_example import ANA
from vcwallet import standard_toolkit
from vcwallet_api.account.callers import Caller
from vcwallet_api.refusals import Unusable
from vcwallet_api.storage.tables import BackpackItem
from vcwallet_api.verification.worker import answer
from vcwallet_api.verifier import Unfinished

# F8 of the catalogue of faults: an answer within ten seconds, whatever the issuer does.
MOST_SECONDS = 10.0
PROMPTLY = 2.0


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def live(sqlite_template, tmp_path, mail):
    path = tmp_path / "wallet.db"
    shutil.copy(sqlite_template, path)
    wallet = LiveWallet(f"sqlite:///{path}", *mail)
    wallet.now = AT
    yield wallet
    wallet.close()


def _fetching(wallet, fetcher):
    """The processes that check know no network in tests; this is what they do, with one whose every name is this machine."""

    def _ask(request):
        found = answer(request, standard_toolkit(fetcher))
        if "failed" in found:
            raise Unfinished(found["failed"])
        return found

    wallet.pool.ask = _ask


def _account(wallet):
    sent = wallet.parts.signing_in.send_code(ANA, "en")
    signed_in = wallet.parts.signing_in.complete(
        sent.challenge_id, wallet.mails(ANA)[-1].code, agrees=True, display_name="", device="", former_cookie=None
    )
    return Caller(signed_in.account_id, None, None, wallet.now)


@pytest.mark.parametrize(
    "fault",
    ["down", "slow body", "hangs before the headers", "endless body", "gzip bomb", "moved in a circle", "server error"],
)
def test_a_badge_of_an_issuer_in_trouble_is_undecided_in_time_kept_nowhere_and_nobody_else_waits(
    live, authority, ca_file, fault
):
    with IssuersServer(authority) as server:
        signed, forged = server.badge(), server.badge(key=FORGER)
        server.behave, code = FAULTS.get(fault, (None, "unreachable"))
        if fault == "down":
            server.shutdown()
            server.server_close()
        _fetching(live, fetcher_that_sees(code, ca_file))
        ana = _account(live)
        address, answers = f"http://localhost:{live.port}", {}

        def _verify(name, document):
            began = time.monotonic()
            said = httpx.post(f"{address}/api/v1/verify", json={"credential": document}, timeout=60)
            answers[name] = (said.status_code, said.json()["verdict"], time.monotonic() - began)

        threads = [threading.Thread(target=_verify, args=item) for item in (("signed", signed), ("forged", forged))]
        for thread in threads:
            thread.start()
        others = [httpx.get(f"{address}{path}", timeout=60) for path in ("/health", "/verify", "/sign-in")]
        for thread in threads:
            thread.join()
        with pytest.raises(Unusable) as imported:
            live.parts.importing.import_text(ana, json.dumps(signed))

    assert {name: said[:2] for name, said in answers.items()} == dict.fromkeys(answers, (200, "indeterminate"))
    assert len(answers) == 2
    assert max(seconds for *_, seconds in answers.values()) < MOST_SECONDS
    assert [response.status_code for response in others] == [200, 200, 200]
    assert max(response.elapsed.total_seconds() for response in others) < PROMPTLY
    assert imported.value.code == "not_checkable"
    assert code in {problem["code"] for problem in imported.value.facts["problems"]}
    assert live.rows(BackpackItem) == []


def test_the_same_issuer_in_order_is_believed_and_its_forger_is_not(live, authority, ca_file):
    with IssuersServer(authority) as server:
        _fetching(live, fetcher_that_sees("", ca_file))
        address = f"http://localhost:{live.port}/api/v1/verify"
        signed, forged = (
            httpx.post(address, json={"credential": document}, timeout=60).json()["verdict"]
            for document in (server.badge(), server.badge(key=FORGER))
        )

    assert (signed, forged) == ("valid", "invalid")
