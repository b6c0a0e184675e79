"""`worker`: one of several machines at work on a database, and how they all stand."""

from collections.abc import Sequence

import click

from zonewatch.app import App, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import dossier_option, global_options


@click.command()
@dossier_option
@click.option("--status", is_flag=True, help="Say how the workers stand, and work not.")
@global_options
def worker(app: App, dossier_ids: Sequence[str], status: bool) -> None:
    """Work beside other machines on one PostgreSQL database, until SIGTERM or SIGINT.

    Start as many as you like, wherever the database can be reached; each host is one worker's at a time, and
    its pause is kept between all of them. Workers take the place of `check` and `run`.
    """
    if status:
        from zonewatch.standing import standing_of_work

        say_status(app, standing_of_work(app, dossier_ids))
        return
    from zonewatch.working import run_worker

    if app.settings.now is not None:
        raise ZonewatchError("workers live by the database's clock: leave `now` out, or use `check`")
    run_worker(app, tuple(dossier_ids))


def say_status(app: App, standing: dict[str, object]) -> None:
    """Print how the workers stand."""
    if app.options.json:
        say_json(standing)
        return
    from zonewatch.standing import lines

    for line in lines(standing):
        click.echo(line)
