"""How often the ladders of `monitor.links` are wrong, and how late: thousands of source-years in minutes.

`python -m benchmarks.link_years [SOURCE_YEARS [SEED…]]` lives 10 000 source-years for each of the seeds 1
to 5, twice: as the daemon lives (checks planned by `next_check`) and as a cron does that fires once a day at
one hour and looks at what is due by then. Both drift by up to 30 minutes. Of a host's visits each is at 1 %
one of time-out, reset, 5xx, 404, wall, soft 404; some hosts are shut for maintenance every night from 23
to 5 h; each has two outages of two days a year; walls come and go on a third of them; now and then our
own line is down. 2 % of the sources die a year, half of them hard (404 for ever), half slowly (time-outs
for ever). InternetArchiveBot claims 0.1 % false deaths: that is the number to beat. Exits 1 where a figure
is worse than promised. A cron whose hour lies in a host's maintenance never sees that host: what it suspects
there is counted apart, since no rule can tell it from a death.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from rich.console import Console
from rich.table import Table

from monitor.links import LOOK_ELSEWHEN, Group, events, group, next_check, step
from monitor.model import FindingKind, LinkState
from scraper.model import Outcome, OutcomeKind

START = datetime(2020, 1, 1, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
YEARS = 10
SOURCES_A_HOST = 10
NOISE = 0.01
DEATHS_A_YEAR = 0.02
MAINTAINED, WALLED = 0.3, 0.33
WALLS_A_YEAR, OWN_OUTAGES_A_YEAR = 3, 12
BEIJING = timedelta(hours=8)
WRONG_SHARE = 0.001
HARD_WITHIN, SLOW_WITHIN = timedelta(days=5), timedelta(days=9)
FORGIVEN = timedelta(minutes=30)
"""How much too early a daily look still counts as due (`scheduler.due.is_due`)."""
DAEMON, CRON = "daemon", "cron"
SETTLED = timedelta(days=40)
"""A death so close to the end of a life cannot be judged."""

KINDS = {
    kind: Outcome(kind, kind.value)
    for kind in (
        OutcomeKind.GOOD,
        OutcomeKind.TIMED_OUT,
        OutcomeKind.RESET,
        OutcomeKind.SERVER_ERROR,
        OutcomeKind.GONE,
        OutcomeKind.WALL,
        OutcomeKind.SOFT_404,
        OutcomeKind.OWN_OUTAGE,
    )
}
NOISES = tuple(KINDS[kind] for kind in KINDS if kind not in (OutcomeKind.GOOD, OutcomeKind.OWN_OUTAGE))

Spans = frozenset[int]
"""Hours since the start in which something lasts."""


@dataclass(frozen=True, slots=True)
class Host:
    """When a host is out of order, walled, or shut for the night."""

    outages: Spans
    walls: Spans
    maintained: bool

    def answers(self, at: datetime, hour: int) -> Outcome | None:
        """Give what the host says in the page's place; None where it lets the page be seen."""
        if hour in self.outages:
            return KINDS[OutcomeKind.TIMED_OUT]
        if hour in self.walls:
            return KINDS[OutcomeKind.WALL]
        night = (at + BEIJING).hour
        return KINDS[OutcomeKind.SERVER_ERROR] if self.maintained and (night >= 23 or night < 5) else None


@dataclass(slots=True)
class Tally:
    """What many lives came to."""

    source_years: int = 0
    visits: int = 0
    seconds: float = 0.0
    raised: Counter[FindingKind] = field(default_factory=Counter)
    wrong: Counter[FindingKind] = field(default_factory=Counter)
    """verdicts on sources that were alive"""
    nightly: int = 0
    """suspected by a cron that only ever looked while the host was shut, and said so"""
    blamed: int = 0
    """dead or suspected at a visit that met a wall or our own outage"""
    twice: int = 0
    """findings raised a second time under one key"""
    deaths: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    """found beyond the bound although the host could be seen all the while"""
    hidden: Counter[str] = field(default_factory=Counter)
    """a wall, an outage or our own stood between the first failing check and the bound"""
    longest: dict[str, timedelta] = field(default_factory=dict)

    @property
    def wrong_share(self) -> float:
        """The share of `dead` verdicts whose source was alive."""
        return self.wrong[FindingKind.LINK_DEAD] / max(1, self.raised[FindingKind.LINK_DEAD])


