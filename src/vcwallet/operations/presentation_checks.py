"""One function per question that is asked of a presentation, each from facts to a `Check`.

The proof of a presentation answers another question than that of a credential: not who said this, but who shows it, to
whom and when. Its purpose is `authentication`, and it repeats a challenge and a domain that the verifier chose (VC-DI 2.1;
in tokens `nonce` and `aud`). What is shown is verified for itself; nothing that the presenter signs makes it better.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from vcwallet.credentials import presentation_rules
from vcwallet.credentials.credential import as_list, as_text_list
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import Problem, Refused
from vcwallet.operations import audience_checks, key_lookup, proof_checks
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import DocumentFacts, Presenter
from vcwallet.operations.proof_checks import ProofAnswer
from vcwallet.policy import Policy
from vcwallet.report import Check, Outcome, VerificationReport
from vcwallet.securing import vc_jose, vc_jwt, vp_jwt
from vcwallet.securing.envelope import CompactJwt
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import from_numeric_date

# A reader mends what is named first.
_MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class PresentationFacts(DocumentFacts):
    """Everything one verification knows about a presentation while it asks its questions."""

    presentation: Presentation

    @property
    def stated_holder(self) -> str | None:
        """Who presents, as the presentation says: its `holder`, or the claim `iss` of a token without one."""
        holder = self.presentation.holder_id
        if holder is None and self.token is not None:
            return vc_jose.stated_issuer(self.token)
        return holder


@dataclass(frozen=True, slots=True)
class HolderAnswer:
    """The check, and who presents if that is proven."""

    check: Check
    presenter: Presenter = field(default=Presenter(None))


def check_structure(facts: PresentationFacts) -> Check:
    """The presentation has the members that it must have (VCDM 2.0, 4.13)."""
    document = dict(facts.document)
    # VCDM 1.1, 6.3.1: only there are credentials that are tokens written as strings.
    tokens_allowed = facts.token is not None and facts.token.form == "VC-JWT"
    problems = presentation_rules.presentation_problems(document, tokens_allowed=tokens_allowed)
    notes = tuple(presentation_rules.presentation_notes(document))
    if problems:
        return replace(failed("structure", tuple(problems), malformed=True), notes=notes)
    return passed("structure", "structure_sound", "the document is a well-formed presentation", notes=notes)


# --- proof ---------------------------------------------------------------------------------------------------------


def check_proof(facts: PresentationFacts) -> ProofAnswer:
    """Whoever holds the key that the proof names presents exactly this, and answers what the policy asked."""
    if facts.token is not None:
        return _check_token(facts, facts.token)
    if not as_list(facts.document.get("proof")):
        message = "the presentation carries no proof: nothing shows who presents, and to whom"
        return ProofAnswer(failed("proof", (Problem("proof_missing", message, "/proof"),)))
    answer = proof_checks.check_embedded_proofs(facts, key_lookup.AUTHENTICATION)
    if answer.check.outcome is Outcome.PASSED:
        for finding in answer.findings:
            _refuse_unless_for_us(facts.policy, finding.proof.get("domain"), f"{finding.pointer}/domain")
    domains = [domain for finding in answer.findings for domain in as_list(finding.proof.get("domain"))]
    notes = (*answer.check.notes, *_notes_on_what_was_not_asked(facts.policy, domains, "/proof/domain"))
    return replace(answer, check=replace(answer.check, notes=notes))


def _check_token(facts: PresentationFacts, token: CompactJwt) -> ProofAnswer:
    """`vp+jwt`, `vp+sd-jwt` (VC-JOSE-COSE, 3.1.2, 3.2.2) and the claim `vp` of data model 1.1 (VCDM 1.1, 6.3.1)."""
    header, claims = token.unverified_jws.header, token.unverified_claims
    latest = facts.at + facts.policy.clock_skew
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    if token.form in {"vp+jwt", "vp+sd-jwt"}:
        securing = f"{token.form} {header.get('alg')}"
        notes += vc_jose.check_header(token)
        vc_jose.check_issuer_claim(token, facts.presentation.holder_id, "holder")
    else:
        securing = f"VP-JWT {header.get('alg')}"
        vp_jwt.check_header(header)
        problems = tuple(vp_jwt.claim_problems(claims, facts.document))
    vc_jwt.check_algorithm(header, facts.toolkit.jws_algorithms)
    notes += vc_jose.check_claims(token, {"id": facts.document.get("id")}, latest)
    found = key_lookup.find_controlled_key(
        header, facts.stated_holder, purpose=key_lookup.AUTHENTICATION, toolkit=facts.toolkit
    )
    proof_checks.check_signature(facts, token, found)
    if problems:
        return ProofAnswer(replace(failed("proof", problems), notes=notes), (), found, securing)
    if token.sd_jwt is None or token.sd_jwt.token.key_binding_jwt is None:
        audience_checks.refuse_unless_answered(claims, facts.policy)
        _refuse_unless_for_us(facts.policy, claims.get("aud"), "/aud")
    else:
        # Whoever bound it signed last, for this occasion: what the presentation itself says may be older.
        audience_checks.check_key_binding(facts, token.sd_jwt)
    notes += _notes_on_what_was_not_asked(facts.policy, as_list(claims.get("aud")), "/aud")
    check = passed("proof", "proof_good", f"the signature fits ({securing})", notes=notes)
    return ProofAnswer(check, (), found, securing)


def _refuse_unless_for_us(policy: Policy, stated: Any, pointer: str) -> None:
    """Whoever presents names for whom; that they name nobody is no refusal. Raises `Refused` ("audience_mismatch")."""
    if stated is not None:
        audience_checks.refuse_unless_named(as_text_list(stated), policy, what="presentation", pointer=pointer)


def _notes_on_what_was_not_asked(policy: Policy, domains: list[Any], pointer: str) -> tuple[Problem, ...]:
    """A presentation that answers nothing could have been shown to somebody else before, and copied."""
    notes = []
    if policy.challenge is None:
        message = "no challenge was asked for, so the presentation may be a copy of one that was made for somebody else"
        hint = "choose a challenge at random for each presentation that you ask for, and name it in the policy"
        notes.append(Problem("challenge_not_asked", message, "", hint))
    if not policy.every_audience and domains:
        named = ", ".join(str(domain)[:80] for domain in domains[:3])
        message = f"the presentation was made for {named}; the policy does not say whether that is you"
        notes.append(Problem("domain_not_asked", message, pointer))
    return tuple(notes)


# --- holder, period ------------------------------------------------------------------------------------------------


def check_holder(facts: PresentationFacts, proof: ProofAnswer) -> HolderAnswer:
    """The key that signed belongs to the holder; where none is named, whose key it is presents (VCDM 2.0, 4.13)."""
    stated = facts.stated_holder
    foreign = proof_checks.foreign_controllers(proof.findings, stated) if stated is not None else []
    if foreign and len(foreign) == len(proof.findings):
        raise _not_the_holder(foreign[0], stated)
    if proof.check.outcome is not Outcome.PASSED:
        message = "the proof did not pass, so there is no key to ask about"
        return HolderAnswer(skipped("holder", "proof_not_passed", message))
    signers = _signers(proof)
    if stated is None:
        if len({signer.id for signer in signers}) != 1:
            message = "several parties signed, and the presentation does not say which of them is its holder"
            raise Refused("presenter_unclear", message, pointer="/holder")
        stated = signers[0].id
    presenter = next((signer for signer in signers if signer.id == stated), None)
    if presenter is None:
        raise _not_the_holder(signers[0].id, stated)
    others = dict.fromkeys(signer.id or "" for signer in signers if signer.id != stated)
    notes = tuple(Problem("also_signed_by", f"{other[:200]} signed it too") for other in others)
    message = f"{(stated or '')[:200]} presents, by a key of its own"
    return HolderAnswer(passed("holder", "key_bound_to_holder", message, pointer="/holder", notes=notes), presenter)


def _signers(proof: ProofAnswer) -> list[Presenter]:
    found = proof.token_key
    if found is not None:
        return [Presenter(found.controller, found.method.id if found.method else None, found.key)]
    keys = [finding.key for finding in proof.findings if finding.error is None and finding.key is not None]
    return [Presenter(key.controller, key.id, key.key) for key in keys]


def _not_the_holder(signer: str | None, holder: str | None) -> Refused:
    return Refused(
        "key_not_bound_to_holder",
        f"the presentation is signed with a key of {(signer or 'nobody')[:200]}, and says that its holder is "
        f"{(holder or 'nobody')[:200]}",
        pointer="/holder",
        hint="anybody can present copies of credentials; only the holder can sign for the holder",
    )


def check_period(facts: PresentationFacts) -> Check:
    """A token is valid at the time asked about (RFC 7519, 4.1.4 and 4.1.5). Embedded proofs say that by themselves."""
    claims = facts.token.unverified_claims if facts.token else {}
    moments = {
        claim: from_numeric_date(claims[claim], pointer=f"/{claim}") for claim in ("nbf", "exp") if claim in claims
    }
    if not moments:
        return skipped("period", "period_absent", "the presentation states no time until which it counts")
    if "nbf" in moments and moments["nbf"] > facts.at + facts.policy.clock_skew:
        message = f"the presentation is not valid before {moments['nbf'].isoformat()}"
        return failed("period", (Problem("not_yet_valid", message, "/nbf"),))
    if "exp" in moments and moments["exp"] < facts.at - facts.policy.clock_skew:
        message = f"the presentation was valid until {moments['exp'].isoformat()}"
        return failed("period", (Problem("expired", message, "/exp", "ask for a new presentation"),))
    return passed("period", "in_period", "the presentation is valid at this time")


# --- credentials ---------------------------------------------------------------------------------------------------


def check_credentials(policy: Policy, reports: tuple[VerificationReport, ...], unread: tuple[Problem, ...]) -> Check:
    """There is something presented, and every credential is valid by itself. `unread` says what was not looked at."""
    if not reports and not unread:
        message = "the presentation presents nothing: there is no credential in it"
        if policy.accept_empty_presentations:
            return skipped("credentials", "credentials_absent", message)
        return failed("credentials", (Problem("presentation_empty", message, "/verifiableCredential"),))
    failures, open_ = [], []
    for index, report in enumerate(reports):
        if report:
            continue
        pointer = json_pointer.join("/verifiableCredential", index)
        first = next(iter(report.problems), Problem("not_verified", "it was not verified"))
        message = f"the credential is {report.verdict}: {first.message} [{first.code}]"
        if report.verdict == "indeterminate":
            open_.append(Problem("presented_undecided", message, pointer, first.hint))
        else:
            code = "presented_malformed" if report.verdict == "malformed" else "presented_invalid"
            failures.append(Problem(code, message, pointer, first.hint))
    if failures:
        return failed("credentials", tuple(failures[:_MAX_PROBLEMS]))
    open_ += unread
    if open_:
        return unknown("credentials", *open_[:_MAX_PROBLEMS])
    message = "the credential is valid" if len(reports) == 1 else f"all {len(reports)} credentials are valid"
    return passed("credentials", "presented_good", message)
