"""A badge as lists and its own page show it: picture, and one line in words about its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from vcwallet_api.backpack.page_models import BadgeCard, StateTone
from vcwallet_api.backpack.states import State, state_of
from vcwallet_api.languages import Language, message
from vcwallet_api.medals import medal_for
from vcwallet_api.storage.tables import BackpackItem

# Kinds of files that a badge can be baked into.
PICTURES: Final = ("image/png", "image/svg+xml")

_STATES: Final[Mapping[State, tuple[str, StateTone]]] = {
    "valid": (message("Valid"), "good"),
    "expired": (message("Expired on {date}"), "none"),
    "revoked": (message("Revoked by its issuer"), "bad"),
    "upcoming": (message("Valid from {date}"), "unsure"),
    "failed": (message("The last check found a problem"), "bad"),
    "pending": (message("Waits for its address"), "unsure"),
    "indeterminate": (message("No answer at the last check"), "unsure"),
}
_VALID_UNTIL: Final[tuple[str, StateTone]] = (message("Valid until {date}"), "good")


def card_of(item: BackpackItem, now: datetime, language: Language) -> BadgeCard:
    """A badge as a list shows it."""
    state = state_of(item, now)
    text, tone = _STATES[state]
    if state == "valid" and item.valid_until is not None:
        text, tone = _VALID_UNTIL
    day = item.valid_from if state == "upcoming" else item.valid_until
    return BadgeCard(
        id=item.id,
        name=item.name,
        issuer_name=item.issuer_name or item.issuer_id or "",
        awarded_at=item.awarded_at,
        picture=_picture(item),
        state=language.translate(text, date=language.date(day))
        if day is not None
        else language.translate(text, date=""),
        tone=tone,
        is_over=state in ("expired", "revoked"),
        is_new=item.acceptance == "new",
        address_removed=item.binding == "address_removed",
    )


def _picture(item: BackpackItem) -> str:
    if item.media_type in PICTURES:
        return f"/backpack/{item.id}/picture"
    return medal_for(item.name, item.issuer_name or item.issuer_id or "").path
