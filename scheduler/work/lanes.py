"""Lanes that all workers of a database share, so that no two of them ever hurry a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scraper.lanes import SPREAD, Lanes, go_on, request
from scraper.watch import SLICE
from storage.store import Store


class SharedLanes(Lanes):
    """The lanes of a worker: one request at a time to a server, and its pause, over all workers.

    `holder` names the worker's process; a lane is held for `most` seconds at most, by which a request is
    over whatever happens. Times between requests are the database's.
    """

    def __init__(self, store: Store, holder: str, most: float) -> None:
        super().__init__()
        self._store = store
        self._holder = holder
        self._most = most

    @contextmanager
    def turn(self, name: str, pause: float, halted: Callable[[], bool], wait: float = 0.0) -> Iterator[None]:
        """Hold the lane `name` for one request, begun `pause` seconds after anybody's last one ended.

        Within the process as `Lanes`, whose wait is over when the database is asked.
        """
        with super().turn(name, pause, halted, wait):
            rest = pause * (1 + SPREAD * self._chance()) if wait == 0 else pause
            while (left := self._store.lane_take(name, self._holder, rest, self._most)) > 0:
                self._wait(left, halted)
            with request(lambda heard: self._store.lane_leave(name, self._holder, heard=heard)):
                yield

    def _wait(self, seconds: float, halted: Callable[[], bool]) -> None:
        """Sleep in slices, so that a halt is heard."""
        until = self._clock() + seconds
        go_on(halted)
        while (left := until - self._clock()) > 0:
            self._sleep(min(left, SLICE))
            go_on(halted)
