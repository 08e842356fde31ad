"""Who may ask what: the guards that stand before every handler.

- `own_host_only`: we are called by the name that the operator gave us; `/health` and the files of pages answer to any
  (`opt={"any_host": True}`).
- `same_site_only`: a browser that another website sent here to change something is refused, by what the browser says itself
  about where it comes from (`Sec-Fetch-Site`, `Origin`).
- `json_only`: a route reads JSON, or a form where it says so (`opt={"form": True}`).
- `not_too_often`: the visitors of routes that have a limit are counted (`opt={"limit": …}`).
- `known_callers_only`: before the private routes. It finds the account, and holds a token to the scope that the route names
  (`opt={"scope": …}`; a route without one is for browsers only), and the account to its limit (`opt={"account_limit": …}`).
"""

from typing import Any, Final

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from vcwallet_api.account.browsers import recognise_browser
from vcwallet_api.account.callers import Caller
from vcwallet_api.account.cookies import COOKIE_NAME
from vcwallet_api.account.personal_tokens import recognise_token
from vcwallet_api.clock import Clock
from vcwallet_api.limits import Limit, VisitorLimits, network_of
from vcwallet_api.refusals import Misdirected, NotAllowed, Unauthenticated
from vcwallet_api.settings import Settings
from vcwallet_api.storage.database import Database

_JSON: Final = frozenset({"application/json"})
_FORMS: Final = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CALLER: Final = "vcwallet_caller"

Connection = ASGIConnection[Any, Any, Any, Any]


class Access:
    """The guards, with what they need to know."""

    def __init__(self, settings: Settings, database: Database, limits: VisitorLimits, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._limits = limits
        self._clock = clock
        self._host = settings.origin.partition("://")[2]

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Access":
        # Litestar copies a router with its guards when it is registered; there is still only one database.
        return self

    def own_host_only(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise Misdirected for a name that is not ours: whoever sends it wants something made of it.

        Or they typed 127.0.0.1 for localhost: the answer has our address, as the operator gave it to us.
        """
        if connection.headers.get("host", "") != self._host and not handler.opt.get("any_host"):
            raise Misdirected("host_unknown", facts={"address": self._settings.base_url})

    def same_site_only(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Raise NotAllowed `cross_site` for a change that another website asks for.

        Programs send neither header, and have no cookie that a browser would add for them.
        """
        if connection.scope.get("method") in _SAFE_METHODS:
            return
        site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
        if origin is not None and origin != self._settings.origin:
            raise NotAllowed("cross_site")
        if site is not None and site not in {"same-origin", "none"} and origin is None:
            raise NotAllowed("cross_site")

    def json_only(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise HTTPException 415 for a body that is not JSON, where a route reads one; forms only where it says so.

        Browsers send forms and plain text to other sites without asking anybody first; JSON they do not.
        """
        if handler.parsed_data_field is None:
            return
        media_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in (_FORMS if handler.opt.get("form") else _JSON):
            raise HTTPException(status_code=415)

    async def known_callers_only(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Raise Unauthenticated, NotAllowed for a token without the scope of the route, TooMuch `too_many_requests`."""
        caller = await sync_to_thread(self._recognise, connection)
        caller.require_scope(handler.opt.get("scope"))
        limit = handler.opt.get("account_limit")
        if isinstance(limit, Limit):
            self._limits.count(limit, str(caller.account_id))
        connection.scope["state"][_CALLER] = caller

    async def note_caller(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """For routes that everybody may use: which browser is asking, if it is known.

        A token is nobody here: such a route names no scope that it could be held to.
        """
        try:
            caller = await sync_to_thread(self._recognise, connection)
        except Unauthenticated:
            caller = None
        connection.scope["state"][_CALLER] = caller if caller is not None and caller.scopes is None else None

    def not_too_often(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Count a visitor of a route that has a limit (`opt={"limit": …}`). Raises TooMuch `too_many_requests`."""
        limit = handler.opt.get("limit")
        if isinstance(limit, Limit):
            self._limits.count(limit, self.visitor(connection))

    def visitor(self, connection: Connection) -> str:
        """The network that a visitor comes from, as far as our own proxies tell."""
        client = connection.client.host if connection.client is not None else ""
        hops = [part.strip() for part in connection.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        trusted = self._settings.trusted_proxies
        return network_of(hops[-trusted] if 0 < trusted <= len(hops) else client)

    def _recognise(self, connection: Connection) -> Caller:
        authorization = connection.headers.get("authorization", "")
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return recognise_token(self._database, credentials.strip(), self._clock())
        cookie = connection.cookies.get(COOKIE_NAME)
        if cookie is None:
            raise Unauthenticated("sign_in_needed")
        return recognise_browser(self._database, cookie, self._clock())


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """The caller that the guard found; for handlers of private routes."""
    caller = request.scope["state"].get(_CALLER)
    if not isinstance(caller, Caller):
        raise Unauthenticated("sign_in_needed")
    return caller


def caller_if_known(request: Request[Any, Any, Any]) -> Caller | None:
    """The caller of a public route, if there is one."""
    caller = request.scope["state"].get(_CALLER)
    return caller if isinstance(caller, Caller) else None
