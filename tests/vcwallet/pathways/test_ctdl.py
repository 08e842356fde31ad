"""CTDL in and out: the shapes that are published, what is said about what did not fit, and nothing lost on the way back."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vcwallet.pathways.harbour import (
    ACHIEVEMENT,
    DECK_OFFICER,
    MAKER_ON_BOARD,
    chain,
    done,
    pathway,
    step,
    walk,
)
from tests.vcwallet.pathways.test_progress import CONFIRMED, HOLDINGS, pathways
from vcwallet.errors import Malformed, VcwalletError
from vcwallet.pathways.arrangement import arrange
from vcwallet.pathways.associations import achievement_of, associations
from vcwallet.pathways.ctdl import import_ctdl
from vcwallet.pathways.ctdl_writing import export_ctdl
from vcwallet.pathways.requirement import Achievement, Alignment, Manual, NOf, Score, StepDone, all_of, any_of
from vcwallet.pathways.rules import pathway_problems

REGISTRY = "https://registry.example/resources/"


def component(name, kind="Credential", **terms):
    node = {"@id": REGISTRY + name, "@type": f"ceterms:{kind}Component", "ceterms:name": {"en-US": name.title()}}
    return node | {key.replace("_", ":", 1): value for key, value in terms.items()}


def condition(number, *targets, **terms):
    node = {"@type": "ceterms:ComponentCondition", "ceterms:targetComponent": [REGISTRY + name for name in targets]}
    if number is not None:
        node["ceterms:requiredNumber"] = number
    return node | {key.replace("_", ":", 1): value for key, value in terms.items()}


def graph(*components, destination="goal", **terms):
    top = {
        "@id": REGISTRY + "pathway",
        "@type": "ceterms:Pathway",
        "ceterms:name": {"en-US": "Teaching"},
        "ceterms:offeredBy": [REGISTRY + "college"],
        "ceterms:hasDestinationComponent": [REGISTRY + destination],
        "ceasn:hasPart": [node["@id"] for node in components],
    }
    top |= {key.replace("_", ":", 1): value for key, value in terms.items()}
    return {"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": [top, *components]}


def source(name):
    return {"ceterms_sourceData": f"https://badges.example/{name}"}


def refs(*names):
    return [REGISTRY + name for name in names]


PUBLISHED = graph(
    component(
        "goal",
        ceterms_hasCondition=[condition(2, "one", "two", "three")],
        ceasn_hasChild=refs("one", "two", "three", "extra"),
        **source("goal"),
    ),
    component("one", **source("one")),
    component("two", **source("two"), ceterms_prerequisite=refs("one")),
    component("three", "Competency", **source("skill")),
    component("extra", "Basic"),
    component("alone", "Course"),
)


def codes(found):
    return [warning.code for warning in found.warnings]


def test_a_child_comes_before_its_parent_and_conditions_say_how_many():
    found = import_ctdl(PUBLISHED)
    way = found.pathway
    goal = way.step(REGISTRY + "goal")

    assert goal.requires == NOf(2, tuple(map(StepDone, refs("one", "two", "three"))))
    assert goal.milestone == "https://badges.example/goal"
    assert way.step(REGISTRY + "one").requires == Achievement(("https://badges.example/one",))
    assert way.step(REGISTRY + "two").prerequisites == (REGISTRY + "one",)
    assert way.step(REGISTRY + "three").requires == Alignment("https://badges.example/skill")
    assert way.organisation == REGISTRY + "college"
    assert way.name.in_language("en") == "Teaching"
    assert pathway_problems(way) == []


def test_a_child_that_no_condition_names_is_optional():
    extra = import_ctdl(PUBLISHED).pathway.step(REGISTRY + "extra")

    assert extra.optional
    assert extra.belongs_to == REGISTRY + "goal"


def test_what_nothing_else_can_complete_is_confirmed_by_hand_and_that_is_said():
    found = import_ctdl(PUBLISHED)

    assert found.pathway.step(REGISTRY + "extra").requires == Manual(REGISTRY + "extra")
    assert codes(found).count("ctdl_confirmed_by_hand") == 2
    assert "Extra" in next(w.message for w in found.warnings)


def test_a_component_that_leads_nowhere_stands_apart():
    arrangement = arrange(import_ctdl(PUBLISHED).pathway)

    assert arrangement.off_path == (REGISTRY + "alone",)
    assert [node.id for node in arrangement.nodes_in(len(arrangement.lanes) - 1)] == [REGISTRY + "goal"]


def test_references_may_be_objects_and_terms_may_have_their_other_names():
    written = (
        json.dumps(PUBLISHED).replace("ceasn:has", "ceterms:has").replace('"ceterms:sourceData"', '"ceterms:proxyFor"')
    )
    document = json.loads(written)
    for node in document["@graph"]:
        for term in ("ceterms:hasChild", "ceterms:prerequisite", "ceterms:hasPart"):
            if term in node:
                node[term] = [{"@id": reference} for reference in node[term]]

    assert import_ctdl(document).pathway == import_ctdl(PUBLISHED).pathway


def test_single_values_may_stand_without_a_list():
    document = graph(
        component("goal", ceterms_hasCondition=condition("1", "one"), ceasn_hasChild=REGISTRY + "one"),
        component("one", **source("one")),
    )

    assert import_ctdl(document).pathway.step(REGISTRY + "goal").requires == StepDone(REGISTRY + "one")


def test_conditions_may_be_nodes_of_their_own():
    own = condition(1, "one", "two") | {"@id": "_:b1"}
    document = graph(
        component("goal", ceterms_hasCondition=["_:b1"]),
        component("one", **source("one")),
        component("two", **source("two")),
    )
    document["@graph"].append(own)

    assert import_ctdl(document).pathway.step(REGISTRY + "goal").requires.number == 1


def test_the_destination_may_say_itself_what_it_is_the_destination_of():
    document = graph(component("goal", ceterms_isDestinationComponentOf=refs("pathway"), **source("goal")))
    del document["@graph"][0]["ceterms:hasDestinationComponent"]

    assert import_ctdl(document).pathway.destination == REGISTRY + "goal"


WARNED = {
    "ctdl_number_missing": condition(None, "one", "two"),
    "ctdl_number_impossible": condition(3, "one", "two"),
    "ctdl_condition_empty": condition(1),
    "ctdl_operator_unknown": condition(1, "one", "two", ceterms_logicalOperator="logic:Not"),
    "ctdl_constraint_unknown": condition(
        1,
        "one",
        "two",
        ceterms_hasConstraint=[{"@type": "ceterms:Constraint", "ceterms:comparator": "compare:LessThan"}],
    ),
}


@pytest.mark.parametrize("code", WARNED)
def test_what_does_not_fit_is_read_as_well_as_can_be_and_named(code):
    document = graph(
        component("goal", ceterms_hasCondition=[WARNED[code]], **source("goal")),
        component("one", **source("one")),
        component("two", **source("two")),
    )
    found = import_ctdl(document)

    assert code in codes(found)
    assert pathway_problems(found.pathway) == []


def test_more_places_that_are_named():
    one, two = component("one", **source("one")), component("two", **source("two"))
    several = graph(component("goal", ceterms_hasCondition=[condition(1, "one"), condition(1, "two")]), one, two)
    none = graph(component("goal", ceasn_hasChild=refs("one", "two")), one, two)
    missing = graph(component("goal", ceasn_hasChild=refs("ghost"), **source("goal")))
    circle = graph(
        component("goal", ceterms_hasCondition=[condition(2, "one", "two")]),
        component("one", ceterms_precededBy=refs("two"), **source("one")),
        component("two", ceterms_precededBy=refs("one"), **source("two")),
    )

    assert "ctdl_several_conditions" in codes(import_ctdl(several))
    assert "ctdl_no_condition" in codes(import_ctdl(none))
    assert "ctdl_component_missing" in codes(import_ctdl(missing))
    assert "ctdl_order_is_a_circle" in codes(import_ctdl(circle))
    assert pathway_problems(import_ctdl(circle).pathway) == []


REFUSED = {
    "ctdl_no_pathway": {"@graph": [component("goal")]},
    "ctdl_no_destination": graph(component("goal"), destination="ghost"),
    "ctdl_no_graph": {"@graph": "none"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_a_pathway_is_refused(code):
    with pytest.raises(Malformed) as caught:
        import_ctdl(REFUSED[code])
    assert caught.value.code == code


def test_two_pathways_need_a_choice():
    document = graph(component("goal", **source("goal")))
    document["@graph"].append(document["@graph"][0] | {"@id": REGISTRY + "other", "ceterms:name": "Other"})

    with pytest.raises(Malformed):
        import_ctdl(document)
    assert import_ctdl(document, pathway_id=REGISTRY + "other").pathway.name.in_language("en") == "Other"


def test_too_many_components_are_refused():
    with pytest.raises(Malformed) as caught:
        import_ctdl(graph(*(component(f"c{number}") for number in range(2001)), destination="c0"))
    assert caught.value.code == "ctdl_too_large"


def test_deep_and_circular_conditions_end():
    inner = condition(1, "one")
    for _ in range(12):
        inner = {"@type": "ceterms:ComponentCondition", "ceterms:hasCondition": [inner]}
    deep = graph(component("goal", ceterms_hasCondition=[inner], **source("goal")), component("one", **source("one")))
    around = {"@id": "_:a", "@type": "ceterms:ComponentCondition", "ceterms:hasCondition": ["_:a", "_:a"]}
    circular = graph(component("goal", ceterms_hasCondition=["_:a"], **source("goal")))
    circular["@graph"].append(around)

    assert "ctdl_condition_too_deep" in codes(import_ctdl(deep))
    assert "ctdl_condition_too_deep" in codes(import_ctdl(circular))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from([*refs("goal", "one", "pathway"), "", "ceterms:Pathway", "_:x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@id",
                    "@type",
                    "@value",
                    "@language",
                    "en",
                    "ceterms:hasCondition",
                    "ceterms:targetComponent",
                    "ceterms:requiredNumber",
                    "ceterms:hasConstraint",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
TERMS = [
    "ceterms:hasCondition",
    "ceasn:hasChild",
    "ceterms:name",
    "ceterms:sourceData",
    "ceterms:prerequisite",
    "ceterms:precedes",
    "ceterms:componentDesignation",
    "ceterms:identifier",
    "@type",
]


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(TERMS), JSON), max_size=5))
def test_any_value_anywhere_is_read_or_refused(changes):
    document = json.loads(json.dumps(PUBLISHED))
    for place, term, value in changes:
        document["@graph"][place][term] = value
    try:
        found = import_ctdl(document)
    except VcwalletError:
        return
    if not pathway_problems(found.pathway):
        walk(pathway=found.pathway)
        arrange(found.pathway)


# --- out and in again ------------------------------------------------------------------------------------------------------


def unfolded(requirement):
    """A choice of one is the same as that one, and CTDL has only one way to write both."""
    if isinstance(requirement, NOf):
        of = tuple(map(unfolded, requirement.of))
        return of[0] if len(of) == 1 else NOf(requirement.number, of)
    return requirement


def as_ctdl_can_say(way):
    steps = tuple(
        replace(found, requires=None if found.requires is None else unfolded(found.requires)) for found in way.steps
    )
    return replace(
        way, steps=steps, issuers=(), enforce_prerequisites=False, counts_outside=False, counts_unknown_issuers=False
    )


@pytest.mark.parametrize(
    "way", [DECK_OFFICER, MAKER_ON_BOARD, chain(20)], ids=["deck officer", "maker on board", "chain"]
)
def test_what_goes_out_comes_in_again(way):
    document, _ = export_ctdl(way)
    found = import_ctdl(json.dumps(document))

    assert found.pathway == as_ctdl_can_say(way)
    assert found.warnings == ()


def test_every_kind_of_requirement_survives_at_every_depth():
    leaves = (
        Achievement((ACHIEVEMENT + "a", ACHIEVEMENT + "b")),
        Alignment("https://frameworks.example/x"),
        Manual("swam across"),
        Score(ACHIEVEMENT + "c", ACHIEVEMENT + "c#score", Decimal("79.5")),
    )
    for leaf in leaves:
        inside = step("b", NOf(2, (leaf, Manual("other"), any_of(Manual("fourth"), all_of(leaf, Manual("third"))))))
        way = pathway(
            step("a", leaf), inside, step("c", leaf, milestone=ACHIEVEMENT + "m"), step("end", done("a", "b", "c"))
        )
        document, losses = export_ctdl(way)

        assert losses == ()
        # A condition lists its targets before the conditions inside it, and so do we here.
        assert import_ctdl(document).pathway == way


@settings(max_examples=40)
@given(pathways(), HOLDINGS, CONFIRMED)
def test_a_pathway_that_went_out_and_in_gives_the_same_progress(way, credentials, confirmed):
    advised = replace(way, enforce_prerequisites=False)
    if pathway_problems(advised):
        return
    again = import_ctdl(export_ctdl(advised)[0]).pathway

    before, after = (walk(*credentials, pathway=one, confirmed=confirmed) for one in (advised, again))
    assert {key: found.fraction for key, found in before.steps.items()} == {
        key: found.fraction for key, found in after.steps.items()
    }


def test_what_goes_out_again_is_what_came_in():
    once = import_ctdl(PUBLISHED).pathway

    assert import_ctdl(export_ctdl(once)[0]).pathway == once


def test_what_ctdl_cannot_say_is_named():
    way = pathway(step("a", Achievement(("u:x",), ("u:issuer",)), alignments=("u:t",)), enforce_prerequisites=True)

    assert {problem.pointer for problem in export_ctdl(way)[1]} == {
        "/enforcePrerequisites",
        "/steps/0/alignments",
        "/steps/0/requires/issuers",
    }


# --- associations of CLR 2.0 -------------------------------------------------------------------------------------------------


def test_the_associations_of_the_deck_officer():
    found = {
        (entry["associationType"], entry["sourceId"].rpartition("/")[2], entry["targetId"].rpartition("/")[2])
        for entry in associations(DECK_OFFICER)
    }

    assert found == {
        ("isParentOf", "deck-officer", "safety-basics"),
        ("isParentOf", "deck-officer", "crew-member"),
        ("isParentOf", "deck-officer", "navigation-1"),
        ("isParentOf", "crew-member", "rope-work"),
        ("isParentOf", "crew-member", "knots"),
        ("isParentOf", "crew-member", "signals"),
        ("precedes", "safety-basics", "crew-member"),
        ("precedes", "crew-member", "navigation-1"),
    }
    assert {entry["type"] for entry in associations(DECK_OFFICER)} == {"Association"}


def test_a_step_without_one_achievement_has_no_place_among_them():
    assert achievement_of(step("a", Manual("a"))) is None
    assert achievement_of(step("a", Achievement(("u:a", "u:b")))) is None
    assert associations(chain(3)) == []
