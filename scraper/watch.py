"""The one wall clock of a visit: however a server drips, the visit ends on time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scraper.model import Trouble
from scraper.troubles import Broken, stopped

SLICE = 0.2
"""Seconds that a wait may last before it looks whether the program was asked to stop."""


class Watch:
    """Counts the seconds that a visit spends on the network, and knows what it is waiting for.

    `seconds` is the whole budget, `halted` tells whether the program is to stop. The clock stands
    still outside `running`: a wait for the lane costs a visit nothing. `phase` is `name`, `connect`,
    `tls`, `proxy`, `headers` or `body` and goes into the detail of a trouble.
    """

    def __init__(
        self, seconds: float, halted: Callable[[], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.phase = "name"
        self._seconds = seconds
        self._halted = halted
        self._clock = clock
        self._spent = 0.0
        self._since: float | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the clock run for a block of work on the network."""
        self._since = self._clock()
        try:
            yield
        finally:
            self._spent, self._since = self.spent, None

    @property
    def spent(self) -> float:
        """Seconds spent on the network so far."""
        return self._spent + (self._clock() - self._since if self._since is not None else 0.0)

    def wait(self) -> float:
        """Give the seconds that the next wait may last, `SLICE` at most.

        Raises `Broken`: DEADLINE with the phase once the budget is spent, or with `STOPPED`.
        """
        if self._halted():
            raise stopped()
        left = self._seconds - self.spent
        if left <= 0:
            raise Broken(Trouble.DEADLINE, f"{self.phase}: {self._seconds:g} s are over")
        return min(left, SLICE)
