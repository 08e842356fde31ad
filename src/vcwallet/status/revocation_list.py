"""1EdTechRevocationList: a JSON file at the issuer's that names the credentials it has revoked (OB 3.0, 9.1 step 4).

The file is not signed: that it comes from the address which the signed credential names is all there is to it. The
property is `revokedCredential` in implementations and `revokedCredentials` in prose; both are read. An entry may be a
decoy; one whose `revoked` is false revokes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vcwallet.errors import Malformed, Refused
from vcwallet.status.method import ListSource, StatusValue, required_text

_SPELLINGS = ("revokedCredential", "revokedCredentials")


@dataclass(frozen=True, slots=True)
class RevocationList:
    """Entries of type 1EdTechRevocationList."""

    entry_type: str = "1EdTechRevocationList"

    def read(
        self, entry: Mapping[str, Any], *, credential_id: str | None, issuer_id: str, source: ListSource, pointer: str
    ) -> StatusValue:
        url = required_text(entry, "id", pointer)
        if credential_id is None:
            message = "expected the credential to have an id: the list knows credentials by nothing else"
            raise Malformed("status_entry_malformed", message, pointer=pointer)
        document = source.open_json(url, pointer=f"{pointer}/id")
        for revoked in _entries(document, issuer_id, f"{pointer}/id"):
            if revoked.get("id") == credential_id and revoked.get("revoked", True) is True:
                reason = revoked.get("revocationReason")
                return StatusValue("revocation", 1, reason if isinstance(reason, str) else "")
        return StatusValue("revocation", 0)


def _entries(document: Any, issuer_id: str, pointer: str) -> Iterator[Mapping[str, Any]]:
    """Every entry, each looked at: a list in which anything is out of form says nothing about anybody."""
    if not isinstance(document, Mapping):
        raise _malformed("expected an object", pointer)
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if named is not None and named != issuer_id:
        message = "the revocation list is another issuer's"
        raise Refused("status_list_issuer_mismatch", message, pointer=pointer)
    present = [document[name] for name in _SPELLINGS if name in document]
    if not present:
        raise _malformed("expected the member revokedCredential", pointer)
    entries = [entry for value in present for entry in (value if isinstance(value, list) else [value])]
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
            raise _malformed("expected every entry to be an object with an id", pointer)
        if not isinstance(entry.get("revoked", True), bool):
            raise _malformed("expected revoked to be true or false", pointer)
    yield from entries


def _malformed(message: str, pointer: str) -> Malformed:
    return Malformed("status_list_malformed", f"the revocation list cannot be read: {message}", pointer=pointer)
