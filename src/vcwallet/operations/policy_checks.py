"""The questions that only a policy asks, each from facts to a `Check`: about whom it is, who shows it, and who issued it.

9 recipient, 10 holder, 11 trust. What a presentation shows of its holder is in `holder_checks.py`.
"""

from collections.abc import Mapping
from dataclasses import replace

from vcwallet.credentials import identity
from vcwallet.credentials.credential import Credential, as_list
from vcwallet.errors import Problem
from vcwallet.operations.answers import failed, passed, skipped
from vcwallet.operations.facts import Asked, Facts
from vcwallet.policy import Policy, Recipient
from vcwallet.report import Check


def check_recipient(facts: Facts) -> Check:
    """The credential is about the person that the policy names."""
    wanted = facts.policy.recipient
    if wanted is None:
        return skipped("recipient", "recipient_not_asked", "the policy names no recipient")
    return compare_recipient(facts.credential, wanted)


def compare_recipient(credential: Credential, wanted: Recipient) -> Check:
    """The credential is about this person (OB 3.0, 9.1 step 5)."""
    subject = credential.subject or {}
    if credential.subject_id is not None and credential.subject_id == wanted.value:
        return passed(
            "recipient", "recipient_matches", "the subject's id is the one asked for", pointer="/credentialSubject/id"
        )
    objects = [entry for entry in as_list(subject.get("identifier")) if isinstance(entry, Mapping)]
    for index, entry in enumerate(objects):
        how = identity.matches(entry, identity_type=wanted.identity_type, value=wanted.value)
        if how is not None:
            pointer = f"/credentialSubject/identifier/{index}"
            return passed(
                "recipient", "recipient_matches", f"the subject is the person asked for ({how})", pointer=pointer
            )
    hint = "they may be known to the issuer by another address or number: ask them which"
    message = f"the credential is not about the person asked for, as far as {wanted.identity_type} tells"
    return failed("recipient", (Problem("recipient_mismatch", message, "/credentialSubject", hint),))


def check_holder(facts: Asked) -> Check:
    """Whoever shows the credential proved to be its subject. A credential on its own cannot show that."""
    if not facts.policy.require_holder_binding:
        return skipped("holder", "holder_not_asked", "the policy does not ask who presents the credential")
    message = "a credential on its own does not show who presents it; ask for a presentation"
    return failed("holder", (Problem("holder_not_bound", message),))


def bound_by_key(policy: Policy) -> Check:
    """What the holder check says of a token with a good key binding, which without a challenge may be a copy."""
    message = "who presents the credential has the key that its issuer confirmed"
    notes: tuple[Problem, ...] = ()
    if policy.challenge is None:
        message = (
            "the key that its issuer confirmed was used to present the credential, to whomever and whenever that was"
        )
        if policy.domain is not None:
            message = "the key that its issuer confirmed was used to present the credential to the domain asked for"
        copied = "no challenge was asked for, so the key binding may be a copy of an older one"
        hint = "choose a challenge at random for each presentation that you ask for, and name it in the policy"
        notes = (Problem("challenge_not_asked", copied, "", hint),)
    return passed("holder", "holder_bound", message, notes=notes)


def check_trust(facts: Asked) -> Check:
    """The issuer is one that the policy trusts, or that a list of the policy vouches for."""
    policy, issuer_id = facts.policy, facts.credential.issuer_id
    if policy.trusted_issuers is not None:
        if issuer_id is None or issuer_id not in policy.trusted_issuers:
            message = "the issuer is not one of those the policy trusts"
            return failed("trust", (Problem("issuer_not_trusted", message, "/issuer"),))
        if not policy.require_listed_issuer:
            message = "the issuer is one of those the policy trusts"
            return passed("trust", "issuer_trusted", message, pointer="/issuer", notes=_listings(facts))
    listings = _listings(facts)
    if listings:
        return passed("trust", "issuer_listed", listings[0].message, pointer="/issuer", notes=listings[1:])
    message = "no list of known issuers that the policy names has this issuer"
    not_listed = Problem("issuer_not_listed", message, "/issuer", "this does not make it a bad issuer: nobody knows it")
    if policy.require_listed_issuer:
        return failed("trust", (not_listed,))
    asked_nobody = skipped("trust", "trust_not_asked", "the policy names no trusted issuers")
    return replace(asked_nobody, notes=(not_listed,)) if policy.registries else asked_nobody


def _listings(facts: Asked) -> tuple[Problem, ...]:
    """Which lists have the issuer, and as whom."""
    issuer_id = facts.credential.issuer_id or ""
    return tuple(
        Problem(
            "issuer_listed",
            f"{registry.name} lists the issuer"
            + (f" as {registry.issuers[issuer_id]}" if registry.issuers[issuer_id] else ""),
            "/issuer",
        )
        for registry in facts.policy.registries
        if issuer_id in registry.issuers
    )
