"""robots.txt as its standard says (RFC 9309), read by protego; what a site answered is remembered.

An answer of the 2xx kind is read (HTML in its place says nothing and allows), 3xx that led nowhere
and 4xx allow everything, 5xx forbids for now. An origin whose robots.txt got no answer at all has no
`RobotsAnswer`: that is the network's trouble, not the site's wish.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from protego import Protego

from scraper.policy import TOKEN

MAX_AGE = timedelta(hours=24)
"""How long an answer holds (RFC 9309, section 2.4)."""
MAX_AGE_FORBIDDING = timedelta(hours=1)
"""How long a server's error forbids before it is asked again, so that one bad minute costs no day."""
MAX_PACE = 60.0
"""Seconds between two requests that a site may ask for at most; more would starve every other source."""
MAX_TEXT = 512 * 1024
"""Bytes that are read of a robots.txt (RFC 9309, section 2.5, wants 500 KiB at least)."""
MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What an origin answered for its robots.txt, and when: `status` of the last answer, `text` decoded."""

    fetched: datetime
    status: int | None
    text: str

    @property
    def forbids_all(self) -> bool:
        """Whether the server could not say what it wishes, which forbids everything for now."""
        return self.status is None or self.status >= 500

    @property
    def is_busy(self) -> bool:
        """Whether the server asked to be left alone (RFC 6585, section 4), and said nothing of its wishes."""
        return self.status == 429

    def fresh(self, now: datetime) -> bool:
        """Tell whether the answer still holds at `now`; one from the future does not."""
        age = now - self.fetched
        brief = self.forbids_all or self.is_busy
        return timedelta(0) <= age < (MAX_AGE_FORBIDDING if brief else MAX_AGE)


class RobotsMemory(Protocol):
    """Where answers are kept between visits and between runs; called from several threads."""

    def get(self, origin: str) -> RobotsAnswer | None:
        """Give what is remembered of an origin (`scheme://host[:port]`)."""

    def put(self, origin: str, answer: RobotsAnswer) -> None:
        """Remember what an origin answered."""


class RememberedHere:
    """A `RobotsMemory` for the life of the program."""

    def __init__(self) -> None:
        self._answers: dict[str, RobotsAnswer] = {}
        self._lock = threading.Lock()

    def get(self, origin: str) -> RobotsAnswer | None:
        """Give what is remembered of an origin."""
        with self._lock:
            return self._answers.get(origin)

    def put(self, origin: str, answer: RobotsAnswer) -> None:
        """Remember what an origin answered."""
        with self._lock:
            self._answers[origin] = answer


def objection(answer: RobotsAnswer, url: str) -> str | None:
    """Say why the site does not want `url` fetched by us; None if it may be."""
    if answer.forbids_all:
        return f"robots.txt answers {answer.status}" if answer.status else "robots.txt gave no answer"
    if _readable(answer) and not _rules(answer.text).can_fetch(url, TOKEN):
        return "robots.txt disallows this address"
    return None


def pace(answer: RobotsAnswer) -> float:
    """Give the seconds between two requests that the site asks for, 0 if none, `MAX_PACE` at most.

    The larger of Crawl-delay and what Request-rate comes to.
    """
    if not _readable(answer):
        return 0.0
    rules = _rules(answer.text)
    rate = rules.request_rate(TOKEN)
    spread = rate.seconds / rate.requests if rate and rate.requests > 0 else 0.0
    asked = [seconds for seconds in (rules.crawl_delay(TOKEN), spread) if seconds and seconds > 0]
    return min(max(asked, default=0.0), MAX_PACE)


def _readable(answer: RobotsAnswer) -> bool:
    return answer.status is not None and 200 <= answer.status < 300


@lru_cache(maxsize=128)
def _rules(text: str) -> Protego:
    return Protego.parse(text)
