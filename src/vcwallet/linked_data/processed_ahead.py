"""What pyld makes of the lists of contexts that nearly every credential has, worked out when the library was built.

Processing these contexts, and loading pyld to do it, takes longer than everything else in a program that verifies one
credential and ends. So `tools/write_processed_contexts.py` does it beforehand, and writes down the active contexts that
the documents of our vectors lead to, step by step: from this one, by that context of a type or property, to that one.

What was written holds only for the contexts it was made from: it is found by their digests. A step that was not written
down is left to pyld (see compiled_context.py), which goes on from what is restored here. A test compares every step.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from vcwallet.linked_data.bundled_file import read_object

_INDEX: Final = "processed/index.json"


class ProcessedContexts:
    """The active contexts that one list of bundled contexts leads to. Shared by threads, and never changed.

    `content` has the definitions of terms, `active` contexts made of them by number, and `steps` from one to the next.
    """

    def __init__(self, name: str, content: Mapping[str, Any]) -> None:
        self._name = name
        self._content = content
        # Restored when they are first asked for. What is handed out keeps its identity, by which it is known again.
        self._restored: dict[int, Mapping[str, Any]] = {}
        self._numbers: dict[int, int] = {}

    def after(
        self, active: Mapping[str, Any] | None, context: Any, *, override_protected: bool, propagate: bool
    ) -> Mapping[str, Any] | None:
        """The active context that `context` leads to from `active`, one of ours; None when that was not written down.

        From None it is the first one, whose list of contexts is the name by which all this was found.
        """
        if active is None:
            return self._active(0)
        number = self._numbers.get(id(active))
        if number is None:
            return None
        step = step_name(number, context, override_protected=override_protected, propagate=propagate)
        reached = self._content["steps"].get(step)
        return None if reached is None else self._active(reached)

    def _active(self, number: int) -> Mapping[str, Any]:
        known = self._restored.get(number)
        if known is None:
            entry, definitions = self._content["active"][number], self._content["definitions"]
            # By this pyld tells active contexts apart.
            active = {**entry["members"], "_uuid": f"{self._name}#{number}"}
            active["mappings"] = dict(definitions[index] for index in entry["terms"])
            if "previous" in entry:
                active["previousContext"] = self._active(entry["previous"])
            known = self._restored.setdefault(number, active)
            self._numbers[id(known)] = number
        return known


def step_name(number: int, context: Any, *, override_protected: bool, propagate: bool) -> str:
    """How a step is written down: from which active context, by which context, and how it is processed."""
    text = json.dumps(context, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{number} {digest} {'override' * override_protected}{'stay' * (not propagate)}".rstrip()


def list_name(key: tuple[str, ...]) -> str:
    """How a list of contexts is found: by the URL and the digest of each."""
    return " ".join(key)


@lru_cache(maxsize=1)
def _index() -> dict[str, dict[str, str]]:
    return read_object(_INDEX)


def processed_contexts(key: tuple[str, ...]) -> ProcessedContexts | None:
    """What was written down for a list of contexts, given as URL and digest of each; None when it is not one of these.

    Raises RuntimeError if the installation is damaged.
    """
    entry = _index().get(list_name(key))
    return None if entry is None else _read(entry["file"], entry["sha256"])


@lru_cache(maxsize=8)
def _read(file: str, sha256: str) -> ProcessedContexts:
    return ProcessedContexts(file, read_object(f"processed/{file}", sha256))
