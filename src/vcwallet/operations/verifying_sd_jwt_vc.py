"""The order of the questions about an SD-JWT VC: the same eleven as for credentials of the W3C.

1. structure   its claims have their form, and those that are always open could not be withheld
2. context     there is none: the type says what the claims mean, and the signature covers them as they are written
3. proof       a key that the issuer publishes signed exactly this, and the holder what is shown, where that is asked
4. issuer      that key is the issuer's, by JWT VC Issuer Metadata or by its DID
5. schema      there is none
6. period      `nbf` and `exp`
7. status      `status`, in the list that it names
8. nested      there is nothing inside
9. recipient, 10. holder, 11. trust: only if the policy asks

What its disclosures make of the claims was worked out when the token was recognised (`securing.envelope`): a token with a
disclosure too many, twice or in the wrong place never comes here.
"""

from collections.abc import Callable
from datetime import datetime

from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.operations import sd_jwt_vc_checks, token_status
from vcwallet.operations.answers import skipped
from vcwallet.operations.facts import Presenter
from vcwallet.operations.sd_jwt_vc_checks import SdJwtVcFacts
from vcwallet.operations.token_status import RecordedAt
from vcwallet.policy import Policy
from vcwallet.report import Check, Outcome
from vcwallet.securing.envelope import CompactJwt
from vcwallet.toolkit import Toolkit

Answer = Callable[[str, Callable[[], Check]], Check]


def establish(
    token: CompactJwt, *, toolkit: Toolkit, policy: Policy, at: datetime, presenter: Presenter | None
) -> SdJwtVcFacts:
    """What there is to ask about."""
    assert token.sd_jwt is not None, "an SD-JWT VC is an SD-JWT"
    credential = SdJwtVc(token.unverified_claims, token.received)
    return SdJwtVcFacts(credential, token, token.sd_jwt, toolkit, policy, at, presenter)


def ask(facts: SdJwtVcFacts, *, answer: Answer, recorded_at: RecordedAt) -> list[Check]:
    """Ask all questions but that about trust. `answer` puts one, and turns what goes wrong into an answer."""
    structure = answer("structure", lambda: sd_jwt_vc_checks.check_structure(facts))
    if structure.outcome is not Outcome.PASSED:
        return [structure]
    proof = answer("proof", lambda: sd_jwt_vc_checks.check_proof(facts))
    issuer = answer("issuer", lambda: sd_jwt_vc_checks.check_issuer(facts, proof))
    counts = "issuer" in facts.policy.required_checks
    is_proven = proof.outcome is Outcome.PASSED and (issuer.outcome is Outcome.PASSED or not counts)
    claims, issuer_id = facts.token.unverified_claims, facts.credential.issuer_id

    def ask_status() -> Check:
        return token_status.check_token_status(claims, issuer_id, facts, is_proven=is_proven, recorded_at=recorded_at)

    return [
        structure,
        answer("context", lambda: sd_jwt_vc_checks.check_context(facts)),
        proof,
        issuer,
        skipped("schema", "schema_absent", "the credential names no schema"),
        answer("period", lambda: sd_jwt_vc_checks.check_period(facts)),
        answer("status", ask_status),
        skipped("nested", "nested_absent", "there is no credential inside"),
        answer("recipient", lambda: sd_jwt_vc_checks.check_recipient(facts)),
        answer("holder", lambda: sd_jwt_vc_checks.check_holder(facts)),
    ]
