"""The ladders: when a link is failing, dead, suspected, unseen, and alive again."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import link_years
from monitor.links import (
    APART,
    MOST_KEPT,
    Group,
    events,
    group,
    is_hard,
    next_check,
    step,
    step_confirmed,
    step_moved,
)
from monitor.model import FindingKind, LinkState, Role, State, Visit
from monitor.transitions import story
from scraper.model import GOOD_KINDS, Outcome, OutcomeKind

START = datetime(2026, 1, 1, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
K = OutcomeKind
ALIVE, BLANK = LinkState(State.ALIVE), LinkState()
OF_GROUP = {found: [kind for kind in OutcomeKind if group(kind) is found] for found in Group}


def outcome(kind: OutcomeKind) -> Outcome:
    return Outcome(kind, f"rule_{kind.value}")


def fold(checks: Iterable[tuple[float, OutcomeKind]], state: LinkState = ALIVE) -> list[LinkState]:
    """Step through checks, each so many hours after the start; the states after each."""
    states = []
    for hours, kind in checks:
        state = step(state, outcome(kind), START + hours * HOUR)
        states.append(state)
    return states


def told(checks: Iterable[tuple[float, OutcomeKind]], state: LinkState = BLANK) -> list[FindingKind]:
    """What a person hears over a run of checks."""
    states = [state, *fold(checks, state)]
    return [kind for before, after in pairwise(states) for kind in events(before, after)]


def daily(kind: OutcomeKind, days: int, start: int = 0) -> list[tuple[float, OutcomeKind]]:
    return [(24.0 * day, kind) for day in range(start, start + days)]


def drifting(kind: OutcomeKind, checks: int) -> list[tuple[float, OutcomeKind]]:
    return [(21.0 * at, kind) for at in range(checks)]


def test_every_outcome_belongs_to_one_group() -> None:
    assert set(OF_GROUP[Group.GOOD]) == GOOD_KINDS
    assert OF_GROUP[Group.HARD] == [K.GONE, K.NO_SUCH_NAME, K.SOFT_404, K.ROOT_REDIRECT]
    assert set(OF_GROUP[Group.SLOW]) == {
        K.NAME_FAILS,
        K.REFUSED,
        K.RESET,
        K.TIMED_OUT,
        K.DEADLINE,
        K.TLS,
        K.SERVER_ERROR,
        K.INCOMPLETE,
    }
    assert set(OF_GROUP[Group.UNSEEN]) == {
        K.WALL,
        K.FORBIDDEN,
        K.RATE_LIMITED,
        K.ROBOTS,
        K.BLOCKED_BY_POLICY,
        K.EMPTY,
        K.UNEXPECTED_TYPE,
    }
    assert OF_GROUP[Group.OURS] == [K.OWN_OUTAGE]
    assert sum(map(len, OF_GROUP.values())) == len(OutcomeKind)


@pytest.mark.parametrize("kind", OF_GROUP[Group.HARD])
def test_a_hard_outcome_is_failing_at_once_and_starts_the_search(kind: OutcomeKind) -> None:
    (state,) = fold([(0, kind)])
    assert state.state is State.FAILING and state.hard == (START,) and state.episode == 1
    assert is_hard(kind)


def test_a_404_that_stays_is_dead_once_after_its_ladder() -> None:
    states = fold(daily(K.GONE, 30))
    assert [state.state for state in states[:4]] == [State.FAILING] * 3 + [State.DEAD]
    assert states[-1].state is State.DEAD and states[-1].since == START + 3 * DAY
    assert told(daily(K.GONE, 30)) == [FindingKind.LINK_DEAD]


@pytest.mark.parametrize(
    ("hours", "dead"),
    [
        ((0, 34, 68), True),
        ((0, 34, 67.9), False),
        ((0, 48, 68), True),
        ((0, 49, 68), False),
        ((0, 68), False),
        ((0, 19, 38, 68), True),
        ((0, 5, 68), False),
        ((0, 1, 2, 3, 68), False),
        ((0, 20, 40, 60), False),
        ((0, 20, 40, 60, 80), True),
        ((0, 24, 24 * 30), True),
    ],
)
def test_dead_takes_three_checks_20_hours_apart_over_68_hours(hours: tuple[float, ...], dead: bool) -> None:
    states = fold([(at, K.GONE) for at in hours])
    assert (states[-1].state is State.DEAD) is dead


def test_checks_by_several_hard_rules_count_together() -> None:
    states = fold([(0, K.GONE), (34, K.SOFT_404), (70, K.NO_SUCH_NAME)])
    assert states[-1].state is State.DEAD


def test_one_good_answer_begins_the_count_anew() -> None:
    states = fold([(0, K.GONE), (34, K.GONE), (50, K.GOOD), (70, K.GONE), (140, K.GONE)])
    assert [state.state for state in states] == [
        State.FAILING,
        State.FAILING,
        State.ALIVE,
        State.FAILING,
        State.FAILING,
    ]
    assert states[-1].episode == 2


def test_slow_is_nothing_then_unstable_then_suspected_and_never_dead() -> None:
    states = fold(drifting(K.TIMED_OUT, 60))
    assert [state.state for state in states[:2]] == [State.ALIVE, State.UNSTABLE]
    suspected = next(at for at, state in enumerate(states) if state.state is State.SUSPECTED)
    assert 21 * suspected >= 6.5 * 24 > 21 * (suspected - 1)
    assert {state.state for state in states[suspected:]} == {State.SUSPECTED}
    assert told(drifting(K.TIMED_OUT, 60)) == [FindingKind.LINK_SUSPECTED]


def test_slow_at_one_hour_of_the_day_only_takes_seven_checks_and_says_that_it_saw_no_other() -> None:
    states = fold(daily(K.SERVER_ERROR, 8))
    assert [state.state for state in states[-2:]] == [State.UNSTABLE, State.SUSPECTED]
    assert "about 04:00Z: a host that shuts at that hour would look the same" in states[-1].rule
    assert told(daily(K.SERVER_ERROR, 60)) == [FindingKind.LINK_SUSPECTED]
    few = [(24.0 * day, K.SERVER_ERROR) for day in (0, 1, 2, 4, 6, 8)]
    assert fold(few)[-1].state is State.UNSTABLE


def test_slow_at_hours_apart_in_the_day_takes_five_checks_and_no_warning() -> None:
    few = [(24.0 * day, K.SERVER_ERROR) for day in (0, 2, 4, 6)]
    suspected = fold([*few, (24 * 7 + 3, K.SERVER_ERROR)])[-1]
    assert suspected.state is State.SUSPECTED and "would look the same" not in suspected.rule
    assert fold([*few, (24 * 7 + 2.9, K.SERVER_ERROR)])[-1].state is State.UNSTABLE


@pytest.mark.parametrize("night", [23, 2, 4])
def test_a_daemon_sees_a_host_that_shuts_at_night_by_day(night: int) -> None:
    """Three hours off its usual hour at each look, it comes out of the night before the ladder's end."""
    state, at, heard = ALIVE, datetime(2026, 1, 1, night, tzinfo=UTC), list[FindingKind]()
    for _ in range(120):
        shut = at.hour >= 23 or at.hour < 5
        before, state = state, step(state, outcome(K.SERVER_ERROR if shut else K.GOOD), at)
        heard += events(before, state)
        at = next_check(state, DAY, at)
    assert heard == []


