"""E-mail addresses: which text is one, which two are one mailbox, and in which spellings an issuer may have hashed one.

Mail is always sent to the address as it was typed. Whether two are the same mailbox is decided on ASCII letters alone:
upper and lower case are the same, in both parts. Nothing else is folded. Look-alike letters of other scripts, dots and
plus signs make another mailbox, because a provider may give that one to somebody else.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from vcwallet_api.refusals import Unusable

# RFC 5321, 4.5.3.1: a path has at most 256 characters with its angle brackets, a local part 64.
_MAX_LENGTH: Final = 254
_MAX_LOCAL_LENGTH: Final = 64

_LOCAL: Final = re.compile(r"[^\s@\"(),:;<>\[\]\\]+")
_LABEL: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_PART: Final = re.compile(r"[^\W\d_]+")
# A to Z only: str.lower() would fold letters of other scripts too, some of them onto ASCII ones.
_LOWER: Final = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address as it was typed, and what all spellings of its mailbox share."""

    value: str

    @property
    def match_key(self) -> str:
        return "email:" + self.value.translate(_LOWER)


def parse_address(text: str) -> EmailAddress:
    """The address that this text is, without blanks around it. Raises Unusable `address_malformed`."""
    value = unicodedata.normalize("NFC", text.strip())
    local, at, domain = value.rpartition("@")
    labels = domain.split(".")
    is_address = (
        at == "@"
        and len(value) <= _MAX_LENGTH
        and len(local) <= _MAX_LOCAL_LENGTH
        and _LOCAL.fullmatch(local) is not None
        and not (local.startswith(".") or local.endswith(".") or ".." in local)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and all(unicodedata.category(character)[0] != "C" for character in value)
    )
    if not is_address:
        raise Unusable("address_malformed")
    return EmailAddress(value)


def spellings(address: EmailAddress, added: Iterable[str] = ()) -> Iterator[str]:
    """Every spelling to try on a hashed recipient, the likeliest first, each once.

    In lower case, as it was verified, in upper case, with its parts capitalised, and what the learner added. Lower case is
    first because the library tries every candidate in lower case too: so the first that matches is the one that was hashed.
    """
    local, _, domain = address.value.rpartition("@")
    seen: set[str] = set()
    combined = (f"{one}@{other}" for other in _cases(domain) for one in _cases(local))
    for spelling in (address.value.lower(), address.value, *added, *combined):
        if spelling not in seen:
            seen.add(spelling)
            yield spelling


def _cases(part: str) -> tuple[str, ...]:
    lower = part.lower()
    first = lower[:1].upper() + lower[1:]
    every = _PART.sub(lambda match: match[0][:1].upper() + match[0][1:], lower)
    return part, lower, first, every, part.upper()
