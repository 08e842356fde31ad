"""Read a take-out bundle that anybody may have made, and name what was altered.

Before a byte of a file is read, the archive itself is held to narrow rules: an ordinary ZIP without gaps, comments or
overlaps, files that a bundle can have and no others, sizes within the limits. Nothing is written to disk, and a file is
decompressed only up to the size that it is said to have. What is wrong with single files is in `Bundle.problems()`, so
that the rest can be used.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

from vcwallet.bundle.encryption import DecryptedFile, is_encrypted
from vcwallet.bundle.manifest import (
    CREDENTIALS,
    MANIFEST,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    SECTION_LIMITS,
    SECTIONS,
    Manifest,
    ManifestFile,
    is_bundle_name,
    max_bytes_of,
    missing_references,
    read_manifest,
)
from vcwallet.errors import Malformed, Problem, Refused, VcwalletError
from vcwallet.wire import json_pointer, strict_json
from vcwallet.wire.strict_json import JsonValue

# End of central directory (APPNOTE 4.3.16), here without the comment that it may end with.
_END: Final = struct.Struct("<4sHHHHIIH")
_LOCAL_HEADER_BYTES: Final = 30
# 20,000 entries of 46 bytes, a name of 80 and whatever another tool adds to them.
MAX_DIRECTORY_BYTES: Final = 8 * 1024 * 1024
_PIECE: Final = 64 * 1024
# Flags of a ZIP entry: encrypted, strongly encrypted, directory masked, patched (APPNOTE 4.4.4).
_UNREADABLE_FLAGS: Final = 0x1 | 0x20 | 0x40 | 0x2000
_SYMLINK: Final = 0xA000
_FILE_KIND: Final = 0xF000


@dataclass(frozen=True)
class Bundle:
    """An open bundle. Use it as a context manager, or call `close`; the file it came from stays open."""

    manifest: Manifest
    is_encrypted: bool
    _archive: zipfile.ZipFile = field(repr=False)

    def read(self, path: str) -> bytes:
        """The content of a file, exactly as it was put in.

        Raises Refused bundle_file_missing, bundle_file_altered, bundle_file_unlisted, and bundle_altered for an encrypted
        bundle that was.
        """
        listed = self._listed(path)
        content = b"".join(self._pieces(listed))
        if hashlib.sha256(content).hexdigest() != listed.sha256:
            raise _altered(path)
        return content

    def credentials(self) -> Iterator[tuple[str, bytes]]:
        """Every credential that the manifest lists, with its path. Raises as `read` does, at the one that is altered."""
        for file in self.manifest.files:
            if file.path.startswith(CREDENTIALS):
                yield file.path, self.read(file.path)

    def section(self, name: str) -> JsonValue:
        """A section by its name; None when the bundle has none. Raises as `read` does, and Malformed for bad JSON.

        Raises ValueError for a name that is not among `SECTIONS`.
        """
        if name not in SECTIONS:
            raise ValueError(f"there is no section {name}; there are {', '.join(SECTIONS)}")
        path = f"{name}.json"
        if not any(file.path == path for file in self.manifest.files):
            return None
        return strict_json.parse(self.read(path), limits=SECTION_LIMITS)

    def problems(self) -> list[Problem]:
        """Everything that is not as the manifest says, each file by name; nothing is kept in memory but a piece."""
        listed = {file.path: file for file in self.manifest.files}
        found: list[Problem] = []
        for index, file in enumerate(self.manifest.files):
            try:
                digest = hashlib.sha256()
                for piece in self._pieces(file):
                    digest.update(piece)
                if digest.hexdigest() != file.sha256:
                    raise _altered(file.path)
            except VcwalletError as error:
                found.append(error.placed_under(json_pointer.join("/files", index)).problem)
        found += [
            Problem("bundle_file_unlisted", f"{name} is in the archive, and the manifest does not list it")
            for name in self._archive.namelist()
            if name not in listed and name != MANIFEST
        ]
        named = {problem.pointer for problem in found}
        for index, file in enumerate(self.manifest.files):
            if file.path.removesuffix(".json") in SECTIONS and json_pointer.join("/files", index) not in named:
                found += self._section_problems(file.path.removesuffix(".json"), frozenset(listed))
        return found

    def close(self) -> None:
        self._archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _section_problems(self, name: str, present: frozenset[str]) -> list[Problem]:
        try:
            return list(missing_references(name, self.section(name), present))
        except VcwalletError as error:
            problem = error.problem
            return [Problem(problem.code, f"{name}.json: {problem.message}", problem.pointer, problem.hint)]

    def _listed(self, path: str) -> ManifestFile:
        for file in self.manifest.files:
            if file.path == path:
                return file
        raise Refused("bundle_file_unlisted", f"the manifest does not list a file {path!r}")

    def _pieces(self, file: ManifestFile) -> Iterator[bytes]:
        """The content piece by piece, never more than the manifest promises."""
        try:
            info = self._archive.getinfo(file.path)
        except KeyError as error:
            raise Refused("bundle_file_missing", f"{file.path} is listed and not in the archive") from error
        if info.file_size != file.bytes:
            raise _altered(file.path)
        yield from _content(self._archive, info)


def open_bundle(source: BinaryIO, *, passphrase: str | None = None) -> Bundle:
    """Open a bundle from a file that can be sought in. Whether its files are unaltered is asked by `Bundle.problems`.

    Raises Refused bundle_needs_passphrase, bundle_passphrase_wrong, bundle_altered; Malformed bundle_not_readable,
    bundle_too_large, bundle_name_refused, bundle_name_repeated, bundle_files_overlap, bundle_manifest or a code of strict
    JSON; Undecided bundle_version_unknown.
    """
    encrypted = is_encrypted(source)
    archive_file: BinaryIO = source
    if encrypted:
        if passphrase is None:
            raise Refused("bundle_needs_passphrase", "the bundle is encrypted: it opens with its passphrase only")
        archive_file = cast("BinaryIO", io.BufferedReader(DecryptedFile(source, passphrase), buffer_size=_PIECE))
    _check_end(archive_file)
    try:
        archive = zipfile.ZipFile(archive_file)
    except (zipfile.BadZipFile, NotImplementedError, struct.error, UnicodeDecodeError, ValueError, OSError) as error:
        raise _not_readable(f"its directory is damaged: {error}") from error
    try:
        _check_entries(archive)
        manifest = read_manifest(b"".join(_content(archive, archive.getinfo(MANIFEST))))
    except KeyError as error:
        archive.close()
        raise Malformed("bundle_manifest", "the archive has no manifest.json: it is no take-out bundle") from error
    except BaseException:
        archive.close()
        raise
    return Bundle(manifest, encrypted, archive)


def _check_end(file: BinaryIO) -> None:
    """The archive ends with its directory, which is of a size that can be read; nothing stands before or behind."""
    size = file.seek(0, io.SEEK_END)
    if size < _END.size:
        raise _not_readable("it is no ZIP archive")
    if size > MAX_TOTAL_BYTES:
        raise Malformed("bundle_too_large", f"a bundle of more than {MAX_TOTAL_BYTES:,} bytes is not read")
    file.seek(size - _END.size)
    mark, disk, start_disk, entries_here, entries, directory, offset, comment = _END.unpack(file.read(_END.size))
    file.seek(0)
    if mark != b"PK\5\6" or comment or disk or start_disk or entries_here != entries:
        raise _not_readable("it is no ZIP archive, or one with something behind its directory")
    if entries > MAX_FILES + 1 or directory > MAX_DIRECTORY_BYTES:
        raise Malformed("bundle_too_large", f"a bundle of more than {MAX_FILES:,} files is not read")
    if offset + directory != size - _END.size:
        raise _not_readable("something stands before its files or between them and the directory")


def _check_entries(archive: zipfile.ZipFile) -> None:
    total = 0
    seen: set[str] = set()
    for info in archive.infolist():
        # The name as it is written: what comes after a NUL is cut off from `filename`.
        name = info.orig_filename
        if not is_bundle_name(name):
            message = f"a bundle has no file called {name[:200]!r}"
            raise Malformed("bundle_name_refused", message, hint="take out of the archive what does not belong to it")
        if name in seen:
            raise Malformed(
                "bundle_name_repeated", f"the archive has {name} twice, and readers would differ about which"
            )
        seen.add(name)
        if info.flag_bits & _UNREADABLE_FLAGS or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _not_readable(f"{name} is stored in a way that is not read")
        if info.create_system == 3 and (info.external_attr >> 16) & _FILE_KIND == _SYMLINK:  # noqa: PLR2004 - Unix
            raise Malformed("bundle_name_refused", f"{name} is a link, and a bundle has only files")
        total += info.file_size
        if info.file_size > max_bytes_of(name) or total > MAX_TOTAL_BYTES:
            message = f"{name} would have {info.file_size:,} bytes, which is more than is read"
            raise Malformed("bundle_too_large", message)
    _check_overlaps(archive)


def _check_overlaps(archive: zipfile.ZipFile) -> None:
    """No two files share bytes of the archive: a small one could stand for a huge one many times over."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Malformed("bundle_files_overlap", f"{info.filename} shares bytes of the archive with another file")
        end = info.header_offset + _LOCAL_HEADER_BYTES + len(info.orig_filename.encode()) + info.compress_size


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.file_size
    try:
        with archive.open(info) as file:
            while piece := file.read(min(_PIECE, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise _altered(info.filename)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, RuntimeError) as error:
        raise _altered(info.filename) from error
    if left:
        raise _altered(info.filename)


def _altered(path: str) -> Refused:
    return Refused(
        "bundle_file_altered", f"{path} is not what the manifest says: it was altered", hint="use another copy"
    )


def _not_readable(why: str) -> Malformed:
    return Malformed("bundle_not_readable", f"the bundle cannot be read: {why}")
