"""`import`: what a browser saw, or another archive, taken as visits."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from zonewatch.app import App, say, say_json
from zonewatch.options import Moment, dossier_option, global_options


@click.group(name="import")
def import_() -> None:
    """Bring what cannot be seen from here: a page out of a browser, an archive's captures."""


@import_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--url", help="The address that the page was saved from, if not the file's own word.")
@click.option("--at", type=Moment(), metavar="ISO", help="The hour at which it was seen (now).")
@dossier_option
@global_options
def page(app: App, file: Path, url: str | None, at: datetime | None, dossier_ids: Sequence[str]) -> None:
    """Take a page saved in a browser (HTML, MHTML) as a visit by hand to what stands at its address."""
    from reports.json_ import as_finding
    from zonewatch.importing import import_page
    from zonewatch.pass_document import looked_row
    from zonewatch.shown import finding_lines

    done = import_page(app, file, url=url, at=at, dossier_ids=dossier_ids)
    found = [finding for one in done for finding in one.kept.findings]
    if app.options.json:
        visits = [looked_row(one.kept.visit) for one in done]
        say_json({"sources": visits, "findings": list(map(as_finding, found))})
        return
    for one in done:
        visit = one.kept.visit
        click.echo(f"V{visit.id} {visit.source}: {one.before.value} → {visit.state.value}, {visit.url}")
    for line in finding_lines(found):
        click.echo(line)


@import_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@dossier_option
@global_options
def warc(app: App, file: Path, dossier_ids: Sequence[str]) -> None:
    """Take the captures of a WARC file as visits of the sources that they are of, each once.

    What `export warc` wrote comes back as it was; captures of other tools are judged as pages by hand are.
    """
    from reports.json_ import as_finding
    from zonewatch.importing_warc import import_warc
    from zonewatch.shown import finding_lines

    done = import_warc(app, file, dossier_ids)
    for why in done.refused:
        say(f"zonewatch: {why}")
    if app.options.json:
        counts = {"taken": done.taken, "known": done.known, "elsewhere": done.elsewhere}
        found = list(map(as_finding, done.findings))
        say_json({"file": str(file), **counts, "refused": done.refused, "findings": found})
        return
    counted = (
        f"{done.known} known already" if done.known else "",
        f"{done.elsewhere} of nothing watched" if done.elsewhere else "",
        f"{len(done.refused)} refused" if done.refused else "",
    )
    click.echo(", ".join((f"{file}: {done.taken} visits taken", *filter(None, counted))))
    for line in finding_lines(done.findings):
        click.echo(line)


@import_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Let the file win where a row was judged otherwise since.")
@global_options
def sheet(app: App, file: Path, overwrite: bool) -> None:
    """Bring back a filled-in sheet (CSV, XLSX): verdict, importance and note of each row.

    What was judged otherwise since the sheet was exported is named and left as it is; exit code 1 says so.
    """
    from zonewatch.sheets import bring_back

    with app.store() as store:
        back = bring_back(file, store, now=app.clock(), overwrite=overwrite)
    if app.options.json:
        say_json({"taken": list(back.taken), "unchanged": back.unchanged, "conflicts": list(back.conflicts)})
    else:
        click.echo(back.told)
        for conflict in back.conflicts:
            say(f"{file}: {conflict}")
    if back.conflicts:
        raise click.exceptions.Exit(1)
