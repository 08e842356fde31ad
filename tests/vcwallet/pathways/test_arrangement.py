"""Columns and their order: every line points right, the destination stands alone, and few lines cross."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vcwallet.pathways.harbour import DECK_OFFICER, chain, done, pathway, step
from tests.vcwallet.pathways.test_progress import pathways
from vcwallet.errors import Refused
from vcwallet.pathways.arrangement import arrange, count_crossings, place_vertically
from vcwallet.pathways.requirement import Manual, NOf, StepDone, all_of
from vcwallet.pathways.rules import steps_on_the_path


def columns_of(arrangement):
    return [[node.id for node in arrangement.nodes_in(column)] for column in range(len(arrangement.lanes))]


def branching(number, seed, reach=12):
    """Steps that build on some of the last few before them, as published pathways do."""
    chosen = random.Random(seed)
    steps = []
    for index in range(number - 1):
        earlier = [f"s{other}" for other in range(max(0, index - reach), index)]
        few = chosen.sample(earlier, min(len(earlier), chosen.choice([0, 1, 1, 2, 2])))
        steps.append(step(f"s{index}", all_of(Manual(f"k{index}"), *map(StepDone, few))))
    needed = {name for found in steps for name in found.needs}
    return pathway(*steps, step("end", done(*[found.id for found in steps if found.id not in needed])))


def choice(number, total, *more):
    """A choice among many steps on the way to the end."""
    items = [step(f"x{index}", Manual(f"k{index}")) for index in range(total)]
    chosen = step("chosen", NOf(number, tuple(StepDone(item.id) for item in items)))
    return pathway(*items, chosen, *more, step("end", done("chosen", *[found.id for found in more])))


def test_g13_the_columns_of_the_deck_officer():
    arrangement = arrange(DECK_OFFICER)

    assert columns_of(arrangement) == [["A"], ["B", "O"], ["C"], ["D"]]
    assert arrangement.crossings == 0


def _holds(way, arrangement):
    nodes = arrangement.columns.nodes
    for edge in arrangement.edges:
        assert nodes[edge.source].column < nodes[edge.target].column
    assert columns_of(arrangement)[-1] == [way.destination]
    shown = [step_id for node in arrangement.reading_order for step_id in (*node.steps, *node.hidden)]
    assert sorted([*shown, *arrangement.off_path]) == sorted(found.id for found in way.steps)
    assert set(shown) == steps_on_the_path(way)
    for (source, target), via in arrangement.via.items():
        places = [nodes[source].column, *(int(item.rpartition(" via ")[2]) for item in via), nodes[target].column]
        assert all(later - earlier == 1 for earlier, later in pairwise(places))


@given(pathways(), st.integers(1, 9))
def test_every_line_points_right_and_the_destination_is_alone(way, fold_above):
    _holds(way, arrange(way, fold_above=fold_above))


@pytest.mark.parametrize("seed", range(5))
def test_the_same_for_larger_pathways(seed):
    way = branching(120, seed)

    _holds(way, arrange(way))
    _holds(way, arrange(way, fold_above=1000))


@given(pathways())
def test_what_lines_imply_is_exactly_what_others_lead_to(way):
    arrangement = arrange(way, fold_above=1000)
    onward = {}
    for edge in arrangement.edges:
        onward.setdefault(edge.source, set()).add(edge.target)

    def leads(source, target):
        return target in onward.get(source, ()) or any(leads(between, target) for between in onward.get(source, ()))

    for edge in arrangement.edges:
        others = onward[edge.source] - {edge.target}
        assert edge.is_implied == any(leads(between, edge.target) for between in others)


def test_a_thousand_steps_are_laid_out():
    _holds(chain(1000), arrange(chain(1000)))
    way = branching(1000, 1, reach=30)
    _holds(way, arrange(way))


def test_the_same_pathway_looks_the_same_every_time():
    assert arrange(branching(80, 3)).lanes == arrange(branching(80, 3)).lanes


def test_sweeping_leaves_fewer_crossings_than_the_authors_order():
    """Two rows of steps, each needed by the one opposite from the far end: all lines cross until they are sorted."""
    left = [step(f"l{index}", Manual(f"l{index}")) for index in range(8)]
    right = [step(f"r{index}", all_of(StepDone(f"l{7 - index}"), Manual(f"r{index}"))) for index in range(8)]
    way = pathway(*left, *right, step("end", done(*[found.id for found in right])))

    assert arrange(way).crossings == 0


def test_crossings_are_counted():
    lanes = [["a", "b", "c"], ["x", "y", "z"]]

    assert count_crossings(lanes, [[("a", "x"), ("b", "y"), ("c", "z")]]) == 0
    assert count_crossings(lanes, [[("a", "z"), ("b", "y"), ("c", "x")]]) == 3
    assert count_crossings(lanes, [[("a", "x"), ("a", "y"), ("b", "x")]]) == 1


def test_g15_a_choice_among_many_is_folded_and_can_be_opened():
    way = choice(12, 36)
    folded = arrange(way)
    (group,) = folded.columns.groups

    assert columns_of(folded) == [[group.id], ["chosen"], ["end"]]
    assert (group.number, len(group.steps)) == (12, 36)
    opened = arrange(way, opened=[group.id])
    assert [len(column) for column in columns_of(opened)] == [36, 1, 1]


def test_a_fold_hides_what_leads_only_into_it():
    items = [step(f"x{index}", all_of(Manual(f"k{index}"), StepDone(f"before{index}"))) for index in range(10)]
    before = [step(f"before{index}", Manual(f"b{index}")) for index in range(10)]
    side = step("side", all_of(StepDone("before0"), Manual("side")))
    way = pathway(
        *before,
        *items,
        side,
        step("chosen", NOf(1, tuple(StepDone(item.id) for item in items))),
        step("end", done("chosen", "side")),
    )
    arrangement = arrange(way)
    (group,) = arrangement.columns.groups

    assert set(group.hidden) == {f"before{index}" for index in range(1, 10)}
    assert "before0" in arrangement.columns.nodes
    _holds(way, arrangement)


def test_steps_that_are_needed_elsewhere_are_not_folded():
    items = [step(f"x{index}", Manual(f"k{index}")) for index in range(10)]
    both = done(*[item.id for item in items])
    way = pathway(*items, step("one", both), step("two", both), step("end", done("one", "two")))

    assert arrange(way).columns.groups == ()


def test_steps_that_lead_nowhere_stand_apart():
    arrangement = arrange(pathway(step("a", Manual("a")), step("lone", Manual("l")), step("end", done("a"))))

    assert arrangement.off_path == ("lone",)
    assert columns_of(arrangement) == [["a"], ["end"]]


def test_authors_order_decides_where_nothing_else_does():
    way = pathway(step("a", Manual("a"), order=2), step("b", Manual("b"), order=1), step("end", done("a", "b")))

    assert columns_of(arrange(way))[0] == ["b", "a"]


def test_a_circle_is_refused():
    with pytest.raises(Refused):
        arrange(pathway(step("a", StepDone("b")), step("b", StepDone("a"))))


@given(pathways())
def test_nothing_overlaps(way):
    arrangement = arrange(way, fold_above=1000)
    heights = {item: 10.0 if " via " in item else 60.0 for lane in arrangement.lanes for item in lane}
    middle = place_vertically(arrangement, heights, 20.0)

    for lane in arrangement.lanes:
        for above, below in pairwise(lane):
            room = middle[below] - heights[below] / 2 - (middle[above] + heights[above] / 2)
            assert room >= 20.0 - 1e-6
    assert min(middle[item] - heights[item] / 2 for item in middle) == pytest.approx(0)
