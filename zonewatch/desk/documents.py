"""The documents of `--json`, for the API: made by the very functions that the commands print."""

from typing import Any

from monitor.searching import Found, Wish
from reports.footnotes import as_document
from reports.json_ import as_report, instant
from scheduler.due import known_sources
from zonewatch.commands.known import source_row, zone_rows
from zonewatch.commands.story import change_rows, visit_row
from zonewatch.desk.base import NotFoundError
from zonewatch.desk.knowing import Knowing
from zonewatch.desk.looking import Looking
from zonewatch.desk.views import Scope
from zonewatch.reporting import report_of


class Documents(Knowing, Looking):
    """What programs ask for."""

    def dossiers_document(self) -> dict[str, Any]:
        """List the enabled dossiers."""
        return {
            "dossiers": [
                {
                    "id": one.id,
                    "title": one.title,
                    "publisher": one.publisher,
                    "published": one.published.isoformat(),
                    "zones": len(one.zones),
                    "citations": len(one.citations),
                    "lists": len(one.lists),
                }
                for one in self.dossiers
            ]
        }

    def sources_document(self, scope: Scope) -> dict[str, Any]:
        """List the sources as `sources --json`."""
        known = [one for dossier in scope.dossiers for one in known_sources(dossier, self.store)]
        standings = self.store.standings_of((one.id for one in known), readings=False)
        return {"sources": [source_row(one, standings.get(one.id)) for one in known]}

    def zones_document(self, scope: Scope) -> dict[str, Any]:
        """List the zones as `zones --json`."""
        return {"zones": [row for dossier in scope.dossiers for row in zone_rows(dossier, self.store)]}

    def footnotes_document(self, dossier: str) -> dict[str, Any]:
        """List the footnotes as `export footnotes --json`."""
        return {"footnotes": [as_document(one) for one in self.taken(dossier)[1].footnotes]}

    def visits_document(self, source: str, before: int | None, limit: int) -> dict[str, Any]:
        """List visits as `history --json`, the newest first; `before` is the last visit of a page before."""
        visits = self.store.visits_before(source, before, limit)
        if not visits and not self.store.count_visits(source):
            raise NotFoundError(f"there is no source `{source}` that was visited")
        return {"visits": [visit_row(one) for one in visits]}

    def diff_document(self, source: str, older: int | None, newer: int | None) -> dict[str, Any]:
        """Give what changed between two snapshots as `diff --json`."""
        page = self.diff_page(source, older, newer)
        changes = change_rows(page.before.reading, page.after.reading)
        return {"from": page.before.id, "to": page.after.id, "changes": changes}

    def report_document(self, scope: Scope) -> dict[str, Any]:
        """Give the report since the last one sent as `report --format json`; it does not count as sent."""
        since = self.store.last_report()
        return as_report(report_of(scope.dossiers, self.store, now=self.now(), since=since, strips=False))

    def search_document(self, wish: Wish) -> dict[str, Any]:
        """Give a page of hits."""
        return found_document(self.search(wish))


def found_document(found: Found) -> dict[str, Any]:
    """Write a page of hits as JSON; titles and excerpts are whole texts, what was looked for unmarked."""
    return {
        "hits": [
            {
                "snapshot": hit.snapshot,
                "source": hit.source,
                "dossier": hit.dossier,
                "role": hit.role.value,
                "url": hit.url,
                "day": hit.day.isoformat(),
                "published": hit.published.isoformat() if hit.published else None,
                "document_number": hit.document_number,
                "taken": instant(hit.taken),
                "title": "".join(mark.text for mark in hit.title),
                "excerpt": "".join(mark.text for mark in hit.excerpt),
            }
            for hit in found.hits
        ],
        "next": found.next,
        "at_most": found.at_most,
    }
