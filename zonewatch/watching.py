"""What `check`, `run` and `demo` share: a fetcher from the settings, the lease, passes one by one."""

import difflib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.model import Visit
from reports.json_ import as_finding, instant
from scheduler import one_pass
from scheduler.clock import Clock, fixed
from scheduler.daemon import Daemon
from scheduler.one_pass import Pass, Selection
from scraper.fetch import Fetcher
from scraper.model import OutcomeKind
from scraper.policy import Policy
from scraper.replay import Archive, HistoryError, open_history
from scraper.robots import RobotsAnswer
from storage.store import LeaseLost, Store, holder_name
from zonewatch.app import App, say
from zonewatch.errors import BusyError, ZonewatchError
from zonewatch.progress import progress_bar

if TYPE_CHECKING:
    from monitor.dossier import Dossier

DAEMON_LEASE = 2 * 3600.0
"""Longer than the daemon's longest sleep; a killed process's lease is free at once on its own host."""

OUTAGE_PAUSE = timedelta(minutes=10)
"""How long the daemon waits before it tries its own network again."""

WARNED = "warned"


def policy(app: App) -> Policy:
    """Make the fetcher's manners from the settings."""
    settings = app.settings
    return Policy(
        pause=settings.pause,
        deadline=settings.deadline,
        max_bytes=settings.max_bytes,
        contact=settings.contact,
        allow_private=settings.allow_private,
        legacy_tls_hosts=frozenset(settings.legacy_tls_hosts),
        proxies=settings.proxies,
    )


def check(
    app: App, *, dossier_ids: Sequence[str], sources: Sequence[str], everything: bool, replay: Path | None
) -> tuple[Pass, ...]:
    """Run one pass, or one for each day of a history; raises `BusyError` where another process runs one."""
    dossiers = app.chosen(dossier_ids or sorted({one.partition("/")[0] for one in sources}))
    selection = Selection(frozenset(sources), everything)
    days = history(app, replay) if replay else None
    with app.store() as store:
        refuse_unknown(dossiers, store, sources)
        if days is None:
            return (visit_network(app, store, dossiers, selection),)
        return tuple(visit_day(app, store, dossiers, day, selection) for day in days)


def refuse_unknown(dossiers: "Sequence[Dossier]", store: Store, ids: Sequence[str]) -> None:
    """Refuse an id that is no source of these dossiers, with those that are near."""
    known = [source.id for dossier in dossiers for source in one_pass.known_sources(dossier, store)]
    for one in ids:
        if one not in known:
            near = difflib.get_close_matches(one, known, n=3, cutoff=0.3)
            raise ZonewatchError(f"there is no source `{one}`; near it are {', '.join(near) or 'none'}")


@dataclass(frozen=True, slots=True)
class ReplayedDay:
    """One pass of a replay: the hour it takes for now, and what stands in the network's place."""

    now: datetime
    archive: Archive


def history(app: App, path: Path) -> tuple[ReplayedDay, ...]:
    """Read a history; with `--now` only the last of its days that is not later, at that hour."""
    try:
        days = open_history(path)
    except HistoryError as error:
        raise ZonewatchError(str(error)) from error
    now = app.settings.now
    if now is None:
        return tuple(ReplayedDay(day.now, day.archive) for day in days)
    past = [day for day in days if day.date <= now.date()]
    if not past:
        raise ZonewatchError(f"{path}: nothing in this history is as old as {now:%Y-%m-%d}")
    return (ReplayedDay(now, past[-1].archive),)


def visit_day(
    app: App, store: Store, dossiers: "Sequence[Dossier]", day: ReplayedDay, selection: Selection
) -> Pass:
    """Run the pass of one day of a history: no network, no pause, the day's own hour."""
    clock = fixed(day.now)
    with (
        Fetcher(policy(app), now=clock, archive=day.archive) as fetcher,
        leased(store, clock) as lease,
        progress_bar(f"{day.now:%Y-%m-%d}") as progress,
    ):
        return one_pass.run(
            dossiers,
            store,
            fetcher,
            clock=clock,
            selection=selection,
            lease=lease,
            origin="replay",
            progress=progress,
        )


def visit_network(app: App, store: Store, dossiers: "Sequence[Dossier]", selection: Selection) -> Pass:
    """Run one pass over the network."""
    with leased(store, app.clock) as lease, network(app, store) as fetcher:
        done = network_pass(app, store, dossiers, fetcher, selection, lease, threading.Event())
    if done.outage:
        say(f"zonewatch: no network; nothing is held against any source: {done.outage}")
    else:
        warn_of_no_contact(app, store)
    return done


def network(app: App, store: Store, stop: threading.Event | None = None) -> Fetcher:
    """Make the fetcher that asks the real sites."""
    return Fetcher(policy(app), now=app.clock, robots=StoredRobots(store), stop=stop)


