"""`worker`: one of several at work on a database, over the settings and the dossiers of its machine."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from importlib.metadata import version
from socket import gethostname

from scheduler.account import Pass
from scheduler.clock import wall
from scheduler.signals import STOPS, answering
from scheduler.work.lanes import SharedLanes
from scheduler.work.rounds import RoundPass
from scheduler.work.shift import Rhythm, Shift
from scraper.fetch import Fetcher
from storage.crew import TOGETHER, CrewMember
from storage.store import LeaseLost, Store, StoreError, Tenure, holder_name
from zonewatch.app import App, say
from zonewatch.around import around_pass, notify, without_harm
from zonewatch.configuration import Configuration
from zonewatch.errors import BusyError, ZonewatchError
from zonewatch.logs import hearing_libraries
from zonewatch.network import SharedRests, StoredRobots, policy, warn_of_no_contact
from zonewatch.pass_document import facts, told
from zonewatch.stamping import stamp_days

MARGIN = 5.0
"""Seconds beyond a visit's deadline after which a request is over whatever happens."""


class ServerClock:
    """The database's hour, reckoned from this machine's: all workers go by one clock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ahead = timedelta()
        self.set()

    def set(self) -> None:
        """Hold the two clocks against each other again."""
        self._ahead = self._store.server_time() - wall()

    def __call__(self) -> datetime:
        """Give the hour."""
        return wall() + self._ahead


def run_worker(app: App, dossier_ids: tuple[str, ...]) -> None:
    """Work until a signal ends it.

    Raises `ZonewatchError` where the database is one machine's or the engine is not installed, `BusyError`
    where a pass or the daemon is at work on it.
    """
    configuration = Configuration(app, dossier_ids)
    with hearing_libraries(), app.store() as store:
        refuse_alone(store)
        silence = app.settings.worker_silence
        working = Working(configuration, store, Rhythm(silence / 6, silence))
        working.run()
        if working.why:
            raise working.why


def refuse_alone(store: Store) -> None:
    """Refuse a database that several machines cannot share, and a program without the engine."""
    if not store.is_shared:
        raise ZonewatchError(
            f"{store.address}: SQLite is one machine's, workers share a PostgreSQL database: `zonewatch db"
            " copy --to postgresql://…` moves everything there; on one machine `zonewatch run` does the work"
        )
    try:
        import procrastinate  # noqa: F401
    except ImportError as error:
        raise ZonewatchError("the engine is not installed: pip install 'zonewatch[worker]'") from error


class Working:
    """One worker: its engine, its heartbeat, its place in the crew; `why` says what ended it but a signal."""

    def __init__(self, configuration: Configuration, store: Store, rhythm: Rhythm) -> None:
        from scheduler.work.engine import Engine

        app = configuration.app
        self.why: ZonewatchError | None = None
        self._configuration = configuration
        self._store = store
        self._clock = ServerClock(store)
        self._lease = self._together(rhythm)
        self._beats = threading.Event()
        self._name = holder_name()
        self._began = self._clock()
        stop = threading.Event()
        fetcher = Fetcher(
            policy(app, configuration.dossiers),
            stop=stop,
            now=self._clock,
            robots=StoredRobots(store),
            rests=SharedRests(store),
            lanes=SharedLanes(store, self._name, app.settings.deadline + MARGIN),
        )
        self._shift = Shift(
            store,
            fetcher,
            self._clock,
            self._lease,
            dossiers=lambda: configuration.dossiers,
            settings=app.settings.of_a_visit(),
            canaries=app.settings.canaries,
            workers=app.settings.workers,
            rhythm=rhythm,
        )
        self._fetcher = fetcher
        self._engine = Engine(
            store.server_address,
            self._shift,
            after=self._after,
            trouble=self._trouble,
            tell=self._tell,
            abandon=self._abandon,
            stop=stop,
        )
        self._shift.stopped = stop.is_set

    def run(self) -> None:
        """Work until it is told to stop, and the visits in hand have ended."""
        warn_of_no_contact(self._configuration.app, self._store)
        say(f"zonewatch: worker {self._name} is at work, {self._shift.workers} sites at the same time")
        with self._living(), answering(dict.fromkeys(STOPS, self._engine.end)), self._fetcher:
            self._engine.run()
        self._sign_off()

    def _sign_off(self) -> None:
        self._store.sign_off(self._name, self._clock(), timedelta(seconds=self._shift.rhythm.lease))

    def _abandon(self) -> None:
        """End this process at once: its visits do not end, and their hosts were given back."""
        say("zonewatch: a visit would not end; its host was given back")
        without_harm("sign-off", self._sign_off)
        sys.stderr.flush()
        os._exit(0)

    def _together(self, rhythm: Rhythm) -> Tenure:
        """Take the lease that all workers hold together; sites that a pass has just asked get their pause."""
        tenure = self._store.take_lease(TOGETHER, self._clock(), rhythm.lease)
        if tenure is None:
            raise BusyError(
                "a pass or the daemon is at work on this database"
                f" ({self._store.lease_holder(self._clock())}); workers take its place, not one beside it"
            )
        if tenure.idle_since is not None:
            idle = (self._clock() - tenure.idle_since).total_seconds()
            time.sleep(max(0.0, min(self._configuration.app.settings.pause - idle, 60.0)))
        return tenure

    @contextmanager
    def _living(self) -> Iterator[None]:
        """Say in the background that this worker lives, as long as the block lasts."""
        self._beat()
        heart = threading.Thread(target=self._beating, daemon=True)
        heart.start()
        try:
            yield
        finally:
            self._beats.set()
            heart.join()

    def _beating(self) -> None:
        while not self._beats.wait(self._shift.rhythm.beat):
            with suppress(StoreError):
                self._beat()

    def _beat(self) -> None:
        """Give a sign of life, hold the leases on, and see whether this worker may go on."""
        rhythm, store = self._shift.rhythm, self._store
        self._clock.set()
        now = self._clock()
        held = (self._lease, *self._shift.held.copy().values())
        member = CrewMember(
            self._name,
            gethostname(),
            version("zonewatch"),
            self._began,
            now,
            busy=len(held) - 1,
            draining=self._engine.stop.is_set(),
        )
        store.beat(member, held, now + timedelta(seconds=rhythm.lease))
        try:
            store.refuse_moved_schema()
        except StoreError as error:
            self._close(ZonewatchError(str(error)))
        if not store.renew_lease(self._lease, now, rhythm.lease):
            self._close(BusyError("another process took this database over; what is in hand is not kept"))
        self._configuration.glance(False)

    def _close(self, why: ZonewatchError) -> None:
        if self.why is None:
            self.why = why
            self._engine.end()

    def _after(self, done: RoundPass) -> None:
        """Tell what a round raised to those who asked to be told."""
        app, dossiers = self._configuration.app, self._configuration.dossiers
        with around_pass(app, self._store, dossiers, self._engine.stop.is_set) as ended:
            ended.done = done
        say(told(done), "error" if done.faults else "info", **facts(done))
        if not done.outage:
            stamp_days(app, self._store, self._engine.stop)

    def _tell(self) -> None:
        """Send the digests whose hour has come, and what a channel did not take before."""
        app, now = self._configuration.app, self._clock()
        nothing = Pass((), now, now)
        stopped = self._engine.stop.is_set
        without_harm("notifications", lambda: notify(app, self._store, nothing, stopped))

    def _trouble(self, error: Exception) -> None:
        said = " ".join(str(error).split())
        kind = "" if isinstance(error, StoreError) else f"{type(error).__name__}: "
        if not isinstance(error, LeaseLost) or self.why is None:
            say(f"zonewatch: {kind}{said}", "warning")
