"""How the monitor does, from what it left behind. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import Role, State
from reports.health import WORKING
from storage.memory import Pass
from zonewatch.desk.views import Health, Scope, SourceRow

LATE = timedelta(hours=6)
"""How long a source may be due before it counts as overdue: a cron that fires four times a day is fine."""


def health(
    scope: Scope, rows: Sequence[SourceRow], passes: Sequence[Pass], now: datetime, *, running: bool
) -> Health:
    """Sum up the last pass, the citations by state, the lists seen, and what is overdue.

    In: the sources as they stand, the newest passes (the newest first), whether a pass is under way.
    """
    last = next((one for one in passes if one.finished), None)
    lists = [row for row in rows if row.source.role is Role.LISTING and row.source.enabled]
    return Health(
        last=last,
        running=running,
        silent_for=now - last.finished if last and last.finished else None,
        links=_links(scope, rows),
        lists_seen=sum(row.state in WORKING for row in lists),
        lists=len(lists),
        overdue=sum(_is_overdue(row, now) for row in rows),
    )


def _links(scope: Scope, rows: Sequence[SourceRow]) -> dict[State | None, int]:
    states = {(row.source.dossier, row.source.footnote): row.state for row in rows if row.source.footnote}
    cited = ((dossier.id, one.footnote) for dossier in scope.dossiers for one in dossier.citations)
    return dict(Counter(states.get(one) for one in cited))


def _is_overdue(row: SourceRow, now: datetime) -> bool:
    due = row.next_due
    return row.source.enabled and due is not None and now - due > max(row.source.interval, LATE)
