"""From the store to a report: what `reports.build` needs is gathered here."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from monitor.dossier import citation_source
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
    dossiers: "Iterable[Dossier]",
    store: Store,
    *,
    now: datetime,
    since: datetime | None,
    strips: bool = True,
    rows: bool = True,
) -> Report:
    """Build the report of these dossiers over what happened after `since` (None: ever).

    `strips` asks for every source's states over the period too, which only what is drawn shows, `rows`
    for the rows of lists, which a feed does not tell of.
    """
    views = [view_of(dossier, store, since, now, strips=strips, rows=rows) for dossier in dossiers]
    return build(now=now, since=since, dossiers=views, passes=passes_since(store, since))


def passes_since(store: Store, since: datetime | None) -> tuple[PassView, ...]:
    """Give the passes that ended, oldest first."""
    return tuple(
        PassView(one.started, one.finished, one.checked, one.own_outage, one.outcomes)
        for one in reversed(store.passes())
        if one.finished and (since is None or one.started > since)
    )


def view_of(
    dossier: "Dossier",
    store: Store,
    since: datetime | None,
    until: datetime,
    *,
    strips: bool = True,
    rows: bool = True,
) -> DossierView:
    """Gather what is known of a dossier: findings of the period and open ones, standings, rows, visits."""
    sources = known_sources(dossier, store)
    names = [source.id for source in sources]
    known = store.rows_known(names) if rows else {}
    cited = store.standings_of(citation_source(dossier, one, "").id for one in dossier.citations)
    return DossierView(
        dossier=dossier,
        sources=sources,
        standings=store.standings_of(names, readings=False) | cited,
        findings=findings_of(dossier.id, store, since),
        rows_known={name: one.count for name, one in known.items()},
        newest_row={name: one.newest for name, one in known.items()},
        visits_in_period=store.visits_counted(names, since),
        stretches=store.stretches(names, since=since or DAWN, until=until) if strips else {},
    )


def findings_of(dossier: str, store: Store, since: datetime | None) -> "tuple[Finding, ...]":
    """Give the findings raised in the period, those from before that are open, and all accepted zones."""
    raised = store.findings(dossier=dossier, open_only=False, since=since)
    waiting = store.findings(dossier=dossier, open_only=True)
    found = {finding.id: finding for finding in (*store.accepted_zones(dossier), *waiting, *raised)}
    return tuple(found[number] for number in sorted(found))
