"""Hand mail to an SMTP server (RFC 5321), the only place where the service speaks SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Final, Protocol

from vcwallet_api.settings import SmtpServer

# A server that takes longer has a problem; the mail is tried again later.
_TIMEOUT_SECONDS: Final = 20


class _AsItIs(UnstructuredHeader, BaseHeader):
    """A header with an address, which no mail program finds when a long line is encoded (RFC 2369, section 2)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _AsItIs)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class MailToSend:
    """One mail with its address. `mail_id` makes its Message-ID: the same on every try."""

    mail_id: str
    to_address: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str | None
    created_at: datetime


class Sender(Protocol):
    """Whatever takes a mail and raises when it could not. Trying again is for the caller."""

    def send(self, mail: MailToSend) -> None: ...


class SmtpSender:
    """Hands each mail to one SMTP server, in a connection of its own."""

    def __init__(self, server: SmtpServer, mail_from: str) -> None:
        self._server = server
        self._mail_from = mail_from

    def send(self, mail: MailToSend) -> None:
        """Raises what smtplib raises (OSError and its children) when the server does not take it."""
        letter = letter_of(mail, self._mail_from)
        with self._connection() as connection:
            connection.send_message(letter)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        if server.encryption == "tls":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            opened = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        try:
            if server.encryption == "starttls":
                opened.starttls(context=ssl.create_default_context())
            if server.username:
                opened.login(server.username, server.password)
            yield opened
            # The mail was taken. Whatever goes wrong with the goodbye, it must not be sent again for that.
            with suppress(OSError, smtplib.SMTPException):
                opened.quit()
        finally:
            opened.close()


def letter_of(mail: MailToSend, mail_from: str) -> EmailMessage:
    """The message as it goes over the wire: text, the same as HTML, and how to want no more (RFC 8058)."""
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = mail_from
    letter["To"] = mail.to_address
    letter["Subject"] = mail.subject
    letter["Date"] = format_datetime(mail.created_at)
    letter["Message-ID"] = f"<{mail.mail_id}@{parseaddr(mail_from)[1].rpartition('@')[2] or 'localhost'}>"
    # Asks auto-responders not to answer (RFC 3834).
    letter["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url is not None:
        letter["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(mail.text)
    letter.add_alternative(mail.html, subtype="html")
    return letter
