"""Whether the badge is what its issuer says: published at its address, or signed with a key that the issuer lists.

Whose address and whose key it is, is another question (`issuer_checks.py`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from vcwallet.credentials import badge_v2_rules
from vcwallet.credentials.badge_v2 import Assertion, parse_moment
from vcwallet.credentials.credential import as_list, as_text_list
from vcwallet.errors import Malformed, Problem, Refused, Undecided, VcwalletError
from vcwallet.fetching.web_address import shortened
from vcwallet.keys.pem import public_key_from_pem
from vcwallet.keys.public_key import PublicKey
from vcwallet.operations.answers import failed, passed, unknown
from vcwallet.operations.audience_checks import refuse_unless_answered
from vcwallet.operations.badge_v2.documents import Documents, host_of, id_of, reason_of
from vcwallet.operations.badge_v2.facts import BadgeFacts, BadgeProof, FoundIssuer
from vcwallet.operations.badge_v2.issuer_checks import find_issuer
from vcwallet.policy import Policy
from vcwallet.securing import jws, vc_jwt
from vcwallet.securing.envelope import CompactJwt

# Issuers have one key, and for a while after a change two.
_MAX_KEYS: Final = 8

# What a copy must say as its hosted original does: who got what, and when.
_TELLING_MEMBERS: Final = ("recipient", "badge", "issuedOn")
# Differences in these are no news: a copy is often baked into its own picture, and contexts and types are spelling.
_UNTELLING_MEMBERS: Final = frozenset({"@context", "type", "id", "image", "verification", *_TELLING_MEMBERS})


def check_hosted(facts: BadgeFacts) -> BadgeProof:
    """What is served at the assertion's id is the assertion (OB 2.0, verification of hosted badges)."""
    _refuse_if_asked(facts.policy)
    received = facts.assertion
    if host_of(received.id) is None:
        raise Undecided(
            "hosted_address_missing",
            "a hosted badge is confirmed at its address, and this one has no web address as its id",
            pointer="/id",
            hint="look for it where its issuer publishes it; a picture with the address inside can be verified",
        )
    assert received.id is not None
    found = facts.documents.find(received.id, facts.role)
    if found.is_gone:
        message = f"the issuer withdrew it: its address answers that it is gone{reason_of(found.content)}"
        gone = Problem("badge_revoked", message, "/id")
        check = unknown("proof", Problem("hosted_assertion_gone", "there is nothing at its address any more", "/id"))
        return BadgeProof(replace(check, notes=found.notes), received, found.hosts, gone)
    hosted = Assertion(found.content, received.received, found.version)
    problems = badge_v2_rules.problems(hosted.document, facts.role, hosted.version)
    if problems:
        first = replace(problems[0], message=f"what its address serves is malformed: {problems[0].message}")
        return BadgeProof(failed("proof", (first, *problems[1:]), malformed=True), received, found.hosts)
    if hosted.verification_type != "hosted" and not hosted.is_revoked:
        raise Refused(
            "verification_type_mismatch", "what its address serves wants to be verified by a signature", pointer="/id"
        )
    different = [name for name in _TELLING_MEMBERS if _differs(name, received.document, hosted.document)]
    if different and not hosted.is_revoked:
        message = f"its issuer publishes it with another {different[0]}: what was given is changed or out of date"
        hint = f"what counts is at {received.id[:200]}"
        problem = Problem("hosted_copy_differs", message, f"/{different[0]}", hint)
        return BadgeProof(failed("proof", (problem,)), received, found.hosts)
    notes = (*found.notes, *_update_notes(received.document, hosted.document))
    message = f"its address serves this {hosted.kind.lower()}"
    return BadgeProof(passed("proof", "hosted_copy_confirmed", message, notes=notes), hosted, found.hosts)


def _refuse_if_asked(policy: Policy) -> None:
    """Everybody can copy what is published: its address shows neither who hands it in, nor to whom. Raises `Refused`."""
    if policy.challenge is None and policy.domain is None:
        return
    code, asked = ("domain_mismatch", "domain") if policy.challenge is None else ("challenge_mismatch", "challenge")
    raise Refused(
        code,
        f"the policy names a {asked}, and a hosted badge is the same page for everybody: it answers none",
        hint="ask for a presentation where it matters who shows the badge; else leave the challenge and the domain out",
    )


