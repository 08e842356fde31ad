"""Whether the credentials inside a credential are good: members of a learner record, and endorsements.

Each is verified on its own bytes, by the same rules and for itself; the proof around them never speaks for one (CLR 2.0
puts the claims of all members into one graph, where they could be exchanged unseen). What their reports mean for the one
outside is decided here, in `_judge`:

* forged, tampered, unsigned, withdrawn, malformed: the outer credential fails;
* expired, and nothing else: a note, because it was true when the outer one was made;
* undecided: so is the outer one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vcwallet.credentials import learning_record
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.embedded import Embedded, embedded_credentials
from vcwallet.errors import Problem
from vcwallet.operations.checks import Facts, ProofAnswer, failed, passed, skipped, unknown
from vcwallet.report import Check, Outcome, VerificationReport

# A reader mends what is named first; who endorsed what is listed for as many as anybody reads.
_MAX_PROBLEMS = 20
_MAX_NOTES = 50


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
    places = embedded_credentials(facts.document)
    if not places:
        return NestedAnswer(skipped("nested", "nested_absent", "no other credentials are inside"))
    found = _Findings(failures=learning_record.identity_problems(facts.document))
    reports = {}
    for place in places:
        report = reports[place.pointer] = facts.verify_inside(place.value, may_fetch=may_fetch)
        _judge(place, report, found, vouches=_vouches(facts, proof))
    if facts.credential.kind == "ClrCredential":
        found.notes += learning_record.notes(facts.document)
    return NestedAnswer(_amount(found, len(places)), reports)


def _amount(found: _Findings, count: int) -> Check:
    notes = tuple(found.notes[:_MAX_NOTES])
    if found.failures:
        return replace(failed("nested", tuple(found.failures[:_MAX_PROBLEMS])), notes=notes)
    if found.open:
        return replace(unknown("nested", *found.open[:_MAX_PROBLEMS]), notes=notes)
    message = "the credential inside is good" if count == 1 else f"all {count} credentials inside are good"
    return passed("nested", "nested_good", message, notes=notes)


def _judge(place: Embedded, report: VerificationReport, found: _Findings, *, vouches: bool) -> None:
    what = "a member" if place.role == "member" else "an endorsement"
    first = next(iter(report.problems), Problem("not_verified", "it was not verified"))
    credential = report.credential
    kind = credential.kind if credential is not None and report.verdict != "malformed" else "EndorsementCredential"
    if place.role == "endorsement" and kind != "EndorsementCredential":
        message = f"expected an EndorsementCredential, found a {kind}"
        found.failures.append(Problem("endorsement_kind_wrong", message, place.pointer))
    elif report:
        _note_good(place, report, found)
    elif _bad_only_in(report, {"expired"}):
        found.notes.append(Problem("nested_expired", f"{what} has expired: {first.message}", place.pointer))
    elif place.role == "member" and vouches and _bad_only_in(report, {"proof_missing"}):
        message = "this member is not signed by itself; the issuer of the record vouches for it"
        found.notes.append(Problem("member_vouched_for", message, place.pointer))
    elif report.verdict == "indeterminate":
        message = f"{what} cannot be decided: {first.message}"
        found.open.append(Problem("nested_undecided", message, place.pointer, first.hint))
    else:
        message = f"{what} is {report.verdict}: {first.message} [{first.code}]"
        code = "nested_malformed" if report.verdict == "malformed" else "nested_invalid"
        found.failures.append(Problem(code, message, place.pointer, first.hint))


def _bad_only_in(report: VerificationReport, codes: set[str]) -> bool:
    """Whether nothing but one of these speaks against it: everything else that counts passed.

    The issuer's key is not asked about where there is no proof, nor is a status looked up.
    """
    counted = [check for check in report.checks if check.required and check.outcome is not Outcome.PASSED]
    bad = [check for check in counted if check.code in codes and check.outcome is Outcome.FAILED]
    others = [check for check in counted if check not in bad]
    return bool(bad) and all(check.name == "issuer" and check.outcome is Outcome.SKIPPED for check in others)


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


def _vouches(facts: Facts, proof: ProofAnswer) -> bool:
    """Whether the record's issuer stands for members without a proof: the policy says so, and the JSON itself is signed.

    Below a signature over the graph, members about one person could swap their achievements.
    """
    if not facts.policy.accept_vouched_members or proof.check.outcome is not Outcome.PASSED:
        return False
    if facts.token is not None:
        return True
    good = [finding for finding in proof.findings if finding.error is None]
    return bool(good) and not any(finding.suite is None or finding.suite.signs_graph for finding in good)
