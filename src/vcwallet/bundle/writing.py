"""Write a take-out bundle: one file after the other, so that it never has to fit into memory.

What may not leave a wallet is refused before anything is written; what a section says about credentials that are not in
the bundle is refused after the credentials are written, and then the archive is left without its directory, which no
reader takes for a bundle.
"""

import hashlib
import html
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import BinaryIO, Final

from vcwallet.bundle.encryption import EncryptingWriter, Randomness
from vcwallet.bundle.manifest import (
    CREDENTIALS,
    MANIFEST,
    MAX_CREDENTIAL_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    README,
    SECTION_LIMITS,
    SECTIONS,
    Manifest,
    ManifestFile,
    credential_path,
    missing_references,
    secret_members,
)
from vcwallet.errors import Refused
from vcwallet.wire import strict_json
from vcwallet.wire.strict_json import JsonValue

# Nothing older can be written into a ZIP.
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
# The owner may read and write; nobody else.
_MODE: Final = 0o100600 << 16


def write_bundle(
    target: BinaryIO,
    credentials: Iterable[bytes],
    sections: Mapping[str, JsonValue] | None = None,
    *,
    at: datetime,
    passphrase: str | None = None,
    randomness: Randomness = os.urandom,
) -> Manifest:
    """Write a bundle to a binary file, which may be a pipe, and give its manifest.

    `credentials` are the bytes of each as it was received; of equal ones, one is written. `sections` are JSON values by
    name (`SECTIONS`), in which a credential is named by `credential_path`. With a `passphrase` the bundle is encrypted.
    The same arguments, without one, give the same bytes.

    Raises ValueError for a section that does not exist, an `at` without a time zone or a passphrase that is too short;
    Refused bundle_has_a_secret, bundle_reference_missing, bundle_too_large; Malformed for what is not JSON.
    """
    given = dict(sections or {})
    unknown = set(given) - set(SECTIONS)
    if unknown:
        raise ValueError(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    if at.utcoffset() is None:
        raise ValueError("expected `at` to be a datetime with a time zone")
    texts: dict[str, bytes] = {name: _section_text(name, given[name]) for name in SECTIONS if name in given}
    if passphrase is None:
        return _write(target, credentials, given, texts, at)
    sealed = EncryptingWriter(target, passphrase, randomness=randomness)
    try:
        manifest = _write(sealed, credentials, given, texts, at)  # type: ignore[arg-type] # it writes, which is all
    except BaseException:
        sealed.abandon()
        raise
    sealed.close()
    return manifest


def _section_text(name: str, value: JsonValue) -> bytes:
    strict_json.check(value, limits=SECTION_LIMITS)
    secret = next(secret_members(name, value), None)
    if secret is not None:
        raise Refused.from_problem(secret)
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write(
    target: BinaryIO,
    credentials: Iterable[bytes],
    sections: Mapping[str, JsonValue],
    texts: Mapping[str, bytes],
    at: datetime,
) -> Manifest:
    archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=False)
    try:
        writer = _Writer(archive, at)
        for data in credentials:
            writer.add_once(credential_path(data), data)
        present = frozenset(writer.files)
        _refuse_missing(sections, present)
        for name, text in texts.items():
            writer.add_once(f"{name}.json", text)
        counts = {"credentials": len(present)} | {
            name: len(value) for name, value in sections.items() if isinstance(value, list | dict)
        }
        writer.add_once(README, _readme(counts, at))
        manifest = Manifest(at, counts, tuple(writer.files.values()))
        writer.add_once(MANIFEST, (json.dumps(manifest.to_dict(), indent=2) + "\n").encode())
    except BaseException:
        # Closing would write the directory, and make what is not finished look like a bundle.
        archive.fp = None
        raise
    archive.close()
    return manifest


def _refuse_missing(sections: Mapping[str, JsonValue], present: frozenset[str]) -> None:
    for name, value in sections.items():
        missing = next(missing_references(name, value, present), None)
        if missing is not None:
            raise Refused.from_problem(missing)


class _Writer:
    def __init__(self, archive: zipfile.ZipFile, at: datetime) -> None:
        self._archive = archive
        moment = max(at.astimezone(UTC), _EARLIEST)
        self._date = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        self._total = 0
        self.files: dict[str, ManifestFile] = {}

    def add_once(self, path: str, data: bytes) -> None:
        if path in self.files:
            return
        if path.startswith(CREDENTIALS) and len(data) > MAX_CREDENTIAL_BYTES:
            raise Refused("bundle_too_large", f"a credential has more than {MAX_CREDENTIAL_BYTES:,} bytes")
        self._total += len(data)
        if self._total > MAX_TOTAL_BYTES or len(self.files) >= MAX_FILES:
            message = f"a bundle holds at most {MAX_FILES:,} files and {MAX_TOTAL_BYTES:,} bytes"
            raise Refused("bundle_too_large", message)
        info = zipfile.ZipInfo(path, self._date)
        info.external_attr = _MODE
        info.create_system = 3  # Unix, wherever it is written: the same input gives the same bytes
        # Pictures are compressed already.
        info.compress_type = zipfile.ZIP_STORED if path.endswith(".png") else zipfile.ZIP_DEFLATED
        self._archive.writestr(info, data)
        self.files[path] = ManifestFile(path, len(data), hashlib.sha256(data).hexdigest())


_MEANINGS: Final = {
    "backpack": "what the wallet knew about each badge",
    "collections": "your collections",
    "pathways": "pathways that you follow, and your progress",
    "shares": "what you have shared, without the links",
    "identifiers": "your addresses",
    "activity": "what happened in your wallet",
    "settings": "your settings",
}


def _readme(counts: Mapping[str, int], at: datetime) -> bytes:
    rows = [f"<li><code>{CREDENTIALS}</code>: {counts['credentials']} badges and other credentials, as received</li>"]
    rows += [
        f"<li><code>{name}.json</code>: {html.escape(_MEANINGS[name])} ({counts[name]})</li>"
        for name in SECTIONS
        if name in counts
    ]
    page = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Everything from your wallet</title>
<style>
:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto;padding:0 1em}}
</style>
<h1>Everything from your wallet</h1>
<p>Taken out on {at.date().isoformat()}. Each badge is a file that its issuer signed, and anybody can verify it
without this wallet.</p>
<ul>
{chr(10).join(rows)}
</ul>
<p>To check that nothing changed: <code>vcwallet bundle check FILE</code>. Any vcwallet can read all of it in again.</p>
</html>
"""
    return page.encode()
