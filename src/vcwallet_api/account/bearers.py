"""The texts that cookies and tokens are: account, row and secret in one, so that one look-up in one place finds them.

The account comes first, as it does in every key, and neither it nor the row is secret. Only the digest of the secret is
stored, and it is compared in constant time.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from vcwallet_api.protection import new_token, token_digest

# Two identifiers, a secret and what stands between them.
_MAX_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a cookie or token says. Nothing of it is true before the digest was compared."""

    account_id: UUID
    row_id: UUID
    secret: str

    @classmethod
    def new(cls, account_id: UUID, row_id: UUID) -> "Bearer":
        return cls(account_id, row_id, new_token())

    @classmethod
    def parse(cls, text: str) -> "Bearer | None":
        """What the text says; None for a text that is none of ours."""
        parts = text.split(".") if len(text) <= _MAX_LENGTH else []
        if len(parts) != 3:  # noqa: PLR2004 - account, row, secret
            return None
        account_id, row_id = _decoded(parts[0]), _decoded(parts[1])
        return cls(account_id, row_id, parts[2]) if account_id is not None and row_id is not None else None

    @property
    def digest(self) -> bytes:
        return token_digest(self.secret)

    def __str__(self) -> str:
        return f"{_encoded(self.account_id)}.{_encoded(self.row_id)}.{self.secret}"

    def __repr__(self) -> str:
        return f"Bearer({self.account_id}, {self.row_id}, …)"


def _encoded(identifier: UUID) -> str:
    return base64.urlsafe_b64encode(identifier.bytes).decode().rstrip("=")


def _decoded(text: str) -> UUID | None:
    try:
        return UUID(bytes=base64.b64decode(text + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
