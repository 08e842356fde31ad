"""The questions about a signature: whether it fits, and whether the key is its issuer's. Each from facts to a `Check`.

They are two questions: a key in a URL or a token proves only that somebody has it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from vcwallet.credentials.credential import as_text_list
from vcwallet.errors import Malformed, Problem, Refused, Undecided, VcwalletError
from vcwallet.operations import key_lookup
from vcwallet.operations.answers import failed, from_error, passed, skipped, unknown
from vcwallet.operations.facts import Circumstances, DocumentFacts, Facts
from vcwallet.policy import Policy
from vcwallet.report import Check, Outcome
from vcwallet.securing import data_integrity, jws, vc_jose, vc_jwt
from vcwallet.securing.cryptosuite import as_selective
from vcwallet.securing.data_integrity import ProofDemands, ProofFinding
from vcwallet.securing.envelope import CompactJwt, SdJwtParts
from vcwallet.securing.sd_jwt.key_binding import DEFAULT_MAX_AGE, ExpectedBinding, verify_key_binding

# Who asks no challenge cannot tell a new presentation from an old one, by its date neither.
_ANY_AGE = timedelta(days=36525)

# Audiences that a message lists, and characters of each.
_MAX_NAMES = 3
_MAX_NAME = 80


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
    return ProofAnswer(_for_us(facts, token, check), (), found, securing)


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
        check_key_binding(facts, token.sd_jwt)
        notes += tuple(_withheld_from_token(facts.document, token.sd_jwt))
    check = passed("proof", "proof_good", f"the signature fits ({securing})", notes=notes)
    return ProofAnswer(_for_us(facts, token, check), (), found, securing)


def _for_us(facts: Circumstances, token: CompactJwt, good: Check) -> Check:
    """The good answer, unless the token answers another challenge, or is not, or not known to be, for whoever verifies.

    The key is still the issuer's or not, whatever the audience: so this is an answer, and stops no later question.
    """
    try:
        # Of an SD-JWT its holder answers, with the key binding.
        if token.sd_jwt is None:
            refuse_unless_answered(token.unverified_claims, facts.policy)
        refuse_other_audience(facts, token.unverified_claims)
    except VcwalletError as error:
        return replace(from_error("proof", error), notes=good.notes)
    return good


def refuse_unless_answered(claims: Mapping[str, Any], policy: Policy) -> None:
    """The claims that stand for challenge and domain of an embedded proof (OpenID4VP 1.0, B.1.3.1.5). Raises `Refused`."""
    if policy.challenge is not None and claims.get("nonce") != policy.challenge:
        message = "the token does not answer the challenge that the policy names"
        raise Refused("challenge_mismatch", message, pointer="/nonce")
    if policy.domain is not None and policy.domain not in as_text_list(claims.get("aud")):
        raise Refused("domain_mismatch", f"the token is not for {policy.domain!r}", pointer="/aud")


def refuse_other_audience(facts: Circumstances, claims: Mapping[str, Any]) -> None:
    """RFC 7519, 4.1.3: whom the claim `aud` does not name must reject the token.

    Raises `Refused` ("audience_mismatch"), and `Undecided` ("audience_not_asked") when the policy does not say who we are.
    """
    if "aud" not in claims:
        return
    stated = as_text_list(claims["aud"])
    named = ", ".join(name[:_MAX_NAME] for name in stated[:_MAX_NAMES]) or "nobody"
    if not facts.policy.every_audience:
        raise Undecided(
            "audience_not_asked",
            f"the token is meant for {named}; the policy does not say whether that is you",
            pointer="/aud",
            hint="name yourself as its issuer does: Policy(audiences=[…]), or --audience on the command line",
        )
    if not set(stated).intersection(facts.policy.every_audience):
        raise Refused("audience_mismatch", f"the token is meant for {named}, and for nobody else", pointer="/aud")


def check_key_binding(facts: Circumstances, sd_jwt: SdJwtParts) -> bool:
    """Whether the holder signed what is presented, as the policy asks (RFC 9901, 7.3). Raises as `verify_key_binding`.

    Where the policy asks nothing, a token without key binding is taken, and one with it must be good but may be old.
    """
    policy = facts.policy
    is_asked = policy.challenge is not None or policy.domain is not None
    if not is_asked and sd_jwt.token.key_binding_jwt is None:
        return False
    max_age = DEFAULT_MAX_AGE if is_asked else _ANY_AGE
    expected = ExpectedBinding(policy.domain, policy.challenge, facts.at, max_age, policy.clock_skew)
    algorithms = facts.toolkit.jws_algorithms
    verify_key_binding(sd_jwt.token, sd_jwt.processed.claims, expected, algorithms=algorithms)
    return True


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
