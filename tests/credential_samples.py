"""The credentials of the shared data as parsed documents: specification samples, the validator's corpus, third parties.

Compact JWS are decoded without looking at the signature: here only the claims are of interest.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.shared_data import SHARED_DATA

FOLDERS = {
    "ob3-2024-04": "examples/ob3-spec-2024-04-03",
    "ob3-2025-04": "examples/ob3-spec-source-2025-04",
    "ob3-vcdm1": "examples/ob3-spec-vcdm1-2024-01-26",
    "guide": "examples/impl-guide-test-vectors",
    "third-party": "examples/third-party-learncard",
    "bootcamp": "examples/1edtech-dc-bootcamp",
    "corpus-ob30": "validator-corpus/ob30",
    "corpus-clr20": "validator-corpus/clr20",
}


def credentials(*families: str) -> dict[str, dict[str, Any]]:
    """Every credential of the named families (of all, when none is named), as "family/file" → document."""
    return {
        f"{family}/{path.relative_to(SHARED_DATA / FOLDERS[family])}": document
        for family in families or FOLDERS
        for path in sorted((SHARED_DATA / FOLDERS[family]).rglob("*"))
        for document in _credential(path)
    }


def _credential(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file() or path.suffix in {".png", ".svg", ".txt"}:
        return
    document = parsed(path.read_text(encoding="utf-8").strip())
    # The third-party files wrap the credential together with what it is meant to show.
    document = document.get("credential", document) if "meta" in document else document
    if "VerifiableCredential" in document.get("type", ()):  # some folders also hold fragments and other things
        yield document


def parsed(text: str) -> dict[str, Any]:
    """JSON, or the claims of a compact JWS: the `vc` claim of data model 1.1, or all of them."""
    if text.startswith("{"):
        return json.loads(text)
    payload = text.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims.get("vc", claims)
