"""Fetching in a process of its own, so that whoever judges and keeps has the interpreter for himself."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from types import TracebackType

from scraper import errands
from scraper.addresses import server
from scraper.begun import GOODBYE, Begun
from scraper.fetch import NO_VALIDATORS, Fetcher
from scraper.model import Fetch
from scraper.policy import Policy, Validators
from scraper.readers import VERSION
from scraper.turns import Turns
from scraper.watch import SLICE

IN_HAND = 16
"""visits that each thread has in hand: the one under way, and those that come after it"""


class Outpost(AbstractContextManager["Outpost"]):
    """A fetcher whose visits another process makes, `threads` at once; used as that fetcher is.

    It ends the process that was `begun` for it.
    What is remembered of sites, and the wish to stop, stay the fetcher's. Should the process be lost,
    `lost` is told how, and the fetcher itself goes on with what was asked for. A future fails with
    RuntimeError where this program did, and as the memory of sites did where that failed.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        begun: Begun,
        threads: int,
        lost: Callable[[str], None] = lambda how: None,
    ) -> None:
        self.policy: Policy = fetcher.policy
        self.most = threads * IN_HAND
        self._fetcher = fetcher
        self._threads = threads
        self._lost = lost
        self._numbers = count()
        self._asked: dict[int, tuple[errands.Errand, Future[Fetch]]] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._outbox: list[errands.Errand] = []
        self._fault: Exception | None = None
        self._here: Turns | None = None
        self._leaving = False
        self._begun = begun
        manners = replace(self.policy, proxies=dict(self.policy.proxies), quiet=dict(self.policy.quiet))
        self._say(
            errands.Begin(manners, fetcher.lanes.heard(), threads, VERSION, fetcher.now(), time.monotonic())
        )
        self._listener = threading.Thread(target=self._listen, name="outpost", daemon=True)
        self._listener.start()

    def begin(
        self, url: str, validators: Validators = NO_VALIDATORS, reads: errands.Reads | None = None
    ) -> Future[Fetch]:
        """Have an address fetched, once `go` is said, when those of its server asked for before are.

        A whole page is read there, too, where `reads` says how: `Fetch.ahead`.
        """
        errand = errands.Errand(next(self._numbers), url, validators, reads)
        future: Future[Fetch] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            self._asked[errand.number] = (errand, future)
            if self._fault is not None:
                self._answered(errand.number).set_exception(self._fault)
            elif self._here is not None:
                self._run(self._here, errand)
            else:
                self._outbox.append(errand)
        return future

    def go(self) -> None:
        """Send off what was begun, all at once: each word costs both sides more than what it says."""
        with self._lock:
            errands, self._outbox = self._outbox, []
        if errands:
            self._say(*errands)

    def fetch(self, url: str, validators: Validators = NO_VALIDATORS) -> Fetch:
        """Give what an address answers; whatever happens is a value."""
        future = self.begin(url, validators)
        self.go()
        return future.result()

    def rest_of(self, fetch: Fetch) -> datetime | None:
        """Tell until when a site is left alone for whose sake a fetch was not made."""
        return self._fetcher.rest_of(fetch)

    def proxy_of(self, url: str) -> str | None:
        """Name the proxy that an address is asked through, None for none."""
        return self._fetcher.proxy_of(url)

    def close(self) -> None:
        """Let the process end, and take over when it asked each server last."""
        self._leaving = True
        self._say(errands.Leave())
        self._listener.join(GOODBYE)
        self._begun.end()
        if self._here is not None:
            self._here.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _say(self, *words: object) -> None:
        """Say something; that nobody hears it any more is noticed where it is listened."""
        with self._writing, suppress(OSError):
            self._begun.line.send(words)

    def _listen(self) -> None:
        """Take in what the process says, until it has said its last word or is gone."""
        try:
            for word in self._words():
                self._heard(word)
        except (EOFError, ConnectionError):
            if not self._leaving:
                self._go_on_here()
        except Exception as fault:
            self._give_up(fault)

    def _words(self) -> Iterator[object]:
        """Yield what is said up to the last word; have all visits end as soon as that is wished."""
        halted, words = False, tuple[object, ...]()
        while not any(isinstance(word, errands.Left) for word in words):
            if self._fetcher.halted and not halted:
                halted = True
                self._say(errands.Halt())
            words = self._begun.line.recv() if self._begun.line.poll(SLICE) else ()
            yield from words

    def _heard(self, word: object) -> None:
        match word:
            case errands.Left(heard):
                self._fetcher.lanes.go_on(heard)
            case errands.Came(number, fetch):
                with self._lock:
                    future = self._answered(number)
                future.set_result(fetch)
            case errands.Failed(number, fault):
                with self._lock:
                    future = self._answered(number)
                future.set_exception(RuntimeError(fault))
            case errands.Asks(origin):
                known = self._fetcher.robots.get(origin), self._fetcher.rests.get(origin)
                self._say(errands.Remembers(origin, *known))
            case errands.SaysRobots(origin, answer):
                self._fetcher.robots.put(origin, answer)
            case errands.SaysRest(origin, rest):
                self._fetcher.rests.put(origin, rest)

    def _answered(self, number: int) -> Future[Fetch]:
        return self._asked.pop(number)[1]

    def _give_up(self, fault: Exception) -> None:
        """Let all that was asked for, and all that will be, fail as what is remembered of sites did."""
        with self._lock:
            self._fault = fault
            futures = [self._answered(number) for number in tuple(self._asked)]
        for future in futures:
            future.set_exception(fault)

    def _go_on_here(self) -> None:
        """Fetch in this process what the other one was asked for; every server may just have heard it."""
        self._lost(
            f"the process that fetched was lost (exit {self._begun.process.wait()}); going on without it"
        )
        self._fetcher.lanes.all_just_heard()
        with self._lock:
            self._here = Turns(self._threads)
            for errand, _ in self._asked.values():
                self._run(self._here, errand)

    def _run(self, here: Turns, errand: errands.Errand) -> None:
        here.submit(server(errand.url), partial(self._fetch_here, errand))

    def _fetch_here(self, errand: errands.Errand) -> None:
        try:
            self._heard(errands.Came(errand.number, self._fetcher.fetch(errand.url, errand.validators)))
        except Exception as error:
            self._heard(errands.Failed(errand.number, f"{type(error).__name__}: {error}"))
