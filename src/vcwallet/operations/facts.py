"""What one verification knows while it asks its questions, and of whom it asks what stands inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from vcwallet.credentials.badge_v2 import Assertion
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.sd_jwt_vc import SdJwtVc
from vcwallet.keys.public_key import PublicKey
from vcwallet.policy import Policy
from vcwallet.report import VerificationReport
from vcwallet.securing.cryptosuite import Transformer
from vcwallet.securing.envelope import CompactJwt
from vcwallet.toolkit import Toolkit


class Asked(Protocol):
    """What the questions have to know that are the same for credentials of every kind."""

    @property
    def policy(self) -> Policy: ...

    @property
    def credential(self) -> Credential | Assertion | SdJwtVc: ...


class Circumstances(Protocol):
    """What it takes to judge a signature: by what means, by whose demands, and when."""

    @property
    def toolkit(self) -> Toolkit: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def at(self) -> datetime: ...


class VerifyInside(Protocol):
    """Verifies what stands inside the document at hand, by the same rules. Without `may_fetch` it touches no network.

    `data` is whatever stands there: an object, a token, or what is neither, which is then said in the report. Raises
    `Undecided` ("too_many_documents") when as many were verified as are in one go.
    """

    def __call__(self, data: Any, *, may_fetch: bool = True) -> VerificationReport: ...


@dataclass(frozen=True, slots=True)
class Presenter:
    """Who showed a credential in a presentation, by whose key the presentation is signed. None: nobody proved to be."""

    id: str | None
    method_id: str | None = None
    key: PublicKey | None = None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What one verification knows about a document, be it a credential or a presentation.

    `unsecured` is the document without its proofs; `token` the JWT around it, if there is one.
    """

    document: Mapping[str, Any]
    unsecured: Mapping[str, Any]
    token: CompactJwt | None
    transformer: Transformer
    toolkit: Toolkit
    policy: Policy
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts(DocumentFacts):
    """Everything one verification knows about a credential. `presenter` is None unless it stands in a presentation."""

    credential: Credential
    verify_inside: VerifyInside
    presenter: Presenter | None = None
