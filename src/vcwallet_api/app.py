"""create_app(): the only place where the parts meet, and the list of every route there is."""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from litestar import Litestar, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ControllerRouterHandler

from vcwallet_api import files, visiting
from vcwallet_api.access import Access, caller_if_known, caller_of
from vcwallet_api.account import merging_routes, passkey_routes
from vcwallet_api.account import pages as account_pages
from vcwallet_api.account import routes as account_routes
from vcwallet_api.account.address_book import AddressBook
from vcwallet_api.account.codes import Codes
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.account.merging import Merging
from vcwallet_api.account.moving import AccountMover
from vcwallet_api.account.pages.overview import AccountReader
from vcwallet_api.account.pages.tokens import TokenReader
from vcwallet_api.account.passkeys import Passkeys
from vcwallet_api.account.signing_in import SigningIn
from vcwallet_api.backpack import pages as backpack_pages
from vcwallet_api.backpack import routes as backpack_routes
from vcwallet_api.backpack.arrivals import Arrivals
from vcwallet_api.backpack.claiming import Claiming
from vcwallet_api.backpack.delivering import Delivering
from vcwallet_api.backpack.importing import Importing
from vcwallet_api.backpack.moving import BackpackMover
from vcwallet_api.backpack.pages.badges import BadgeReader
from vcwallet_api.backpack.shelf import Shelf
from vcwallet_api.backpack.watching import CHECK_ITEM, WATCH, WATCH_EVERY, Watching
from vcwallet_api.clock import Clock, system_clock
from vcwallet_api.closed_requests import ClosedRequests
from vcwallet_api.head_requests import AnsweringHead
from vcwallet_api.http_headers import SecurityHeaders
from vcwallet_api.jobs.worker import Recurring, Worker
from vcwallet_api.languages import Languages
from vcwallet_api.limits import VisitorLimits
from vcwallet_api.logs import RequestLog, log_to_stderr
from vcwallet_api.mail.composing import Composer
from vcwallet_api.mail.outbox import SEND_MAIL, MailJob
from vcwallet_api.mail.sender import Sender, SmtpSender
from vcwallet_api.problems import ProblemAnswers, problem_responses
from vcwallet_api.protection import Protection
from vcwallet_api.refusals import Unauthenticated
from vcwallet_api.rendering import Pages
from vcwallet_api.security_schemes import BY_BROWSER, security_schemes
from vcwallet_api.settings import Settings, read_settings
from vcwallet_api.storage.database import Database, open_database
from vcwallet_api.storage.migrating import is_current
from vcwallet_api.vc_api.routes import PATH as VC_API_PATH
from vcwallet_api.vc_api.routes import vc_api_router
from vcwallet_api.vc_api.service import VcApi
from vcwallet_api.verification import pages as verification_pages
from vcwallet_api.verification import routes as verification_routes
from vcwallet_api.verification.service import StrangerVerifier
from vcwallet_api.verification.worker_pool import WorkerLimits, WorkerPool
from vcwallet_api.verifier import Verifier

