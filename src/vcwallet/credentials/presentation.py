"""A presentation: somebody shows credentials to somebody, and signs that they do.

`Presentation` is a read-only view over the parsed document of a Verifiable Presentation, data model 2.0 or 1.1, as
`Credential` is over a credential: it keeps every member and judges nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vcwallet.credentials.credential import VCDM_1_1_CONTEXT, VCDM_2_0_CONTEXT, as_list, as_text


@dataclass(frozen=True, slots=True)
class Presentation:
    """A read-only view of one presentation; `document` is its JSON and must not be changed.

    `received` is what was received, byte for byte; None when it was given as a Python value.
    """

    document: Mapping[str, Any]
    received: bytes | None = field(default=None, repr=False)

    @property
    def version(self) -> Literal["2.0", "1.1"] | None:
        """The data model, as the first `@context` entry says; None when that is neither of the two."""
        first = next(iter(as_list(self.document.get("@context"))), None)
        if first == VCDM_2_0_CONTEXT:
            return "2.0"
        return "1.1" if first == VCDM_1_1_CONTEXT else None

    @property
    def id(self) -> str | None:
        return as_text(self.document.get("id"))

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(entry for entry in as_list(self.document.get("type")) if isinstance(entry, str))

    @property
    def holder_id(self) -> str | None:
        """The identifier of who presents: `holder` itself, or its `id` when it is an object (VCDM 2.0, 4.13)."""
        holder = self.document.get("holder")
        return as_text(holder.get("id")) if isinstance(holder, Mapping) else as_text(holder)

    @property
    def credentials(self) -> tuple[Any, ...]:
        """What is presented, in order and as it stands there: objects, envelopes, or tokens of data model 1.1."""
        return tuple(as_list(self.document.get("verifiableCredential")))


def is_presentation(document: Mapping[str, Any]) -> bool:
    """Whether the document says that it is a presentation."""
    return "VerifiablePresentation" in as_list(document.get("type"))
