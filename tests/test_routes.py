"""Routes: which findings go which way, and when a digest is due, whatever the clocks are set to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import FindingKind, Severity
from scheduler.routes import WEEKDAYS, Hours, Route, hours_of
from tests.reports_sample import finding

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
DIGESTS = st.builds(
    Hours,
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.none() | st.integers(0, 6),
    st.sampled_from([BERLIN, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/St_Johns")]),
)


@pytest.mark.parametrize(
    ("route", "taken"),
    [
        (Route("all"), True),
        (Route("kind", kinds=frozenset({FindingKind.MOVED})), True),
        (Route("kind", kinds=frozenset({FindingKind.NEW_ZONE})), False),
        (Route("weight", severities=frozenset({Severity.NORMAL, Severity.LOW})), True),
        (Route("weight", severities=frozenset({Severity.HIGH})), False),
        (Route("dossier", dossiers=frozenset({"ai-pilot-zones"})), True),
        (Route("dossier", dossiers=frozenset({"another"})), False),
        (Route("both", frozenset({FindingKind.MOVED}), frozenset({Severity.HIGH})), False),
    ],
)
def test_a_route_takes_what_all_of_its_conditions_hold_for(route: Route, taken: bool) -> None:
    assert route.takes(finding(1, FindingKind.MOVED)) is taken


@pytest.mark.parametrize(
    ("when", "hours"),
    [
        ("at once", None),
        ("At  Once", None),
        ("daily 08:00", Hours(time(8))),
        ("daily 8:05", Hours(time(8, 5))),
        ("weekly monday 08:00", Hours(time(8), 0)),
        ("weekly Sun 23:59", Hours(time(23, 59), 6)),
    ],
)
def test_the_forms_of_when(when: str, hours: Hours | None) -> None:
    assert hours_of(when) == hours


@pytest.mark.parametrize(
    "when",
    ["", "daily", "daily 8", "daily 24:00", "daily 08:60", "weekly 08:00", "weekly mo 08:00", "hourly",
     "weekly xyz 08:00", "daily 08:00 and more", "weekly day 08:00"],
)  # fmt: skip
def test_any_other_form_is_refused_with_the_right_ones(when: str) -> None:
    with pytest.raises(ValueError, match="expected `at once`, `daily 08:00` or `weekly monday 08:00`"):
        hours_of(when)


@pytest.mark.parametrize("day", WEEKDAYS)
def test_a_weekly_digest_is_made_on_its_day(day: str) -> None:
    hours = hours_of(f"weekly {day} 08:00")
    assert hours is not None
    due = hours.last(datetime(2026, 12, 1, 4, tzinfo=UTC))
    assert due.strftime("%A").lower() == day


def test_hours_are_beijings_unless_another_zone_is_given() -> None:
    now = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    here, there = hours_of("daily 08:00"), hours_of("daily 08:00", BERLIN)
    assert here and there
    assert here.last(now) == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert there.last(now) == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def test_the_hour_itself_is_due() -> None:
    hours = Hours(time(8))
    now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert hours.last(now) == now
    assert hours.next(now) == now + timedelta(days=1)


@pytest.mark.parametrize("at", [time(2, 30), time(8)])
def test_a_change_of_the_clocks_neither_skips_nor_doubles_a_digest(at: time) -> None:
    for first in (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)):
        hours = Hours(at, zone=BERLIN)
        due = {hours.last(first + timedelta(minutes=15 * step)).astimezone(UTC) for step in range(4 * 24 * 5)}
        assert len({one.astimezone(BERLIN).date() for one in due}) == len(due) == 6


@given(DIGESTS, MOMENTS)
def test_the_last_digest_is_past_and_the_next_to_come_and_nothing_lies_between(
    hours: Hours, now: datetime
) -> None:
    last, following = hours.last(now), hours.next(now)
    assert last <= now < following
    assert following - last <= timedelta(days=7 if hours.weekday is not None else 1, hours=2)
    assert hours.last(following) == following
    assert hours.last(following - timedelta(minutes=1)) == last
