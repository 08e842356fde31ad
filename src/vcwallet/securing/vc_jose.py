"""Credentials and presentations secured as `vc+jwt` and `vp+jwt` (Securing Verifiable Credentials using JOSE and COSE 1.0).

The payload is the document itself; claims of JWT stand beside its members. Here is what header and claims must say:

1. `typ` and the media type of an envelope agree; `cty`, if present, does not announce the other kind.
2. There is no claim `vc` or `vp` (3.1.3): a reader must not find two documents.
3. `iss`, in the header or among the claims, is the issuer or holder of the document (4.1.2).
4. `iat`, if present, is a time, and not a later one than now. `exp` and `nbf` are for the check of the period.

Members that are not understood are ignored (3.1.3), but not by the signature, which covers them all. The signature is
checked by `jws`, and whose key it is by the operations.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vcwallet.errors import Malformed, Problem, Refused
from vcwallet.securing.envelope import CompactJwt
from vcwallet.wire.timestamps import from_numeric_date, parse_timestamp

# Claims of JWT (RFC 7519, 4.1), of RFC 7800, and of OpenID that stand beside the document's members and are no part of it.
_CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce"})

_CONTENT_TYPES: Final = {"vc+jwt": "vc", "vp+jwt": "vp", "vc+sd-jwt": "vc", "vp+sd-jwt": "vp"}


def document_of(token: CompactJwt) -> dict[str, Any]:
    """The document that the payload is, without the claims beside it.

    Raises `Refused` ("jwt_claim_not_allowed") when there is a claim `vc` or `vp` (VC-JOSE-COSE, 3.1.3).
    """
    claims = token.unverified_claims
    for claim in ("vc", "vp"):
        if claim in claims:
            message = (
                f"expected a token of typ {token.form} to have no claim {claim}: its payload is the document itself"
            )
            raise Refused("jwt_claim_not_allowed", message, pointer=f"/{claim}")
    return {name: value for name, value in claims.items() if name not in _CLAIMS}


def check_header(token: CompactJwt) -> tuple[Problem, ...]:
    """What the header says of itself is of one mind. Gives notes; raises `Refused` and `Malformed`."""
    header = token.unverified_jws.header
    if token.media_type not in ("", "application/jwt", f"application/{token.form}"):
        message = f"the envelope announces {token.media_type}, and the token says that it is {token.form}"
        raise Refused("jose_type_wrong", message, pointer="/typ")
    if "kid" in header and not (isinstance(header["kid"], str) and header["kid"]):
        raise Malformed("jws_header_malformed", "expected kid to be a non-empty string", pointer="/kid")
    if "jwk" in header and not isinstance(header["jwk"], Mapping):
        raise Malformed("jws_header_malformed", "expected jwk to be an object", pointer="/jwk")
    if "cty" not in header:
        return ()
    content_type = header["cty"]
    if not isinstance(content_type, str):
        raise Malformed("jws_header_malformed", "expected cty to be a string", pointer="/cty")
    name, expected = content_type.lower().removeprefix("application/"), _CONTENT_TYPES[token.form]
    if name == expected:
        return ()
    if name in (*_CONTENT_TYPES.values(), *_CONTENT_TYPES):
        message = f"expected cty to be {expected} in a token of typ {token.form}, found {content_type[:40]!r}"
        raise Refused("jose_type_wrong", message, pointer="/cty")
    # 3.1.1: "can be used to express a more specific media type".
    message = f"the token calls its content {content_type[:80]!r}, where {expected} is usual"
    return (Problem("jose_content_type_unusual", message, "/cty"),)


def stated_issuer(token: CompactJwt) -> str | None:
    """What `iss` says, in the header or among the claims. Raises `Malformed`, and `Refused` when the two differ."""
    found = [source["iss"] for source in (token.unverified_jws.header, token.unverified_claims) if "iss" in source]
    for value in found:
        if not isinstance(value, str):
            raise Malformed("jws_header_malformed", "expected iss to be a string", pointer="/iss")
        if value != found[0]:
            raise Refused("jwt_claim_mismatch", "iss in the header and iss among the claims differ", pointer="/iss")
    return found[0] if found else None


def check_issuer_claim(token: CompactJwt, party: str | None, member: str) -> None:
    """4.1.2: `iss`, if present, is the issuer or holder. Raises `Refused` ("jwt_claim_mismatch")."""
    stated = stated_issuer(token)
    if stated is not None and party is not None and stated != party:
        message = f"the claim iss and the {member} of the document differ"
        raise Refused("jwt_claim_mismatch", message, pointer="/iss")


def check_claims(token: CompactJwt, document: Mapping[str, Any], latest: datetime) -> tuple[Problem, ...]:
    """The times and identifiers among the claims. `latest` is now, and as much later as clocks may differ.

    Gives notes where `jti` or `sub` say something else than the document: the document is what counts. Raises as
    `check_issued_at` does.
    """
    claims = token.unverified_claims
    notes = [*check_issued_at(claims, latest)]
    subject = document.get("credentialSubject")
    counterparts = {"jti": document.get("id"), "sub": subject.get("id") if isinstance(subject, Mapping) else None}
    for claim, value in counterparts.items():
        if claim in claims and value is not None and claims[claim] != value:
            message = f"the claim {claim} says something else than the document, which is what counts"
            notes.append(Problem("jwt_claim_conflict", message, f"/{claim}"))
    return tuple(notes)


def check_issued_at(claims: Mapping[str, Any], latest: datetime) -> tuple[Problem, ...]:
    """`iat`, if present, is a time that is not later than `latest`. Gives notes.

    RFC 7519, 4.1.6, demands nothing of a verifier. But no token arrives before it is made: one that says so was made by a
    clock that is wrong, or by somebody who hides its age. It is the same for proofs inside a document. Raises `Malformed`,
    and `Refused` ("proof_from_the_future").
    """
    if "iat" not in claims:
        return ()
    issued, notes = _issued_at(claims["iat"])
    if issued > latest:
        raise Refused("proof_from_the_future", "the token says that it was made later than now", pointer="/iat")
    return tuple(notes)


def _issued_at(value: Any) -> tuple[datetime, list[Problem]]:
    """RFC 7519 wants a NumericDate. W3C's own test inputs write a date in words, which is harmless and understood."""
    if not isinstance(value, str):
        return from_numeric_date(value, pointer="/iat"), []
    note = Problem("jwt_iat_not_numeric", "expected iat to be a number of seconds, found a date in words", "/iat")
    return parse_timestamp(value, pointer="/iat"), [note]
