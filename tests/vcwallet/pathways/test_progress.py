"""Progress: the numbers of the acceptance scenarios, and what holds for every pathway whatever it asks for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vcwallet.pathways.harbour import (
    ACHIEVEMENT,
    CITY_MAKERS,
    DECK_OFFICER,
    HARBOUR,
    KNOTS,
    MAKER_ON_BOARD,
    NAVIGATION,
    NOW,
    ROPE,
    ROPE_AGAIN,
    SAFETY,
    badge,
    chain,
    done,
    pathway,
    revoked,
    step,
    walk,
)
from vcwallet.errors import Problem, Refused
from vcwallet.pathways.holdings import CountingPolicy
from vcwallet.pathways.pathway import Pathway
from vcwallet.pathways.progress import StepState, credentials_behind, evaluate
from vcwallet.pathways.requirement import Achievement, Alignment, Manual, NOf, Score, StepDone, all_of, any_of
from vcwallet.pathways.timeline import lasts
from vcwallet.pathways.wording import asks_for, first, step_in_words, summary_of

STRICT = replace(DECK_OFFICER, enforce_prerequisites=True)


def states(progress):
    return {step_id: found.state.value for step_id, found in progress.steps.items()}


def codes(progress, step_id):
    return [problem.code for problem in progress.steps[step_id].reasons]


# --- the scenarios -------------------------------------------------------------------------------------------------------


def test_g4_with_the_first_badge_a_third_is_done():
    progress = walk(SAFETY)

    assert progress.percent == 33
    assert progress.steps["A"].completed_at.date().isoformat() == "2024-03-01"
    assert states(progress) == {
        "A": "completed",
        "B": "available",
        "C": "available",
        "O": "available",
        "D": "in progress",
    }
    assert (progress.steps["B"].done, progress.steps["B"].needed) == (0, 2)
    assert first(progress.steps["C"], DECK_OFFICER) == "first: Seamanship – two of three"


def test_g5_the_same_badge_twice_counts_once():
    progress = walk(SAFETY, ROPE, ROPE_AGAIN)

    assert (progress.steps["B"].done, progress.steps["B"].needed) == (1, 2)
    assert progress.steps["B"].state is StepState.IN_PROGRESS
    assert progress.percent == 50


def test_g6_two_of_three_are_enough_and_the_last_badge_completes_it():
    before = walk(SAFETY, ROPE, KNOTS)
    after = walk(SAFETY, ROPE, KNOTS, NAVIGATION)

    assert before.steps["B"].is_complete
    assert before.percent == 66
    assert after.percent == 100
    assert after.is_complete
    assert after.steps["D"].state is StepState.COMPLETED
    assert after.steps["D"].completed_at == NAVIGATION.awarded_at


def test_g7_a_revoked_badge_lapses_its_step_and_no_other():
    progress = walk(revoked(SAFETY, reason="awarded by mistake"), ROPE, KNOTS)

    assert progress.percent == 33
    assert progress.steps["A"].state is StepState.LAPSED
    assert codes(progress, "A") == ["badge_withdrawn"]
    assert "awarded by mistake" in progress.steps["A"].reasons[0].message
    assert progress.steps["B"].is_complete


def test_g8_an_open_optional_step_holds_nothing_up():
    progress = walk(SAFETY, ROPE, KNOTS, NAVIGATION)

    assert progress.steps["O"].state is StepState.AVAILABLE
    assert progress.percent == 100
    assert summary_of(progress) == "100 % complete, 4 of 4 steps"


def test_g9_prerequisites_are_advice_and_a_later_badge_still_counts():
    progress = walk(SAFETY, ROPE, NAVIGATION)

    assert progress.steps["C"].is_complete
    assert progress.percent == 83
    assert first(walk(SAFETY, ROPE).steps["C"], DECK_OFFICER) == "first: Seamanship – two of three"
    assert asks_for(DECK_OFFICER.step("B")) == "two of three"


def test_g10_enforced_prerequisites_lock_a_step_and_say_what_waits():
    progress = walk(SAFETY, ROPE, NAVIGATION, pathway=STRICT)

    assert progress.percent == 50
    assert progress.steps["C"].state is StepState.LOCKED
    assert codes(progress, "C") == ["badge_waits_for_prerequisites"]
    assert "held, counts when Seamanship is complete" in step_in_words(progress.steps["C"], STRICT)
    assert credentials_behind(progress.steps["C"]) == ()


def test_g11_a_score_below_the_minimum_says_both_numbers():
    progress = walk(badge("navigation-1", score=79))

    assert not progress.steps["C"].is_complete
    assert progress.steps["C"].reasons[0] == Problem("score_too_low", "needs at least 80, yours is 79")
    assert walk(badge("navigation-1", score=80)).steps["C"].is_complete
    assert walk(badge("navigation-1", score="80.0")).steps["C"].is_complete


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"valid_until": datetime(2024, 5, 1, tzinfo=UTC)}, "badge_expired"),
        ({"is_accepted": False}, "badge_not_accepted"),
        ({"is_about_learner": False}, "badge_of_another_address"),
        ({"is_about_learner": None}, "badge_recipient_not_asked"),
        ({"issuer_id": CITY_MAKERS}, "badge_from_outside"),
        ({"issuer_id": None}, "badge_from_outside"),
        ({"fault": Problem("signature_invalid", "the signature is wrong")}, "badge_not_verified"),
        ({"valid_from": datetime(2024, 7, 1, tzinfo=UTC)}, "badge_not_yet_valid"),
    ],
)
def test_g12_a_badge_that_does_not_count_is_named_with_the_reason(facts, code):
    progress = walk(badge("safety-basics", **facts))

    assert progress.percent == 0
    assert codes(progress, "A") == [code]
    assert "Safety Basics" in progress.steps["A"].reasons[0].message


def test_g12_the_clock_may_differ_a_little():
    late = timedelta(minutes=4)

    assert walk(badge("safety-basics", valid_until=NOW - late)).steps["A"].is_complete
    assert walk(badge("safety-basics", valid_from=NOW + late)).steps["A"].is_complete
    assert (
        not walk(badge("safety-basics", valid_until=NOW - late), policy=CountingPolicy(clock_skew=timedelta(0)))
        .steps["A"]
        .is_complete
    )


def test_g21_the_version_is_part_of_the_answer():
    assert walk(pathway=replace(DECK_OFFICER, version=7)).to_dict()["version"] == 7


# --- badges from elsewhere (F9, F10) ---------------------------------------------------------------------------------------


def laser(**facts):
    return badge("laser-cutting", issuer=CITY_MAKERS, **facts)


def test_f9_a_badge_counts_outside_while_it_is_shared():
    withdrawn = laser(is_shared=False, shared_until=datetime(2024, 5, 20, tzinfo=UTC))
    reward = badge("workshop-key", "2024-04-01", is_reward=True)

    assert walk(laser(is_shared=True), pathway=MAKER_ON_BOARD).percent == 100
    assert codes(walk(laser(), pathway=MAKER_ON_BOARD), "M") == ["badge_not_shared"]
    lapsed = walk(withdrawn, reward, pathway=MAKER_ON_BOARD)
    assert lapsed.steps["M"].state is StepState.LAPSED
    assert lapsed.steps["M"].lapsed_at.date().isoformat() == "2024-05-20"
    assert codes(lapsed, "M") == ["badge_no_longer_shared"]


def test_f10_an_unknown_issuer_counts_only_where_the_pathway_says_so():
    careful = replace(MAKER_ON_BOARD, counts_unknown_issuers=False)
    shared = laser(is_shared=True)

    assert codes(walk(shared, pathway=careful), "M") == ["badge_issuer_unknown"]
    assert walk(shared, pathway=careful, policy=CountingPolicy(known_issuers=[CITY_MAKERS])).percent == 100


def test_a_requirement_may_say_whose_badges_it_accepts():
    own = pathway(
        step("x", Achievement((ACHIEVEMENT + "x",), (CITY_MAKERS,))), counts_outside=True, counts_unknown_issuers=True
    )

    self_issued = badge("x", issuer="did:key:zAna", is_shared=True)
    assert codes(walk(self_issued, pathway=own), "x") == ["badge_issuer_not_accepted"]
    assert walk(badge("x", issuer=CITY_MAKERS, is_shared=True), pathway=own).is_complete


# --- milestones ------------------------------------------------------------------------------------------------------------


def test_whoever_holds_the_milestone_has_completed_the_step():
    progress = walk(badge("crew-member"))

    assert progress.steps["B"].is_complete
    assert (progress.steps["B"].done, progress.steps["B"].needed) == (2, 2)
    assert progress.steps["B"].milestone == "crew-member"
    assert credentials_behind(progress.steps["B"]) == ("crew-member",)


def test_the_destinations_milestone_completes_the_pathway():
    assert walk(badge("deck-officer")).percent == 100


def test_a_milestone_by_another_issuer_completes_nothing():
    outside = replace(DECK_OFFICER, counts_outside=True, counts_unknown_issuers=True)

    assert walk(badge("crew-member", issuer=CITY_MAKERS, is_shared=True), pathway=outside).percent == 0


def test_a_revoked_milestone_does_not_take_back_what_was_earned():
    progress = walk(ROPE, KNOTS, revoked(badge("crew-member")))

    assert progress.steps["B"].is_complete


def test_a_revoked_milestone_alone_lapses():
    assert walk(revoked(badge("crew-member"))).steps["B"].state is StepState.LAPSED


# --- the other requirements ------------------------------------------------------------------------------------------------


def test_an_alignment_is_met_by_any_badge_that_is_aligned():
    target = "https://frameworks.example/navigation"
    wanted = pathway(step("x", Alignment(target)))

    assert walk(badge("anything", alignments=frozenset({target})), pathway=wanted).is_complete
    assert not walk(badge("anything"), pathway=wanted).is_complete


def test_a_confirmation_counts_from_its_moment_on():
    wanted = pathway(step("x", Manual("swam")))

    assert walk(pathway=wanted, confirmed={"swam": NOW}).is_complete
    assert not walk(pathway=wanted, confirmed={"swam": NOW + timedelta(seconds=1)}).is_complete
    assert not walk(pathway=wanted, confirmed={"other": NOW}).is_complete


@pytest.mark.parametrize("value", ["A", "", "87 %", "8" * 40, "NaN", "1e9", "٨٧", "0x57"])
def test_a_result_that_is_no_number_is_no_score(value):
    progress = walk(badge("navigation-1", score=value))

    assert codes(progress, "C") == ["score_missing"]


def test_the_best_of_several_results_counts():
    several = replace(NAVIGATION, results=(*badge("navigation-1", score=12).results, *NAVIGATION.results))

    assert walk(several).steps["C"].is_complete


def test_a_step_without_a_requirement_is_the_mean_of_its_prerequisites():
    both = pathway(step("a", Manual("a")), step("b", Manual("b")), step("end", None, "a", "b"))

    assert walk(pathway=both, confirmed={"a": NOW}).fraction == Fraction(1, 2)
    assert walk(pathway=both, confirmed={"a": NOW, "b": NOW}).is_complete


def test_a_choice_takes_the_largest_fractions():
    half = step("half", all_of(Manual("a"), Manual("b")))
    third = step("third", all_of(Manual("a"), Manual("c"), Manual("d")))
    chosen = pathway(half, third, step("end", any_of(StepDone("half"), StepDone("third"))))

    assert walk(pathway=chosen, confirmed={"a": NOW}).fraction == Fraction(1, 2)


def test_a_step_lapses_only_if_everything_was_there_at_once():
    """First Aid ended before Rope Work began, so the two were never held together."""
    both = pathway(
        step("x", all_of(Achievement((ACHIEVEMENT + "first-aid",)), Achievement((ACHIEVEMENT + "rope-work",))))
    )
    early = badge("first-aid", "2023-01-01", valid_until=datetime(2023, 12, 31, tzinfo=UTC))
    late = badge("first-aid", "2023-01-01", valid_until=datetime(2024, 5, 1, tzinfo=UTC))

    assert walk(early, ROPE, pathway=both).steps["x"].state is StepState.IN_PROGRESS
    assert walk(late, ROPE, pathway=both).steps["x"].state is StepState.LAPSED


def test_a_badge_ended_when_the_first_of_its_ends_came():
    both = revoked(badge("safety-basics", valid_until=datetime(2024, 5, 20, tzinfo=UTC)), "2024-04-04", "a mistake")

    assert walk(both).steps["A"].lapsed_at.date().isoformat() == "2024-04-04"
    assert codes(walk(both), "A") == ["badge_withdrawn"]


def test_a_revocation_without_a_date_claims_none():
    assert walk(revoked(SAFETY)).steps["A"].lapsed_at is None
    assert walk(revoked(SAFETY, "2024-05-05")).steps["A"].lapsed_at.date().isoformat() == "2024-05-05"


def test_misuse_is_a_value_error():
    with pytest.raises(ValueError, match="time zone"):
        evaluate(DECK_OFFICER, [], at=NOW.replace(tzinfo=None))
    with pytest.raises(TypeError):
        CountingPolicy(known_issuers="did:web:a.example")


def test_a_circle_is_refused_and_a_long_chain_is_not():
    circle = pathway(step("a", StepDone("b")), step("b", StepDone("a")))

    with pytest.raises(Refused) as caught:
        walk(pathway=circle)
    assert caught.value.code == "pathway_cycle"
    assert walk(pathway=chain(2000), confirmed={"k0": NOW}).steps["s0"].is_complete


# --- what holds for every pathway ------------------------------------------------------------------------------------------

NAMES = [f"n{number}" for number in range(6)]
LEAVES = st.one_of(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(
        lambda names: Achievement(tuple(ACHIEVEMENT + name for name in names))
    ),
    st.sampled_from(NAMES).map(lambda name: Score(ACHIEVEMENT + name, f"{ACHIEVEMENT}{name}#score", Decimal(50))),
    st.sampled_from(NAMES).map(lambda name: Alignment(f"https://frameworks.example/{name}")),
    st.sampled_from(NAMES).map(Manual),
)


@st.composite
def requirements(draw, earlier, depth=2):
    if depth and draw(st.booleans()):
        of = draw(st.lists(requirements(earlier, depth - 1), min_size=1, max_size=4, unique=True))
        return NOf(draw(st.integers(1, len(of))), tuple(of))
    if earlier and draw(st.booleans()):
        return StepDone(draw(st.sampled_from(earlier)))
    return draw(LEAVES)


@st.composite
def pathways(draw):
    steps = []
    for number in range(draw(st.integers(1, 7))):
        earlier = [found.id for found in steps]
        before = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        requires = None if before and draw(st.booleans()) else draw(requirements(earlier))
        milestone = draw(st.none() | st.sampled_from(NAMES).map(lambda name: ACHIEVEMENT + name))
        steps.append(step(f"s{number}", requires, *before, milestone=milestone))
    return pathway(*steps, enforce_prerequisites=draw(st.booleans()))


@st.composite
def held(draw):
    name = draw(st.sampled_from(NAMES))
    day = draw(st.integers(1, 28))
    ends = draw(st.none() | st.integers(1, 28))
    return badge(
        name,
        f"2024-04-{day:02}",
        key=draw(st.sampled_from(["one", "two", "three"])) + name,
        score=draw(st.none() | st.sampled_from([10, 49, 50, 90])),
        alignments=frozenset({f"https://frameworks.example/{name}"} if draw(st.booleans()) else ()),
        valid_until=None if ends is None else datetime(2024, 5, ends, tzinfo=UTC),
    )


HOLDINGS = st.lists(held(), max_size=6)
CONFIRMED = st.dictionaries(st.sampled_from(NAMES), st.just(NOW - timedelta(days=3)), max_size=3)


def is_complete(way: Pathway, step_id, credentials, confirmed, at) -> bool:
    """An evaluator of its own: true or false, by recursion, without fractions and without timelines."""
    current = [one for one in credentials if one.valid_from <= at and (one.valid_until is None or one.valid_until > at)]

    def met(requirement):
        match requirement:
            case Achievement(ids):
                return any(set(ids) & one.achievement_ids for one in current)
            case Alignment(target):
                return any(target in one.alignments for one in current)
            case Score(achievement, description, minimum):
                return any(
                    name == description and int(value) >= minimum
                    for one in current
                    if achievement in one.achievement_ids
                    for name, value in one.results
                )
            case StepDone(other):
                return complete(other)
            case Manual(key):
                return key in confirmed and confirmed[key] <= at
            case NOf(number, of):
                return len([item for item in of if met(item)]) >= number

    def complete(other):
        found = way.step(other)
        before = all(complete(needed) for needed in found.prerequisites)
        by_milestone = any(found.milestone in one.achievement_ids for one in current)
        own = before and bool(found.prerequisites) if found.requires is None else met(found.requires)
        return (own or by_milestone) and (before or not way.enforce_prerequisites)

    return complete(step_id)


@given(pathways(), HOLDINGS, CONFIRMED)
def test_complete_means_a_fraction_of_one_and_the_other_evaluator_agrees(way, credentials, confirmed):
    progress = walk(*credentials, pathway=way, confirmed=confirmed)

    for found in progress.steps.values():
        expected = is_complete(way, found.step_id, credentials, confirmed, NOW)
        assert found.is_complete == expected
        assert (found.fraction == 1) == expected
        assert lasts(found.timeline) == expected
        assert (found.percent == 100) == expected
        assert 0 <= found.fraction <= 1
        assert (found.state is StepState.COMPLETED) == expected


@given(pathways(), HOLDINGS, CONFIRMED)
def test_since_when_and_until_when_agree_with_the_other_evaluator_at_every_moment(way, credentials, confirmed):
    progress = walk(*credentials, pathway=way, confirmed=confirmed)
    moments = (
        {one.valid_from for one in credentials} | {one.valid_until for one in credentials} | set(confirmed.values())
    )

    for moment in sorted(moment for moment in moments if moment is not None and moment <= NOW):
        for found in progress.steps.values():
            by_timeline = any(begin <= moment and (end is None or moment < end) for begin, end in found.timeline)
            assert by_timeline == is_complete(way, found.step_id, credentials, confirmed, moment)


@given(pathways(), HOLDINGS, CONFIRMED, held())
def test_progress_never_falls_when_something_is_earned(way, credentials, confirmed, more):
    before = walk(*credentials, pathway=way, confirmed=confirmed)
    after = walk(*credentials, more, pathway=way, confirmed=confirmed)

    assert all(after.steps[step_id].fraction >= found.fraction for step_id, found in before.steps.items())


@given(pathways(), HOLDINGS, CONFIRMED, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(way, credentials, confirmed, random):
    shuffled = [*credentials, *credentials, *(replace(one, key=one.key + "again") for one in credentials)]
    random.shuffle(shuffled)

    once = walk(*credentials, pathway=way, confirmed=confirmed)
    other = walk(*shuffled, pathway=way, confirmed=confirmed)

    assert [found.fraction for found in once.steps.values()] == [found.fraction for found in other.steps.values()]
    assert states(once) == states(other)
    assert [found.completed_at for found in once.steps.values()] == [
        found.completed_at for found in other.steps.values()
    ]


@given(pathways(), HOLDINGS, CONFIRMED)
def test_enforced_prerequisites_never_let_a_step_count_early(way, credentials, confirmed):
    strict = replace(way, enforce_prerequisites=True)
    progress = walk(*credentials, pathway=strict, confirmed=confirmed)
    advice = walk(*credentials, pathway=replace(way, enforce_prerequisites=False), confirmed=confirmed)

    for found in progress.steps.values():
        if not all(progress.steps[needed].is_complete for needed in strict.step(found.step_id).prerequisites):
            assert found.fraction == 0
            assert credentials_behind(found) == ()
        assert found.fraction <= advice.steps[found.step_id].fraction


@given(pathways(), HOLDINGS)
def test_the_answer_is_json(way, credentials):
    import json

    answer = json.loads(json.dumps(walk(*credentials, pathway=way).to_dict()))

    assert answer["percent"] == walk(*credentials, pathway=way).percent
    assert [found["step"] for found in answer["steps"]] == [found.id for found in way.steps]


def test_done_names_steps():
    assert done("a", "b").of == (StepDone("a"), StepDone("b"))
    assert HARBOUR in DECK_OFFICER.issuers
