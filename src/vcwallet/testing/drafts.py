"""A case while it is being made: everything that a fault can change, and the steps from a document to bytes and a world.

1  the document, the issuer, what the issuer publishes, the status list        make_draft
2  a fault may change any of it                                                `Fault.before`
3  credential and list are signed                                              Draft.sign
4  a fault may change what was signed, or the world                            `Fault.after`
5  the credential is baked into a picture, if it is to be                      Draft.bake
6  a fault may change the picture                                              `Fault.in_picture`
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from vcwallet.credentials.credential import VCDM_1_1_CONTEXT
from vcwallet.images import png, svg
from vcwallet.keys.signer import SigningKeyType
from vcwallet.policy import Recipient
from vcwallet.securing.signing_tokens import registered_claims
from vcwallet.testing import pictures
from vcwallet.testing.issuers import DEFAULT_SEED, SIGNED_AT, IssuerKind, SampleIssuer
from vcwallet.testing.samples import LEARNER_ADDRESS, Kind, sample_document
from vcwallet.testing.signing import SampleKey, add_proof, to_jwt
from vcwallet.testing.statuses import SampleStatus, Status, sample_status
from vcwallet.wire.timestamps import format_timestamp

Carrier = Literal["plain", "png", "svg"]


@dataclass(frozen=True, slots=True)
class Securing:
    """A way to secure a credential: with a proof inside, by a cryptosuite, or as a token."""

    key_type: SigningKeyType
    suite: str | None = None

    @property
    def is_token(self) -> bool:
        return self.suite is None


SECURINGS: Final[Mapping[str, Securing]] = {
    "eddsa-rdfc-2022": Securing("Ed25519", "eddsa-rdfc-2022"),
    "eddsa-jcs-2022": Securing("Ed25519", "eddsa-jcs-2022"),
    "ecdsa-rdfc-2019 P-256": Securing("P-256", "ecdsa-rdfc-2019"),
    "ecdsa-rdfc-2019 P-384": Securing("P-384", "ecdsa-rdfc-2019"),
    "ecdsa-jcs-2019 P-256": Securing("P-256", "ecdsa-jcs-2019"),
    "ecdsa-jcs-2019 P-384": Securing("P-384", "ecdsa-jcs-2019"),
    "VC-JWT RS256": Securing("RSA"),
    "VC-JWT ES256": Securing("P-256"),
    "VC-JWT ES384": Securing("P-384"),
    "VC-JWT EdDSA": Securing("Ed25519"),
}

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
ISSUERS: Final[tuple[IssuerKind, ...]] = get_args(IssuerKind)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
CARRIERS: Final[tuple[Carrier, ...]] = get_args(Carrier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a case is a case of: one value of each dimension, without the fault. Raises `ValueError` for a wrong word."""

    kind: Kind = "badge"
    securing: str = "eddsa-rdfc-2022"
    issuer: IssuerKind = "did:web"
    status: Status = "none"
    carrier: Carrier = "plain"
    seed: str = DEFAULT_SEED

    def __post_init__(self) -> None:
        for value, known in (
            (self.kind, KINDS),
            (self.securing, tuple(SECURINGS)),
            (self.issuer, ISSUERS),
            (self.status, STATUSES),
            (self.carrier, CARRIERS),
        ):
            if value not in known:
                raise ValueError(f"expected one of {', '.join(known)}, found {value!r}")
        if self.carrier != "plain" and self.kind == "endorsement":
            raise ValueError("endorsements are not baked into pictures")

    @property
    def how(self) -> Securing:
        return SECURINGS[self.securing]

    @property
    def is_published(self) -> bool:
        """Whether the issuer's key has to be looked up."""
        return self.issuer in ("did:web", "https")


