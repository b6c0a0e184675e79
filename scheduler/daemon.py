"""The daemon: APScheduler as the clock, one pass at a time, a clean stop in the middle of one.

The next pass is set for the moment when the next source is due. A pass that the machine slept through
is caught up once: `misfire_grace_time=None` and `coalesce` (APScheduler's default of one second skips
it without a word, FACTS section 5 trap 8). APScheduler waits on the monotonic clock, which stands still
while a machine sleeps and knows nothing of a clock that was set: the main thread holds the two clocks
against each other and has a pass looked for at once where they differ.
"""

import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from scheduler.clock import Clock, wall
from scheduler.signals import STOPS, answering

LONGEST_SLEEP = timedelta(hours=1)
"""The daemon looks up at least this often."""
SHORTEST_SLEEP = timedelta(seconds=1)
TROUBLE_PAUSE = timedelta(minutes=10)
GLANCE = 5.0
"""Seconds between two glances of the main thread at the clocks and at what it is to watch."""
JUMP = timedelta(minutes=1)
"""What the clocks may differ by from glance to glance; NTP slews by milliseconds."""
GRACE = 8.0
"""Seconds that a pass is given to end when the daemon is told to stop; the whole stop has ten."""


class Daemon:
    """Runs passes until it is told to stop.

    `one_pass` does the work and returns when the next source is due (None: nothing is enabled); `stop`
    is set on SIGTERM and SIGINT and seen by every wait of a pass. `trouble` is told what a pass ran
    into; the next one is tried after a pause. `glance` is called every few seconds, and with True on
    SIGHUP; it says whether there is reason to look at once (what is watched has changed).
    """

    def __init__(
        self,
        one_pass: Callable[[], datetime | None],
        clock: Clock = wall,
        trouble: Callable[[Exception], None] = lambda error: None,
        glance: Callable[[bool], bool] = lambda asked: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stop = threading.Event()
        self._one_pass = one_pass
        self._clock = clock
        self._trouble = trouble
        self._glance = glance
        self._monotonic = monotonic
        self._offset = self._clocks_apart()
        self._hung_up = False
        self._at_once = False
        self._turn = threading.Lock()
        self._bell: socket.socket | None = None
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def run(self) -> bool:
        """Block until a signal ends the daemon; tell whether the running pass came to a clean stop.

        False after `GRACE` seconds: what that pass had not kept by then is as if it had not been seen.
        """
        ear, bell = socket.socketpair()
        bell.setblocking(False)
        with ear, bell, self._signals(bell):
            self._schedule(self._clock())
            self._scheduler.start()
            with selectors.DefaultSelector() as selector:
                selector.register(ear, selectors.EVENT_READ)
                while not self.stop.is_set():
                    self._listen(ear if selector.select(GLANCE) else None)
            self._scheduler.remove_all_jobs()  # a job that is just being started cannot bear a shutdown
            self._scheduler.shutdown(wait=False)
            return self._idle(GRACE)

    def tick(self) -> datetime:
        """Run one pass and give when to look again; no error of a pass ends the daemon."""
        try:
            due = self._one_pass()
        except Exception as error:
            self._trouble(error)
            due = self._clock() + TROUBLE_PAUSE
        return self.next_run(due)

    def next_run(self, due: datetime | None) -> datetime:
        """Return when to look again: when something is due, but neither at once nor after an age."""
        now = self._clock()
        wished = due or now + LONGEST_SLEEP
        return min(max(wished, now + SHORTEST_SLEEP), now + LONGEST_SLEEP)

    def look_around(self) -> bool:
        """Tell whether there is reason to look at once: the clock jumped, or what is watched changed."""
        asked, self._hung_up = self._hung_up, False
        before, self._offset = self._offset, self._clocks_apart()
        changed = self._glance(asked)
        return changed or asked or abs(self._offset - before) > JUMP.total_seconds()

    def end(self) -> None:
        """Come to a clean stop: after the visits under way."""
        self.stop.set()
        self._ring()

    def _job(self) -> None:
        with self._turn:
            if self.stop.is_set():
                return
            self._at_once = False
            self._schedule(self.tick())
        if self._at_once:
            self._schedule(self._clock())

    def _schedule(self, moment: datetime) -> None:
        if not self.stop.is_set():
            self._scheduler.add_job(self._job, DateTrigger(moment), id="pass", replace_existing=True)

    def _listen(self, ear: socket.socket | None) -> None:
        """Take in what rang; where there is reason, look at once, or as soon as the running pass is over."""
        if ear:
            ear.recv(4096)
        if not self.stop.is_set() and self.look_around():
            self._at_once = True
            if self._idle(0):
                self._schedule(self._clock())

    def _idle(self, seconds: float) -> bool:
        """Tell whether no pass runs, or none any more after so many seconds."""
        idle = self._turn.acquire(timeout=seconds)
        if idle:
            self._turn.release()
        return idle

    def _ring(self) -> None:
        with suppress(OSError):  # full of rings, or over
            if self._bell:
                self._bell.send(b"!")

    def _hang_up(self) -> None:
        self._hung_up = True
        self._ring()

    def _clocks_apart(self) -> float:
        return self._clock().timestamp() - self._monotonic()

    @contextmanager
    def _signals(self, bell: socket.socket) -> Iterator[None]:
        self._bell = bell
        answers: dict[int, Callable[[], None]] = dict.fromkeys(STOPS, self.end)
        if hasattr(signal, "SIGHUP"):
            answers[signal.SIGHUP] = self._hang_up
        with answering(answers):
            yield
