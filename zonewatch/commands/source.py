"""`source`: pages to watch out of a list, brought in and taken off again."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonewatch.app import DEFAULT_DOSSIER, App, say, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

if TYPE_CHECKING:
    from zonewatch.adding import Added

one_dossier = click.option(
    "--dossier", default=DEFAULT_DOSSIER, show_default=True, metavar="ID", help="The dossier they belong to."
)


@click.group()
def source() -> None:
    """Watch pages out of a list, beside those of the dossiers' files."""


@source.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@one_dossier
@click.option("--dry-run", is_flag=True, help="Say what would come, and change nothing.")
@global_options
def import_sources(app: App, file: Path, dossier: str, dry_run: bool) -> None:
    """Watch the pages of FILE: a table (CSV), addresses line by line, or a folder of documents.

    A table needs a first line with a column url, and may have name, title, number, zone, footnote,
    interval (1d), role (notice, listing), because. A folder's documents (.txt, .md) are read as `cite`
    reads them. Pages known already are passed over. A line in which something is wrong is named and left
    out, the others come in; exit code 1 says so, and the mended file may be imported whole again.
    """
    from zonewatch.adding import import_list

    added = import_list(app, file, dossier, dry=dry_run)
    if added.unused:
        say(f"{file}: columns that mean nothing here: {', '.join(added.unused)}", "warning")
    for line in added.refused:
        say(f"{line.where}: {line.refused}", "error")
    if app.options.json:
        say_json(as_document(added, dossier))
    else:
        would = "would be added" if dry_run else "added"
        click.echo(
            f"{file}: {len(added.new)} {would} to {dossier}, {len(added.known)} known already,"
            f" {len(added.refused)} refused"
        )
    if added.refused:
        raise click.exceptions.Exit(1)


def as_document(added: "Added", dossier: str) -> dict[str, object]:
    """Give what came of a list as one object."""
    return {
        "dossier": dossier,
        "dry_run": added.dry,
        "added": [{"id": one.id, "url": one.url} for one in added.new],
        "known": [{"line": one.where, "because": one.refused} for one in added.known],
        "refused": [{"line": one.where, "because": one.refused} for one in added.refused],
    }


@source.command(name="remove")
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="All that were imported into the dossier.")
@one_dossier
@global_options
def remove_sources(app: App, ids: tuple[str, ...], everything: bool, dossier: str) -> None:
    """Watch imported pages no more; what was seen of them stays."""
    from zonewatch.adding import listed_ids

    if bool(ids) == everything:
        raise click.UsageError("name the sources to remove, or give --all")
    app.dossier(dossier)
    with app.store() as store:
        named = [one.id for one in store.imported(dossier)] if everything else list(listed_ids(ids, dossier))
        gone = store.remove_imported(named)
    missing = [one for one in named if one not in set(gone)]
    if app.options.json:
        say_json({"removed": list(gone), "missing": missing})
    else:
        click.echo(f"{len(gone)} removed")
    if missing:
        raise ZonewatchError(f"never imported: {', '.join(missing[:5])} (a dossier's own stand in its file)")
