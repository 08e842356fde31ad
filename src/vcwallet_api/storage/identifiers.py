"""Names for rows, made here and not by the database: UUIDs of version 7 (RFC 9562), which sort by the time they were made.

A key that the client makes can be written by any node of a distributed database without asking another, and a retried
insert is the same insert.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(now: datetime) -> UUID:
    """A new identifier; `now` is the time that it sorts by, to a quarter of a microsecond (RFC 9562, 6.2, method 3)."""
    microseconds = (now - _EPOCH) // timedelta(microseconds=1)
    milliseconds, rest = divmod(microseconds, 1000)
    # 48 bits of time, 4 of version, 12 of finer time, 2 of variant, 62 random (RFC 9562, 5.7).
    fraction = rest * 4096 // 1000
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))
