"""What time it is, as a value that is handed around: so that a test, or a replay, can say it instead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

Clock: TypeAlias = Callable[[], datetime]

# By so much the clocks of two processes may differ, and one may be put right: what is later than that was never now.
CLOCK_SKEW: Final = timedelta(minutes=5)


def system_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)
