"""Why the service says no, in words that know nothing of HTTP.

A service function that cannot do what was asked raises one of these, with a stable code. `problems.py` turns them into
answers, and has the sentence and the next step that belong to each code.

    Refusal
    ├── Unauthenticated   nobody knows who is asking
    ├── NotAllowed        we know, and they may not
    ├── NotFound          there is no such thing, or it is somebody else's: the two look alike
    ├── Conflict          not in the state that things are in
    ├── Gone              it was here, and is no more
    ├── Unusable          what was handed over is well formed, and cannot be used
    ├── Misdirected       it was meant for another host
    ├── TooMuch           too often; later it is possible again
    └── Unavailable       something that we depend on does not answer just now
"""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A reason for which the service does not do what was asked.

    `code` is stable and listed in `problems.py`. `facts` are further members of the answer, for a program to read. `detail`
    is a sentence about this one case; without it the sentence that belongs to the code is used.
    """

    def __init__(self, code: str, detail: str = "", *, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.facts = dict(facts or {})


class Unauthenticated(Refusal):
    """Nobody is signed in, or no longer."""


class NotAllowed(Refusal):
    """Whoever is signed in may not do this."""


class NotFound(Refusal):
    """No such thing for this account. What belongs to another account is not found either."""


class Conflict(Refusal):
    """It cannot be done as things are."""


class Gone(Refusal):
    """It was used up, or its time is over."""


class Unusable(Refusal):
    """What was handed over cannot be used for this."""


class Misdirected(Refusal):
    """It was meant for another host than this one."""


class TooMuch(Refusal):
    """Too often. `retry_after_seconds` says when it is worth trying again."""

    def __init__(self, code: str, retry_after_seconds: int, detail: str = "") -> None:
        super().__init__(code, detail, facts={"retry_after": retry_after_seconds})
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Refusal):
    """Something that is needed does not answer: the database is busy, a disk is full."""

    def __init__(self, code: str, retry_after_seconds: int = 5, detail: str = "") -> None:
        super().__init__(code, detail, facts={"retry_after": retry_after_seconds})
        self.retry_after_seconds = retry_after_seconds
