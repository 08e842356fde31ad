"""An SD-JWT VC as people speak of it: who says what about whom (draft-ietf-oauth-sd-jwt-vc).

`SdJwtVc` is a read-only view over the claims of a token as its disclosures complete them. It has what every kind of
credential is asked for, and judges nothing: what is missing or of the wrong type reads as None. What the other claims mean
says whoever defined the type; nothing of that is known here, so the credential has no name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from vcwallet.credentials.credential import as_list, as_text
from vcwallet.errors import Malformed
from vcwallet.wire.timestamps import from_numeric_date


@dataclass(frozen=True, slots=True)
class SdJwtVc:
    """A read-only view of one SD-JWT VC; `document` are its claims as they were disclosed, and must not be changed.

    `received` is what was received, byte for byte. What was withheld is in neither the claims nor any property.
    """

    document: Mapping[str, Any]
    received: bytes | None = field(default=None, repr=False)

    @property
    def id(self) -> str | None:
        """The claim `jti`, which most tokens do without."""
        return as_text(self.document.get("jti"))

    @property
    def vct(self) -> str | None:
        """The type: a name that somebody gave it, often an address."""
        return as_text(self.document.get("vct"))

    @property
    def types(self) -> tuple[str, ...]:
        """The type, and the others that the issuer says it also is (`aka_vcts`)."""
        named = [self.document.get("vct"), *as_list(self.document.get("aka_vcts"))]
        return tuple(name for name in named if isinstance(name, str))

    @property
    def kind(self) -> Literal["SD-JWT VC"]:
        return "SD-JWT VC"

    @property
    def name(self) -> None:
        """What people call it stands in the description of its type, which is not looked up."""
        return

    @property
    def description(self) -> None:
        """As `name`."""
        return

    @property
    def issuer_id(self) -> str | None:
        return as_text(self.document.get("iss"))

    @property
    def issuer_name(self) -> None:
        """An issuer is known by its `iss` alone."""
        return

    @property
    def subject_id(self) -> str | None:
        return as_text(self.document.get("sub"))

    @property
    def valid_from(self) -> datetime | None:
        """`nbf`, or else when it was issued, if that is said; None also when it cannot be read."""
        return self._moment("nbf", "iat")

    @property
    def valid_until(self) -> datetime | None:
        """`exp`; None also when it cannot be read."""
        return self._moment("exp")

    @property
    def awarded_at(self) -> datetime | None:
        """When it was issued (`iat`), or else when it begins to be valid."""
        return self._moment("iat", "nbf")

    def _moment(self, *claims: str) -> datetime | None:
        for claim in claims:
            if claim in self.document:
                try:
                    return from_numeric_date(self.document[claim])
                except Malformed:
                    return None
        return None
