"""Is it a credential or a presentation, or a badge from before there were either?

Whoever hands in the one for the other is told so, and nothing is taken for both.

A token's `typ` says what its holder or issuer meant to sign (RFC 8725, 3.11). If the payload is something else, the token
was made for another reader, or somebody hopes for one who does not look.
"""

from collections.abc import Mapping
from typing import Any

from vcwallet.credentials.badge_v2_upgrade import is_badge_document
from vcwallet.credentials.credential import as_list
from vcwallet.credentials.presentation import is_presentation
from vcwallet.errors import Malformed, Refused
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured


def is_badge_v2(secured: Secured) -> bool:
    """Whether this is a badge of Open Badges 2.0 or older, and so for `badge_v2.verifying`."""
    return isinstance(secured, HostedAddress) or is_badge_document(unverified_badge(secured))


def unverified_badge(secured: Secured) -> Mapping[str, Any]:
    """The document as it was received: nothing of it is verified. The payload of a JWS is the assertion itself."""
    return secured.unverified_claims if isinstance(secured, CompactJwt) else secured.unverified_document


def refuse_presentation(document: Mapping[str, Any], token: CompactJwt | None) -> None:
    """For verify(): raises `Malformed` ("is_a_presentation") and as `_refuse_both`, `Refused` when `typ` misleads."""
    _refuse_both(document)
    if token is not None and token.is_presentation != is_presentation(document) and not token.is_presentation:
        raise _misleading(token, "presentation")
    if is_presentation(document) or (token is not None and token.is_presentation):
        raise Malformed(
            "is_a_presentation",
            "this is a presentation, which holds credentials, and not a credential",
            hint="ask verify_presentation() about it",
        )


def refuse_credential(document: Mapping[str, Any], token: CompactJwt | None) -> None:
    """For verify_presentation(): raises `Malformed` ("is_a_credential") and as `_refuse_both`, `Refused` as above.

    What is neither is left for the structure check to describe.
    """
    _refuse_both(document)
    if token is not None and token.is_presentation:
        if _is_credential(document):
            raise _misleading(token, "credential")
        return
    if token is not None and is_presentation(document):
        raise _misleading(token, "presentation")
    if token is not None or _is_credential(document):
        raise Malformed(
            "is_a_credential",
            "this is a credential, and not a presentation, in which somebody shows credentials",
            hint="ask verify() about it",
        )


def _is_credential(document: Mapping[str, Any]) -> bool:
    return "VerifiableCredential" in as_list(document.get("type"))


def _refuse_both(document: Mapping[str, Any]) -> None:
    if is_presentation(document) and _is_credential(document):
        message = "the document says that it is a credential and a presentation, which would be read in two ways"
        raise Malformed("credential_and_presentation", message, pointer="/type")


def _misleading(token: CompactJwt, kind: str) -> Refused:
    wanted = {"credential": "vc", "presentation": "vp"}[kind] + ("+jwt" if token.sd_jwt is None else "+sd-jwt")
    found = token.unverified_jws.header.get("typ")
    shown = repr(found[:40]) if isinstance(found, str) else "none"
    message = f"expected typ {wanted} on a token whose payload is a {kind}, found {shown}"
    return Refused("jose_type_wrong", message, pointer="/typ")
