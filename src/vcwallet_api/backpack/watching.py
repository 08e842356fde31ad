"""Look after badges when nobody looks at them: was one revoked, does one end soon? Their learners are told, once.

A job comes by every hour and plans a check for whatever was not checked for a day; each check is a job of its own, so
that a slow issuer keeps nobody waiting but itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet_api.account.profile import primary_address
from vcwallet_api.backpack.placing import note
from vcwallet_api.backpack.shelf import recheck
from vcwallet_api.clock import Clock
from vcwallet_api.jobs.queue import enqueue
from vcwallet_api.languages import Languages
from vcwallet_api.mail.composing import Composer
from vcwallet_api.mail.outbox import post
from vcwallet_api.refusals import NotFound
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Account, BackpackItem
from vcwallet_api.verifier import Verifier

WATCH: Final = "watch_backpacks"
CHECK_ITEM: Final = "check_item"

WATCH_EVERY: Final = timedelta(hours=1)
# Issuers publish lists that live for a day or so.
CHECK_AFTER: Final = timedelta(days=1)
# Time enough to renew something.
WARN_BEFORE: Final = timedelta(days=30)
# In one go; the rest is planned an hour later.
_MAX_PLANNED: Final = 5_000


@dataclass(frozen=True, slots=True)
class Watching:
    """The two jobs."""

    database: Database
    verifier: Verifier
    composer: Composer
    languages: Languages
    clock: Clock

    def plan_checks(self, _payload: dict[str, Any]) -> None:
        """Plan a check for every item that was not checked lately, those that wait for longest first."""
        now = self.clock()
        with self.database.read() as session:
            due = session.execute(
                select(BackpackItem.account_id, BackpackItem.id)
                .where(BackpackItem.checked_at <= now - CHECK_AFTER, BackpackItem.acceptance != "pending")
                .order_by(BackpackItem.checked_at)
                .limit(_MAX_PLANNED)
            ).all()

        def _plan(session: Session) -> None:
            for account_id, item_id in due:
                payload = {"account": str(account_id), "item": str(item_id)}
                enqueue(session, CHECK_ITEM, payload, now=now, once_key=f"{CHECK_ITEM} {account_id} {item_id}")

        self.database.retrying(_plan)

    def check_item(self, payload: dict[str, Any]) -> None:
        """Check one item, and tell its learner what is new."""
        now, account_id = self.clock(), UUID(payload["account"])

        def _then(session: Session, item: BackpackItem) -> None:
            # Also when a check that somebody asked for found it first: that told nobody but whoever asked.
            if item.is_revoked:
                self._tell_revoked(session, item, now)
            self._tell_expiring(session, item, now)

        try:
            recheck(self.database, self.verifier, now, account_id, UUID(payload["item"]), _then)
        except NotFound:
            # Removed since it was planned.
            return

    def _tell_revoked(self, session: Session, item: BackpackItem, now: datetime) -> None:
        if not note(session, item, "revoked", now=now, detail=item.revocation_reason, once=item.sha256):
            return
        account, address = session.get(Account, item.account_id), primary_address(session, item.account_id)
        if account is not None and address is not None:
            mail = self.composer.badge_revoked(
                self.languages[account.language],
                badge=item.name,
                issuer=item.issuer_name or item.issuer_id or "",
                reason=item.revocation_reason,
                item_path=f"/backpack/{item.id}",
            )
            post(session, mail, address.value, now=now, account_id=account.id)

    def _tell_expiring(self, session: Session, item: BackpackItem, now: datetime) -> None:
        end = item.valid_until
        if item.is_revoked or end is None or not now < end <= now + WARN_BEFORE:
            return
        if not note(session, item, "expiring", now=now, detail=end.isoformat(), once=end.isoformat()):
            return
        account, address = session.get(Account, item.account_id), primary_address(session, item.account_id)
        if account is not None and address is not None:
            language = self.languages[account.language]
            mail = self.composer.badge_expiring(
                language, badge=item.name, day=language.date(end), item_path=f"/backpack/{item.id}"
            )
            post(session, mail, address.value, now=now, account_id=account.id)
