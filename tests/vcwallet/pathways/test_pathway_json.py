"""The JSON form of pathways: what it takes, every fault by name and place, and back again without a loss."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from tests.vcwallet.pathways.harbour import DECK_OFFICER, DECK_OFFICER_FILE, MAKER_ON_BOARD, chain, done, pathway, step
from tests.vcwallet.pathways.test_progress import pathways
from vcwallet.errors import Malformed, Refused
from vcwallet.pathways.pathway_json import (
    check_pathway,
    pathway_schema,
    pathway_to_dict,
    pathway_to_json,
    read_pathway,
)
from vcwallet.pathways.requirement import Achievement, Manual, NOf, StepDone, all_of
from vcwallet.pathways.rules import MAX_REQUIREMENTS, MAX_STEPS, pathway_notes, pathway_problems


def example():
    return json.loads(DECK_OFFICER_FILE.read_text())


def faults(way):
    return [(problem.code, problem.pointer) for problem in pathway_problems(way)]


def test_the_example_may_be_published():
    check = check_pathway(DECK_OFFICER_FILE.read_bytes())

    assert check.problems == ()
    assert check.notes == ()
    assert check.pathway == DECK_OFFICER


@pytest.mark.parametrize("way", [DECK_OFFICER, MAKER_ON_BOARD], ids=["deck officer", "maker on board"])
def test_what_is_written_is_read_again(way):
    assert read_pathway(pathway_to_json(way)) == way


@given(pathways())
def test_every_pathway_survives_the_round_trip(way):
    check = check_pathway(pathway_to_dict(way))

    assert check.pathway == way


def _spoiled(change):
    document = example()
    change(document)
    return document


SHAPES = {
    "no type": (lambda d: d.pop("type"), ""),
    "another type": (lambda d: d.update(type="Path"), "/type"),
    "no steps": (lambda d: d.update(steps=[]), "/steps"),
    "a member nobody knows": (lambda d: d["steps"][1].update(prerequisite=["A"]), "/steps/1"),
    "a requirement of no kind": (lambda d: d["steps"][0]["requires"].update(type="Luck"), "/steps/0/requires/type"),
    "a requirement of two kinds": (lambda d: d["steps"][0]["requires"].update(step="B"), "/steps/0/requires"),
    "an achievement that is no address": (
        lambda d: d["steps"][0]["requires"].update(ids=["safety"]),
        "/steps/0/requires/ids/0",
    ),
    "no achievement": (lambda d: d["steps"][0]["requires"].update(ids=[]), "/steps/0/requires/ids"),
    "an id with a blank": (lambda d: d["steps"][0].update(id="A B"), "/steps/0/id"),
    "a name without a language": (lambda d: d["steps"][0].update(name="Safety"), "/steps/0/name"),
    "an empty name": (lambda d: d["steps"][0].update(name={}), "/steps/0/name"),
    "a number as text": (lambda d: d["steps"][1]["requires"].update(number="2"), "/steps/1/requires/number"),
    "half a number": (lambda d: d["steps"][1]["requires"].update(number=1.5), "/steps/1/requires/number"),
    "a minimum as text": (lambda d: d["steps"][2]["requires"].update(minimum="80"), "/steps/2/requires/minimum"),
    "version nought": (lambda d: d.update(version=0), "/version"),
    "a date that is none": (lambda d: d.update(publishedAt="soon"), "/publishedAt"),
    "a date without a zone": (lambda d: d.update(publishedAt="2024-01-01T00:00:00"), "/publishedAt"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_wrong_shape_is_named_and_placed(name):
    change, pointer = SHAPES[name]
    check = check_pathway(_spoiled(change))

    assert check.pathway is None
    assert pointer in [problem.pointer for problem in check.problems]
    with pytest.raises(Malformed):
        read_pathway(_spoiled(change))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type":"Pathway","type":"Pathway"}', "null", '"' * 9])
def test_what_is_no_json_object_is_malformed(text):
    with pytest.raises(Malformed):
        read_pathway(text)


A, B = step("a", Manual("a")), step("b", Manual("b"))

SENSE = {
    "a step that does not exist is required": (
        pathway(A, step("end", done("a", "ghost"))),
        [("step_unknown", "/steps/1/requires/of/1")],
    ),
    "a step that does not exist comes first": (
        pathway(A, step("end", done("a"), "ghost")),
        [("step_unknown", "/steps/1/prerequisites/0")],
    ),
    "it belongs to a step that does not exist": (
        pathway(A, step("o", Manual("o"), optional=True, belongs_to="ghost"), step("end", done("a"))),
        [("step_unknown", "/steps/1/belongsTo")],
    ),
    "the destination does not exist": (pathway(A, destination="ghost"), [("step_unknown", "/destination")]),
    "a circle of requirements": (
        pathway(step("a", StepDone("b")), step("b", StepDone("a")), step("end", done("a", "b"))),
        [("pathway_cycle", "/steps/0")],
    ),
    "a circle of requirements and order": (
        pathway(step("a", Manual("a"), "b"), step("b", all_of(StepDone("a"), Manual("b"))), step("end", done("b"))),
        [("pathway_cycle", "/steps/0")],
    ),
    "a step that waits for itself": (
        pathway(step("a", StepDone("a")), step("end", done("a"))),
        [("pathway_cycle", "/steps/0")],
    ),
    "it belongs to what it waits for": (
        pathway(A, step("o", StepDone("a"), optional=True, belongs_to="a"), step("end", done("a"))),
        [("pathway_cycle", "/steps/0")],
    ),
    "two steps with one id": (pathway(A, A, step("end", done("a"))), [("step_id_repeated", "/steps/1/id")]),
    "a number larger than the list": (
        pathway(A, step("end", NOf(3, (StepDone("a"), Manual("x"))))),
        [("requirement_number", "/steps/1/requires/number")],
    ),
    "none of the list": (
        pathway(A, step("end", NOf(0, (StepDone("a"),)))),
        [("requirement_number", "/steps/1/requires/number")],
    ),
    "one thing twice": (
        pathway(step("end", NOf(2, (Manual("x"), Manual("y"), Manual("x"))))),
        [("requirement_repeated", "/steps/0/requires/of/0")],
    ),
    "one thing twice in another order": (
        pathway(step("end", all_of(Achievement(("u:a", "u:b")), Achievement(("u:b", "u:a"))))),
        [("requirement_repeated", "/steps/0/requires/of/0")],
    ),
    "nothing can complete it": (pathway(step("a"), step("end", done("a"))), [("step_cannot_be_completed", "/steps/0")]),
    "a milestone for nothing": (
        pathway(step("a", milestone="u:m"), step("end", done("a"))),
        [("milestone_without_requirement", "/steps/0/milestone")],
    ),
    "an optional destination": (pathway(replace(A, optional=True)), [("destination_optional", "/destination")]),
    "a step after the destination": (
        pathway(A, step("later", done("a")), destination="a"),
        [("step_after_destination", "/steps/1")],
    ),
    "an optional step is required": (
        pathway(replace(A, optional=True), step("end", done("a"))),
        [("optional_step_required", "/steps/1")],
    ),
    "a required step that belongs to another": (
        pathway(A, step("b", Manual("b"), belongs_to="a"), step("end", done("a", "b"))),
        [("belongs_to_without_optional", "/steps/1/belongsTo"), ("pathway_cycle", "/steps/0")],
    ),
}


@pytest.mark.parametrize("name", SENSE)
def test_what_makes_no_sense_is_named_and_placed(name):
    way, expected = SENSE[name]

    assert set(faults(way)) <= set(expected)
    assert expected[0] in faults(way)


def test_a_message_names_the_step():
    way = pathway(A, step("end", done("a", "ghost")))

    assert "'end'" in pathway_problems(way)[0].message
    with pytest.raises(Refused) as caught:
        read_pathway(pathway_to_json(way))
    assert caught.value.code == "step_unknown"


def test_an_optional_step_may_wait_for_an_optional_one():
    first = step("o1", Manual("o1"), optional=True, belongs_to="end")
    second = step("o2", Manual("o2"), "o1", optional=True, belongs_to="end")

    assert faults(pathway(A, first, second, step("end", done("a")))) == []


def test_steps_that_lead_nowhere_are_noted():
    notes = pathway_notes(pathway(A, B, step("end", done("a"))))

    assert [(note.code, note.pointer) for note in notes] == [("step_off_the_path", "/steps/1")]


def _nested(depth):
    requirement = Manual("x")
    for number in range(depth):
        requirement = NOf(1, (requirement, Manual(f"y{number}")))
    return requirement


def test_sizes_are_limited():
    assert faults(chain(MAX_STEPS)) == []
    assert faults(chain(MAX_STEPS + 1)) == [("pathway_too_large", "/steps")]
    many = pathway(step("end", NOf(1, tuple(Manual(f"k{n}") for n in range(MAX_REQUIREMENTS - 1)))))
    assert faults(many) == []
    more = pathway(step("end", NOf(1, tuple(Manual(f"k{n}") for n in range(MAX_REQUIREMENTS)))))
    assert [code for code, _ in faults(more)] == ["pathway_too_large"]
    assert faults(pathway(step("end", _nested(8)))) == []
    assert [code for code, _ in faults(pathway(step("end", _nested(9))))] == ["requirement_too_deep"]


def test_the_schema_is_a_schema():
    import jsonschema_rs

    assert jsonschema_rs.meta.is_valid(pathway_schema())