@dataclass(slots=True)
class Life:
    """One source from start to end: when and how it dies, and what was said of it."""

    host: Host
    dies: datetime | None
    hard: bool
    failing_since: datetime | None = None
    hidden: bool = False
    told: datetime | None = None
    keys: Counter[tuple[object, ...]] = field(default_factory=Counter)

    def outcome(self, at: datetime, hour: int, ours: Spans, random: Random) -> Outcome:
        """Visit the source."""
        if hour in ours:
            return KINDS[OutcomeKind.OWN_OUTAGE]
        instead = self.host.answers(at, hour)
        if instead:
            return instead
        if random.random() < NOISE:
            return random.choice(NOISES)
        if self.dies is None or at < self.dies:
            return KINDS[OutcomeKind.GOOD]
        return KINDS[OutcomeKind.GONE if self.hard else OutcomeKind.TIMED_OUT]


def live(source_years: int, seed: int, schedule: str = DAEMON) -> Tally:
    """Live so many source-years (whole hosts of ten sources and ten years), the same for the same seed."""
    random = Random(seed)
    tally = Tally()
    began = time.perf_counter()
    ours = spans(random, OWN_OUTAGES_A_YEAR, 2, 40)
    for _ in range(max(1, source_years // (YEARS * SOURCES_A_HOST))):
        walls = spans(random, WALLS_A_YEAR, 6, 24 * 25) if random.random() < WALLED else Spans()
        host = Host(spans(random, 2, 48, 48), walls, random.random() < MAINTAINED)
        for _ in range(SOURCES_A_HOST):
            lived(Life(host, death(random), random.random() < 0.5), tally, ours, random, schedule)
    tally.seconds = time.perf_counter() - began
    return tally


def spans(random: Random, a_year: int, least: int, most: int) -> Spans:
    """Draw when something lasts: so often a year, so many hours each time."""
    starts = (random.randrange(YEARS * 365 * 24) for _ in range(a_year * YEARS))
    return Spans(hour for start in starts for hour in range(start, start + random.randint(least, most)))


def death(random: Random) -> datetime | None:
    """Draw the day of a source's death, if it dies within its years."""
    years = random.expovariate(DEATHS_A_YEAR)
    return START + timedelta(days=365 * years) if years < YEARS else None


def planned(due: datetime, first: datetime, at: datetime, schedule: str, random: Random) -> datetime:
    """Give the hour of the next check: when it is due, or the first pass of the cron at which it is."""
    if schedule == DAEMON:
        return due + drift(random)
    days = (at - first + HOUR) // DAY
    while True:
        days += 1
        fires = first + days * DAY + drift(random)
        if due - FORGIVEN <= fires:
            return fires


def drift(random: Random) -> timedelta:
    """Draw how much too early or late a check comes."""
    return timedelta(minutes=random.uniform(-30, 30))


def lived(life: Life, tally: Tally, ours: Spans, random: Random, schedule: str = DAEMON) -> None:
    """Check a source from start to end and add up what was said of it."""
    first, end = START + random.random() * DAY, START + YEARS * 365 * DAY
    state, at = LinkState(), first
    while at < end:
        hour = (at - START) // HOUR
        outcome = life.outcome(at, hour, ours, random)
        before, state = state, step(state, outcome, at)
        tally.visits += 1
        watch(life, outcome, at)
        for kind in events(before, state):
            said(life, tally, kind, state, outcome, at)
        at = planned(next_check(state, DAY, at), first, at, schedule, random)
    tally.source_years += YEARS
    if life.dies and life.dies < end - SETTLED:
        judge(life, tally)


def watch(life: Life, outcome: Outcome, at: datetime) -> None:
    """Note the first check that met the death, and what hides it before it is told."""
    if life.dies is None or at < life.dies or life.told:
        return
    if life.failing_since is None:
        kind = OutcomeKind.GONE if life.hard else OutcomeKind.TIMED_OUT
        life.failing_since = at if outcome.kind is kind else None
    elif group(outcome.kind) in (Group.UNSEEN, Group.OURS) or (
        life.hard and group(outcome.kind) is Group.SLOW
    ):
        life.hidden = True


def said(
    life: Life, tally: Tally, kind: FindingKind, state: LinkState, outcome: Outcome, at: datetime
) -> None:
    """Count a finding, and whether it is true, new and fairly charged."""
    tally.raised[kind] += 1
    key = (kind, state.unseen[0] if kind is FindingKind.CANNOT_SEE else state.episode)
    life.keys[key] += 1
    tally.twice += life.keys[key] > 1
    if kind not in (FindingKind.LINK_DEAD, FindingKind.LINK_SUSPECTED):
        return
    tally.blamed += group(outcome.kind) in (Group.UNSEEN, Group.OURS)
    alive = life.dies is None or at < life.dies
    if alive and life.host.maintained and LOOK_ELSEWHEN in state.rule:
        tally.nightly += 1
    elif alive:
        tally.wrong[kind] += 1
    elif life.told is None:
        life.told = at


def judge(life: Life, tally: Tally) -> None:
    """Count a death as found, late, or hidden from sight."""
    kind, bound = ("hard", HARD_WITHIN) if life.hard else ("slow", SLOW_WITHIN)
    tally.deaths[kind] += 1
    if life.told and life.failing_since:
        took = life.told - life.failing_since
        tally.found[kind] += 1
        tally.hidden[kind] += life.hidden and took > bound
        tally.late[kind] += took > bound and not life.hidden
        if not life.hidden:
            tally.longest[kind] = max(took, tally.longest.get(kind, timedelta()))


def row(schedule: str, seed: int, tally: Tally) -> tuple[str, ...]:
    """Give a line of figures."""
    dead, suspected = FindingKind.LINK_DEAD, FindingKind.LINK_SUSPECTED
    return (
        schedule,
        str(seed),
        f"{tally.source_years}",
        f"{tally.visits}",
        f"{tally.wrong[dead]} of {tally.raised[dead]} ({tally.wrong_share:.2%})",
        f"{tally.wrong[suspected]} of {tally.raised[suspected]}",
        *(in_words(tally, kind) for kind in ("hard", "slow")),
        str(tally.nightly),
        str(tally.raised[FindingKind.LINK_RECOVERED]),
        str(tally.raised[FindingKind.CANNOT_SEE]),
        str(tally.blamed),
        str(tally.twice),
        f"{tally.seconds:.0f} s",
    )


def in_words(tally: Tally, kind: str) -> str:
    """Say how a kind of death was found."""
    longest = tally.longest.get(kind, timedelta()) / DAY
    return (
        f"{tally.found[kind]} of {tally.deaths[kind]}, {tally.late[kind]} late, longest {longest:.1f} d; "
        f"{tally.hidden[kind]} later behind walls or outages"
    )


def broken(tally: Tally) -> bool:
    """Tell whether a figure is worse than promised: 0.1 % of deaths wrong, 5 and 9 days, nothing twice."""
    late = tally.late["hard"] or tally.late["slow"]
    return tally.wrong_share > WRONG_SHARE or bool(late or tally.blamed or tally.twice)


def main() -> None:
    """Print the figures of every seed and schedule."""
    source_years, *seeds = map(int, sys.argv[1:] or ["10000"])
    heads = (
        "schedule",
        "seed",
        "source-years",
        "visits",
        "wrong dead",
        "wrong suspected",
        "hard deaths found",
        "slow deaths suspected",
        "only seen shut",
        "recovered",
        "cannot see",
        "for walls or us",
        "twice",
        "took",
    )
    shown, bad = Table(*heads), False
    for schedule in (DAEMON, CRON):
        for seed in seeds or range(1, 6):
            tally = live(source_years, seed, schedule)
            bad = bad or broken(tally)
            shown.add_row(*row(schedule, seed, tally))
    Console(width=250).print(shown)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
