"""The API against its own description, by schemathesis: whatever is asked, the answer is one that is described.

`test_at_the_edges` sends what the description itself suggests, the same on every run: each bound, each member left out, each
wrong type, each method that there is not. `test_at_random` sends what hypothesis thinks of. The senders are nobody, a
learner's browser and a learner's program; half of what a browser sends well formed is made to name things that exist, because
most of the code is behind the answer 404.

schemathesis brings `requests` along, which pyld would then load, so this runs in an environment of its own and is not
collected with the other tests: a short run is part of `make test`, and `make fuzz` is the long one.
"""

import itertools
import json
import os
import shutil
from functools import cached_property

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python.asgi import get_client, shutdown_lifespans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.vcwallet_api.account.test_merging import offer
from tests.vcwallet_api.account.test_passkeys import Authenticator, add
from tests.vcwallet_api.account.test_passkeys import sign_in as sign_in_with
from tests.vcwallet_api.wallet_world import BASE_URL, Browser, WalletWorld
from tools.make_learner_example import badge, by_harbour
from vcwallet_api.account.callers import SCOPES
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.app import create_app
from vcwallet_api.settings import Settings

DESCRIPTION = "/api/v1/openapi.json"
# How many requests are made up for each operation.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
]
# An account gets thirty codes in an hour, and a request of ours may cost two: after so many, somebody else asks.
REQUESTS_OF_A_LEARNER = 14
# What is well formed can still be unusable, over, or too much; it is never 400, and never a media type that is not read.
ANSWERS_TO_WHAT_IS_WELL_FORMED = ["2xx", "401", "403", "404", "409", "410", "422", "429"]


class FuzzedWorld(WalletWorld):
    """A world whose browsers use the event loop of schemathesis: an application of Litestar can be started in one only."""

    def __init__(self, *args, **settings):
        self._numbers = itertools.count()
        administrators = frozenset(f"learner{number}@campus.example" for number in range(10_000))
        super().__init__(*args, administrators=administrators, trusted_proxies=1, **settings)

    def close(self):
        shutdown_lifespans()
        super().close()

    def browser(self, **headers):
        client = self._stack.enter_context(get_client(self.app))
        client.base_url = BASE_URL
        client.headers.update(headers, **self.another_visitor())
        return Browser(self, client)

    def another_visitor(self):
        """A network address that nobody counted yet."""
        number = next(self._numbers)
        return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}

    def new_address(self):
        return f"learner{next(self._numbers)}@campus.example"


class Learner:
    """Somebody with a browser and a program, who can have one more of everything that a request may name."""

    def __init__(self, world):
        self.world = world
        self.address = world.new_address()
        self.browser = world.signed_in(self.address)
        self.cookie = self.browser.client.cookies[COOKIE_NAME]
        self._badges = itertools.count(1000)

    @cached_property
    def token(self):
        return self.browser.post("/me/tokens", json={"name": "x", "scopes": list(SCOPES)}).json()["token"]

    def credentials(self, caller):
        """What shows who is asking."""
        match caller:
            case "browser":
                return {"Cookie": f"{COOKIE_NAME}={self.cookie}"}
            case "token":
                return {"Authorization": f"Bearer {self.token}"}
        return {}

    def badge(self, address=None):
        number = next(self._badges)
        return by_harbour(
            badge(number, f"Badge {number}", "2024-02-01T09:00:00Z", address=address or self.address)
        ).decode()

    def real(self, path):
        """Parameters of the path and members of the body that name what there is, newly made for one request."""
        post, world = self.browser.post, self.world
        match path.removeprefix("/api/v1"):
            case "/sign-ins" | "/me/addresses":
                return {}, {"address": world.new_address()}
            case "/sign-ins/{challenge}/resend" | "/sessions" as what:
                address = world.new_address()
                sent = {"challenge": post("/sign-ins", json={"address": address}).json()["challenge"]}
                code = world.mails(address)[-1].code
                return ({}, sent | {"code": code, "agree": True}) if what == "/sessions" else (sent, {})
            case "/sessions/passkey":
                phone = self.phone()
                begun = post("/sessions/passkey/options").json()
                return {}, {"ceremony": begun["ceremony"], "credential": phone.get(begun["options"])}
            case "/me/passkeys":
                begun = post("/me/passkeys/options").json()
                phone = Authenticator()
                phone.id = os.urandom(16)
                return {}, {"ceremony": begun["ceremony"], "credential": phone.create(begun["options"])}
            case "/me/passkeys/{passkey}":
                self.phone()
                return {"passkey": self.browser.get("/me/passkeys").json()[-1]["id"]}, {}
            case "/me/proof/{challenge}":
                challenge = post("/me/proof").json()["challenge"]
                return {"challenge": challenge}, {"code": world.mails(self.address)[-1].code}
            case "/me/addresses/{address}" | "/me/addresses/{address}/verify" | "/me/addresses/{address}/resend":
                address = world.new_address()
                added = post("/me/addresses", json={"address": address}).json()["id"]
                return {"address": added}, {"code": world.mails(address)[-1].code, "spellings": [address.upper()]}
            case "/me/sessions/{session}":
                sign_in_with(world.browser(), self.phone())
                others = [entry["id"] for entry in self.browser.get("/me/sessions").json() if not entry["is_this"]]
                return {"session": others[0]}, {}
            case "/me/tokens/{token}":
                return {"token": post("/me/tokens", json={"name": "x", "scopes": ["account:read"]}).json()["id"]}, {}
            case "/me/merges/{merge}" | "/me/merges/{merge}/confirm":
                other = world.new_address()
                world.signed_in(other)
                merge = offer(world, self.browser, other)
                return {"merge": merge}, {"version": self.browser.get(f"/me/merges/{merge}").json()["version"]}
            case "/backpack/imports":
                return {}, {"text": self.badge(), "url": None}
            case "/verify":
                return {}, {"credential": json.loads(self.badge()), "file": None, "url": None}
            case "/deliveries":
                address = world.new_address()
                return {}, {"address": address, "credential": self.badge(address), "credential_base64": None}
            case _ if "{item}" in path:
                return {"item": self.browser.import_file(self.badge()).json()["item"]["id"]}, {}
            case _ if "/claim" in path:
                address = world.new_address()
                world.deliver(self.badge(address).encode(), address)
                return {"token": world.mails(address)[-1].claim_token}, {}
        return {}, {}

    def phone(self):
        """Something with a passkey of this account."""
        phone = Authenticator()
        phone.id = os.urandom(16)
        assert add(self.browser, phone).status_code == 201
        return phone


