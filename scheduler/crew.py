"""Who fetches for a drive: threads of this process, or a process of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Protocol, Self

from monitor.model import Look, Role
from scraper.errands import Reads
from scraper.model import Fetch
from scraper.outpost import Outpost
from scraper.policy import Validators

Ask = Callable[[Look], Fetch]


class Crew(Protocol):
    """Fetches many looks side by side.

    `most` is how many it takes at once. One that `queues` keeps those of one server in their order, and asks
    it one at a time; to another a server's next look is given when the one before has come.
    """

    @property
    def most(self) -> int:
        """How many looks it takes at once."""

    @property
    def queues(self) -> bool:
        """Whether several looks at one server may be given to it."""

    def begin(self, look: Look) -> Future[Fetch]:
        """Have an address fetched, once `go` is said; whatever happens is a value."""

    def go(self) -> None:
        """Let all begin that was begun."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Threads:
    """So many threads that ask."""

    queues: Final = False

    def __init__(self, ask: Ask, threads: int) -> None:
        self.most = threads
        self._ask = ask
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="lane")

    def begin(self, look: Look) -> Future[Fetch]:
        """Have an address fetched by a thread."""
        return self._pool.submit(self._ask, look)

    def go(self) -> None:
        """Do nothing: a thread begins by itself."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()


class Afar:
    """An outpost that asks; `noted` is told of what came before anybody else is."""

    queues: Final = True

    def __init__(self, outpost: Outpost, noted: Callable[[str, Fetch], None]) -> None:
        self.most = outpost.most
        self._outpost = outpost
        self._noted = noted

    def begin(self, look: Look) -> Future[Fetch]:
        """Have an address fetched by the outpost."""
        reads = None if look.role is Role.PROBE else Reads(look.reader, look.body)
        future = self._outpost.begin(look.url, Validators(look.etag, look.last_modified), reads)
        future.add_done_callback(lambda done: self._note(look.url, done))
        return future

    def go(self) -> None:
        """Send all off that was begun."""
        self._outpost.go()

    def _note(self, url: str, done: Future[Fetch]) -> None:
        if done.exception() is None:
            self._noted(url, done.result())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