def network_pass(
    app: App,
    store: Store,
    dossiers: "Sequence[Dossier]",
    fetcher: Fetcher,
    selection: Selection,
    lease: str,
    stop: threading.Event,
) -> Pass:
    """Run a pass with as many lanes at once as the settings allow, and a bar where somebody watches."""
    with progress_bar("visiting") as progress:
        return one_pass.run(
            dossiers,
            store,
            fetcher,
            clock=app.clock,
            selection=selection,
            workers=app.settings.workers,
            lease=lease,
            stopped=stop.is_set,
            progress=progress,
            canaries=app.settings.canaries,
        )


@contextmanager
def leased(store: Store, clock: Clock) -> Iterator[str]:
    """Hold the lease while passes run; raises `BusyError` where another process holds it."""
    holder = holder_name()
    if not store.take_lease(holder, clock(), one_pass.LEASE_SECONDS):
        raise BusyError(f"another process is at work on this database ({store.lease_holder(clock())})")
    try:
        yield holder
    except LeaseLost as error:
        raise BusyError(str(error)) from error
    finally:
        store.release_lease(holder)


def warn_of_no_contact(app: App, store: Store) -> None:
    """Say once a database that the sites are not told whom to write to."""
    if app.settings.contact or store.meta_get(WARNED):
        return
    say("zonewatch: no `contact` is set: the sites cannot tell whom to write to (see `zonewatch config`)")
    store.meta_put(WARNED, "contact")


def run_daemon(app: App, dossier_ids: Sequence[str]) -> None:
    """Watch until a signal ends it; the lease is held all the while, so that cron keeps out."""
    app.chosen(dossier_ids)
    with app.store() as store, leased(store, app.clock) as lease:
        warn_of_no_contact(app, store)

        def tick() -> datetime | None:
            store.renew_lease(lease, app.clock(), DAEMON_LEASE)
            dossiers = App(app.options).chosen(dossier_ids)
            with network(app, store, daemon.stop) as fetcher:
                done = network_pass(app, store, dossiers, fetcher, Selection(), lease, daemon.stop)
            say(told(done))
            now = app.clock()
            cut_off = OutcomeKind.OWN_OUTAGE in done.outcomes
            return now + OUTAGE_PAUSE if cut_off else one_pass.next_due(dossiers, store, now)

        def trouble(error: Exception) -> None:
            say(f"zonewatch: this pass failed: {type(error).__name__}: {' '.join(str(error).split())}")
            if isinstance(error, LeaseLost):
                lost.append(error)
                daemon.end()

        lost: list[LeaseLost] = []
        daemon = Daemon(tick, app.clock, trouble)
        daemon.run()
        if lost:
            raise lost[0]


def told(done: Pass) -> str:
    """Tell a pass in one line for a log."""
    outcomes = ", ".join(f"{count} {kind}" for kind, count in done.outcomes.items()) or "nothing was due"
    news = f"; {len(done.findings)} new findings" if done.findings else ""
    return f"{done.started:%Y-%m-%dT%H:%M:%SZ} {outcomes}{news}" + (
        f" ({done.outage})" if done.outage else ""
    )


def as_document(passes: Sequence[Pass]) -> dict[str, object]:
    """Give passes as `check --json` prints them: one pass, or a history's days as one document."""
    last = passes[-1]
    outcomes: Counter[str] = Counter()
    for done in passes:
        outcomes.update(done.outcomes)
    return {
        "dossiers": list(last.dossiers),
        "now": instant(last.now),
        "started": instant(passes[0].started),
        "finished": instant(last.finished),
        "checked": sum(done.checked for done in passes),
        "own_outage": any(done.outage for done in passes),
        "outcomes": dict(outcomes),
        "sources": [looked_row(visit) for done in passes for visit in done.looked],
        "findings": [as_finding(finding) for done in passes for finding in done.findings],
    }


def looked_row(visit: Visit) -> dict[str, object]:
    """Give a visit as the contract's `sources` of a check."""
    return {
        "id": visit.source,
        "role": visit.role.value,
        "via": visit.via,
        "url": visit.url,
        "final_url": visit.final_url,
        "outcome": visit.outcome.kind.value,
        "state": visit.state.value,
        "http_status": visit.status,
        "visit": f"V{visit.id}",
        "snapshot": visit.snapshot,
    }


class StoredRobots:
    """The robots.txt that earlier passes fetched, out of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, origin: str) -> RobotsAnswer | None:
        """Give what is remembered of an origin."""
        kept = self._store.robots_get(origin)
        return RobotsAnswer(*kept) if kept else None

    def put(self, origin: str, answer: RobotsAnswer) -> None:
        """Remember what an origin said."""
        self._store.robots_put(origin, answer.fetched, answer.status, answer.text)
