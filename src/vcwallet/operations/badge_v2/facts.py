"""What one verification knows about a badge of Open Badges 2.0 or older, and what its answers leave for later ones.

The facts begin with what was received; from the proof on they are what the issuer publishes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.badge_v2_upgrade import BadgeRole, upgrade
from vcwallet.credentials.credential import as_list
from vcwallet.errors import Problem
from vcwallet.operations.badge_v2.documents import Documents
from vcwallet.operations.facts import VerifyInside
from vcwallet.policy import Policy
from vcwallet.report import Check
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured
from vcwallet.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """Everything one verification knows while it asks its questions.

    `assertion` is what was received, and from the proof check on what its issuer says; `token` is the JWS around it.
    """

    assertion: Assertion
    token: CompactJwt | None
    documents: Documents
    toolkit: Toolkit
    policy: Policy
    at: datetime
    verify_inside: VerifyInside

    @property
    def credential(self) -> Assertion:
        return self.assertion

    @property
    def role(self) -> BadgeRole:
        return "endorsement" if self.assertion.kind == "Endorsement" else "assertion"


@dataclass(frozen=True, slots=True)
class BadgeProof:
    """The proof check, and what it found: the assertion as its issuer has it, and by which hosts that was served."""

    check: Check
    assertion: Assertion
    hosts: frozenset[str] = frozenset()
    gone: Problem | None = None


@dataclass(frozen=True, slots=True)
class FoundIssuer:
    """Who issued a badge: the profile as it is published, and the badge class with the hosts that served it."""

    profile: Mapping[str, Any]
    badge: Mapping[str, Any] | None = None
    badge_hosts: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()


def read(secured: Secured, document: Mapping[str, Any]) -> Assertion:
    """The badge that was received, in the shape of 2.0."""
    types = as_list(document.get("type"))
    role: BadgeRole = "endorsement" if "Endorsement" in types and "Assertion" not in types else "assertion"
    address = secured.address if isinstance(secured, HostedAddress) else None
    upgraded, version = upgrade(document, role, address=address)
    return Assertion(upgraded, secured.received, version)
