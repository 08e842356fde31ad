"""Write what pyld makes of the commonest lists of contexts under src/vcwallet/linked_data/processed/.

    python -m tools.write_processed_contexts

For each list the documents of vectors/ and examples/ that begin with it are read, and their proofs, and every step from
one active context to the next is written down. processed_ahead.py reads the files, and says what they are for. A test
asks pyld again for every step that was written; steps that newer documents lead to are missed by nobody but a clock.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from vcwallet.errors import Malformed, VcwalletError
from vcwallet.linked_data import compiled_context, compiled_statements
from vcwallet.linked_data.compiled_context import NotCovered
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.processed_ahead import list_name, step_name
from vcwallet.wire import strict_json

ROOT = Path(__file__).resolve().parents[1]
PROCESSED = ROOT / "src" / "vcwallet" / "linked_data" / "processed"

VCDM = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
LISTS = {
    "credential.json": [VCDM],
    "badge.json": [VCDM, OPEN_BADGES],
    "learner-record.json": [VCDM, CLR, OPEN_BADGES],
}


class Recording:
    """Active contexts by number, and the steps between them, as they are found while documents are read."""

    def __init__(self) -> None:
        self._active: dict[str, tuple[int, Any]] = {}
        self._steps: dict[str, int] = {}

    def step(self, active: Any, context: Any, *, override_protected: bool, propagate: bool, reached: Any) -> None:
        number = self._number(reached)
        if active is not None:
            start = self._number(active)
            name = step_name(start, context, override_protected=override_protected, propagate=propagate)
            self._steps[name] = number

    def _number(self, active: Any) -> int:
        if "previousContext" in active:
            self._number(active["previousContext"])
        return self._active.setdefault(_text(_without_names(active)), (len(self._active), active))[0]

    def content(self) -> dict[str, Any]:
        definitions: dict[str, int] = {}
        active = []
        for _, entry in self._active.values():
            terms = [
                definitions.setdefault(_text([term, definition]), len(definitions))
                for term, definition in entry["mappings"].items()
            ]
            special = {"mappings", "previousContext", "_uuid"}
            written = {"members": {name: value for name, value in entry.items() if name not in special}, "terms": terms}
            if "previousContext" in entry:
                written["previous"] = self._number(entry["previousContext"])
            active.append(written)
        return {"definitions": [json.loads(text) for text in definitions], "active": active, "steps": self._steps}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _without_names(active: Any) -> Any:
    """The active context without what differs from run to run."""
    return {
        name: _without_names(value) if name == "previousContext" else value
        for name, value in active.items()
        if name != "_uuid"
    }


def documents(contexts: list[str]) -> Iterator[dict[str, Any]]:
    """Every object of our documents that begins with this list, without its proofs, and each of its proofs."""
    for folder in ("vectors", "examples"):
        for path in sorted((ROOT / folder).rglob("*.json")):
            try:
                waiting: list[Any] = [strict_json.parse(path.read_bytes())]
            except Malformed:
                continue
            while waiting:
                value = waiting.pop()
                if isinstance(value, dict):
                    if value.get("@context") in (contexts, contexts[0] if len(contexts) == 1 else contexts):
                        yield {name: inner for name, inner in value.items() if name != "proof"}
                        proofs = value.get("proof", [])
                        for proof in proofs if isinstance(proofs, list) else [proofs]:
                            if isinstance(proof, dict):
                                yield {**proof, "@context": contexts}
                    waiting += value.values()
                elif isinstance(value, list):
                    waiting += value


def recorded(contexts: list[str]) -> Recording:
    """What the documents with these contexts lead to, by pyld alone."""
    recording = Recording()
    process = compiled_context._Source.process  # noqa: SLF001 - the one place that asks pyld

    def recording_process(source: Any, active: Any, context: Any, **how: bool) -> Any:
        reached = process(source, active, context, **how)
        how = {"override_protected": False, "propagate": True} | how
        recording.step(active, context, **how, reached=reached)
        return reached

    with (
        patch.object(compiled_context, "processed_contexts", lambda _key: None),
        patch.object(compiled_context, "_cache", compiled_context._Cache(1)),  # noqa: SLF001 - or pyld is not asked
        patch.object(compiled_context._Source, "process", recording_process),  # noqa: SLF001
    ):
        compiled_context.table_for(contexts, standard_contexts())
        for document in documents(contexts):
            try:
                compiled_statements.read(document, standard_contexts())
            except (NotCovered, VcwalletError):
                continue  # what was found before that is no less true
    return recording


def files() -> dict[str, str]:
    """Every file with its text, the index among them."""
    loader = standard_contexts()
    written, index = {}, {}
    for name, contexts in LISTS.items():
        text = json.dumps(recorded(contexts).content(), sort_keys=True, separators=(",", ":")) + "\n"
        key = tuple(part for url in contexts for part in (url, loader.digest(url)))
        index[list_name(key)] = {"file": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        written[name] = text
    return {**written, "index.json": json.dumps(index, indent=2) + "\n"}


def main() -> None:
    PROCESSED.mkdir(exist_ok=True)
    for name, text in files().items():
        (PROCESSED / name).write_text(text)


if __name__ == "__main__":
    main()
