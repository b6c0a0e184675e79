"""`db`: the database's schema."""

import click

from zonewatch.app import App, say, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@global_options
def status(app: App) -> None:
    """Say which schema the database has, and which is the newest."""
    from storage.store import StoreError, schema_status

    try:
        current, newest = schema_status(app.settings.database())
    except StoreError as error:
        raise ZonewatchError(str(error)) from error
    if app.options.json:
        say_json({"database": shown(app), "schema": current, "newest": newest})
    else:
        click.echo(f"{shown(app)}: schema {current or 'none'}, newest {newest}")


@db.command()
@global_options
def upgrade(app: App) -> None:
    """Bring the database to the newest schema."""
    from storage.store import StoreError, schema_status
    from storage.store import upgrade as bring_up
    from zonewatch.progress import progress_bar

    try:
        with progress_bar("upgrading") as progress:
            bring_up(app.settings.database(), progress)
        current, _ = schema_status(app.settings.database())
    except StoreError as error:
        raise ZonewatchError(str(error)) from error
    click.echo(f"{shown(app)}: schema {current}")


@db.command("copy")
@click.option("--to", "target", required=True, metavar="URL", help="A file, or any SQLAlchemy address.")
@global_options
def copy_database(app: App, target: str) -> None:
    """Copy the database: to another place, to PostgreSQL and back, or as its backup.

    It may be in use meanwhile; the copy is what it was at the beginning. Every table is read again in the end
    and its digest held against the original's. A copy that was interrupted is no database yet: run the same
    command again, and it goes on.
    """
    from storage.copying import copy
    from storage.errors import StoreError
    from zonewatch.progress import progress_bar

    try:
        with progress_bar("copying") as progress:
            copied = copy(app.settings.database(), target, progress)
    except StoreError as error:
        raise ZonewatchError(str(error)) from error
    for name in copied.loose:
        say(f"{name}: its chain of visits is damaged, here and there; see `zonewatch verify`")
    if app.options.json:
        tables = [{"table": one.name, "rows": one.rows, "sha256": one.sha256} for one in copied.tables]
        said = {"from": copied.source, "to": copied.target, "rows": copied.rows, "already": copied.already}
        say_json({**said, "tables": tables, "loose": list(copied.loose)})
    else:
        there = f", {copied.already} of them there before" if copied.already else ""
        click.echo(f"{copied.target}: {copied.rows} rows in {len(copied.tables)} tables{there}; all verified")


def shown(app: App) -> str:
    """Show the database's address without its password."""
    url = app.settings.database()
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else url
