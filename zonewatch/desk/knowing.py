"""What is known today: the table with what the pages say of each cell, the citations, what a search finds."""

from collections.abc import Iterator, Mapping

from monitor.claim_table import checks, letters_among
from monitor.claims import Check, Result, What
from monitor.dossier import Dossier, Zone
from monitor.model import FindingKind, ReviewState, Snapshot, Standing
from monitor.searching import Found, Wish
from reports.build import item_of
from reports.charts import Chart
from reports.differences import Differences, differences
from reports.footnotes import Footnote
from scraper.chinese import BEIJING
from storage.errors import StoreError
from storage.reviewing import Wanted
from zonewatch.desk.base import ORDER, PASSES, Base, NotFoundError
from zonewatch.desk.drawing import BACK, link_charts, zone_charts
from zonewatch.desk.views import Cell, DiffPage, LinkRow, LinksPage, Scope, ZoneLine, ZonesPage
from zonewatch.exporting import Taken, take

WORST = (
    Result.CONTRADICTED,
    Result.CONFIRMED,
    Result.NOT_FOUND,
    Result.NOT_CHECKABLE,
    Result.CANNOT_BE_SEEN,
)
"""Which of several pages' answers a cell shows: one that says otherwise, before one that confirms."""


CLAIMS = (FindingKind.CLAIM_CONTRADICTED, FindingKind.CLAIM_LOST)


class Knowing(Base):
    """The knowledge as it stands."""

    def taken(self, dossier: str) -> tuple[Dossier, Taken]:
        """Return a dossier with what was accepted, and its footnotes as they stand."""
        (found,) = self.scope(dossier).dossiers
        return found, take(found, self.store)

    def links_pages(self, scope: Scope) -> tuple[LinksPage, ...]:
        """List every citation of a scope as it stands."""
        return tuple(self._links(dossier) for dossier in scope.dossiers)

    def zones_pages(self, scope: Scope) -> tuple[ZonesPage, ...]:
        """Return the table of each dossier as it stands, every cell with what the pages say of it."""
        return tuple(self._zones(dossier) for dossier in scope.dossiers)

    def search(self, wish: Wish) -> Found:
        """Find notices; raises NotFoundError for a page of hits that no search gave."""
        try:
            return self.store.search(wish)
        except StoreError as error:
            raise NotFoundError(str(error)) from error

    def diff_page(self, name: str, older: int | None, newer: int | None) -> DiffPage:
        """Lay two snapshots of a source side by side; without numbers the last two.

        Raises NotFoundError where the source has no such snapshots.
        """
        heads = self.store.snapshot_heads(name, limit=10_000)
        ids = [head.id for head in heads]
        if len(ids) < 2:
            raise NotFoundError(f"{name} has {len(ids)} snapshots; a difference needs two")
        chosen = (older or ids[1], newer or ids[0])
        before, after = (self._own(name, one, ids) for one in chosen)
        return DiffPage(name, before, after, self._differences(before, after), heads)

    def _own(self, name: str, number: int, ids: list[int]) -> Snapshot:
        found = self.store.snapshot(number) if number in ids else None
        if found is None:
            raise NotFoundError(f"{name} has no snapshot {number}")
        return found

    def _differences(self, before: Snapshot, after: Snapshot) -> Differences:
        try:
            return differences(before.reading, after.reading)
        except ValueError as error:
            raise NotFoundError(f"snapshots {before.id} and {after.id}: {error}") from error

    def _links(self, dossier: Dossier) -> LinksPage:
        taken = take(dossier, self.store)
        sources = taken.updated.sources
        standings = self.store.standings_of(sources.values(), readings=False)
        found = tuple(_link(one, sources.get(one.footnote), standings) for one in taken.footnotes)
        return LinksPage(dossier, found, self._strips(dossier, found))

    def _strips(self, dossier: Dossier, rows: tuple[LinkRow, ...]) -> tuple[Chart, ...]:
        """Draw each citation's health; up to the last pass, so that a drawing holds until the next."""
        until = next((one.finished for one in self.store.passes(PASSES) if one.finished), None)
        if until is None:
            return ()
        since = until - BACK
        sources = tuple(row.source for row in rows if row.source)
        return link_charts(dossier, rows, self.store.stretches(sources, since=since, until=until), until)

    def _zones(self, dossier: Dossier) -> ZonesPage:
        taken = take(dossier, self.store)
        updated = taken.updated
        standings = self.store.standings_of(updated.sources.values())
        snapshots = {name: one.snapshot for name, one in standings.items() if one.snapshot}
        for snapshot in self._contradicting(dossier):
            snapshots.setdefault(snapshot.source, snapshot)
        found: dict[str, list[Check]] = {}
        for check in checks(updated.dossier, snapshots, letters_among(updated.dossier, snapshots.values())):
            found.setdefault(check.claim.zone, []).append(check)
        footnotes = {one.footnote: one for one in taken.footnotes}
        known = {zone.zh for zone in dossier.zones}
        lines = tuple(
            _line(zone, found.get(zone.zh, []), footnotes, joined=zone.zh not in known)
            for zone in updated.dossier.zones
        )
        waiting = self.store.review_queue(
            Wanted((dossier.id,), (ReviewState.OPEN,), (FindingKind.NEW_ZONE,)), ORDER
        )
        items = tuple(map(item_of, self.store.findings_by(waiting)))
        accepted = tuple(map(item_of, self.store.accepted_zones(dossier.id)))
        today = self.now().astimezone(BEIJING).date()
        return ZonesPage(dossier, lines, items, zone_charts(dossier, (*accepted, *items), today))

    def _contradicting(self, dossier: Dossier) -> Iterator[Snapshot]:
        """Give the pages that findings about claims were raised by: letters that nobody cites, too."""
        wanted = Wanted((dossier.id,), tuple(ReviewState), CLAIMS)
        for finding in self.store.findings_by(self.store.review_queue(wanted, ORDER)):
            visits = (self.store.visit(number) for number in finding.evidence)
            shown = (self.store.snapshot(one.snapshot) for one in visits if one and one.snapshot)
            yield from (snapshot for snapshot in shown if snapshot)


def _link(footnote: Footnote, source: str | None, standings: Mapping[str, Standing]) -> LinkRow:
    standing = standings.get(source) if source else None
    link = standing.link if standing else None
    return LinkRow(footnote, source, link.since if link else None, link.rule if link else "")


def _line(zone: Zone, found: list[Check], footnotes: Mapping[int, Footnote], *, joined: bool) -> ZoneLine:
    cited = footnotes.get(zone.footnote)
    days = (zone.announced - zone.created).days if zone.created else None
    return ZoneLine(
        zone=zone,
        joined=joined,
        days=days,
        document_number=cited.document_number if cited else None,
        created=_cell(zone.created.isoformat() if zone.created else "", What.CREATED, found),
        announced=_cell(zone.announced.isoformat(), What.ANNOUNCED, found),
        strengths=tuple(_strengths(zone, found)),
    )


def _cell(text: str, what: What, found: list[Check]) -> Cell:
    return _shown(text, None, tuple(one for one in found if one.claim.what is what))


def _strengths(zone: Zone, found: list[Check]) -> Iterator[Cell]:
    for one in zone.strengths:
        about = (
            check for check in found if check.claim.what is What.STRENGTH and check.claim.value == one.en
        )
        yield _shown(one.en, one.zh if one.zh != one.en else None, tuple(about))


def _shown(text: str, zh: str | None, about: tuple[Check, ...]) -> Cell:
    results = {check.result for check in about}
    return Cell(text, zh, next((result for result in WORST if result in results), None), about)
