"""Whether the credentials inside a credential are good: members of a learner record, and endorsements.

Each is verified on its own bytes, by the same rules and for itself; the proof around them never speaks for one (CLR 2.0
puts the claims of all members into one graph, where they could be exchanged unseen). What their reports mean for the one
outside is decided here, in `_judge`:

* forged, tampered, unsigned, withdrawn, malformed: the outer credential fails;
* expired, and nothing else: a note, because it was true when the outer one was made;
* undecided, or forgiven if only the rest were known: so is the outer one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from vcwallet.credentials import learning_record
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.embedded import Embedded, embedded_credentials
from vcwallet.errors import Problem, Undecided
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import Facts
from vcwallet.operations.proof_checks import ProofAnswer
from vcwallet.report import Check, Outcome, VerificationReport

# A reader mends what is named first; who endorsed what is listed for as many as anybody reads.
_MAX_PROBLEMS = 20
_MAX_NOTES = 50

_Vouching = Literal["yes", "no", "undecided"]


@dataclass(frozen=True, slots=True)
class NestedAnswer:
    """The check, and the report of each credential inside by its JSON pointer."""

    check: Check
    reports: Mapping[str, VerificationReport] = field(default_factory=dict)


@dataclass(slots=True)
class _Findings:
    failures: list[Problem] = field(default_factory=list)
    open: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check_nested(facts: Facts, proof: ProofAnswer, *, may_fetch: bool) -> NestedAnswer:
    """Verify everything inside. Without `may_fetch`, only what can be verified offline is decided."""
    found = _Findings(failures=learning_record.identity_problems(facts.document))
    reports: dict[str, VerificationReport] = {}
    vouching = _vouching(facts, proof)
    for place in embedded_credentials(facts.document):
        try:
            report = facts.verify_inside(place.value, may_fetch=may_fetch)
        except Undecided as limit:  # there are too many of them: the rest is not looked at
            found.open.append(replace(limit.problem, pointer=place.pointer))
            break
        reports[place.pointer] = report
        _judge(place, report, found, vouching)
    if not reports and not found.open:
        return NestedAnswer(skipped("nested", "nested_absent", "no other credentials are inside"))
    if facts.credential.kind == "ClrCredential":
        found.notes += learning_record.notes(facts.document)
    return NestedAnswer(_amount(found, len(reports)), reports)


def _amount(found: _Findings, count: int) -> Check:
    notes = tuple(found.notes[:_MAX_NOTES])
    if found.failures:
        return replace(failed("nested", tuple(found.failures[:_MAX_PROBLEMS])), notes=notes)
    if found.open:
        return replace(unknown("nested", *found.open[:_MAX_PROBLEMS]), notes=notes)
    message = "the credential inside is good" if count == 1 else f"all {count} credentials inside are good"
    return passed("nested", "nested_good", message, notes=notes)


def _judge(place: Embedded, report: VerificationReport, found: _Findings, vouching: _Vouching) -> None:
    what = "a member" if place.role == "member" else "an endorsement"
    first = next(iter(report.problems), Problem("not_verified", "it was not verified"))
    credential = report.credential
    kind = credential.kind if credential is not None and report.verdict != "malformed" else "EndorsementCredential"
    if place.role == "endorsement" and kind != "EndorsementCredential":
        message = f"expected an EndorsementCredential, found a {kind}"
        found.failures.append(Problem("endorsement_kind_wrong", message, place.pointer))
    elif report:
        _note_good(place, report, found)
    elif _bad_only_in(report, "expired") and not _open(report):
        found.notes.append(Problem("nested_expired", f"{what} has expired: {first.message}", place.pointer))
    elif place.role == "member" and vouching == "yes" and _bad_only_in(report, "proof_missing") and not _open(report):
        message = "this member is not signed by itself; the issuer of the record vouches for it"
        found.notes.append(Problem("member_vouched_for", message, place.pointer))
    elif _may_yet_be_good(place, report, vouching):
        message = f"{what} cannot be decided: {first.message}"
        found.open.append(Problem("nested_undecided", message, place.pointer, first.hint))
    else:
        message = f"{what} is {report.verdict}: {first.message} [{first.code}]"
        code = "nested_malformed" if report.verdict == "malformed" else "nested_invalid"
        found.failures.append(Problem(code, message, place.pointer, first.hint))


def _bad_only_in(report: VerificationReport, code: str) -> bool:
    """Whether nothing that is certain speaks against it but this."""
    failures = [check.code for check in report.checks if check.required and check.outcome is Outcome.FAILED]
    return bool(failures) and set(failures) == {code}


def _open(report: VerificationReport) -> bool:
    """Whether something that counts was not found out, beside the issuer of what has no proof: that is not asked."""
    open_ = (Outcome.UNKNOWN, Outcome.SKIPPED)
    counted = [check for check in report.checks if check.required and check.outcome in open_]
    return any(check.name != "issuer" or check.outcome is not Outcome.SKIPPED for check in counted)


def _may_yet_be_good(place: Embedded, report: VerificationReport, vouching: _Vouching) -> bool:
    """Undecided; or with a failure that would be forgiven, if only the rest were known."""
    if report.verdict == "indeterminate" or _bad_only_in(report, "expired"):
        return True
    return place.role == "member" and vouching != "no" and _bad_only_in(report, "proof_missing")


def _note_good(place: Embedded, report: VerificationReport, found: _Findings) -> None:
    """Who endorsed what, as evidence; and a warning where an endorsement speaks of something else than it stands beside."""
    credential = report.credential
    if place.role != "endorsement" or not isinstance(credential, Credential):
        return
    endorser = (credential.issuer_name or credential.issuer_id or "somebody")[:200]
    about = credential.subject_id
    if place.holder_id is not None and about is not None and about != place.holder_id:
        message = f"the endorsement is about {about[:200]} and not about what it stands beside"
        found.notes.append(Problem("endorsement_of_something_else", message, place.pointer))
    else:
        found.notes.append(Problem("endorsed", f"{endorser} endorses {(about or 'this')[:200]}", place.pointer))


def _vouching(facts: Facts, proof: ProofAnswer) -> _Vouching:
    """Whether the record's issuer stands for members without a proof: the policy says so, and the JSON itself is signed.

    Below a signature over the graph, members about one person could swap their achievements. While the record's own proof
    is open, so is this.
    """
    if not facts.policy.accept_vouched_members or proof.check.outcome not in (Outcome.PASSED, Outcome.UNKNOWN):
        return "no"
    if any(finding.suite is not None and finding.suite.signs_graph for finding in proof.findings):
        return "no"
    good = [finding for finding in proof.findings if finding.error is None]
    return "yes" if proof.check.outcome is Outcome.PASSED and (good or facts.token is not None) else "undecided"
