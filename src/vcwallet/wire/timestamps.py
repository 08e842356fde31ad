"""Moments as credentials write them: XML Schema 1.1 `dateTimeStamp`, and the NumericDate of JSON Web Tokens.

VCDM 2.0 section 4.9 asks for dateTimeStamp, so a time zone is required; without one, a credential would expire at
another moment for each reader. Whether a moment lies in the past is asked elsewhere: the clock is not read here.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from vcwallet.errors import Malformed

# XML Schema 1.1 part 2, section 3.3.7.2, with named groups. "T" and "Z" are upper case, the second 60 does not exist,
# 24:00:00 is the first moment of the next day.
_DATE_TIME: Final = re.compile(
    r"""
    (?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])
    T(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])(?:\.(?P<fraction>[0-9]+))?
      |(?P<midnight>24:00:00(?:\.0+)?))
    (?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?
    """,
    re.VERBOSE | re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_DIGITS: Final = 4


def parse_timestamp(text: object, *, pointer: str = "") -> datetime:
    """The moment that an XML Schema 1.1 dateTimeStamp names, in UTC.

    Digits beyond the microsecond are cut off. Raises Malformed timestamp_syntax, timestamp_without_zone, and
    timestamp_out_of_range for moments outside the years 1 to 9999, which datetime cannot hold.
    """
    if not isinstance(text, str):
        raise Malformed("timestamp_syntax", "expected a string with a date and time", pointer=pointer)
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise Malformed(
            "timestamp_syntax",
            f"expected a date and time like 2026-01-31T09:30:00Z, found {_shortened(text)}",
            pointer=pointer,
        )
    zone = match["zone"]
    if zone is None:
        raise Malformed(
            "timestamp_without_zone",
            f"{_shortened(text)} has no time zone",
            pointer=pointer,
            hint="end it with Z, or with an offset like +01:00",
        )
    year = match["year"]
    if len(year) > _YEAR_DIGITS or year == "0000":
        raise _out_of_range(text, pointer)
    try:
        moment = datetime(
            int(year),
            int(match["month"]),
            int(match["day"]),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            int(match["second"] or 0),
            int((match["fraction"] or "")[:6].ljust(6, "0")),
            tzinfo=_time_zone(zone),
        )
    except ValueError as exc:
        raise Malformed(
            "timestamp_syntax", f"there is no such day in that month: {_shortened(text)}", pointer=pointer
        ) from exc
    try:
        if match["midnight"]:
            moment += timedelta(days=1)
        return moment.astimezone(UTC)
    except OverflowError as exc:
        raise _out_of_range(text, pointer) from exc


def format_timestamp(moment: datetime) -> str:
    """The moment in UTC as a dateTimeStamp, with as many digits after the second as it needs.

    Raises ValueError for a datetime without a time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a datetime without a time zone does not name a moment")
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def from_numeric_date(value: object, *, pointer: str = "") -> datetime:
    """The moment of a NumericDate (RFC 7519 section 2): seconds since 1970, whole or not.

    Raises Malformed numeric_date.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed("numeric_date", "expected a number of seconds since 1970", pointer=pointer)
    try:
        return _EPOCH + timedelta(seconds=value)
    except (OverflowError, ValueError) as exc:  # ValueError is how timedelta refuses NaN.
        raise Malformed(
            "numeric_date", "the number of seconds names no moment between the years 1 and 9999", pointer=pointer
        ) from exc


def to_numeric_date(moment: datetime) -> int:
    """The NumericDate of a moment, in whole seconds: what is left of a second is cut off.

    Raises ValueError for a datetime without a time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a datetime without a time zone does not name a moment")
    return (moment - _EPOCH) // timedelta(seconds=1)


def _time_zone(zone: str) -> timezone:
    if zone == "Z":
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return timezone(-offset if zone[0] == "-" else offset)


def _out_of_range(text: str, pointer: str) -> Malformed:
    return Malformed(
        "timestamp_out_of_range", f"only the years 1 to 9999 are read, found {_shortened(text)}", pointer=pointer
    )


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")  # noqa: PLR2004 - only for reading
