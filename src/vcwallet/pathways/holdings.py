"""What a learner holds, and whether it counts for a pathway.

A credential counts when it was verified, is about this learner, was not withdrawn and has not ended, was accepted by the
learner, and comes from the organisation of the pathway, or from elsewhere if the pathway counts such credentials and the
learner shared it. Of one that does not count the reason is kept, because a learner wants to know why a badge that they
hold changes nothing.

`HeldCredential` has just the facts that are needed for this, so that a wallet can take them from its database and a
receiver from reports; `held_credential` does the latter. Nothing is verified here, and nothing is fetched.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import Credential, as_list, as_text
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.errors import Malformed, Problem
from vcwallet.pathways.pathway import Pathway
from vcwallet.pathways.timeline import NEVER, Period, Timeline
from vcwallet.report import Outcome, VerificationReport
from vcwallet.wire.timestamps import parse_timestamp


class WithdrawalKind(StrEnum):
    """How an issuer took a credential back."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The issuer took it back: when, if that is known, and why, if they said so."""

    kind: WithdrawalKind
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCredential:
    """One credential of a learner, as far as pathways are concerned.

    - `key`: what the caller calls it; two with one key are the same credential.
    - `results`: pairs of a result description's id and the value, as the credential writes it.
    - `awarded_at`: the date that a learner would give for it; `valid_from`, `valid_until`: when it may be relied on.
    - `fault`: why it could not be verified, dates and withdrawal left aside; None when it was verified.
    - `is_about_learner`: whether it names an identifier that the learner has proved; None when nobody asked.
    - `is_shared`, `shared_until`: the learner lets the organisation count it (asked of credentials from elsewhere only),
      or did so until then.
    - `is_reward`: it was issued because the learner completed a step. It then follows from the step and cannot hold it up:
      when what the step asks for is withdrawn, the step lapses although its milestone stays.
    """

    key: str
    name: str = ""
    achievement_ids: frozenset[str] = frozenset()
    issuer_id: str | None = None
    alignments: frozenset[str] = frozenset()
    results: tuple[tuple[str, str], ...] = ()
    awarded_at: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    fault: Problem | None = None
    withdrawal: Withdrawal | None = None
    is_about_learner: bool | None = None
    is_accepted: bool = True
    is_shared: bool = False
    shared_until: datetime | None = None
    is_reward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingPolicy:
    """What has to hold for a credential to count, beyond what the pathway itself says.

    - `require_recipient`: it must be about an identifier that the learner has proved. Only who has established that in
      another way, such as by a presentation signed by its subject, can do without.
    - `known_issuers`: identifiers of issuers that a registry vouches for. A pathway that counts outside credentials counts
      those of other issuers only if it says so. None: nobody is known.
    - `clock_skew`: how far clocks may differ, as in `vcwallet.Policy`.
    """

    require_recipient: bool = True
    known_issuers: Collection[str] | None = None
    clock_skew: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        if isinstance(self.known_issuers, str):
            # One string would be searched for substrings.
            raise TypeError("known_issuers takes a collection of identifiers, not one string")
        if self.clock_skew < timedelta(0):
            raise ValueError("clock_skew takes a timedelta that is not negative")


@dataclass(frozen=True, slots=True)
class Standing:
    """When a credential counted, and, if it does not count now, why not."""

    held: HeldCredential
    timeline: Timeline = field(repr=False)
    reason: Problem | None = None

    @property
    def counts(self) -> bool:
        return self.reason is None


def stand(held: HeldCredential, pathway: Pathway, *, at: datetime, policy: CountingPolicy) -> Standing:
    """Whether a credential counts for a pathway at a time, or did so before."""
    reason = _never_counts(held, pathway, policy)
    if reason is not None:
        return Standing(held, NEVER, reason)
    begin = held.awarded_at or held.valid_from or datetime.min.replace(tzinfo=at.tzinfo)
    if held.valid_from is not None and held.valid_from > at + policy.clock_skew:
        message = f"{_named(held)} is not valid before {_date(held.valid_from)}"
        return Standing(held, NEVER, Problem("badge_not_yet_valid", message))
    ended = _ended(held, pathway, at, policy)
    begin = min(begin, at)
    if ended is None:
        return Standing(held, (Period(begin),))
    end, reason = min(ended, key=lambda found: found[0])
    return Standing(held, (Period(begin, end),) if begin < end else NEVER, reason)


