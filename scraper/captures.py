"""The captures of a WARC file that others wrote: what stood where and when, read by its place in the file."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from scraper.addresses import canonical
from scraper.exchanges import answer_of, exchanged, names_of
from scraper.model import Fetch, Headers, Hop
from scraper.policy import Validators
from scraper.replay import Answer
from scraper.warcs import WarcFile, WarcRecord

NEAR: Final = timedelta(days=1)
"""How far from a redirect the capture of its target may lie to be taken for where it led."""
ANSWERS: Final = frozenset({"response", "revisit", "resource"})


class Capture(NamedTuple):
    """One answer in a file: when (UTC), of which address, and where its record begins."""

    at: datetime
    url: str
    offset: int


class Captures:
    """What others have captured, by address and time; a few hundred bytes of memory for each record.

    `theirs` tells whether a warcinfo record begins a section that counts. Raises WarcError.
    """

    def __init__(self, file: WarcFile) -> None:
        self._file = file
        self._by_page: dict[str, list[Capture]] = defaultdict(list)
        self._offsets: dict[str, int] = {}
        self._requests: dict[str, int] = {}

    def add(self, record: WarcRecord) -> None:
        """Note a record; one without an address is passed over."""
        if record.kind == "request":
            self._requests.update(
                dict.fromkeys((record.id, *record.all("WARC-Concurrent-To")), record.offset)
            )
        elif record.kind in ANSWERS and record.url.lower().startswith(("http://", "https://")):
            self._by_page[canonical(record.url)].append(Capture(record.at, record.url, record.offset))
            if record.kind != "revisit":
                self._offsets.update(dict.fromkeys(names_of(record), record.offset))

    def __iter__(self) -> Iterator[Capture]:
        """Yield the captures in the order of their times."""
        yield from sorted(capture for found in self._by_page.values() for capture in found)

    def near(self, url: str, at: datetime) -> Capture | None:
        """Return the capture of an address nearest to a time, within `NEAR`."""
        found = sorted(self._by_page.get(canonical(url), ()))
        place = bisect_left(found, Capture(at, "", 0))
        near = [one for one in found[max(0, place - 1) : place + 1] if abs(one.at - at) <= NEAR]
        return min(near, key=lambda one: abs(one.at - at), default=None)

    def answer(self, capture: Capture) -> Answer | None:
        """Read what was answered; None for a record that holds no answer, or refers to one not here."""
        return answer_of(self._file.at(capture.offset), _Referred(self._file, self._offsets))

    def told(self, hop: Hop, capture: Capture) -> Hop:
        """Return a hop with what the file says of it: who answered, and what was asked of whom."""
        record = self._file.at(capture.offset)
        names = (record.id, *record.all("WARC-Concurrent-To"))
        place = next((self._requests[name] for name in names if name in self._requests), None)
        return replace(
            hop,
            peer=record.field("WARC-IP-Address"),
            http_version=_version(record),
            request_headers=() if place is None else _asked(self._file.at(place)),
            tls=None,
        )


@dataclass(slots=True)
class AsCaptured:
    """An `Archive` as of a time: every address answers what was captured nearest to it."""

    captures: Captures
    at: datetime
    first: Capture
    served: list[Capture]

    def answer(self, url: str, *, validators: Validators) -> Answer | None:  # noqa: ARG002 - Archive's
        """Give the capture asked about for its own address, for others the one nearest in time."""
        own = not self.served and canonical(url) == canonical(self.first.url)
        capture = self.first if own else self.captures.near(url, self.at)
        answer = self.captures.answer(capture) if capture else None
        if capture and answer:
            self.served.append(capture)
        return answer

    def told(self, fetch: Fetch) -> Fetch:
        """Return what a fetcher made of these answers with what the file says of each."""
        hops = (
            self.captures.told(hop, capture) for hop, capture in zip(fetch.hops, self.served, strict=True)
        )
        return replace(fetch, hops=tuple(hops))


class _Referred(Mapping[str, Answer]):
    """The answers that revisit records may refer to, read when asked for."""

    def __init__(self, file: WarcFile, offsets: Mapping[str, int]) -> None:
        self._file = file
        self._offsets = offsets

    def __getitem__(self, name: str) -> Answer:
        answer = answer_of(self._file.at(self._offsets[name]), {})
        if answer is None:
            raise KeyError(name)
        return answer

    def __contains__(self, name: object) -> bool:
        return name in self._offsets

    def __iter__(self) -> Iterator[str]:
        return iter(self._offsets)

    def __len__(self) -> int:
        return len(self._offsets)


def _version(record: WarcRecord) -> str:
    said = exchanged(record)
    first = said.line.partition(" ")[0] if said else ""
    return first if first.startswith("HTTP/") else "HTTP/1.1"


def _asked(record: WarcRecord) -> Headers:
    said = exchanged(record)
    return said.headers if said else ()
