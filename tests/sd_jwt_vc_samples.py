"""SD-JWT VC for tests: a college that publishes JWT VC Issuer Metadata, and anything that can be said in such a token."""

import json
import zlib
from datetime import UTC, datetime

from tests.sd_jwt_samples import HOLDER, ISSUER, STRANGER, counting
from vcwallet.keys.jwk import jwk_from_public_key
from vcwallet.policy import Policy
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.concealing import conceal, issue
from vcwallet.securing.sd_jwt.key_binding import bind, confirmation
from vcwallet.testing.outside_world import OutsideWorld
from vcwallet.wire.base_encodings import base64url_encode

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW = int(AT.timestamp())
COLLEGE = "https://college.example"
METADATA = f"{COLLEGE}/.well-known/jwt-vc-issuer"
LIST = "https://status.example/1"
AUDIENCE, CHALLENGE = "https://ferry.example", "7f3b"

CLAIMS = {
    "iss": COLLEGE,
    "vct": "https://college.example/types/diploma",
    "sub": "did:example:ana",
    "iat": NOW - 86400,
    "exp": NOW + 86400,
    "given_name": "Ana",
    "grade": "A",
    "courses": ["Knots", "Sails"],
    "cnf": confirmation(HOLDER.public_key),
}
DISCLOSABLE = ("/given_name", "/grade", "/courses/0")
ASKED = Policy(challenge=CHALLENGE, domain=AUDIENCE)


def key(signer=ISSUER, kid="1", **members):
    return {**jwk_from_public_key(signer.public_key), "kid": kid, **members}


def metadata(*keys, issuer=COLLEGE, **members):
    return {"issuer": issuer, "jwks": {"keys": list(keys or (key(),))}, **members}


def world(**documents):
    return OutsideWorld({METADATA: metadata(), **documents})


def token(*, header=None, disclosable=DISCLOSABLE, signer=ISSUER, **changes):
    """A diploma, as it is issued; a change to None takes the claim away."""
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    concealed = conceal(
        claims, disclosable=[p for p in disclosable if p[1:].split("/")[0] in claims], random_bytes=counting()
    )
    members = {"typ": "dc+sd-jwt", "kid": "1", **(header or {})}
    return issue(concealed, signer, header={name: value for name, value in members.items() if value is not None})


def bound(text, signer=HOLDER, **named):
    return bind(text, signer, **{"audience": AUDIENCE, "nonce": CHALLENGE, "at": AT, **named})


def status_of(index, uri=LIST):
    return {"status": {"status_list": {"idx": index, "uri": uri}}}


def packed(values, bits=1):
    """Statuses as the draft packs them: from the least significant bit of each byte."""
    per_byte = 8 // bits
    data = bytearray(-(-len(values) // per_byte))
    for index, value in enumerate(values):
        data[index // per_byte] |= value << (index % per_byte * bits)
    return {"bits": bits, "lst": base64url_encode(zlib.compress(bytes(data)))}


def status_list(values=(0, 1, 0, 0), bits=1, *, signer=ISSUER, header=None, **changes):
    claims = {
        "sub": LIST,
        "iat": NOW - 60,
        "exp": NOW + 3600,
        "ttl": 600,
        "status_list": packed(values, bits),
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jws.sign(json.dumps(claims).encode(), signer, header={"typ": "statuslist+jwt", "kid": "1", **(header or {})})


__all__ = ["HOLDER", "ISSUER", "STRANGER"]
