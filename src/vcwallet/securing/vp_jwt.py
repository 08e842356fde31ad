"""Presentations of data model 1.1 as JSON Web Tokens: `typ` JWT and the presentation in the claim `vp` (VCDM 1.1, 6.3.1).

This module says which presentation a token stands for, and whether header and claims agree with it. `nonce` and `aud` are
for the operations, which know what was asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcwallet.errors import Malformed, Problem, Refused

_OTHER_DOCUMENTS: Final = ("vc", "verifiableCredential", "credentialSubject", "@context")


def document_of(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The presentation, with the members that it leaves to the claims filled in (VCDM 1.1, 6.3.1, JWT decoding).

    Raises `Malformed`, also when the payload holds another document beside the presentation.
    """
    document = claims.get("vp")
    if not isinstance(document, dict):
        raise Malformed("jwt_vp_claim_malformed", "expected the vp claim to be an object", pointer="/vp")
    for name in _OTHER_DOCUMENTS:
        if name in claims:
            message = f"the payload holds a presentation in its claim vp, and another document with {name}"
            raise Malformed("credential_and_presentation", message, pointer=f"/{name}")
    document = dict(document)
    for claim, member in (("jti", "id"), ("iss", "holder")):
        if isinstance(claims.get(claim), str):
            document.setdefault(member, claims[claim])
    return document


def check_header(header: Mapping[str, Any]) -> None:
    """The header names its kind rightly and its key as it should. Raises `Refused` and `Malformed`."""
    typ = header.get("typ", "JWT")
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != "jwt":
        raise Refused("jose_type_wrong", "expected typ to be JWT or absent", pointer="/typ")
    if "kid" in header and not (isinstance(header["kid"], str) and header["kid"]):
        raise Malformed("jws_header_malformed", "expected kid to be a non-empty string", pointer="/kid")
    if "jwk" in header and not isinstance(header["jwk"], Mapping):
        raise Malformed("jws_header_malformed", "expected jwk to be an object", pointer="/jwk")


def claim_problems(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Problem]:
    """VCDM 1.1, 6.3.1: `iss` is there and is the holder, and `jti`, if there, is the id."""
    holder = document.get("holder")
    counterparts = {"iss": holder.get("id") if isinstance(holder, Mapping) else holder, "jti": document.get("id")}
    for claim, value in counterparts.items():
        if claim in claims and claims[claim] != value:
            yield Problem("jwt_claim_mismatch", f"the claim {claim} and the presentation differ", f"/{claim}")
    if "iss" not in claims:
        yield Problem("jwt_claim_missing", "expected the claim iss: who presents")
