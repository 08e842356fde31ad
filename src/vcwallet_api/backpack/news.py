"""What happened to a learner's badges: when it counts as read."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from vcwallet_api.account.callers import Caller
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Activity


def mark_seen(database: Database, caller: Caller, now: datetime) -> None:
    """Everything that the learner was told so far counts as read."""

    def _mark(session: Session) -> None:
        unseen = update(Activity).where(Activity.account_id == caller.account_id, Activity.seen_at.is_(None))
        session.execute(unseen.values(seen_at=now))

    database.retrying(_mark)
