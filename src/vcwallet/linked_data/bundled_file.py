"""Read the JSON files that this package brings along, and notice when one is not as it was packed."""

import hashlib
import json
from pkgutil import get_data
from typing import Any


def read_object(name: str, sha256: str | None = None) -> dict[str, Any]:
    """The JSON object in a file below this package. Raises RuntimeError if the installation is damaged."""
    data = _read_file(name)
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(f"{name} is not the file that was bundled")
    try:
        value = json.loads(data)
    except ValueError as exc:
        raise _damaged(f"{name} is not JSON") from exc
    if not isinstance(value, dict):
        raise _damaged(f"{name} is not a JSON object")
    return value


def _read_file(name: str) -> bytes:
    # Not importlib.resources, which takes 10 ms to load and brings zipfile along.
    try:
        data = get_data("vcwallet.linked_data", name)
    except OSError as exc:
        raise _damaged(f"{name} cannot be read") from exc
    if data is None:
        raise _damaged(f"{name} cannot be read")
    return data


def _damaged(reason: str) -> RuntimeError:
    return RuntimeError(f"this installation of vcwallet is damaged: of the JSON-LD contexts, {reason}")
