"""The order of the questions about a badge of Open Badges 2.0, or older: the same eleven as for newer credentials.

1. structure   it is an assertion or an endorsement, with the members it must have
2. context     its terms are those of Open Badges
3. proof       hosted: its address serves exactly this; signed: a key that the issuer lists signed exactly this
4. issuer      it is hosted within the issuer's scope, or the key is the issuer's; so is the badge class
5. schema      these badges name none
6. period      it was issued, and has not expired
7. status      it is not revoked, where it is hosted or on the issuer's list
8. nested      the endorsements are good
9. recipient, 10. holder, 11. trust: only if the policy asks

Of a hosted badge, what its address serves is what counts; what was received only says where to look. Without the network
nothing of this can be confirmed, and the answer is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.errors import FetchFailed, Problem, Refused, Undecided
from vcwallet.operations import document_kind, policy_checks
from vcwallet.operations.answers import failed, skipped, unknown
from vcwallet.operations.badge_v2 import document_checks, endorsement_checks, issuer_checks, proof_checks, status_checks
from vcwallet.operations.badge_v2.documents import Documents, reason_of
from vcwallet.operations.badge_v2.endorsement_checks import Endorsements
from vcwallet.operations.badge_v2.facts import BadgeFacts, BadgeProof, FoundIssuer, read
from vcwallet.operations.facts import VerifyInside
from vcwallet.policy import Policy
from vcwallet.report import Check, Outcome, VerificationReport
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured
from vcwallet.toolkit import Toolkit

Answer = Callable[[str, Callable[[], Check]], Check]


@dataclass(frozen=True, slots=True)
class BadgeAnswers:
    """Every check but `trust`, and what the report says beside them."""

    checks: list[Check]
    credential: Assertion
    policy: Policy
    securing: str = ""
    nested: Mapping[str, VerificationReport] = field(default_factory=dict)


def ask(
    secured: Secured,
    *,
    toolkit: Toolkit,
    policy: Policy,
    at: datetime,
    verify_inside: VerifyInside,
    answer: Answer,
) -> BadgeAnswers:
    """Ask all questions. `answer` puts one, and turns what goes wrong into an answer."""
    asking = _Asking(secured, toolkit, policy, at, verify_inside)
    structure = answer("structure", asking.structure)
    if structure.outcome is not Outcome.PASSED:
        gone = [asking.gone] if asking.gone is not None else []
        return BadgeAnswers([structure, *gone], asking.facts.assertion, policy)
    context = answer("context", lambda: document_checks.check_context(asking.facts))
    proof = answer("proof", asking.ask_proof)
    issuer = answer("issuer", lambda: asking.ask_issuer(proof))
    counts = "issuer" in policy.required_checks
    is_proven = proof.outcome is Outcome.PASSED and (issuer.outcome is Outcome.PASSED or not counts)
    facts = asking.facts
    every = [
        structure,
        context,
        proof,
        issuer,
        skipped("schema", "schema_absent", "the badge names no schema"),
        answer("period", lambda: document_checks.check_period(facts)),
        answer("status", lambda: asking.ask_status(is_proven=is_proven)),
        answer("nested", lambda: asking.ask_nested(is_proven=is_proven)),
        answer("recipient", lambda: document_checks.check_recipient(facts)),
        answer("holder", lambda: policy_checks.check_holder(facts)),
    ]
    return BadgeAnswers(every, facts.assertion, policy, asking.securing, asking.endorsements.reports)


class _Asking:
    """What the answers to earlier questions leave for later ones."""

    def __init__(
        self, secured: Secured, toolkit: Toolkit, policy: Policy, at: datetime, verify_inside: VerifyInside
    ) -> None:
        self.secured = secured
        token = secured if isinstance(secured, CompactJwt) else None
        assertion = read(secured, document_kind.unverified_badge(secured))
        self.facts = BadgeFacts(assertion, token, Documents(toolkit.fetcher), toolkit, policy, at, verify_inside)
        self.proof: BadgeProof | None = None
        self.issuer: FoundIssuer | None = None
        self.gone: Check | None = None
        self.endorsements = Endorsements(skipped("nested", "not_reached", ""))

    @property
    def securing(self) -> str:
        version = f"Open Badges {self.facts.assertion.version}"
        if self.facts.token is not None:
            return f"{version} signed {self.facts.token.unverified_jws.header.get('alg')}"
        return f"{version} hosted" if self.facts.assertion.verification_type == "hosted" else ""

    def structure(self) -> Check:
        if isinstance(self.secured, HostedAddress):
            self._look_up(self.secured)
            if self.gone is not None:
                message = "there is nothing at its address any more"
                return unknown("structure", Problem("hosted_assertion_gone", message, "/id"))
        return document_checks.check_structure(self.facts)

    def _look_up(self, secured: HostedAddress) -> None:
        """All that was received is an address: what it serves stands for what was received."""
        found = _explaining_offline(lambda: self.facts.documents.find(secured.address, "assertion"))
        if found.is_gone:
            reason = reason_of(found.content)
            message = f"the issuer withdrew it: its address answers that it is gone{reason}"
            self.gone = failed("status", (Problem("badge_revoked", message, "/id"),))
            return
        self.facts = replace(self.facts, assertion=Assertion(found.content, secured.received, found.version))

    def ask_proof(self) -> Check:
        facts = self.facts
        if facts.token is not None:
            token = facts.token
            self.proof = _explaining_offline(lambda: proof_checks.check_signed(facts, token))
        elif facts.assertion.verification_type == "signed":
            message = "the badge says that it is signed, and it is given without its signature"
            raise Refused("proof_missing", message, pointer="/verification")
        else:
            self.proof = _explaining_offline(lambda: proof_checks.check_hosted(facts))
        self.facts = replace(facts, assertion=self.proof.assertion)
        return self.proof.check

    def ask_issuer(self, proof: Check) -> Check:
        if self.proof is None or proof.outcome is not Outcome.PASSED:
            return skipped("issuer", "proof_not_passed", "the proof did not pass, so there is no issuer to ask about")
        if self.facts.assertion.is_revoked:
            return skipped("issuer", "proof_not_passed", "of a revoked badge no issuer has to be left")
        facts = self.facts
        issuer = self.issuer = issuer_checks.find_issuer(facts, facts.assertion)
        check = issuer_checks.check_issuer(facts, self.proof, issuer)
        if check.outcome is Outcome.PASSED:
            # What a badge embeds is its own word; from here on the issuer's counts.
            found = replace(facts.assertion, badge_document=issuer.badge, issuer_document=issuer.profile)
            self.facts = replace(facts, assertion=found)
        return check

    def ask_status(self, *, is_proven: bool) -> Check:
        if self.proof is not None:
            check = status_checks.revoked(self.facts, self.proof)
            if check is not None:
                return check
        if not is_proven or self.issuer is None:
            return skipped("status", "proof_not_passed", "nothing more is fetched for a badge that is not proven")
        return status_checks.check_status(self.facts, self.issuer)

    def ask_nested(self, *, is_proven: bool) -> Check:
        if not is_proven or self.issuer is None:
            return skipped("nested", "proof_not_passed", "nothing more is fetched for a badge that is not proven")
        self.endorsements = endorsement_checks.check_endorsements(self.facts, self.issuer)
        return self.endorsements.check


_Found = TypeVar("_Found")


def _explaining_offline(look: Callable[[], _Found]) -> _Found:
    """What can only be looked up says so, and what to do."""
    try:
        return look()
    except FetchFailed as error:
        if error.code != "no_network":
            raise
        raise Undecided(
            "no_network",
            f"badges of this version are confirmed where their issuer publishes them: {error.problem.message}",
            hint="give a fetcher, such as HttpFetcher: standard_toolkit(HttpFetcher())",
        ) from error
