"""Every table, key and index of the service, in one file: what depends on what is meant to be seen.

Two rules keep the way open to many databases that share the work. What belongs to an account has the account's id first in
its key and in its indexes, so that one machine has all of it. What must be unique across accounts, such as a verified
address, is a table of its own with that as its key. Keys are made by the client (`identifiers.new_id`).

Deleting an account deletes everything that is its own.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, LargeBinary, MetaData, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from vcwallet_api.storage.column_types import Moment

# Texts that are sorted by: character by character on every database, so that pages follow each other without gaps.
_SORTED = Text().with_variant(Text(collation="C"), "postgresql")

# Names by rule, so that a later migration knows what it changes.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        datetime: Moment(),
        bytes: LargeBinary(),
        str: Text(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


def _of_account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE")


class Account(Table):
    """A learner."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    display_name: Mapped[str] = mapped_column(default="")
    # What mail and pages are written in.
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class Address(Table):
    """An address that an account says is its own; verified once a code that was sent there came back."""

    __tablename__ = "address"
    __table_args__ = (_of_account(), UniqueConstraint("account_id", "match_key"))

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    # As it was typed; mail goes to exactly this.
    value: Mapped[str]
    # What two spellings of one mailbox share (account/addresses.py).
    match_key: Mapped[str]
    is_primary: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    # Further spellings that issuers may have hashed.
    spellings: Mapped[list[str]] = mapped_column(default=list)


class VerifiedAddress(Table):
    """Whose an address is. One row at most for each mailbox in the whole service."""

    __tablename__ = "verified_address"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "address_id"], ["address.account_id", "address.id"], ondelete="CASCADE"),
        Index(None, "account_id", "address_id"),
    )

    match_key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    address_id: Mapped[UUID]


class Challenge(Table):
    """A code that was mailed, and what it opens. The code itself is not here, only what it is compared with."""

    __tablename__ = "challenge"
    __table_args__ = (_of_account(), Index(None, "match_key", "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    match_key: Mapped[str]
    address: Mapped[str]
    account_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(String(16))
    code_digest: Mapped[bytes]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]
    used_at: Mapped[datetime | None]


class SignIn(Table):
    """A browser that is signed in. The cookie names account and row; only a digest of its secret is here."""

    __tablename__ = "sign_in"
    __table_args__ = (_of_account(),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_sha256: Mapped[bytes]
    created_at: Mapped[datetime]
    # When who sits there last proved to be who they are.
    proved_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(120), default="")


class PersonalToken(Table):
    """A key that a learner made for a program of theirs."""

    __tablename__ = "personal_token"
    __table_args__ = (_of_account(),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]]
    secret_sha256: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Passkey(Table):
    """A passkey (WebAuthn credential) with which a learner signs in."""

    __tablename__ = "passkey"
    __table_args__ = (_of_account(), UniqueConstraint("account_id", "credential_id"))

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasskeyCeremony(Table):
    """A challenge that an authenticator is asked to sign, once, within minutes."""

    __tablename__ = "passkey_ceremony"
    __table_args__ = (_of_account(),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None]
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]


