"""What does a JSON-LD document say? The list of its statements, or the reason why not all of it can be said in them.

Signatures of the RDF cryptosuites cover statements, while everybody reads JSON. So the reading here is in safe mode:
whatever would make no statement, a term that no context defines first of all, is refused and not dropped.

This is the one entrance; behind it there are two ways with the same answers. compiled_statements.py reads what
credentials are made of, and is quick; what it does not cover goes whole to pyld_statements.py, which reads everything,
and only what is small.
"""

from dataclasses import dataclass
from typing import Any

from vcwallet.errors import VcwalletError
from vcwallet.linked_data import compiled_statements
from vcwallet.linked_data.compiled_context import NotCovered
from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.dataset import Dataset
from vcwallet.linked_data.statement import Statement


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and whether it had to be read the slow way."""

    dataset: Dataset
    was_slow: bool


def read(document: dict[str, Any], contexts: ContextLoader) -> Reading:
    """The statements of `document`, as they are said: not yet canonicalized.

    The document must be a JSON value that `strict_json` has parsed or checked. It is not changed. Nothing is loaded but
    through `contexts`, and there is no base: relative IRIs are refused.

    Raises Refused for what would not be covered by a signature, with the JSON pointer where it is known: undefined_term,
    undefined_type, relative_iri, invalid_iri, null_value, free_floating_value, index_not_signed, unexpected_keyword,
    value_not_signed, blank_node_predicate, invalid_language_tag, direction_not_signed, number_out_of_range,
    reserved_term. Malformed for what is not JSON-LD: context_invalid, protected_term_redefined, linked_data_error.
    Undecided for what cannot be found out: what the context loader raises, document_too_complex,
    context_feature_unsupported.
    """
    contexts = contexts.for_one_document()
    fault: VcwalletError | None = None
    try:
        return Reading(compiled_statements.read(document, contexts), was_slow=False)
    except NotCovered:
        pass
    except VcwalletError as error:
        fault = error
    from vcwallet.linked_data import pyld_statements  # noqa: PLC0415 - loaded when first used: pyld takes 120 ms

    if fault is not None and not pyld_statements.is_within_limits(document):
        raise fault
    # A fault is worth a second reading, which looks for faults in the order of the specification: of several, always the
    # same one is named.
    return Reading(Dataset.of(pyld_statements.to_statements(document, contexts)), was_slow=True)


def to_statements(document: dict[str, Any], contexts: ContextLoader) -> list[Statement]:
    """The statements of `document`, each once. Raises as `read` does."""
    return read(document, contexts).dataset.statements()
