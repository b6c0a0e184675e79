"""`parse`, `cite`, `classify`: reading what lies on disk, without network or database."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonewatch.app import DEFAULT_DOSSIER, App, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

if TYPE_CHECKING:
    from monitor.model import Place

READABLE = click.Path(dir_okay=False, path_type=Path)


def content_of(path: Path) -> bytes:
    """Return a file's bytes; one that cannot be read is named. `-` is standard input."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be read: {error.strerror}") from error


@click.command()
@click.argument("file", type=READABLE)
@click.option("--url", help="The address that the page was saved from.")
@click.option("--content-type", help="The Content-Type header that came with it.")
@click.option("--reader", metavar="NAME", help="The family that reads it, if not the one that fits.")
@click.option("--explain", is_flag=True, help="Say where each field was read.")
@global_options
def parse(
    app: App, file: Path, url: str | None, content_type: str | None, reader: str | None, explain: bool
) -> None:
    """A saved page: what is in it, and where each field was read."""
    from scraper.readers import read_body
    from scraper.readers.document import as_document

    try:
        _, reading = read_body(content_of(file), content_type, url, reader)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--reader") from error
    document = as_document(reading)
    if app.options.json:
        say_json(document)
        return
    from zonewatch.shown import reading_lines

    for line in reading_lines(document, explain=explain):
        click.echo(line)


@click.command()
@click.argument("file", type=READABLE)
@click.option("--dossier", default=DEFAULT_DOSSIER, metavar="ID", help="The dossier it belongs to.")
@global_options
def cite(app: App, file: Path, dossier: str) -> None:
    """A document: every footnote's address as printed and as repaired, and its table of zones."""
    from monitor import citations as cited
    from zonewatch.shown import citation_lines

    app.dossier(dossier)
    try:
        text = content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ZonewatchError(f"{file}: expected a text in UTF-8: {error.reason} at {error.start}") from error
    document = cited.as_document(cited.cite(text, place_zh=_place))
    if app.options.json:
        say_json(document)
        return
    for line in citation_lines(document):
        click.echo(line)


def _place(name: str) -> "Place | None":
    """Look a place up by whichever of its names a document prints."""
    from monitor.places import find, lookup

    return lookup(name) or find(name)


@click.command()
@click.option("--title", required=True, help="The notice's title.")
@click.option("--url", help="Its address.")
@click.option("--number", help="Its document number.")
@click.option("--issuer", help="Who issued it.")
@click.option("--dossier", default=DEFAULT_DOSSIER, metavar="ID", help="The dossier to judge by.")
@global_options
def classify(
    app: App, title: str, url: str | None, number: str | None, issuer: str | None, dossier: str
) -> None:
    """Tell a new zone from a known one, a mention, or nothing of ours, with the reasons."""
    from monitor import zones
    from monitor.dossier import baseline

    chosen = app.dossier(dossier)
    evidence = zones.Evidence(title=title, url=url, document_number=number, issuer=issuer)
    verdict = zones.classify(evidence, chosen.recognition, (*baseline(chosen), *app.accepted(dossier)))
    document = zones.as_document(verdict)
    if app.options.json:
        say_json(document)
        return
    where = f": {verdict.zone.zh} {verdict.zone.en}" if verdict.zone else ""
    click.echo(f"{verdict.verdict.value}{where}")
    for reason in verdict.because:
        click.echo(f"  {reason}")
