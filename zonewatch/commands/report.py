"""`report`: what a person should know, as text, Markdown, HTML, JSON, CSV or Atom."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from zonewatch.app import App
from zonewatch.errors import ZonewatchError
from zonewatch.options import Moment, dossier_option, global_options

FORMATS = ("text", "markdown", "html", "json", "csv", "xlsx", "atom")


@click.command()
@dossier_option
@click.option("--since", type=Moment(), metavar="ISO", help="From when on; without it, the last report.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="The form; text without it.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@global_options
def report(
    app: App, dossier_ids: Sequence[str], since: datetime | None, form: str | None, output: Path | None
) -> None:
    """Say what is new, what moved, what broke, and what was looked at.

    A report since the last one counts as sent; one since an hour of your own does not.
    """
    from reports import render
    from reports.xlsx import render as workbook
    from zonewatch.reporting import report_of

    form = form or ("json" if app.options.json else "text")
    dossiers = app.chosen(dossier_ids)
    with app.store() as store:
        now = app.clock()
        made = report_of(dossiers, store, now=now, since=since or store.last_report())
        written = workbook(made) if form == "xlsx" else render(made, form)
        if output is None:
            click.echo(written, nl=isinstance(written, str))
        else:
            write(output, written)
        if since is None:
            store.report_sent(now)


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, so that a reader never sees half a report."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise ZonewatchError(f"{path}: cannot be written: {error.strerror}") from error
