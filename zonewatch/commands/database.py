"""`db`: the database's schema."""

import click

from zonewatch.app import App, say_json
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

    try:
        bring_up(app.settings.database())
        current, _ = schema_status(app.settings.database())
    except StoreError as error:
        raise ZonewatchError(str(error)) from error
    click.echo(f"{shown(app)}: schema {current}")


def shown(app: App) -> str:
    """Show the database's address without its password."""
    url = app.settings.database()
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else url
