"""Lanes: one request at a time to an origin, and a pause before the next."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scraper.model import Trouble
from scraper.troubles import Broken, stopped
from scraper.watch import SLICE

UNHEARD = frozenset({Trouble.NO_SUCH_NAME, Trouble.NAME_FAILS, Trouble.POLICY})
"""Troubles of requests that never reached the host: it needs no rest from them."""


@dataclass(slots=True)
class _Lane:
    busy: threading.Lock = field(default_factory=threading.Lock)
    ended: float | None = None


class Lanes:
    """All lanes of a program; safe to use from many threads.

    `clock` and `sleep` are the monotonic clock and its pause in seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._making = threading.Lock()

    @contextmanager
    def turn(self, name: str, pause: float, halted: Callable[[], bool]) -> Iterator[None]:
        """Hold the lane `name` for one request, begun `pause` seconds after its last one ended.

        Waits for as long as it takes; raises `Broken` (`STOPPED`) as soon as `halted` says so.
        """
        with self._making:
            lane = self._lanes.setdefault(name, _Lane())
        while not lane.busy.acquire(timeout=SLICE):
            _go_on(halted)
        try:
            self._rest(lane, pause, halted)
            heard = True
            try:
                yield
            except Broken as broken:
                heard = broken.trouble not in UNHEARD
                raise
            finally:
                lane.ended = self._clock() if heard else lane.ended
        finally:
            lane.busy.release()

    def _rest(self, lane: _Lane, pause: float, halted: Callable[[], bool]) -> None:
        _go_on(halted)
        while lane.ended is not None and (left := lane.ended + pause - self._clock()) > 0:
            self._sleep(min(left, SLICE))
            _go_on(halted)


def _go_on(halted: Callable[[], bool]) -> None:
    if halted():
        raise stopped()
