"""Whether the issuer withdrew a credential: every entry of `credentialStatus` is looked up, and every one counts.

How a list is read is for the packages in `status/`. Here lists are fetched, those that are credentials are verified like
any other and held to the credential's own issuer, and what the entries say becomes one answer: withdrawn by one list is
withdrawn; a list that cannot be had, or that has run out, is never "not withdrawn" but unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from vcwallet.credentials.credential import Credential, as_list, as_text_list
from vcwallet.errors import FetchFailed, Problem, Refused, Undecided, VcwalletError
from vcwallet.fetching.fetcher import Fetched, fetch_json
from vcwallet.fetching.web_address import shortened
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import Facts
from vcwallet.report import Check, Outcome, VerificationReport
from vcwallet.status.method import Bearing, OpenedList, StatusMethod, StatusValue
from vcwallet.wire import json_pointer

# A credential has an entry for each purpose, and there are four purposes.
_MAX_ENTRIES = 16
# A list of the greatest size that is read, compressed not at all and in base64, with the credential around it.
_MAX_LIST_BYTES = 2 * 1024 * 1024
_ACCEPT_CREDENTIAL = "application/vc, application/vc+ld+json, application/ld+json, application/json, text/plain"
# How long a recorded list that says nothing of its own speaks for its issuer: as long as a cache is believed at most.
_RECORDED_LISTS_LAST = timedelta(days=1)

# An answer that rests on a list which was good when it was recorded, and has run out since.
CODES_OF_STALE_LISTS = frozenset({"status_list_expired"})


@dataclass(frozen=True, slots=True)
class VerifiedList:
    """What became of one list credential in this call of verify(): its report, and what speaks against using it."""

    report: VerificationReport | None
    error: VcwalletError | None


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The check, and the reports about list credentials by the pointer of the entry that named them."""

    check: Check
    reports: Mapping[str, VerificationReport] = field(default_factory=dict)


class RecordedAt(Protocol):
    """When the answer of an address was recorded; None when it was given today."""

    def __call__(self, url: str) -> datetime | None: ...


def check_status(
    facts: Facts, lists: dict[str, VerifiedList], *, is_proven: bool, recorded_at: RecordedAt
) -> StatusAnswer:
    """Look up every entry. `lists` remembers the lists that were verified in this call of verify()."""
    if "credentialStatus" not in facts.document:
        return StatusAnswer(skipped("status", "status_absent", "the issuer offers no way to withdraw this credential"))
    if not is_proven:
        message = "the proof did not pass, and nothing is fetched on behalf of an unproven credential"
        return StatusAnswer(skipped("status", "proof_not_passed", message))
    entries = as_list(facts.document["credentialStatus"])
    is_single = not isinstance(facts.document["credentialStatus"], list)
    source = _Lists(facts, lists, recorded_at)
    found = _Found()
    for index, entry in enumerate(entries[:_MAX_ENTRIES]):
        pointer = "/credentialStatus" if is_single else json_pointer.join("/credentialStatus", index)
        source.entry_pointer = pointer
        try:
            _weigh(_read(facts, entry, source, pointer), pointer, found)
        except Undecided as problem:
            found.open.append(problem.problem)
        except VcwalletError as problem:
            found.failures.append(problem.problem)
    if len(entries) > _MAX_ENTRIES or not entries:
        message = f"expected 1 to {_MAX_ENTRIES} entries, found {len(entries)}"
        found.open.append(Problem("status_entries_number", message, "/credentialStatus"))
    return StatusAnswer(_amount(found), source.reports)


@dataclass(slots=True)
class _Found:
    failures: list[Problem] = field(default_factory=list)
    open: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    purposes: list[str] = field(default_factory=list)


def _read(facts: Facts, entry: Any, source: "_Lists", pointer: str) -> StatusValue:
    types = as_text_list(entry.get("type")) if isinstance(entry, Mapping) else []
    method: StatusMethod | None = next(
        (known for known in facts.toolkit.status_methods if known.entry_type in types), None
    )
    if method is None:
        shown = ", ".join(types)[:80] or "none"
        message = f"a status of type {shown} cannot be looked up by this toolkit"
        raise Undecided("status_type_unsupported", message, pointer=pointer)
    issuer_id = facts.credential.issuer_id or ""
    return method.read(
        entry, credential_id=facts.credential.id, issuer_id=issuer_id, source=source, at=facts.at, pointer=pointer
    )


