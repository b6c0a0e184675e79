"""When a source is looked at next: foretold, within its dossier's bounds and its site's hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.links import next_check
from monitor.model import LinkState, Look, Record, Role, Seen, Snapshot, Source, Standing, State
from scheduler.due import forgiven, is_due
from scheduler.pace import MORNING, STILL, furthest, jitter, next_look, timed
from scraper.chinese import BEIJING
from scraper.hours import Hours, read_hours
from scraper.model import Fetch, Notice, Outcome, OutcomeKind

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
"""A Tuesday, noon in Beijing."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTICE = Notice(url="https://a.cn/", reader="any", layout="any", title="一", text="一")
MOMENTS = st.integers(0, 400 * 86400).map(lambda past: NOW + timedelta(seconds=past))
INTERVALS = st.sampled_from([timedelta(minutes=30), HOUR, 6 * HOUR, DAY, 7 * DAY])
NIGHT = read_hours("23:00-06:00")
WORK = replace(read_hours("08:30-17:30"), weekdays=True)


def source(interval: timedelta = DAY, **more: object) -> Source:
    return Source("d/a", "d", Role.NOTICE, "https://a.cn/", interval=interval, **more)  # type: ignore[arg-type]


def standing(
    of: Source, now: datetime, state: State = State.ALIVE, still: timedelta | None = None
) -> Standing:
    """A source as a course leaves it after a look, its page unchanged for so long."""
    link = LinkState(state, slow=(now,) if state is State.UNSTABLE else ())
    taken = None if still is None else Snapshot(1, of.id, 1, now - still, of.url, NOTICE, "digest")
    return Standing(of.id, link, snapshot=taken, next_due=next_check(link, of.interval, now))


def wait(of: Source, now: datetime = NOW, asleep: Hours | None = None, **more: object) -> timedelta:
    return next_look(of, standing(of, now, **more), now, asleep) - now  # type: ignore[arg-type]


# --- off the beat -------------------------------------------------------------------------------------------


@given(INTERVALS, MOMENTS)
def test_a_look_comes_after_its_interval_and_no_more_than_what_is_forgiven_later(
    interval: timedelta, now: datetime
) -> None:
    of = source(interval)
    assert interval <= wait(of, now) <= interval + forgiven(of)


@given(INTERVALS, MOMENTS)
def test_a_cron_at_a_fixed_hour_skips_no_turn_for_it(interval: timedelta, now: datetime) -> None:
    of = source(interval)
    assert is_due(of, now + wait(of, now), now + interval)


def test_sources_are_spread_and_each_can_be_foretold() -> None:
    times = [jitter(f"d/fn{number:02}", NOW, DAY) for number in range(100)]
    assert len(set(times)) > 90 and max(times) > 25 * MINUTE and min(times) < 5 * MINUTE
    assert times == [jitter(f"d/fn{number:02}", NOW + 3 * HOUR, DAY) for number in range(100)], "by the day"
    assert times != [jitter(f"d/fn{number:02}", NOW + DAY, DAY) for number in range(100)]


def test_a_source_does_not_drift_away_from_its_hour() -> None:
    """Half an hour a day at most: after a month it is looked at once a day all the same."""
    now, looks = NOW, 0
    while now < NOW + 30 * DAY:
        now += wait(source(), now)
        looks += 1
    assert looks in (29, 30)


# --- adaptive -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("still", "days"), [(0, 1), (5, 1), (10, 1), (20, 2), (25, 2.5), (30, 3), (300, 3), (3000, 3)]
)
def test_a_page_that_has_long_been_still_is_looked_at_more_rarely_up_to_its_bound(
    still: float, days: float
) -> None:
    of = source(rarest=3 * DAY)
    found = wait(of, still=still * DAY)
    assert days * DAY <= found <= days * DAY + 30 * MINUTE


def test_without_a_bound_the_interval_is_kept() -> None:
    assert wait(source(), still=3000 * DAY) < DAY + 30 * MINUTE


def test_a_page_that_has_just_changed_is_looked_at_at_its_interval_again() -> None:
    of = source(rarest=7 * DAY)
    before = standing(of, NOW, still=300 * DAY)
    assert next_look(of, before, NOW) - NOW >= 7 * DAY
    assert next_look(of, before, NOW, changed=True) - NOW < DAY + 30 * MINUTE


