"""The questions about what a badge itself says: its form, its words, its dates, and to whom it was awarded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vcwallet.credentials import badge_v2_rules, identity
from vcwallet.credentials.badge_v2 import V1_CONTEXT, V2_CONTEXT, Assertion, parse_moment
from vcwallet.credentials.credential import as_list, as_text_list
from vcwallet.errors import Problem
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.badge_v2.facts import BadgeFacts
from vcwallet.policy import Recipient
from vcwallet.report import Check

_MAX_EXTENSIONS: Final = 8

# OB 3.0 calls the identifier types of OB 2.0 by other names; who asks may use either.
_RECIPIENT_TYPES: Final[Mapping[str, str]] = {"emailAddress": "email", **badge_v2_rules.RECIPIENT_TYPES}


def check_structure(facts: BadgeFacts) -> Check:
    """It is an assertion or an endorsement, with the members that it must have."""
    assertion = facts.assertion
    kinds = [name for name in assertion.types if name in ("BadgeClass", "Issuer", "Profile", "RevocationList")]
    if kinds and not {"Assertion", "Endorsement"} & set(assertion.types):
        message = f"this is a {kinds[0]}: it awards nothing to anybody, so there is nothing to verify"
        hint = "give the assertion, which says who was awarded the badge"
        return failed("structure", (Problem("badge_not_awarded", message, "/type", hint),), malformed=True)
    problems = badge_v2_rules.problems(assertion.document, facts.role, assertion.version)
    if problems:
        return failed("structure", tuple(problems), malformed=True)
    message = f"the document is a well-formed {assertion.kind} of Open Badges {assertion.version}"
    return passed("structure", "structure_sound", message, notes=_version_notes(assertion))


def _version_notes(assertion: Assertion) -> tuple[Problem, ...]:
    if assertion.version == "2.0":
        return ()
    message = f"the badge follows Open Badges {assertion.version} and was read as that version is brought up to 2.0"
    return (Problem("badge_version_older", message),)


def check_context(facts: BadgeFacts) -> Check:
    """The terms are those of Open Badges. They are read by their names: no statement in RDF is signed that could differ."""
    assertion = facts.assertion
    contexts = as_list(assertion.document.get("@context"))
    notes = _extension_notes(assertion.document)
    if assertion.version in ("0.5", "1.0"):
        return passed("context", "terms_defined", "badges of this version have no context", notes=notes)
    if V2_CONTEXT in contexts or V1_CONTEXT in contexts:
        return passed("context", "terms_defined", "the terms are those of Open Badges", notes=notes)
    if any(isinstance(entry, str) for entry in contexts):
        message = f"expected the context {V2_CONTEXT}"
        return failed("context", (Problem("badge_context_unknown", message, "/@context"),), malformed=True)
    message = "a context of the document's own says what its terms mean, and such contexts are not read"
    return unknown("context", Problem("badge_context_inline", message, "/@context"))


def _extension_notes(document: Mapping[str, Any]) -> tuple[Problem, ...]:
    extensions = [
        name
        for name, value in document.items()
        if name.startswith("extensions:")
        or any(isinstance(entry, Mapping) and "Extension" in as_list(entry.get("type")) for entry in as_list(value))
    ]
    message = "what this extension says is not checked against the extension's own rules"
    return tuple(
        Problem("extension_not_checked", message, f"/{name.replace('~', '~0').replace('/', '~1')}")
        for name in extensions[:_MAX_EXTENSIONS]
    )


def check_period(facts: BadgeFacts) -> Check:
    """It was issued before the time asked about and has not expired, give or take the policy's clock skew."""
    skew = facts.policy.clock_skew
    # Not by the members of `Assertion`, which say None of what they cannot read: that would be a badge without an end.
    begin, end = _stated(facts, "issuedOn"), _stated(facts, "expires")
    if begin is not None and begin > facts.at + skew:
        message = f"the badge says that it was issued on {begin.isoformat()}, which is yet to come"
        return failed("period", (Problem("not_yet_valid", message, "/issuedOn"),))
    if end is not None and end < facts.at - skew:
        hint = "it may have been true until then; ask the issuer whether there is a newer one"
        return failed("period", (Problem("expired", f"the badge expired on {end.isoformat()}", "/expires", hint),))
    until = f"is valid until {end.isoformat()}" if end else "states no end"
    return passed("period", "in_period", f"the badge was issued and {until}")


def _stated(facts: BadgeFacts, member: str) -> datetime | None:
    """A date of the badge, None if it states none. Raises `Malformed` as `parse_moment`."""
    document = facts.assertion.document
    return parse_moment(document[member], pointer=f"/{member}") if member in document else None


def check_recipient(facts: BadgeFacts) -> Check:
    """The badge was awarded to the person that the policy names."""
    wanted = facts.policy.recipient
    if wanted is None:
        return skipped("recipient", "recipient_not_asked", "the policy names no recipient")
    return compare_recipient(facts.assertion, wanted)


def compare_recipient(assertion: Assertion, wanted: Recipient) -> Check:
    """The badge was awarded to this person (OB 2.0, IdentityObject)."""
    recipient = assertion.recipient or {}
    kinds = {_RECIPIENT_TYPES.get(kind) for kind in as_text_list(recipient.get("type"))}
    who = recipient.get("identity")
    if isinstance(who, str) and _RECIPIENT_TYPES.get(wanted.identity_type) in kinds - {None}:
        salt = recipient.get("salt") or ""
        how = identity.names(who, wanted.value, hashed=recipient.get("hashed"), salt=salt)
        if how is not None:
            message = f"the recipient is the person asked for ({wanted.identity_type}, {how})"
            return passed("recipient", "recipient_matches", message, pointer="/recipient")
    hint = "they may be known to the issuer by another address or number: ask them which"
    message = f"the badge was not awarded to the person asked for, as far as {wanted.identity_type} tells"
    return failed("recipient", (Problem("recipient_mismatch", message, "/recipient", hint),))
