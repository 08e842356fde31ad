"""Make every derived column again from the bytes and the evidence, for instance after a new version of the library."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet_api.backpack.reading import derived_columns
from vcwallet_api.backpack.recipients import recipients_of
from vcwallet_api.refusals import Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import BackpackItem
from vcwallet_api.verifier import Verifier

# One transaction each: short enough to let others write in between.
_BATCH: Final = 100


def reindex(database: Database, verifier: Verifier) -> tuple[int, list[UUID]]:
    """How many items were read again, and those that could not be: they stay as they are. Nothing is fetched."""
    done, unreadable = 0, []
    for keys in _batches(database):
        for account_id, item_id in keys:
            if _reindex_one(database, verifier, account_id, item_id):
                done += 1
            else:
                unreadable.append(item_id)
    return done, unreadable


def _reindex_one(database: Database, verifier: Verifier, account_id: UUID, item_id: UUID) -> bool:
    with database.read() as session:
        item = session.get(BackpackItem, (account_id, item_id))
        if item is None:
            return True
        candidates = recipients_of(session, item)
    try:
        checked = verifier.read(item.received, candidates, evidence=item.evidence, at=item.checked_at)
    except Unusable:
        return False
    if checked.said is None:
        return False
    columns = derived_columns(item.received, checked, added_at=item.added_at)
    columns["matched_spelling"] = columns["matched_spelling"] or item.matched_spelling

    def _write(session: Session) -> None:
        row = session.get(BackpackItem, (account_id, item_id), with_for_update=True)
        if row is not None and row.received == item.received:
            for name, value in columns.items():
                setattr(row, name, value)

    database.retrying(_write)
    return True


def _batches(database: Database) -> Iterator[list[tuple[UUID, UUID]]]:
    last: tuple[UUID, UUID] | None = None
    while True:
        question = select(BackpackItem.account_id, BackpackItem.id)
        if last is not None:
            account_id, item_id = last
            question = question.where(
                (BackpackItem.account_id > account_id)
                | ((BackpackItem.account_id == account_id) & (BackpackItem.id > item_id))
            )
        with database.read() as session:
            rows = session.execute(question.order_by(BackpackItem.account_id, BackpackItem.id).limit(_BATCH)).all()
        keys = [(row.account_id, row.id) for row in rows]
        if not keys:
            return
        yield keys
        last = keys[-1]