def test_slow_takes_five_checks_over_six_and_a_half_days() -> None:
    assert fold([(at, K.RESET) for at in (0, 50, 100, 156)])[-1].state is State.UNSTABLE
    assert fold([(at, K.RESET) for at in (0, 40, 80, 120, 155.9)])[-1].state is State.UNSTABLE
    assert fold([(at, K.RESET) for at in (0, 40, 80, 120, 156)])[-1].state is State.SUSPECTED


def test_503_every_second_time_is_not_worth_a_line() -> None:
    checks = [(24.0 * day, K.SERVER_ERROR if day % 2 else K.GOOD) for day in range(60)]
    assert told(checks) == []


def test_a_first_visit_raises_nothing_whatever_it_meets() -> None:
    for kind in OutcomeKind:
        assert told([(0, kind)]) == []


@pytest.mark.parametrize("kind", OF_GROUP[Group.UNSEEN])
def test_what_cannot_be_seen_stays_so_and_is_told_once_after_seven_days(kind: OutcomeKind) -> None:
    states = fold(daily(kind, 100))
    assert {state.state for state in states} == {State.UNSEEN}
    assert told(daily(kind, 7)) == []
    assert told(daily(kind, 100)) == [FindingKind.CANNOT_SEE]
    assert states[-1].unseen[0] == START


def test_410_412_and_503_are_three_different_things() -> None:
    states = [fold([(0, kind)])[0].state for kind in (K.GONE, K.WALL, K.SERVER_ERROR)]
    assert states == [State.FAILING, State.UNSEEN, State.ALIVE]


def test_a_wall_hides_a_failing_link_and_its_count_goes_on_behind_it() -> None:
    states = fold([(0, K.GONE), (24, K.WALL), (48, K.GONE), (72, K.GONE)])
    assert [state.state for state in states] == [State.FAILING, State.UNSEEN, State.FAILING, State.DEAD]