class Session:
    """All requests to one operation: who asks, and what is checked of every answer."""

    def __init__(self, world, operation):
        self.world = world
        self.operation = operation
        self.learner = Learner(world)
        self.sent = 0
        self.allowed = {scheme for one in operation.definition.raw.get("security", []) for scheme in one}

    def send(self, case, caller, *, deeper):
        """Send it for this caller: "nobody", or the security scheme by which somebody is known."""
        if deeper and case.meta is not None and case.meta.generation.mode.is_positive:
            self.deepen(case)
        checks = [*CHECKS, self.only_who_may(caller)]
        if self.operation.path.startswith("/api/"):  # elsewhere there are pages, which are not described
            checks.append(unsupported_method)
        response = case.call_and_validate(
            base_url=BASE_URL,
            headers={"Host": "wallet.example", **self.learner.credentials(caller), **self.world.another_visitor()},
            checks=checks,
        )
        self.sent += 1
        # A new cookie means that the one before works no more.
        if "set-cookie" in response.headers or self.sent % REQUESTS_OF_A_LEARNER == 0:
            self.learner = Learner(self.world)

    def deepen(self, case):
        """Have it name what there is."""
        parameters, members = self.learner.real(case.operation.path)
        case.path_parameters = {**case.path_parameters, **parameters}
        if isinstance(case.body, dict) and case.media_type == "application/json":
            case.body = {**case.body, **{name: value for name, value in members.items() if name in case.body}}

    def only_who_may(self, caller):
        """Nobody gets anything whom the description does not name."""

        def only_who_may(_ctx, response, _case):
            assert not self.allowed or caller in self.allowed or response.status_code >= 400, (
                f"{caller} was let in, where the description names {sorted(self.allowed)}"
            )

        return only_who_may


@pytest.fixture(scope="session")
def api(sqlite_template, tmp_path_factory, mail_server):
    path = tmp_path_factory.mktemp("fuzz") / "wallet.db"
    shutil.copy(sqlite_template, path)
    world = FuzzedWorld(f"sqlite:///{path}", *mail_server)
    schema = schemathesis.openapi.from_asgi(DESCRIPTION, world.app, headers={"Host": "wallet.example"})
    schema.config.generation.with_security_parameters = False
    schema.config.output.sanitization.update(enabled=False)
    schema.config.checks.positive_data_acceptance.expected_statuses = ANSWERS_TO_WHAT_IS_WELL_FORMED
    yield world, schema
    world.close()


def labels():
    """Every operation of the description."""
    app = create_app(Settings(base_url=BASE_URL, secret_key=bytes(32)))
    schema = schemathesis.openapi.from_dict(app.openapi_schema.to_schema())
    return [found.ok().label for found in schema.get_all_operations()]


LABELS = labels()
CALLERS = ["browser", "nobody", "token"]


@pytest.mark.parametrize("label", LABELS)
def test_at_the_edges(api, label):
    world, schema = api
    operation = schema.find_operation_by_label(label)
    session = Session(world, operation)
    generation = schema.config.generation_for(operation=operation, phase="coverage")
    cases = schema.iter_coverage_cases(operation, generation_modes=list(GenerationMode), generation_config=generation)

    for number, case in enumerate(cases):
        session.send(case, "token" if number % 4 else "nobody", deeper=False)
        session.send(case, "browser", deeper=number % 2 == 0)


@pytest.mark.slow
@pytest.mark.parametrize("label", LABELS)
def test_at_random(api, label):
    world, schema = api
    operation = schema.find_operation_by_label(label)
    session = Session(world, operation)
    either = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES,
        derandomize=False,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=either, caller=st.sampled_from(CALLERS), deeper=st.booleans())
    def run(case, caller, deeper):
        session.send(case, caller, deeper=deeper)

    run()
