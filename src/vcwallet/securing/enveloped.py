"""Enveloped credentials and presentations: an object that stands for what its `id`, a data: URL, holds (VCDM 2.0, 4.13.1).

The object says nothing by itself. It has a context, a type and an id and nothing else, because what else stood there
would be read and not be signed. What the URL holds is told by its media type, which must fit the object's type; how that
is secured is for `envelope` to recognise.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from vcwallet.errors import Malformed, Undecided

Role = Literal["credential", "presentation"]

_ROLES: Final[Mapping[str, Role]] = {
    "EnvelopedVerifiableCredential": "credential",
    "EnvelopedVerifiablePresentation": "presentation",
}

# Contexts that define the terms of an envelope: those of VCDM 2.0.
_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_MEMBERS: Final = frozenset({"@context", "id", "type"})

# VC-JOSE-COSE, 6.1; `application/jwt` leaves it to `typ` (RFC 7519, 10.3.1), as VC-JWT of data model 1.1 does.
_TOKENS: Final[Mapping[str, tuple[Role, ...]]] = {
    "application/vc+jwt": ("credential",),
    "application/vp+jwt": ("presentation",),
    "application/vc+sd-jwt": ("credential",),
    "application/vp+sd-jwt": ("presentation",),
    "application/jwt": ("credential", "presentation"),
}
# Known, and not to be opened here: COSE, the names that drafts had, and SD-JWT VC, which is of another data model.
_UNSUPPORTED: Final[Mapping[str, tuple[Role, ...]]] = {
    "application/dc+sd-jwt": ("credential",),
    "application/vc+cose": ("credential",),
    "application/vp+cose": ("presentation",),
    "application/vc-ld+jwt": ("credential",),
    "application/vp-ld+jwt": ("presentation",),
    "application/vc+ld+json+jwt": ("credential",),
    "application/vp+ld+json+jwt": ("presentation",),
    "application/vc-ld+cose": ("credential",),
    "application/vc+ld+json+cose": ("credential",),
}


@dataclass(frozen=True, slots=True)
class Enveloped:
    """What an envelope holds: a token, and the media type that announced it."""

    role: Role
    media_type: str
    token: str


def is_envelope(document: Mapping[str, Any]) -> bool:
    """Whether the object says that it is an envelope, rightly or not."""
    types = document.get("type")
    return any(name in _ROLES for name in (types if isinstance(types, list) else [types]) if isinstance(name, str))


def open_envelope(document: Mapping[str, Any]) -> Enveloped:
    """What the envelope holds.

    Raises `Malformed` ("envelope_malformed", "envelope_media_type_wrong") when it is not put together as an envelope must
    be, and `Undecided` ("securing_unsupported") when it holds something that cannot be opened here.
    """
    role = _role(document)
    extra = sorted(set(document) - _MEMBERS)
    if extra:
        message = f"expected only @context, id and type, found {', '.join(name[:40] for name in extra[:5])}"
        raise Malformed("envelope_malformed", message, hint="what stands beside the id is not signed")
    contexts = document.get("@context")
    if _CONTEXT not in (contexts if isinstance(contexts, list) else [contexts]):
        raise Malformed("envelope_malformed", f"expected @context to have {_CONTEXT}", pointer="/@context")
    media_type, parameters, content = _data_url(document.get("id"))
    roles = _TOKENS.get(media_type) or _UNSUPPORTED.get(media_type)
    if roles is None or role not in roles:
        message = f"expected the media type of a secured {role}, found {media_type[:80]!r}"
        raise Malformed("envelope_media_type_wrong", message, pointer="/id")
    if media_type in _UNSUPPORTED:
        message = f"what is secured as {media_type} cannot be checked yet"
        raise Undecided("securing_unsupported", message, pointer="/id")
    return Enveloped(role, media_type, _decoded(content) if "base64" in parameters else content)


def _role(document: Mapping[str, Any]) -> Role:
    types: Any = document.get("type")
    names = types if isinstance(types, list) else [types]
    if len(names) != 1:
        message = "expected an envelope to have its one type and no other"
        raise Malformed("envelope_malformed", message, pointer="/type")
    return _ROLES[names[0]]


def _data_url(url: Any) -> tuple[str, list[str], str]:
    """RFC 2397: `data:` media type, parameters with a semicolon before each, a comma, the content."""
    head, comma, content = url.partition(",") if isinstance(url, str) else ("", "", "")
    scheme, colon, described = head.partition(":")
    if scheme.lower() != "data" or not (colon and comma):
        message = "expected id to be a data: URL such as data:application/vc+jwt,…"
        raise Malformed("envelope_malformed", message, pointer="/id")
    media_type, *parameters = described.lower().split(";")
    odd = [parameter for parameter in parameters if parameter != "base64" and "=" not in parameter]
    if odd and media_type not in _UNSUPPORTED:
        raise Malformed("envelope_malformed", "expected no parameter but base64 in the data: URL", pointer="/id")
    return media_type, parameters, content


def _decoded(content: str) -> str:
    try:
        return base64.b64decode(content, validate=True).decode("ascii")
    except (binascii.Error, ValueError) as exc:  # UnicodeDecodeError is a ValueError
        raise Malformed(
            "envelope_malformed", "expected base64 behind ;base64, in the data: URL", pointer="/id"
        ) from exc
