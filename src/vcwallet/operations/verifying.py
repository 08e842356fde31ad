"""verify(): the questions in their order, and when the answer to one makes another pointless.

What each question asks is in `*_checks.py`; what the answers amount to is in `report.py`. Here is only the order:

1. structure   it is a credential at all, in compacted form, with the members its kind must have
2. context     every term has a meaning, so that nothing in it escapes the signature
3. proof       whoever holds the named key said exactly this
4. issuer      the key is one that the issuer publishes
5. schema      it keeps to the schemas that it names
6. period      it is valid at the time asked about
7. status      the issuer has not withdrawn it
8. nested      the credentials inside it are good
9. recipient, 10. holder, 11. trust: only if the policy asks

Lists, members, endorsements, newer versions and what a presentation holds (`verifying_presentation`) are verified by the
same steps, each for itself; `Verification` is what one call shares with all of them. A document that is no compacted
JSON-LD is not looked at any further. After a proof or issuer check that did not pass, nothing more is fetched: no requests
are made on behalf of an unproven document.

Every answer of the outside world is recorded, and the record is `report.evidence` (fetching/evidence.py).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from vcwallet.credentials.credential import Credential, as_list
from vcwallet.errors import Malformed, Problem, Undecided, VcwalletError
from vcwallet.fetching.evidence import Evidence, EvidenceItem, RecordingFetcher
from vcwallet.fetching.fetcher import NoNetwork
from vcwallet.operations import (
    baking,
    document_checks,
    document_kind,
    holder_checks,
    nested_checks,
    policy_checks,
    proof_checks,
    refreshing,
    status_checks,
)
from vcwallet.operations.answers import from_error, skipped, unknown
from vcwallet.operations.facts import Asked, DocumentFacts, Facts, Presenter, VerifyInside
from vcwallet.operations.nested_checks import NestedAnswer
from vcwallet.operations.proof_checks import ProofAnswer
from vcwallet.operations.refreshing import RefreshAnswer
from vcwallet.operations.signed import unverified_document
from vcwallet.operations.status_checks import CODES_OF_STALE_LISTS, StatusAnswer, VerifiedList
from vcwallet.policy import CHECK_NAMES, Policy
from vcwallet.report import CONFIRMED_NOW, Check, Outcome, VerificationReport
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.envelope import CompactJwt, EmbeddedProof, Secured, recognise, recognise_baked
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit
from vcwallet.wire.strict_json import describe_kind
from vcwallet.wire.timestamps import format_timestamp

logger = logging.getLogger(__name__)

# Published Open Badges contexts do not define endorsementJwt, though the data model has it (OB 3.0, B.1.1). What it holds
# is signed by itself, so it is noted that the credential's own proof does not cover it instead of refusing the credential.
IGNORABLE_TERMS = ("endorsementJwt",)

_DEFAULT_POLICY = Policy()

# A record with badges, their achievements' endorsements, the endorsers' profiles and their endorsements: four levels.
MAX_DEPTH = 4
# A record of 500 full badges with an endorsement or two each. The size of the JSON is bounded before.
MAX_DOCUMENTS = 2000


def verify(
    data: bytes | str | Mapping[str, Any],
    *,
    toolkit: Toolkit | None = None,
    policy: Policy | None = None,
    at: datetime | None = None,
    evidence: Evidence | None = None,
) -> VerificationReport:
    """Check everything that can be checked about one credential, however it is secured or baked.

    `data` is JSON, a compact JWS, an SD-JWT, a picture with one inside, or a parsed JSON object; which it is shows
    in its content. Without a `toolkit` the standard one is used, which never touches the network. `at` is the time that
    dates are compared with, an aware datetime; None is now. `evidence`, from the report of an earlier verification,
    answers for what cannot be reached any more; each check then says how fresh its answer is.

    Never raises for a bad credential: what is wrong is in the report, and the credential itself is behind
    `report.require_verified()`. Nor does it raise for a fault of ours or of the machine: the question that was asked just
    then is unknown (`internal_error`), and the fault is logged. A presentation is malformed here: it is for
    `verify_presentation`. Raises `TypeError` or `ValueError` only for misuse, such as a naive `at`.
    """
    verification = begin(data, toolkit=toolkit, policy=policy, at=at, evidence=evidence)
    return replace(verification.report_on(data), evidence=verification.recorder.evidence)


def begin(
    data: object, *, toolkit: Toolkit | None, policy: Policy | None, at: datetime | None, evidence: Evidence | None
) -> "Verification":
    """What verify() and verify_presentation() begin with. Raises `TypeError` and `ValueError` for misuse."""
    at = _moment(at)
    if not isinstance(data, bytes | bytearray | memoryview | str | Mapping):
        raise TypeError(f"expected bytes, str or a mapping, got {type(data).__name__}")
    return Verification(toolkit or standard_toolkit(), policy or _DEFAULT_POLICY, at, evidence)


def open_secured(data: bytes | bytearray | memoryview | str | Mapping[str, Any]) -> Secured:
    """What is secured and how, taken out of the picture it may be baked into. Raises as `recognise` and `unbake` do."""
    if isinstance(data, Mapping):
        return recognise(data)
    content = data if isinstance(data, str) else bytes(data)
    picture = content.encode("utf-8", "replace") if isinstance(content, str) else content
    return recognise_baked(baking.unbake(picture)) if baking.is_image(picture) else recognise(content)


def _moment(at: datetime | None) -> datetime:
    at = datetime.now(UTC) if at is None else at
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    return at


class Verification:
    """One call of verify() or verify_presentation(): what everything shares that is verified in it. For one thread."""

    def __init__(self, toolkit: Toolkit, policy: Policy, at: datetime, evidence: Evidence | None) -> None:
        self.recorder = RecordingFetcher(toolkit.fetcher, at=at, archive=evidence)
        own_fetcher = toolkit.fetcher
        # Contexts come through the same door, unless the caller gave them one of their own.
        contexts = toolkit.contexts.fetching_through(lambda given: self.recorder if given is own_fetcher else given)
        self._toolkit = replace(toolkit, fetcher=self.recorder, contexts=contexts)
        self.policy = policy
        self.at = at
        self._archive = evidence
        self._documents_left = MAX_DOCUMENTS
        self._lists: dict[str, VerifiedList] = {}

    def report_on(self, data: bytes | bytearray | memoryview | str | Mapping[str, Any]) -> VerificationReport:
        """The report about the outermost credential, or about the newer version that its issuer gives out."""
        return self._report_on(data, self.policy, depth=0, may_fetch=True)

    def report_on_presented(self, data: Any, presenter: Presenter, *, may_fetch: bool) -> VerificationReport:
        """The report about a credential in a presentation, whatever stands there in its place.

        Raises `Undecided` too_many_documents when there were more than one verification looks at.
        """
        self._count()
        return self._report_on(data, self.policy.presented(), depth=0, may_fetch=may_fetch, presenter=presenter)

    def _report_on(
        self, data: Any, policy: Policy, *, depth: int, may_fetch: bool, presenter: Presenter | None = None
    ) -> VerificationReport:
        try:
            _refuse_too_deep(depth)
            # What stands inside a document was checked with it.
            secured = EmbeddedProof(data) if depth and isinstance(data, dict) else _open_anything(data)
            if document_kind.is_badge_v2(secured):
                return self._ask_badge_v2(secured, policy, depth=depth, may_fetch=may_fetch)
            if isinstance(secured, CompactJwt) and secured.form == "dc+sd-jwt":
                return self._ask_sd_jwt_vc(secured, policy, may_fetch=may_fetch, presenter=presenter)
            facts = self._establish(secured, policy, depth=depth, may_fetch=may_fetch, presenter=presenter)
            return self._ask(facts, depth=depth, may_fetch=may_fetch)
        except VcwalletError as error:
            return self._report([from_error("structure", error)], policy)
        except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
            return self._report([could_not("structure", error)], policy)

    def _count(self) -> None:
        if self._documents_left == 0:
            raise Undecided("too_many_documents", f"at most {MAX_DOCUMENTS} credentials are verified in one go")
        self._documents_left -= 1

    def toolkit_for_document(self, *, may_fetch: bool) -> Toolkit:
        """What may be used for one document: what was fetched once stays the same for all checks of it."""
        toolkit = self._toolkit if may_fetch else _without_network(self._toolkit)
        contexts = toolkit.contexts.for_one_document()
        return toolkit if contexts is toolkit.contexts else replace(toolkit, contexts=contexts)

    def _establish(
        self, secured: Secured, policy: Policy, *, depth: int, may_fetch: bool, presenter: Presenter | None
    ) -> Facts:
        document, token = unverified_document(secured), secured if isinstance(secured, CompactJwt) else None
        document_kind.refuse_presentation(document, token)
        toolkit = self.toolkit_for_document(may_fetch=may_fetch)

        return Facts(
            document=document,
            unsecured=without_proof(document),
            credential=Credential(document, secured.received),
            token=token,
            transformer=Transformer(toolkit.contexts, ignorable_terms=IGNORABLE_TERMS),
            toolkit=toolkit,
            policy=policy,
            at=self.at,
            verify_inside=self._inside(policy, depth=depth, may_fetch=may_fetch),
            presenter=presenter,
        )

    def _inside(self, policy: Policy, *, depth: int, may_fetch: bool) -> VerifyInside:
        def verify_inside(data: Any, *, may_fetch: bool = may_fetch) -> VerificationReport:
            # What is no credential counts too: a report about each of a million numbers would be as good a bomb.
            self._count()
            return self._report_on(data, policy.inside(), depth=depth + 1, may_fetch=may_fetch)

        return verify_inside

    def _ask_badge_v2(self, secured: Secured, policy: Policy, *, depth: int, may_fetch: bool) -> VerificationReport:
        from vcwallet.operations.badge_v2 import verifying as verifying_badge_v2  # noqa: PLC0415 - takes 10 ms

        found = verifying_badge_v2.ask(
            secured,
            toolkit=self._toolkit if may_fetch else _without_network(self._toolkit),
            policy=policy,
            at=self.at,
            verify_inside=self._inside(policy, depth=depth, may_fetch=may_fetch),
            answer=self.answer,
        )
        trust = self.answer("trust", lambda: self._noting_registries(found, policy_checks.check_trust(found)))
        return self._report([*found.checks, trust], policy, found, found.securing, found.nested)

    def _ask_sd_jwt_vc(
        self, token: CompactJwt, policy: Policy, *, may_fetch: bool, presenter: Presenter | None
    ) -> VerificationReport:
        from vcwallet.operations import verifying_sd_jwt_vc  # noqa: PLC0415 - as with Open Badges 2.0

        facts = verifying_sd_jwt_vc.establish(
            token,
            toolkit=self._toolkit if may_fetch else _without_network(self._toolkit),
            policy=policy,
            at=self.at,
            presenter=presenter,
        )
        answers = verifying_sd_jwt_vc.ask(facts, answer=self.answer, recorded_at=self.recorder.recorded_at)
        trust = self.answer("trust", lambda: self._noting_registries(facts, policy_checks.check_trust(facts)))
        return self._report([*answers, trust], policy, facts, facts.securing)

    def _ask(self, facts: Facts, *, depth: int, may_fetch: bool) -> VerificationReport:
        # Contexts are fetched by whichever question needs them first, and the next three all rest on them.
        begin = len(self.recorder.archived_uses)
        form = self.answer("structure", lambda: document_checks.check_form(facts))
        if form.outcome is not Outcome.PASSED:
            return self._report([form], facts.policy, facts)
        structure = self.answer("structure", lambda: document_checks.check_structure(facts), begin)
        context = self.answer(
            "context", lambda: self.noting_contexts(facts, document_checks.check_context(facts)), begin
        )
        proof = ProofAnswer(skipped("proof", "not_reached", ""))

        def ask_proof() -> Check:
            nonlocal proof
            proof = proof_checks.check_proof(facts)
            return proof.check

        proof_check = self.answer("proof", ask_proof, begin)
        if proof.check is not proof_check:
            proof = replace(proof, check=proof_check)
        issuer = self.answer("issuer", lambda: proof_checks.check_issuer(facts, proof))
        if issuer.confirmation == CONFIRMED_NOW and issuer.outcome is Outcome.PASSED:
            # The key that is asked about came with the answer about the proof.
            issuer = replace(issuer, confirmation=proof_check.confirmation)
        counts = "issuer" in facts.policy.required_checks
        is_proven = proof_check.outcome is Outcome.PASSED and (issuer.outcome is Outcome.PASSED or not counts)
        refreshed = None
        if facts.policy.refresh and depth == 0 and is_proven:
            refreshed = self._refresh(facts)
            if refreshed is not None and refreshed.newer is not None:
                return _with_note(_without_notes(refreshed.newer, "refresh_available"), "period", refreshed.note)
        nested = NestedAnswer(skipped("nested", "not_reached", ""))

        def ask_nested() -> Check:
            nonlocal nested
            nested = nested_checks.check_nested(facts, proof, may_fetch=may_fetch and is_proven)
            return nested.check

        status = StatusAnswer(skipped("status", "not_reached", ""))

        def ask_status() -> Check:
            nonlocal status
            status = status_checks.check_status(
                facts, self._lists, is_proven=is_proven, recorded_at=self.recorder.recorded_at
            )
            return status.check

        answers = [
            structure,
            context,
            proof_check,
            issuer,
            self.answer("schema", lambda: document_checks.check_schema(facts, may_fetch=may_fetch and is_proven)),
            self.answer("period", lambda: document_checks.check_period(facts)),
            self.answer("status", ask_status),
            self.answer("nested", ask_nested),
            self.answer("recipient", lambda: policy_checks.check_recipient(facts)),
            self.answer("holder", lambda: holder_checks.check_holder(facts)),
            self.answer("trust", lambda: self._noting_registries(facts, policy_checks.check_trust(facts))),
        ]
        report = self._report(
            answers, facts.policy, facts, securing=proof.securing, nested={**status.reports, **nested.reports}
        )
        return report if refreshed is None else _with_note(report, "period", refreshed.note)

    def _refresh(self, facts: Facts) -> RefreshAnswer | None:
        """Look for a newer version; whatever happens, the original is still there to be judged."""
        again = replace(facts.policy, refresh=False)
        try:
            return refreshing.refresh(
                facts,
                lambda content: self._report_on(content, again, depth=0, may_fetch=True, presenter=facts.presenter),
            )
        except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
            check = could_not("period", error)
            return RefreshAnswer(None, Problem(check.code, check.message, "/refreshService"))

    def answer(self, name: str, ask: Callable[[], Check], begin: int | None = None) -> Check:
        """Ask one question; whatever happens, there is an answer, and it says how fresh it is.

        It rests on what was used from the archive since `begin`, by default since the question was asked.
        """
        before = len(self.recorder.archived_uses) if begin is None else begin
        try:
            check = ask()
        except VcwalletError as error:
            check = from_error(name, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
            check = could_not(name, error)
        return _confirmed(check, self.recorder.archived_uses[before:])

    def noting_contexts(self, facts: DocumentFacts, check: Check) -> Check:
        """Record which contexts gave the words their meaning, and say so when that is not the one recorded earlier."""
        notes = []
        for index, url in enumerate(as_list(facts.document.get("@context"))):
            if not isinstance(url, str) or not facts.toolkit.contexts.is_pinned(url):
                continue
            digest = facts.toolkit.contexts.digest(url)
            self.recorder.note(EvidenceItem("context", url, digest, self.at))
            earlier = self._archive.find("context", url) if self._archive else None
            if earlier is not None and earlier.sha256 != digest:
                message = f"the context {url[:200]} has changed since the evidence was recorded"
                notes.append(Problem("context_changed", message, f"/@context/{index}"))
        return replace(check, notes=(*check.notes, *notes)) if notes else check

    def _noting_registries(self, facts: Asked, check: Check) -> Check:
        for registry in facts.policy.registries:
            if (facts.credential.issuer_id or "") in registry.issuers:
                self.recorder.note(EvidenceItem("registry", "", registry.sha256, self.at, name=registry.name))
        return check

    def _report(
        self,
        answers: list[Check],
        policy: Policy,
        facts: Asked | None = None,
        securing: str = "",
        nested: Mapping[str, VerificationReport] | None = None,
    ) -> VerificationReport:
        """All checks by name, in order: those never reached are skipped, and each says whether it counts."""
        reached = {check.name: check for check in answers}
        not_reached = "an earlier check ended the verification"
        every = [reached.get(name) or skipped(name, "not_reached", not_reached) for name in CHECK_NAMES]
        weighed = tuple(_weigh(check, policy) for check in every)
        return VerificationReport(weighed, self.at, facts.credential if facts else None, securing, nested or {})


def _open_anything(data: Any) -> Secured:
    """For what stands where a credential should, inside another or in a presentation: it may be any JSON."""
    if not isinstance(data, bytes | bytearray | memoryview | str | Mapping):
        raise Malformed("nested_not_a_credential", f"expected a credential, found {describe_kind(data)}")
    return open_secured(data)


def _refuse_too_deep(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Undecided("nested_too_deep", f"credentials inside credentials are followed {MAX_DEPTH} levels deep")


def _without_network(toolkit: Toolkit) -> Toolkit:
    return replace(toolkit, fetcher=NoNetwork(), contexts=toolkit.contexts.fetching_through(lambda _: NoNetwork()))


def _with_note(report: VerificationReport, name: str, note: Problem) -> VerificationReport:
    changed = [replace(check, notes=(*check.notes, note)) if check.name == name else check for check in report.checks]
    return replace(report, checks=tuple(changed))


def _without_notes(report: VerificationReport, code: str) -> VerificationReport:
    kept = [replace(check, notes=tuple(note for note in check.notes if note.code != code)) for check in report.checks]
    return replace(report, checks=tuple(kept))


def could_not(name: str, error: Exception) -> Check:
    """A fault of ours must not raise at the caller, and must not let anything pass: the answer is unknown."""
    logger.error("the check %s ended with an unexpected error", name, exc_info=error)
    message = "an unexpected error inside vcwallet: this is a bug, please report it"
    return unknown(name, Problem("internal_error", message))


def _confirmed(check: Check, archived_uses: list[datetime]) -> Check:
    """How fresh an answer is: the oldest of the recorded documents that it rests on decides."""
    rests_on_records = check.outcome in (Outcome.PASSED, Outcome.FAILED) or check.code in CODES_OF_STALE_LISTS
    if not archived_uses or not rests_on_records:
        return check
    return replace(check, confirmation=f"last confirmed on {format_timestamp(min(archived_uses).astimezone(UTC))}")


def _weigh(check: Check, policy: Policy) -> Check:
    """Whether a check counts: the policy asks for it, and there is something that it could be asked of."""
    if check.name == "schema":
        # A schema that cannot be had says nothing about the credential, unless the policy wants to know; one that can be
        # had must be kept.
        is_wanted = check.name in policy.required_checks and check.code != "schema_absent"
        required = is_wanted or check.outcome in (Outcome.PASSED, Outcome.FAILED)
    elif check.name in ("recipient", "holder", "trust"):
        asked = {
            "recipient": policy.recipient is not None,
            "holder": policy.require_holder_binding,
            "trust": policy.trusted_issuers is not None or policy.require_listed_issuer,
        }
        required = asked[check.name] or check.name in policy.required_checks
    else:
        nothing_to_ask = check.code in ("status_absent", "nested_absent")
        required = check.name in policy.required_checks and not nothing_to_ask
    return check if check.required == required else replace(check, required=required)
