"""Periods of time: union and counting agree with asking about every single moment."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vcwallet.pathways.timeline import MAX_PERIODS, NEVER, Period, any_time, at_least, lasts, since, until

START = datetime(2024, 1, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


@st.composite
def timelines(draw):
    """Disjoint periods of whole days, in order, the last perhaps without an end."""
    days = sorted(draw(st.sets(st.integers(0, 20), max_size=7)))
    periods = [Period(day(begin), day(end)) for begin, end in zip(days[::2], days[1::2], strict=False)]
    if len(days) % 2:
        periods.append(Period(day(days[-1])))
    return tuple(periods)


def holds(timeline, moment):
    return any(begin <= moment and (end is None or moment < end) for begin, end in timeline)


@given(st.lists(timelines(), max_size=5), st.integers(1, 5))
def test_at_least_so_many_hold_at_every_moment(given_timelines, number):
    counted = at_least(number, given_timelines)

    for half_days in range(45):
        moment = START + timedelta(hours=12 * half_days)
        assert holds(counted, moment) == (sum(holds(one, moment) for one in given_timelines) >= number)


@given(st.lists(timelines(), max_size=5), st.integers(1, 5))
def test_what_comes_out_is_in_order_and_has_no_seams(given_timelines, number):
    counted = at_least(number, given_timelines)

    for earlier, later in pairwise(counted):
        assert earlier.end is not None
        assert earlier.begin < earlier.end < later.begin


def test_since_and_until():
    now, over = (Period(day(1), day(2)), Period(day(3))), (Period(day(1), day(2)),)

    assert (lasts(now), since(now), until(now)) == (True, day(3), None)
    assert (lasts(over), since(over), until(over)) == (False, None, day(2))
    assert (lasts(NEVER), since(NEVER), until(NEVER)) == (False, None, None)
    assert any_time([]) == NEVER


def test_only_the_oldest_periods_are_forgotten():
    many = [(Period(day(2 * number), day(2 * number + 1)),) for number in range(100)]
    kept = any_time([*many, (Period(day(500)),)])

    assert len(kept) == MAX_PERIODS
    assert since(kept) == day(500)
