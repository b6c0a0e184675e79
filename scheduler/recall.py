"""What a pass remembers of its sources: read many at a time, opened only where somebody asks.

A visit asks five times where its source stands. The store would be asked each time, and would open the
last reading each time; a pass asks it once for many sources, and takes down itself what it keeps.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Final

from monitor.model import Kept, Place, Probe, Record, Row, Snapshot, Standing, Visit
from scraper.model import Fetch
from storage.links import DECIDED
from storage.store import Store
from storage.values import said

AT_ONCE: Final = 200
"""sources that are asked for together: those that come next in the order of the pass"""
MOST: Final = 10_000
"""standings that are held, some 15 MB"""
FRESH: Final = 1.0
"""Seconds after which it is asked whether a person decided something meanwhile."""


class Recall:
    """The memory of one pass (see `monitor.course.context.Memory`), over a store.

    `upcoming` are the sources in the order in which they are looked at, `clock` counts seconds. `settle` is
    asked before anything is read: to keep what waits to be kept, of a source or (None) of any. To be used by
    one thread.
    """

    def __init__(
        self,
        store: Store,
        upcoming: Sequence[str] = (),
        clock: Callable[[], float] = monotonic,
        settle: Callable[[str | None], None] = lambda source: None,
    ) -> None:
        self._store = store
        self._upcoming = upcoming
        self._place = {name: place for place, name in enumerate(upcoming)}
        self._known: OrderedDict[str, Standing | None] = OrderedDict()
        self._decided = store.meta_get(DECIDED)
        self._clock = clock
        self._asked = clock()
        self._settle = settle

    def standing(self, source: str) -> Standing | None:
        """Give what is remembered of a source; what a person decides counts within a second."""
        self._settle(source)
        if self._clock() - self._asked > FRESH:
            self._forget_if_decided()
        if source not in self._known:
            self._load(source)
        return self._known[source]

    def _forget_if_decided(self) -> None:
        decided, self._asked = self._store.meta_get(DECIDED), self._clock()
        if decided != self._decided:
            self._decided = decided
            self._known.clear()

    def _load(self, source: str) -> None:
        place = self._place.get(source)
        names = (source,) if place is None else self._upcoming[place : place + AT_ONCE]
        wanted = [name for name in names if name not in self._known]
        found = self._store.remembered(wanted)
        for name in wanted:
            self._known[name] = found.get(name)
        while len(self._known) > MOST + AT_ONCE:
            self._known.popitem(last=False)

    def kept(self, record: Record, kept: Kept) -> None:
        """Take down where a source stands since a visit was kept; what it read takes room and is closed."""
        standing = record.standing
        if standing is None:
            return
        self._known[standing.source] = replace(
            standing,
            url=said(standing.url),
            etag=said(standing.etag),
            last_modified=said(standing.last_modified),
            snapshot=self._store.closed(kept.snapshot) if kept.snapshot else standing.snapshot,
        )

    @property
    def _current(self) -> Store:
        """The store, with all in it that was seen."""
        self._settle(None)
        return self._store

    def rows(self, listing: str) -> dict[str, Row]:
        """Give the remembered rows of a list by key."""
        return self._current.rows(listing)

    def unsettled(self, listing: str) -> tuple[Row, ...]:
        """Give the remembered rows of a list whose page still has to be judged."""
        return self._current.unsettled(listing)

    def visits_at(self, source: str, times: Iterable[datetime]) -> tuple[int, ...]:
        """Give the numbers of the visits to a source at these times."""
        return self._current.visits_at(source, times)

    def visits(self, source: str, *, limit: int | None = None) -> tuple[Visit, ...]:
        """Give the visits to a source, the newest first."""
        return self._current.visits(source, limit=limit)

    def snapshots(self, source: str) -> tuple[Snapshot, ...]:
        """Give all snapshots of a source, the oldest first."""
        return self._current.snapshots(source)

    def fetch_of(self, number: int) -> Fetch:
        """Give what a visit got from the network."""
        return self._current.fetch_of(number)

    def probe(self, directory: str) -> Probe | None:
        """Give the last probe of a directory."""
        return self._current.probe(directory)

    def zones_raised(self, dossier: str) -> tuple[Place, ...]:
        """Give the places of all new zones ever raised, whatever a person said of them."""
        return self._current.zones_raised(dossier)
