"""Archives of the web behind one interface, and the one memento of a page that is worth offering.

An archive is asked only where a person says so: it learns what is watched. What it offers is judged as
a live page is: fetched as it came, read by the readers, put through the content gate.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from monitor.gate import Known, NeedsProbe, gate
from monitor.model import Role
from scraper import archives, mementos
from scraper.archives import ArchiveTrouble
from scraper.mementos import Memento
from scraper.model import Fetch, Headers, Notice, Outcome, OutcomeKind
from scraper.outcome import transport_outcome
from scraper.readers import read_body

WAYBACK = "https://web.archive.org"
AVAILABILITY = "https://archive.org"
MOST_TRIED = 5
"""Mementos that are looked at before the archive is said to have nothing of use."""
POLLS = 40
PAUSE = 5.0
"""Seconds between two questions how a capture stands; it takes two minutes at most by the service's word."""
SHOWN_AFTER = 3
"""Times that a fresh capture is asked for: until it can be replayed, an older one is shown in its place."""
SAME = timedelta(seconds=1)


class Web(Protocol):
    """What is needed of a `Fetcher`."""

    def fetch(self, url: str, *, headers: Headers = ()) -> Fetch:
        """Visit an address with further header lines."""

    def post(self, url: str, form: Mapping[str, str], *, headers: Headers = ()) -> Fetch:
        """Send a form to an address."""


class Archive(Protocol):
    """Where mementos of a page are found."""

    def find(self, url: str, near: date) -> tuple[Memento, ...]:
        """Give mementos of an address, the nearest to a day first; raises `ArchiveTrouble`."""


@dataclass(frozen=True, slots=True)
class Wayback:
    """The Wayback Machine: its index, or where that does not answer its availability API."""

    web: Web
    base: str = WAYBACK
    availability: str = AVAILABILITY

    def find(self, url: str, near: date) -> tuple[Memento, ...]:
        """Give the captures that were good; raises the index's `ArchiveTrouble` where neither answers."""
        try:
            answer = self.web.fetch(archives.cdx_question(self.base, url, near))
            return mementos.nearest(archives.read_cdx(answer, self.base), near)
        except ArchiveTrouble as trouble:
            try:
                answer = self.web.fetch(archives.availability_question(self.availability, url, near))
                return archives.read_availability(answer)
            except ArchiveTrouble:
                raise trouble from None


@dataclass(frozen=True, slots=True)
class TimeGate:
    """Any archive that speaks Memento (RFC 7089); `base` is what its gate puts before an address."""

    web: Web
    base: str
    name: str = "memento"

    def find(self, url: str, near: date) -> tuple[Memento, ...]:
        """Give the memento that the gate leads to and those that it names; raises `ArchiveTrouble`."""
        asked = (("Accept-Datetime", archives.accept_datetime(near)),)
        answer = self.web.fetch(f"{self.base}{url}", headers=asked)
        return mementos.nearest(archives.read_timegate(answer, self.name), near)


@dataclass(frozen=True, slots=True)
class Tried:
    """A memento that was looked at, what it came to, and what it says if it is the page."""

    memento: Memento
    outcome: Outcome
    notice: Notice | None = None

    @property
    def is_the_page(self) -> bool:
        """Whether it passed the content gate without a doubt."""
        return self.outcome.is_good and self.notice is not None


