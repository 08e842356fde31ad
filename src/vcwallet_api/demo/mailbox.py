"""The mails of the demonstration, as a page and for programs: whoever sees it can sign in as anybody.

It is only there when the demonstration adds it, and answers nobody but this machine.
"""

import html
import ipaddress
import re
from typing import Any, Final

from litestar import Request, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from sqlalchemy import select

from vcwallet_api.refusals import NotFound
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import OutboxMail

_MAX_SHOWN: Final = 50
_LINK: Final = re.compile(r"https?://[^\s<]+")


def only_this_machine(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Raise NotFound for everybody else."""
    if connection.client is None or not _is_this_machine(connection.client.host):
        raise NotFound("not_found")


@get("/demo/mail", guards=[only_this_machine], include_in_schema=False, sync_to_thread=True)
def show_mail(request: Request[Any, Any, Any], database: NamedDependency[Database]) -> Response[Any]:
    """The latest first: a page for people, JSON for whoever asks for that."""
    with database.read() as session:
        rows = session.scalars(select(OutboxMail).order_by(OutboxMail.created_at.desc()).limit(_MAX_SHOWN)).all()
    if "text/html" not in request.headers.get("accept", ""):
        return Response([{"to": row.to_address, "subject": row.subject, "text": row.text} for row in rows])
    shown = "".join(
        f"<article><h2>{html.escape(row.subject)}</h2><p>To {html.escape(row.to_address)}</p>"
        f"<pre>{_linked(row.text)}</pre></article>"
        for row in rows
    )
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Mail of the demonstration</title><main><h1>Mail of the demonstration</h1>{shown}</main></html>"
    )
    return Response(page, media_type="text/html")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _linked(text: str) -> str:
    return _LINK.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', html.escape(text))
