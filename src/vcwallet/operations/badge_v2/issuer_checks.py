"""Whose badge it is: hosted within the scope of its issuer, or signed with a key of the issuer's; and so is its class.

The issuer's profile is always fetched at its own id, whatever a badge embeds: anybody can embed anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from vcwallet.credentials import badge_v2_rules
from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.badge_v2_upgrade import BadgeRole
from vcwallet.credentials.credential import as_text_list
from vcwallet.errors import FetchFailed, Malformed, Problem, Undecided
from vcwallet.fetching.web_address import shortened
from vcwallet.operations.answers import failed, passed
from vcwallet.operations.badge_v2.documents import host_of, id_of
from vcwallet.operations.badge_v2.facts import BadgeFacts, BadgeProof, FoundIssuer
from vcwallet.report import Check

_HINT: Final = "anybody can publish a badge and write another's name below it: do not trust this badge"


def find_issuer(facts: BadgeFacts, assertion: Assertion) -> FoundIssuer:
    """The issuer's profile, fetched at its own id, by way of the badge class.

    Raises FetchFailed, Malformed for what is found and is malformed, and Undecided issuer_not_hosted.
    """
    badge: Mapping[str, Any] | None = None
    badge_hosts: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()
    if assertion.kind == "Endorsement":
        reference, pointer = assertion.document.get("issuer"), "/issuer"
    else:
        badge, badge_hosts, notes = _find_badge(facts, assertion)
        reference, pointer = badge.get("issuer"), "/badge/issuer"
    if isinstance(reference, Mapping) and "id" not in reference and assertion.version != "2.0":
        # 0.5 knows an issuer only by the site that it is at, and the badge has to be at the same site.
        return FoundIssuer({**reference, "id": reference.get("url")}, badge, badge_hosts, notes)
    issuer_id = id_of(reference)
    if host_of(issuer_id) is None:
        raise _not_hosted(pointer)
    found = facts.documents.find_at_home(issuer_id or "", "profile")
    _refuse_malformed(found.content, "profile", found.version, pointer)
    if host_of(found.content.get("id")) is None:
        raise _not_hosted(pointer)
    return FoundIssuer(found.content, badge, badge_hosts, (*notes, *found.notes))


def _find_badge(
    facts: BadgeFacts, assertion: Assertion
) -> tuple[Mapping[str, Any], frozenset[str], tuple[Problem, ...]]:
    embedded = assertion.document.get("badge")
    if isinstance(embedded, Mapping) and not set(embedded) <= {"id", "type"}:
        host = host_of(embedded.get("id"))
        return embedded, frozenset() if host is None else frozenset({host}), ()
    found = facts.documents.find(id_of(embedded) or "", "badge class")
    if found.is_gone:
        raise FetchFailed("http_status", f"{shortened(found.address)} answers that it is gone", pointer="/badge")
    _refuse_malformed(found.content, "badge class", found.version, "/badge")
    return found.content, found.hosts, found.notes


def _refuse_malformed(content: Mapping[str, Any], role: BadgeRole, version: Any, pointer: str) -> None:
    problems = badge_v2_rules.problems(content, role, version)
    if problems:
        message = f"the {role} that the badge refers to is malformed: {problems[0].message}"
        raise Malformed(problems[0].code, message, pointer=pointer + problems[0].pointer)


def _not_hosted(pointer: str) -> Undecided:
    return Undecided(
        "issuer_not_hosted",
        "the issuer's id is no web address, so nobody can be asked whether the badge is theirs",
        pointer=pointer,
    )


def check_issuer(facts: BadgeFacts, proof: BadgeProof, issuer: FoundIssuer) -> Check:
    """The badge is the issuer's: hosted within its scope, or signed by a key of its own; and so is the badge class."""
    profile = issuer.profile
    problems = []
    if facts.token is None:
        outside = _outside_scope(profile, facts.assertion.id or "", proof.hosts)
        if outside:
            problems.append(
                Problem("assertion_out_of_scope", f"the badge is not the issuer's: {outside}", "/id", _HINT)
            )
    foreign = sorted(issuer.badge_hosts - _own_hosts(profile))
    if foreign:
        message = f"the badge class is at {foreign[0][:200]}, which is not the issuer's"
        problems.append(Problem("badge_class_out_of_scope", message, "/badge", _HINT))
    if problems:
        return replace(failed("issuer", tuple(problems)), notes=issuer.notes)
    who = str(profile.get("id"))[:200]
    if facts.token is not None:
        return passed("issuer", "key_bound_to_issuer", f"the key is one of {who}", notes=issuer.notes)
    return passed("issuer", "badge_within_scope", f"the badge is where {who} publishes its badges", notes=issuer.notes)


def _own_hosts(profile: Mapping[str, Any]) -> frozenset[str]:
    """`allowedOrigins`, or the authority of the issuer's id (OB 2.0, VerificationObject)."""
    scope = profile.get("verification")
    allowed = as_text_list(scope.get("allowedOrigins")) if isinstance(scope, Mapping) else []
    own = host_of(profile.get("id"))
    return frozenset(entry.lower() for entry in allowed) if allowed else frozenset({own} if own else ())


def _outside_scope(profile: Mapping[str, Any], address: str, hosts: frozenset[str]) -> str:
    """Why an assertion at this address is not the issuer's; "" when it is."""
    scope = profile.get("verification")
    prefixes = as_text_list(scope.get("startsWith")) if isinstance(scope, Mapping) else []
    if prefixes and not any(address.startswith(prefix) for prefix in prefixes):
        return f"its badges begin with {prefixes[0][:200]}"
    if prefixes and any(part in (".", "..") for part in unquote(address).split("/")):
        return "its address climbs out of the folder where the issuer's badges are"
    foreign = sorted((hosts or frozenset({host_of(address) or ""})) - _own_hosts(profile))
    return f"it is served by {foreign[0][:200]}" if foreign else ""
