"""Recognise what arrived: a JSON document with embedded proofs, or a compact JWS, perhaps in the envelope of VCDM 2.0.

What a token is secured as is told by its `typ` (RFC 8725, 3.11), and by nothing in its payload. Of an SD-JWT the claims are
those that its disclosures complete. COSE is recognised and not yet read.

Nothing is trusted yet, and the names say so. What was received is kept byte for byte. Pictures
are opened by `operations.baking` before they come here.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vcwallet.errors import Malformed, Undecided, VcwalletError
from vcwallet.securing import enveloped, jws
from vcwallet.securing.sd_jwt.compact_form import UnverifiedSdJwt, parse_sd_jwt
from vcwallet.securing.sd_jwt.processed_claims import ProcessedClaims, process
from vcwallet.securing.sd_jwt.token_kinds import SD_JWT_TYPES, TokenKind, check_document, token_kind
from vcwallet.wire import strict_json

TokenForm = Literal["VC-JWT", "vc+jwt", "vp+jwt", TokenKind]

# Files end with a newline and pasted text begins with a blank: white space around the text is nobody's signed byte.
_WHITE_SPACE = " \t\r\n"

# What editors put before a text: of UTF-8, and of the two byte orders of UTF-16 and UTF-32.
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)

_COMPACT_JWS = re.compile(r"[-_A-Za-z0-9]+(\.[-_A-Za-z0-9]*){2,}")
# What stands behind the first ~ is judged when it is read, and then described.
_SD_JWT = re.compile(r"[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+\.[-_A-Za-z0-9]+~[!-~]*")

# RFC 9052, 2: tag 18 and an array of four, the beginning of every tagged COSE_Sign1, as bytes and in base64.
_COSE_SIGN1 = b"\xd2\x84"
_COSE_SIGN1_IN_BASE64 = re.compile(r"0o[Q-T][-_+/A-Za-z0-9\r\n]+={0,2}")


@dataclass(frozen=True, slots=True)
class EmbeddedProof:
    """A JSON document that carries its proofs in `proof`, or ought to.

    `received` is None when the document was given as a Python value.
    """

    unverified_document: Mapping[str, Any]
    received: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SdJwtParts:
    """What an SD-JWT has besides the JWS of its issuer: its parts, and what its disclosures make of the claims."""

    kind: TokenKind
    token: UnverifiedSdJwt
    processed: ProcessedClaims


@dataclass(frozen=True, slots=True)
class CompactJwt:
    """A compact JWS whose payload is a JSON object, or an SD-JWT, whose parts are then in `sd_jwt`.

    `media_type` is what the envelope around it announced, or "". `received` is what was received, envelope and all; None
    when an envelope was given as a Python value.
    """

    unverified_jws: jws.UnverifiedJws
    unverified_claims: Mapping[str, Any]
    received: bytes | None = field(repr=False)
    media_type: str = ""
    sd_jwt: SdJwtParts | None = field(default=None, repr=False)

    @property
    def form(self) -> TokenForm:
        """By which rules the token is secured: those of VC-JOSE-COSE, or VC-JWT of data model 1.1 and Open Badges 3.0.

        `typ` decides; where a token has none, the media type of its envelope does.
        """
        if self.sd_jwt is not None:
            return self.sd_jwt.kind
        typ = self.unverified_jws.header.get("typ", self.media_type)
        name = typ.lower().removeprefix("application/") if isinstance(typ, str) else ""
        return "vc+jwt" if name == "vc+jwt" else "vp+jwt" if name == "vp+jwt" else "VC-JWT"

    @property
    def is_presentation(self) -> bool:
        """Whether it is a presentation that was signed: by `typ`, or in data model 1.1 by its claim `vp`."""
        return self.form in {"vp+jwt", "vp+sd-jwt"} or (self.form == "VC-JWT" and "vp" in self.unverified_claims)


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

    Raises `Malformed` when it is neither JSON nor a compact JWS nor an SD-JWT, or an envelope that holds none, and
    `Undecided` ("securing_unsupported") when it is secured in a way that is known but not supported here. Raises
    `TypeError` for anything but bytes, str or a mapping.
    """
    if isinstance(data, Mapping):
        document = strict_json.check(data)
        return _recognise_object(document if isinstance(document, dict) else dict(data), None)
    if not isinstance(data, bytes | str):
        raise TypeError(f"expected bytes, str or a mapping, got {type(data).__name__}")
    received = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    if received.startswith(_BYTE_ORDER_MARKS):
        raise Malformed(
            "json_not_utf8",
            "the text begins with a byte order mark, which JSON must not (RFC 8259, 8.1)",
            hint="save the file again as UTF-8 without byte order mark (BOM)",
        )
    start = received.lstrip(_WHITE_SPACE.encode())[:1]
    if start in (b"{", b"["):
        return _recognise_object(_only_object(strict_json.parse(received)), received)
    if received.startswith(_COSE_SIGN1):
        raise Undecided("securing_unsupported", "this is COSE; credentials secured with COSE cannot be checked yet")
    return _recognise_token(received)


