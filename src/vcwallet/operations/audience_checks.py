"""Whether what was signed was signed for whoever verifies it, and for this occasion. Each part raises, or says nothing.

Three parties say for whom something is, and each of them in its own words:

- the issuer of a token, by its claim `aud`: whom it does not name must reject the token (RFC 7519, 4.1.3). A verifier goes
  by the `audiences` and the `domain` of its policy. One that says neither is told for whom the token is: issuers name the
  learner there too, and published samples a party that nobody knows, which makes what they say no less true;
- who shows a token, by the claims `nonce` and `aud`: they repeat the challenge and the domain that the policy names;
- the holder of an SD-JWT, by a key binding, which has both of its own (RFC 9901, 7.3).

`challenge` and `domain` of an embedded proof are compared where the proof is checked, in `securing.data_integrity`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from vcwallet.credentials.credential import as_text_list
from vcwallet.errors import Problem, Refused, VcwalletError
from vcwallet.operations.answers import from_error
from vcwallet.operations.facts import Circumstances
from vcwallet.policy import Policy
from vcwallet.report import Check
from vcwallet.securing.envelope import CompactJwt, SdJwtParts
from vcwallet.securing.sd_jwt.key_binding import DEFAULT_MAX_AGE, ExpectedBinding, verify_key_binding

# Who asks no challenge cannot tell a new presentation from an old one, by its date neither.
_ANY_AGE: Final = timedelta(days=36525)

# Audiences that a message lists, and characters of each.
_MAX_NAMES: Final = 3
_MAX_NAME: Final = 80


def unless_for_others(good: Check, token: CompactJwt, policy: Policy) -> Check:
    """The good answer about a credential's token, unless it answers another challenge or is for others.

    The key is still the issuer's or not, whatever the audience: so this is an answer, and stops no later question.
    """
    try:
        # Of an SD-JWT its holder answers, with the key binding.
        if token.sd_jwt is None:
            refuse_unless_answered(token.unverified_claims, policy)
        notes = check_audience(token.unverified_claims, policy)
    except VcwalletError as error:
        return replace(from_error(good.name, error), notes=good.notes)
    return replace(good, notes=(*good.notes, *notes)) if notes else good


def refuse_unless_answered(claims: Mapping[str, Any], policy: Policy) -> None:
    """The claims that stand for challenge and domain of an embedded proof (OpenID4VP 1.0, B.1.3.1.5). Raises `Refused`."""
    if policy.challenge is not None and claims.get("nonce") != policy.challenge:
        message = "the token does not answer the challenge that the policy names"
        raise Refused("challenge_mismatch", message, pointer="/nonce")
    if policy.domain is not None and policy.domain not in as_text_list(claims.get("aud")):
        raise Refused("domain_mismatch", f"the token is not for {policy.domain!r}", pointer="/aud")


def check_audience(claims: Mapping[str, Any], policy: Policy) -> tuple[Problem, ...]:
    """RFC 7519, 4.1.3, of the issuer's own token.

    Gives the note "audience_not_asked" when the policy does not say who we are. Raises `Refused` ("audience_mismatch").
    """
    if "aud" not in claims:
        return ()
    stated = as_text_list(claims["aud"])
    if not policy.every_audience:
        message = f"the token is meant for {_listed(stated)}; the policy does not say whether that is you"
        hint = "name yourself as its issuer does: Policy(audiences=[…])"
        return (Problem("audience_not_asked", message, "/aud", hint),)
    refuse_unless_named(stated, policy, what="token", pointer="/aud")
    return ()


def refuse_unless_named(stated: Sequence[str], policy: Policy, *, what: str, pointer: str) -> None:
    """One of the names is ours, where the policy says what we are called. Raises `Refused` ("audience_mismatch")."""
    if policy.every_audience and not set(stated).intersection(policy.every_audience):
        message = f"the {what} is meant for {_listed(stated)}, and for nobody else"
        raise Refused("audience_mismatch", message, pointer=pointer)


def check_key_binding(facts: Circumstances, sd_jwt: SdJwtParts) -> bool:
    """Whether the holder signed what is presented, as the policy asks (RFC 9901, 7.3). Raises as `verify_key_binding`.

    Where the policy asks nothing, a token without key binding is taken, and one with it must be good but may be old. One
    that was made for others is refused ("audience_mismatch") as soon as the policy says who we are.
    """
    policy = facts.policy
    is_asked = policy.challenge is not None or policy.domain is not None
    if not is_asked and sd_jwt.token.key_binding_jwt is None:
        return False
    max_age = DEFAULT_MAX_AGE if is_asked else _ANY_AGE
    expected = ExpectedBinding(policy.domain, policy.challenge, facts.at, max_age, policy.clock_skew)
    algorithms = facts.toolkit.jws_algorithms
    binding = verify_key_binding(sd_jwt.token, sd_jwt.processed.claims, expected, algorithms=algorithms)
    refuse_unless_named([binding.audience], policy, what="key binding", pointer="/aud")
    return True


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name[:_MAX_NAME] for name in names[:_MAX_NAMES]) or "nobody"
