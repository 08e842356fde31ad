"""The outbox: a mail is a row, written in the transaction that it is about, and a job that sends it.

So there is no mail about something that did not happen, and nothing happens without its mail. A mail may, after a crash at
the wrong moment, be sent twice; both have the same Message-ID, which lets mail programs show one.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vcwallet_api.clock import Clock
from vcwallet_api.jobs.queue import enqueue
from vcwallet_api.mail.composing import ComposedMail
from vcwallet_api.mail.sender import MailToSend, Sender
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import OutboxMail

SEND_MAIL = "send_mail"


def post(
    session: Session, mail: ComposedMail, to_address: str, *, now: datetime, account_id: UUID | None = None
) -> UUID:
    """Put a mail into the outbox, in the transaction of `session`, and have it sent."""
    mail_id = new_id(now)
    session.add(
        OutboxMail(
            id=mail_id,
            account_id=account_id,
            kind=mail.kind,
            to_address=to_address,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            language=mail.language,
            unsubscribe_url=mail.unsubscribe_url,
            created_at=now,
        )
    )
    enqueue(session, SEND_MAIL, {"mail": str(mail_id)}, now=now)
    return mail_id


class MailJob:
    """Sends one mail of the outbox. Without a sender it stays there, for an operator of a trial to read."""

    def __init__(self, database: Database, sender: Sender | None, clock: Clock, *, keep_text: bool) -> None:
        self._database = database
        self._sender = sender
        self._clock = clock
        self._keep_text = keep_text or sender is None

    def __call__(self, payload: dict[str, str]) -> None:
        mail_id = UUID(payload["mail"])
        with self._database.read() as session:
            row = session.get(OutboxMail, mail_id)
        if row is None or row.sent_at is not None:
            return
        if self._sender is not None:
            self._sender.send(
                MailToSend(
                    str(row.id), row.to_address, row.subject, row.text, row.html, row.unsubscribe_url, row.created_at
                )
            )
        with self._database.write() as session:
            row = session.get(OutboxMail, mail_id)
            if row is not None:
                row.sent_at = self._clock()
                if not self._keep_text:
                    row.subject, row.text, row.html, row.unsubscribe_url = "", "", "", None
