"""A link's story: each change of its state with what it rests on, and all of it in sentences."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from monitor.links import Group
from monitor.model import LinkState, Role, State, Visit

ELSEWHERE = frozenset({Role.SUCCESSOR, Role.PROBE})
"""Looks on behalf of a source that are not looks at it."""
Run: TypeAlias = tuple[Visit, ...]


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
    """Tell in sentences what happened to a link, in the order of time, and how it stands.

    In: visits and transitions, each the oldest first. A change follows the run of visits that it fell into.
    """
    known = tuple(visits)
    runs = _runs(known)
    before: tuple[Run | None, ...] = (None, *runs)
    told = [_run(run, last) for run, last in zip(runs, before, strict=False)]
    told += [(change.at, sentence(change)) for change in transitions]
    told += [_search(looks) for looks in _searches(known, runs)]
    return (*(text for _, text in sorted(told, key=lambda one: one[0])), *_standing(state))


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


def _runs(visits: Iterable[Visit]) -> tuple[Run, ...]:
    """Put the visits to a source itself together that came to the same one after another.

    A page that is followed elsewhere begins anew there; a list is walked over many addresses.
    """
    own = (visit for visit in visits if visit.role not in ELSEWHERE)
    alike = groupby(own, key=lambda visit: (visit.outcome.kind, visit.outcome.rule, _stands(visit)))
    return tuple(tuple(run) for _, run in alike)


def _stands(visit: Visit) -> str | None:
    return None if visit.role is Role.LISTING else visit.url


def _searches(visits: Iterable[Visit], runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the looks at other addresses, where the page might stand, together by the run they fell into."""
    starts = [run[0].id for run in runs]
    away = (visit for visit in visits if visit.role in ELSEWHERE)
    for _, looks in groupby(away, key=lambda visit: bisect(starts, visit.id)):
        yield tuple(looks)


def _run(run: Run, last: Run | None) -> tuple[datetime, str]:
    """Tell of a run of visits; its address only where that is another than the last run's."""
    outcome, state = run[-1].outcome, run[-1].state
    detail = f", {outcome.detail}" if outcome.detail else ""
    moved = last and _stands(last[0]) != _stands(run[0])
    where = f" at {run[0].url}" if moved else ""
    return run[0].at, (
        f"{_span(run)}: {_count(run, 'visit')}{where} ({_ids(run)}; {_origins(run)}): "
        f"{outcome.kind.value} by the rule {outcome.rule}{detail}; then {state.value}."
    )


def _search(looks: Run) -> tuple[datetime, str]:
    places = {visit.url for visit in looks}
    where = looks[0].url if len(places) == 1 else f"{len(places)} other addresses"
    kinds = Counter(visit.outcome.kind.value for visit in looks)
    came_to = ", ".join(kinds) if len(looks) == 1 else ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    return looks[0].at, (
        f"{_span(looks)}: {_count(looks, 'look')} at {where} ({_ids(looks)}; {_origins(looks)}): {came_to}."
    )


def _span(run: Run) -> str:
    first, last = _minute(run[0].at), _minute(run[-1].at)
    return first if first == last else f"{first} to {last}"


def _ids(run: Run) -> str:
    return f"V{run[0].id}" if len(run) == 1 else f"V{run[0].id} to V{run[-1].id}"


def _count(run: Run, name: str) -> str:
    return f"{len(run)} {name}{'s' * (len(run) != 1)}"


def _origins(run: Run) -> str:
    return ", ".join(dict.fromkeys(visit.origin for visit in run))


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
