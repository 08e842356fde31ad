"""One function per question about an SD-JWT VC, for `verifying_sd_jwt_vc.py`.

The key is looked for where the issuer publishes it and nowhere else, so that a signature that fits is the issuer's. Whom
the credential is about, `sub` says or nobody: what other claims name a person by, only those know who defined the type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.errors import Malformed, Problem, Refused, VcwalletError
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.operations import audience_checks, key_lookup, policy_checks, proof_checks
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import Presenter
from vcwallet.policy import Policy, Recipient
from vcwallet.report import Check, Outcome
from vcwallet.securing import vc_jwt
from vcwallet.securing.envelope import CompactJwt, SdJwtParts
from vcwallet.securing.sd_jwt.token_kinds import check_sd_jwt_vc
from vcwallet.toolkit import Toolkit
from vcwallet.wire.timestamps import from_numeric_date


@dataclass(frozen=True, slots=True)
class SdJwtVcFacts:
    """Everything one verification knows about an SD-JWT VC. `presenter` is None unless it stands in a presentation."""

    credential: SdJwtVc
    token: CompactJwt
    sd_jwt: SdJwtParts
    toolkit: Toolkit
    policy: Policy
    at: datetime
    presenter: Presenter | None = None

    @property
    def securing(self) -> str:
        """How the report calls it."""
        return f"dc+sd-jwt {self.token.unverified_jws.header.get('alg')}"


# --- 1 structure, 2 context ----------------------------------------------------------------------------------------


def check_structure(facts: SdJwtVcFacts) -> Check:
    """The claims have their form, and what is always open could not be withheld (section on registered claims)."""
    if facts.token.media_type:
        message = f"expected an envelope of {facts.token.media_type} to hold a document of the W3C, found an SD-JWT VC"
        raise Refused("jose_type_wrong", message, pointer="/typ")
    check_sd_jwt_vc(facts.sd_jwt.processed)
    header = facts.token.unverified_jws.header
    if "kid" in header and not (isinstance(header["kid"], str) and header["kid"]):
        raise Malformed("jws_header_malformed", "expected kid to be a non-empty string", pointer="/kid")
    if "jwk" in header and not isinstance(header["jwk"], Mapping):
        raise Malformed("jws_header_malformed", "expected jwk to be an object", pointer="/jwk")
    notes: tuple[Problem, ...] = ()
    if str(header["typ"]).lower().removeprefix("application/") != "dc+sd-jwt":
        message = "this is an SD-JWT VC by its former media type, which is now that of W3C credentials"
        notes = (Problem("former_media_type", message, "/typ"),)
    return passed("structure", "structure_sound", "the token is a well-formed SD-JWT VC", notes=notes)


def check_context(facts: SdJwtVcFacts) -> Check:
    """Nothing escapes the signature, which covers every claim as it is written; there are no contexts to tell more."""
    vct = (facts.credential.vct or "")[:200]
    message = f"the claims are signed as they are written; what they mean says the type {vct}"
    return passed("context", "claims_signed_literally", message, pointer="/vct")


# --- 3 proof, 4 issuer ---------------------------------------------------------------------------------------------


def check_proof(facts: SdJwtVcFacts) -> Check:
    """The issuer signed exactly this, and whoever shows it what is shown, as the policy asks."""
    header, claims = facts.token.unverified_jws.header, facts.token.unverified_claims
    vc_jwt.check_algorithm(header, facts.toolkit.jws_algorithms)
    if "iat" in claims and from_numeric_date(claims["iat"], pointer="/iat") > facts.at + facts.policy.clock_skew:
        raise Refused("proof_from_the_future", "the token says that it was made later than now", pointer="/iat")
    found = key_lookup.find_sd_jwt_vc_key(header, facts.credential.issuer_id, facts.toolkit)
    # A DID document may list the keys of another: whose they are is part of which key it is.
    proof_checks.refuse_unless_controlled(found, facts.credential.issuer_id or "", pointer="/iss")
    proof_checks.check_signature(facts, facts.token, found)
    audience_checks.check_key_binding(facts, facts.sd_jwt)
    notes = audience_checks.check_audience(claims, facts.policy)
    return passed("proof", "proof_good", f"the signature fits ({facts.securing})", notes=notes)


def check_issuer(facts: SdJwtVcFacts, proof: Check) -> Check:
    """The key that signed is one that the issuer publishes: no other is ever tried."""
    if proof.outcome is not Outcome.PASSED:
        return skipped("issuer", "proof_not_passed", "the proof did not pass, so there is no key to ask about")
    message = f"the key is published by {(facts.credential.issuer_id or '')[:200]}"
    return passed("issuer", "key_bound_to_issuer", message, pointer="/iss")


# --- 6 period ------------------------------------------------------------------------------------------------------


def check_period(facts: SdJwtVcFacts) -> Check:
    """`nbf` and `exp` (RFC 7519, 4.1.4 and 4.1.5), give or take the policy's clock skew."""
    claims, skew = facts.token.unverified_claims, facts.policy.clock_skew
    if "nbf" in claims:
        begin = from_numeric_date(claims["nbf"], pointer="/nbf")
        if begin > facts.at + skew:
            message = f"the credential is not valid before {begin.isoformat()}"
            return failed("period", (Problem("not_yet_valid", message, "/nbf"),))
    if "exp" not in claims:
        return passed("period", "in_period", "the credential states no end")
    end = from_numeric_date(claims["exp"], pointer="/exp")
    if end <= facts.at - skew:
        hint = "it may have been true until then; ask the issuer whether there is a newer one"
        return failed(
            "period", (Problem("expired", f"the credential was valid until {end.isoformat()}", "/exp", hint),)
        )
    return passed("period", "in_period", f"the credential is valid until {end.isoformat()}")


