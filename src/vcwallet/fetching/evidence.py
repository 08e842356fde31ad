"""What a verification relied on from outside, kept so that it can be repeated on the day the issuer is gone.

`RecordingFetcher` stands between one verification and its fetcher: it asks each address once, remembers the answer, and,
when an address does not answer any more, hands out what an earlier verification recorded. What answers today always
counts more than what was recorded. `Evidence` is the record, a value with a JSON form.

Evidence is not signed: whoever hands it over could have made it up. Keep it as carefully as the verdict that it explains.
"""

import base64
import binascii
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from vcwallet.errors import FetchFailed, Malformed
from vcwallet.fetching.fetcher import DEFAULT_MAX_BYTES, Fetched, Fetcher, check_size
from vcwallet.fetching.web_address import shortened
from vcwallet.wire import strict_json
from vcwallet.wire.timestamps import format_timestamp, parse_timestamp

logger = logging.getLogger(__name__)

EvidenceKind = Literal["document", "context", "registry"]

# A learner record may have 500 badges; their issuers and lists are a few dozen. Each address costs a request.
MAX_ADDRESSES_PER_VERIFICATION: Final = 256
# 256 documents of ordinary size in base64, and room for some status lists of the greatest size.
_LIMITS: Final = strict_json.JsonLimits(max_bytes=64 * 1024 * 1024, max_depth=8)
_FORMAT: Final = "vcwallet-evidence"
_VERSION: Final = 1
_OK: Final = 200
# A server that speaks for the address, if only to say that something is gone for good (RFC 9110, 15.5.11).
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One thing that a verification used.

    `url` is the address asked, `sha256` the digest of the bytes that answered, `at` the time the verification was asked
    about. `content` is these bytes; None for a context that the library brings itself and for a registry that the caller
    gave, of which the digest tells whether it is still the same. `name` is the name of a registry.
    """

    kind: EvidenceKind
    url: str
    sha256: str
    at: datetime
    content: bytes | None = field(default=None, repr=False)
    media_type: str = ""
    accept: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything from outside that one verification used, in the order of first use."""

    items: tuple[EvidenceItem, ...] = ()

    def find(self, kind: EvidenceKind, url: str, accept: str = "") -> EvidenceItem | None:
        """The item of that kind and address; the latest, if there are several."""
        found = [item for item in self.items if item.kind == kind and item.url == url and item.accept in ("", accept)]
        return max(found, key=lambda item: item.at, default=None)

    def merged_with(self, newer: "Evidence") -> "Evidence":
        """Both records as one: where both have an item, the one of `newer` stays."""
        kept = {_key(item): item for item in (*self.items, *newer.items)}
        return Evidence(tuple(kept.values()))

    def to_json(self) -> str:
        """The record as JSON text, for `from_json`."""
        items = [_item_to_json(item) for item in self.items]
        return json.dumps({"format": _FORMAT, "version": _VERSION, "items": items}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Evidence":
        """Read what `to_json` wrote. Raises Malformed `evidence_malformed`, also for bytes that do not fit their digest."""
        try:
            document = strict_json.parse_object(text, limits=_LIMITS)
        except Malformed as exc:
            raise _malformed(f"it is not JSON: {exc.problem.message}") from exc
        if document.get("format") != _FORMAT or document.get("version") != _VERSION:
            raise _malformed(f"expected format {_FORMAT!r} in version {_VERSION}")
        items = document.get("items")
        if not isinstance(items, list):
            raise _malformed("expected items to be an array", "/items")
        return cls(tuple(_item_from_json(item, f"/items/{index}") for index, item in enumerate(items)))


def _key(item: EvidenceItem) -> tuple[str, str, str]:
    return item.kind, item.url or item.name, item.accept


def _item_to_json(item: EvidenceItem) -> dict[str, Any]:
    members = {
        "kind": item.kind,
        "url": item.url,
        "sha256": item.sha256,
        "at": format_timestamp(item.at.astimezone(UTC)),
        "name": item.name,
        "mediaType": item.media_type,
        "accept": item.accept,
    }
    # An empty document is one, and not the same as none.
    content = {} if item.content is None else {"content": base64.b64encode(item.content).decode()}
    return {name: value for name, value in members.items() if value} | content


def _item_from_json(value: Any, pointer: str) -> EvidenceItem:
    if not isinstance(value, Mapping):
        raise _malformed("expected an object", pointer)
    text = {
        name: value.get(name, "") for name in ("kind", "url", "sha256", "at", "name", "mediaType", "accept", "content")
    }
    for name, found in text.items():
        if not isinstance(found, str):
            raise _malformed("expected a string", f"{pointer}/{name}")
    if text["kind"] not in EvidenceKind.__args__:  # type: ignore[attr-defined]
        raise _malformed("expected document, context or registry", f"{pointer}/kind")
    try:
        content = base64.b64decode(text["content"], validate=True) if "content" in value else None
        moment = parse_timestamp(text["at"])
    except (binascii.Error, ValueError, Malformed) as exc:
        raise _malformed("expected base64 content and a time", pointer) from exc
    if content is not None and hashlib.sha256(content).hexdigest() != text["sha256"]:
        raise _malformed("the content is not the one that the digest was made of", f"{pointer}/sha256")
    return EvidenceItem(
        text["kind"],
        text["url"],
        text["sha256"],
        moment,
        content,
        text["mediaType"],
        text["accept"],
        text["name"],
    )


def _malformed(message: str, pointer: str = "") -> Malformed:
    return Malformed("evidence_malformed", f"this is no record of evidence: {message}", pointer=pointer)


class RecordingFetcher:
    """Fetches through `inner`, each address once, and remembers what came. For one verification, in one thread.

    An address that fails, or answers with anything but 200 or 410, is looked up in `archive`. A page of HTML where the
    archive has none counts as such a failure: it is what parked domains serve. `archived_uses` grows by the time of
    recording whenever something is handed out from the archive.
    """

    def __init__(self, inner: Fetcher, *, at: datetime, archive: Evidence | None = None) -> None:
        self._inner = inner
        self._at = at
        self._archive = archive or Evidence()
        self._answers: dict[tuple[str, str], tuple[Fetched | FetchFailed, datetime | None]] = {}
        self._noted: dict[tuple[str, str, str], EvidenceItem] = {}
        self.archived_uses: list[datetime] = []

    def fetch(self, url: str, *, accept: str = "application/json", max_bytes: int = DEFAULT_MAX_BYTES) -> Fetched:
        """What `url` answers. Raises FetchFailed as `inner` does, and `too_many_addresses`."""
        address = url.partition("#")[0]
        known = self._answers.get((address, accept))
        if known is None:
            known = self._answers[(address, accept)] = self._ask(address, accept, max_bytes)
        answer, archived_at = known
        if archived_at is not None:
            self.archived_uses.append(archived_at)
        if isinstance(answer, FetchFailed):
            raise FetchFailed.from_problem(answer.problem)
        check_size(len(answer.content), max_bytes, url)
        return replace(answer, headers=dict(answer.headers))  # no reader changes what the next one sees

    def recorded_at(self, url: str) -> datetime | None:
        """When the answer of an address was recorded; None when it came today, or was not asked for."""
        address = url.partition("#")[0]
        times = [moment for (asked, _), (_, moment) in self._answers.items() if asked == address and moment is not None]
        return min(times, default=None)

    def note(self, item: EvidenceItem) -> None:
        """Record something that was used without being fetched."""
        self._noted.setdefault(_key(item), item)

    @property
    def evidence(self) -> Evidence:
        """What was used so far."""
        return Evidence(tuple(self._noted.values()))

    def _ask(self, url: str, accept: str, max_bytes: int) -> tuple[Fetched | FetchFailed, datetime | None]:
        if len(self._answers) >= MAX_ADDRESSES_PER_VERIFICATION:
            message = f"{shortened(url)} is one address too many: at most {MAX_ADDRESSES_PER_VERIFICATION} are asked"
            return FetchFailed("too_many_addresses", message), None
        item = self._archive.find("document", url, accept)
        answer: Fetched | FetchFailed
        try:
            answer = self._inner.fetch(url, accept=accept, max_bytes=max_bytes)
        except FetchFailed as failure:
            answer = failure
        except Exception as error:
            # A fetcher must not raise anything else; if it does, the address has not answered all the same.
            logger.exception("a fetcher failed with something else than FetchFailed")
            answer = FetchFailed("fetcher_failed", f"{shortened(url)} could not be asked: {type(error).__name__}")
        if item is not None and item.content is not None and not _is_answer(answer, item):
            self.note(item)
            return Fetched(_OK, {"content-type": item.media_type}, item.content, url), item.at
        if isinstance(answer, Fetched) and answer.status == _OK:
            content = answer.content
            digest = hashlib.sha256(content).hexdigest()
            self.note(EvidenceItem("document", url, digest, self._at, content, answer.media_type, accept))
        return answer, None


def _is_answer(answer: Fetched | FetchFailed, archived: EvidenceItem) -> bool:
    """Whether the address still speaks for whoever it belonged to when the archive was made."""
    if isinstance(answer, FetchFailed):
        return False
    if answer.status == _GONE:
        return True
    return answer.status == _OK and (answer.media_type != "text/html" or archived.media_type == "text/html")
