"""Bring the JSON-LD contexts into src/vcwallet/linked_data/contexts: `python -m tools.contexts`, or `make contexts`.

Downloads the packages that sources.toml names with the clients of their registries (npm, pip), refuses an archive
whose digest is not the pinned one, takes the contexts out, writes out those that no package carries (written_out.toml),
and writes files and index. Nothing of a package is run. The result depends on the two TOML files alone: a second run
changes nothing.

Whether a file says what its publisher says is not judged here but in tests/vcwallet/linked_data/test_contexts.py, which
compares the values with the published documents.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from tools.contexts.term_tables import TABLES, TermTables
from vcwallet.wire import strict_json

SOURCES = Path(__file__).with_name("sources.toml")
CONTEXTS = Path(__file__).parents[2] / "src" / "vcwallet" / "linked_data" / "contexts"

# How the modules of a JavaScript package begin that consist of nothing but a JSON value.
_JAVASCRIPT_EXPORT = "module.exports ="


def main() -> None:
    sources = tomllib.loads(SOURCES.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        archives = {name: download(name, package, Path(folder)) for name, package in sources["package"].items()}
        files = assemble(sources, TermTables(TABLES.read_text("utf-8")), archives)
    changed = replace_files(CONTEXTS, files)
    print(f"{len(files) - 1} contexts and their index in {CONTEXTS.name}/; changed: {', '.join(changed) or 'nothing'}")


def download(name: str, package: dict[str, str], folder: Path) -> Path:
    """The archive of one package, as its registry serves it, with the pinned digest."""
    target = folder / hashlib.sha256(name.encode()).hexdigest()[:16]
    target.mkdir()
    if package["registry"] == "npm":
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{package['version']}"]
    else:
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary", ":all:"]
        command = [*pip, f"{name}=={package['version']}"]
    subprocess.run(command, cwd=target, check=True, stdout=subprocess.DEVNULL)
    (archive,) = target.iterdir()
    check_integrity(archive.read_bytes(), package["integrity"], name)
    return archive


def check_integrity(data: bytes, integrity: str, name: str) -> None:
    """Compare with a digest in Subresource Integrity notation. Raises SystemExit if it differs."""
    algorithm, _, expected = integrity.partition("-")
    if algorithm not in {"sha256", "sha512"}:
        raise SystemExit(f"{name}: {algorithm} is not a digest we pin with")
    found = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
    if found != expected:
        raise SystemExit(f"{name}: the archive has the digest {algorithm}-{found}, and {integrity} is pinned")


def assemble(sources: dict[str, Any], tables: TermTables, archives: dict[str, Path]) -> dict[str, bytes]:
    """All files of the folder by name, the index last."""
    entries: dict[str, dict[str, Any]] = {entry["url"]: entry for entry in sources["context"]}
    if len(entries) != len(sources["context"]):
        raise SystemExit("sources.toml names a URL twice")
    files: dict[str, bytes] = {}
    index: dict[str, dict[str, str]] = {}

    def taken_from_package(url: str) -> dict[str, Any]:
        entry = entries[url]
        return parse_context(member(archives[entry["package"]], entry["path"]), entry["path"])

    for url, entry in entries.items():
        if "package" in entry:
            package = sources["package"][entry["package"]]
            source = f"{package['registry']} {entry['package']} {package['version']}: {entry['path']}"
            data = member(archives[entry["package"]], entry["path"])
            if hashlib.sha256(data).hexdigest() != entry["published_sha256"]:
                data = laid_out(taken_from_package(url))
        else:
            source = f"written out: tools/contexts/{TABLES.name}"
            data = laid_out(tables.document(url, taken_from_package))
        if entry["file"] in files:
            raise SystemExit(f"sources.toml names the file {entry['file']} twice")
        files[entry["file"]] = data
        index[url] = {
            "file": entry["file"],
            "sha256": hashlib.sha256(data).hexdigest(),
            "published_sha256": entry["published_sha256"],
            "source": source,
            "licence": entry["licence"],
        }
    files["index.json"] = laid_out(index)
    return files


def member(archive: Path, path: str) -> bytes:
    """One file out of a wheel or an npm archive; nothing is unpacked to disk."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(path)
    with tarfile.open(archive) as package:
        found = package.extractfile(path)
        if found is None:
            raise SystemExit(f"{archive.name}: {path} is not a file")
        return found.read()


def parse_context(data: bytes, path: str) -> dict[str, Any]:
    """The document in a JSON file, or in a JavaScript module that exports nothing but a JSON value."""
    text = data.decode("utf-8")
    if path.endswith(".js"):
        _, found, value = text.partition(_JAVASCRIPT_EXPORT)
        if not found:
            raise SystemExit(f"{path}: nothing is exported")
        text = value.strip().removesuffix(";")
    document = strict_json.parse_object(text)
    if "@context" not in document:
        raise SystemExit(f"{path}: not a JSON-LD context")
    return document


def laid_out(value: dict[str, Any]) -> bytes:
    """The one layout of all files that are not the published bytes. The order of members is kept."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def replace_files(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Make the JSON files of `folder` exactly these, and name those that were not so before."""
    folder.mkdir(exist_ok=True)
    before = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    for name in before.keys() - files.keys():
        (folder / name).unlink()
    for name, data in files.items():
        if before.get(name) != data:
            (folder / name).write_bytes(data)
    return sorted(name for name in before.keys() | files.keys() if before.get(name) != files.get(name))


if __name__ == "__main__":
    main()
