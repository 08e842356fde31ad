"""Read and write the 1EdTech Revocation List, the status method of Open Badges 3.0.

The list names the revoked credentials by id. It is not signed, so that it is worth what the https connection to its
address is worth. Badges with it will be around for years; issue new ones with a Bitstring Status List, which hides who
is asked about.

The member that holds the list is `revokedCredential` in what is implemented and `revokedCredentials` in the prose of the
specification; both are read, the former is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet.errors import Malformed, Refused, Undecided
from vcwallet.status.bitstring_list import refuse_other_issuer
from vcwallet.status.method import REVOCATION, ListSource, StatusValue
from vcwallet.wire import json_pointer
from vcwallet.wire.identifiers import comparable

_MEMBERS: Final = ("revokedCredential", "revokedCredentials")
# The specification gives a list no type. One that has a type nevertheless, says by it what it is: a list of revoked ids,
# by the name of the method or by that which such lists have in Open Badges 2.0, or something else that clears nobody.
_OWN_TYPES: Final = frozenset({"1EdTechRevocationList", "RevocationList"})


@dataclass(frozen=True, slots=True)
class RevocationListMethod:
    """Lists of revoked ids, at the address that is the entry's `id`."""

    entry_type: str

    def read(
        self,
        entry: Mapping[str, Any],
        *,
        credential_id: str | None,
        issuer_id: str,
        source: ListSource,
        at: datetime,
        pointer: str = "",
    ) -> StatusValue:
        """As `StatusMethod.read`; the purpose is "revocation".

        A credential without an id could not be in the list: that raises `Malformed` ("status_entry_malformed").
        """
        del at  # the list says nothing of times
        list_id = entry.get("id")
        if not isinstance(list_id, str) or not list_id:
            message = "expected the entry to have an id: the address of the list"
            raise Malformed("status_entry_malformed", message, pointer=json_pointer.join(pointer, "id"))
        if not credential_id:
            message = "the list goes by the ids of credentials, and this one has none"
            raise Malformed("status_entry_malformed", message, pointer=pointer)
        pointer = json_pointer.join(pointer, "id")
        items = _items(source.open_json(list_id, pointer=pointer).content, list_id, issuer_id, pointer)
        # List and credential may percent-encode the id each in their own way.
        wanted = comparable(credential_id)
        revoked = [item for item in items if comparable(_id_of(item) or "") == wanted and _is_revoked(item)]
        if revoked:
            return StatusValue(REVOCATION, 1, list_id, message=_reason(revoked))
        if any(_id_of(item) is None or _is_revoked(item) is None for item in items):
            # Whoever cannot be made out could be the one asked about, and where one item is wrong, others may be missing.
            raise _list_fault(pointer, "an item of the list has no id, or says not clearly whether it is revoked")
        return StatusValue(REVOCATION, 0, list_id)


REVOCATION_LIST: Final = RevocationListMethod("1EdTechRevocationList")


def revocation_list_entry(url: str) -> dict[str, Any]:
    """The `credentialStatus` of a credential whose revocation would be published at that address.

    Its context is `https://purl.imsglobal.org/spec/ob/v3p0/extensions.json`, which must be among the credential's.
    """
    return {"id": url, "type": REVOCATION_LIST.entry_type}


def new_revocation_list(
    url: str, issuer: str, revoked: Mapping[str, str | None], *, previous: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The list to publish at `url`: the ids of revoked credentials, each with its reason or None.

    The ids are sorted, so that nothing can be read from their order. `previous` is the list that is published now;
    raises `Refused` ("status_list_goes_back") if one that it revokes is not revoked any more, because revocation is for
    good, `Refused` ("status_list_mismatch", "status_list_issuer_mismatch") if it is another document or another's,
    `Undecided` ("status_list_kind_unknown") if it says that it is no such list, and `Malformed` ("status_list_malformed")
    if it cannot be read.
    """
    if previous is not None:
        items = [item for item in _items(previous, url, issuer, "") if _is_revoked(item) is not False]
        if any(_id_of(item) is None for item in items):
            raise _list_fault("", "an item of the published list has no id")
        lost = {_id_of(item) for item in items} - set(revoked)
        if lost:
            message = f"{len(lost)} credentials are revoked in the published list, and would not be any more"
            raise Refused("status_list_goes_back", message, hint="begin with what is published, and add to it")
    entries = [
        {"id": identifier, "revoked": True} | ({"revocationReason": reason} if reason else {})
        for identifier, reason in sorted(revoked.items())
    ]
    return {"id": url, "issuer": issuer, "revokedCredential": entries}


def _items(content: Any, list_id: str, issuer_id: str, pointer: str) -> list[Any]:
    if not isinstance(content, Mapping):
        raise _list_fault(pointer, "expected the list to be a JSON object")
    if "id" in content and content["id"] != list_id:
        message = f"expected the list {list_id[:200]!r}, and it says that it is {repr(content['id'])[:200]}"
        raise Refused("status_list_mismatch", message, pointer=pointer)
    if "issuer" in content:
        refuse_other_issuer(content["issuer"], issuer_id, pointer)
    if "type" in content and _OWN_TYPES.isdisjoint(_types_of(content["type"])):
        message = (
            f"expected {list_id[:200]!r} to be a revocation list, and it says that it is {repr(content['type'])[:200]}"
        )
        raise Undecided("status_list_kind_unknown", message, pointer=pointer)
    present = [content[name] for name in _MEMBERS if name in content]
    if not present and not {"id", "issuer"} <= content.keys():
        # An object that says whose list it is and lists nothing is an empty list; any other is no list at all.
        raise _list_fault(pointer, "expected a revocation list, with id, issuer and revokedCredential")
    items: list[Any] = []
    for listed in present:
        if not isinstance(listed, list | Mapping):
            raise _list_fault(pointer, "expected revokedCredential to be a list, or a single item")
        items += listed if isinstance(listed, list) else [listed]
    return items


def _types_of(value: Any) -> list[str]:
    return [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]


def _id_of(item: Any) -> str | None:
    identifier = item.get("id") if isinstance(item, Mapping) else None
    return identifier if isinstance(identifier, str) and identifier else None


def _is_revoked(item: Any) -> bool | None:
    """Whether an item revokes: yes unless it says otherwise, None if it does not speak clearly."""
    revoked = item.get("revoked", True) if isinstance(item, Mapping) else True
    return revoked if isinstance(revoked, bool) else None


def _reason(items: list[Any]) -> str | None:
    reasons = [item.get("revocationReason") for item in items if isinstance(item, Mapping)]
    return next((reason for reason in reasons if isinstance(reason, str)), None)


def _list_fault(pointer: str, message: str) -> Malformed:
    return Malformed("status_list_malformed", message, pointer=pointer)
