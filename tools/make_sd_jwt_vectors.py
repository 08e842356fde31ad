"""Make `vectors/sd-jwt`: tokens by the reference implementation of RFC 9901 (`sd-jwt` on PyPI), right and spoiled ones.

Every right token is issued, presented and bound to its holder by that library, and every token is read by it too: what it
says stands in the case. Salts and times are fixed and Ed25519 is deterministic, so that a second run changes nothing.
"""

import json
import logging
import random
import sys
from typing import Any, NamedTuple
from unittest.mock import patch

from jwcrypto.jwk import JWK
from sd_jwt.common import SDJWTCommon, SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from tools.make_vectors import write_family
from vcwallet.keys.signer import LocalSigner
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.disclosure import digest
from vcwallet.wire.base_encodings import base64url_encode, multibase_encode, multicodec_wrap

AT = 1780315200  # 2026-06-01T12:00:00Z
AUDIENCE, NONCE = "https://verifier.example", "a-nonce-of-one-occasion"


def _signer(name: str) -> LocalSigner:
    secret = (name.encode() * 32)[:32]
    return LocalSigner.from_private_multikey(multibase_encode(multicodec_wrap(0x1300, secret)))


ISSUER, HOLDER, STRANGER = _signer("issuer"), _signer("holder"), _signer("stranger")
ISSUER_KEY = JWK(**ISSUER.private_jwk())

DIPLOMA = {
    "iss": "https://college.example",
    "vct": "https://college.example/diploma",
    "iat": AT - 86400,
    SDObj("given_name"): "Ada",
    SDObj("score"): 97,
    "courses": [SDObj({"name": "Boatbuilding", SDObj("grade"): "A"}), {"name": "Sails"}, SDObj("Knots")],
}
BADGE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:6f0d2f6c-2b0c-4f3e-9d57-0d1b6c9f3a10",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://college.example", "type": ["Profile"], SDObj("email"): "office@college.example"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        SDObj("id"): "did:example:ada",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://college.example/boatbuilding",
            "type": ["Achievement"],
            "name": "Boatbuilding",
            "description": "Builds a boat.",
            "criteria": {"narrative": "It floats."},
            SDObj("tag"): ["boats", "wood"],
        },
        SDObj("result"): [{"type": ["Result"], "value": "97"}],
    },
}


class Made(NamedTuple):
    """One token, and what is to be expected of it; `code` is that of vcwallet, empty for a good token."""

    name: str
    token: str
    reason: str
    code: str = ""
    neighbour: str = ""
    is_bound: bool = False


def _issue(claims: dict[Any, Any], typ: str, *, seed: int, is_bound: bool = False, decoys: bool = False) -> str:
    random.seed(seed)
    holder_key = JWK(**HOLDER.private_jwk()) if is_bound else None
    issuer = SDJWTIssuer(
        claims,
        ISSUER_KEY,
        holder_key,
        "EdDSA",
        add_decoy_claims=decoys,
        extra_header_parameters={"typ": typ, "kid": "1"},
    )
    return str(issuer.sd_jwt_issuance)


def _present(token: str, choice: Any, *, is_bound: bool = False) -> str:
    holder = SDJWTHolder(token)
    binding = (NONCE, AUDIENCE, JWK(**HOLDER.private_jwk()), "EdDSA") if is_bound else ()
    with patch("sd_jwt.holder.time", lambda: AT):
        holder.create_presentation(choice, *binding)
    return str(holder.sd_jwt_presentation)


def _bound_again(token: str, signer: LocalSigner = HOLDER, **changes: Any) -> str:
    """The presentation with a key binding of our own making, to go wrong in ways that the library does not."""
    text = token[: token.rindex("~") + 1]
    said = {"nonce": NONCE, "aud": AUDIENCE, "iat": AT, "sd_hash": digest(text, "sha-256")} | changes
    return text + jws.sign(json.dumps(said).encode(), signer, header={"typ": "kb+jwt"})


