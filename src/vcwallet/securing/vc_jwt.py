"""Credentials secured as JSON Web Tokens, as Open Badges 3.0 does it (OB 3.0, 8.2; VC-JWT).

A token carries the credential directly in its payload (data model 2.0) or in a `vc` claim (data model 1.1). This
module says which document a token stands for, and whether header and claims agree with it. The signature is checked by
`jws`, and whose key it is by the operations.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vcwallet.errors import Malformed, Problem, Refused, Undecided
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import format_timestamp, from_numeric_date, parse_timestamp

# OB 3.0, 8.2.4.1: "Additional JOSE Headers are NOT allowed".
_ALLOWED_HEADERS = frozenset({"alg", "kid", "jwk", "typ"})

# Registered claims that a payload of data model 2.0 carries beside the credential's own members (RFC 7519, 4.1).
_REGISTERED_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})

# What else may stand beside a `vc` claim and mean something: the holder's key (RFC 7800), and what OpenID adds.
_UNDERSTOOD_CLAIMS = _REGISTERED_CLAIMS | {"vc", "cnf", "nonce"}

# Names of claims that a note lists, and characters of each.
_MAX_NAMES = 5
_MAX_NAME = 40

# By which other readers could find another credential beside the `vc` claim.
_OTHER_DOCUMENTS = ("@context", "credentialSubject", "verifiableCredential")

# `typ` values of other ways to secure a credential, which have rules of their own (drafts of VC-JOSE-COSE, RFC 9901).
_OTHER_TYPES = frozenset(
    {"vc+ld+json+jwt", "vp+ld+json+jwt", "vc+ld+jwt", "vc+sd-jwt", "dc+sd-jwt", "vc+ld+json+sd-jwt"}
)

# Asymmetric algorithms of the JOSE registry: a token that uses one may be good, and another toolkit could say so. For
# "none", for HMAC and for names that nobody registered there is nothing to wait for.
_ASYMMETRIC_ALGORITHMS = frozenset({
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
    *("ML-DSA-44", "ML-DSA-65", "ML-DSA-87"),
})  # fmt: skip

_VCDM_1_1_CONTEXT = "https://www.w3.org/2018/credentials/v1"

# Whose payloads OB 3.0, 8.2.4.2, and CLR 2.0 bind to a data model. No specification binds those of other credentials
# that are of data model 2.0 and secured by a plain JWT, and there are some with a `vc` claim.
_BOUND_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential", "EndorsementCredential", "ClrCredential"})

_ANOTHER_MODEL = Problem(
    "jwt_data_model_mismatch",
    "a payload with a vc claim is of data model 1.1 and one without of 2.0, but the first @context entry says otherwise",
    "/@context",
)


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """What comparing the claims with the credential found."""

    failures: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def check_header(header: Mapping[str, Any]) -> None:
    """OB 3.0, 8.2.4.1: only alg, kid, jwk and typ, and one of kid and jwk.

    Raises `Refused`, or `Undecided` when `typ` announces another way of securing.
    """
    typ = header.get("typ")
    media_type = typ.lower().removeprefix("application/") if isinstance(typ, str) else typ
    if media_type in _OTHER_TYPES:
        raise Undecided("securing_unsupported", f"tokens of typ {typ!r} cannot be checked yet", pointer="/typ")
    if "typ" in header and media_type != "jwt":
        raise Refused("jose_type_wrong", "expected typ to be JWT or absent", pointer="/typ")
    extra = sorted(set(header) - _ALLOWED_HEADERS)
    if extra:
        raise Refused(
            "jose_header_not_allowed",
            f"expected only alg, kid, jwk and typ in the JOSE header, found {', '.join(name[:40] for name in extra[:5])}",
        )
    if "kid" not in header and "jwk" not in header:
        raise Refused("jose_key_missing", "expected the JOSE header to name its key by kid or jwk")
    if "kid" in header and not (isinstance(header["kid"], str) and header["kid"]):
        raise Malformed("jws_header_malformed", "expected kid to be a non-empty string", pointer="/kid")
    if "jwk" in header and not isinstance(header["jwk"], Mapping):
        raise Malformed("jws_header_malformed", "expected jwk to be an object", pointer="/jwk")


def check_algorithm(header: Mapping[str, Any], algorithms: Collection[str]) -> None:
    """The algorithm is one that is accepted here. Raises `Undecided` when another could accept it, else `Refused`."""
    algorithm = str(header.get("alg"))
    if algorithm in algorithms:
        return
    message = f"expected alg to be one of {', '.join(algorithms)}; found {algorithm[:40]!r}"
    if algorithm in _ASYMMETRIC_ALGORITHMS:
        raise Undecided("jws_algorithm_unsupported", message, pointer="/alg")
    raise Refused("jws_algorithm_not_allowed", message, pointer="/alg")


def credential_document(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The credential that a payload stands for.

    For the `vc` claim form, members that the credential leaves to the claims are filled in (VCDM 1.1, 6.3.1, JWT
    decoding). For the direct form it is the payload without its registered claims. Raises `Malformed`.
    """
    if "vc" not in claims:
        return {name: value for name, value in claims.items() if name not in _REGISTERED_CLAIMS}
    document = claims["vc"]
    if not isinstance(document, dict):
        raise Malformed("jwt_vc_claim_malformed", "expected the vc claim to be an object", pointer="/vc")
    if any(name in claims for name in _OTHER_DOCUMENTS):
        raise Malformed(
            "jwt_two_credentials",
            "the payload holds a credential in its vc claim, and another beside it",
            pointer="/vc",
        )
    document = dict(document)
    for claim, member in (("jti", "id"), ("iss", "issuer")):
        if isinstance(claims.get(claim), str):
            document.setdefault(member, claims[claim])
    is_1_1 = _first(document.get("@context")) == _VCDM_1_1_CONTEXT
    begin, end = ("issuanceDate", "expirationDate") if is_1_1 else ("validFrom", "validUntil")
    for claim, member in (("nbf", begin), ("exp", end)):
        if claim in claims and member not in document:
            document[member] = format_timestamp(from_numeric_date(claims[claim], pointer=f"/{claim}"))
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and isinstance(claims.get("sub"), str):
        document["credentialSubject"] = {"id": claims["sub"], **subject}
    return document