# --- 9 recipient, 10 holder ----------------------------------------------------------------------------------------


def check_recipient(facts: SdJwtVcFacts) -> Check:
    """The credential is about the person that the policy names."""
    wanted = facts.policy.recipient
    if wanted is None:
        return skipped("recipient", "recipient_not_asked", "the policy names no recipient")
    return compare_recipient(facts.credential, wanted)


def compare_recipient(credential: SdJwtVc, wanted: Recipient) -> Check:
    """`sub` is the one asked for. Of anything but an id it cannot be told which claim would say it."""
    if credential.subject_id is not None and credential.subject_id == wanted.value:
        return passed("recipient", "recipient_matches", "the subject is the one asked for", pointer="/sub")
    if wanted.identity_type == "id" and credential.subject_id is not None:
        message = "the credential is about somebody else than the person asked for"
        return failed("recipient", (Problem("recipient_mismatch", message, "/sub"),))
    message = "the credential does not say by sub who it is about, and other claims mean what its type says"
    hint = "read the claims, or ask for a key binding: it shows that the holder presents the credential"
    return unknown("recipient", Problem("recipient_undecided", message, "", hint))


def check_holder(facts: SdJwtVcFacts) -> Check:
    """Whoever shows the credential has the key that its issuer confirmed: by a key binding, or by a presentation."""
    is_asked = facts.policy.require_holder_binding
    if facts.presenter is not None:
        if _is_presenters(facts, facts.presenter):
            message = "who presents the credential has the key that its issuer confirmed"
            return passed("holder", "holder_bound", message, pointer="/cnf")
        problem = Problem("holder_not_bound", "nothing shows that the credential belongs to who presents it", "/cnf")
        not_asked = skipped("holder", "holder_not_asked", "the policy does not ask who presents the credential")
        return failed("holder", (problem,)) if is_asked else replace(not_asked, notes=(problem,))
    if not is_asked:
        return skipped("holder", "holder_not_asked", "the policy does not ask who presents the credential")
    if audience_checks.check_key_binding(facts, facts.sd_jwt):
        return replace(policy_checks.bound_by_key(facts.policy), pointer="/cnf")
    message = "the token ends without a key binding: nothing shows who presents it"
    hint = "ask for a key binding, and name the challenge and domain of it in the policy"
    return failed("holder", (Problem("holder_not_bound", message, "", hint),))


def _is_presenters(facts: SdJwtVcFacts, presenter: Presenter) -> bool:
    if presenter.key is None:
        return False
    confirmed = facts.token.unverified_claims.get("cnf")
    if isinstance(confirmed, Mapping) and isinstance(confirmed.get("jwk"), Mapping):
        try:
            return public_key_from_jwk(confirmed["jwk"]) == presenter.key
        except VcwalletError:
            return False  # a key that cannot be read is not this key
    return presenter.id is not None and facts.credential.subject_id == presenter.id
