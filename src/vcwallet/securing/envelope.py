"""Recognise what arrived: a JSON document with embedded proofs, or a compact JWS with a credential inside.

Nothing is trusted yet, and the names say so. What was received is kept byte for byte. Pictures are opened by
`operations.baking` before they come here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vcwallet.errors import Malformed, Undecided
from vcwallet.securing import jws
from vcwallet.wire import strict_json

# Files end with a newline and pasted text begins with a blank: white space around the text is nobody's signed byte.
_WHITE_SPACE = " \t\r\n"

_COMPACT_JWS = re.compile(r"[-_A-Za-z0-9]+(\.[-_A-Za-z0-9]*){2,}")
_SD_JWT = re.compile(r"[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+~[-_A-Za-z0-9.~]*")


@dataclass(frozen=True, slots=True)
class EmbeddedProof:
    """A JSON document that carries its proofs in `proof`, or ought to.

    `received` is None when the document was given as a Python value.
    """

    unverified_document: Mapping[str, Any]
    received: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CompactJwt:
    """A compact JWS whose payload is a JSON object (VC-JWT of Open Badges 3.0, 8.2.4)."""

    unverified_jws: jws.UnverifiedJws
    unverified_claims: Mapping[str, Any]
    received: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HostedAddress:
    """The address of an assertion, which is all that old Open Badges baked into a picture (OB 2.0, baking)."""

    address: str
    received: bytes = field(repr=False)

    @property
    def unverified_document(self) -> Mapping[str, Any]:
        """What is known of the assertion without looking: where it is."""
        return {"id": self.address}


Secured = EmbeddedProof | CompactJwt | HostedAddress

# Longer addresses are not fetched (fetching.web_address), and a text with blanks in it is none.
_ADDRESS = re.compile(r"https?://[!-~]{1,2048}", re.ASCII | re.IGNORECASE)


def recognise_baked(text: str) -> Secured:
    """Tell by content how what was baked into a picture is secured. Raises as `recognise` does."""
    if _ADDRESS.fullmatch(text):
        return HostedAddress(text, text.encode("ascii"))
    return recognise(text)


def recognise(data: bytes | str | Mapping[str, Any]) -> Secured:
    """Tell by content how `data` is secured.

    Raises `Malformed` when it is neither JSON nor a compact JWS, and `Undecided` ("securing_unsupported") when it is
    secured in a way that is known but not supported here. Raises `TypeError` for anything but bytes, str or a mapping.
    """
    if isinstance(data, Mapping):
        document = strict_json.check(data)
        return EmbeddedProof(document if isinstance(document, dict) else dict(data))
    if not isinstance(data, bytes | str):
        raise TypeError(f"expected bytes, str or a mapping, got {type(data).__name__}")
    received = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    start = received.lstrip(_WHITE_SPACE.encode())[:1]
    if start in (b"{", b"["):
        return EmbeddedProof(strict_json.parse_object(received), received)
    return _recognise_token(received)


def _recognise_token(received: bytes) -> CompactJwt:
    try:
        text = received.decode("ascii").strip(_WHITE_SPACE)
    except UnicodeDecodeError:
        text = ""
    if _SD_JWT.fullmatch(text):
        raise Undecided("securing_unsupported", "this is an SD-JWT; SD-JWT credentials cannot be checked yet")
    if not _COMPACT_JWS.fullmatch(text):
        raise Malformed(
            "input_not_recognised",
            "expected a JSON object, a compact JWS, or a PNG or SVG picture with one of them inside",
            hint="give the credential itself; to check one at an address, fetch it first"
            if text.startswith(("http://", "https://"))
            else "open the file in a text editor: an Open Badge starts with { or with three groups of letters and dots",
        )
    token = jws.parse_compact(text)
    return CompactJwt(token, strict_json.parse_object(token.payload), received)
