"""A link's story: each change of its state with what it rests on, and all of it in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from monitor.links import Group
from monitor.model import LinkState, State, Visit


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of a link's state: when, by which rule, and on what evidence.

    `hard`, `slow` and `unseen` are how many checks of each group counted then, `visits` the numbers of those
    visits and of the one that made the change. `vantage_points` are the ways by which they saw it
    (`network`, `by hand`, `network through` a proxy): what one of them alone says may be that one's trouble.
    """

    at: datetime
    before: State
    after: State
    rule: str
    hard: int = 0
    slow: int = 0
    unseen: int = 0
    visits: tuple[int, ...] = ()
    vantage_points: tuple[str, ...] = ()


def transition(before: LinkState, after: LinkState, at: datetime) -> Transition | None:
    """Give the change from one state to another, without its evidence; None if there is none."""
    if before.state is after.state:
        return None
    hard, slow, unseen = map(len, (after.hard, after.slow, after.unseen))
    return Transition(at, before.state, after.state, after.rule, hard, slow, unseen)


def rests_on(before: LinkState, after: LinkState) -> frozenset[datetime]:
    """Give the hours of the checks that a change rests on; a trouble's end rests on what ended by it, too."""
    counted = after.hard + after.slow + after.unseen
    return frozenset(counted or before.hard + before.slow + before.unseen)


def story(
    state: LinkState, visits: Iterable[Visit], transitions: Iterable[Transition] = ()
) -> tuple[str, ...]:
    """Tell in sentences what happened to a link; visits and transitions come the oldest first."""
    return (*_runs(visits), *map(sentence, transitions), *_standing(state))


def sentence(change: Transition) -> str:
    """Tell a change of state: the rule, the counters, the visits, and how many vantage points saw it."""
    count = len(change.vantage_points)
    seen = f"{count} vantage point{'s' * (count != 1)} ({', '.join(change.vantage_points)})"
    by = f"by {_numbers(change.visits)}, {seen}" if change.visits else "by a person"
    return (
        f"{_minute(change.at)}: from {change.before.value} to {change.after.value}, {by}; counted: "
        f"{change.hard} hard, {change.slow} slow, {change.unseen} cannot see; rule: {change.rule}."
    )


def _numbers(visits: tuple[int, ...]) -> str:
    return ", ".join(f"V{number}" for number in visits)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"


def _runs(visits: Iterable[Visit]) -> Iterator[str]:
    """Yield a sentence for every run of visits that came to the same."""
    for (kind, rule), run in groupby(visits, key=lambda visit: (visit.outcome.kind, visit.outcome.rule)):
        seen = tuple(run)
        first, last = seen[0], seen[-1]
        when = f"{_minute(first.at)}" if len(seen) == 1 else f"{_minute(first.at)} to {_minute(last.at)}"
        ids = f"V{first.id}" if len(seen) == 1 else f"V{first.id} to V{last.id}"
        detail = f", {last.outcome.detail}" if last.outcome.detail else ""
        how_often = "1 visit" if len(seen) == 1 else f"{len(seen)} visits"
        origins = ", ".join(dict.fromkeys(visit.origin for visit in seen))
        yield (
            f"{when}: {how_often} ({ids}; {origins}): {kind.value} by the rule {rule}{detail}; "
            f"then {last.state.value}."
        )


def _standing(state: LinkState) -> Iterator[str]:
    since = f" since {_minute(state.since)}" if state.since else ""
    yield f"Now {state.state.value}{since}: {state.rule or 'not looked at yet'}."
    if state.last_good:
        yield f"Last seen good {_minute(state.last_good)}."
    tallies = ((Group.HARD, state.hard), (Group.SLOW, state.slow), (Group.UNSEEN, state.unseen))
    for name, times in tallies:
        if times:
            yield f"Counted as {name.value}: {', '.join(map(_minute, times))}."
    if state.episode:
        yield f"Episodes of trouble so far: {state.episode}."