def check_claims(claims: Mapping[str, Any], document: Mapping[str, Any]) -> ClaimCheck:
    """OB 3.0, 8.2.5.1: iss, jti, sub, nbf and exp say the same as the credential.

    A claim that is there and different fails. A missing nbf or sub is a note: the specification's own samples for data
    model 2.0 leave nbf out, and a learner known only by `identifier` has no id to put into sub. Raises `Malformed`
    when a date claim is no NumericDate.
    """
    return ClaimCheck(tuple(_failures(claims, document)), tuple(_notes(claims, document)))


def _failures(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Problem]:
    if _is_of_another_model(claims, document) and ("vc" not in claims or _is_bound(document)):
        yield _ANOTHER_MODEL
    for claim, member, value in _counterparts(document):
        if claim in claims and value is not None and claims[claim] != value:
            yield Problem("jwt_claim_mismatch", f"the claim {claim} and the credential's {member} differ", f"/{claim}")
    subject_ids = _ids_of_several(document)
    if "sub" in claims and subject_ids and claims["sub"] not in subject_ids:
        yield Problem("jwt_claim_mismatch", "the claim sub is none of the credential's subjects", "/sub")
    if "iss" not in claims:
        yield Problem("jwt_claim_missing", "expected the claim iss: whose credential this is")
    for claim, members in (("nbf", ("validFrom", "issuanceDate")), ("exp", ("validUntil", "expirationDate"))):
        if claim in claims:
            yield from _different_moment(claims, claim, document, members)


def _is_of_another_model(claims: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    return ("vc" in claims) is not bool(_first(document.get("@context")) == _VCDM_1_1_CONTEXT)


def _is_bound(document: Mapping[str, Any]) -> bool:
    types = document.get("type")
    return any(
        isinstance(name, str) and name in _BOUND_TYPES for name in (types if isinstance(types, list) else [types])
    )


def _different_moment(
    claims: Mapping[str, Any], claim: str, document: Mapping[str, Any], members: tuple[str, ...]
) -> Iterator[Problem]:
    moment = from_numeric_date(claims[claim], pointer=f"/{claim}")
    for member in members:
        if member in document:
            try:
                stated = parse_timestamp(document[member])
            except Malformed:
                return  # the structure check names a date that cannot be read
            # A NumericDate is usually whole seconds, so the fraction of validFrom cannot survive in it.
            if moment.replace(microsecond=0) != stated.replace(microsecond=0):
                yield Problem(
                    "jwt_claim_mismatch", f"the claim {claim} and the credential's {member} differ", f"/{claim}"
                )


def _notes(claims: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Problem]:
    if "vc" in claims and _is_of_another_model(claims, document) and not _is_bound(document):
        yield _ANOTHER_MODEL
    if "vc" in claims:
        yield from _ignored_claims(claims)
    if "nbf" not in claims:
        yield Problem(
            "jwt_claim_missing", "the token has no claim nbf to repeat when the credential begins to be valid"
        )
    for claim, member, value in _counterparts(document):
        if claim == "iss":
            continue
        if claim not in claims and value is not None:
            yield Problem("jwt_claim_missing", f"the token has no claim {claim} to repeat the credential's {member}")
        if claim in claims and value is None:
            yield Problem("jwt_claim_alone", f"the token has a claim {claim}, the credential no {member}", f"/{claim}")
    if "proof" in document:
        yield Problem(
            "embedded_proof_not_checked",
            "the credential inside the token has a proof of its own, which the token's signature covers",
            "/proof",
        )


def _ignored_claims(claims: Mapping[str, Any]) -> Iterator[Problem]:
    """Claims that are not understood are ignored (RFC 7519, 4): they are signed, and no part of the credential."""
    names = sorted(set(claims) - _UNDERSTOOD_CLAIMS)
    if names:
        listed = ", ".join(name[:_MAX_NAME] for name in names[:_MAX_NAMES])
        more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
        yield Problem(
            "jwt_claim_ignored",
            f"beside its vc claim the token says {listed}{more}, which is no part of the credential",
            json_pointer.join("", names[0]) if len(names[0]) <= _MAX_NAME else "",
        )


def _counterparts(document: Mapping[str, Any]) -> tuple[tuple[str, str, Any], ...]:
    """Claim, the member that it repeats, and what that member says (OB 3.0, 8.2.4.2)."""
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]  # which says the same as the subject alone
    return (
        ("iss", "issuer", issuer.get("id") if isinstance(issuer, Mapping) else issuer),
        ("jti", "id", document.get("id")),
        ("sub", "credentialSubject.id", subject.get("id") if isinstance(subject, Mapping) else None),
    )


def _ids_of_several(document: Mapping[str, Any]) -> list[Any]:
    """The ids of the subjects, where there are several: the claim sub can then be only one of them."""
    subjects = document.get("credentialSubject")
    if not isinstance(subjects, list) or len(subjects) == 1:
        return []
    return [subject["id"] for subject in subjects if isinstance(subject, Mapping) and "id" in subject]


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
