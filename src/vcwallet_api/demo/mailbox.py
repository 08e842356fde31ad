"""The mails of the demonstration, as a page and for programs: whoever sees it can sign in as anybody.

It is only there when the demonstration adds it, and answers nobody but this machine.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from litestar import Request, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from sqlalchemy import select

from vcwallet_api.refusals import NotFound
from vcwallet_api.rendering import Frame, Pages
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import OutboxMail

_MAX_SHOWN: Final = 50
_LINK: Final = re.compile(r"https?://[^\s<]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """A mail: its `subject`, whom it is `to`, and the `parts` of its text, each with whether it is a link."""

    subject: str
    to: str
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPage:
    """The mails of the demonstration, the latest first: `mails`."""

    template: ClassVar[str] = "demo/mailbox.html"

    mails: tuple[MailLine, ...]


def only_this_machine(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Raise NotFound for everybody else."""
    if connection.client is None or not _is_this_machine(connection.client.host):
        raise NotFound("not_found")


@get("/demo/mail", guards=[only_this_machine], include_in_schema=False, sync_to_thread=True)
def show_mail(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    pages: NamedDependency[Pages],
    frame: NamedDependency[Frame],
) -> Response[Any]:
    """The latest first: a page for people, JSON for whoever asks for that."""
    with database.read() as session:
        rows = session.scalars(select(OutboxMail).order_by(OutboxMail.created_at.desc()).limit(_MAX_SHOWN)).all()
    if "text/html" not in request.headers.get("accept", ""):
        return Response([{"to": row.to_address, "subject": row.subject, "text": row.text} for row in rows])
    lines = tuple(MailLine(subject=row.subject, to=row.to_address, parts=tuple(_parts(row.text))) for row in rows)
    return pages.response(MailboxPage(mails=lines), replace(frame, place="mail"))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and which of them are links."""
    end = 0
    for match in _LINK.finditer(text):
        yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    yield text[end:], False


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
