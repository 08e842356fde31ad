"""Read a record that somebody shared: what it shows, whether it is genuine, and what the receiver should not conclude."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vcwallet.errors import Problem, VcwalletError
from vcwallet.operations.signed import Signed, unverified_document
from vcwallet.operations.verifying_presentation import verify_presentation
from vcwallet.policy import Policy
from vcwallet.report import PresentationReport, VerificationReport
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.envelope import CompactJwt, recognise
from vcwallet.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Received:
    """One credential of a record: what it says, whether or not that is true, and the report about it.

    `withheld` is how many values were not shown, where the format tells; it counts decoys too. None where it does not.
    """

    document: Mapping[str, Any]
    report: VerificationReport
    withheld: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A record as received. True only when everything in it is valid.

    `notes` begin with the one that every reader has to know: whoever shared this chose what is in it.
    """

    report: PresentationReport
    credentials: tuple[Received, ...]
    notes: tuple[Problem, ...]

    def __bool__(self) -> bool:
        return bool(self.report)


def read(
    presentation: Signed | bytes | str | Mapping[str, Any],
    *,
    audience: str | None,
    challenge: str | None,
    at: datetime,
    toolkit: Toolkit | None = None,
    policy: Policy | None = None,
) -> Reading:
    """Verify a record, and read what it shows.

    `audience` and `challenge` are what it had to be made for; None, which must be said, takes it for whomever it was made.
    Never raises for a bad record: what is wrong is in `report`. Raises `ValueError` when `policy` names others.
    """
    data = presentation.data if isinstance(presentation, Signed) else presentation
    asked = policy or Policy()
    if asked.challenge not in (None, challenge) or asked.domain not in (None, audience):
        raise ValueError("expected audience and challenge to be those of the policy")
    report = verify_presentation(
        data, toolkit=toolkit, policy=replace(asked, challenge=challenge, domain=audience), at=at
    )
    shown = report.presentation.credentials if report.presentation is not None else ()
    credentials = tuple(_received(entry, inside) for entry, inside in zip(shown, report.credentials, strict=False))
    return Reading(report, credentials, tuple(_notes(report)))


def _received(entry: Any, report: VerificationReport) -> Received:
    try:
        secured = recognise(entry)
        document = without_proof(unverified_document(secured))
    except (VcwalletError, TypeError):
        return Received({}, report, None)
    if isinstance(secured, CompactJwt) and secured.sd_jwt is not None:
        return Received(document, report, sum(secured.sd_jwt.processed.withheld.values()))
    return Received(document, report, None)


def _notes(report: PresentationReport) -> Iterator[Problem]:
    yield Problem("selected_by_holder", "this was selected by whoever shared it, and may be incomplete")
    if report.presenter_id is None:
        yield Problem("presenter_unknown", "nobody proved who shared this")
