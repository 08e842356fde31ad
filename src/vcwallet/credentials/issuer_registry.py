"""A named list of issuers that somebody vouches for, such as the accredited schools of a country.

The verifier brings the list; nothing is fetched here, and nothing says how the list came about. Read are a JSON array of
identifiers, an array of objects with `id` and perhaps `name`, and the registry files of the Digital Credentials
Consortium: `{"registry": {"did:…": {"name": …}}}`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from vcwallet.errors import Malformed
from vcwallet.wire import canonical_json, strict_json


@dataclass(frozen=True, slots=True)
class IssuerRegistry:
    """Issuer identifiers, each with the name that the list gives it ("" if it gives none). `name` is the list's own."""

    name: str
    issuers: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "issuers", MappingProxyType(dict(self.issuers)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (IssuerRegistry, (self.name, dict(self.issuers)))  # a mapping proxy cannot be pickled

    @property
    def sha256(self) -> str:
        """Identifies what the list says, whatever its spelling was."""
        return hashlib.sha256(canonical_json.canonicalize(dict(self.issuers))).hexdigest()

    @classmethod
    def from_json(cls, name: str, text: bytes | str) -> "IssuerRegistry":
        """Read a list. Raises Malformed `issuer_registry_malformed` and what `strict_json.parse` raises."""
        value = strict_json.parse(text)
        if isinstance(value, dict):
            value = value.get("registry", value.get("issuers"))
        if isinstance(value, dict):
            entries: Iterator[tuple[Any, Any]] = iter(value.items())
        elif isinstance(value, list):
            entries = ((entry.get("id"), entry) if isinstance(entry, dict) else (entry, {}) for entry in value)
        else:
            raise _malformed(name, "expected an array of issuers, or an object with the member registry or issuers")
        issuers = {}
        for identifier, about in entries:
            if not isinstance(identifier, str) or not identifier:
                raise _malformed(name, "expected every issuer to have an id, which is a string")
            called = about.get("name") if isinstance(about, dict) else about
            issuers[identifier] = called if isinstance(called, str) else ""
        return cls(name, issuers)


def _malformed(name: str, message: str) -> Malformed:
    return Malformed("issuer_registry_malformed", f"the list of issuers {name[:100]!r} cannot be read: {message}")
