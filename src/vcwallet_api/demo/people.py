"""The sample people: badges that were awarded to Ana, and the part of the internet that their issuers are."""

import json
from importlib.resources import files
from typing import Any, Final

from vcwallet import StaticFetcher
from vcwallet_api.backpack.delivering import Delivering

_FOLDER = files("vcwallet_api.demo") / "learner"

# What is delivered, and to whom; Ana has no account yet, and the second address she will add later.
_DELIVERED: Final = (
    ("safety-basics.jwt", "ana@campus.example"),
    ("rope-work.json", "ana@campus.example"),
    ("navigation-1.sd-jwt", "ana@campus.example"),
    ("first-year.json", "ana@campus.example"),
    ("knots-2019.json", "ana@campus.example"),
    ("first-aid.json", "ana@campus.example"),
    ("laser-cutting.json", "ana@home.example"),
)


def sample_documents() -> StaticFetcher:
    """What the sample issuers publish."""
    documents: dict[str, Any] = json.loads((_FOLDER / "world.json").read_text(encoding="utf-8"))
    return StaticFetcher(documents)


def sample(name: str) -> bytes:
    """One of the sample files."""
    return (_FOLDER / name).read_bytes()


def deliver_samples(delivering: Delivering) -> None:
    """Award the sample badges. Done again, nothing is awarded twice."""
    for name, address in _DELIVERED:
        delivering.deliver(sample(name), address)
