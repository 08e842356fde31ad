"""Is this hashed or plain identity the person that the verifier knows?

Follows OB 3.0, 9.1 step 5, and the class IdentityObject, which Open Badges 2.0 has too, its members named otherwise.
No identifier is normalised beyond trying it in lower case.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

_HASH: Final = re.compile(r"(?P<algorithm>md5|sha256)\$(?P<hex>[0-9A-Fa-f]+)", re.ASCII)
_HEX_DIGITS: Final = {"md5": 32, "sha256": 64}


def is_well_formed_hash(text: str) -> bool:
    """Whether a hashed identity is written as `sha256$` or `md5$` and as many hexadecimal digits as that hash has."""
    match = _HASH.fullmatch(text)
    return match is not None and len(match["hex"]) == _HEX_DIGITS[match["algorithm"]]


def matches(identity_object: Mapping[str, Any], *, identity_type: str, value: str) -> str | None:
    """How an IdentityObject names the person with this identifier, in a few words; None when it does not.

    The identifier is tried as given and, because issuers differ in that, in lower case. The salt is appended to it. The
    object comes from a credential and may be anything: what is not an identity object matches nobody.
    """
    identity = identity_object.get("identityHash")
    if identity_object.get("identityType") != identity_type or not isinstance(identity, str):
        return None
    how = names(identity, value, hashed=identity_object.get("hashed"), salt=identity_object.get("salt", ""))
    return f"{identity_type}, {how}" if how is not None else None


def names(identity: str, value: str, *, hashed: Any, salt: Any) -> str | None:
    """How an identity, hashed or not, is that of the person with this identifier, in a few words; None when it is not."""
    for candidate, how in ((value, "as given"), (value.lower(), "in lower case")):
        if hashed is True:
            if _is_hash_of(candidate, identity, salt):
                return f"hashed, {how}"
        elif hashed is False and identity == candidate:
            return how
    return None


def _is_hash_of(candidate: str, identity: str, salt: Any) -> bool:
    if not isinstance(salt, str) or not is_well_formed_hash(identity):
        return False
    algorithm, _, digits = identity.partition("$")
    text = (candidate + salt).encode("utf-8", "surrogatepass")
    # MD5 is what the issuer chose, long ago; it hides nothing and is not asked to.
    return hashlib.new(algorithm, text, usedforsecurity=False).hexdigest() == digits.lower()
