"""Invented issuers that are the same every time, and what they publish of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, Protocol, get_args

from vcwallet.credentials.achievement_building import Profile
from vcwallet.dids.controller_document import IssuerIdentity, PublishedKey, did_jwk
from vcwallet.keys.signer import LocalSigner, SigningKeyType
from vcwallet.operations.issuing import issue
from vcwallet.operations.signed import Signed
from vcwallet.testing.signing import SampleKey

IssuerKind = Literal["did:web", "did:key", "did:jwk", "https"]

# Samples are signed in February and verified in March, so that there is a month before and a month after.
SIGNED_AT: Final = datetime(2026, 2, 1, 12, tzinfo=UTC)
VERIFIED_AT: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)

DEFAULT_SEED: Final = "vcwallet"


class Building(Protocol):
    """A builder such as `OpenBadge`."""

    def to_document(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class SampleIssuer:
    """Somebody who issues: a name and a key. `host` is where it publishes, for those who publish."""

    name: str
    key: SampleKey
    host: str

    @classmethod
    def from_seed(
        cls,
        seed: str = DEFAULT_SEED,
        *,
        kind: IssuerKind = "did:web",
        key_type: SigningKeyType = "Ed25519",
        name: str = "Noordzee College",
    ) -> "SampleIssuer":
        """The issuer that follows from a text: the same name, host and key every time.

        did:key and did:jwk issuers are their keys and publish nothing; did:web and https issuers have a document.
        """
        if kind not in get_args(IssuerKind):
            raise ValueError(f"expected one of {', '.join(get_args(IssuerKind))}, found {kind!r}")
        host = f"{name.lower().replace(' ', '-')}.example"
        key = SampleKey.from_seed(f"{name} {seed}", key_type)
        if kind == "did:jwk":
            key = key.named(f"{did_jwk(key.public_key)}#0")
        elif kind != "did:key":
            identifier = f"did:web:{host}" if kind == "did:web" else f"https://{host}/issuers/1"
            key = key.named(f"{identifier}#key-1")
        return cls(name, key, host)

    @property
    def id(self) -> str:
        return self.key.did

    @property
    def signer(self) -> LocalSigner:
        return self.key.signer

    @property
    def publishes(self) -> bool:
        """Whether its keys have to be looked up."""
        return not self.id.startswith(("did:key:", "did:jwk:"))

    def profile(self) -> Profile:
        """The issuer as a credential names it."""
        return Profile(self.id, self.name)

    def identity(self) -> IssuerIdentity:
        """Its identifier with its key, to be rotated or revoked. Raises `ValueError` for one that publishes nothing."""
        return IssuerIdentity(self.id, (PublishedKey(self.key.did_key_method, self.key.public_key),))

    def documents(self) -> dict[str, Any]:
        """What it publishes, by address."""
        return published(self.identity()) if self.publishes else {}

    def issue(
        self, credential: Building | Mapping[str, Any], *, securing: str | None = None, at: datetime = SIGNED_AT
    ) -> Signed:
        """Issue a builder's credential, or a document, as `vcwallet.issue` does."""
        document = credential if isinstance(credential, Mapping) else credential.to_document()
        return issue(document, self.signer, securing=securing, at=at)


def published(identity: IssuerIdentity) -> dict[str, Any]:
    """The two documents of an identity, by address."""
    return {identity.address: identity.document(), identity.jwks_address: identity.jwks()}