@dataclass(slots=True)
class Draft:
    """A case that is not ready yet. Faults write to it; nobody else does."""

    choice: Choice
    issuer: SampleIssuer
    document: dict[str, Any]
    key: SampleKey
    status: SampleStatus | None
    list_document: dict[str, Any]
    list_key: SampleKey
    world: dict[str, Any]
    policy: dict[str, Any]
    proof: dict[str, Any] = field(default_factory=dict)
    not_in_statements: tuple[str, ...] = ()
    data: bytes = b""

    def sign(self) -> None:
        """Secure the credential and its list, and publish the list."""
        how, document = self.choice.how, self.document
        covered = {name: value for name, value in document.items() if name not in self.not_in_statements}
        # An issuer without care signs statements in which what has no meaning is missing.
        is_partial = how.suite is not None and "rdfc" in how.suite
        self.data = secured(document, self.key, how, self.proof, covered=covered if is_partial else None)
        if self.status is None:
            return
        if not self.status.is_signed:
            self.world[self.status.url] = self.list_document
        else:
            how = _LIST_SECURINGS[self.list_key.public_key.key_type]
            self.world[self.status.url] = secured(self.list_document, self.list_key, how).decode()

    def bake(self) -> None:
        """Put the data into a picture, whatever they are: `vcwallet.bake` would want a credential that is signed."""
        text = self.data.decode()
        name, namespace = _BAKED[self.choice.kind == "learner-record"]
        if self.choice.carrier == "png":
            self.data = png.put_text(pictures.png_picture(), name, text)
        elif self.choice.carrier == "svg":
            element = svg.SvgText(body=text) if text.startswith("{") else svg.SvgText(verify=text)
            self.data = svg.put_element(pictures.svg_picture(), namespace, "credential", element)

    def set_status(self, *, is_set: bool = True, valid_until: datetime | None = None) -> None:
        """Write the list anew: with this credential set, or with another end."""
        ends = {} if valid_until is None else {"valid_until": valid_until}
        self.status = _status(self.choice, self.issuer, self.document["id"], is_set=is_set, **ends)
        if self.status is not None:
            self.list_document = dict(self.status.document)


# Lists may be secured in another way than what they speak of; these are the quickest.
_LIST_SECURINGS: Final = {
    "Ed25519": SECURINGS["eddsa-jcs-2022"],
    "P-256": SECURINGS["ecdsa-jcs-2019 P-256"],
    "P-384": SECURINGS["ecdsa-jcs-2019 P-384"],
    "RSA": SECURINGS["VC-JWT RS256"],
}


# Where a picture has a badge, and where a learner record: the keyword in a PNG, the namespace in an SVG.
_BAKED: Final = (
    ("openbadgecredential", "https://purl.imsglobal.org/ob/v3p0"),
    ("clrcredential", "https://purl.imsglobal.org/clr/v2p0"),
)


def make_draft(choice: Choice) -> Draft:
    """A case in which everything is as it must be, not signed yet."""
    issuer = SampleIssuer.from_seed(choice.seed, kind=choice.issuer, key_type=choice.how.key_type)
    document = sample_document(choice.kind, issuer, seed=choice.seed)
    # What only tells something is told: otherwise there would be nothing to see.
    is_set = choice.status in ("message", "refresh")
    status = _status(choice, issuer, document["id"], is_set=is_set)
    if status is not None:
        document = sample_document(choice.kind, issuer, seed=choice.seed, status=status.entry)
        document["@context"] = [*document["@context"], *status.contexts]
    recipient = {} if choice.kind == "endorsement" else {"recipient": Recipient("emailAddress", LEARNER_ADDRESS)}
    return Draft(
        choice=choice,
        issuer=issuer,
        document=document,
        key=issuer.key,
        status=status,
        list_document={} if status is None else dict(status.document),
        list_key=issuer.key,
        world=issuer.documents(),
        policy=recipient,
    )


def secured(
    document: Mapping[str, Any],
    key: SampleKey,
    how: Securing,
    proof: Mapping[str, Any] | None = None,
    *,
    covered: Mapping[str, Any] | None = None,
) -> bytes:
    """A document secured in a way of our choice, whether or not it should be. `proof` are members of the proof."""
    if how.is_token:
        is_old = VCDM_1_1_CONTEXT in document["@context"]
        claims = {"vc": document} if is_old else document
        return to_jwt({**claims, **registered_claims(document)}, key).encode()
    options = {"created": format_timestamp(SIGNED_AT), **(proof or {})}
    return to_text(add_proof(document, key, suite=how.suite, covered=covered, **options))


def to_text(document: Mapping[str, Any]) -> bytes:
    """JSON as it goes out."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _status(
    choice: Choice, issuer: SampleIssuer, credential_id: str, *, is_set: bool, **ends: datetime
) -> SampleStatus | None:
    return sample_status(choice.status, issuer, seed=choice.seed, credential_id=credential_id, is_set=is_set, **ends)
