"""Lanes: one request at a time to a server, and a pause before the next."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from scraper.model import Trouble
from scraper.troubles import Broken, stopped
from scraper.watch import SLICE

UNHEARD = frozenset({Trouble.NO_SUCH_NAME, Trouble.NAME_FAILS, Trouble.POLICY})
"""Troubles of requests that never reached the host: it needs no rest from them."""
SPREAD = 0.25
"""A pause is longer than the least by up to this share, so that no beat of ours is heard at a site."""


@contextmanager
def request(ended: Callable[[bool], None]) -> Iterator[None]:
    """Surround one request; say at its end, however it ends, whether the host may have heard it."""
    heard = True
    try:
        yield
    except Broken as broken:
        heard = broken.trouble not in UNHEARD
        raise
    finally:
        ended(heard)


@dataclass(slots=True)
class _Lane:
    busy: threading.Lock = field(default_factory=threading.Lock)
    ended: float | None = None


class Heard(NamedTuple):
    """When servers last heard of us, by a clock that all processes of a machine share.

    `before` is when those that are not in `lanes` may have heard last, None for never.
    """

    before: float | None
    lanes: Mapping[str, float]


class Lanes:
    """All lanes of a program; safe to use from many threads.

    `clock` and `sleep` are the monotonic clock and its pause in seconds, `chance` gives numbers from 0
    to 1. `idle` are the seconds for which nobody has asked any site: another process may have asked one
    just before this began. None: for ever.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
        idle: float | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._before = None if idle is None else clock() - idle
        self._lanes: dict[str, _Lane] = {}
        self._making = threading.Lock()

    @contextmanager
    def turn(self, name: str, pause: float, halted: Callable[[], bool], wait: float = 0.0) -> Iterator[None]:
        """Hold the lane `name` for one request, begun `pause` seconds after its last one ended.

        `wait` are seconds from now on that it rests at least. Waits for as long as it takes; raises
        `Broken` (`STOPPED`) as soon as `halted` says so.
        """
        earliest = self._clock() + wait
        with self._making:
            lane = self._lanes.setdefault(name, _Lane(ended=self._before))
        while not lane.busy.acquire(timeout=SLICE):
            go_on(halted)
        try:
            self._rest(lane, pause, earliest, halted)
            with request(lambda heard: self._ended(lane, heard)):
                yield
        finally:
            lane.busy.release()

    def heard(self) -> Heard:
        """Say when each server last heard of us, for a process that goes on with them."""
        with self._making:
            ended = {name: lane.ended for name, lane in self._lanes.items() if lane.ended is not None}
        return Heard(self._before, ended)

    def go_on(self, heard: Heard) -> None:
        """Take over what another process knows of the servers that it asked."""
        with self._making:
            self._before = heard.before
            for name, ended in heard.lanes.items():
                self._lanes.setdefault(name, _Lane()).ended = ended

    def all_just_heard(self) -> None:
        """Take it that every server has heard of us this moment: another process may have asked it."""
        now = self._clock()
        self.go_on(Heard(now, dict.fromkeys(self._lanes, now)))

    def _ended(self, lane: _Lane, heard: bool) -> None:
        lane.ended = self._clock() if heard else lane.ended

    def _rest(self, lane: _Lane, pause: float, earliest: float, halted: Callable[[], bool]) -> None:
        go_on(halted)
        if lane.ended is not None:
            earliest = max(earliest, lane.ended + pause * (1 + SPREAD * self._chance()))
        while (left := earliest - self._clock()) > 0:
            self._sleep(min(left, SLICE))
            go_on(halted)


def go_on(halted: Callable[[], bool]) -> None:
    """Raise `Broken` (`STOPPED`) as soon as `halted` says so."""
    if halted():
        raise stopped()