@pytest.mark.parametrize(
    ("state", "least", "most"),
    [
        (State.FAILING, DAY, DAY),
        (State.UNSTABLE, 21 * HOUR, 21 * HOUR),
        (State.DEAD, 7 * DAY, 7 * DAY),
        (State.MOVED, 30 * DAY, 30 * DAY),
        (State.UNSEEN, 2 * DAY, 2 * DAY),
    ],
)
def test_what_fails_keeps_the_ladders_times_whatever_its_pace(
    state: State, least: timedelta, most: timedelta
) -> None:
    of = source(2 * DAY, rarest=14 * DAY, hours=WORK)
    if state is State.MOVED:
        of = replace(of, rarest=None, hours=None)
    assert least <= wait(of, state=state, still=300 * DAY) <= most + 30 * MINUTE


@given(INTERVALS, MOMENTS, st.sampled_from(State), st.integers(0, 4000), st.booleans(), st.booleans())
def test_no_look_is_put_so_far_off_that_it_would_be_taken_for_a_wrong_clocks(
    interval: timedelta, now: datetime, state: State, still: int, working: bool, night: bool
) -> None:
    of = source(interval, rarest=max(interval, 14 * DAY), hours=WORK if working else None)
    found = wait(of, now, NIGHT if night else None, state=state, still=still * DAY)
    assert timedelta(0) < found <= furthest(of, state)
    assert not is_due(of, now + found, now, state=state)


# --- hours --------------------------------------------------------------------------------------------------


@given(INTERVALS, MOMENTS)
def test_a_source_with_hours_is_looked_at_within_them(interval: timedelta, now: datetime) -> None:
    of = source(interval, hours=WORK)
    assert WORK.cover(now + wait(of, now))
    assert wait(of, now) >= min(interval, DAY)


@given(INTERVALS, MOMENTS, st.sampled_from(State))
def test_no_look_is_put_into_the_night_of_its_host(interval: timedelta, now: datetime, state: State) -> None:
    assert not NIGHT.cover(now + wait(source(interval), now, NIGHT, state=state))


def test_a_list_is_looked_at_oftener_on_weekday_mornings() -> None:
    of = replace(source(6 * HOUR, mornings=HOUR), role=Role.LISTING)
    now, looks = datetime(2026, 11, 29, 16, tzinfo=UTC), []  # the first minute of a Monday in Beijing
    while now < datetime(2026, 12, 6, 16, tzinfo=UTC):
        now += wait(of, now)
        looks.append(now.astimezone(BEIJING))
    mornings = [look for look in looks if MORNING.cover(look)]
    by_day = {day: sum(look.weekday() == day for look in mornings) for day in range(7)}
    assert all(3 <= by_day[day] <= 5 for day in range(5)), by_day
    assert by_day[5] + by_day[6] == 0, "mornings are those of weekdays"
    assert all(sum(look.weekday() == day for look in looks) <= 5 for day in (5, 6))


@given(MOMENTS)
def test_a_look_that_mornings_bring_forward_is_never_later_than_the_interval(now: datetime) -> None:
    of = source(6 * HOUR, mornings=HOUR)
    assert HOUR <= wait(of, now) <= 6 * HOUR * 1.05


# --- records ------------------------------------------------------------------------------------------------


def record(of: Source, due: datetime | None, reading: Notice | None = None) -> Record:
    look = Look(of.id, of.dossier, of.role, of.url)
    seen = Seen(look, Fetch(of.url, NOW, 0.1), Outcome(OutcomeKind.GOOD, "good"))
    kept = standing(of, NOW, still=300 * DAY)
    return Record(seen, replace(kept, next_due=due), new_reading=reading)


@pytest.mark.parametrize("due", [None, NOW, NOW - DAY])
def test_what_is_to_stay_due_stays_due(due: datetime | None) -> None:
    """A walk or a search that was broken off is taken again in the next pass."""
    before = record(source(), due)
    assert timed(before, source(), NOW) is before


def test_a_record_gets_its_time_and_nothing_else_changes() -> None:
    of = source(rarest=3 * DAY)
    before = record(of, NOW + DAY)
    after = timed(before, of, NOW)
    assert after.standing and before.standing
    assert after.standing.next_due == next_look(of, before.standing, NOW)
    assert replace(after.standing, next_due=NOW) == replace(before.standing, next_due=NOW)


def test_a_new_reading_is_a_change() -> None:
    of = source(rarest=3 * DAY)
    after = timed(record(of, NOW + DAY, NOTICE), of, NOW)
    assert after.standing and after.standing.next_due and after.standing.next_due < NOW + 1.1 * DAY


def test_a_visit_without_a_standing_has_no_time() -> None:
    probe = replace(record(source(), None), standing=None)
    assert timed(probe, source(), NOW) is probe


def test_the_share_is_what_the_standard_takes() -> None:
    assert STILL == 0.1
