"""verify(): the questions in their order, and when the answer to one makes another pointless.

What each question asks is in `checks.py`; what the answers amount to is in `report.py`. Here is only the order:

1. structure   it is a credential at all, in compacted form, with the members its kind must have
2. context     every term has a meaning, so that nothing in it escapes the signature
3. proof       whoever holds the named key said exactly this
4. issuer      the key is one that the issuer publishes
5. schema      it keeps to the schemas that it names
6. period      it is valid at the time asked about
7. status      the issuer has not withdrawn it
8. nested      the credentials inside it are good
9. recipient, 10. holder, 11. trust: only if the policy asks

A document that is no compacted JSON-LD is not looked at any further. After a proof or issuer check that did not pass,
nothing more is fetched: no requests are made on behalf of an unproven document.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from vcwallet.credentials.credential import Credential
from vcwallet.errors import Problem, VcwalletError
from vcwallet.operations import baking, checks
from vcwallet.operations.checks import Facts, ProofAnswer
from vcwallet.policy import CHECK_NAMES, Policy
from vcwallet.report import Check, Outcome, VerificationReport
from vcwallet.securing import vc_jwt
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.data_integrity import without_proof
from vcwallet.securing.envelope import CompactJwt, Secured, recognise
from vcwallet.standard import standard_toolkit
from vcwallet.toolkit import Toolkit

logger = logging.getLogger(__name__)

# Published Open Badges contexts do not define endorsementJwt, though the data model has it (OB 3.0, B.1.1). What it holds
# is signed by itself, so it is noted that the credential's own proof does not cover it instead of refusing the credential.
_IGNORABLE_TERMS = ("endorsementJwt",)


def verify(
    data: bytes | str | Mapping[str, Any],
    *,
    toolkit: Toolkit | None = None,
    policy: Policy | None = None,
    at: datetime | None = None,
) -> VerificationReport:
    """Check everything that can be checked about one credential, however it is secured or baked.

    `data` is JSON, a compact JWS, a PNG or SVG picture with either inside, or a parsed JSON object; which it is shows
    in its content. Without a `toolkit` the standard one is used, which never touches the network. `at` is the time that
    dates are compared with, an aware datetime; None is now.

    Never raises for a bad credential: what is wrong is in the report, and the credential itself is behind
    `report.require_verified()`. Raises `TypeError` or `ValueError` only for misuse, such as a naive `at`.
    """
    toolkit, policy = toolkit or standard_toolkit(), policy or Policy()
    at = datetime.now(UTC) if at is None else at
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    if not isinstance(data, bytes | bytearray | memoryview | str | Mapping):
        raise TypeError(f"expected bytes, str or a mapping, got {type(data).__name__}")
    try:
        secured = open_secured(data)
        facts = _establish(secured, toolkit, policy, at)
    except VcwalletError as error:
        return _report([checks.from_error("structure", error)], policy, at)
    except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
        return _report([_could_not("structure", error)], policy, at)
    answers, securing = _ask(facts)
    return _report(answers, policy, at, facts.credential, securing)


def open_secured(data: bytes | bytearray | memoryview | str | Mapping[str, Any]) -> Secured:
    """What is secured and how, taken out of the picture it may be baked into. Raises as `recognise` and `unbake` do."""
    if isinstance(data, Mapping):
        return recognise(data)
    content = data if isinstance(data, str) else bytes(data)
    picture = content.encode("utf-8", "replace") if isinstance(content, str) else content
    return recognise(baking.unbake(picture) if baking.is_image(picture) else content)


def unverified_document(secured: Secured) -> dict[str, Any]:
    """The credential that something secured stands for: nothing of it is verified. Raises `Malformed`."""
    if isinstance(secured, CompactJwt):
        return vc_jwt.credential_document(secured.unverified_claims)
    return dict(secured.unverified_document)


def _establish(secured: Secured, toolkit: Toolkit, policy: Policy, at: datetime) -> Facts:
    document, token = unverified_document(secured), secured if isinstance(secured, CompactJwt) else None
    # What was fetched once stays the same for all checks of this document.
    toolkit = replace(toolkit, contexts=toolkit.contexts.for_document())
    return Facts(
        document=document,
        unsecured=without_proof(document),
        credential=Credential(document, secured.received),
        token=token,
        transformer=Transformer(toolkit.contexts, ignorable_terms=_IGNORABLE_TERMS),
        toolkit=toolkit,
        policy=policy,
        at=at,
    )


def _ask(facts: Facts) -> tuple[list[Check], str]:
    form = _answer("structure", lambda: checks.check_form(facts))
    if form.outcome is not Outcome.PASSED:
        return [form], ""
    structure = _answer("structure", lambda: checks.check_structure(facts))
    context = _answer("context", lambda: checks.check_context(facts))
    proof = _answer_proof(facts)
    issuer = _answer("issuer", lambda: checks.check_issuer(facts, proof))
    is_proven = proof.check.outcome is Outcome.PASSED and issuer.outcome is Outcome.PASSED
    return [
        structure,
        context,
        proof.check,
        issuer,
        _answer("schema", lambda: checks.check_schema(facts, may_fetch=is_proven)),
        _answer("period", lambda: checks.check_period(facts)),
        _answer("status", lambda: checks.check_status(facts)),
        _answer("nested", lambda: checks.check_nested(facts)),
        _answer("recipient", lambda: checks.check_recipient(facts)),
        _answer("holder", lambda: checks.check_holder(facts)),
        _answer("trust", lambda: checks.check_trust(facts)),
    ], proof.securing


def _answer(name: str, ask: Callable[[], Check]) -> Check:
    try:
        return ask()
    except VcwalletError as error:
        return checks.from_error(name, error)
    except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
        return _could_not(name, error)


def _answer_proof(facts: Facts) -> ProofAnswer:
    try:
        return checks.check_proof(facts)
    except VcwalletError as error:
        return ProofAnswer(checks.from_error("proof", error))
    except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too
        return ProofAnswer(_could_not("proof", error))


def _could_not(name: str, error: Exception) -> Check:
    """A fault of ours must not raise at the caller, and must not let anything pass: the answer is unknown."""
    logger.error("the check %s ended with an unexpected error", name, exc_info=error)
    message = "an unexpected error inside vcwallet: this is a bug, please report it"
    return checks.unknown(name, Problem("internal_error", message))


def _report(
    answers: list[Check], policy: Policy, at: datetime, credential: Credential | None = None, securing: str = ""
) -> VerificationReport:
    """All checks by name, in order: those never reached are skipped, and each says whether it counts."""
    reached = {check.name: check for check in answers}
    not_reached = "an earlier check ended the verification"
    every = [reached.get(name) or checks.skipped(name, "not_reached", not_reached) for name in CHECK_NAMES]
    return VerificationReport(tuple(_weigh(check, policy) for check in every), at, credential, securing)


def _weigh(check: Check, policy: Policy) -> Check:
    """Whether a check counts: the policy asks for it, and there is something that it could be asked of."""
    if check.name == "schema":
        # A schema that cannot be had says nothing about the credential; one that can must be kept.
        required = check.outcome in (Outcome.PASSED, Outcome.FAILED)
    elif check.name in ("recipient", "holder", "trust"):
        asked = {
            "recipient": policy.recipient is not None,
            "holder": policy.require_holder_binding,
            "trust": policy.trusted_issuers is not None,
        }
        required = asked[check.name] or check.name in policy.required_checks
    else:
        nothing_to_ask = check.code in ("status_absent", "nested_absent")
        required = check.name in policy.required_checks and not nothing_to_ask
    return replace(check, required=required)
