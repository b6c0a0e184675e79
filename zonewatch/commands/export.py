"""`export`: what an analyst takes along, printed or written to a file; shipped files are never touched."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonewatch.app import DEFAULT_DOSSIER, App
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

if TYPE_CHECKING:
    from zonewatch.exporting import Taken

TABLES = ("markdown", "csv", "html", "xlsx")
NOTES = ("markdown", "csv", "bibtex")


@click.group()
def export() -> None:
    """Take along the updated table, the dossier's file, or the footnotes."""


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
