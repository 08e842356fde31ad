"""What our processors take for granted of pyld, which does not publish it."""

import inspect

import pytest
from pyld import jsonld

from vcwallet.linked_data.pyld_contexts import ContextProcessor
from vcwallet.linked_data.pyld_statements import _SafeProcessor

OVERRIDDEN = [
    (processor, name)
    for processor in (ContextProcessor, _SafeProcessor)
    for name in vars(processor)
    if not name.startswith("__") and hasattr(jsonld.JsonLdProcessor, name)
]


def test_there_is_something_to_compare():
    assert {name for _, name in OVERRIDDEN} >= {
        "_process_context",
        "_create_term_definition",
        "_expand",
        "_expand_object",
    }


@pytest.mark.parametrize(("processor", "name"), OVERRIDDEN)
def test_an_overridden_method_takes_what_pyld_passes(processor, name):
    ours, theirs = (inspect.signature(getattr(owner, name)) for owner in (processor, jsonld.JsonLdProcessor))

    assert [(p.name, p.default) for p in ours.parameters.values()] == [
        (p.name, p.default) for p in theirs.parameters.values()
    ]
