"""What `check`, `run` and `demo` share: passes over the network, or over a history day by day."""

import difflib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler import one_pass
from scheduler.account import Pass
from scheduler.clock import fixed
from scheduler.due import PutOff, Selection, known_sources
from scheduler.signals import stopping
from scraper.fetch import Fetcher
from scraper.replay import Archive, HistoryError, open_history
from storage.store import Store, Tenure
from zonewatch.app import App, say
from zonewatch.around import around_pass
from zonewatch.errors import ZonewatchError
from zonewatch.leasing import leased
from zonewatch.network import lanes_since, network, policy, warn_of_no_contact
from zonewatch.outposts import outpost
from zonewatch.progress import progress_bar
from zonewatch.stamping import stamp_days

if TYPE_CHECKING:
    from monitor.dossier import Dossier


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
        return tuple(
            visit_day(app, store, dossiers, day, selection, which=(number, len(days)))
            for number, day in enumerate(days, 1)
        )


def refuse_unknown(dossiers: "Sequence[Dossier]", store: Store, ids: Sequence[str]) -> None:
    """Refuse an id that is no source of these dossiers, with those that are near."""
    known = [source.id for dossier in dossiers for source in known_sources(dossier, store)]
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
    app: App,
    store: Store,
    dossiers: "Sequence[Dossier]",
    day: ReplayedDay,
    selection: Selection,
    *,
    which: tuple[int, int] = (1, 1),
) -> Pass:
    """Run the pass of one day of a history: no network, no pause, the day's own hour.

    `which` says for whoever watches that it is the third of twelve days.
    """
    clock = fixed(day.now)
    with (
        Fetcher(policy(app), now=clock, archive=day.archive) as fetcher,
        leased(store, clock) as lease,
        progress_bar(f"{day.now:%Y-%m-%d}, day {which[0]} of {which[1]}") as progress,
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
    stop = threading.Event()
    with stopping(stop), leased(store, app.clock) as lease:
        lanes = lanes_since(lease, app.clock())
        with network(
            app, store, stop, dossiers=dossiers, lanes=lanes, heedless=selection.everything
        ) as fetcher:
            done = network_pass(app, store, dossiers, fetcher, lease, stop, selection=selection)
    if done.outage:
        say(f"zonewatch: no network; nothing is held against any source: {done.outage}", "warning")
    else:
        warn_of_no_contact(app, store)
    return done


def network_pass(
    app: App,
    store: Store,
    dossiers: "Sequence[Dossier]",
    fetcher: Fetcher,
    lease: Tenure,
    stop: threading.Event,
    *,
    selection: Selection = one_pass.DUE,
    put_off: PutOff | None = None,
    budget: timedelta | None = None,
) -> Pass:
    """Run a pass with as many lanes at once as the settings allow, and a bar where somebody watches.

    Then tell what it raised to those who asked to be told.
    """
    with around_pass(app, store, dossiers, stop.is_set) as ended, progress_bar("visiting") as progress:
        ended.done = one_pass.run(
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
            put_off=put_off,
            budget=budget,
            tolerant=True,
            settings=app.settings.of_a_visit(),
            outposts=lambda sources, servers: outpost(app, fetcher, sources, servers),
        )
    if not ended.done.outage and not stop.is_set():
        stamp_days(app, store, stop)
    return ended.done
