"""One disclosure: what it says, how it is written, and the digest by which a token refers to it (RFC 9901, section 4.2).

The digest is over the text as it came, so that text is kept: encoding the value again could give another.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.wire.base_encodings import base64url_decode, base64url_encode
from vcwallet.wire.strict_json import JsonValue, describe_kind, parse

# RFC 9901 section 4.2.1: names that stand for digests and can be those of no claim.
RESERVED_NAMES: Final = frozenset({"_sd", "..."})
ALGORITHM_CLAIM: Final = "_sd_alg"

# RFC 9901 section 4.1.1: "If the _sd_alg claim is not present at the top level, a default value of sha-256 MUST be used".
DEFAULT_ALGORITHM: Final = "sha-256"
# The names of IANA's registry of named information; of its functions, those of SHA-2 in full length.
_ALGORITHMS: Final = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
# Of the same registry, cut so short that a second disclosure for one digest can be found; and two that never were in it.
_WEAK_ALGORITHMS: Final = frozenset(
    {"sha-256-128", "sha-256-120", "sha-256-96", "sha-256-64", "sha-256-32", "sha-1", "md5"}
)

_PROPERTY_PARTS: Final = 3
_ELEMENT_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A value that can be shown or withheld: a member with its name, or, where `name` is None, an element of an array."""

    encoded: str
    salt: str
    name: str | None
    value: JsonValue

    def digest(self, algorithm: str = DEFAULT_ALGORITHM) -> str:
        """What stands in the token for this disclosure."""
        return digest(self.encoded, algorithm)


def make_disclosure(salt: str, name: str | None, value: JsonValue) -> Disclosure:
    """The disclosure of a value that is known to be JSON."""
    parts = [salt, value] if name is None else [salt, name, value]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return Disclosure(base64url_encode(text.encode()), salt, name, value)


def parse_disclosure(encoded: str, number: int) -> Disclosure:
    """The disclosure that a text is; `number`, counted from 1, is for the messages.

    Raises `Malformed` disclosure_malformed and disclosure_name_reserved.
    """
    try:
        parts = parse(base64url_decode(encoded))
    except Malformed as exc:
        message = f"disclosure {number} cannot be read: {exc.problem.message}"
        raise Malformed("disclosure_malformed", message) from exc
    if not isinstance(parts, list) or len(parts) not in (_ELEMENT_PARTS, _PROPERTY_PARTS):
        found = f"an array of {len(parts)}" if isinstance(parts, list) else describe_kind(parts)
        message = (
            f"expected disclosure {number} to be an array of salt, name and value, or of salt and value; found {found}"
        )
        raise Malformed("disclosure_malformed", message)
    salt, value = parts[0], parts[-1]
    name = parts[1] if len(parts) == _PROPERTY_PARTS else None
    if not isinstance(salt, str):
        message = f"expected the salt of disclosure {number} to be a string, found {describe_kind(salt)}"
        raise Malformed("disclosure_malformed", message)
    if len(parts) == _PROPERTY_PARTS and not isinstance(name, str):
        message = f"expected the name in disclosure {number} to be a string, found {describe_kind(name)}"
        raise Malformed("disclosure_malformed", message)
    if name in RESERVED_NAMES:
        message = f"disclosure {number} has the name {name}, which stands for digests and can be that of no claim"
        raise Malformed("disclosure_name_reserved", message)
    return Disclosure(encoded, salt, name, value)


def digest(text: str, algorithm: str) -> str:
    """The hash of a text as base64url. Raises as `check_algorithm`."""
    check_algorithm(algorithm)
    return base64url_encode(_ALGORITHMS[algorithm](text.encode("ascii")).digest())


def check_algorithm(algorithm: object) -> None:
    """Raises `Malformed` sd_alg_malformed, `Refused` sd_alg_weak, and `Undecided` sd_alg_unsupported."""
    if not isinstance(algorithm, str):
        message = f"expected _sd_alg to be a string, found {describe_kind(algorithm)}"
        raise Malformed("sd_alg_malformed", message, pointer=f"/{ALGORITHM_CLAIM}")
    if algorithm in _WEAK_ALGORITHMS:
        message = f"digests by {algorithm} do not hold a disclosure to what the issuer signed"
        raise Refused("sd_alg_weak", message, pointer=f"/{ALGORITHM_CLAIM}")
    if algorithm not in _ALGORITHMS:
        message = f"expected _sd_alg to be one of {', '.join(_ALGORITHMS)}; found {algorithm[:40]!r}"
        raise Undecided("sd_alg_unsupported", message, pointer=f"/{ALGORITHM_CLAIM}")


def algorithm_of(claims: Mapping[str, Any]) -> str:
    """The hash by which a token's claims refer to its disclosures. Raises as `check_algorithm`."""
    algorithm = claims.get(ALGORITHM_CLAIM, DEFAULT_ALGORITHM)
    check_algorithm(algorithm)
    return str(algorithm)
