"""The process that fetches for another: `python -m scraper.afar NUMBER`, the number of an open socket.

It keeps the manners and the lanes of a `Fetcher`; what is remembered of sites stays with the other process
(`scraper.outpost`) and is asked of it once an origin. It ends with it, whatever ends that one.
"""

import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, cast

from scraper import errands
from scraper.addresses import server
from scraper.fetch import Fetcher
from scraper.lanes import Lanes
from scraper.model import Completeness, Fetch, ReadAhead
from scraper.readers import VERSION, read_answer
from scraper.rests import Rest
from scraper.robots import RobotsAnswer
from scraper.turns import Turns

YOUNG = 25_000
"""Objects made before Python looks for rings among them: an answer leaves hardly any."""


AT_ONCE = 16
"""Words that are said together at most."""


class Line:
    """The way to the other process, for many threads; what it remembers of origins is asked once."""

    def __init__(self, socket: "Connection[Any, Any]") -> None:
        self._socket = socket
        self._said: SimpleQueue[object] = SimpleQueue()
        self._known: dict[str, Future[errands.Remembers]] = {}
        self._asking = threading.Lock()

    def say(self, word: object) -> None:
        """Have something said, together with what others say this moment."""
        self._said.put(word)

    def speak(self) -> None:
        """Say what there is to say, up to the last word."""
        words = list[object]()
        with suppress(OSError):  # nobody hears it: that is noticed where it is listened
            while not any(isinstance(word, errands.Left) for word in words):
                words = [self._said.get()]
                while not self._said.empty() and len(words) < AT_ONCE:
                    words.append(self._said.get())
                self._socket.send(tuple(words))

    def hear(self) -> Iterator[object]:
        """Yield what is said; raises EOFError or OSError when the other process is gone."""
        while True:
            yield from self._socket.recv()

    def remembered(self, origin: str) -> errands.Remembers:
        """Give what the other process remembers of an origin."""
        with self._asking:
            known = self._known.get(origin)
            if known is None:
                known = self._known[origin] = Future()
                self.say(errands.Asks(origin))
        return known.result()

    def told(self, word: errands.Remembers) -> None:
        """Take in what was asked."""
        self._known[word.origin].set_result(word)

    def remember(self, word: errands.Remembers) -> None:
        """Know from now on what was just found out here."""
        known: Future[errands.Remembers] = Future()
        known.set_result(word)
        with self._asking:
            self._known[word.origin] = known


class RobotsAfar:
    """A `RobotsMemory` whose memory is the other process's."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def get(self, origin: str) -> RobotsAnswer | None:
        """Give what is remembered of an origin."""
        return self._line.remembered(origin).robots

    def put(self, origin: str, answer: RobotsAnswer) -> None:
        """Remember what an origin answered."""
        self._line.remember(self._line.remembered(origin)._replace(robots=answer))
        self._line.say(errands.SaysRobots(origin, answer))


class RestsAfar:
    """A `RestMemory` whose memory is the other process's."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def get(self, origin: str) -> Rest | None:
        """Give the last rest of an origin."""
        return self._line.remembered(origin).rest

    def put(self, origin: str, rest: Rest | None) -> None:
        """Remember a rest; None: the origin answers again."""
        self._line.remember(self._line.remembered(origin)._replace(rest=rest))
        self._line.say(errands.SaysRest(origin, rest))


def serve(line: Line) -> None:
    """Fetch what is asked for until told to leave; raises EOFError or OSError when nobody asks any more."""
    words = line.hear()
    begin = cast(errands.Begin, next(words))
    if begin.readers != VERSION:
        raise EOFError("the program was changed since the other process began")
    speaker = threading.Thread(target=line.speak, daemon=True)
    speaker.start()
    lanes, stop, turns = Lanes(), threading.Event(), Turns(begin.threads)
    lanes.go_on(begin.heard)
    fetcher = Fetcher(
        begin.policy,
        now=lambda: begin.hour + timedelta(seconds=time.monotonic() - begin.tick),
        robots=RobotsAfar(line),
        rests=RestsAfar(line),
        lanes=lanes,
        stop=stop,
    )

    def run(errand: errands.Errand) -> None:
        try:
            fetch = fetcher.fetch(errand.url, errand.validators)
            line.say(errands.Came(errand.number, read_ahead(fetch, errand.reads) if errand.reads else fetch))
        except Exception as error:
            line.say(errands.Failed(errand.number, f"{type(error).__name__}: {error}"))

    for word in words:
        match word:
            case errands.Errand() as errand:
                turns.submit(server(errand.url), lambda errand=errand: run(errand))  # type: ignore[misc]
            case errands.Remembers():
                line.told(word)
            case errands.Halt():
                stop.set()
            case errands.Leave():
                line.say(errands.Left(lanes.heard()))
                speaker.join()
                return


def read_ahead(fetch: Fetch, reads: errands.Reads) -> Fetch:
    """Read a page that came whole, unless its bytes are known; the digest is reckoned here, too."""
    whole = fetch.status == HTTPStatus.OK and fetch.completeness is Completeness.WHOLE
    if not whole or fetch.digest.hex() == reads.known:
        return fetch
    read = replace(fetch, ahead=ReadAhead(reads.reader, read_answer(fetch, reads.reader)))
    _ = read.digest
    return read


def main() -> None:
    """Serve the process that began this one; it alone hears the keyboard and the system's wish to end."""
    gc.set_threshold(YOUNG)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    code = 1
    try:
        serve(Line(Connection(int(sys.argv[1]))))
        code = 0
    except (EOFError, OSError):
        pass  # nobody asks any more
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)  # whatever threads still wait for


if __name__ == "__main__":
    main()
