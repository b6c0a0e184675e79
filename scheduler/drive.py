"""The loop that drives every course of a pass: one request a server, as many servers as workers.

A course asks (see `monitor.course`); this loop has the address fetched in a worker thread, the visit
kept in its own thread, or parks the course until the others are done. Courses are advanced by the
calling thread only, so that judging and keeping need no locks. A step costs the same however many
servers and courses wait: servers stand in a line, and one that was asked goes to its end.

Visits are kept together, those that have come by the time that the loop would have to wait: one
transaction for many costs little more than for one. A server is not asked again before its last visit is
kept, so that whoever looks at one of its pages finds what the others showed.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

from monitor.course.steps import Answer, Hold, Settlement, Steps
from monitor.model import Kept, Look, Record, Role, Source
from scraper.addresses import server
from scraper.model import Fetch, Trouble
from scraper.troubles import STOPPED
from storage.errors import StoreError

Ask = Callable[[Look], Fetch]
Keep = Callable[[Sequence[Record]], Sequence[Kept]]
Settle = Callable[[], Settlement]
AHEAD = 2000
"""wishes that wait, so that as many servers may be asked side by side"""
MOST_AT_ONCE = 64
"""visits in one transaction: what a power cut may cost, and how long others wait for the pen"""


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
    """A visit of a course that is to be kept; `server` waits for it, if it comes from one just asked."""

    course: Steps[None]
    record: Record
    server: str | None


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
    _waiting: dict[str, deque[_Wish]] = field(default_factory=dict)
    _free: deque[str] = field(default_factory=deque)
    """servers that have a wish waiting and are not being asked"""
    _busy: dict[Future[Fetch], _Wish] = field(default_factory=dict)
    _done: "SimpleQueue[Future[Fetch]]" = field(default_factory=SimpleQueue)
    _held: deque[tuple[Steps[None], Hold]] = field(default_factory=deque)
    _seen: list[_Seen] = field(default_factory=list)
    _coming: Iterator[Steps[None]] | None = None
    """the courses of a group that are not begun"""
    _wishes: int = 0
    """how many wait for their servers"""

    def run(self, *groups: Iterable[Steps[None]]) -> None:
        """Drive the courses to their ends, or to a clean stop; what had answered before it is kept.

        A group starts when the one before has nothing left to fetch; its courses are taken from it as
        they are needed, so that a hundred thousand of them need not be there at once.
        """
        groups_left = deque(groups)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="lane") as pool:
            while not self.stopped() and (self._under_way or groups_left or self._held):
                if self._under_way:
                    self._begin_some()
                    self._fetch_some(pool)
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
        return bool(self._waiting or self._busy or self._seen or self._coming)

    def _begin_some(self) -> None:
        """Begin courses as long as few wishes wait; none once the pass is stopped."""
        while self._coming and self._wishes < AHEAD:
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
                self._seen.append(_Seen(course, step, asked))
                return
            case Look():
                self._enqueue(_Wish(course, step, first=answer is None))
            case Hold() if self.leave(course, step):
                course.close()
            case Hold():
                self._held.append((course, step))
        self._let_go(asked)

    def _keep_seen(self) -> None:
        """Keep what was seen, all in one transaction, and let the courses go on."""
        seen, self._seen = self._seen, []
        kept = self.keep([one.record for one in seen]) if seen else ()
        for one, answer in zip(seen, kept, strict=True):
            self._advance(one.course, answer, one.server)

    def _enqueue(self, wish: _Wish) -> None:
        name = server(wish.look.url)
        if name not in self._waiting:
            self._waiting[name] = deque()
            self._free.append(name)
        self._waiting[name].append(wish)
        self._wishes += 1

    def _fetch_some(self, pool: ThreadPoolExecutor) -> None:
        while self._free and len(self._busy) < self.workers:
            self._submit(pool, self._free.popleft())
        if self._seen and (self._done.empty() or len(self._seen) >= MOST_AT_ONCE):
            self._keep_seen()
        elif self._busy:
            future = self._done.get()
            self._take(self._busy.pop(future), future.result())

    def _submit(self, pool: ThreadPoolExecutor, name: str) -> None:
        """Have a server's next wish fetched; it is not free again before that has come."""
        wish = self._next(self._waiting[name])
        if wish is None:
            del self._waiting[name]
            return
        future = pool.submit(self.ask, wish.look)
        self._busy[future] = wish
        future.add_done_callback(self._done.put)

    def _next(self, wishes: deque[_Wish]) -> _Wish | None:
        """Give the next wish; courses that have not begun are left to another pass once this one is tired."""
        while wishes:
            wish = wishes.popleft()
            self._wishes -= 1
            if not (wish.first and self.tired()):
                return wish
            wish.course.close()
            self._coming = None
        return None

    def _take(self, wish: _Wish, fetch: Fetch) -> None:
        """Let a course go on with what came, then free its server."""
        name = server(wish.look.url)
        if fetch.trouble is Trouble.RESTING:
            wish.course.close()
            self.put_off(wish.look, fetch)
            self._let_go(name)
        else:
            self._advance(wish.course, fetch, name)

    def _take_the_rest(self) -> None:
        """Take what came while the pass was being stopped; nothing is asked any more."""
        while self._busy:
            future = self._done.get()
            self._take(self._busy.pop(future), future.result())

    def _let_go(self, name: str | None) -> None:
        """Have a server asked for its next wish, if there is one."""
        if name is None:
            return
        if self._waiting[name]:
            self._free.append(name)
        else:
            del self._waiting[name]

    def _release(self) -> None:
        """Let the held courses go on: lists first, for what they find helps to find lost notices."""
        settlement = self.settle()
        lists = deque(held for held in self._held if held[1].role is Role.LISTING)
        rest = deque(held for held in self._held if held[1].role is not Role.LISTING)
        released, self._held = (lists, rest) if lists else (rest, lists)
        for course, _ in released:
            self._advance(course, settlement)

    def _abandon(self) -> None:
        waiting = [wish.course for wishes in self._waiting.values() for wish in wishes]
        for course in (*waiting, *(course for course, _ in self._held)):
            course.close()
