"""`reparse`: what was kept, read and judged again as it would be today."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from zonewatch.app import App, say_json
from zonewatch.options import Moment, dossier_option, global_options

if TYPE_CHECKING:
    from zonewatch.rejudging import Judgement
    from zonewatch.rereading import Reread, Rereader

SHOWN = 300
"""Characters of a field's value that are printed for people; `--json` has all of them."""


@click.command()
@click.option("--since", type=Moment(), metavar="ISO", help="Only what was seen and raised after this hour.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@dossier_option
@global_options
def reparse(app: App, since: datetime | None, dry_run: bool, dossier_ids: Sequence[str]) -> None:
    """Read all kept bodies with today's readers, and judge them again.

    Printed are the readings that differ, field by field, the findings that would not be raised today, and
    those that were missed. Unless --dry-run, today's readings become the snapshots'; the former ones are
    kept beside them. Findings are never changed, and bytes are never touched.
    """
    from zonewatch.leasing import leased
    from zonewatch.progress import progress_bar
    from zonewatch.rejudging import rejudge
    from zonewatch.rereading import Rereader, can_be_put_down, put_down

    dossiers = app.chosen(dossier_ids)
    rows: list[dict[str, Any]] = []
    changed = 0
    with ExitStack() as open_, app.store() as store:
        if not dry_run:
            open_.enter_context(leased(store, app.clock))
        rereader = Rereader(store, dossiers, since)
        with progress_bar("reading again") as progress:
            for found in rereader.differing(progress):
                changed += can_be_put_down(found)
                if not dry_run:
                    put_down(store, found, app.clock())
                if app.options.json:
                    rows += reading_rows(found)
                else:
                    print_lines(reading_lines(found))
        with progress_bar("judging again") as progress:
            judgement = rejudge(store, dossiers, since=since, progress=progress)
    if app.options.json:
        say_json(as_document(rows, rereader, judgement, changed, dry_run=dry_run))
    else:
        print_lines(judgement_lines(judgement))
        click.echo(closing(rereader, judgement, changed, dry_run=dry_run))


def reading_rows(found: "Reread") -> Iterator[dict[str, Any]]:
    """Give what is read otherwise, a row a field."""
    from reports.json_ import instant

    for one in found.differences:
        yield {
            "source": found.visit.source,
            "snapshot": found.snapshot,
            "visit": f"V{found.visit.id}",
            "taken": instant(found.visit.at),
            "field": one.field,
            "before": one.before,
            "after": one.after,
        }


def reading_lines(found: "Reread") -> Iterator[str]:
    """Print what is read otherwise: the snapshot, then a line a field."""
    snapshot = f"snapshot {found.snapshot}" if found.snapshot else "not read before"
    yield f"{found.visit.source} V{found.visit.id} of {found.visit.at:%Y-%m-%d}, {snapshot}"
    for one in found.differences:
        yield f"    {one.field}: {_short(one.before)} → {_short(one.after)}"


def _short(value: str | None) -> str:
    if value is None:
        return "-"
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}… ({len(value)} characters)"


def judgement_lines(judgement: "Judgement") -> Iterator[str]:
    """Print the findings that differ."""
    from zonewatch.shown import finding_lines

    for head, findings in (
        ("Would not be raised today:", judgement.judged.unfounded),
        ("Would be raised today, and was not:", judgement.judged.missed),
    ):
        lines = list(finding_lines(findings))
        if lines:
            yield head
            yield from lines


def print_lines(lines: Iterator[str]) -> None:
    """Print lines, without anything that a terminal would obey."""
    from reports.clean import clean

    for line in lines:
        click.echo(clean(line))


def closing(rereader: "Rereader", judgement: "Judgement", changed: int, *, dry_run: bool) -> str:
    """Say in a line what was done."""
    found = judgement.judged
    done = "would be put down" if dry_run else "were put down"
    lost = f"; {rereader.lost} bodies are no longer kept" if rereader.lost else ""
    if judgement.untold:
        lost += f", and of {judgement.untold} findings nothing can be said without them"
    return (
        f"{rereader.read} bodies read, {changed} readings {done}; {judgement.visits} visits judged, "
        f"{len(found.unfounded)} findings unfounded, {len(found.missed)} missed{lost}"
    )


def as_document(
    rows: list[dict[str, Any]], rereader: "Rereader", judgement: "Judgement", changed: int, *, dry_run: bool
) -> dict[str, Any]:
    """Give all of it as one object."""
    from reports.json_ import as_finding

    return {
        "dry_run": dry_run,
        "read": rereader.read,
        "changed": changed,
        "lost": rereader.lost,
        "untold": judgement.untold,
        "judged": judgement.visits,
        "readings": rows,
        "unfounded": list(map(as_finding, judgement.judged.unfounded)),
        "missed": [{**as_finding(one), "id": None} for one in judgement.judged.missed],
    }
