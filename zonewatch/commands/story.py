"""`history`, `diff`, `explain`: what happened to one source, and why we think so."""

from typing import TYPE_CHECKING, Any

import click

from reports.json_ import instant
from zonewatch.app import App, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.ids import number_in
from zonewatch.options import global_options

if TYPE_CHECKING:
    from monitor.model import Snapshot, Visit
    from scraper.model import Reading
    from storage.store import Store


def source_named(name: str, store: "Store") -> str:
    """Return the source that a name means: its own id, or that of a finding F17 or a visit V1234."""
    finding_number, visit_number = number_in(name, "F"), number_in(name, "V")
    if finding_number is not None:
        finding = store.finding(finding_number)
        if finding:
            return finding.draft.subject
    elif visit_number is not None:
        visit = store.visit(visit_number)
        if visit:
            return visit.source
    elif store.standing(name) or store.visits(name, limit=1):
        return name
    raise ZonewatchError(
        f"nothing is known of `{name}`: expected a source's id, a finding F17 or a visit V12"
    )


@click.command()
@click.argument("name", metavar="ID")
@click.option("--limit", type=click.IntRange(min=1), help="Only the newest so many.")
@global_options
def history(app: App, name: str, limit: int | None) -> None:
    """List every visit to a source, the newest first."""
    with app.store() as store:
        visits = store.visits(source_named(name, store), limit=limit)
    if app.options.json:
        rows = [visit_row(visit) for visit in visits]
        say_json({"visits": rows})
        return
    from zonewatch.shown import table

    columns = ("visit", "at", "outcome", "state", "status", "snapshot", "final_url")
    cells = [[str(visit_row(visit)[column] or "") for column in columns] for visit in visits]
    for line in table(columns, cells):
        click.echo(line)


def visit_row(visit: "Visit") -> dict[str, Any]:
    """Give a visit as one object."""
    return {
        "visit": f"V{visit.id}",
        "source": visit.source,
        "role": visit.role.value,
        "via": visit.via,
        "at": instant(visit.at),
        "url": visit.url,
        "final_url": visit.final_url,
        "status": visit.status,
        "outcome": visit.outcome.kind.value,
        "rule": visit.outcome.rule,
        "detail": visit.outcome.detail,
        "state": visit.state.value,
        "snapshot": visit.snapshot,
        "body": visit.body,
        "origin": visit.origin,
    }


@click.command()
@click.argument("name", metavar="SOURCE")
@click.argument("older", type=int, required=False)
@click.argument("newer", type=int, required=False)
@click.option(
    "--context",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="Unchanged paragraphs shown around each change.",
)
@global_options
def diff(app: App, name: str, older: int | None, newer: int | None, context: int) -> None:
    """Show what changed between two snapshots of a source; without numbers, between the last two.

    Before a paragraph: ~ edited, - gone, + new, < moved away, > moved here.
    """
    from reports.differences import differences
    from reports.differences_text import lines

    with app.store() as store:
        before, after = two_snapshots(store.snapshots(source_named(name, store)), name, older, newer)
    try:
        found = differences(before.reading, after.reading)
    except ValueError as error:
        raise ZonewatchError(f"{name}: snapshots {before.id} and {after.id}: {error}") from error
    if app.options.json:
        say_json({"from": before.id, "to": after.id, "changes": change_rows(before.reading, after.reading)})
        return
    click.echo(
        f"snapshot {before.id} of {instant(before.taken)} against {after.id} of {instant(after.taken)}"
    )
    for line in lines(found, context):
        click.echo(line)


def change_rows(before: "Reading", after: "Reading") -> list[dict[str, str | None]]:
    """Give the changes as objects: of a document those that a finding names, of a list its rows."""
    from monitor.changes import compare
    from reports.differences import differences
    from scraper.model import Notice

    if isinstance(before, Notice) and isinstance(after, Notice):
        return [
            {"kind": one.kind.value, "what": one.what, "before": one.before, "after": one.after}
            for one in compare(before, after)
        ]
    changed = [row for row in differences(before, after).rows if row.kind != "same"]
    return [
        {"kind": "row", "what": f"row {row.new or row.old}", "before": row.before, "after": row.after}
        for row in changed
    ]


def two_snapshots(
    snapshots: "tuple[Snapshot, ...]", name: str, older: int | None, newer: int | None
) -> "tuple[Snapshot, Snapshot]":
    """Choose the snapshots to compare; those asked for must be the source's own."""
    by_id = {snapshot.id: snapshot for snapshot in snapshots}
    if len(by_id) < 2:
        raise ZonewatchError(f"{name} has {len(by_id)} snapshots; a difference needs two")
    ids = sorted(by_id)
    wanted = (older or ids[-2], newer or ids[-1])
    for one in wanted:
        if one not in by_id:
            raise ZonewatchError(f"{name} has no snapshot {one}; it has {', '.join(map(str, ids))}")
    return by_id[wanted[0]], by_id[wanted[1]]


@click.command()
@click.argument("name", metavar="ID")
@global_options
def explain(app: App, name: str) -> None:
    """Tell the story of a source, a finding or a visit in sentences."""
    from monitor.transitions import story
    from reports.clean import clean

    with app.store() as store:
        source = source_named(name, store)
        standing, visits, changes = store.standing(source), store.visits(source), store.transitions(source)
        number = number_in(name, "F")
        finding = None if number is None else store.finding(number)
    lines = [f"{source}"]
    if finding:
        lines += [f"F{finding.id} {finding.draft.kind.value}: {finding.draft.title}", *finding.draft.because]
    if standing:
        lines += story(standing.link, tuple(reversed(visits)), changes)
    if app.options.json:
        say_json({"source": source, "story": lines[1:]})
        return
    for line in lines:
        click.echo(clean(line))
