"""Hours of the day in Beijing: over midnight, on weekdays, and every moment on one side only."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.chinese import BEIJING
from scraper.hours import Hours, read_hours

FIRST, SECONDS = datetime(2019, 1, 1, tzinfo=UTC), 16 * 365 * 86400
MOMENTS = st.integers(0, SECONDS).map(lambda past: FIRST + timedelta(seconds=past))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
APART = st.tuples(TIMES, TIMES, st.booleans()).filter(lambda span: span[0] != span[1])
SPANS = APART.map(lambda span: Hours(*span))
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NIGHT = read_hours("23:00-06:00")
WORK = replace(read_hours("08:30-17:30"), weekdays=True)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "asleep"),
    [
        ("2026-12-01 22:59", False),
        ("2026-12-01 23:00", True),
        ("2026-12-02 00:00", True),
        ("2026-12-02 05:59", True),
        ("2026-12-02 06:00", False),
        ("2026-12-02 12:00", False),
    ],
)
def test_a_night_reaches_over_midnight(at: str, asleep: bool) -> None:
    assert NIGHT.cover(beijing(at)) is asleep


def test_the_night_ends_in_the_morning_after() -> None:
    assert NIGHT.until(beijing("2026-12-01 23:30")) == beijing("2026-12-02 06:00")
    assert NIGHT.until(beijing("2026-12-02 03:00")) == beijing("2026-12-02 06:00")
    assert NIGHT.until(beijing("2026-12-02 12:00")) == beijing("2026-12-02 12:00")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-27 12:00", "2026-11-27 12:00"),  # Friday noon
        ("2026-11-27 17:30", "2026-11-30 08:30"),  # Friday evening: Monday
        ("2026-11-28 12:00", "2026-11-30 08:30"),
        ("2026-11-30 07:00", "2026-11-30 08:30"),
        ("2026-11-30 23:00", "2026-12-01 08:30"),
    ],
)
def test_working_hours_are_those_of_weekdays_in_beijing(at: str, opens: str) -> None:
    assert WORK.next_in(beijing(at)) == beijing(opens)


def test_a_friday_night_belongs_to_friday() -> None:
    nights = replace(read_hours("22:00-04:00"), weekdays=True)
    assert nights.cover(beijing("2026-11-28 03:00"))
    assert not nights.cover(beijing("2026-11-29 23:00"))
    assert not nights.cover(beijing("2026-11-30 03:00"))


@given(SPANS, MOMENTS)
def test_the_next_moment_in_a_span_is_in_it_and_within_four_days(span: Hours, at: datetime) -> None:
    found = span.next_in(at)
    assert span.cover(found)
    assert timedelta(0) <= found - at <= 4 * DAY
    assert found.tzinfo is at.tzinfo


@given(SPANS, MOMENTS)
def test_the_end_of_a_span_is_outside_of_it_and_less_than_a_day_away(span: Hours, at: datetime) -> None:
    found = span.until(at)
    assert timedelta(0) <= found - at < DAY
    assert (found == at) is not span.cover(at)
    assert not span.cover(found) or span.weekdays is False


@given(SPANS, MOMENTS)
def test_a_span_comes_round_every_week(span: Hours, at: datetime) -> None:
    assert span.cover(at) == span.cover(at + WEEK)


@given(TIMES, TIMES, MOMENTS)
def test_a_moment_lies_on_one_side_only(start: time, end: time, at: datetime) -> None:
    if start != end:
        assert Hours(start, end).cover(at) is not Hours(end, start).cover(at)


@pytest.mark.parametrize(
    "text", ["", "23-06", "23:00", "24:00-06:00", "23:60-06:00", "6:00-8:00", "06:00-06:00", " 23:00-06:00"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours of the day"):
        read_hours(text)
