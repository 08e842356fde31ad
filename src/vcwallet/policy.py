"""What a verifier accepts: one frozen value with named fields, each default with its reason.

A policy says which checks decide the verdict and what must hold beyond the credential itself. It holds no code and
touches nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from vcwallet.credentials.issuer_registry import IssuerRegistry

# What decides by default. `schema`, `recipient`, `holder` and `trust` join when there is something to hold them to.
DEFAULT_REQUIRED_CHECKS = frozenset({"structure", "context", "proof", "issuer", "period", "status", "nested"})

# Without these there is no verification to speak of, whatever the policy.
_ALWAYS_REQUIRED = frozenset({"structure", "context", "proof"})

CHECK_NAMES = (
    "structure",
    "context",
    "proof",
    "issuer",
    "schema",
    "period",
    "status",
    "nested",
    "recipient",
    "holder",
    "trust",
)

# What is asked of a presentation itself; each always counts. The credentials in it are asked by CHECK_NAMES.
PRESENTATION_CHECK_NAMES = ("structure", "context", "proof", "holder", "period", "credentials")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the credential must be about, by something the verifier knows of them.

    `identity_type` is an Open Badges identifier type such as "emailAddress" or "studentId" (OB 3.0, B.6.4), or "id" for
    the subject's own identifier, for instance a DID. `value` is compared with plain and with salted, hashed identities.
    """

    identity_type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a verifier demands.

    - `recipient`: the credential must be about this person; None does not ask.
    - `challenge`, `domain`: what the proof must answer; None does not ask.
    - `audiences`: the names by which the verifier goes, as issuers write them into the claim `aud` of a token; `domain` is
      one more. A token for others fails (RFC 7519, 4.1.3), and so does a presentation or a key binding that was made for
      others. Where the policy names nobody, the report notes for whom a token is.
    - `require_holder_binding`: whoever presents must have proved to be the subject. A credential on its own never does.
    - `trusted_issuers`: issuer identifiers; an issuer that is not among them fails. An empty collection trusts nobody;
      None does not ask.
    - `registries`: lists of issuers that somebody vouches for. The report names the list that has the issuer; an issuer
      that is on none is a note, and fails only with `require_listed_issuer`. With that and no registries nobody passes.
    - `accept_vouched_members`: a member of a learner record that carries no proof counts when the record's own proof
      covers its JSON, because then the record's issuer vouches for it. Otherwise unsigned members fail.
    - `accept_base_proofs`: for the holder who receives a credential from its issuer. A base proof of selective disclosure
      has secrets of the credential: shown to anybody else it is refused, and so it is by default.
    - `accept_empty_presentations`: a presentation of nothing is valid if its signature is (VCDM 2.0, 4.13, allows it). By
      default it is refused, because whoever asks for a presentation asks for credentials.
    - `clock_skew`: how far clocks may differ when a date is compared with now. Five minutes, as most verifiers allow.
    - `refresh`: whether to ask the issuer's refresh service, once, for a newer version, which is then what is verified.
    - `required_checks`: the checks that decide the verdict. Without "issuer", for example, a proof by any key counts,
      which conformance suites want and nobody else should.

    Raises `ValueError` for a check that does not exist, or when structure, context or proof are left out.
    """

    recipient: Recipient | None = None
    challenge: str | None = None
    domain: str | None = None
    audiences: Collection[str] = ()
    require_holder_binding: bool = False
    trusted_issuers: Collection[str] | None = None
    registries: tuple[IssuerRegistry, ...] = ()
    require_listed_issuer: bool = False
    accept_vouched_members: bool = False
    accept_base_proofs: bool = False
    accept_empty_presentations: bool = False
    clock_skew: timedelta = timedelta(minutes=5)
    refresh: bool = False
    required_checks: frozenset[str] = DEFAULT_REQUIRED_CHECKS

    def inside(self) -> "Policy":
        """What is demanded of the credentials inside another: all but what is asked of the outermost one alone."""
        return replace(
            self,
            recipient=None,
            challenge=None,
            domain=None,
            audiences=self.every_audience,
            require_holder_binding=False,
            trusted_issuers=None,
            require_listed_issuer=False,
            refresh=False,
            required_checks=self.required_checks - {"schema", "recipient", "holder", "trust"},
        )

    def presented(self) -> "Policy":
        """What is demanded of the credentials in a presentation: challenge and domain are answered by the presentation."""
        return replace(self, challenge=None, domain=None, audiences=self.every_audience, accept_base_proofs=False)

    @property
    def every_audience(self) -> Collection[str]:
        """Every name by which the verifier goes."""
        return self.audiences if self.domain is None else (*self.audiences, self.domain)

    def __post_init__(self) -> None:
        unknown = set(self.required_checks) - set(CHECK_NAMES)
        if unknown:
            raise ValueError(
                f"there is no check named {', '.join(sorted(unknown))}; there are {', '.join(CHECK_NAMES)}"
            )
        missing = _ALWAYS_REQUIRED - set(self.required_checks)
        if missing:
            raise ValueError(f"a policy cannot do without {', '.join(sorted(missing))}")
        if isinstance(self.trusted_issuers, str):
            # One string would be searched for substrings.
            raise TypeError("trusted_issuers takes a collection of identifiers, not one string")
        if isinstance(self.audiences, str):
            raise TypeError("audiences takes a collection of names, not one string")
        if self.clock_skew < timedelta(0):
            raise ValueError("clock_skew takes a timedelta that is not negative")
