"""`make torture`: a year of the daemon under a clock of its own.

    python -m benchmarks.daemon_year [days, 365 by default [seed, …]]

The daemon of `zonewatch run` watches every source of the shipped dossiers from November 2020 on, through
the ministry's redesign and five new zones. Its year is disturbed: the line is down for hours, hosts are
silent for up to a day and a half or ask for rest, the machine sleeps for days, its clock is set wrong and
right again, it is restarted, killed in the middle of a request, a second daemon tries to take over, and the
webhook that is told of every finding, at once and in a daily digest, is closed for up to a day and a half.
All of it is too short for any ladder to end, so the findings must be those of a year in peace with one look a
day, each once, and told once on each route. Each source must be looked at when its time has come, no server
be asked sooner than its pause after its last answer. Exits with 1 where anything of it does not hold.
"""

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.office import Office, opened
from benchmarks.simulated import PACES, Killed, Span, World, world
from monitor.dossier import Dossier
from monitor.messages import Message, MessageState
from monitor.model import Source
from scheduler.account import Pass
from scheduler.due import forgiven, known_sources
from scraper.fetch import Fetcher
from scraper.lanes import Lanes
from scraper.model import OutcomeKind
from storage.store import Store, Tenure, holder_name
from zonewatch.app import App, Options
from zonewatch.configuration import Configuration
from zonewatch.errors import BusyError
from zonewatch.leasing import LEASE_SECONDS, leased
from zonewatch.network import StoredRests, StoredRobots, policy
from zonewatch.unattended import OUTAGE_PAUSE, Watched

BEGINS = datetime(2020, 11, 1, tzinfo=UTC)
DOSSIERS = ("ai-pilot-zones", "miit-pilot-areas")
HOSTS = ("www.most.gov.cn", "www.gov.cn", "www.miit.gov.cn")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PAUSE = 2.0
SLACK = 2 * MINUTE
"""What a look may come later than its time beside disturbances: the pauses of one pass."""

CLOSED = "Servers are overloaded"
"""What the daemon says of the webhook while it is closed; there is nothing else to say of a year."""
OWED = {"hook": timedelta(), "digest": DAY}
"""How old a finding may be before each route has a message with it."""

Event = tuple[datetime, str, timedelta]
Spans = dict[str, list[Span]]


@dataclass(slots=True)
class Year:
    """What a year came to."""

    days: int
    sources: dict[str, Source] = field(default_factory=dict)
    looks: Counter[str] = field(default_factory=Counter)
    raised: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    blind: int = 0
    """visits that our own network was too broken for; no look at anybody"""
    passes: int = 0
    events: Counter[str] = field(default_factory=Counter)
    latest: dict[str, timedelta] = field(default_factory=dict)
    """how late a source was looked at, the times of disturbances left out"""
    earliest: timedelta = timedelta()
    """how much earlier than forgiven one was looked at"""
    refused: int = 0
    """second daemons that were sent away"""
    let_in: int = 0
    closest: dict[str, float] = field(default_factory=dict)
    intrusions: int = 0
    requests: int = 0
    memory: list[int] = field(default_factory=list)
    """MB of the process, month by month"""
    seconds: float = 0.0
    messages: tuple[Message, ...] = ()
    """what was written for the webhook, in whatever state"""
    took: Counter[str] = field(default_factory=Counter)
    """how often the webhook took each, by token"""
    put_off: int = 0
    """times that it was closed"""
    findings: dict[int, datetime] = field(default_factory=dict)
    """when each finding was raised"""
    ends: datetime = BEGINS
    said: list[str] = field(default_factory=list)
    """what the daemon said on standard error"""


