"""What the account routes take and give, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar.params import Body
from msgspec import Meta, Struct

from vcwallet_api.account.address_book import AddressEntry
from vcwallet_api.account.merging import Plan
from vcwallet_api.account.profile import Profile
from vcwallet_api.account.signing_in import SentCode
from vcwallet_api.storage.tables import Passkey, PersonalToken, SignIn

# Longer than any address may be; how long it may be exactly is for `addresses` to say.
_MAX_ADDRESS: Final = 320
AddressText = Annotated[str, Meta(min_length=1, max_length=_MAX_ADDRESS, description="An e-mail address.")]
# The framework describes the bounds of a member, but those of the entries of a list only when it is told in its own words.
Spelling = Annotated[AddressText, Body(min_length=1, max_length=_MAX_ADDRESS)]
CodeText = Annotated[
    str, Meta(min_length=1, max_length=40, description="The code from the mail; blanks do not matter.")
]
Name = Annotated[str, Meta(max_length=200)]
LanguageCode = Literal["en", "nl", "es", "ar"]
Scope = Literal["account:read", "backpack:read", "backpack:write", "deliveries:write"]


class Request(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What is sent to us: a member that we do not know is a mistake, not something to ignore."""


class Answer(Struct, frozen=True, kw_only=True):
    """What we send."""


class CodeRequest(Request, frozen=True):
    """Whom to mail a code."""

    address: AddressText


class CodeSent(Answer, frozen=True):
    """A code is on its way. The answer is the same whether or not there is an account."""

    challenge: UUID
    expires_at: datetime
    resend_at: datetime

    @classmethod
    def of(cls, sent: SentCode) -> "CodeSent":
        return cls(challenge=sent.challenge_id, expires_at=sent.expires_at, resend_at=sent.resend_at)


class SignInRequest(Request, frozen=True):
    """The code that came. `agree` makes an account if there is none."""

    challenge: UUID
    code: CodeText
    agree: bool = False
    display_name: Name = ""


class SignedInAnswer(Answer, frozen=True):
    """Signed in: the cookie is set."""

    account: UUID
    is_new_account: bool


class CeremonyAnswer(Answer, frozen=True):
    """What to hand to `navigator.credentials`, and the id under which the answer is expected."""

    ceremony: UUID
    options: dict[str, Any]


class PasskeySignInRequest(Request, frozen=True):
    """What `navigator.credentials.get` answered, as JSON."""

    ceremony: UUID
    credential: dict[str, Any]


class PasskeyRequest(Request, frozen=True):
    """What `navigator.credentials.create` answered, as JSON, and a name to know the passkey by."""

    ceremony: UUID
    credential: dict[str, Any]
    name: Annotated[str, Meta(min_length=1, max_length=100)]


class PasskeyChange(Request, frozen=True):
    """Another name to know the passkey by."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]


class PasskeyAnswer(Answer, frozen=True):
    """A passkey of the account."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: Passkey) -> "PasskeyAnswer":
        return cls(id=row.id, name=row.name, created_at=row.created_at, last_used_at=row.last_used_at)


class ProofRequest(Request, frozen=True):
    """The code that came, from somebody who is signed in."""

    code: CodeText


class Me(Answer, frozen=True):
    """The account, as its learner sees it. `holder_did` is the identifier of the key that presentations are signed with."""

    id: UUID
    display_name: str
    language: str
    primary_address: str
    holder_did: str
    is_administrator: bool
    created_at: datetime

    @classmethod
    def of(cls, profile: Profile) -> "Me":
        account = profile.account
        return cls(
            id=account.id,
            display_name=account.display_name,
            language=account.language,
            primary_address=profile.primary_address,
            holder_did=profile.holder_did,
            is_administrator=profile.is_administrator,
            created_at=account.created_at,
        )


class MeChange(Request, frozen=True):
    """What is given is changed."""

    display_name: Name | None = None
    language: LanguageCode | None = None


class AddressAnswer(Answer, frozen=True):
    """An address of the account. `badges` is how many came by it."""

    id: UUID
    address: str
    is_verified: bool
    is_primary: bool
    spellings: list[str]
    badges: int
    added_at: datetime
    verified_at: datetime | None
    resend_at: datetime | None

    @classmethod
    def of(cls, entry: AddressEntry) -> "AddressAnswer":
        row = entry.address
        return cls(
            id=row.id,
            address=row.value,
            is_verified=row.verified_at is not None,
            is_primary=row.is_primary,
            spellings=row.spellings,
            badges=entry.badges,
            added_at=row.created_at,
            verified_at=row.verified_at,
            resend_at=entry.resend_at,
        )


class AddressChange(Request, frozen=True):
    """Make it the main address, or say how issuers spell it."""

    is_primary: Literal[True] | None = None
    spellings: Annotated[list[Spelling], Meta(max_length=20)] | None = None


class SignInAnswer(Answer, frozen=True):
    """A browser that is signed in."""

    id: UUID
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    is_this: bool

    @classmethod
    def of(cls, row: SignIn, own: UUID | None) -> "SignInAnswer":
        return cls(
            id=row.id,
            device=row.device,
            signed_in_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_this=row.id == own,
        )


class TokenRequest(Request, frozen=True):
    """A new token: what it is for, and until when."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=10)]
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class TokenAnswer(Answer, frozen=True):
    """A token; `token` is its text, which is there only in the answer that makes it."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    token: str | None = None

    @classmethod
    def of(cls, row: PersonalToken, text: str | None = None) -> "TokenAnswer":
        return cls(
            id=row.id,
            name=row.name,
            scopes=row.scopes,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            token=text,
        )


class MergePart(Answer, frozen=True):
    """One kind of things that move, or end, with a merge: how many, and the names of the first hundred."""

    kind: str
    count: int
    names: list[str]


class MergeAnswer(Answer, frozen=True):
    """Another account that can be merged into this one, or was. `version` is to be sent back to confirm what was shown."""

    id: UUID
    address: str
    expires_at: datetime
    done_at: datetime | None
    version: str
    parts: list[MergePart]

    @classmethod
    def of(cls, plan: Plan) -> "MergeAnswer":
        parts = [MergePart(kind=part.kind, count=part.count, names=list(part.names)) for part in plan.parts]
        return cls(
            id=plan.id,
            address=plan.address,
            expires_at=plan.expires_at,
            done_at=plan.done_at,
            version=plan.version,
            parts=parts,
        )


class MergeConfirmation(Request, frozen=True):
    """Yes to what was shown: the `version` of it."""

    version: Annotated[str, Meta(min_length=1, max_length=64)]
