"""Whether the issuer has revoked the badge: where it is hosted, or on a list of its own."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from vcwallet.credentials import badge_v2_rules
from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import as_text
from vcwallet.errors import Problem, Undecided
from vcwallet.fetching.web_address import shortened
from vcwallet.operations.answers import failed, passed, skipped
from vcwallet.operations.badge_v2.documents import Documents, id_of, reason_of
from vcwallet.operations.badge_v2.facts import BadgeFacts, BadgeProof, FoundIssuer
from vcwallet.report import Check


def revoked(facts: BadgeFacts, proof: BadgeProof) -> Check | None:
    """That the badge is revoked, as far as the badge itself or its address tells; None when they do not."""
    if proof.gone is not None:
        return failed("status", (proof.gone,))
    if facts.assertion.is_revoked:
        message = f"the issuer revoked the badge{reason_of(facts.assertion.document)}"
        return failed("status", (Problem("badge_revoked", message, "/revoked"),))
    return None


def check_status(facts: BadgeFacts, issuer: FoundIssuer) -> Check:
    """The issuer has not revoked it: neither where it is hosted, nor on the issuer's list of revoked assertions."""
    address = id_of(issuer.profile.get("revocationList"))
    if facts.token is not None and address is None:
        return skipped("status", "status_absent", "the issuer keeps no list of revoked badges")
    notes: tuple[Problem, ...] = ()
    if address is not None:
        try:
            listed = _entry_for(facts.assertion, facts.documents, address)
        except Undecided as error:
            if facts.token is not None:
                raise
            # A hosted badge is revoked where it is hosted; a list beside it only adds to that.
            listed, notes = None, (Problem("revocation_list_not_read", error.problem.message, "/badge/issuer"),)
        if listed is not None:
            message = f"the issuer lists the badge as revoked{reason_of(listed)}"
            return failed("status", (Problem("badge_revoked", message, "/id"),))
    return passed("status", "badge_not_revoked", "the issuer has not revoked the badge", notes=notes)


def _entry_for(assertion: Assertion, documents: Documents, address: str) -> Mapping[str, Any] | None:
    """The entry of a revocation list that is about this assertion: an id, or an object with id or uid."""
    found = documents.find_at_home(address, "revocation list")
    entries = found.content.get("revokedAssertions", [])
    if not isinstance(entries, list) or badge_v2_rules.problems(found.content, "revocation list", found.version):
        raise Undecided("revocation_list_unusable", f"{shortened(address)} is no list of revoked badges")
    own_ids = {_spelling(assertion.id), f"uid:{_spelling(as_text(assertion.document.get('uid')))}"} - {None, "uid:None"}
    unreadable = False
    for entry in entries:
        members = entry if isinstance(entry, Mapping) else {"id": entry}
        names = {_spelling(as_text(members.get("id")))}
        if isinstance(members.get("uid"), str):
            names.add(f"uid:{_spelling(members['uid'])}")
        if names & own_ids and members.get("revoked", True) is not False:
            return members
        unreadable = unreadable or names == {None}
    if unreadable:
        raise Undecided("revocation_list_unusable", f"{shortened(address)} has entries that cannot be read")
    return None


def _spelling(identifier: str | None) -> str | None:
    """Identifiers that differ only in percent-encoding are one: a badge must not escape its list by that."""
    return unquote(identifier).strip() if identifier else None
