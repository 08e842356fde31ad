"""Key binding: the holder signs what is presented, with the key that the issuer put into the token (RFC 9901, section 4.3).

A key binding is good when

1. the issuer names a key of the holder, in the claim `cnf` (RFC 7800);
2. it is a JWT of typ `kb+jwt`, signed with that key by an allowed algorithm;
3. `sd_hash` is that of exactly what is presented, so that nobody added or took away a disclosure;
4. `iat` is neither later than now nor longer ago than the verifier allows, and `exp` and `nbf`, if there, hold;
5. `aud` is the verifier, and `nonce` is what the verifier chose for this occasion.

The signature of the issuer covers `cnf`, and must have been checked too.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.keys.jwk import check_jwk_may_verify, jwk_from_public_key, public_key_from_jwk
from vcwallet.keys.public_key import PublicKey
from vcwallet.keys.signer import Signer
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.compact_form import UnverifiedSdJwt, parse_sd_jwt
from vcwallet.securing.sd_jwt.processed_claims import process
from vcwallet.wire.strict_json import describe_kind, parse_object
from vcwallet.wire.timestamps import from_numeric_date

KEY_BINDING_TYPE: Final = "kb+jwt"

# A person needs a while to agree, and a presentation that was made long ago may have been meant for something else.
DEFAULT_MAX_AGE: Final = timedelta(minutes=10)
# As for every time that is compared here: clocks differ.
DEFAULT_CLOCK_SKEW: Final = timedelta(minutes=5)

# RFC 7800 section 3: other ways to name a key.
_OTHER_CONFIRMATIONS: Final = ("kid", "jku", "jwe", "x5t#S256", "jkt")


@dataclass(frozen=True, slots=True)
class ExpectedBinding:
    """What a verifier asks of a key binding. None for `audience` or `nonce` asks nothing: then it may be a copy."""

    audience: str | None
    nonce: str | None
    at: datetime
    max_age: timedelta = DEFAULT_MAX_AGE
    clock_skew: timedelta = DEFAULT_CLOCK_SKEW


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """A key binding that is good: whose key it is, and what was signed with it."""

    key: PublicKey
    issued_at: datetime
    audience: str
    nonce: str


def confirmation(key: PublicKey) -> dict[str, Any]:
    """The claim `cnf` by which an issuer names the holder's key."""
    return {"jwk": jwk_from_public_key(key)}


def holder_key(
    claims: Mapping[str, Any], *, algorithm: str | None = None, resolve_kid: Callable[[str], PublicKey] | None = None
) -> PublicKey:
    """The key that the claim `cnf` names. `resolve_kid` finds a key by the name that a `kid` alone gives it.

    Raises `Refused` key_binding_key_missing without a `cnf`, `Malformed` key_binding_malformed, `Undecided`
    key_binding_key_unsupported, and what `public_key_from_jwk` and `check_jwk_may_verify` raise.
    """
    if "cnf" not in claims:
        message = "the issuer named no key of the holder, so nobody can be shown to be the holder"
        raise Refused("key_binding_key_missing", message)
    cnf = claims["cnf"]
    if not isinstance(cnf, Mapping):
        message = f"expected cnf to be an object, found {describe_kind(cnf)}"
        raise Malformed("key_binding_malformed", message, pointer="/cnf")
    if "jwk" in cnf:
        if not isinstance(cnf["jwk"], Mapping):
            raise Malformed("key_binding_malformed", "expected jwk to be an object", pointer="/cnf/jwk")
        check_jwk_may_verify(cnf["jwk"], algorithm, pointer="/cnf/jwk")
        return public_key_from_jwk(cnf["jwk"], pointer="/cnf/jwk")
    if isinstance(cnf.get("kid"), str) and resolve_kid is not None:
        return resolve_kid(cnf["kid"])
    if any(name in cnf for name in _OTHER_CONFIRMATIONS):
        message = "the issuer names the key of the holder in a way that cannot be followed here"
        raise Undecided("key_binding_key_unsupported", message, pointer="/cnf")
    raise Malformed("key_binding_malformed", "expected cnf to name a key, by jwk or kid", pointer="/cnf")


