"""What a take-out bundle holds, and the manifest that says so: version, counts, and the SHA-256 of every file.

A bundle is a ZIP archive. Its files:

    manifest.json          what is in it
    credentials/…          each credential, byte for byte as it was received, named by its SHA-256
    backpack.json          what the wallet knows about each credential: where from, accepted or hidden
    collections.json       collections, with order and notes
    pathways.json          subscriptions and progress
    shares.json            what was shared, without tokens, links and codes
    identifiers.json       addresses and other identifiers
    activity.json          what happened
    settings.json          choices such as the language
    README.html            the same in words, for a person who opens the archive

The sections (all .json files but the manifest) are any JSON, and each may be missing. Wherever a text in one begins with
"credentials/", it is the path of a credential in the bundle. The digests protect against mishaps and careless changes;
whoever changes a file can change the manifest too. A passphrase protects against that (`encryption.py`), and the
credentials are signed by their issuers anyway.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vcwallet.errors import Malformed, Problem, Undecided
from vcwallet.images.png import MAX_IMAGE_BYTES
from vcwallet.operations.baking import is_image
from vcwallet.wire import json_pointer, strict_json
from vcwallet.wire.strict_json import JsonLimits, JsonValue
from vcwallet.wire.timestamps import format_timestamp, parse_timestamp

FORMAT_VERSION: Final = 1
BUNDLE_TYPE: Final = "VcwalletBundle"
MANIFEST: Final = "manifest.json"
README: Final = "README.html"
CREDENTIALS: Final = "credentials/"
SECTIONS: Final = ("backpack", "collections", "pathways", "shares", "identifiers", "activity", "settings")

# A learner with a badge a day for fifty years has fewer.
MAX_FILES: Final = 20_000
# Twenty thousand badges with pictures of 100 kB. It also keeps every offset inside a ZIP without its 64-bit extension.
MAX_TOTAL_BYTES: Final = 2 * 1024**3
# The largest credential that the library reads is a picture.
MAX_CREDENTIAL_BYTES: Final = MAX_IMAGE_BYTES
# A section with a hundred thousand entries of 500 bytes.
SECTION_LIMITS: Final = JsonLimits(max_bytes=64 * 1024 * 1024)
# 20,000 entries of 200 bytes are 4 MB.
MANIFEST_LIMITS: Final = JsonLimits(max_bytes=8 * 1024 * 1024, max_depth=8)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CREDENTIAL_NAME: Final = re.compile(r"credentials/[0-9a-f]{64}\.(?:json|jwt|png|svg)")
_FIXED_NAMES: Final = frozenset({MANIFEST, README, *(f"{name}.json" for name in SECTIONS)})


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a bundle as the manifest describes it."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest says; that it is true is found out by reading."""

    created_at: datetime
    counts: Mapping[str, int]
    files: tuple[ManifestFile, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": BUNDLE_TYPE,
            "version": FORMAT_VERSION,
            "createdAt": format_timestamp(self.created_at),
            "counts": dict(self.counts),
            "files": [{"path": file.path, "bytes": file.bytes, "sha256": file.sha256} for file in self.files],
        }


def credential_path(data: bytes) -> str:
    """Where a credential stands in a bundle: named by its digest, so that no name comes from outside."""
    kind = "jwt"
    if is_image(data):
        kind = "png" if data.startswith(b"\x89PNG") else "svg"
    elif data.lstrip()[:1] == b"{":
        kind = "json"
    return f"{CREDENTIALS}{hashlib.sha256(data).hexdigest()}.{kind}"


def is_bundle_name(path: str) -> bool:
    """Whether a file of that name can be in a bundle. No other name is taken, so none can lead anywhere."""
    return path in _FIXED_NAMES or _CREDENTIAL_NAME.fullmatch(path) is not None


