"""Signed credentials and presentations as they go out and come in: the bytes, and the document that they stand for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vcwallet.errors import Malformed
from vcwallet.securing import vc_jose, vc_jwt, vp_jwt
from vcwallet.securing.envelope import CompactJwt, Secured
from vcwallet.wire import strict_json

_MEDIA_TYPES: Final = {
    # OB 3.0, 6.1 has text/plain for a token on the web, and names no type of its own for it.
    "vc-jwt": "application/jwt",
    "vc+jwt": "application/vc+jwt",
    "vc+sd-jwt": "application/vc+sd-jwt",
    "vp+jwt": "application/vp+jwt",
    "vp+sd-jwt": "application/vp+sd-jwt",
    "dc+sd-jwt": "application/dc+sd-jwt",
}

# What JSON and tokens may have around them; nobody signed it.
_BLANK: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A credential or presentation, signed: `data` is what goes out, byte for byte, and must not be re-serialized.

    `document` is the JSON that it stands for, with its proofs if it has them, and must not be changed. `securing` is
    how it is secured: a cryptosuite, "vc-jwt", "vc+jwt" or "vp+jwt".
    """

    data: bytes = field(repr=False)
    document: Mapping[str, Any]
    securing: str

    @property
    def text(self) -> str:
        """The same as text: JSON, or a compact JWS."""
        return self.data.decode()

    @property
    def is_token(self) -> bool:
        """Whether it is a compact JWS, and not JSON."""
        return self.securing in _MEDIA_TYPES

    @property
    def media_type(self) -> str:
        """What to serve it as (VCDM 2.0, 6.3; VC-JOSE-COSE, 6)."""
        types = self.document.get("type", ())
        kind = "application/vp" if "VerifiablePresentation" in types else "application/vc"
        return _MEDIA_TYPES.get(self.securing, kind)


def secured_text(credential: Signed | bytes | str | Mapping[str, Any]) -> str:
    """A signed credential as text, without the blanks around it. Raises `Malformed` json_not_utf8 for other bytes."""
    if isinstance(credential, Signed):
        return credential.text
    if isinstance(credential, Mapping):
        return to_json(credential).decode()
    if isinstance(credential, str):
        return credential.strip(_BLANK)
    try:
        return bytes(credential).decode().strip(_BLANK)
    except UnicodeDecodeError as exc:
        raise Malformed(
            "json_not_utf8", "expected a credential as JSON or as a token, found bytes of another kind"
        ) from exc


def to_json(document: Mapping[str, Any]) -> bytes:
    """A document as the JSON text that goes out. Raises `Malformed` for what JSON cannot say."""
    strict_json.check(dict(document))
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def unverified_document(secured: Secured) -> dict[str, Any]:
    """The credential or presentation that something secured stands for: nothing of it is verified.

    Raises `Malformed` and `Refused` when that is not clear.
    """
    if isinstance(secured, CompactJwt):
        if secured.form == "dc+sd-jwt":
            return dict(secured.unverified_claims)
        if secured.form != "VC-JWT":
            return vc_jose.document_of(secured)
        if secured.is_presentation:
            return vp_jwt.document_of(secured.unverified_claims)
        return vc_jwt.credential_document(secured.unverified_claims)
    return dict(secured.unverified_document)
