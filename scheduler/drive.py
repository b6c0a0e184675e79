"""The loop that drives every course of a pass: one request a server, as many servers as workers.

A course asks (see `monitor.course`); this loop has the address fetched by a crew (`scheduler.crew`), the
visit kept in its own thread, or parks the course until the others are done. Courses are advanced by the
calling thread only, so that judging and keeping need no locks.

Visits are kept together, those that come within a moment: one transaction for many costs little more
than for one. Whoever reads the store meanwhile has them kept first (`keep_first`), so that what a course
finds there never depends on how visits fell together.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from monitor.course.steps import Answer, Hold, Settlement, Steps
from monitor.model import Kept, Look, Record, Role, Source
from scheduler.crew import Ask, Crew, Threads
from scheduler.lines import Lines
from scraper.addresses import server
from scraper.model import Fetch, Trouble
from scraper.troubles import STOPPED
from storage.errors import StoreError

Keep = Callable[[Sequence[Record]], Sequence[Kept]]
Settle = Callable[[], Settlement]
AHEAD = 2000
"""wishes that wait, so that as many servers may be asked side by side"""
MOST_AT_ONCE = 64
"""visits in one transaction: what a power cut may cost, and how long others wait for the pen"""
MOMENT = 0.05
"""Seconds that a visit waits for others to be kept with; what is not kept is asked again after a kill."""


def in_turn(sources: Iterable[Source]) -> Iterator[Source]:
    """Yield sources so that their servers take turns, each in the order in which they came."""
    lines: dict[str, deque[Source]] = {}
    for source in sources:
        lines.setdefault(server(source.url), deque()).append(source)
    turns = deque(lines.values())
    while turns:
        line = turns.popleft()
        yield line.popleft()
        if line:
            turns.append(line)


def _came(answer: Answer | None) -> bool:
    """Tell whether an answer came from the network, and was not broken off by a stop."""
    return isinstance(answer, Fetch) and answer.detail != STOPPED


def _raised(course: Steps[None], error: Exception) -> None:  # noqa: ARG001
    raise error


@dataclass(frozen=True, slots=True)
class _Wish:
    """A look that a course waits for; `first`: it has asked for nothing before."""

    course: Steps[None]
    look: Look
    first: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """A visit of a course that is to be kept."""

    course: Steps[None]
    record: Record


@dataclass(slots=True)
class Drive:
    """One pass under way. `settle` is asked for the pass's outcome at every barrier.

    `leave` is asked of each course that holds whether others go on with it elsewhere: it ends here.

    Once `tired`, no course is begun any more, and those under way come to their ends. `put_off` is told
    of a course that ended because a site rests: its look, and the fetch that was not made. `fault` is
    told of one that ended by an error of ours; the store's errors end the pass.
    """

    ask: Ask
    keep: Keep
    settle: Settle
    workers: int = 1
    stopped: Callable[[], bool] = lambda: False
    tired: Callable[[], bool] = lambda: False
    put_off: Callable[[Look, Fetch], None] = lambda look, fetch: None
    fault: Callable[[Steps[None], Exception], None] = _raised
    leave: Callable[[Steps[None], Hold], bool] = lambda course, hold: False
    moment: float = MOMENT
    """how long a visit waits for others to be kept with; 0: nothing is asked before it is kept"""
    crew: Crew | None = None
    """who fetches; None: `workers` threads of this process, by `ask`"""
    lines: Lines[_Wish] = field(default_factory=Lines)
    _busy: dict[Future[Fetch], _Wish] = field(default_factory=dict)
    _done: "SimpleQueue[Future[Fetch]]" = field(default_factory=SimpleQueue)
    _held: deque[tuple[Steps[None], Hold]] = field(default_factory=deque)
    _seen: list[_Seen] = field(default_factory=list)
    _moved: set[str] = field(default_factory=set)
    """the sources of which they say where they stand"""
    _since: float = 0.0
    """when the first of them came"""
    _kept: deque[tuple[_Seen, Kept]] = field(default_factory=deque)
    """visits that are kept, whose courses do not know it yet"""
    _coming: Iterator[Steps[None]] | None = None
    """the courses of a group that are not begun"""

    def run(self, *groups: Iterable[Steps[None]]) -> None:
        """Drive the courses to their ends, or to a clean stop; what had answered before it is kept.

        A group starts when the one before has nothing left to fetch; its courses are taken from it as
        they are needed, so that a hundred thousand of them need not be there at once.
        """
        groups_left = deque(groups)
        with self.crew or Threads(self.ask, self.workers) as crew:
            self.lines.ahead = crew.queues
            while not self.stopped() and (self._under_way or groups_left or self._held):
                if self._under_way:
                    self._begin_some()
                    self._fetch_some(crew)
                elif groups_left:
                    self._coming = iter(groups_left.popleft())
                    self._begin_some()
                else:
                    self._release()
        self._take_the_rest()
        self._keep_seen()
        self._abandon()

    @property
    def _under_way(self) -> bool:
        return bool(self.lines or self._busy or self._seen or self._kept or self._coming)

    def _begin_some(self) -> None:
        """Begin courses as long as few wishes wait; none once the pass is stopped."""
        while self._coming and self.lines.waiting < AHEAD:
            course = None if self.stopped() else next(self._coming, None)
            if course is None:
                self._coming = None
            else:
                self._advance(course, None)

    def _advance(self, course: Steps[None], answer: Answer | None, asked: str | None = None) -> None:
        """Let a course take its next step; `asked` is the server that brought the answer, free after it."""
        if self.stopped() and not _came(answer):
            course.close()
            return
        try:
            step = course.send(answer)  # type: ignore[arg-type]
        except StopIteration:
            step = None
        except StoreError:
            raise
        except Exception as error:
            self.fault(course, error)
            step = None
        match step:
            case Record():
                self._since = self._since if self._seen else time.monotonic()
                self._seen.append(_Seen(course, step))
                self._moved |= {step.standing.source} if step.standing else set()
            case Look():
                self.lines.add(server(step.url), _Wish(course, step, first=answer is None))
            case Hold() if self.leave(course, step):
                course.close()
            case Hold():
                self._held.append((course, step))
        if asked is not None:
            self.lines.back(asked)

    def keep_first(self, source: str | None = None) -> None:
        """Keep what was seen before somebody reads of it in the store: of a source, or of anything."""
        if source is None or source in self._moved:
            self._keep()

    def _keep(self) -> None:
        if self._seen:
            kept = self.keep([one.record for one in self._seen])
            self._kept.extend(zip(self._seen, kept, strict=True))
            self._seen = []
            self._moved.clear()

    def _keep_seen(self) -> None:
        """Keep what was seen, all in one transaction, and let the courses go on."""
        self._keep()
        while self._kept:
            one, answer = self._kept.popleft()
            self._advance(one.course, answer)

    def _fetch_some(self, crew: Crew) -> None:
        if self._seen and not self.moment:
            self._keep_seen()
        while len(self._busy) < crew.most and (wish := self.lines.take()):
            self._submit(crew, wish)
        crew.go()
        if len(self._seen) >= MOST_AT_ONCE or not (future := self._next_done()):
            self._keep_seen()
            return
        self._take(self._busy.pop(future), future.result())
        while not self._done.empty() and len(self._seen) < MOST_AT_ONCE:
            future = self._done.get()
            self._take(self._busy.pop(future), future.result())

    def _submit(self, crew: Crew, wish: _Wish) -> None:
        """Have a wish fetched; what has not begun is left to another pass once this one is tired."""
        if wish.first and self.tired():
            wish.course.close()
            self._coming = None
            self.lines.back(server(wish.look.url))
            return
        future = crew.begin(wish.look)
        self._busy[future] = wish
        future.add_done_callback(self._done.put)

    def _next_done(self) -> Future[Fetch] | None:
        """Wait for an answer; None where none is under way, or what was seen has waited for its moment."""
        if not self._busy or self._kept:
            return None
        with suppress(Empty):
            left = max(self._since + self.moment - time.monotonic(), 0.0) if self._seen else None
            return self._done.get(timeout=left)
        return None

    def _take(self, wish: _Wish, fetch: Fetch) -> None:
        """Let a course go on with what came, then free its server."""
        name = server(wish.look.url)
        if fetch.trouble is Trouble.RESTING:
            wish.course.close()
            self.put_off(wish.look, fetch)
            self.lines.back(name)
        else:
            self._advance(wish.course, fetch, name)

    def _take_the_rest(self) -> None:
        """Take what came while the pass was being stopped; nothing is asked any more."""
        while self._busy:
            future = self._done.get()
            self._take(self._busy.pop(future), future.result())

    def _release(self) -> None:
        """Let the held courses go on: lists first, for what they find helps to find lost notices."""
        settlement = self.settle()
        lists = deque(held for held in self._held if held[1].role is Role.LISTING)
        rest = deque(held for held in self._held if held[1].role is not Role.LISTING)
        released, self._held = (lists, rest) if lists else (rest, lists)
        for course, _ in released:
            self._advance(course, settlement)

    def _abandon(self) -> None:
        waiting = [wish.course for wish in self.lines.left()]
        for course in (*waiting, *(course for course, _ in self._held)):
            course.close()
