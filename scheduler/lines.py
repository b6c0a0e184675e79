"""The wishes of a pass, in a line for each server; the servers take turns."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

IN_HAND = 0.25
"""Seconds of a server's work that are handed over with its first wish, where others can be."""
MOST_IN_HAND = 16


@dataclass(slots=True)
class _Line(Generic[T]):
    """What waits for a server, and when each wish was handed over that is on its way to it."""

    waiting: deque[T] = field(default_factory=deque)
    handed: deque[float] = field(default_factory=deque)
    queued: bool = False
    """it stands among those that may be given a wish"""
    back: float = 0.0
    """when its last answer came"""
    pace: float = IN_HAND
    """seconds between its answers"""


class Lines(Generic[T]):
    """Lines of wishes by server; a step costs the same however many servers and wishes wait.

    A server gets one wish at a time or, where its line goes on elsewhere (`ahead`), as many as it answers in
    a moment, so that it need not wait for us.
    """

    def __init__(self, *, ahead: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.ahead = ahead
        self._clock = clock
        self._lines: dict[str, _Line[T]] = {}
        self.ready: deque[str] = deque()
        """servers that may be given a wish, each once, the one that was asked last at the end"""
        self.waiting = 0
        """how many wishes wait"""

    def __bool__(self) -> bool:
        """Tell whether a wish waits, or is on its way."""
        return bool(self._lines)

    def add(self, server: str, wish: T) -> None:
        """Have a wish wait for its server."""
        line = self._lines.setdefault(server, _Line())
        line.waiting.append(wish)
        self.waiting += 1
        self._queue(server, line)

    def take(self) -> T | None:
        """Give the first wish of the server whose turn it is; None where all must be waited for."""
        if not self.ready:
            return None
        server = self.ready.popleft()
        line = self._lines[server]
        line.queued = False
        line.handed.append(self._clock())
        self.waiting -= 1
        wish = line.waiting.popleft()
        self._queue(server, line)
        return wish

    def back(self, server: str) -> None:
        """Note that a server has answered, or was not asked after all."""
        line, now = self._lines[server], self._clock()
        line.pace = now - max(line.handed.popleft(), line.back)
        line.back = now
        self._queue(server, line)
        if not line.waiting and not line.handed:
            del self._lines[server]

    def left(self) -> Iterator[T]:
        """Give the wishes that wait."""
        return (wish for line in self._lines.values() for wish in line.waiting)

    def _queue(self, server: str, line: _Line[T]) -> None:
        if line.waiting and not line.queued and len(line.handed) < self._room(line):
            line.queued = True
            self.ready.append(server)

    def _room(self, line: _Line[T]) -> int:
        if not self.ahead or not line.back:
            return 1
        return 1 + min(int(IN_HAND / max(line.pace, 1e-6)), MOST_IN_HAND - 1)