def _never_counts(held: HeldCredential, pathway: Pathway, policy: CountingPolicy) -> Problem | None:
    name = _named(held)
    if held.fault is not None:
        return Problem("badge_not_verified", f"{name} could not be verified: {held.fault.message}", "", held.fault.hint)
    if held.is_about_learner is False:
        hint = "add the address that it was sent to"
        return Problem("badge_of_another_address", f"{name} was sent to another address or person", "", hint)
    if held.is_about_learner is None and policy.require_recipient:
        return Problem("badge_recipient_not_asked", f"nobody has checked whom {name} is about")
    if not held.is_accepted:
        return Problem(
            "badge_not_accepted", f"{name} is hidden or was not accepted yet", "", "accept it in the backpack"
        )
    if held.issuer_id is not None and held.issuer_id in _own_issuers(pathway):
        return None
    if not pathway.counts_outside:
        return Problem(
            "badge_from_outside", f"{name} was issued by another organisation, which this pathway does not count"
        )
    is_known = held.issuer_id is not None and held.issuer_id in (policy.known_issuers or ())
    if not is_known and not pathway.counts_unknown_issuers:
        return Problem("badge_issuer_unknown", f"{name} was issued by somebody who is in no known registry")
    if not held.is_shared and held.shared_until is None:
        hint = "share it with the organisation"
        return Problem("badge_not_shared", f"{name} is not shared with the organisation of this pathway", "", hint)
    return None


def _ended(
    held: HeldCredential, pathway: Pathway, at: datetime, policy: CountingPolicy
) -> list[tuple[datetime, Problem]] | None:
    """Each moment at which it stopped to count, with why; None when it counts."""
    name = _named(held)
    found: list[tuple[datetime, Problem]] = []
    if held.withdrawal is not None:
        when, why = held.withdrawal.at, held.withdrawal.reason
        date = f" on {_date(when)}" if when is not None else ""
        because = f": {why}" if why else ""
        if held.withdrawal.kind is WithdrawalKind.REVOKED:
            problem = Problem("badge_withdrawn", f"{name} was revoked by its issuer{date}{because}")
        else:
            problem = Problem("badge_suspended", f"{name} is suspended by its issuer{because}")
        found.append((min(when or at, at), problem))
    if held.valid_until is not None and held.valid_until < at - policy.clock_skew:
        problem = Problem(
            "badge_expired", f"{name} expired on {_date(held.valid_until)}", "", "ask the issuer to renew it"
        )
        found.append((held.valid_until, problem))
    if held.issuer_id not in _own_issuers(pathway) and held.shared_until is not None and held.shared_until <= at:
        message = f"{name} is no longer shared with the organisation of this pathway"
        found.append((held.shared_until, Problem("badge_no_longer_shared", message, "", "share it again")))
    return found or None


def _own_issuers(pathway: Pathway) -> tuple[str, ...]:
    return pathway.issuers or (pathway.organisation,)


def is_issued_by_organisation(held: HeldCredential, pathway: Pathway) -> bool:
    """Whether the organisation of the pathway itself issued it."""
    return held.issuer_id is not None and held.issuer_id in _own_issuers(pathway)


# --- from a report -----------------------------------------------------------------------------------------------------

# Checks whose failure is judged here: the dates are in the credential, and a withdrawn one may have counted before.
_JUDGED_HERE = {("period", "expired"), ("period", "not_yet_valid")}
# What the status check calls it, of credentials and of badges of Open Badges 2.0; being revoked outlasts the rest.
_WITHDRAWALS = {
    "revoked": WithdrawalKind.REVOKED,
    "badge_revoked": WithdrawalKind.REVOKED,
    "suspended": WithdrawalKind.SUSPENDED,
}


def held_credential(
    report: VerificationReport,
    *,
    key: str | None = None,
    is_about_learner: bool | None = None,
    is_shared: bool = True,
    is_reward: bool = False,
) -> HeldCredential:
    """What a report of `verify()` says, as a credential that a learner holds.

    An expired, revoked or suspended credential is one that counted once; any other that is not valid has a fault. The
    recipient check decides whether it is about the learner, unless `is_about_learner` does. By default it counts as
    shared: whoever has the report was given the credential.
    """
    credential = report.credential
    if credential is None:
        fault = next(iter(report.problems), Problem("not_verified", "there is no credential in it"))
        return HeldCredential(key=key or "", fault=fault)
    recipient = report.check("recipient").outcome
    if is_about_learner is None and recipient in (Outcome.PASSED, Outcome.FAILED):
        is_about_learner = recipient is Outcome.PASSED
    facts = credential_facts(credential)
    return HeldCredential(
        key=key or credential.id or "",
        fault=_fault(report),
        withdrawal=_withdrawal(report),
        is_about_learner=is_about_learner,
        is_shared=is_shared,
        is_reward=is_reward,
        **facts,
    )