class HolderKey(Table):
    """The key with which a learner signs presentations. The private part is encrypted (account/holder_keys.py)."""

    __tablename__ = "holder_key"
    __table_args__ = (_of_account(),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    did: Mapped[str]
    encrypted_private_key: Mapped[bytes]
    created_at: Mapped[datetime]
    # It came with an account that was merged into this one: badges may be bound to it, nothing new is.
    retired_at: Mapped[datetime | None]


class Merge(Table):
    """An account that may be merged into this one, because a code that was mailed to it came back; or that was."""

    __tablename__ = "merge"
    __table_args__ = (_of_account(),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    # The account that goes. Not a foreign key: this row says afterwards what became of it.
    other_id: Mapped[UUID]
    # The address whose code came back.
    match_key: Mapped[str]
    address: Mapped[str]
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # What moved, as it was told.
    moved: Mapped[dict[str, Any]]


class FormerAccount(Table):
    """An account that was merged into another: authenticators know its passkeys by the id that it had."""

    __tablename__ = "former_account"
    __table_args__ = (_of_account(), Index(None, "account_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    merged_at: Mapped[datetime]


class BackpackItem(Table):
    """A credential that a learner holds: the bytes as they came, and what is read from them.

    Everything below the line can be made again from what stands above it (`vcwallet-api reindex`).
    """

    __tablename__ = "backpack_item"
    __table_args__ = (
        _of_account(),
        ForeignKeyConstraint(["account_id", "address_id"], ["address.account_id", "address.id"]),
        UniqueConstraint("account_id", "sha256"),
        UniqueConstraint("account_id", "issuer_key", "credential_key"),
        Index(None, "account_id", "awarded_at", "id"),
        Index(None, "account_id", "name_key", "id"),
        Index(None, "account_id", "issuer_name_key", "id"),
        # For the job that looks whether anything was revoked since.
        Index(None, "checked_at"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    received: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(16))
    source_url: Mapped[str | None]
    added_at: Mapped[datetime]
    acceptance: Mapped[str] = mapped_column(String(16))
    # The address that it was sent to, or that it names; and whether it names it.
    address_id: Mapped[UUID | None]
    binding: Mapped[str] = mapped_column(String(16))
    # What the check found outside, so that the report can be made again without the network.
    evidence: Mapped[str]
    checked_at: Mapped[datetime]
    # ---
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    securing: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[str | None]
    issuer_id: Mapped[str | None]
    # What two copies or versions of one credential share (vcwallet.credential_key); null equals nothing.
    credential_key: Mapped[str | None]
    issuer_key: Mapped[str | None]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(_SORTED)
    description: Mapped[str]
    issuer_name: Mapped[str]
    issuer_name_key: Mapped[str] = mapped_column(_SORTED)
    search_text: Mapped[str]
    awarded_at: Mapped[datetime]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    # The verdict of the last check, whatever its date.
    verdict: Mapped[str] = mapped_column(String(16))
    is_revoked: Mapped[bool]
    revocation_reason: Mapped[str]
    matched_spelling: Mapped[str | None]
    report: Mapped[dict[str, Any]]


class Delivery(Table):
    """A credential that was signed elsewhere, on its way to whoever owns an address."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("match_key", "sha256"),
        UniqueConstraint("match_key", "idempotency_key"),
    )

    match_key: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str]
    received: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str | None]
    evidence: Mapped[str]
    name: Mapped[str]
    issuer_name: Mapped[str]
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    # What was found (verifier.Checked), until it has arrived. Null: it is to be read again, with the evidence.
    checked: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ClaimLink(Table):
    """The link in the mail about a delivery. Only a digest of it is here."""

    __tablename__ = "claim_link"
    __table_args__ = (
        ForeignKeyConstraint(["match_key", "delivery_id"], ["delivery.match_key", "delivery.id"], ondelete="CASCADE"),
        Index(None, "match_key", "delivery_id"),
    )

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    match_key: Mapped[str]
    delivery_id: Mapped[UUID]
    expires_at: Mapped[datetime]


class DeclinedMail(Table):
    """An address whose owner wants no mail about badges. Only a keyed digest of the address is here."""

    __tablename__ = "declined_mail"

    address_digest: Mapped[bytes] = mapped_column(primary_key=True)
    declined_at: Mapped[datetime]


class OutboxMail(Table):
    """A mail that is to be sent, or was. Its text is erased once it is sent, because it may hold a code."""

    __tablename__ = "outbox_mail"
    __table_args__ = (_of_account(), Index(None, "account_id"), Index(None, "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(32))
    to_address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    language: Mapped[str] = mapped_column(String(16))
    unsubscribe_url: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Job(Table):
    """Something to be done later, once. It is gone when it is done."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("once_key"), Index(None, "kind", "run_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    # Two jobs with one key are one job.
    once_key: Mapped[str | None] = mapped_column(String(200))
    # When it may be taken; while somebody works on it, when it may be taken again if they never came back.
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class Activity(Table):
    """Something that happened to a learner's badges, as they are told it."""

    __tablename__ = "activity"
    __table_args__ = (_of_account(), UniqueConstraint("account_id", "kind", "item_id", "once_key"))

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    item_id: Mapped[UUID | None]
    # What keeps the same news from being told twice, for example the end that is coming.
    once_key: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
