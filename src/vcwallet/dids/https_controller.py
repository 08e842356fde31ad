"""Controllers at plain https addresses, as Open Badges has them: a profile or controller document, or a key of its own.

Whatever stands in the fragment of an address is a name, never a key: the document behind the address is fetched and has
to list the key under that name (OB 3.0 implementation guide; CID 1.0, 3.3).
"""

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from vcwallet.dids.document import ControllerDocument, read_document
from vcwallet.errors import Refused
from vcwallet.fetching.fetcher import Fetcher, fetch_json

_ACCEPT: Final = "application/cid, application/did+json, application/ld+json, application/json;q=0.9"
_KEY_MEMBERS: Final = frozenset({"publicKeyMultibase", "publicKeyJwk", "publicKeyBase58"})


def fetch_controller(address: str, fetcher: Fetcher) -> ControllerDocument:
    """The controller document at an https address, which must be about that address. Raises as `read_document`."""
    value, _ = fetch_json(fetcher, address, accept=_ACCEPT)
    return read_document(value, address)


def fetch_controller_of_method(url: str, fetcher: Fetcher) -> ControllerDocument:
    """The controller document that has to list the method at `url`.

    Usually it is the document at `url` without its fragment. Where a key has an address of its own, the key document
    there names its controller, and that one's document counts: both must say that they belong together.
    """
    address = url.partition("#")[0]
    value, _ = fetch_json(fetcher, address, accept=_ACCEPT)
    if not _is_key_document(value, url):
        return read_document(value, address)
    controller = value["controller"]
    if not isinstance(controller, str) or not controller.startswith("https://") or controller == address:
        raise Refused("key_not_bound_to_controller", f"the key at {url[:200]} names no https controller")
    document = fetch_controller(controller, fetcher)
    listed = document.listed(url)
    if any(not _same_key(entry, value) for entry in listed):
        message = f"{controller[:200]} publishes another key than {url[:200]} does under that name"
        raise Refused("key_not_bound_to_controller", message)
    if listed:
        return document
    # The controller may name the key by its address alone; what it is stands in the key document.
    return ControllerDocument(document.id, {**document.content, "verificationMethod": [value]})


def _is_key_document(value: Any, url: str) -> TypeGuard[Mapping[str, Any]]:
    return (
        isinstance(value, Mapping)
        and value.get("id") == url
        and "controller" in value
        and not _KEY_MEMBERS.isdisjoint(value)
        and "verificationMethod" not in value
    )


def _same_key(entry: Mapping[str, Any], key_document: Mapping[str, Any]) -> bool:
    return all(entry.get(name) == key_document.get(name) for name in _KEY_MEMBERS)