def drawn(random: Random, begins: datetime, days: int) -> tuple[Spans, list[Event]]:
    """Draw what goes wrong, week by week: the line, a site, and what befalls the machine."""
    ours: list[Span] = []
    theirs: list[Span] = []
    events: list[Event] = []
    for number in range(max(1, days // 7)):
        week = begins + (7 * number + 1) * DAY
        ours.append(Span(week + random.random() * DAY, random.uniform(0.2, 8) * HOUR))
        says = (0, 429, 503)[number // 3 % 3]
        lasts = random.uniform(1, 10 if says else 36) * HOUR
        theirs.append(Span(week + random.uniform(1.5, 2) * DAY, lasts, HOSTS[number % 3], says))
        kind = ("kill", "sleep", "back", "restart", "ahead")[number % 5]
        span = random.uniform(0.1, 1) * (3 * DAY if kind == "sleep" else 2 * HOUR)
        events.append((week + random.uniform(4, 4.5) * DAY, kind, span))
        if kind in ("ahead", "back"):
            events.append((week + random.uniform(4.6, 5) * DAY, "right", span))
        events += [(week + random.uniform(0, 6) * DAY, "second", HOUR) for _ in range(3)]
    closed = [
        Span(begins + random.uniform(day, day + 1) * DAY, random.uniform(1, 36) * HOUR)
        for day in range(0, days, 2)
    ]
    return {"ours": ours, "theirs": theirs, "closed": closed}, sorted(events)


class Life:
    """A daemon's life on one database, through restarts and deaths."""

    def __init__(
        self, folder: Path, begins: datetime, days: int, disturbed: Spans, office: Office | None = None
    ) -> None:
        settings = office and office.settings(folder)
        self.app = App(Options(db=str(folder / "year.db"), config=settings))
        self.dossiers: Sequence[Dossier] = self.app.chosen(DOSSIERS)
        self.begins, self.end = begins, begins + days * DAY
        closed = disturbed.pop("closed", [])
        self.world: World = world(begins, self.dossiers, **disturbed)
        self.office = office
        if office:
            office.closed = lambda: any(one.covers(self.world.true) for one in closed)
        self.app.clock = self.world.wall
        self.year = Year(days)
        self.store = Store.open(str(folder / "year.db"))
        self.sources = {
            one.id: one for each in self.dossiers for one in known_sources(each, self.store) if one.enabled
        }
        self.year.sources = self.sources
        self.wrong = [
            (one.begins, one.begins + one.lasts + OUTAGE_PAUSE)
            for one in (*disturbed.get("ours", ()), *disturbed.get("theirs", ()))
        ]
        """when something was wrong, with the time that it takes to notice that it is right again"""
        self.due: dict[str, datetime | None] = {}
        self.watched, self.tenure = self.born()

    def fetcher(self, app: App, store: Store, stop: Any, *, dossiers: Any, lanes: Lanes) -> Fetcher:
        """Make the fetcher as `network` does, over the world in the network's place."""
        return Fetcher(
            policy(app, dossiers),
            now=self.world.wall,
            robots=StoredRobots(store),
            rests=StoredRests(store),
            lanes=lanes,
            stop=stop,
            door=self.world.door,
        )

    def born(self) -> tuple[Watched, Tenure]:
        """Take the lease, however long a dead one's still lasts, and begin."""
        world = self.world
        while (tenure := self.store.take_lease(holder_name(), world.wall(), LEASE_SECONDS)) is None:
            world.wait(30)
        idle = (world.wall() - tenure.idle_since).total_seconds() if tenure.idle_since else None
        watched = Watched(
            Configuration(self.app, DOSSIERS),
            self.store,
            tenure,
            fetcher=self.fetcher,
            after=self.account,
            lanes=Lanes(world.monotonic, world.wait, Random(7).random, idle),
            monotonic=world.monotonic,
        )
        return watched, tenure

    def live(self, events: Sequence[Event]) -> Year:
        """Live to the end; what befalls it comes at its time, or as soon as the pass under way is over."""
        began, world, left = time.perf_counter(), self.world, list(events)
        moment = world.wall()
        while world.true < self.end:
            until = world.true + max(moment - world.wall(), timedelta())
            if left and left[0][0] <= until:
                at, kind, span = left.pop(0)
                world.wait(max((at - world.true).total_seconds(), 0))
                self.befall(kind, span)
                if kind == "restart" or self.watched.daemon.look_around():
                    moment = world.wall()
                continue
            world.wait((until - world.true).total_seconds())
            moment = self.look()
        self.year.seconds = time.perf_counter() - began
        return self.closed()

    def doze(self) -> Year:
        """Live to the end in peace with one look a day, and one at the very end."""
        while self.world.true < self.end:
            self.look()
            self.world.wait((min(self.world.true + DAY, self.end) - self.world.true).total_seconds())
        self.look()
        return self.closed()

    def look(self) -> datetime:
        """Run a pass; give when to look again."""
        self.store.renew_lease(self.tenure, self.world.wall(), LEASE_SECONDS)
        self.due = {
            name: due for one in self.dossiers for name, (due, _) in self.store.due_times(one.id).items()
        }
        try:
            return self.watched.daemon.tick()
        except Killed:
            at = self.world.true
            self.watched, self.tenure = self.born()
            self.wrong.append((at, self.world.true))
            return self.world.wall()

    def befall(self, kind: str, span: timedelta) -> None:
        """Have the machine sleep, its clock set, the daemon restarted or killed, or a second one try."""
        world = self.world
        self.year.events[kind] += 1
        if kind == "second":
            self.second()
        elif kind == "sleep":
            self.wrong.append((world.true, world.true + span))
            world.sleep(span)
        elif kind == "restart":
            self.watched.daemon.end()
            self.store.release_lease(self.tenure, world.wall())
            self.watched, self.tenure = self.born()
        elif kind == "kill":
            world.kill_at = sum(world.asked.values()) + 3
        else:
            self.wrong.append((world.true - span, world.true + span))
            world.ahead = {"ahead": span, "back": -span}.get(kind, timedelta())

    def second(self) -> None:
        """Let a second daemon, or a cron's pass, try to take over."""
        self.store.renew_lease(self.tenure, self.world.wall(), LEASE_SECONDS)
        try:
            with leased(self.store, self.world.wall):
                self.year.let_in += 1
        except BusyError:
            self.year.refused += 1

    def account(self, done: Pass) -> None:
        """Count a pass, and how early or late its looks were."""
        year = self.year
        year.passes += 1
        year.raised += [finding.draft.key for finding in done.findings]
        for visit in done.looked:
            due = self.due.pop(visit.source, None)
            ours = visit.outcome.kind is OutcomeKind.OWN_OUTAGE
            year.blind += ours
            if visit.source in self.sources and visit.via is None and not ours:
                year.looks[visit.source] += 1
                if due is not None:
                    self.timed(visit.source, done.started - due)
        month = (self.world.true - self.begins) // (30 * DAY)
        if len(year.memory) <= month:
            gc.collect()
            year.memory.append(resident())

    def timed(self, source: str, late: timedelta) -> None:
        """Note how late or early a look was, unless something was wrong in the meantime."""
        year, now = self.year, self.world.true
        since = now - max(late, timedelta())
        year.earliest = max(year.earliest, -late - forgiven(self.sources[source]))
        if not any(begins <= now and since <= ends for begins, ends in self.wrong):
            year.latest[source] = max(late, year.latest.get(source, late))

    def closed(self) -> Year:
        """Add up what the store and the world have seen."""
        year, world = self.year, self.world
        for dossier in self.dossiers:
            found = self.store.findings(dossier=dossier.id, open_only=False)
            year.keys |= {finding.draft.key for finding in found}
            year.findings |= {finding.id: finding.raised for finding in found}
        year.closest, year.intrusions = dict(world.closest), world.intrusions
        year.requests = sum(world.asked.values())
        year.ends = world.wall()
        if self.office:
            year.messages = self.store.messages()
            year.took, year.put_off = self.office.took, self.office.refused
        self.store.close()
        return year


def resident() -> int:
    """Give the megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def lived(days: int, seed: int, begins: datetime = BEGINS) -> Year:
    """Live so many days, disturbed as the seed draws it."""
    spans, events = drawn(Random(seed), begins, days)
    with (
        TemporaryDirectory(prefix="zonewatch-") as folder,
        opened() as office,
        redirect_stderr(StringIO()) as said,
    ):
        year = Life(Path(folder), begins, days, spans, office).live(events)
    year.said = [line for line in said.getvalue().splitlines() if CLOSED not in line]
    return year


def peaceful(days: int, begins: datetime = BEGINS) -> Year:
    """Live so many days in peace, with one look a day."""
    with TemporaryDirectory(prefix="zonewatch-") as folder:
        return Life(Path(folder), begins, days, {}).doze()


def complaints(year: Year, peace: Year) -> Iterator[str]:
    """Say what does not hold of a year, held against one in peace."""
    yield from told_wrong(year, peace)
    yield from looked_wrong(year)
    yield from messaged_wrong(year)
    yield from (f"the daemon said: {line}" for line in year.said)
    for server, gap in year.closest.items():
        if gap < PACES.get(server, PAUSE):
            yield f"{server} was asked {gap:.2f} s after its last answer"
    if year.intrusions:
        yield f"{year.intrusions} requests of sites that had asked for a rest"
    if year.let_in:
        yield f"{year.let_in} second daemons were let in"
    if len(year.memory) > 3 and year.memory[-1] > year.memory[1] + 20:
        yield f"memory grew from {year.memory[1]} to {year.memory[-1]} MB"


def told_wrong(year: Year, peace: Year) -> Iterator[str]:
    """Say which findings were lost, invented, or told more or less than once."""
    for key in sorted(peace.keys ^ year.keys):
        yield f"{'lost' if key in peace.keys else 'invented'}: {key}"
    for key, times in Counter(year.raised).items():
        if times > 1:
            yield f"raised {times} times: {key}"
    if set(year.raised) != year.keys:
        yield f"told and kept differ by {len(set(year.raised) ^ year.keys)} findings"


def messaged_wrong(year: Year) -> Iterator[str]:
    """Say which messages the webhook did not take once, and which findings it was not told of once."""
    sent = {one.token for one in year.messages if one.state is MessageState.SENT}
    if year.took != Counter(sent):
        yield f"the webhook took {year.took.total()} messages, {len(sent)} were sent"
    if {one.state for one in year.messages} - {MessageState.SENT, MessageState.WAITING}:
        yield "a message was given up"
    for route in {one.route for one in year.messages}:
        told = Counter(number for one in year.messages if one.route == route for number in one.text.findings)
        owed = {number for number, raised in year.findings.items() if raised < year.ends - OWED[route]}
        for number in sorted(owed - told.keys()):
            yield f"F{number} was never told on route {route}"
        for number, times in told.items():
            if times > 1:
                yield f"F{number} was told {times} times on route {route}"
    for one in year.messages:
        if one.sent is None and one.created < year.ends - 2 * DAY:
            yield f"{one.label} has waited since {one.created}"


def looked_wrong(year: Year) -> Iterator[str]:
    """Say which sources were looked at late, early, too often or too rarely."""
    for source, late in year.latest.items():
        if late > SLACK:
            yield f"{source} was looked at {late} late"
    if year.earliest > timedelta():
        yield f"a source was looked at {year.earliest} too early"
    for name, source in year.sources.items():
        shortest = min(source.interval, source.mornings or source.interval)
        longest = max(source.interval, source.rarest or source.interval)
        least, most = 0.75 * year.days * DAY / longest - 2, 1.1 * year.days * DAY / shortest + 6
        if not least <= year.looks[name] <= most:
            yield f"{name} was looked at {year.looks[name]} times, not {least:.0f} to {most:.0f}"


def rows(year: Year, peace: Year) -> Iterator[tuple[str, str]]:
    """Yield the figures of a year."""
    befell = ", ".join(f"{count} × {kind}" for kind, count in sorted(year.events.items()))
    latest = max(year.latest.values(), default=timedelta())
    yield "days, passes", f"{year.days}, {year.passes}"
    yield "sources, looks, requests", f"{len(year.looks)}, {sum(year.looks.values())}, {year.requests}"
    yield "visits that our line was down for", str(year.blind)
    yield "what befell it", befell or "nothing"
    yield "findings raised, kept, in peace", f"{len(year.raised)}, {len(year.keys)}, {len(peace.keys)}"
    yield "latest look out of trouble", f"{latest.total_seconds():.0f} s after its time"
    yield "shortest pauses", ", ".join(f"{name} {gap:.2f} s" for name, gap in sorted(year.closest.items()))
    yield "requests within a rest", str(year.intrusions)
    sent = sum(one.state is MessageState.SENT for one in year.messages)
    routes = len({one.route for one in year.messages})
    yield (
        "messages sent, taken, refused",
        f"{sent} on {routes} routes, {year.took.total()}, {year.put_off}",
    )
    yield "second daemons let in, sent away", f"{year.let_in}, {year.refused}"
    yield "memory by month", ", ".join(map(str, year.memory)) + " MB"
    yield "took", f"{year.seconds:.0f} s"


def main() -> None:
    """Print the figures of each seed's year; exit with 1 where anything does not hold."""
    os.environ["TZ"] = "Europe/Berlin"  # whose clocks go back and forward: nothing may depend on it
    time.tzset()
    days, *seeds = map(int, sys.argv[1:] or ["365"])
    console, wrong = Console(width=160), 0
    peace = peaceful(days)
    for seed in seeds or [1]:
        year = lived(days, seed)
        shown = Table("the daemon's year", f"seed {seed}")
        for row in rows(year, peace):
            shown.add_row(*row)
        console.print(shown)
        for line in complaints(year, peace):
            wrong += 1
            console.print(f"wrong: {line}")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
