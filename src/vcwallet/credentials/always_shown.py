"""What the holder of a credential must not be able to leave out, whatever else the issuer allows.

A reader who does not see who issued a credential, when it ends, how it can be withdrawn or whom it is about would be
misled by a signature that fits (VC-DI-ECDSA 5.1, VC-DI-BBS 4.1).
"""

from collections.abc import Mapping
from typing import Any, Final

from vcwallet.wire import json_pointer

_MEMBERS: Final = (
    "type",
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "credentialStatus",
    "credentialSchema",
)
_SUBJECT_MEMBERS: Final = ("id", "type")


def always_shown(document: Mapping[str, Any]) -> tuple[str, ...]:
    """JSON pointers to those of these members that the credential has. Never raises."""
    pointers = [json_pointer.join("", name) for name in _MEMBERS if name in document]
    subject = document.get("credentialSubject")
    subjects = enumerate(subject) if isinstance(subject, list) else [(None, subject)]
    for index, entry in subjects:
        place = "/credentialSubject" if index is None else json_pointer.join("/credentialSubject", index)
        if isinstance(entry, Mapping):
            pointers += [json_pointer.join(place, name) for name in _SUBJECT_MEMBERS if name in entry]
    return tuple(pointers)
