"""Read one document in both ways, compiled and through pyld, and compare what comes out.

Statements are compared in canonical form, so that it does not matter how blank nodes are called, and that form once more
with pyld's own canonicalizer, an independent one, wherever it is right: it does not escape control characters, and its
reader of N-Quads gets backslashes and line separators wrong.
"""

from dataclasses import dataclass
from typing import Any

from pyld import jsonld
from pyld.canon import URDNA2015

from vcwallet.errors import VcwalletError
from vcwallet.linked_data import compiled_statements, pyld_statements
from vcwallet.linked_data.canonical_rdf import CanonicalRdf, canonicalize
from vcwallet.linked_data.compiled_context import NotCovered
from vcwallet.linked_data.context_loader import ContextLoader, standard_contexts

CONTEXTS = standard_contexts()


@dataclass(frozen=True)
class Answers:
    """The canonical text, or the error, of each way; `compiled` is None for what that way does not cover."""

    compiled: str | VcwalletError | None
    slow: str | VcwalletError

    @property
    def is_covered(self) -> bool:
        return self.compiled is not None

    @property
    def is_good(self) -> bool:
        return isinstance(self.slow, str)


def both(document: dict[str, Any], contexts: ContextLoader = CONTEXTS) -> Answers:
    """The answers, after making sure that they do not contradict each other."""
    answers = Answers(_compiled(document, contexts), _slow(document, contexts))
    if isinstance(answers.compiled, str):
        assert answers.compiled == answers.slow
    elif answers.compiled is not None:
        assert isinstance(answers.slow, VcwalletError), answers.compiled
    return answers


def reasons(answers: Answers) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Code, place and message of the errors."""
    assert isinstance(answers.compiled, VcwalletError), answers
    assert isinstance(answers.slow, VcwalletError), answers
    return tuple((error.code, error.pointer, error.problem.message) for error in (answers.compiled, answers.slow))


def _compiled(document, contexts):
    try:
        dataset = compiled_statements.read(document, contexts)
    except NotCovered:
        return None
    except VcwalletError as error:
        return error
    canonical = _canonical(dataset)
    assert isinstance(canonical, VcwalletError) or canonicalize(dataset.statements()) == canonical
    return canonical if isinstance(canonical, VcwalletError) else canonical.text


def _slow(document, contexts):
    try:
        statements = pyld_statements.to_statements(document, contexts)
    except VcwalletError as error:
        return error
    canonical = _canonical(statements)
    if isinstance(canonical, VcwalletError):
        return canonical
    is_read_right = "\\" not in canonical.text and len(canonical.text.splitlines()) == len(canonical.lines)
    if is_read_right and len(canonical.labels) < 100:
        assert _by_pyld(canonical.text) == canonical.text
    return canonical.text


def _canonical(statements) -> CanonicalRdf | VcwalletError:
    try:
        return canonicalize(statements)
    except VcwalletError as error:
        return error


def _by_pyld(nquads: str) -> str:
    dataset = jsonld.JsonLdProcessor.parse_nquads(nquads)
    return URDNA2015().main(dataset, {"algorithm": "URDNA2015", "format": "application/n-quads"})
