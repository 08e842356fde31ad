"""Where the large official test sets are, and how a test says that they are absent.

They are read from `../shared/data` beside the checkout, or from the folder named by VCWALLET_SHARED. They are not part
of the project, so a checkout without them must still pass: `cases()` then yields as many skipped tests as there would
have been, each with a name, so that the run says how much was not checked.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

_REPOSITORY = Path(__file__).resolve().parents[1]


def _locate() -> Path:
    given = os.environ.get("VCWALLET_SHARED")
    folder = Path(given) if given else _REPOSITORY.parent / "shared"
    return folder / "data" if (folder / "data").is_dir() else folder


SHARED_DATA = _locate()


def is_available(*parts: str) -> bool:
    return SHARED_DATA.joinpath(*parts).exists()


def needs(*parts: str) -> pytest.MarkDecorator:
    """Skip one test unless the named file or folder of the shared data is there."""
    return pytest.mark.skipif(not is_available(*parts), reason=f"official data absent: {'/'.join(parts)}")


def cases(folder: str, count: int, load: Callable[[Path], Iterable[Any]]) -> list[Any]:
    """The parameters of one family of vectors: `load(folder)` gives pytest params; `count` is how many there must be.

    A family that suddenly has fewer cases is an error, not a smaller green run.
    """
    path = SHARED_DATA / folder
    if not path.exists():
        skip = pytest.mark.skip(reason=f"official data absent: {folder}")
        return [pytest.param(None, id=f"{Path(folder).name}-{n}", marks=skip) for n in range(1, count + 1)]
    found = list(load(path))
    if len(found) != count:
        raise AssertionError(f"{folder}: expected {count} cases, found {len(found)}")
    return found
