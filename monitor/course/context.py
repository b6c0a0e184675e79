"""What a course knows: its dossier, the hour, and what was remembered of earlier passes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from monitor.batch import Member
from monitor.dossier import Dossier
from monitor.model import Place, Probe, Role, Row, Seen, Snapshot, Source, Standing, Visit
from monitor.remembered import Remembered, SeenAgain
from scraper.chinese import BEIJING
from scraper.model import Fetch, Notice


class Memory(Protocol):
    """What earlier passes left, for reading only."""

    def standing(self, source: str) -> Standing | None:
        """Give what is remembered of a source."""

    def rows(self, listing: str) -> dict[str, Row]:
        """Give the remembered rows of a list by key."""

    def unsettled(self, listing: str) -> tuple[Row, ...]:
        """Give the remembered rows of a list whose page still has to be judged."""

    def visits_at(self, source: str, times: Iterable[datetime]) -> tuple[int, ...]:
        """Give the numbers of the visits to a source at these times."""

    def visits(self, source: str, *, limit: int | None = None) -> tuple[Visit, ...]:
        """Give the visits to a source, the newest first."""

    def snapshots(self, source: str) -> tuple[Snapshot, ...]:
        """Give all snapshots of a source, the oldest first."""

    def fetch_of(self, number: int) -> Fetch:
        """Give what a visit got from the network."""

    def probe(self, directory: str) -> Probe | None:
        """Give the last probe of a directory."""

    def zones_raised(self, dossier: str) -> tuple[Place, ...]:
        """Give the places of all new zones ever raised, whatever a person said of them."""


@dataclass(frozen=True, slots=True)
class Context:
    """One dossier in one pass. `claimed` holds the pages that a course of this pass has taken.

    `everything` says that a person asked for all to be looked at, whatever is due. `probed` holds the
    folders that this pass has asked for a page that cannot exist; without `asks_probes` nobody can be asked.
    """

    dossier: Dossier
    now: datetime
    memory: Memory
    sources: tuple[Source, ...]
    baseline: tuple[Place, ...]
    claimed: set[str] = field(default_factory=set)
    everything: bool = False
    probed: set[str] = field(default_factory=set)
    asks_probes: bool = True
    members: dict[str, Member] = field(default_factory=dict)
    """what tells the batch of each notice, put together once a pass, when a search first asks for it"""
    addresses: dict[str, str | None] | None = None
    """where sources are followed now, as far as it was asked for in this pass; None: to be asked each time"""

    alike_since: datetime | None = None
    """since when this program judges by this very dossier; None: nobody knows"""

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return self.now.astimezone(BEIJING).date()

    def judged(self, seen: Seen, standing: Standing) -> bool:
        """Tell whether what a visit met again was judged before, by the same program and dossier."""
        last, snapshot = standing.link.last_good, standing.snapshot
        if not isinstance(seen, SeenAgain) or not isinstance(snapshot, Remembered) or snapshot.corrected:
            return False
        if seen.fetch.url != snapshot.url:
            return False
        return self.alike_since is not None and last is not None and last >= self.alike_since

    def standing(self, source: str) -> Standing:
        """Give what is remembered of a source, or a blank standing."""
        return self.memory.standing(source) or Standing(source)

    def address(self, source: str) -> str | None:
        """Give where a source is followed now, if elsewhere than its dossier says.

        A list asks this of every source for every row: what was asked once in a pass is remembered.
        """
        if self.addresses is None:
            return self.standing(source).url
        if source not in self.addresses:
            self.addresses[source] = self.standing(source).url
        return self.addresses[source]

    def snapshot(self, source: str) -> Snapshot | None:
        """Give the last good snapshot of a source."""
        return self.standing(source).snapshot

    def known_notice(self, source: str) -> Notice | None:
        """Give what the last good snapshot of a source read, where that is a notice."""
        snapshot = self.snapshot(source)
        return snapshot.reading if snapshot and isinstance(snapshot.reading, Notice) else None

    def notices(self) -> tuple[Source, ...]:
        """Give the sources that are single documents."""
        return tuple(source for source in self.sources if source.role is Role.NOTICE)

    def place_of(self, source: Source) -> Place | None:
        """Give the zone that a source is cited for."""
        known = (*self.baseline, *self.memory.zones_raised(source.dossier))
        return next((place for place in known if place.zh == source.zone), None)

    def listings(self) -> tuple[Source, ...]:
        """Give the sources that are lists."""
        return tuple(source for source in self.sources if source.role is Role.LISTING)
