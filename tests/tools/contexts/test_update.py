"""The tool that brings the contexts in, without the network: archives are made here."""

import base64
import hashlib
import io
import json
import tarfile
import tomllib
import zipfile
from importlib import resources

import pytest

from tools.contexts import __main__ as update
from tools.contexts.term_tables import TermTables
from vcwallet.errors import Malformed

BODY = b'{"@context":{"a":"x:a"}}'


def npm_archive(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def wheel(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def sources(*entries):
    return {
        "package": {
            "one": {"registry": "npm", "version": "1.0.0"},
            "two": {"registry": "pypi", "version": "2.0.0"},
        },
        "context": [{"published_sha256": "0" * 64, "licence": "MIT", **entry} for entry in entries],
    }


def test_every_pinned_package_is_used_and_every_context_has_a_source():
    given = tomllib.loads(update.SOURCES.read_text("utf-8"))
    tables = TermTables(update.TABLES.read_text("utf-8"))

    assert {entry["package"] for entry in given["context"] if "package" in entry} == set(given["package"])
    assert all(entry["url"] in tables for entry in given["context"] if "package" not in entry)


def test_the_index_in_the_package_agrees_with_the_sources():
    given = tomllib.loads(update.SOURCES.read_text("utf-8"))
    index = json.loads((resources.files("vcwallet.linked_data") / "contexts" / "index.json").read_bytes())

    assert list(index) == [entry["url"] for entry in given["context"]]
    for entry in given["context"]:
        for member in ("file", "published_sha256", "licence"):
            assert index[entry["url"]][member] == entry[member]
        if "package" in entry:
            package = given["package"][entry["package"]]
            expected = f"{package['registry']} {entry['package']} {package['version']}: {entry['path']}"
            assert index[entry["url"]]["source"] == expected


def test_published_bytes_are_kept_and_everything_else_is_laid_out(tmp_path):
    archives = {
        "one": npm_archive(tmp_path / "one.tgz", {"package/a.json": BODY, "package/b.json": BODY}),
        "two": wheel(tmp_path / "two.whl", {"two/c.json": BODY + b"\r\n"}),
    }
    files = update.assemble(
        sources(
            {
                "url": "x:a",
                "file": "a.json",
                "package": "one",
                "path": "package/a.json",
                "published_sha256": hashlib.sha256(BODY).hexdigest(),
            },
            {"url": "x:b", "file": "b.json", "package": "one", "path": "package/b.json"},
            {"url": "x:c", "file": "c.json", "package": "two", "path": "two/c.json"},
            {"url": "x:d", "file": "d.json"},
        ),
        TermTables('[context."x:d"]\nterms = "a = x:a"'),
        archives,
    )

    pretty = b'{\n  "@context": {\n    "a": "x:a"\n  }\n}\n'
    index = json.loads(files.pop("index.json"))
    assert files == {"a.json": BODY, "b.json": pretty, "c.json": pretty, "d.json": pretty}
    assert [entry["source"] for entry in index.values()] == [
        "npm one 1.0.0: package/a.json",
        "npm one 1.0.0: package/b.json",
        "pypi two 2.0.0: two/c.json",
        "written out: tools/contexts/written_out.toml",
    ]
    assert index["x:b"]["sha256"] == hashlib.sha256(pretty).hexdigest()


@pytest.mark.parametrize(
    "entries",
    [
        [{"url": "x:a", "file": "a.json"}, {"url": "x:a", "file": "b.json"}],
        [{"url": "x:a", "file": "a.json"}, {"url": "x:b", "file": "a.json"}],
    ],
)
def test_nothing_is_named_twice(entries):
    tables = TermTables('[context."x:a"]\nterms = "a = x:a"\n[context."x:b"]\nterms = "a = x:a"')

    with pytest.raises(SystemExit, match="twice"):
        update.assemble(sources(*entries), tables, {})


def test_an_archive_with_another_digest_is_refused():
    data = b"archive"
    good = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()

    update.check_integrity(data, good, "one")
    with pytest.raises(SystemExit, match="is pinned"):
        update.check_integrity(data + b"!", good, "one")
    with pytest.raises(SystemExit, match="not a digest"):
        update.check_integrity(data, "md5-" + base64.b64encode(hashlib.md5(data).digest()).decode(), "one")


def test_a_javascript_module_is_read_as_the_json_that_it_exports():
    module = b"/* eslint-disable */\n'use strict';\n\nmodule.exports = " + BODY + b";\n"

    assert update.parse_context(module, "context.js") == {"@context": {"a": "x:a"}}


@pytest.mark.parametrize(
    "module",
    [
        b'module.exports = {"@context": require("./other")};',
        b"module.exports = {'@context': {}};",
        b'module.exports = {"@context": {"a": "x:a", "a": "x:b"}};',
        b'module.exports = {"@context": {}}; globalThis.x = 1;',
    ],
)
def test_a_javascript_module_that_is_more_than_json_is_refused(module):
    with pytest.raises(Malformed):
        update.parse_context(module, "context.js")


@pytest.mark.parametrize(("data", "path"), [(b"{}", "context.json"), (b"export default {}", "context.js")])
def test_a_file_without_a_context_is_refused(data, path):
    with pytest.raises(SystemExit):
        update.parse_context(data, path)


def test_the_folder_is_made_to_hold_exactly_the_given_json_files(tmp_path):
    (tmp_path / "README.md").write_text("stays")
    (tmp_path / "old.json").write_text("{}")
    files = {"index.json": b"{}\n", "new.json": b"[]\n"}

    assert update.replace_files(tmp_path, files) == ["index.json", "new.json", "old.json"]
    assert update.replace_files(tmp_path, files) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "index.json", "new.json"]
