"""The kinds of bad news, whatever a document says."""

import json
import pickle

import pytest

from vcwallet import Problem, verify
from vcwallet.errors import MAX_MESSAGE, Malformed
from vcwallet.pathways import read_pathway

LONG = "x" * 200_000


def test_a_message_quotes_only_so_much():
    error = Malformed("json_syntax", LONG, pointer="/a")

    assert len(str(error)) < MAX_MESSAGE + 100
    assert error.args == (error.problem.message,)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert Problem("a", "b" * MAX_MESSAGE).message == "b" * MAX_MESSAGE


@pytest.mark.parametrize(
    "document",
    [
        {LONG: 1},
        {"@context": [LONG], "type": LONG, "issuer": LONG},
        {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": [LONG], LONG: {LONG: LONG}},
        {"@context": ["https://www.w3.org/ns/credentials/v2", {LONG: LONG}], "type": ["VerifiableCredential"]},
    ],
)
def test_no_document_makes_a_report_speak_at_length(document):
    report = verify(document)
    said = [problem.message for check in report.checks for problem in (*check.problems, *check.notes)]

    assert said
    assert max(map(len, said)) <= MAX_MESSAGE + 1
    assert max(len(check.message) for check in report.checks) <= MAX_MESSAGE + 1


def test_no_pathway_does_either():
    with pytest.raises(Malformed) as refused:
        read_pathway(json.dumps({LONG: LONG, "steps": [{LONG: 1}]}))

    assert len(str(refused.value)) < MAX_MESSAGE + 100
