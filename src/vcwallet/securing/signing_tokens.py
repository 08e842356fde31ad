"""Sign credentials and presentations as tokens: VC-JWT of Open Badges 3.0, and vc+jwt and vp+jwt of VC-JOSE-COSE.

What is signed is the document as it is, and, for VC-JWT, claims that repeat what it says (OB 3.0, 8.2.4.2). Nothing is
said in a token that the document does not say, apart from the challenge that a presentation answers.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from vcwallet.errors import Refused
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.signer import Signer
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt import concealing
from vcwallet.securing.sd_jwt.key_binding import confirmation
from vcwallet.wire.timestamps import parse_timestamp, to_numeric_date

_VCDM_1_1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"


def sign_vc_jwt(document: Mapping[str, Any], signer: Signer) -> str:
    """A credential as VC-JWT (OB 3.0, 8.2): directly in the payload, or as its `vc` claim for data model 1.1.

    Raises `Refused` jwt_claim_taken when the credential has a member with the name of a claim.
    """
    claims = registered_claims(document)
    contexts = document.get("@context")
    if (contexts[0] if isinstance(contexts, list) and contexts else contexts) == _VCDM_1_1_CONTEXT:
        return _sign({**claims, "vc": document}, signer, typ="JWT")
    for claim in ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "vc"):
        if claim in document:
            message = f"the credential has a member {claim}, which in a token is something else"
            raise Refused("jwt_claim_taken", message, pointer=f"/{claim}")
    return _sign({**document, **claims}, signer, typ="JWT")


def sign_vc_jose(document: Mapping[str, Any], signer: Signer) -> str:
    """A credential as vc+jwt (VC-JOSE-COSE, 3.1.1): the payload is the credential, and nothing else."""
    return _sign(document, signer, typ="vc+jwt", cty="vc")


def sign_vc_sd_jwt(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    disclosable: Collection[str],
    holder: PublicKey | None,
    random_bytes: Callable[[int], bytes],
) -> str:
    """A credential as vc+sd-jwt (VC-JOSE-COSE, 3.2.1) with all its disclosures; `cnf` names the holder's key, if given.

    Raises `Malformed` disclosure_name_reserved, `Refused` pointer_not_found, not_disclosable and jwt_claim_taken.
    """
    if "cnf" in document:
        message = "the credential has a member cnf, which in a token is the key of the holder"
        raise Refused("jwt_claim_taken", message, pointer="/cnf")
    claims = {**document} if holder is None else {**document, "cnf": confirmation(holder)}
    concealed = concealing.conceal(claims, disclosable=disclosable, random_bytes=random_bytes)
    header = {"typ": "vc+sd-jwt", "kid": signer.verification_method, "cty": "vc"}
    return concealing.issue(concealed, signer, header=header)


def sign_vp_jose(
    presentation: Mapping[str, Any], signer: Signer, *, challenge: str | None = None, audience: Sequence[str] = ()
) -> str:
    """A presentation as vp+jwt (VC-JOSE-COSE, 3.1.2), with the challenge as `nonce` and the audience as `aud`."""
    claims: dict[str, Any] = {} if challenge is None else {"nonce": challenge}
    if audience:
        claims["aud"] = audience[0] if len(audience) == 1 else list(audience)
    return _sign({**presentation, **claims}, signer, typ="vp+jwt", cty="vp")


def registered_claims(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a VC-JWT repeats of its credential: iss, jti, sub, nbf and exp, each where the credential has it.

    Raises `Malformed` for a date that is none.
    """
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    claims = {
        "iss": issuer.get("id") if isinstance(issuer, Mapping) else issuer,
        "jti": document.get("id"),
        "sub": subject.get("id") if isinstance(subject, Mapping) else None,
        "nbf": _seconds(document, "validFrom", "issuanceDate"),
        "exp": _seconds(document, "validUntil", "expirationDate"),
    }
    return {claim: value for claim, value in claims.items() if value is not None}


def _seconds(document: Mapping[str, Any], *members: str) -> int | None:
    for member in members:
        if member in document:
            return to_numeric_date(parse_timestamp(document[member], pointer=f"/{member}"))
    return None


def _sign(claims: Mapping[str, Any], signer: Signer, **header: str) -> str:
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    typ = header.pop("typ")
    return jws.sign(payload, signer, header={"typ": typ, "kid": signer.verification_method, **header})
