"""The one word that a list shows for an item, and the same as a condition for the database."""

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, not_, or_

from vcwallet_api.storage.tables import BackpackItem

State = Literal["pending", "revoked", "expired", "upcoming", "failed", "indeterminate", "valid"]
STATES: Final[tuple[State, ...]] = ("pending", "revoked", "expired", "upcoming", "failed", "indeterminate", "valid")
_WRONG: Final = ("invalid", "malformed")


def state_of(item: BackpackItem, now: datetime) -> State:
    """What matters most about an item.

    Pending: it names an address that is not verified yet. Revoked, expired, upcoming: as its issuer says. Failed: the last
    check found something else wrong. Indeterminate: it found nothing wrong, and could not find out everything that it had
    to. Valid: none of these.
    """
    if item.acceptance == "pending":
        return "pending"
    if item.is_revoked:
        return "revoked"
    if item.valid_until is not None and item.valid_until <= now:
        return "expired"
    if item.valid_from is not None and item.valid_from > now:
        return "upcoming"
    if item.verdict in _WRONG:
        return "failed"
    return "valid" if item.verdict == "valid" else "indeterminate"


def in_state(state: State, now: datetime) -> ColumnElement[bool]:
    """The condition under which `state_of` gives this state."""
    conditions: dict[State, ColumnElement[bool]] = {
        "pending": BackpackItem.acceptance == "pending",
        "revoked": BackpackItem.is_revoked.is_(True),
        "expired": and_(BackpackItem.valid_until.is_not(None), BackpackItem.valid_until <= now),
        "upcoming": and_(BackpackItem.valid_from.is_not(None), BackpackItem.valid_from > now),
        "failed": BackpackItem.verdict.in_(_WRONG),
        "indeterminate": BackpackItem.verdict != "valid",
    }
    earlier = [condition for name, condition in conditions.items() if STATES.index(name) < STATES.index(state)]
    own = conditions.get(state)
    chosen = not_(or_(*earlier)) if earlier else None
    if own is None:
        return chosen if chosen is not None else BackpackItem.acceptance != "pending"
    return and_(chosen, own) if chosen is not None else own
