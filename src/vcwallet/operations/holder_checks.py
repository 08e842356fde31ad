"""Whether a credential belongs to whoever shows it.

Who shows it is known only from a presentation, by whose key that is signed. A credential is the presenter's when it is
about them by id (VCDM 2.0, C.1), or when its issuer confirmed their key with `cnf` (RFC 7800; VC-JOSE-COSE, 4.1.3).
"""

from collections.abc import Mapping
from dataclasses import replace

from vcwallet.errors import Problem, VcwalletError
from vcwallet.keys.jwk import public_key_from_jwk
from vcwallet.operations import audience_checks, policy_checks
from vcwallet.operations.answers import failed, passed, skipped
from vcwallet.operations.facts import Facts, Presenter
from vcwallet.report import Check


def check_holder(facts: Facts) -> Check:
    """Whoever shows the credential proved to be its subject. `policy_checks.check_holder` is for what is not presented."""
    presenter = facts.presenter
    is_asked = facts.policy.require_holder_binding
    if presenter is None:
        sd_jwt = facts.token.sd_jwt if facts.token else None
        if is_asked and sd_jwt is not None and audience_checks.check_key_binding(facts, sd_jwt):
            return policy_checks.bound_by_key(facts.policy)
        return policy_checks.check_holder(facts)
    if presenter.key is None:
        message = "the presentation does not prove who presents the credential"
        return failed("holder", (Problem("holder_not_bound", message),)) if is_asked else _not_asked()
    how = _binding(facts, presenter)
    if how is not None:
        return passed("holder", "holder_bound", f"who presents the credential is its subject ({how})")
    message = f"the credential is not about {(presenter.id or 'nobody')[:200]}, who presents it"
    hint = "subject and presenter may still be one person under two names: nothing here shows it"
    problem = Problem("holder_not_subject", message, "/credentialSubject", hint)
    if is_asked:
        return failed("holder", (problem,))
    return replace(_not_asked(), notes=(problem,))


def _not_asked() -> Check:
    return skipped("holder", "holder_not_asked", "the policy does not ask who presents the credential")


def _binding(facts: Facts, presenter: Presenter) -> str | None:
    """How the credential names its presenter, in a few words; None when it does not."""
    confirmed = facts.token.unverified_claims.get("cnf") if facts.token else None
    if isinstance(confirmed, Mapping):
        if isinstance(confirmed.get("kid"), str) and confirmed["kid"] == presenter.method_id:
            return "by the key that its issuer confirmed"
        if isinstance(confirmed.get("jwk"), Mapping):
            try:
                if public_key_from_jwk(confirmed["jwk"]) == presenter.key:
                    return "by the key that its issuer confirmed"
            except VcwalletError:
                pass  # a key that cannot be read is not this key
    subjects = facts.credential.subjects
    if presenter.id is not None and subjects and all(subject.get("id") == presenter.id for subject in subjects):
        return "by its id"
    return None
