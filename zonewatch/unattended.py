"""`run`: the daemon over the store, the settings and the dossiers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scheduler import one_pass
from scheduler.daemon import Daemon
from scheduler.one_pass import Selection
from scraper.model import OutcomeKind
from storage.store import LeaseLost
from zonewatch.app import App, say
from zonewatch.leasing import leased
from zonewatch.network import network, warn_of_no_contact
from zonewatch.pass_document import told
from zonewatch.watching import network_pass

DAEMON_LEASE = 2 * 3600.0
"""Longer than the daemon's longest sleep; a killed process's lease is free at once on its own host."""

OUTAGE_PAUSE = timedelta(minutes=10)
"""How long the daemon waits before it tries its own network again."""


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
