"""Where the VC API signs and divides: in processes that end when a document takes too long, and that know little."""

import os
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from tests.vcwallet_api.vc_api.callers import (
    AT,
    SECRET,
    ask_to_derive,
    ask_to_issue,
    ask_to_verify,
    codes,
    credential_for,
)
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.languages import Languages
from vcwallet_api.problems import ProblemAnswers
from vcwallet_api.rendering import Pages
from vcwallet_api.vc_api.routes import vc_api_router
from vcwallet_api.vc_api.service import VcApi
from vcwallet_api.verification.worker_pool import WorkerLimits


@pytest.fixture
def served(pool):
    """A function: the client of a VC API of which so much may be signed at once, and that API."""
    apis = []

    def serve(**limits):
        signing_limits = WorkerLimits(**{"processes": 1, **limits})
        apis.append(VcApi(SECRET, "https://wallet.example/vc", pool, lambda: AT, signing_limits=signing_limits))
        api = apis[-1]
        app = Litestar(
            [vc_api_router()],
            dependencies={"vc_api": Provide(lambda: api, sync_to_thread=False)},
            exception_handlers={Exception: ProblemAnswers(Pages(Languages("en")), cookie=COOKIE_NAME)},
        )
        return TestClient(app), api

    yield serve
    for api in apis:
        api.close()


def _process(api):
    (worker,) = api.signing_pool._idle
    return worker._process


def _ask_for_each(client, divisible):
    presentation = {"presentation": {"verifiableCredential": [divisible]}}
    return {
        "issue": lambda: ask_to_issue(client, "eddsa-jcs-2022"),
        "derive": lambda: ask_to_derive(client, divisible),
        "present": lambda: client.post("/vc/presentations", json=presentation),
    }


@pytest.mark.parametrize("act", ["issue", "derive", "present"])
def test_what_takes_too_long_to_sign_is_ended_and_refused_and_the_next_is_served(client, served, act):
    divisible = ask_to_issue(client, "ecdsa-sd-2023").json()["verifiableCredential"]
    derived = ask_to_derive(client, divisible).json()["verifiableCredential"]
    own, api = served(seconds=2)
    ask = _ask_for_each(own, derived if act == "present" else divisible)[act]
    assert ask().status_code == 201
    stuck = _process(api)
    os.kill(stuck.pid, 19)  # SIGSTOP: whatever it does, it does not answer

    answer = ask()

    assert (answer.status_code, codes(answer)) == (422, ["verification_time_exceeded"])
    assert stuck.poll() is not None
    assert ask().status_code == 201


def test_a_document_that_needs_more_work_than_one_may_is_refused(served):
    own, _ = served(seconds=30, processor_seconds=0)
    terms = {f"t{n}": f"https://x.example/{n}" for n in range(2000)}
    # Some seconds of work, where one that has been started is allowed.
    subjects = [{f"t{n % 2000}": [str(value) for value in range(20)]} for n in range(6000)]
    hard = credential_for("ecdsa-sd-2023", credentialSubject=subjects)

    answer = ask_to_issue(own, "ecdsa-sd-2023", hard | {"@context": [*hard["@context"], terms]})

    assert (answer.status_code, codes(answer)) == (422, ["verification_time_exceeded"])


def test_when_nobody_can_sign_the_next_is_told_to_come_back(served):
    own, api = served(seconds=1, waiting=0)
    ask_to_issue(own, "eddsa-jcs-2022")
    busy = api.signing_pool._take(float("inf"))

    answer = ask_to_issue(own, "eddsa-jcs-2022")

    api.signing_pool._give_back(busy, keep=True)
    assert (answer.status_code, answer.json()["code"]) == (429, "verification_busy")
    assert answer.json()["retry_after"] == 5


def test_verifying_goes_on_while_nobody_can_sign(client, served):
    credential = ask_to_issue(client, "eddsa-jcs-2022").json()["verifiableCredential"]
    own, api = served(waiting=0)
    ask_to_issue(own, "eddsa-jcs-2022")
    busy = api.signing_pool._take(float("inf"))

    assert ask_to_verify(own, credential).status_code == 200

    api.signing_pool._give_back(busy, keep=True)


def test_the_processes_that_sign_have_nothing_of_our_environment(served, monkeypatch):
    monkeypatch.setenv("VCWALLET_SECRET_KEY", "a secret")
    own, api = served()

    assert ask_to_issue(own, "eddsa-jcs-2022").status_code == 201

    command = Path(f"/proc/{_process(api).pid}/cmdline").read_bytes()
    assert b"a secret" not in Path(f"/proc/{_process(api).pid}/environ").read_bytes()
    assert command.split(b"\0")[1:3] == [b"-m", b"vcwallet_api.vc_api.signing"]
    # What the keys are made of goes through a pipe: a command line can be read by everybody on the machine.
    assert b"BwcHBw" not in command
