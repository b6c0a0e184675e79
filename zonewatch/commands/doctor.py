"""`doctor`: whether the monitor can do its work, what merely warns told from what stops or blinds it."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from zonewatch.app import App, say_json
from zonewatch.options import global_options

if TYPE_CHECKING:
    from zonewatch.checkup import Check

STOPPED = 1
WORDS = {"ok": "ok", "warning": "warning", "stops": "STOPS"}
COLOURS = {"ok": "green", "warning": "yellow", "stops": "red"}


@click.command()
@click.option("--offline", is_flag=True, help="Resolve no name and connect to nothing.")
@click.option("--quiet", is_flag=True, help="Print only what is not well.")
@global_options
def doctor(app: App, offline: bool, quiet: bool) -> None:
    """Look whether the monitor can do its work; no site is asked, nothing is changed.

    Exit code 1 where something stops or blinds it, 0 where there are warnings at most.
    """
    from zonewatch.checkup import Level, checkup

    checks = tuple(checkup(app, offline=offline))
    stopped = [check for check in checks if check.level is Level.STOPS]
    warned = [check for check in checks if check.level is Level.WARNING]
    if app.options.json:
        say_json(document(checks))
    else:
        for line in lines([check for check in checks if not quiet or check.level is not Level.OK]):
            click.echo(line)
        if not quiet:
            click.echo(f"{len(stopped)} stop or blind the monitor, {len(warned)} warnings")
    if stopped:
        sys.exit(STOPPED)


def lines(checks: "Sequence[Check]") -> Iterator[str]:
    """Print each check on a line, its way out on the next."""
    width = max((len(check.name) for check in checks), default=0)
    for check in checks:
        word = click.style(f"{WORDS[check.level]:<7}", fg=COLOURS[check.level])
        yield f"{word}  {check.name:<{width}}  {check.says}"
        if check.way_out:
            yield f"{'':<7}  {'':<{width}}  -> {check.way_out}"


def document(checks: "Sequence[Check]") -> dict[str, object]:
    """Give the checks as `doctor --json` prints them; `ok` is false where something stops or blinds."""
    return {
        "ok": not any(check.level == "stops" for check in checks),
        "checks": [
            {
                "name": check.name,
                "level": check.level.value,
                "says": check.says,
                "way_out": check.way_out or None,
            }
            for check in checks
        ],
    }
