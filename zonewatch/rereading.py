"""Kept bodies read with today's readers, in the order of their keeping; the bytes are never touched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from monitor import changes
from monitor.model import Role, Visit
from monitor.rereading import Difference, differences
from scheduler.due import known_sources
from scheduler.hands import Progress
from scraper import sanity
from scraper.chinese import BEIJING
from scraper.model import Listing, Notice, Reading, Unreadable
from scraper.readers import read_body
from storage.store import Store, StoreError

if TYPE_CHECKING:
    from monitor.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Reread:
    """A visit whose body is read otherwise today; `snapshot` is None where it was not read before."""

    visit: Visit
    snapshot: int | None
    reading: Reading
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class Rereader:
    """Reads what was kept; `read` bodies were read, `lost` are no longer kept or damaged."""

    store: Store
    dossiers: "Sequence[Dossier]"
    since: datetime | None = None
    read: int = 0
    lost: int = 0
    _last: dict[str, str] = field(default_factory=dict)
    """the body that was read last of each source"""
    _digests: dict[str, str] = field(default_factory=dict)
    """what is compared of each source's newest reading, as it is read today"""

    def differing(self, progress: Progress) -> Iterator[Reread]:
        """Yield the visits whose bodies are read otherwise today."""
        readers = self._readers()
        ids = {dossier.id for dossier in self.dossiers}
        known = self.store.newest_visit()
        for visit in self.store.visits_in_order():
            progress(visit.id, known)
            if visit.source.partition("/")[0] in ids and self._is_worth_it(visit):
                yield from self._again(visit, readers.get(visit.source))

    def _readers(self) -> Mapping[str, str | None]:
        """Give the family that reads a source, where its dossier names one."""
        known = (source for dossier in self.dossiers for source in known_sources(dossier, self.store))
        return {source.id: source.reader for source in known}

    def _is_worth_it(self, visit: Visit) -> bool:
        """Tell whether a visit's body has, or should have had, a reading of its own."""
        if visit.body is None or not visit.outcome.is_good:
            return False
        own = visit.role in (Role.NOTICE, Role.LISTING) and visit.via is None
        return visit.snapshot is not None or (own and self._last.get(visit.source) != visit.body)

    def _again(self, visit: Visit, reader: str | None) -> Iterator[Reread]:
        try:
            reading = self._read(visit, reader)
        except StoreError:
            self.lost += 1
            return
        self.read += 1
        self._last[visit.source] = visit.body or ""
        digest = changes.digest(reading)
        before, self._digests[visit.source] = self._digests.get(visit.source), digest
        if self.since is not None and visit.at <= self.since:
            return
        if visit.snapshot is not None:
            kept = self.store.snapshot(visit.snapshot)
            found = differences(kept.reading if kept else None, reading)
        else:
            found = differences(None, reading) if digest != before and _is_true(reading, visit) else ()
        if found:
            yield Reread(visit, visit.snapshot, reading, found)

    def _read(self, visit: Visit, reader: str | None) -> Reading:
        fetch = self.store.whole_fetch_of(visit.id)
        try:
            return read_body(fetch.content, fetch.header("Content-Type"), fetch.url, reader)[1]
        except Exception as error:
            return Unreadable(f"the reader failed: {type(error).__name__}: {error}")


def _is_true(reading: Reading, visit: Visit) -> bool:
    """Tell whether a reading is one of what was asked for, and can be true."""
    wanted = Listing if visit.role is Role.LISTING else Notice
    if not isinstance(reading, wanted):
        return False
    return not sanity.check(reading, today=visit.at.astimezone(BEIJING).date(), previous=None)


def can_be_put_down(found: Reread) -> bool:
    """Tell whether today's reading may take the place of a snapshot's.

    A body that is not readable today keeps the reading that it has: less is never put in the place of more.
    One that was not read before is left to the source's next visit, which will read it.
    """
    return found.snapshot is not None and isinstance(found.reading, Notice | Listing)


def put_down(store: Store, found: Reread, now: datetime) -> None:
    """Make today's reading the snapshot's, where it can be."""
    if found.snapshot is not None and can_be_put_down(found):
        store.put_reading(found.snapshot, found.reading, changes.digest(found.reading), now)