def test_slow_checks_after_a_hard_one_leave_the_link_failing() -> None:
    states = fold([(0, K.GONE), (24, K.TIMED_OUT), (48, K.TIMED_OUT)])
    assert {state.state for state in states} == {State.FAILING}
    assert states[-1].rule == states[0].rule and len(states[-1].slow) == 2


def test_a_hard_answer_is_sight_and_ends_a_blindness_not_yet_told() -> None:
    assert told([*daily(K.WALL, 5), (120, K.GONE), *daily(K.WALL, 7, 6)]) == []
    assert told([*daily(K.WALL, 5), (120, K.GONE), *daily(K.WALL, 8, 6)]) == [FindingKind.CANNOT_SEE]
    assert told([*daily(K.WALL, 9), (216, K.GONE), *daily(K.WALL, 20, 10)]) == [FindingKind.CANNOT_SEE]


def test_walls_on_two_days_running_show_that_the_host_is_up() -> None:
    once = fold([*drifting(K.TIMED_OUT, 4), (84, K.WALL)])[-1]
    twice = fold([*drifting(K.TIMED_OUT, 4), (84, K.WALL), (108, K.WALL)])[-1]
    assert len(once.slow) == 4 and twice.slow == ()


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        (daily(K.GONE, 4), FindingKind.LINK_DEAD),
        (drifting(K.TIMED_OUT, 9), FindingKind.LINK_SUSPECTED),
        (daily(K.WALL, 9), FindingKind.CANNOT_SEE),
    ],
)
def test_a_recovery_is_told_where_the_trouble_was(
    before: list[tuple[float, OutcomeKind]], kind: FindingKind
) -> None:
    assert told([*before, (300, K.GOOD), (324, K.GOOD)]) == [kind, FindingKind.LINK_RECOVERED]
    closed = fold([*before, (300, K.GOOD)])[-1]
    assert closed.state is State.ALIVE and not (closed.hard or closed.slow or closed.unseen)


def test_a_trouble_never_told_ends_without_a_word() -> None:
    for before in (daily(K.GONE, 3), drifting(K.TIMED_OUT, 7), daily(K.WALL, 7)):
        assert told([*before, (300, K.GOOD)]) == []


def test_dead_again_after_a_recovery_is_news_of_another_episode() -> None:
    checks = [*daily(K.GONE, 5), (120, K.GOOD), *daily(K.GONE, 5, 6)]
    assert told(checks) == [FindingKind.LINK_DEAD, FindingKind.LINK_RECOVERED, FindingKind.LINK_DEAD]
    assert fold(checks[:5])[-1].episode == fold(checks[:6])[-1].episode == 1
    assert fold(checks)[-1].episode == 2


def test_dead_stays_dead_until_a_good_answer() -> None:
    dead = fold(daily(K.GONE, 4))[-1]
    for kind in OutcomeKind:
        after = step(dead, outcome(kind), START + 20 * DAY)
        assert after.state is (State.ALIVE if kind in GOOD_KINDS else State.DEAD)


def test_a_suspected_link_that_turns_hard_dies_by_the_hard_ladder() -> None:
    checks = [*drifting(K.TIMED_OUT, 9), *daily(K.GONE, 4, 10)]
    assert [state.state for state in fold(checks)[9:]] == [State.SUSPECTED] * 3 + [State.DEAD]
    assert told(checks) == [FindingKind.LINK_SUSPECTED, FindingKind.LINK_DEAD]


def test_a_suspicion_outlasts_walls() -> None:
    assert fold([*drifting(K.TIMED_OUT, 9), *daily(K.WALL, 20, 9)])[-1].state is State.SUSPECTED


def test_a_person_confirms_a_suspicion() -> None:
    suspected = fold(drifting(K.TIMED_OUT, 9))[-1]
    dead = step_confirmed(suspected, START + 20 * DAY)
    assert (dead.state, dead.since) == (State.DEAD, START + 20 * DAY)
    assert "a person" in dead.rule and suspected.rule in dead.rule


def test_a_moved_page_leaves_the_ladder() -> None:
    moved = step_moved(fold(daily(K.GONE, 2))[-1], START + 2 * DAY)
    assert moved.state is State.MOVED and not moved.hard
    assert step(moved, outcome(K.GONE), START + 3 * DAY).state is State.FAILING


def test_a_dead_page_found_elsewhere_is_a_recovery() -> None:
    dead = fold(daily(K.GONE, 4))[-1]
    assert events(dead, step_moved(dead, START + 9 * DAY)) == (FindingKind.LINK_RECOVERED,)