@dataclass(frozen=True, slots=True)
class Search:
    """What archives gave for a page: every memento looked at, and the troubles of those that gave none."""

    tried: tuple[Tried, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def offered(self) -> Memento | None:
        """The memento nearest the day asked for that is the page."""
        return next((one.memento for one in self.tried if one.is_the_page), None)


def search(
    places: Sequence[Archive], url: str, near: date, known: Known, web: Web, reader: str | None = None
) -> Search:
    """Ask archives for a page near a day, and look at what they name until one passes the gate."""
    found: list[Memento] = []
    troubles: list[str] = []
    for place in places:
        try:
            found += place.find(url, near)
        except ArchiveTrouble as trouble:
            troubles.append(_said(trouble))
    tried: list[Tried] = []
    for memento in mementos.nearest(found, near)[:MOST_TRIED]:
        tried.append(look_at(memento, url, known, web, reader))
        if tried[-1].is_the_page:
            break
    return Search(tuple(tried), tuple(troubles))


def look_at(memento: Memento, url: str, known: Known, web: Web, reader: str | None = None) -> Tried:
    """Judge a memento as if the site had answered so: transport, readers, gate.

    A doubt that only a probe of the living site could settle counts against the memento.
    """
    answer = web.fetch(mementos.as_it_came(memento.url))
    page = mementos.as_original(answer, url)
    outcome = _another_capture(answer, memento) or transport_outcome(page, asked=False)
    if outcome is not None:
        return Tried(memento, outcome)
    _, reading = read_body(page.content, page.header("Content-Type"), page.url, reader)
    verdict = gate(page, reading, known, Role.NOTICE)
    if isinstance(verdict, NeedsProbe):
        doubt = verdict.unless
        kind = OutcomeKind.UNEXPECTED_TYPE if doubt.is_good else doubt.kind
        return Tried(memento, Outcome(kind, f"{verdict.because}, no probe", doubt.detail))
    return Tried(memento, verdict, reading if isinstance(reading, Notice) else None)


def _another_capture(answer: Fetch, memento: Memento) -> Outcome | None:
    """Say that the archive showed a capture of another moment, and none of the one that it named."""
    shown = mementos.captured_at(answer.url)
    if shown is None or abs(shown - memento.at) <= SAME:
        return None
    return Outcome(
        OutcomeKind.UNEXPECTED_TYPE, "another_capture", f"shown is the capture of {shown:%Y-%m-%d %H:%M:%S}"
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """A user's keys of archive.org, for the save service; neither is ever printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def headers(self) -> Headers:
        """The header lines that the save service asks for."""
        return (("Authorization", f"LOW {self.key}:{self.secret}"), ("Accept", "application/json"))


def save(web: Web, url: str, keys: Keys, *, wait: Callable[[float], None], base: str = WAYBACK) -> Memento:
    """Have the Wayback Machine capture a page (Save Page Now 2); give the capture.

    `wait` sleeps for so many seconds. Raises `ArchiveTrouble` where the service refuses, fails, does
    not end, or asks for patience (`again`).
    """
    ticket = archives.read_ticket(web.post(f"{base}/save", {"url": url}, headers=keys.headers))
    for _ in range(POLLS):
        wait(PAUSE)
        progress = archives.read_progress(
            web.fetch(f"{base}/save/status/{ticket}", headers=keys.headers), base
        )
        if progress.state == "error":
            raise ArchiveTrouble(progress.why)
        if progress.memento:
            return progress.memento
    raise ArchiveTrouble(f"the capture {ticket} was not done after {POLLS * PAUSE:g} s")


def verify(
    web: Web,
    memento: Memento,
    url: str,
    known: Known,
    *,
    wait: Callable[[float], None],
    reader: str | None = None,
) -> Tried:
    """Look at a fresh capture until the archive shows it: whether it is the notice, or a wall."""
    return list(_looks(web, memento, url, known, wait, reader))[-1]


def _looks(
    web: Web, memento: Memento, url: str, known: Known, wait: Callable[[float], None], reader: str | None
) -> Iterator[Tried]:
    for left in range(SHOWN_AFTER, 0, -1):
        tried = look_at(memento, url, known, web, reader)
        yield tried
        unshown = tried.outcome.rule == "another_capture" or tried.outcome.kind is OutcomeKind.GONE
        if not unshown or left == 1:
            return
        wait(PAUSE * 2)


def _said(trouble: ArchiveTrouble) -> str:
    return f"{trouble}" + (f" (ask again after {trouble.again} s)" if trouble.again else "")