def _cases() -> list[Made]:
    diploma = _issue(DIPLOMA, "dc+sd-jwt", seed=1)
    issued_bound = _issue(DIPLOMA, "dc+sd-jwt", seed=2, is_bound=True)
    badge = _issue(BADGE, "vc+sd-jwt", seed=3, is_bound=True, decoys=True)
    choice = {"given_name": True, "courses": [{"grade": True}, None, False]}
    shown, bound = _present(diploma, choice), _present(issued_bound, choice, is_bound=True)
    badge_shown = _present(badge, {"credentialSubject": {"id": True, "result": [True]}}, is_bound=True)
    good = [
        Made("diploma", diploma, "Everything is disclosed."),
        Made("diploma-shown", shown, "A name, and one course with its grade, are disclosed."),
        Made("diploma-nothing-shown", _present(diploma, {}), "Nothing is disclosed that can be withheld."),
        Made("diploma-bound", bound, "Bound to its holder.", is_bound=True),
        Made("badge", badge, "A badge of data model 2.0 with decoys, everything disclosed."),
        Made("badge-bound", badge_shown, "Only whom it is about and the result are disclosed.", is_bound=True),
    ]
    jwt, first, *rest = shown.split("~")
    another = _issue(DIPLOMA, "dc+sd-jwt", seed=4).split("~")[1]
    renamed = base64url_encode(b'["salt", "given_name", "Eve"]')
    example = _issue(DIPLOMA, "example+sd-jwt", seed=1)
    closed = _issue({SDObj("vct"): "https://college.example/diploma"}, "dc+sd-jwt", seed=5)
    spoiled = [
        ("tilde-missing", shown[:-1], "The last ~ is missing.", "sd_jwt_malformed"),
        ("tilde-doubled", shown + "~", "There is a ~ too many.", "sd_jwt_malformed"),
        ("repeated", "~".join((jwt, first, first, *rest)), "A disclosure is there twice.", "disclosure_repeated"),
        ("of-another", f"{shown}{another}~", "A disclosure is of another token.", "disclosure_unreferenced"),
        ("changed", "~".join((jwt, renamed, *rest)), "A disclosure was changed.", "disclosure_unreferenced"),
        ("padded", "~".join((jwt, first + "=", *rest)), "A disclosure is base64 with padding.", "disclosure_malformed"),
        ("signature-changed", shown.replace(jwt, jwt[:-6] + "AAAAAA"), "Another signature.", "signature_invalid"),
        ("typ-of-an-example", example, "The typ is that of no credential.", "jose_type_wrong"),
        ("vct-can-be-withheld", closed, "The kind of credential can be withheld.", "claim_must_be_open"),
    ]
    spoiled_bindings = [
        ("binding-missing", _present(issued_bound, choice), "Nobody bound it.", "key_binding_missing"),
        ("binding-of-nobody", _bound_again(shown), "The issuer named no holder.", "key_binding_key_missing"),
        ("binding-by-a-stranger", _bound_again(bound, STRANGER), "Another key signed.", "signature_invalid"),
        ("binding-stale", _bound_again(bound, iat=AT - 3600), "It is an hour old.", "key_binding_stale"),
        ("binding-of-tomorrow", _bound_again(bound, iat=AT + 86400), "Later than now.", "proof_from_the_future"),
        (
            "binding-for-another",
            _bound_again(bound, aud="https://else.example"),
            "Another verifier.",
            "domain_mismatch",
        ),
        ("binding-of-old", _bound_again(bound, nonce="old"), "It answers another challenge.", "challenge_mismatch"),
        ("binding-less-shown", _without_last(bound), "A disclosure was taken away.", "key_binding_mismatch"),
        ("binding-for-several", _bound_again(bound, aud=[AUDIENCE]), "aud is an array.", "key_binding_malformed"),
    ]
    return [
        *good,
        *(Made(*parts, neighbour="diploma-shown") for parts in spoiled),
        *(Made(*parts, neighbour="diploma-bound", is_bound=True) for parts in spoiled_bindings),
    ]


def _without_last(token: str) -> str:
    *parts, _, binding = token.split("~")
    return "~".join((*parts, binding))


def _claims_by_reference(made: Made) -> dict[str, Any]:
    named = {"expected_aud": AUDIENCE, "expected_nonce": NONCE} if made.is_bound else {}
    # It takes the algorithm of a key binding from nowhere but its own default.
    with patch("sd_jwt.verifier.DEFAULT_SIGNING_ALG", "EdDSA"):
        return dict(SDJWTVerifier(made.token, lambda *_: ISSUER_KEY, **named).get_verified_payload())


def _case(made: Made) -> dict[str, Any]:
    case = {
        "id": f"sd-jwt/{made.name}",
        "at": AT,
        "token": made.token,
        "key_binding": {"audience": AUDIENCE, "nonce": NONCE} if made.is_bound else None,
        "expect": made.code or "good",
        "reason": made.reason,
    }
    if made.code:
        try:
            _claims_by_reference(made)
        except Exception as exc:  # noqa: BLE001 - whatever it raises is its answer
            says = type(exc).__name__
        else:
            says = "good"
        return {**case, "accepted_neighbour": f"sd-jwt/{made.neighbour}", "makers_say": says}
    return {**case, "claims": _claims_by_reference(made), "makers_say": "good"}


def main() -> None:
    """Write the family."""
    logging.disable()  # It warns of every salt that is not random.
    SDJWTCommon.unsafe_randomness = True
    content = {"issuer": json.loads(ISSUER_KEY.export_public()), "cases": [_case(made) for made in _cases()]}
    passport = {
        "title": "SD-JWTs by the reference implementation of RFC 9901, and spoiled ones",
        "origin": "Made with sd-jwt 0.10.4 from PyPI. People, institutions and keys are inventions.",
        "generator": "tools/make_sd_jwt_vectors.py",
        "licence": "Apache-2.0",
        "date": "2026-11-24",
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    write_family("sd-jwt", {"cases.json": text.encode()}, passport)
    sys.stdout.write("made vectors/sd-jwt\n")


if __name__ == "__main__":
    main()
