"""Selective disclosure: what is signed, derived and verified, by us and by Digital Bazaar's suites, on the same badges.

A file has a document, its base proof by us, what we derive from that, and the pointers. The badges are those of `inputs`
without lists, which the others cannot derive from; the results and the evidence are what is withheld.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.inputs import AT, full_badge, small_badge

from vcwallet import BbsSigner, LocalSigner, Signed, derive, issue, standard_toolkit, verify
from vcwallet.testing.signing import SampleKey

SIGNERS: Final[dict[str, LocalSigner | BbsSigner]] = {
    "ecdsa-sd-2023": SampleKey.from_seed("disclosure", "P-256").signer,
    "bbs-2023": BbsSigner.from_private_bytes(bytes(31) + b"\x2a"),
}
ACHIEVEMENT: Final = "/credentialSubject/achievement"
REVEALED: Final = [f"{ACHIEVEMENT}/{name}" for name in ("name", "description", "criteria")]
# As many statements as the others' figures were taken with are shown of the full badge.
REVEALED_OF_FULL: Final = [*REVEALED, f"{ACHIEVEMENT}/alignment", f"{ACHIEVEMENT}/tag"]


def write(folder: Path) -> list[str]:
    """Every input by its name, `SUITE-BADGE.json`."""
    names = []
    for securing, signer in SIGNERS.items():
        for badge, make, pointers in (("ob3min", small_badge, REVEALED), ("ob3", full_badge, REVEALED_OF_FULL)):
            document = without_lists(make(signer.controller))
            base = issue(document, signer, securing=securing, at=AT)
            content = {
                "document": document,
                "base": base.document,
                "derived": derive(base, reveal=pointers).document,
                "pointers": pointers,
                "securing": securing,
            }
            names.append(f"{securing}-{badge}.json")
            (folder / names[-1]).write_text(json.dumps(content))
    return names


def without_lists(document: dict[str, Any]) -> dict[str, Any]:
    for description in document["credentialSubject"]["achievement"].get("resultDescription", ()):
        del description["allowedValue"]
    return document


def sign_by_us(file: Path) -> Callable[[], Signed]:
    """The whole of issue(): the document checked, signed, and its own output verified."""
    content, toolkit = json.loads(file.read_text()), standard_toolkit()
    signer, securing = SIGNERS[content["securing"]], content["securing"]
    return lambda: issue(content["document"], signer, securing=securing, toolkit=toolkit, at=AT)


def derive_by_us(file: Path) -> Callable[[], Signed]:
    """The whole of derive(): the output verified too."""
    content, toolkit = json.loads(file.read_text()), standard_toolkit()
    base = json.dumps(content["base"])
    return lambda: derive(base, reveal=content["pointers"], toolkit=toolkit)


def verify_by_us(file: Path) -> Callable[[], None]:
    """The whole of verify()."""
    content, toolkit = json.dumps(json.loads(file.read_text())["derived"]).encode(), standard_toolkit()

    def run() -> None:
        if not verify(content, toolkit=toolkit, at=AT):
            raise ValueError(f"{file.name} is not valid")

    return run
