"""`run`: the daemon over the store, the settings and the dossiers."""

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from scheduler.account import Pass
from scheduler.daemon import Daemon
from scheduler.due import PutOff, Selection, next_due
from scraper.addresses import host
from scraper.fetch import Fetcher
from scraper.lanes import Lanes
from scraper.model import OutcomeKind
from storage.store import LeaseLost, Store, Tenure
from zonewatch.app import App, say
from zonewatch.around import next_telling, without_harm
from zonewatch.configuration import Configuration
from zonewatch.leasing import leased
from zonewatch.logs import hearing_libraries
from zonewatch.network import lanes_since, network, warn_of_no_contact
from zonewatch.pass_document import facts, told
from zonewatch.watching import network_pass

OUTAGE_PAUSE = timedelta(minutes=10)
"""How long the daemon waits before it tries its own network again."""

FEELERS = 4
"""Sources of different hosts that are tried then: what is tried and in vain is put down, all of it."""

BUDGET = timedelta(minutes=15)
"""How long a pass begins new visits: a slow site with much to show must not keep the others waiting."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where the daemon shows its metrics: a port, at an address of this machine."""

    port: int
    address: str = "127.0.0.1"


def run_daemon(app: App, dossier_ids: Sequence[str], window: Window | None = None) -> None:
    """Watch until a signal ends it; the lease is held all the while, so that cron keeps out."""
    configuration = Configuration(app, dossier_ids)
    with hearing_libraries(), app.store() as store, leased(store, app.clock) as tenure:
        shown = show(window, configuration, store) if window else nothing
        warn_of_no_contact(app, store)

        def after(done: Pass) -> None:
            say(told(done), "error" if done.faults else "info", **facts(done))
            without_harm("metrics", shown)

        watch = Watched(configuration, store, tenure, after=after)
        clean = watch.daemon.run()
        if not clean:
            say("zonewatch: a visit would not end; it was given up and is taken again at the next start")
            sys.stderr.flush()
            os._exit(0)
        if watch.lost:
            raise watch.lost


def nothing() -> None:
    """Show nothing."""


def show(window: Window, configuration: Configuration, store: Store) -> Callable[[], None]:
    """Serve the metrics of the daemon; what is returned brings them up to date.

    Raises `ZonewatchError` where nothing can listen there.
    """
    from zonewatch import metrics

    served = metrics.Fixed()

    def fresh() -> None:
        served.put(metrics.families(store, configuration.dossiers, configuration.app.clock()))

    fresh()
    where = metrics.serve(served, window.port, window.address)
    say(f"zonewatch: metrics are at http://{where[0]}:{where[1]}/metrics")
    return fresh


class Watched:
    """A daemon at work on a store: `daemon` runs it, `lost` is set where another took the lease.

    `fetcher` makes what asks the sites, as `network` does, over `lanes` whose pauses go on from pass to
    pass; `after` is told of each pass.
    """

    def __init__(
        self,
        configuration: Configuration,
        store: Store,
        tenure: Tenure,
        *,
        fetcher: Callable[..., Fetcher] = network,
        after: Callable[[Pass], None] = lambda done: say(told(done)),
        lanes: Lanes | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lost: LeaseLost | None = None
        self._configuration = configuration
        self._store = store
        self._tenure = tenure
        self._fetcher = fetcher
        self._after = after
        self._clock = configuration.app.clock
        self._lanes = lanes if lanes is not None else lanes_since(tenure, self._clock())
        self._put_off = PutOff()
        self._cut_off: deque[str] = deque()
        self.daemon = Daemon(self._pass, self._clock, self._trouble, configuration.glance, monotonic)

    def _pass(self) -> datetime | None:
        """Look at what is due; return when the next source is."""
        app, dossiers = self._configuration.app, self._configuration.dossiers
        store, stop, waits = self._store, self.daemon.stop, self._put_off
        chosen = Selection(frozenset(islice(self._cut_off, FEELERS)))
        with self._fetcher(app, store, stop, dossiers=dossiers, lanes=self._lanes) as fetcher:
            done = network_pass(
                app,
                store,
                dossiers,
                fetcher,
                self._tenure,
                stop,
                selection=chosen,
                put_off=waits,
                budget=BUDGET,
            )
        self._after(done)
        self._feel(done)
        now = self._clock()
        due = now + OUTAGE_PAUSE if self._cut_off else next_due(dossiers, store, now, waits)
        return min(filter(None, (due, next_telling(app, store))), default=None)

    def _feel(self, done: Pass) -> None:
        """Remember a source of each host that our own network kept from us, until one answers again."""
        lost = {
            host(visit.url): visit.via or visit.source
            for visit in done.looked
            if visit.outcome.kind is OutcomeKind.OWN_OUTAGE
        }
        if not lost:
            self._cut_off.clear()
        elif self._cut_off:
            self._cut_off.rotate(-FEELERS)
        else:
            self._cut_off.extend(lost.values())

    def _trouble(self, error: Exception) -> None:
        say(f"zonewatch: this pass failed: {type(error).__name__}: {' '.join(str(error).split())}", "error")
        if isinstance(error, LeaseLost):
            self.lost = error
            self.daemon.end()
