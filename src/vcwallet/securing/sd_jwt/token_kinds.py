"""Which kind of credential an SD-JWT is, and the rules of that kind beyond RFC 9901.

- `vc+sd-jwt` and `vp+sd-jwt`: a document of the W3C data model 2.0 (VC-JOSE-COSE, 3.2). The payload is the document itself;
  there is no claim `vc` or `vp`.
- `dc+sd-jwt`: an SD-JWT VC, known by its claim `vct` (draft-ietf-oauth-sd-jwt-vc). What says who issued it, to whom, as
  what and until when is never withheld.

Drafts of SD-JWT VC had vc+sd-jwt as their media type, which VC-JOSE-COSE has registered for itself since. A token cannot be
both: the one must have an `@context`, the other a `vct` that is never withheld. What has an `@context` is a W3C document,
whatever else is in it; what has none and a `vct` is an SD-JWT VC by a draft, where the caller allows that.

Whether the claims of a kind are in time and right is not judged here; that the times are times is.
"""

from typing import Any, Final, Literal, get_args

from vcwallet.errors import Malformed, Refused
from vcwallet.securing.sd_jwt.compact_form import UnverifiedSdJwt
from vcwallet.securing.sd_jwt.processed_claims import ProcessedClaims
from vcwallet.wire.json_pointer import split
from vcwallet.wire.strict_json import describe_kind
from vcwallet.wire.timestamps import from_numeric_date

TokenKind = Literal["vc+sd-jwt", "vp+sd-jwt", "dc+sd-jwt"]
SD_JWT_TYPES: Final = frozenset(get_args(TokenKind))

# draft-ietf-oauth-sd-jwt-vc, section on registered claims: "MUST NOT be included in the Disclosures".
_ALWAYS_OPEN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})
_TIMES: Final = ("nbf", "exp", "iat")
_KINDS_OF_VALUES: Final[dict[str, type]] = {"iss": str, "sub": str, "vct#integrity": str, "cnf": dict, "status": dict}


def token_kind(token: UnverifiedSdJwt, processed: ProcessedClaims, *, accept_former_type: bool = False) -> TokenKind:
    """The kind that `typ` announces and the claims bear out.

    `accept_former_type` takes a token of typ vc+sd-jwt that has a `vct` and no `@context` for an SD-JWT VC. Raises
    `Refused` jose_type_wrong.
    """
    typ = token.unverified_jws.header.get("typ")
    # RFC 7515 section 4.1.9: media types are compared without regard to case, and "application/" may be left out.
    name = typ.lower().removeprefix("application/") if isinstance(typ, str) else None
    claims = processed.claims
    if name == "dc+sd-jwt":
        if "vct" in claims:
            return "dc+sd-jwt"
        raise Refused("jose_type_wrong", "expected a token of typ dc+sd-jwt to have the claim vct", pointer="/typ")
    if name in {"vc+sd-jwt", "vp+sd-jwt"}:
        if "@context" in claims:
            return "vc+sd-jwt" if name == "vc+sd-jwt" else "vp+sd-jwt"
        if name == "vc+sd-jwt" and "vct" in claims and accept_former_type:
            return "dc+sd-jwt"
        raise Refused(
            "jose_type_wrong",
            f"expected a token of typ {name} to hold a document with @context",
            pointer="/typ",
            hint="SD-JWT VC had this typ in drafts; it is dc+sd-jwt" if "vct" in claims else "",
        )
    shown = repr(typ[:40]) if isinstance(typ, str) else "none"
    message = f"expected typ to be vc+sd-jwt, vp+sd-jwt or dc+sd-jwt, found {shown}"
    raise Refused("jose_type_wrong", message, pointer="/typ")


def check_sd_jwt_vc(processed: ProcessedClaims) -> None:
    """The claims of an SD-JWT VC have their form, and those that are always open were not withheld.

    Raises `Malformed` sd_jwt_vc_malformed and numeric_date, `Refused` claim_must_be_open.
    """
    claims = processed.claims
    for pointer in processed.disclosed:
        if split(pointer)[0] in _ALWAYS_OPEN:
            message = "an SD-JWT VC shows this claim always, and here it could be withheld"
            raise Refused("claim_must_be_open", message, pointer=pointer)
    for pointer in processed.withheld:
        if pointer and split(pointer)[0] in _ALWAYS_OPEN:
            message = "an SD-JWT VC shows the whole of this claim always, and here a part is withheld"
            raise Refused("claim_must_be_open", message, pointer=pointer)
    vct = claims.get("vct")
    if not (isinstance(vct, str) and vct):
        raise _wrong("vct", "a string that is not empty", vct)
    for name, kind in _KINDS_OF_VALUES.items():
        if name in claims and not isinstance(claims[name], kind):
            raise _wrong(name, "an object" if kind is dict else "a string", claims[name])
    if "aka_vcts" in claims:
        others = claims["aka_vcts"]
        if not (isinstance(others, list) and others and all(isinstance(other, str) and other for other in others)):
            raise _wrong("aka_vcts", "an array of strings that are not empty", others)
        if vct in others:
            raise Malformed(
                "sd_jwt_vc_malformed", "expected aka_vcts to name other types than vct", pointer="/aka_vcts"
            )
    for name in _TIMES:
        if name in claims:
            from_numeric_date(claims[name], pointer=f"/{name}")


def check_document(processed: ProcessedClaims) -> None:
    """VC-JOSE-COSE, 3.1.3: the payload is the document itself. Raises `Refused` jwt_claim_not_allowed."""
    for name in ("vc", "vp"):
        if name in processed.claims:
            message = f"expected no claim {name}: the payload is the document itself"
            raise Refused("jwt_claim_not_allowed", message, pointer=f"/{name}")


def _wrong(name: str, expected: str, found: Any) -> Malformed:
    message = f"expected {name} to be {expected}, found {describe_kind(found)}"
    return Malformed("sd_jwt_vc_malformed", message, pointer=f"/{name}")
