"""What does a JSON-LD document say? The list of its statements, or the reason why not all of it can be said in them.

Signatures of the RDF cryptosuites cover statements, while everybody reads JSON. So the reading here is in safe mode:
whatever would make no statement, a term that no context defines first of all, is refused and not dropped.

This is the one entrance; behind it there may be more than one way. All of them give the same answers.
"""

from typing import Any

from vcwallet.linked_data.context_loader import ContextLoader
from vcwallet.linked_data.statement import Statement


def to_statements(document: dict[str, Any], contexts: ContextLoader) -> list[Statement]:
    """The statements of `document`, each once, as they are said: not yet canonicalized.

    The document must be a JSON value that `strict_json` has parsed or checked. It is not changed. Nothing is loaded but
    through `contexts`, and there is no base: relative IRIs are refused.

    Raises Refused for what would not be covered by a signature, with the JSON pointer where it is known: undefined_term,
    undefined_type, relative_iri, invalid_iri, null_value, free_floating_value, index_not_signed, unexpected_keyword,
    value_not_signed, blank_node_predicate, invalid_language_tag, direction_not_signed, number_out_of_range,
    reserved_term. Malformed for what is not JSON-LD: context_invalid, protected_term_redefined, linked_data_error.
    Undecided for what cannot be found out: what the context loader raises, document_too_complex,
    context_feature_unsupported.
    """
    from vcwallet.linked_data import pyld_statements  # noqa: PLC0415 - loaded when first used: pyld takes 120 ms

    return pyld_statements.to_statements(document, contexts)
