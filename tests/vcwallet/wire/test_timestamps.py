"""XML Schema 1.1 dateTimeStamp and NumericDate, to the letter."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import Malformed
from vcwallet.wire.timestamps import format_timestamp, from_numeric_date, parse_timestamp


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T09:30:00Z", utc(2026, 1, 31, 9, 30)),
        ("2026-01-31T09:30:00+01:00", utc(2026, 1, 31, 8, 30)),
        ("2026-01-31T09:30:00-14:00", utc(2026, 1, 31, 23, 30)),
        ("2026-01-31T09:30:00+14:00", utc(2026, 1, 30, 19, 30)),
        ("2026-01-31T09:30:00-00:00", utc(2026, 1, 31, 9, 30)),
        ("2026-01-31T09:30:00.5Z", utc(2026, 1, 31, 9, 30, 0, 500_000)),
        ("2026-01-31T09:30:00.1234569Z", utc(2026, 1, 31, 9, 30, 0, 123_456)),
        ("2026-01-31T09:30:00." + "9" * 10_000 + "Z", utc(2026, 1, 31, 9, 30, 0, 999_999)),
        ("2024-02-29T23:59:59Z", utc(2024, 2, 29, 23, 59, 59)),
        ("2026-12-31T24:00:00Z", utc(2027, 1, 1)),
        ("2026-12-31T24:00:00.000+01:00", utc(2026, 12, 31, 23)),
        ("0001-01-01T00:00:00Z", utc(1, 1, 1)),
        ("9999-12-31T23:59:59Z", utc(9999, 12, 31, 23, 59, 59)),
    ],
)
def test_a_date_time_stamp_names_its_moment(text, moment):
    parsed = parse_timestamp(text)

    assert parsed == moment
    assert parsed.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-01-31",
        "2026-01-31T09:30Z",
        "2026-1-31T09:30:00Z",
        "2026-01-31t09:30:00Z",
        "2026-01-31T09:30:00z",
        "2026-01-31 09:30:00Z",
        "2026-01-31T09:30:00Z\n",
        " 2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00.Z",
        "20260131T093000Z",
        "2026-01-31T09:30:60Z",
        "2026-01-31T24:00:01Z",
        "2026-01-31T24:00:00.1Z",
        "2026-01-31T25:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-31T09:30:00+1:00",
        "2026-01-31T09:30:00+0100",
        "2026-01-31T09:30:00+14:01",
        "2026-01-31T09:30:00+15:00",
        "2026-01-31T09:30:00,5Z",
        "٢٠٢٦-01-31T09:30:00Z",
        "+2026-01-31T09:30:00Z",
        "226-01-31T09:30:00Z",
        "02026-01-31T09:30:00Z",
        "2026-01-31T09:30:00+01:60",
        "2026-W05-6T09:30:00Z",
        "2026-01-31T09:30:00−01:00",
        0,
        None,
        True,
        ["2026-01-31T09:30:00Z"],
    ],
)
def test_anything_else_is_malformed(text):
    with pytest.raises(Malformed) as refused:
        parse_timestamp(text, pointer="/validFrom")
    assert refused.value.code == "timestamp_syntax"
    assert refused.value.pointer == "/validFrom"


@pytest.mark.parametrize("text", ["2026-01-31T09:30:00", "2026-01-31T24:00:00", "2026-01-31T09:30:00.25"])
def test_a_time_without_zone_is_malformed_for_that_reason(text):
    with pytest.raises(Malformed) as refused:
        parse_timestamp(text)
    assert refused.value.code == "timestamp_without_zone"
    assert refused.value.problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "0000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "-2026-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "9" * 10000 + "-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T24:00:00Z",
    ],
)
def test_years_beyond_datetime_are_malformed_for_that_reason(text):
    with pytest.raises(Malformed) as refused:
        parse_timestamp(text)
    assert refused.value.code == "timestamp_out_of_range"
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (utc(2026, 1, 31, 9, 30), "2026-01-31T09:30:00Z"),
        (utc(2026, 1, 31, 9, 30, 0, 120_000), "2026-01-31T09:30:00.12Z"),
        (datetime(2026, 1, 31, 9, 30, tzinfo=timezone(timedelta(hours=1))), "2026-01-31T08:30:00Z"),
        (utc(1, 1, 1), "0001-01-01T00:00:00Z"),
    ],
)
def test_a_moment_is_written_in_utc(moment, text):
    assert format_timestamp(moment) == text


def test_a_datetime_without_zone_is_misuse():
    with pytest.raises(ValueError, match="time zone"):
        format_timestamp(datetime(2026, 1, 31))  # noqa: DTZ001 - exactly this is refused


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (0, utc(1970, 1, 1)),
        (1262304000, utc(2010, 1, 1)),
        (1.5, utc(1970, 1, 1, 0, 0, 1, 500_000)),
        (-1, utc(1969, 12, 31, 23, 59, 59)),
    ],
)
def test_a_numeric_date_names_its_moment(value, moment):
    assert from_numeric_date(value) == moment


@pytest.mark.parametrize(
    "value", [True, None, "0", [], 1e300, -1e300, 10**400, float("nan"), float("inf"), 253402300800, -62135596801]
)
def test_what_is_no_numeric_date_is_malformed(value):
    with pytest.raises(Malformed) as refused:
        from_numeric_date(value, pointer="/exp")
    assert (refused.value.code, refused.value.pointer) == ("numeric_date", "/exp")


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_as_the_same_moment(moment):
    assert parse_timestamp(format_timestamp(moment)) == moment


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),  # noqa: DTZ001 - hypothesis wants it so
    st.integers(-14 * 60, 14 * 60),
)
def test_python_reads_the_same_moment(naive, offset_minutes):
    text = naive.replace(tzinfo=timezone(timedelta(minutes=offset_minutes))).isoformat()
    assert parse_timestamp(text) == datetime.fromisoformat(text)


@given(st.text(st.sampled_from("0123456789-+:.TZ"), max_size=30) | st.text())
def test_arbitrary_text_is_a_timestamp_or_malformed(text):
    try:
        moment = parse_timestamp(text)
    except Malformed:
        return
    assert parse_timestamp(format_timestamp(moment)) == moment
