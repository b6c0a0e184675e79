"""`check` and `run`: looking at what is due, once or for good."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from zonewatch.app import App, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import dossier_option, global_options

NEWS = 10
"""Exit code of `check --exit-code` where findings were raised."""


@click.command()
@dossier_option
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source (may be repeated).")
@click.option("--all", "everything", is_flag=True, help="Look at every source, due or not.")
@click.option("--replay", type=click.Path(path_type=Path), help="A history to visit in the network's stead.")
@click.option("--exit-code", is_flag=True, help="Exit with 10 where there are new findings.")
@global_options
def check(
    app: App,
    dossier_ids: Sequence[str],
    sources: Sequence[str],
    everything: bool,
    replay: Path | None,
    exit_code: bool,
) -> None:
    """One pass over what is due; quiet when nothing is new, so that cron is quiet too."""
    from zonewatch.outposts import begun_early

    with nullcontext() if replay or sources else begun_early(app, dossier_ids):
        from zonewatch import watching
        from zonewatch.pass_document import as_document
        from zonewatch.shown import finding_lines

        passes = watching.check(
            app, dossier_ids=dossier_ids, sources=sources, everything=everything, replay=replay
        )
    if app.options.json:
        say_json(as_document(passes))
    else:
        for line in finding_lines(finding for done in passes for finding in done.findings):
            click.echo(line)
    faults = [fault for done in passes for fault in done.faults]
    if faults:
        raise ZonewatchError(f"the program failed at {len(faults)} of the sources: {'; '.join(faults)}")
    if any(done.broken_off for done in passes):
        raise ZonewatchError("stopped; what was not looked at stays due")
    if exit_code and any(done.findings for done in passes):
        sys.exit(NEWS)


@click.command()
@dossier_option
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="Serve metrics for Prometheus (0: any).")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="The address to serve them at.")
@global_options
def run(app: App, dossier_ids: Sequence[str], metrics_port: int | None, metrics_host: str) -> None:
    """Watch for good: a pass whenever a source is due, until SIGTERM or SIGINT."""
    from zonewatch.unattended import Window, run_daemon

    if app.settings.now is not None:
        raise ZonewatchError("the daemon lives by the clock on the wall: leave `now` out, or use `check`")
    run_daemon(app, dossier_ids, None if metrics_port is None else Window(metrics_port, metrics_host))
