"""`sources` and `zones`: what is known today."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from reports.json_ import instant
from zonewatch.app import App, say_json
from zonewatch.options import dossier_option, global_options

if TYPE_CHECKING:
    from monitor.dossier import Dossier
    from monitor.model import Source, Standing
    from storage.store import Store


@click.command()
@dossier_option
@global_options
def sources(app: App, dossier_ids: Sequence[str]) -> None:
    """List the sources and how each stands."""
    from scheduler.due import known_sources

    with app.store() as store:
        known = [source for dossier in app.chosen(dossier_ids) for source in known_sources(dossier, store)]
        standings = store.standings_of((source.id for source in known), readings=False)
        rows = [source_row(source, standings.get(source.id)) for source in known]
    if app.options.json:
        say_json({"sources": rows})
        return
    from zonewatch.shown import table

    columns = ("id", "role", "state", "last_good", "next_due", "address")
    shown = [{**row, "address": row["followed_at"] or row["url"]} for row in rows]
    for line in table(columns, [[str(row[column] or "") for column in columns] for row in shown]):
        click.echo(line)


def source_row(source: "Source", standing: "Standing | None") -> dict[str, object]:
    """Give a source and its standing as one object."""
    link = standing.link if standing else None
    return {
        "id": source.id,
        "role": source.role.value,
        "url": source.url,
        "followed_at": standing.url if standing else None,
        "enabled": source.enabled,
        "because": source.because,
        "footnote": source.footnote,
        "interval_seconds": source.interval.total_seconds(),
        "state": ("off" if not source.enabled else link.state.value if link else "unknown"),
        "since": instant(link.since) if link else None,
        "last_good": instant(link.last_good) if link else None,
        "next_due": instant(standing.next_due) if standing else None,
        "rule": link.rule if link else None,
    }


@click.command()
@dossier_option
@global_options
def zones(app: App, dossier_ids: Sequence[str]) -> None:
    """List the zones: the dossier's own, those a person accepted, and those that wait."""
    with app.store() as store:
        rows = [row for dossier in app.chosen(dossier_ids) for row in zone_rows(dossier, store)]
    if app.options.json:
        say_json({"zones": rows})
        return
    from zonewatch.shown import table

    columns = ("zh", "en", "province", "created", "announced", "state", "dossier")
    cells = [[str({**row["zone"], **row}[column] or "") for column in columns] for row in rows]
    for line in table(columns, cells):
        click.echo(line)


def zone_rows(dossier: "Dossier", store: "Store") -> list[dict[str, Any]]:
    """Give the zones of a dossier: `known` in its file, `accepted` and `open` from findings."""
    from monitor.places import lookup

    rows: list[dict[str, Any]] = []
    for zone in dossier.zones:
        place = lookup(zone.zh)
        province = zone.province or (place.province if place else None)
        rows.append(
            {
                "dossier": dossier.id,
                "zone": {"zh": zone.zh, "en": zone.en, "province": province},
                "created": zone.created.isoformat() if zone.created else None,
                "announced": zone.announced.isoformat(),
                "footnote": zone.footnote,
                "strengths": [{"en": one.en, "zh": one.zh} for one in zone.strengths],
                "state": "known",
                "finding": None,
            }
        )
    for finding in store.zones_found(dossier.id):
        draft = finding.draft
        if draft.zone:
            rows.append(
                {
                    "dossier": dossier.id,
                    "zone": {"zh": draft.zone.zh, "en": draft.zone.en, "province": draft.zone.province},
                    "created": draft.signed.isoformat() if draft.signed else None,
                    "announced": draft.published.isoformat() if draft.published else None,
                    "footnote": None,
                    "strengths": [],
                    "state": finding.state.value,
                    "finding": f"F{finding.id}",
                }
            )
    return rows
