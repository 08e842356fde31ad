"""Look at what is in the Backpack, put things in order, hide them, check them again.

Every question names the account, so that what belongs to somebody else is not found.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from vcwallet_api.account.callers import Caller
from vcwallet_api.backpack.reading import derived_columns, status_columns, stored_identifier
from vcwallet_api.backpack.recipients import recipients_of
from vcwallet_api.backpack.searching import search_words
from vcwallet_api.backpack.states import State, in_state
from vcwallet_api.clock import Clock
from vcwallet_api.refusals import Conflict, NotFound, Unusable
from vcwallet_api.storage.database import Database
from vcwallet_api.storage.tables import Activity, Address, BackpackItem
from vcwallet_api.verifier import Checked, Verifier

Order = Literal["awarded", "name", "issuer"]

MAX_PAGE: Final = 100
# More words than that are not a search.
_MAX_WORDS: Final = 8
_MAX_CURSOR_LENGTH: Final = 2000

_SORTED_BY: Final[dict[Order, InstrumentedAttribute[Any]]] = {
    "awarded": BackpackItem.awarded_at,
    "name": BackpackItem.name_key,
    "issuer": BackpackItem.issuer_name_key,
}
# What a list does not show need not be read.
_NOT_LISTED: Final = (defer(BackpackItem.received), defer(BackpackItem.evidence), defer(BackpackItem.report))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list shows: everything but hidden and pending items, unless it is asked for these."""

    query: str = ""
    issuer_id: str | None = None
    state: State | None = None
    acceptance: Literal["new", "accepted", "hidden"] | None = None
    source: Literal["award", "import"] | None = None
    order: Order = "awarded"
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item with the address that it came by; "" when there is none, or none any more."""

    item: BackpackItem
    address: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in order, and where the next ones begin; None at the end."""

    items: list[ShownItem]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be done with items that are there."""

    database: Database
    verifier: Verifier
    clock: Clock

    def page(self, caller: Caller, wanted: Wanted) -> Page:
        """The items that are asked for. Raises Unusable `cursor_invalid`."""
        now = self.clock()
        column, is_falling = _SORTED_BY[wanted.order], wanted.order == "awarded"
        limit = max(1, min(wanted.limit, MAX_PAGE))
        question = select(BackpackItem).where(BackpackItem.account_id == caller.account_id, *_filters(wanted, now))
        if wanted.cursor is not None:
            question = question.where(_after(column, *_read_cursor(wanted.cursor, wanted.order), is_falling=is_falling))
        order = (column.desc(), BackpackItem.id.desc()) if is_falling else (column, BackpackItem.id)
        with self.database.read() as session:
            rows = session.scalars(question.order_by(*order).limit(limit + 1).options(*_NOT_LISTED)).all()
            addresses = _addresses(session, caller)
        shown = [ShownItem(row, addresses.get(row.address_id, "")) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(shown, _cursor(getattr(last, column.key), last.id) if last is not None else None)

    def issuers(self, caller: Caller) -> list[tuple[str, str]]:
        """Id and name of every issuer whose badges are listed, by name: what there is to filter by."""
        with self.database.read() as session:
            rows = session.execute(
                select(BackpackItem.issuer_id, BackpackItem.issuer_name, BackpackItem.issuer_name_key)
                .where(BackpackItem.account_id == caller.account_id, BackpackItem.issuer_id.is_not(None), _is_listed())
                .order_by(BackpackItem.issuer_name_key, BackpackItem.issuer_id)
                .distinct()
            )
            return list({row.issuer_id: (row.issuer_id, row.issuer_name) for row in rows}.values())

    def waiting(self, caller: Caller) -> int:
        """How many items wait for an address that is not verified yet."""
        with self.database.read() as session:
            pending = BackpackItem.account_id == caller.account_id, BackpackItem.acceptance == "pending"
            return session.scalar(select(func.count()).select_from(BackpackItem).where(*pending)) or 0

    def item(self, caller: Caller, item_id: UUID) -> ShownItem:
        """One item with its report. Raises NotFound."""
        with self.database.read() as session:
            item = _item(session, caller, item_id)
            return ShownItem(item, _addresses(session, caller).get(item.address_id, ""))

    def set_acceptance(self, caller: Caller, item_id: UUID, acceptance: Literal["accepted", "hidden"]) -> ShownItem:
        """Keep it in sight, or out of it. Raises NotFound, Conflict `item_pending`."""

        def _set(session: Session) -> None:
            item = _item(session, caller, item_id)
            if item.acceptance == "pending":
                raise Conflict("item_pending")
            item.acceptance = acceptance

        self.database.retrying(_set)
        return self.item(caller, item_id)

    def remove(self, caller: Caller, item_id: UUID) -> None:
        """Remove it for good. Its issuer's records are not ours. Raises NotFound."""

        def _remove(session: Session) -> None:
            session.delete(_item(session, caller, item_id))

        self.database.retrying(_remove)

    def check_again(self, caller: Caller, item_id: UUID) -> ShownItem:
        """Verify it now. Raises NotFound, Unusable `not_checkable`, TooMuch `verification_busy`."""
        recheck(self.database, self.verifier, self.clock(), caller.account_id, item_id)
        return self.item(caller, item_id)

    def news(self, caller: Caller, *, limit: int = 50) -> list[Activity]:
        """What happened to the learner's badges, the latest first."""
        with self.database.read() as session:
            rows = session.scalars(
                select(Activity)
                .where(Activity.account_id == caller.account_id)
                .order_by(Activity.at.desc(), Activity.id.desc())
                .limit(max(1, min(limit, MAX_PAGE)))
            )
            return list(rows)


