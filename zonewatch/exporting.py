"""From the store to what an analyst takes along: a dossier's file, its table, its footnotes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.dossier import DossierError, loads
from monitor.export_dossier import export
from monitor.model import FindingKind
from monitor.updates import UPDATING, Updated, update
from reports.footnotes import Footnote, footnotes
from scheduler.due import known_sources
from scraper.model import Notice
from storage.store import Store
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from monitor.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Taken:
    """A dossier with what people accepted, and each of its footnotes as it stands today."""

    updated: Updated
    footnotes: tuple[Footnote, ...]


def take(dossier: "Dossier", store: Store) -> Taken:
    """Lay what people accepted over a dossier; look up where each footnote's page stands, and is archived."""
    sources = {source.id: source for source in known_sources(dossier, store)}
    findings = store.accepted(dossier.id, UPDATING)
    zones = {one.draft.subject for one in findings if one.draft.kind is FindingKind.NEW_ZONE}
    updated = update(dossier, findings, dict(_letters(store, zones)))
    standings = store.standings_of(updated.sources.values())
    archived = {
        footnote: copies[0].url
        for footnote, name in updated.sources.items()
        if (copies := store.copies(name))
    }
    return Taken(updated, footnotes(updated, sources, standings, archived))


def _letters(store: Store, sources: set[str]) -> Iterator[tuple[str, str]]:
    """Give the text of the last good page of each source."""
    for source, standing in store.standings_of(sources).items():
        if standing.snapshot and isinstance(standing.snapshot.reading, Notice):
            yield source, standing.snapshot.reading.text


def dossier_text(dossier: "Dossier", updated: Updated) -> str:
    """Return the dossier's file with what people accepted.

    It is read again before it is given out: raises `ZonewatchError` where it would not load as what was
    meant, which a file written in an unusual way can bring about.
    """
    try:
        written = export(dossier.path.read_bytes().decode("utf-8-sig"), dossier, updated)
        again = loads(written, dossier.path)
    except (OSError, DossierError) as error:
        raise ZonewatchError(f"{dossier.path}: cannot be exported: {error}") from error
    if (again.zones, again.citations) != (updated.dossier.zones, updated.dossier.citations):
        raise ZonewatchError(f"{dossier.path}: cannot be exported: it would not read back as it is known")
    return written
