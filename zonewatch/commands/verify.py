"""`verify`: whether everything is still what was kept, down to the byte."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonewatch.app import App, say, say_json
from zonewatch.options import global_options

if TYPE_CHECKING:
    from storage.damage import Damage
    from zonewatch.verification import Verified


@click.command()
@click.option("--repair", "mend", is_flag=True, help="Restore what can be, set aside what cannot.")
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="An exported WARC file to restore from (may be repeated); with --repair.",
)
@global_options
def verify(app: App, mend: bool, files: Sequence[Path]) -> None:
    """Walk bodies, hops, readings, chains and seals; name what is damaged (exit code 1)."""
    from zonewatch import verification

    if files and not mend:
        raise click.UsageError("--from goes with --repair")
    found = verification.repair(app, files) if mend else verification.verify(app)
    if app.options.json:
        say_json(as_document(found))
    else:
        for line in lines(found):
            click.echo(line)
    if not found.is_whole:
        say(f"zonewatch: {way_out(found, mend)}")
        sys.exit(1)


def way_out(found: "Verified", mended: bool) -> str:
    """Say what can be done about what is damaged."""
    if not mended:
        return "`verify --repair --from FILE.warc.gz` restores what an export holds, and sets the rest aside"
    if len(found.done) < len(found.damage):
        return "what is left is past mending: `--db NEW import warc FILE` makes a new database of an export"
    if any(one.kind.value in ("body", "hops", "reading") for one in found.damage):
        return "another export may still restore what is set aside: `verify --repair --from FILE.warc.gz`"
    return "nothing says what stood there before; the marks stay, so that nobody takes it for whole"


def as_document(found: "Verified") -> dict[str, object]:
    """Give a verification as `verify --json` prints it."""
    from reports.json_ import instant

    return {
        "whole": found.is_whole,
        "checked": asdict(found.checked),
        "unproved_stamps": found.unproved,
        "pruned": found.pruned,
        "damage": [
            {
                "kind": one.kind.value,
                "what": one.what,
                "visit": f"V{one.visit}" if one.visit else None,
                "source": one.source,
                "at": instant(one.at) if one.at else None,
                "visits": one.visits,
                "done": found.done.get(one),
            }
            for one in found.damage
        ],
        "set_aside": [
            {"kind": one.kind, "number": one.number, "at": instant(one.at), "why": one.why}
            for one in found.aside
        ],
    }


def lines(found: "Verified") -> Iterator[str]:
    """Tell a verification: each damage in a line, then what was looked at."""
    for one in found.damage:
        yield f"{_where(one)}{one.what}" + (f" ({found.done[one]})" if one in found.done else "")
    for mark in found.aside:
        yield f"{mark.kind} {mark.number}: set aside on {mark.at:%Y-%m-%d}: {mark.why}"
    checked = found.checked
    let_go = f" ({found.pruned} pruned)" if found.pruned else ""
    looked = (
        f"{checked.visits} visits to {checked.sources} sources, {checked.bodies} bodies{let_go}, "
        f"{checked.snapshots} readings, {checked.days} sealed days, {checked.stamps} stamps"
    )
    unproved = f"; {found.unproved} stamps not checked: name a certificate (`timestamp_certificate`)"
    yield f"{looked}: {_verdict(found)}{unproved if found.unproved else ''}"


def _where(one: "Damage") -> str:
    """Name the visit, the source and the hour that a damage touches."""
    if one.visit is None or one.at is None:
        return f"{one.source}: " if one.source else ""
    more = f" and {one.visits - 1} more" if one.visits > 1 else ""
    source = f" {one.source}" if one.source else ""
    return f"V{one.visit}{more}{source} {one.at:%Y-%m-%dT%H:%M:%SZ}: "


def _verdict(found: "Verified") -> str:
    if not found.damage:
        return "whole but for what is set aside" if found.aside else "whole"
    restored = sum(done == "restored" for done in found.done.values())
    aside = len(found.done) - restored
    left = len(found.damage) - len(found.done)
    parts = ((restored, "restored"), (aside, "set aside"), (left, "damaged"))
    return ", ".join(f"{count} {what}" for count, what in parts if count)