def recheck(
    database: Database,
    verifier: Verifier,
    now: datetime,
    account_id: UUID,
    item_id: UUID,
    then: Callable[[Session, BackpackItem], None] = lambda _session, _item: None,
) -> None:
    """Verify an item and write down what was found; `then` is called with the item in the same transaction.

    The verification is outside of any transaction. Raises NotFound; and, with the item left as it is, Unusable
    `not_checkable` when the check was cut off, or TooMuch `verification_busy`.
    """
    with database.read() as session:
        item = session.get(BackpackItem, (account_id, item_id))
        if item is None:
            raise NotFound("item_unknown")
        candidates = recipients_of(session, item)
    checked = verifier.check(item.received, candidates, evidence=item.evidence)

    def _write(session: Session) -> None:
        row = session.get(BackpackItem, (account_id, item_id), with_for_update=True)
        # Something newer may have come in its place meanwhile, or it is gone.
        if row is None or row.sha256 != item.sha256:
            return
        _note_check(row, checked, now)
        then(session, row)

    database.retrying(_write)


def _note_check(row: BackpackItem, checked: Checked, now: datetime) -> None:
    row.checked_at = now
    row.verdict, row.report = checked.verdict, dict(checked.report)
    status = status_columns(checked)
    for name, value in status.items():
        setattr(row, name, value)
    if status:
        # What could not be found out leaves no evidence to repeat it by; the earlier one still has some.
        row.evidence = checked.evidence
    if checked.is_good:
        columns = derived_columns(row.received, checked, added_at=row.added_at)
        # A removed address does not unmake what was once matched.
        columns["matched_spelling"] = columns["matched_spelling"] or row.matched_spelling
        for name, value in columns.items():
            setattr(row, name, value)


def _filters(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.state != "pending" and wanted.acceptance is None:
        filters.append(_is_listed())
    if wanted.acceptance is not None:
        filters.append(BackpackItem.acceptance == wanted.acceptance)
    if wanted.state is not None:
        filters.append(in_state(wanted.state, now))
    if wanted.issuer_id is not None:
        filters.append(BackpackItem.issuer_id == stored_identifier(wanted.issuer_id))
    if wanted.source is not None:
        was_awarded = BackpackItem.source == "award"
        filters.append(was_awarded if wanted.source == "award" else ~was_awarded)
    words = search_words(wanted.query)[:_MAX_WORDS]
    return filters + [BackpackItem.search_text.contains(word, autoescape=True) for word in words]


def _is_listed() -> ColumnElement[bool]:
    return BackpackItem.acceptance.not_in(("hidden", "pending"))


def _after(column: InstrumentedAttribute[Any], value: Any, item_id: UUID, *, is_falling: bool) -> ColumnElement[bool]:
    if is_falling:
        return or_(column < value, and_(column == value, BackpackItem.id < item_id))
    return or_(column > value, and_(column == value, BackpackItem.id > item_id))


def _cursor(value: Any, item_id: UUID) -> str:
    place = [value.isoformat() if isinstance(value, datetime) else value, str(item_id)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(text: str, order: Order) -> tuple[Any, UUID]:
    """A place in the caller's own list, and nothing else: whatever is written into it, no other list opens."""
    try:
        if len(text) > _MAX_CURSOR_LENGTH:
            raise ValueError("too long")  # noqa: TRY301 - one answer for all that is wrong with it
        value, item_id = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if not isinstance(value, str) or "\0" in value:
            raise TypeError("not a place")  # noqa: TRY301 - likewise
        value.encode()
        moment = datetime.fromisoformat(value) if order == "awarded" else None
        if moment is not None and moment.tzinfo is None:
            raise ValueError("no zone")  # noqa: TRY301 - likewise
        return moment or value, UUID(item_id)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError) as exc:
        raise Unusable("cursor_invalid") from exc


def _item(session: Session, caller: Caller, item_id: UUID) -> BackpackItem:
    item = session.get(BackpackItem, (caller.account_id, item_id))
    if item is None:
        raise NotFound("item_unknown")
    return item


def _addresses(session: Session, caller: Caller) -> dict[UUID | None, str]:
    rows = session.execute(select(Address.id, Address.value).where(Address.account_id == caller.account_id))
    return {row.id: row.value for row in rows}