def looks_secured(value: Any) -> bool:
    """Whether a value inside something else looks like a document or a token that could be recognised by itself."""
    if isinstance(value, str):
        return value.startswith("eyJ") and bool(_COMPACT_JWS.fullmatch(value) or _SD_JWT.fullmatch(value))
    return isinstance(value, Mapping) and "@context" in value


def _only_object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    hint = ""
    if isinstance(value, list) and any(map(looks_secured, value)):
        hint = "give what is in the list, without the brackets"
        if len(value) > 1:
            hint = f"there are {len(value)} things in the list: give one at a time"
    raise Malformed(
        "json_not_an_object", f"expected a JSON object, found {strict_json.describe_kind(value)}", hint=hint
    )


def _recognise_object(document: dict[str, Any], received: bytes | None) -> Secured:
    if not enveloped.is_envelope(document):
        return EmbeddedProof(document, received)
    inside = enveloped.open_envelope(document)
    try:
        token = _token(inside.token, received, inside.media_type)
    except VcwalletError as problem:
        raise problem.placed_under("/id") from problem
    if token.is_presentation != (inside.role == "presentation"):
        message = f"expected a {inside.role} in the envelope, as its type says"
        raise Malformed("envelope_content_wrong", message, pointer="/id")
    return token


def _recognise_token(received: bytes) -> CompactJwt:
    try:
        text = received.decode("ascii").strip(_WHITE_SPACE)
    except UnicodeDecodeError:
        text = ""
    if _COSE_SIGN1_IN_BASE64.fullmatch(text):
        raise Undecided("securing_unsupported", "this is COSE; credentials secured with COSE cannot be checked yet")
    if not (_COMPACT_JWS.fullmatch(text) or _SD_JWT.fullmatch(text)):
        raise Malformed(
            "input_not_recognised",
            "expected a JSON object, a compact JWS, an SD-JWT, or a PNG or SVG picture with one of them inside; found "
            + ("nothing" if not received.strip() else "text of another kind" if text else "bytes of another kind"),
            hint=_hint_about(text),
        )
    return _token(text, received)


def _hint_about(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return "give the credential itself; to check one at an address, fetch it first"
    if text.startswith(('"{', '"eyJ')):
        return "the credential was written as a string inside JSON: take it out of the quotes"
    return "open the file in a text editor: an Open Badge starts with { or with three groups of letters and dots"


def _token(text: str, received: bytes | None, media_type: str = "") -> CompactJwt:
    if "~" in text:
        return _sd_jwt(text, received, media_type)
    token = jws.parse_compact(text)
    if str(token.header.get("typ")).lower().removeprefix("application/") in SD_JWT_TYPES:
        return _sd_jwt(text, received, media_type)  # which says what is missing
    claims = strict_json.parse_object(token.payload)
    if enveloped.is_envelope(claims):
        raise Malformed("envelope_in_envelope", "expected the token to hold a document, and it holds an envelope")
    return CompactJwt(token, claims, received, media_type)


def _sd_jwt(text: str, received: bytes | None, media_type: str) -> CompactJwt:
    token = parse_sd_jwt(text)
    processed = process(token)
    kind = token_kind(token, processed, accept_former_type=True)
    if kind != "dc+sd-jwt":
        check_document(processed)
        if enveloped.is_envelope(processed.claims):
            raise Malformed("envelope_in_envelope", "expected the token to hold a document, and it holds an envelope")
    parts = SdJwtParts(kind, token, processed)
    return CompactJwt(token.unverified_jws, processed.claims, received, media_type, parts)
