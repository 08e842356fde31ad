"""Every folder of vectors says where it is from, and every file in it is the file that was put there."""

import hashlib
import tomllib
from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
FAMILIES = sorted(path for path in VECTORS.iterdir() if path.is_dir())


def _passport(family):
    return tomllib.loads((family / "SOURCE.toml").read_text())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda path: path.name)
def test_a_family_says_what_it_is_and_whose(family):
    assert {"title", "origin", "generator", "licence", "date", "sha256"} <= set(_passport(family))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda path: path.name)
def test_every_file_is_listed_with_its_digest(family):
    listed = _passport(family)["sha256"]
    present = {
        str(path.relative_to(family)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in family.rglob("*")
        if path.is_file() and path.name != "SOURCE.toml"
    }

    assert present == listed
