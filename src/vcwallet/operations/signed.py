"""What issuing and presenting hand out: the signed bytes, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_MEDIA_TYPES: Final = {
    # OB 3.0, 6.1 has text/plain for a token on the web, and names no type of its own for it.
    "vc-jwt": "application/jwt",
    "vc+jwt": "application/vc+jwt",
    "vp+jwt": "application/vp+jwt",
}


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
