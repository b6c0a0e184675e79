"""The loop that drives every course of a pass: one request a lane, as many lanes as workers.

A course asks (see `monitor.course`); this loop has the address fetched in a worker thread, the visit
kept in its own thread, or parks the course until the others are done. Courses are advanced by the
calling thread only, so that judging and keeping need no locks.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from monitor.course.steps import Answer, Hold, Settlement, Steps
from monitor.model import Kept, Look, Record, Role
from scraper.addresses import origin
from scraper.model import Fetch

Ask = Callable[[Look], Fetch]
Keep = Callable[[Record], Kept]
Settle = Callable[[], Settlement]


@dataclass(slots=True)
class Drive:
    """One pass under way. `settle` is asked for the pass's outcome at every barrier."""

    ask: Ask
    keep: Keep
    settle: Settle
    workers: int = 1
    stopped: Callable[[], bool] = lambda: False
    _lanes: dict[str, deque[tuple[Steps[None], Look]]] = field(default_factory=dict)
    _busy: dict[Future[Fetch], tuple[Steps[None], Look]] = field(default_factory=dict)
    _held: deque[tuple[Steps[None], Hold]] = field(default_factory=deque)

    def run(self, *groups: Iterable[Steps[None]]) -> None:
        """Drive the courses to their ends, or to a clean stop between two visits.

        A group starts when the one before has nothing left to fetch.
        """
        waiting = deque(groups)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="lane") as pool:
            while not self.stopped() and (self._lanes or self._busy or waiting or self._held):
                if self._lanes or self._busy:
                    self._fetch_some(pool)
                elif waiting:
                    for course in waiting.popleft():
                        self._advance(course, None)
                else:
                    self._release()
            self._abandon()

    def _advance(self, course: Steps[None], answer: Answer | None) -> None:
        while not self.stopped():
            try:
                step = course.send(answer)  # type: ignore[arg-type]
            except StopIteration:
                return
            match step:
                case Record():
                    answer = self.keep(step)
                case Look():
                    self._lanes.setdefault(origin(step.url), deque()).append((course, step))
                    return
                case Hold():
                    self._held.append((course, step))
                    return
        course.close()

    def _fetch_some(self, pool: ThreadPoolExecutor) -> None:
        taken = {origin(look.url) for _, look in self._busy.values()}
        for lane in [lane for lane in self._lanes if lane not in taken][: self.workers - len(self._busy)]:
            course, look = self._lanes[lane].popleft()
            if not self._lanes[lane]:
                del self._lanes[lane]
            self._busy[pool.submit(self.ask, look)] = (course, look)
        done, _ = wait(self._busy, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=list(self._busy).index):
            course, _ = self._busy.pop(future)
            self._advance(course, future.result())

    def _release(self) -> None:
        """Let the held courses go on: lists first, for what they find helps to find lost notices."""
        settlement = self.settle()
        lists = [held for held in self._held if held[1].role is Role.LISTING]
        released = lists or list(self._held)
        self._held = deque(held for held in self._held if held not in released)
        for course, _ in released:
            self._advance(course, settlement)

    def _abandon(self) -> None:
        waiting = [course for lane in self._lanes.values() for course, _ in lane]
        for course in (*waiting, *(course for course, _ in self._held)):
            course.close()
