"""How long a site wants to be left alone: its own Retry-After, and our patience where it names no time.

429 (RFC 6585, section 4) always asks for a rest; 503 only where it says how long (RFC 9110, section
15.6.4): without that it is one page's failure, and the ladders look again a day later.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from scraper.model import Headers

FIRST = timedelta(minutes=10)
"""The rest after a first 429 that names no time; each further one running doubles it."""
MOST_GUESSED = timedelta(hours=3)
MOST_ASKED = timedelta(days=1)
"""The longest rest that is kept at a site's word: longer ones have been seen to be mistakes of units."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An origin is left alone `until` a moment, after `strikes` refusals running, `because` of the last."""

    until: datetime
    strikes: int
    because: str


class RestMemory(Protocol):
    """Where rests are kept between visits and between runs; called from several threads."""

    def get(self, origin: str) -> Rest | None:
        """Give the last rest of an origin (`scheme://host[:port]`), over or not."""

    def put(self, origin: str, rest: Rest | None) -> None:
        """Remember a rest; None: the origin answers again."""


class RestedHere:
    """A `RestMemory` for the life of the program."""

    def __init__(self) -> None:
        self._rests: dict[str, Rest] = {}
        self._lock = threading.Lock()

    def get(self, origin: str) -> Rest | None:
        """Give the last rest of an origin."""
        with self._lock:
            return self._rests.get(origin)

    def put(self, origin: str, rest: Rest | None) -> None:
        """Remember a rest; None: the origin answers again."""
        with self._lock:
            if rest is None:
                self._rests.pop(origin, None)
            else:
                self._rests[origin] = rest


def asked_rest(status: int, headers: Headers, now: datetime, before: Rest | None) -> Rest | None:
    """Give the rest that an answer asks for at `now`; None for one that asks for none.

    `before` is the last rest of the same origin: a refusal after it is one more strike.
    """
    if status not in (429, 503):
        return None
    strikes = before.strikes + 1 if before else 1
    wished = _retry_after(headers, now)
    if wished is not None:
        held = min(wished, MOST_ASKED)
        return Rest(now + held, strikes, f"{status}, Retry-After {_seconds(wished)} s")
    if status == 503:
        return None
    guessed = min(FIRST * 2 ** min(strikes - 1, 10), MOST_GUESSED)
    return Rest(now + guessed, strikes, f"{status}, the {_ordinal(strikes)} running")


def _retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """Read Retry-After: seconds, or a date, held against the server's own clock (RFC 9110, 10.2.3)."""
    fields = {name.lower(): value.strip() for name, value in headers}
    said = fields.get("retry-after", "")
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=int(said[:9]))
    until = _date(said)
    if until is None:
        return None
    return max(until - (_date(fields.get("date", "")) or now), timedelta(0))


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
