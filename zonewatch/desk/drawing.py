"""The charts of the desk's pages, made of what they show; none where they cannot be drawn here. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from monitor.dossier import Dossier
from monitor.spans import Stretch
from reports import charts
from reports.build import zone_rows
from reports.charts import Chart
from reports.model import Item, Strip
from zonewatch.desk.views import LinkRow

BACK = timedelta(days=730)
"""How far back the health of links is drawn; more is no strip that a screen can show."""


def zone_charts(dossier: Dossier, items: Sequence[Item], today: date) -> tuple[Chart, ...]:
    """Draw the zones against the goal and the days to publication, with those found since."""
    if not charts.available():
        return ()
    zones = tuple(zone_rows(dossier, items, {}))
    drawn = (
        charts.zones_over_time(zones, dossier.goal, today, of=dossier.id),
        charts.lags(zones, of=dossier.id),
    )
    return tuple(filter(None, drawn))


def link_charts(
    dossier: Dossier, rows: Sequence[LinkRow], seen: Mapping[str, tuple[Stretch, ...]], until: datetime
) -> tuple[Chart, ...]:
    """Draw a strip a citation, from the first visit of `seen` on."""
    strips = tuple(
        Strip(row.source, f"{row.footnote.footnote} {row.footnote.what}", seen[row.source])
        for row in rows
        if row.source and row.source in seen
    )
    if not strips or not charts.available():
        return ()
    since = min(strip.stretches[0].since for strip in strips)
    drawn = charts.link_health(strips, since, until, of=dossier.id)
    return (drawn,) if drawn else ()