# Learners are known, and each is held to how often; so many wait rather than be told to come back. A classroom fits.
LEARNERS_LIMITS: Final = WorkerLimits(waiting=24)
# Handlers run in threads, and whoever waits for a check has one; so many are for everybody else.
THREADS_BESIDE_CHECKS: Final = 40
# Beside the file of an upload, its form.
_FORM_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that the service is made of, without HTTP: for handlers, jobs and commands alike."""

    settings: Settings
    database: Database
    clock: Clock
    languages: Languages
    protection: Protection
    verifier: Verifier
    signing_in: SigningIn
    address_book: AddressBook
    merging: Merging
    passkeys: Passkeys
    delivering: Delivering
    importing: Importing
    shelf: Shelf
    claiming: Claiming
    worker: Worker
    pages: Pages
    pool: WorkerPool
    learners_pool: WorkerPool
    vc_api: VcApi | None

    def close(self) -> None:
        """End the processes that check and sign, and the connections to the database."""
        self.pool.close()
        self.learners_pool.close()
        if self.vc_api is not None:
            self.vc_api.close()
        self.database.close()

    @property
    def threads(self) -> int:
        """How many threads handlers need, so that all who may wait for a process leave some."""
        pools = [self.pool, self.learners_pool, *([self.vc_api.signing_pool] if self.vc_api is not None else [])]
        return THREADS_BESIDE_CHECKS + sum(pool.limits.processes + pool.limits.waiting for pool in pools)


def build_parts(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    sender: Sender | None = None,
    pool: WorkerPool | None = None,
    learners_pool: WorkerPool | None = None,
) -> Parts:
    """Put the parts together. Nothing is connected to yet.

    `sender` takes the mail; without it, it is the real one of the settings. `pool` checks what strangers send, and
    `learners_pool` what comes into the Backpack, so that strangers keep no learner waiting; with `pool` alone it does both.
    """
    learners_pool = learners_pool or pool or WorkerPool(LEARNERS_LIMITS)
    pool = pool or WorkerPool()
    database = open_database(settings.database_url)
    languages = Languages(settings.default_language)
    protection = Protection(settings.secret_key, settings.former_secret_keys)
    composer = Composer(settings.base_url)
    verifier = Verifier(learners_pool, clock)
    codes = Codes(protection, composer)
    delivering = Delivering(database, verifier, composer, languages, protection, settings.administrators, clock)
    arrivals = Arrivals(delivering, clock)
    signing_in = SigningIn(database, codes, protection, languages, arrivals, clock)
    address_book = AddressBook(database, codes, composer, languages, arrivals, clock)
    # What each feature keeps of an account moves in this order: badges refer to addresses.
    movers = (AccountMover(protection), BackpackMover(arrivals))
    merging = Merging(database, movers, composer, languages, clock)
    watching = Watching(database, verifier, composer, languages, clock)
    if sender is None and settings.smtp is not None:
        sender = SmtpSender(settings.smtp, settings.mail_from)
    # In lanes of their own: a mail goes out at once, however many badges are being checked.
    lanes: tuple[dict[str, Callable[[dict[str, Any]], None]], ...] = (
        {SEND_MAIL: MailJob(database, sender, clock, keep_text=settings.keep_sent_mail)},
        {WATCH: watching.plan_checks, CHECK_ITEM: watching.check_item},
    )
    return Parts(
        settings=settings,
        database=database,
        clock=clock,
        languages=languages,
        protection=protection,
        verifier=verifier,
        signing_in=signing_in,
        address_book=address_book,
        merging=merging,
        passkeys=Passkeys(database, settings.host, settings.origin, clock),
        delivering=delivering,
        importing=Importing(database, verifier, clock),
        shelf=Shelf(database, verifier, clock),
        claiming=Claiming(database, signing_in, address_book, protection, clock),
        worker=Worker(database, lanes, clock, (Recurring(WATCH, WATCH_EVERY),)),
        pages=Pages(languages),
        pool=pool,
        learners_pool=learners_pool,
        vc_api=(
            VcApi(protection.key("vc api"), f"{settings.base_url}{VC_API_PATH}", pool, clock)
            if settings.vc_api
            else None
        ),
    )


def create_app(
    settings: Settings, *, parts: Parts | None = None, further_routes: Sequence[ControllerRouterHandler] = ()
) -> Litestar:
    """The service. `parts` are those of the settings, unless a test brings its own world.

    `further_routes` are for the demonstration, which shows what nobody else may see.
    """
    parts = parts or build_parts(settings)
    access = Access(settings, parts.database, VisitorLimits(), parts.clock)
    given = {
        "settings": settings,
        "database": parts.database,
        "clock": parts.clock,
        "languages": parts.languages,
        "signing_in": parts.signing_in,
        "address_book": parts.address_book,
        "merging": parts.merging,
        "passkeys": parts.passkeys,
        "delivering": parts.delivering,
        "importing": parts.importing,
        "shelf": parts.shelf,
        "claiming": parts.claiming,
        "pages": parts.pages,
        "account_reader": AccountReader(parts.database, parts.address_book, parts.clock),
        "badge_reader": BadgeReader(parts.shelf, parts.clock),
        "token_reader": TokenReader(parts.database, settings),
        "stranger_verifier": StrangerVerifier(parts.pool, parts.clock, max_bytes=settings.max_upload_bytes),
    }
    public = Router(
        "/api/v1",
        route_handlers=[
            account_routes.PUBLIC,
            passkey_routes.PUBLIC,
            backpack_routes.PUBLIC,
            verification_routes.verify_anything,
        ],
        guards=[access.note_caller],
    )
    private = Router(
        "/api/v1",
        route_handlers=[
            account_routes.PRIVATE,
            passkey_routes.PRIVATE,
            merging_routes.PRIVATE,
            backpack_routes.PRIVATE,
        ],
        guards=[access.known_callers_only],
        security=[BY_BROWSER],
    )
    public_pages = Router(
        "/",
        route_handlers=[
            visiting.home,
            visiting.choose_language,
            verification_pages.verify_form,
            verification_pages.verify_given,
            account_pages.PUBLIC,
            backpack_routes.LINKED_FROM_MAIL,
            backpack_pages.PUBLIC,
        ],
        opt={"form": True},
        guards=[access.note_caller],
    )
    private_pages = Router(
        "/",
        route_handlers=[account_pages.PRIVATE, backpack_pages.PRIVATE],
        opt={"form": True},
        guards=[access.known_callers_only],
        exception_handlers={Unauthenticated: visiting.to_sign_in},
    )
    page_files = Router("/", route_handlers=[files.static_file, files.medal])
    for_developers = []
    if parts.vc_api is not None:
        given["vc_api"] = parts.vc_api
        for_developers.append(vc_api_router())

    async def make_threads() -> None:
        # The loop's own would have a few more than there are processors.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(parts.threads, "vcwallet"))

    return AnsweringHead(
        [health, public, private, public_pages, private_pages, page_files, *for_developers, *further_routes],
        dependencies={
            **{name: _provide(value) for name, value in given.items()},
            "frame": Provide(visiting.frame_of, sync_to_thread=True),
            "forms": Provide(visiting.forms_of, sync_to_thread=False),
            "caller": Provide(caller_of, sync_to_thread=False),
            "maybe_caller": Provide(caller_if_known, sync_to_thread=False),
        },
        # In this order: what another website sends is not even counted.
        guards=[access.own_host_only, access.same_site_only, access.json_only, access.not_too_often],
        exception_handlers={Exception: ProblemAnswers(parts.pages, cookie=COOKIE_NAME)},
        # Logging is set up by the process (logs.log_to_stderr), not by the framework.
        logging_config=None,
        middleware=[RequestLog(), SecurityHeaders()],
        request_max_body_size=settings.max_upload_bytes + _FORM_BYTES,
        plugins=[ClosedRequests()],
        openapi_config=OpenAPIConfig(
            title="vcwallet",
            version="1",
            description="A wallet for the badges and records of learners.",
            # At the root of this path, and nothing below it. Pages would load their scripts from somewhere else.
            path="/api/v1/openapi.json",
            components=security_schemes(COOKIE_NAME),
            render_plugins=[JsonRenderPlugin(path="/")],
        ),
        on_startup=[make_threads, *([parts.worker.start] if settings.worker_in_process else [])],
        on_shutdown=[
            *([parts.worker.stop] if settings.worker_in_process else []),
            parts.close,
        ],
    )


@get(
    "/health",
    opt={"any_host": True},
    responses=problem_responses(503),
    summary="Whether the service can work",
    sync_to_thread=True,
)
def health(database: NamedDependency[Database]) -> Response[dict[str, str]]:
    """200 when the database answers and is of this version; 503 otherwise."""
    is_ready = is_current(database)
    return Response({"status": "ok" if is_ready else "migration needed"}, status_code=200 if is_ready else 503)


def _provide(value: Any) -> Provide:
    """The same value for every request."""

    def _value() -> Any:
        return value

    return Provide(_value, sync_to_thread=False)


def app_from_environment() -> Litestar:
    """The service with the settings of the environment: what the server's processes load."""
    log_to_stderr()
    return create_app(read_settings(os.environ))
