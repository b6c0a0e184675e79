"""The daemon: APScheduler as the clock, one pass at a time, a clean stop in the middle of one.

The next pass is set for the moment when the next source is due. A pass that the machine slept through
is caught up once: `misfire_grace_time=None` and `coalesce` (APScheduler's default of one second skips
it without a word, FACTS section 5 trap 8).
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.date import DateTrigger

from scheduler.clock import Clock, wall

LONGEST_SLEEP = timedelta(hours=1)
"""The daemon looks up at least this often: a dossier may have changed, another process may have ended."""
TROUBLE_PAUSE = timedelta(minutes=10)
SHORTEST_SLEEP = timedelta(seconds=1)


class Daemon:
    """Runs passes until it is told to stop.

    `one_pass` does the work and returns when the next source is due (None: nothing is enabled); `stop`
    is set on SIGTERM and SIGINT and seen by every wait of a pass. `trouble` is told what a pass ran
    into; the next one is tried after a pause.
    """

    def __init__(
        self,
        one_pass: Callable[[], datetime | None],
        clock: Clock = wall,
        trouble: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self.stop = threading.Event()
        self._trouble = trouble
        self._one_pass = one_pass
        self._clock = clock
        self._scheduler = BlockingScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def run(self) -> None:
        """Block until a signal ends the daemon; returns after the running pass has come to a clean stop."""
        with self._signals():
            self._schedule(self._clock())
            self._scheduler.start()

    def _tick(self) -> None:
        try:
            due = self._one_pass()
        except Exception as error:
            self._trouble(error)
            due = self._clock() + TROUBLE_PAUSE
        if not self.stop.is_set():
            self._schedule(self.next_run(due))

    def next_run(self, due: datetime | None) -> datetime:
        """Return when to look again: when something is due, but neither at once nor after an age."""
        now = self._clock()
        wished = due or now + LONGEST_SLEEP
        return min(max(wished, now + SHORTEST_SLEEP), now + LONGEST_SLEEP)

    def _schedule(self, moment: datetime) -> None:
        self._scheduler.add_job(self._tick, DateTrigger(moment), id="pass", replace_existing=True)

    def _end(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.end()

    def end(self) -> None:
        """Come to a clean stop: after the visits under way."""
        self.stop.set()
        threading.Thread(target=self._scheduler.shutdown, kwargs={"wait": True}, daemon=True).start()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
