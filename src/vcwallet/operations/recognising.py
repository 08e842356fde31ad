"""recognise_recipient(): which of the identifiers that somebody has does this credential mean?

A verifier asks about one identifier, in its policy. A wallet knows many of its learner: several addresses, each in several
spellings. Verifying once per spelling would ask the same questions again and again; here only the question about the
recipient is asked, of a report that is there already.
"""

from collections.abc import Iterable
from dataclasses import replace

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.operations import policy_checks, sd_jwt_vc_checks
from vcwallet.operations.badge_v2 import document_checks as badge_v2_checks
from vcwallet.policy import Recipient
from vcwallet.report import Check, Outcome, VerificationReport


def recognise_recipient(
    report: VerificationReport, candidates: Iterable[Recipient]
) -> tuple[VerificationReport, Recipient | None]:
    """The first of the candidates whom the credential is about, and the report with its recipient check answered so.

    The check counts for the verdict, as it does when a policy names a recipient. When nobody matches it says why the last
    candidate does not; without candidates, or without a credential in the report, the report comes back as it is.
    """
    credential = report.credential
    answer: Check | None = None
    for candidate in candidates if credential is not None else ():
        answer = replace(_compare(credential, candidate), required=True)
        if answer.outcome is Outcome.PASSED:
            return _with(report, answer), candidate
    return (_with(report, answer) if answer is not None else report), None


def _compare(credential: Credential | Assertion | SdJwtVc | None, candidate: Recipient) -> Check:
    if isinstance(credential, Assertion):
        return badge_v2_checks.compare_recipient(credential, candidate)
    if isinstance(credential, SdJwtVc):
        return sd_jwt_vc_checks.compare_recipient(credential, candidate)
    return policy_checks.compare_recipient(credential or Credential({}), candidate)


def _with(report: VerificationReport, answer: Check) -> VerificationReport:
    return replace(report, checks=tuple(answer if check.name == answer.name else check for check in report.checks))
