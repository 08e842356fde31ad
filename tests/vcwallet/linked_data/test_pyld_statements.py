"""Which faults inside pyld are the document's; what is read, and what is refused, is in the conformance tests."""

import pytest

from tests.learner_records import member
from vcwallet.errors import Malformed, Undecided
from vcwallet.linked_data import expanded_form
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.linked_data.pyld_statements import to_statements


def failing_with(error, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(expanded_form, "to_statements", fail)
    return to_statements(member(1), standard_contexts())


@pytest.mark.parametrize(
    "error", [TypeError("x"), KeyError("x"), AttributeError("x"), IndexError("x"), ValueError("x")]
)
def test_a_crash_over_the_shape_of_a_value_is_the_documents(error, monkeypatch):
    with pytest.raises(Malformed) as caught:
        failing_with(error, monkeypatch)
    assert caught.value.code == "linked_data_error"


@pytest.mark.parametrize("error", [OSError("x"), MemoryError(), RuntimeError("x")])
def test_a_fault_of_the_machine_is_not(error, monkeypatch):
    with pytest.raises(type(error)):
        failing_with(error, monkeypatch)


def test_what_is_too_deep_is_undecided(monkeypatch):
    with pytest.raises(Undecided) as caught:
        failing_with(RecursionError(), monkeypatch)
    assert caught.value.code == "document_too_complex"
