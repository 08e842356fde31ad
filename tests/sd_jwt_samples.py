"""SD-JWTs for tests: right ones by the library, and any other by hand."""

import hashlib
import itertools
import json
from datetime import UTC, datetime

from vcwallet.keys.signer import LocalSigner
from vcwallet.securing import jws
from vcwallet.securing.sd_jwt.concealing import conceal, issue
from vcwallet.securing.sd_jwt.disclosure import digest, make_disclosure
from vcwallet.securing.sd_jwt.key_binding import confirmation
from vcwallet.wire.base_encodings import base64url_encode, multibase_encode, multicodec_wrap


def signer(number):
    return LocalSigner.from_private_multikey(multibase_encode(multicodec_wrap(0x1300, bytes([number]) * 32)))


def counting():
    """Bytes that are never the same twice, and the same in every run."""
    numbers = itertools.count()
    return lambda size: hashlib.shake_128(b"%d" % next(numbers)).digest(size)


ISSUER, HOLDER, STRANGER = signer(1), signer(2), signer(3)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

CLAIMS = {
    "iss": "https://college.example",
    "name": "Ada",
    "score": 97,
    "address": {"street": "Main", "city": "Lund"},
    "tags": ["wood", "boats", "sails"],
    "cnf": confirmation(HOLDER.public_key),
}
DISCLOSABLE = ("/name", "/score", "/address", "/address/street", "/tags/0", "/tags/2")


def issued(claims=CLAIMS, disclosable=DISCLOSABLE, typ="example+sd-jwt", **named):
    concealed = conceal(claims, disclosable=disclosable, random_bytes=counting(), **named)
    return issue(concealed, ISSUER, header={"typ": typ})


def encoded(value):
    """A disclosure with anything in it."""
    return base64url_encode(json.dumps(value).encode())


def hidden(value, name=None, salt="salt"):
    """A disclosure, and its digest."""
    disclosure = make_disclosure(salt, name, value)
    return disclosure.encoded, disclosure.digest()


def digest_of(text):
    return digest(text, "sha-256")


def by_hand(claims, *disclosures, typ="example+sd-jwt", end="~"):
    """A token that the issuer signed, whatever is in it."""
    token = jws.sign(json.dumps(claims).encode(), ISSUER, header={"typ": typ})
    return "~".join((token, *disclosures)) + end
