"""The ladders: what is known of a link, as a fold over its visits.

A link is alive, dead, or cannot be seen from here (DESIGN section 5). Hard outcomes lead to `dead`, slow
ones to `suspected`, which a person confirms; what cannot be seen, and our own outages, lead nowhere.
Only a good visit closes an episode. Each tally holds the times of the checks that counted, so that the
state can be told with its evidence.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from monitor.model import FindingKind, LinkState, State
from scraper.model import GOOD_KINDS, Outcome, OutcomeKind

APART = timedelta(hours=20)
"""Checks closer together count once."""
HARD_CHECKS, HARD_SPAN = 3, timedelta(hours=68)
SLOW_CHECKS, SLOW_SPAN = 5, timedelta(days=6.5)
SLOW_CHECKS_AT_ONE_HOUR = 7
"""So many are as good as two that lie apart in the day: a cron at a fixed hour never looks at another."""
ONE_HOUR = "every check fell at one hour of the day,"
LOOK_ELSEWHEN = "a host that shuts at that hour would look the same; check it once at another"
UNSTABLE_CHECKS = 2
OFF_HOURS = timedelta(hours=3)
"""Two of the slow checks lie so far apart in the day: a nightly maintenance must not look like the end."""
UNSEEN_SPAN = timedelta(days=7)
MOST_KEPT = 30
"""Times that a tally of slow or unseen checks holds; the ladders end far below."""
CONFIRMED = "a person confirmed that it is dead; until then "
"""How the rule of a death begins that no ladder found."""
DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)


class Group(StrEnum):
    """What an outcome says of the link."""

    GOOD = "good"
    HARD = "hard"
    SLOW = "slow"
    UNSEEN = "cannot see"
    OURS = "ours"


_HARD = {OutcomeKind.GONE, OutcomeKind.NO_SUCH_NAME, OutcomeKind.SOFT_404, OutcomeKind.ROOT_REDIRECT}
_UNSEEN = {
    OutcomeKind.WALL,
    OutcomeKind.FORBIDDEN,
    OutcomeKind.RATE_LIMITED,
    OutcomeKind.ROBOTS,
    OutcomeKind.BLOCKED_BY_POLICY,
    OutcomeKind.EMPTY,
    OutcomeKind.UNEXPECTED_TYPE,
}
_ANNOUNCED = frozenset({State.DEAD, State.SUSPECTED})


def group(kind: OutcomeKind) -> Group:
    """Put an outcome into its group.

    Hard, slow, cannot see and ours are DESIGN section 5's. An incomplete body is slow: the server is
    there and should be asked again. A script shell, and a body of another kind, cannot be seen.
    """
    if kind in GOOD_KINDS:
        return Group.GOOD
    if kind is OutcomeKind.OWN_OUTAGE:
        return Group.OURS
    if kind in _HARD:
        return Group.HARD
    return Group.UNSEEN if kind in _UNSEEN else Group.SLOW


def is_hard(kind: OutcomeKind) -> bool:
    """Tell whether an outcome says that the page is not there, so that a search for it begins."""
    return group(kind) is Group.HARD


def step(state: LinkState, outcome: Outcome, at: datetime) -> LinkState:
    """Give the state after a visit that came to `outcome` at `at` (aware, later than the visits before).

    Our own outage leaves the state as it is, the time of the last visit included. What a clock that was
    wrong once put down for later than `at` counts no more.
    """
    found = group(outcome.kind)
    if found is Group.OURS:
        return state
    state = _until(state, at)
    if found is Group.GOOD:
        return _good(state, outcome, at)
    begun = not (state.hard or state.slow or state.unseen)
    visited = replace(state, last_visit=at, episode=state.episode + begun)
    if state.state is State.DEAD:
        return visited
    return {Group.HARD: _hard, Group.SLOW: _slow, Group.UNSEEN: _unseen}[found](visited, outcome, at)


def step_moved(state: LinkState, at: datetime) -> LinkState:
    """Give the state of a link whose page was verified elsewhere: it leaves the ladder."""
    closed = replace(state, hard=(), slow=(), unseen=())
    return _into(closed, State.MOVED, at, "moved: the page was verified at another address")


def step_confirmed(state: LinkState, at: datetime) -> LinkState:
    """Give the state of a suspected link that a person says is dead."""
    return _into(state, State.DEAD, at, f"{CONFIRMED}{state.rule}")


def step_doubted(state: LinkState, at: datetime) -> LinkState:
    """Give the state of a link whose death a person had confirmed and takes back: suspected, as before.

    A death that the hard ladder found stays as it is.
    """
    if state.state is not State.DEAD or not state.rule.startswith(CONFIRMED):
        return state
    return _into(state, State.SUSPECTED, at, state.rule.removeprefix(CONFIRMED))


def events(before: LinkState, after: LinkState) -> tuple[FindingKind, ...]:
    """Tell what a visit made true that a person should hear, each once an episode.

    `link_recovered` only where a death, a suspicion or a long blindness had been told. A first visit
    raises nothing, since every ladder takes several.
    """
    became = after.state is not before.state
    if became and after.state is State.DEAD:
        return (FindingKind.LINK_DEAD,)
    if became and after.state is State.SUSPECTED:
        return (FindingKind.LINK_SUSPECTED,)
    if _long_unseen(after) and not _long_unseen(before):
        return (FindingKind.CANNOT_SEE,)
    told = before.state in _ANNOUNCED or _long_unseen(before)
    if told and after.state in (State.ALIVE, State.MOVED):
        return (FindingKind.LINK_RECOVERED,)
    return ()


def next_check(state: LinkState, interval: timedelta, at: datetime) -> datetime:
    """Tell when a link is looked at again after a look at `at`.

    Failing: once a day. With slow checks on record: 3 h off the usual hour of the day, or sooner where
    the interval is shorter. Dead: weekly, for ever. Moved: the old address monthly. Else the interval.
    """
    if state.state is State.DEAD:
        return at + WEEK
    if state.slow:
        return at + min(interval, DAY - OFF_HOURS)
    if state.state is State.MOVED:
        return at + MONTH
    return at + (DAY if state.state is State.FAILING else interval)


def furthest(interval: timedelta) -> timedelta:
    """Give the longest time from a look to the next that `next_check` sets for a source, and some drift."""
    return max(interval, WEEK) + DAY


def _until(state: LinkState, at: datetime) -> LinkState:
    """Drop what lies in the future of `at`; a state that began there is not known to have begun."""
    if state.last_visit is None or state.last_visit <= at:
        return state
    tallies = [
        tuple(time for time in tally if time <= at) for tally in (state.hard, state.slow, state.unseen)
    ]
    good, visit, since = (
        time if time and time <= at else None for time in (state.last_good, state.last_visit, state.since)
    )
    kept = replace(
        state, hard=tallies[0], slow=tallies[1], unseen=tallies[2], last_good=good, last_visit=visit
    )
    return kept if since else _into(replace(kept, since=None), State.UNKNOWN, at, "the clock was ahead")


def _good(state: LinkState, outcome: Outcome, at: datetime) -> LinkState:
    return replace(
        state,
        state=State.ALIVE,
        since=at if state.state is not State.ALIVE or state.since is None else state.since,
        last_good=at,
        last_visit=at,
        hard=(),
        slow=(),
        unseen=(),
        rule=f"seen through the content gate ({outcome.kind.value})",
    )


def _hard(state: LinkState, outcome: Outcome, at: datetime) -> LinkState:
    unseen = state.unseen if _long_unseen(state) else ()
    counted = replace(state, hard=_counted(state.hard, at), unseen=unseen)
    rule = (
        f"{outcome.kind.value}: {_tally(counted.hard)}; dead at {HARD_CHECKS} checks, "
        f"{_hours(APART)} apart, over {_hours(HARD_SPAN)}"
    )
    if len(counted.hard) >= HARD_CHECKS and counted.hard[-1] - counted.hard[0] >= HARD_SPAN:
        return _into(counted, State.DEAD, at, rule)
    return _into(counted, State.SUSPECTED if state.state is State.SUSPECTED else State.FAILING, at, rule)


def _slow(state: LinkState, outcome: Outcome, at: datetime) -> LinkState:
    if state.state is State.SUSPECTED:
        return state
    counted = replace(state, slow=_ends(_counted(state.slow, at)))
    rule = (
        f"{outcome.kind.value}: {_tally(counted.slow)}; suspected at {SLOW_CHECKS} checks, {_hours(APART)} "
        f"apart, over {_hours(SLOW_SPAN)}, two of them {_hours(OFF_HOURS)} apart in the day, or at "
        f"{SLOW_CHECKS_AT_ONE_HOUR} at one hour"
    )
    if _suspicious(counted.slow):
        alone = "" if _apart_in_the_day(counted.slow) else f"; {ONE_HOUR} about {at:%H}:00Z: {LOOK_ELSEWHEN}"
        return _into(counted, State.SUSPECTED, at, rule + alone)
    if counted.hard:
        return _into(counted, State.FAILING, at, state.rule)
    unstable = len(counted.slow) >= UNSTABLE_CHECKS
    return _into(counted, State.UNSTABLE if unstable else state.state, at, rule)


def _unseen(state: LinkState, outcome: Outcome, at: datetime) -> LinkState:
    if state.state is State.SUSPECTED:
        return state
    counted = replace(state, unseen=_ends((*state.unseen, at)))
    if _answers_again(counted, at):
        counted = replace(counted, slow=())
    rule = (
        f"{outcome.kind.value} ({outcome.rule}): not seen since {_minute(counted.unseen[0])}; "
        f"told after {_hours(UNSEEN_SPAN)}, never dead by itself"
    )
    return _into(counted, State.UNSEEN, at, rule)


def _answers_again(state: LinkState, at: datetime) -> bool:
    """Whether walls answered on two days running: the host is up, and slow checks before are past."""
    after = [time for time in state.unseen if state.slow and time > state.slow[-1]]
    return bool(after) and at - after[0] >= APART


def _into(state: LinkState, now: State, at: datetime, rule: str) -> LinkState:
    since = at if now is not state.state or state.since is None else state.since
    return replace(state, state=now, since=since, rule=rule)


def _counted(tally: tuple[datetime, ...], at: datetime) -> tuple[datetime, ...]:
    """Add a check unless it came too soon after the one that counted before."""
    return tally if tally and at - tally[-1] < APART else (*tally, at)


def _ends(tally: tuple[datetime, ...]) -> tuple[datetime, ...]:
    """Bound a tally: the first check tells since when, the latest tell the rest."""
    return tally if len(tally) <= MOST_KEPT else (tally[0], *tally[1 - MOST_KEPT :])


def _suspicious(slow: tuple[datetime, ...]) -> bool:
    lasting = len(slow) >= SLOW_CHECKS and slow[-1] - slow[0] >= SLOW_SPAN
    return lasting and (len(slow) >= SLOW_CHECKS_AT_ONE_HOUR or _apart_in_the_day(slow))


def _apart_in_the_day(times: tuple[datetime, ...]) -> bool:
    return any(_hours_apart(*pair) for pair in combinations(times, 2))


def _hours_apart(one: datetime, other: datetime) -> bool:
    """Whether two checks lie three hours or more apart on the clock's face."""
    return OFF_HOURS <= (one - other) % DAY <= DAY - OFF_HOURS


def _long_unseen(state: LinkState) -> bool:
    return bool(state.unseen) and state.unseen[-1] - state.unseen[0] >= UNSEEN_SPAN


def _tally(times: tuple[datetime, ...]) -> str:
    if len(times) == 1:
        return f"1 check that counted, {_minute(times[0])}"
    return f"{len(times)} checks that counted, {_minute(times[0])} to {_minute(times[-1])}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:g} h"
