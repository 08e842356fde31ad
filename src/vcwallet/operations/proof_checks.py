"""The questions about a signature: whether it fits, and whether the key is its issuer's. Each from facts to a `Check`.

They are two questions: a key in a URL or a token proves only that somebody has it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vcwallet.errors import Malformed, Problem, Refused, Undecided
from vcwallet.operations import audience_checks, key_lookup
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import Circumstances, DocumentFacts, Facts
from vcwallet.report import Check, Outcome
from vcwallet.securing import data_integrity, jws, vc_jose, vc_jwt
from vcwallet.securing.cryptosuite import as_selective
from vcwallet.securing.data_integrity import ProofDemands, ProofFinding
from vcwallet.securing.envelope import CompactJwt, SdJwtParts


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    """The proof check, and what the issuer check has to know about it."""

    check: Check
    findings: tuple[ProofFinding, ...] = ()
    token_key: key_lookup.TokenKey | None = None
    securing: str = ""


# --- 3 proof ---------------------------------------------------------------------------------------------------------


def check_proof(facts: Facts) -> ProofAnswer:
    """Somebody who holds the key that the proof names said exactly this."""
    if facts.token is None:
        return check_embedded_proofs(facts, key_lookup.ASSERTION)
    return _check_token(facts, facts.token) if facts.token.form == "VC-JWT" else _check_vc_jose(facts, facts.token)


def check_embedded_proofs(facts: DocumentFacts, purpose: str) -> ProofAnswer:
    """Every proof in the document is good, and was made for this purpose."""
    policy = facts.policy
    demands = ProofDemands(
        purpose,
        facts.at,
        policy.clock_skew,
        policy.challenge,
        policy.domain,
        accept_base_proofs=policy.accept_base_proofs,
    )
    findings = data_integrity.check_proofs(
        facts.document,
        facts.unsecured,
        suites=facts.toolkit.cryptosuites,
        find_key=lambda url: key_lookup.find_key(url, purpose=demands.purpose, toolkit=facts.toolkit),
        demands=demands,
        transformer=facts.transformer,
    )
    securing = ", ".join(dict.fromkeys(finding.suite_name for finding in findings))
    check = _judge_findings(findings)
    notes = (*check.notes, *_withholding_notes(facts.document, findings))
    return ProofAnswer(replace(check, notes=notes), tuple(findings), securing=securing)


def _judge_findings(findings: list[ProofFinding]) -> Check:
    """Every proof by a known suite must be good; an unknown suite beside a good proof is only noted."""
    if not findings:
        return failed(
            "proof",
            (Problem("proof_missing", "the document carries no proof: anybody may have written it", "/proof"),),
        )
    good = [finding for finding in findings if finding.error is None]
    known = [finding for finding in findings if finding.suite is not None]
    bad = [f.error for f in findings if f.error is not None and not isinstance(f.error, Undecided)]
    open_ = [f.error for f in (known if good else findings) if isinstance(f.error, Undecided)]
    notes = tuple(_notes_on(finding) for finding in findings if finding.suite is not None and finding.suite.is_legacy)
    if bad:
        problems = tuple(error.problem for error in bad)
        return replace(failed("proof", problems, malformed=isinstance(bad[0], Malformed)), notes=notes)
    if open_:
        return replace(unknown("proof", *(error.problem for error in open_)), notes=notes)
    notes += tuple(finding.error.problem for finding in findings if finding.suite is None and finding.error is not None)
    names = ", ".join(dict.fromkeys(finding.suite_name for finding in good))
    return passed("proof", "proof_good", f"the signature fits ({names})", pointer=good[0].pointer, notes=notes)


def _withholding_notes(document: Mapping[str, Any], findings: list[ProofFinding]) -> Iterator[Problem]:
    """What decides whether a credential still counts, and may have been left out by whoever shows it."""
    for finding in findings:
        selective = None if finding.suite is None else as_selective(finding.suite)
        if selective is not None and finding.error is None and not selective.is_base(finding.proof):
            yield from _not_shown(document, finding.pointer)


def _not_shown(document: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    for members, code, what in (
        (("validUntil", "expirationDate"), "end_may_be_withheld", "end of validity"),
        (("credentialStatus",), "status_may_be_withheld", "way to withdraw it"),
    ):
        if not any(member in document for member in members):
            message = f"no {what} is shown; if the issuer did not make it mandatory, the holder may have left it out"
            yield Problem(code, message, pointer)


def _notes_on(finding: ProofFinding) -> Problem:
    return Problem("legacy_suite", f"{finding.suite_name} is no longer used for new credentials", finding.pointer)


def _check_token(facts: Facts, token: CompactJwt) -> ProofAnswer:
    header = token.unverified_jws.header
    vc_jwt.check_header(header)
    vc_jwt.check_algorithm(header, facts.toolkit.jws_algorithms)
    securing = f"VC-JWT {header.get('alg')}"
    claims = vc_jwt.check_claims(token.unverified_claims, facts.document)
    notes = (*claims.notes, *vc_jose.check_issued_at(token.unverified_claims, facts.at + facts.policy.clock_skew))
    found = key_lookup.find_token_key(header, facts.credential.issuer_id or "", facts.toolkit)
    check_signature(facts, token, found)
    if claims.failures:
        return ProofAnswer(replace(failed("proof", claims.failures), notes=notes), (), found, securing)
    check = passed("proof", "proof_good", f"the signature fits ({securing})", notes=notes)
    return ProofAnswer(audience_checks.unless_for_others(check, token, facts.policy), (), found, securing)


def _check_vc_jose(facts: Facts, token: CompactJwt) -> ProofAnswer:
    """VC-JOSE-COSE, 3.1: the key is a verification method of its controller, named by `kid` or found by `iss`."""
    header, issuer_id = token.unverified_jws.header, facts.credential.issuer_id
    notes = vc_jose.check_header(token)
    vc_jwt.check_algorithm(header, facts.toolkit.jws_algorithms)
    securing = f"{token.form} {header.get('alg')}"
    vc_jose.check_issuer_claim(token, issuer_id, "issuer")
    notes += vc_jose.check_claims(token, facts.document, facts.at + facts.policy.clock_skew)
    found = key_lookup.find_controlled_key(header, issuer_id, purpose=key_lookup.ASSERTION, toolkit=facts.toolkit)
    check_signature(facts, token, found)
    if token.sd_jwt is not None:
        audience_checks.check_key_binding(facts, token.sd_jwt)
        notes += tuple(_withheld_from_token(facts.document, token.sd_jwt))
    check = passed("proof", "proof_good", f"the signature fits ({securing})", notes=notes)
    return ProofAnswer(audience_checks.unless_for_others(check, token, facts.policy), (), found, securing)


def _withheld_from_token(document: Mapping[str, Any], sd_jwt: SdJwtParts) -> Iterator[Problem]:
    if sd_jwt.processed.withheld:
        yield from _not_shown(document, "")


def check_signature(facts: Circumstances, token: CompactJwt, found: key_lookup.TokenKey) -> None:
    """The token was signed with this key, which may sign so and may still be used. Raises `Refused`."""
    refuse_unless_signed(facts, token.unverified_jws, found)


def refuse_unless_signed(facts: Circumstances, unverified: jws.UnverifiedJws, found: key_lookup.TokenKey) -> None:
    """As `check_signature`, of a JWS that is no credential."""
    key_lookup.refuse_unless_fit(found, str(unverified.header.get("alg")))
    jws.verify(unverified, found.key, algorithms=facts.toolkit.jws_algorithms)
    if found.method is not None:
        found.method.refuse_unless_current(facts.at)


# --- 4 issuer --------------------------------------------------------------------------------------------------------


def check_issuer(facts: Facts, proof: ProofAnswer) -> Check:
    """The key that signed is one that the issuer itself publishes for making statements (VCDM 2.0, 7.1)."""
    issuer_id = facts.credential.issuer_id or ""
    if facts.token is not None:
        if proof.token_key is None:
            return skipped("issuer", "proof_not_passed", "the proof did not pass, so there is no key to ask about")
        if facts.token.form != "VC-JWT":
            refuse_unless_controlled(proof.token_key, issuer_id)
        else:
            header = facts.token.unverified_jws.header
            key_lookup.refuse_unless_published(proof.token_key, header, issuer_id, facts.toolkit)
        return passed("issuer", "key_bound_to_issuer", f"the key is published by {issuer_id}", pointer="/issuer")
    foreign = foreign_controllers(proof.findings, issuer_id)
    if foreign and len(foreign) == len(proof.findings):
        raise Refused(
            "key_not_bound_to_issuer",
            f"the proof is made with a key of {foreign[0][:200]}, and the credential says that {issuer_id[:200]} issued it",
            pointer="/issuer",
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this credential",
        )
    if proof.check.outcome is not Outcome.PASSED:
        return skipped("issuer", "proof_not_passed", "the proof did not pass, so there is no key to ask about")
    controllers = [f.key.controller for f in proof.findings if f.error is None and f.key is not None]
    others = dict.fromkeys(controller for controller in controllers if controller != issuer_id)
    notes = tuple(Problem("also_signed_by", f"{other[:200]} signed it too") for other in others)
    return passed("issuer", "key_bound_to_issuer", f"the key is one of {issuer_id}", pointer="/issuer", notes=notes)


def refuse_unless_controlled(found: key_lookup.TokenKey, issuer_id: str, *, pointer: str = "/issuer") -> None:
    """The verification method is one of the issuer's own document. Raises `Refused` ("key_not_bound_to_issuer")."""
    if found.controller != issuer_id:
        raise Refused(
            "key_not_bound_to_issuer",
            f"the token is signed with a key of {(found.controller or 'nobody')[:200]}, and the credential says that "
            f"{issuer_id[:200]} issued it",
            pointer=pointer,
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this credential",
        )


def foreign_controllers(findings: tuple[ProofFinding, ...], party: str) -> list[str]:
    """Whose keys the proofs name, where it is certain that they are not those of the issuer or holder.

    The controller of a key in a DID document is that DID, so for DIDs this is certain before anything is fetched.
    """
    foreign = []
    for finding in findings:
        method = finding.proof.get("verificationMethod")
        if finding.key is not None:
            controller = finding.key.controller
        elif isinstance(method, str) and method.startswith("did:"):
            controller = method.partition("#")[0].partition("?")[0]
        else:
            continue
        if controller != party:
            foreign.append(controller)
    return foreign
