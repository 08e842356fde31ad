"""A wallet service in a world of its own: a clock, an internet in memory, a mail server that catches, and people with browsers.

The service is the real one, as `create_app` makes it, on a real database; mail goes over real SMTP. What a browser gets is
compared with the description of the API, each time: whatever the description does not allow fails the test.
"""

import email
import email.policy
import json
import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import jsonschema_rs
from litestar.testing import TestClient

from tools.make_learner_example import ANA, world
from vcwallet import Fetched, StaticFetcher
from vcwallet_api.app import LEARNERS_LIMITS, build_parts, create_app
from vcwallet_api.settings import Settings, SmtpServer
from vcwallet_api.storage.tables import Job
from vcwallet_api.verification.worker import write_world
from vcwallet_api.verification.worker_pool import WorkerPool
from vcwallet_api.verifier import Unfinished

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
BASE_URL = "https://wallet.example"
ADMINISTRATOR = "admin@wallet.example"
BEN = "ben@other.example"


class Internet:
    """What there is on the network: addresses can be changed while a test runs."""

    def __init__(self):
        self.documents = world()

    def gone(self, url):
        self.documents[url] = Fetched(status=404)


class Processes(WorkerPool):
    """The processes that verify, in a world whose internet changes; `asked` has the requests.

    They are the same for all worlds of a run, because starting one takes a while. They know no network.
    """

    _shared = WorkerPool(LEARNERS_LIMITS, may_fetch=False)

    def __init__(self, internet, processes=None):
        super().__init__(may_fetch=False)
        self._processes = processes or self._shared
        self.internet = internet
        self.asked = []
        self.failing = None

    def ask(self, request):
        self.asked.append(request)
        if self.failing is not None:
            raise Unfinished(self.failing)
        documents = write_world(StaticFetcher(self.internet.documents)) | (request.get("documents") or {})
        return self._processes.ask({**request, "documents": {} if request.get("offline") else documents})

    def close(self):
        """The others still need them; they end with the run."""


class Mail:
    """A mail that was caught."""

    def __init__(self, content):
        self.message = email.message_from_bytes(content, policy=email.policy.default)
        self.to = self.message["To"]
        self.subject = re.sub("[\u2068\u2069]", "", self.message["Subject"])
        self.text = re.sub("[\u2068\u2069]", "", self.message.get_body(("plain",)).get_content()).replace("\r\n", "\n")
        self.html = self.message.get_body(("html",)).get_content()

    @property
    def code(self):
        return re.search(r"^ {4}(\d{4} \d{4})$", self.text, re.MULTILINE).group(1)

    @property
    def links(self):
        return re.findall(r"https://\S+", self.text)

    @property
    def html_links(self):
        return re.findall(r'href="(https://[^"]+)"', self.html)

    @property
    def claim_token(self):
        return next(
            match.group(1) for match in map(re.compile(BASE_URL + r"/claim/([\w-]+)$").match, self.links) if match
        )


class Catcher:
    """What aiosmtpd hands over."""

    def __init__(self):
        self.caught = []
        self.refusing = None

    async def handle_DATA(self, _server, _session, envelope):
        if self.refusing:
            return self.refusing
        self.caught.append(Mail(envelope.content))
        return "250 OK"


class Answers:
    """The description of the API, as a judge of answers."""

    # The description is the same for every world, and making it takes a while.
    _known = None

    @classmethod
    def of(cls, app):
        cls._known = cls._known or cls(app)
        return cls._known

    def __init__(self, app):
        self.document = app.openapi_schema.to_schema()
        self.paths = {
            re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$"): operations
            for path, operations in sorted(self.document["paths"].items(), key=lambda entry: entry[0].count("{"))
        }

    def judge(self, response):
        request = response.request
        operations = next(
            (found for path, found in self.paths.items() if path.match(urlsplit(str(request.url)).path)), None
        )
        if operations is None or request.method.lower() not in operations or response.status_code == 405:
            return
        described = operations[request.method.lower()]["responses"]
        assert str(response.status_code) in described, (
            f"{request.method} {request.url}: {response.status_code} {response.text}"
        )
        media_type = response.headers.get("content-type", "").partition(";")[0]
        content = described[str(response.status_code)].get("content", {})
        if "json" not in media_type or "*/*" in content:
            return
        assert media_type in content, f"{request.method} {request.url} answers {media_type}"
        schema = {**content[media_type]["schema"], "components": self.document["components"]}
        jsonschema_rs.validate(schema, response.json(), offline=True)


