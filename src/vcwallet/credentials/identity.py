"""Name a person by an identity, plain or hashed; and ask whether such an identity is the person that one knows.

Follows OB 3.0, 9.1 step 5, and the class IdentityObject, which Open Badges 2.0 has too, its members named otherwise.
No identifier is normalised: hashed is what is given, and a reader tries what it knows as given and in lower case.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_HASH: Final = re.compile(r"(?P<algorithm>md5|sha256)\$(?P<hex>[0-9A-Fa-f]+)", re.ASCII)
_HEX_DIGITS: Final = {"md5": 32, "sha256": 64}


# As long as a hash can make use of, and different for each credential, so that two badges do not show their one learner.
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a learner is, to an issuer that knows them by an address or a number (IdentityObject, OB 3.0, B.6.3).

    `identity_hash` is the hash, or the identifier itself when it is not hashed. A hashed e-mail address is not a secret:
    whoever suspects an address can try it. `email` and `of` make identities.
    """

    identity_type: str
    identity_hash: str
    hashed: bool
    salt: str | None = None

    @classmethod
    def email(cls, address: str, *, hashed: bool = True, salt: str | None = None) -> "Identity":
        """Known by an e-mail address, hashed with a salt that is random unless it is given.

        Give the address in lower case where you may: readers try what they know as given and in lower case.
        Raises `ValueError` for what is no address.
        """
        name, at, host = address.partition("@")
        if not (name and at and host) or any(character.isspace() for character in address):
            raise ValueError("expected an e-mail address such as ana@campus.example")
        return cls.of("emailAddress", address, hashed=hashed, salt=salt)

    @classmethod
    def of(cls, identity_type: str, value: str, *, hashed: bool = True, salt: str | None = None) -> "Identity":
        """Known by an identifier of any kind (IdentifierTypeEnum, OB 3.0, B.6.4), such as "sisSourcedId"."""
        if not value:
            raise ValueError("an empty identifier names nobody")
        if not hashed:
            if salt is not None:
                raise ValueError("a salt is for a hashed identity")
            return cls(identity_type, value, hashed=False)
        salt = secrets.token_urlsafe(_SALT_BYTES) if salt is None else salt
        digest = hashlib.sha256((value + salt).encode()).hexdigest()
        return cls(identity_type, f"sha256${digest}", hashed=True, salt=salt)

    def to_document(self) -> dict[str, Any]:
        """The IdentityObject as JSON."""
        return {
            "type": "IdentityObject",
            "identityType": self.identity_type,
            "hashed": self.hashed,
            "identityHash": self.identity_hash,
            **({} if self.salt is None else {"salt": self.salt}),
        }


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