def max_bytes_of(path: str) -> int:
    """How large a file of that name may be."""
    if path.startswith(CREDENTIALS):
        return MAX_CREDENTIAL_BYTES
    return MANIFEST_LIMITS.max_bytes if path in {MANIFEST, README} else SECTION_LIMITS.max_bytes


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a bundle.

    Raises Malformed bundle_manifest or a code of strict JSON, and Undecided bundle_version_unknown.
    """
    document = strict_json.parse_object(data, limits=MANIFEST_LIMITS)
    if document.get("type") != BUNDLE_TYPE:
        raise _malformed(f"expected the type {BUNDLE_TYPE}", "/type")
    if document.get("version") != FORMAT_VERSION:
        message = f"a bundle of version {FORMAT_VERSION} can be read, and this one is of another"
        raise Undecided("bundle_version_unknown", message, pointer="/version", hint="use a newer vcwallet")
    files = document.get("files")
    if not isinstance(files, list):
        raise _malformed("expected a list of files", "/files")
    if len(files) > MAX_FILES:
        raise _malformed(f"expected at most {MAX_FILES} files", "/files")
    found: dict[str, ManifestFile] = {}
    for index, entry in enumerate(files):
        file = _file(entry, json_pointer.join("/files", index))
        if file.path in found:
            raise _malformed(f"{file.path} is listed twice", json_pointer.join("/files", index))
        found[file.path] = file
    return Manifest(
        parse_timestamp(document.get("createdAt"), pointer="/createdAt"), _counts(document), tuple(found.values())
    )


def _file(entry: Any, pointer: str) -> ManifestFile:
    path, size, digest = (
        (entry.get(member) for member in ("path", "bytes", "sha256")) if isinstance(entry, dict) else (0, 0, 0)
    )
    if not isinstance(path, str) or not is_bundle_name(path) or path == MANIFEST:
        raise _malformed("expected the path of a file of a bundle", json_pointer.join(pointer, "path"))
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise _malformed(f"expected the size of {path} in bytes", json_pointer.join(pointer, "bytes"))
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise _malformed(f"expected the SHA-256 of {path} in hexadecimal digits", json_pointer.join(pointer, "sha256"))
    return ManifestFile(path, size, digest)


def _counts(document: Mapping[str, Any]) -> dict[str, int]:
    counts = document.get("counts")
    if not isinstance(counts, dict) or not all(isinstance(value, int) and value >= 0 for value in counts.values()):
        raise _malformed("expected counts by section", "/counts")
    return counts


def _malformed(message: str, pointer: str) -> Malformed:
    return Malformed("bundle_manifest", f"the manifest is not right: {message}", pointer=pointer)


# --- what may stand in a section ---------------------------------------------------------------------------------------

# Whoever has one of these can open a share or an account. Compared without case and without what joins words.
_SECRETS: Final = frozenset(
    {
        "token",
        "tokenhash",
        "accesstoken",
        "refreshtoken",
        "secret",
        "password",
        "passwordhash",
        "passphrase",
        "privatekey",
    }
)
# In these sections also: a link to a share has the token in it, and a code opens it.
_SECRETS_OF_SHARES: Final = frozenset({"url", "link", "href", "code", "codehash"})


def secret_members(section: str, value: JsonValue) -> Iterator[Problem]:
    """Members that must not leave a wallet, by their names, each with its place."""
    forbidden = _SECRETS | (_SECRETS_OF_SHARES if section in {"shares", "identifiers"} else frozenset())
    for pointer, _ in json_pointer.walk(value):
        name = pointer.rpartition("/")[2].replace("_", "").replace("-", "").lower()
        if name in forbidden:
            message = f"{section}.json has a member that must not leave the wallet"
            yield Problem("bundle_has_a_secret", message, pointer, "leave it out")


def missing_references(section: str, value: JsonValue, present: frozenset[str]) -> Iterator[Problem]:
    """Texts that name a credential which is not in the bundle, each with its place."""
    for pointer, inner in json_pointer.walk(value):
        if isinstance(inner, str) and inner.startswith(CREDENTIALS) and inner not in present:
            message = f"{section}.json speaks of a credential that is not in the bundle"
            yield Problem("bundle_reference_missing", message, pointer)
