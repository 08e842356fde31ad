"""verify_presentation(): the questions about a presentation, in their order.

1. structure    it is a presentation at all, in compacted form
2. context      every term has a meaning, so that nothing in it escapes the signature
3. proof        whoever holds the named key signed exactly this, to answer what the policy asked
4. holder       the key is one of the holder's; whose it is presents
5. period       a token has not expired
6. credentials  there are some, unless the policy does without, and each is valid by itself: by the steps of verify(), in
                a report of its own

What the questions ask is in `presentation_checks.py`. As with credentials, nothing is fetched for the sake of what is
inside before proof and holder have passed. Whether a credential is the presenter's own is asked in its own report
(`holder`), and counts if the policy asks.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import Problem, Undecided, VcwalletError
from vcwallet.fetching.evidence import Evidence
from vcwallet.operations import document_checks, document_kind, presentation_checks
from vcwallet.operations.answers import from_error, skipped
from vcwallet.operations.presentation_checks import HolderAnswer, PresentationFacts
from vcwallet.operations.proof_checks import ProofAnswer
from vcwallet.operations.signed import unverified_document
from vcwallet.operations.verifying import (
    IGNORABLE_TERMS,
    Verification,
    begin,
    could_not,
    open_secured,
)
from vcwallet.policy import PRESENTATION_CHECK_NAMES, Policy
from vcwallet.report import Check, Outcome, PresentationReport, VerificationReport
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.envelope import CompactJwt, Secured
from vcwallet.toolkit import Toolkit
from vcwallet.wire import json_pointer

# Answers to questions that there was nothing to ask of.
_NOTHING_TO_ASK = frozenset({"period_absent", "credentials_absent"})


def verify_presentation(
    data: bytes | str | Mapping[str, Any],
    *,
    toolkit: Toolkit | None = None,
    policy: Policy | None = None,
    at: datetime | None = None,
    evidence: Evidence | None = None,
) -> PresentationReport:
    """Check a presentation, who presents it, and everything about each credential in it.

    `data` is JSON with a Data Integrity proof, a token (`vp+jwt`, or data model 1.1 with a claim `vp`), an enveloped
    presentation, or a parsed JSON object. `policy.challenge` and `policy.domain` are what you asked the presenter to
    sign; without a challenge a copy of an older presentation is as good as a new one. All else of the policy is demanded
    of the credentials. `toolkit`, `at` and `evidence` are as in `verify`.

    Never raises for a bad presentation: what is wrong is in the report, and the presentation itself is behind
    `report.require_verified()`. A fault of ours is an unknown answer, as in `verify`. A credential alone is malformed here:
    it is for `verify`. Raises `TypeError` or `ValueError` only for misuse, such as a naive `at`.
    """
    verification = begin(data, toolkit=toolkit, policy=policy, at=at, evidence=evidence)
    return replace(_report_on(data, verification), evidence=verification.recorder.evidence)


def _report_on(data: Any, verification: Verification) -> PresentationReport:
    try:
        facts = _establish(open_secured(data), verification)
    except VcwalletError as error:
        return _report([from_error("structure", error)], verification)
    except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
        return _report([could_not("structure", error)], verification)
    return _ask(facts, verification)


def _establish(secured: Secured, verification: Verification) -> PresentationFacts:
    document, token = unverified_document(secured), secured if isinstance(secured, CompactJwt) else None
    document_kind.refuse_credential(document, token)
    toolkit = verification.toolkit_for_document(may_fetch=True)
    return PresentationFacts(
        document=document,
        unsecured=_linked_data(document, token),
        token=token,
        transformer=Transformer(toolkit.contexts, ignorable_terms=IGNORABLE_TERMS),
        toolkit=toolkit,
        policy=verification.policy,
        at=verification.at,
        presentation=Presentation(document, secured.received),
    )


def _linked_data(document: Mapping[str, Any], token: CompactJwt | None) -> dict[str, Any]:
    """The unsecured document; tokens of data model 1.1, which are strings and no linked data, are left out."""
    unsecured = without_proof(document)
    presented = unsecured.get("verifiableCredential")
    if token is not None and token.form == "VC-JWT" and presented is not None:
        entries = presented if isinstance(presented, list) else [presented]
        unsecured["verifiableCredential"] = [entry for entry in entries if not isinstance(entry, str)]
        if not unsecured["verifiableCredential"]:
            del unsecured["verifiableCredential"]
    return unsecured


def _ask(facts: PresentationFacts, verification: Verification) -> PresentationReport:
    form = verification.answer("structure", lambda: document_checks.check_form(facts))
    if form.outcome is not Outcome.PASSED:
        return _report([form], verification, facts)
    structure = verification.answer("structure", lambda: presentation_checks.check_structure(facts))
    context = verification.answer(
        "context", lambda: verification.noting_contexts(facts, document_checks.check_context(facts))
    )
    proof = ProofAnswer(skipped("proof", "not_reached", ""))

    def ask_proof() -> Check:
        nonlocal proof
        proof = presentation_checks.check_proof(facts)
        return proof.check

    proof_check = verification.answer("proof", ask_proof)
    proof = replace(proof, check=proof_check)
    holder = HolderAnswer(skipped("holder", "not_reached", ""))

    def ask_holder() -> Check:
        nonlocal holder
        holder = presentation_checks.check_holder(facts, proof)
        return holder.check

    holder_check = verification.answer("holder", ask_holder)
    is_proven = proof_check.outcome is Outcome.PASSED and holder_check.outcome is Outcome.PASSED
    reports: list[VerificationReport] = []

    def ask_credentials() -> Check:
        unread: tuple[Problem, ...] = ()
        for index, entry in enumerate(facts.presentation.credentials):
            try:
                reports.append(verification.report_on_presented(entry, holder.presenter, may_fetch=is_proven))
            except Undecided as limit:  # there are too many of them: the rest is not looked at
                unread = (replace(limit.problem, pointer=json_pointer.join("/verifiableCredential", index)),)
                break
        return presentation_checks.check_credentials(facts.policy, tuple(reports), unread)

    credentials = verification.answer("credentials", ask_credentials)
    answers = [
        structure,
        context,
        proof_check,
        holder_check,
        verification.answer("period", lambda: presentation_checks.check_period(facts)),
        credentials,
    ]
    report = _report(answers, verification, facts)
    presenter_id = holder.presenter.id if is_proven else None
    return replace(report, securing=proof.securing, credentials=tuple(reports), presenter_id=presenter_id)


def _report(
    answers: list[Check], verification: Verification, facts: PresentationFacts | None = None
) -> PresentationReport:
    """All checks by name, in order: those never reached are skipped."""
    reached = {check.name: check for check in answers}
    not_reached = "an earlier check ended the verification"
    every = [reached.get(name) or skipped(name, "not_reached", not_reached) for name in PRESENTATION_CHECK_NAMES]
    weighed = tuple(replace(check, required=check.code not in _NOTHING_TO_ASK) for check in every)
    return PresentationReport(weighed, verification.at, facts.presentation if facts else None)
