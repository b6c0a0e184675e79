"""`fixture add` and `fixture check`: parsers against saved pages, without pytest."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from zonewatch.app import App, say_json
from zonewatch.commands.read import content_of
from zonewatch.errors import ZonewatchError
from zonewatch.ids import number_in
from zonewatch.options import global_options

ROOT = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("fixtures"),
    show_default=True,
    help="The folder of the cases.",
)


@click.group()
def fixture() -> None:
    """Record pages as cases, and check that they are still read as expected."""


@fixture.command()
@click.argument("what", metavar="URL|FILE|VISIT")
@click.option("--url", help="The address that a file was saved from.")
@click.option("--content-type", default="text/html", show_default=True, help="The type of a saved file.")
@click.option("--reader", metavar="NAME", help="The family that reads it, if not the one that fits.")
@click.option("--name", help="The case's name: what it teaches.")
@ROOT
@global_options
def add(
    app: App, what: str, url: str | None, content_type: str, reader: str | None, name: str | None, root: Path
) -> None:
    """Make a case of a live page, a saved one, or a visit V1234 in the database."""
    from scraper import cases

    if what.startswith(("http://", "https://")):
        made = _from_network(app, what)
    elif (number := number_in(what, "V")) is not None and not os.path.exists(what):
        made = _from_visit(app, number)
    else:
        made = (content_of(Path(what)), url, 200, (("Content-Type", content_type),), app.clock(), "file")
    content, address, status, headers, fetched, origin = made
    try:
        case = cases.add(
            root,
            content=content,
            url=address,
            status=status,
            headers=headers,
            fetched=fetched,
            origin=f"captured from {origin}",
            reader=reader,
            name=name,
        )
    except (OSError, ValueError) as error:
        raise ZonewatchError(str(error)) from error
    cases.accept(case)
    click.echo(f"{case.folder}: look at expected.json before you trust it")


Captured = tuple[bytes, str | None, int, tuple[tuple[str, str], ...], datetime, str]


def _from_network(app: App, url: str) -> Captured:
    from zonewatch.network import network

    with app.store() as store, network(app, store) as fetcher:
        fetch = fetcher.fetch(url)
    if fetch.status is None:
        raise ZonewatchError(f"{url}: no answer: {fetch.trouble} {fetch.detail}")
    return fetch.content, fetch.url, fetch.status, fetch.headers, fetch.started, "the network"


def _from_visit(app: App, number: int) -> Captured:
    with app.store() as store:
        visit = store.visit(number)
        if visit is None:
            raise ZonewatchError(f"there is no visit V{number}")
        fetch = store.whole_fetch_of(number)
    if fetch.status is None:
        raise ZonewatchError(f"visit V{number} got no answer: {visit.outcome.rule}")
    return fetch.content, fetch.url, fetch.status, fetch.headers, visit.at, f"visit V{number}"


@fixture.command(name="check")
@ROOT
@global_options
def check_cases(app: App, root: Path) -> None:
    """Read every case again; exit with 1 where a field differs."""
    from scraper import cases

    found = cases.collect(root)
    if not found:
        raise ZonewatchError(f"{root}: no cases here (expected <reader>/<case>/page.html)")
    differing = {case.id: lines for case in found if (lines := cases.check(case))}
    if app.options.json:
        say_json({"cases": len(found), "differences": differing})
    else:
        for name, lines in differing.items():
            for line in lines:
                click.echo(f"{name}: {line}")
        click.echo(f"{len(found) - len(differing)} of {len(found)} cases are read as expected")
    if differing:
        sys.exit(1)
