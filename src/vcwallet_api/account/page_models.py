"""What the pages of the account may show."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """Where an address is typed, to which a code is mailed.

    - `address`: what was typed before.
    - `error`, `error_next_step`: why that did not work; "" for a first visit.
    - `next_path`: where to go afterwards.
    """

    template: ClassVar[str] = "account/sign_in.html"
    uses_script: ClassVar[bool] = True

    next_path: str
    address: str = ""
    error: str = ""
    error_next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage:
    """Where the mailed code is typed. The address is not asked for again.

    - `challenge`: which code.
    - `next_path`: where to go afterwards.
    - `code`, `display_name`: what was typed before.
    - `needs_agreement`: the code was right, and there is no account for the address yet.
    - `error`, `error_next_step`: why the code did not work; "" for a first visit.
    - `notice`: for example that a new code was sent.
    """

    template: ClassVar[str] = "account/code.html"

    challenge: UUID
    next_path: str
    code: str = ""
    display_name: str = ""
    needs_agreement: bool = False
    error: str = ""
    error_next_step: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLine:
    """An address of the account.

    - `id`, `address`, `is_verified`, `is_primary`: as they are.
    - `badges`: how many badges came by it.
    """

    id: UUID
    address: str
    is_verified: bool
    is_primary: bool
    badges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLine:
    """A browser that is signed in.

    - `id`, `device`: which.
    - `signed_in_at`, `last_seen_at`: when.
    - `is_this`: whether it is the one that is looking.
    """

    id: UUID
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The account.

    - `display_name`, `language`: what can be changed.
    - `addresses`, `browsers`: lists.
    - `new_address`: what was typed as a further address.
    - `error`, `error_next_step`: why the last change did not work.
    """

    template: ClassVar[str] = "account/account.html"

    display_name: str
    language: str
    addresses: tuple[AddressLine, ...]
    browsers: tuple[BrowserLine, ...]
    new_address: str = ""
    error: str = ""
    error_next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPage:
    """One address: verify it, make it the main one, spell it, remove it.

    - `address`: the line about it.
    - `spellings`: further spellings, one a line.
    - `code`: what was typed before.
    - `confirm_removal`: whether removal was asked for, and has to be confirmed because badges came by it.
    - `error`, `error_next_step`: why the last change did not work.
    - `merge`: the offer to merge, when the address turned out to be another account's; None otherwise.
    """

    template: ClassVar[str] = "account/address.html"

    address: AddressLine
    spellings: tuple[str, ...] = ()
    code: str = ""
    confirm_removal: bool = False
    error: str = ""
    error_next_step: str = ""
    merge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """Where somebody who is signed in proves again who they are.

    - `challenge`: which code was mailed.
    - `next_path`: where to go afterwards.
    - `error`, `error_next_step`: why the code did not work.
    """

    template: ClassVar[str] = "account/proof.html"

    challenge: UUID
    next_path: str
    error: str = ""
    error_next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveFirstPage:
    """Says that it is long ago that this browser proved who sits there.

    - `next_path`: where to go afterwards.
    - `error`, `error_next_step`: why no code was mailed; "" for a first visit.
    """

    template: ClassVar[str] = "account/prove.html"

    next_path: str
    error: str = ""
    error_next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    """One kind of things that move, or end, with a merge.

    - `sentence`: how many, and what becomes of them.
    - `names`: the first of them; empty where names would say nothing.
    - `more`: how many further ones there are.
    """

    sentence: str
    names: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage:
    """Another account that can be merged into this one: exactly what would move.

    - `id`: the offer.
    - `address`: the address of the other account, whose code came back.
    - `lines`: what moves.
    - `version`: what is shown here, to be sent back with the yes.
    - `is_done`: whether it was done already.
    - `error`, `error_next_step`: why it was not done.
    """

    template: ClassVar[str] = "account/merge.html"

    id: UUID
    address: str
    lines: tuple[MergeLine, ...]
    version: str
    is_done: bool
    error: str = ""
    error_next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyLine:
    """A passkey of the account.

    - `id`, `name`: which.
    - `added_at`, `used_at`: when; `used_at` is None before its first use.
    """

    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeysPage:
    """The passkeys of the account.

    - `passkeys`: lines.
    - `error`, `error_next_step`: why the last change did not work.
    """

    template: ClassVar[str] = "account/passkeys.html"

    passkeys: tuple[PasskeyLine, ...]
    error: str = ""
    error_next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskeyPage:
    """Where the browser is asked to make a passkey.

    - `ceremony`: under which its answer is expected.
    - `options`: for `navigator.credentials.create`, as JSON.
    """

    template: ClassVar[str] = "account/new_passkey.html"
    uses_script: ClassVar[bool] = True

    ceremony: UUID
    options: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A personal access token.

    - `id`, `name`: which.
    - `scopes`: what it may do, in words.
    - `made_at`, `ends_at`, `used_at`: when; `ends_at` is None for no end, `used_at` before its first use.
    """

    id: UUID
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChoice:
    """Something that a token may do.

    - `scope`: its name in the API.
    - `label`: what it means.
    - `is_chosen`: whether it was ticked before.
    """

    scope: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensPage:
    """The personal access tokens, and the form that makes one.

    - `tokens`: lines.
    - `scopes`: what there is to choose.
    - `new_token`: the text of the one that was made just now, which is shown this once; "" otherwise.
    - `name`, `last_day`: what was typed before.
    - `error`, `error_next_step`: why none was made.
    """

    template: ClassVar[str] = "account/tokens.html"
    uses_script: ClassVar[bool] = True

    tokens: tuple[TokenLine, ...]
    scopes: tuple[ScopeChoice, ...]
    new_token: str = ""
    name: str = ""
    last_day: str = ""
    error: str = ""
    error_next_step: str = ""
