"""What every part of the desk's service stands on: the store, the dossiers, the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.dossier import Dossier
from monitor.model import LinkState, Place, Source, Standing
from reports.build import item_of
from reports.model import Item
from reports.words import HEADINGS
from scheduler.due import known_sources
from storage.store import Store
from zonewatch.app import App
from zonewatch.desk.terms import terms_of
from zonewatch.desk.views import Scope, SourceRow
from zonewatch.errors import ZonewatchError

ORDER = tuple(HEADINGS)
"""The order of a review: new zones first, then the heaviest kinds."""
PASSES = 5
"""How far back an ended pass is looked for; a killed one has no end."""


class NotFoundError(ZonewatchError):
    """There is nothing of that name."""


@dataclass
class Base:
    """An open store, and what the program knows beside it. Safe to be used by several threads."""

    app: App
    store: Store

    def now(self) -> datetime:
        """Return the present moment."""
        return self.app.clock()

    @property
    def dossiers(self) -> tuple[Dossier, ...]:
        """All enabled dossiers."""
        return self.app.chosen(())

    def scope(self, dossier: str | None = None) -> Scope:
        """Return the desk of one dossier, or that of all enabled ones; NotFoundError for an unknown one."""
        if dossier is None:
            return Scope(self.dossiers)
        found = self.dossier(dossier)
        if found is None:
            raise NotFoundError(f"there is no dossier `{dossier}`")
        return Scope((found,), found)

    def dossier(self, name: str) -> Dossier | None:
        """Return a dossier by its id, a disabled one too."""
        return next((one for one in self.app.dossiers if one.id == name), None)

    def terms(self, dossier: str, *places: Place | None) -> tuple[tuple[str, str], ...]:
        """Return the Chinese terms that are known on a dossier's desk, with their English."""
        found = self.dossier(dossier)
        if found is None:
            return ()
        accepted = (one.draft.zone for one in self.store.accepted_zones(dossier))
        return terms_of(found, filter(None, (*places, *accepted)))

    def source(self, name: str) -> Source | None:
        """Return a source of a dossier's file, or one that was followed since."""
        dossier = self.dossier(name.partition("/")[0])
        sources = known_sources(dossier, self.store) if dossier else ()
        return next((one for one in sources if one.id == name), None)

    def sources(self, scope: Scope) -> tuple[SourceRow, ...]:
        """List the sources of a scope as they stand."""
        known = tuple(source for dossier in scope.dossiers for source in known_sources(dossier, self.store))
        standings = self.store.standings_of((source.id for source in known), readings=False)
        return tuple(_row(source, standings.get(source.id)) for source in known)

    def items(self, numbers: Sequence[int]) -> tuple[Item, ...]:
        """Return findings by their numbers, ready to be shown."""
        return tuple(map(item_of, self.store.findings_by(numbers)))


def _row(source: Source, standing: Standing | None) -> SourceRow:
    link = standing.link if standing else LinkState()
    due = standing.next_due if standing else None
    address = standing.url if standing and standing.url else source.url
    return SourceRow(replace(source, url=address), link.state, link.since, link.last_good, due)