def _differs(name: str, received: Mapping[str, Any], hosted: Mapping[str, Any]) -> bool:
    return name in received and _comparable(name, received[name]) != _comparable(name, hosted.get(name))


def _comparable(name: str, value: Any) -> Any:
    if name == "issuedOn":
        try:
            return parse_moment(value)
        except Malformed:
            return value
    if name == "badge":
        return id_of(value) or value
    if isinstance(value, Mapping):
        kind = as_text_list(value.get("type"))
        telling = [badge_v2_rules.RECIPIENT_TYPES.get(entry, entry) for entry in kind]
        return telling, value.get("hashed"), value.get("identity"), value.get("salt") or ""
    return value


def _update_notes(received: Mapping[str, Any], hosted: Mapping[str, Any]) -> tuple[Problem, ...]:
    names = [name for name in {**received, **hosted} if name not in _UNTELLING_MEMBERS]
    changed = [name for name in names if received.get(name) != hosted.get(name)]
    if not changed:
        return ()
    listed = ", ".join(name[:40] for name in changed[:5])
    message = (
        f"its issuer has changed it since the copy that was given was made ({listed}); the issuer's version counts"
    )
    return (Problem("hosted_copy_updated", message),)


def check_signed(facts: BadgeFacts, token: CompactJwt) -> BadgeProof:
    """A key that the issuer's profile lists signed exactly this (OB 2.0, verification of signed badges)."""
    assertion = facts.assertion
    vc_jwt.check_algorithm(token.unverified_jws.header, facts.toolkit.jws_algorithms)
    if assertion.verification_type != "signed":
        message = "the badge is signed, and says that it is to be verified at its address"
        raise Refused("verification_type_mismatch", message, pointer="/verification/type")
    issuer = find_issuer(facts, assertion)
    errors: list[VcwalletError] = []
    for entry in _listed_keys(assertion, issuer):
        try:
            key = _published_key(entry, issuer, facts.documents)
            jws.verify(token.unverified_jws, key, algorithms=facts.toolkit.jws_algorithms)
        except VcwalletError as error:
            errors.append(error)
            continue
        refuse_unless_answered(token.unverified_claims, facts.policy)
        securing = str(token.unverified_jws.header.get("alg"))
        return BadgeProof(passed("proof", "proof_good", f"the signature fits ({securing})"), assertion)
    raise next((error for error in errors if isinstance(error, Undecided)), errors[0])


def _listed_keys(assertion: Assertion, issuer: FoundIssuer) -> list[Any]:
    """The keys to try: of those that the issuer lists, the one that the badge names, or all."""
    listed = [entry for entry in as_list(issuer.profile.get("publicKey")) if id_of(entry) is not None]
    if not listed and assertion.version != "2.0":
        message = "issuers did not list their keys before Open Badges 2.0, so nothing shows whose key signed this"
        raise Undecided("issuer_lists_no_key", message, pointer="/badge/issuer")
    named = [entry for entry in listed if assertion.creator in (None, id_of(entry))]
    if not named:
        raise Refused(
            "key_not_bound_to_issuer",
            f"the issuer does not list the key {shortened(assertion.creator or '')} that is said to have signed this"
            if listed
            else "the issuer lists no key, so nobody can have signed this in its name",
            pointer="/verification/creator",
            hint="anybody can sign with a key of their own and write another's name below it: do not trust this badge",
        )
    return named[:_MAX_KEYS]


def _published_key(entry: Any, issuer: FoundIssuer, documents: Documents) -> PublicKey:
    """The key that a profile lists. Key and profile must name each other (OB 2.0, CryptographicKey)."""
    key_id = id_of(entry) or ""
    is_embedded = isinstance(entry, Mapping) and "publicKeyPem" in entry
    content = entry if is_embedded else documents.find_at_home(key_id, "key").content
    problems = badge_v2_rules.problems({"type": "CryptographicKey", **content} if is_embedded else content, "key")
    if problems:
        raise Malformed.from_problem(replace(problems[0], pointer="/verification/creator"))
    if content.get("id") != key_id or id_of(content.get("owner")) != issuer.profile.get("id"):
        raise Refused(
            "key_not_bound_to_controller",
            f"the key at {shortened(key_id)} does not name itself, or not the issuer as its owner",
            pointer="/verification/creator",
        )
    return public_key_from_pem(str(content["publicKeyPem"]), pointer="/verification/creator")