checks = st.lists(st.tuples(st.floats(0.1, 400), st.sampled_from(OutcomeKind)), min_size=1, max_size=60).map(
    lambda gaps: [(sum(gap for gap, _ in gaps[: at + 1]), kind) for at, (_, kind) in enumerate(gaps)]
)
blind = st.lists(
    st.tuples(st.floats(0.1, 400), st.sampled_from(OF_GROUP[Group.UNSEEN] + OF_GROUP[Group.OURS])),
    max_size=40,
)


@given(checks, blind)
def test_no_sequence_of_blind_visits_or_own_outages_moves_a_source_towards_dead(
    seen: list[tuple[float, OutcomeKind]], unseen: list[tuple[float, OutcomeKind]]
) -> None:
    before = fold(seen, LinkState())[-1]
    state, at = before, START + seen[-1][0] * HOUR
    for gap, kind in unseen:
        at += gap * HOUR
        after = step(state, outcome(kind), at)
        assert not {FindingKind.LINK_DEAD, FindingKind.LINK_SUSPECTED} & set(events(state, after))
        assert after.hard == before.hard and len(after.slow) <= len(before.slow)
        if before.state not in (State.DEAD, State.SUSPECTED):
            assert after.state in (State.UNSEEN, before.state)
        state = after


@given(checks, st.floats(0.1, 400))
def test_our_own_outage_leaves_no_trace(seen: list[tuple[float, OutcomeKind]], gap: float) -> None:
    before = fold(seen, LinkState())[-1]
    assert step(before, outcome(K.OWN_OUTAGE), START + (seen[-1][0] + gap) * HOUR) is before


@given(checks)
def test_dead_is_only_reached_by_what_the_ladder_says(seen: list[tuple[float, OutcomeKind]]) -> None:
    for state in fold(seen, LinkState()):
        assert len(state.slow) <= MOST_KEPT and len(state.unseen) <= MOST_KEPT
        for tally in (state.hard, state.slow):
            assert all(later - earlier >= APART for earlier, later in pairwise(tally))
        if state.state is State.DEAD:
            assert len(state.hard) >= 3 and state.hard[-1] - state.hard[0] >= 68 * HOUR
        if state.state is State.ALIVE:
            assert not (state.hard or state.unseen)


@given(checks)
def test_nothing_is_told_twice_in_an_episode(seen: list[tuple[float, OutcomeKind]]) -> None:
    states = [LinkState(), *fold(seen, LinkState())]
    keys = [
        (kind, after.episode)
        for before, after in pairwise(states)
        for kind in events(before, after)
        if kind is not FindingKind.CANNOT_SEE
    ]
    assert len(keys) == len(set(keys))


@given(checks)
def test_one_good_answer_closes_whatever_was(seen: list[tuple[float, OutcomeKind]]) -> None:
    before = fold(seen, LinkState())[-1]
    at = START + (seen[-1][0] + 1) * HOUR
    after = step(before, outcome(K.GOOD), at)
    assert (after.state, after.last_good, after.last_visit) == (State.ALIVE, at, at)
    assert not (after.hard or after.slow or after.unseen) and after.episode == before.episode


@pytest.mark.parametrize(
    ("state", "interval", "wait"),
    [
        (LinkState(), 6 * HOUR, 6 * HOUR),
        (LinkState(State.ALIVE), 7 * DAY, 7 * DAY),
        (LinkState(State.FAILING, hard=(START,)), 7 * DAY, DAY),
        (LinkState(State.FAILING, hard=(START,)), 6 * HOUR, DAY),
        (LinkState(State.UNSTABLE, slow=(START, START + DAY)), 7 * DAY, 21 * HOUR),
        (LinkState(State.ALIVE, slow=(START,)), DAY, 21 * HOUR),
        (LinkState(State.ALIVE, slow=(START,)), 6 * HOUR, 6 * HOUR),
        (LinkState(State.SUSPECTED, slow=(START,)), DAY, 21 * HOUR),
        (LinkState(State.UNSEEN, unseen=(START,)), DAY, DAY),
        (LinkState(State.DEAD, hard=(START,), slow=(START,)), DAY, 7 * DAY),
        (LinkState(State.MOVED), DAY, 30 * DAY),
    ],
)
def test_when_a_link_is_looked_at_again(state: LinkState, interval: timedelta, wait: timedelta) -> None:
    assert next_check(state, interval, START) == START + wait


