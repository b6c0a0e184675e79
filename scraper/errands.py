"""What two processes say to each other that share the fetching: `outpost` here, `afar` there."""

from datetime import datetime
from typing import NamedTuple

from scraper.lanes import Heard
from scraper.model import Fetch
from scraper.policy import Policy, Validators
from scraper.rests import Rest
from scraper.robots import RobotsAnswer


class Begin(NamedTuple):
    """The first word to a process that fetches: its manners, when sites were asked last, how many at once.

    `readers` is the version of the readers (`scraper.readers.VERSION`), which must be the same there. `hour`
    is the hour at `tick` seconds of the clock that all processes of a machine share: both have one calendar.
    """

    policy: Policy
    heard: Heard
    threads: int
    readers: int
    hour: datetime
    tick: float


class Reads(NamedTuple):
    """How a page is to be read that was fetched whole: by which reader, and unless it is `known` (sha256)."""

    reader: str | None
    known: str | None


class Errand(NamedTuple):
    """An address to be fetched, and the number under which the answer is to come; None: not to be read."""

    number: int
    url: str
    validators: Validators
    reads: Reads | None = None


class Came(NamedTuple):
    """What an errand brought."""

    number: int
    fetch: Fetch


class Failed(NamedTuple):
    """Says that an errand met a fault of this program."""

    number: int
    fault: str


class Asks(NamedTuple):
    """Asks what is remembered of an origin."""

    origin: str


class Remembers(NamedTuple):
    """Says what is remembered of an origin: what its robots.txt says, and the rest that it wished for."""

    origin: str
    robots: RobotsAnswer | None
    rest: Rest | None


class SaysRobots(NamedTuple):
    """Says what an origin's robots.txt says now."""

    origin: str
    answer: RobotsAnswer


class SaysRest(NamedTuple):
    """Says that an origin is left alone from now on; None: no more."""

    origin: str
    rest: Rest | None


class Halt(NamedTuple):
    """Asks that the visits under way end at once."""


class Leave(NamedTuple):
    """Asks to end."""


class Left(NamedTuple):
    """The last word: when each server was asked last."""

    heard: Heard
