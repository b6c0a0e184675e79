"""The global options, accepted before the command and after it."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from zonewatch.app import App, Options
from zonewatch.settings import parse_now


class Moment(click.ParamType[datetime]):
    """An hour with its offset."""

    name = "iso"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read ISO 8601; a wrong hour is wrong usage (exit code 2)."""
        if isinstance(value, datetime):
            return value
        try:
            return parse_now(str(value))
        except ValueError as error:
            self.fail(f"{value!r} is no hour: {error}", param, ctx)


OPTIONS = (
    click.option("--db", metavar="URL", help="Database: a file, or any SQLAlchemy address."),
    click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Settings file."),
    click.option("--now", type=Moment(), metavar="ISO", help="The hour to take for now."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
)


def global_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the global options; it is called with `app` in their stead."""

    @wraps(command)
    def called(
        *args: Any,
        db: str | None,
        config: Path | None,
        now: datetime | None,
        as_json: bool,
        **rest: Any,
    ) -> Any:
        outer = click.get_current_context().find_object(App)
        before = outer.options if outer else Options()
        app = App(before.given(db=db, config=config, now=now, json=as_json))
        return command(*args, app=app, **rest)

    for option in reversed(OPTIONS):
        called = option(called)
    return called


dossier_option = click.option(
    "--dossier", "dossier_ids", multiple=True, metavar="ID", help="Only this dossier (may be repeated)."
)
