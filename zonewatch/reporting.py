"""From the store to a report: what `reports.build` needs is gathered here."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from reports.build import build
from reports.model import DossierView, PassView, Report
from scheduler.due import known_sources
from storage.store import Store

DAWN: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before the first visit of all."""

if TYPE_CHECKING:
    from monitor.dossier import Dossier
    from monitor.model import Finding


def report_of(
    dossiers: "Iterable[Dossier]", store: Store, *, now: datetime, since: datetime | None
) -> Report:
    """Build the report of these dossiers over what happened after `since` (None: ever)."""
    views = [view_of(dossier, store, since, now) for dossier in dossiers]
    return build(now=now, since=since, dossiers=views, passes=passes_since(store, since))


def passes_since(store: Store, since: datetime | None) -> tuple[PassView, ...]:
    """Give the passes that ended, oldest first."""
    return tuple(
        PassView(one.started, one.finished, one.checked, one.own_outage, one.outcomes)
        for one in reversed(store.passes())
        if one.finished and (since is None or one.started > since)
    )


def view_of(dossier: "Dossier", store: Store, since: datetime | None, until: datetime) -> DossierView:
    """Gather what is known of a dossier: findings of the period and open ones, standings, rows, visits."""
    sources = known_sources(dossier, store)
    rows = {source.id: store.rows(source.id).values() for source in sources}
    return DossierView(
        dossier=dossier,
        sources=sources,
        standings={
            source.id: standing for source in sources if (standing := store.standing(source.id)) is not None
        },
        findings=findings_of(dossier.id, store, since),
        rows_known={name: len(found) for name, found in rows.items() if found},
        newest_row={
            name: max((row.published for row in found if row.published), default=None)
            for name, found in rows.items()
            if found
        },
        visits_in_period=Counter(
            visit.source
            for source in sources
            for visit in store.visits(source.id)
            if since is None or visit.at > since
        ),
        stretches=store.stretches([source.id for source in sources], since=since or DAWN, until=until),
    )


def findings_of(dossier: str, store: Store, since: datetime | None) -> "tuple[Finding, ...]":
    """Give the findings raised in the period, those from before that are open, and all accepted zones."""
    raised = store.findings(dossier=dossier, open_only=False, since=since)
    waiting = store.findings(dossier=dossier, open_only=True)
    found = {finding.id: finding for finding in (*store.accepted_zones(dossier), *waiting, *raised)}
    return tuple(found[number] for number in sorted(found))