def visit(number: int, at: datetime, kind: OutcomeKind, state: State) -> Visit:
    found = Outcome(kind, f"status_{number}" if kind is K.FORBIDDEN else "status_404", "")
    return Visit(number, "d/s", Role.NOTICE, None, "u", "u", at, 0.1, 404, found, state)


def test_a_story_tells_runs_of_visits_the_rule_and_the_counters() -> None:
    states = fold(daily(K.GONE, 4), LinkState())
    visits = [visit(at + 1, START + at * DAY, K.GONE, state.state) for at, state in enumerate(states)]
    assert story(states[-1], visits) == (
        "2026-01-01 04:00Z to 2026-01-04 04:00Z: 4 visits (V1 to V4; network): gone by the rule status_404; "
        "then dead.",
        "Now dead since 2026-01-04 04:00Z: gone: 4 checks that counted, 2026-01-01 04:00Z to 2026-01-04 "
        "04:00Z; dead at 3 checks, 20 h apart, over 68 h.",
        "Counted as hard: 2026-01-01 04:00Z, 2026-01-02 04:00Z, 2026-01-03 04:00Z, 2026-01-04 04:00Z.",
        "Episodes of trouble so far: 1.",
    )


def test_a_story_without_visits_says_so() -> None:
    assert story(LinkState(), ()) == ("Now unknown: not looked at yet.",)


def test_every_state_change_keeps_its_rule() -> None:
    for kind in OutcomeKind:
        (state,) = fold([(0, kind)], LinkState())
        assert bool(state.rule) is (kind is not K.OWN_OUTAGE)
        assert kind.value in state.rule or kind is K.OWN_OUTAGE


def test_simulated_lives_beat_one_false_death_in_a_thousand() -> None:
    tally = link_years.live(600, seed=7)
    assert tally.source_years >= 600 and tally.visits > 190_000
    assert tally.raised[FindingKind.LINK_DEAD] > 0 and tally.wrong[FindingKind.LINK_DEAD] == 0
    assert tally.deaths["hard"] == tally.found["hard"] > 0 and tally.deaths["slow"] == tally.found["slow"] > 0
    assert tally.late == {"hard": 0, "slow": 0}
    assert tally.longest["hard"] <= link_years.HARD_WITHIN
    assert tally.longest["slow"] <= link_years.SLOW_WITHIN
    assert tally.blamed == tally.twice == 0


def test_a_cron_at_one_hour_finds_deaths_in_time_too_and_says_where_it_never_saw_by_day() -> None:
    tally = link_years.live(600, seed=3, schedule=link_years.CRON)
    assert tally.deaths["slow"] > 0 and tally.late == {"hard": 0, "slow": 0}
    assert tally.wrong[FindingKind.LINK_DEAD] == tally.wrong[FindingKind.LINK_SUSPECTED] == 0
    assert not link_years.broken(tally)
    assert tally.nightly > 0, "a host whose night is the cron's hour looks dead to it, and that is said"


def test_the_simulator_sees_a_ladder_that_is_too_hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.links.HARD_CHECKS", 1)
    monkeypatch.setattr("monitor.links.HARD_SPAN", timedelta())
    assert link_years.live(100, seed=7).wrong_share > 0.5


@pytest.mark.parametrize("kind", [K.GONE, K.TIMED_OUT, K.WALL, K.GOOD])
def test_what_a_clock_that_was_ahead_put_down_counts_no_more(kind: OutcomeKind) -> None:
    (ahead,) = fold([(24.0 * 400, kind)])
    (today,) = fold([(24.0, kind)], ahead)
    (alone,) = fold([(24.0, kind)], BLANK)
    assert (today.state, today.hard, today.slow, today.unseen) == (
        alone.state, alone.hard, alone.slow, alone.unseen,
    )  # fmt: skip
    assert today.last_visit == START + DAY and (today.last_good or START) <= START + DAY


def test_a_death_waits_for_three_checks_of_a_right_clock() -> None:
    """Once a check ran a year ahead; it neither hastens the death nor puts it off for a year."""
    before = fold([(0, K.GONE), (24.0 * 365, K.GONE)])[-1]
    assert before.state is State.FAILING
    after = fold([(24, K.GONE), (48, K.GONE), (72, K.GONE)], before)
    assert [state.state for state in after] == [State.FAILING, State.FAILING, State.DEAD]


def test_a_death_of_a_clock_that_was_ahead_is_no_death() -> None:
    dead = fold([(24.0 * (400 + day), K.GONE) for day in (0, 2, 4)])[-1]
    assert dead.state is State.DEAD
    (today,) = fold([(24, K.GONE)], dead)
    assert (today.state, len(today.hard)) == (State.FAILING, 1)
