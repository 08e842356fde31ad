"""Sample status lists of every kind: the entry in a credential, and the list at its address before it is signed.

Lists also name other credentials: a list that only ever speaks of one would let a verifier pass that looks at nothing but
whether the list is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, Literal

from vcwallet.credentials.credential import VCDM_1_1_CONTEXT
from vcwallet.status import bitstring
from vcwallet.status.revocation_list import new_revocation_list, revocation_list_entry
from vcwallet.status.status_list_2021 import STATUS_LIST_2021
from vcwallet.status.writing import StatusList, allocate_indexes, new_status_list, set_status, status_list_document
from vcwallet.testing.issuers import SIGNED_AT, VERIFIED_AT, SampleIssuer
from vcwallet.testing.samples import sample_id
from vcwallet.wire.base_encodings import base64url_encode

Status = Literal["none", "revocation", "suspension", "message", "refresh", "StatusList2021", "1EdTechRevocationList"]

_WEEK: Final = timedelta(days=7)
LIST_BEGINS_AT: Final = SIGNED_AT - _WEEK

_CONTEXT_2021: Final = "https://w3id.org/vc/status-list/2021/v1"
_MESSAGES: Final = ("nothing to say", "the diploma is at the office")


@dataclass(frozen=True, slots=True)
class SampleStatus:
    """Where one credential stands in one list.

    - `entry`: its `credentialStatus`; `contexts`: what the credential needs besides, for the entry's terms.
    - `url`: where the list is published; `document`: the list, as it is before it is signed.
    - `is_signed`: whether lists of this kind are credentials, and have to be signed.
    """

    entry: Mapping[str, Any]
    url: str
    document: Mapping[str, Any]
    contexts: tuple[str, ...] = ()
    is_signed: bool = True


def sample_status(
    status: Status,
    issuer: SampleIssuer,
    *,
    seed: str,
    credential_id: str,
    is_set: bool = False,
    valid_until: datetime = VERIFIED_AT + _WEEK,
) -> SampleStatus | None:
    """The status of one credential; None for "none". `is_set`: it is revoked, suspended, or whatever the list is about."""
    if status == "none":
        return None
    url = f"https://lists.{issuer.host}/{status.lower()}/1"
    if status == "1EdTechRevocationList":
        revoked = {sample_id(seed, "somebody else's"): None} | ({credential_id: "Issued in error"} if is_set else {})
        return SampleStatus(
            revocation_list_entry(url), url, new_revocation_list(url, issuer.id, revoked), is_signed=False
        )
    purpose = "revocation" if status == "StatusList2021" else status
    status_list, index = _list_of_bits(url, issuer, purpose, seed)
    if is_set:
        status_list = set_status(status_list, index)
    entry = status_list.entry_for(index)
    document = status_list_document(status_list, valid_from=LIST_BEGINS_AT, valid_until=valid_until, previous=None)
    if status != "StatusList2021":
        return SampleStatus(entry, url, document)
    entry["type"] = STATUS_LIST_2021.entry_type
    return SampleStatus(entry, url, _as_of_2021(document, status_list), contexts=(_CONTEXT_2021,))


def _as_of_2021(document: Mapping[str, Any], status_list: StatusList) -> dict[str, Any]:
    """The list in the form of StatusList2021, whose context does not go together with data model 2.0."""
    return {
        "@context": [VCDM_1_1_CONTEXT, _CONTEXT_2021],
        "id": document["id"],
        "type": ["VerifiableCredential", STATUS_LIST_2021.credential_type],
        "issuer": document["issuer"],
        "issuanceDate": document["validFrom"],
        "expirationDate": document["validUntil"],
        "credentialSubject": {
            "id": document["credentialSubject"]["id"],
            "type": STATUS_LIST_2021.list_type,
            "statusPurpose": "revocation",
            "encodedList": base64url_encode(bitstring.compress(status_list.bits)),
        },
    }


def _list_of_bits(url: str, issuer: SampleIssuer, purpose: str, seed: str) -> tuple[StatusList, int]:
    """A list in which some indexes are taken and two of the others are set, and the index of our credential."""
    random = Random(f"{seed} {url}")  # noqa: S311 - the same list every time, which protects nothing
    messages = _MESSAGES if purpose == "message" else ()
    status_list = new_status_list(url, issuer.id, purpose, messages=messages, ttl=timedelta(hours=1))
    status_list, (index, *others) = allocate_indexes(status_list, 8, randbelow=random.randrange)
    for other in others[:2]:
        status_list = set_status(status_list, other)
    return status_list, index
