"""Whether the issuer withdrew a credential: every entry of `credentialStatus` is looked up, and every one counts.

How a list is read is for the packages in `status/`. Here lists are fetched, those that are credentials are verified like
any other and held to the credential's own issuer, and what the entries say becomes one answer. A list that cannot be had
is never "not withdrawn": the answer is then unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vcwallet.errors import Problem
from vcwallet.operations.checks import Facts, skipped, unknown
from vcwallet.report import Check, VerificationReport

CODES_OF_STALE_LISTS = frozenset({"status_list_expired"})


@dataclass(frozen=True, slots=True)
class VerifiedList:
    """A list credential that was verified, and its report."""

    document: Mapping[str, Any]
    report: VerificationReport


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The check, and the reports about list credentials by the pointer of the entry that named them."""

    check: Check
    reports: Mapping[str, VerificationReport] = field(default_factory=dict)


def check_status(facts: Facts, lists: dict[str, VerifiedList], *, is_proven: bool) -> StatusAnswer:
    """Look up every entry. `lists` remembers the lists that were verified in this call of verify()."""
    del lists, is_proven  # until the lists can be read
    if "credentialStatus" not in facts.document:
        return StatusAnswer(skipped("status", "status_absent", "the issuer offers no way to withdraw this credential"))
    message = "the credential may have been withdrawn: its status cannot be looked up by this version"
    return StatusAnswer(unknown("status", Problem("status_not_checked", message, "/credentialStatus")))