class Browser:
    """Somebody's browser, or with a token a program of theirs."""

    def __init__(self, world, client):
        self.world = world
        self.client = client
        self.token = None

    def request(self, method, path, **options):
        if self.token is not None:
            options["headers"] = {"Authorization": f"Bearer {self.token}", **options.get("headers", {})}
        response = self.client.request(method, path if path.startswith("/claim/") else f"/api/v1{path}", **options)
        self.world.answers.judge(response)
        return response

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, **options):
        return self.request("POST", path, **options)

    def patch(self, path, **options):
        return self.request("PATCH", path, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def backpack(self, **query):
        response = self.get("/backpack", params=query)
        assert response.status_code == 200, response.text
        return response.json()["items"]

    def names(self, **query):
        return [item["name"] for item in self.backpack(**query)]

    def import_file(self, content, name="badge"):
        return self.post("/backpack/imports/file", files={"file": (name, content)})

    def page(self, path):
        """The page that a browser shows at this path."""
        return self.client.get(path, headers={"Accept": "text/html"})

    def addresses(self):
        return {entry["address"]: entry for entry in self.get("/me/addresses").json()}

    def sign_in(self, address, *, agree=True, **options):
        challenge = self.post("/sign-ins", json={"address": address}, **options).json()["challenge"]
        code = self.world.mails(address)[-1].code
        return self.post("/sessions", json={"challenge": challenge, "code": code, "agree": agree})

    def add_address(self, address):
        """Add an address and verify it with the code that is mailed there."""
        added = self.post("/me/addresses", json={"address": address})
        assert added.status_code == 201, added.text
        code = self.world.mails(address)[-1].code
        verified = self.post(f"/me/addresses/{added.json()['id']}/verify", json={"code": code})
        assert verified.status_code == 200, verified.text
        return verified.json()


class WalletWorld:
    """The service and everything around it."""

    def __init__(self, database_url, smtp_port, catcher, **settings):
        self.now = NOON
        self.internet = Internet()
        self.catcher = catcher
        self.settings = Settings(
            **{
                "base_url": BASE_URL,
                "secret_key": b"thirty-two bytes of sample secret",
                "database_url": database_url,
                "smtp": SmtpServer("127.0.0.1", smtp_port, "none"),
                "mail_from": "Wallet <wallet@wallet.example>",
                "administrators": frozenset({ADMINISTRATOR}),
                "worker_in_process": False,
            }
            | settings
        )
        self.pool = Processes(self.internet)
        self.parts = build_parts(self.settings, clock=self.tick, pool=self.pool)
        self.app = create_app(self.settings, parts=self.parts)
        self.answers = Answers.of(self.app)
        self._stack = ExitStack()

    def close(self):
        self._stack.close()
        self.pool.close()
        self.parts.database.close()

    def tick(self):
        """The time, a moment later each time it is looked at: so that what happens has an order."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def later(self, **duration):
        self.now += timedelta(**duration)

    def browser(self, **headers):
        client = self._stack.enter_context(TestClient(self.app, base_url=BASE_URL, raise_server_exceptions=False))
        client.headers.update(headers)
        return Browser(self, client)

    def signed_in(self, address=ANA):
        browser = self.browser()
        response = browser.sign_in(address)
        assert response.status_code == 201, response.text
        return browser

    def work(self):
        """Have the worker do everything that is due; unless the mail server refuses, nothing may fail."""
        done = self.parts.worker.work_until_idle()
        if not self.catcher.refusing:
            assert [job.last_error for job in self.rows(Job) if job.last_error] == []
        return done

    def mails(self, to=None):
        self.work()
        return [mail for mail in self.catcher.caught if to is None or mail.to == to]

    def deliver(self, content, address=ANA, **options):
        """As the administrator's command does it."""
        return self.parts.delivering.deliver(content, address, **options)

    def check_all(self):
        """What the hourly job does a day later."""
        self.later(days=1, minutes=1)
        from vcwallet_api.backpack.watching import WATCH
        from vcwallet_api.jobs.queue import enqueue

        with self.parts.database.write() as session:
            enqueue(session, WATCH, {}, now=self.now)
        self.work()

    def rows(self, table):
        from sqlalchemy import select

        with self.parts.database.read() as session:
            return list(session.scalars(select(table)))


def code_of(response):
    """The code of a problem, after a look at its form."""
    problem = response.json()
    assert response.headers["content-type"].startswith("application/problem+json")
    assert problem["type"] == f"urn:vcwallet:problem:{problem['code']}"
    assert problem["title"]
    assert problem["next_step"]
    assert problem["status"] == response.status_code
    return problem["code"]


def changed_by_one_byte(signed):
    """The same badge with one letter of its name changed."""
    text = signed.decode()
    assert '"name": "Rope Work"' in text
    return text.replace('"name": "Rope Work"', '"name": "Rope Worm"').encode()


def parsed(content):
    return json.loads(content)
