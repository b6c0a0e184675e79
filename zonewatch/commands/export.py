"""`export`: what an analyst takes along, printed or written to a file; shipped files are never touched."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonewatch.app import DEFAULT_DOSSIER, App, say, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import Moment, dossier_option, global_options

if TYPE_CHECKING:
    from zonewatch.archiving import Written
    from zonewatch.exporting import Taken

TABLES = ("markdown", "csv", "html", "xlsx")
NOTES = ("markdown", "csv", "bibtex")
SHEETS = ("csv", "xlsx", "json")


@click.group()
def export() -> None:
    """Take along the table, the dossier's file, the footnotes, the week's sheet, or all evidence."""


def what_and_where(*forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--dossier`, `--format` (the first is the default) and `-o`."""

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        path, choice = click.Path(dir_okay=False, path_type=Path), click.Choice(forms)
        for option in (
            click.option("-o", "--output", type=path, help="Write to this file."),
            click.option("--format", "form", type=choice, default=forms[0], show_default=True),
            click.option("--dossier", default=DEFAULT_DOSSIER, metavar="ID", help="The dossier to take."),
        ):
            command = option(command)
        return command

    return with_options


@export.command()
@what_and_where(*TABLES)
@global_options
def baseline(app: App, dossier: str, form: str, output: Path | None) -> None:
    """The updated table in the translation's own form, with footnotes and a sentence for each new zone."""
    from reports import table

    taken = _taken(app, dossier)
    made = table.table(taken.updated, taken.footnotes)
    if app.options.json:
        _give(_json({"zones": [table.as_document(row) for row in made.rows]}), output)
    else:
        _give(table.render(made, form), output)


@export.command("dossier")
@what_and_where("toml")
@global_options
def dossier_file(app: App, dossier: str, form: str, output: Path | None) -> None:  # noqa: ARG001 - one form
    """The dossier's file with the accepted zones and addresses, comments and order kept."""
    from zonewatch.exporting import dossier_text

    chosen = app.dossier(dossier)
    if output and output.exists() and output.samefile(chosen.path):
        raise ZonewatchError(
            f"{output} is the dossier itself; name another file (see the setting `dossiers`)"
        )
    _give(dossier_text(chosen, _taken(app, dossier).updated), output)


@export.command("footnotes")
@what_and_where(*NOTES)
@global_options
def footnote_list(app: App, dossier: str, form: str, output: Path | None) -> None:
    """Every footnote as printed, its state, and the address that works today."""
    from reports import footnotes

    found = _taken(app, dossier).footnotes
    if app.options.json:
        _give(_json({"footnotes": [footnotes.as_document(one) for one in found]}), output)
    else:
        _give(footnotes.render(found, form, dossier=dossier, title=app.dossier(dossier).title), output)


def visits_and_where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `-o`, `--since` and `--dossier`."""
    path = click.Path(dir_okay=False, path_type=Path)
    for option in (
        dossier_option,
        click.option("--since", type=Moment(), metavar="ISO", help="Only visits begun then or later."),
        click.option("-o", "--output", type=path, help="Write to this file."),
    ):
        command = option(command)
    return command


@export.command()
@visits_and_where
@global_options
def warc(app: App, dossier_ids: Sequence[str], since: datetime | None, output: Path | None) -> None:
    """Every visit as a WARC/1.1 file: requests, responses, and what each visit came to."""
    from zonewatch.archiving import Chosen, export_warc

    _refuse_both_on_one_stream(app, output)
    _tell_written(app, export_warc(app, output, Chosen(tuple(dossier_ids), since)), output)


@export.command()
@visits_and_where
@global_options
def wacz(app: App, dossier_ids: Sequence[str], since: datetime | None, output: Path | None) -> None:
    """Every visit as a WACZ package, which ReplayWeb.page and pywb show as it was."""
    from zonewatch.archiving import Chosen, export_wacz

    _refuse_both_on_one_stream(app, output)
    _tell_written(app, export_wacz(app, output, Chosen(tuple(dossier_ids), since)), output)


def _refuse_both_on_one_stream(app: App, output: Path | None) -> None:
    if app.options.json and output is None:
        raise ZonewatchError("with --json the archive needs a file of its own: name it with -o FILE")


def _tell_written(app: App, written: "Written", output: Path | None) -> None:
    if app.options.json:
        say_json({"file": str(output), **asdict(written)})
    elif output:
        size = f"{written.size / 1e6:.1f} MB" if written.size >= 1e6 else f"{written.size} bytes"
        say(f"{output}: {written.visits} visits, {written.records} records, {size}, sha256 {written.sha256}")


@export.command("sheet")
@what_and_where(*SHEETS)
@click.option("--since", type=Moment(), metavar="ISO", help="Where the period begins; a week before its end.")
@click.option("--until", type=Moment(), metavar="ISO", help="Where the period ends; now.")
@global_options
def week_sheet(
    app: App,
    dossier: str,
    form: str,
    output: Path | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """The period's sheet: one row a source, what changed most first, with columns to fill in.

    Fill in verdict, importance and note, and bring it back with `zonewatch import sheet`.
    """
    from reports import sheet_files
    from zonewatch.sheets import sheet_of

    chosen = app.dossier(dossier)
    with app.store() as store:
        made = sheet_of(chosen, store, since=since, until=until or app.clock())
    _give(sheet_files.render(made, "json" if app.options.json else form), output)


def _taken(app: App, dossier: str) -> "Taken":
    from zonewatch.exporting import take

    chosen = app.dossier(dossier)
    with app.store() as store:
        return take(chosen, store)


def _json(document: object) -> str:
    from reports.json_ import dumps

    return f"{dumps(document)}\n"


def _give(content: str | bytes, output: Path | None) -> None:
    """Print, or write a file whole; bytes are never thrown at a terminal."""
    from zonewatch.commands.report import write

    if output:
        write(output, content)
    elif isinstance(content, bytes) and sys.stdout.isatty():
        raise ZonewatchError("a spreadsheet is no text; name a file with -o FILE")
    else:
        click.echo(content, nl=False)
