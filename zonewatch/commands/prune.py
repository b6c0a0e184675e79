"""`prune`: bodies that nothing rests on any more are let go."""

from typing import TYPE_CHECKING

import click

from zonewatch.app import App, say, say_json
from zonewatch.options import global_options

if TYPE_CHECKING:
    from zonewatch.pruning import Pruned

MOST_DAYS = 36_500


@click.command()
@click.option(
    "--keep-days", type=click.IntRange(0, MOST_DAYS), metavar="N", help="Keep the bodies of the last N days."
)
@click.option(
    "--keep-visits",
    type=click.IntRange(min=0),
    metavar="N",
    help="Keep the bodies of each source's newest N visits.",
)
@click.option("--yes", is_flag=True, help="Do it; otherwise it is only said what would be free.")
@global_options
def prune(app: App, keep_days: int | None, keep_visits: int | None, yes: bool) -> None:
    """Let old page bodies go; visits, digests, headers and readings stay, and so does the proof.

    With both rules, what either keeps is kept. Never let go is a body that a finding, a claim or a link's
    change of state rests on, or the newest good state of a source. Let go once is gone for good, but for
    what was exported (`export warc`).
    """
    from zonewatch import pruning

    if keep_days is None and keep_visits is None:
        raise click.UsageError("say what stays: --keep-days N, --keep-visits N, or both")
    found = pruning.prune(app, keep_days, keep_visits, do_it=yes)
    if app.options.json:
        say_json(as_document(found))
        return
    for line in lines(found):
        click.echo(line)
    if found.kept_large:
        say(found.kept_large)
    if not yes and found.freed.bodies:
        click.echo("Nothing was changed; --yes does it.")


def as_document(found: "Pruned") -> dict[str, object]:
    """Give a pruning as `prune --json` prints it."""
    from reports.json_ import instant

    which, freed = found.prunable, found.freed
    return {
        "done": found.done,
        "bodies": freed.bodies,
        "bytes": freed.bytes,
        "received_bytes": freed.size,
        "damaged": freed.damaged,
        "first": instant(which.first) if which.first else None,
        "last": instant(which.last) if which.last else None,
        "needed": which.needed,
        "database": {"before": found.before, "after": found.after},
    }


def lines(found: "Pruned") -> "list[str]":
    """Tell a pruning: what goes, what stays although it is old, how large the database is."""
    which, freed = found.prunable, found.freed
    told = ["No body is old enough to go." if not freed.bodies else _what_goes(found)]
    if which.needed:
        kept = ", ".join(f"{many} for {why}" for why, many in which.needed.items())
        told.append(f"Kept although as old: {kept}.")
    if freed.damaged:
        told.append(f"Kept because damaged: {freed.damaged}; see `zonewatch verify`.")
    if found.done and (freed.bodies or found.after != found.before):
        told.append(f"The database takes {_size(found.after)}, {_size(found.before)} before.")
    return told


def _what_goes(found: "Pruned") -> str:
    which, freed = found.prunable, found.freed
    verb = "went" if found.done else "would go"
    span = f"{which.first:%Y-%m-%d} to {which.last:%Y-%m-%d}" if which.first else "no visit"
    room = _size(freed.bytes) if freed.bytes > 0 else "nothing"
    return (
        f"{freed.bodies} bodies {verb}, of visits from {span}: {room}"
        f" of the database's {_size(found.before)} ({_size(freed.size)} as received)."
    )


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if abs(count) >= 1e5 else f"{count} bytes"