def credential_facts(credential: Credential | Assertion | SdJwtVc) -> dict[str, Any]:
    """What an Open Badge says that matters here, as arguments of `HeldCredential`.

    Only what the credential itself asserts counts: a learner record describes achievements too, which nobody earned yet,
    and an endorsement speaks of what somebody else earned. Of Open Badges 2.0, the badge class is the achievement.
    """
    if isinstance(credential, Assertion):
        return _assertion_facts(credential)
    if isinstance(credential, SdJwtVc):
        return _token_facts(credential)
    achievement = credential.achievement or {}
    is_badge = credential.kind == "AchievementCredential"
    achievement_id = as_text(achievement.get("id"))
    return {
        "name": credential.name or "",
        "achievement_ids": frozenset({achievement_id} if is_badge and achievement_id else ()),
        "issuer_id": credential.issuer_id,
        "alignments": frozenset(_texts(achievement.get("alignment"), "targetUrl") if is_badge else ()),
        "results": tuple(_results(credential)) if is_badge else (),
        "awarded_at": _moment(credential.document.get("awardedDate")) or credential.valid_from,
        "valid_from": credential.valid_from,
        "valid_until": credential.valid_until,
    }


def _assertion_facts(assertion: Assertion) -> dict[str, Any]:
    is_award = assertion.kind == "Assertion"
    return {
        "name": assertion.name or "",
        "achievement_ids": frozenset({assertion.badge_id} if is_award and assertion.badge_id else ()),
        "issuer_id": assertion.issuer_id,
        "alignments": frozenset(_texts((assertion.badge or {}).get("alignment"), "targetUrl") if is_award else ()),
        "results": (),
        "awarded_at": assertion.issued_on,
        "valid_from": assertion.valid_from,
        "valid_until": assertion.valid_until,
    }


def _token_facts(credential: SdJwtVc) -> dict[str, Any]:
    """Of an SD-JWT VC only its type says what it is for, and that is no achievement of Open Badges."""
    return {
        "name": credential.vct or "",
        "achievement_ids": frozenset(),
        "issuer_id": credential.issuer_id,
        "alignments": frozenset(),
        "results": (),
        "awarded_at": credential.awarded_at,
        "valid_from": credential.valid_from,
        "valid_until": credential.valid_until,
    }


def _fault(report: VerificationReport) -> Problem | None:
    for check in report.checks:
        if not check.required or check.outcome not in (Outcome.FAILED, Outcome.UNKNOWN) or check.name == "recipient":
            continue
        if (check.name, check.code) in _JUDGED_HERE or (check.name == "status" and _withdrawal(report) is not None):
            continue
        return Problem(check.code, check.message, check.pointer, check.hint)
    proof = report.check("proof")
    if proof.outcome is not Outcome.PASSED:
        # No policy can do without a proof; a report that was put together by hand could.
        return Problem("not_verified", "its proof was not checked")
    return None


def _withdrawal(report: VerificationReport) -> Withdrawal | None:
    status = report.check("status")
    found = {status.code, *(problem.code for problem in status.problems)} if status.outcome is Outcome.FAILED else set()
    return next((Withdrawal(kind) for code, kind in _WITHDRAWALS.items() if code in found), None)


def _results(credential: Credential) -> list[tuple[str, str]]:
    entries = as_list((credential.subject or {}).get("result"))
    pairs = [(entry.get("resultDescription"), entry.get("value")) for entry in entries if isinstance(entry, Mapping)]
    return [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]


def _texts(value: Any, member: str) -> list[str]:
    found = [entry.get(member) for entry in as_list(value) if isinstance(entry, Mapping)]
    return [text for text in found if isinstance(text, str)]


def _moment(value: Any) -> datetime | None:
    try:
        return parse_timestamp(value)
    except Malformed:
        return None


def _named(held: HeldCredential) -> str:
    return f"“{held.name}”" if held.name else "the credential"


def _date(moment: datetime) -> str:
    return moment.date().isoformat()
