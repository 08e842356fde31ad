"""Is it a credential or a presentation, or a badge from before there were either?

Whoever hands in the one for the other is told so, and nothing is taken for both.

A token's `typ` says what its holder or issuer meant to sign (RFC 8725, 3.11). If the payload is something else, the token
was made for another reader, or somebody hopes for one who does not look.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from vcwallet.credentials.badge_v2_upgrade import is_badge_document
from vcwallet.credentials.credential import as_list
from vcwallet.credentials.presentation import is_presentation
from vcwallet.errors import Malformed, Refused
from vcwallet.securing.envelope import CompactJwt, HostedAddress, Secured, looks_secured
from vcwallet.wire import json_pointer

# Every document has one of these, and what is only around one has none.
_OF_DOCUMENTS: Final = frozenset({"@context", "type", "proof"})
# As deep as the answers of the protocols for issuing go: {"credentials": [{"credential": …}]}.
_WRAPPINGS: Final = 3
# Whoever wraps a document has a few members beside it.
_ENTRIES: Final = 20


def is_badge_v2(secured: Secured) -> bool:
    """Whether this is a badge of Open Badges 2.0 or older, and so for `badge_v2.verifying`."""
    return isinstance(secured, HostedAddress) or is_badge_document(unverified_badge(secured))


def unverified_badge(secured: Secured) -> Mapping[str, Any]:
    """The document as it was received: nothing of it is verified. The payload of a JWS is the assertion itself."""
    return secured.unverified_claims if isinstance(secured, CompactJwt) else secured.unverified_document


def refuse_presentation(document: Mapping[str, Any], token: CompactJwt | None) -> None:
    """For verify(): raises `Malformed` ("is_a_presentation") and as `_refuse_both` and `_refuse_wrapper`.

    Raises `Refused` when `typ` misleads.
    """
    _refuse_both(document)
    _refuse_wrapper(document, token)
    if token is not None and token.is_presentation != is_presentation(document) and not token.is_presentation:
        raise _misleading(token, "presentation")
    if is_presentation(document) or (token is not None and token.is_presentation):
        raise Malformed(
            "is_a_presentation",
            "this is a presentation, which holds credentials, and not a credential",
            hint="ask verify_presentation() about it",
        )


def refuse_credential(document: Mapping[str, Any], token: CompactJwt | None) -> None:
    """For verify_presentation(): raises `Malformed` ("is_a_credential") and the rest as above.

    What is neither is left for the structure check to describe.
    """
    _refuse_both(document)
    _refuse_wrapper(document, token)
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


def _refuse_wrapper(document: Mapping[str, Any], token: CompactJwt | None) -> None:
    """Answers of programs and exports of wallets have the credential in a member, and something about it beside."""
    if token is not None or _OF_DOCUMENTS.intersection(document):
        return
    pointer = _place_of_a_document(document, "", _WRAPPINGS)
    if pointer is not None:
        raise Malformed(
            "document_wrapped",
            f"this is JSON around a document, which stands at {pointer[:200]}",
            pointer=pointer[:200],
            hint="give only what stands there, byte for byte, without what is around it",
        )


def _place_of_a_document(value: Any, pointer: str, levels: int) -> str | None:
    """Where the first thing stands that looks like a document or a token, as a JSON pointer."""
    if pointer and looks_secured(value):
        return pointer
    if levels == 0 or not isinstance(value, Mapping | list):
        return None
    entries = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, entry in islice(entries, _ENTRIES):
        found = _place_of_a_document(entry, json_pointer.join(pointer, name), levels - 1)
        if found is not None:
            return found
    return None


def _misleading(token: CompactJwt, kind: str) -> Refused:
    wanted = {"credential": "vc", "presentation": "vp"}[kind] + ("+jwt" if token.sd_jwt is None else "+sd-jwt")
    found = token.unverified_jws.header.get("typ")
    shown = repr(found[:40]) if isinstance(found, str) else "none"
    message = f"expected typ {wanted} on a token whose payload is a {kind}, found {shown}"
    return Refused("jose_type_wrong", message, pointer="/typ")