def _weigh(value: StatusValue, pointer: str, found: _Found) -> None:
    found.purposes.append(value.purpose)
    said = f": {value.message[:200]}" if value.message else ""
    if value.is_withdrawn:
        word = "revoked" if value.purpose == "revocation" else "suspended"
        code = "revoked" if value.purpose == "revocation" else "suspended"
        found.failures.append(Problem(code, f"the issuer has {word} this credential{said}", pointer))
    elif value.bearing is Bearing.UNKNOWN:
        message = f"the issuer has set {value.purpose[:60]!r}, and what that means is not known{said}"
        found.open.append(Problem("status_purpose_unknown", message, pointer))
    elif value.is_set and value.purpose == "refresh":
        found.notes.append(
            Problem("status_refresh", f"the issuer has a newer version of this credential{said}", pointer)
        )
    elif value.is_set or (value.message and value.purpose == "message"):
        message = f"the issuer says of this credential ({value.purpose[:60]} {value.value}){said}"
        found.notes.append(Problem("status_message", message, pointer))


def _amount(found: _Found) -> Check:
    notes = tuple(found.notes)
    if found.failures:
        return replace(failed("status", tuple(found.failures)), notes=notes)
    if found.open:
        return replace(unknown("status", *found.open), notes=notes)
    purposes = ", ".join(dict.fromkeys(purpose[:60] for purpose in found.purposes))
    message = f"the issuer has not withdrawn it (asked about {purposes})"
    return passed("status", "not_withdrawn", message, pointer="/credentialStatus", notes=notes)


class _Lists:
    """The lists that the entries of one credential name (`status.method.ListSource`)."""

    def __init__(self, facts: Facts, lists: dict[str, VerifiedList], recorded_at: RecordedAt) -> None:
        self._facts = facts
        self._lists = lists
        self._recorded_at = recorded_at
        self.entry_pointer = ""
        self.reports: dict[str, VerificationReport] = {}

    def open_credential(self, url: str, *, pointer: str) -> OpenedList:
        known = self._lists.get(url)
        if known is None:
            known = self._lists[url] = self._verify(url)
        if known.report is not None:
            self.reports[json_pointer.join(self.entry_pointer, "statusListCredential")] = known.report
        if known.error is not None:
            raise known.error.placed_under(pointer)
        # Without an error there is a report, and a credential in it.
        credential = known.report.credential if known.report is not None else None
        if not isinstance(credential, Credential):
            raise Undecided("status_list_not_verified", "the list is no credential", pointer=pointer)
        self._refuse_stale(url, credential.document, pointer)
        return OpenedList(credential.document, self._recorded_at(url) or self._facts.at)

    def open_json(self, url: str, *, pointer: str) -> OpenedList:
        try:
            value, _ = fetch_json(self._facts.toolkit.fetcher, url, max_bytes=_MAX_LIST_BYTES)
        except FetchFailed as problem:
            raise problem.placed_under(pointer) from problem
        self._refuse_stale(url, {}, pointer)
        return OpenedList(value, self._recorded_at(url) or self._facts.at)

    def _verify(self, url: str) -> VerifiedList:
        try:
            fetched = self._fetch(url)
        except VcwalletError as problem:
            return VerifiedList(None, problem)
        report = self._facts.verify_inside(fetched.content)
        if report:
            return VerifiedList(report, None)
        first = next(iter(report.problems), Problem("not_verified", "it was not verified"))
        bad = {check.code for check in report.checks if check.required and check.outcome is Outcome.FAILED}
        if bad == {"expired"}:
            message = f"the status list is out of date: {first.message}"
            return VerifiedList(
                report, Undecided("status_list_expired", message, hint="try again when there is a new one")
            )
        message = f"the status list is {report.verdict}: {first.message} [{first.code}]"
        kind = Undecided if report.verdict == "indeterminate" else Refused
        return VerifiedList(report, kind("status_list_not_verified", message, hint=first.hint))

    def _fetch(self, url: str) -> Fetched:
        fetched = self._facts.toolkit.fetcher.fetch(url, accept=_ACCEPT_CREDENTIAL, max_bytes=_MAX_LIST_BYTES)
        if fetched.status != 200:  # noqa: PLR2004 - nothing else carries the list
            raise FetchFailed("http_status", f"{shortened(url)} answers with status {fetched.status}; 200 was expected")
        return fetched

    def _refuse_stale(self, url: str, document: Mapping[str, Any], pointer: str) -> None:
        """A recorded list speaks for as long as it says itself; one that does not say, for a day."""
        recorded = self._recorded_at(url)
        if recorded is None or "validUntil" in document:
            return  # the period of the list was checked with it
        subject = document.get("credentialSubject")
        ttl = subject.get("ttl") if isinstance(subject, Mapping) else None
        lasts = _RECORDED_LISTS_LAST
        if isinstance(ttl, int) and not isinstance(ttl, bool) and ttl >= 0:
            lasts = min(lasts, timedelta(milliseconds=min(ttl, 10**9)))
        if self._facts.at > recorded + lasts:
            message = f"the status list was recorded on {recorded.isoformat()} and does not speak for later"
            raise Undecided("status_list_expired", message, pointer=pointer)
