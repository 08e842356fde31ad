"""A report for each source of the command line, in their order, by one process or by several."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from vcwallet.errors import FetchFailed
from vcwallet.fetching.evidence import Evidence
from vcwallet.operations.answers import from_error
from vcwallet.operations.verifying_many import verify_many
from vcwallet.policy import Policy
from vcwallet.report import VerificationReport
from vcwallet.terminal.command_parts import complain
from vcwallet.terminal.sources import Source
from vcwallet.toolkit import Toolkit

# A source whose report is still to come, or one that could not be read, with the report about that if there is one.
_Slot = tuple[Source, bool, VerificationReport | None]


def reports_on(
    sources: Iterable[Source],
    *,
    jobs: int,
    toolkit: Toolkit,
    policy: Policy,
    at: datetime,
    evidence: Evidence | None,
) -> Iterator[tuple[Source, VerificationReport | None]]:
    """Every source with its report; None, after a complaint, for a file that cannot be read although it looked so."""
    slots: deque[_Slot] = deque()
    contents = _contents(sources, slots, at)
    for report in verify_many(contents, jobs=jobs, toolkit=toolkit, policy=policy, at=at, evidence=evidence):
        yield from _unread(slots)
        yield slots.popleft()[0], report
    yield from _unread(slots)


def _contents(sources: Iterable[Source], slots: deque[_Slot], at: datetime) -> Iterator[bytes]:
    """What can be read, and a slot for everything, in the same order."""
    for source in sources:
        try:
            data = source.read()
        except FetchFailed as error:
            failed = replace(from_error("structure", error), required=True)
            slots.append((source, False, VerificationReport((failed,), at)))
        except OSError as error:
            complain(f"cannot read {source.name}: {error.strerror}")
            slots.append((source, False, None))
        else:
            slots.append((source, True, None))
            yield data


def _unread(slots: deque[_Slot]) -> Iterator[tuple[Source, VerificationReport | None]]:
    while slots and not slots[0][1]:
        source, _, report = slots.popleft()
        yield source, report
