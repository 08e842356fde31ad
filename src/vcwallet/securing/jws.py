"""JSON Web Signatures in compact form (RFC 7515): made, taken apart, and checked with a key that is already known.

1. The token has exactly three parts, each in its one base64url spelling (OB 3.0, CompactJws).
2. The header is a JSON object without duplicate members, and has no crit or b64: no extension is implemented here, and
   one that must be understood would change what is signed.
3. The algorithm must be one that the caller allows, and must fit the key. "none" and every HMAC are never allowed.

Which other header members may stand there, where the key comes from, and what the payload means is for the caller:
a key inside the header proves nothing by itself.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.errors import Malformed, Refused
from vcwallet.keys.public_key import PublicKey, SignatureAlgorithm
from vcwallet.keys.signer import Signer, sign_with
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode
from vcwallet.wire.strict_json import JsonLimits, parse_object

# base64url of the 8 MiB that a JSON document may have, and some room for header and signature.
MAX_TOKEN_CHARACTERS: Final = 12 * 1024 * 1024
# An RSA key of 16,384 bits as jwk needs 3 kB; certificate chains are the longest thing seen in headers.
_HEADER_LIMITS: Final = JsonLimits(max_bytes=64 * 1024, max_depth=8)
# Room for the signature of an RSA key of 16,384 bits.
_MAX_SIGNATURE_CHARACTERS: Final = 4096

# OB 3.0, CompactJws. The length of each part is judged when it is decoded.
_COMPACT_JWS: Final = re.compile(r"([-_a-zA-Z0-9]+)\.([-_a-zA-Z0-9]*)\.([-_a-zA-Z0-9]+)", re.ASCII)

# RFC 7515 section 4.1.11, RFC 7797.
_EXTENSION_HEADERS: Final = ("crit", "b64")

_ALGORITHMS: Final[dict[str, SignatureAlgorithm]] = {
    "EdDSA": "Ed25519",  # RFC 8037; the curve comes from the key
    "Ed25519": "Ed25519",  # RFC 9864
    "ES256": "ES256",
    "ES384": "ES384",
    "ES512": "ES512",
    "RS256": "RS256",
    "RS384": "RS384",
    "RS512": "RS512",
    "PS256": "PS256",
}


# "Ed25519" (RFC 9864) is young: what has been read for years is written.
_JOSE_NAMES: Final[dict[SignatureAlgorithm, str]] = {"Ed25519": "EdDSA"}


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """A token taken apart. Nothing in it is to be believed before `verify` has returned."""

    header: dict[str, Any]
    payload: bytes
    signature: bytes
    signing_input: bytes


def sign(payload: bytes, signer: Signer, *, header: Mapping[str, Any]) -> str:
    """A compact JWS over exactly these bytes; `alg` is put in front of the other header members.

    Raises `Undecided` signer_failed.
    """
    members = {"alg": _JOSE_NAMES.get(signer.algorithm, signer.algorithm), **header}
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    signing_input = f"{base64url_encode(text.encode())}.{base64url_encode(payload)}"
    return f"{signing_input}.{base64url_encode(sign_with(signer, signing_input.encode(), signer.algorithm))}"


def parse_compact(token: str) -> UnverifiedJws:
    """Take a compact JWS apart.

    Raises Malformed jws_malformed, jws_header_malformed, and Refused jws_critical_header.
    """
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise Malformed("jws_malformed", f"a token of more than {MAX_TOKEN_CHARACTERS:,} characters is not read")
    match = _COMPACT_JWS.fullmatch(token)
    if match is None:
        raise Malformed(
            "jws_malformed", "expected a compact JWS: header, payload and signature in base64url with dots between"
        )
    encoded_header, encoded_payload, encoded_signature = match.groups()
    if len(encoded_signature) > _MAX_SIGNATURE_CHARACTERS:
        raise Malformed("jws_malformed", "the signature is longer than that of any key")
    jws = UnverifiedJws(
        header=_parse_header(encoded_header),
        payload=_decode(encoded_payload, "payload"),
        signature=_decode(encoded_signature, "signature"),
        signing_input=token[: match.end(2)].encode("ascii"),
    )
    for name in _EXTENSION_HEADERS:
        if name in jws.header:
            raise Refused("jws_critical_header", f"the header has {name}, an extension that is not supported")
    return jws


def verify(jws: UnverifiedJws, key: PublicKey, *, algorithms: Collection[str]) -> None:
    """Return only if the token was signed with this key, by one of these algorithms (JOSE names).

    "EdDSA" and "Ed25519" name the same algorithm here, and allowing one allows the other. An empty collection allows
    nothing. Raises Refused jws_algorithm_not_allowed, and what `PublicKey.verify` raises: signature_invalid,
    key_algorithm_mismatch, weak_key.
    """
    if isinstance(algorithms, str):
        raise TypeError("algorithms must be a collection of names, not one name")
    stated: str = jws.header["alg"]
    algorithm = _ALGORITHMS.get(stated)
    if algorithm is None or algorithm not in {_ALGORITHMS.get(name) for name in algorithms}:
        allowed = ", ".join(sorted(algorithms)) or "none at all"
        raise Refused("jws_algorithm_not_allowed", f"expected alg to be one of: {allowed}; found {stated[:20]!r}")
    key.verify(jws.signature, jws.signing_input, algorithm=algorithm)


def _parse_header(encoded: str) -> dict[str, Any]:
    try:
        header = parse_object(base64url_decode(encoded), limits=_HEADER_LIMITS)
    except Malformed as exc:
        code = "jws_malformed" if exc.code == "base64url" else "jws_header_malformed"
        raise Malformed(code, f"the JOSE header cannot be read: {exc.problem.message}", pointer=exc.pointer) from exc
    if not isinstance(header.get("alg"), str):
        raise Malformed("jws_header_malformed", "expected the JOSE header to have the member alg, a string")
    return header


def _decode(encoded: str, part: str) -> bytes:
    try:
        return base64url_decode(encoded)
    except Malformed as exc:
        raise Malformed("jws_malformed", f"the {part} is not base64url with unused bits zero") from exc
