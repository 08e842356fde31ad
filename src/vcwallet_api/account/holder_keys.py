"""The key that a learner signs presentations with: one for each account, made with it, encrypted at rest.

Its private part is opened only to sign, and never leaves the service. An account into which another was merged has the keys
of both: badges may be bound to either. The other's is retired, so that the account goes on to sign with the key it had.
"""

import base64
import json
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from vcwallet_api.protection import Protection
from vcwallet_api.storage.identifiers import new_id
from vcwallet_api.storage.tables import HolderKey

_PURPOSE: Final = "holder key"


def add_holder_key(session: Session, protection: Protection, account_id: UUID, now: datetime) -> HolderKey:
    """A new key for this account."""
    private = Ed25519PrivateKey.generate()
    key_id = new_id(now)
    key = HolderKey(
        account_id=account_id,
        id=key_id,
        did=_did_jwk(private.public_key().public_bytes_raw()),
        encrypted_private_key=protection.encrypt(
            _PURPOSE, private.private_bytes_raw(), belongs_to=f"{account_id}/{key_id}"
        ),
        created_at=now,
    )
    session.add(key)
    return key


def find_holder_key(session: Session, account_id: UUID) -> HolderKey | None:
    """The latest key of the account that is not retired."""
    return session.scalar(
        select(HolderKey)
        .where(HolderKey.account_id == account_id, HolderKey.retired_at.is_(None))
        .order_by(HolderKey.id.desc())
        .limit(1)
    )


def hand_over_key(session: Session, protection: Protection, key: HolderKey, account_id: UUID, now: datetime) -> None:
    """The key belongs to another account from now on, and is retired there: it was sealed to the one that it leaves."""
    private = open_private_key(protection, key)
    moved = HolderKey(
        account_id=account_id,
        id=key.id,
        did=key.did,
        encrypted_private_key=protection.encrypt(
            _PURPOSE, private.private_bytes_raw(), belongs_to=f"{account_id}/{key.id}"
        ),
        created_at=key.created_at,
        retired_at=key.retired_at or now,
    )
    session.add(moved)
    session.delete(key)


def open_private_key(protection: Protection, key: HolderKey) -> Ed25519PrivateKey:
    """The key, ready to sign. Raises ValueError when it was encrypted under a secret that we do not have."""
    opened = protection.decrypt(_PURPOSE, key.encrypted_private_key, belongs_to=f"{key.account_id}/{key.id}")
    return Ed25519PrivateKey.from_private_bytes(opened)


def _did_jwk(public: bytes) -> str:
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": base64.urlsafe_b64encode(public).decode().rstrip("=")}
    document = json.dumps(jwk, separators=(",", ":")).encode()
    return "did:jwk:" + base64.urlsafe_b64encode(document).decode().rstrip("=")