def bind(text: str, signer: Signer, *, audience: str, nonce: str, at: datetime) -> str:
    """The token with a key binding for one audience and occasion. `text` ends in ~, as `disclose` gives it.

    Raises `Refused` key_binding_key_wrong when the token names another key than the signer's, `ValueError` for a token that
    is bound already and a time without a zone, as `parse_sd_jwt`, `process` and `holder_key` do, and `Undecided`
    signer_failed.
    """
    token = parse_sd_jwt(text)
    if token.key_binding_jwt is not None or at.utcoffset() is None:
        raise ValueError("expected a token without key binding, and a time with a zone")
    # Of a key that is named in another way, only a verifier who can follow it knows.
    cnf = token.unverified_claims.get("cnf")
    is_named = not isinstance(cnf, Mapping) or "jwk" in cnf
    if is_named and holder_key(process(token).claims) != signer.public_key:
        message = "the issuer bound this token to another key than the one that is to sign"
        raise Refused("key_binding_key_wrong", message, pointer="/cnf/jwk")
    claims = {"iat": int(at.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": token.presentation_digest}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return text + jws.sign(payload, signer, header={"typ": KEY_BINDING_TYPE})


def verify_key_binding(
    token: UnverifiedSdJwt,
    claims: Mapping[str, Any],
    expected: ExpectedBinding,
    *,
    algorithms: Collection[str],
    resolve_kid: Callable[[str], PublicKey] | None = None,
) -> KeyBinding:
    """Return only if the holder presented this token, as the module says. `claims` are those that `process` gave.

    Raises `Refused` key_binding_missing, key_binding_mismatch, key_binding_stale, proof_from_the_future, domain_mismatch,
    challenge_mismatch and jose_type_wrong, `Malformed` key_binding_malformed, and what `holder_key`, `jws.parse_compact`
    and `jws.verify` raise.
    """
    if token.key_binding_jwt is None:
        message = "expected a key binding at the end of the token: whoever presents it has not shown to be its holder"
        raise Refused("key_binding_missing", message)
    binding = jws.parse_compact(token.key_binding_jwt)
    if binding.header.get("typ") != KEY_BINDING_TYPE:
        raise Refused("jose_type_wrong", f"expected the key binding to be of typ {KEY_BINDING_TYPE}", pointer="/typ")
    key = holder_key(claims, algorithm=binding.header["alg"], resolve_kid=resolve_kid)
    jws.verify(binding, key, algorithms=algorithms)
    said = parse_object(binding.payload)
    for name in ("aud", "nonce", "sd_hash"):
        if not isinstance(said.get(name), str):
            message = f"expected the key binding to have the claim {name}, a string"
            raise Malformed("key_binding_malformed", message, pointer=f"/{name}")
    if said["sd_hash"] != token.presentation_digest:
        message = "the key binding is about another choice of disclosures, or about another token"
        raise Refused("key_binding_mismatch", message, pointer="/sd_hash")
    issued_at = _check_times(said, expected)
    if expected.audience is not None and said["aud"] != expected.audience:
        message = f"expected the key binding to be for {expected.audience[:200]!r}, found {said['aud'][:200]!r}"
        raise Refused("domain_mismatch", message, pointer="/aud")
    if expected.nonce is not None and said["nonce"] != expected.nonce:
        raise Refused("challenge_mismatch", "the key binding answers another challenge", pointer="/nonce")
    return KeyBinding(key, issued_at, said["aud"], said["nonce"])


def _check_times(said: Mapping[str, Any], expected: ExpectedBinding) -> datetime:
    if "iat" not in said:
        raise Malformed("key_binding_malformed", "expected the key binding to have the claim iat", pointer="/iat")
    issued_at = from_numeric_date(said["iat"], pointer="/iat")
    earliest, latest = expected.at - expected.max_age - expected.clock_skew, expected.at + expected.clock_skew
    if issued_at > latest or ("nbf" in said and from_numeric_date(said["nbf"], pointer="/nbf") > latest):
        raise Refused("proof_from_the_future", "the key binding says that it was made later than now", pointer="/iat")
    if issued_at < earliest:
        message = f"the key binding was made longer ago than {expected.max_age}, and may be a copy"
        raise Refused("key_binding_stale", message, pointer="/iat")
    if "exp" in said and from_numeric_date(said["exp"], pointer="/exp") <= expected.at - expected.clock_skew:
        raise Refused("key_binding_stale", "the key binding has expired", pointer="/exp")
    return issued_at
