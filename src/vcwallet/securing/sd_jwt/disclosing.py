"""The holder's part: choose what of a token is seen.

A disclosed value inside another needs the disclosures around it; they come along, and with them whatever the issuer
left open inside of those. What is disclosed is therefore exactly what `process` finds in the result.
"""

from collections.abc import Collection
from typing import Any

from vcwallet.errors import Refused
from vcwallet.securing.sd_jwt.compact_form import compact, parse_sd_jwt
from vcwallet.securing.sd_jwt.processed_claims import process
from vcwallet.wire.json_pointer import join, resolve, split


def disclose(text: str, *, reveal: Collection[str] | None = None, withhold: Collection[str] | None = None) -> str:
    """The token with some of its disclosures, and without key binding.

    Say either what is seen or what is not, by JSON pointers into the claims that `process` gives for this token. `reveal`:
    these values, with all that is inside, and what can never be withheld. `withhold`: everything but these values.

    Raises `Refused` pointer_not_found for a place that is not there, not_disclosable for a value to be withheld that the
    issuer left open, `ValueError` unless one of the two is given, and as `parse_sd_jwt` and `process` do.
    """
    if (reveal is None) == (withhold is None):
        raise ValueError("expected either reveal or withhold")
    token = parse_sd_jwt(text)
    processed = process(token)
    places = {pointer: split(pointer) for pointer in processed.disclosed}
    asked = {_place(processed.claims, pointer) for pointer in (reveal if reveal is not None else withhold) or ()}
    if reveal is not None:
        around = {beginning for place in asked for beginning in _beginnings(place)}
        kept = {
            pointer for pointer, place in places.items() if place in around or not asked.isdisjoint(_beginnings(place))
        }
    else:
        for place in asked.difference(places.values()):
            raise Refused("not_disclosable", "the issuer left no way to withhold this", pointer=join("", *place))
        kept = {pointer for pointer, place in places.items() if asked.isdisjoint(_beginnings(place))}
    encoded = {processed.disclosed[pointer].encoded for pointer in kept}
    return compact(token.issuer_jwt, [each for each in token.disclosures if each.encoded in encoded])


def _place(claims: dict[str, Any], pointer: str) -> tuple[str, ...]:
    resolve(claims, pointer)
    return split(pointer)


def _beginnings(place: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The place, and everything that it is inside of."""
    return [place[:length] for length in range(len(place) + 1)]
